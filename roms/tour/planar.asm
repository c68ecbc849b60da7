; planar.asm - page: a planar mode, 640 x 480 in 16 colours.
;
; In mode 12h each of the four planes holds one bit of every pixel's colour, and
; all four lie at the same addresses: A000:0000 + 80 * y + x / 8. A read fills
; four latches, one a plane; a write goes to the planes that the map mask
; names, made from the CPU's byte and the latches as the graphics controller is
; told: write mode 0 rotates the byte, may replace it by the set/reset colour,
; combines it with the latch (AND, OR, XOR), and the bit mask picks the bits
; that change; mode 1 stores the latches; mode 2 takes the byte as a colour;
; mode 3 as a mask for the set/reset colour.
;
; The figures are lines drawn by XOR: drawn twice, they are gone. The line of
; text scrolls by write mode 1, which moves four planes with every byte.
;
; Reference: IBM VGA hardware interface; M. Abrash, "Graphics Programming Black
; Book", chapters 23 to 27.

PLANAR_CORNERS  equ     4
PLANAR_TRAIL    equ     6               ; figures on the screen at a time
PLANAR_SIZE     equ     PLANAR_CORNERS * 4
PLANAR_LINE     equ     464             ; where the moving text is
PLANAR_SPARE    equ     480 * 80        ; video memory that is not shown

planar_at:      dw      100, 100, 500, 60, 400, 400, 60, 300    ; x, y
planar_speed:   dw      3, 2, -2, 3, 4, -3, -3, -2
planar_trail:   times PLANAR_TRAIL * PLANAR_SIZE / 2 dw 0
planar_now:     dw      0               ; offset of the oldest figure
planar_drawn:   dw      0               ; figures drawn so far
planar_color:   db      0

; planar_xor: AL = colour: writes change pixels by XOR with it.
planar_xor:
        push    ax
        mov     dx, GC
        mov     ah, al
        mov     al, 0                   ; set/reset: the colour
        out     dx, ax
        mov     ax, 0F01h               ; on all planes
        out     dx, ax
        mov     ax, 1803h               ; XOR with the latches
        out     dx, ax
        mov     ax, 0005h               ; write mode 0
        out     dx, ax
        OUTW    SEQ, 2, 0Fh             ; all planes
        pop     ax
        ret

; planar_plain: the registers as the BIOS leaves them.
planar_plain:
        push    ax
        push    dx
        OUTW    SEQ, 2, 0Fh
        OUTW    GC, 0, 0
        OUTW    GC, 1, 0
        OUTW    GC, 3, 0
        OUTW    GC, 4, 0
        OUTW    GC, 5, 0
        OUTW    GC, 7, 0Fh
        OUTW    GC, 8, 0FFh
        pop     dx
        pop     ax
        ret

; planar_dot: the pixel at x = CX, y = DX, under planar_xor.
planar_dot:
        push    ax
        push    bx
        push    cx
        push    dx
        mov     ax, 80
        mul     dx
        mov     bx, cx
        push    cx
        mov     cl, 3
        shr     bx, cl
        pop     cx
        add     bx, ax                  ; BX = address
        and     cl, 7
        mov     ah, 80h
        shr     ah, cl
        mov     al, 8                   ; bit mask
        mov     dx, GC
        out     dx, ax
        mov     al, [es:bx]             ; fill the latches
        mov     [es:bx], al             ; the byte itself does not matter
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

; planar_line: from CX, DX to SI, DI; the last point is not drawn, so that
; figures close. Bresenham's way: an error term says when to step aside.
planar_line:
        mov     [.to_x], si
        mov     [.to_y], di
        mov     ax, 1
        sub     si, cx
        jns     .right
        neg     si
        neg     ax
.right:
        mov     [.step_x], ax
        mov     ax, 1
        sub     di, dx
        jns     .down
        neg     di
        neg     ax
.down:
        mov     [.step_y], ax
        mov     bx, si                  ; SI = width, DI = height
        sub     bx, di                  ; BX = error
.next:
        cmp     cx, [.to_x]
        jne     .dot
        cmp     dx, [.to_y]
        je      .done
.dot:
        call    planar_dot
        mov     ax, bx
        shl     ax, 1
        push    ax
        add     ax, di                  ; 2 * error > -height: step in x
        jle     .no_x
        sub     bx, di
        add     cx, [.step_x]
.no_x:
        pop     ax
        cmp     ax, si                  ; 2 * error < width: step in y
        jge     .next
        add     bx, si
        add     dx, [.step_y]
        jmp     .next
.done:
        ret
