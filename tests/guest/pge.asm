; pge.asm - global pages: they stay when CR3 is loaded, and go by INVLPG, by a
; change of CR4 and by turning paging off.
; Manual: SDM 3, 4.10.2.4 (global pages), 4.10.4.1 (what invalidates).
; cpus: pentiumpro pentium2
; rival: pentium2
; differs: qemu *: CR3* - it drops all; the manual keeps global ones
; differs: qemu *: task* - the same
%include "frame.inc"
%include "paging.inc"

%define V(n) (0x400000 + (n) * 0x1000)
%define P(n) (0x70000 + (n) * 0x1000)
TABLE equ 0x52000
BIG equ 0x800000
%define PTE(n) [TABLE + (n) * 4]
%define PDE(n) [PAGE_DIR + (n) * 4]

UW equ 7
PS equ 0x80
G equ 0x100
PGE equ 0x80
OLD equ 0x1111                          ; in P(0), OTHER in P(1)
OTHER equ 0x2222

%macro LOAD_CR3 0
    mov eax, cr3
    mov cr3, eax
%endmacro
%macro CR4_XOR 1
    mov eax, cr4
    xor eax, %1
    mov cr4, eax
%endmacro

; CHANGE bits: V(0) is read as P(0) with these bits, then mapped to P(1).
%macro CHANGE 1
    mov dword PTE(0), P(0) | UW | (%1)
    invlpg [V(0)]
    mov eax, [V(0)]
    mov dword PTE(0), P(1) | UW | (%1)
%endmacro

; The same of BIG, physical 0 and 4 MB.
%macro CHANGE_BIG 1
    mov dword PDE(2), UW | PS | (%1)
    invlpg [BIG]
    mov eax, [BIG + SCRATCH]
    mov eax, [BIG + SCRATCH + 0x5000]
    mov dword PDE(2), 0x400000 | UW | PS | (%1)
%endmacro

tests:
    call paging_on
    call without
    CR4_XOR PGE
    call small
    call large
    call code
    call task
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    CR4_XOR PGE | 0x10
    ret

paging_on:
    IDENTITY_TABLE
    mov dword [P(0)], OLD
    mov dword [P(1)], OTHER
    mov dword [SCRATCH], OLD
    mov dword [SCRATCH + 0x5000], OLD
    mov dword [0x400000 + SCRATCH], OTHER
    mov dword [0x400000 + SCRATCH + 0x5000], OTHER
    mov dword PDE(0), PAGE_TABLE | UW
    mov dword PDE(1), TABLE | UW
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr4
    or eax, 0x10
    mov cr4, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    ret

without:
    CHANGE G
    LOAD_CR3
    IS "without PGE, the bit does nothing", [V(0)], OTHER
    ret

small:
    CHANGE 0
    LOAD_CR3
    IS "not global, CR3 drops it", [V(0)], OTHER
    CHANGE G
    LOAD_CR3
    IS "small: CR3 leaves it", [V(0)], OLD
    invlpg [V(1)]
    LOAD_CR3
    IS "small: CR3, another page's INVLPG", [V(0)], OLD
    invlpg [V(0) + 0x123]
    IS "small: INVLPG drops it", [V(0)], OTHER
    CHANGE G
    CR4_XOR PGE
    IS "small: PGE off drops it", [V(0)], OTHER
    CHANGE G
    CR4_XOR PGE
    IS "small: PGE on drops it", [V(0)], OTHER
    CHANGE G
    CR4_XOR 4
    LOAD_CR3
    IS "small: CR3, a change of TSD", [V(0)], OLD
    CR4_XOR 4
    CHANGE G
    CR4_XOR 0x10
    IS "small: a change of PSE drops it", [V(0)], OTHER
    CR4_XOR 0x10
    CHANGE G
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    jmp .off
.off:
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    IS "small: paging off drops it", [V(0)], OTHER
; In a directory entry that points to a table the bit is ignored.
    mov dword PDE(1), TABLE | UW | G
    CHANGE 0
    LOAD_CR3
    IS "table with the bit", [V(0)], OTHER
    mov dword PDE(1), TABLE | UW
    invlpg [V(0)]
; A global page that is read only: the write walks again.
    mov dword PTE(0), P(0) | 5 | G
    invlpg [V(0)]
    mov eax, [V(0)]
    mov dword PTE(0), P(0) | 5 | G
    LOAD_CR3
    FAULT "read only, after CR3", 3, PF, 7, V(0), {mov [eax], eax}
; A fault drops what made it.
    mov dword PTE(0), P(1) | UW | G
    FAULT "read only, now writable", 3, DONE, 0, OTHER, {mov [V(0)], eax}
    IS "read only, now writable: where", [P(1)], OTHER
    ret

large:
    CHANGE_BIG 0
    LOAD_CR3
    IS "large, not global, CR3 drops it", [BIG + SCRATCH], OTHER
    CHANGE_BIG G
    LOAD_CR3
    IS "large: CR3 leaves it", [BIG + SCRATCH], OLD
    IS "large: CR3 leaves all of it", [BIG + SCRATCH + 0x5000], OLD
    invlpg [BIG + SCRATCH + 0x1000]
    IS "large: INVLPG anywhere drops it", [BIG + SCRATCH], OTHER
    IS "large: INVLPG anywhere drops all of it", [BIG + SCRATCH + 0x5000], OTHER
    CHANGE_BIG G
    CR4_XOR PGE
    IS "large: PGE off drops it", [BIG + SCRATCH + 0x5000], OTHER
    CR4_XOR PGE
    ret

; Code through a global page: MOV AL, n; RET at the same place of two pages.
code:
    mov dword [P(0) + 0x800], 0xc301b0
    mov dword [P(1) + 0x800], 0xc302b0
    mov dword PTE(0), P(0) | UW | G
    invlpg [V(0)]
    mov ecx, 4                          ; often enough to be compiled
.warm:
    call run_there
    loop .warm
    mov dword PTE(0), P(1) | UW | G
    LOAD_CR3
    call run_there
    IS "code: CR3 leaves it", ebx, 1
    invlpg [V(0)]
    call run_there
    IS "code: INVLPG drops it", ebx, 2
    ret
run_there:
    mov eax, V(0) + 0x800
    call eax
    movzx ebx, al
    ret

; A task switch that changes CR3.
task:
    mov edi, SCRATCH
    xor eax, eax
    mov ecx, 26
    rep stosd
    mov dword [SCRATCH + 28], PAGE_DIR | 8
    mov dword [SCRATCH + 32], .there
    mov dword [SCRATCH + 36], 2
    mov dword [SCRATCH + 56], STACK1
    mov dword [SCRATCH + 72], DATA(0)
    mov dword [SCRATCH + 76], CODE(0)
    mov dword [SCRATCH + 80], DATA(0)
    mov dword [SCRATCH + 84], DATA(0)
    SETD T(0), SCRATCH, 103, A_TSS32, 0
    mov dword [tss + 28], PAGE_DIR
    mov dword PTE(2), P(0) | UW
    CHANGE G
    mov eax, [V(2)]
    mov dword PTE(2), P(1) | UW
    TRY "task switch"
    jmp T(0):0
.there:
    FINISH
    EXPECT DONE, -1
    call task_reset
    IS "small: task switch leaves it", [V(0)], OLD
    IS "not global, a task switch drops it", [V(2)], OTHER
    invlpg [V(0)]
    ret
