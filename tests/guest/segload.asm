; segload.asm - loads of segment registers in protected mode.
; Manual: SDM 2, MOV, POP, LDS/LES/LFS/LGS/LSS, LLDT, LTR, LAR, LSL, VERR,
; VERW, ARPL; SDM 3, 5.4 to 5.7.
; differs: qemu iret to a 16-bit stack* - the manual leaves the high half open; silicon keeps it
; differs: qemu unexpected event* - runs away where a limit should stop it
; differs: qemu limit:* - no limit and type checks in translated code (SDM 3, 5.3)
%include "frame.inc"

; The descriptors that the checks name.
RO equ T(0)                             ; data, read only, DPL 3
ABSENT equ T(1)                         ; data, not present, DPL 3
DOWN equ T(2)                           ; expand-down above 0FFFh, 16-bit
XCODE equ T(3)                          ; execute-only code, DPL 3
CONF0 equ T(4)                          ; conforming, readable, DPL 0
XCONF equ T(5)                          ; conforming, execute only
SMALL equ T(6)                          ; data, limit 0FFFh, DPL 3
GATE equ T(7)                           ; a call gate
ABSENT_CODE equ T(8)
DOWN32 equ T(9)                         ; expand-down above 0FFFh, 32-bit
TSSA equ T(10)                          ; available 386 TSS
TSSB equ T(11)                          ; busy 386 TSS
LDTA equ T(12)                          ; absent LDT
LDTP equ T(13)
DOWNALL equ T(14)                       ; expand-down above FFFFFFFFh: nothing
BIG equ T(15)                           ; limit 1 MB - 1 by bytes
TSS2 equ T(16)                          ; available 286 TSS
TASKG equ T(17)
INTG equ T(18)
RESERVED equ T(19)                      ; system type 0
FRESH equ T(20)                         ; data, not accessed
BEYOND equ GDT_LIMIT + 1

%macro DATA_CHECKS 1                    ; register
    %defstr R %1
    FAULT {"mov ", R, ", null"}, 0, DONE, 0, 0, {mov %1, ax}
    FAULT {"mov ", R, ", null RPL 3"}, 3, DONE, 0, 3, {mov %1, ax}
    FAULT {"mov ", R, ", past the GDT"}, 0, GP, BEYOND, BEYOND | 2, {mov %1, ax}
    FAULT {"mov ", R, ", no LDT"}, 0, GP, 4, 4, {mov %1, ax}
    FAULT {"mov ", R, ", inner data from ring 3"}, 3, GP, 0x10, DATA(0), {mov %1, ax}
    FAULT {"mov ", R, ", inner data from ring 1"}, 1, GP, 0x10, DATA(0), {mov %1, ax}
    FAULT {"mov ", R, ", outer data from ring 1"}, 1, DONE, 0, DATA(2) & ~3, {mov %1, ax}
    FAULT {"mov ", R, ", RPL 3 of DPL 2"}, 0, GP, DATA(2) & ~3, DATA(2) | 3, {mov %1, ax}
    FAULT {"mov ", R, ", code DPL 0 from ring 3"}, 3, GP, 8, 8, {mov %1, ax}
    FAULT {"mov ", R, ", readable code"}, 3, DONE, 0, CODE(3), {mov %1, ax}
    FAULT {"mov ", R, ", conforming DPL 0 in ring 3"}, 3, DONE, 0, CONF0 | 3, {mov %1, ax}
    FAULT {"mov ", R, ", execute only"}, 3, GP, XCODE, XCODE | 3, {mov %1, ax}
    FAULT {"mov ", R, ", conforming execute only"}, 0, GP, XCONF, XCONF, {mov %1, ax}
    FAULT {"mov ", R, ", not present"}, 3, NP, ABSENT, ABSENT | 3, {mov %1, ax}
    FAULT {"mov ", R, ", TSS"}, 0, GP, TSS_SEL, TSS_SEL, {mov %1, ax}
    FAULT {"mov ", R, ", call gate"}, 0, GP, GATE, GATE, {mov %1, ax}
    FAULT {"mov ", R, ", read only"}, 3, DONE, 0, RO, {mov %1, ax}
%endmacro

; POP and the far loads must give the same; the stack pointer must not move.
%macro POP_CHECKS 1
    %defstr R %1
    TRY {"pop ", R, ", inner data"}
    RUN 3
    push dword DATA(0)
%%at:
    pop %1
    FINISH
    EXPECT GP, 0x10, %%at
    IS {"pop ", R, ", inner data: ESP"}, [r_esp], STACK3 - 4
    TRY {"pop ", R, ", not present"}
    RUN 3
    push dword ABSENT
%%at2:
    pop %1
    FINISH
    EXPECT NP, ABSENT, %%at2
    IS {"pop ", R, ", not present: ESP"}, [r_esp], STACK3 - 4
    TRY {"pop ", R, ""}
    RUN 3
    push dword RO | 3
    pop %1
    mov eax, %1
    FINISH
    EXPECT DONE, -1, -1
    IS {"pop ", R, ": value"}, [r_gpr], RO | 3
    IS {"pop ", R, ": ESP"}, [r_esp], STACK3
%endmacro

%macro FAR_CHECKS 2                     ; mnemonic, register
    %defstr R %1
    mov dword [SCRATCH], 0x12345678
    mov dword [SCRATCH + 4], DATA(0)
    FAULT {R, " inner data"}, 3, GP, 0x10, 0x5555, {%1 eax, [SCRATCH]}
    IS {R, " inner data: EAX"}, [r_gpr], 0x5555
    mov dword [SCRATCH + 4], ABSENT
    FAULT {R, " not present"}, 3, NP, ABSENT, 0x5555, {%1 eax, [SCRATCH]}
    mov dword [SCRATCH + 4], RO
    FAULT {R}, 3, DONE, 0, 0x5555, {%1 eax, [SCRATCH]}
    IS {R, ": EAX"}, [r_gpr], 0x12345678
    IS {R, ": selector"}, [r_r%2], RO
%endmacro

tests:
    SETD RO, 0, 0xffff, A_RODATA | DPL(3), F_32
    SETD ABSENT, 0, 0xffff, (A_DATA | DPL(3)) - NOTP, F_32
    SETD DOWN, 0, 0xfff, A_DOWN | DPL(3), F_16
    SETD DOWN32, 0, 0xfff, A_DOWN | DPL(3), F_32
    SETD DOWNALL, 0, 0xfffff, A_DOWN | DPL(3), F_4G
    SETD XCODE, 0, 0xfffff, A_XCODE | DPL(3), F_4G
    SETD CONF0, 0, 0xfffff, A_CONF, F_4G
    SETD XCONF, 0, 0xfffff, A_XCONF, F_4G
    SETD SMALL, SCRATCH, 0xfff, A_DATA | DPL(3), F_32
    SETD BIG, 0, 0xfffff, A_DATA | DPL(3), F_32
    SETD ABSENT_CODE, 0, 0xfffff, (A_CODE | DPL(3)) - NOTP, F_4G
    SETD TSSA, 0x30000, 0x67, A_TSS32, 0
    SETD TSSB, 0x30000, 0x67, A_TSS32 | 2, 0
    SETD TSS2, 0x30000, 0x2b, A_TSS16, 0
    SETD LDTA, 0x30000, 0xff, A_LDT - NOTP, 0
    SETD LDTP, 0x30000, 0xff, A_LDT, 0
    SETD TASKG, TSSA << 16, 0, A_TASK | DPL(3), 0
    SETD INTG, 0, 8, A_INT32 | DPL(3), 0
    SETD RESERVED, 0, 0xff, 0x80, 0
    SETD FRESH, 0, 0xffff, A_DATA | DPL(3), F_32
    SETG GATE, CODE(0), 0, A_CALL32 | DPL(3), 0

    DATA_CHECKS ds
    DATA_CHECKS es
    DATA_CHECKS fs
    DATA_CHECKS gs
    POP_CHECKS ds
    POP_CHECKS es
    POP_CHECKS fs
    POP_CHECKS gs
    FAR_CHECKS lds, ds
    FAR_CHECKS les, es
    FAR_CHECKS lfs, fs
    FAR_CHECKS lgs, gs

    FAULT "mov cs", 0, UD, 0, DATA(0), {db 0x8e, 0xc8}
    FAULT "mov sreg 6", 0, UD, 0, DATA(0), {db 0x8e, 0xf0}
    FAULT "mov r, sreg 7", 0, UD, 0, DATA(0), {db 0x8c, 0xf8}

