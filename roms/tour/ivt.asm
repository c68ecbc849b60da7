; ivt.asm - page: real mode and the interrupt vector table.
;
; In real mode, physical address = segment * 16 + offset, and the first KB of
; memory is a table of 256 far pointers: offset, segment. INT n, a fault or an
; interrupt from outside pushes FLAGS, CS and IP, clears IF and TF and jumps
; through the table's entry n. IRET pops the three. Anybody may change the
; table; that is how DOS, TSRs and this page hook into the machine.
;
; Shown: the first 32 vectors, live, and what our own handlers were given.
; Reference: Intel 8086 Family User's Manual, "Interrupts"; iAPX 286 and 386
; Programmer's Reference Manuals, chapter "Interrupts" of real mode.

IVT_OURS        equ     60h             ; 60h to 66h are free for programs

ivt_old:        dw      0, 0            ; the vector we replaced
ivt_count:      dw      0
ivt_ip:         dw      0               ; as the handler found them pushed
ivt_cs:         dw      0
ivt_flags:      dw      0
ivt_inside:     dw      0               ; flags inside the handler

; ivt_handler: a handler for any vector that may return to where it came from.
ivt_handler:
        push    bp
        mov     bp, sp
        push    ax
        inc     word [cs:ivt_count]
        mov     ax, [bp + 2]
        mov     [cs:ivt_ip], ax
        mov     ax, [bp + 4]
        mov     [cs:ivt_cs], ax
        mov     ax, [bp + 6]
        mov     [cs:ivt_flags], ax
        pushf
        pop     ax
        mov     [cs:ivt_inside], ax
        pop     ax
        pop     bp
        iret

; ivt_fault: for faults. From the 286 on the pushed IP is that of the faulting
; instruction: to return there would fault for ever, so this goes on at the
; address in ivt_resume.
ivt_resume:     dw      0
ivt_fault:
        push    bp
        mov     bp, sp
        push    ax
        inc     word [cs:ivt_count]
        mov     ax, [bp + 2]
        mov     [cs:ivt_ip], ax
        mov     ax, [cs:ivt_resume]
        mov     [bp + 2], ax
        pop     ax
        pop     bp
        iret

; ivt_call: INT 60h with our handler. AX = address behind the instruction.
ivt_call:
        HOOK    IVT_OURS, ivt_handler, ivt_old
        mov     word [ivt_count], 0
        sti
        int     IVT_OURS
.behind:
        UNHOOK  IVT_OURS, ivt_old
        mov     ax, .behind
        ret

; ivt_divide: 1000 / 0. AX = address of the instruction, BX = behind it.
ivt_divide:
        HOOK    0, ivt_fault, ivt_old
        mov     word [ivt_count], 0
        mov     word [ivt_resume], .behind
        mov     ax, 1000
        xor     dx, dx
        xor     bx, bx
.divide:
        div     bx
.behind:
        UNHOOK  0, ivt_old
        mov     ax, ivt_divide.divide
        mov     bx, ivt_divide.behind
        ret

; ivt_step: three instructions with the trap flag set: after each of them the
; CPU calls vector 1. The POPF that sets TF does not trap itself; the POPF that
; clears it is the last that does.
ivt_step:
        HOOK    1, ivt_handler, ivt_old
        mov     word [ivt_count], 0
        pushf
        pushf
        pop     ax
        or      ah, 1                   ; TF
        push    ax
        popf
        nop
        nop
        popf                            ; TF as before
        nop
        UNHOOK  1, ivt_old
        ret

; ivt_overflow: INTO calls vector 4 if OF is set.
ivt_overflow:
        HOOK    4, ivt_handler, ivt_old
        mov     word [ivt_count], 0
        xor     ax, ax
        into                            ; OF = 0: nothing
        mov     al, 7Fh
        inc     al
        into
        UNHOOK  4, ivt_old
        ret

; ivt_break: the one-byte INT 3 of debuggers.
ivt_break:
        HOOK    3, ivt_handler, ivt_old
        mov     word [ivt_count], 0
        int3
        UNHOOK  3, ivt_old
        ret

; ivt_bound: BOUND, from the 186 on: vector 5 if the index is outside.
ivt_bound:
        HOOK    5, ivt_fault, ivt_old
        mov     word [ivt_count], 0
        mov     word [ivt_resume], .behind
        mov     ax, 5
        cpu     186
        bound   ax, [.limits]           ; inside: nothing
        inc     ax
        bound   ax, [.limits]
        cpu     8086
.behind:
        UNHOOK  5, ivt_old
        ret
.limits:
        dw      1, 5

; ivt_undefined: 0F FF is no instruction: vector 6 from the 186 on.
ivt_undefined:
        HOOK    6, ivt_fault, ivt_old
        mov     word [ivt_count], 0
        mov     word [ivt_resume], .behind
        db      0Fh, 0FFh
.behind:
        UNHOOK  6, ivt_old
        ret

