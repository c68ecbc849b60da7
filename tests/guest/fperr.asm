; fperr.asm - the coprocessor: which one it is, EM, TS and MP, errors by #MF
; and by IRQ 13.
; Manual: SDM 3, 2.5 and 9.2; SDM 1, 8.7 and appendix D; Intel 80287 and
; 387 DX Programmer's References (infinity, FSETPM).
; cpus: 286 386 486 pentium pentium-mmx pentium2
; differs: qemu EM* - #UD, for EMMS too (SDM 3, table 12-1)
; differs: qemu NE: * - #MF comes at WAIT only (SDM 1, 8.7); it ends at IRQ 13
; differs: bochs IRQ 13, ignored: interrupts - FERR# is an edge there at each instruction (SDM 1, D.2)
%define REAL_TESTS
%include "frame.inc"
%include "real16.inc"
    bits 32
PM
%include "timer.inc"

IRQ13 equ 0x75                          ; vector
EM equ 4
TS_ equ 8
MP equ 2
NE equ 0x20
MMX equ 1 << 23

LOW
    bits 16
    cpu 286
; How programs tell a 287 from a 387: by default the 287 has one infinity.
real_tests:
    call vectors
    fninit
    fnstcw [cw16]
    IS16 "control word after FNINIT", [cw16], 0x37f
    fnstsw [cw16]
    IS16 "status word after FNINIT", [cw16], 0
    fld1
    fldz
    fdivp st1
    fld st0
    fchs
    fcompp                              ; -inf, +inf
    fstsw ax
    and ax, 0x4500
    push ax
    call is_286
    mov bx, 0x4000                      ; equal on the 287
    jz .have
    mov bx, 0x100                       ; less
.have:
    pop ax
    IS16 "-infinity and +infinity", ax, bx
    fninit
; FENI, FDISI and FSETPM do nothing now, but they are there.
    fldpi
    RTRY
    db 0xdb, 0xe0, 0xdb, 0xe1, 0xdb, 0xe4
    DONE16
    REXPECT "FENI, FDISI, FSETPM", 0x60, [r16_ip]
    fstcw [cw16]
    IS16 "FENI, FDISI, FSETPM: control word", [cw16], 0x37f
    fstsw [cw16]
    IS16 "FENI, FDISI, FSETPM: status word", [cw16], 0x3800
    fninit
; EM, MP and TS by LMSW: a bit of each table says whether #NM comes.
    mov si, 7
.msw:
    mov ax, si
    shl ax, 1
    lmsw ax
    RTRY
    fnop
    DONE16
%$resume:
    %pop
    mov bx, 7
    test si, 6                          ; EM or TS
    jnz .nm
    mov bx, 0x60
.nm:
    IS16 "ESC by EM, TS, MP", [r16_vec], bx
    RTRY
    wait
    DONE16
%$resume:
    %pop
    mov bx, 0x60
    mov ax, si
    and ax, 5                           ; TS and MP
    cmp ax, 5
    jne .wait
    mov bx, 7
.wait:
    IS16 "WAIT by EM, TS, MP", [r16_vec], bx
    dec si
    jns .msw
    clts
    fninit
    ret
is_286:
    push word 0x7002
    popf
    pushf
    pop ax
    push word 2
    popf
    test ah, 0x70
    ret
cw16: dw 0

    cpu 686
PM
    bits 32
tests:
    mov ebx, cr0
    mov [cr0_was], ebx
    test dword [features], MMX
    jz .no_mmx
    call mmx
.no_mmx:
    cmp dword [family], 4
    jb .old
    call native
.old:
    call pics
    call by_irq
    mov eax, [cr0_was]
    mov cr0, eax
    fninit
    ret
[section .data]
cr0_was: dd 0
divide: dw 0x37b                        ; zero divide is not masked
__SECT__

%macro CR0_ 1
    mov eax, [cr0_was]
    and eax, ~(EM | TS_ | MP | NE)
    or eax, %1
    mov cr0, eax
%endmacro

mmx:
    CR0_ EM
    FAULT "EM: movq", 3, UD, 0, 0, {movq mm0, mm1}
    FAULT "EM: emms", 3, UD, 0, 0, emms
    CR0_ TS_
    FAULT "TS: movq", 3, NM, 0, 0, {movq mm0, mm1}
    FAULT "TS: movq, memory past the limit", 3, NM, 0, 0, {movq mm0, [gs:eax]}
    CR0_ EM | TS_
    FAULT "EM and TS: movq", 3, UD, 0, 0, {movq mm0, mm1}
    CR0_ 0
    ret

; 1/0 with the error left waiting.
%macro ERROR 0
    fninit
    fldcw [divide]
    fld1
    fldz
    fdivp st1
%endmacro

; NE: #MF at the next instruction that waits; others go on.
%macro WAITS 2+
    TRY {"NE: ", %1}
    ERROR
    mov edi, SCRATCH
%%at:
    %2
    FINISH
    EXPECT MF, 0, %%at
%endmacro
%macro PASSES 2+
    TRY {"NE: ", %1}
    ERROR
    mov edi, SCRATCH
    %2
    FINISH
    EXPECT DONE, -1
%endmacro

native:
    CR0_ NE
    WAITS "wait", wait
    WAITS "fnop", fnop
    WAITS "fld1", fld1
    WAITS "fldcw", fldcw [edi]
    WAITS "fldenv", fldenv [edi]
    WAITS "fst", fst dword [edi]
    WAITS "fxch", fxch
    WAITS "fcom of memory", fcom qword [edi]
    WAITS "frstor", frstor [edi]
    PASSES "fninit", fninit
    PASSES "fnclex", fnclex
    PASSES "fnstsw", fnstsw ax
    IS "NE: fnstsw: ES, B and ZE", [r_gpr], 0xb084
    PASSES "fnstcw", fnstcw [edi]
    PASSES "fnstenv", fnstenv [edi]
    PASSES "fnsave", fnsave [edi]
    PASSES "fnclex, then fld1", db 0xdb, 0xe2, 0xd9, 0xe8
    PASSES "fnstenv, then fld1", db 0xd9, 0x37, 0xd9, 0xe8
    TRY "NE: fldcw makes one, fld1"
    fninit
    fld1
    fldz
    fdivp st1                           ; masked
    fldcw [divide]
.late:
    fld1
    FINISH
    EXPECT MF, 0, .late
    test dword [features], MMX
    jz .no_mmx
    WAITS "movq", movq mm0, mm1
    WAITS "emms", emms
.no_mmx:
; #NM comes before #MF.
    TRY "NE and TS"
    ERROR
    mov eax, cr0
    or eax, TS_
    mov cr0, eax
.both:
    fld1
    FINISH
    EXPECT NM, 0, .both
    clts
    fninit
    ret

; The other 8259; IRQ 13 alone is let through.
slave:
    mov al, 0x11
    out 0xa0, al
    mov al, IRQ13 - 5
    out 0xa1, al
    mov al, 2
    out 0xa1, al
    mov al, 1
    out 0xa1, al
    mov al, 0xdf
    out 0xa1, al
    mov al, 0xfb
    out 0x21, al
    ret

; What the BIOS's INT 75h and a program's handler do.
by_hand:
    push eax
    fnstsw [error]
    mov al, 0
    out 0xf0, al
    mov al, 0x20
    out 0xa0, al
    out 0x20, al
    fnclex
    pop eax
    ret
; The same, but the error stays.
ignored:
    push eax
    mov al, 0
    out 0xf0, al
    mov al, 0x20
    out 0xa0, al
    out 0x20, al
    pop eax
    ret
[section .data]
error: dw 0
__SECT__

by_irq:
    CR0_ 0
    call slave
    TRY "IRQ 13"
    mov dword [log_max], 4
    mov dword [log_hook], by_hand
    sti
    ERROR
    wait
    nop
    cli
    FINISH
    EXPECT DONE, -1
    IS "IRQ 13: interrupts", [log_n], 1
    IS "IRQ 13: vector", [log], IRQ13
    movzx eax, word [error]
    IS "IRQ 13: status in the handler", eax, 0xb084
    TRY "IRQ 13, at an instruction that waits"
    mov dword [log_max], 4
    mov dword [log_hook], by_hand
    ERROR
    sti
    nop
.waits:
    fld1
    fxam
    cli
    FINISH
    EXPECT DONE, -1
    IS "IRQ 13, at an instruction that waits: interrupts", [log_n], 1
    fnstsw ax
    movzx eax, ax
    and eax, 0x3800
    IS "IRQ 13, at an instruction that waits: TOP", eax, 0x2800
; Port F0h lets instructions go on while the error is there.
    TRY "IRQ 13, ignored"
    mov dword [log_max], 4
    mov dword [log_hook], ignored
    sti
    ERROR
    wait
    fld1
    fstp dword [SCRATCH]
    cli
    FINISH
    EXPECT DONE, -1
    IS "IRQ 13, ignored: interrupts", [log_n], 1
    IS "IRQ 13, ignored: stored", [SCRATCH], 0x3f800000
    fninit
    TRY "masked: no IRQ 13"
    mov dword [log_max], 4
    mov dword [log_hook], by_hand
    sti
    fninit
    fld1
    fldz
    fdivp st1
    wait
    cli
    FINISH
    EXPECT DONE, -1
    IS "masked: interrupts", [log_n], 0
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    ret
