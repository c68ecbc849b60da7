; Draws a frame of 30,000 characters, then waits for the next tick and polls the
; keyboard meanwhile. It may sleep; the frames must all come.
; expect: some frames
%include "idle.inc"
start:
    mov ax, 0xb800
    mov es, ax
main:
    mov dx, 15
.again:
    xor di, di
    mov cx, 2000
    mov al, [frame]
    mov ah, 7
.draw:
    stosw
    inc al
    loop .draw
    dec dx
    jnz .again
    inc byte [frame]
    SAY 'f'
    mov bx, [0x46c]
.wait:
    mov ah, 1
    int 0x16
    jnz .key
    cmp bx, [0x46c]
    je .wait
    jmp main
.key:
    TAKE
    jmp main
frame: db 0
