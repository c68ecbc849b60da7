; Works, and yields between pieces of it: the same hundred words over and over.
; expect: busy
%include "idle.inc"
start:
    VECTOR 0x2f, nothing
main:
    mov bx, data
    mov cx, 100
    mov ax, 1
.next:
    add ax, [bx]
    rol ax, 1
    mov [bx], ax
    add bx, 2
    loop .next
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
data: times 100 dw 0
