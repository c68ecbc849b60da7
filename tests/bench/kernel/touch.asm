; touch.asm - writes to every page of 16 MB: for resident memory, and for the
; time from the process's start to BOOT.
%define PROTECTED
%include "boot.inc"
        bits 16
setup:  ret
        bits 32
iter:   mov edi, 100000h
.next:  mov [edi], edi
        add edi, 1000h
        cmp edi, 1000000h
        jb .next
        mov eax, edi
        ret
kernel_end:
