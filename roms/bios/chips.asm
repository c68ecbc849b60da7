; chips.asm - POST's set-up of the chips, and what is found on the board.
;
; References: Intel 8259A, 8254, 8237A and Motorola MC146818 data sheets; IBM
; PC AT Technical Reference for the values; CMOS bytes 30h-35h as Bochs and
; QEMU store them.

; pic_init: IRQ 0-7 at 08h, 8-15 at 70h. Open: 0, 1, 2, 6, 14.
pic_init:
        on_xt   xt_board_init
        mov     al, 11h
        out     PIC1, al
        out     PIC2, al
        mov     al, 08h
        out     PIC1_IMR, al
        mov     al, 70h
        out     PIC2_IMR, al
        mov     al, 04h
        out     PIC1_IMR, al
        mov     al, 02h
        out     PIC2_IMR, al
        mov     al, 01h
        out     PIC1_IMR, al
        out     PIC2_IMR, al
        mov     al, 10111000b
        out     PIC1_IMR, al
        mov     al, 10111111b
        out     PIC2_IMR, al
        ret

; pic2_open: AL = bits of the slave's mask register to clear.
pic2_open:
        pushf
        push    ax
        mov     ah, al
        not     ah
        cli
        in      al, PIC2_IMR
        and     al, ah
        out     PIC2_IMR, al
        pop     ax
        popf
        ret

; pit_init: channel 0 at 18.2 Hz, channel 1 as for refresh, speaker silent.
pit_init:
        mov     al, 36h
        out     PIT_CTL, al
        mov     al, 0
        out     PIT_CH0, al
        out     PIT_CH0, al
        mov     al, 54h
        out     PIT_CTL, al
        mov     al, 18
        out     PIT_CH0 + 1, al
        mov     al, 0B6h
        out     PIT_CTL, al
        mov     ax, 1331                ; 896 Hz, the usual beep
        out     PIT_CH0 + 2, al
        mov     al, ah
        out     PIT_CH0 + 2, al
        in      al, PORT_B
        and     al, 0F0h                ; checks on, speaker off
        out     PORT_B, al
        ret

; dma_init: both controllers cleared, channel 4 cascades.
dma_init:
        mov     al, 0
        out     0Dh, al
        out     0DAh, al
        out     08h, al
        out     0D0h, al
        mov     al, 0C0h
        out     0D6h, al
        mov     al, 0
        out     0D4h, al
        mov     al, 58h                 ; channel 0: auto-init, read
        out     DMA_MODE, al
        mov     al, 41h
        out     DMA_MODE, al
        mov     al, 42h
        out     DMA_MODE, al
        mov     al, 43h
        out     DMA_MODE, al
        ret

; rtc_init: 32768 Hz time base, 24 hours, BCD, interrupts off and acknowledged.
rtc_init:
        on_xt   .done
        mov     ax, 2600h | RTC_A
        call    write_cmos
        mov     al, RTC_B
        call    read_cmos
        mov     ah, al
        and     ah, 00000101b           ; keep binary and daylight bits
        or      ah, 02h
        mov     al, RTC_B
        call    write_cmos
        mov     al, RTC_C
        call    read_cmos
        mov     al, RTC_D
        jmp     read_cmos
.done:
        ret

; cpu_detect: E_CPU, and caches on from the 486 on. An 8086 pushes SP after
; decrementing it; a 286 in real mode keeps FLAGS bits 12-15 at 0.
cpu_detect:
        mov     es, [B_EBDA]
        push    sp
        pop     ax
        cmp     ax, sp
        mov     al, 0
        jne     .done
        mov     ax, 7000h
        push    ax
        popf
        pushf
        pop     ax
        test    ah, 70h
        mov     al, 2
        jz      .done
        xor     ax, ax
        push    ax
        popf
        cpu     386
        mov     eax, cr0
        and     eax, 9FFFFFFFh          ; CD and NW
        mov     cr0, eax
        cpu     8086
        mov     al, 3
.done:
        mov     [es:E_CPU], al
        ret

; mem_probe_base: AX = KB of base RAM, from CMOS when that is sane, else by
; looking for RAM in steps of 64 KB. Touches one word in each step.
mem_probe_base:
        mov     al, CM_BASE + 1
        call    read_cmos
        mov     ah, al
        mov     al, CM_BASE
        call    read_cmos
        cmp     ax, 64
        jb      .probe
        cmp     ax, 640
        jbe     .done
.probe:
        mov     bx, 1000h
.step:
        mov     es, bx
        mov     ax, 55AAh
        mov     [es:0], ax
        not     ax
        mov     [es:2], ax
        not     ax
        cmp     ax, [es:0]
        jne     .end
        add     bh, 10h
        cmp     bh, 0A0h
        jb      .step
.end:
        mov     ax, bx
        mov     cl, 6
        shr     ax, cl
.done:
        ret

; cmos_word: AL = low register; AX = the word there.
cmos_word:
        push    ax
        inc     ax
        call    read_cmos
        mov     ah, al
        pop     dx
        xchg    ax, dx
        call    read_cmos
        mov     ah, dh
        ret

; mem_size: E_EXTLOW and E_EXTHIGH. 30h/31h: KB above 1 MB (17h/18h if that is
; 0), 34h/35h: 64 KB units above 16 MB. An 8086 has none.
mem_size:
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 0
        je      .done
        mov     al, CM_EXT
        call    cmos_word
        mov     bx, ax
        mov     al, CM_EXT64K
        call    cmos_word
        mov     cx, ax
        mov     al, 17h
        call    cmos_word
        or      bx, bx
        jnz     .have
        mov     bx, ax
