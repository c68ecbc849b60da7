; cmos.asm - page: the clock and its memory.
;
; The MC146818 of the AT keeps the time and some bytes on a battery. Port 70h
; takes an index (bit 7 shuts off the NMI), port 71h its byte: 0-9 the time and
; the alarm, A-D the control registers, the rest memory: 0E diagnosis, 0F
; what POST shall do after a reset, 10 the floppy types, 12 hard disks, 14
; equipment, 15-18 memory, 2E-2F the sum of 10-2D, 32 the century.
; Register A bit 7 is set while the time changes; register C says why IRQ 8
; came, and reading it allows the next.
;
; Shown: all bytes, the time, the periodic interrupts of a second.
; Reference: Motorola MC146818A; IBM PC AT Technical Reference.

RTC_SECONDS     equ     00h
RTC_MINUTES     equ     02h
RTC_HOURS       equ     04h
RTC_WEEKDAY     equ     06h
RTC_DAY         equ     07h
RTC_MONTH       equ     08h
RTC_YEAR        equ     09h
RTC_A           equ     0Ah
RTC_B           equ     0Bh
RTC_C           equ     0Ch
RTC_D           equ     0Dh
CMOS_SHUTDOWN   equ     0Fh

cmos_irqs:      dw      0
cmos_old70:     dw      0, 0
cmos_second:    db      0

; cmos_read: AL = index: AL = byte. cmos_write: AH = byte.
cmos_read:
        pushf
        cli
        out     CMOS_INDEX, al
        jmp     short $ + 2
        in      al, CMOS_DATA
        popf
        ret
cmos_write:
        pushf
        cli
        out     CMOS_INDEX, al
        jmp     short $ + 2
        xchg    al, ah
        out     CMOS_DATA, al
        xchg    al, ah
        popf
        ret

; cmos_irq: counts periodic interrupts; both 8259As want an EOI.
cmos_irq:
        push    ax
        mov     al, RTC_C
        out     CMOS_INDEX, al
        jmp     short $ + 2
        in      al, CMOS_DATA
        inc     word [cs:cmos_irqs]
        mov     al, OCW2_EOI
        out     PIC2, al
        out     PIC1, al
        pop     ax
        iret

; cmos_periodic: 64 interrupts a second: rate 10 in register A, bit 6 of B, IRQ
; 8 let through. cmos_quiet: as before.
cmos_keep:      db      0, 0, 0         ; A, B, mask
cmos_periodic:
        HOOK    70h, cmos_irq, cmos_old70
        mov     word [cmos_irqs], 0
        mov     al, RTC_A
        call    cmos_read
        mov     [cmos_keep], al
        and     al, 70h
        or      al, 0Ah
        mov     ah, al
        mov     al, RTC_A
        call    cmos_write
        mov     al, RTC_B
        call    cmos_read
        mov     [cmos_keep + 1], al
        or      al, 40h
        mov     ah, al
        mov     al, RTC_B
        call    cmos_write
        in      al, PIC2_IMR
        mov     [cmos_keep + 2], al
        and     al, 0FEh
        out     PIC2_IMR, al
        mov     al, RTC_C               ; forget what waits
        jmp     cmos_read
cmos_quiet:
        mov     al, [cmos_keep + 2]
        out     PIC2_IMR, al
        mov     ah, [cmos_keep + 1]
        mov     al, RTC_B
        call    cmos_write
        mov     ah, [cmos_keep]
        and     ah, 7Fh
        mov     al, RTC_A
        call    cmos_write
        mov     al, RTC_C
        call    cmos_read
        UNHOOK  70h, cmos_old70
        ret

cmos_page:
        HELP    'IRQ 8 comes 64 times a second while this page is shown.'
        call    cmos_periodic
        mov     bx, cmos_show
        xor     di, di
        call    page_loop
        jmp     cmos_quiet

cmos_show:
        FIELD   2, 2, 'Time'
        mov     al, RTC_HOURS
        mov     bl, ':'
        call    cmos_number
        mov     al, RTC_MINUTES
        call    cmos_number
        mov     al, RTC_SECONDS
        mov     bl, ' '
        call    cmos_number
        FIELD   2, 18, 'date'
        mov     al, 32h
        mov     bl, 0
        call    cmos_number
        mov     al, RTC_YEAR
        mov     bl, '-'
        call    cmos_number
        mov     al, RTC_MONTH
        call    cmos_number
        mov     al, RTC_DAY
        mov     bl, ' '
        call    cmos_number
        FIELD   2, 36, 'day'
        mov     al, RTC_WEEKDAY
        mov     bl, ' '
        call    cmos_number
        FIELD   2, 44, 'IRQ 8'
        mov     ax, [cmos_irqs]
        call    print_dec16
        push    ds
        pop     es
        mov     bx, cmos_copy
        call    cmos_all
        mov     cx, 8
        mov     dl, 4
        mov     bx, cmos_copy
