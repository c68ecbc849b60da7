; vme.asm - virtual-8086 mode extensions and protected-mode virtual interrupts.
; Manual: SDM 3, 20.3 and 20.4; SDM 2, CLI, STI, PUSHF, POPF, IRET, INT n.
; cpus: pentium pentium2
; differs: qemu pvi* - CR4.PVI is not there
%include "frame.inc"

VEC equ 0x30                            ; redirected to itself in V86 mode
VEC2 equ 0x31                           ; not redirected

; V86 "name", EFLAGS, label: HLT ends it.
%macro HALTED 1
    EXPECT GP, 0, %1
%endmacro

; VFLAGS "name", EFLAGS before, {instruction}, EFLAGS after, with HLT behind
%macro VFLAGS 4
    TRY {%1}
    RUNV86 %%code, F_VM | 2 | (%2)
LOW
    bits 16
%%code:
    %3
%%at:
    hlt
PM
    bits 32
    EXPECT GP, 0, %%at
    and dword [r_efl], ~F_RF
    IS {%1, ": EFLAGS"}, [r_efl], F_VM | 2 | (%4)
%endmacro

tests:
    test dword [features], 2
    jz .none
    mov word [tss + 102], 0x88          ; 20h bytes of redirection before it
    mov edi, tss + 0x68
    mov al, 0
    mov ecx, 0x20
    rep stosb
    or byte [tss + 0x68 + VEC2 / 8], 1 << (VEC2 & 7)
    or byte [tss + 0x68 + DONE / 8], 1 << (DONE & 7)
    call task_reset
    SETI VEC, CODE(0), stubs + 12 * VEC, A_INT32 | DPL(3)
    SETI VEC2, CODE(0), stubs + 12 * VEC2, A_INT32 | DPL(3)
    mov dword [VEC * 4], handler        ; the IVT of V86 mode
    FAULTV "vme off: cli", 0, GP, 0, 0, {cli}
    FAULTV "vme off: int", 0, GP, 0, 0, {int VEC}
    mov eax, cr4
    or eax, 1
    mov cr4, eax
    call flags
    call interrupts
    mov eax, cr4
    and eax, ~1
    mov cr4, eax
    call pvi
.none:
    ret

flags:
    VFLAGS "cli", F_VIF | 0x200, cli, 0x200
    VFLAGS "sti", 0, sti, F_VIF
    VFLAGS "sti, IOPL 3", 0x3000, sti, 0x3200
    VFLAGS "cli, IOPL 3", 0x3200 | F_VIF, cli, 0x3000 | F_VIF
    FAULTV "sti with VIP", F_VIP, GP, 0, 0, {sti}
    TRY "VIF and VIP at once"
    RUNV86 pop_if, F_VM | F_VIP | F_VIF | 2
    EXPECT GP, 0, pop_if
    VFLAGS "cli with VIP", F_VIP, cli, F_VIP
    TRY "pushf"
    RUNV86 .pushf, F_VM | F_VIF | 2
LOW
    bits 16
.pushf:
    pushfw
    pop ax
    cli
    pushfw
    pop cx
    hlt
PM
    bits 32
    EXPECT GP, 0
    movzx eax, word [r_gpr]
    IS "pushf: VIF on", eax, 0x3202
    movzx eax, word [r_gpr + 4]
    IS "pushf: VIF off", eax, 0x3002
    FAULTV "pushfd", 0, GP, 0, 0, {pushfd}
    FAULTV "popfd", 0, GP, 0, 0, {popfd}
    FAULTV "iretd", 0, GP, 0, 0, {iretd}
    VFLAGS "popf sets VIF", 0, {call pop_if}, F_VIF
    VFLAGS "popf clears VIF", F_VIF | 0x200, {call pop_none}, 0x200
    TRY "popf sets IF with VIP"
    RUNV86 .vip, F_VM | F_VIP | 2
LOW
    bits 16
.vip:
    push word 0x202
.vip_at:
    popfw
    hlt
PM
    bits 32
    EXPECT GP, 0, .vip_at
    IS "popf sets IF with VIP: SP", [r_esp], 0x6ffe
    TRY "popf sets TF"
    RUNV86 .tf