.have:
        mov     ax, bx
        and     ax, cx
        inc     ax
        jz      .done                   ; no CMOS at all: all ones
        mov     ax, 3C00h
        jcxz    .small
        jmp     short .store
.small:
        cmp     bx, ax
        jae     .above
        mov     ax, bx
.above:
        sub     bx, ax
        push    ax
        mov     cx, 6
        shr     bx, cl
        mov     cx, bx
        pop     ax
.store:
        mov     [es:E_EXTLOW], ax
        mov     [es:E_EXTHIGH], cx
.done:
        ret

; fpu_detect: equipment bit 1 and IRQ 13.
fpu_detect:
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 2
        jb      .probe
        cpu     286
        smsw    ax
        and     al, 0F1h                ; EM, MP, TS off
        lmsw    ax
        cpu     8086
.probe:
        mov     ax, 5A5Ah
        push    ax
        mov     bp, sp
        fninit
        fnstsw  [bp]
        pop     ax
        or      al, al
        jnz     .done                   ; EM stays off: programs probe, too
        or      byte [B_EQUIP], 02h
        cmp     byte [es:E_CPU], 2
        jb      .done
        cpu     286
        smsw    ax
        or      al, 02h                 ; MP
        lmsw    ax
        cpu     8086
        out     0F0h, al
        mov     al, 20h
        jmp     pic2_open
.done:
        ret

; equip_init: floppies and the monitor, from CMOS 10h and 14h.
equip_init:
        on_xt   xt_equip
        mov     dl, 1
        call    floppy_info
        mov     cl, 4
        shl     al, cl
        mov     [B_FINFO], al
        mov     dl, 0
        call    floppy_info
        or      [B_FINFO], al
        call    floppy_count
        or      al, al
        jz      .video
        dec     ax
        mov     cl, 6
        shl     al, cl
        or      al, 01h
        or      [B_EQUIP], al
.video:
        mov     al, CM_EQUIP
        call    read_cmos
        and     al, 30h
        jnz     .set
        mov     al, 20h                 ; EGA and VGA start in colour
.set:
        cmp     al, 30h
        je      .store
        mov     al, 20h
.store:
        or      [B_EQUIP], al
        ret

; floppy_info: DL = drive 0 or 1; AL = its bits for B_FINFO.
floppy_info:
        call    floppy_type
        mov     bx, .bits
        cs xlatb
        ret
.bits:  db      0, 4, 7, 5, 7, 7, 7

; com_detect: a UART keeps its scratch of IER bits 0-3 and reads 0 above.
com_detect:
        push    cs
        pop     es
        mov     si, com_ports
        mov     di, B_COM
        mov     cx, 4
        xor     bh, bh
.next:
        mov     dx, [es:si]
        inc     si
        inc     si
        inc     dx                      ; interrupt enable register
        mov     al, 02h
        out     dx, al
        jmp     short $ + 2
        in      al, dx
        cmp     al, 02h
        jne     .no
        inc     dx                      ; interrupt identification
        in      al, dx
        test    al, 30h
        jnz     .no
        dec     dx
        mov     al, 0
        out     dx, al
        dec     dx
        mov     [di], dx
        inc     di
        inc     di
        add     bh, 02h
.no:
        loop    .next
        or      [B_EQUIP + 1], bh
        ret

com_ports:
        dw      3F8h, 2F8h, 3E8h, 2E8h

; lpt_detect: the data latch of a parallel port reads back.
lpt_detect:
        push    cs
        pop     es
        mov     si, lpt_ports
        mov     di, B_LPT
        mov     cx, 3
        xor     bh, bh
.next:
        mov     dx, [es:si]
        inc     si
        inc     si
        mov     al, 0AAh
        out     dx, al
        jmp     short $ + 2
        in      al, dx
        cmp     al, 0AAh
        jne     .no
        mov     [di], dx
        inc     di
        inc     di
        add     bh, 40h
        inc     dx
        inc     dx
        mov     al, 08h                 ; initialise the printer
        out     dx, al
        mov     al, 0Ch
        out     dx, al
.no:
        loop    .next
        or      [B_EQUIP + 1], bh
        ret

lpt_ports:
        dw      3BCh, 378h, 278h

; clock_from_rtc: the tick count since midnight. An hour is 65543 1/3 ticks.
clock_from_rtc:
        mov     ah, 02h
        int     1Ah
        jc      .done
        mov     al, ch
        call    from_bcd
        mov     bl, al                  ; hours
        xor     bh, bh
        mov     al, cl
        call    from_bcd
        mov     cl, al                  ; minutes
        mov     al, dh
        call    from_bcd
        mov     dl, al                  ; seconds
        mov     al, 53
        mul     dl
        mov     si, ax                  ; 256ths
        mov     al, 98
        mul     cl
        add     si, ax
        mov     al, 85
        mul     bl
        add     si, ax
        push    cx
        mov     cl, 8
        shr     si, cl
        pop     cx
        mov     al, 18
        mul     dl
        add     si, ax
        mov     al, 7
        mul     bl
        add     si, ax
        xor     ch, ch
        mov     ax, 1092
        mul     cx
        add     ax, si
        adc     bx, 0
        mov     [B_TICKS], ax
        mov     [B_TICKS + 2], bx
.done:
        ret

; from_bcd: AL = BCD; AL = binary. Clobbers AH.
from_bcd:
        mov     ah, al
        and     al, 0Fh
        push    cx
        mov     cl, 4
        shr     ah, cl
        pop     cx
        xchg    al, ah
        push    bx
        mov     bl, 10
        push    ax
        mul     bl
        pop     bx
        add     al, bh
        pop     bx
        ret
