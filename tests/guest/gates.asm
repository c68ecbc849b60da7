; gates.asm - interrupts and calls through gates, far returns and IRET.
; Manual: SDM 2, CALL, INT n, IRET, JMP, RET; SDM 3, 5.8, 6.10 to 6.14.
; differs: qemu limit:* - no limit checks in translated code (SDM 3, 5.3)
; differs: qemu icebp* - #UD; the opcode is a debug exception (SDM 3, 6.15)
; differs: qemu int: SS1 absent* - #TS; #SS (SDM 2, INT n, operation)
; differs: qemu ext: * - no EXT bit (SDM 3, 6.13)
; differs: qemu bound: RF pushed - pushes the flags as they are (SDM 3, 17.3.1.1)
; differs: bochs SS absent: iret* - #NP; #SS (SDM 2, IRET, operation; CVE-2014-9322)
; differs: qemu SS absent: * - #NP; #SS (SDM 2, IRET and RET, operation)
; differs: qemu int: 16-bit gate* - keeps the offset's high half (SDM 3, figure 6-2)
%include "frame.inc"

G equ T(0)                              ; the gate under test
ABSENT equ T(1)                         ; code DPL 0, not present
CONF0 equ T(2)                          ; conforming, DPL 0
CONF3 equ T(3)
RO0 equ T(4)
ABSENT_D equ T(5)                       ; data DPL 0, not present
LITTLE equ T(6)                          ; code DPL 0, limit 0FFh
ABSENT_C3 equ T(7)
ABSENT_D3 equ T(8)
SMALL_STACK equ T(9)                    ; data DPL 0, limit 0FFFh
S16 equ T(10)                           ; 16-bit stack, DPL 0
LITTLE3 equ T(11)
BEYOND equ GDT_LIMIT + 1
VEC equ 0x30                            ; the interrupt under test
VCODE equ VEC * 8 + 2

tests:
    SETD ABSENT, 0, 0xfffff, A_CODE - NOTP, F_4G
    SETD CONF0, 0, 0xfffff, A_CONF, F_4G
    SETD CONF3, 0, 0xfffff, A_CONF | DPL(3), F_4G
    SETD RO0, 0, 0xfffff, A_RODATA, F_4G
    SETD ABSENT_D, 0, 0xfffff, A_DATA - NOTP, F_4G
    SETD ABSENT_D3, 0, 0xfffff, (A_DATA | DPL(3)) - NOTP, F_4G
    SETD ABSENT_C3, 0, 0xfffff, (A_CODE | DPL(3)) - NOTP, F_4G
    SETD LITTLE, 0, 0xff, A_CODE, F_32
    SETD LITTLE3, 0, 0xff, A_CODE | DPL(3), F_32
    SETD SMALL_STACK, STACK0 - 0x1000, 0xfff, A_DATA, F_32
    SETD S16, 0, 0xffff, A_DATA, F_16
    call int_checks
    call int_stack_checks
    call ext_checks
    call gate_checks
    call direct_checks
    call ret_checks
    call iret_checks
    call flag_checks
    ret

; ---- INT n ----

; GATE_INT "name", ring, vector, code, selector, access, offset
%macro GATE_INT 7
    SETI VEC, %5, %7, %6
    FAULT {%1}, %2, %3, %4, 0x5a, {int VEC}
%endmacro

int_checks:
%assign r 0
%rep 4
    SETI VEC, CODE(0), stubs + 12 * VEC, A_INT32 | DPL(3)
    %defstr N r
    TRY {"int gate from ring ", N}
    RUN r, 0x3202
    int VEC
    EXPECT VEC, 0, -1
    IS {"int gate from ring ", N, ": CS"}, [r_cs], CODE(r)
    IS {"int gate from ring ", N, ": EFLAGS"}, [r_efl], 0x3202
    IS {"int gate from ring ", N, ": flags in handler"}, [r_hfl], 0x3002
%if r > 0
    IS {"int gate from ring ", N, ": SS"}, [r_ss], DATA(r)
    IS {"int gate from ring ", N, ": ESP"}, [r_esp], STACK0 + 0x2000 * r
    IS {"int gate from ring ", N, ": handler's ESP"}, [r_hesp], STACK0 - 20
    IS {"int gate from ring ", N, ": handler's SS"}, [r_rss], DATA(0)
    IS {"int gate from ring ", N, ": DS stays"}, [r_rds], DATA(r)
%else
    mov eax, [saved_esp]
    sub eax, 12
    IS {"int gate from ring ", N, ": handler's ESP"}, [r_hesp], eax
%endif
    SETI VEC, CODE(0), stubs + 12 * VEC, A_TRAP32 | DPL(3)
    TRY {"trap gate from ring ", N}
    RUN r, 0x7202 | F_RF
    int VEC
    EXPECT VEC, 0, -1
    IS {"trap gate from ring ", N, ": flags in handler"}, [r_hfl], 0x3202
    mov eax, [r_efl]
    and eax, ~F_RF
    IS {"trap gate from ring ", N, ": EFLAGS"}, eax, 0x7202
%if r > 0
    FAULT {"int, DPL 0 gate, from ring ", N}, r, GP, 0x31 * 8 + 2, 0, {int 0x31}
%endif
%assign r r + 1
%endrep
    FAULT "int past the IDT", 0, GP, 0x92 * 8 + 2, 0, {int 0x92}
    FAULT "int past the IDT, ring 3", 3, GP, 0xff * 8 + 2, 0, {int 0xff}
    GATE_INT "int: gate absent", 3, NP, VCODE, CODE(0), (A_INT32 | DPL(3)) - NOTP, 0
    GATE_INT "int: DPL before absent", 3, GP, VCODE, CODE(0), A_INT32 - NOTP, 0
    GATE_INT "int: type before DPL", 3, GP, VCODE, CODE(0), A_CALL32, 0
    GATE_INT "int: a TSS in the IDT", 0, GP, VCODE, CODE(0), A_TSS32, 0
    GATE_INT "int: type 0", 0, GP, VCODE, CODE(0), 0x80, 0
    GATE_INT "int: a segment in the IDT", 0, GP, VCODE, CODE(0), A_CODE, 0
    GATE_INT "int: selector null", 0, GP, 0, 0, A_INT32, 0
    GATE_INT "int: selector null RPL 3", 0, GP, 0, 3, A_INT32, 0
    GATE_INT "int: selector past the GDT", 0, GP, BEYOND, BEYOND | 3, A_INT32, 0
    GATE_INT "int: to data", 0, GP, DATA(0), DATA(0), A_INT32, 0
    GATE_INT "int: to a TSS", 0, GP, TSS_SEL, TSS_SEL, A_INT32, 0
    GATE_INT "int: to an outer ring", 0, GP, CODE(1) & ~3, CODE(1), A_INT32, 0
    GATE_INT "int: to an outer conforming", 0, GP, CONF3, CONF3, A_INT32, 0
    GATE_INT "int: code absent", 3, NP, ABSENT, ABSENT, A_INT32 | DPL(3), 0
    GATE_INT "limit: int: offset past the limit", 3, GP, 0, LITTLE, A_INT32 | DPL(3), 0x100
    GATE_INT "limit: int: offset past the limit, ring 0", 0, GP, 0, LITTLE, A_INT32 | DPL(3), 0x100
    GATE_INT "int: selector's RPL ignored", 3, DONE, 0, CODE(0) | 3, A_INT32 | DPL(3), in_conforming
    IS "int: selector's RPL ignored: CS", [r_cs], CODE(0)

; INT3 and INTO look at the gate's DPL, ICEBP and exceptions don't.
    FAULT "int3 in ring 3, DPL 0", 3, GP, 3 * 8 + 2, 0, {int3}
    FAULT "int 3 in ring 3, DPL 0", 3, GP, 3 * 8 + 2, 0, {db 0xcd, 3}
    TRY "into in ring 3, DPL 0"
    RUN 3, F_OF | 2
.into:
    into
    FINISH
    EXPECT GP, 4 * 8 + 2, .into
    or byte [idt + 3 * 8 + 5], DPL(3)
    or byte [idt + 4 * 8 + 5], DPL(3)
    TRY "int3 in ring 3, DPL 3"
    RUN 3
    int3
.int3:
    EXPECT BP_, 0, .int3
    TRY "into in ring 3, DPL 3"
    RUN 3, F_OF | 2
    into
.into3:
    EXPECT OV, 0, .into3
    FAULT "into, no overflow", 3, DONE, 0, 0, {into}
    TRY "icebp in ring 3, DPL 0"
    RUN 3
    db 0xf1
.icebp:
    EXPECT DB_, 0, .icebp
    IS "icebp: RF", [r_efl], 2
    TRY "bound in ring 3, DPL 0"
    mov dword [SCRATCH], 10
    mov dword [SCRATCH + 4], 20
    RUN 3
    mov eax, 21
.bound:
    bound eax, [SCRATCH]
    FINISH
    EXPECT BR, 0, .bound
    IS "bound: RF pushed", [r_efl], 2 | F_RF
    TRY "div by 0 in ring 3"
    RUN 3
    xor ecx, ecx
.div:
    div ecx
    FINISH
    EXPECT DE, 0, .div
    FAULT "bound register", 3, UD, 0, 0, {db 0x62, 0xc0}
    FAULT "ud2", 3, UD, 0, 0, {ud2}
    ret

int_stack_checks:
; Into a conforming segment: the ring and the stack stay.
    SETI VEC, CONF0, in_conforming, A_TRAP32 | DPL(3)
    TRY "int: to conforming, ring 3"
    RUN 3
    int VEC
    EXPECT DONE, -1
    IS "int: to conforming: CS", [r_cs], CONF0 | 3
    IS "int: to conforming: ESP", [r_esp], STACK3 - 12
