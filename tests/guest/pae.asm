; pae.asm - page tables of 64-bit entries: the four of CR3, large and small
; pages, addresses past 4 GB, reserved bits, A and D.
; Manual: SDM 3, 4.4 (PAE paging), 4.7 (error codes), 4.10 (TLBs).
; cpus: pentiumpro pentium2
; rival: pentium2
; differs: qemu no-execute* - P is clear in the code of a reserved bit (SDM 3, 4.7)
; differs: qemu reserved: * - the same
; differs: qemu bits: pointer* - sets an A bit that is reserved (SDM 3, table 4-8)
; differs: qemu pointer, bit * - no check of the pointers (SDM 3, 4.4.1)
; differs: qemu pointer removed, CR3 as it was - reads them at each walk (SDM 3, 4.4.1)
; differs: qemu pointer added* - the same; so it ends at the refused ones
; differs: bochs reserved: PTE* - has 40 address bits; a P6 has 36
; differs: bochs reserved: large, bit 36 - the same
; differs: bochs pointer, bit 36 - the same
; differs: bochs CR0.TS reads no pointers - CD, NW and PG do (SDM 3, 4.4.1)
%include "frame.inc"

; Linear 0 to 2 MB is one large page of physical 0; V(n) has a page table of
; its own, BIG is a large page that tests change.
%define V(n) (0x200000 + (n) * 0x1000)
%define P(n) (0x70000 + (n) * 0x1000)
BIG equ 0x400000
PDPT equ 0x52fe0                        ; aligned to 32 bytes and no more
DIR equ 0x53000                         ; of the first GB
DIR3 equ 0x55000                        ; of the last
TABLE equ 0x56000
NEVER equ 0x77777777                    ; what no test stores

R equ 1
W equ 3
UR equ 5
UW equ 7
PS equ 0x80

%macro FLUSH 0
    mov eax, cr3
    mov cr3, eax
%endmacro

; ENTRY address, low half, high half
%macro ENTRY 2-3 0
    mov dword [%1], %2
    mov dword [(%1) + 4], %3
    FLUSH
%endmacro
%define PTE(n) TABLE + (n) * 8
%define PDE(n) DIR + (n) * 8

; PAGE "name", ring, code or -1, PDE, PTE (high half, low half), {instruction}
; where EDI is V(0)
%macro PAGE 8+
    ENTRY PDE(1), TABLE | %5, %4
    ENTRY PTE(0), P(0) | %7, %6
    PAGE_AT {%1}, %2, %3, V(0), %8
%endmacro
%macro PAGE_AT 5+                       ; name, ring, code, EDI, instruction
    TRY {%1}
    RUN %2
    mov edi, %4
    xor eax, eax
%%at:
    %5
    FINISH
%if %3 < 0
    EXPECT DONE, -1
%else
    EXPECT PF, %3, %%at
    IS {%1, ": CR2"}, [r_cr2], %4
%endif
%endmacro

tests:
    call build
    call paging_on
    call mapped
    call rights
    call ad_bits
    call reserved
    call past_memory
    call invalidate
    call two_formats
    call pointers
    call refusals
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    mov eax, cr4
    and eax, ~0x30
    mov cr4, eax
    ret

build:
    mov edi, 0x52000
    xor eax, eax
    mov ecx, 0x5000 / 4
    rep stosd
    mov dword [PDPT], DIR | 1
    mov dword [PDPT + 24], DIR3 | 1
    mov dword [PDE(0)], UW | PS
    mov dword [PDE(1)], TABLE | UW
    mov dword [DIR3 + 511 * 8], 0x200000 | UW | PS
    ret

paging_on:
    mov eax, cr4
    or eax, 0x20
    mov cr4, eax
    mov eax, PDPT
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    ret

