; text.asm - characters, strings and numbers on the text screen.
;
; Text memory is written directly: 80 x 25 cells of a character and its colour
; at B800:0000 (B000:0000 on a monochrome adapter). While text_log is set, all
; that is printed also goes to COM1 and to the debug port E9h, which is how the
; self test reports to whoever runs it without a screen.

text_pos:       dw      0               ; row * 256 + column
text_attr:      db      NORMAL
text_log:       db      0
text_gfx:       db      0               ; 1: by the BIOS, in a graphics mode
text_seg:       dw      0B800h
text_com1:      dw      0               ; port, 0: none

; text_init: 80 x 25 text mode, COM1 at 115200 baud, 8N1.
text_init:
        push    ax
        push    dx
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     dx, [es:BDA_COM1]
        mov     [text_com1], dx
        or      dx, dx
        jz      .mode
        call    text_init_com1
.mode:
        call    text_mode
        pop     es
        pop     dx
        pop     ax
        ret

; text_init_com1: DX = base of an 8250 to 16550A. Changes AX.
text_init_com1:
        push    dx
        add     dx, 3
        mov     al, 80h                 ; LCR: divisor latch
        out     dx, al
        sub     dx, 3
        mov     ax, 0001h               ; divisor 1
        out     dx, al
        inc     dx
        mov     al, ah
        out     dx, al
        add     dx, 2
        mov     al, 03h                 ; LCR: 8 bits, no parity, 1 stop bit
        out     dx, al
        inc     dx
        mov     al, 03h                 ; MCR: DTR, RTS
        out     dx, al
        pop     dx
        ret

; text_mode: sets mode 3 (7 on a monochrome adapter) and clears the screen.
text_mode:
        push    ax
        push    bx
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     word [text_seg], 0B800h
        mov     ax, 0003h
        cmp     byte [es:BDA_CRTC], 0B4h
        jne     .set
        mov     word [text_seg], 0B000h
        mov     al, 07h
.set:
        int     10h
        pop     es
        pop     bx
        pop     ax
        call    text_clear
        ret

; text_clear: all cells blank in text_attr; the next character goes top left.
text_clear:
        push    ax
        push    cx
        push    di
        push    es
        mov     es, [text_seg]
        xor     di, di
        mov     cx, 80 * 25
        mov     al, ' '
        mov     ah, [text_attr]
        rep     stosw
        mov     word [text_pos], 0
        pop     es
        pop     di
        pop     cx
        pop     ax
        ret

; text_fill: AL = character, CX = how many, from text_pos on; stays on its row.
text_fill:
        push    cx
        jcxz    .done
.next:
        call    print_char
        loop    .next
.done:
        pop     cx
        ret

; text_to: AL = column below 80: blanks up to there, so that shorter text
; replaces longer.
text_to:
        push    ax
        mov     ah, al
.next:
        cmp     [text_pos], ah
        jae     .done
        mov     al, ' '
        call    print_char
        jmp     short .next
.done:
        pop     ax
        ret

; text_cursor: puts the blinking cursor at text_pos. text_hide: off the screen.
text_cursor:
        push    ax
        push    bx
        push    dx
        mov     dx, [text_pos]
        jmp     short text_hide.set
text_hide:
        push    ax
        push    bx
        push    dx
        mov     dx, 1900h
.set:
        mov     ah, 2
        xor     bh, bh
        int     10h
        pop     dx
        pop     bx
        pop     ax
        ret

; text_save: keeps the screen while a page uses a graphics mode; until
; text_restore, what is printed goes to the copy.
text_save:
        push    cx
        push    si
        push    di
        push    ds
        push    es
        mov     cx, SAVE_SEG
        mov     es, cx
        mov     ds, [text_seg]
        call    text_copy
        pop     es
        pop     ds
        mov     word [text_seg], SAVE_SEG
        pop     di
        pop     si
        pop     cx
        ret

; text_restore: back to text mode, with the screen as it was or has become.
text_restore:
        push    word [text_pos]
        call    text_mode
        call    text_hide
        pop     word [text_pos]
        push    cx
        push    si
        push    di
        push    ds
        push    es
        mov     es, [text_seg]
        mov     cx, SAVE_SEG
        mov     ds, cx
        call    text_copy
        pop     es
        pop     ds
        pop     di
        pop     si
        pop     cx
        ret

; text_copy: a screen from DS:0 to ES:0.
text_copy:
        xor     si, si
        xor     di, di
        mov     cx, 80 * 25
        rep     movsw
        ret

; text_scroll: all rows one up, the last one blank.
text_scroll:
        push    ax
        push    cx
        push    si
        push    di
        push    ds
        push    es
        mov     ah, [text_attr]
        mov     cx, [text_seg]
        mov     es, cx
        mov     ds, cx
        mov     si, 160
        xor     di, di
        mov     cx, 80 * 24
        rep     movsw
        mov     cx, 80
        mov     al, ' '
        rep     stosw
        pop     es
        pop     ds
        pop     di
        pop     si
        pop     cx
        pop     ax
        ret

