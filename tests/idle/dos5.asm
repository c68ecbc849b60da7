; MS-DOS 5 and 6: keyboard polls from three places in turn, extended ones among
; them, and DOS's own time in between.
; expect: asleep
%include "idle.inc"
start:
    VECTOR 0x28, nothing
main:
    mov ah, 1                           ; the first place
    int 0x16
    jnz key
    int 0x28
    call conin
    jnz key
    call clock
    mov bx, 5
.check:                                 ; ^C, by the third
    mov ah, 0x11
    int 0x16
    jnz key
    dec bx
    jnz .check
    jmp main
key:
    TAKE
    jmp main

nothing:
    iret

conin:
    push bx
    push es
    mov ah, 0x11
    int 0x16
    pop es
    pop bx
    ret

; Ticks to hundredths.
clock:
    mov ah, 0
    int 0x1a
    mov ax, dx
    mov bx, 5
    mul bx
    mov bx, 91
    div bx
    mov [seconds], ax
    ret
seconds: dw 0
