; real.asm - real mode: limits, the IVT's limit, tracing, unreal segments, A20.
; Manual: SDM 3, 20.1; SDM 2, each instruction's real-mode exceptions.
; differs: qemu limit:* - no limit checks in translated code (SDM 3, 20.1.4)
; differs: qemu lock mov* - LOCK on a plain MOV is #UD (SDM 2, LOCK)
; differs: qemu pop r/m /1* - undefined, #UD (SDM 2, table A-6)
; differs: qemu C6 /1* - the same
%define REAL_TESTS
%include "frame.inc"
%include "real16.inc"

SHADOW equ 0x9000                       ; segment for tests

LOW
    bits 16
; RFAULT "name", vector, EAX, {instruction}
%macro RFAULT 4+
    RTRY
    mov eax, %3
%%at:
    %4
    DONE16
  %if %2 == 0x60
    %define %%ip [r16_ip]
  %else
    %define %%ip %%at
  %endif
    REXPECT %1, %2, %%ip
%endmacro

far_table: dw 0, 0, 0

; The BIOS's vectors are kept for later.
real_tests:
    mov si, 0
    mov ax, SHADOW
    mov es, ax
    xor di, di
    mov cx, 0x200
    rep movsw
    xor ax, ax
    mov es, ax
    call vectors
    call limits16
    call refused16
    call ints16
    call unreal
    call a20
    call msw
    mov eax, cr0
    test al, 0x10
    mov ax, SHADOW
    mov ds, ax
    xor si, si
    xor di, di
    mov cx, 0x200
    rep movsw
    mov ds, cx
    ret

limits16:
    RFAULT "limit: word read at FFFF", GP, 0, {mov ax, [0xffff]}
    RFAULT "limit: word write at FFFF", GP, 0, {mov [0xffff], ax}
    RFAULT "limit: dword read at FFFD", GP, 0, {mov eax, [0xfffd]}
    RFAULT "limit: byte past 64K", GP, 0x10000, {mov al, [eax]}
    RFAULT "limit: jump past 64K", GP, 0, {jmp dword 0x12345}
    RFAULT "limit: far jump past 64K", GP, 0, {jmp dword 0:0x12345}
    RFAULT "limit: stack word at FFFF", SS_, 0, {mov ax, [ss:0xffff]}
    RFAULT "byte at FFFF", 0x60, 0, {mov al, [0xffff]}
    RFAULT "dword at FFFC", 0x60, 0, {mov eax, [0xfffc]}
    RTRY
    mov ax, SHADOW
    mov ss, ax
    xor sp, sp
    push ax
    mov bx, sp
    DONE16
%$resume:
    %pop
    IS16 "push at SP 0", bx, 0xfffe
    RTRY
    mov ax, SHADOW
    mov ss, ax
    mov esp, 0x12340000
    push eax
    mov ebx, esp
    DONE16
%$resume:
    %pop
    IS16 "push at ESP 12340000h: SP", bx, 0xfffc
    shr ebx, 16
    IS16 "push at ESP 12340000h: high half", bx, 0x1234
    movzx esp, sp
    ret

refused16:
    RFAULT "sldt", UD, 0, {sldt ax}
    RFAULT "str", UD, 0, {str ax}
    RFAULT "lldt", UD, 0, {lldt ax}
    RFAULT "ltr", UD, 0, {ltr ax}
    RFAULT "verr", UD, 0, {verr ax}
    RFAULT "verw", UD, 0, {verw ax}
    RFAULT "lar", UD, 0, {lar ax, ax}
    RFAULT "lsl", UD, 0, {lsl ax, ax}
    RFAULT "arpl", UD, 0, {arpl ax, ax}
    RFAULT "mov cs", UD, 0, {db 0x8e, 0xc8}
    RFAULT "lock nop", UD, 0, {db 0xf0, 0x90}
    RFAULT "lock mov", UD, 0, {db 0xf0, 0x89, 0x06, 0, 0x90}
    RFAULT "lock cmp", UD, 0, {db 0xf0, 0x39, 0x06, 0, 0x90}
    RFAULT "lock add register", UD, 0, {db 0xf0, 0x01, 0xc0}
    RFAULT "lock add", 0x60, 0, {lock add [0x9000], al}
    RFAULT "15 bytes", 0x60, 0, {db 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x90}
    RFAULT "16 bytes", GP, 0, {db 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x90}
    RFAULT "ud2", UD, 0, {ud2}
    RFAULT "lea register", UD, 0, {db 0x8d, 0xc0}
    RFAULT "les register", UD, 0, {db 0xc4, 0xc0}
    RFAULT "pop r/m /1", UD, 0, {db 0x8f, 0xc8}
    RFAULT "FE /2", UD, 0, {db 0xfe, 0xd0}
    RFAULT "FF /7", UD, 0, {db 0xff, 0xf8}
    RFAULT "C6 /1", UD, 0, {db 0xc6, 0xc8, 0}
    RFAULT "PG without PE", GP, 0x80000010, {mov cr0, eax}
    ret

ints16:
    RFAULT "div by 0", DE, 0, {div ah}
    RFAULT "aam 0", DE, 0, {aam 0}
    RFAULT "bound", BR, 0, {bound sp, [far_table]}
    RTRY
    int3
.int3:
    REXPECT "int3", BP_, .int3
; IF and TF are off in the handler, and on the stack.
    RTRY
    push word 0x0302
    popf
    int 0x60
.flags:
    REXPECT "int with IF and TF", 0x60, .flags
    and word [r16_fl], 0x300
    IS16 "int with IF and TF: pushed", [r16_fl], 0x300
    and word [r16_hfl], 0x300
    IS16 "int with IF and TF: in the handler", [r16_hfl], 0
    RTRY
    push word 0x0102
    popf
    nop
.step:
    nop
    REXPECT "single step", DB_, .step
    RTRY
    mov dx, ss
    push word 0x0102
    popf
    mov ss, dx
    nop
.ss:
    nop
    REXPECT "single step over mov ss", DB_, .ss

; The table's limit.
    mov word [idt16], 0x17f             ; up to vector 5Fh
    lidt [idt16]
    RFAULT "limit of the IVT: int 60h", GP, 0, {int 0x60}
    mov word [idt16], 0x182
    lidt [idt16]
    RFAULT "limit of the IVT: three bytes", GP, 0, {int 0x60}
    mov word [idt16], 0x183
    lidt [idt16]
    RTRY
    int 0x60
.all:
    REXPECT "limit of the IVT: four bytes", 0x60, .all
    mov word [idt16], 13 * 4 - 1
    lidt [idt16]
    RFAULT "limit of the IVT: no #GP", DF, 0, {int 0x60}
    mov word [idt16], 0x3ff
    lidt [idt16]

; The table elsewhere.
    push ds
    pop es
    xor si, si
    mov di, 0x6000
    mov cx, 0x200
    rep movsw
    mov dword [idt16 + 2], 0x6000
    lidt [idt16]
    mov word [0x6000 + UD * 4], stub16_5
    RTRY
.moved:
    ud2
    REXPECT "IVT elsewhere", BR, .moved
    mov dword [idt16 + 2], 0
    lidt [idt16]

; IOPL and NT can be set from the 386 on.
    push word 0x7002
    popf
    pushf
    pop ax
    push word 2
    popf
    IS16 "IOPL and NT", ax, 0x7002
    ret
idt16: dw 0x3ff
    dd 0

; A segment with a limit of 4 GB, made in protected mode and kept.
unreal:
    call a20_on
    lgdt [gdt_ptr]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp .pm
.pm:
    mov bx, DATA(0)
    mov fs, bx
    and al, ~1
    mov cr0, eax
    jmp .real
.real:
    xor bx, bx
    mov fs, bx
    mov esi, 0x100000
    mov dword [fs:esi], 0x600dbeef
    mov dword [fs:0], 0x12345678
    RTRY
    mov esi, 0x100000
    mov eax, [fs:esi]
    mov bp, ax
    DONE16
    REXPECT "unreal segment", 0x60, [r16_ip]
    IS16 "unreal segment: value", bp, 0xbeef
    mov ax, SHADOW
    mov fs, ax
    mov esi, 0x100000 - SHADOW * 16
    mov eax, [fs:esi]
    IS16 "unreal segment: another base", ax, 0xbeef
; Back to 64K.
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp .pm2
.pm2:
    mov bx, DATA16(0)
    mov fs, bx
    and al, ~1
    mov cr0, eax
    jmp .real2
.real2:
    RTRY
    mov esi, 0x100000
.small:
    mov eax, [fs:esi]
    DONE16
    REXPECT "limit: no longer unreal", GP, .small
    ret

a20:
    mov dword [0x500], 0x11112222
    mov ax, 0xffff
    mov es, ax
    mov dword [es:0x510], 0x33334444
    IS16 "A20 on", [0x500], 0x2222
    in al, 0x92
    and al, 0xfc
    out 0x92, al
    mov ax, [es:0x510]
    IS16 "A20 off: wraps", ax, 0x2222
    mov word [es:0x510], 0x5555
    IS16 "A20 off: write wraps", [0x500], 0x5555
    call a20_on
    mov ax, [es:0x510]
    IS16 "A20 on again", ax, 0x4444
    xor ax, ax
    mov es, ax
    ret

msw:
    mov ax, 0
    smsw ax
    and ax, 1
    IS16 "smsw: real mode", ax, 0
    mov ax, 8
    lmsw ax
    smsw ax
    and ax, 15
    IS16 "lmsw: TS", ax, 8
    clts
    smsw ax
    and ax, 15
    IS16 "clts", ax, 0
    lgdt [gdt_ptr]
    mov ax, 1
    lmsw ax
    jmp .pm
.pm:
    xor ax, ax
    lmsw ax
    smsw ax
    mov ebx, cr0
    and bl, ~1
    mov cr0, ebx
    jmp .real
.real:
    and ax, 1
    IS16 "lmsw does not clear PE", ax, 1
    ret

PM
    bits 32
tests:
    ret
