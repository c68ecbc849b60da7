; gus.asm - a Gravis UltraSound: how it is found, a wave in its memory, notes.
;
; The card mixes by itself: a voice goes round a wave in the card's own memory as
; fast as its pitch says, while its volume is ramped down. The CPU does nothing
; between two notes.
;
; Reference: Advanced Gravis, UltraSound Software Development Kit 2.22.

gus_base        dw      0               ; 0: none
gus_irq         db      0               ; 0: not known
gus_dma         db      0FFh            ; FFh: not known
gus_plays       db      0               ; 1: the tune is the card's
gus_pitch       dw      0               ; register 01 of voice 0

; gus_out: AH = register of 8 bits, AL = value.
gus_out:
        push    dx
        call    gus_select
        inc     dx
        out     dx, al
        pop     dx
        ret

; gus_select: AH = register; DX = the low half of its data.
gus_select:
        mov     dx, [gus_base]
        add     dx, 103h
        xchg    al, ah
        out     dx, al
        xchg    al, ah
        inc     dx
        ret

; gus_out16: AH = register of 16 bits, CX = value.
gus_out16:
        push    ax
        push    dx
        call    gus_select
        mov     ax, cx
        out     dx, ax
        pop     dx
        pop     ax
        ret

; gus_in16: AH = register; AX = what is in it.
gus_in16:
        push    dx
        call    gus_select
        in      ax, dx
        pop     dx
        ret

; gus_memory: CX = address below 64 KB; DX = the port of its byte.
gus_memory:
        push    ax
        mov     ah, 43h
        call    gus_out16
        mov     ax, 4400h
        call    gus_out
        mov     dx, [gus_base]
        add     dx, 107h
        pop     ax
        ret

; gus_find: a card whose memory keeps two bytes.
gus_find:
        mov     word [gus_base], 210h
.next:  mov     ax, 4C00h               ; reset, and run
        call    gus_out
        mov     ax, 4C01h
        call    gus_out
        xor     cx, cx
        call    gus_memory
        mov     al, 0AAh
        out     dx, al
        inc     cx
        call    gus_memory
        mov     al, 55h
        out     dx, al
        in      al, dx
        mov     bl, al
        dec     cx
        call    gus_memory
        in      al, dx
        mov     bh, al
        cmp     bx, 0AA55h
        je      .done
        add     word [gus_base], 10h
        cmp     word [gus_base], 260h
        jbe     .next
        mov     word [gus_base], 0
.done:  ret

; ---- its lines ----

; gus_find_lines: the interrupt line and the DMA channel of a card that is there.
gus_find_lines:
        cmp     word [gus_base], 0
        je      .done
        call    gus_find_irq
        call    gus_find_dma
.done:  ret

; gus_find_irq: the line on which timer 1 asks for an interrupt, by the requests
; that the controllers have seen; none is let through meanwhile.
gus_find_irq:
        pushf
        cli
        mov     byte [gus_irq], 0
        call    .requests
        mov     bx, ax
        mov     ax, 4504h
        call    gus_out
        call    gus_timer_begin
        mov     ax, 2
        call    wait_ms
        call    .requests
        call    gus_timer_end
        not     bx
        and     ax, bx
        and     ax, 9AA8h               ; 3, 5, 7, 9, 11, 12, 15
        mov     cl, 0
.bit:   shr     ax, 1
        jc      .found
        inc     cl
        cmp     cl, 16
        jb      .bit
        mov     cl, 0
.found: mov     [gus_irq], cl
        mov     ax, 4500h
        call    gus_out
        popf
        ret
.requests:
        mov     al, 0Ah
        out     PIC2, al
        out     PIC1, al
        in      al, PIC2
        mov     ah, al
        in      al, PIC1
        ret

; gus_find_dma: the channel by which 16 bytes or words go into the memory.
gus_find_dma:
        mov     byte [gus_dma], 0FFh
        mov     si, gus_channels
.next:  cmp     byte [si], 0FFh
        je      .done
        call    gus_try
        je      .found
        add     si, 7
        jmp     short .next
.found: mov     al, [si]
        mov     [gus_dma], al
.done:  ret

; Channel; ports of its controller's masks, flip-flop and modes, of its address,
; count and page.
gus_channels:
        db      1, 0Ah, 0Ch, 0Bh, 02h, 03h, 83h
        db      3, 0Ah, 0Ch, 0Bh, 06h, 07h, 82h
        db      5, 0D4h, 0D8h, 0D6h, 0C4h, 0C6h, 8Bh
        db      6, 0D4h, 0D8h, 0D6h, 0C8h, 0CAh, 89h
        db      7, 0D4h, 0D8h, 0D6h, 0CCh, 0CEh, 8Ah
        db      0FFh

; gus_try: SI = a row; ZF = 1: the channel's count has run out.
gus_try:
        xor     dh, dh
        mov     ah, [si]
        and     ah, 3
        call    .mask
        mov     al, ah
        or      al, 48h                 ; single transfers, from memory
        mov     dl, [si + 3]
        out     dx, al
        mov     dl, [si + 4]
        mov     al, 0
        out     dx, al
        out     dx, al
        mov     dl, [si + 5]
        mov     al, 15
        out     dx, al
        mov     al, 0
        out     dx, al
        mov     dl, [si + 6]
        mov     al, WORK_SEG >> 12
        out     dx, al
        mov     dl, [si + 1]
        mov     al, ah
        out     dx, al
        mov     ah, 42h
        mov     cx, 1000h               ; to address 64 KB
        call    gus_out16
        mov     ax, 4101h
        cmp     byte [si], 4
        jb      .start
        or      al, 4                   ; the channel moves words
