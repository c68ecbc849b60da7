; tasks.asm - hardware task switches.
; Manual: SDM 3, chapter 8 (7 in older printings): table 7-1 has the order of
; the checks; 80386 Programmer's Reference, chapter 7.
; differs: qemu DR7 over a task switch: value - LE stays; the manual names it (SDM 3, 17.2.4)
; differs: qemu * LDT* - #TS; the gate's selector is #GP (SDM 2, JMP)
; differs: qemu #UD to a task* - no EXT bit (SDM 3, 6.13)
; differs: qemu new task: * - not in the new task's context (SDM 3, 7.3)
; differs: qemu int to a task: TSS in an LDT - #TS
; differs: qemu T bit* - not there (SDM 3, 17.3.1.5)
; differs: bochs half a TSS absent: CR2 - another order of accesses
%include "frame.inc"

TA equ T(0)                             ; 386 TSS
TB equ T(1)                             ; another
T16 equ T(2)                            ; 286 TSS
GATE equ T(3)                           ; task gate
LDTA equ T(4)
ABSENT_C equ T(5)                       ; code DPL 3, absent
ABSENT_D equ T(6)
LITTLE equ T(7)                         ; code DPL 3, limit 0FFh
RO equ T(8)
BEYOND equ GDT_LIMIT + 1
A equ 0x31000                           ; where they are
B equ 0x31200
C16 equ 0x31400
STACK_A equ 0x4a000                     ; the task's own stack
ISTACK_A equ 0x4c000                    ; its ESP0
VEC equ 0x30
X_TS equ 8                              ; CR0.TS

; FILL tss, EIP, EFLAGS, CS, SS: the rest is usual.
%macro FILL 5
    mov edi, %1
    mov ecx, 104 / 4
    xor eax, eax
    rep stosd
    mov dword [%1 + 4], ISTACK_A
    mov dword [%1 + 8], DATA(0)
    mov eax, cr3
    mov [%1 + 28], eax
    mov dword [%1 + 32], %2
    mov dword [%1 + 36], %3
    mov dword [%1 + 40], 0xa0a0a0a0     ; EAX ECX EDX EBX
    mov dword [%1 + 44], 0xc1c1c1c1
    mov dword [%1 + 48], 0xd2d2d2d2
    mov dword [%1 + 52], 0xb3b3b3b3
    mov dword [%1 + 56], STACK_A
    mov dword [%1 + 60], 0xbbbb5555     ; EBP ESI EDI
    mov dword [%1 + 64], 0x66666666
    mov dword [%1 + 68], 0x77777777
    mov dword [%1 + 72], DATA(3)
    mov dword [%1 + 76], %4
    mov dword [%1 + 80], %5
    mov dword [%1 + 84], DATA(3)
    mov dword [%1 + 88], DATA(3)
    mov dword [%1 + 92], DATA(3)
    mov dword [%1 + 96], 0
    mov dword [%1 + 100], 0x680000
%endmacro

%macro BUSY 3                           ; name, selector, wanted
    movzx eax, byte [gdt + (%2) + 5]
    shr eax, 1
    and eax, 1
    IS {%1}, eax, %3
%endmacro

reset_all:
    SETD TA, A, 0x67, A_TSS32 | DPL(3), 0
    SETD TB, B, 0x67, A_TSS32 | DPL(3), 0
    SETD T16, C16, 0x2b, A_TSS16 | DPL(3), 0
    SETG GATE, TA, 0, A_TASK | DPL(3), 0
    xor eax, eax
    lldt ax
    clts
    and dword [tss + 36], ~F_NT
    jmp task_reset

tests:
    SETD LDTA, 0x30000, 0xff, A_LDT, 0
    SETD ABSENT_C, 0, 0xfffff, (A_CODE | DPL(3)) - NOTP, F_4G
    SETD ABSENT_D, 0, 0xfffff, (A_DATA | DPL(3)) - NOTP, F_4G
    SETD LITTLE, 0, 0xff, A_CODE | DPL(3), F_32
    SETD RO, 0, 0xfffff, A_RODATA | DPL(3), F_4G
    call jumps
    call calls
    call gates
    call faults_as_tasks
    call refused
    call bad_tasks
    call bad_returns
    call task_286
    call task_v86
    call trap_bit
    call with_paging
    call reset_all
    ret

jumps:
    call reset_all
    FILL A, .task, 2, CODE(0), DATA(0)
    mov word [A], 0x5a5a
    mov dword [A + 96], LDTA | 3
    TRY "jmp TSS"
    RUN 0, 0x82
    mov eax, 0x11111111
    mov ecx, 0x22222222
    mov edi, 0x33333333
    jmp TA:0x12345678
.back:
    FINISH
.task:
    int VEC
    EXPECT VEC, 0, -1
    IS "jmp TSS: EAX", [r_gpr], 0xa0a0a0a0
    IS "jmp TSS: ECX", [r_gpr + 4], 0xc1c1c1c1
    IS "jmp TSS: EDX", [r_gpr + 8], 0xd2d2d2d2
    IS "jmp TSS: EBX", [r_gpr + 12], 0xb3b3b3b3
    IS "jmp TSS: EBP", [r_gpr + 16], 0xbbbb5555
    IS "jmp TSS: ESI", [r_gpr + 20], 0x66666666
    IS "jmp TSS: EDI", [r_gpr + 24], 0x77777777
    IS "jmp TSS: ESP", [r_hesp], STACK_A - 12
    IS "jmp TSS: DS", [r_rds], DATA(3)
    IS "jmp TSS: EFLAGS", [r_efl], 2
    IS "jmp TSS: TR", [r_tr], TA
    sldt eax
    movzx eax, ax
    IS "jmp TSS: LDTR", eax, LDTA | 3
    mov eax, cr0
    and eax, X_TS
    IS "jmp TSS: CR0.TS", eax, X_TS
    BUSY "jmp TSS: old one busy", TSS_SEL, 0
    BUSY "jmp TSS: new one busy", TA, 1
    movzx eax, word [A]
    IS "jmp TSS: link stays", eax, 0x5a5a
    IS "jmp TSS: saved EIP", [tss + 32], .back
    IS "jmp TSS: saved EFLAGS", [tss + 36], 0x82
    IS "jmp TSS: saved EAX", [tss + 40], 0x11111111
    IS "jmp TSS: saved ECX", [tss + 44], 0x22222222
    IS "jmp TSS: saved EDI", [tss + 68], 0x33333333
    mov eax, [saved_esp]
    IS "jmp TSS: saved ESP", [tss + 56], eax
    movzx eax, word [tss + 76]
    IS "jmp TSS: saved CS", eax, CODE(0)
    movzx eax, word [tss + 80]
    IS "jmp TSS: saved SS", eax, DATA(0)

; To ring 3 and back by another JMP.
    call reset_all
    FILL A, .ring3, 0x202, CODE(3), DATA(3)
    TRY "jmp TSS and back"
    jmp TA:0
    mov eax, 0x600d
    FINISH
.ring3:
    jmp TSS_SEL:0                       ; DPL 0
    FINISH
    EXPECT GP, TSS_SEL, .ring3
    call reset_all
    or byte [gdt + TSS_SEL + 5], DPL(3)
    FILL A, .ring3, 0x202, CODE(3), DATA(3)
    TRY "jmp TSS and back, DPL 3"
    jmp TA:0
    mov eax, 0x600d
    FINISH
    EXPECT DONE, -1
    IS "jmp TSS and back: EAX", [r_gpr], 0x600d
    IS "jmp TSS and back: EIP in the TSS", [A + 32], .ring3 + 7
    BUSY "jmp TSS and back: busy", TA, 0
    BUSY "jmp TSS and back: main busy", TSS_SEL, 1
    and byte [gdt + TSS_SEL + 5], ~DPL(3)

