; Works: it reads colours of the palette, one after the other. Of that nothing
; but the place in the palette tells, its registers and memory are the same.
; expect: busy
%include "idle.inc"
start:
main:
    mov dx, 0x3c9
    in al, dx
    mov ax, 0x0100
    int 0x16
    jz main
    TAKE
    jmp main