; To rings 1 and 2, and not to an outer one.
    SETI VEC, CODE(1), in_conforming, A_INT32 | DPL(3)
    TRY "int: ring 3 to 1"
    RUN 3
    int VEC
    EXPECT DONE, -1
    IS "int: ring 3 to 1: CS", [r_cs], CODE(1)
    IS "int: ring 3 to 1: ESP", [r_esp], STACK1 - 20
    IS "int: ring 3 to 1: SS", [r_ss], DATA(1)
    SETI VEC, CODE(2), in_conforming, A_INT32 | DPL(3)
    TRY "int: ring 3 to 2"
    RUN 3
    int VEC
    EXPECT DONE, -1
    IS "int: ring 3 to 2: ESP", [r_esp], STACK2 - 20
    FAULT "int: ring 1 to 2", 1, GP, CODE(2) & ~3, 0, {int VEC}

; 16-bit gates push words and drop the offset's high half.
    movzx eax, word [.through]
    mov word [SCRATCH + eax], 0x80cd    ; INT DONE, if it is not dropped
    add eax, SCRATCH
    SETI VEC, CODE(0), eax, A_INT16 | DPL(3)
    jmp .go
.through: dd through16
.go:
    TRY "int: 16-bit gate from ring 3"
    RUN 3, 0x3202
.at16:
    int VEC
    EXPECT DONE, -1
    mov ecx, .at16
    add ecx, 2
    movzx ecx, cx
    movzx eax, word [r_gpr]
    IS "int: 16-bit gate: IP", eax, ecx
    movzx eax, word [r_gpr + 2]
    IS "int: 16-bit gate: CS", eax, CODE(3)
    movzx eax, word [r_gpr + 8]
    IS "int: 16-bit gate: FLAGS", eax, 0x3202
    movzx eax, word [r_gpr + 10]
    IS "int: 16-bit gate: SP", eax, STACK3 & 0xffff
    movzx eax, word [r_gpr + 12]
    IS "int: 16-bit gate: SS", eax, DATA(3)
    IS "int: 16-bit gate: handler's flags", [r_efl], 0x3002

; The inner stack: from ring 3 to ring 1.
%macro BAD_SS 4-5 STACK1                ; name, SS1, vector, code, ESP1
    SETI VEC, CODE(1), in_conforming, A_INT32 | DPL(3)
    mov dword [tss + 16], %2
    mov dword [tss + 12], %5
    FAULT {"int: ", %1}, 3, %3, %4, 0, {int VEC}
    IS {"int: ", %1, ": ESP"}, [r_esp], STACK3
    mov dword [tss + 16], DATA(1)
    mov dword [tss + 12], STACK1
%endmacro
    BAD_SS "SS1 null", 0, TS, 0
    BAD_SS "SS1 null, RPL 1", 1, TS, 0
    BAD_SS "SS1 past the GDT", BEYOND | 1, TS, BEYOND
    BAD_SS "SS1 RPL 0", DATA(1) & ~3, TS, DATA(1) & ~3
    BAD_SS "SS1 DPL 0", DATA(0) | 1, TS, DATA(0)
    BAD_SS "SS1 code", CODE(1), TS, CODE(1) & ~3
    SETD T(12), 0, 0xfffff, A_RODATA | DPL(1), F_4G
    BAD_SS "SS1 read only", T(12) | 1, TS, T(12)
    SETD T(12), 0, 0xfffff, (A_DATA | DPL(1)) - NOTP, F_4G
    BAD_SS "SS1 absent", T(12) | 1, SS_, T(12)
    SETD T(12), STACK1 - 0x1000, 0xfff, A_DATA | DPL(1), F_32
    SETI VEC, CODE(1), in_conforming, A_INT32 | DPL(3)
    mov dword [tss + 16], T(12) | 1
    mov dword [tss + 12], 0x12
    FAULT "limit: int: stack full", 3, SS_, T(12), 0, {int VEC}
    mov dword [tss + 16], DATA(1)
    mov dword [tss + 12], STACK1
    SETI VEC, CODE(2), in_conforming, A_INT32 | DPL(3)
    mov word [tss_desc], 0x17
    call task_reset
    FAULT "int: TSS too short for ring 2", 3, TS, TSS_SEL, 0, {int VEC}
    mov word [tss_desc], 0x87
    call task_reset

; What the exception pushes has EXT set.
    SETI UD, CODE(1), in_conforming, A_INT32
    mov dword [tss + 16], 0
    FAULT "ext: #UD: SS1 null", 3, TS, 1, 0, {ud2}
    mov dword [tss + 16], DATA(1) & ~3
    FAULT "ext: #UD: SS1 RPL", 3, TS, (DATA(1) & ~3) | 1, 0, {ud2}
    mov dword [tss + 16], DATA(1)
    RESETI UD
    ret

in_conforming:
    FINISH

through16:
    mov eax, [esp]                      ; IP, CS
    mov edx, [esp + 4]                  ; FLAGS, SP
    mov ebx, [esp + 8]                  ; SS
    and ebx, 0xffff
    FINISH

; ---- the EXT bit; double faults ----

%macro EXT 5                            ; name, vector, code, gate access, insn
    SETI UD, CODE(0), 0, %4
    FAULT %1, 3, %2, %3, 0, {%5}
    RESETI UD
%endmacro

ext_checks:
    EXT "ext: #UD's gate absent", NP, UD * 8 + 3, A_INT32 - NOTP, ud2
    EXT "ext: #UD's gate bad", GP, UD * 8 + 3, A_CALL32, ud2
    EXT "ext: int 6's gate absent", NP, UD * 8 + 2, (A_INT32 | DPL(3)) - NOTP, int UD
    SETI UD, ABSENT, 0, A_INT32
    FAULT "ext: #UD's code absent", 3, NP, ABSENT | 1, 0, {ud2}
    SETI UD, 0, 0, A_INT32
    FAULT "ext: #UD's selector null", 3, GP, 1, 0, {ud2}
    SETI UD, LITTLE, 0x100, A_INT32
    FAULT "limit: ext: #UD past the limit", 3, GP, 1, 0, {ud2}
    RESETI UD
    SETI GP, CODE(0), 0, A_INT32 - NOTP
    FAULT "double fault: #GP, #NP", 3, DF, 0, 0, {hlt}
    FAULT "no double fault: int 13", 0, NP, GP * 8 + 2, 0, {int GP}
    RESETI GP
    SETI DE, CODE(0), 0, A_INT32 - NOTP
    FAULT "double fault: #DE, #NP", 3, DF, 0, 0, {div ah}
    RESETI DE
    SETI NP, CODE(0), 0, A_INT32 - NOTP
    SETI UD, CODE(0), 0, A_INT32 - NOTP
    FAULT "double fault: #UD, #NP, #NP", 3, DF, 0, 0, {ud2}
    RESETI NP
    RESETI UD
    ret

; ---- call gates ----

%macro GATE 7                           ; name, ring, vector, code, sel, access, offset
    SETG G, %5, %7, %6, 0
    FAULT {%1, ": call gate"}, %2, %3, %4, 0, {call (G | %2):0x12345678}
%endmacro
%macro GATEJ 7
    SETG G, %5, %7, %6, 0
    FAULT {%1, ": jmp gate"}, %2, %3, %4, 0, {jmp (G | %2):0x12345678}
%endmacro

%macro PARAMS 2                         ; ring from, ring to
    %defstr N1 %1
    %defstr N2 %2
    SETG G, CODE(%2), got_call, A_CALL32 | DPL(3), 3
    TRY {"call gate ", N1, " to ", N2}
    RUN %1
    push dword 0x111
    push dword 0x222
    push dword 0x333
    call (G | %1):0
%%after:
    EXPECT DONE, -1
    IS {"call gate ", N1, " to ", N2, ": CS"}, [r_cs], CODE(%2)
    IS {"call gate ", N1, " to ", N2, ": return"}, [r_gpr], %%after
    IS {"call gate ", N1, " to ", N2, ": caller's CS"}, [r_gpr + 4], CODE(%1)
%if %1 != %2
    IS {"call gate ", N1, " to ", N2, ": last parameter"}, [r_gpr + 8], 0x333
    IS {"call gate ", N1, " to ", N2, ": first parameter"}, [r_gpr + 12], 0x111
    IS {"call gate ", N1, " to ", N2, ": caller's ESP"}, [r_gpr + 20], STACK0 + 0x2000 * %1 - 12
    IS {"call gate ", N1, " to ", N2, ": caller's SS"}, [r_gpr + 24], DATA(%1)
    %if %2
    IS {"call gate ", N1, " to ", N2, ": ESP"}, [r_esp], STACK0 + 0x2000 * %2 - 28
    %endif
%endif
%endmacro

