; irq.asm - maskable interrupts: where they are taken and where not.
; Manual: SDM 3, 6.8; SDM 2, STI, MOV, HLT, REP.
; differs: qemu rep stosb: * - time is the host's there: the timer may hit another instruction
; differs: qemu sti; * - a second shadow is not added (SDM 2, STI: MOV SS)
; differs: qemu ring 3, gate absent - no EXT bit (SDM 3, 6.13)
%include "frame.inc"
%include "timer.inc"

%macro NONE 1
    EXPECT DONE, -1
    IS {%1, ": interrupts"}, [log_n], 0
    call acknowledge
    call drain
%endmacro

; Takes what is still waiting.
drain:
    mov dword [log_max], 4
    mov dword [log_hook], acknowledge
    mov al, 0xfe
    out 0x21, al
    sti
    nop
    nop
    cli
    mov dword [log_max], 0
    call acknowledge
    ret

tests:
    call pics
    call shadows
    call halts
    call repeats
    call rings
    mov al, 0xff
    out 0x21, al
    ret

shadows:
    call pending
    IRQTRY "sti"
    sti
    nop
.sti:
    nop
    FINISH
    ONE "sti", .sti
    call pending
    IRQTRY "sti; cli"
    sti
    cli
    FINISH
    NONE "sti; cli"
    call pending
    IRQTRY "sti, already on"
    mov dword [log_max], 0
    FINISH
    EXPECT DONE, -1
    call acknowledge
    call drain
    call pending
    IRQTRY "popf"
    push dword F_IF | 2
    popfd
.popf:
    nop
    FINISH
    ONE "popf", .popf
    call pending
    IRQTRY "iret"
    push dword F_IF | 2
    push dword CODE(0)
    push dword .iret
    iretd
.iret:
    nop
    FINISH
    ONE "iret", .iret
    call pending
    IRQTRY "sti; mov ss"
    mov ax, ss
    sti
    mov ss, ax
    nop
.ss:
    nop
    FINISH
    ONE "sti; mov ss", .ss
    call pending
    IRQTRY "sti; pop ss"
    push ss
    sti
    pop ss
    nop
.popss:
    nop
    FINISH
    ONE "sti; pop ss", .popss
    call pending
    IRQTRY "sti; mov ds"
    mov ax, ds
    sti
    mov ds, ax
.ds:
    nop
    FINISH
    ONE "sti; mov ds", .ds
    ret

halts:
    IRQTRY "hlt wakes"
    mov eax, 1000
    call timer
    sti
    hlt
.hlt:
    nop
    FINISH
    ONE "hlt wakes", .hlt
    call pending
    IRQTRY "sti; hlt, one waiting"
    sti
    hlt
.hlt2:
    nop
    FINISH
    ONE "sti; hlt, one waiting", .hlt2
    ret

; A long REP is left and taken up again. Both the count and EIP are exact.
repeats:
    mov dword [SCRATCH], 0
    IRQTRY "rep stosb"
    mov dword [log_hook], .note
    mov edi, SCRATCH
    mov esi, SCRATCH
    mov eax, 400
    call timer
    sti
    mov eax, 0x5a
.again:
    mov edi, SCRATCH
    mov ecx, 0x10000
    cld
.rep:
    rep stosb
.after:
    cmp dword [log_n], 0
    je .again
    cli
    FINISH
    ONE "rep stosb", .rep
    mov eax, [noted]                    ; ECX and EDI go together
    add eax, [noted + 4]
    IS "rep stosb: ECX + EDI", eax, SCRATCH + 0x10000
    IS "rep stosb: finished", [r_gpr + 4], 0
    IS "rep stosb: EDI", [r_gpr + 24], SCRATCH + 0x10000
    ret
.note:
    push eax
    mov eax, [r_gpr + 4]
    mov [noted], eax
    mov eax, [r_gpr + 24]
    mov [noted + 4], eax
    pop eax
    jmp acknowledge
[section .data]
noted: dd 0, 0
__SECT__

rings:
    call pending
    IRQTRY "ring 3, gate DPL 0"
    RUN 3, F_IF | 2
    nop
    FINISH
    EXPECT DONE, -1
    IS "ring 3: interrupts", [log_n], 1
    call pending
    TRY "ring 3, gate absent"
    SETI IRQ0, CODE(0), 0, A_INT32 - NOTP
    RUN 3, F_IF | 2
    nop
    EXPECT NP, IRQ0 * 8 + 3
    RESETI IRQ0
    call acknowledge
    call pending
    IRQTRY "V86, IF on"
    mov dword [log_max], 0
    RUNV86 .v86, F_VM | F_IF | 2
LOW
    bits 16
.v86:
    nop
    nop
PM
    bits 32
    EXPECT IRQ0, 0
    IS "V86, IF on: EFLAGS", [r_efl], F_VM | F_IF | 2
    call acknowledge
    call pending
    TRY "trap gate keeps IF"
    SETI IRQ0, CODE(0), .trap, A_TRAP32
    RUN 3, F_IF | 2
    nop
.trap:
    pushfd
    pop eax
    cli
    FINISH
    EXPECT DONE, -1
    and dword [r_gpr], F_IF
    IS "trap gate keeps IF: IF", [r_gpr], F_IF
    RESETI IRQ0
    call acknowledge
    ret
