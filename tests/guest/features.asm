; features.asm - what CPUID announces is there, what it does not is #UD; CR4,
; model-specific registers, the counters, CMPXCHG8B, CMOV.
; Manual: SDM 2, each instruction; SDM 3, 2.5 (CR4).
; cpus: 386 486 486dx4 pentium pentium-mmx pentiumpro pentium2
; rival: pentium2
; differs: qemu rdpmc* - #UD; P6 and MMX parts have it (SDM 2, RDPMC)
; differs: qemu PCE: rdpmc* - the same
; differs: qemu *rdmsr of none* - #GP (SDM 2, RDMSR)
; differs: qemu wrmsr of none - the same
; differs: qemu CR4 bit and vector - reserved bits are #GP (SDM 2, MOV to CR); it ends there
; differs: qemu cmpxchg8b, * - no limit and type checks in translated code (SDM 3, 5.3)
; differs: qemu cmov* - the same
; differs: qemu fcomi, empty - unordered (SDM 1, 8.5.1.1)
; differs: bochs *rdmsr of none* - #GP (SDM 2, RDMSR); its setting ignore_bad_msrs
; differs: bochs wrmsr of none - the same
%include "frame.inc"

VME equ 1 << 1
DE_ equ 1 << 2
PSE equ 1 << 3
TSC equ 1 << 4
MSR equ 1 << 5
PAE equ 1 << 6
MCE equ 1 << 7
CX8 equ 1 << 8
PGE equ 1 << 13
CMOV equ 1 << 15
MMX equ 1 << 23
FXSR equ 1 << 24
SSE equ 1 << 25
CR4_TSD equ 4
CR4_PCE equ 0x100

; HAS mask, label: goes there when none of the features is present.
%macro HAS 2
    test dword [features], %1
    jz %2
%endmacro

; FEATURE "name", mask, {instruction}: #UD without the feature.
%macro FEATURE 3+
    TRY {%1}
    %3
    FINISH
%$resume:
    %pop
    mov eax, DONE
    HAS %2, %%without
    jmp %%compare
%%without:
    mov eax, UD
%%compare:
    IS {%1}, [r_vec], eax
%endmacro

; In V86 mode, IOPL 3, without a fault.
%macro VDONE 2+
    TRY {%1}
    RUNV86 %%code, F_VM | 0x3002
    [section .text]
    bits 16
%%code:
    %2
    FINISH
    bits 32
    __SECT__
    EXPECT DONE, -1
%endmacro

; CR4 is there from the processors with CPUID on.
tests:
    call presence
    HAS MSR, .no_msr
    call registers
.no_msr:
    HAS TSC, .no_tsc
    call time_stamps
.no_tsc:
    HAS MMX | CMOV, .no_rdpmc
    call event_counts
.no_rdpmc:
    HAS CX8, .no_cx8
    call exchange
.no_cx8:
    HAS CMOV, .no_cmov
    call moves
.no_cmov:
    cmp dword [family], 4
    jae cr4_bits
    FAULT "386: mov cr4", 0, UD, 0, 0, {mov eax, cr4}
    FAULT "386: mov cr1", 0, UD, 0, 0, {db 0x0f, 0x20, 0xc8}
    ret

presence:
    FEATURE "rdtsc", TSC, rdtsc
    mov ecx, 0x10
    FEATURE "rdmsr", MSR, rdmsr
    mov ecx, 0
    FEATURE "rdpmc", MMX | CMOV, rdpmc
    FEATURE "cmpxchg8b", CX8, cmpxchg8b [SCRATCH]
    FEATURE "cmpxchg8b register", 0, {db 0x0f, 0xc7, 0xc8}
    FEATURE "lock cmpxchg8b register", 0, {db 0xf0, 0x0f, 0xc7, 0xc8}
    FEATURE "lock cmpxchg8b", CX8, {lock cmpxchg8b [SCRATCH]}
    FEATURE "cmovz", CMOV, cmovz eax, ebx
    FEATURE "cmovg memory", CMOV, cmovg eax, [SCRATCH]
    cmp dword [family], 4
    jb .no_fpu                          ; a 387 takes what it does not know
    finit
    fldz
    fldz
    FEATURE "fcomi", CMOV, fcomi st1
    FEATURE "fucomi", CMOV, fucomi st1
    FEATURE "fcmovb", CMOV, fcmovb st1
    FEATURE "fcmovnu", CMOV, fcmovnu st1
    FEATURE "fcomip", CMOV, fcomip st1
    fninit
