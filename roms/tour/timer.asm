; timer.asm - time by the BIOS's tick count and by the PIT.

; timer_ticks: AX = low word of the tick count, 18.2 a second.
timer_ticks:
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     ax, [es:BDA_TICKS]
        pop     es
        ret

; timer_sleep: AX = ticks to wait, with the CPU halted.
timer_sleep:
        push    ax
        push    bx
        mov     bx, ax
        call    timer_ticks
        add     bx, ax                  ; BX = when
.wait:
        hlt
        call    timer_ticks
        sub     ax, bx
        js      .wait
        pop     bx
        pop     ax
        ret

; pit_read0: AX = count of PIT counter 0, latched. It counts down 1193182
; times a second; in mode 3, where the BIOS leaves it, by two.
pit_read0:
        xor     al, al                  ; latch counter 0
        pushf
        cli                             ; nobody else between the two bytes
        out     PIT_CONTROL, al
        in      al, PIT_COUNTER0
        mov     ah, al
        in      al, PIT_COUNTER0
        xchg    al, ah
        popf
        ret