gate_checks:
    GATE "DPL", 3, GP, G, CODE(0), A_CALL32 | DPL(2), 0
    SETG G, CODE(0), 0, A_CALL32 | DPL(2), 0
    FAULT "call gate: RPL", 1, GP, G, 0, {call (G | 3):0}
    GATE "absent", 3, NP, G, CODE(0), (A_CALL32 | DPL(3)) - NOTP, 0
    GATE "DPL before absent", 3, GP, G, CODE(0), A_CALL32 - NOTP, 0
    GATE "null", 3, GP, 0, 3, A_CALL32 | DPL(3), 0
    GATE "past the GDT", 3, GP, BEYOND, BEYOND, A_CALL32 | DPL(3), 0
    GATE "to data", 3, GP, DATA(0), DATA(0), A_CALL32 | DPL(3), 0
    GATE "to outer", 0, GP, CODE(3) & ~3, CODE(3), A_CALL32 | DPL(3), 0
    GATE "code absent", 3, NP, ABSENT, ABSENT, A_CALL32 | DPL(3), 0
    GATE "limit", 3, GP, 0, LITTLE, A_CALL32 | DPL(3), 0x100
    GATE "through an interrupt gate", 3, GP, G, CODE(0), A_INT32 | DPL(3), 0
    GATE "through type 0", 3, GP, G, CODE(0), 0x80 | DPL(3), 0
    GATE "conforming", 3, DONE, 0, CONF0, A_CALL32 | DPL(3), in_conforming
    IS "call gate: conforming: CS", [r_cs], CONF0 | 3
    IS "call gate: conforming: ESP", [r_esp], STACK3 - 8
    GATEJ "to inner", 3, GP, CODE(0), CODE(0), A_CALL32 | DPL(3), 0
    GATEJ "conforming", 3, DONE, 0, CONF0, A_CALL32 | DPL(3), in_conforming
    IS "jmp gate: conforming: CS", [r_cs], CONF0 | 3
    GATEJ "same ring", 3, DONE, 0, CODE(3), A_CALL32 | DPL(3), in_conforming
    IS "jmp gate: same ring: ESP", [r_esp], STACK3
    GATEJ "absent", 3, NP, G, CODE(3), (A_CALL32 | DPL(3)) - NOTP, 0
    GATEJ "DPL", 3, GP, G, CODE(3), A_CALL32 | DPL(0), 0
    GATEJ "code absent", 3, NP, ABSENT_C3, ABSENT_C3, A_CALL32 | DPL(3), 0
    PARAMS 3, 0
    PARAMS 3, 1
    PARAMS 3, 2
    PARAMS 2, 0
    PARAMS 2, 1
    PARAMS 1, 0
    PARAMS 0, 0
    PARAMS 3, 3

    SETG G, CODE(1), got_call16, A_CALL16 | DPL(3), 3
    TRY "16-bit call gate"
    RUN 3
    push word 0x111
    push word 0x222
    push word 0x333
    call (G | 3):0
.after16:
    EXPECT DONE, -1
    mov eax, .after16
    movzx eax, ax
    or eax, CODE(3) << 16
    IS "16-bit call gate: CS:IP", [r_gpr], eax
    IS "16-bit call gate: parameters", [r_gpr + 8], 0x02220333
    IS "16-bit call gate: SP, parameter", [r_gpr + 12], ((STACK3 - 6) & 0xffff) << 16 | 0x111
    movzx eax, word [r_gpr + 20]
    IS "16-bit call gate: SS", eax, DATA(3)
    IS "16-bit call gate: ESP", [r_esp], STACK1 - 14

; 31 parameters, and back with RETF n.
    SETG G, CODE(0), .retf, A_CALL32 | DPL(3), 31
    TRY "retf with parameters"
    RUN 3
    mov ax, DATA(3)
    mov es, ax
    mov ax, CONF0
    mov fs, ax
    sub esp, 31 * 4
    call (G | 3):0
    mov eax, ds
    mov ecx, es
    mov edx, fs
    mov ebx, gs
    FINISH
    EXPECT DONE, -1
    IS "retf with parameters: ESP", [r_esp], STACK3
    IS "retf with parameters: DS dropped", [r_gpr], 0
    IS "retf with parameters: ES stays", [r_gpr + 4], DATA(3)
    IS "retf with parameters: conforming FS stays", [r_gpr + 8], CONF0
    IS "retf with parameters: GS, RPL 3, dropped", [r_gpr + 12], 0
    jmp .stacks
.retf:
    mov ax, DATA(0)
    mov ds, ax
    mov ax, DATA(1)
    mov gs, ax
    retf 31 * 4
.stacks:

%macro BAD_CALL 3-4 STACK1              ; SS1, vector, code, ESP1
    SETG G, CODE(1), in_conforming, A_CALL32 | DPL(3), 2
    mov dword [tss + 16], %1
    mov dword [tss + 12], %4
    %defstr N %1
    FAULT {"call gate: SS1 ", N}, 3, %2, %3, 0, {call (G | 3):0}
    IS {"call gate: SS1 ", N, ": ESP"}, [r_esp], STACK3
    mov dword [tss + 16], DATA(1)
    mov dword [tss + 12], STACK1
%endmacro
    BAD_CALL 0, TS, 0
    BAD_CALL BEYOND | 1, TS, BEYOND
    BAD_CALL DATA(1) & ~3, TS, DATA(1) & ~3
    BAD_CALL DATA(0) | 1, TS, DATA(0)
    BAD_CALL CODE(1), TS, CODE(1) & ~3
    SETD T(12), 0, 0xfffff, (A_DATA | DPL(1)) - NOTP, F_4G
    BAD_CALL T(12) | 1, SS_, T(12)
    SETD T(12), 0, 0xffff, A_DATA | DPL(1), F_32
    TRY "limit: call gate: stack full"
    SETG G, CODE(1), in_conforming, A_CALL32 | DPL(3), 2
    mov dword [tss + 16], T(12) | 1
    mov dword [tss + 12], 16
    RUN 3
.full:
    call (G | 3):0
    FINISH
    EXPECT SS_, T(12), .full
    mov dword [tss + 16], DATA(1)
    mov dword [tss + 12], STACK1
    mov word [tss_desc], 0xf
    call task_reset
    SETI TS, CODE(0), stubs + 12 * TS, A_INT32
    SETG G, CODE(1), in_conforming, A_CALL32 | DPL(3), 0
    FAULT "call gate: TSS too short", 3, TS, TSS_SEL, 0, {call (G | 3):0}
    mov word [tss_desc], 0x87
    call task_reset
    ret

got_call:
    mov eax, [esp]
    mov ecx, [esp + 4]
    mov edx, [esp + 8]
    mov ebx, [esp + 16]
    mov esi, [esp + 20]
    mov edi, [esp + 24]
    FINISH

got_call16:
    mov eax, [esp]
    mov edx, [esp + 4]
    mov ebx, [esp + 8]
    mov esi, [esp + 12]
    FINISH

; ---- without a gate ----

%macro DIRECT 5                         ; name, ring, vector, code, selector
    FAULT {%1, ": jmp far"}, %2, %3, %4, 0, {jmp (%5):in_conforming}
    FAULT {%1, ": call far"}, %2, %3, %4, 0, {call (%5):in_conforming}
%endmacro

direct_checks:
    DIRECT "null", 3, GP, 0, 3
    DIRECT "past the GDT", 3, GP, BEYOND, BEYOND | 3
    DIRECT "data", 3, GP, DATA(3) & ~3, DATA(3)
    DIRECT "inner", 3, GP, CODE(0), CODE(0)
    DIRECT "outer", 0, GP, CODE(3) & ~3, CODE(3)
    DIRECT "RPL", 1, GP, CODE(1) & ~3, CODE(1) | 3
    DIRECT "same, lower RPL", 3, DONE, 0, CODE(3) & ~3
    IS "call far: same, lower RPL: CS", [r_cs], CODE(3)
    DIRECT "absent", 3, NP, ABSENT_C3, ABSENT_C3 | 3
    DIRECT "limit", 3, GP, 0, LITTLE3 | 3
    DIRECT "conforming inner", 3, DONE, 0, CONF0
    IS "call far: conforming: CS", [r_cs], CONF0 | 3
    DIRECT "conforming outer", 0, GP, CONF3, CONF3
    DIRECT "LDT", 0, GP, LDT_SEL, LDT_SEL
    DIRECT "busy TSS", 0, GP, TSS_SEL, TSS_SEL
    DIRECT "TSS from ring 3", 3, GP, TSS_SEL, TSS_SEL
    FAULT "call far: register", 0, UD, 0, 0, {db 0xff, 0xd8}
    FAULT "jmp far: register", 0, UD, 0, 0, {db 0xff, 0xe8}
    ret

; ---- RETF ----

; What is on the stack: SS, ESP, CS, EIP.
%macro RETF 8                           ; name, ring, vector, code, SS, ESP, CS, EIP
    TRY {%1, ": retf"}
    RUN %2
    mov ebp, esp
    push dword %5
    push dword %6
    push dword %7
    push dword %8
%%at:
    retf
    FINISH
%if %3 == DONE
    EXPECT DONE, -1
%else
    EXPECT %3, %4, %%at
    %if %2
    mov eax, [r_esp]
    sub eax, [r_gpr + 16]
    IS {%1, ": retf: ESP"}, eax, -16
    %endif
%endif
%endmacro

ret_checks:
    RETF "null", 0, GP, 0, 0, 0, 0, 0
    RETF "past the GDT", 0, GP, BEYOND, 0, 0, BEYOND, 0
    RETF "data", 0, GP, DATA(0), 0, 0, DATA(0), 0
    RETF "inner", 3, GP, CODE(0), 0, 0, CODE(0), in_conforming
    RETF "inner RPL", 3, GP, CODE(3) & ~3, 0, 0, CODE(3) & ~3, in_conforming
    RETF "RPL not DPL", 0, GP, CODE(0), DATA(3), STACK3, CODE(0) | 3, 0
    RETF "same ring, DPL 1", 0, GP, CODE(1) & ~3, 0, 0, CODE(1) & ~3, 0
    RETF "absent", 3, NP, ABSENT_C3, 0, 0, ABSENT_C3 | 3, 0
    RETF "limit", 3, GP, 0, 0, 0, LITTLE3 | 3, 0x100
    RETF "gate", 3, GP, G, 0, 0, G | 3, 0x100
    RETF "conforming DPL above RPL", 0, GP, CONF3, 0, 0, CONF3, in_conforming
    RETF "conforming", 3, DONE, 0, 0, 0, CONF0 | 3, in_conforming
    RETF "to ring 3", 0, DONE, 0, DATA(3), STACK3 - 64, CODE(3), in_conforming
    IS "retf: to ring 3: CS", [r_cs], CODE(3)
    IS "retf: to ring 3: ESP", [r_esp], STACK3 - 64
    IS "retf: to ring 3: SS", [r_ss], DATA(3)
    IS "retf: to ring 3: DS", [r_rds], 0
    RETF "ring 1 to 2", 1, DONE, 0, DATA(2), STACK2 - 64, CODE(2), in_conforming
    IS "retf: ring 1 to 2: CS", [r_cs], CODE(2)
    RETF "conforming in ring 3", 0, DONE, 0, DATA(3), STACK3, CONF0 | 3, in_conforming
    IS "retf: conforming in ring 3: CS", [r_cs], CONF0 | 3
    RETF "SS null", 0, GP, 0, 0, STACK3, CODE(3), in_conforming
    RETF "SS null RPL 3", 0, GP, 0, 3, STACK3, CODE(3), in_conforming
    RETF "SS past the GDT", 1, GP, BEYOND, BEYOND, STACK3, CODE(3), in_conforming
    RETF "SS RPL", 1, GP, DATA(3) & ~3, DATA(3) & ~3, STACK3, CODE(3), in_conforming
    RETF "SS DPL", 1, GP, DATA(2) & ~3, DATA(2) | 3, STACK3, CODE(3), in_conforming
    RETF "SS code", 1, GP, CODE(3) & ~3, CODE(3), STACK3, CODE(3), in_conforming
    RETF "SS absent", 1, SS_, ABSENT_D3, ABSENT_D3 | 3, STACK3, CODE(3), in_conforming
    RETF "limit, outer", 1, GP, 0, DATA(3), STACK3, LITTLE3 | 3, 0x100
    RETF "CS before SS", 1, NP, ABSENT_C3, 0, STACK3, ABSENT_C3 | 3, 0x100
    ret

; ---- IRET ----

%macro IRETD 9                          ; as RETF, and EFLAGS
    TRY {%1, ": iret"}
    RUN %2
    mov ebp, esp
    push dword %5
    push dword %6
    push dword %9
    push dword %7
    push dword %8
%%at:
    iretd
    FINISH
%if %3 == DONE
    EXPECT DONE, -1
%else
    EXPECT %3, %4, %%at
    %if %2
    mov eax, [r_esp]
    sub eax, [r_gpr + 16]
    IS {%1, ": iret: ESP"}, eax, -20
    %endif
%endif
%endmacro

iret_checks:
    IRETD "null", 0, GP, 0, 0, 0, 0, 0, 2
    IRETD "past the GDT", 3, GP, BEYOND, 0, 0, BEYOND | 3, 0, 2
    IRETD "data", 3, GP, DATA(3) & ~3, 0, 0, DATA(3), 0, 2
    IRETD "inner", 3, GP, CODE(0), 0, 0, CODE(0), 0, 2
    IRETD "RPL not DPL", 0, GP, CODE(0), 0, 0, CODE(0) | 3, 0, 2
    IRETD "absent", 3, NP, ABSENT_C3, 0, 0, ABSENT_C3 | 3, 0, 2
    IRETD "limit", 3, GP, 0, 0, 0, LITTLE3 | 3, 0x100, 2
    IRETD "SS null", 1, GP, 0, 0, STACK3, CODE(3), in_conforming, 2
    IRETD "SS DPL", 1, GP, DATA(2) & ~3, DATA(2) | 3, STACK3, CODE(3), in_conforming, 2
    IRETD "SS absent", 1, SS_, ABSENT_D3, ABSENT_D3 | 3, STACK3, CODE(3), in_conforming, 2
    IRETD "conforming", 3, DONE, 0, 0, 0, CONF0 | 3, in_conforming, 2
    IRETD "ring 0 to 1", 0, DONE, 0, DATA(1), STACK1 - 4, CODE(1), in_conforming, 2
    IS "iret: ring 0 to 1: CS", [r_cs], CODE(1)
    IS "iret: ring 0 to 1: DS", [r_rds], 0
    IRETD "ring 2 to 3", 2, DONE, 0, DATA(3), STACK3 - 4, CODE(3), in_conforming, 2
    IS "iret: ring 2 to 3: CS", [r_cs], CODE(3)
    IRETD "VM ignored in ring 1", 1, DONE, 0, 0, 0, CODE(1), in_conforming, 2 | F_VM
    IS "iret: VM ignored in ring 1: flags", [r_efl], 2
    IRETD "same ring", 0, DONE, 0, 0, 0, CODE(0), in_conforming, 2
    ret

; ---- EFLAGS by ring and IOPL ----

%macro FLAGS 5                          ; name, ring, EFLAGS, instruction, wanted
    TRY {"flags: ", %1}
    RUN %2, %3
    %4
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    mov eax, [r_gpr]
    and eax, 0x3f7fd7
    IS {"flags: ", %1, ": value"}, eax, %5