; The vectors' names: 16 characters each at most.
ivt_names:
        db      'divide error', 0, 'single step', 0, 'NMI', 0
        db      'breakpoint', 0, 'overflow', 0, 'bound, PrtSc', 0
        db      'undefined opcode', 0, 'no x87', 0, 'IRQ 0 tick', 0
        db      'IRQ 1 keyboard', 0, 'IRQ 2', 0, 'IRQ 3 COM2', 0
        db      'IRQ 4 COM1', 0, 'IRQ 5 LPT2', 0, 'IRQ 6 floppy', 0
        db      'IRQ 7 LPT1', 0, 'video', 0, 'equipment', 0
        db      'base memory', 0, 'disks', 0, 'serial ports', 0
        db      'system', 0, 'keyboard', 0, 'printers', 0, 'BASIC', 0
        db      'boot', 0, 'time of day', 0, 'Ctrl-Break', 0
        db      'user tick', 0, 'video table', 0, 'floppy table', 0
        db      'font table', 0

ivt_page:
        NOTE    2, 'Address = segment * 16 + offset. Vector n is the far ', \
                   'pointer at 4 * n.'
        HELP    'I: INT 60h   D: divide by zero   T: three single steps'
        mov     bx, ivt_show
        mov     di, ivt_key
        jmp     page_loop

ivt_key:
        cmp     al, 'I'
        je      .call
        cmp     al, 'D'
        je      .divide
        cmp     al, 'T'
        jne     .done
        jmp     ivt_step
.call:
        jmp     ivt_call
.divide:
        jmp     ivt_divide
.done:
        ret

; ivt_show: 32 vectors in two columns, then what our handler saw last.
ivt_show:
        xor     bx, bx
        mov     si, ivt_names
.next:
        mov     al, bl
        and     al, 0Fh
        add     al, 4
        mov     ah, al                  ; row
        mov     al, 2
        test    bl, 10h
        jz      .left
        mov     al, 41
.left:
        xchg    al, ah
        mov     [text_pos + 1], al
        mov     [text_pos], ah
        call    ivt_line
        inc     bx
        cmp     bx, 32
        jb      .next
        FIELD   21, 2, 'Our handler: calls'
        mov     ax, [ivt_count]
        call    print_dec16
        FIELD   21, 25, 'pushed CS:IP'
        mov     ax, [ivt_cs]
        call    print_hex16
        PRINT   ':'
        mov     ax, [ivt_ip]
        call    print_hex16
        FIELD   21, 50, 'flags'
        mov     ax, [ivt_flags]
        call    print_hex16
        FIELD   21, 62, 'inside'
        mov     ax, [ivt_inside]
        call    print_hex16
        ret

; ivt_line: BX = vector, SI = its name; SI = the next name.
ivt_line:
        COLOR   NORMAL
        mov     al, bl
        call    print_hex8
        PRINT   '  '
        call    print
.end:
        inc     si
        cmp     byte [si - 1], 0
        jne     .end
        mov     al, 25
        test    bl, 10h
        jz      .left
        mov     al, 64
.left:
        call    text_to
        COLOR   VALUE
        push    bx
        push    es
        xor     ax, ax
        mov     es, ax
        shl     bx, 1
        shl     bx, 1
        mov     ax, [es:bx + 2]
        call    print_hex16
        PRINT   ':'
        mov     ax, [es:bx]
        call    print_hex16
        pop     es
        pop     bx
        ret

ivt_test:
        call    ivt_call
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: INT 60h reaches our handler, once'
        cmp     ax, [ivt_ip]
        CHECK_Z 'ivt: the pushed IP is behind the INT'
        mov     ax, cs
        cmp     ax, [ivt_cs]
        CHECK_Z 'ivt: the pushed CS is ours'
        test    word [ivt_flags], 200h
        CHECK_NZ 'ivt: IF was set before'
        test    word [ivt_inside], 300h
        CHECK_Z 'ivt: IF and TF are clear in the handler'
        call    ivt_divide
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: a division by zero calls vector 0'
        cmp     byte [cpu_level], CPU_286
        jae     .fault
        mov     ax, bx                  ; an 8086 pushes the next address
.fault:
        cmp     ax, [ivt_ip]
        CHECK_Z 'ivt: its IP is the faulting one (8086: the next)'
        call    ivt_step
        cmp     word [ivt_count], 3
        CHECK_Z 'ivt: TF traps after each of three instructions'
        call    ivt_break
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: the breakpoint calls vector 3'
        call    ivt_overflow
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: INTO calls vector 4 on overflow only'
        cmp     byte [cpu_level], CPU_186
        jb      .skip
        call    ivt_bound
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: BOUND calls vector 5 for an index outside'
        call    ivt_undefined
        cmp     word [ivt_count], 1
        CHECK_Z 'ivt: an undefined opcode calls vector 6'
        ret
.skip:
        SKIP    'ivt: BOUND and undefined opcodes: 186 or later'
        ret
