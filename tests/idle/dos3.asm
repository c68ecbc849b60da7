; MS-DOS 3.3 waits in INT 21h AH=01h/07h/08h/0Ah: the CON driver asks INT 16h,
; DOS calls INT 28h and INT 2Ah AH=84h in between.
; expect: asleep
; cpus: 8086 486
%include "idle.inc"
start:
    VECTOR 0x28, nothing
    VECTOR 0x2a, nothing
    VECTOR 0x21, dos
main:
    mov ah, 8
    int 0x21
    SAY 'k'
    jmp main

nothing:
    iret

; Notes its caller's registers, has a stack of its own, fills in a request.
dos:
    sti
    push ds
    push es
    push bx
    push cx
    inc byte [in_dos]
    mov [caller_sp], sp
    mov [caller_ss], ss
    mov sp, dos_stack
.wait:
    call status
    jnz .key
    mov ah, 0x84
    int 0x2a
    jmp .wait
.key:
    mov ah, 0
    int 0x16
    mov sp, [caller_sp]
    dec byte [in_dos]
    pop cx
    pop bx
    pop es
    pop ds
    iret

status:
    int 0x28
    mov di, request
    mov cx, 13
    xor al, al
    rep stosb
    mov byte [request], 13
    mov byte [request + 2], 5
    call driver
    test byte [request + 4], 2          ; busy: nothing there
    jz .have
    cmp ax, ax
    ret
.have:
    or al, 1
    ret

driver:
    mov ah, 1
    int 0x16
    jnz .key
    or byte [request + 4], 2
.key:
    or byte [request + 4], 1
    ret

in_dos:    db 0
caller_sp: dw 0
caller_ss: dw 0
request:   times 13 db 0
    times 512 db 0
dos_stack:
