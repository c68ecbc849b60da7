; A terminal program: the UART's line status, INT 14h AH=03h, and the keyboard
; controller's status.
; expect: asleep
%include "idle.inc"
start:
main:
    mov dx, 0x3fd
    in al, dx
    test al, 1
    jnz main
    in al, 0x64
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
