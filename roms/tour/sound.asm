; sound.asm - page: sound cards: FM notes, and a tune of mixed samples.
;
; The cards are found as drivers find them: the FM chip by its timer, a Sound
; Blaster's DSP by what it answers to a reset, its interrupt line by asking for
; one, its DMA channel by trying each. From that follows the BLASTER line; an
; UltraSound's lines are found in such ways, too.
;
; The tune of samples is played as trackers do it: DMA takes a buffer of two
; halves round and round; when the DSP has played one, it interrupts, is told to
; play the other, and two voices are mixed into the half that is free:
;
;       buffer   |  half 0  |  half 1  |      DMA channel, auto-initialize
;                   playing    being mixed
;
; A Gravis UltraSound is found by its memory, gets a wave there, and plays it by
; itself.
;
; The chips themselves are driven by lib/opl.asm, dsp.asm and gus.asm.

SND_RATE        equ     11111           ; 1000000 / 90
SND_CONSTANT    equ     256 - 90
SND_HALF        equ     256             ; samples: 23 ms
SND_WAVE        equ     1000h           ; in WORK_SEG: one period of a voice

snd_opl         db      0               ; 2: OPL2, 3: OPL3, 0: none
snd_base        dw      0               ; the DSP's, 0: none
snd_version     dw      0
snd_irq         db      0               ; 0: not known
snd_dma         db      0FFh            ; FFh: not known
snd_hdma        db      0FFh
snd_mpu         dw      0
snd_count       dw      0               ; interrupts so far
snd_free        dw      0               ; offset of the half to be mixed
snd_samples     db      0               ; 1: the tune is one of samples
snd_step        dw      0, 0            ; of two voices: 65536 is a period
snd_phase       dw      0, 0
snd_volume      db      0               ; 64 is all
snd_low         db      0               ; FM registers A0 and B0
snd_high        db      0
snd_old         times 8 dw 0            ; vectors of IRQ 5, 7, 9 and 10
snd_masks       db      0, 0

%include "lib/opl.asm"
%include "lib/dsp.asm"
%include "lib/gus.asm"

; ---- samples ----

snd_silence:
        mov     ax, WORK_SEG
        mov     es, ax
        xor     di, di
        mov     ax, 8080h
        mov     cx, SND_HALF
        cld
        rep     stosw
        ret

; snd_begin: the buffer plays from its first half on.
snd_begin:
        mov     word [snd_count], 0
        mov     word [snd_free], 0
        mov     cx, 2 * SND_HALF
        call    dma_begin
        mov     al, 0D1h                ; speaker on
        call    dsp_write
        mov     al, 40h                 ; the rate
        call    dsp_write
        mov     al, SND_CONSTANT
        call    dsp_write
        jmp     snd_play_half

; snd_make_wave: a saw whose corners are round, of -63 to 63.
snd_make_wave:
        mov     ax, WORK_SEG
        mov     es, ax
        mov     di, SND_WAVE
        xor     cx, cx
.next:  mov     al, cl
        cmp     cl, 192
        jb      .up
        neg     al                      ; down three times as fast
        mov     ah, 3
        mul     ah
.up:    mov     ah, 0
        mov     bl, 3
        mul     bl
        shr     ax, 1
        shr     ax, 1
        sub     al, 72
        stosb
        inc     cl
        jnz     .next
        ret

; snd_mix: two voices into the half that is free; then the other one is.
snd_mix:
        push    si
        mov     ax, WORK_SEG
        mov     es, ax
        mov     di, [snd_free]
        xor     word [snd_free], SND_HALF
        mov     cx, SND_HALF
.next:  push    cx
        mov     si, 0
        call    .voice
        mov     dl, al
        mov     si, 2
        call    .voice
        add     al, dl
        add     al, 80h
        stosb
        pop     cx
        loop    .next
        cmp     byte [snd_volume], 2    ; it fades
        jb      .done
        dec     byte [snd_volume]
.done:  pop     si
        ret
.voice: mov     ax, [snd_step + si]
        add     [snd_phase + si], ax
        mov     bl, [snd_phase + si + 1]
        xor     bh, bh
        mov     al, [es:bx + SND_WAVE]
        imul    byte [snd_volume]
        mov     cl, 6
        sar     ax, cl
        sar     al, 1
        ret

