; vgatest_state.asm - alternate functions, state, save pointers.

; A save pointer table of one's own: palette area, text and graphics fonts.
test_override:
        call buffer
        push ds
        call low
        les si, [es:0x4A8]
        mov [rom_save], si
        mov [rom_save + 2], es
        push es
        pop ds
        mov ax, BUF_SEG
        mov es, ax
        mov di, 0x100
        mov cx, 14
        rep movsw
        pop ds
        mov word [es:0x104], 0          ; palette area at the buffer's start
        mov [es:0x106], es
        mov word [es:0x108], text_font
        mov [es:0x10A], cs
        mov word [es:0x10C], graph_font
        mov [es:0x10E], cs
        mov ax, es
        call low
        mov word [es:0x4A8], 0x100
        mov [es:0x4AA], ax
        mov [text_font + 8], cs
        mov [graph_font + 5], cs
        mov ax, 3
        int 0x10
        mov ax, BUF_SEG
        mov es, ax
        mov ax, [es:5]
        expect "dynamic save area", 0x1405
        mov al, [es:17]
        mov ah, 0
        expect "... and no more", 0xA5
        mov ax, 0x1000
        mov bx, 0x2205
        int 0x10
        mov ax, [es:5]
        expect "... palette set", 0x1422
        call low
        mov al, [es:0x484]
        mov ah, [es:0x485]
        expect "text font rows", 0x1018
        push cs
        pop es
        mov si, arrow
        mov al, 0
        mov cl, 16
        call plane2_glyph
        expect "text font", 0
        mov ax, 0x12
        int 0x10
        call low
        mov ax, [es:0x43 * 4]
        expect "graphics font", arrow
        mov al, [es:0x484]
        mov ah, [es:0x485]
        expect "graphics font rows", 0x0A1D
        mov ax, 0x10
        int 0x10
        call low
        mov al, [es:0x484]
        mov ah, [es:0x485]
        expect "mode not listed", 0x0E18
        mov ax, 0x1B00
        xor bx, bx
        call buffer
        xor di, di
        int 0x10
        mov al, [es:0x32]
        mov ah, 0
        expect "1B save pointers", 0x2E
        call low
        mov ax, [rom_save]
        mov [es:0x4A8], ax
        mov ax, [rom_save + 2]
        mov [es:0x4AA], ax
        mov ax, 3
        int 0x10
        ret
rom_save: dw 0, 0
text_font:
        db 16, 0
        dw 1, 0x41
        dw arrow, 0
        db 0xFF, 3, 0xFF
graph_font:
        db 30
        dw 10
        dw arrow, 0
        db 0x11, 0x12, 0xFF

test_misc:
        mov ax, 3
        int 0x10
        mov ah, 0x12
        mov bl, 0x10
        mov cx, 0xFFFF
        int 0x10
        mov ax, bx
        expect "1210", 3
        mov ax, cx
        expect "1210 switches", 0x0F09
        mov ax, 0x1201
        mov bl, 0x36
        int 0x10
        mov dx, 0x3C4
        mov al, 1
        out dx, al
        inc dx
        in al, dx
        and ax, 0x20
        expect "refresh off", 0x20
        mov ax, 0x1200
        mov bl, 0x36
        int 0x10
        in al, dx
        and ax, 0x20
        expect "refresh on", 0
        mov ax, 0x1201
        mov bl, 0x32
        int 0x10
        mov dx, 0x3CC
        in al, dx
        and ax, 2
        expect "video off", 0
        mov ax, 0x1200
        mov bl, 0x32
        int 0x10
        in al, dx
        and ax, 2
        expect "video on", 2
        mov ax, 0x1A00
        mov bx, -1
        int 0x10
        expect "1A", 0x1A1A
        mov ax, bx
        expect "colour VGA", 8
        mov ax, 0x1A01
        mov bx, 0x0801
        int 0x10
        mov ax, 0x1A00
        int 0x10
        mov ax, bx
        expect "1A01", 0x0108
        mov ax, 0x1A01
        mov bx, 8
        int 0x10
        mov ax, 0x1A00
        int 0x10
        mov ax, bx
        expect "1A01 back", 0x0008
        mov ah, 0x12
        mov bl, 0x20
        int 0x10
        call low
        mov ax, [es:0x05 * 4 + 2]
        expect "print screen", 0xC000
        ret

test_state:
        mov ax, 0x1B00
        mov bx, 0
        call buffer
        xor di, di
        int 0x10
        expect "1B", 0x1B1B
        mov ax, [es:4]
        expect "1B mode, columns", 0x5003
        mov ax, [es:0x22]
        expect "1B rows, height", 0x1019
        mov ax, [es:0x25]
        expect "1B displays", 8
        mov ax, [es:0x27]
        expect "1B colours", 16
        mov ax, [es:0x29]
        expect "1B pages, lines", 0x0208
        mov al, [es:0x2D]
        mov ah, 0
        expect "1B flags", 0x31
        mov al, [es:0x31]
        expect "1B memory", 3
        mov ax, [es:0x40]
        expect "1B length", 0xA5A5
        les di, [es:0]
        mov ax, [es:di]
        expect "1B static table", 0xE0FF
        ; save, spoil, restore
        mov dx, 0x0506
        mov bh, 0
        call goto
        mov ax, 0x1010
        mov bx, 200
        mov dh, 9
        mov cx, 0x0A0B
        int 0x10
        mov ax, 0x1C00
        mov cx, 7
        int 0x10
        expect "1C", 0x1C1C
        mov ax, bx
        expect "1C blocks", 16
        mov ax, 0x1C01
        mov cx, 7
        call buffer
        xor bx, bx
        int 0x10
        mov ax, [es:16 * 64]
        expect "1C length", 0xA5A5
        call spoil
        push es
        mov ax, BUF_SEG
        mov es, ax
        mov ax, 0x1C02
        mov cx, 7
        xor bx, bx
        int 0x10
        pop es
        mov byte [current], 3
        mov bx, mode3_entry
        call mode_regs_test
        mov ah, 3
        mov bh, 0
        int 0x10
        mov ax, dx
        expect "1C cursor", 0x0506
        mov bx, 200
        call colour_of
        expect "1C DAC", 0x090A
        mov ah, 0x0F
        int 0x10
        expect "1C mode", 0x5003
        ret
mode3_entry:
        m 0x03, 0x18, 80, 24, 16, 0x1000, 0x3D4, 2

spoil:  push es
        mov ax, 0x13
        int 0x10
        mov ax, 0x1010
        mov bx, 200
        mov dx, 0
        mov cx, dx
        int 0x10
        pop es
        ret
