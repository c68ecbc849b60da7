; dsp.asm - a Sound Blaster's DSP: its commands, its interrupt, its DMA channel,
; and which lines it has.
;
; Reference: Creative, Sound Blaster Series Hardware Programming Guide.

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
        call    gus_find
        call    gus_find_lines
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
