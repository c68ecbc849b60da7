; midframe.asm - a program that changes the picture's registers and memory in
; the middle of each frame of mode 13h, as those with raster effects do, draws
; a sprite in front of the beam and erases it in the retrace. Port E9h says when
; it runs.
; Reference: FreeVGA, "Accessing the VGA Display Memory", "DAC Operation".
        cpu 286
        bits 16
        org 0x7c00
start:  xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        mov ax, 0x13
        int 0x10
        mov ax, 0xa000
        mov es, ax
        cli
        mov bp, 3                       ; frames until it says so
frame:  mov dx, 0x3da
.on:    in al, dx
        test al, 8
        jnz .on
.off:   in al, dx
        test al, 8
        jz .off
        mov si, top
        call set
        mov cx, 240
        call lines
        mov si, middle
        call set
        mov cx, 60
        call lines
        mov si, bottom
        call set
        dec bp
        jnz frame
        mov al, 'R'
        out 0xe9, al
        jmp frame

; Waits for CX lines, first for the retrace to end.
lines:  mov dx, 0x3da
.end:   in al, dx
        test al, 8
        jnz .end
.shown: in al, dx
        test al, 1
        jnz .shown
.blank: in al, dx
        test al, 1
        jz .blank
        loop .shown
        ret

; Sets what SI points at: colour 0, panning, clocking mode, start address,
; colour of the sprite.
set:    push cx
        mov dx, 0x3c8
        mov al, 0
        out dx, al
        inc dx
        mov cx, 3
        rep outsb
        mov dx, 0x3da
        in al, dx
        mov dl, 0xc0
        mov al, 0x33
        out dx, al
        outsb
        mov dl, 0xc4
        mov al, 1
        out dx, al
        inc dx
        outsb
        mov dl, 0xd4
        mov al, 0x0d
        out dx, al
        inc dx
        outsb
        mov di, 320 * 175 + 250
        mov dl, 20
        lodsb
.row:   mov cx, 20
        rep stosb
        add di, 300
        dec dl
        jnz .row
        pop cx
        ret

top:    db 63, 0, 0,  0,  0x01,  0,   0 ; red, the sprite erased
middle: db 0, 63, 0,  6,  0x21, 80,   0 ; the screen is off
bottom: db 0, 0, 63,  2,  0x01, 40,  15 ; blue, the sprite drawn
        times 510 - ($ - $$) db 0
        dw 0xaa55
