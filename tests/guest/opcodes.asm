; opcodes.asm - LOCK before every opcode, opcodes that are reserved, the length
; of an instruction. The code is made in memory and run in ring 3.
; Manual: SDM 2, LOCK, appendix A; SDM 3, 22.15 (new instructions by family).
; The 386's manual lets LOCK go with BT; the chip refuses it (recorded cases).
; cpus: 386 486 pentium pentium-mmx pentiumpro pentium2
; rival: pentium2
; rivals: bochs (QEMU lets LOCK go with BSWAP ESP and others, and ends there)
%include "frame.inc"

CODE_AT equ 0x68000
MMX equ 1 << 23
ANY equ 0xff

tests:
    call locks
    call reserved
    call lengths
    ret

; Runs CODE_AT in ring 3 with small numbers in the registers; EAX: the event's
; vector.
run_it:
    TRY "generated code"
    RUN 3
    xor eax, eax
    xor ecx, ecx
    xor edx, edx
    xor ebx, ebx
    xor ebp, ebp
    mov esi, SCRATCH
    mov edi, SCRATCH
    jmp CODE_AT
%$resume:
    %pop
    mov eax, [r_vec]
    ret

; ---- LOCK ----

; Opcode (0F xx as 1xx), which values of ModRM's reg field, since which family.
[section .data]
lockable:
    db 0x00, 0, ANY, 3
    db 0x01, 0, ANY, 3
    db 0x08, 0, ANY, 3
    db 0x09, 0, ANY, 3
    db 0x10, 0, ANY, 3
    db 0x11, 0, ANY, 3
    db 0x18, 0, ANY, 3
    db 0x19, 0, ANY, 3
    db 0x20, 0, ANY, 3
    db 0x21, 0, ANY, 3
    db 0x28, 0, ANY, 3
    db 0x29, 0, ANY, 3
    db 0x30, 0, ANY, 3
    db 0x31, 0, ANY, 3
    db 0x80, 0, 0x7f, 3
    db 0x81, 0, 0x7f, 3
    db 0x82, 0, 0x7f, 3
    db 0x83, 0, 0x7f, 3
    db 0x86, 0, ANY, 3
    db 0x87, 0, ANY, 3
    db 0xf6, 0, 0x0c, 3
    db 0xf7, 0, 0x0c, 3
    db 0xfe, 0, 0x03, 3
    db 0xff, 0, 0x03, 3
    db 0xab, 1, ANY, 3
    db 0xb3, 1, ANY, 3
    db 0xbb, 1, ANY, 3
    db 0xba, 1, 0xe0, 3
    db 0xb0, 1, ANY, 4
    db 0xb1, 1, ANY, 4
    db 0xc0, 1, ANY, 4
    db 0xc1, 1, ANY, 4
    db 0xc7, 1, 0x02, 5
    db 0, 0, 0, 0
; Prefixes and the escape to 0F.
prefixes: db 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3
    db 0x0f
PREFIXES equ $ - prefixes
opcode: dd 0
reg: dd 0
wrong: dd 0
__SECT__

; CF: the opcode goes with LOCK when its operand is in memory.
may_lock:
    mov esi, lockable
    mov eax, [opcode]
.next:
    cmp byte [esi + 2], 0
    je .no
    cmp [esi], ax
    je .found
    add esi, 4
    jmp .next
.found:
    movzx edx, byte [esi + 3]
    cmp [family], edx
    jb .no
    movzx edx, byte [esi + 2]
    mov ecx, [reg]
    bt edx, ecx
    ret
.no:
    clc
    ret

; F0, the opcode, AL as ModRM and 32 bits of address; what follows serves as
; an immediate or does nothing.
make_locked:
    mov edi, CODE_AT
    mov edx, eax
    mov al, 0xf0
    stosb
    mov al, 0x0f
    test byte [opcode + 1], 1
    jz .one
    stosb
.one:
    mov eax, [opcode]
    stosb
    mov al, dl
    stosb
    mov eax, SCRATCH
    cmp dl, 0xc0
    jb .memory
    mov eax, 0x90909090
.memory:
    stosd
    mov eax, 0x90909090
    stosd
    mov ax, 0x80cd
    stosw
    ret

; AL: ModRM, EBX: the wanted vector.
lock_one:
    push eax
    push ebx
    call make_locked
    call run_it
    pop ebx
    pop ecx
    cmp eax, ebx
    je .same
    inc dword [wrong]
    mov dword [name], .text
    mov esi, .text
    call say_fail
    shl ecx, 16
    mov cx, [opcode]
    xchg eax, ecx
    call puthex
    mov al, ' '
    call putc
    mov eax, [r_vec]
    call puthex
    mov al, 10
    call putc
