; debug.asm - single step, breakpoints, RF, and the alignment check.
; Manual: SDM 3, 17.2 and 17.3 (debug), 6.8.3 (MOV SS), 6.15 (#AC).
; differs: qemu step over sti* - STI holds off interrupts only (SDM 3, 6.8.1)
; differs: qemu step into a fault: EFLAGS - RF is set for faults (SDM 3, 17.3.1.1)
; differs: qemu icebp* - #UD; the opcode is a debug exception (SDM 3, 6.15)
; differs: qemu code breakpoint* - RF and MOV SS (SDM 3, 17.3.1.1, 6.8.3)
; differs: qemu data: address* - addresses are aligned down (SDM 3, 17.2.5)
; differs: qemu data: mov ss* - waits for the next instruction (SDM 3, 6.8.3)
; differs: qemu data and step* - one trap for both
; differs: qemu GD: * - not there (SDM 3, 17.2.4)
; differs: qemu DR4 is DR6* - bit 12 reads 0 (SDM 3, figure 17-1)
; differs: qemu align: * - not there (SDM 3, 6.15)
%include "frame.inc"

VEC equ 0x30
BS equ 0x4000
BD equ 0x2000

; LOGGED "name", number, vector, EIP, DR6: one event of the log.
%macro LOGGED 5
    IS {%1, ": vector"}, [log + (%2) * 16], %3
    IS {%1, ": EIP"}, [log + (%2) * 16 + 4], %4
%if %5 >= 0
    mov eax, [log + (%2) * 16 + 8]
    and eax, 0xe00f
    IS {%1, ": DR6"}, eax, %5
%endif
%endmacro

%macro STEP 1+                          ; begins a stepped run in ring 3
    TRY %1
    mov dword [log_max], 32
    RUN 3, F_TF | 2
%endmacro

%macro WATCH 2                          ; DR0, DR7
    mov eax, %1
    mov dr0, eax
    xor eax, eax
    mov dr6, eax
    mov eax, %2
    mov dr7, eax
%endmacro

%macro UNWATCH 0
    xor eax, eax
    mov dr7, eax
    mov dr6, eax
%endmacro

tests:
    SETI VEC, CODE(0), stubs + 12 * VEC, A_INT32 | DPL(3)
    UNWATCH
    mov eax, dr7
    IS "DR7 reads bit 10", eax, 0x400
    mov eax, dr6
    IS "DR6 reads ones", eax, 0xffff0ff0
    call steps
    call code_breaks
    call data_breaks
    call detect
    test dword [features], 4
    jz .no_de
    call extensions
.no_de:
    cmp dword [family], 4
    jb .old
    call alignment
.old:
    ret

steps:
    STEP "step"
    nop
.s1:
    mov eax, 1
.s2:
    jmp .s3
    nop
.s3:
    FINISH
    EXPECT DONE, -1
    IS "step: events", [log_n], 3
    LOGGED "step 1", 0, DB_, .s1, BS
    LOGGED "step 2", 1, DB_, .s2, BS
    LOGGED "step 3", 2, DB_, .s3, BS
    IS "step: EFLAGS", [log + 12], F_TF | 2
    IS "step: EFLAGS of int", [r_efl], F_TF | 2

    STEP "step over mov ss"
    mov ax, ss
.m0:
    mov ss, ax
    nop
.m1:
    nop
.m2:
    FINISH
    EXPECT DONE, -1
    IS "step over mov ss: events", [log_n], 3
    LOGGED "step over mov ss, before", 0, DB_, .m0, BS
    LOGGED "step over mov ss", 1, DB_, .m1, BS
    LOGGED "step over mov ss, after", 2, DB_, .m2, BS
    STEP "step over pop ss"
    push ss
.p0:
    pop ss
    nop
.p1:
    FINISH
    EXPECT DONE, -1
    IS "step over pop ss: events", [log_n], 2
    LOGGED "step over pop ss", 1, DB_, .p1, BS
    STEP "step over mov ds"
    mov ax, ds
.d0:
    mov ds, ax
.d1:
    FINISH
    EXPECT DONE, -1
    IS "step over mov ds: events", [log_n], 2
    TRY "step over sti"
    mov dword [log_max], 32
    RUN 3, F_TF | 0x3002
    sti
.sti1:
    cli
.sti2:
    FINISH
    EXPECT DONE, -1
    IS "step over sti: events", [log_n], 2
    LOGGED "step over sti", 0, DB_, .sti1, BS

    STEP "step over int"
    int VEC
.i1:
    nop
.i2:
    FINISH
    EXPECT DONE, -1
    IS "step over int: events", [log_n], 2
    LOGGED "step over int", 0, VEC, .i1, 0
    IS "step over int: EFLAGS", [log + 12], F_TF | 2
    LOGGED "step after int", 1, DB_, .i2, BS

    STEP "step over rep movsb"
    mov esi, SCRATCH
.r0:
    mov edi, SCRATCH + 16
.r1:
    mov ecx, 3
.r2:
    rep movsb
.r3:
    FINISH
    EXPECT DONE, -1
    IS "step over rep movsb: events", [log_n], 6
    LOGGED "step over rep movsb 1", 3, DB_, .r2, BS
    LOGGED "step over rep movsb 2", 4, DB_, .r2, BS
    LOGGED "step over rep movsb 3", 5, DB_, .r3, BS

    STEP "step over popf"
    push dword 2
.f0:
    popfd
.f1:
    nop
    FINISH
    EXPECT DONE, -1
    IS "step over popf: events", [log_n], 2
    LOGGED "step over popf", 1, DB_, .f1, BS
    IS "step over popf: EFLAGS", [log + 16 + 12], 2
    TRY "popf sets TF"
    mov dword [log_max], 8
    RUN 3
    push dword F_TF | 2
    popfd
    nop
.t1:
    nop
.t2:
    FINISH
    EXPECT DONE, -1
    IS "popf sets TF: events", [log_n], 2
    LOGGED "popf sets TF", 0, DB_, .t1, BS

; A fault is not a step; the flags it pushes have TF and RF.
    TRY "step into a fault"
    RUN 3, F_TF | 2
.hlt:
    hlt
    FINISH
    EXPECT GP, 0, .hlt
    IS "step into a fault: EFLAGS", [r_efl], F_TF | F_RF | 2
    IS "step into a fault: handler's flags", [r_hfl], 2

; A call gate leaves TF on: the trap is at its target.
    SETG T(0), CODE(0), .gate, A_CALL32 | DPL(3), 0
    TRY "step into a call gate"
    RUN 3, F_TF | 2
    call (T(0) | 3):0
.gate:
    nop
    EXPECT DB_, 0, .gate
    IS "step into a call gate: CS", [r_cs], CODE(0)

; V86 mode.
    TRY "step in V86"
    RUNV86 .v86, F_VM | F_TF | 2
LOW
    bits 16
.v86:
    nop
.v1:
    nop
PM
    bits 32
    EXPECT DB_, 0, .v1
    IS "step in V86: EFLAGS", [r_efl], F_VM | F_TF | 2
    IS "step in V86: handler's flags", [r_hfl], 2
    TRY "icebp: DR6"
    xor eax, eax
    mov dr6, eax
    RUN 3
    db 0xf1
.ice:
    EXPECT DB_, 0, .ice
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "icebp: DR6: value", eax, 0
    UNWATCH
    ret

; Sets RF in the frame that the handler returns to.
resume_flag:
    or dword [esp + 12], F_RF
    ret

code_breaks:
    WATCH .at, 1                        ; L0, execution, length 1
    TRY "code breakpoint"
    RUN 3
    nop
.at:
    inc eax
    FINISH
    EXPECT DB_, 0, .at
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "code breakpoint: DR6", eax, 1
    IS "code breakpoint: RF", [r_efl], 2
    WATCH .at2, 2                       ; G0
    TRY "code breakpoint, resumed"
    mov dword [log_max], 4
    mov dword [log_hook], resume_flag
    RUN 3
    mov eax, 5
.at2:
    inc eax
    nop
    FINISH
    EXPECT DONE, -1
    IS "code breakpoint, resumed: EAX", [r_gpr], 6
    IS "code breakpoint, resumed: events", [log_n], 1
    and dword [r_efl], F_RF
    IS "code breakpoint, resumed: RF is gone", [r_efl], 0
    WATCH .rep, 2
    TRY "code breakpoint at rep"
    mov dword [log_max], 8
    mov dword [log_hook], resume_flag
    RUN 3
    mov edi, SCRATCH
    mov ecx, 5
.rep:
    rep stosb
    FINISH
    EXPECT DONE, -1
    IS "code breakpoint at rep: events", [log_n], 1
    IS "code breakpoint at rep: EDI", [r_gpr + 24], SCRATCH + 5
    WATCH .off, 0
    TRY "code breakpoint, disabled"
    RUN 3
.off:
    nop
    FINISH
    EXPECT DONE, -1
    WATCH .mid, 1
    TRY "code breakpoint inside an instruction"
    RUN 3
    db 0xb8                             ; mov eax,
.mid:
    dd 0x90909090
    FINISH
    EXPECT DONE, -1
    WATCH .ss, 1
    TRY "code breakpoint after mov ss"
    RUN 3
    mov ax, ss
    mov ss, ax
.ss:
    nop
    FINISH
    EXPECT DONE, -1
    WATCH .ud, 1
    TRY "RF set by IRET, then a fault"
    mov dword [log_max], 1
    mov dword [log_hook], resume_flag
    RUN 3
.ud:
    ud2
    EXPECT UD, 0, .ud
    IS "RF set by IRET, then a fault: EFLAGS", [r_efl], F_RF | 2
    WATCH .two, 0x11                    ; L0, L2
    mov eax, .two
    mov dr2, eax
    TRY "two code breakpoints"
    RUN 3
.two:
    nop
    EXPECT DB_, 0, .two
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "two code breakpoints: DR6", eax, 5
    UNWATCH
    ret

WR1 equ 0x00010001                      ; L0, writes, one byte
WR2 equ 0x00050001
WR4 equ 0x000d0001
RW1 equ 0x00030001
RW4 equ 0x000f0001
SPOT equ SCRATCH + 0x100

; DATA "name", address, DR7, hit or not, {instruction}
%macro DATA_ 5+
    WATCH %2, %3
    TRY %1
    RUN 3
    mov edi, SPOT
    mov esi, SPOT + 0x40
    xor eax, eax
    %5
%%after:
    nop
    FINISH
%if %4
    EXPECT DB_, 0, %%after
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS {%1, ": DR6"}, eax, 1
    and dword [r_efl], F_RF
    IS {%1, ": RF"}, [r_efl], 0
%else
    EXPECT DONE, -1
%endif
%endmacro

data_breaks:
    DATA_ "data: write", SPOT, WR1, 1, mov [edi], al
    DATA_ "data: write dword over the byte", SPOT + 3, WR1, 1, mov [edi], eax
    DATA_ "data: write beside it", SPOT + 4, WR1, 0, mov [edi], eax
    DATA_ "data: write below it", SPOT - 1, WR1, 0, mov [edi], eax
    DATA_ "data: read of a write breakpoint", SPOT, WR1, 0, mov al, [edi]
    DATA_ "data: read", SPOT, RW1, 1, mov al, [edi]
    DATA_ "data: write of an access breakpoint", SPOT, RW1, 1, mov [edi], al
    DATA_ "data: four bytes, last", SPOT, WR4, 1, mov [edi + 3], al
    DATA_ "data: four bytes, next", SPOT, WR4, 0, mov [edi + 4], al
    DATA_ "data: address is aligned down", SPOT + 2, WR4, 1, mov [edi], al
    DATA_ "data: two bytes", SPOT, WR2, 1, mov [edi + 1], al
    DATA_ "data: two bytes, next", SPOT, WR2, 0, mov [edi + 2], al
    DATA_ "data: unaligned over it", SPOT, WR1, 1, mov [edi - 1], ax
    DATA_ "data: add", SPOT, RW4, 1, add [edi], eax
    DATA_ "data: cmp of a write breakpoint", SPOT, WR4, 0, cmp [edi], eax
    DATA_ "data: xchg", SPOT, WR4, 1, xchg [edi], eax
    DATA_ "data: push", STACK3 - 4, WR4, 1, push eax
    DATA_ "data: movsb, target", SPOT, WR1, 1, movsb
    DATA_ "data: movsb, source", SPOT + 0x40, RW1, 1, movsb
    DATA_ "data: instruction fetch is none", data_breaks, RW1, 0, nop
    DATA_ "data: page crossing", SCRATCH + 0x2000, WR1, 1, mov [SCRATCH + 0x1fff], ax
    DATA_ "data: fst", SPOT, WR4, 1, fstp dword [edi]
    UNWATCH
    fninit

; Execution goes on after the trap; the trap of a load to SS waits.
    mov dword [SPOT], DATA(3)
    WATCH SPOT, RW4
    TRY "data: mov ss, mem"
    RUN 3
    mov ss, [SPOT]
    nop
.ss:
    FINISH
    EXPECT DB_, 0, .ss
    WATCH SPOT + 2, WR1
    TRY "data: rep stosb"
    RUN 3
    mov edi, SPOT
    mov ecx, 10
.rep:
    rep stosb
    FINISH
    EXPECT DB_, 0, .rep
    IS "data: rep stosb: ECX", [r_gpr + 4], 7
    IS "data: rep stosb: EDI", [r_gpr + 24], SPOT + 3

; Together with a single step.
    WATCH SPOT, WR1
    TRY "data and step"
    RUN 3, F_TF | 2
    mov [SPOT], al
.both:
    FINISH
    EXPECT DB_, 0, .both
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "data and step: DR6", eax, BS | 1
    UNWATCH
    ret

; General detect.
detect:
    WATCH 0, 0x2000
    TRY "GD: mov from DR"
    RUN 0
.gd:
    mov eax, dr0
    FINISH
    EXPECT DB_, 0, .gd
    mov eax, [r_dr6]
    and eax, 0xe00f
    IS "GD: DR6", eax, BD
    mov eax, dr7
    IS "GD: cleared for the handler", eax, 0x400
    WATCH 0, 0x2000
    TRY "GD: mov to DR"
    RUN 0
.gd2:
    mov dr3, eax
    FINISH
    EXPECT DB_, 0, .gd2
    WATCH 0, 0x2000
    TRY "GD: mov to DR7"
    RUN 0
    xor eax, eax
    mov dr7, eax
    FINISH
    EXPECT DB_, 0
    UNWATCH
    ret

; CR4.DE: DR4 and DR5, I/O breakpoints.
extensions:
    mov eax, 0x1234
    mov dr6, eax
    FAULT "DR4 is DR6", 0, DONE, 0, 0, {db 0x0f, 0x21, 0xe0}
    IS "DR4 is DR6: value", [r_gpr], 0xffff0ff4
    mov eax, cr4
    or eax, 8
    mov cr4, eax
    FAULT "DR4 with DE", 0, UD, 0, 0, {db 0x0f, 0x21, 0xe0}
    FAULT "DR5 with DE", 0, UD, 0, 0, {db 0x0f, 0x23, 0xe8}
    WATCH 0x80, 0x00020001
    TRY "I/O breakpoint: in"
    RUN 0
    in al, 0x80
.in:
    FINISH
    EXPECT DB_, 0, .in
    TRY "I/O breakpoint: out"
    RUN 0
    out 0x80, al
.out:
    FINISH
    EXPECT DB_, 0, .out
    TRY "I/O breakpoint: word over it"
    RUN 0
    in ax, 0x7f
.word:
    FINISH
    EXPECT DB_, 0, .word
    TRY "I/O breakpoint: another port"
    RUN 0
    in al, 0x81
    FINISH
    EXPECT DONE, -1
    UNWATCH
    mov eax, cr4
    and eax, ~8
    mov cr4, eax
    ret

; ---- #AC ----

%macro ALIGN_ 5+                        ; name, ring, EFLAGS, fault, insn
    TRY %1
    RUN %2, %3
    mov edi, SCRATCH + 1
    mov esi, SCRATCH + 0x40
%%at:
    %5
    FINISH
%if %4
    EXPECT AC, 0, %%at
%else
    EXPECT DONE, -1
%endif
%endmacro

alignment:
    ALIGN_ "align: AM off", 3, F_AC | 2, 0, mov eax, [edi]
    mov eax, cr0
    or eax, 0x40000
    mov cr0, eax
    ALIGN_ "align: AC off", 3, 2, 0, mov eax, [edi]
    ALIGN_ "align: ring 0", 0, F_AC | 2, 0, mov eax, [edi]
    ALIGN_ "align: ring 2", 2, F_AC | 2, 0, mov eax, [edi]
    ALIGN_ "align: dword read", 3, F_AC | 2, 1, mov eax, [edi]
    IS "align: EFLAGS", [r_efl], F_AC | F_RF | 2
    ALIGN_ "align: dword write", 3, F_AC | 2, 1, mov [edi], eax
    ALIGN_ "align: word read", 3, F_AC | 2, 1, mov ax, [edi]
    ALIGN_ "align: word at 2", 3, F_AC | 2, 0, mov ax, [edi + 1]
    ALIGN_ "align: dword at 2", 3, F_AC | 2, 1, mov eax, [edi + 1]
    ALIGN_ "align: dword at 4", 3, F_AC | 2, 0, mov eax, [edi + 3]
    ALIGN_ "align: byte", 3, F_AC | 2, 0, mov al, [edi]
    ALIGN_ "align: add", 3, F_AC | 2, 1, add [edi], eax
    ALIGN_ "align: movsd", 3, F_AC | 2, 1, movsd
    ALIGN_ "align: movsb", 3, F_AC | 2, 0, movsb
    ALIGN_ "align: fld dword", 3, F_AC | 2, 1, fld dword [edi]
    ALIGN_ "align: fild word", 3, F_AC | 2, 1, fild word [edi]
    ALIGN_ "align: fld qword at 4", 3, F_AC | 2, 1, fld qword [edi + 3]
    TRY "align: push"
    RUN 3, F_AC | 2
    mov esp, SCRATCH + 0x102
.push:
    push eax
    FINISH
    EXPECT AC, 0, .push
    IS "align: push: ESP", [r_esp], SCRATCH + 0x102
    TRY "align: popf turns it on"
    RUN 3
    mov edi, SCRATCH + 1
    mov eax, [edi]
    push dword F_AC | 2
    popfd
.popf:
    mov eax, [edi]
    FINISH
    EXPECT AC, 0, .popf
    TRY "align: popf turns it off"
    RUN 3, F_AC | 2
    mov edi, SCRATCH + 1
    push dword 2
    popfd
    mov eax, [edi]
    FINISH
    EXPECT DONE, -1
    TRY "align: V86"
    RUNV86 .v86, F_VM | F_AC | 2
LOW
    bits 16
.v86:
    mov ax, [0x601]
    hlt
PM
    bits 32
    EXPECT AC, 0, .v86
    mov eax, cr0
    and eax, ~0x40000
    mov cr0, eax
    ret