.start: call    gus_out
        mov     ax, 3
        call    wait_ms
        mov     ax, 4100h
        call    gus_out
        xor     dh, dh
        mov     ah, [si]
        and     ah, 3
        call    .mask
        mov     dl, [si + 5]
        in      al, dx
        mov     ah, al
        in      al, dx
        and     al, ah
        cmp     al, 0FFh
        ret
.mask:  mov     dl, [si + 1]
        mov     al, ah
        or      al, 4
        out     dx, al
        mov     dl, [si + 2]            ; the low byte is first
        out     dx, al
        ret

; gus_environment: SET ULTRASND= for this card.
gus_environment:
        cmp     byte [gus_irq], 0
        je      .done
        cmp     byte [gus_dma], 0FFh
        je      .done
        PRINT   ', SET ULTRASND=2'
        mov     al, [gus_base]
        call    print_hex8
        mov     al, [gus_dma]
        call    .twice
        mov     al, [gus_irq]
.twice: call    .one
.one:   push    ax
        PRINT   ','
        pop     ax
        push    ax
        xor     ah, ah
        call    print_dec16
        pop     ax
.done:  ret

; ---- its voices ----

; gus_begin: the wave of snd_make_wave goes into the memory, voice 0 goes round
; it, in silence.
gus_begin:
        push    si
        mov     ax, 4C07h               ; the converter runs, too
        call    gus_out
        mov     ax, 0ECDh               ; 14 voices: 44,100 frames a second
        call    gus_out
        mov     dx, [gus_base]
        mov     al, 8
        out     dx, al
        mov     dx, [gus_base]
        add     dx, 102h
        mov     al, 0
        out     dx, al
        mov     ax, WORK_SEG
        mov     es, ax
        xor     cx, cx
.wave:  call    gus_memory
        mov     bx, cx
        mov     al, [es:bx + SND_WAVE]
        out     dx, al
        inc     cx
        cmp     cx, 256
        jb      .wave
        mov     si, .places
.place: lodsw
        mov     cx, [si]
        inc     si
        inc     si
        call    gus_out16
        cmp     si, .end
        jb      .place
        mov     ax, 0C07h               ; in the middle
        call    gus_out
        mov     ax, 0008h               ; voice control: a loop
        call    gus_out
        pop     si
        ret
.places: dw     0200h, 0, 0300h, 0      ; start
        dw      0400h, 256 >> 7, 0500h, 0       ; end
        dw      0A00h, 0, 0B00h, 0      ; where it is
        dw      0900h, 0                ; volume
.end:

; gus_note: the note of tune_note, loud at first. The pitch is 1024 for a sample
; each frame: Hz * 256 * 1024 / 44100.
gus_note:
        mov     bx, [tune_note]
        mov     ax, [bx + NOTE_.hertz]
        mov     dx, 38957               ; of tenths of Hz, * 65536
        mul     dx
        mov     [gus_pitch], dx
        mov     cx, dx
        mov     ah, 01h
        call    gus_out16
        mov     ax, 0D03h               ; the ramp stops
        call    gus_out
        mov     cx, 0F000h
        mov     ah, 09h
        call    gus_out16
        mov     si, .ramp
        mov     cx, 4
.next:  lodsw
        call    gus_out
        loop    .next
        ret
.ramp:  dw      068Fh, 0740h, 08F0h, 0D40h      ; slowly, ends, down

gus_quiet:
        cmp     byte [gus_plays], 0
        je      .done
        mov     byte [gus_plays], 0
        mov     ax, 0003h
        call    gus_out
        mov     ax, 4C01h
        call    gus_out
.done:  ret

; gus_show: voice 0's registers.
gus_show:
        FIELD   16, 2, 'GF1 at'
        mov     ah, 8Ah
        call    gus_in16
        call    print_hex16
        mov     ah, 8Bh
        call    gus_in16
        call    print_hex16
        FIELD   16, 20, 'pitch'
        mov     ax, [gus_pitch]
        call    print_hex16
        FIELD   16, 40, 'volume'
        mov     ah, 89h
        call    gus_in16
        jmp     print_hex16

; gus_timer: ZF = 1: timer 1 of 800 us is over after 1 ms, without interrupts.
gus_timer:
        call    gus_timer_begin
        mov     ax, 1
        call    wait_ms
        dec     dx
        in      al, dx
        and     al, 0E0h
        call    gus_timer_end
        cmp     al, 0C0h
        ret

; DX = 2X9 behind it.
gus_timer_begin:
        mov     ax, 46F6h
        call    gus_out
        mov     dx, [gus_base]
        add     dx, 8
        mov     al, 4
        out     dx, al
        inc     dx
        mov     al, 80h
        out     dx, al
        mov     al, 1
        out     dx, al
        ret

gus_timer_end:
        push    ax
        mov     dx, [gus_base]
        add     dx, 9
        mov     al, 0
        out     dx, al
        mov     al, 80h
        out     dx, al
        pop     ax
        ret
