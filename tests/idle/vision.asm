; Turbo Vision: INT 33h AX=3, INT 16h, the tick count, an Idle method that
; looks at the time.
; expect: asleep
%include "idle.inc"
start:
    VECTOR 0x33, mouse
main:
    mov ax, 3
    int 0x33
    cmp bl, [buttons]
    jne .event
    cmp cx, [where]
    jne .event
    mov ah, 1
    int 0x16
    jnz key
    call idle
    jmp main
.event:
    mov [buttons], bl
    mov [where], cx
    jmp main
key:
    TAKE
    jmp main

idle:
    push bp
    mov bp, sp
    sub sp, 8
    mov ax, [0x46c]
    mov [bp - 2], ax
    mov word [bp - 4], 18
    xor dx, dx
    div word [bp - 4]
    cmp ax, [second]
    je .same
    mov [second], ax
.same:
    mov sp, bp
    pop bp
    ret

mouse:
    push ds
    push cs
    pop ds
    mov bx, [pressed]
    mov cx, [x]
    mov dx, [y]
    pop ds
    iret
buttons: db 0
where:   dw 0
second:  dw 0
pressed: dw 0
x:       dw 0
y:       dw 0
