; strings.asm - REP STOSD, REP MOVSD, REPNE SCASB: long runs and short ones.
%define PROTECTED
%include "boot.inc"
SOURCE  equ 400000h
TARGET  equ 500000h
LENGTH    equ 4096                ; bytes
ROUNDS  equ 50
        bits 16
setup:  ret
        bits 32
iter:   xor ebx, ebx
        mov ebp, ROUNDS
.round: mov eax, ebp
        imul eax, 01010101h
        mov edi, SOURCE
        mov ecx, LENGTH / 4
        rep stosd
        mov byte [SOURCE + LENGTH - 1], 0ffh
        mov esi, SOURCE
        mov edi, TARGET
        mov ecx, LENGTH / 4
        rep movsd
        mov edi, TARGET
        mov ecx, LENGTH * 2
        mov al, 0ffh
        repne scasb
        lea ebx, [ebx * 2 + edi]
        add ebx, [TARGET + 100]
        mov edx, 16             ; sixteen short ones
        mov esi, SOURCE
.short: mov edi, TARGET + 1
        mov ecx, 12
        rep movsd
        mov ecx, 10
        rep stosd
        add ebx, [edi - 44]
        dec edx
        jnz .short
        dec ebp
        jnz .round
        mov eax, ebx
        ret
kernel_end:
