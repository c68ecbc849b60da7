; v86.asm - page: a virtual-8086 task and its monitor.
;
; With EFLAGS.VM set, the CPU runs 8086 code inside protected mode: segments
; are paragraphs again, but the task has no privileges. With IOPL below 3,
; CLI, STI, PUSHF, POPF, INT n and IRET raise #GP, and port accesses do if the
; TSS's permission bitmap says so. The monitor below, in ring 0, looks at the
; instruction and does what it would have done: for INT n it pushes flags, CS
; and IP on the task's stack and goes on at the vector of the table at 0. So
; the BIOS runs inside, too. EMM386 and Windows' DOS boxes are made like this.
;
; Three things are virtual: the interrupt flag (v86_if; hardware interrupts
; wait in v86_pending while it is 0), the ports 300h to 307h, which belong to a
; device that only the monitor knows, and HLT, which ends the task's slice.
;
; Hardware interrupts would come at vectors 8 to 15, where the CPU has its own
; exceptions; so both 8259A are told other numbers, 20h to 2Fh.
;
; Shown: how often each was reflected. Reference: Intel 80386 Programmer's
; Reference Manual, chapter 15.

        cpu     386

EFLAGS_VM       equ     20000h
EFLAGS_IF       equ     200h
V86_FLAGS       equ     0DD5h           ; flags that belong to the task
V86_DEVICE      equ     300h
V86_STACK       equ     0FFF0h          ; in WORK_SEG

v86_if:         dw      0               ; 0 or EFLAGS_IF
v86_pending:    dw      0               ; lines that wait, a bit each
v86_wide:       db      0               ; operand size prefix seen
v86_device:     db      0               ; the device's only register
v86_opcode:     db      0
v86_bad:        db      0               ; opcode the monitor doesn't know
v86_start:      dw      0
v86_imr:        dw      0

; Counters, in the order of the page's lines.
v86_counts:
v86_int:        dw      0
v86_iret:       dw      0
v86_cli:        dw      0
v86_sti:        dw      0
v86_pushf:      dw      0
v86_popf:       dw      0
v86_io:         dw      0
v86_hlt:        dw      0
v86_irq:        dw      0
v86_fault:      dw      0
V86_COUNTERS    equ     ($ - v86_counts) / 2

v86_names:
        db      'INT n', 0, 'IRET', 0, 'CLI', 0, 'STI', 0, 'PUSHF', 0
        db      'POPF', 0, 'IN, OUT trapped', 0, 'HLT (slices)', 0
        db      'interrupts', 0, 'exceptions', 0

; The instructions that the monitor knows.
%macro V86_ROW 2
        db      %1
        dw      %2
%endmacro
v86_table:
        V86_ROW 0CDh, v86_do_int
        V86_ROW 0CCh, v86_do_int3
        V86_ROW 0CFh, v86_do_iret
        V86_ROW 0FAh, v86_do_cli
        V86_ROW 0FBh, v86_do_sti
        V86_ROW 09Ch, v86_do_pushf
        V86_ROW 09Dh, v86_do_popf
        V86_ROW 0F4h, v86_do_hlt
        V86_ROW 0E4h, v86_do_io
        V86_ROW 0E5h, v86_do_io
        V86_ROW 0E6h, v86_do_io
        V86_ROW 0E7h, v86_do_io
        V86_ROW 0ECh, v86_do_io
        V86_ROW 0EDh, v86_do_io
        V86_ROW 0EEh, v86_do_io
        V86_ROW 0EFh, v86_do_io
v86_table_end:

; v86_run: SI = offset of 8086 code in our segment, that ends by HLT with
; interrupts on. CF = 1: the monitor met something it does not know.
v86_run:
        mov     [v86_start], si
        mov     byte [v86_bad], 0
        mov     word [v86_pending], 0
        mov     si, v86_enter
        mov     bx, v86_handler
        call    pm_run
        call    v86_late_key
        cmp     byte [v86_bad], 1       ; CF = 1 if 0
        cmc
        ret

; v86_late_key: initialising the 8259As forgets requests. A tick comes again,
; a key's does not: so ask for it, should a code be waiting.
v86_late_key:
        in      al, KBC_STATUS
        and     al, 21h
        cmp     al, 1
        jne     .done
        int     09h
.done:
        ret

; v86_enter: IRETD with VM set on the stack is the way in. The task gets no
; state of ours: all segments and the stack come from here.
v86_enter:
        mov     cx, 2820h
        call    v86_map
        mov     byte [pm_iomap + V86_DEVICE / 8], 0FFh
        mov     word [v86_if], 0
        xor     eax, eax
        push    eax                     ; GS
        push    eax                     ; FS
        push    dword TOUR_SEG          ; DS
        push    dword TOUR_SEG          ; ES
        push    dword WORK_SEG          ; SS
        push    dword V86_STACK
        push    dword EFLAGS_VM + EFLAGS_IF + 2         ; IOPL 0
        push    dword TOUR_SEG          ; CS
        movzx   eax, word [v86_start]
        push    eax
        o32 iret

