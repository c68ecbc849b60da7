; vgatest_vbe.asm - VESA functions, for each mode that 4F00 lists.

test_vbe:
        mov byte [current], 0
        call buffer
        xor di, di
        mov word [es:di], 'VB'
        mov word [es:di + 2], 'E2'
        mov ax, 0x4F00
        int 0x10
        cmp ax, 0x4F00
        je .none
        expect "4F00", 0x004F
        mov ax, [es:0]
        expect "VE", 'VE'
        mov ax, [es:2]
        expect "SA", 'SA'
        mov ax, [es:4]
        expect "version", 0x0300
        mov al, [es:0x0A]
        mov [can], al
        mov ax, [es:0x200]
        expect "4F00 length", 0xA5A5
        lds si, [es:0x0E]
        push cs
        pop es
        mov di, modes
        mov cx, 110
.copy:  lodsw
        mov [es:di], ax
        add di, 2
        cmp ax, 0xFFFF
        je .copied
        loop .copy
.copied:
        push cs
        pop ds
        mov si, modes
.next:  lodsw
        cmp ax, 0xFFFF
        je .last
        mov [current], al
        push si
        mov [vmode], ax
        call vbe_mode_test
        pop si
        jmp .next
.last:  mov byte [current], 0
        call vbe_state_test
        call vbe_ext_test
        mov ax, 0x4F0A
        mov bl, 0
        int 0x10
        expect "4F0A", 0x004F
        mov ax, 3
        int 0x10
        mov ax, 0x4F03
        int 0x10
        mov ax, bx
        expect "4F03 in text", 3
        mov ax, 0x4F02
        mov bx, 0x01FE
        int 0x10
        expect "no such mode", 0x014F
.none:  ret

modes:  times 111 dw 0xFFFF
vmode:  dw 0

vbe_mode_test:
        call buffer
        mov ax, 0x4F01
        mov cx, [vmode]
        xor di, di
        int 0x10
        expect "4F01", 0x004F
        mov ax, [es:0]
        test al, 0x10
        jz vbe_text_test
        and ax, 0x1B
        expect "attributes", 0x1B
        mov ax, [es:8]
        expect "window", 0xA000
        mov ax, [es:0x100]
        expect "4F01 length", 0xA5A5
        mov al, [es:0x19]       ; bits
        mov [bits_pp], al
        mov ax, [es:0x10]
        mov [line], ax
        mov ax, [es:0x12]
        mov [width], ax
        mov ax, [es:0x14]
        mov [height], ax
        mov ax, 0x4F02
        mov bx, [vmode]
        int 0x10
        expect "4F02", 0x004F
        mov ax, 0x4F03
        int 0x10
        mov ax, bx
        sub ax, [vmode]
        expect "4F03", 0
        mov ax, 0x4F06
        mov bl, 1
        int 0x10
        expect "4F06", 0x004F
        mov ax, bx
        sub ax, [line]
        expect "4F06 bytes", 0
        mov ax, cx
        sub ax, [width]
        expect "4F06 pixels", 0
        call bank_test
        mov bh, 0
        mov cx, 100             ; a pixel, far down
        mov dx, [height]
        dec dx
        mov ax, 0x0C0F
        int 0x10
        call point
        or al, al
        jz .dark
        mov al, 1
.dark:  expect "pixel", 1
        xor cx, 1
        call point
        expect "its neighbour", 0
        cmp word [vmode], 0x147 ; one of the many sizes
        jb .more
        ret
.more:  cmp byte [bits_pp], 4
        je .chars
        cmp word [width], 640   ; (slow in large modes)
        ja .scrolled
.chars: call mode_chars_test
.scrolled:
        mov ax, 0x4F07
        mov bx, 0
        mov cx, 0
        mov dx, 8
        int 0x10
        expect "4F07", 0x004F
        mov ax, 0x4F07
        mov bx, 1
        int 0x10
        mov ax, dx
        expect "4F07 line", 8
        cmp word [width], 640
        ja .no_wait
        mov bl, 0x80            ; 13 flips at 56 to 75 Hz, in ticks
        mov ax, 0x4F07
        call flips
        sub ax, 3
        cmp ax, 2
        sbb ax, ax
        expect "4F07 waits", 0xFFFF
        mov bl, 0
        mov ax, 0x4F07
        call flips
        cmp ax, 2
        sbb ax, ax
        expect "4F07 does not wait", 0xFFFF
.no_wait:
        mov bl, 0
        mov ax, 0x4F06
        mov cx, [width]
        add cx, 64
        int 0x10
        expect "4F06 set", 0x004F
        mov ax, cx
        sub ax, [width]
        expect "4F06 set pixels", 64
        cmp byte [bits_pp], 4
        je .end
        mov ax, 0x4F02
        mov bx, [vmode]
        or bh, 0x40
        int 0x10
        expect "4F02 LFB", 0x004F
        mov ax, 0x4F03
        int 0x10
        mov ax, bx
        sub ax, [vmode]
        expect "4F03 LFB", 0x4000
        cmp byte [bits_pp], 8
        jne .end
        test byte [can], 1      ; a DAC of 8 bits
        jz .end
        call dac8_test
.end:   ret
can:    db 0

; A text mode: its size in the BIOS data area, a character in its last cell.
vbe_text_test:
        mov ax, [es:0x12]
        mov [width], ax
        mov ax, [es:0x14]
        mov [height], ax
        mov ax, [es:8]
        expect "window of text", 0xB800
        mov ax, 0x4F02
        mov bx, [vmode]
        int 0x10
        expect "4F02 text", 0x004F
        mov ax, 0x4F03
        int 0x10
        mov ax, bx
        sub ax, [vmode]
        expect "4F03 text", 0
        push ds
        xor ax, ax
        mov ds, ax
        mov bx, [0x44A]
        mov cl, [0x484]
        pop ds
        mov ax, bx
        sub ax, [width]
        expect "columns", 0
        mov al, cl
        cbw
        inc ax
        sub ax, [height]
        expect "rows", 0
        mov bh, 0
        mov dl, [width]
        dec dx
        mov dh, cl
        mov ah, 2
        int 0x10
        mov ax, 0x0941
        mov bx, 0x1E
        mov cx, 1
        int 0x10
        mov ax, 0xB800
        mov es, ax
        mov ax, [width]
        mul word [height]
        add ax, ax
        mov di, ax
        mov ax, [es:di - 2]
        expect "last cell", 0x1E41
        mov ax, 0x4F06
        mov bl, 1
        int 0x10
        expect "no 4F06 in text", 0x014F
        ret

; Power, the monitor's data.
vbe_ext_test:
        mov ax, 0x4F10
        mov bl, 0
        int 0x10
        expect "4F10", 0x004F
        mov ax, bx
        expect "4F10 states", 0x0710
        mov ax, 0x4F10
        mov bx, 0x0401
        int 0x10
        expect "4F10 off", 0x004F
        call .state
        expect "4F10 is off", 4
        mov ax, 0x4F10
        mov bx, 0x0101
        int 0x10
        call .state
        expect "4F10 stand-by", 1
        mov ax, 0x4F10
        mov bx, 0x0001
        int 0x10
        call .state
        expect "4F10 on", 0
        mov ax, 0x4F15
        mov bl, 0
        xor cx, cx
        int 0x10
        expect "4F15", 0x004F
        mov ax, bx
        expect "4F15 link", 0x0102
        call buffer
        mov ax, 0x4F15
        mov bl, 1
        xor cx, cx
        xor dx, dx
        xor di, di
        int 0x10
        expect "4F15 block", 0x004F
        mov ax, [es:0x80]
        expect "4F15 length", 0xA5A5
        xor di, di
        xor ax, ax
        mov cx, 128
.sum:   add al, [es:di]
        inc di
        loop .sum
        expect "4F15 sum", 0
        mov ax, 0x4F0B
        mov bl, 0
        int 0x10
        expect "4F0B", 0x004F
        ret
.state: mov ax, 0x4F10
        mov bl, 2
        int 0x10
        mov al, bh
        mov ah, 0
        ret

bits_pp: db 0
width:  dw 0
height: dw 0
line:   dw 0

; AX = ticks that 13 calls of AX, BL take.
flips:
        mov bh, 0
        mov bp, ax
        push cs
        pop es
        mov di, quads
        call ticks
        mov si, ax
.edge:  call ticks
        cmp ax, si
        je .edge
        push ax
        mov si, 13              ; at 56 to 75 Hz: three or four ticks
.next:  mov ax, bp
        mov cx, 0
        mov dx, 0
        push bx
        push bp
        push si
        push di
        int 0x10
        pop di
        pop si
        pop bp
        pop bx
        dec si
        jnz .next
        pop si
        call ticks
        sub ax, si
        ret
ticks:  push ds
        xor ax, ax
        mov ds, ax
        mov ax, [0x46C]
        pop ds
        ret

bank_test:
        cmp byte [bits_pp], 4
        je .none
        mov ax, 0xA000
        mov es, ax
        mov ax, 0x4F05
        mov bx, 0
        mov dx, 1
        int 0x10
        expect "4F05", 0x004F
        mov word [es:0], 0x1234
        mov ax, 0x4F05
        mov bx, 0
        mov dx, 0
        int 0x10
        mov word [es:0], 0x5678
        mov ax, 0x4F05
        mov bx, 0
        mov dx, 1
        int 0x10
        mov ax, [es:0]
        expect "bank 1", 0x1234
        mov ax, 0x4F05
        mov bx, 0x100
        int 0x10
        mov ax, dx
        expect "4F05 tells", 1
        mov word [es:0], 0
        mov ax, 0x4F05
        mov bx, 0
        mov dx, 0
        int 0x10
        mov ax, [es:0]
        expect "bank 0", 0x5678
        mov word [es:0], 0
.none:  ret

dac8_test:
        mov ax, 0x4F08
        mov bx, 0x0800
        int 0x10
        expect "4F08", 0x004F
        mov al, bh
        mov ah, 0
        expect "8 bits", 8
        push cs
        pop es
        mov di, quads
        mov ax, 0x4F09
        mov bl, 0
        mov cx, 2
        mov dx, 254
        int 0x10
        expect "4F09", 0x004F
        call buffer
        xor di, di
        mov ax, 0x4F09
        mov bl, 1
        mov cx, 2
        mov dx, 254
        int 0x10
        mov ax, [es:0]
        expect "blue, green", 0xF001
        mov ax, [es:4]
        expect "of 255", 0x0380
        cmp word [width], 640
        ja .no_wait
        mov ax, 0x4F09
        mov bl, 0x80
        call flips
        sub ax, 3
        cmp ax, 2
        sbb ax, ax
        expect "4F09 waits", 0xFFFF
.no_wait:
        mov ax, 0x4F08
        mov bx, 0x0600
        int 0x10
        mov al, bh
        mov ah, 0
        expect "6 bits", 6
        ret
quads:  db 1, 0xF0, 3, 0, 0x80, 3, 0xFF, 0

vbe_state_test:
        mov ax, 0x4F02
        mov bx, 0x0103
        int 0x10
        mov ax, 0x4F05
        mov bx, 0
        mov dx, 3
        int 0x10
        mov ax, 0x4F04
        mov cx, 15
        mov dl, 0
        int 0x10
        expect "4F04", 0x004F
        mov ax, bx
        expect "4F04 blocks", 17
        call buffer
        mov ax, 0x4F04
        mov cx, 15
        mov dl, 1
        xor bx, bx
        int 0x10
        mov ax, [es:17 * 64]
        expect "4F04 length", 0xA5A5
        call spoil
        mov ax, BUF_SEG
        mov es, ax
        mov ax, 0x4F04
        mov cx, 15
        mov dl, 2
        xor bx, bx
        int 0x10
        expect "4F04 restore", 0x004F
        mov ax, 0x4F03
        int 0x10
        mov ax, bx
        and ax, 0x3FFF
        expect "4F04 mode", 0x0103
        mov ax, 0x4F05
        mov bx, 0x100
        int 0x10
        mov ax, dx
        expect "4F04 bank", 3
        ret