.same:
    ret
[section .data]
.text: db "lock: ModRM and opcode ", 0
__SECT__

lock_opcode:
    mov dword [reg], 7
.next:
    call may_lock
    mov ebx, UD
    jnc .memory
    mov ebx, DONE
.memory:
    mov eax, [reg]
    lea eax, [eax * 8 + 5]
    call lock_one
    mov ebx, UD
    mov eax, [reg]
    lea eax, [eax * 8 + 0xc1]
    call lock_one
    dec dword [reg]
    jns .next
    ret

locks:
    mov dword [wrong], 0
    mov dword [opcode], 0x1ff
.next:
    mov eax, [opcode]
    test ah, ah
    jnz .do
    mov edi, prefixes
    mov ecx, PREFIXES
    repne scasb
    je .skip
.do:
    call lock_opcode
.skip:
    dec dword [opcode]
    jns .next
    IS "lock: opcodes that differ", [wrong], 0
; The other prefixes change nothing about it.
%macro LOCKED 3+                        ; name, vector, bytes
    TRY {%1}
    RUN 3
    mov edi, SCRATCH
    db %3
    FINISH
    EXPECT %2, -1
%endmacro
    LOCKED "lock, twice", DONE, 0xf0, 0xf0, 0x01, 0x07
    LOCKED "lock, then ES", DONE, 0xf0, 0x26, 0x01, 0x07
    LOCKED "ES, then lock", DONE, 0x26, 0xf0, 0x01, 0x07
    LOCKED "66, then lock", DONE, 0x66, 0xf0, 0x01, 0x07
    LOCKED "lock, then rep", DONE, 0xf0, 0xf3, 0x01, 0x07
    LOCKED "lock rep movsb", UD, 0xf0, 0xf3, 0xa4
    LOCKED "rep lock nop", UD, 0xf3, 0xf0, 0x90
    ret

; ---- reserved opcodes ----

; #UD on families from the first number to the second; then the bytes.
%macro RESERVED 3+
    db %1, %2, %%end - %%bytes
%%bytes:
    db %3
%%end:
%endmacro
; GROUP families, values of ModRM's reg field, opcode
%macro GROUP 4+
%assign %%r 0
%rep 8
  %if %3 >> %%r & 1
    RESERVED %1, %2, %4, %%r * 8 | 5, 0, 0, 6, 0
    RESERVED %1, %2, %4, %%r * 8 | 0xc1
  %endif
  %assign %%r %%r + 1
