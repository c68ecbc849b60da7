; report.asm - the self test's PASS, FAIL and SKIP lines, and how it ends.

check_passed:   dw      0
check_failed:   dw      0
check_skipped:  dw      0

; check_zero and its kin: the name lies behind the call; see CHECK_Z. All
; registers and flags are kept.
check_zero:
        pushf
        jz      check_good
        jmp     short check_bad
check_nonzero:
        pushf
        jnz     check_good
        jmp     short check_bad
check_carry:
        pushf
        jc      check_good
        jmp     short check_bad
check_nocarry:
        pushf
        jnc     check_good
check_bad:
        push    si
        mov     si, .fail
        inc     word [check_failed]
        mov     byte [text_attr], BAD
        jmp     short check_print
.fail:  db      'FAIL', 0
check_good:
        push    si
        mov     si, .pass
        inc     word [check_passed]
        mov     byte [text_attr], GOOD
        jmp     short check_print
.pass:  db      'PASS', 0
check_skip:
        pushf
.kept:
        push    si
        mov     si, .skip
        inc     word [check_skipped]
        mov     byte [text_attr], VALUE
        jmp     short check_print
.skip:  db      'SKIP', 0


; check_again: calls BX up to five times until it returns CF = 0. For checks by
; time: a host that is busy may spoil one of them.
check_again:
        push    cx
        mov     cx, 5
.next:
        push    bx
        push    cx
        call    bx
        pop     cx
        pop     bx
        jnc     .done
        loop    .next
        stc
.done:
        pop     cx
        ret

; check_segment: QEMU without KVM checks no segment limits, types or null
; selectors of data accesses: a failure is no news there.
check_segment:
        pushf
        jz      check_good
        call    machine_is_tcg
        jz      check_skip.kept
        jmp     check_bad

; On the stack: SI, flags, address of the name.
check_print:
        push    bp
        mov     bp, sp
        cld
        call    print
        mov     byte [text_attr], NORMAL
        PRINT   '  '
        mov     si, [bp + 6]
        call    print
        call    print_line
        push    ax
.end:
        lodsb
        or      al, al
        jnz     .end
        pop     ax
        mov     [bp + 6], si
        pop     bp
        pop     si
        popf
        ret

; check_skip_page: SI = name of a page that needs a later CPU.
check_skip_page:
        inc     word [check_skipped]
        COLOR   VALUE
        PRINT   'SKIP'
        COLOR   NORMAL
        PRINT   '  '
        call    print
        PRINT   ': needs a later CPU', 13, 10
        ret

; report_summary: the last line; what a script looks for.
report_summary:
        push    ax
        call    print_line
        mov     ax, [check_passed]
        call    print_dec16
        PRINT   ' passed, '
        mov     ax, [check_failed]
        call    print_dec16
        PRINT   ' failed, '
        mov     ax, [check_skipped]
        call    print_dec16
        PRINT   ' skipped', 13, 10
        mov     ax, [check_failed]
        or      ax, ax
        jnz     .failed
        COLOR   GOOD
        PRINT   'SELFTEST PASS', 13, 10
        jmp     short .done
.failed:
        COLOR   BAD
        PRINT   'SELFTEST FAIL '
        call    print_dec16
        call    print_line
.done:
        COLOR   NORMAL
        pop     ax
        ret

; report_end: turns the machine off, by what emulators agree upon: isabox and
; Bochs take a word at port 8900h, QEMU ends by isa-debug-exit with status 2 *
; AL + 1. After failures only isa-debug-exit is asked, whose status tells;
; where there is none, a key leads back to the menu.
report_end:
        cmp     word [check_failed], 0
        jne     .failed
        mov     dx, POWER_OFF
        mov     si, .word
.next:
        lodsb
        or      al, al
        jz      .sent
        out     dx, al
        jmp     short .next
.sent:
        mov     al, 10h                 ; 33
        call    report_exit
.halt:
        cli
        hlt
        jmp     short .halt
.failed:
        mov     al, 11h                 ; 35
        call    report_exit
        mov     byte [text_log], 0
        PRINT   'Press a key for the menu. '
        call    key_wait
        jmp     menu_loop
.word:  db      'Shutdown', 0

; report_exit: AL to both places where isa-debug-exit is found.
report_exit:
        out     DEBUG_EXIT, al
        mov     dx, DEBUG_EXIT_QEMU
        out     dx, al
        ret
