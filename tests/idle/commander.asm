; Norton Commander and PC Tools: the keyboard buffer's pointers, the shift keys
; and the tick count, read where they lie; a clock that changes with the tick.
; expect: asleep
%include "idle.inc"
start:
    mov ax, 0x40
    mov ds, ax
main:
    mov ax, [0x1a]
    cmp ax, [0x1c]
    jne key
    mov al, [0x17]
    mov [cs:shift], al
    mov ax, [0x6c]
    cmp ax, [cs:last]
    je main
    mov [cs:last], ax
    push ax
    mov ax, 0xb800
    mov es, ax
    pop ax
    mov [es:158], al
    jmp main
key:
    TAKE
    jmp main
shift: db 0
last:  dw 0