mapped:
    mov dword [P(0)], 0x1111
    mov dword [P(1)], 0x2222
    ENTRY PTE(0), P(0) | UW
    ENTRY PTE(1), P(1) | UW
    IS "small page", [V(0)], 0x1111
    IS "small page, the next", [V(1)], 0x2222
    mov dword [SCRATCH + 0x123], 0x3333
    ENTRY PDE(2), UW | PS
    IS "large page", [BIG + SCRATCH + 0x123], 0x3333
    ENTRY PDE(2), 0x200000 | UW | PS
    mov dword [BIG + 0x145678], 0x4444
    ENTRY PDE(2), UW | PS
    ENTRY PDE(3), 0x200000 | UW | PS
    IS "large page, another frame", [0x600000 + 0x145678], 0x4444
    mov dword [0xffe00010], 0x5555
    IS "in the last GB", [0x600010], 0x5555
    ENTRY PDE(3), 0
    PAGE_AT "absent pointer", 0, 0, 0x40000000, mov al, [edi]
    PAGE_AT "absent pointer, write, ring 3", 3, 6, 0x7fffffff, mov [edi], al
    PAGE_AT "absent directory entry", 3, 4, 0x3ffffffc, mov eax, [edi]
    PAGE_AT "absent in the last GB", 0, 2, 0xc0000000, mov [edi], al
    ret

rights:
    PAGE "absent, read", 3, 4, 0, UW, 0, 0, mov al, [edi]
    PAGE "absent, write, ring 0", 0, 2, 0, UW, 0, 0, mov [edi], al
    PAGE "supervisor", 3, 5, 0, UW, 0, W, mov al, [edi]
    PAGE "supervisor table", 3, 5, 0, W, 0, UW, mov al, [edi]
    PAGE "supervisor, ring 0", 0, -1, 0, UW, 0, W, mov al, [edi]
    PAGE "read only", 3, 7, 0, UW, 0, UR, mov [edi], al
    PAGE "read only table", 3, 7, 0, UR, 0, UW, mov [edi], al
    PAGE "read only, ring 0", 0, -1, 0, UW, 0, UR, mov [edi], al
    mov eax, cr0
    or eax, 0x10000
    mov cr0, eax
    PAGE "WP: read only, ring 0", 0, 3, 0, UW, 0, UR, mov [edi], al
    ENTRY PDE(2), R | PS
    PAGE_AT "WP: large, read only, ring 0", 0, 3, BIG + 0x1ffffc, mov [edi], al
    mov eax, cr0
    and eax, ~0x10000
    mov cr0, eax
    PAGE_AT "large, read only, ring 0", 0, -1, BIG + SCRATCH, mov [edi], al
    ENTRY PDE(2), UR | PS
    PAGE_AT "large, read only", 3, 7, BIG + 0x12345, mov [edi], al
    PAGE_AT "large, read", 3, -1, BIG + 0x12345, mov al, [edi]
    ENTRY PDE(2), W | PS
    PAGE_AT "large, supervisor", 3, 5, BIG + 0x12345, mov al, [edi]
    ENTRY PDE(2), PS
    PAGE_AT "large, absent", 3, 4, BIG + 0x12345, mov al, [edi]
; Bit 0 clear: the others are free.
    PAGE "absent, all other bits set", 3, 4, 0, UW, 0xffffffff, 0x800, mov al, [edi]
; No execution of data can't be asked for: bit 63 is reserved.
    PAGE "no-execute, read", 0, 9, 0, UW, 0x80000000, UW, mov al, [edi]
    PAGE "no-execute table", 3, 0xd, 0x80000000, UW, 0, UW, mov al, [edi]
    ret

; BITS_ "name", PTE, PDE, {instruction}: the low bits after it, ring 3.
%macro LOW12 3                          ; name, at, wanted
    mov eax, [%2]
    and eax, 0xfff
    IS {%1}, eax, %3
%endmacro
%macro BITS_ 4+
    PAGE {%1}, 3, -1, 0, UW, 0, UW, %4
    LOW12 {%1, ": PTE"}, PTE(0), %2
    LOW12 {%1, ": PDE"}, PDE(1), %3
%endmacro
%macro BITS_L 3+                        ; of a large page
    ENTRY PDE(2), UW | PS
    PAGE_AT {%1}, 3, -1, BIG + SCRATCH, %3
    LOW12 {%1, ": PDE"}, PDE(2), %2
%endmacro

ad_bits:
    BITS_ "bits: none", 7, 7, nop
    BITS_ "bits: read", 0x27, 0x27, mov al, [edi]
    BITS_ "bits: write", 0x67, 0x27, mov [edi], al
    BITS_ "bits: add", 0x67, 0x27, add [edi], al
    BITS_L "bits: large, none", 0x87, nop
    BITS_L "bits: large, read", 0xa7, mov al, [edi]
    BITS_L "bits: large, write", 0xe7, mov [edi], al
    ENTRY PDE(2), UW | PS
    mov al, [BIG + SCRATCH]
    mov [BIG + SCRATCH], al
    LOW12 "bits: large, read, then write", PDE(2), 0xe7
    LOW12 "bits: pointer", PDPT, 1
    PAGE "bits: refused", 3, 7, 0, UW, 0, UR, mov [edi], al
    LOW12 "bits: refused: PTE's D", PTE(0), UR
    ret

; Bits 36 to 63 of each entry, 13 to 20 of a large one. The code tells of them
; whatever the rights are.
reserved:
    PAGE "reserved: PTE bit 36", 3, 0xd, 0, UW, 0x10, UW, mov al, [edi]
    PAGE "reserved: PTE bit 36, write", 3, 0xf, 0, UW, 0x10, UW, mov [edi], al
    PAGE "reserved: PTE bit 62, ring 0", 0, 9, 0, UW, 0x40000000, UW, mov al, [edi]
    PAGE "reserved: PTE, supervisor", 3, 0xd, 0, UW, 0x10, W, mov al, [edi]
    PAGE "reserved: PDE bit 36", 3, 0xd, 0x10, UW, 0, UW, mov al, [edi]
    PAGE "reserved: PDE, absent PTE", 3, 0xd, 0x10, UW, 0, 0, mov al, [edi]
    LOW12 "reserved: PDE's A", PDE(1), UW
%assign bit 13
%rep 8
    ENTRY PDE(2), UW | PS | 1 << bit
    PAGE_AT {"reserved: large, bit ", '0' + bit / 10, '0' + bit % 10}, 0, 9, BIG, mov al, [edi]
    %assign bit bit + 1
%endrep
    ENTRY PDE(2), UW | PS, 0x10
    PAGE_AT "reserved: large, bit 36", 3, 0xf, BIG, mov [edi], al
    ENTRY PDE(2), UW | PS
    ret

; 36 bits of address. No memory is there, and none is reached by dropping
; the upper four.
past_memory:
    mov dword [P(0)], NEVER
    ENTRY PDE(1), TABLE | UW
    ENTRY PTE(0), P(0) | UW, 1
    xor eax, eax
    cmp dword [V(0)], NEVER
    setne al
    IS "4 GB and up: read", eax, 1
    mov dword [V(0)], 0x1234
    IS "4 GB and up: write", [P(0)], NEVER
    LOW12 "4 GB and up: bits", PTE(0), 0x67
    ENTRY PTE(0), P(0) | UW, 0xf
    mov dword [V(0)], 0x1234
    IS "64 GB less a bit: write", [P(0)], NEVER
    mov dword [SCRATCH], NEVER
    ENTRY PDE(2), UW | PS, 8
    mov dword [BIG + SCRATCH], 0x1234
    IS "large, 32 GB: write", [SCRATCH], NEVER
    ENTRY PDE(2), UW | PS
    ENTRY PTE(0), P(0) | UW
    IS "back in memory", [V(0)], NEVER
    ret

; POINTER "name", low half, high half, vector: the second one.
%macro POINTER 4                        ; name, low, high, vector
    mov dword [PDPT + 8], %2
    mov dword [PDPT + 12], %3
    FAULT {%1}, 0, %4, 0, PDPT, {mov cr3, eax}
%endmacro

; The pointers are read and checked when CR3 is loaded, and at no other time.
pointers:
%assign bit 1
%rep 8
  %if bit != 3 && bit != 4              ; PWT and PCD
    POINTER {"pointer, bit ", '0' + bit / 10, '0' + bit % 10}, DIR | 1 | 1 << bit, 0, GP
  %endif
    %assign bit bit + 1
%endrep
    POINTER "pointer, bit 36", DIR | 1, 0x10, GP
    POINTER "pointer, bit 63", DIR | 1, 0x80000000, GP
    POINTER "pointer, absent", 0x1fe, 0xffffffff, DONE
    POINTER "pointer, bits 3, 4 and 9 to 11", DIR | 0xe19, 0, DONE
    PAGE_AT "pointer: second GB", 0, -1, 0x40000000, mov al, [edi]
