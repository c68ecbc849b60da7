; vgatest_fn.asm - palette, DAC and fonts.

test_palette:
        mov byte [current], 3
        mov ax, 3
        int 0x10
        mov ax, 0x1000
        mov bx, 0x2B05
        int 0x10
        mov bx, 5
        mov ax, 0x1007
        int 0x10
        mov ax, bx
        expect "palette register", 0x2B05
        mov ax, 0x1001
        mov bh, 0x13
        int 0x10
        mov bh, 0
        mov ax, 0x1008
        int 0x10
        mov al, bh
        mov ah, 0
        expect "border", 0x13
        push cs
        pop es
        mov ax, 0x1002
        mov dx, colours
        int 0x10
        call buffer
        mov ax, 0x1009
        xor dx, dx
        int 0x10
        mov ax, [es:0]
        expect "17 colours, first", 0x3E3F
        mov ax, [es:15]
        expect "17 colours, last", 0x0730
        mov al, [es:17]
        mov ah, 0
        expect "17 colours, no more", 0xA5
        mov ax, 0x1003
        mov bl, 0
        int 0x10
        mov al, 0x10
        call attribute
        expect "blink off", 0x04
        mov ax, 0x1003
        mov bl, 1
        int 0x10
        mov al, 0x10
        call attribute
        expect "blink on", 0x0C
        call test_dac
        call test_pages
        call test_border
        ret
colours:
        db 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 7

; AX = attribute register AL.
attribute:
        push dx
        mov ah, al
        mov dx, 0x3DA
        in al, dx
        mov dl, 0xC0
        mov al, ah
        or al, 0x20
        out dx, al
        inc dx
        in al, dx
        mov ah, 0
        pop dx
        ret

; AX = red and green, CL = blue of colour BX.
colour_of:
        mov ax, 0x1015
        int 0x10
        mov ah, dh
        mov al, ch
        ret

test_dac:
        mov bx, 63
        call colour_of
        expect "default 63", 0x3F3F
        mov bx, 0x14
        call colour_of
        expect "default brown", 0x2A15
        mov al, cl
        mov ah, 0
        expect "default brown's blue", 0
        mov ax, 0x1010
        mov bx, 100
        mov dh, 1
        mov cx, 0x0203
        int 0x10
        call colour_of
        expect "DAC colour", 0x0102
        mov al, cl
        mov ah, 0
        expect "DAC blue", 3
        push cs
        pop es
        mov ax, 0x1012
        mov bx, 101
        mov cx, 2
        mov dx, triples
        int 0x10
        call buffer
        mov ax, 0x1017
        mov bx, 100
        mov cx, 3
        mov dx, 2
        int 0x10
        mov ax, [es:2]
        expect "DAC block 0", 0x0201
        mov ax, [es:4]
        expect "DAC block 1", 0x3F03
        mov ax, [es:9]
        expect "DAC block 2", 0x3F3F
        mov ax, [es:11]
        expect "DAC block ends", 0xA5A5
        mov ax, 0x101B
        mov bx, 101
        mov cx, 1
        int 0x10
        mov bx, 101
        call colour_of
        expect "gray", 0x1313
        mov dx, 0x3C6           ; (not all emulators have it)
        mov al, 0xF0
        out dx, al
        in al, dx
        cmp al, 0xF0
        jne .no_mask
        mov ax, 0x1018
        mov bl, 0x0F
        int 0x10
        mov bl, 0
        mov ax, 0x1019
        int 0x10
        mov al, bl
        mov ah, 0
        expect "PEL mask", 0x0F
.no_mask:
        mov ax, 0x1018
        mov bl, 0xFF
        int 0x10
        mov byte [current], 0x13
        mov ax, 0x13
        int 0x10
        mov bx, 0x20
        call colour_of
        mov ah, cl
        expect "13h colour 20", 0x3F00
        mov bx, 0xF7
        call colour_of
        expect "13h colour F7", 0x0B0C
        mov bx, 0x1E
        call colour_of
        expect "13h colour 1E", 0x3838
        mov ax, 0x1201          ; no palette at a mode set
        mov bl, 0x31
        int 0x10
        mov ax, 3
        int 0x10
        mov bx, 0x20
        call colour_of
        mov ah, cl
        expect "1231 keeps", 0x3F00
        mov ax, 0x1200
        mov bl, 0x31
        int 0x10
        mov byte [current], 3
        mov ax, 0x1200          ; gray
        mov bl, 0x33
        int 0x10
        mov ax, 3
        int 0x10
        mov bx, 4
        call colour_of
        expect "1233 red", 0x0D0D
        mov ax, 0x1201
        mov bl, 0x33
        int 0x10
        mov ax, 3
        int 0x10
        ret
triples: db 63, 0, 0, 1, 63, 63

test_pages:
        mov ax, 0x1013
        mov bx, 0x0301
        int 0x10
        mov ax, 0x101A
        int 0x10
        mov ax, bx
        expect "page of 64", 0x0300
        mov ax, 0x1013
        mov bx, 0x0100
        int 0x10
        mov ax, 0x1013
        mov bx, 0x0E01
        int 0x10
        mov ax, 0x101A
        int 0x10
        mov ax, bx
        expect "page of 16", 0x0E01
        mov ax, 3
        int 0x10
        mov ax, 0x101A
        int 0x10
        mov ax, bx
        expect "page at a mode set", 0
        ret