; v86_map: CL, CH = first vectors of the two 8259As. ICW1: edges, two chips,
; ICW4 follows; ICW2: vector; ICW3: line 2 has the second; ICW4: 8086 mode.
v86_map:
        in      al, PIC2_IMR
        mov     ah, al
        in      al, PIC1_IMR
        push    ax
        mov     al, 11h
        out     PIC1, al
        out     PIC2, al
        mov     al, cl
        out     PIC1_IMR, al
        mov     al, ch
        out     PIC2_IMR, al
        mov     al, 4
        out     PIC1_IMR, al
        mov     al, 2
        out     PIC2_IMR, al
        mov     al, 1
        out     PIC1_IMR, al
        out     PIC2_IMR, al
        pop     ax
        out     PIC1_IMR, al
        mov     al, ah
        out     PIC2_IMR, al
        ret

; v86_handler: all that leaves the task: BP = FRAME. CF = 1 ends the slice.
v86_handler:
        test    byte [bp + FRAME.eflags + 2], EFLAGS_VM >> 16
        jz      .unknown                ; the monitor's own fault
        mov     ax, [bp + FRAME.vector]
        cmp     ax, 32
        jae     v86_line
        cmp     ax, 13
        je      v86_privileged
        inc     word [v86_fault]
        cmp     ax, 7
        jbe     v86_reflect             ; as real mode does
.unknown:
        mov     byte [v86_bad], 0FEh
        jmp     v86_leave

; v86_line: AX = 32 + line: now, or when the task allows it.
v86_line:
        inc     word [v86_irq]
        sub     ax, 32
        bts     [v86_pending], ax
        jmp     v86_deliver

; v86_deliver: the highest line that waits, if the task has interrupts on. One
; at a time: its handler begins with interrupts off, and its STI or IRET leads
; here again.
v86_deliver:
        cmp     word [v86_if], 0
        je      .done
        bsf     ax, [v86_pending]
        jz      .done
        btr     [v86_pending], ax
        add     al, 08h
        cmp     al, 10h
        jb      v86_reflect
        add     al, 70h - 10h
        jmp     v86_reflect
.done:
        clc
        ret

; v86_reflect: AL = vector: what INT does in real mode, on the task's stack.
v86_reflect:
        movzx   edi, al
        call    v86_flags
        call    v86_push
        mov     ax, [bp + FRAME.cs]
        call    v86_push
        mov     ax, [bp + FRAME.eip]
        call    v86_push
        mov     word [v86_if], 0
        and     byte [bp + FRAME.eflags + 1], 0FEh      ; TF
        movzx   eax, word [es:edi * 4]
        mov     [bp + FRAME.eip], eax
        mov     ax, [es:edi * 4 + 2]
        mov     [bp + FRAME.cs], ax
        clc
        ret

; v86_flags: AX = flags as the task should see them.
v86_flags:
        mov     ax, [bp + FRAME.eflags]
        and     ax, ~EFLAGS_IF & 0FFFFh
        or      ax, [v86_if]
        ret

; v86_set_flags: AX = flags from the task. The CPU's IF stays set.
v86_set_flags:
        mov     cx, ax
        and     cx, EFLAGS_IF
        mov     [v86_if], cx
        and     ax, V86_FLAGS
        mov     cx, [bp + FRAME.eflags]
        and     cx, ~V86_FLAGS & 0FFFFh
        or      ax, cx
        mov     [bp + FRAME.eflags], ax
        ret

; v86_push: AX onto the task's stack; v86_pop: AX from it. Change EBX.
v86_push:
        sub     word [bp + FRAME.esp], 2
        call    v86_top
        mov     [es:ebx], ax
        ret
v86_pop:
        call    v86_top
        mov     ax, [es:ebx]
        add     word [bp + FRAME.esp], 2
        ret
v86_top:
        push    eax
        movzx   ebx, word [bp + FRAME.ss]
        shl     ebx, 4
        movzx   eax, word [bp + FRAME.esp]
        add     ebx, eax
        pop     eax
        ret

; v86_fetch: AL = the task's next byte of code.
v86_fetch:
        push    ebx
        push    ecx
        movzx   ebx, word [bp + FRAME.cs]
        shl     ebx, 4
        movzx   ecx, word [bp + FRAME.eip]
        mov     al, [es:ebx + ecx]
        inc     word [bp + FRAME.eip]
        pop     ecx
        pop     ebx
        ret

; v86_privileged: #GP: finds out why, by the table.
v86_privileged:
        mov     byte [v86_wide], 0