; SS.
    FAULT "mov ss, null", 0, GP, 0, 0, {mov ss, ax}
    FAULT "mov ss, null RPL 3", 3, GP, 0, 3, {mov ss, ax}
    FAULT "mov ss, past the GDT", 0, GP, BEYOND, BEYOND, {mov ss, ax}
    FAULT "mov ss, RPL 3 in ring 0", 0, GP, DATA(0), DATA(0) | 3, {mov ss, ax}
    FAULT "mov ss, DPL 3 in ring 0", 0, GP, DATA(3) & ~3, DATA(3) & ~3, {mov ss, ax}
    FAULT "mov ss, DPL 2 in ring 3", 3, GP, DATA(2) & ~3, DATA(2) | 3, {mov ss, ax}
    FAULT "mov ss, DPL 3 RPL 0 in ring 3", 3, GP, DATA(3) & ~3, DATA(3) & ~3, {mov ss, ax}
    FAULT "mov ss, read only", 3, GP, RO, RO | 3, {mov ss, ax}
    FAULT "mov ss, code", 0, GP, CODE(0), CODE(0), {mov ss, ax}
    FAULT "mov ss, not present", 3, SS_, ABSENT, ABSENT | 3, {mov ss, ax}
    FAULT "mov ss, TSS", 0, GP, TSS_SEL, TSS_SEL, {mov ss, ax}
    FAULT "mov ss", 3, DONE, 0, BIG | 3, {mov ss, ax}
    IS "mov ss: selector", [r_ss], BIG | 3
    TRY "pop ss, not present"
    RUN 3
    push dword ABSENT | 3
.pop_ss:
    pop ss
    FINISH
    EXPECT SS_, ABSENT, .pop_ss
    IS "pop ss, not present: ESP", [r_esp], STACK3 - 4
    mov dword [SCRATCH], 0x12345678
    mov dword [SCRATCH + 4], DATA(0)
    FAULT "lss inner", 3, GP, DATA(0), 0, {lss esp, [SCRATCH]}
    IS "lss inner: ESP", [r_esp], STACK3
    mov dword [SCRATCH + 4], BIG | 3
    FAULT "lss", 3, DONE, 0, 0, {lss esp, [SCRATCH]}
    IS "lss: ESP", [r_esp], 0x12345678
    IS "lss: SS", [r_ss], BIG | 3

; The accessed bit.
    and byte [gdt + FRESH + 5], ~1
    FAULT "accessed bit", 3, DONE, 0, FRESH, {mov es, ax}
    movzx eax, byte [gdt + FRESH + 5]
    IS "accessed bit: set by a load", eax, A_DATA | DPL(3) | 1
    and byte [gdt + FRESH + 5], ~1
    FAULT "not accessed by lar", 3, DONE, 0, FRESH, {lar eax, ax}
    movzx eax, byte [gdt + FRESH + 5]
    IS "not accessed by lar: bit", eax, A_DATA | DPL(3)
    and byte [gdt + ABSENT + 5], ~1
    FAULT "not accessed when absent", 3, NP, ABSENT, ABSENT, {mov es, ax}
    movzx eax, byte [gdt + ABSENT + 5]
    IS "not accessed when absent: bit", eax, (A_DATA | DPL(3)) - NOTP

; Use of what was loaded.
    mov word [0x10000], 0x80cd          ; INT DONE where there is no limit
    call use_checks
    call table_checks
    call look_checks
    ret

%macro USE 6+                           ; name, vector, code, sel, ring, insn
    TRY %1
    RUN %5
    mov eax, %4
    mov es, ax
    mov eax, 0x1000
%%at:
    %6
    FINISH
    %if %2 == DONE
    EXPECT %2, -1, -1
    %else
    EXPECT %2, %3, %%at
    %endif
%endmacro

