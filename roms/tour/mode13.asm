; mode13.asm - page: VGA mode 13h.
;
; 320 x 200 pixels of one byte each, at A000:0000, line after line: the mode
; of nearly all DOS games of its time. The byte is an index into the DAC's
; table of 256 colours of 18 bits. Behind the scenes the four planes are
; chained: the lowest two address bits pick the plane.
;
; The rings are drawn once, in colours 16 to 255. What moves is the palette:
; each frame the same 240 colours are written from another one on, during the
; vertical retrace. The ball is drawn each frame, over what was saved from
; under it; it and the text keep to the first 16 colours.
;
; Reference: IBM VGA hardware interface; R. F. Ferraro, "Programmer's Guide to
; the EGA, VGA and Super VGA Cards".

BALL            equ     16              ; its width and height
RING_COLORS     equ     240

mode13_palette: times RING_COLORS * 3 db 0
mode13_shift:   dw      0               ; offset of what index 16 shows
mode13_x:       dw      40
mode13_y:       dw      30
mode13_dx:      dw      3
mode13_dy:      dw      2
mode13_old:     dw      0FFFFh          ; where the ball is, FFFFh: nowhere
mode13_under:   times BALL * BALL db 0

mode13_ball:
        db      0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0
        db      0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0
        db      0, 0, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 0, 0
        db      0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0
        db      0, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0
        db      1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        db      0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0
        db      0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0
        db      0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0
        db      0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0
        db      0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0

; mode13_wave: AL = phase 0-255: AL = 0 to 63 and back.
mode13_wave:
        shr     al, 1                   ; 0-127
        test    al, 40h
        jz      .up
        xor     al, 7Fh
.up:
        ret

; mode13_colors: a rainbow: three waves, a third of the way apart.
mode13_colors:
        mov     di, mode13_palette
        xor     cx, cx
.next:
        mov     ax, cx                  ; the phase runs a little faster than
        mov     bl, 16                  ; the colour: 240 make a whole turn
        div     bl
        xor     ah, ah
        add     ax, cx
        mov     bl, al
        call    mode13_wave
        mov     [di], al
        mov     al, bl
        add     al, 85
        call    mode13_wave
        mov     [di + 1], al
        mov     al, bl
        add     al, 170
        call    mode13_wave
        mov     [di + 2], al
        add     di, 3
        inc     cx
        cmp     cx, RING_COLORS
        jb      .next
        ret

; mode13_load: 240 colours to index 16 and on: the DAC counts by itself.
mode13_load:
        mov     dx, DAC_WRITE
        mov     al, 16
        out     dx, al
        inc     dx
        mov     si, [mode13_shift]
        mov     cx, RING_COLORS * 3
        mov     bx, mode13_palette + RING_COLORS * 3
        add     si, mode13_palette
.next:
        lodsb
        out     dx, al
        cmp     si, bx
        jb      .more
        mov     si, mode13_palette
.more:
        loop    .next
        add     word [mode13_shift], 3
        cmp     word [mode13_shift], RING_COLORS * 3
        jb      .done
        mov     word [mode13_shift], 0
.done:
        ret

; mode13_rings: colour = (x * x + y * y) / 64 around the middle.
mode13_rings:
        mov     ax, 0A000h
        mov     es, ax
        xor     di, di
        mov     bx, -100                ; BX = y
.line:
        mov     ax, bx
        imul    bx
        mov     bp, ax                  ; BP = y * y
        mov     cx, -160                ; CX = x
.pixel:
        mov     ax, cx
        imul    cx
        add     ax, bp
        rol     ax, 1                   ; AH = bits 6 to 13
        rol     ax, 1
        mov     al, ah
        cmp     al, RING_COLORS
        jb      .store
        sub     al, RING_COLORS
.store:
        add     al, 16
        stosb
        inc     cx
        cmp     cx, 160
        jl      .pixel
        inc     bx
        cmp     bx, 100
        jl      .line
        ret

; mode13_offset: DI = 320 * y + x of the ball.
mode13_offset:
        mov     ax, 320
        mul     word [mode13_y]
        add     ax, [mode13_x]
        mov     di, ax
        ret

; mode13_restore: what was under the ball; mode13_draw: the ball, saving that.
mode13_restore:
        mov     di, [mode13_old]
        cmp     di, 0FFFFh
        je      .done
        mov     si, mode13_under
        mov     bx, BALL
.line:
        mov     cx, BALL
        rep     movsb
        add     di, 320 - BALL
        dec     bx
        jnz     .line
.done:
        ret
mode13_draw:
        call    mode13_offset
        mov     [mode13_old], di
        mov     si, mode13_ball
        mov     bp, mode13_under
        mov     bx, BALL
.line:
        mov     cx, BALL
.pixel:
        mov     al, [es:di]
        mov     [ds:bp], al
        inc     bp
        lodsb
        or      al, al
        jz      .clear                  ; 0: nothing there
        add     al, 13                  ; 1, 2: yellow, white
        mov     [es:di], al
.clear:
        inc     di
        loop    .pixel
        add     di, 320 - BALL
        dec     bx
        jnz     .line
        ret

; mode13_move: SI = position, BX = speed, CX = limit.
mode13_move:
        mov     ax, [si]
        add     ax, [bx]
        cmp     ax, cx
        jb      .inside
        neg     word [bx]               ; also below 0, which is a large number
        mov     ax, [si]
        add     ax, [bx]
.inside:
        mov     [si], ax
        ret

mode13_page:
        call    vga_found
        jz      .vga
        PRINT   '  This page needs a VGA.'
        jmp     page_type
.vga:
        call    mode13_begin
        AT      0, 0
        COLOR   0Fh
        PRINT   'Mode 13h: 320 x 200, 256 colours'
        AT      1, 0
        PRINT   'monitor: info vga'
        AT      24, 0
        PRINT   'Esc: menu  roms/tour/mode13.asm'
        mov     bx, mode13_frame
        xor     di, di
        call    vga_frames
        jmp     vga_text

mode13_begin:
        mov     al, 13h
        call    vga_mode
        call    mode13_colors
        call    mode13_load
        mov     word [mode13_old], 0FFFFh
        jmp     mode13_rings

mode13_frame:
        mov     ax, 0A000h
        mov     es, ax
        call    mode13_load
        call    mode13_restore
        mov     si, mode13_x
        mov     bx, mode13_dx
        mov     cx, 320 - BALL
        call    mode13_move
        mov     si, mode13_y
        mov     bx, mode13_dy
        mov     cx, 184 - BALL          ; not over the last line of text
        call    mode13_move
        call    mode13_draw
        test    byte [vga_count], 15
        jnz     .done
        AT      24, 34
        COLOR   0Fh
        mov     ax, [vga_rate]
        call    print_dec16
        PRINT   'Hz '
.done:
        ret

mode13_test:
        call    vga_found
        jz      .vga
        SKIP    'mode13: there is no VGA'
        ret
.vga:
        call    text_save
        call    mode13_begin
        mov     byte [text_gfx], 0      ; lines go to the saved screen
        mov     byte [vga_count], 1     ; no text
        mov     cx, 20
.frame:
        push    cx
        call    vga_retrace
        call    mode13_frame
        pop     cx
        loop    .frame
        call    mode13_test_pixels
        call    mode13_test_dac
        call    text_restore
        ret

mode13_test_pixels:
        mov     ax, 0A000h
        mov     es, ax
        mov     byte [es:100 * 320 + 77], 0A7h
        mov     ah, 0Dh                 ; read a pixel
        xor     bh, bh
        mov     cx, 77
        mov     dx, 100
        int     10h
        cmp     al, 0A7h
        CHECK_Z 'mode13: the byte at 320 * y + x is the pixel'
        mov     ax, 0C5Bh               ; write a pixel
        mov     cx, 319
        mov     dx, 199
        int     10h
        cmp     byte [es:199 * 320 + 319], 5Bh
        CHECK_Z 'mode13: and the other way round'
        call    mode13_restore
        mov     al, [es:100 * 320 + 160]
        cmp     al, 16
        CHECK_Z 'mode13: the middle of the rings is colour 16'
        mov     ah, 0Fh
        int     10h
        and     al, 7Fh
        cmp     al, 13h
        CHECK_Z 'mode13: the BIOS knows the mode'
        ret

; The DAC takes three writes for a colour, and gives them back as six bits.
mode13_test_dac:
        mov     dx, DAC_WRITE
        mov     al, 200
        out     dx, al
        inc     dx
        mov     al, 3Fh
        out     dx, al
        mov     al, 15h
        out     dx, al
        mov     al, 2Ah
        out     dx, al
        mov     dx, DAC_READ
        mov     al, 200
        out     dx, al
        mov     dx, DAC_DATA
        in      al, dx
        mov     bl, al
        in      al, dx
        mov     bh, al
        in      al, dx
        cmp     al, 2Ah
        jne     .check
        cmp     bx, 153Fh
.check:
        CHECK_Z 'mode13: a colour reads back from the DAC'
        mov     dx, DAC_WRITE
        mov     al, 255                 ; six bytes: colours 255 and 0
        out     dx, al
        inc     dx
        mov     cx, 6
        mov     al, 0
.write:
        out     dx, al
        inc     ax
        loop    .write
        mov     dx, DAC_READ
        mov     al, 0
        out     dx, al
        mov     dx, DAC_DATA
        in      al, dx
        cmp     al, 3
        CHECK_Z 'mode13: its index runs on from 255 to 0'
        ret