; Local breakpoints end with the task.
    call reset_all
    FILL A, .task, 2, CODE(0), DATA(0)
    xor eax, eax
    mov dr0, eax
    mov eax, 0x00000703                 ; L0, G0, LE, GE
    mov dr7, eax
    TRY "DR7 over a task switch"
    jmp TA:0
    EXPECT VEC, 0
    mov eax, dr7
    IS "DR7 over a task switch: value", eax, 0x602
    xor eax, eax
    mov dr7, eax
    ret

calls:
    call reset_all
    FILL A, .task, 0x202, CODE(0), DATA(0)
    TRY "call TSS"
    RUN 0, 0x2
    call TA:0
.after:
    pushfd
    pop ebx
    FINISH
.task:
    pushfd
    pop eax
    mov [SCRATCH], eax
    movzx eax, byte [gdt + TSS_SEL + 5]
    mov [SCRATCH + 4], eax
    mov eax, 0x7777
    iretd
.again:
    EXPECT DONE, -1
    IS "call TSS: EFLAGS there", [SCRATCH], 0x4202
    IS "call TSS: main busy", [SCRATCH + 4], A_TSS32 | 2
    movzx eax, word [A]
    IS "call TSS: link", eax, TSS_SEL
    IS "call TSS: EFLAGS back", [r_gpr + 12], 2
    BUSY "call TSS: busy after IRET", TA, 0
    BUSY "call TSS: main busy after IRET", TSS_SEL, 1
    IS "call TSS: saved EIP", [A + 32], .again
    IS "call TSS: saved EAX", [A + 40], 0x7777
    IS "call TSS: saved EFLAGS, NT clear", [A + 36], 0x202
    IS "call TSS: TR", [r_tr], TSS_SEL
    IS "call TSS: EIP", [tss + 32], .after

; From ring 3 through a task gate, and IRET in ring 3.
    call reset_all
    FILL A, .user, 0x202, CODE(3), DATA(3)
    TRY "call task gate"
    RUN 3
    mov eax, 0x1234
    call (GATE | 3):0
    FINISH
.user:
    iretd
    EXPECT DONE, -1
    IS "call task gate: back in ring 3", [r_cs], CODE(3)
    IS "call task gate: EAX", [r_gpr], 0x1234
    IS "call task gate: ESP", [r_esp], STACK3
    call reset_all
    FILL A, .user2, 0x202, CODE(3), DATA(3)
    TRY "jmp task gate"
    RUN 3
    jmp (GATE | 3):0
.user2:
    FINISH
    EXPECT DONE, -1
    IS "jmp task gate: TR", [r_tr], TA
    IS "jmp task gate: EFLAGS", [r_efl], 0x202
    IS "jmp task gate: handler's ESP", [r_hesp], ISTACK_A - 20
    BUSY "jmp task gate: main", TSS_SEL, 0
    ret

; Interrupts through task gates.
gates:
    call reset_all
    FILL A, .task, 2, CODE(0), DATA(0)
    SETI VEC, TA, 0, A_TASK | DPL(3)
    TRY "int to a task"
    RUN 3, 0x3202
.int:
    int VEC
    FINISH