use_checks:
    USE "limit: read through null", GP, 0, 0, 3, mov al, [es:0]
    USE "limit: write through null", GP, 0, 3, 3, mov [es:0], al
    USE "limit: write to read only", GP, 0, RO, 3, mov [es:0], al
    USE "limit: rmw of read only", GP, 0, RO, 3, add [es:0], al
    USE "limit: cmp with read only", DONE, 0, RO, 3, cmp [es:0], al
    USE "limit: write to code", GP, 0, CODE(3), 3, mov [es:SCRATCH], al
    USE "limit: read of code", DONE, 0, CODE(3), 3, mov al, [es:SCRATCH]
    USE "limit: byte at limit", DONE, 0, SMALL, 3, mov [es:0xfff], al
    USE "limit: word over limit", GP, 0, SMALL, 3, mov [es:0xfff], ax
    USE "limit: dword at limit", DONE, 0, SMALL, 3, mov [es:0xffc], eax
    USE "limit: dword over limit", GP, 0, SMALL, 3, mov [es:0xffd], eax
    USE "limit: byte past limit", GP, 0, SMALL, 3, mov al, [es:0x1000]
    USE "limit: lds", GP, 0, SMALL, 3, lds eax, [es:0xffc]
    USE "limit: expand-down: at the limit", GP, 0, DOWN, 3, mov al, [es:0xfff]
    USE "limit: expand-down: above", DONE, 0, DOWN, 3, mov al, [es:0x1000]
    USE "limit: expand-down: word over the limit", GP, 0, DOWN, 3, mov ax, [es:0xfff]
    USE "limit: expand-down: top", DONE, 0, DOWN, 3, mov ax, [es:0xfffe]
    USE "limit: expand-down: over the top", GP, 0, DOWN, 3, mov eax, [es:0xfffe]
    USE "limit: expand-down: 64K", GP, 0, DOWN, 3, mov al, [es:0x10000]
    USE "limit: expand-down 32: 64K", DONE, 0, DOWN32, 3, mov al, [es:0x10000]
    USE "limit: expand-down 32: dword at the top", GP, 0, DOWN32, 3, mov eax, [es:0xfffffffd]
    USE "limit: expand-down 32: dword below", GP, 0, DOWN32, 3, mov eax, [es:0xffd]
    USE "limit: expand-down from 4G", GP, 0, DOWNALL, 3, mov al, [es:0xfffffff0]
    USE "limit: byte granular 1M", GP, 0, BIG, 3, mov al, [es:0x100000]

; The stack: #SS(0), ESP stays.
    SETD T(15), 0, STACK3 - 1, A_DATA | DPL(3), F_32
    TRY "limit: push over the limit"
    RUN 3
    mov ax, T(15) | 3
    mov ss, ax
    mov esp, STACK3 + 4
.push:
    push eax
    FINISH
    EXPECT SS_, 0, .push
    IS "limit: push over the limit: ESP", [r_esp], STACK3 + 4
    TRY "limit: pop over the limit"
    RUN 3
    mov ax, T(15) | 3
    mov ss, ax
    mov esp, STACK3 - 2
.pop:
    pop eax
    FINISH
    EXPECT SS_, 0, .pop
    IS "limit: pop over the limit: ESP", [r_esp], STACK3 - 2
    TRY "limit: [ebp] over the limit"
    RUN 3
    mov ax, T(15) | 3
    mov ss, ax
    mov ebp, STACK3
.ebp:
    mov al, [ebp]
    FINISH
    EXPECT SS_, 0, .ebp
    TRY "limit: enter over the limit"
    RUN 3
    mov ax, DOWN32 | 3
    mov ss, ax
    mov esp, 0x1004
.enter:
    enter 16, 1
    FINISH
    EXPECT SS_, 0, .enter
    IS "limit: enter over the limit: ESP", [r_esp], 0x1004
    TRY "limit: pusha over the limit"
    RUN 3
    mov ax, DOWN32 | 3
    mov ss, ax
    mov esp, 0x1000 + 28
.pusha:
    pusha
    FINISH
    EXPECT SS_, 0, .pusha
    IS "limit: pusha over the limit: ESP", [r_esp], 0x1000 + 28
    TRY "limit: call over the limit"
    RUN 3
    mov ax, DOWN32 | 3
    mov ss, ax
    mov esp, 0x1000 + 2
.call:
    call over_end
    FINISH
    EXPECT SS_, 0, .call
    TRY "limit: leave over the limit"
    RUN 3
    mov ax, DOWN32 | 3
    mov ss, ax
    mov ebp, 0xffe
    mov esp, 0x2000
.leave:
    leave
    FINISH
    EXPECT SS_, 0, .leave
    IS "limit: leave over the limit: ESP", [r_esp], 0x2000

; A 16-bit stack in 32-bit code: SP moves, the high half stays.
    TRY "16-bit stack: push"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0x12340100
    push eax
    push ax
    FINISH
    EXPECT DONE, -1
    IS "16-bit stack: ESP", [r_esp], 0x123400fa
    TRY "16-bit stack: wrap"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0xabcd0000
    push eax
    FINISH
    EXPECT DONE, -1
    IS "16-bit stack: wrapped ESP", [r_esp], 0xabcdfffc
    TRY "limit: 16-bit stack: dword over 64K"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0xabcd0002
.over:
    push eax
    FINISH
    EXPECT SS_, 0, .over
    TRY "16-bit stack: pop back to 0"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0xabcdfffc
    pop eax
    FINISH
    EXPECT DONE, -1
    IS "16-bit stack: popped to", [r_esp], 0xabcd0000
    TRY "16-bit stack: leave keeps the high half"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0xabcd1000
    mov ebp, 0x56782000
    leave
    FINISH
    EXPECT DONE, -1
    IS "16-bit stack: leave", [r_esp], 0xabcd2004
    TRY "16-bit stack: enter keeps the high half"
    RUN 3
    mov ax, DATA16(3)
    mov ss, ax
    mov esp, 0xabcd1000
    mov ebp, 0x56782000
    enter 8, 0
    FINISH
    EXPECT DONE, -1
    IS "16-bit stack: enter ESP", [r_esp], 0xabcd0ff4

; Jumps past the limit of CS: the fault is the jump's.
    SETD T(15), 0, 0xffff, A_CODE | DPL(3), F_32
    FAULT16 "limit: jmp", 3, GP, 0, 0, {jmp dword 0x10000}
    FAULT16 "limit: call", 3, GP, 0, 0, {call dword 0x10000}
    IS "iret to a 16-bit stack keeps ESP's high half", [r_esp], 0x47000
    TRY "limit: ret"
    RUN16 3, .ret_code
LOW
    bits 16
.ret_code:
    push dword 0x10000
.ret:
    o32 ret
    FINISH
PM
    bits 32
    EXPECT GP, 0, .ret
    IS "limit: ret: SP", [r_esp], 0x46ffc
    FAULT16 "limit: jcc", 3, GP, 0, 0, {db 0x66, 0x0f, 0x83, 0xf0, 0xff, 0, 0}
    ret

over_end:
    FINISH

