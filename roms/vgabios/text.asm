; text.asm - cursor, pages, characters and teletype: 01-03, 05, 08-0A, 0E,
; 0F, 13; text modes here, graphics modes through tables to graph.asm.

; SI = the way the mode keeps its pixels, Z set for text. Keeps the rest.
class:
        push ax
        mov al, [MODE]
        and ax, 0x7F
        mov si, ax
        pop ax
        cmp si, 0x13
        ja .vbe
        mov si, [cs:mode_class + si]
        and si, 0xFF
        ret
.vbe:   cmp si, 0x55
        jb .text
        cmp si, 0x70
        mov si, C_PLANE         ; 69h, 6Ah
        jb .done
        mov si, C_VBE
.done:  or si, si
        ret
.text:  xor si, si              ; C_TEXT
        ret

fn01:
; Cursor lines CH to CL. CGA shapes are stretched to the character's height
; unless 12h/34h forbids it; end before start makes the lower part.
cursor_shape:
        mov [CURTYPE], cx
        and cl, 0x1F
        test byte [VCTL], 1
        jnz .write
        call class
        jnz .write
        mov bx, [CHEIGHT]
        cmp bx, 8
        jbe .write
        mov ax, cx
        or al, ah
        cmp al, 8               ; not a CGA shape, or off
        jae .write
        dec bx                  ; the last line
        cmp cl, ch
        jb .split
        cmp cl, 3
        jbe .write
        mov al, ch
        add al, 2
        cmp al, cl
        jae .under
        cmp ch, 2
        jbe .full
        mov ch, bl
        inc ch
        shr ch, 1
.full:  mov cl, bl
        jmp .write
.under: sub ch, cl
        add ch, bl
        mov cl, bl
        cmp bl, 12
        jbe .write
        dec ch
        dec cx
        jmp .write
.split: or cl, cl
        jz .write
        mov ch, cl
        mov cl, bl
.write: mov dx, [CRTC]
        mov al, 0x0A
        mov ah, ch
        out dx, ax
        inc ax
        mov ah, cl
        out dx, ax
        ret

fn02:
; Cursor of page BH to DX, on the screen too when the page is shown.
cursor_set:
        push ax
        push bx
        mov bl, bh
        and bx, 7
        mov al, bl
        add bx, bx
        mov [CURPOS + bx], dx
        pop bx
        cmp al, [PAGE]
        jne .done
        call cursor_hw
.done:  pop ax
        ret

; The hardware cursor to DX on the shown page.
cursor_hw:
        push ax
        push bx
        push dx
        mov al, [COLS]
        mul dh
        xor dh, dh
        add ax, dx
        mov bx, [PAGEOFS]
        shr bx, 1
        add bx, ax
        mov dx, [CRTC]
        mov ah, bh
        mov al, 0x0E
        out dx, ax
        mov ah, bl
        inc ax
        out dx, ax
        pop dx
        pop bx
        pop ax
        ret

; DX = cursor of page BH.
cursor_get:
        push bx
        mov bl, bh
        and bx, 7
        add bx, bx
        mov dx, [CURPOS + bx]
        pop bx
        ret

fn03:
        call cursor_get
        mov [bp + F_DX], dx
        mov ax, [CURTYPE]
        mov [bp + F_CX], ax
        ret

fn04:                           ; light pen: none
        mov byte [bp + F_AX + 1], 0
        ret

fn05:
        cmp al, 7
        ja .none
        mov [PAGE], al
        cbw
        mul word [PAGELEN]
        mov [PAGEOFS], ax
        call class
        cmp si, C_PLANE         ; planes count bytes, the rest words
        je .start
        shr ax, 1
        cmp si, C_LIN           ; mode 13h counts dwords
        jne .start
        shr ax, 1
.start: mov bx, ax
        mov dx, [CRTC]
        mov ah, bh
        mov al, 0x0C
        out dx, ax
        mov ah, bl
        inc ax
        out dx, ax
        mov bh, [PAGE]
        call cursor_get
        call cursor_hw
.none:  ret

fn0F:
        mov al, [VCTL]
        and al, 0x80
        or al, [MODE]
        mov ah, [COLS]
        mov [bp + F_AX], ax
        mov al, [PAGE]
        mov [bp + F_BX + 1], al
        ret

