; vgatest_text.asm - cursor, pages, strings; pixels in graphics modes.

test_text:
        mov byte [current], 3
        mov ax, 3
        int 0x10
        mov ax, 0xB800
        mov es, ax
        mov ax, [es:0]
        expect "clear text", 0x0720
        ; cursor
        mov dx, 0x0A14
        mov bh, 0
        call goto
        mov bl, 0x0E
        call crtc_word
        expect "cursor address", 10 * 80 + 20
        mov ah, 1
        mov cx, 0x0007
        int 0x10
        mov bl, 0x0A
        call crtc_word
        expect "block cursor", 0x000F
        mov ah, 1
        mov cx, 0x0407
        int 0x10
        mov bl, 0x0A
        call crtc_word
        expect "half cursor", 0x080F
        mov ah, 3
        int 0x10
        mov ax, cx
        expect "03 shape", 0x0407
        mov ax, 0x1201          ; no emulation
        mov bl, 0x34
        int 0x10
        mov ah, 1
        mov cx, 0x0607
        int 0x10
        mov bl, 0x0A
        call crtc_word
        expect "cursor as it is", 0x0607
        mov ax, 0x1200
        mov bl, 0x34
        int 0x10
        mov ah, 1
        int 0x10
        mov bl, 0x0A
        call crtc_word
        expect "underline cursor", 0x0D0E
        mov ah, 1
        mov cx, 0x2000
        int 0x10
        mov bl, 0x0A
        call crtc_word
        expect "cursor off", 0x2000
        ; pages
        mov bh, 2
        mov dx, 0x0102
        call goto
        mov ax, 0x0942
        mov bl, 0x1F
        mov cx, 2
        int 0x10
        mov ax, 0xB800
        mov es, ax
        mov ax, [es:0x2000 + 82 * 2]
        expect "write to page 2", 0x1F42
        mov ax, 0x0502
        int 0x10
        mov bl, 0x0C
        call crtc_word
        expect "page 2 start", 0x1000
        mov bl, 0x0E
        call crtc_word
        expect "page 2 cursor", 0x1000 + 82
        mov ax, 0x0E0A          ; teletype uses the shown page
        mov bh, 0
        int 0x10
        mov bh, 2
        mov ah, 3
        int 0x10
        mov ax, dx
        expect "teletype on page 2", 0x0202
        mov ah, 8
        mov bh, 2
        mov dx, 0x0103
        call goto
        int 0x10
        expect "08 attribute", 0x1F42
        mov ax, 0x0500
        int 0x10
        call string_test
        mov ah, 4
        int 0x10
        mov al, ah
        mov ah, 0
        expect "no light pen", 0
        mov ax, 0x0083          ; keep the memory
        int 0x10
        mov ah, 0x0F
        int 0x10
        mov ah, 0
        expect "83 told by 0F", 0x83
        mov ax, 0xB800
        mov es, ax
        mov ax, [es:0x2000 + 82 * 2]
        expect "memory kept", 0x1F42
        ret

string_test:
        push cs
        pop es
        mov bh, 0
        mov dx, 0
        call goto
        mov ax, 0x1301
        mov bx, 0x002E
        mov cx, str_len
        mov dx, 0x034E
        mov bp, str
        int 0x10
        mov ah, 3
        int 0x10
        mov ax, dx
        expect "13 cursor", 0x0502
        mov ax, 0xB800
        mov es, ax
        mov ax, [es:(4 * 80) * 2]
        expect "13 wraps", 0x2E43
        mov ax, [es:(5 * 80 + 1) * 2]
        expect "13 new line", 0x2E45
        push cs
        pop es
        mov ax, 0x1302
        mov bx, 0
        mov cx, 2
        mov dx, 0x0A00
        mov bp, str_attr
        int 0x10
        mov ah, 3
        int 0x10
        mov ax, dx
        expect "13 cursor stays", 0x0502
        mov ax, 0xB800
        mov es, ax
        mov ax, [es:(10 * 80 + 1) * 2]
        expect "13 attributes", 0x4F59
        ret
str:    db "ABC", 13, 10, "DE"
str_len equ $ - str
str_attr: db "X", 0x1E, "Y", 0x4F

; AX = CRTC registers BL and BL + 1.
crtc_word:
        push dx
        push es
        call low
        mov dx, [es:0x463]
        mov al, bl
        out dx, al
        inc dx
        in al, dx
        mov ah, al
        dec dx
        mov al, bl
        inc ax
        push ax
        out dx, al
        inc dx
        in al, dx
        pop dx
        mov ah, dh
        pop es
        pop dx
        ret

; mode, colour, x, y
%macro g 4
        db %1, %2
        dw %3, %4
%endmacro
pixel_table:
        g 0x04, 2, 319, 199
        g 0x05, 1, 2, 1
        g 0x06, 1, 635, 3
        g 0x0D, 11, 317, 198
        g 0x0E, 13, 631, 197
        g 0x10, 14, 633, 349
        g 0x11, 1, 7, 479
        g 0x12, 9, 321, 240
        g 0x13, 0xC7, 318, 199
pixel_table_end:

test_graphics:
        mov si, pixel_table
.next:  mov al, [si]
        mov [current], al
        mov ah, 0
        push si
        int 0x10
        pop si
        mov bh, 0
        mov cx, [si + 2]
        mov dx, [si + 4]
        call point
        expect "pixel black", 0
        mov al, [si + 1]
        mov ah, 0x0C
        int 0x10
        call point
        sub al, [si + 1]
        expect "pixel", 0
        xor cx, 1
        call point
        expect "its neighbour", 0
        xor cx, 1
        cmp byte [si], 0x13
        je .no_xor
        mov ax, 0x0C81
        int 0x10
        call point
        xor al, [si + 1]
        expect "pixel XOR", 1
        mov dx, 0x0202          ; a character on itself
        call goto
        call twice
        call read_at
        expect "char XOR", 0x20
.no_xor:
        add si, 6
        cmp si, pixel_table_end
        jb .next
        mov byte [current], 0x0D
        mov ax, 0x000D          ; pages of a planar mode
        int 0x10
        mov bh, 1
        mov ax, 0x0C05
        mov cx, 16
        mov dx, 1
        int 0x10
        mov ax, 0xA000
        mov es, ax
        mov dx, 0x3CE
        mov ax, 0x0004
        out dx, ax
        mov al, [es:0x2000 + 42]
        mov ah, 0
        expect "pixel on page 1", 0x80
        mov ax, 0x0501
        int 0x10
        mov bl, 0x0C
        call crtc_word
        expect "planar page start", 0x2000
        ret

twice:  mov bx, 0x0081
        mov cx, 1
        mov ax, 0x0957
        int 0x10
        int 0x10
        ret

; AX = pixel CX, DX of page BH.
point:  mov ah, 0x0D
        int 0x10
        mov ah, 0
        ret
