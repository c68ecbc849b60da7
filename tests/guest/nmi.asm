; nmi.asm - NMI: where it is taken, what it does not interrupt, when IRET lets
; it in again. The first comes from the I/O channel check, which nmi.script
; pulls; port 61h keeps it, so that bit 7 of port 70h makes each further edge.
; Manual: SDM 3, 6.7; IBM AT Technical Reference, ports 61h and 70h.
; rivals: none (they have no such switch)
%include "frame.inc"

SHADOW_SEL equ T(0)

; The gate before the processor's pin falls, and rises.
%macro FIRE 0
    mov al, 0x80
    out 0x70, al
    mov al, 0
    out 0x70, al
%endmacro

%macro NMITRY 1
    TRY {%1}
    mov dword [log_max], 8
    mov dword [log_hook], 0
%endmacro

tests:
    call from_outside
    call taken
    call blocked
    call unblocked
    call from_outer
    call halted
    mov al, 0x80
    out 0x70, al
    ret

from_outside:
    in al, 0x61
    and al, 0xf7                        ; the check is on
    out 0x61, al
    mov al, 0
    out 0x70, al
    NMITRY "switch"
    mov esi, .text
    call puts
    mov ecx, 50000000
.wait:
    cmp dword [log_n], 0
    loopz .wait
    FINISH
    EXPECT DONE, -1
    IS "switch: interrupts", [log_n], 1
    IS "switch: vector", [log], NMI
    in al, 0x61
    and eax, 0x40
    IS "switch: port 61", eax, 0x40
    ret
[section .data]
.text: db "press: wait", 10, 0
__SECT__

taken:
    NMITRY "after an instruction"
    FIRE
.at:
    nop
    FINISH
    EXPECT DONE, -1
    IS "after an instruction: interrupts", [log_n], 1
    IS "after an instruction: EIP", [log + 4], .at
    NMITRY "masked by port 70"
    mov al, 0x80
    out 0x70, al
    nop
    out 0x70, al
    nop
    FINISH
    EXPECT DONE, -1
    IS "masked by port 70: interrupts", [log_n], 0
    NMITRY "no edge"
    mov al, 0
    out 0x70, al
    nop
    out 0x70, al
    nop
    FINISH
    EXPECT DONE, -1
    IS "no edge: interrupts", [log_n], 1
; IF does not matter, and the gate clears it.
    NMITRY "IF on"
    mov dword [log_hook], keep_flags
    sti
    FIRE
    nop
    cli
    FINISH
    EXPECT DONE, -1
    mov eax, [log + 12]
    and eax, F_IF
    IS "IF on: pushed", eax, F_IF
    and dword [hook_flags], F_IF
    IS "IF on: in the handler", [hook_flags], 0
    ret
keep_flags:
    push dword [r_hfl]
    pop dword [hook_flags]
    ret
[section .data]
hook_flags: dd 0
__SECT__

; Edges in the handler wait for its IRET; of several one is kept.
blocked:
    NMITRY "in the handler"
    mov dword [log_hook], again
    mov dword [fires], 1
    FIRE
.at:
    nop
    FINISH
    EXPECT DONE, -1
    IS "in the handler: interrupts", [log_n], 2
    IS "in the handler: first EIP", [log + 4], .at
    IS "in the handler: second EIP", [log + 20], .at
    IS "in the handler: how deep", [deepest], 1
    NMITRY "three times in the handler"
    mov dword [log_hook], again
    mov dword [fires], 3
    FIRE
    nop
    FINISH
    EXPECT DONE, -1
    IS "three times in the handler: interrupts", [log_n], 2
    ret
; Fires as often as asked for, once.
again:
    push eax
    inc dword [depth]
    mov eax, [depth]
    cmp eax, [deepest]
    jbe .fire
    mov [deepest], eax
.fire:
    cmp dword [fires], 0
    je .end
    FIRE
    dec dword [fires]
    jmp .fire
.end:
    dec dword [depth]
    pop eax
    ret
[section .data]
fires: dd 0
depth: dd 0
deepest: dd 0
__SECT__

; Any IRET ends it: one to the next instruction, one that faults.
unblocked:
    SETI NMI, CODE(0), .handler, A_INT32
    TRY "IRET within the handler"
    FIRE
    nop
    FINISH
.handler:
    RESETI NMI
    FIRE
    nop                                 ; not here
    nop
    pushfd
    push cs
    push dword .here
    iretd
.here:
    nop
    FINISH
    EXPECT NMI, -1, .here
    call let_in
    SETI NMI, CODE(0), .faulting, A_INT32
    TRY "IRET that faults"
    FIRE
    nop
    FINISH
.faulting:
    SETI NMI, CODE(0), .second, A_INT32
    SETI NP, CODE(0), .np, A_INT32
    FIRE
    SETD SHADOW_SEL, 0, 0xfffff, A_CODE - NOTP, F_4G
    pushfd
    push dword SHADOW_SEL
    push dword .here
    iretd
.np:
    nop
    FINISH
.second:
    mov eax, 0x2222                     ; before the handler's first instruction
    FINISH
    EXPECT DONE, -1
    IS "IRET that faults: NMI comes", [r_gpr], 0x2222
    RESETI NP
    call let_in
; Without an IRET it stays blocked; the frame's own handler has left so here.
    TRY "blocked without IRET"
    SETI NMI, CODE(0), .leave, A_INT32
    FIRE
    nop
.leave:
    RESETI NMI
    FINISH
    EXPECT DONE, -1
    NMITRY "blocked without IRET, later"
    FIRE
    nop
    nop
    mov ebx, [log_n]
    call let_in
    FINISH
    EXPECT DONE, -1
    IS "blocked without IRET: interrupts", [r_gpr + 12], 0
    IS "blocked without IRET: after one", [log_n], 1
    ret
; An IRET to its caller.
let_in:
    pop eax
    pushfd
    push cs
    push eax
    iretd

from_outer:
    NMITRY "ring 3"
    RUN 3, 0x3002
    FIRE
.ring3:
    nop
    FINISH
    EXPECT DONE, -1
    IS "ring 3: interrupts", [log_n], 1
    IS "ring 3: EIP", [log + 4], .ring3
    and byte [tss + 0x68 + 0x70 / 8], 0xfe
    TRY "V86"
    RUNV86 .v86, F_VM | 0x3002
LOW
    bits 16
.v86:
    mov al, 0x80
    out 0x70, al
    mov al, 0
    out 0x70, al
.v86_at:
    nop
    FINISH
PM
    bits 32
    EXPECT NMI, -1, .v86_at
    IS "V86: EFLAGS", [r_efl], F_VM | 0x3002
    call let_in
    ret

; It ends a HLT with interrupts off. The switch again: its check is cleared
; by bit 3 of port 61h first.
halted:
    in al, 0x61
    or al, 8
    out 0x61, al
    and al, 0xf7
    out 0x61, al
    in al, 0x61
    and eax, 0x40
    IS "check cleared", eax, 0
    NMITRY "HLT"
    mov esi, .text
    call puts
    cli
    hlt
.at:
    nop
    FINISH
    EXPECT DONE, -1
    IS "HLT: interrupts", [log_n], 1
    IS "HLT: EIP", [log + 4], .at
    ret
[section .data]
.text: db "press: hlt", 10, 0
__SECT__