.next:
        call    v86_fetch
        cmp     al, 66h
        jne     .opcode
        mov     byte [v86_wide], 1
        jmp     .next
.opcode:
        mov     [v86_opcode], al
        mov     si, v86_table
.find:
        cmp     al, [si]
        je      .found
        add     si, 3
        cmp     si, v86_table_end
        jb      .find
        mov     [v86_bad], al
        jmp     v86_leave
.found:
        jmp     [si + 1]

v86_do_int:
        inc     word [v86_int]
        call    v86_fetch
        jmp     v86_reflect
v86_do_int3:
        inc     word [v86_int]
        mov     al, 3
        jmp     v86_reflect
v86_do_cli:
        inc     word [v86_cli]
        mov     word [v86_if], 0
        clc
        ret
v86_do_sti:
        inc     word [v86_sti]
        mov     word [v86_if], EFLAGS_IF
        jmp     v86_deliver

; 32-bit forms: the upper half of EFLAGS is pushed as 0 and popped to nowhere.
v86_do_pushf:
        inc     word [v86_pushf]
        cmp     byte [v86_wide], 0
        je      .low
        xor     ax, ax
        call    v86_push
.low:
        call    v86_flags
        call    v86_push
        clc
        ret
v86_do_popf:
        inc     word [v86_popf]
        call    v86_pop
        call    v86_set_flags
        cmp     byte [v86_wide], 0
        je      v86_deliver
        call    v86_pop
        jmp     v86_deliver
v86_do_iret:
        inc     word [v86_iret]
        call    v86_pop
        mov     [bp + FRAME.eip], ax
        call    v86_pop_if_wide
        call    v86_pop
        mov     [bp + FRAME.cs], ax
        call    v86_pop_if_wide
        call    v86_pop
        call    v86_set_flags
        call    v86_pop_if_wide
        jmp     v86_deliver
v86_pop_if_wide:
        cmp     byte [v86_wide], 0
        jne     v86_pop
        ret

; v86_do_io: opcode bit 0: 16 or 32 bits, bit 1: OUT, bit 3: port in DX.
v86_do_io:
        inc     word [v86_io]
        mov     dx, [bp + FRAME.edx]
        test    byte [v86_opcode], 8
        jnz     .port
        call    v86_fetch
        movzx   dx, al
.port:
        mov     eax, [bp + FRAME.eax]
        mov     cx, dx
        and     cx, 0FFF8h
        cmp     cx, V86_DEVICE
        je      .device
        call    v86_real_io
.set:
        mov     [bp + FRAME.eax], eax
        clc
        ret
.device:
        test    byte [v86_opcode], 2
        jnz     .store
        mov     al, [v86_device]
        jmp     .set
.store:
        mov     [v86_device], al
        clc
        ret

; v86_real_io: DX = port, EAX = data: the access, done for the task.
v86_real_io:
        mov     cl, [v86_opcode]
        test    cl, 2
        jnz     .out
        test    cl, 1
        jnz     .inword
        in      al, dx
        ret
.inword:
        cmp     byte [v86_wide], 0
        jne     .indword
        in      ax, dx
        ret
.indword:
        in      eax, dx
        ret
.out:
        test    cl, 1
        jnz     .outword
        out     dx, al
        ret
.outword:
        cmp     byte [v86_wide], 0
        jne     .outdword
        out     dx, ax
        ret
.outdword:
        out     dx, eax
        ret

v86_do_hlt:
        inc     word [v86_hlt]
; v86_leave: ends the slice: the 8259As as real mode knows them, CF = 1.
v86_leave:
        mov     cx, 7008h
        call    v86_map
        stc
        ret

        cpu     8086

; What follows runs in the task. It is 8086 code, and does not know where it is.

v86_slices:     dw      0
v86_seen:       dw      0               ; calls of its own handler
v86_old60:      dw      0, 0
v86_base:       dw      0               ; INT 12h from inside
v86_reset:      db      0               ; the byte at F000:FFF0
v86_cli_flags:  dw      0
v86_sti_flags:  dw      0
v86_msw:        dw      0
v86_read:       db      0
v86_ticks:      dw      0, 0            ; with interrupts off, and on again
v86_slow:       db      0               ; 1: the slice lasts two ticks

v86_own:
        inc     word [cs:v86_seen]
        iret

; The page's slice.
v86_task:
        sti
        inc     word [v86_slices]
        int     IVT_OURS
        mov     dx, V86_DEVICE
        in      al, dx
        inc     ax
        out     dx, al
        cmp     byte [v86_slow], 0
        je      .end
        mov     byte [v86_slow], 0
        mov     ax, 110
        call    wait_ms
.end:
        hlt