table_checks:
    FAULT "lldt in ring 3", 3, GP, 0, LDTP, {lldt ax}
    FAULT "lldt in ring 1", 1, GP, 0, LDTP, {lldt ax}
    FAULT "lldt not an LDT", 0, GP, DATA(0), DATA(0), {lldt ax}
    FAULT "lldt a TSS", 0, GP, TSSA, TSSA, {lldt ax}
    FAULT "lldt past the GDT", 0, GP, BEYOND, BEYOND, {lldt ax}
    FAULT "lldt from the LDT", 0, GP, 4, 4, {lldt ax}
    FAULT "lldt not present", 0, NP, LDTA, LDTA, {lldt ax}
    FAULT "lldt null", 0, DONE, 0, 0, {lldt ax}
    FAULT "lldt", 0, DONE, 0, LDTP | 3, {lldt ax}
    FAULT "sldt", 3, DONE, 0, 0x5555, {sldt ax}
    IS "sldt: value", [r_gpr], LDTP | 3
    mov dword [0x30008], 0x0000ffff
    mov dword [0x3000c], 0x0040f200
    FAULT "data in the LDT", 3, DONE, 0, 0xf, {mov fs, ax}
    FAULT "past the LDT", 3, GP, 0x104, 0x107, {mov fs, ax}
    FAULT "last of the LDT", 3, GP, 0xfc, 0xff, {mov fs, ax}
    xor eax, eax
    lldt ax
    FAULT "null LDT", 3, GP, 0xc, 0xf, {mov fs, ax}
    FAULT "ltr in ring 3", 3, GP, 0, TSSA, {ltr ax}
    FAULT "ltr null", 0, GP, 0, 0, {ltr ax}
    FAULT "ltr null RPL 3", 0, GP, 0, 3, {ltr ax}
    FAULT "ltr busy", 0, GP, TSSB, TSSB, {ltr ax}
    FAULT "ltr an LDT", 0, GP, LDTP, LDTP, {ltr ax}
    FAULT "ltr data", 0, GP, DATA(0), DATA(0), {ltr ax}
    FAULT "ltr past the GDT", 0, GP, BEYOND, BEYOND, {ltr ax}
    and byte [gdt + TSSA + 5], ~0x80
    FAULT "ltr not present", 0, NP, TSSA, TSSA, {ltr ax}
    or byte [gdt + TSSA + 5], 0x80
    FAULT "ltr", 0, DONE, 0, TSSA, {ltr ax}
    movzx eax, byte [gdt + TSSA + 5]
    IS "ltr: busy", eax, A_TSS32 | 2
    and byte [gdt + TSSA + 5], ~2
    call task_reset
    FAULT "str", 3, DONE, 0, 0x5555, {str eax}
    IS "str: zero extended", [r_gpr], TSS_SEL
    FAULT "lgdt in ring 3", 3, GP, 0, 0, {lgdt [SCRATCH]}
    FAULT "lidt in ring 1", 1, GP, 0, 0, {lidt [SCRATCH]}
    FAULT "lgdt register", 0, UD, 0, 0, {db 0x0f, 0x01, 0xd0}
    FAULT "sgdt register", 0, UD, 0, 0, {db 0x0f, 0x01, 0xc0}
    FAULT "lidt register", 0, UD, 0, 0, {db 0x0f, 0x01, 0xd8}
    FAULT "sgdt in ring 3", 3, DONE, 0, 0, {sgdt [SCRATCH]}
    movzx eax, word [SCRATCH]
    IS "sgdt: limit", eax, GDT_LIMIT
    IS "sgdt: base", [SCRATCH + 2], gdt
    FAULT "lmsw in ring 3", 3, GP, 0, 0x10, {lmsw ax}
    FAULT "smsw in ring 3", 3, DONE, 0, 0, {smsw eax}
    FAULT "clts in ring 3", 3, GP, 0, 0, {clts}
    FAULT "hlt in ring 3", 3, GP, 0, 0, {hlt}
    FAULT "hlt in ring 1", 1, GP, 0, 0, {hlt}
    FAULT "mov eax, cr0 in ring 3", 3, GP, 0, 0, {mov eax, cr0}
    FAULT "mov cr3 in ring 1", 1, GP, 0, 0, {mov cr3, eax}
    FAULT "mov eax, dr7 in ring 3", 3, GP, 0, 0, {mov eax, dr7}
    FAULT "mov eax, cr1", 0, UD, 0, 0, {db 0x0f, 0x20, 0xc8}
    FAULT "mov eax, cr5", 0, UD, 0, 0, {db 0x0f, 0x20, 0xe8}
    FAULT "mov cr7, eax", 0, UD, 0, 0, {db 0x0f, 0x22, 0xf8}
    FAULT "PG without PE", 0, GP, 0, 0x80000010, {mov cr0, eax}
    cmp dword [family], 4
    jb .old
    FAULT "NW without CD", 0, GP, 0, 0x20000011, {mov cr0, eax}
    FAULT "invlpg in ring 3", 3, GP, 0, 0, {invlpg [SCRATCH]}
    FAULT "invlpg register", 0, UD, 0, 0, {db 0x0f, 0x01, 0xf8}
    FAULT "wbinvd in ring 3", 3, GP, 0, 0, {wbinvd}
    FAULT "invd in ring 3", 3, GP, 0, 0, {invd}
.old:
    cmp dword [family], 5
    jb .end
    FAULT "CR4 reserved bit", 0, GP, 0, 0x80000000, {mov cr4, eax}
    FAULT "rdmsr in ring 3", 3, GP, 0, 0, {rdmsr}
    FAULT "wrmsr in ring 3", 3, GP, 0, 0, {wrmsr}
.end:
    ret

; LOOK "name", ring, instruction, selector, wanted EAX, or with ZF = 0
; EAX kept at the selector.
%macro LOOK 6                           ; name, ring, insn, sel, ZF, EAX
    TRY %1
    RUN %2
    mov eax, %4
    %3
    FINISH
    EXPECT DONE, -1
    mov eax, [r_efl]
    shr eax, 6
    and eax, 1
    IS {%1, ": ZF"}, eax, %5
    mov eax, [r_gpr]
    and eax, ~0xf0000 | %6              ; LAR: bits 16-19 are undefined
    IS {%1, ": EAX"}, eax, %6
%endmacro

look_checks:
    or byte [gdt + FRESH + 5], 1
    LOOK "lar null", 0, {lar eax, eax}, 0, 0, 0
    LOOK "lar data", 3, {lar eax, eax}, FRESH, 1, 0x40f300
    LOOK "lar word", 3, {lar ax, ax}, FRESH, 1, 0xf300
    LOOK "lar inner", 3, {lar eax, eax}, DATA(0), 0, DATA(0)
    LOOK "lar RPL", 0, {lar eax, eax}, DATA(1) | 3, 0, DATA(1) | 3
    LOOK "lar conforming inner", 3, {lar eax, eax}, CONF0 | 3, 1, 0xc09f00
    LOOK "lar past the GDT", 0, {lar eax, eax}, BEYOND, 0, BEYOND
    LOOK "lar absent", 3, {lar eax, eax}, ABSENT, 1, 0x407200
    LOOK "lar call gate", 3, {lar eax, eax}, GATE, 1, 0x00ec00
    LOOK "lar task gate", 3, {lar eax, eax}, TASKG, 1, 0x00e500
    LOOK "lar interrupt gate", 0, {lar eax, eax}, INTG, 0, INTG
    LOOK "lar TSS", 0, {lar eax, eax}, TSSA, 1, 0x8900
    LOOK "lar busy TSS", 0, {lar eax, eax}, TSSB, 1, 0x8b00
    LOOK "lar 286 TSS", 0, {lar eax, eax}, TSS2, 1, 0x8100
    LOOK "lar LDT", 0, {lar eax, eax}, LDTP, 1, 0x8200
    LOOK "lar type 0", 0, {lar eax, eax}, RESERVED, 0, RESERVED
    LOOK "lsl data", 3, {lsl eax, eax}, SMALL, 1, 0xfff
    LOOK "lsl pages", 3, {lsl eax, eax}, DATA(3), 1, 0xffffffff
    LOOK "lsl word", 3, {lsl ax, ax}, DATA(3), 1, 0xffff
    LOOK "lsl inner", 3, {lsl eax, eax}, DATA(0), 0, DATA(0)
    LOOK "lsl gate", 3, {lsl eax, eax}, GATE, 0, GATE
    LOOK "lsl task gate", 3, {lsl eax, eax}, TASKG, 0, TASKG
    LOOK "lsl TSS", 0, {lsl eax, eax}, TSSA, 1, 0x67
    LOOK "lsl LDT", 0, {lsl eax, eax}, LDTP, 1, 0xff
    LOOK "lsl type 0", 0, {lsl eax, eax}, RESERVED, 0, RESERVED
    LOOK "verr data", 3, {verr ax}, SMALL, 1, SMALL
    LOOK "verr inner", 3, {verr ax}, DATA(0), 0, DATA(0)
    LOOK "verr RPL", 0, {verr ax}, DATA(0) | 3, 0, DATA(0) | 3
    LOOK "verr execute only", 3, {verr ax}, XCODE, 0, XCODE
    LOOK "verr conforming", 3, {verr ax}, CONF0, 1, CONF0
    LOOK "verr conforming execute only", 3, {verr ax}, XCONF, 0, XCONF
    LOOK "verr TSS", 0, {verr ax}, TSSA, 0, TSSA
    LOOK "verr null", 0, {verr ax}, 0, 0, 0
    LOOK "verw data", 3, {verw ax}, SMALL, 1, SMALL
    LOOK "verw read only", 3, {verw ax}, RO, 0, RO
    LOOK "verw code", 0, {verw ax}, CODE(0), 0, CODE(0)
    LOOK "verw past the GDT", 0, {verw ax}, BEYOND, 0, BEYOND
    LOOK "arpl raises", 3, {arpl ax, cx}, 0x10, 1, 0x13
    LOOK "arpl keeps", 3, {arpl ax, cx}, 0x13, 0, 0x13
    ret