.no_fpu:
    FEATURE "emms", MMX, emms
    FEATURE "movq", MMX, movq mm0, [SCRATCH]
    FEATURE "paddb", MMX, paddb mm0, mm1
    fninit
    FEATURE "fxsave", FXSR, fxsave [SCRATCH]
    FEATURE "movaps", 0, movaps xmm0, xmm0
    ret

; Which bits of CR4 there are: by the features, all others #GP.
cr4_bits:
    HAS VME | PSE, .none
    mov ecx, 31
.next:
    mov eax, 1
    shl eax, cl
    TRY "CR4 bit"
    mov [.bit], ecx
    mov edx, cr4
    or eax, edx
    mov cr4, eax
    mov cr4, edx
    FINISH
%$resume:
    %pop
    mov ecx, [.bit]
    mov eax, GP
    cmp ecx, 10
    ja .want
    mov edx, [.needs + ecx * 4]
    test edx, [features]
    jz .want
    mov eax, DONE
.want:
    mov edx, ecx
    shl edx, 8
    or eax, edx                         ; the bit shows in a failure
    or edx, [r_vec]
    IS "CR4 bit and vector", edx, eax
    mov ecx, [.bit]
    dec ecx
    jns .next
    FAULT "mov cr4 in ring 3", 3, GP, 0, 0, {mov cr4, eax}
    FAULT "mov from cr4 in ring 3", 3, GP, 0, 0, {mov eax, cr4}
    FAULTV "mov cr4 in V86", 0x3000, GP, 0, 0, {mov cr4, eax}
.none:
    ret
[section .data]
.bit: dd 0
.needs: dd VME, VME, TSC, DE_, PSE, PAE, MCE, PGE, MMX | CMOV, FXSR, SSE
__SECT__

registers:
    mov ecx, 0x10
    FAULT "rdmsr in ring 3", 3, GP, 0, 0, rdmsr
    FAULT "rdmsr in ring 1", 1, GP, 0, 0, rdmsr
    FAULT "wrmsr in ring 3", 3, GP, 0, 0, wrmsr
    FAULTV "rdmsr in V86", 0x3000, GP, 0, 0, rdmsr
    FAULTV "wrmsr in V86", 0x3000, GP, 0, 0, wrmsr
    TRY "rdmsr of none"
    mov ecx, 0x12345678
.rd:
    rdmsr
    FINISH
    EXPECT GP, 0, .rd
    TRY "wrmsr of none"
    mov ecx, 0x12345678
.wr:
    wrmsr
    FINISH
    EXPECT GP, 0, .wr
; A fault leaves the registers as they were.
    TRY "rdmsr of none: EAX"
    mov ecx, 0x12345678
    mov eax, 0x1111
    mov edx, 0x2222
    rdmsr
    FINISH
    EXPECT GP, 0
    IS "rdmsr of none: EAX", [r_gpr], 0x1111
    IS "rdmsr of none: EDX", [r_gpr + 8], 0x2222
    ret

time_stamps:
    FAULT "rdtsc in ring 3", 3, DONE, 0, 0, rdtsc
    VDONE "rdtsc in V86", rdtsc
    rdtsc
    mov ebx, eax
    mov ecx, edx
    mov esi, 100
.wait:
    dec esi
    jnz .wait
    rdtsc
    sub eax, ebx
    sbb edx, ecx
    IS "rdtsc goes on: upper half", edx, 0
    cmp eax, 50
    setae al
    movzx eax, al
    IS "rdtsc goes on", eax, 1
    mov eax, cr4
    or eax, CR4_TSD
    mov cr4, eax
    FAULT "TSD: rdtsc in ring 0", 0, DONE, 0, 0, rdtsc
    FAULT "TSD: rdtsc in ring 1", 1, GP, 0, 0, rdtsc
    FAULT "TSD: rdtsc in ring 3", 3, GP, 0, 0, rdtsc
    FAULTV "TSD: rdtsc in V86", 0x3000, GP, 0, 0, rdtsc
    mov eax, cr4
    and eax, ~CR4_TSD
    mov cr4, eax
    ret

event_counts:
    xor ecx, ecx
    FAULT "rdpmc in ring 0", 0, DONE, 0, 0, rdpmc
    FAULT "rdpmc in ring 3", 3, GP, 0, 0, rdpmc
    FAULTV "rdpmc in V86", 0x3000, GP, 0, 0, rdpmc
    mov eax, cr4
    or eax, CR4_PCE
    mov cr4, eax
    TRY "PCE: rdpmc in ring 3"
    RUN 3
    mov ecx, 1
    rdpmc
    FINISH
    EXPECT DONE, -1
    cmp dword [r_gpr + 8], 0x100        ; 40 bits
    setb al
    movzx eax, al
    IS "rdpmc: 40 bits", eax, 1
    mov ecx, 2
    FAULT "rdpmc of none", 0, GP, 0, 0, rdpmc
    mov eax, cr4
    and eax, ~CR4_PCE
    mov cr4, eax
    ret

