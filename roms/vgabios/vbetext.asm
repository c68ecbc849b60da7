; vbetext.asm - characters, pixels and scrolling in packed VBE modes, through
; the window at A0000.
;
; In modes of more than 8 bits a colour is one of the 16 of the CGA.
; DX:DI is a position in video memory: the bank and the offset in it.

; Locals, at BP after vbe_enter; they end where the caller's BP is kept.
L_PIXEL equ 0                   ; four bytes of the colour
L_BYTES equ 4                   ; word: bytes of a pixel
L_LINE  equ 6                   ; word: bytes of a line
L_FROM  equ 8                   ; word: bank to copy from
L_TO    equ 10                  ; word: bank to copy to
L_WIDTH equ 12                  ; word: bytes to copy in a line
L_BANK  equ 14                  ; word: bank that the window shows
L_DATA  equ 16                  ; what is on its way
L_CHUNK equ 64
L_SIZE  equ L_DATA + L_CHUNK

; Make the locals, for colour BL. ES = the window. Keeps BX, DX and DI.
vbe_enter:
        pop ax
        push bp
        sub sp, L_SIZE
        mov bp, sp
        push ax
        push dx
        mov al, DISPI_BPP
        call dispi_get
        mov dx, ax
        add al, 7
        mov cl, 3
        shr al, cl
        mov [bp + L_BYTES], ax
        mov word [bp + L_BANK], -1
        mov al, DISPI_WIDTH
        call dispi_get
        push dx
        mul word [bp + L_BYTES]
        mov [bp + L_LINE], ax
        pop ax
        call vbe_colour
        mov ax, 0xA000
        mov es, ax
        pop dx
        ret

; Undo vbe_enter and return from the routine that called it. DS = 0 again.
vbe_leave:
        add sp, L_SIZE
        pop bp
        xor cx, cx
        mov ds, cx
        ret

; The pixel of colour BL for AL bits. Destroys AX, CX, DX and SI.
vbe_colour:
        mov [bp + L_PIXEL], bl
        cmp al, 8
        jbe .done
        push bx
        mov dl, al
        and bx, 15
        mov bl, [cs:ega_values + bx]
        mov byte [bp + L_PIXEL + 3], 0
        xor si, si              ; blue, green, red
.part:  mov al, 0
        test bl, 1
        jz .third
        mov al, 0xAA
.third: test bl, 8
        jz .store
        add al, 0x55
.store: mov [bp + L_PIXEL + si], al
        shr bl, 1
        inc si
        cmp si, 3
        jb .part
        cmp dl, 24
        jae .end
        mov cl, 3               ; pack it into a word
        mov bh, [bp + L_PIXEL + 2]
        xor bl, bl
        and bh, 0xF8
        mov al, [bp + L_PIXEL + 1]
        and ax, 0x00FC
        shl ax, cl
        or bx, ax
        cmp dl, 16
        je .blue
        shr bx, 1
        and bl, 0xE0
.blue:  mov al, [bp + L_PIXEL]
        shr al, cl
        or bl, al
        mov [bp + L_PIXEL], bx
.end:   pop bx
.done:  ret

; The window to bank DX.
vbe_window:
        cmp dx, [bp + L_BANK]
        je .done
        mov [bp + L_BANK], dx
        push ax
        push bx
        mov bx, dx
        mov al, DISPI_BANK
        call dispi_set
        pop bx
        pop ax
.done:  ret

; The pixel's bytes, masked by AH, to DX:DI and on. AL is destroyed.
vbe_pixel:
        push si
        xor si, si
.byte:  mov al, [bp + L_PIXEL + si]
        and al, ah
        stosb
        or di, di
        jnz .same
        inc dx
        call vbe_window
.same:  inc si
        cmp si, [bp + L_BYTES]
        jb .byte
        pop si
        ret

; DX:DI = column DL of character row DH.
vbe_cell:
        mov al, [CHEIGHT]
        mul dh
        mov cl, 3
        xor dh, dh
        shl dx, cl
        mov cx, dx
; DX:DI = pixel CX of line AX. AX and CX are destroyed.
vbe_locate:
        mul word [bp + L_LINE]
        xchg ax, cx
        push dx
        mul word [bp + L_BYTES]
        pop dx
        add ax, cx
        adc dx, 0
        mov di, ax
        ret

; Add a line to DX:DI.
vbe_next_line:
        add di, [bp + L_LINE]
        adc dx, 0
        ret

vbe_draw:
        mov di, ax
        call vbe_enter
        push bx
        push di
        call vbe_cell
        pop ax
        mov cx, [CHEIGHT]
        call glyph
.line:  push cx
        push dx
        push di
        call vbe_window
        lodsb
        mov ch, al
        mov cl, 8
