; pic.asm - page: the two interrupt controllers.
;
; Eight request lines come into each 8259A. A rising edge sets a bit of the
; interrupt request register (IRR). The highest request that the mask (IMR)
; lets through and that beats what is in service interrupts the CPU; when the
; CPU acknowledges, the bit moves to the in-service register (ISR), and there
; it blocks its own and all lower levels until the handler sends an end of
; interrupt (EOI). The second chip's output is line 2 of the first.
;
; Shown: the three registers of both chips, how often each line has
; interrupted. Reference: Intel 231468 "8259A"; IBM PC AT Technical Reference.

OCW2_EOI        equ     20h             ; non-specific end of interrupt
OCW2_LOWEST     equ     0C0h            ; + n: line n gets the lowest priority
OCW3_IRR        equ     0Ah             ; the next read gives the IRR
OCW3_ISR        equ     0Bh             ; or the ISR
KBC_PUT         equ     0D2h            ; 8042: next byte as if from a key

pic_counts:     times 16 dw 0
pic_old:        times 32 dw 0           ; far pointers

; Sixteen handlers that count and go on to the one they replace.
%macro PIC_STUB 1
pic_stub%1:
        inc     word [cs:pic_counts + 2 * %1]
        jmp     far [cs:pic_old + 4 * %1]
%endmacro
%assign n 0
%rep 16
        PIC_STUB n
%assign n n + 1
%endrep

pic_stubs:
%assign n 0
%rep 16
        dw      pic_stub%+ n
%assign n n + 1
%endrep

; pic_vector: AL = vector of line BX.
pic_vector:
        mov     al, bl
        add     al, 08h
        cmp     bl, 8
        jb      .done
        add     al, 70h - 08h - 8
.done:
        ret

; pic_hook, pic_unhook: all sixteen. Vectors 77h and below are the AT's.
pic_hook:
        xor     bx, bx
.next:
        call    pic_vector
        mov     si, bx
        shl     si, 1
        mov     dx, [pic_stubs + si]
        shl     si, 1
        mov     cx, cs
        cli
        call    vector_swap
        mov     [pic_old + si], dx
        mov     [pic_old + si + 2], cx
        sti
        inc     bx
        cmp     bx, 16
        jb      .next
        ret
pic_unhook:
        xor     bx, bx
.next:
        call    pic_vector
        mov     si, bx
        shl     si, 1
        shl     si, 1
        mov     dx, [pic_old + si]
        mov     cx, [pic_old + si + 2]
        call    vector_swap
        inc     bx
        cmp     bx, 16
        jb      .next
        ret

; pic_irr, pic_isr: AL = register of the first chip.
pic_irr:
        mov     al, OCW3_IRR
        out     PIC1, al
        in      al, PIC1
        ret
pic_isr:
        mov     al, OCW3_ISR
        out     PIC1, al
        in      al, PIC1
        ret

pic_page:
        NOTE    2, 'A request (IRR) passes the mask (IMR), is served (ISR) ', \
                   'and ended by an EOI.'
        HELP    'M: mask IRQ 0, the tick (the page stops until a key)   P: ', \
                'rotate priority'
        in      al, PIC1_IMR
        push    ax
        call    pic_hook
        mov     bx, pic_show
        mov     di, pic_key
        call    page_loop
        call    pic_unhook
        pop     ax
        out     PIC1_IMR, al
        mov     al, OCW2_LOWEST + 7     ; IRQ 0 highest
        out     PIC1, al
        ret

pic_lowest:     db      7

pic_key:
        cmp     al, 'M'
        jne     .priority
        in      al, PIC1_IMR
        xor     al, 1
        out     PIC1_IMR, al
        ret
.priority:
        cmp     al, 'P'
        jne     .done
        mov     al, [pic_lowest]
        inc     ax
        and     al, 7
        mov     [pic_lowest], al
        or      al, OCW2_LOWEST
        out     PIC1, al
.done:
        ret

pic_show:
        FIELD   4, 2, '8259A  1   IMR'
        in      al, PIC1_IMR
        call    print_bin8
        FIELD   4, 28, 'IRR'
        call    pic_irr
        call    print_bin8
        FIELD   4, 42, 'ISR'
        call    pic_isr
        call    print_bin8
        FIELD   4, 56, 'lowest priority'
        mov     al, [pic_lowest]
        call    print_hex8
        FIELD   5, 2, '8259A  2   IMR'
        in      al, PIC2_IMR
        call    print_bin8
        FIELD   5, 28, 'IRR'
        mov     al, OCW3_IRR
        out     PIC2, al
        in      al, PIC2
        call    print_bin8
        FIELD   5, 42, 'ISR'
        mov     al, OCW3_ISR
        out     PIC2, al
        in      al, PIC2
        call    print_bin8
        mov     cx, 16
        xor     bx, bx
        mov     si, pic_names
.next:
        mov     al, bl
        shr     al, 1                   ; BX = 2 * line
        and     al, 7
        add     al, 8
        mov     [text_pos + 1], al
        mov     byte [text_pos], 2
        cmp     bl, 16
        jb      .left
        mov     byte [text_pos], 41
.left:
        call    pic_line
        add     bx, 2
        loop    .next
        ret

; pic_line: BX = 2 * line, SI = its name; SI = the next one's.
pic_line:
        COLOR   NORMAL
        PRINT   'IRQ '
        mov     ax, bx
        shr     ax, 1
        call    print_dec16
        PRINT   ' '
        call    print