.to_x:  dw      0
.to_y:  dw      0
.step_x: dw     0
.step_y: dw     0

; planar_figure: BX = its corners: lines from each to the next.
planar_figure:
        mov     bp, PLANAR_CORNERS
        push    word [bx]               ; the last line ends where the
        push    word [bx + 2]           ; first began
.next:
        mov     cx, [bx]
        mov     dx, [bx + 2]
        add     bx, 4
        dec     bp
        jz      .last
        mov     si, [bx]
        mov     di, [bx + 2]
        push    bx
        call    planar_line
        pop     bx
        jmp     .next
.last:
        pop     di
        pop     si
        jmp     planar_line

; planar_move: all corners a step on.
planar_move:
        mov     si, planar_at
        mov     bx, planar_speed
        mov     bp, PLANAR_CORNERS
.next:
        mov     cx, 640
        call    mode13_move
        add     si, 2
        add     bx, 2
        mov     cx, PLANAR_LINE - 20
        call    mode13_move
        add     si, 2
        add     bx, 2
        dec     bp
        jnz     .next
        ret

; planar_step: the oldest figure goes, a new one comes.
planar_step:
        mov     ax, 0A000h
        mov     es, ax
        mov     al, [planar_color]
        call    planar_xor
        mov     bx, [planar_now]
        add     bx, planar_trail
        cmp     word [planar_drawn], PLANAR_TRAIL
        jb      .new                    ; nothing there yet
        push    bx
        call    planar_figure
        pop     bx
.new:
        call    .keep
        call    planar_figure
        call    planar_move
        inc     word [planar_drawn]
        add     word [planar_now], PLANAR_SIZE
        cmp     word [planar_now], PLANAR_TRAIL * PLANAR_SIZE
        jb      .done
        mov     word [planar_now], 0
.done:
        jmp     planar_plain
.keep:
        push    es
        push    ds
        pop     es
        mov     si, planar_at
        mov     di, bx
        mov     cx, PLANAR_SIZE / 2
        rep     movsw
        pop     es
        ret

; planar_scroll: 16 lines, eight pixels to the left, the first column around by
; the spare memory. Write mode 1: MOVSB moves the latches, 32 bits.
planar_scroll:
        push    ds
        mov     ax, 0A000h
        mov     ds, ax
        mov     es, ax
        OUTW    GC, 5, 1
        mov     bx, PLANAR_LINE * 80
        mov     dx, 16
.line:
        mov     si, bx
        mov     di, PLANAR_SPARE
        movsb
        mov     di, bx
        mov     cx, 79
        rep     movsb
        mov     si, PLANAR_SPARE
        movsb
        add     bx, 80
        dec     dx
        jnz     .line
        pop     ds
        OUTW    GC, 5, 0
        ret

planar_page:
        call    vga_found
        jz      .vga
        PRINT   '  This page needs a VGA.'
        jmp     page_type
.vga:
        call    planar_begin
        call    planar_titles
        mov     bx, planar_frame
        mov     di, planar_key
        call    vga_frames
        jmp     vga_text

planar_titles:
        COLOR   0Fh
        AT      0, 1
        PRINT   'Mode 12h: 640 x 480, 16 colours in four planes   Space: ', \
                'another colour'
        AT      28, 1
        PRINT   'Esc: menu   source: roms/tour/planar.asm   monitor: info vga'
        ret

planar_begin:
        mov     al, 12h
        call    vga_mode
        mov     byte [planar_color], 0Ah
planar_empty:
        mov     word [planar_drawn], 0
        mov     word [planar_now], 0
        AT      29, 0
        COLOR   0Eh
        PRINT   'One byte moved by way of the latches is 32 bits of ', \
                'picture, eight pixels. '
        ret

; planar_key: another colour begins on an empty screen.
planar_key:
        cmp     al, ' '
        jne     .done
        inc     byte [planar_color]
        and     byte [planar_color], 0Fh
        jnz     .clear
        inc     byte [planar_color]
.clear:
        mov     al, 12h
        call    vga_mode
        call    planar_titles
        jmp     planar_empty
.done:
        ret

planar_frame:
        call    planar_step
        test    byte [vga_count], 3
        jnz     .done
        call    planar_scroll
.done:
        ret

planar_test:
        call    vga_found
        jz      .vga
        SKIP    'planar: there is no VGA'
        ret
.vga:
        call    text_save
        push    word [text_pos]
        mov     byte [text_log], 0
        call    planar_begin
        mov     byte [text_log], 1
        mov     byte [text_gfx], 0      ; lines go to the saved screen
        COLOR   NORMAL
        pop     word [text_pos]
        mov     cx, 20
