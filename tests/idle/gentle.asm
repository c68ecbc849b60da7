; Yields in its loop, as Windows's and DOS's own programs do, counts, and sets
; the cursor where it is each time, through the BIOS and by itself.
; expect: asleep
%include "idle.inc"
start:
main:
    mov ah, 2
    xor bx, bx
    mov dx, 0x0c28
    int 0x10
    mov dx, 0x3d4
    in al, dx
    mov [index], al
    mov ax, 0x000a                      ; where the cursor begins
    out dx, ax
    mov dx, 0x3cc
    in al, dx
    inc word [laps]
    mov ax, 0x1680
    int 0x2f
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
laps:  dw 0
index: db 0