.task:
    FINISH
    EXPECT DONE, -1
    IS "int to a task: EFLAGS", [r_efl], 0x4002
    movzx eax, word [A]
    IS "int to a task: link", eax, TSS_SEL
    IS "int to a task: saved EIP", [tss + 32], .int + 2
    IS "int to a task: saved EFLAGS", [tss + 36], 0x3202
    movzx eax, word [tss + 76]
    IS "int to a task: saved CS", eax, CODE(3)
    movzx eax, word [tss + 80]
    IS "int to a task: saved SS", eax, DATA(3)
    IS "int to a task: saved ESP", [tss + 56], STACK3
    BUSY "int to a task: main busy", TSS_SEL, 1
    IS "int to a task: ESP", [r_hesp], STACK_A - 12
    call reset_all
    SETI VEC, TA, 0, A_TASK
    FAULT "int to a task: DPL", 3, GP, VEC * 8 + 2, 0, {int VEC}
    SETI VEC, TA, 0, (A_TASK | DPL(3)) - NOTP
    FAULT "int to a task: gate absent", 3, NP, VEC * 8 + 2, 0, {int VEC}
    SETI VEC, 0, 0, A_TASK | DPL(3)
    FAULT "int to a task: null", 3, GP, 0, 0, {int VEC}
    SETI VEC, 4, 0, A_TASK | DPL(3)
    FAULT "int to a task: TSS in an LDT", 3, GP, 4, 0, {int VEC}
    SETI VEC, BEYOND, 0, A_TASK | DPL(3)
    FAULT "int to a task: past the GDT", 3, GP, BEYOND, 0, {int VEC}
    SETI VEC, DATA(0), 0, A_TASK | DPL(3)
    FAULT "int to a task: data", 3, GP, DATA(0), 0, {int VEC}
    SETI VEC, TSS_SEL, 0, A_TASK | DPL(3)
    FAULT "int to a task: busy", 3, GP, TSS_SEL, 0, {int VEC}
    SETI VEC, TA, 0, A_TASK | DPL(3)
    and byte [gdt + TA + 5], ~0x80
    FAULT "int to a task: TSS absent", 3, NP, TA, 0, {int VEC}
    SETI UD, TA, 0, A_TASK
    FAULT "#UD to a task: TSS absent", 3, NP, TA | 1, 0, {ud2}
    SETI UD, TSS_SEL, 0, A_TASK
    FAULT "#UD to a task: busy", 3, GP, TSS_SEL | 1, 0, {ud2}
    RESETI UD
    SETD TA, A, 0x66, A_TSS32, 0
    FAULT "int to a task: TSS short", 3, TS, TA, 0, {int VEC}
    RESETI VEC
    ret

faults_as_tasks:
    call reset_all
    FILL A, .task, 2, CODE(0), DATA(0)
    SETI GP, TA, 0, A_TASK
    TRY "#GP to a task"
    RUN 3
    mov eax, TSS_SEL
.gp:
    mov ds, ax
    FINISH
.task:
    mov eax, [esp]
    FINISH
    EXPECT DONE, -1
    IS "#GP to a task: error code", [r_gpr], TSS_SEL
    IS "#GP to a task: ESP", [r_hesp], STACK_A - 16
    IS "#GP to a task: saved EIP", [tss + 32], .gp
    RESETI GP
    call reset_all
    FILL A, .task, 2, CODE(3), DATA(3)
    SETI DF, TA, 0, A_TASK
    SETI GP, CODE(0), 0, A_INT32 - NOTP
    TRY "#DF to a task, ring 3"
    RUN 3
.df:
    hlt
    EXPECT DONE, -1
    IS "#DF to a task: error code", [r_gpr], 0
    IS "#DF to a task: ESP", [r_esp], STACK_A - 4
    IS "#DF to a task: saved EIP", [tss + 32], .df
    RESETI GP
    RESETI DF
    ret

refused:
    call reset_all
    FILL A, refused, 2, CODE(0), DATA(0)
    FAULT "jmp TSS: main is busy", 0, GP, TSS_SEL, 0, {jmp TSS_SEL:0}
    FAULT "call TSS: main is busy", 0, GP, TSS_SEL, 0, {call TSS_SEL:0}
    FAULT "jmp TSS: RPL", 0, GP, TSS_SEL, 0, {jmp (TSS_SEL | 3):0}
    SETD TA, A, 0x67, A_TSS32 | DPL(2), 0
    FAULT "jmp TSS: DPL", 3, GP, TA, 0, {jmp TA:0}
    FAULT "jmp TSS: RPL 3 of DPL 2", 0, GP, TA, 0, {jmp (TA | 3):0}
    SETD TA, A, 0x67, A_TSS32 - NOTP, 0
    FAULT "jmp TSS: absent", 0, NP, TA, 0, {jmp TA:0}
    SETD TA, A, 0x66, A_TSS32, 0
    FAULT "jmp TSS: short", 0, TS, TA, 0, {jmp TA:0}
    SETD T16, C16, 0x2a, A_TSS16, 0
    FAULT "jmp 286 TSS: short", 0, TS, T16, 0, {jmp T16:0}
    SETG GATE, TA, 0, A_TASK | DPL(2), 0
    FAULT "call task gate: DPL", 3, GP, GATE, 0, {call GATE:0}
    SETG GATE, TA, 0, (A_TASK | DPL(3)) - NOTP, 0
    FAULT "call task gate: absent", 3, NP, GATE, 0, {call GATE:0}
    SETG GATE, 0, 0, A_TASK | DPL(3), 0
    FAULT "call task gate: null", 3, GP, 0, 0, {call GATE:0}
    SETG GATE, DATA(0), 0, A_TASK | DPL(3), 0
    FAULT "call task gate: data", 3, GP, DATA(0), 0, {call GATE:0}
    SETG GATE, TSS_SEL, 0, A_TASK | DPL(3), 0
    FAULT "call task gate: busy", 3, GP, TSS_SEL, 0, {call GATE:0}
    SETG GATE, 4, 0, A_TASK | DPL(3), 0
    FAULT "call task gate: LDT", 3, GP, 4, 0, {call GATE:0}
    ret

; Faults of the new task: TR is the new one's, and EIP its first instruction.
; Its handlers run on its ESP0.
%macro BAD 6                            ; name, vector, code, offset, value, EIP
    call reset_all
    FILL A, 0x12345, 0x202, CODE(3), DATA(3)
    mov dword [A + %4], %5
    TRY {"new task: ", %1}
    jmp TA:0
    EXPECT %2, %3, %6
    IS {"new task: ", %1, ": TR"}, [r_tr], TA
    BUSY {"new task: ", %1, ": busy"}, TA, 1
    BUSY {"new task: ", %1, ": old one busy"}, TSS_SEL, 0
%endmacro

bad_tasks:
    BAD "LDT is data", TS, DATA(0), 96, DATA(0), 0x12345
    BAD "LDT past the GDT", TS, BEYOND, 96, BEYOND, 0x12345
    BAD "LDT in an LDT", TS, 4, 96, 4, 0x12345
    and byte [gdt + LDTA + 5], ~0x80
    BAD "LDT absent", TS, LDTA, 96, LDTA, 0x12345
    or byte [gdt + LDTA + 5], 0x80
    BAD "CS data", TS, DATA(3) & ~3, 76, DATA(3), 0x12345
    BAD "CS RPL 3, DPL 0", TS, CODE(0), 76, CODE(0) | 3, 0x12345
    BAD "CS past the GDT", TS, BEYOND, 76, BEYOND | 3, 0x12345
    BAD "CS null", TS, 0, 76, 3, 0x12345
    BAD "CS absent", NP, ABSENT_C, 76, ABSENT_C | 3, 0x12345
    BAD "SS null", TS, 0, 80, 3, 0x12345
    BAD "SS DPL", TS, DATA(2) & ~3, 80, DATA(2) | 3, 0x12345
    BAD "SS RPL", TS, DATA(3) & ~3, 80, DATA(3) & ~3, 0x12345
    BAD "SS read only", TS, RO, 80, RO | 3, 0x12345
    BAD "SS past the GDT", TS, BEYOND, 80, BEYOND | 3, 0x12345
    BAD "SS absent", SS_, ABSENT_D, 80, ABSENT_D | 3, 0x12345
    BAD "DS inner", TS, DATA(0), 84, DATA(0), 0x12345
    BAD "DS past the GDT", TS, BEYOND, 84, BEYOND | 3, 0x12345
    BAD "ES absent", NP, ABSENT_D, 72, ABSENT_D | 3, 0x12345
    BAD "FS a TSS", TS, TSS_SEL, 88, TSS_SEL, 0x12345
    BAD "GS inner", TS, DATA(1) & ~3, 92, DATA(1), 0x12345
    BAD "EIP past the limit", GP, 0, 76, LITTLE | 3, 0x12345
    ret

; IRET with NT: the link is checked, #TS before anything changes.
%macro BACK 4                           ; name, vector, code, link
    call reset_all
    mov word [tss], %4
    TRY {"iret to a task: ", %1}
    RUN 0, F_NT | 2
%%at:
    iretd
    EXPECT %2, %3, %%at
    IS {"iret to a task: ", %1, ": TR"}, [r_tr], TSS_SEL
%endmacro

bad_returns:
    BACK "not busy", TS, TA, TA
    BACK "null", TS, 0, 0
    BACK "data", TS, DATA(0), DATA(0)
    BACK "past the GDT", TS, BEYOND, BEYOND
    BACK "LDT", TS, 4, 4
    mov word [tss], 0
    ret

task_286:
    call reset_all
    mov edi, C16
    mov ecx, 11
    xor eax, eax
    rep stosd
    mov word [C16 + 2], 0x7800          ; SP0, SS0
    mov word [C16 + 4], DATA16(0)
    mov word [C16 + 14], .task
    mov word [C16 + 16], 2
    mov word [C16 + 18], 0xaaaa         ; AX CX DX BX SP BP SI DI
    mov word [C16 + 20], 0xcccc
    mov word [C16 + 26], 0x7800
    mov word [C16 + 32], 0xd1d1
    mov word [C16 + 34], DATA16(0)      ; ES CS SS DS LDT
    mov word [C16 + 36], CODE16(0)
    mov word [C16 + 38], DATA16(0)
    mov word [C16 + 40], DATA16(0)
    mov word [C16 + 42], 0
    TRY "call 286 TSS"
    mov eax, 0x87654321
    mov edx, 0x12345678
    call T16:0
.after:
    FINISH
LOW
    bits 16
.task:
    mov [SCRATCH & 0xffff], ax
    mov [(SCRATCH + 2) & 0xffff], cx
    pushf
    pop word [(SCRATCH + 4) & 0xffff]
    smsw ax
    mov [(SCRATCH + 6) & 0xffff], ax
    mov ax, 0xbeef
    iretw
.again:
PM
    bits 32
    EXPECT DONE, -1
    movzx eax, word [SCRATCH & 0xffff]
    IS "call 286 TSS: AX", eax, 0xaaaa
    movzx eax, word [(SCRATCH + 2) & 0xffff]
    IS "call 286 TSS: CX", eax, 0xcccc
    movzx eax, word [(SCRATCH + 4) & 0xffff]
    IS "call 286 TSS: FLAGS", eax, 0x4002
    IS "call 286 TSS: EAX comes back", [r_gpr], 0x87654321
    IS "call 286 TSS: EDX comes back", [r_gpr + 8], 0x12345678
    movzx eax, word [C16 + 18]
    IS "call 286 TSS: AX saved", eax, 0xbeef
    movzx eax, word [C16 + 14]
    IS "call 286 TSS: IP saved", eax, .again
    movzx eax, word [C16]
    IS "call 286 TSS: link", eax, TSS_SEL
    movzx eax, word [C16 + 16]
    IS "call 286 TSS: NT clear in the TSS", eax, 2
    BUSY "call 286 TSS: busy", T16, 0
    ret

task_v86:
    call reset_all
    FILL A, .code, F_VM | 0x3202, 0x10, 0x20
    mov dword [A + 72], 0x1111          ; ES DS FS GS
    mov dword [A + 84], 0x2222
    mov dword [A + 88], 0x3333
    mov dword [A + 92], 0x4444
    mov dword [A + 56], 0x6e00
    sub dword [A + 32], 0x100
    SETI VEC, CODE(0), stubs + 12 * VEC, A_INT32 | DPL(3)
    TRY "V86 task"
    jmp TA:0
LOW
    bits 16
.code:
    int VEC