.row:
        mov     [text_pos + 1], dl
        mov     byte [text_pos], 2
        call    cmos_row
        inc     dl
        loop    .row
        FIELD   13, 2, 'Register A'
        mov     al, [cmos_copy + RTC_A]
        call    print_bin8
        NOTE    14, '  7 the time is changing, 6-4 time base, 3-0 rate of ', \
                    'the periodic interrupt'
        FIELD   15, 2, 'Register B'
        mov     al, [cmos_copy + RTC_B]
        call    print_bin8
        NOTE    16, '  7 stopped; interrupts: 6 periodic, 5 alarm, 4 ', \
                    'update; 2 binary, 1 24 hours'
        FIELD   17, 2, 'Floppies  '
        mov     al, [cmos_copy + 10h]
        call    print_hex8
        FIELD   17, 22, 'hard disks'
        mov     al, [cmos_copy + 12h]
        call    print_hex8
        FIELD   17, 42, 'memory (KB)'
        mov     ax, [cmos_copy + 15h]
        call    print_dec16
        PRINT   ' + '
        mov     ax, [cmos_copy + 17h]
        call    print_dec16
        FIELD   18, 2, 'Sum of 10-2D'
        call    cmos_sum
        call    print_hex16
        FIELD   18, 22, 'stored'
        mov     ax, [cmos_copy + 2Eh]
        xchg    al, ah
        call    print_hex16
        ret

; cmos_number: AL = index: its byte as two digits, then BL, 0: nothing.
cmos_number:
        call    cmos_read
        call    print_hex8
        mov     al, bl
        or      al, al
        jz      .done
        call    print_char
.done:
        ret

cmos_copy:      times 128 db 0

; cmos_all: 128 bytes to DS:BX. Register C is not read: that would answer an
; interrupt.
cmos_all:
        push    bx
        xor     cl, cl
.next:
        xor     al, al
        cmp     cl, RTC_C
        je      .store
        mov     al, cl
        call    cmos_read
.store:
        mov     [bx], al
        inc     bx
        inc     cl
        cmp     cl, 128
        jb      .next
        pop     bx
        ret

; cmos_row: 16 bytes at BX.
cmos_row:
        push    cx
        COLOR   NORMAL
        mov     ax, bx
        sub     ax, cmos_copy
        call    print_hex8
        PRINT   '  '
        COLOR   VALUE
        mov     cx, 16
.next:
        mov     al, [bx]
        call    print_hex8
        PRINT   ' '
        inc     bx
        loop    .next
        pop     cx
        ret

; cmos_sum: AX = sum of bytes 10 to 2D of the copy.
cmos_sum:
        push    bx
        push    cx
        mov     bx, cmos_copy + 10h
        mov     cx, 1Eh
        xor     ax, ax
.next:
        add     al, [bx]
        adc     ah, 0
        inc     bx
        loop    .next
        pop     cx
        pop     bx
        ret

; cmos_ticked: CF = 1 when the second is another one.
cmos_ticked:
        mov     al, RTC_A
        call    cmos_read
        test    al, 80h
        jnz     .no                     ; not while it changes
        mov     al, RTC_SECONDS
        call    cmos_read
        cmp     al, [cmos_second]
        je      .no
        stc
        ret
.no:
        clc
        ret

cmos_test:
        push    es
        mov     ax, 0F000h
        mov     es, ax
        cmp     byte [es:0FFFEh], 0FCh  ; an AT, or like one
        pop     es
        je      .at
        SKIP    'cmos: not an AT'
        ret
.at:
        mov     al, RTC_D
        call    cmos_read
        test    al, 80h
        CHECK_NZ 'cmos: the battery is good'
        call    cmos_test_memory
        mov     al, RTC_SECONDS
        call    cmos_read
        mov     [cmos_second], al
        and     al, 0Fh
        cmp     al, 10
        CHECK_C 'cmos: the seconds are BCD'
        mov     bx, cmos_ticked
        mov     ax, 1500
        call    wait_until
        CHECK_C 'cmos: they go on'
        call    cmos_test_periodic
        call    cmos_test_bios
        ret

; The byte for POST is put back, of course.
cmos_test_memory:
        cli
        mov     al, CMOS_SHUTDOWN
        call    cmos_read
        mov     bl, al
        mov     ax, 5A00h + CMOS_SHUTDOWN
        call    cmos_write
        mov     al, CMOS_SHUTDOWN
        call    cmos_read
        mov     bh, al
        mov     ah, bl
        mov     al, CMOS_SHUTDOWN
        call    cmos_write
        sti
        cmp     bh, 5Ah
        CHECK_Z 'cmos: a byte reads back'
        mov     bx, cmos_copy
        call    cmos_all
        mov     al, [cmos_copy + 15h]
        mov     ah, [cmos_copy + 16h]
        cmp     ax, 640
        CHECK_Z 'cmos: 640 KB of base memory'
        ret

; 64 Hz for half a second: 32 interrupts.
cmos_test_periodic:
        mov     bx, .measure
        call    check_again
        CHECK_NC 'cmos: IRQ 8 comes 32 times in 500 ms, or nearly'
        ret

; CF = 1: not 28 to 36.
.measure:
        call    cmos_periodic
        mov     ax, 500
        call    wait_ms
        call    cmos_quiet
        mov     dx, [cmos_irqs]
        sub     dx, 28
        cmp     dx, 9
        cmc
        ret

; INT 1Ah tells the clock's time, the second perhaps a new one.
cmos_test_bios:
        mov     ah, 2
        int     1Ah
        CHECK_NC 'cmos: INT 1Ah reads the clock'
        mov     al, RTC_MINUTES
        call    cmos_read
        sub     al, cl
        das
        cmp     al, 2
        CHECK_C 'cmos: its minute is that of the clock'
        ret
