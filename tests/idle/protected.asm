; A protected-mode system of its own: its idle loop looks at memory that only
; interrupts change, and calls ring 0 each time.
; expect: asleep
; cpus: 386 pentium
%macro IDLE 0
    xor eax, eax
    int 0x2f
%endmacro
%macro SERVICE 0
    pushad
    mov ecx, 20
    loop $
    popad
%endmacro
%include "protected.inc"
