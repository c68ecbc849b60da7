; textmode.asm - page: text mode and fonts.
;
; A text screen is 80 x 25 cells of two bytes: a character and an attribute
; (bits 0-3 its colour, 4-6 the background's, 7 blinking or a bright
; background). The even bytes lie in plane 0 of video memory, the odd ones in
; plane 1; plane 2 holds the font: 32 bytes for each character, one a line. The
; font is RAM: programs may draw their own, and this page does.
;
; Shown: all characters, all attributes, the cursor's registers. Reference: IBM
; VGA hardware interface; Ralf Brown's Interrupt List, INT 10h, AH = 11h.

TEXT_GLYPH      equ     02h             ; the character that turns

textmode_blink: db      1
textmode_font:  db      2               ; 0 8x8, 1 8x14, 2 8x16
textmode_regs:  times 5 db 0            ; registers that font_open changes
textmode_turn:  db      0
textmode_glyph: times 16 db 0

; Which registers, port by port. To reach plane 2 at A000:0000, memory must
; look plain: no odd/even, no chaining.
textmode_list:
        db      SEQ & 0FFh, 2, 04h      ; map mask: plane 2
        db      SEQ & 0FFh, 4, 07h      ; memory mode: sequential
        db      GC & 0FFh, 4, 02h       ; read map: plane 2
        db      GC & 0FFh, 5, 00h       ; mode: write mode 0
        db      GC & 0FFh, 6, 04h       ; A000h, 64 KB

; font_open: plane 2 at ES:0. font_close: text as before.
font_open:
        push    ax
        push    bx
        push    dx
        push    si
        mov     si, textmode_list
        xor     bx, bx
.next:
        mov     dh, 3
        mov     dl, [si]
        mov     al, [si + 1]
        call    vga_read
        mov     [textmode_regs + bx], al
        mov     ax, [si + 1]
        out     dx, ax
        add     si, 3
        inc     bx
        cmp     bx, 5
        jb      .next
        mov     ax, 0A000h
        mov     es, ax
        pop     si
        pop     dx
        pop     bx
        pop     ax
        ret
font_close:
        push    ax
        push    bx
        push    dx
        push    si
        mov     si, textmode_list
        xor     bx, bx
.next:
        mov     dh, 3
        mov     dl, [si]
        mov     al, [si + 1]
        mov     ah, [textmode_regs + bx]
        out     dx, ax
        add     si, 3
        inc     bx
        cmp     bx, 5
        jb      .next
        pop     si
        pop     dx
        pop     bx
        pop     ax
        ret

; font_get, font_set: the 16 lines of character AL, from or to DS:DI.
font_get:
        push    cx
        push    si
        push    di
        push    es
        call    font_open
        call    font_offset
        mov     cx, 16
.next:
        mov     ah, [es:si]
        mov     [di], ah
        inc     si
        inc     di
        loop    .next
        call    font_close
        pop     es
        pop     di
        pop     si
        pop     cx
        ret
font_set:
        push    cx
        push    si
        push    di
        push    es
        call    font_open
        call    font_offset
        mov     cx, 16
.next:
        mov     ah, [di]
        mov     [es:si], ah
        inc     si
        inc     di
        loop    .next
        call    font_close
        pop     es
        pop     di
        pop     si
        pop     cx
        ret

; font_offset: SI = 32 * AL.
font_offset:
        push    cx
        xor     ah, ah
        mov     si, ax
        mov     cl, 5
        shl     si, cl
        pop     cx
        ret

textmode_page:
        call    vga_found
        jz      .vga
        PRINT   '  This page needs a VGA.'
        jmp     page_type
.vga:
        NOTE    2, 'All characters, all attributes (background down, ', \
                   'colour across).'
        HELP    'F: font   B: blinking or bright backgrounds   C: cursor'
        mov     byte [textmode_blink], 1
        mov     byte [textmode_font], 2
        call    textmode_chart
        mov     bx, textmode_show
        mov     di, textmode_key
        call    page_loop
        call    text_mode               ; the BIOS's font again
        ret

; textmode_chart: 16 x 16 characters, and 16 x 16 attributes of one.
textmode_chart:
        mov     es, [text_seg]
        xor     bx, bx                  ; BX = character
.next:
        mov     ax, bx
        mov     cl, 4
        shr     al, cl
        add     al, 4
        mov     cl, 160
        mul     cl
        mov     di, ax                  ; row
        mov     ax, bx
        and     ax, 0Fh
        shl     ax, 1
        shl     ax, 1                   ; two cells a character
        add     di, ax
        mov     al, bl
        mov     ah, BRIGHT
        mov     [es:di + 4], ax
        mov     ah, bl
        mov     al, 'a'
        mov     [es:di + 80], ax
        mov     [es:di + 82], ax
        inc     bx
        cmp     bx, 256
        jb      .next
        ret

textmode_key:
        cmp     al, 'F'
        je      .font
        cmp     al, 'B'
        je      .blink
        cmp     al, 'C'
        jne     .done
        AT      21, 40
        mov     ah, 1                   ; cursor from line 0 to 15: a block
        mov     cx, 000Fh
        int     10h
        jmp     text_cursor
.blink:
        xor     byte [textmode_blink], 1
        mov     bl, [textmode_blink]
        mov     ax, 1003h
        int     10h
.done:
        ret
.font:
        inc     byte [textmode_font]
        cmp     byte [textmode_font], 3
        jb      .load
        mov     byte [textmode_font], 0
.load:
        mov     bl, [textmode_font]
        xor     bh, bh
        shl     bx, 1
        mov     ax, [.loads + bx]
        xor     bl, bl
        int     10h
        jmp     text_hide
.loads: dw      1112h, 1111h, 1114h     ; load the font and set the lines

textmode_show:
        FIELD   21, 2, 'Cursor at (CRTC 0E, 0F)'
        mov     dx, CRTC
        mov     al, 0Eh
        call    vga_read
        call    print_hex8
        mov     al, 0Fh
        call    vga_read
        call    print_hex8
        FIELD   22, 2, 'Lines of a character (CRTC 09)'
        mov     dx, CRTC
        mov     al, 09h
        call    vga_read
        and     al, 1Fh
        inc     al
        xor     ah, ah
        call    print_dec16
        PRINT   '   '
        FIELD   22, 40, 'Blinking (attribute controller 10)'
        mov     al, [textmode_blink]
        call    print_hex8
        jmp     textmode_spin

; textmode_spin: draws character 02h anew, in plane 2: a turning line.
textmode_spin:
        inc     byte [textmode_turn]
        mov     bl, [textmode_turn]
        and     bl, 3
        xor     bh, bh
        shl     bx, 1
        shl     bx, 1
        shl     bx, 1
        add     bx, .shapes
        mov     di, textmode_glyph
        mov     si, bx
        mov     cx, 8
.line:
        lodsb
        mov     [di], al                ; twice as high
        mov     [di + 1], al
        add     di, 2
        loop    .line
        mov     di, textmode_glyph
        mov     al, TEXT_GLYPH
        jmp     font_set
.shapes:
        db      00h, 00h, 00h, 0FFh, 0FFh, 00h, 00h, 00h
        db      80h, 40h, 20h, 10h, 08h, 04h, 02h, 01h
        db      18h, 18h, 18h, 18h, 18h, 18h, 18h, 18h
        db      01h, 02h, 04h, 08h, 10h, 20h, 40h, 80h

; textmode_retrace: CF = 1 when the status bits have changed to those wanted.
textmode_in:
        mov     dx, STATUS1
        in      al, dx
        mov     cl, 4
        shr     al, cl
        ret
textmode_out:
        call    textmode_in
        cmc
        ret

textmode_test:
        call    vga_found
        jz      .vga
        SKIP    'text: there is no VGA'
        ret
.vga:
        push    word [text_pos]
        AT      12, 34
        call    text_cursor
        pop     word [text_pos]
        mov     dx, CRTC
        mov     al, 0Eh
        call    vga_read
        mov     bh, al
        mov     al, 0Fh
        call    vga_read
        mov     bl, al
        call    text_hide
        cmp     bx, 12 * 80 + 34
        CHECK_Z 'text: the cursor of the CRTC is where the BIOS put it'
        mov     bx, textmode_in
        mov     ax, 500
        call    wait_until
        CHECK_C 'text: the vertical retrace begins'
        mov     bx, textmode_out
        mov     ax, 500
        call    wait_until
        CHECK_C 'text: and ends'
        call    textmode_test_font
        call    textmode_test_lines
        ret

; The font in plane 2 is the BIOS's, until somebody draws another.
textmode_test_font:
        mov     di, textmode_glyph
        mov     al, 'A'
        call    font_get
        push    es
        push    bp
        mov     ax, 1130h               ; ES:BP = the 8 x 16 font
        mov     bh, 6
        int     10h
        mov     bx, bp
        pop     bp
        add     bx, 'A' * 16
        mov     di, bx
        mov     si, textmode_glyph
        mov     cx, 16
        repe    cmpsb
        pop     es
        CHECK_Z 'text: plane 2 holds the font of the BIOS'
        mov     di, .checkers
        mov     al, TEXT_GLYPH
        call    font_set
        mov     di, textmode_glyph
        call    font_get
        push    ds
        pop     es
        mov     si, textmode_glyph
        mov     di, .checkers
        mov     cx, 16
        repe    cmpsb
        CHECK_Z 'text: a character can be drawn anew'
        ret
.checkers:
        times 8 db 0AAh, 55h

; The 8 x 8 font makes 50 lines.
textmode_test_lines:
        call    text_save
        mov     ax, 1112h
        xor     bl, bl
        int     10h
        mov     ax, BDA_SEG
        mov     es, ax
        cmp     byte [es:84h], 49
        CHECK_Z 'text: the 8 x 8 font makes 50 lines'
        mov     dx, CRTC
        mov     al, 09h
        call    vga_read
        and     al, 1Fh
        cmp     al, 7
        CHECK_Z 'text: of eight scan lines each'
        call    text_restore
        ret