test_border:
        mov ax, 4
        mov [current], al
        int 0x10
        mov ah, 0x0B
        mov bx, 0x0100
        int 0x10
        mov al, 1
        call attribute
        expect "0B palette 0", 0x12
        mov ah, 0x0B
        mov bx, 0x0001
        int 0x10
        mov al, 3
        call attribute
        expect "0B no intensity", 6
        mov al, 0
        call attribute
        expect "0B background", 1
        mov ah, 0x0B
        mov bx, 0x0101
        int 0x10
        mov al, 2
        call attribute
        expect "0B palette 1", 5
        ret

test_fonts:
        mov byte [current], 3
        mov ax, 3
        int 0x10
        mov ax, 0x1130
        mov bh, 6
        int 0x10
        mov ax, cx
        expect "1130 height", 16
        mov al, dl
        mov ah, 0
        expect "1130 rows", 24
        mov si, bp
        mov al, 0
        mov cl, 16
        call plane2_same
        expect "font of mode 3", 0
        mov ax, 0x1112
        mov bl, 0
        int 0x10
        mov ax, 0x1130
        mov bh, 3
        int 0x10
        mov ax, cx
        expect "8x8 height", 8
        mov al, dl
        mov ah, 0
        expect "8x8 rows", 49
        mov si, bp
        mov al, 0
        mov cl, 8
        call plane2_same
        expect "8x8 font", 0
        mov bl, 9
        call crtc_word
        mov al, ah
        and ax, 0x1F
        expect "8x8 scan lines", 7
        mov bl, 0x12
        call crtc_word
        mov al, ah
        mov ah, 0
        expect "8x8 display end", 0x8F
        call low
        mov ax, [es:0x44C]
        expect "8x8 page", 80 * 50 * 2 + 256
        mov ah, 8
        int 0x10
        call tty_test
        mov ax, 0x1111
        mov bl, 0
        int 0x10
        call low
        mov al, [es:0x484]
        mov ah, [es:0x485]
        expect "8x14 rows", 0x0E1B
        mov ax, 0x1130
        mov bh, 2
        int 0x10
        mov si, bp
        mov al, 0
        mov cl, 14
        call plane2_same
        expect "8x14 font", 0
        ; a user's glyph
        push cs
        pop es
        mov bp, arrow
        mov cx, 1
        mov dx, 0x41
        mov ax, 0x1100
        mov bx, 0x1002          ; 16 lines, block 2
        int 0x10
        push cs
        pop es
        mov si, arrow
        mov al, 2
        mov cl, 16
        call plane2_glyph
        expect "user's glyph", 0
        mov ax, 0x1103
        mov bl, 0x0A
        int 0x10
        mov dx, 0x3C4
        mov al, 3
        out dx, al
        inc dx
        in al, dx
        mov ah, 0
        expect "1103", 0x0A
        mov ax, 0x1124
        mov bl, 3
        int 0x10
        call low
        mov al, [es:0x484]
        mov ah, [es:0x485]
        expect "1124", 0x102A
        mov ax, 0x1130
        mov bh, 1
        int 0x10
        push bp
        mov ax, 0x1130
        mov bh, 6
        int 0x10
        pop ax
        sub ax, bp
        expect "INT 43h", 0
        mov ax, 0x1130
        mov bh, 3
        int 0x10
        push bp
        mov ax, 0x1130
        mov bh, 4
        int 0x10
        pop ax
        sub ax, bp
        expect "upper 8x8", -1024
        mov ax, 0x1130
        mov bh, 0
        int 0x10
        push cs
        pop es
        push bp
        mov bp, arrow
        mov ax, 0x1120
        int 0x10
        call low
        mov ax, [es:0x1F * 4]
        expect "INT 1Fh", arrow
        pop word [es:0x1F * 4]
        mov word [es:0x1F * 4 + 2], 0xC000
        ret
arrow:  db 1, 2, 4, 8, 16, 32, 64, 128, 64, 32, 16, 8, 4, 2, 1, 0xAA

; AX = 0 when the font of CL lines at ES:SI is in block AL of plane 2, for
; 256 characters; plane2_glyph: the one glyph for 41h.
plane2_glyph:
        mov bx, 1
        mov di, 0x41 * 32
        jmp plane2_test
plane2_same:
        mov bx, 256
        xor di, di
plane2_test:
        push ds
        push es
        pop ds
        mov ah, 0x40
        mul ah
        xchg al, ah
        add di, ax
        mov dx, 0x3CE
        mov ax, 0x0204
        out dx, ax
        mov ax, 0x0005
        out dx, ax
        mov ax, 0x0406
        out dx, ax
        mov dx, 0x3C4
        mov ax, 0x0704
        out dx, ax
        mov ax, 0xA000
        mov es, ax
        mov ch, 0
.next:  push cx
        push di
        repe cmpsb
        pop di
        pop cx
        jne .end
        add di, 32
        dec bx
        jnz .next
.end:   mov dx, 0x3C4
        mov ax, 0x0204
        out dx, ax
        mov dx, 0x3CE
        mov ax, 0x0004
        out dx, ax
        mov ax, 0x1005
        out dx, ax
        mov ax, 0x0E06
        out dx, ax
        mov ax, bx
        pop ds
        ret