; ES:DI = where page BH keeps the character at DX. AX is destroyed.
text_addr:
        mov al, [COLS]
        mul dh
        mov di, ax
        mov al, dl
        xor ah, ah
        add di, ax
        add di, di
        mov al, bh
        and ax, 7
        push dx
        mul word [PAGELEN]
        pop dx
        add di, ax
; ES = text memory. AX is destroyed.
text_seg:
        mov ax, 0xB800
        cmp byte [CRTC], 0xB4
        jne .set
        mov ah, 0xB0
.set:   mov es, ax
        ret

fn08:
        call cursor_get
        call class
        jnz .graph
        call text_addr
        mov ax, [es:di]
        mov [bp + F_AX], ax
        ret
.graph: call graph_read
        mov [bp + F_AX], al
        ret

fn09:
        xor ah, ah
        jmp write_chars
fn0A:
        mov ah, 1
write_chars:
        call cursor_get
; CX times character AL at DX of page BH; colour BL, in text only when AH = 0.
; Keeps BX and DX.
draw:
        jcxz .done
        call class
        jnz graph_draw
        push ax
        call text_addr
        pop ax
        or ah, ah
        jnz .plain
        mov ah, bl
        rep stosw
        ret
.plain: stosb
        inc di
        loop .plain
.done:  ret

fn0E:
        mov bh, [PAGE]
; Character AL to page BH, cursor moves, control codes act. BL is the colour
; in graphics modes. Keeps BX.
teletype:
        call cursor_get
        cmp al, 13
        ja .print
        je .return
        cmp al, 10
        je .feed
        cmp al, 8
        je .back
        cmp al, 7
        je beep
.print: mov ah, 1
.print_attr:
        mov cx, 1
        push dx
        call draw
        pop dx
        inc dl
        cmp dl, [COLS]
        jb .move
        xor dl, dl
.feed:  cmp dh, [ROWS]
        jae .scroll
        inc dh
.move:  jmp cursor_set
.back:  sub dl, 1
        adc dl, 0
        jmp .move
.return:
        xor dl, dl
        jmp .move
.scroll:
        call cursor_set
        push bx
        call class
        mov ah, 0
        jnz .fill
        call text_addr
        mov ah, [es:di + 1]     ; the colour of the line's end stays
.fill:  mov bl, bh
        mov bh, ah
        xor cx, cx
        mov dl, [COLS]
        dec dx
        mov dh, [ROWS]
        mov ax, 0x0601
        call scroll
        pop bx
        ret

fn13:
        cmp al, 3
        ja .none
        mov si, [bp + F_BP]
        push dx
        call cursor_get
        mov di, dx              ; where it was
        pop dx
        push di
        jcxz .end
        call cursor_set
.next:  push cx
        mov es, [bp + F_ES]
        es lodsb
        mov bl, [bp + F_BX]
        mov bh, [bp + F_BX + 1]
        call .control
        je .code
        test byte [bp + F_AX], 2
        jz .put
        mov bl, [es:si]
        inc si
.put:   push si
        call cursor_get
        xor ah, ah
        call teletype.print_attr
        pop si
        jmp .more
.code:  push si
        call teletype
        pop si
.more:  pop cx
        loop .next
.end:   pop dx
        test byte [bp + F_AX], 1
        jnz .none
        mov bh, [bp + F_BX + 1]
        call cursor_set
.none:  ret
.control:
        cmp al, 7
        je .yes
        cmp al, 8
        je .yes
        cmp al, 10
        je .yes
        cmp al, 13
.yes:   ret

; The bell: 896 Hz for a fifth of a second, timed by the speaker's own
; counter, given up after 64K reads should it stand still.
beep:
        push bx
        in al, 0x61
        push ax
        mov al, 0xB6
        out 0x43, al
        mov ax, 1331
        out 0x42, al
        mov al, ah
        out 0x42, al
        pop ax
        push ax
        or al, 3
        out 0x61, al
        xor cx, cx
        mov bx, 360             ; half periods
        mov dx, 0xFFFF
.poll:  mov al, 0x80            ; latch counter 2
        out 0x43, al
        in al, 0x42
        mov ah, al
        in al, 0x42
        xchg al, ah
        cmp ax, dx
        mov dx, ax
        jbe .same
        dec bx
        jz .off
.same:  loop .poll
.off:   pop ax
        out 0x61, al
        pop bx
        ret
