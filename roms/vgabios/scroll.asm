; scroll.asm - 06h and 07h: scroll a window, in every kind of mode.
;
; One loop goes through the character rows; each kind of mode brings a routine
; that copies a row and one that fills a row. They get
;   AL target row, AH source row, CL left column, CH columns, BH fill, BL page,
;   SI the kind of mode
; and keep BX, CX, DX and BP.

fn06:
        mov bl, [PAGE]
; Scroll page BL by AL lines (0: clear), up for AH = 6, down for AH = 7;
; window CX to DX, fill BH.
scroll:
        call class
        cmp dh, [ROWS]
        jbe .rows
        mov dh, [ROWS]
.rows:  cmp dl, [COLS]
        jb .cols
        mov dl, [COLS]
        dec dx
.cols:  cmp dh, ch
        jb .none
        sub dl, cl
        jb .none
        inc dx                  ; DL = columns
        push bp
        mov bp, 0x0101          ; step of both rows
        push ax
        mov ah, dh
        sub ah, ch
        inc ah                  ; AH = rows of the window
        dec al                  ; 0 lines become the most there can be
        cmp al, ah
        jb .lines
        mov al, ah
        dec al
.lines: inc al
        sub ah, al              ; AH = rows to copy, AL = rows to fill
        pop di
        xchg ch, dl             ; CH = columns, DL = top, DH = bottom row
        test di, 0x0100
        jz .up
        neg bp
        mov dl, dh
.up:    xchg ax, dx
        mov ah, dl
        jz .first
        neg ah
.first: add ah, al
.copy:  or dh, dh
        jz .fill
        push ax
        push si
        call [cs:copy_row + si]
        pop si
        pop ax
        add ax, bp
        dec dh
        jmp .copy
.fill:  push ax
        push si
        call [cs:fill_row + si]
        pop si
        pop ax
        add ax, bp
        dec dl
        jnz .fill
        pop bp
.none:  ret

copy_row:
        dw text_copy, cga_copy, cga_copy, plane_copy, lin_copy, vbe_copy
fill_row:
        dw text_fill, cga_fill, cga_fill, plane_fill, lin_fill, vbe_fill
; ES:DI = the character at DX on page BH. Only AX is destroyed.
char_addr:
        dw text_addr, cga_addr, cga_addr, plane_addr, lin_addr

; ES:SI and ES:DI = source and target row, DL = columns, DH = 0. The caller
; has saved BX and DX.
row_pointers:
        mov bh, bl
        mov dl, cl
        mov dh, ah
        push ax
        call [cs:char_addr + si]
        pop ax
        push di
        mov dh, al
        call [cs:char_addr + si]
        pop si
        mov dl, ch
        xor dh, dh
        ret

text_copy:
        push bx
        push cx
        push dx
        call row_pointers
        mov cx, dx
        push es
        pop ds
        rep movsw
        jmp row_done

text_fill:
        push bx
        push cx
        push dx
        push bx
        call row_pointers
        pop ax                  ; AH = fill
        mov al, ' '
        mov cx, dx
        rep stosw
row_done:
        xor ax, ax
        mov ds, ax
        pop dx
        pop cx
        pop bx
        ret

cga_copy:
        push bx
        push cx
        push dx
        call row_pointers
        call cga_size
        call .half
        call .half
        jmp row_done
.half:  push si
        push di
        mov dl, 4
        call block_copy
        jmp cga_odd

cga_fill:
        push bx
        push cx
        push dx
        push bx
        call row_pointers
        call cga_size
        pop ax
        mov al, ah
        call .half
        call .half
        jmp row_done
.half:  push si
        push di
        mov dl, 4
        call block_fill
cga_odd:
        pop di
        pop si
        add si, 0x2000
        add di, 0x2000
        ret

; BX = bytes from line to line, CX = bytes of DX columns.
cga_size:
        mov cx, dx
        mov bx, 80
        cmp byte [MODE], 6
        je .done
        add cx, cx
.done:  ret

plane_copy:
        push bx
        push cx
        push dx
        call row_pointers
        mov cx, dx
        mov bx, [COLS]
        mov al, [CHEIGHT]
        push ax
        mov dx, 0x3CE
        mov ax, 0x0105          ; through the latches
        out dx, ax
        pop dx
        call block_copy
        mov dx, 0x3CE
        mov ax, 0x0005
        out dx, ax
        jmp row_done

plane_fill:
        push bx
        push cx
        push dx
        push bx
        call row_pointers
        pop ax                  ; AH = colour
        mov cx, dx
        mov bx, [COLS]
        mov dx, 0x3CE
        xor al, al              ; set/reset
        out dx, ax
        mov ax, 0x0F01          ; ... for all planes
        out dx, ax
        mov dl, [CHEIGHT]
        call block_fill
        call gc_default
        jmp row_done

lin_copy:
        push bx
        push cx
        push dx
        call row_pointers
        call lin_size
        call block_copy
        jmp row_done

lin_fill:
        push bx
        push cx
        push dx
        push bx
        call row_pointers
        call lin_size
        pop ax
        mov al, ah
        call block_fill
        jmp row_done

; As cga_size, and DL = lines.
lin_size:
        mov cl, 3
        mov bx, [COLS]
        shl bx, cl
        shl dx, cl
        mov cx, dx
        mov dl, [CHEIGHT]
        ret

; Copy DL lines of CX bytes, BX apart, ES:SI to ES:DI.
block_copy:
        push es
        pop ds
.line:  push cx
        push si
        push di
        rep movsb
        pop di
        pop si
        pop cx
        add si, bx
        add di, bx
        dec dl
        jnz .line
        xor ax, ax
        mov ds, ax
        ret

; Fill DL lines of CX bytes, BX apart, at ES:DI with AL. Keeps AX.
block_fill:
        push cx
        push di
        rep stosb
        pop di
        pop cx
        add di, bx
        dec dl
        jnz block_fill
        ret
