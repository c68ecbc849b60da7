; task.asm - hardware task switches: JMP from one TSS to another and back,
; CALL of a third that returns by IRET. No flags are set before a switch in a
; straight run of code: QEMU 7.2 would save stale ones, a set TF among them.
%define PROTECTED
%define SETUP32
%include "boot.inc"
SUM     equ 3000h
FIRST_  equ FREE
SECOND  equ FREE + 8
THIRD   equ FREE + 16
        bits 16
setup:  ret
        bits 32
; Fills the TSS at %1: code %2, stack %3.
%macro FILL 3
        mov edi, %1
        mov ecx, 26
        xor eax, eax
        rep stosd
        mov dword [%1 + 20h], %2
        mov dword [%1 + 24h], 2
        mov dword [%1 + 38h], %3
        mov dword [%1 + 48h], DATA      ; es cs ss ds fs gs
        mov dword [%1 + 4ch], CODE
        mov dword [%1 + 50h], DATA
        mov dword [%1 + 54h], DATA
        mov dword [%1 + 58h], DATA
        mov dword [%1 + 5ch], DATA
        mov word [%1 + 66h], 104
%endmacro
setup32:
        TASK FIRST_, TSS
        TASK SECOND, TSS + 100h
        TASK THIRD, TSS + 200h
        FILL TSS, 0, 0
        FILL TSS + 100h, second, 8e000h
        FILL TSS + 200h, third, 8d000h
        mov ax, FIRST_
        ltr ax
        ret

iter:   mov dword [SUM], 1
        mov ecx, 2000
.next:  jmp SECOND:0
        mov eax, [SUM]
        lea eax, [eax + eax * 2]
        lea eax, [eax + ecx + 1]
        mov [SUM], eax
        call THIRD:0
        dec ecx
        jnz .next
        mov eax, [SUM]
        ret

second: mov edx, [SUM]
        lea edx, [edx + edx * 4 + 3]
        mov [SUM], edx
        jmp FIRST_:0
        jmp second

third:  mov edx, [SUM]
        lea edx, [edx + edx * 8 + 7]
        mov [SUM], edx
        iretd
        jmp third
kernel_end:
