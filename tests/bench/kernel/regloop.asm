; regloop.asm - 32-bit registers only.
%define PROTECTED
%include "boot.inc"
        bits 16
setup:  ret
        bits 32
iter:   mov ecx, 100000
        mov eax, 1
        mov ebx, 12345678h
        xor edx, edx
        mov esi, 3
        xor edi, edi
.next:  add eax, ebx
        rol ebx, 3
        xor edx, eax
        lea esi, [esi + edx * 2 + 5]
        sub edi, esi
        shr edx, 1
        add ebx, edi
        and edi, 0ffffffh
        inc eax
        dec ecx
        jnz .next
        add eax, ebx
        add eax, edx
        add eax, esi
        add eax, edi
        ret
kernel_end:
