; vgatest_modes.asm - every mode: BIOS data, registers, characters, scrolling.

; mode, entry of the parameter table, columns, rows less one, height, page
; length, CRTC port, 12h/30h lines
%macro m 8
        db %1, %2, %3, %4, %5, %8
        dw %6, %7
%endmacro
mode_table:
        m 0x00, 0x17, 40, 24, 16, 0x0800, 0x3D4, 2
        m 0x01, 0x17, 40, 24, 16, 0x0800, 0x3D4, 2
        m 0x02, 0x18, 80, 24, 16, 0x1000, 0x3D4, 2
        m 0x03, 0x18, 80, 24, 16, 0x1000, 0x3D4, 2
        m 0x00, 0x13, 40, 24, 14, 0x0800, 0x3D4, 1
        m 0x01, 0x14, 40, 24, 14, 0x0800, 0x3D4, 1
        m 0x02, 0x15, 80, 24, 14, 0x1000, 0x3D4, 1
        m 0x03, 0x16, 80, 24, 14, 0x1000, 0x3D4, 1
        m 0x00, 0x00, 40, 24,  8, 0x0800, 0x3D4, 0
        m 0x01, 0x01, 40, 24,  8, 0x0800, 0x3D4, 0
        m 0x02, 0x02, 80, 24,  8, 0x1000, 0x3D4, 0
        m 0x03, 0x03, 80, 24,  8, 0x1000, 0x3D4, 0
        m 0x04, 0x04, 40, 24,  8, 0x4000, 0x3D4, 2
        m 0x05, 0x05, 40, 24,  8, 0x4000, 0x3D4, 2
        m 0x06, 0x06, 80, 24,  8, 0x4000, 0x3D4, 2
        m 0x07, 0x07, 80, 24, 14, 0x1000, 0x3B4, 1
        m 0x07, 0x19, 80, 24, 16, 0x1000, 0x3B4, 2
        m 0x0D, 0x0D, 40, 24,  8, 0x2000, 0x3D4, 2
        m 0x0E, 0x0E, 80, 24,  8, 0x4000, 0x3D4, 2
        m 0x0F, 0x11, 80, 24, 14, 0x8000, 0x3B4, 2
        m 0x10, 0x12, 80, 24, 14, 0x8000, 0x3D4, 2
        m 0x11, 0x1A, 80, 29, 16, 0xA000, 0x3D4, 2
        m 0x12, 0x1B, 80, 29, 16, 0xA000, 0x3D4, 2
        m 0x13, 0x1C, 40, 24,  8, 0x2000, 0x3D4, 2
mode_table_end:

test_modes:
        mov bx, mode_table
.next:  push bx
        mov al, [bx]
        mov [current], al
        mov al, [bx + 5]
        push bx
        mov ah, 0x12
        mov bl, 0x30
        int 0x10
        pop bx
        mov ah, 0
        expect "1230", 0x12
        mov al, [bx]
        int 0x10
        call mode_data_test
        call mode_regs_test
        call mode_chars_test
        pop bx
        add bx, 10
        cmp bx, mode_table_end
        jb .next
        mov ax, 0x1202
        mov bl, 0x30
        int 0x10
        ret

; The entry at BX against the BIOS data area. The screen must be clear.
%macro same 3                   ; name, in the data area, in the entry
        mov ax, %2
        sub ax, %3
        expect %1, 0
%endmacro
mode_data_test:
        call low
        mov ah, 0
        mov al, [es:0x449]
        sub al, [bx]
        expect "mode", 0
        mov al, [es:0x44A]
        sub al, [bx + 2]
        expect "columns", 0
        mov al, [es:0x484]
        sub al, [bx + 3]
        expect "rows", 0
        mov al, [es:0x485]
        sub al, [bx + 4]
        expect "height", 0
        same "page length", [es:0x44C], [bx + 6]
        same "CRTC port", [es:0x463], [bx + 8]
        mov ax, [es:0x460]
        expect "cursor type", 0x0607
        mov ax, [es:0x44E]
        or ax, [es:0x450]
        or al, [es:0x462]
        expect "page 0, home", 0
        push bx
        mov ah, 0x0F
        int 0x10
        pop bx
        sub al, [bx]
        sub ah, [bx + 2]
        expect "0F", 0
        ret