PM
    bits 32
    EXPECT VEC, 0
    IS "V86 task: CS", [r_cs], 0x10
    IS "V86 task: SS", [r_ss], 0x20
    IS "V86 task: ESP", [r_esp], 0x6e00
    IS "V86 task: ES", [r_es], 0x1111
    IS "V86 task: DS", [r_ds], 0x2222
    IS "V86 task: FS", [r_fs], 0x3333
    IS "V86 task: GS", [r_gs], 0x4444
    IS "V86 task: EFLAGS", [r_efl], F_VM | 0x3202
    IS "V86 task: handler's ESP", [r_hesp], ISTACK_A - 36

; Out of V86 through a task gate, and back.
    call reset_all
    FILL A, .other, 2, CODE(0), DATA(0)
    SETI VEC, TA, 0, A_TASK | DPL(3)
    TRY "V86 to a task"
    RUNV86 .v86, F_VM | 0x3002
LOW
    bits 16
.v86:
    mov ax, 0x1234
    mov es, ax
    int VEC
    mov bx, es
    hlt
PM
    bits 32
.other:
    iretd
    EXPECT GP, 0
    movzx eax, word [r_gpr + 12]
    IS "V86 to a task: ES comes back", eax, 0x1234
    IS "V86 to a task: VM in the TSS", [tss + 36], F_VM | 0x3002
    IS "V86 to a task: FS comes back", [r_fs], 0x3333
    RESETI VEC
    ret

trap_bit:
    call reset_all
    FILL A, .task, 2, CODE(3), DATA(3)
    mov word [A + 100], 1
    TRY "T bit"
    jmp TA:0
.task:
    nop
    FINISH
    EXPECT DB_, 0, .task
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "T bit: DR6", eax, 0x8000
    xor eax, eax
    mov dr6, eax
    ret

; A page of a TSS is absent: the fault is the old task's.
with_paging:
    call reset_all
    mov edi, PAGE_TABLE
    mov eax, 7
    mov ecx, 1024
.next:
    stosd
    add eax, 0x1000
    loop .next
    mov dword [PAGE_DIR], PAGE_TABLE | 7
    mov dword [PAGE_DIR + 4], 0
    mov esi, PAGE_DIR
    mov edi, 0x53000                    ; the same under another name
    mov ecx, 1024
    rep movsd
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    FILL A, .task, 2, CODE(0), DATA(0)
    mov dword [A + 28], 0x53000
    TRY "jmp TSS: CR3"
    jmp TA:0
.task:
    mov eax, cr3
    FINISH
    EXPECT DONE, -1
    IS "jmp TSS: CR3: value", [r_gpr], 0x53000
    movzx eax, word [tss + 28]
    IS "jmp TSS: CR3 is not saved", [tss + 28], 0
    mov eax, PAGE_DIR
    mov cr3, eax

    call reset_all
    FILL A, .task, 2, CODE(0), DATA(0)
    and dword [PAGE_TABLE + (A >> 12) * 4], ~1
    mov eax, cr3
    mov cr3, eax
    TRY "TSS absent: jmp"
.jmp:
    jmp TA:0
    EXPECT PF, 0, .jmp
    IS "TSS absent: TR", [r_tr], TSS_SEL
    BUSY "TSS absent: busy", TA, 0
    BUSY "TSS absent: main busy", TSS_SEL, 1
    or dword [PAGE_TABLE + (A >> 12) * 4], 1
; A TSS over a page's end, its second page absent.
    SETD TA, 0x31fd0, 0x67, A_TSS32 | DPL(3), 0
    mov esi, A
    mov edi, 0x31fd0
    mov ecx, 26
    rep movsd
    mov word [0x31fd0], 0x5a5a
    and dword [PAGE_TABLE + 0x32 * 4], ~1
    mov eax, cr3
    mov cr3, eax
    TRY "half a TSS absent: call"
.call:
    call TA:0
    EXPECT PF, -1, .call
    IS "half a TSS absent: CR2", [r_cr2], 0x32000
    movzx eax, word [0x31fd0]
    IS "half a TSS absent: link", eax, 0x5a5a
    IS "half a TSS absent: TR", [r_tr], TSS_SEL
    or dword [PAGE_TABLE + 0x32 * 4], 1
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    ret
