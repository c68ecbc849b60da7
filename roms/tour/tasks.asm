; tasks.asm - page: hardware task switches.
;
; A far JMP or CALL to the selector of a task state segment, an interrupt
; through a task gate, or an IRET with NT set make the CPU save all registers
; in the current TSS and load them from the other one. CALL and interrupts set
; NT (nested task) in the new task's flags and store the old TSS's selector as
; its link, for the IRET. A TSS is marked busy while its task runs or waits for
; a nested one, so that no task enters itself. CR0.TS is set by every switch: a
; system may save the x87's state when it is used, not before.
;
; Task gates are good for the double fault: when a fault's handler cannot be
; called, because the stack is gone, say, another task still has a stack of its
; own.
;
; Shown: both TSSs while the tasks call each other. Reference: Intel 80386
; Programmer's Reference Manual, chapter 7.

        cpu     386

struc TSS
.link:          resd    1
.esp0:          resd    1
.ss0:           resd    1
                resd    4
.cr3:           resd    1
.eip:           resd    1
.eflags:        resd    1
.eax:           resd    1
.ecx:           resd    1
.edx:           resd    1
.ebx:           resd    1
.esp:           resd    1
.ebp:           resd    1
.esi:           resd    1
.edi:           resd    1
.es:            resd    1
.cs:            resd    1
.ss:            resd    1
.ds:            resd    1
.fs:            resd    1
.gs:            resd    1
.ldt:           resd    1
.trap:          resw    1
.iomap:         resw    1
endstruc

; The old kind of TSS, of the 80286.
struc TSS16
.link:          resw    1
                resw    6
.ip:            resw    1
.flags:         resw    1
.ax:            resw    1
.cx:            resw    1
.dx:            resw    1
.bx:            resw    1
.sp:            resw    1
.bp:            resw    1
.si:            resw    1
.di:            resw    1
.es:            resw    1
.cs:            resw    1
.ss:            resw    1
.ds:            resw    1
.ldt:           resw    1
endstruc

SEL_TASK_B      equ     SEL_TASKS       ; 32-bit TSS
SEL_TASK_C      equ     SEL_TASKS + 8   ; 16-bit TSS
SEL_LDT         equ     SEL_TASKS + 16
SEL_IN_LDT      equ     4               ; its first descriptor: bit 2 says LDT
TASK_VECTOR     equ     32              ; becomes a task gate
TASK_B_STACK    equ     0E400h
TASK_C_STACK    equ     0E200h

        align   4, db 0
tasks_b:        times TSS_size db 0
tasks_c:        times TSS16_size db 0
        align   8, db 0
tasks_ldt:      DESCRIPTOR TOUR_BASE, 0FFFFh, 92h, 0

tasks_runs_b:   dw      0               ; how often each has run
tasks_runs_c:   dw      0
tasks_flags:    dw      0               ; B's flags, as it found them
tasks_cr0:      dw      0
tasks_tr:       dw      0
tasks_busy:     db      0               ; B's access byte while it ran
tasks_ds:       dw      0
tasks_sum:      dd      0
tasks_error:    dw      0
tasks_stage:    db      0
tasks_saved:    dd      0, 0            ; a gate that was replaced

; tasks_build: descriptors and TSSs. In: DS = ours. Changes AX, CX, DI, ES.
tasks_build:
        push    ds
        pop     es
        mov     di, tasks_b
        mov     cx, (TSS_size + TSS16_size) / 2
        xor     ax, ax
        rep     stosw
        mov     si, tasks_descriptors
        mov     di, gdt_tasks
        mov     cx, 12
        rep     movsw
        mov     word [tasks_b + TSS.eip], task_b
        mov     word [tasks_b + TSS.cs], SEL_CODE
        mov     word [tasks_b + TSS.ss], SEL_DATA
        mov     word [tasks_b + TSS.esp], TASK_B_STACK
        mov     word [tasks_b + TSS.ds], SEL_IN_LDT
        mov     word [tasks_b + TSS.es], SEL_FLAT
        mov     word [tasks_b + TSS.ldt], SEL_LDT
        mov     word [tasks_b + TSS.eflags], 2
        mov     word [tasks_b + TSS.iomap], TSS_size
        mov     dword [tasks_b + TSS.ebx], 0BBBBBBBBh
        mov     word [tasks_c + TSS16.ip], task_c
        mov     word [tasks_c + TSS16.cs], SEL_CODE
        mov     word [tasks_c + TSS16.ss], SEL_DATA
        mov     word [tasks_c + TSS16.sp], TASK_C_STACK
        mov     word [tasks_c + TSS16.ds], SEL_DATA
        mov     word [tasks_c + TSS16.flags], 2
        ret
tasks_descriptors:
        DESCRIPTOR TOUR_BASE + tasks_b - tour_start, TSS_size - 1, 89h, 0
        DESCRIPTOR TOUR_BASE + tasks_c - tour_start, TSS16_size - 1, 81h, 0
        DESCRIPTOR TOUR_BASE + tasks_ldt - tour_start, 7, 82h, 0

; task_b: looks around, adds to its own EBX, and returns to whom called. The
; next call goes on behind the IRET.
task_b:
        inc     word [tasks_runs_b]
        add     ebx, 11111111h          ; before the PUSHF: QEMU 7.2 saves
        pushf                           ; wrong flags if none asked for them
        pop     word [tasks_flags]
        smsw    [tasks_cr0]
        str     [tasks_tr]
        mov     [tasks_ds], ds
        mov     al, [gdt_tasks + 5]
        mov     [tasks_busy], al
        o32 iret
        jmp     task_b

; task_c: 16 bits.
task_c:
        inc     word [tasks_runs_c]
        iret
        jmp     task_c

; tasks_call: CALL B, with registers that must survive.
tasks_call:
        mov     eax, 1A2B3C4Dh
        mov     ebx, 10000001h
        mov     esi, 7777h
        call    SEL_TASK_B:0
        add     eax, ebx
        add     eax, esi
        mov     [tasks_sum], eax
        ret

; tasks_jump: JMP to C and back by JMP: no nesting, no link. C's IRET would
; need NT, so it jumps back itself.
tasks_jump:
        mov     word [tasks_c + TSS16.ip], .there
        jmp     SEL_TASK_C:0
        mov     byte [tasks_stage], 2
        ret
.there:
        mov     byte [tasks_stage], 1
        pushf
        pop     ax
        mov     [tasks_flags], ax
        jmp     SEL_TSS:0

; tasks_call16: CALL C.
tasks_call16:
        call    SEL_TASK_C:0
        ret

; tasks_gate: INT through a task gate.
tasks_gate:
        mov     bx, idt + TASK_VECTOR * 8
        call    tasks_set_gate
        int     TASK_VECTOR
        mov     bx, idt + TASK_VECTOR * 8
        jmp     tasks_put_back

; tasks_set_gate: BX = entry of the IDT: becomes a task gate to B.
tasks_set_gate:
        mov     eax, [bx]
        mov     [tasks_saved], eax
        mov     eax, [bx + 4]
        mov     [tasks_saved + 4], eax
        mov     dword [bx], SEL_TASK_B << 16
        mov     dword [bx + 4], 8500h
        ret
tasks_put_back:
        mov     eax, [tasks_saved]
        mov     [bx], eax
        mov     eax, [tasks_saved + 4]
        mov     [bx + 4], eax
        ret

; tasks_again: B calls itself: it is busy, so the CALL is a #GP. EXPECT's
; handler runs in task B, goes on at .end there, and B returns.
tasks_again:
        mov     word [tasks_b + TSS.eip], .inside
        call    SEL_TASK_B:0
        ret
.inside:
        EXPECT  .end
        call    SEL_TASK_B:0
.end:
        o32 iret

