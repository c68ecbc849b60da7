; oddsegs.asm - segments as DOS extenders have them: bases that are not zero,
; limits that are neither 64 KB nor 4 GB, far pointers, 16-bit code called from
; 32-bit code. The last part has its stack in a segment that expands down.
%define PROTECTED
%define SETUP32
%include "boot.inc"

DATA_ODD equ FREE               ; 200 KB at 1 MB + 1234h
HEAP_ODD equ FREE + 8           ; 3 MB at 4 MB + 560h
CODE_16  equ FREE + 16          ; the kernel's own 64 KB
DOWN     equ FREE + 24          ; from 10000h up, at 600000h

setup:  ret

; Selector %1: base %2, limit %3, access byte %4, flags %5.
%macro SEGMENT 5
        mov dword [GDT + %1], ((%2) & 0ffffh) << 16 | ((%3) & 0ffffh)
        mov dword [GDT + %1 + 4], (%2) >> 16 & 0ffh | (%4) << 8 | \
            ((%3) >> 16) << 16 | (%5) << 20 | ((%2) & 0ff000000h)
%endmacro

        bits 32
setup32:
        SEGMENT DATA_ODD, 101234h, 31fffh, 93h, 4
        SEGMENT HEAP_ODD, 400560h, 2ffh, 93h, 0ch
        SEGMENT CODE_16, 0, 0ffffh, 9bh, 0
        SEGMENT DOWN, 600000h, 0ffffh, 97h, 4
        push es
        mov ax, HEAP_ODD
        mov es, ax
        xor edi, edi
        mov ecx, 4000h
        mov eax, 12345678h
.fill:  mov [es:edi], eax
        imul eax, eax, 69069
        inc eax
        add edi, 4
        loop .fill
        pop es
        mov ax, DATA_ODD
        mov fs, ax
        mov dword [fs:100h], 40h
        mov word [fs:104h], HEAP_ODD
        mov dword [fs:108h], 8040h
        mov word [fs:10ch], HEAP_ODD
        ret

iter:   push ds
        push es
        mov ax, DATA_ODD
        mov ds, ax
        les edi, [100h]         ; as at the first time
        mov ecx, 8
.undo:  mov dword [es:edi], 0
        add edi, 4
        dec ecx
        jnz .undo
        xor ebx, ebx
        mov ecx, 300
.next:  push ecx
        les edi, [100h]         ; sums through two far pointers
        lgs esi, [108h]
        mov ecx, 8
.sum:   mov eax, [gs:esi]
        add ebx, eax
        xor [es:edi], ebx
        mov [200h + ecx * 4], eax
        add esi, 4
        add edi, 4
        dec ecx
        jnz .sum
        call dword CODE_16:sixteen
        add ebx, eax
        pop ecx
        loop .next
        mov dx, ss              ; now with a stack that expands down
        mov ebp, esp
        mov ax, DOWN
        mov ss, ax
        mov esp, 30000h
        mov ecx, 100
.down:  push ebx
        push ecx
        call turn
        pop ecx
        pop eax
        add ebx, eax
        loop .down
        mov ss, dx
        mov esp, ebp
        mov eax, ebx
        pop es
        pop ds
        ret

turn:   rol ebx, 3
        xor ebx, [esp + 4]
        ret

        bits 16
sixteen:
        mov si, 8
        xor ax, ax
        mov di, 200h
.next:  add ax, [di]
        add di, 4
        dec si
        jnz .next
        movzx eax, ax
        o32 retf
kernel_end:
