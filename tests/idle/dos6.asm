; MS-DOS 6 and DR DOS 6: INT 2Fh AX=1680h in the loop, and a counter that their
; idle detection keeps.
; expect: asleep
%include "idle.inc"
start:
    VECTOR 0x28, nothing
    VECTOR 0x2f, nothing
main:
    sti
    mov ah, 1
    int 0x16
    jnz key
    int 0x28
    inc dword [polls]
    mov ax, 0x1680
    int 0x2f
    jmp main
key:
    TAKE
    jmp main
nothing:
    iret
polls: dd 0