; tasks_double: the gate of #GP is marked absent, so to report a #GP raises
; #NP, and that is a double fault: its task gate still works. The task mends
; what it found and sends the other one to .end.
tasks_double:
        mov     byte [tasks_stage], 0
        mov     word [tasks_b + TSS.eip], .rescue
        mov     bx, idt + 8 * 8
        call    tasks_set_gate
        and     byte [idt + 13 * 8 + 5], 7Fh
        mov     [.sp], sp
        xor     ax, ax
        mov     gs, ax
        lldt    [.bad]                  ; #GP: no LDT at that selector
.end:
        mov     sp, [.sp]
        or      byte [idt + 13 * 8 + 5], 80h
        mov     bx, idt + 8 * 8
        call    tasks_put_back
        ret
.rescue:
        pop     eax                     ; the error code: always 0
        mov     [tasks_error], ax
        inc     byte [tasks_stage]
        mov     dword [pm_tss + TSS.eip], .end
        o32 iret
.sp:    dw      0
.bad:   dw      SEL_CODE

tasks_page:
        NOTE    2, 'A CALL to a TSS saves and loads all registers; the ', \
                   'link leads back.'
        HELP    'Space: stop and go   D: a double fault'
        call    tasks_build
        mov     bx, tasks_show
        mov     di, tasks_key
        jmp     page_loop

tasks_stopped:  db      0

tasks_key:
        cmp     al, ' '
        je      .stop
        cmp     al, 'D'
        jne     .done
        call    tasks_build
        mov     si, tasks_double
        mov     bx, pm_expect
        call    pm_run
        jmp     tasks_build
.stop:
        xor     byte [tasks_stopped], 1
.done:
        ret

tasks_show:
        cmp     byte [tasks_stopped], 0
        jne     .print
        mov     si, tasks_call
        mov     bx, pm_expect
        call    pm_run
        mov     si, tasks_call16
        mov     bx, pm_expect
        call    pm_run
.print:
        FIELD   4, 2, 'Task B, 32 bit, selector'
        mov     ax, SEL_TASK_B
        call    print_hex16
        FIELD   4, 40, 'runs'
        mov     ax, [tasks_runs_b]
        call    print_dec16
        FIELD   5, 4, 'link'
        mov     ax, [tasks_b + TSS.link]
        call    print_hex16
        FIELD   5, 16, 'EIP'
        mov     ax, [tasks_b + TSS.eip]
        mov     dx, [tasks_b + TSS.eip + 2]
        call    print_hex32
        FIELD   5, 32, 'EBX'
        mov     ax, [tasks_b + TSS.ebx]
        mov     dx, [tasks_b + TSS.ebx + 2]
        call    print_hex32
        FIELD   5, 48, 'EFLAGS'
        mov     ax, [tasks_b + TSS.eflags]
        mov     dx, [tasks_b + TSS.eflags + 2]
        call    print_hex32
        FIELD   6, 4, 'inside it saw: flags'
        mov     ax, [tasks_flags]
        call    print_hex16
        FIELD   6, 32, 'TR'
        mov     ax, [tasks_tr]
        call    print_hex16
        FIELD   6, 42, 'MSW'
        mov     ax, [tasks_cr0]
        call    print_hex16
        FIELD   6, 52, 'TSS access byte'
        mov     al, [tasks_busy]
        call    print_hex8
        FIELD   8, 2, 'Task C, 16 bit, selector'
        mov     ax, SEL_TASK_C
        call    print_hex16
        FIELD   8, 40, 'runs'
        mov     ax, [tasks_runs_c]
        call    print_dec16
        FIELD   9, 4, 'link'
        mov     ax, [tasks_c + TSS16.link]
        call    print_hex16
        FIELD   9, 16, 'IP'
        mov     ax, [tasks_c + TSS16.ip]
        call    print_hex16
        FIELD   11, 2, 'Our task, selector'
        mov     ax, SEL_TSS
        call    print_hex16
        FIELD   12, 4, 'EIP'
        mov     ax, [pm_tss + TSS.eip]
        mov     dx, [pm_tss + TSS.eip + 2]
        call    print_hex32
        FIELD   12, 20, 'EAX'
        mov     ax, [pm_tss + TSS.eax]
        mov     dx, [pm_tss + TSS.eax + 2]
        call    print_hex32
        FIELD   12, 36, 'ESP'
        mov     ax, [pm_tss + TSS.esp]
        mov     dx, [pm_tss + TSS.esp + 2]
        call    print_hex32
        FIELD   14, 2, 'Double faults rescued'
        mov     al, [tasks_stage]
        call    print_hex8
        ret

