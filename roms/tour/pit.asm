; pit.asm - page: the interval timer.
;
; Three counters run down at 1193182 Hz. Counter 0's output is IRQ 0, counter
; 1 asked for memory refresh (port 61h bit 4 still toggles at that pace), and
; counter 2 drives the speaker; its gate is port 61h bit 0, its output bit 5.
; A counter is loaded by two bytes behind a control word at 43h; a latch
; command or the 8254's read-back command holds its value for reading.
;
; Shown: control word, output and count of all three, the ticks, the interrupts
; a second. Reference: Intel 231164-005 "8254".

READBACK        equ     0C0h            ; + 20h no count, + 10h no status

pit_rate:       db      0               ; index into pit_divisors
pit_divisors:   dw      0, 32768, 11932

; pit_status: AL = counter 0-2: AL = status: bit 7 output, 6 null count, 5-4
; access, 3-1 mode, 0 BCD.
pit_status:
        push    cx
        push    dx
        mov     dl, al
        xor     dh, dh
        mov     cl, al
        mov     al, 2
        shl     al, cl                  ; bit 1 counter 0, ...
        or      al, READBACK + 20h
        out     PIT_CONTROL, al
        add     dx, PIT_COUNTER0
        in      al, dx
        pop     dx
        pop     cx
        ret

; pit_count: AL = counter: AX = its count, latched.
pit_count:
        push    cx
        push    dx
        mov     dl, al
        xor     dh, dh
        add     dx, PIT_COUNTER0
        mov     cl, 6
        shl     al, cl                  ; latch command
        pushf
        cli
        out     PIT_CONTROL, al
        in      al, dx
        mov     ah, al
        in      al, dx
        xchg    al, ah
        popf
        pop     dx
        pop     cx
        ret

; pit_load: AL = counter, AH = mode 0-5, DX = count: loaded by two bytes.
pit_load:
        push    ax
        push    cx
        push    dx
        push    ax
        mov     cl, 6
        shl     al, cl
        shl     ah, 1
        or      al, ah
        or      al, 30h                 ; low byte, then high byte
        out     PIT_CONTROL, al
        pop     ax
        mov     cx, dx
        mov     dl, al
        xor     dh, dh
        add     dx, PIT_COUNTER0
        mov     al, cl
        out     dx, al
        mov     al, ch
        out     dx, al
        pop     dx
        pop     cx
        pop     ax
        ret

; pit_gate: AL = 1 opens counter 2's gate, 0 closes it; the speaker stays off.
pit_gate:
        push    ax
        mov     ah, al
        in      al, PORT_B
        and     al, 0FCh
        or      al, ah
        out     PORT_B, al
        pop     ax
        ret

pit_page:
        NOTE    2, 'The 8254 counts down at 1193182 Hz. 0: tick, 1: ', \
                   'refresh, 2: speaker.'
        HELP    'D: another divisor for counter 0: the BIOS clock then ', \
                'runs fast'
        mov     al, 1
        call    pit_gate
        mov     ax, 0302h               ; counter 2: mode 3, 1000 Hz
        mov     dx, PIT_MS
        call    pit_load
        mov     byte [pit_rate], 0
        mov     bx, pit_show
        mov     di, pit_key
        call    page_loop
        xor     al, al
        call    pit_gate
        jmp     timer_init

pit_key:
        cmp     al, 'D'
        jne     .done
        inc     byte [pit_rate]
        cmp     byte [pit_rate], 3
        jb      .set
        mov     byte [pit_rate], 0
.set:
        mov     bl, [pit_rate]
        xor     bh, bh
        shl     bx, 1
        mov     dx, [pit_divisors + bx]
        mov     ax, 0200h
        call    pit_load
.done:
        ret

pit_show:
        mov     cl, 0
.next:
        mov     al, cl
        add     al, 4
        mov     [text_pos + 1], al
        call    pit_line
        inc     cl
        cmp     cl, 3
        jb      .next
        FIELD   8, 2, 'Port 61h'
        in      al, PORT_B
        call    print_bin8
        COLOR   NORMAL
        PRINT   '   bit 5 output of counter 2, 4 refresh, 1 speaker, 0 gate'
        FIELD   10, 2, 'Ticks (40:6C)'
        call    timer_ticks
        call    print_dec16
        PRINT   '  '
        FIELD   10, 30, 'divisor'
        mov     bl, [pit_rate]
        xor     bh, bh
        shl     bx, 1
        mov     ax, [pit_divisors + bx]
        call    print_dec16
        PRINT   ' (0 is 65536)   '
        call    pit_pace
        call    pit_bar
        ret

; pit_line: CL = counter.
pit_line:
        mov     byte [text_pos], 2
        COLOR   NORMAL
        PRINT   'Counter '
        mov     al, cl
        call    print_hex8
        PRINT   '   status '
        COLOR   VALUE
        mov     al, cl
        call    pit_status
        mov     ch, al
        call    print_bin8
        COLOR   NORMAL
        PRINT   '  mode '
        COLOR   VALUE
        mov     al, ch
        shr     al, 1
        and     al, 7
        call    print_hex8
        COLOR   NORMAL
        PRINT   '  output '
        COLOR   VALUE
        mov     al, ch
        rol     al, 1
        and     al, 1
        call    print_hex8
        COLOR   NORMAL
        PRINT   '  count '
        COLOR   VALUE
        mov     al, cl
        call    pit_count
        call    print_hex16
        ret

; pit_pace: interrupts per second = 1193182 / divisor.
pit_pace:
        FIELD   12, 2, 'Interrupts per second'
        mov     bl, [pit_rate]
        xor     bh, bh
        shl     bx, 1
        mov     bx, [pit_divisors + bx]
        mov     dx, 12h                 ; DX:AX = 1193182
        mov     ax, 34DEh
        or      bx, bx
        jnz     .divide
        mov     ax, dx                  ; by 65536
        jmp     short .print
.divide:
        div     bx
.print:
        call    print_dec16
        PRINT   '  '
        ret

; pit_bar: counter 0 as a bar of 64 cells.
pit_bar:
        AT      14, 2
        call    timer_read
        mov     al, ah
        xor     ah, ah
        shr     ax, 1
        shr     ax, 1
        mov     cx, ax
        push    cx
        mov     al, 0DBh
        call    text_fill
        pop     ax
        mov     cx, 64
        sub     cx, ax
        mov     al, 0B0h
        call    text_fill
        ret

pit_first:      dw      0
pit_refresh:    db      0

; pit_out2: CF = counter 2's output; pit_toggled: CF = 1 when the refresh bit
; has changed.
pit_out2:
        in      al, PORT_B
        mov     cl, 6
        shr     al, cl                  ; bit 5 into CF
        ret
pit_toggled:
        in      al, PORT_B
        xor     al, [pit_refresh]
        mov     cl, 5
        shr     al, cl
        ret

pit_test:
        xor     al, al
        call    pit_status
        and     al, 3Fh
        cmp     al, 34h                 ; two bytes, mode 2, binary
        CHECK_Z 'pit: read-back gives the control word of counter 0'
        call    pit_test_latch
        call    pit_test_counter2
        in      al, PORT_B
        mov     [pit_refresh], al
        mov     bx, pit_toggled
        mov     ax, 50
        call    wait_until
        CHECK_C 'pit: the refresh bit of port 61h toggles'
        call    pit_test_tick
        ret

; A latched count is that of the latch command, however late it is read.
pit_test_latch:
        cli
        mov     dx, 0FFFFh
        mov     ax, 0202h               ; counter 2, mode 2
        call    pit_load
        mov     al, 1
        call    pit_gate
        mov     al, 80h                 ; latch
        out     PIT_CONTROL, al
        mov     ax, 2
        call    wait_ms
        in      al, PIT_COUNTER2
        mov     ah, al
        in      al, PIT_COUNTER2
        xchg    al, ah
        mov     bx, ax
        mov     al, 2
        call    pit_count
        sti
        sub     bx, ax                  ; how far it has counted since
        cmp     bx, 2 * PIT_MS
        CHECK_NC 'pit: a latched count waits to be read'
        ret

pit_test_counter2:
        mov     al, 1
        call    pit_gate
        mov     dx, 0FFFFh
        mov     ax, 0002h               ; mode 0: output low until the end
        call    pit_load
        call    pit_out2
        CHECK_NC 'pit: mode 0: output of counter 2 falls when loaded'
        mov     dx, 1000
        mov     ax, 0002h
        call    pit_load
        mov     bx, pit_out2
        mov     ax, 500
        call    wait_until
        CHECK_C 'pit: and rises at the end of the count'
        mov     dx, 0FFFFh
        mov     ax, 0202h               ; mode 2
        call    pit_load
        mov     ax, 40
        call    wait_ms                 ; 48000 counts less
        xor     al, al
        call    pit_gate
        inc     ax
        call    pit_gate
        mov     ax, 1                   ; it loads at the next clock
        call    wait_ms
        mov     al, 2
        call    pit_count
        cmp     ax, 30000
        CHECK_NC 'pit: mode 2: a rising gate starts it anew'
        xor     al, al
        jmp     pit_gate

; Four ticks are 262144 counts.
pit_test_tick:
        mov     bx, .measure
        call    check_again
        CHECK_NC 'pit: four ticks are 262144 counts, or nearly'
        ret

; CF = 1: not 250000 to 280000.
.measure:
        mov     cx, 4
        call    pit_edge
        call    spin_begin
.next:
        call    pit_edge
        loop    .next
        call    spin_read
        sub     ax, 0D090h              ; 3D090h = 250000
        sbb     dx, 3
        jc      .done
        sub     ax, 7530h               ; 30000 more
        sbb     dx, 0
        cmc
.done:
        ret

; pit_edge: waits for the next tick, reading the counter on the way.
pit_edge:
        call    timer_ticks
        mov     si, ax
.wait:
        call    spin_read
        call    timer_ticks
        cmp     ax, si
        je      .wait
        ret
