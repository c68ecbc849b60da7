; paging.asm - page tables: rights, A and D bits, faults anywhere.
; Manual: SDM 3, 4.3 to 4.10 (32-bit paging), 6.15 (#PF, #DF).
; differs: qemu *: memory - part of it written; ours writes all or nothing
; differs: bochs *: memory - the same
; differs: qemu absent, * - reads before it writes: a write fault (SDM 3, 4.7)
; differs: qemu cmpxchg, absent* - the same
; differs: qemu cross: add - the same
; differs: qemu bits: limit* - no limit checks in translated code (SDM 3, 5.3)
; differs: qemu call far, * - pushes as supervisor (SDM 3, 4.6: explicit access)
; differs: qemu retf, CS - the same
; differs: qemu iretd, EFLAGS - the same
; differs: qemu enter, frame* - does not probe the frame (SDM 2, ENTER)
; differs: bochs absent, lds: CR2 - reads the selector first
%include "frame.inc"
%include "paging.inc"

; Test pages: linear V(n) is physical P(n). They have a page table of their
; own, so that the directory's bits can be tried.
%define V(n) (0x400000 + (n) * 0x1000)
%define P(n) (0x70000 + (n) * 0x1000)
TABLE equ 0x52000
%define PTE(n) [TABLE + (n) * 4]
PDE equ PAGE_DIR + 4

R equ 1                                 ; present, supervisor, read only
W equ 3
UR equ 5
UW equ 7
VEC equ 0x30

%macro FLUSH 0
    mov eax, cr3
    mov cr3, eax
%endmacro

; SET page, bits
%macro SET 2
    mov dword PTE(%1), P(%1) | %2
    FLUSH
%endmacro

; PAGE "name", ring, expected code or -1, PDE bits, PTE bits, {instruction}
; where EDI is V(0)
%macro PAGE 6+
    mov dword [PDE], TABLE | %4
    SET 0, %5
    TRY %1
    mov eax, 0x12345678
    mov cr2, eax
    RUN %2
    mov edi, V(0)
    mov esi, V(0)
%%at:
    %6
    FINISH
%if %3 < 0
    EXPECT DONE, -1
%else
    EXPECT PF, %3, %%at
    IS {%1, ": CR2"}, [r_cr2], V(0)
    IS {%1, ": EDI"}, [r_gpr + 24], V(0)
%endif
%endmacro

tests:
    call paging_on
    call rights
    call ad_bits
    call straddle
    call pushes
    call strings
    call deliveries
    call fetches
    call tlb
    cmp dword [family], 4
    jb .old
    call write_protect
    call locked
.old:
    test dword [features], 8
    jz .no_pse
    call large
.no_pse:
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    ret

paging_on:
    IDENTITY_TABLE
    mov dword [PAGE_DIR], PAGE_TABLE | UW
    mov dword [PDE], TABLE | UW
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    ret

rights:
    PAGE "absent, read, ring 0", 0, 0, UW, 0, mov al, [edi]
    PAGE "absent, write, ring 0", 0, 2, UW, 0, mov [edi], al
    PAGE "absent, read, ring 1", 1, 0, UW, 0, mov al, [edi]
    PAGE "absent, read, ring 3", 3, 4, UW, 0, mov al, [edi]
    PAGE "absent, write, ring 3", 3, 6, UW, 0, mov [edi], al
    PAGE "absent table, read", 3, 4, 0, UW, mov al, [edi]
    PAGE "absent table, write", 0, 2, 0, UW, mov [edi], al
    PAGE "absent, add", 3, 6, UW, 0, add [edi], al
    PAGE "absent, cmp", 3, 4, UW, 0, cmp [edi], al
    PAGE "absent, xchg", 3, 6, UW, 0, xchg [edi], al
    PAGE "absent, test", 3, 4, UW, 0, test [edi], al
    PAGE "absent, bts", 3, 6, UW, 0, bts dword [edi], 1
    PAGE "absent, bt", 3, 4, UW, 0, bt dword [edi], 1
    PAGE "absent, shl", 3, 6, UW, 0, shl dword [edi], 1
    PAGE "absent, setc", 3, 6, UW, 0, setc [edi]
    PAGE "absent, pop mem", 3, 6, UW, 0, pop dword [edi]
    IS "absent, pop mem: ESP", [r_esp], STACK3
    PAGE "absent, push mem", 3, 4, UW, 0, push dword [edi]
    IS "absent, push mem: ESP", [r_esp], STACK3
    PAGE "absent, call mem", 3, 4, UW, 0, call [edi]
    IS "absent, call mem: ESP", [r_esp], STACK3
    PAGE "absent, xlat", 3, 4, UW, 0, mov ebx, [edi]
    PAGE "absent, arpl", 3, 4, UW, 0, arpl [edi], ax
    PAGE "absent, sgdt", 3, 6, UW, 0, sgdt [edi]
    PAGE "absent, fld", 3, 4, UW, 0, fld dword [edi]
    PAGE "absent, fst", 3, 6, UW, 0, fst dword [edi]
    PAGE "absent, in", 0, 2, UW, 0, insb
    PAGE "absent, lds", 3, 4, UW, 0, lds eax, [edi]
    PAGE "absent, bound", 3, 4, UW, 0, bound eax, [edi]
    PAGE "supervisor, read, ring 3", 3, 5, UW, W, mov al, [edi]
    PAGE "supervisor, write, ring 3", 3, 7, UW, W, mov [edi], al
    PAGE "supervisor table, read, ring 3", 3, 5, W, UW, mov al, [edi]
    PAGE "supervisor, ring 2", 2, -1, UW, W, mov [edi], al
    PAGE "read only, write, ring 3", 3, 7, UW, UR, mov [edi], al
    PAGE "read only, read, ring 3", 3, -1, UW, UR, mov al, [edi]
    PAGE "read only, add, ring 3", 3, 7, UW, UR, add [edi], al
    PAGE "read only, cmp, ring 3", 3, -1, UW, UR, cmp [edi], al
    PAGE "read only table, write, ring 3", 3, 7, UR, UW, mov [edi], al
    PAGE "read only, write, ring 0", 0, -1, UW, UR, mov [edi], al
    PAGE "read only, write, ring 2", 2, -1, UR, UR, mov [edi], al
    PAGE "supervisor read only, write, ring 0", 0, -1, R, R, mov [edi], al
    PAGE "all rights", 3, -1, UW, UW, mov [edi], al
    mov dword [PDE], TABLE | UW
    ret

; What the bits are after an access: PTE, PDE.
%macro BITS_ 5+                         ; name, ring, PTE, PDE, instruction
    PAGE {%1}, %2, -1, UW, UW, %5
    mov eax, PTE(0)
    and eax, 0xfff
    IS {%1, ": PTE"}, eax, %3
    mov eax, [PDE]
    and eax, 0xfff
    IS {%1, ": PDE"}, eax, %4
%endmacro

ad_bits:
    BITS_ "bits: none", 3, 0x07, 0x07, nop
    BITS_ "bits: read", 3, 0x27, 0x27, mov al, [edi]
    BITS_ "bits: write", 3, 0x67, 0x27, mov [edi], al
    BITS_ "bits: add", 0, 0x67, 0x27, add [edi], al
    BITS_ "bits: cmp", 0, 0x27, 0x27, cmp [edi], al
    TRY "bits: read, then write"
    SET 0, UW
    mov al, [V(0)]
    mov [V(0)], al
    FINISH
    EXPECT DONE, -1
    mov eax, PTE(0)
    and eax, 0xfff
    IS "bits: read, then write: PTE", eax, 0x67
    TRY "bits: refused write"
    SET 0, UR
    RUN 3
    mov [V(0)], al
    FINISH
    EXPECT PF, 7
    mov eax, PTE(0)
    and eax, 0x40
    IS "bits: refused write: D", eax, 0
    TRY "bits: limit fault first"
    SET 0, UW
    RUN 3
    mov ax, DATA16(3)
    mov es, ax
    mov al, [es:V(0)]
    FINISH
    EXPECT GP, 0
    mov eax, PTE(0)
    and eax, 0xfff
    IS "bits: limit fault first: PTE", eax, UW
    ret

; Page 0 there, page 1 not: nothing may be written, CR2 is page 1's.
%macro CROSS 4+                         ; name, code, EDI, instruction
    mov dword [P(0) + 0xffc], 0x11223344
    mov dword [P(1)], 0x55667788
    TRY {%1}
    RUN 3
    mov edi, %3
    mov eax, 0x99aabbcc
    mov ebp, esp
%%at:
    %4
    FINISH
    EXPECT PF, %2, %%at
    IS {%1, ": CR2"}, [r_cr2], V(1)
    IS {%1, ": memory"}, [P(0) + 0xffc], 0x11223344
    IS {%1, ": EAX"}, [r_gpr], 0x99aabbcc
    mov eax, [r_esp]
    sub eax, [r_gpr + 16]
    IS {%1, ": ESP"}, eax, 0
%endmacro

straddle:
    SET 0, UW
    SET 1, 0
    CROSS "cross: mov write", 6, V(1) - 2, mov [edi], eax
    CROSS "cross: mov read", 4, V(1) - 1, mov eax, [edi]
    CROSS "cross: add", 6, V(1) - 3, add [edi], eax
    CROSS "cross: word", 6, V(1) - 1, mov [edi], ax
    CROSS "cross: pop mem", 6, V(1) - 1, pop dword [edi]
    CROSS "cross: sidt", 6, V(1) - 3, sidt [edi]
    CROSS "cross: sidt base", 6, V(1) - 2, sidt [edi]
    CROSS "cross: les", 4, V(1) - 4, les eax, [edi]
    CROSS "cross: fstp", 6, V(1) - 4, fstp tword [edi]
    CROSS "cross: fnstenv", 6, V(1) - 4, fnstenv [edi]
    CROSS "cross: fnsave", 6, V(1) - 96, fnsave [edi]
    CROSS "cross: movsd", 6, V(1) - 2, movsd
    CROSS "cross: call far", 4, V(1) - 4, call far dword [edi]
    SET 1, UR
    CROSS "cross: write to read only", 7, V(1) - 2, mov [edi], eax
    CROSS "cross: fst to read only", 7, V(1) - 4, fst qword [edi]
; Into page 0 absent, page 1 there: CR2 is the access's own address.
    SET 0, 0
    SET 1, UW
    TRY "cross: first page absent"
    RUN 3
    mov [V(1) - 2], eax
    FINISH
    EXPECT PF, 6
    IS "cross: first page absent: CR2", [r_cr2], V(1) - 2
    ret

; The stack at the start of page 1, page 0 absent. LEFT: what page 1 begins
; with then.
%define LEFT 0x11223344
%macro PUSHES 4+                        ; name, ESP, CR2, instruction
    mov dword [P(1)], 0x11223344
    TRY {%1}
    RUN 3
    mov esp, V(1) + %2
    mov eax, 0x99aabbcc
    mov ebx, 0xb1b2b3b4
    mov edx, 0xd1d2d3d4
    mov esi, 0x51525354
    mov ebp, V(1) + 0x800
%%at:
    %4
    FINISH
    EXPECT PF, 6, %%at
    IS {%1, ": ESP"}, [r_esp], V(1) + %2
    IS {%1, ": EBP"}, [r_gpr + 16], V(1) + 0x800
    IS {%1, ": CS"}, [r_cs], CODE(3)
%if %3 != -1
    IS {%1, ": CR2"}, [r_cr2], V(1) + %3
%endif
    IS {%1, ": memory"}, [P(1)], LEFT
%endmacro

pushes:
    SET 0, 0
    SET 1, UW
    SET 2, 0
    PUSHES "push", 0, -4, push eax
    PUSHES "push crossing", 2, -2, push eax
    PUSHES "push cs", 0, -4, push cs
    PUSHES "pushfd", 0, -4, pushfd
    PUSHES "push word", 0, -2, push ax
    PUSHES "call", 0, -4, call pushes
    PUSHES "call indirect", 0, -4, call ebp
    PUSHES "pushad, first", 0, -1, pushad
; What was pushed before the fault stays, as with ENTER.
%define LEFT 0xb1b2b3b4
    PUSHES "pushad, in the middle", 16, -1, pushad
%define LEFT 0x51525354
    PUSHES "pushad, last", 28, -4, pushad
%define LEFT 0xd3d4b3b4
    PUSHES "pushaw", 8, -1, pushaw
%define LEFT 0x11223344
    PUSHES "call far, CS", 0, -1, call CODE(3):pushes
    PUSHES "call far, EIP", 4, -4, call CODE(3):pushes
    PUSHES "enter, EBP", 0, -4, enter 16, 0
; The manual: ENTER probes the last word of the frame.
    PUSHES "enter, frame", 8, -1, enter 16, 0

; Pops from page 1 into absent page 2.
%macro POPS 3+                          ; name, ESP, instruction
    TRY {%1}
    RUN 3
    mov esp, V(2) - %2
    mov eax, 0x99aabbcc
%%at:
    %3
    FINISH
    EXPECT PF, 4, %%at
    IS {%1, ": ESP"}, [r_esp], V(2) - %2
    IS {%1, ": EAX"}, [r_gpr], 0x99aabbcc
    IS {%1, ": CR2"}, [r_cr2], V(2)
%endmacro
    mov dword [P(1) + 0xffc], CODE(3)
    mov dword [P(1) + 0xff8], pushes
    POPS "pop", 0, pop eax
    POPS "pop crossing", 2, pop eax
    POPS "popfd", 0, popfd
    POPS "ret", 0, ret
    POPS "retf, CS", 4, retf
    POPS "popad", 16, popad
    POPS "iretd, EFLAGS", 8, iretd
    POPS "pop ds", 0, pop ds
    TRY "leave"
    RUN 3
    mov ebp, V(2)
.leave:
    leave
    FINISH
    EXPECT PF, 4, .leave
    IS "leave: ESP", [r_esp], STACK3
    IS "leave: EBP", [r_gpr + 16], V(2)
    TRY "retf outer, SS"
    RUN 1
    mov esp, V(2) - 12
    mov dword [esp], pushes
    mov dword [esp + 4], CODE(3)
.retf:
    retf
    FINISH
    EXPECT PF, 0, .retf
    IS "retf outer, SS: ESP", [r_esp], V(2) - 12
    IS "retf outer, SS: CS", [r_cs], CODE(1)
    ret

strings:
    SET 0, UW
    SET 1, 0
    SET 2, UW
    SET 3, 0
    mov dword [P(0)], 0
; REP MOVSB whose target runs into page 1 after 16 bytes.
%macro STRING 8+                        ; name, ESI, EDI, ECX, code, CR2, done, insn
    TRY {%1}
    RUN 3
    mov esi, %2
    mov edi, %3
    mov ecx, %4
    xor eax, eax
%%at:
    %8
    FINISH
    EXPECT PF, %5, %%at
    IS {%1, ": CR2"}, [r_cr2], %6
    IS {%1, ": ECX"}, [r_gpr + 4], %4 - %7
%endmacro
    STRING "rep movsb, target", V(2), V(1) - 16, 100, 6, V(1), 16, rep movsb
    IS "rep movsb, target: EDI", [r_gpr + 24], V(1)
    IS "rep movsb, target: ESI", [r_gpr + 20], V(2) + 16
    STRING "rep movsb, source", V(3) - 16, V(0), 100, 4, V(3), 16, rep movsb
    IS "rep movsb, source: EDI", [r_gpr + 24], V(0) + 16
    STRING "rep movsd, crossing", V(2), V(1) - 18, 100, 6, V(1), 4, rep movsd
    IS "rep movsd, crossing: EDI", [r_gpr + 24], V(1) - 2
    STRING "rep stosd", 0, V(1) - 32, 1000, 6, V(1), 8, rep stosd
    IS "rep stosd: EDI", [r_gpr + 24], V(1)
    STRING "rep lodsb", V(1) - 5, 0, 7, 4, V(1), 5, rep lodsb
    IS "rep lodsb: ESI", [r_gpr + 20], V(1)
    STRING "repe cmpsb", V(2), V(1) - 4, 100, 4, V(1), 4, repe cmpsb
    IS "repe cmpsb: ESI", [r_gpr + 20], V(2) + 4
    STRING "repe scasb", 0, V(1) - 4, 100, 4, V(1), 4, repe scasb
    TRY "rep stosb downwards"
    RUN 3, F_DF | 2
    mov edi, V(2) + 3
    mov ecx, 100
.down:
    rep stosb
    FINISH
    EXPECT PF, 6, .down
    IS "rep stosb downwards: CR2", [r_cr2], V(2) - 1
    IS "rep stosb downwards: EDI", [r_gpr + 24], V(2) - 1
    IS "rep stosb downwards: ECX", [r_gpr + 4], 96
    ret

; Faults while an interrupt, a gate or a table is under way.
deliveries:
    SETI VEC, CODE(1), .handler, A_INT32 | DPL(3)
    mov dword [tss + 12], V(1) + 8      ; ring 1's stack runs into page 0
    SET 0, 0
    SET 1, W
    mov dword [P(1)], 0x11223344
    TRY "int: stack absent"
    RUN 3
.int:
    int VEC
    FINISH
    EXPECT PF, 2, .int
    IS "int: stack absent: CS", [r_cs], CODE(3)
    IS "int: stack absent: ESP", [r_esp], STACK3
    IS "int: stack absent: SS", [r_ss], DATA(3)
    mov eax, [r_cr2]
    and eax, ~0xfff
    IS "int: stack absent: CR2's page", eax, V(0)
    SETG T(0), CODE(1), .handler, A_CALL32 | DPL(3), 3
    TRY "call gate: stack absent"
    RUN 3
    sub esp, 12
.call:
    call (T(0) | 3):0
    FINISH
    EXPECT PF, 2, .call
    IS "call gate: stack absent: CS", [r_cs], CODE(3)
    IS "call gate: stack absent: ESP", [r_esp], STACK3 - 12
    SETI UD, CODE(1), .handler, A_INT32
    TRY "#UD: stack absent"
    RUN 3
.ud:
    ud2
    EXPECT PF, 2, .ud
    IS "#UD: stack absent: ESP", [r_esp], STACK3
    RESETI UD
    mov dword [tss + 12], STACK1

; Parameters that can't be read.
    SET 0, UW
    SET 1, 0
    TRY "call gate: parameters absent"
    RUN 3
    mov esp, V(1) - 8
.params:
    call (T(0) | 3):0
    FINISH
    EXPECT PF, -1, .params
    IS "call gate: parameters absent: CR2", [r_cr2], V(1)
    IS "call gate: parameters absent: ESP", [r_esp], V(1) - 8

; The GDT in a supervisor page serves ring 3; in an absent page it faults.
    mov esi, gdt
    mov edi, P(0)
    mov ecx, (GDT_LIMIT + 1) / 4
    rep movsd
    SET 0, W
    SET 1, 0
    mov dword [.gdt_at + 2], V(0)
    lgdt [.gdt_at]
    FAULT "GDT in a supervisor page", 3, DONE, 0, DATA(3), {mov es, ax}
    mov eax, PTE(0)
    and eax, 0x60
    IS "GDT in a supervisor page: A", eax, 0x20
    mov word [.gdt_at], 0x107f
    lgdt [.gdt_at]
    FAULT "GDT's page absent", 3, PF, 0, 0x1000, {mov es, ax}
    IS "GDT's page absent: CR2", [r_cr2], V(1)
    FAULT "GDT's page absent: lar", 3, PF, 0, 0x1000, {lar ecx, ax}
    FAULT "GDT's page absent: jmp", 3, PF, 0, 0, {jmp 0x1003:0}
    lgdt [gdt_ptr]

; The IDT.
    mov esi, idt
    mov edi, P(1) - 0x180               ; VEC is in page 1
    mov ecx, 0x90 * 2
    rep movsd
    SET 0, W
    SET 1, 0
    mov dword [.idt_at + 2], V(1) - 0x180
    lidt [.idt_at]
    TRY "IDT's page absent: int"
    RUN 3
.idt:
    int VEC
    EXPECT PF, 0, .idt
    IS "IDT's page absent: int: CR2", [r_cr2], V(1)
    lidt [idt_ptr]
; #PF and #GP while #PF is delivered: #DF. #PF while #GP is: #PF.
    SET 0, 0
    SETI PF, CODE(0), 0, A_INT32 - NOTP
    FAULT "double fault: #PF, #NP", 3, DF, 0, 0, {mov al, [V(0)]}
    RESETI PF
    mov dword [tss + 12], V(1)
    SETI PF, CODE(1), .handler, A_INT32
    TRY "double fault: #PF, #PF"
    RUN 3
.pf:
    mov al, [V(0) + 5]
    EXPECT DF, 0, .pf
    mov eax, [r_cr2]
    and eax, ~0xfff
    IS "double fault: #PF, #PF: CR2 is the second's", eax, V(0)
    IS "double fault: #PF, #PF: ESP", [r_esp], STACK3
    RESETI PF
    SETI GP, CODE(1), .handler, A_INT32
    FAULT "#GP, #PF", 3, PF, 2, 0, {hlt}
    SETI GP, CODE(0), stubs + 12 * GP, A_INT32
    mov dword [tss + 12], STACK1

; V86 mode is user mode.
    mov dword PTE(0), 0
    mov eax, [PAGE_TABLE + 0x60 * 4]
    mov dword [PAGE_TABLE + 0x60 * 4], 0x60000 | W
    FLUSH
    TRY "V86: supervisor page"
    RUNV86 .v86
LOW
    bits 16
.v86:
    mov ax, 0x6000
    mov ds, ax
.v86_at:
    mov [0x10], al
PM
    bits 32
    EXPECT PF, 7, .v86_at
    IS "V86: supervisor page: CR2", [r_cr2], 0x60010
    mov dword [PAGE_TABLE + 0x60 * 4], 0x60000 | UW
    FLUSH
    ret
.handler:
    FINISH
[section .data]
.gdt_at: dw GDT_LIMIT
    dd 0
.idt_at: dw 0x90 * 8 - 1
    dd 0
__SECT__

fetches:
    mov dword [PDE], TABLE | UW
    SET 0, UW
    SET 1, 0
    mov dword [P(0)], 0x80cd9090
    FAULT "fetch: absent page", 3, DONE, 0, V(0), {jmp eax}
    TRY "fetch: jump to an absent page"
    RUN 3
    mov eax, V(1) + 0x123
    jmp eax
    EXPECT PF, 4, V(1) + 0x123
    IS "fetch: jump to an absent page: CR2", [r_cr2], V(1) + 0x123
    TRY "fetch: ring 0"
    mov eax, V(1) + 0x123
    jmp eax
    EXPECT PF, 0, V(1) + 0x123
    SET 1, W
    TRY "fetch: supervisor page"
    RUN 3
    mov eax, V(1) + 0x123
    jmp eax
    EXPECT PF, 5, V(1) + 0x123
    SET 1, 0
    mov dword [P(0) + 0xffc], 0xb8909090        ; nop nop nop mov eax,
    TRY "fetch: instruction over the end"
    RUN 3
    mov eax, V(0) + 0xffc
    jmp eax
    EXPECT PF, 4, V(0) + 0xfff
    IS "fetch: instruction over the end: CR2", [r_cr2], V(1)
    mov dword [P(0) + 0xffc], 0x90909090
    TRY "fetch: running off the end"
    RUN 3
    mov eax, V(0) + 0xffc
    jmp eax
    EXPECT PF, 4, V(1)
    mov dword [P(0) + 0xffc], 0xfeebfeeb        ; jmp $ to a short jump
    mov word [P(0) + 0xffe], 0x80cd
    TRY "fetch: last bytes of a page"
    RUN 3
    mov eax, V(0) + 0xffe
    jmp eax
    EXPECT DONE, -1, V(1)
    TRY "fetch: call to an absent page"
    RUN 3
    mov eax, V(1)
    call eax
    EXPECT PF, 4, V(1)
    IS "fetch: call to an absent page: ESP", [r_esp], STACK3 - 4
    ret

tlb:
    mov dword [P(0)], 0x1111
    mov dword [P(1)], 0x2222
    SET 0, UW
    mov eax, [V(0)]
    mov dword PTE(0), P(1) | UW
    FLUSH
    IS "TLB: CR3 load flushes", [V(0)], 0x2222
    cmp dword [family], 4
    jb .old
    mov dword PTE(0), P(0) | UW
    invlpg [V(0)]
    IS "TLB: INVLPG flushes", [V(0)], 0x1111
    mov eax, [V(0)]
    mov dword PTE(0), P(1) | UW
    invlpg [V(0) + 0xabc]
    IS "TLB: INVLPG anywhere in the page", [V(0)], 0x2222
.old:
    mov dword PTE(3), 0
    mov dword PTE(3), P(1) | UW
    IS "TLB: absent entries are not kept", [V(3)], 0x2222
    mov eax, [V(0)]
    mov dword PTE(0), P(0) | UW
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    jmp .off
.off:
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    FLUSH
    IS "TLB: paging off and on", [V(0)], 0x1111
    ret

write_protect:
    mov eax, cr0
    or eax, 0x10000
    mov cr0, eax
    PAGE "WP: write, ring 0", 0, 3, UW, UR, mov [edi], al
    PAGE "WP: write, supervisor page", 0, 3, UW, R, mov [edi], al
    PAGE "WP: write, read only table", 0, 3, UR, UW, mov [edi], al
    PAGE "WP: write, ring 3", 3, 7, UW, UR, mov [edi], al
    PAGE "WP: read, ring 0", 0, -1, UW, UR, mov al, [edi]
    PAGE "WP: write allowed", 0, -1, UW, UW, mov [edi], al
    PAGE "WP: add, ring 2", 2, 3, UW, UR, add [edi], al

; The accessed bit of a descriptor in a read-only page.
    mov dword [PDE], TABLE | UW
    mov esi, gdt
    mov edi, P(0)
    mov ecx, (GDT_LIMIT + 1) / 4
    rep movsd
    and byte [P(0) + DATA(2) - 2 + 5], ~1
    SET 0, R
    mov dword [.gdt_at + 2], V(0)
    lgdt [.gdt_at]
    FAULT "WP: accessed bit", 0, PF, 3, DATA(2), {mov es, ax}
    lgdt [gdt_ptr]
    mov eax, cr0
    and eax, ~0x10000
    mov cr0, eax
    PAGE "WP off again", 0, -1, UW, UR, mov [edi], al
    mov dword [PDE], TABLE | UW
    ret
[section .data]
.gdt_at: dw GDT_LIMIT
    dd 0
__SECT__

locked:
    PAGE "cmpxchg writes anyhow", 3, 7, UW, UR, cmpxchg [edi], ecx
    PAGE "xadd", 3, 7, UW, UR, xadd [edi], ecx
    PAGE "lock add", 3, 7, UW, UR, lock add [edi], ecx
    PAGE "cmpxchg, absent", 3, 6, UW, 0, cmpxchg [edi], ecx
    test dword [features], 0x100
    jz .end
    PAGE "cmpxchg8b writes anyhow", 3, 7, UW, UR, cmpxchg8b [edi]
.end:
    ret

; 4 MB pages. Without CR4.PSE bit 7 is ignored.
large:
    mov dword [PDE], TABLE | UW | 0x80
    SET 0, UW
    mov dword [P(0)], 0x1234
    IS "PSE off: bit 7 ignored", [V(0)], 0x1234
    mov eax, cr4
    or eax, 0x10
    mov cr4, eax
    mov dword [PDE], UW | 0x80          ; linear 4 MB is physical 0
    FLUSH
    mov dword [SCRATCH], 0x5678
    IS "PSE: large page", [0x400000 + SCRATCH], 0x5678
    mov eax, [PDE]
    and eax, 0xfff
    IS "PSE: A", eax, 0xa7
    mov dword [0x400000 + SCRATCH], 0x9abc
    IS "PSE: write", [SCRATCH], 0x9abc
    mov eax, [PDE]
    and eax, 0xfff
    IS "PSE: D", eax, 0xe7
    mov eax, [0x401000]
    mov dword [PDE], 0x400000 | UW | 0x80
    invlpg [0x7fffff]
    mov dword [0x401000], 0xdef0
    mov dword [PDE], UW | 0x80
    invlpg [0x400000]
    IS "PSE: INVLPG drops the whole page", [0x401000], [0x1000]
    mov dword [PDE], UR | 0x80
    FLUSH
    FAULT "PSE: read only", 3, PF, 7, 0x400123, {mov [eax], al}
    mov dword [PDE], W | 0x80
    FLUSH
    FAULT "PSE: supervisor", 3, PF, 5, 0x400123, {mov al, [eax]}
    mov dword [PDE], 0x80
    FLUSH
    FAULT "PSE: absent", 3, PF, 4, 0x7ffffc, {mov al, [eax]}
    IS "PSE: absent: CR2", [r_cr2], 0x7ffffc
    mov eax, cr4
    and eax, ~0x10
    mov cr4, eax
    mov dword [PDE], TABLE | UW
    FLUSH
    ret