tasks_test:
        mov     word [tasks_runs_b], 0
        mov     word [tasks_runs_c], 0
        call    tasks_build
        mov     si, tasks_call
        mov     bx, pm_expect
        call    pm_run
        CHECK_NC 'tasks: CALL to a TSS, and IRET back'
        cmp     word [tasks_runs_b], 1
        CHECK_Z 'tasks: the other task has run'
        cmp     dword [tasks_sum], 1A2B3C4Dh + 10000001h + 7777h
        CHECK_Z 'tasks: our registers came back'
        cmp     dword [tasks_b + TSS.ebx], 0CCCCCCCCh
        CHECK_Z 'tasks: its registers were saved'
        test    word [tasks_flags], 4000h
        CHECK_NZ 'tasks: NT is set in a nested task'
        cmp     word [tasks_b + TSS.link], SEL_TSS
        CHECK_Z 'tasks: its link is our selector'
        cmp     word [tasks_tr], SEL_TASK_B
        CHECK_Z 'tasks: TR is the new selector'
        cmp     word [tasks_ds], SEL_IN_LDT
        CHECK_Z 'tasks: its data segment comes from its LDT'
        test    byte [tasks_cr0], 8
        CHECK_NZ 'tasks: a switch sets CR0.TS'
        cmp     byte [tasks_busy], 8Bh
        CHECK_Z 'tasks: its TSS is busy while it runs'
        cmp     byte [gdt_tasks + 5], 89h
        CHECK_Z 'tasks: and free behind its IRET'
        mov     si, tasks_call
        mov     bx, pm_expect
        call    pm_run
        cmp     dword [tasks_b + TSS.ebx], 0DDDDDDDDh
        CHECK_Z 'tasks: a second call goes on behind the IRET'
        mov     si, tasks_gate
        mov     bx, pm_expect
        call    pm_run
        cmp     word [tasks_runs_b], 3
        CHECK_Z 'tasks: INT through a task gate'
        call    tasks_test_more
        ret

tasks_test_more:
        mov     si, tasks_call16
        mov     bx, pm_expect
        call    pm_run
        cmp     word [tasks_runs_c], 1
        CHECK_Z 'tasks: a 16-bit TSS'
        call    tasks_build
        mov     si, tasks_jump
        mov     bx, pm_expect
        call    pm_run
        cmp     byte [tasks_stage], 2
        CHECK_Z 'tasks: JMP there and JMP back'
        test    word [tasks_flags], 4000h
        CHECK_Z 'tasks: without NT'
        call    tasks_build
        mov     si, tasks_again
        mov     bx, pm_expect
        call    pm_run
        cmp     word [pm_vector], 13
        CHECK_Z 'tasks: to call a busy task is #GP'
        cmp     word [pm_error], SEL_TASK_B
        CHECK_Z 'tasks: its error code is the selector'
        call    tasks_build
        mov     si, tasks_double
        mov     bx, pm_expect
        call    pm_run
        cmp     byte [tasks_stage], 1
        CHECK_Z 'tasks: a double fault arrives in its own task'
        cmp     word [tasks_error], 0
        CHECK_Z 'tasks: with error code 0'
        ret

        cpu     8086