; snd_note: the note of tune_note, and the one an octave below it.
snd_note:
        mov     bx, [tune_note]
        mov     ax, [bx + NOTE_.hertz]
        mov     dx, 38655               ; 65536 / 10 / SND_RATE, * 65536
        mul     dx
        mov     [snd_step], dx
        shr     dx, 1
        mov     [snd_step + 2], dx
        mov     byte [snd_volume], 64
        ret

; ---- the page ----

snd_page:
        call    snd_find
        call    tune_begin
        call    tune_end                ; its notes, not the speaker
        NOTE    2, 'FM by an OPL at 388h; samples by a DSP, DMA and ', \
                   'interrupts.'
        call    snd_lines
        HELP    'F: the tune by FM   M: mixed of samples   U: by an UltraSound'
        cmp     byte [snd_opl], 0
        je      .voice
        call    opl_voice
.voice: mov     bx, snd_show
        mov     di, snd_key
        call    page_loop
        call    opl_quiet
        call    gus_quiet
        jmp     snd_stop

snd_key:
        cmp     al, 'F'
        je      .fm
        cmp     al, 'M'
        je      .samples
        cmp     al, 'U'
        je      .gus
        ret
.gus:   cmp     word [gus_base], 0
        je      .done
        call    snd_stop
        call    opl_quiet
        call    snd_make_wave
        call    gus_begin
        mov     byte [gus_plays], 1
        jmp     short .again
.fm:    call    snd_stop
        call    gus_quiet
        jmp     short .again
.samples:
        cmp     byte [snd_dma], 0FFh
        je      .done
        call    opl_quiet
        call    gus_quiet
        call    snd_start
.again: mov     word [tune_next], tune_score
        mov     byte [tune_left], 0
.done:  ret

snd_start:
        cmp     byte [snd_samples], 0
        jne     .done
        call    snd_hook
        call    snd_make_wave
        call    snd_silence
        mov     byte [snd_samples], 1
        call    snd_begin
.done:  ret

snd_stop:
        cmp     byte [snd_samples], 0
        je      .done
        mov     byte [snd_samples], 0
        mov     al, 0D0h                ; pause
        call    dsp_write
        call    dma_end
        call    dsp_reset
        call    snd_unhook
.done:  ret

; What was found, and the line that DOS programs look for.
snd_lines:
        FIELD   4, 2, 'FM chip'
        mov     si, .none
        cmp     byte [snd_opl], 0
        je      .fm
        mov     si, .opl2
        cmp     byte [snd_opl], 2
        je      .fm
        mov     si, .opl3
.fm:    call    print
        FIELD   6, 2, 'UltraSound'
        mov     si, .none
        cmp     word [gus_base], 0
        je      .no_gus
        PRINT   'at '
        mov     ax, [gus_base]
        call    print_hex16
        mov     al, 'h'
        call    print_char
        call    gus_environment
        jmp     short .dsp
.no_gus:
        call    print
.dsp:   FIELD   5, 2, 'DSP'
        mov     si, .none
        cmp     word [snd_base], 0
        je      .last
        PRINT   'at '
        mov     ax, [snd_base]
        call    print_hex16
        PRINT   'h, version '
        mov     al, [snd_version + 1]
        xor     ah, ah
        call    print_dec16
        PRINT   '.'
        mov     al, [snd_version]
        call    print_hex8
        FIELD   7, 2, 'In AUTOEXEC.BAT'
        jmp     snd_blaster
.last:  jmp     print
.none:  db      'none', 0
.opl2:  db      'OPL2', 0
.opl3:  db      'OPL3', 0

; snd_blaster: SET BLASTER= for this card.
snd_blaster:
        PRINT   'SET BLASTER=A2'
        mov     al, [snd_base]
        call    print_hex8
        PRINT   ' I'
        mov     al, [snd_irq]
        cmp     al, 9
        jne     .irq
        mov     al, 2                   ; by its name on the card
.irq:   xor     ah, ah
        call    print_dec16
        PRINT   ' D'
        mov     al, [snd_dma]
        xor     ah, ah
        call    print_dec16
        cmp     byte [snd_hdma], 0FFh
        je      .type
        PRINT   ' H'
        mov     al, [snd_hdma]
        xor     ah, ah
        call    print_dec16
        PRINT   ' P330'
.type:  PRINT   ' T'
        call    snd_type
        jmp     print_char

