; font.asm - 11h: character generators, and loading fonts to plane 2.
;
; The font block of 16 or 8 KiB in plane 2 holds 32 bytes for each character.

fn11:
        mov si, .table
        jmp subfunction
.table: db 0x00
        dw user_load
        db 0x01
        dw rom14_load
        db 0x02
        dw rom8_load
        db 0x03
        dw block_select
        db 0x04
        dw rom16_load
        db 0x10
        dw user_fit
        db 0x11
        dw rom14_fit
        db 0x12
        dw rom8_fit
        db 0x14
        dw rom16_fit
        db 0x20
        dw upper_vector
        db 0x21
        dw user_vector
        db 0x22
        dw rom14_vector
        db 0x23
        dw rom8_vector
        db 0x24
        dw rom16_vector
        db 0x30
        dw font_info
        db 0xFF

; ES:SI = the ROM's font of AL lines (what is not 8 or 14 is 16).
rom_font:
        push cs
        pop es
        mov si, font8
        cmp al, 8
        jbe .done
        mov si, font14
        cmp al, 14
        jbe .done
        mov si, font16
.done:  ret

rom14_load:
        mov al, 14
        jmp rom_load
rom8_load:
        mov al, 8
        jmp rom_load
rom16_load:
        mov al, 16
; The ROM's font of AL lines to block BL.
rom_load:
        call rom_font
        mov bh, al
        xor dx, dx
        mov cx, 256
        jmp glyphs_load

; Font of [CHEIGHT] lines at ES:SI to block BL, all of it.
font_load:
        mov bh, [CHEIGHT]
        xor dx, dx
        mov cx, 256
        jmp glyphs_load

user_load:
        mov si, [bp + F_BP]
; CX glyphs of BH lines at ES:SI to block BL from character DX on. Keeps BX.
glyphs_load:
        jcxz .none
        cmp bh, 32
        ja .none
        push cx
        mov cl, 5
        shl dx, cl              ; 32 bytes for each character
        call block_offset
        add di, dx
        pop cx
        push bp
        mov bp, plane2_regs
.open:  mov dx, [cs:bp]
        mov al, [cs:bp + 2]
        out dx, al
        inc dx
        in al, dx
        push ax
        mov al, [cs:bp + 3]
        out dx, al
        add bp, 4
        cmp bp, plane2_end
        jb .open
        call glyphs_copy
.close: sub bp, 4
        mov dx, [cs:bp]
        mov al, [cs:bp + 2]
        out dx, al
        inc dx
        pop ax
        out dx, al
        cmp bp, plane2_regs
        ja .close
        pop bp
.none:  ret

plane2_regs:                    ; port, register, value: plane 2 at A0000
        dw 0x3C4
        db 2, 4
        dw 0x3C4
        db 4, 7
        dw 0x3CE
        db 4, 2
        dw 0x3CE
        db 5, 0
        dw 0x3CE
        db 6, 4
plane2_end:

glyphs_copy:
        push es
        pop ds
        mov ax, 0xA000
        mov es, ax
        mov al, bh
        cbw
        mov dx, 32
        sub dx, ax              ; left free under a glyph
.next:  push cx
        mov cx, ax
        rep movsb
        pop cx
        add di, dx
        loop .next
        mov ds, cx
        ret

; DI = where block BL starts in plane 2.
block_offset:
        push cx
        mov ch, bl
        and ch, 3
        mov cl, 6
        shl ch, cl
        mov cl, 0
        test bl, 4
        jz .done
        add ch, 0x20
.done:  mov di, cx
        pop cx
        ret

block_select:
        mov ah, bl
        mov al, 3
        mov dx, 0x3C4
        out dx, ax
        ret

user_fit:
        call user_load
        jmp font_fit
rom14_fit:
        call rom14_load
        jmp font_fit
rom8_fit:
        call rom8_load
        jmp font_fit
rom16_fit:
        call rom16_load
; As many rows of BH scan lines as the text mode has room for.
font_fit:
        cmp bh, 2
        jb .none
        mov al, bh
        cbw
        mov [CHEIGHT], ax
        call text_lines
        push ax
        div bh
        mov bl, al
        dec ax
        mov [ROWS], al
        mov al, [COLS]
        mul bl
        add ax, ax
        inc ah
        mov [PAGELEN], ax
        pop ax
        mov dx, [CRTC]
        push ax
        call fit_regs
        pop ax
        mov cx, [CURTYPE]
        jmp cursor_shape
.none:  ret

; The CRTC for BL rows of BH of AX lines.
fit_regs:
        mov cx, ax
        mov al, bl
        mul bh
        cmp cx, 200
        jne .single
        add ax, ax              ; each line is shown twice
.single:
        dec ax
        mov ah, al
        mov al, 0x12            ; end of the display
        out dx, ax
        mov al, 9
        out dx, al
        inc dx
        in al, dx
        and al, 0xE0
        mov bl, bh
        dec bx
        or al, bl
        out dx, al
        dec dx
        cmp byte [MODE], 7
        jne .done
        mov ah, bl              ; underline
        mov al, 0x14
        out dx, ax
.done:  ret

; AX = scan lines of the text mode.
text_lines:
        mov ax, 400
        test byte [VFLAG], 0x10
        jnz .done
        mov ax, 350
        cmp byte [MODE], 7
        je .done
        test byte [VFLAG], 0x80
        jz .done
        mov ax, 200
.done:  ret

upper_vector:
        mov ax, [bp + F_BP]
        mov [VEC1F], ax
        mov [VEC1F + 2], es
        ret

user_vector:
        mov si, [bp + F_BP]
        jmp set_vector
rom14_vector:
        mov al, 14
        jmp rom_vector
rom8_vector:
        mov al, 8
        jmp rom_vector
rom16_vector:
        mov al, 16
rom_vector:
        mov cl, al
        xor ch, ch
        call rom_font
; Glyphs of CX lines at ES:SI; rows by the code BL, DL of them for 0.
set_vector:
        mov [VEC43], si
        mov [VEC43 + 2], es
        mov [CHEIGHT], cx
        and bx, 3
        jz .rows
        mov dl, [cs:.codes + bx - 1]
.rows:  dec dx
        mov [ROWS], dl
        ret
.codes: db 14, 25, 43

font_info:
        mov ax, [CHEIGHT]
        mov [bp + F_CX], ax
        mov al, [ROWS]
        mov [bp + F_DX], al
        cmp bh, 7
        ja .none
        mov bl, bh
        xor bh, bh
        add bx, bx
        mov ax, [VEC1F]
        mov dx, [VEC1F + 2]
        jz .set
        cmp bl, 2
        mov ax, [VEC43]
        mov dx, [VEC43 + 2]
        je .set
        mov ax, [cs:.fonts + bx - 4]
        mov dx, cs
.set:   mov [bp + F_BP], ax
        mov [bp + F_ES], dx
.none:  ret
.fonts: dw font14, font8, font8 + 128 * 8, supplement, font16, supplement
