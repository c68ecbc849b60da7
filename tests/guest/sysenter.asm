; sysenter.asm - SYSENTER and SYSEXIT: from all rings, real mode and V86; the
; segments that they form, the flags that they clear.
; Manual: SDM 2, SYSENTER and SYSEXIT.
; cpus: pentium pentiumpro pentium2
; rival: pentium2
; differs: qemu null CS: sysenter in ring * - only 0 is null there; it ends there
%define REAL_TESTS
%include "frame.inc"

SEP equ 1 << 11
KERNEL_STACK equ SCRATCH + 0x1000
; Garbage in all four descriptors: the manual has them formed, not read.
ENTER_CS equ T(0)

LOW
    bits 16
; In real mode both are #GP whatever the registers hold.
real_tests:
    mov word [0x0d * 4], .gp
    mov word [0x0d * 4 + 2], 0
    mov word [0x06 * 4], .ud
    mov word [0x06 * 4 + 2], 0
    xor eax, eax
    cpuid
    mov eax, 1
    cpuid
    test edx, SEP
    jz .end
    mov ecx, 0x174
    mov eax, CODE(0)
    xor edx, edx
    wrmsr
    mov word [vec16], 0
    mov [sp16], sp
    mov word [next16], .exit
    sysenter
.exit:
    IS16 "real mode: sysenter", [vec16], 13
    mov word [vec16], 0
    mov word [next16], .both
    sysexit
.both:
    IS16 "real mode: sysexit", [vec16], 13
.end:
    ret
.gp:
    mov word [cs:vec16], 13
    jmp .back
.ud:
    mov word [cs:vec16], 6
.back:
    mov sp, [cs:sp16]
    jmp [cs:next16]
vec16: dw 0
sp16: dw 0
next16: dw 0

PM
    bits 32
%macro MSR 2
    mov ecx, %1
    mov eax, %2
    xor edx, edx
    wrmsr
%endmacro

tests:
    test dword [features], SEP
    jnz .there
    FAULT "without SEP: sysenter", 0, UD, 0, 0, sysenter
    FAULT "without SEP: sysexit", 0, UD, 0, 0, sysexit
    FAULT "without SEP: sysenter in ring 3", 3, UD, 0, 0, sysenter
    ret
.there:
    call values
    call refused
    call enter_ring0
    call exit_ring3
    call null
    ret

values:
    MSR 0x174, CODE(0)
    MSR 0x175, 0x12345678
    MSR 0x176, 0x9abcdef0
    mov ecx, 0x175
    mov edx, -1
    rdmsr
    IS "MSR 175", eax, 0x12345678
    IS "MSR 175: EDX", edx, 0
    mov ecx, 0x176
    rdmsr
    IS "MSR 176", eax, 0x9abcdef0
    ret

refused:
    MSR 0x174, 0
    FAULTV "null CS: sysenter in V86", 0, GP, 0, 0, sysenter
    MSR 0x174, CODE(0)
    FAULT "sysexit in ring 1", 1, GP, 0, 0, sysexit
    FAULT "sysexit in ring 3", 3, GP, 0, 0, sysexit
    FAULTV "sysexit in V86", 0x3000, GP, 0, 0, sysexit
    ret

; ENTERED "name", EFLAGS after: what .kernel has seen.
%macro ENTERED 2
    EXPECT DONE, -1
    IS {%1, ": CS"}, [r_cs], ENTER_CS
    IS {%1, ": SS"}, [r_gpr + 20], ENTER_CS + 8
    IS {%1, ": ESP"}, [r_gpr + 24], KERNEL_STACK
    IS {%1, ": EFLAGS"}, [r_gpr + 12], %2
    IS {%1, ": EAX"}, [r_gpr], 0xe0000011
%endmacro

enter_ring0:
    SETD T(0), 0x12345, 7, A_LDT - NOTP, F_16
    SETD T(1), 0x12345, 7, A_LDT - NOTP, F_16
    SETD T(2), 0x12345, 7, A_LDT - NOTP, F_16
    SETD T(3), 0x12345, 7, A_LDT - NOTP, F_16
    MSR 0x174, ENTER_CS | 3
    MSR 0x175, KERNEL_STACK
    MSR 0x176, .kernel
    TRY "from ring 3"
    RUN 3, 2
    sysenter
    ENTERED "from ring 3", 2
    TRY "from ring 3, IF, DF, CF, NT, IOPL"
    RUN 3, 0x7603
    sysenter
    ENTERED "from ring 3, IF, DF, CF, NT, IOPL", 0x7403
    TRY "from ring 0"
    push dword F_IF | 2
    popfd
    sysenter
    ENTERED "from ring 0", 2
    TRY "from 16-bit code"
    RUN16 3, .enter16, F_IF | 2
    ENTERED "from 16-bit code", 2
    TRY "from V86"
    RUNV86 .enter16, F_VM | F_IF | 2
    ENTERED "from V86", 2
    ret
LOW
    bits 16
.enter16:
    sysenter
PM
    bits 32
; Only ring 0 may read CR0; only flat segments reach so far.
.kernel:
    call look
    mov edx, [cs:0xf0000]
    jmp leave_it

exit_ring3:
    MSR 0x174, ENTER_CS
    TRY "sysexit"
    push dword F_IF | 0x403
    popfd
    mov ecx, SCRATCH + 0x800
    mov edx, .user
    sysexit
    EXPECT DONE, -1
    IS "sysexit: CS", [r_cs], (ENTER_CS + 16) | 3
    IS "sysexit: SS", [r_ss], (ENTER_CS + 24) | 3
    IS "sysexit: ESP", [r_esp], SCRATCH + 0x800
    IS "sysexit: EFLAGS", [r_efl], F_IF | 0x403
    IS "sysexit: through SS", [r_gpr], 0x12345678
    TRY "sysexit: ring 3"
    mov ecx, SCRATCH + 0x800
    mov edx, .user0
    sysexit
.user0:
    hlt
    EXPECT GP, 0, .user0
    TRY "sysexit, then sysenter"
    MSR 0x176, .back
    mov ecx, SCRATCH + 0x800
    mov edx, .user2
    sysexit
.user2:
    sysenter
.back:
    call look
    jmp leave_it
    ENTERED "sysexit, then sysenter", 0x46     ; XOR's ZF and PF
    ret
.user:
    push dword 0x12345678
    pop eax
    FINISH

; EBX EFLAGS, ESI SS, EDI ESP.
look:
    pushfd
    pop ebx
    mov esi, ss
    lea edi, [esp + 4]
    mov eax, cr0
    and eax, 0x11
    or eax, 0xe0000000
    mov edx, [ss:0xffffffc]
    ret
; By a stack whose descriptor is there, for the frame's handler.
leave_it:
    mov cx, DATA(0)
    mov ss, cx
    FINISH

; A null selector, whatever its two low bits.
null:
%assign n 0
%rep 4
    MSR 0x174, n
    FAULT "null CS: sysenter in ring 0", 0, GP, 0, 0, sysenter
    FAULT "null CS: sysenter in ring 3", 3, GP, 0, 0, sysenter
    FAULT "null CS: sysexit", 0, GP, 0, 0, sysexit
    %assign n n + 1
%endrep
    ret