; Read the VGA back and compare with the BIOS's own table.
mode_regs_test:
        push bx
        call low
        mov al, [bx + 1]
        mov ah, 64
        mul ah
        les si, [es:0x4A8]
        les si, [es:si]
        add si, ax
        add si, 5
        mov dx, 0x3C4
        mov bl, 1
        mov cx, 4
        call compare_pairs
        expect "sequencer", 0
        es lodsb
        mov ah, al
        mov dx, 0x3CC
        in al, dx
        sub al, ah
        mov ah, 0
        expect "miscellaneous", 0
        pop bx
        push bx
        mov dx, [bx + 8]
        mov bl, 0
        mov cx, 10
        call compare_pairs
        expect "CRTC 0-9", 0
        add si, 6               ; cursor and start
        mov bl, 16
        mov cx, 9
        call compare_pairs
        expect "CRTC 10-18", 0
        mov bl, 0
        mov cx, 20
        call compare_attr
        expect "attributes", 0
        mov dx, 0x3CE
        mov bl, 0
        mov cx, 9
        call compare_pairs
        expect "graphics controller", 0
        mov dx, 0x3BA
        in al, dx
        mov dl, 0xDA
        in al, dx
        mov dl, 0xC0
        in al, dx
        and ax, 0x20
        expect "screen on", 0x20
        pop bx
        ret

; AX = 0 when CX registers from BL on at DX are as at ES:SI, else BH = AL is
; 1 + the first that is not. SI moves on.
compare_pairs:
        xor ax, ax
        mov bh, 0
.next:  mov al, bl
        out dx, al
        inc dx
        in al, dx
        dec dx
        cmp al, [es:si]
        je .same
        or bh, bh
        jnz .same
        mov bh, bl
        inc bh
.same:  inc si
        inc bl
        loop .next
        mov al, bh
        mov ah, 0
        ret

compare_attr:
        mov bh, 0
.next:  mov dx, 0x3BA
        in al, dx
        mov dl, 0xDA
        in al, dx
        mov dl, 0xC0
        mov al, bl
        or al, 0x20
        out dx, al
        inc dx
        in al, dx
        cmp al, [es:si]
        je .same
        or bh, bh
        jnz .same
        mov bh, bl
        inc bh
.same:  inc si
        inc bl
        loop .next
        mov al, bh
        mov ah, 0
        ret

; Put, read, scroll and print characters in any mode. Keeps BX.
mode_chars_test:
        push bx
        mov dx, 0x0305
        mov bx, 0x0007
        call goto
        mov ax, 0x0941
        mov cx, 3
        int 0x10
        mov dx, 0x0307
        call read_at
        expect "char 41", 'A'
        mov dx, 0x0308
        call read_at
        expect "char after", 0x20
        mov dx, 0x0304
        call goto
        mov ax, 0x0AEA          ; above 80h
        mov cx, 1
        int 0x10
        call read_at
        expect "char EA", 0xEA
        mov ax, 0x0601          ; up by one, all
        mov bh, 0
        mov cx, 0x0000
        mov dx, 0xFFFF
        int 0x10
        mov bh, 0
        mov dx, 0x0205
        call read_at
        expect "scroll up", 'A'
        mov ax, 0x0702
        mov bh, 0
        mov cx, 0x0104          ; a window
        mov dx, 0x0505
        int 0x10
        mov bh, 0
        mov dx, 0x0405
        call read_at
        expect "scroll down", 'A'
        mov dx, 0x0206
        call read_at
        expect "outside the window", 'A'
        mov dx, 0x0205
        call read_at
        expect "moved away", 0x20
        mov ax, 0x0600          ; clear a window
        mov bh, 0
        mov cx, 0x0004
        mov dx, 0x0A05
        int 0x10
        mov bh, 0
        mov dx, 0x0405
        call read_at
        expect "cleared", 0x20
        call tty_test
        pop bx
        ret

; Teletype at the last row: a line, a new line and the scroll.
tty_test:
        call low
        mov dh, [es:0x484]
        mov dl, [es:0x44A]
        dec dl
        mov bx, 7
        call goto
        mov ax, 0x0E5A          ; 'Z' to the corner: the screen scrolls
        int 0x10
        mov ah, 3
        int 0x10
        mov ax, dx
        mov ah, dh
        sub ah, [es:0x484]
        expect "teletype wraps", 0
        mov dh, [es:0x484]
        dec dh
        mov dl, [es:0x44A]
        dec dl
        call read_at
        expect "teletype scrolls", 'Z'
        mov dx, 0x0103
        call goto
        mov ax, 0x0E08
        int 0x10
        mov ax, 0x0E0A
        int 0x10
        mov ah, 3
        int 0x10
        mov ax, dx
        expect "back, feed", 0x0202
        mov ax, 0x0E0D
        int 0x10
        mov ah, 3
        int 0x10
        mov ax, dx
        expect "return", 0x0200
        ret

; Cursor of page BH to DX.
goto:   push ax
        mov ah, 2
        int 0x10
        pop ax
        ret

; AX = character at DX of page BH; a blank may be 0 in graphics modes.
read_at:
        call goto
        mov ah, 8
        int 0x10
        mov ah, 0
        or al, al
        jnz .done
        mov al, 0x20
.done:  ret