; A pointer changed in memory counts from the next load of CR3.
    mov dword [PDPT + 8], 0
    invlpg [0x40000002]
    PAGE_AT "pointer removed, CR3 as it was", 0, -1, 0x40000002, mov al, [edi]
    FLUSH
    PAGE_AT "pointer removed, CR3 loaded", 0, 0, 0x40000002, mov al, [edi]
    mov dword [PDPT + 8], DIR | 1
    invlpg [0x40000002]
    PAGE_AT "pointer added, CR3 as it was", 0, 0, 0x40000002, mov al, [edi]
    mov dword [PDPT + 8], 0
    FLUSH
    ret

; INVLPG drops the whole of a large page.
invalidate:
    mov dword [SCRATCH], 0x1111
    mov dword [SCRATCH + 0x1000], 0x3333
    ENTRY PDE(2), UW | PS
    ENTRY PDE(3), 0x200000 | UW | PS
    mov dword [0x600000 + SCRATCH], 0x2222
    mov dword [0x600000 + SCRATCH + 0x1000], 0x4444
    mov eax, [BIG + SCRATCH]
    mov eax, [BIG + SCRATCH + 0x1000]
    mov dword [PDE(2)], 0x200000 | UW | PS
    invlpg [BIG + 0x1fffff]
    IS "INVLPG in a large page: one end", [BIG + SCRATCH], 0x2222
    IS "INVLPG in a large page: another", [BIG + SCRATCH + 0x1000], 0x4444
    ENTRY PDE(3), 0
    ret

; With paging on CR4 changes the format at once. The page of the pointers is a
; 32-bit directory then, whose large pages are of 4 MB.
two_formats:
    mov dword [0x52000], UW | PS
    mov dword [0x52004], UW | PS
    ENTRY PDE(2), 0x200000 | UW | PS
    mov dword [BIG + SCRATCH], 0x6666
    mov dword [SCRATCH], 0x7777
    mov eax, cr4
    xor eax, 0x30                       ; PAE off, PSE on
    mov cr4, eax
    jmp .one
.one:
    IS "32-bit format", [BIG + SCRATCH], 0x7777
    mov eax, cr4
    xor eax, 0x30
    mov cr4, eax
    jmp .two
.two:
    IS "64-bit format again", [BIG + SCRATCH], 0x6666
    ret

; What is refused changes nothing; the pointers read before stay.
refusals:
    mov dword [PDPT + 8], DIR | 1
    FLUSH
    mov dword [PDPT], DIR | 3
    TRY "refused CR3"
    mov eax, PDPT - 32
    mov dword [PDPT - 32], 3
.cr3:
    mov cr3, eax
    EXPECT GP, 0, .cr3
    mov eax, cr3
    IS "refused CR3: CR3", eax, PDPT
    PAGE_AT "refused CR3: pages", 0, -1, 0x40000001, mov al, [edi]
    TRY "refused CR0.CD"
    mov eax, cr0
    xor eax, 0x40000000
    mov [tried], eax
.cr0:
    mov cr0, eax
    EXPECT GP, 0, .cr0
    mov eax, cr0
    xor eax, [tried]
    IS "refused CR0.CD: CR0", eax, 0x40000000
    TRY "refused CR4.PGE"
    mov eax, cr4
    xor eax, 0x80
.cr4:
    mov cr4, eax
    EXPECT GP, 0, .cr4
    mov eax, cr4
    and eax, 0xf0
    IS "refused CR4.PGE: CR4", eax, 0x20
    TRY "CR4.TSD reads no pointers"
    mov eax, cr4
    xor eax, 4
    mov cr4, eax
    xor eax, 4
    mov cr4, eax
    FINISH
    EXPECT DONE, -1
    TRY "CR0.TS reads no pointers"
    mov eax, cr0
    mov cr0, eax
    FINISH
    EXPECT DONE, -1
    TRY "64-bit format refused"
    mov eax, cr4
    xor eax, 0x30
    mov cr4, eax                        ; the other format asks for nothing
    xor eax, 0x30
.refused:
    mov cr4, eax
    EXPECT GP, 0, .refused
    mov eax, cr4
    and eax, 0xf0
    IS "64-bit format refused: CR4", eax, 0x10
    ret
[section .data]
tried: dd 0
__SECT__
