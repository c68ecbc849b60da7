; Works: looks for primes and asks for a key between numbers.
; expect: busy
%include "idle.inc"
start:
    mov si, 3
main:
    mov bx, 2
.try:
    mov ax, si
    xor dx, dx
    div bx
    or dx, dx
    jz .done
    inc bx
    cmp bx, si
    jb .try
    inc word [found]
.done:
    add si, 2
    or si, 1
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
found: dw 0
