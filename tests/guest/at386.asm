; at386.asm - the 386's LOADALL, into protected mode and real mode.
; Reference: R. Collins, "The LOADALL Instruction".
; cpus: 386
; rivals: none (they have no LOADALL)
%define REAL_TESTS
%include "frame.inc"

TABLE equ 0x6000                        ; in segment 0

%macro CACHE 4                          ; offset, access, base, limit
    mov dword [TABLE + %1], (%2) << 8
    mov dword [TABLE + %1 + 4], %3
    mov dword [TABLE + %1 + 8], %4
%endmacro

LOW
    bits 16
real_tests:
    call a20_on
    mov di, TABLE
    mov cx, 0xcc / 2
    xor ax, ax
    rep stosw
    mov dword [TABLE], 0x10             ; CR0, EFLAGS, EIP
    mov dword [TABLE + 4], 0x0ad7
    mov dword [TABLE + 8], .here
    mov dword [TABLE + 0x0c], 0x77777777        ; EDI ESI EBP ESP EBX EDX ECX EAX
    mov dword [TABLE + 0x10], 0x66666666
    mov dword [TABLE + 0x14], 0x55555555
    movzx eax, sp
    mov [TABLE + 0x18], eax
    mov dword [TABLE + 0x1c], 0xbbbbbbbb
    mov dword [TABLE + 0x20], 0xdddddddd
    mov dword [TABLE + 0x24], 0xcccccccc
    mov dword [TABLE + 0x28], 0xaaaaaaaa
    mov dword [TABLE + 0x2c], 0xffff0ff0        ; DR6, DR7
    mov dword [TABLE + 0x30], 0x400
    mov dword [TABLE + 0x3c], 0x2222    ; GS, FS
    mov dword [TABLE + 0x40], 0x1111
    CACHE 0x54, 0x8b, 0, 0xffff         ; TR
    CACHE 0x60, 0, 0, 0x3ff             ; IDT
    CACHE 0x6c, 0, 0, 0xffff            ; GDT
    CACHE 0x78, 0x82, 0, 0xffff         ; LDT
    CACHE 0x84, 0x93, 0x100000, 0xffff  ; GS
    CACHE 0x90, 0x93, 0, 0xffffffff     ; FS
    CACHE 0x9c, 0x93, 0, 0xffff         ; DS
    CACHE 0xa8, 0x93, 0, 0xffff         ; SS
    CACHE 0xb4, 0x93, 0, 0xffff         ; CS
    CACHE 0xc0, 0x93, 0, 0xffff         ; ES
    mov edi, TABLE
    db 0x0f, 0x07
.here:
    pushf
    mov [0x7000], eax
    pop word [0x7004]
    mov ax, fs
    mov [0x7006], ax
    mov ax, gs
    mov [0x7008], ax
    IS16 "loadall: EAX", [0x7002], 0xaaaa
    IS16 "loadall: FLAGS", [0x7004], 0x0ad7
    cli
    cld
    IS16 "loadall: FS", [0x7006], 0x1111
    IS16 "loadall: GS", [0x7008], 0x2222
    IS16 "loadall: BX", bx, 0xbbbb
    IS16 "loadall: CX", cx, 0xcccc
    IS16 "loadall: DX", dx, 0xdddd
    IS16 "loadall: SI", si, 0x6666
    IS16 "loadall: DI", di, 0x7777
    IS16 "loadall: BP", bp, 0x5555
    mov esi, 0x100010
    mov dword [fs:esi], 0x600dbeef
    IS16 "loadall: 4 GB through FS", [gs:0x10], 0xbeef
    xor ax, ax
    mov fs, ax
    mov gs, ax
    ret

; LOADALL belongs to ring 0.
PM
    bits 32
tests:
    FAULT "loadall in ring 3", 3, GP, 0, 0, {db 0x0f, 0x07}
    ret