; snd_type: AL = the card's type, as a digit, by its DSP and its FM chip.
snd_type:
        mov     al, '6'
        cmp     byte [snd_version + 1], 4
        jae     .done
        mov     al, '4'
        cmp     byte [snd_version + 1], 3
        je      .pro
        mov     al, '3'
        cmp     byte [snd_version + 1], 2
        je      .done
        mov     al, '1'
.done:  ret
.pro:   cmp     byte [snd_opl], 3
        je      .done
        mov     al, '2'
        ret

; Once a tick: a new note when it is time, and the registers.
snd_show:
        cmp     word [tune_next], 0
        je      .registers
        mov     ax, [tune_next]
        push    ax
        call    tune_tick
        pop     ax
        jc      .over
        cmp     ax, [tune_next]
        je      .registers
        cmp     byte [gus_plays], 0
        jne     .gus
        cmp     byte [snd_samples], 0
        je      .fm
        call    snd_note
        jmp     short .registers
.gus:   call    gus_note
        jmp     short .registers
.fm:    cmp     byte [snd_opl], 0
        je      .registers
        call    opl_note
        jmp     short .registers
.over:  mov     byte [snd_volume], 0
        call    opl_quiet
.registers:
        cmp     byte [gus_plays], 0
        je      .opl
        call    gus_show
.opl:   FIELD   10, 2, 'OPL A0'
        mov     al, [snd_low]
        call    print_hex8
        FIELD   10, 20, 'B0'
        mov     al, [snd_high]
        call    print_bin8
        FIELD   10, 40, 'note'
        mov     si, [tune_note]
        mov     cx, 4
.char:  lodsb
        call    print_char
        loop    .char
        cmp     byte [snd_dma], 0FFh
        je      .done
        FIELD   12, 2, 'DMA count'
        call    dma_left
        call    print_hex16
        FIELD   12, 20, 'interrupts'
        mov     ax, [snd_count]
        call    print_dec16
        FIELD   12, 40, 'half'
        mov     al, [snd_free + 1]
        add     al, '0'
        call    print_char
        FIELD   14, 2, 'steps'
        mov     ax, [snd_step]
        call    print_hex16
        PRINT   ' '
        mov     ax, [snd_step + 2]
        call    print_hex16
        FIELD   14, 20, 'phases'
        mov     ax, [snd_phase]
        call    print_hex16
        PRINT   ' '
        mov     ax, [snd_phase + 2]
        call    print_hex16
        FIELD   14, 40, 'volume'
        mov     al, [snd_volume]
        call    print_hex8
.done:  ret

; ---- self test ----

snd_test:
        call    snd_find
        cmp     word [gus_base], 0
        jne     .gus
        SKIP    'sound: no UltraSound'
        jmp     short .fm
.gus:   call    gus_timer
        CHECK_Z 'sound: timer 1 of an UltraSound is over after 1 ms'
.fm:    cmp     byte [snd_opl], 0
        jne     .opl
        SKIP    'sound: no FM chip at 388h'
        jmp     short .dsp
.opl:   mov     ax, 02FFh
        call    opl_write
        mov     ax, 0421h
        call    opl_write
        mov     ax, 1
        call    wait_ms
        mov     dx, OPL
        in      al, dx
        and     al, 0E0h
        push    ax
        mov     ax, 0460h
        call    opl_write
        mov     ax, 0480h
        call    opl_write
        pop     ax
        cmp     al, 0C0h
        CHECK_Z 'sound: timer 1 of the FM chip is over after 1 ms'
.dsp:   cmp     word [snd_base], 0
        jne     .card
        SKIP    'sound: no DSP at 220h or 240h'
        ret
.card:  cmp     byte [snd_irq], 0
        CHECK_NZ 'sound: the DSP interrupts when it is asked to'
        cmp     byte [snd_dma], 0FFh
        CHECK_NZ 'sound: it has a DMA channel'
        je      .done
        call    snd_hook
        call    snd_silence
        mov     bx, .measure
        call    check_again
        CHECK_NC 'sound: 256 samples at 11111 Hz take 23 ms'
        call    snd_unhook
.done:  ret

; CF = 1: the interrupt did not come after 18 to 28 ms.
.measure:
        call    snd_begin
        mov     ax, 18
        call    snd_await
        jc      .end
        mov     ax, 10
        call    snd_await
        cmc
.end:   pushf
        call    dma_end
        call    dsp_reset
        popf
        ret
