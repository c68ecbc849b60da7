; patch.asm - a loop that patches an immediate in itself and runs it.
%define PROTECTED
%include "boot.inc"
        bits 16
setup:  ret
        bits 32
iter:   mov ecx, 1000
        xor ebx, ebx
        mov eax, 12345678h
        mov esi, 9
        align 64
.next:  mov [.here + 2], eax
        add eax, ecx
        xor esi, eax
.here:  add ebx, strict dword 0
        rol ebx, 1
        lea eax, [eax + esi * 2]
        dec ecx
        jnz .next
        mov eax, ebx
        ret
kernel_end:
