; graph.asm - characters in graphics modes: draw, and read back by comparing.
;
; Modes 4-6 take glyphs 00-7F from INT 43h and 80-FF from INT 1Fh, all others
; take 256 from INT 43h. Characters have a black background, or are XORed when
; bit 7 of the colour is set (not in the modes of 256 colours and more).

glyph_row:                      ; draw one character
        dw 0, cga_draw, cga_draw, plane_draw, lin_draw, vbe_draw
glyph_scan:                     ; read one into the buffer at SS:SI
        dw 0, cga_scan, cga_scan, plane_scan, lin_scan, vbe_scan

; CX times character AL in colour BL from DX on, page BH. SI = kind of mode.
graph_draw:
        push dx
.next:  push ax
        push cx
        push dx
        push si
        call [cs:glyph_row + si]
        pop si
        pop dx
        pop cx
        pop ax
        inc dl
        cmp dl, [COLS]
        jb .same
        xor dl, dl
        inc dh
        cmp dh, [ROWS]
        ja .done
.same:  loop .next
.done:  pop dx
        ret

; DS:SI = glyph of character AL. AX is destroyed.
glyph:
        mov ah, [CHEIGHT]
        cmp byte [MODE], 7
        jae .all
        mov ah, 8
        cmp al, 0x80
        jae .high
.all:   lds si, [VEC43]
        jmp .row
.high:  and al, 0x7F
        lds si, [VEC1F]
.row:   mul ah
        add si, ax
        ret

; Where a character is, as text_addr (see char_addr in scroll.asm).
cga_addr:
        mov al, 160
        mul dh
        add ax, ax
        mov di, ax
        mov al, dl
        xor ah, ah
        add di, ax
        cmp byte [MODE], 6
        je .seg
        add di, ax
.seg:   mov ax, 0xB800
        mov es, ax
        ret

plane_addr:
        push dx
        mov al, bh
        and ax, 7
        mul word [PAGELEN]
        mov di, ax
        pop dx
        call row_offset
        add di, ax
        mov ax, 0xA000
        mov es, ax
        ret

lin_addr:
        call row_offset
        add ax, ax
        add ax, ax
        add ax, ax
        mov di, ax
        mov ax, 0xA000
        mov es, ax
        ret

; AX = row * height * columns + column of DX.
row_offset:
        push dx
        mov al, [CHEIGHT]
        mul dh
        mul word [COLS]
        pop dx
        push dx
        xor dh, dh
        add ax, dx
        pop dx
        ret

; The graphics controller as after a mode set, all planes writable.
gc_default:
        push ax
        push dx
        mov dx, 0x3C4
        mov ax, 0x0F02
        out dx, ax
        mov dl, 0xCE
        xor ax, ax              ; set/reset
        out dx, ax
        inc ax                  ; ... off
        out dx, ax
        mov al, 3               ; no rotation, no function
        out dx, ax
        mov al, 5               ; modes 0
        out dx, ax
        mov ax, 0xFF08          ; all bits
        out dx, ax
        pop dx
        pop ax
        ret

; The drawing routines take AL, BL, BH, DX and keep BX and BP.
plane_draw:
        push ax
        call plane_addr
        call gc_default
        mov dx, 0x3CE
        test bl, 0x80
        jz .solid
        mov ax, 0x1803          ; XOR
        out dx, ax
.solid: mov al, bl
        call .planes
        mov cx, [CHEIGHT]
        mov dx, [COLS]
        pop ax
        call glyph
        push di
        push cx
.line:  lodsb
        mov ah, [es:di]         ; into the latches
        mov [es:di], al
        add di, dx
        loop .line
        mov ds, cx
        pop cx
        pop di
        mov al, bl
        not al
        call .planes            ; clear the other planes
        xor al, al
        test bl, 0x80
        jnz .done
        mov dx, [COLS]
.zero:  mov [es:di], al
        add di, dx
        loop .zero
.done:  jmp gc_default
.planes:
        and al, 15
        mov ah, al
        mov al, 2
        mov dx, 0x3C4
        out dx, ax
        ret