.end:
        inc     si
        cmp     byte [si - 1], 0
        jne     .end
        mov     al, 25
        cmp     bl, 16
        jb      .left
        mov     al, 64
.left:
        call    text_to
        COLOR   VALUE
        mov     ax, [pic_counts + bx]
        call    print_dec16
        ret

pic_names:
        db      'timer', 0, 'keyboard', 0, 'cascade', 0, 'COM2', 0, 'COM1', 0
        db      'LPT2, sound', 0, 'floppy', 0, 'LPT1, spurious', 0
        db      'clock', 0, 'free', 0, 'free', 0, 'free', 0, 'mouse', 0
        db      'x87', 0, 'first ATA', 0, 'second ATA', 0

; The self test's handlers write down who came, and what was in service.
pic_log:        times 4 db 0
pic_logged:     dw      0
pic_served:     db      0
pic_nested:     dw      0               ; entries while IRQ 0 was in service
pic_old0:       dw      0, 0
pic_old1:       dw      0, 0

; Without an EOI the line stays in service: even with interrupts on, IRQ 1 must
; wait, if it is the lower one.
pic_irq0:
        push    ax
        mov     al, '0'
        call    pic_write
        call    pic_isr
        mov     [cs:pic_served], al
        sti
        nop
        nop
        cli
        mov     ax, [cs:pic_logged]
        mov     [cs:pic_nested], ax
        mov     al, OCW2_EOI
        out     PIC1, al
        pop     ax
        iret
pic_irq1:
        push    ax
        in      al, KBC_DATA
        mov     al, '1'
        call    pic_write
        mov     al, OCW2_EOI
        out     PIC1, al
        pop     ax
        iret

; pic_write: AL into the log.
pic_write:
        push    bx
        mov     bx, [cs:pic_logged]
        cmp     bx, 4
        jae     .done
        mov     [cs:pic_log + bx], al
        inc     word [cs:pic_logged]
.done:
        pop     bx
        ret

; pic_race: IRQ 0 and 1 both requested while they are masked, then let through
; at once. AL = what the IRR showed before.
pic_race:
        cli
        mov     word [pic_logged], 0
        in      al, PIC1_IMR
        push    ax
        or      al, 3
        out     PIC1_IMR, al
        mov     ax, 500
        mov     bx, kbc_can_write
        call    wait_until
        mov     al, KBC_PUT
        out     KBC_STATUS, al
        mov     ax, 500
        call    wait_until
        mov     al, 0F0h                ; no key's code
        out     KBC_DATA, al
        mov     bx, pic_both
        mov     ax, 500
        call    wait_until
        call    pic_irr
        mov     ah, al
        pop     cx
        mov     al, cl
        out     PIC1_IMR, al
        sti
        push    ax
        mov     ax, 2
        call    wait_ms
        cli
        pop     ax
        mov     al, ah
        ret

; pic_both: CF = 1 when IRQ 0 and 1 are requested; pic_tick: IRQ 0 alone.
pic_both:
        call    pic_irr
        and     al, 3
        cmp     al, 3
        je      pic_yes
        clc
        ret
pic_tick:
        call    pic_irr
        shr     al, 1
        ret
pic_yes:
        stc
        ret

pic_test:
        in      al, PIC1_IMR
        push    ax
        mov     al, 0A5h
        cli
        out     PIC1_IMR, al
        in      al, PIC1_IMR
        mov     ah, al
        pop     cx
        mov     al, cl
        out     PIC1_IMR, al
        sti
        cmp     ah, 0A5h
        CHECK_Z 'pic: the mask reads back'
        call    pic_test_mask
        call    pic_test_order
        ret

; A masked request stays in the IRR and comes when the mask goes.
pic_test_mask:
        in      al, PIC1_IMR
        push    ax
        or      al, 1
        out     PIC1_IMR, al
        call    timer_ticks
        mov     si, ax
        mov     bx, pic_tick
        mov     ax, 500
        call    wait_until
        CHECK_C 'pic: a masked tick is seen in the IRR'
        call    timer_ticks
        cmp     ax, si
        CHECK_Z 'pic: and does not interrupt'
        pop     ax
        out     PIC1_IMR, al
        mov     bx, .came
        mov     ax, 20                  ; less than a tick
        call    wait_until
        CHECK_C 'pic: unmasked, it interrupts'
        ret
.came:
        call    timer_ticks
        sub     ax, si
        neg     ax                      ; CF = 1 unless 0
        ret

pic_test_order:
        HOOK    08h, pic_irq0, pic_old0
        HOOK    09h, pic_irq1, pic_old1
        call    pic_race
        and     al, 3
        cmp     al, 3
        CHECK_Z 'pic: IRQ 0 and 1 wait in the IRR'
        cmp     word [pic_log], '01'
        CHECK_Z 'pic: IRQ 0 is served before IRQ 1'
        test    byte [pic_served], 1
        CHECK_NZ 'pic: the ISR shows it in service'
        cmp     word [pic_nested], 1
        CHECK_Z 'pic: until its EOI, IRQ 1 waits'
        mov     al, OCW2_LOWEST
        out     PIC1, al                ; IRQ 0 lowest, so IRQ 1 highest
        call    pic_race
        mov     al, OCW2_LOWEST + 7
        out     PIC1, al
        cmp     word [pic_log], '10'
        CHECK_Z 'pic: rotated, IRQ 1 is served before IRQ 0'
        UNHOOK  08h, pic_old0
        UNHOOK  09h, pic_old1
        sti
        ret
