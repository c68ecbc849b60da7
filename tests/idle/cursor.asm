; Works, and shows it: the cursor goes along a line and back again, of which
; nothing but the display's registers tells. The loop's registers and memory
; are the same after each lap.
; expect: busy
%include "idle.inc"
start:
main:
    mov dx, 0x3d4
    mov cx, 40
.forth:
    mov al, 15
    mov ah, cl
    out dx, ax
    loop .forth
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
