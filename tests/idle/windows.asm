; Windows 3.x in enhanced mode: the kernel's idle call, INT 2Fh AX=1689h, ends
; in a monitor that counts, reads the timer and reckons how long somebody ran.
; expect: asleep
; cpus: 386 pentium
%macro IDLE 0
    mov eax, 0x1689
    int 0x2f
%endmacro
%macro SERVICE 0
    pushad
    inc dword [calls]
    mov al, 0
    out 0x43, al
    in al, 0x40
    mov ah, al
    in al, 0x40
    xchg al, ah
    movzx eax, ax
    mov ebx, [last]
    sub ebx, eax
    movzx ebx, bx
    add [spent], ebx
    mov [last], eax
    in al, 0x21
    out 0x21, al
    popad
%endmacro
%include "protected.inc"
