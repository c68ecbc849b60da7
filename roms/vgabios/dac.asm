; dac.asm - the default colours of the DAC, computed.

; The colours for [MODE], unless 12h/31h forbids it.
mode_palette:
        test byte [VFLAG], 8
        jnz .done
        mov al, [MODE]
        cmp al, 0x13
        je dac_load_256
        mov cx, 64
        mov si, ega_rgb
        cmp al, 7
        je .mono
        cmp al, 0x0F
        je .mono
        ja .load
        cmp al, 4
        jae .cga
        test byte [VFLAG], 0x80
        jz .load
.cga:   mov si, cga_rgb
        jmp .load
.mono:  mov si, mono_rgb
.load:  xor bl, bl
        call dac_index
        xor ah, ah
.next:  push ax
        call si
        pop ax
        inc ah
        cmp ah, cl
        jb .next
        jmp dac_gray
.done:  ret

; DAC to write from colour BL on. DX = data port.
dac_index:
        mov dx, 0x3C8
        mov al, bl
        out dx, al
        inc dx
        ret

; Sum CX colours from 0 to gray when 12h/33h asks for it.
dac_gray:
        test byte [VFLAG], 2
        jz .done
        xor bx, bx
        jmp gray_sum
.done:  ret

; The colours of mode 13h: 16 of the CGA, 16 grays, 216 hues, 8 black.
dac_load_256:
        xor bl, bl
        call dac_index
        xor ah, ah
.cga:   push ax
        call irgb_out
        pop ax
        inc ah
        cmp ah, 16
        jb .cga
        mov si, grays
        mov cx, 16
.gray:  cs lodsb
        out dx, al
        out dx, al
        out dx, al
        loop .gray
        mov si, shades          ; nine sets of five levels
.set:   mov di, hues
.hue:   mov al, [cs:di + 8]
        call .level
        mov al, [cs:di]
        call .level
        mov al, [cs:di + 16]
        call .level
        inc di
        cmp di, hues + 24
        jb .hue
        add si, 5
        cmp si, shades + 45
        jb .set
        xor al, al
        mov cx, 24
.black: out dx, al
        loop .black
        mov cx, 256
        jmp dac_gray
.level: mov bx, si
        cs xlatb
        out dx, al
        ret

grays:  db 0, 5, 8, 11, 14, 17, 20, 24, 28, 32, 36, 40, 45, 50, 56, 63
shades: db 0, 16, 31, 47, 63,  31, 39, 47, 55, 63,  45, 49, 54, 58, 63
        db 0,  7, 14, 21, 28,  14, 17, 21, 24, 28,  20, 22, 24, 26, 28
        db 0,  4,  8, 12, 16,   8, 10, 12, 14, 16,  11, 12, 13, 15, 16
; Green's level over the 24 hues; red's is 8 hues on, blue's 16.
hues:   db 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4
        db 4, 4, 4, 4, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0
        db 0, 1, 2, 3, 4, 4, 4, 4

; Colour AH of the 200-line palette: bit 4 is the intensity.
cga_rgb:
        mov al, ah
        and ax, 0x1007
        shr ah, 1
        or ah, al
; CGA colour AH (0-15) to the DAC.
irgb_out:
        mov bl, ah
        xor bh, bh
        mov ah, [cs:ega_values + bx]
; EGA colour AH (rgbRGB) to the DAC at DX.
ega_rgb:
        mov bx, 0x2004
.part:  xor al, al
        test ah, bl
        jz .third
        mov al, 0x2A
.third: test ah, bh
        jz .out
        add al, 0x15
.out:   out dx, al
        shr bx, 1
        jnc .part
        ret

ega_values:
        db A_ega

; Colour AH of the monochrome palette: bit 3 on, bit 4 bright.
mono_rgb:
        xor al, al
        test ah, 8
        jz .out
        mov al, 0x2A
        test ah, 0x10
        jz .out
        mov al, 0x3F
.out:   out dx, al
        out dx, al
        out dx, al
        ret
