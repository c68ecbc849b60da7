; sound.asm - page: sound cards: FM notes, and a tune of mixed samples.
;
; The cards are found as drivers find them: the FM chip by its timer, a Sound
; Blaster's DSP by what it answers to a reset, its interrupt line by asking for
; one, its DMA channel by trying each. From that follows the BLASTER line.
;
; The tune of samples is played as trackers do it: DMA takes a buffer of two
; halves round and round; when the DSP has played one, it interrupts, is told to
; play the other, and two voices are mixed into the half that is free:
;
;       buffer   |  half 0  |  half 1  |      DMA channel, auto-initialize
;                   playing    being mixed
;
; Reference: Creative, Sound Blaster Series Hardware Programming Guide; Yamaha
; YM3812 data sheet.

OPL             equ     388h
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

; ---- the FM chip ----

; opl_write: AH = register, AL = value. The chip wants 3.3 and 23 us.
opl_write:
        push    ax
        push    cx
        push    dx
        mov     dx, OPL
        xchg    al, ah
        out     dx, al
        mov     cx, 6
.after: in      al, dx
        loop    .after
        inc     dx
        mov     al, ah
        out     dx, al
        dec     dx
        mov     cx, 35
.then:  in      al, dx
        loop    .then
        pop     dx
        pop     cx
        pop     ax
        ret

; opl_find: timer 1 overflows after 80 us, and only then.
opl_find:
        mov     ax, 0460h               ; both timers masked
        call    opl_write
        mov     ax, 0480h               ; flags off
        call    opl_write
        mov     dx, OPL
        in      al, dx
        mov     bl, al
        mov     ax, 02FFh
        call    opl_write
        mov     ax, 0421h               ; timer 1 runs
        call    opl_write
        mov     ax, 1
        call    wait_ms
        mov     dx, OPL
        in      al, dx
        mov     bh, al
        mov     ax, 0460h
        call    opl_write
        mov     ax, 0480h
        call    opl_write
        and     bx, 0E0E0h
        cmp     bx, 0C000h
        mov     al, 0
        jne     .done
        in      al, dx
        and     al, 6                   ; an OPL2 has both bits set
        mov     al, 2
        jnz     .done
        mov     al, 3
.done:  mov     [snd_opl], al
        ret

; opl_voice: channel 0 is a bell-like voice of two operators.
opl_voice:
        mov     si, .rows
        mov     cx, (.end - .rows) / 2
.next:  lodsw
        call    opl_write
        loop    .next
        ret
.rows:  dw      0121h, 2021h, 2321h     ; waves allowed; multiple 1, sustained
        dw      401Ah, 4300h            ; levels
        dw      60F2h, 63F2h            ; attack, decay
        dw      8045h, 8345h            ; sustain, release
        dw      0C006h                  ; feedback
.end:

; opl_note: the note of tune_note begins. Block 4 takes fnum = Hz * 65536 /
; 49716.
opl_note:
        mov     ah, 0B0h
        mov     al, [snd_high]
        and     al, 0DFh                ; key off
        call    opl_write
        mov     bx, [tune_note]
        mov     ax, [bx + NOTE_.hertz]
        mov     dx, 8639
        mul     dx                      ; DX = fnum
        mov     [snd_low], dl
        mov     al, dh
        or      al, 30h                 ; key on, block 4
        mov     [snd_high], al
        mov     ah, 0A0h
        mov     al, dl
        call    opl_write
        mov     ah, 0B0h
        mov     al, [snd_high]
        jmp     opl_write

opl_quiet:
        cmp     byte [snd_opl], 0
        je      .done
        mov     ax, 0B000h
        mov     [snd_high], al
        call    opl_write
.done:  ret

; ---- the DSP ----

; dsp_write: AL. A card that never gets ready is left alone.
dsp_write:
        push    cx
        push    dx
        mov     dx, [snd_base]
        add     dx, 0Ch
        mov     ah, al
        xor     cx, cx
.busy:  in      al, dx
        test    al, 80h
        loopnz  .busy
        mov     al, ah
        out     dx, al
        pop     dx
        pop     cx
        ret

