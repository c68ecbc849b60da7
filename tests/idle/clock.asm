; A menu of the time: each lap it sets the cursor where it is, reads the screen
; behind a box and draws the time into it, by the BIOS's tick count, straight
; into the display's memory.
; expect: asleep
; cpus: 8086 486
%include "idle.inc"
start:
    mov ax, 0xb800
    mov es, ax
main:
    mov ah, 2
    xor bx, bx
    mov dx, 0x0c28
    int 0x10
    mov ah, 0
    int 0x1a
    mov al, dh
    mov di, 140
    call byte_out
    mov al, cl
    call byte_out
    mov ah, 8
    xor bx, bx
    int 0x10
    mov si, 160                         ; what lies in a line, and back again
    mov di, line
    mov cx, 20
    push ds
    push es
    pop ds
    push cs
    pop es
    rep movsw
    push ds
    pop es
    pop ds
    mov si, line
    mov di, 160
    mov cx, 20
    rep movsw
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
byte_out:
    push ax
    shr al, 1
    shr al, 1
    shr al, 1
    shr al, 1
    call digit
    pop ax
digit:
    and al, 15
    add al, '0'
    mov ah, 0x1e
    stosw
    ret
line: times 20 dw 0