; print_char: AL. 13 and 10 move to the next row's begin, as on a teletype.
print_char:
        cmp     byte [text_log], 0
        je      .screen
        call    log_char
.screen:
        cmp     al, 13
        je      .return
        cmp     al, 10
        je      .line
        push    ax
        push    di
        push    es
        mov     es, [text_seg]
        cmp     byte [text_gfx], 0
        jne     .bios
        call    text_offset
        mov     ah, [text_attr]
        stosw
        jmp     short .next
.bios:
        call    text_bios
.next:
        pop     es
        pop     di
        pop     ax
        inc     byte [text_pos]
        cmp     byte [text_pos], 80
        jb      .done
        mov     byte [text_pos], 0
.line:
        cmp     byte [text_pos + 1], 24
        jb      .below
        call    text_scroll
        ret
.below:
        inc     byte [text_pos + 1]
.done:
        ret
.return:
        mov     byte [text_pos], 0
        ret

; text_bios: AL at text_pos, drawn by the BIOS.
text_bios:
        push    bx
        push    cx
        push    dx
        push    ax
        mov     dx, [text_pos]
        xor     bh, bh
        mov     ah, 2                   ; cursor
        int     10h
        pop     ax
        mov     ah, 9                   ; character
        mov     bl, [text_attr]
        mov     cx, 1
        int     10h
        pop     dx
        pop     cx
        pop     bx
        ret

; text_offset: DI = offset of text_pos in text memory.
text_offset:
        push    ax
        mov     al, 80
        mul     byte [text_pos + 1]
        mov     di, ax
        xor     ah, ah
        mov     al, [text_pos]
        add     di, ax
        shl     di, 1
        pop     ax
        ret

; log_char: AL to COM1 and port E9h.
log_char:
        push    ax
        push    cx
        push    dx
        out     DEBUG_CONSOLE, al
        mov     dx, [text_com1]
        or      dx, dx
        jz      .done
        mov     ah, al
        add     dx, 5                   ; line status
        xor     cx, cx
.wait:
        in      al, dx
        test    al, 20h                 ; transmitter holding register empty
        loopz   .wait
        sub     dx, 5
        mov     al, ah
        out     dx, al
.done:
        pop     dx
        pop     cx
        pop     ax
        ret

; print: DS:SI = text, ended by 0.
print:
        push    ax
        push    si
.next:
        lodsb
        or      al, al
        jz      .done
        call    print_char
        jmp     short .next
.done:
        pop     si
        pop     ax
        ret

; print_inline: the text behind the call, see PRINT.
print_inline:
        push    bp
        mov     bp, sp
        push    ax
        push    si
        mov     si, [bp + 2]
.next:
        lodsb
        or      al, al
        jz      .done
        call    print_char
        jmp     short .next
.done:
        mov     [bp + 2], si            ; return behind the text
        pop     si
        pop     ax
        pop     bp
        ret

; print_line: on to the next row.
print_line:
        push    ax
        mov     al, 13
        call    print_char
        mov     al, 10
        call    print_char
        pop     ax
        ret

; print_hex8: AL; print_hex16: AX; print_hex32: DX:AX.
print_hex32:
        xchg    ax, dx
        call    print_hex16
        xchg    ax, dx
print_hex16:
        xchg    al, ah
        call    print_hex8
        xchg    al, ah
print_hex8:
        push    ax
        push    cx
        mov     ah, al
        mov     cl, 4
        shr     al, cl
        call    .digit
        mov     al, ah
        and     al, 0Fh
        call    .digit
        pop     cx
        pop     ax
        ret
.digit:
        cmp     al, 10
        jb      .low
        add     al, 'A' - '0' - 10
.low:
        add     al, '0'
        jmp     print_char

; print_bin8: AL as eight binary digits.
print_bin8:
        push    ax
        push    cx
        mov     cx, 8
        mov     ah, al
.next:
        mov     al, '0'
        shl     ah, 1
        adc     al, 0
        call    print_char
        loop    .next
        pop     cx
        pop     ax
        ret

; print_dec16: AX unsigned; print_dec32: DX:AX unsigned.
print_dec16:
        push    dx
        xor     dx, dx
        call    print_dec32
        pop     dx
        ret
print_dec32:
        push    ax
        push    bx
        push    cx
        push    dx
        xor     cx, cx                  ; CX = digits on the stack
        mov     bx, 10
.divide:
        push    ax                      ; high word first, as on paper
        mov     ax, dx
        xor     dx, dx
        div     bx
        mov     [.high], ax
        pop     ax
        div     bx
        push    dx
        inc     cx
        mov     dx, [.high]
        push    ax
        or      ax, dx
        pop     ax
        jnz     .divide
.print:
        pop     ax
        add     al, '0'
        call    print_char
        loop    .print
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret
.high:  dw      0