LOW
    bits 16
.tf:
    push word 0x102
.tf_at:
    popfw
    hlt
PM
    bits 32
    EXPECT GP, 0, .tf_at
    VFLAGS "popf: IOPL stays", 0, {call pop_iopl}, F_CF
    TRY "iret"
    RUNV86 .iret
LOW
    bits 16
.iret:
    push word 0x3203
    push word 0
    push word .iret_to
    iretw
.iret_to:
    hlt
PM
    bits 32
    EXPECT GP, 0, .iret_to
    IS "iret: EFLAGS", [r_efl], F_VM | F_RF | F_VIF | 3
    IS "iret: SP", [r_esp], 0x7000
    TRY "iret sets IF with VIP"
    RUNV86 .iret2, F_VM | F_VIP | 2
LOW
    bits 16
.iret2:
    push word 0x0202
    push word 0
    push word .iret_to
.iret2_at:
    iretw
    hlt
PM
    bits 32
    EXPECT GP, 0, .iret2_at
    IS "iret sets IF with VIP: SP", [r_esp], 0x6ffa
    ret

LOW
    bits 16
pop_if:
    push word 0x202
    popfw
    ret
pop_none:
    push word 2
    popfw
    ret
pop_iopl:
    push word 0x3003
    popfw
    ret

; In V86 mode: what the interrupt pushed, its own flags.
handler:
    pop ax
    pop bx
    pop cx
    hlt
PM
    bits 32

interrupts:
    TRY "int, redirected"
    RUNV86 .int, F_VM | F_VIF | 0x2
LOW
    bits 16
.int:
    int VEC
.after:
    hlt
PM
    bits 32
    EXPECT GP, 0, handler + 3
    movzx eax, word [r_gpr]
    IS "int, redirected: IP", eax, .after
    movzx eax, word [r_gpr + 4]
    IS "int, redirected: FLAGS", eax, 0x3202
    IS "int, redirected: EFLAGS", [r_efl], F_VM | F_RF | 2
    TRY "int, redirected, IOPL 3"
    RUNV86 .int, F_VM | F_VIF | 0x3202
    EXPECT GP, 0, handler + 3
    movzx eax, word [r_gpr + 4]
    IS "int, redirected, IOPL 3: FLAGS", eax, 0x3202
    IS "int, redirected, IOPL 3: EFLAGS", [r_efl], F_VM | F_RF | F_VIF | 0x3002
    FAULTV "int, not redirected, IOPL 0", 0, GP, 0, 0, {int VEC2}
    TRY "int, not redirected, IOPL 3"
    RUNV86 .int2, F_VM | 0x3202
LOW
    bits 16
.int2:
    int VEC2
.after2:
PM
    bits 32
    EXPECT VEC2, 0, .after2
    FAULTV "int3 is not redirected", 0, GP, 3 * 8 + 2, 0, {int3}
    ret

pvi:
    mov eax, cr4
    or eax, 2
    mov cr4, eax
    TRY "pvi: sti"
    RUN 3
    sti
    FINISH
    EXPECT DONE, -1
    IS "pvi: sti: EFLAGS", [r_efl], F_VIF | 2
    TRY "pvi: cli"
    RUN 3, F_VIF | F_IF | 2
    cli
    FINISH
    EXPECT DONE, -1
    IS "pvi: cli: EFLAGS", [r_efl], F_IF | 2
    TRY "pvi: sti with VIP"
    RUN 3, F_VIP | 2
.sti:
    sti
    FINISH
    EXPECT GP, 0, .sti
    TRY "pvi: pushfd"
    RUN 3, F_VIF | 2
    pushfd
    pop eax
    FINISH
    EXPECT DONE, -1
    IS "pvi: pushfd: EFLAGS", [r_gpr], F_VIF | 2
    FAULT "pvi: cli in ring 2", 2, GP, 0, 0, {cli}
    TRY "pvi: IOPL 3"
    RUN 3, 0x3202
    cli
    FINISH
    EXPECT DONE, -1
    IS "pvi: IOPL 3: EFLAGS", [r_efl], 0x3002
    mov eax, cr4
    and eax, ~2
    mov cr4, eax
    ret