; dsp_read: AL; CF = 1: nothing came.
dsp_read:
        push    cx
        push    dx
        mov     dx, [snd_base]
        add     dx, 0Eh
        mov     cx, 2000
.wait:  in      al, dx
        test    al, 80h
        jnz     .there
        loop    .wait
        stc
        jmp     short .done
.there: sub     dx, 4
        in      al, dx
        clc
.done:  pop     dx
        pop     cx
        ret

; dsp_reset: ZF = 1: there is one at snd_base.
dsp_reset:
        mov     dx, [snd_base]
        add     dx, 6
        mov     al, 1
        out     dx, al
        mov     cx, 10
.hold:  in      al, dx
        loop    .hold
        mov     al, 0
        out     dx, al
        call    dsp_read
        jc      .none
        cmp     al, 0AAh
        ret
.none:  or      al, 1
        ret

; dsp_find: base and version.
dsp_find:
        mov     word [snd_base], 220h
        call    dsp_reset
        je      .found
        mov     word [snd_base], 240h
        call    dsp_reset
        je      .found
        mov     word [snd_base], 0
        ret
.found: mov     al, 0E1h
        call    dsp_write
        call    dsp_read
        mov     ah, al
        push    ax
        call    dsp_read
        pop     bx
        mov     ah, bh
        mov     [snd_version], ax
        ret

; ---- its interrupt ----

snd_irq5:
        push    ax
        mov     al, 5
        jmp     short snd_interrupt
snd_irq7:
        push    ax
        mov     al, 7
        jmp     short snd_interrupt
snd_irq9:
        push    ax
        mov     al, 9
        jmp     short snd_interrupt
snd_irq10:
        push    ax
        mov     al, 10
snd_interrupt:
        push    bx
        push    cx
        push    dx
        push    di
        push    ds
        push    es
        mov     bx, cs
        mov     ds, bx
        mov     [snd_irq], al
        inc     word [snd_count]
        mov     dx, [snd_base]
        add     dx, 0Eh                 ; the DSP takes back its request
        in      al, dx
        inc     dx                      ; as it does one of 16 bits
        in      al, dx
        cmp     byte [snd_samples], 0
        je      .end
        call    snd_play_half
        call    snd_mix
.end:   mov     al, 20h
        cmp     byte [snd_irq], 8
        jb      .first
        out     PIC2, al
.first: out     PIC1, al
        pop     es
        pop     ds
        pop     di
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        iret

; snd_hook: all four lines it can have; snd_unhook: as it was.
snd_hook:
        HOOK    0Dh, snd_irq5, snd_old
        HOOK    0Fh, snd_irq7, snd_old + 4
        HOOK    71h, snd_irq9, snd_old + 8
        HOOK    72h, snd_irq10, snd_old + 12
        in      al, PIC1_IMR
        mov     [snd_masks], al
        and     al, 5Bh                 ; 2, 5 and 7
        out     PIC1_IMR, al
        in      al, PIC2_IMR
        mov     [snd_masks + 1], al
        and     al, 0F9h                ; 9 and 10
        out     PIC2_IMR, al
        ret

snd_unhook:
        mov     al, [snd_masks]
        out     PIC1_IMR, al
        mov     al, [snd_masks + 1]
        out     PIC2_IMR, al
        UNHOOK  0Dh, snd_old
        UNHOOK  0Fh, snd_old + 4
        UNHOOK  71h, snd_old + 8
        UNHOOK  72h, snd_old + 12
        ret

; snd_await: CF = 1: an interrupt came within AX ms of snd_count = 0.
snd_await:
        push    bx
        mov     bx, .look
        call    wait_until
        pop     bx
        ret
.look:  cmp     word [snd_count], 1
        cmc
        ret

; ---- DMA ----

; dma_page: DX = the page register of channel snd_dma.
dma_page:
        mov     bl, [snd_dma]
        xor     bh, bh
        mov     dl, [.ports + bx]
        xor     dh, dh
        ret
.ports: db      87h, 83h, 81h, 82h