.pixel: shl ch, 1
        sbb ah, ah
        call vbe_pixel
        dec cl
        jnz .pixel
        pop di
        pop dx
        pop cx
        call vbe_next_line
        loop .line
        pop bx
        jmp vbe_leave

vbe_scan:
        call vbe_enter
        mov si, [bp + L_SIZE]   ; the buffer
        call vbe_cell
        mov cx, [CHEIGHT]
        and cx, 0x1F
.line:  push cx
        push dx
        push di
        call vbe_window
        mov cx, 8
.pixel: mov bx, [bp + L_BYTES]
        mov al, 0
.byte:  or al, [es:di]
        inc di
        jnz .same
        inc dx
        call vbe_window
.same:  dec bx
        jnz .byte
        cmp al, 1
        cmc
        rcl ah, 1
        loop .pixel
        mov [ss:si], ah
        inc si
        pop di
        pop dx
        pop cx
        call vbe_next_line
        loop .line
        jmp vbe_leave

vbe_plot:
        mov bl, al
        mov di, cx
        call vbe_enter
        mov cx, di
        mov ax, dx
        call vbe_locate
        call vbe_window
        mov ah, 0xFF
        call vbe_pixel
        jmp vbe_leave

vbe_point:
        mov di, cx
        call vbe_enter
        mov cx, di
        mov ax, dx
        call vbe_locate
        call vbe_window
        mov al, [es:di]
        jmp vbe_leave

; The row routines of scroll.asm.
vbe_fill:
        push bx
        push cx
        push dx
        mov bl, bh
        mov dx, cx
        mov dh, al
        push cx
        call .fill
        pop cx
        jmp row_done
.fill:  mov di, cx
        call vbe_enter
        mov bx, di
        call vbe_cell
        mov bl, bh              ; BX = pixels
        xor bh, bh
        mov cl, 3
        shl bx, cl
        mov ah, 0xFF
        mov cl, [CHEIGHT]
.line:  push bx
        push dx
        push di
        call vbe_window
.pixel: call vbe_pixel
        dec bx
        jnz .pixel
        pop di
        pop dx
        pop bx
        call vbe_next_line
        dec cl
        jnz .line
        jmp vbe_leave

vbe_copy:
        push bx
        push cx
        push dx
        mov di, ax
        mov dx, cx
        call .rows
        jmp row_done
.rows:  call vbe_enter
        push di
        push dx
        mov ax, di
        mov dh, ah
        call vbe_cell           ; source
        mov si, di
        mov [bp + L_FROM], dx
        pop dx
        pop ax
        push dx
        mov dh, al
        call vbe_cell           ; target
        mov [bp + L_TO], dx
        pop ax
        mov al, ah
        xor ah, ah
        mov cl, 3
        shl ax, cl
        mul word [bp + L_BYTES]
        mov [bp + L_WIDTH], ax
        mov cx, [CHEIGHT]
.line:  push cx
        push si
        push di
        push word [bp + L_FROM]
        push word [bp + L_TO]
        mov cx, [bp + L_WIDTH]
.chunk: call vbe_copy_chunk
        jnz .chunk
        pop word [bp + L_TO]
        pop word [bp + L_FROM]
        pop di
        pop si
        pop cx
        add si, [bp + L_LINE]
        adc word [bp + L_FROM], 0
        add di, [bp + L_LINE]
        adc word [bp + L_TO], 0
        loop .line
        jmp vbe_leave

; Copy some of CX bytes, as many as lie in one bank on both sides. CX = what
; is left, Z when that is nothing.
vbe_copy_chunk:
        mov dx, [bp + L_FROM]
        mov ax, cx
        cmp dx, [bp + L_TO]
        je .source              ; one bank: no need of the buffer
        mov ax, L_CHUNK
        cmp ax, cx
        jbe .source
        mov ax, cx
.source:
        mov bx, si
        neg bx
        jz .target              ; a whole bank
        cmp ax, bx
        jbe .target
        mov ax, bx
.target:
        mov bx, di
        neg bx
        jz .go
        cmp ax, bx
        jbe .go
        mov ax, bx
.go:    sub cx, ax
        push cx
        mov cx, ax
        call vbe_window
        cmp dx, [bp + L_TO]
        je .direct
        push ax
        push di
        lea di, [bp + L_DATA]
.read:  es lodsb
        mov [ss:di], al
        inc di
        loop .read
        pop di
        or si, si
        jnz .write
        inc word [bp + L_FROM]
.write: pop cx
        push si
        lea si, [bp + L_DATA]
        mov dx, [bp + L_TO]
        call vbe_window
.store: ss lodsb
        stosb
        loop .store
        pop si
        jmp .end
.direct:
        push ds
        push es
        pop ds
        rep movsb
        pop ds
        or si, si
        jnz .end
        inc word [bp + L_FROM]
.end:   or di, di
        jnz .done
        inc word [bp + L_TO]
.done:  pop cx
        or cx, cx
        ret
