; gus.asm - a Gravis UltraSound: how it is found, a wave in its memory, notes.
;
; The card mixes by itself: a voice goes round a wave in the card's own memory as
; fast as its pitch says, while its volume is ramped down. The CPU does nothing
; between two notes.
;
; Reference: Advanced Gravis, UltraSound Software Development Kit 2.22.

gus_base        dw      0               ; 0: none
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
        mov     ax, 1
        call    wait_ms
        dec     dx
        in      al, dx
        and     al, 0E0h
        push    ax
        inc     dx
        mov     al, 0
        out     dx, al
        mov     al, 80h
        out     dx, al
        pop     ax
        cmp     al, 0C0h
        ret