; dma_begin: channel snd_dma reads the buffer round and round; CX = its bytes.
dma_begin:
        mov     al, [snd_dma]
        or      al, 4                   ; masked
        out     0Ah, al
        mov     al, 0
        out     0Ch, al                 ; low byte first
        mov     al, [snd_dma]
        or      al, 58h                 ; single transfers, again, from memory
        out     0Bh, al
        mov     dl, [snd_dma]
        xor     dh, dh
        shl     dl, 1
        mov     al, 0
        out     dx, al                  ; address 0 of its 64 KB
        out     dx, al
        inc     dx
        mov     ax, cx
        dec     ax
        out     dx, al
        mov     al, ah
        out     dx, al
        call    dma_page
        mov     al, WORK_SEG >> 12
        out     dx, al
        mov     al, [snd_dma]
        out     0Ah, al
        ret

dma_end:
        mov     al, [snd_dma]
        or      al, 4
        out     0Ah, al
        ret

; dma_left: AX = the channel's count.
dma_left:
        pushf
        cli
        mov     al, 0
        out     0Ch, al
        mov     dl, [snd_dma]
        xor     dh, dh
        shl     dl, 1
        inc     dx
        in      al, dx
        mov     ah, al
        in      al, dx
        xchg    al, ah
        popf
        ret

; snd_play_half: the DSP is to play one half more.
snd_play_half:
        mov     al, 14h
        call    dsp_write
        mov     al, (SND_HALF - 1) & 0FFh
        call    dsp_write
        mov     al, (SND_HALF - 1) >> 8
        jmp     dsp_write

; ---- which lines ----

; snd_find: what cards there are.
snd_find:
        call    opl_find
        call    dsp_find
        cmp     word [snd_base], 0
        je      .done
        call    snd_hook
        call    snd_find_irq
        call    snd_find_dma
        call    snd_unhook
.done:  ret

; The DSP's command F2 asks for an interrupt, on whatever line.
snd_find_irq:
        mov     byte [snd_irq], 0
        mov     word [snd_count], 0
        mov     al, 0F2h
        call    dsp_write
        mov     ax, 20
        jmp     snd_await

; A DSP of 4.00 on tells its channels by its mixer; before that each is tried.
snd_find_dma:
        mov     byte [snd_hdma], 0FFh
        cmp     byte [snd_version + 1], 4
        jae     .mixer
        mov     si, .tries
.next:  lodsb
        mov     [snd_dma], al
        cmp     al, 0FFh
        je      .done
        call    snd_silence
        call    snd_begin
        mov     ax, 60
        call    snd_await
        pushf
        call    dma_end
        popf
        jc      .done
        call    dsp_reset               ; it still waits for the other one
        jmp     short .next
.mixer: mov     al, 81h
        call    snd_mixer
        mov     cx, 8
        xor     bl, bl
.bit:   shr     al, 1
        jnc     .no
        cmp     bl, 4
        jae     .high
        mov     [snd_dma], bl
        jmp     short .no
.high:  mov     [snd_hdma], bl
.no:    inc     bl
        loop    .bit
        mov     word [snd_mpu], 330h
.done:  ret
.tries: db      1, 3, 0, 0FFh

; snd_mixer: AL = register, AL = its value.
snd_mixer:
        push    dx
        mov     dx, [snd_base]
        add     dx, 4
        out     dx, al
        inc     dx
        in      al, dx
        pop     dx
        ret

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
        HELP    'F: the tune by FM   M: mixed of samples'
        cmp     byte [snd_opl], 0
        je      .voice
        call    opl_voice
.voice: mov     bx, snd_show
        mov     di, snd_key
        call    page_loop
        call    opl_quiet
        jmp     snd_stop

snd_key:
        cmp     al, 'F'
        je      .fm
        cmp     al, 'M'
        je      .samples
        ret
.fm:    call    snd_stop
        jmp     short .again
.samples:
        cmp     byte [snd_dma], 0FFh
        je      .done
        call    opl_quiet
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
        FIELD   5, 2, 'DSP'
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
        cmp     byte [snd_samples], 0
        je      .fm
        call    snd_note
        jmp     short .registers
.fm:    cmp     byte [snd_opl], 0
        je      .registers
        call    opl_note
        jmp     short .registers
.over:  mov     byte [snd_volume], 0
        call    opl_quiet
.registers:
        FIELD   10, 2, 'OPL A0'
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
        cmp     byte [snd_opl], 0
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
