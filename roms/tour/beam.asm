; beam.asm - page: the beam.
;
; The picture is painted line by line, 31,469 lines a second. Input status 1
; tells where the beam is: bit 3 is set in the vertical retrace, bit 0 while
; nothing is shown - in the retrace, and between two lines. So a program that
; counts the pulses of bit 0 from the first line on knows the line; and what it
; then changes takes effect from there on. Here colour 1 of the DAC, the blue
; behind the text, is written between lines: a bar of 32 shades, from one table
; entry. Games on machines with a "copper" had a processor for that.
;
; The line compare register splits the screen: behind the line that it names,
; the CRTC begins anew at address 0, whatever the start address is. Its ten
; bits are in three registers: 18h, bit 4 of 07h, bit 6 of 09h.
;
; Reference: IBM VGA hardware interface; FreeVGA, "Manipulating the split screen".

BEAM_HIGH       equ     32              ; lines of the bar
BEAM_LAST       equ     340             ; its lowest place

beam_line:      dw      100             ; where the bar begins
beam_step:      dw      2
beam_moves:     db      1
beam_split:     dw      1023            ; the line to compare: none

beam_page:
        call    vga_found
        jz      .vga
        PRINT   '  This page needs a VGA.'
        jmp     page_type
.vga:
        NOTE    4, 'The bar is one colour of the DAC, written anew for each ', \
                   'of 32 lines while the'
        NOTE    5, 'beam is between them. It knows the line by counting the ', \
                   'pulses of 3DAh bit 0.'
        HELP    'up, down: the bar   M: it moves or stays   + -: the split'
        call    timer_ticks
        mov     [vga_next], ax
        mov     ax, [vga_count]
        mov     [vga_last], ax
; Not vga_frames' loop: that leaves frames out, and the bar would flicker.
.frame:
        call    vga_retrace
        call    beam_frame
        inc     word [vga_count]
        call    vga_second
        call    key_poll
        jz      .frame
        cmp     al, ESC
        je      .done
        call    key_upper
        call    beam_key
        jmp     .frame
.done:
        mov     word [beam_split], 1023
        call    beam_blue
        jmp     vga_text

; beam_key: AH = scan code, AL = character.
beam_key:
        cmp     al, 'M'
        je      .move
        cmp     al, '+'
        je      .down
        cmp     al, '-'
        je      .up
        cmp     ah, 48h
        je      .higher
        cmp     ah, 50h
        jne     .done
        add     word [beam_line], 8
        cmp     word [beam_line], BEAM_LAST
        jbe     .done
        mov     word [beam_line], BEAM_LAST
.done:
        ret
.higher:
        sub     word [beam_line], 8
        jns     .done
        mov     word [beam_line], 0
        ret
.move:
        xor     byte [beam_moves], 1
        ret
.down:
        cmp     word [beam_split], 392  ; below the picture: from the top
        jb      .lower
        mov     word [beam_split], 192
.lower:
        add     word [beam_split], 8
        jmp     beam_compare
.up:
        cmp     word [beam_split], 400
        jbe     .upper
        mov     word [beam_split], 400
.upper:
        sub     word [beam_split], 8
        jnc     beam_compare
        mov     word [beam_split], 0

; beam_compare: the line compare register from beam_split.
beam_compare:
        mov     dx, CRTC
        mov     bx, [beam_split]
        mov     ah, bl
        mov     al, 18h
        call    vga_write
        mov     al, 07h
        call    vga_read
        and     al, 0EFh
        test    bh, 1
        jz      .bit8
        or      al, 10h
.bit8:
        mov     ah, al
        mov     al, 07h
        call    vga_write
        mov     al, 09h
        call    vga_read
        and     al, 0BFh
        test    bh, 2
        jz      .bit9
        or      al, 40h
.bit9:
        mov     ah, al
        mov     al, 09h
        jmp     vga_write

; beam_end: DX = STATUS1: to the end of this line; beam_next: to the start of the
; next one. They give up after a while. AH is kept.
beam_end:
        push    cx
        mov     cx, 400
.shown:
        in      al, dx
        test    al, 1
        loopz   .shown
        pop     cx
        ret
beam_next:
        call    beam_end
        push    cx
        mov     cx, 400
.between:
        in      al, dx
        test    al, 1
        loopnz  .between
        pop     cx
        ret