; All but ZF stay. The value is written back when it does not match, too.
exchange:
    mov dword [SCRATCH], 0x11111111
    mov dword [SCRATCH + 4], 0x22222222
    mov eax, 0x11111111
    mov edx, 0x22222222
    mov ebx, 0x33333333
    mov ecx, 0x44444444
    push dword 0x895                    ; OF SF AF PF CF
    popfd
    cmpxchg8b [SCRATCH]
    pushfd
    pop esi
    and esi, 0x8d5
    IS "cmpxchg8b, equal: EFLAGS", esi, 0x8d5
    IS "cmpxchg8b, equal: low", [SCRATCH], 0x33333333
    IS "cmpxchg8b, equal: high", [SCRATCH + 4], 0x44444444
    IS "cmpxchg8b, equal: EAX", eax, 0x11111111
    push dword 0x40
    popfd
    lock cmpxchg8b [SCRATCH]
    pushfd
    pop esi
    and esi, 0x8d5
    IS "cmpxchg8b, unequal: EFLAGS", esi, 0
    IS "cmpxchg8b, unequal: EAX", eax, 0x33333333
    IS "cmpxchg8b, unequal: EDX", edx, 0x44444444
    IS "cmpxchg8b, unequal: memory", [SCRATCH], 0x33333333
    mov eax, 0x33333333
    mov edx, 0x44444445                 ; the low half alone is equal
    cmpxchg8b [SCRATCH]
    IS "cmpxchg8b, low half equal: EDX", edx, 0x44444444
    setz al
    movzx eax, al
    IS "cmpxchg8b, low half equal: ZF", eax, 0
    SETD T(0), SCRATCH, 6, A_DATA, F_32
    SETD T(1), SCRATCH, 0xff, A_RODATA, F_32
    TRY "cmpxchg8b, limit"
    mov ax, T(0)
    mov es, ax
    mov eax, 0x33333333
    mov edx, 0x44444444
.limit:
    cmpxchg8b [es:0]
    FINISH
    EXPECT GP, 0, .limit
    IS "cmpxchg8b, limit: memory", [SCRATCH], 0x33333333
    TRY "cmpxchg8b, read only, unequal"
    mov ax, T(1)
    mov es, ax
    xor eax, eax
.ro:
    cmpxchg8b [es:0]
    FINISH
    EXPECT GP, 0, .ro
    IS "cmpxchg8b, read only, unequal: EAX", [r_gpr], 0
    ret

; The source is read whatever the condition says.
moves:
    mov eax, 0x11112222
    mov ebx, 0x33334444
    cmp eax, eax
    cmovnz eax, ebx
    IS "cmovnz, ZF", eax, 0x11112222
    cmp eax, eax
    cmovz ax, bx
    IS "cmovz, a word", eax, 0x11114444
    cmp eax, eax
    cmovz eax, ebx
    IS "cmovz, ZF", eax, 0x33334444
    SETD T(0), SCRATCH, 2, A_DATA, F_32
    TRY "cmovnz, ZF, limit"
    mov ax, T(0)
    mov es, ax
    cmp eax, eax
.limit:
    cmovnz eax, [es:0]
    FINISH
    EXPECT GP, 0, .limit
    TRY "cmovz, null segment"
    xor eax, eax
    mov es, ax
    cmp eax, 1
.null:
    cmovz eax, [es:0]
    FINISH
    EXPECT GP, 0, .null
    finit
    fldz
    fld1
    fcomi st1
    pushfd
    pop eax
    and eax, 0x8d5
    IS "fcomi, 1 and 0", eax, 0
    fcomip st1
    fld1
    fxch
    fcomi st1                           ; 0 and 1
    pushfd
    pop eax
    and eax, 0x8d5
    IS "fcomi, 0 and 1", eax, 1
    stc
    fcmovnb st1
    fist dword [SCRATCH]
    IS "fcmovnb, CF", [SCRATCH], 0
    stc
    fcmovb st1
    fist dword [SCRATCH]
    IS "fcmovb, CF", [SCRATCH], 1
    fninit
    fcomi st1                           ; empty: unordered
    pushfd
    pop eax
    and eax, 0x8d5
    IS "fcomi, empty", eax, 0x45
    fninit
    ret
