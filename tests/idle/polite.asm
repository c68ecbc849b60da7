; Works, and yields between pieces of it: a byte more in a buffer, each time.
; expect: busy
%include "idle.inc"
start:
    VECTOR 0x2f, nothing
    mov ax, 0x2000
    mov es, ax
    xor di, di
main:
    sti
    mov [save], di
    mov cx, 50
    mov ax, [seed]
.sum:
    add ax, di
    rol ax, 3
    loop .sum
    mov [seed], ax
    stosb
    push di
    xor di, di
    mov ax, 0x1680
    int 0x2f
    pop di
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
nothing:
    iret
save: dw 0
seed: dw 1