; The self test's.
v86_trial:
        sti
        int     IVT_OURS
        int     12h                     ; the BIOS, in V86 mode
        mov     [v86_base], ax
        cli
        pushf
        pop     word [v86_cli_flags]
        sti
        pushf
        pop     word [v86_sti_flags]
        mov     ax, 0F000h
        mov     es, ax
        mov     al, [es:0FFF0h]
        mov     [v86_reset], al
        cpu     286
        smsw    [v86_msw]
        cpu     8086
        mov     dx, V86_DEVICE + 3
        mov     al, 5Ah
        out     dx, al
        xor     al, al
        in      al, dx
        mov     [v86_read], al
        in      al, PORT_B              ; allowed: does not trap
        hlt

; Ticks while interrupts are off, and behind the STI.
v86_patience:
        cli
        call    timer_ticks
        mov     bx, ax
        mov     ax, 120                 ; two ticks' time
        call    wait_ms
        call    timer_ticks
        sub     ax, bx
        mov     [v86_ticks], ax
        sti
        nop
        call    timer_ticks
        sub     ax, bx
        mov     [v86_ticks + 2], ax
        hlt

; A word access to ports 2FFh and 300h: one forbidden port is enough.
v86_border:
        sti
        mov     dx, V86_DEVICE - 1
        in      ax, dx
        hlt

v86_clear:
        push    ds
        pop     es
        mov     di, v86_counts
        mov     cx, V86_COUNTERS
        xor     ax, ax
        rep     stosw
        ret

v86_page:
        NOTE    2, '8086 code without privileges: what it may not do ', \
                   'traps; the monitor does it.'
        HELP    'T: a slice that lasts two ticks   R: counters to 0'
        call    v86_clear
        HOOK    IVT_OURS, v86_own, v86_old60
        mov     bx, v86_show
        mov     di, v86_key
        call    page_loop
        UNHOOK  IVT_OURS, v86_old60
        ret

v86_key:
        cmp     al, 'R'
        je      v86_clear
        cmp     al, 'T'
        jne     .done
        mov     byte [v86_slow], 1
.done:
        ret

v86_show:
        mov     si, v86_task
        call    v86_run
        NOTE    4, 'Reflected or done for the task'
        mov     si, v86_names
        xor     bx, bx
        mov     dl, 5
.next:
        mov     [text_pos + 1], dl
        mov     byte [text_pos], 4
        COLOR   NORMAL
        call    print
.end:
        inc     si
        cmp     byte [si - 1], 0
        jne     .end
        mov     al, 24
        call    text_to
        COLOR   VALUE
        mov     ax, [v86_counts + bx]
        call    print_dec16
        PRINT   '    '
        add     bx, 2
        inc     dl
        cmp     bx, V86_COUNTERS * 2
        jb      .next
        FIELD   16, 2, 'The device at 300h, known to the monitor only, holds'
        mov     al, [v86_device]
        call    print_hex8
        FIELD   17, 2, 'The task ran'
        mov     ax, [v86_slices]
        call    print_dec16
        PRINT   ' slices; its INT 60h handler '
        mov     ax, [v86_seen]
        call    print_dec16
        PRINT   ' times'
        ret

v86_test:
        call    v86_clear
        HOOK    IVT_OURS, v86_own, v86_old60
        mov     word [v86_seen], 0
        mov     si, v86_trial
        call    v86_run
        CHECK_NC 'v86: the task runs to its HLT'
        cmp     word [v86_seen], 1
        CHECK_Z 'v86: INT n is reflected to the vector table'
        int     12h
        cmp     ax, [v86_base]
        CHECK_Z 'v86: the BIOS answers inside as outside'
        test    word [v86_cli_flags], 200h
        CHECK_Z 'v86: behind a CLI the task sees IF clear'
        test    word [v86_sti_flags], 200h
        CHECK_NZ 'v86: and set behind STI'
        cmp     byte [v86_reset], 0EAh
        CHECK_Z 'v86: addresses are segment * 16 + offset'
        test    word [v86_msw], 1
        CHECK_NZ 'v86: SMSW tells that it is protected mode'
        cmp     byte [v86_read], 5Ah
        CHECK_Z 'v86: a device that only the monitor knows'
        cmp     word [v86_io], 2
        CHECK_Z 'v86: the permission bitmap lets other ports through'
        mov     si, v86_border
        call    v86_run
        cmp     word [v86_io], 3
        CHECK_Z 'v86: a word over the border of the bitmap traps'
        mov     word [v86_irq], 0
        mov     si, v86_patience
        call    v86_run
        CHECK_NC 'v86: interrupts are taken'
        cmp     word [v86_ticks], 0
        CHECK_Z 'v86: none reaches the task while its IF is clear'
        cmp     word [v86_ticks + 2], 0
        CHECK_NZ 'v86: they wait for its STI'
        UNHOOK  IVT_OURS, v86_old60
        ret
