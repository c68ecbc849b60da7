; v86.asm - virtual-8086 mode: entry, exit, what it traps.
; Manual: SDM 3, 20.2 to 20.3 (virtual-8086 mode); SDM 2, IRET, INT n.
; differs: qemu limit:* - no limit checks in translated code (SDM 3, 5.3)
; differs: qemu * to ring 1 - #GP names no selector (SDM 2, INT n)
; differs: qemu #GP frame from V86: EFLAGS - RF is set for faults (SDM 3, 17.3.1.1)
; differs: qemu *: flags - the same
; differs: qemu icebp* - #UD; the opcode is a debug exception (SDM 3, 6.15)
; differs: bochs limit: iretd past 64K - faults at the target; IRET checks (SDM 2, IRET)
%include "frame.inc"

CONF0 equ T(0)
VEC equ 0x30
IOPL3 equ 0x3000

; KEEP "name", IOPL, instruction: must not fault; INT DONE follows, or HLT.
%macro KEEP 3
    TRY {%1}
    RUNV86 %%code, F_VM | 2 | (%2)
LOW
    bits 16
%%code:
    mov eax, 0x9000
    %3
%%at:
    hlt
PM
    bits 32
    EXPECT GP, 0, %%at
%endmacro

tests:
    SETD CONF0, 0, 0xfffff, A_CONF, F_4G
    call entry_checks
    call iopl_checks
    call refused
    call limit_checks
    call iret_checks
    call port_checks
    ret

entry_checks:
    SETI VEC, CODE(0), stubs + 12 * VEC, A_INT32 | DPL(3)
    TRY "int from V86"
    RUNV86 .code, F_VM | 0x3202
LOW
    bits 16
.code:
    mov ax, 0x1111
    mov ds, ax
    mov ax, 0x2222
    mov es, ax
    mov ecx, cs
    mov edx, ss
    int VEC
.after:
PM
    bits 32
    EXPECT VEC, 0, .after
    IS "int from V86: CS", [r_cs], 0
    IS "int from V86: EFLAGS", [r_efl], F_VM | 0x3202
    IS "int from V86: flags in handler", [r_hfl], 0x3002
    IS "int from V86: ESP", [r_esp], 0x7000
    IS "int from V86: SS", [r_ss], 0
    IS "int from V86: ES", [r_es], 0x2222
    IS "int from V86: DS", [r_ds], 0x1111
    IS "int from V86: FS", [r_fs], 0x3333
    IS "int from V86: GS", [r_gs], 0x4444
    IS "int from V86: handler's DS", [r_rds], 0
    IS "int from V86: handler's ES", [r_res], 0
    IS "int from V86: handler's FS", [r_rfs], 0
    IS "int from V86: handler's GS", [r_rgs], 0
    IS "int from V86: handler's ESP", [r_hesp], STACK0 - 36

    SETI VEC, CODE(0), stubs + 12 * VEC, A_TRAP32 | DPL(3)
    TRY "trap gate from V86"
    RUNV86 .code, F_VM | 0x7202
    EXPECT VEC, 0, .after
    IS "trap gate from V86: flags in handler", [r_hfl], 0x3202

    FAULTV "int from V86: DPL 0", IOPL3, GP, VEC * 8 + 10, 0, {int VEC + 1}
    SETI VEC, CODE(1), stubs, A_INT32 | DPL(3)
    FAULTV "int from V86 to ring 1", IOPL3, GP, CODE(1) & ~3, 0, {int VEC}
    SETI VEC, CONF0, stubs, A_INT32 | DPL(3)
    FAULTV "int from V86 to conforming", IOPL3, GP, CONF0, 0, {int VEC}
    SETI VEC, CODE(0), stubs, (A_INT32 | DPL(3)) - NOTP
    FAULTV "int from V86: gate absent", IOPL3, NP, VEC * 8 + 2, 0, {int VEC}
    SETI UD, CODE(1), stubs, A_INT32
    FAULTV "#UD from V86 to ring 1", 0, GP, (CODE(1) & ~3) | 1, 0, {ud2}
    RESETI UD

; A 16-bit gate pushes words.
    SETI VEC, CODE(0), .through16, A_INT16 | DPL(3)
    TRY "16-bit gate from V86"
    RUNV86 .code, F_VM | 0x3202
    jmp .checked
.through16:
    mov eax, [ss:esp]
    mov edx, [ss:esp + 4]
    mov ebx, [ss:esp + 8]
    mov esi, [ss:esp + 12]
    mov edi, [ss:esp + 16]
    movzx edi, di
    FINISH
.checked:
    EXPECT DONE, -1
    IS "16-bit gate from V86: CS:IP", [r_gpr], .after
    IS "16-bit gate from V86: SP, FLAGS", [r_gpr + 8], 0x70003202
    IS "16-bit gate from V86: ES, SS", [r_gpr + 12], 0x22220000
    IS "16-bit gate from V86: FS, DS", [r_gpr + 20], 0x33331111
    IS "16-bit gate from V86: GS", [r_gpr + 24], 0x4444

; V86 mode keeps an error code's frame too.
    TRY "#GP frame from V86"
    RUNV86 .hlt, F_VM | 2
LOW
    bits 16
.hlt:
    hlt
PM
    bits 32
    EXPECT GP, 0, .hlt
    IS "#GP frame from V86: handler's ESP", [r_hesp], STACK0 - 36
    IS "#GP frame from V86: EFLAGS", [r_efl], F_VM | F_RF | 2
    ret

iopl_checks:
%macro SENSITIVE 1+
    %defstr N %1
    FAULTV {N, " IOPL 0"}, 0, GP, 0, 0x7000, {%1}
    FAULTV {N, " IOPL 2"}, 0x2000, GP, 0, 0x7000, {%1}
%endmacro
    SENSITIVE cli
    SENSITIVE sti
    SENSITIVE pushfw
    SENSITIVE pushfd
    SENSITIVE popfw
    SENSITIVE popfd
    SENSITIVE iretw
    SENSITIVE iretd
    SENSITIVE int DONE
    KEEP "cli IOPL 3", 0x3200, cli
    IS "cli IOPL 3: flags", [r_efl], F_VM | F_RF | 0x3002
    KEEP "sti IOPL 3", 0x3000, sti
    IS "sti IOPL 3: flags", [r_efl], F_VM | F_RF | 0x3202
    TRY "flags IOPL 3"
    RUNV86 .flags, F_VM | 0x3202
LOW
    bits 16
.flags:
    pushfd
    pop ebx
    push dword 0x0ed7 | F_VM | F_RF
    popfd
    pushfw
    pop cx
    hlt
PM
    bits 32
    EXPECT GP, 0
    IS "flags IOPL 3: pushfd", [r_gpr + 12], 0x3202
    movzx eax, word [r_gpr + 4]
    IS "flags IOPL 3: popfd", eax, 0x3ed7
    mov eax, [r_efl]
    and eax, F_VM
    IS "flags IOPL 3: VM", eax, F_VM
    FAULTV "int3 IOPL 0, DPL 0", 0, GP, 3 * 8 + 2, 0, {int3}
    or byte [idt + 3 * 8 + 5], DPL(3)
    or byte [idt + 4 * 8 + 5], DPL(3)
    TRY "int3 IOPL 0, DPL 3"
    RUNV86 .int3
LOW
    bits 16
.int3:
    int3
.after3:
PM
    bits 32
    EXPECT BP_, 0, .after3
    TRY "into IOPL 0, DPL 3"
    RUNV86 .into, F_VM | F_OF | 2
LOW
    bits 16
.into:
    into
.after_into:
PM
    bits 32
    EXPECT OV, 0, .after_into
    FAULTV "int 3, two bytes, IOPL 0", 0, GP, 0, 0, {db 0xcd, 3}
    TRY "icebp IOPL 0"
    RUNV86 .icebp
LOW
    bits 16
.icebp:
    db 0xf1
.after_icebp:
PM
    bits 32
    EXPECT DB_, 0, .after_icebp
    ret

refused:
    FAULTV "hlt", IOPL3, GP, 0, 0, {hlt}
    FAULTV "clts", IOPL3, GP, 0, 0, {clts}
    FAULTV "lgdt", IOPL3, GP, 0, 0, {lgdt [0x600]}
    FAULTV "lidt", IOPL3, GP, 0, 0, {lidt [0x600]}
    FAULTV "lmsw", IOPL3, GP, 0, 0, {lmsw ax}
    FAULTV "mov eax, cr0", IOPL3, GP, 0, 0, {mov eax, cr0}
    FAULTV "mov cr0, eax", IOPL3, GP, 0, 0, {mov cr0, eax}
    FAULTV "mov eax, dr0", IOPL3, GP, 0, 0, {mov eax, dr0}
    FAULTV "sldt", IOPL3, UD, 0, 0, {sldt ax}
    FAULTV "str", IOPL3, UD, 0, 0, {str ax}
    FAULTV "lldt", IOPL3, UD, 0, 0, {lldt ax}
    FAULTV "ltr", IOPL3, UD, 0, 0, {ltr ax}
    FAULTV "verr", IOPL3, UD, 0, 0, {verr ax}
    FAULTV "verw", IOPL3, UD, 0, 0, {verw ax}
    FAULTV "lar", IOPL3, UD, 0, 0, {lar ax, ax}
    FAULTV "lsl", IOPL3, UD, 0, 0, {lsl ax, ax}
    FAULTV "arpl", IOPL3, UD, 0, 0, {arpl ax, ax}
    FAULTV "mov cs", IOPL3, UD, 0, 0, {db 0x8e, 0xc8}
    KEEP "smsw", 0, smsw ax
    KEEP "sgdt", 0, {sgdt [0x600]}
    cmp dword [family], 4
    jb .end
    FAULTV "invd", IOPL3, GP, 0, 0, {invd}
    FAULTV "wbinvd", IOPL3, GP, 0, 0, {wbinvd}
    FAULTV "invlpg", IOPL3, GP, 0, 0, {invlpg [0]}
.end:
    ret

limit_checks:
    FAULTV "limit: word at FFFF", 0, GP, 0, 0, {mov ax, [0xffff]}
    FAULTV "limit: write at FFFF", 0, GP, 0, 0, {mov [0xffff], ax}
    FAULTV "limit: dword at FFFD", 0, GP, 0, 0, {mov eax, [0xfffd]}
    FAULTV "limit: [ebx] past 64K", 0, GP, 0, 0x10000, {mov al, [eax]}
    FAULTV "limit: [ebp] word at FFFF", 0, SS_, 0, 0, {mov ax, [ss:0xffff]}
    FAULTV "limit: jump past 64K", 0, GP, 0, 0, {jmp dword 0x12345}
    FAULTV "limit: far jump past 64K", 0, GP, 0, 0, {jmp dword 0:0x12345}
    KEEP "dword at FFFC", 0, {mov ecx, [0xfffc]}
    KEEP "load of any selector", 0, {mov fs, ax}
    IS "load of any selector: FS", [r_fs], 0x9000
    TRY "far call and return"
    RUNV86 .call
LOW
    bits 16
.call:
    call 0x10:.there - 0x100
    hlt
.there:
    mov bx, cs
    retf
PM
    bits 32
    EXPECT GP, 0
    movzx eax, word [r_gpr + 12]
    IS "far call and return: CS", eax, 0x10
    IS "far call and return: back", [r_cs], 0
    TRY "base of a segment"
    mov dword [SCRATCH + 0x1230], 0x13572468
    RUNV86 .base
LOW
    bits 16
.base:
    mov ax, (SCRATCH >> 4) + 0x23
    mov ds, ax
    mov eax, [0x1000]
    hlt
PM
    bits 32
    EXPECT GP, 0
    IS "base of a segment: value", [r_gpr], 0x13572468
    TRY "limit: push at SP 1"
    RUNV86 .push
LOW
    bits 16
.push:
    mov sp, 1
.push1:
    push ax
    hlt
PM
    bits 32
    EXPECT SS_, 0, .push1
    IS "limit: push at SP 1: SP", [r_esp], 1
    TRY "push at SP 0"
    RUNV86 .push0
LOW
    bits 16
.push0:
    mov ax, SCRATCH >> 4
    mov ss, ax
    mov esp, 0x12340000
    push ax
    hlt
PM
    bits 32
    EXPECT GP, 0
    IS "push at SP 0: ESP", [r_esp], 0x1234fffe
    ret

iret_checks:
; IRET in V86 with IOPL 3 leaves IOPL and VM.
    TRY "iretw IOPL 3"
    RUNV86 .iretw, F_VM | 0x3202
LOW
    bits 16
.iretw:
    push word 0x4cd7
    push word 0
    push word .iretw_to
    iretw
.iretw_to:
    hlt
PM
    bits 32
    EXPECT GP, 0, .iretw_to
    IS "iretw IOPL 3: flags", [r_efl], F_VM | F_RF | 0x7cd7
    TRY "iretd IOPL 3"
    RUNV86 .iretd, F_VM | 0x3002
LOW
    bits 16
.iretd:
    push dword 0x202
    push dword 0
    push dword .iretd_to
    iretd
.iretd_to:
    hlt
PM
    bits 32
    EXPECT GP, 0, .iretd_to
    IS "iretd IOPL 3: flags", [r_efl], F_VM | F_RF | 0x3202
    IS "iretd IOPL 3: ESP", [r_esp], 0x7000
    TRY "limit: iretd past 64K"
    RUNV86 .iretd2, F_VM | 0x3002
LOW
    bits 16
.iretd2:
    push dword 0x202
    push dword 0
    push dword 0x10000
.iretd2_at:
    iretd
    hlt
PM
    bits 32
    EXPECT GP, 0, .iretd2_at

; NT in V86 mode: IRET does not look at it.
    TRY "iretw with NT"
    RUNV86 .nt, F_VM | F_NT | 0x3002
LOW
    bits 16
.nt:
    push word 2
    push word 0
    push word .nt_to
    iretw
.nt_to:
    hlt
PM
    bits 32
    EXPECT GP, 0, .nt_to
    ret

port_checks:
    FAULTV "in, IOPL 3", IOPL3, GP, 0, 0, {in al, 0x80}
    and byte [tss + 0x68 + 0x80 / 8], 0xfc
    KEEP "in, allowed", 0, {in al, 0x80}
    KEEP "in word, allowed", 0, {in ax, 0x80}
    FAULTV "in dword, refused", IOPL3, GP, 0, 0, {in eax, 0x80}
    FAULTV "in word, half allowed", IOPL3, GP, 0, 0, {in ax, 0x81}
    ret
