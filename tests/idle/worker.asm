; The same system, but what calls itself idle works: it fills memory.
; expect: busy
; cpus: 386
%macro IDLE 0
    mov edi, [calls]
    and edi, 0x3ffff
    add edi, 0x120000
    mov eax, [spent]
    imul eax, eax, 69069
    inc eax
    mov [spent], eax
    stosd
    add dword [calls], 4
    mov eax, 0x1689
    int 0x2f
%endmacro
%macro SERVICE 0
    pushad
    mov al, 0
    out 0x43, al
    in al, 0x40
    in al, 0x40
    popad
%endmacro
%include "protected.inc"