; beam_shade: AH = level, 0 to 63, of red and, by half, of green in colour 1,
; whose blue stays what it is.
beam_shade:
        push    dx
        mov     dx, DAC_WRITE
        mov     al, 1
        out     dx, al
        inc     dx
        mov     al, ah
        out     dx, al
        shr     al, 1
        out     dx, al
        mov     al, 2Ah
        out     dx, al
        pop     dx
        ret
beam_blue:
        mov     ah, 0
        jmp     beam_shade

; beam_frame: called when the retrace begins. Interrupts would take lines away.
beam_frame:
        cli
        mov     dx, STATUS1
        xor     cx, cx
.top:
        in      al, dx
        test    al, 1
        loopnz  .top
        mov     cx, [beam_line]
        jcxz    .bar
.skip:
        call    beam_next
        loop    .skip
.bar:
        mov     cx, BEAM_HIGH
.line:
        mov     al, cl                  ; 0 to 15 and back
        test    al, 10h
        jz      .level
        xor     al, 1Fh
.level:
        and     al, 0Fh
        shl     al, 1
        shl     al, 1
        mov     ah, al
        call    beam_end                ; the shade of the next line
        call    beam_shade
        call    beam_next
        loop    .line
        call    beam_end
        call    beam_blue
        sti
        call    beam_move
        test    byte [vga_count], 15
        jnz     .done
        call    beam_show
.done:
        ret

beam_move:
        cmp     byte [beam_moves], 0
        je      .done
        mov     ax, [beam_line]
        add     ax, [beam_step]
        cmp     ax, BEAM_LAST
        jb      .inside
        neg     word [beam_step]        ; also below 0
        ret
.inside:
        mov     [beam_line], ax
.done:
        ret

; beam_crtc: AL = register: AX = its value, with bits 8 and 9 from register 07h
; where the masks BL and BH say.
beam_crtc:
        mov     dx, CRTC
        call    vga_read
        xor     ah, ah
        push    ax
        mov     al, 07h
        call    vga_read
        mov     cl, al
        pop     ax
        test    cl, bl
        jz      .bit9
        or      ah, 1
.bit9:
        test    cl, bh
        jz      .done
        or      ah, 2
.done:
        ret

beam_show:
        AT      8, 0
        LABEL   'lines, all'
        mov     al, 06h
        mov     bx, 2001h
        call    beam_crtc
        add     ax, 2
        call    print_dec16
        PRINT   '    '
        AT      9, 0
        LABEL   'shown'
        mov     al, 12h
        mov     bx, 4002h
        call    beam_crtc
        inc     ax
        call    print_dec16
        PRINT   '    '
        AT      10, 0
        LABEL   'retrace from'
        mov     al, 10h
        mov     bx, 8004h
        call    beam_crtc
        call    print_dec16
        PRINT   '    '
        AT      11, 0
        LABEL   'line compare'
        mov     ax, [beam_split]
        call    print_dec16
        PRINT   '    '
        AT      12, 0
        LABEL   'the bar'
        mov     ax, [beam_line]
        call    print_dec16
        PRINT   '    '
        AT      13, 0
        LABEL   'frames a second'
        mov     ax, [vga_rate]
        call    print_dec16
        PRINT   '    '
        COLOR   NORMAL
        ret

beam_test:
        call    vga_found
        jz      .vga
        SKIP    'beam: there is no VGA'
        ret
.vga:
        mov     dx, STATUS1
        mov     cx, 2000
        xor     bl, bl
.look:
        in      al, dx
        test    al, 8
        jz      .next
        test    al, 1
        jnz     .next
        inc     bl                      ; a retrace in which something shows
.next:
        loop    .look
        or      bl, bl
        CHECK_Z 'beam: nothing is shown in the retrace'
        mov     word [beam_split], 2A5h
        call    beam_compare
        mov     dx, CRTC
        mov     al, 18h
        call    vga_read
        cmp     al, 0A5h
        jne     .check
        mov     al, 07h
        call    vga_read
        test    al, 10h
        jnz     .check
        mov     al, 09h
        call    vga_read
        and     al, 40h
        xor     al, 40h
.check:
        CHECK_Z 'beam: the ten bits of the line compare are there'
        mov     word [beam_split], 1023
        jmp     beam_compare