%endrep
%endmacro
[section .data]
reserved_list:
    RESERVED 3, 6, 0x0f, 0x04
    RESERVED 4, 6, 0x0f, 0x05
    RESERVED 4, 6, 0x0f, 0x07
    RESERVED 3, 3, 0x0f, 0x08
    RESERVED 3, 3, 0x0f, 0x09
    RESERVED 3, 6, 0x0f, 0x0a
    RESERVED 3, 6, 0x0f, 0x0b           ; UD2
    RESERVED 3, 6, 0x0f, 0x0c
    RESERVED 3, 5, 0x0f, 0x0d, 0xc0
    RESERVED 3, 6, 0x0f, 0x0e
    RESERVED 3, 6, 0x0f, 0x0f, 0xc0, 0x9e
    RESERVED 3, 6, 0x0f, 0x10, 0xc0     ; SSE
    RESERVED 3, 6, 0x0f, 0x16, 0xc0
    RESERVED 3, 5, 0x0f, 0x18, 0xc0
    RESERVED 3, 5, 0x0f, 0x1f, 0xc0
    RESERVED 5, 6, 0x0f, 0x24, 0xf0     ; test registers
    RESERVED 5, 6, 0x0f, 0x26, 0xf0
    RESERVED 3, 6, 0x0f, 0x25, 0xc0
    RESERVED 3, 6, 0x0f, 0x27, 0xc0
    RESERVED 3, 6, 0x0f, 0x28, 0xc0
    RESERVED 3, 6, 0x0f, 0x2f, 0xc0
    RESERVED 3, 4, 0x0f, 0x30
    RESERVED 3, 4, 0x0f, 0x31
    RESERVED 3, 4, 0x0f, 0x32
    RESERVED 3, 5, 0x0f, 0x34
    RESERVED 3, 5, 0x0f, 0x35
    RESERVED 3, 6, 0x0f, 0x36
    RESERVED 3, 6, 0x0f, 0x37
    RESERVED 3, 6, 0x0f, 0x38, 0, 0xc0
    RESERVED 3, 6, 0x0f, 0x3a, 0, 0xc0, 0
    RESERVED 3, 6, 0x0f, 0x3f
    RESERVED 3, 5, 0x0f, 0x40, 0xc0
    RESERVED 3, 5, 0x0f, 0x4f, 0xc0
    RESERVED 3, 6, 0x0f, 0x50, 0xc0
    RESERVED 3, 6, 0x0f, 0x5f, 0xc0
    RESERVED 3, 6, 0x0f, 0x6c, 0xc0
    RESERVED 3, 6, 0x0f, 0x6d, 0xc0
    RESERVED 3, 6, 0x0f, 0x70, 0xc0, 0
    RESERVED 3, 6, 0x0f, 0x78, 0xc0
    RESERVED 3, 6, 0x0f, 0x7d, 0xc0
    RESERVED 3, 3, 0x0f, 0xa2
    RESERVED 3, 6, 0x0f, 0xa6, 0xc0
    RESERVED 3, 6, 0x0f, 0xa7, 0xc0
    RESERVED 3, 6, 0x0f, 0xaa           ; RSM, outside of it
    RESERVED 3, 3, 0x0f, 0xb0, 0xc0
    RESERVED 3, 3, 0x0f, 0xb1, 0xc0
    RESERVED 3, 6, 0x0f, 0xb8, 0xc0
    RESERVED 3, 6, 0xf3, 0x0f, 0xb8, 0xc0
    RESERVED 3, 6, 0x0f, 0xb9, 0xc0     ; UD1
    RESERVED 3, 3, 0x0f, 0xc0, 0xc0
    RESERVED 3, 3, 0x0f, 0xc1, 0xc0
    RESERVED 3, 6, 0x0f, 0xc2, 0xc0, 0
    RESERVED 3, 6, 0x0f, 0xc6, 0xc0, 0
    RESERVED 3, 3, 0x0f, 0xc8
    RESERVED 3, 6, 0x0f, 0xd0, 0xc0
    RESERVED 3, 6, 0x0f, 0xd4, 0xc0
    RESERVED 3, 6, 0x0f, 0xd6, 0xc0
    RESERVED 3, 6, 0x0f, 0xd7, 0xc0
    RESERVED 3, 6, 0x0f, 0xda, 0xc0
    RESERVED 3, 6, 0x0f, 0xe0, 0xc0
    RESERVED 3, 6, 0x0f, 0xe6, 0xc0
    RESERVED 3, 6, 0x0f, 0xe7, 0xc0
    RESERVED 3, 6, 0x0f, 0xf0, 0xc0
    RESERVED 3, 6, 0x0f, 0xf4, 0xc0
    RESERVED 3, 6, 0x0f, 0xf6, 0xc0
    RESERVED 3, 6, 0x0f, 0xfb, 0xc0
    RESERVED 3, 6, 0x0f, 0xff, 0xc0     ; UD0
    RESERVED 3, 6, 0x62, 0xc0           ; registers where memory must be
    RESERVED 3, 6, 0x8d, 0xc0
    RESERVED 3, 6, 0xc4, 0xc0
    RESERVED 3, 6, 0xc5, 0xc0
    RESERVED 3, 6, 0x0f, 0xb2, 0xc0
    RESERVED 3, 6, 0x0f, 0xb4, 0xc0
    RESERVED 3, 6, 0x0f, 0xb5, 0xc0
    RESERVED 3, 6, 0x0f, 0x01, 0xc0
    RESERVED 3, 6, 0x0f, 0x01, 0xc8
    RESERVED 3, 6, 0x0f, 0x01, 0xd0
    RESERVED 3, 6, 0x0f, 0x01, 0xd8
    RESERVED 3, 6, 0x0f, 0x01, 0xf8
    RESERVED 3, 6, 0x0f, 0xc7, 0xc8
    RESERVED 3, 6, 0xff, 0xd8
    RESERVED 3, 6, 0xff, 0xe8
    RESERVED 3, 6, 0x8c, 0xf0           ; segment registers 6 and 7, to CS
    RESERVED 3, 6, 0x8c, 0xf8
    RESERVED 3, 6, 0x8e, 0xc8
    RESERVED 3, 6, 0x8e, 0xf0
    RESERVED 3, 6, 0x8e, 0xf8
    RESERVED 4, 6, 0xd9, 0xd1           ; the coprocessor's own ones
    RESERVED 4, 6, 0xd9, 0xe2
    RESERVED 4, 6, 0xd9, 0xef
    RESERVED 4, 6, 0xd9, 0x0d, 0, 0, 6, 0
    RESERVED 4, 6, 0xda, 0xe0
    RESERVED 4, 6, 0xda, 0xf8
    RESERVED 4, 5, 0xda, 0xc0
    RESERVED 4, 5, 0xdb, 0xf0
    RESERVED 4, 6, 0xdb, 0xf8
    RESERVED 4, 6, 0xdb, 0x35, 0, 0, 6, 0
    RESERVED 4, 6, 0xdd, 0xf0
    RESERVED 4, 6, 0xdd, 0x2d, 0, 0, 6, 0
    RESERVED 4, 6, 0xde, 0xd8
    RESERVED 4, 6, 0xdf, 0xe1
    RESERVED 4, 6, 0xdf, 0xf8
    GROUP 3, 6, 0xfe, 0x8f
    GROUP 3, 6, 0xfe, 0xc6
    GROUP 3, 6, 0xfe, 0xc7
    GROUP 3, 6, 0xfc, 0xfe
    GROUP 3, 6, 0x80, 0xff
    GROUP 3, 6, 0xc0, 0x0f, 0x00
    GROUP 3, 6, 0x20, 0x0f, 0x01
    GROUP 3, 3, 0x80, 0x0f, 0x01
    GROUP 3, 6, 0x0f, 0x0f, 0xba
    GROUP 3, 6, 0xfd, 0x0f, 0xc7
    db 0
__SECT__

reserved:
    mov dword [wrong], 0
    mov esi, reserved_list
.next:
    movzx eax, byte [esi]
    test eax, eax
    jz .end
    movzx edx, byte [esi + 1]
    movzx ecx, byte [esi + 2]
    add esi, 3
    cmp [family], eax
    jb .skip
    cmp [family], edx
    ja .skip
    call reserved_one
    jmp .next
.skip:
    add esi, ecx
    jmp .next
.end:
    IS "reserved: opcodes that differ", [wrong], 0
    ret

; ESI -> ECX bytes; goes past them. They must be #UD at their own address.
reserved_one:
    push esi
    push ecx
    mov edi, CODE_AT
    rep movsb
    mov eax, 0x90909090
    stosd
    stosd
    mov ax, 0x80cd
    stosw
    call run_it
    pop ecx
    pop esi
    cmp eax, UD
    jne .bad
    cmp dword [r_eip], CODE_AT
    je .good
.bad:
    inc dword [wrong]
    push esi
    mov dword [name], .text
    mov esi, .text
    call say_fail
    pop esi
    mov eax, [esi]
    xchg al, ah                         ; in the order of the bytes
    rol eax, 16
    xchg al, ah
    call puthex
    mov al, 10
    call putc
.good:
    add esi, ecx
    ret
[section .data]
.text: db "reserved: ", 0
__SECT__

; ---- length ----

; LONG "name", vector, count, prefix, the other bytes
%macro LONG 5+
    TRY {%1}
    RUN 3
    mov edi, SCRATCH
%%at:
    times %3 db %4
    db %5
    FINISH
  %if %2 == DONE
    EXPECT DONE, -1
  %else
    EXPECT %2, 0, %%at
  %endif
%endmacro

lengths:
    LONG "14 prefixes", DONE, 14, 0x3e, 0x90
    LONG "15 prefixes", GP, 15, 0x3e, 0x90
    LONG "14 operand sizes", DONE, 14, 0x66, 0x90
    LONG "15 operand sizes", GP, 15, 0x66, 0x90
    LONG "14 repeats", DONE, 14, 0xf3, 0x90
    LONG "40 prefixes", GP, 40, 0x26, 0x90
    LONG "15 bytes, an immediate", DONE, 5, 0x26, 0xc7, 0x05, 0, 0, 6, 0, 1, 2, 3, 4
    LONG "16 bytes, an immediate", GP, 6, 0x26, 0xc7, 0x05, 0, 0, 6, 0, 1, 2, 3, 4
    LONG "15 bytes, LOCK", DONE, 13, 0xf0, 0x01, 0x07
    LONG "16 bytes, LOCK", GP, 14, 0xf0, 0x01, 0x07
    LONG "15 bytes, reserved", UD, 13, 0x26, 0x0f, 0x0b
    LONG "16 bytes, reserved", GP, 14, 0x26, 0x0f, 0x0b
    TRY "16 bytes, in 16-bit code"
    RUN16 3, .code16
    EXPECT GP, 0, .code16
    TRY "16 bytes in V86"
    RUNV86 .code16
    EXPECT GP, 0, .code16
    ret
LOW
    bits 16
.code16:
    times 15 db 0x26
    nop
    FINISH
PM
    bits 32
