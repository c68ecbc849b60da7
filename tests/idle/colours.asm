; Works, and yields between pieces of it: a colour of the palette goes from one
; to the next, of which the program itself keeps but a byte.
; expect: busy
%include "idle.inc"
start:
main:
    inc byte [colour]
    mov dx, 0x3c8
    mov al, 0
    out dx, al
    inc dx
    mov al, [colour]
    out dx, al
    out dx, al
    out dx, al
    mov ax, 0x1680
    int 0x2f
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
colour: db 0
