; rep.asm - repeated string instructions: faults and interrupts between turns,
; prefixes in any order, 16-bit addresses.
; Manual: SDM 2, REP: a fault restores EFLAGS from before the instruction. An
; interrupt finds the same on silicon (a Xeon, user mode, a timer's signal).
; differs: qemu re*: EFLAGS - those of the last whole turn (SDM 2, REP)
; differs: qemu irq: * - the same; time is the host's there: the timer may hit another instruction
; differs: qemu *limit* - no limit checks in translated code (SDM 3, 5.3)
; differs: bochs re*: EFLAGS - those of the last whole turn (SDM 2, REP)
; differs: bochs irq: *repe *: EFLAGS - the same
%include "frame.inc"
%include "paging.inc"
%include "timer.inc"

%define V(n) (0x400000 + (n) * 0x1000)
%define P(n) (0x70000 + (n) * 0x1000)
TABLE equ 0x52000
UW equ 7
ARITH equ 0x8d5                         ; OF SF ZF AF PF CF

tests:
    call pics
    call paging_on
    call flags
    call limits
    call words
    call overrides
    call interrupted
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    mov al, 0xff
    out 0x21, al
    ret

; V(0) is there, filled with 55h; V(1) is not.
paging_on:
    IDENTITY_TABLE
    mov edi, P(0)
    mov eax, 0x55555555
    mov ecx, 0x400
    rep stosd
    mov dword [PAGE_DIR], PAGE_TABLE | UW
    mov dword [PAGE_DIR + 4], TABLE | UW
    mov dword [TABLE], P(0) | UW
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    ret

; FLAGS "name", EDI, EAX, turns, {instruction}: it faults after so many turns
; and pushes the flags from before its first one, whatever they were.
%macro FLAGS 5+
    FLAGS1 {%1, ", flags clear"}, 0, %2, %3, %4, %5
    FLAGS1 {%1, ", flags set"}, ARITH, %2, %3, %4, %5
%endmacro
%macro FLAGS1 6+
    TRY %1
    RUN 3, 2 | %2
    mov esi, V(0)
    mov edi, %3
    mov eax, %4
    mov ecx, 100
%%at:
    %6
    FINISH
    EXPECT PF, 4, %%at
    mov eax, [r_efl]
    and eax, ARITH
    IS {%1, ": EFLAGS"}, eax, %2
    IS {%1, ": ECX"}, [r_gpr + 4], 100 - %5
%endmacro

flags:
    FLAGS "repe cmpsb", V(1) - 5, 0, 5, repe cmpsb
    FLAGS "repe cmpsw", V(1) - 4, 0, 2, repe cmpsw
    FLAGS "repe cmpsd", V(1) - 8, 0, 2, repe cmpsd
    FLAGS "repe scasb", V(1) - 5, 0x55, 5, repe scasb
    FLAGS "repne scasb", V(1) - 5, 0x66, 5, repne scasb
    FLAGS "repne scasw", V(1) - 5, 0x66, 2, repne scasw
    FLAGS "repne scasd", V(1) - 8, 0x66, 2, repne scasd
    FLAGS "repe cmpsb, first turn", V(1), 0, 0, repe cmpsb
    FLAGS "repne scasb, first turn", V(1), 0x66, 0, repne scasb
    FLAGS "repe cmpsd across", V(1) - 6, 0, 1, repe cmpsd
; No fault: the flags of the last turn.
    mov byte [P(0) + 9], 0x54
    mov esi, V(0)
    mov edi, V(0) + 6
    mov ecx, 100
    cmp esi, esi
    repe cmpsb
    pushfd
    pop eax
    and eax, ARITH
    IS "repe cmpsb, ended: EFLAGS", eax, 0
    IS "repe cmpsb, ended: ECX", ecx, 96
    mov byte [P(0) + 9], 0x55
; No turn: the flags as they were.
    xor ecx, ecx
    cmp ecx, 1
    repe cmpsb
    pushfd
    pop eax
    and eax, ARITH
    IS "repe cmpsb, ECX 0: EFLAGS", eax, 0x95
    ret

; A limit in the way instead.
limits:
    SETD T(0), V(0), 0xf, A_DATA | DPL(3), F_32
    TRY "repe scasb, limit"
    RUN 3, 2 | ARITH
    mov ax, T(0) | 3
    mov es, ax
    xor edi, edi
    mov al, 0x55
    mov ecx, 100
    cmp ecx, ecx                        ; ZF and PF
.limit:
    repe scasb
    FINISH
    EXPECT GP, 0, .limit
    mov eax, [r_efl]
    and eax, ARITH
    IS "limit: repe scasb: EFLAGS", eax, 0x44
    IS "limit: repe scasb: EDI", [r_gpr + 24], 16
    ret

; With 16-bit addresses CX, SI and DI count; the upper halves stay.
words:
    mov ecx, 0xabcd0000
    mov esi, 0x12340000 | P(0) & 0xffff
    mov edi, 0x56780000
    a16 rep movsb
    IS "a16 rep movsb, CX 0: ECX", ecx, 0xabcd0000
    IS "a16 rep movsb, CX 0: ESI", esi, 0x12340000
    SETD T(0), 0x60000, 0xffff, A_DATA, 0
    mov ax, T(0)
    mov es, ax
    mov byte [0x6ffff], 1
    mov byte [0x60000], 2
    mov byte [0x60001], 3
    mov edi, 0x5678ffff
    mov ecx, 0xabcd0003
    mov al, 0x99
    a16 rep stosb
    mov ax, ds
    mov es, ax
    IS "a16 rep stosb, wrap: EDI", edi, 0x56780002
    IS "a16 rep stosb, wrap: ECX", ecx, 0xabcd0000
    mov eax, [0x60000]
    and eax, 0xffff
    IS "a16 rep stosb, wrap: memory", eax, 0x9999
    std
    mov edi, 0x56780000
    mov ecx, 2
    mov ax, T(0)
    mov es, ax
    mov al, 0x77
    a16 rep stosb
    cld
    mov ax, ds
    mov es, ax
    IS "a16 rep stosb down, wrap: EDI", edi, 0x5678fffe
    movzx eax, byte [0x6ffff]
    IS "a16 rep stosb down, wrap: memory", eax, 0x77
    mov ecx, 3
    mov edi, SCRATCH
    mov esi, SCRATCH + 1                ; each byte moves down by one
    mov dword [SCRATCH], 0x44332211
    rep movsb
    IS "rep movsb, overlapping", [SCRATCH], 0x44443322
    mov ecx, 3
    mov dword [SCRATCH], 0x44332211
    mov esi, SCRATCH
    mov edi, SCRATCH + 1                ; the first byte fills all
    rep movsb
    IS "rep movsb, filling", [SCRATCH], 0x11111111
    ret

; An override changes where the source is, and nothing else. Of several
; prefixes of a kind the last counts.
overrides:
    SETD T(0), SCRATCH, 0xff, A_DATA, F_32
    mov ax, T(0)
    mov gs, ax
    mov dword [SCRATCH + 0x10], 0xcafe
    mov dword [0x500], 0xdead
    mov esi, 0x10
    mov edi, SCRATCH + 0x40
    gs movsd
    IS "gs movsd", [SCRATCH + 0x40], 0xcafe
    mov esi, 0x10
    gs lodsd
    IS "gs lodsd", eax, 0xcafe
    mov edi, SCRATCH + 0x50
    mov eax, 0x1234
    gs stosd
    IS "gs stosd", [SCRATCH + 0x50], 0x1234
    mov esi, 0x10
    mov edi, SCRATCH + 0x10
    gs cmpsd
    setz al
    movzx eax, al
    IS "gs cmpsd", eax, 1
    mov edi, SCRATCH + 0x50
    mov eax, 0x1234
    gs scasd
    setz al
    movzx eax, al
    IS "gs scasd", eax, 1
%macro BYTES 3+                         ; name, ECX left, prefixes
    mov esi, 0x10
    mov edi, SCRATCH + 0x60
    mov dword [SCRATCH + 0x60], 0
    mov ecx, 1
    db %3
    movsd
    IS {%1}, [SCRATCH + 0x60], 0xcafe
    IS {%1, ": ECX"}, ecx, %2
%endmacro
    BYTES "ds gs movsd", 1, 0x3e, 0x65
    BYTES "gs rep movsd", 0, 0x65, 0xf3
    BYTES "rep gs movsd", 0, 0xf3, 0x65
    BYTES "repne rep es gs movsd", 0, 0xf2, 0xf3, 0x26, 0x65
    BYTES "rep fs repne gs movsd", 0, 0xf3, 0x64, 0xf2, 0x65
    mov ax, ds
    mov gs, ax
    ret

; INTERRUPTED "name", EFLAGS before, {instruction}: 64K turns, as often as it
; takes until the timer has hit it.
%macro INTERRUPTED 3+                   ; name, EFLAGS before, instruction
    IRQTRY {%1}
    mov dword [log_hook], note
    mov eax, 300
    call timer
    cld
%%again:
    mov esi, SCRATCH
    mov edi, SCRATCH
    mov ecx, 0x10000
    mov eax, 0x5a
    push dword (%2) | F_IF | 2
    popfd
%%at:
    %3
    cmp dword [log_n], 0
    je %%again
    cli
    FINISH
    EXPECT DONE, -1
    IS {%1, ": EIP"}, [log + 4], %%at
    mov eax, [noted]
    add eax, [noted + 4]
    IS {%1, ": ECX + EDI"}, eax, SCRATCH + 0x10000
    IS {%1, ": ECX at the end"}, [r_gpr + 4], 0
    mov eax, [log + 12]
    and eax, ARITH
    IS {%1, ": EFLAGS"}, eax, %2
%endmacro

interrupted:
    mov edi, SCRATCH
    mov ecx, 0x4000
    mov eax, 0x5a5a5a5a
    rep stosd
    INTERRUPTED "irq: rep stosb", 0, rep stosb
    INTERRUPTED "irq: rep movsb", ARITH, rep movsb
    INTERRUPTED "irq: es rep movsb", 0, db 0x26, 0xf3, 0xa4
    INTERRUPTED "irq: rep es movsb", 0, db 0xf3, 0x26, 0xa4
    INTERRUPTED "irq: rep stosb, many prefixes", 0, db 0x26, 0x65, 0xf3, 0x66, 0x26, 0xaa
    INTERRUPTED "irq: repe scasb, flags clear", 0, repe scasb
    INTERRUPTED "irq: repe scasb, flags set", ARITH, repe scasb
    INTERRUPTED "irq: repe cmpsb, flags clear", 0, repe cmpsb
    INTERRUPTED "irq: es repe cmpsb, flags set", ARITH, db 0x26, 0xf3, 0xa6
    ret

note:
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
