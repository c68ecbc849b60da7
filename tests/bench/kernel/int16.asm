; int16.asm - INT and IRET in real mode, the handler reads a port.
%include "boot.inc"
VECTOR  equ 60h
COUNT16 equ 500h                ; away from the code
setup:  mov word [VECTOR * 4], handler
        mov word [VECTOR * 4 + 2], 0
        in al, 21h
        mov [COUNT16 + 2], al
        mov al, 5ah             ; a mask of ours, so that all read the same
        out 21h, al
        ret

iter:   mov word [COUNT16], 0
        xor bx, bx
        mov cx, 5000
.next:  mov ax, cx
        int VECTOR
        add bx, ax
        rol bx, 1
        loop .next
        movzx eax, bx
        shl eax, 16
        mov ax, [COUNT16]
        ret

handler:
        push ds
        push dx
        xor dx, dx
        mov ds, dx
        inc word [COUNT16]
        in al, 21h
        pop dx
        pop ds
        iret
kernel_end:
