; A message loop that looks at the tick count alone, through INT 1Ah; keys come
; by an INT 09h of its own.
; expect: asleep
%include "idle.inc"
start:
    cli
    VECTOR 9, irq1
    sti
main:
    mov ah, 0
    int 0x1a
    cmp byte [made], 0
    je main
    mov byte [made], 0
    SAY 'k'
    jmp main
irq1:
    push ax
    in al, 0x60
    test al, 0x80
    jnz .end
    mov byte [cs:made], 1
.end:
    mov al, 0x20
    out 0x20, al
    pop ax
    iret
made: db 0