cga_draw:
        push ax
        call cga_addr
        mov al, bl
        mov dl, [MODE]
        mov dh, 0xFF            ; DH = mask of the colour
        cmp dl, 6
        jne .two
        test al, 1
        jnz .mask
        inc dh
        jmp .mask
.two:   and al, 3
        mov dh, 0x55
        mul dh
        mov dh, al
.mask:  pop ax
        call glyph
        mov cx, 4
.pair:  call .line
        add di, 0x2000
        call .line
        sub di, 0x2000 - 80
        loop .pair
        mov ds, cx
        ret
.line:  lodsb
        cmp dl, 6
        je .byte
        push dx
        call double
        mov ax, dx
        pop dx
        and al, dh
        and ah, dh
        xchg al, ah
        test bl, 0x80
        jz .word
        xor ax, [es:di]
.word:  mov [es:di], ax
        ret
.byte:  and al, dh
        test bl, 0x80
        jz .store
        xor al, [es:di]
.store: mov [es:di], al
        ret

; DX = bits of AL, each twice. AX is destroyed.
double:
        push cx
        mov cx, 8
.bit:   ror al, 1
        rcr dx, 1
        mov ah, al
        shl ah, 1
        rcr dx, 1
        loop .bit
        pop cx
        ret

lin_draw:
        push ax
        call lin_addr
        mov cx, [CHEIGHT]
        mov dx, [COLS]
        dec dx
        add dx, dx
        add dx, dx
        add dx, dx              ; from a line's end to the next line
        pop ax
        call glyph
.line:  lodsb
        push cx
        mov cx, 8
        mov ah, al
.pixel: xor al, al
        shl ah, 1
        jnc .store
        mov al, bl
.store: stosb
        loop .pixel
        pop cx
        add di, dx
        loop .line
        mov ds, cx
        ret

; AL = character at DX, page BH, or 0. SI = kind of mode.
graph_read:
        push bp
        mov cx, [CHEIGHT]
        mov bl, 1               ; 256 glyphs in one font
        cmp byte [MODE], 7
        jae .scan
        dec bx
        mov cl, 8
.scan:  sub sp, 32
        and cx, 0x1F
        mov bp, sp
        push cx
        push bx
        push bp
        call [cs:glyph_scan + si]
        pop bp
        pop bx
        pop dx                  ; DX = lines
        push ss
        pop es
        lds si, [VEC43]
        xor ax, ax
.next:  mov cx, dx
        mov di, bp
        push si
        repe cmpsb
        pop si
        je .found
        add si, dx
        inc al
        jz .found
        js .upper
        jmp .next
.upper: cmp ax, 0x80
        jne .next
        or bl, bl
        jnz .next
        xor cx, cx
        mov ds, cx
        lds si, [VEC1F]
        jmp .next
.found: xor cx, cx
        mov ds, cx
        add sp, 32
        pop bp
        ret

; The scanning routines put CX lines of the character at DX, page BH, to
; SS:BP, a bit set for each pixel that is not black.
plane_scan:
        call plane_addr
        call gc_default
        mov dx, 0x3CE
        mov ax, 0x0002          ; compare with colour 0
        out dx, ax
        mov ax, 0x0805
        out dx, ax
.line:  mov al, [es:di]
        not al
        mov [bp], al
        inc bp
        add di, [COLS]
        loop .line
        jmp gc_default

cga_scan:
        call cga_addr
        mov cx, 4
.pair:  call .line
        add di, 0x2000
        call .line
        sub di, 0x2000 - 80
        loop .pair
        ret
.line:  mov ax, [es:di]
        cmp byte [MODE], 6
        je .store
        xchg al, ah
        mov bx, 0xC000
.pixel: shl dl, 1
        test ax, bx
        jz .black
        inc dx
.black: shr bx, 1
        shr bx, 1
        jnz .pixel
        mov al, dl
.store: mov [bp], al
        inc bp
        ret

lin_scan:
        call lin_addr
.line:  push di
        push cx
        mov cx, 8
.pixel: shl dl, 1
        cmp byte [es:di], 0
        je .black
        inc dx
.black: inc di
        loop .pixel
        pop cx
        pop di
        mov [bp], dl
        inc bp
        mov ax, [COLS]
        add ax, ax
        add ax, ax
        add ax, ax
        add di, ax
        loop .line
        ret
