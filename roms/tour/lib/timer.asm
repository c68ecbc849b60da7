; timer.asm - time by the BIOS's tick count and by the PIT.
;
; The BIOS counts 18.2 interrupts a second of PIT counter 0 at 40:6C. Between
; them the counter itself tells how long ago the last one was; that also works
; while interrupts are off.

PIT_HZ          equ     1193182
PIT_MS          equ     1193            ; counts in a millisecond

; timer_init: counter 0 to mode 2. The BIOS leaves it in mode 3, which gives
; the same interrupts, but counts twice through by two: a count would not say
; which half of the period it is from.
timer_init:
        pushf
        cli
        mov     al, 34h                 ; counter 0, low and high byte, mode 2
        out     PIT_CONTROL, al
        xor     al, al                  ; 0 means 65536
        out     PIT_COUNTER0, al
        out     PIT_COUNTER0, al
        popf
        ret

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

; timer_read: AX = count of counter 0, latched; it counts down.
timer_read:
        pushf
        cli                             ; nobody else between the two bytes
        xor     al, al                  ; counter latch command, counter 0
        out     PIT_CONTROL, al
        in      al, PIT_COUNTER0
        mov     ah, al
        in      al, PIT_COUNTER0
        xchg    al, ah
        popf
        ret

spin_last:      dw      0
spin_low:       dw      0               ; counts since spin_begin
spin_high:      dw      0

; spin_begin: starts a stop-watch; spin_read: DX:AX = counts since then. It
; must be read at least every 50 ms.
spin_begin:
        push    ax
        call    timer_read
        mov     [spin_last], ax
        mov     word [spin_low], 0
        mov     word [spin_high], 0
        pop     ax
        ret
spin_read:
        call    timer_read
        mov     dx, [spin_last]
        mov     [spin_last], ax
        sub     dx, ax                  ; it counts down
        add     [spin_low], dx
        adc     word [spin_high], 0
        mov     ax, [spin_low]
        mov     dx, [spin_high]
        ret

wait_low:       dw      0
wait_high:      dw      0

; wait_until: calls BX until it returns CF = 1 or AX milliseconds have gone.
; CF = 1: it did. BX may change AX and DX; interrupts may be off.
wait_until:
        push    ax
        push    dx
        mov     dx, PIT_MS
        mul     dx
        mov     [wait_low], ax
        mov     [wait_high], dx
        call    spin_begin
.next:
        call    bx
        jc      .done
        call    spin_read
        cmp     dx, [wait_high]
        jb      .next
        ja      .late
        cmp     ax, [wait_low]
        jb      .next
.late:
        call    bx                      ; once more: the host may have slept
.done:
        pop     dx
        pop     ax
        ret

; wait_ms: AX = milliseconds, by the counter.
wait_ms:
        push    bx
        mov     bx, .never
        call    wait_until
        pop     bx
        ret
.never:
        clc
        ret
