; Works, and yields between pieces of it: a character on the screen turns.
; expect: busy
%include "idle.inc"
start:
    VECTOR 0x2f, nothing
    mov ax, 0xb800
    mov es, ax
main:
    inc byte [es:0]
    sti
    mov ax, 0x1680
    int 0x2f
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
nothing:
    iret