.frame:
        push    cx
        call    planar_step
        call    planar_scroll
        pop     cx
        loop    .frame
        mov     ax, 0A000h
        mov     es, ax
        call    planar_test_planes
        call    planar_test_modes
        call    planar_test_xor
        call    planar_plain
        call    text_restore
        ret

; planar_planes: BX, DX = bytes of planes 0, 1 and 2, 3 at ES:DI.
planar_planes:
        push    ax
        push    cx
        mov     cx, 4
        mov     ah, 3
.next:
        mov     bl, bh
        mov     bh, dl
        mov     dl, dh
        push    dx
        mov     dx, GC
        mov     al, 4                   ; read map: from 3 down to 0
        out     dx, ax
        pop     dx
        mov     dh, [es:di]
        dec     ah
        loop    .next
        xchg    bl, dh                  ; they came in from the other end
        xchg    bh, dl
        pop     cx
        pop     ax
        ret

; PLANES a, b, c, d : ZF = 1 if the planes at ES:DI hold that.
%macro PLANES 4
        call    planar_planes
        cmp     bx, (%2) * 256 + (%1)
        jne     %%no
        cmp     dx, (%4) * 256 + (%3)
%%no:
%endmacro

planar_test_planes:
        xor     di, di
        call    planar_plain
        mov     byte [es:di], 0
        OUTW    SEQ, 2, 05h
        mov     byte [es:di], 3Ch
        PLANES  3Ch, 0, 3Ch, 0
        CHECK_Z 'planar: the map mask picks the planes that are written'
        OUTW    SEQ, 2, 0Fh
        OUTW    GC, 0, 09h
        OUTW    GC, 1, 0Bh              ; not plane 2
        mov     byte [es:di], 5Ah
        PLANES  0FFh, 0, 5Ah, 0FFh
        CHECK_Z 'planar: set/reset replaces the byte where enabled'
        OUTW    GC, 1, 0
        OUTW    GC, 8, 0F0h
        mov     al, [es:di]
        mov     byte [es:di], 00h
        PLANES  0Fh, 0, 0Ah, 0Fh
        CHECK_Z 'planar: the bit mask keeps bits of the latches'
        OUTW    GC, 8, 0FFh
        OUTW    GC, 3, 02h              ; rotate by two
        mov     byte [es:di], 81h
        PLANES  60h, 60h, 60h, 60h
        CHECK_Z 'planar: the byte is rotated'
        jmp     planar_plain

planar_test_modes:
        call    planar_plain
        OUTW    GC, 5, 2                ; the byte is a colour
        mov     byte [es:di], 06h
        PLANES  0, 0FFh, 0FFh, 0
        CHECK_Z 'planar: write mode 2 takes the byte as a colour'
        OUTW    GC, 5, 1
        mov     al, [es:di]
        mov     [es:di + 1], al
        inc     di
        PLANES  0, 0FFh, 0FFh, 0
        CHECK_Z 'planar: write mode 1 copies the latches'
        OUTW    GC, 5, 3
        OUTW    GC, 0, 09h
        mov     al, [es:di]
        mov     byte [es:di], 0Fh
        PLANES  0Fh, 0F0h, 0F0h, 0Fh
        CHECK_Z 'planar: write mode 3 takes the byte as a mask'
        OUTW    GC, 5, 8                ; read mode 1
        OUTW    GC, 2, 09h              ; which pixels have this colour?
        mov     al, [es:di]
        cmp     al, 0Fh
        CHECK_Z 'planar: read mode 1 finds a colour'
        OUTW    GC, 7, 01h              ; plane 0 alone counts
        mov     al, [es:di]
        cmp     al, 0Fh
        CHECK_Z 'planar: or some planes of it'
        ret

; A line drawn twice by XOR leaves nothing.
planar_test_xor:
        call    planar_plain
        mov     di, 200 * 80 + 10
        mov     byte [es:di], 81h
        mov     al, 0Ah
        call    planar_xor
        call    .line
        call    planar_plain
        PLANES  81h, 7Eh, 81h, 7Eh
        CHECK_Z 'planar: a line by XOR'
        mov     al, 0Ah
        call    planar_xor
        call    .line
        call    planar_plain
        PLANES  81h, 81h, 81h, 81h
        CHECK_Z 'planar: the same again, and it is gone'
        ret
.line:
        push    di
        mov     cx, 80
        mov     dx, 200
        mov     si, 88
        mov     di, 200
        call    planar_line
        pop     di
        ret