%endmacro

%macro POPF_CHECK 4                     ; ring, before, popped, after
    %defstr N %1
    %defstr M %2
    TRY {"popf in ring ", N, " with ", M}
    RUN %1, %2
    push dword %3
    popfd
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    IS {"popf in ring ", N, " with ", M, ": flags"}, [r_gpr], %4
    TRY {"iret in ring ", N, " with ", M}
    RUN %1, %2
    push dword %3
    push dword CODE(%1)
    push dword %%to
    iretd
%%to:
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    IS {"iret in ring ", N, " with ", M, ": flags"}, [r_gpr], %4
    TRY {"16-bit popf in ring ", N, " with ", M}
    RUN %1, %2
    push word (%3) & 0xffff
    popfw
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    IS {"16-bit popf in ring ", N, " with ", M, ": flags"}, [r_gpr], %4
%endmacro

flag_checks:
    POPF_CHECK 0, 2, 0x3ed7, 0x3ed7
    POPF_CHECK 0, 0x3202, 2, 2
    POPF_CHECK 3, 2, 0x3ed7, 0xcd7
    POPF_CHECK 3, 0x3002, 0x2e02, 0x3e02
    POPF_CHECK 3, 0x202, 2, 0x202
    POPF_CHECK 3, 0x2202, 2, 0x2202
    POPF_CHECK 1, 0x1202, 0x3002, 0x1002
    POPF_CHECK 1, 0x2, 0x3202, 0x2
    POPF_CHECK 2, 0x2002, 0x202, 0x2202
    POPF_CHECK 0, 2, 0x4002, 0x4002
    POPF_CHECK 0, 2, 0x802a | 2, 2
    FAULT "cli in ring 3, IOPL 0", 3, GP, 0, 0, {cli}
    FAULT "sti in ring 3, IOPL 0", 3, GP, 0, 0, {sti}
    FAULT "cli in ring 1, IOPL 0", 1, GP, 0, 0, {cli}
    TRY "cli in ring 3, IOPL 3"
    RUN 3, 0x3202
    cli
    FINISH
    EXPECT DONE, -1
    IS "cli in ring 3, IOPL 3: flags", [r_efl], 0x3002
    TRY "sti in ring 2, IOPL 2"
    RUN 2, 0x2002
    sti
    FINISH
    EXPECT DONE, -1
    IS "sti in ring 2, IOPL 2: flags", [r_efl], 0x2202
    TRY "popf: RF and VM"
    RUN 0
    push dword F_RF | F_VM | 2
    popfd
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    IS "popf: RF and VM: flags", [r_gpr], 2
    FAULT "in, IOPL 0, ring 3", 3, GP, 0, 0, {in al, 0x80}
    TRY "in, IOPL 3, ring 3"
    RUN 3, 0x3002
    in al, 0x80
    FINISH
    EXPECT DONE, -1
    call port_checks
    ret

; The TSS's bitmap. It covers ports 0 to FFh: after it the TSS ends.
%macro PORT 4+                          ; name, vector, port, instruction
    TRY {"port: ", %1}
    RUN 3
    mov dx, %3
%%at:
    %4
    FINISH
    %if %2 == DONE
    EXPECT DONE, -1
    %else
    EXPECT GP, 0, %%at
    %endif
%endmacro

port_checks:
    and byte [tss + 0x68 + 0x80 / 8], 0xf0      ; 80h to 83h
    and byte [tss + 0x68 + 0x87 / 8], 0x7f      ; 87h and
    and byte [tss + 0x68 + 0x88 / 8], 0xfe      ; 88h
    PORT "byte allowed", DONE, 0x80, in al, dx
    PORT "dword allowed", DONE, 0x80, in eax, dx
    PORT "word half allowed", GP, 0x83, in ax, dx
    PORT "word allowed", DONE, 0x82, in ax, dx
    PORT "dword half allowed", GP, 0x81, in eax, dx
    PORT "word over a byte boundary", DONE, 0x87, in ax, dx
    PORT "dword over a byte boundary", GP, 0x87, in eax, dx
    PORT "byte refused", GP, 0x84, in al, dx
    PORT "out refused", GP, 0x84, out dx, al
    PORT "insb refused", GP, 0x84, insb
    PORT "outsb allowed", DONE, 0x80, outsb
    PORT "past the bitmap", GP, 0x100, in al, dx
    and byte [tss + 0x68 + 0x1f], 0x7f          ; FFh
    PORT "last byte: limit", GP, 0xff, in al, dx
    mov word [tss_desc], 0x88
    call task_reset
    PORT "last byte: byte of ones", DONE, 0xff, in al, dx
    mov word [tss_desc], 0x87
    mov word [tss + 102], 0xffff
    call task_reset
    PORT "no bitmap", GP, 0x80, in al, dx
    mov word [tss + 102], 0x68
    ret
