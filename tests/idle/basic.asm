; QBASIC's DO: K$ = INKEY$: LOOP WHILE K$ = "": a small interpreter, a string
; that is made and thrown away, event traps.
; expect: asleep
%include "idle.inc"
start:
run:
    mov si, program
next:
    lodsb
    xor bx, bx
    mov bl, al
    shl bx, 1
    jmp [bx + table]
table: dw inkey, compare, again
inkey:
    mov word [string], 0
    mov word [string + 2], heap
    mov ah, 1
    int 0x16
    jz next
    mov word [string], 1
    TAKE
    jmp next
compare:
    mov cx, [string]
    mov di, [string + 2]
    mov [frame], si
    call traps
    mov si, [frame]
    jmp next
again:
    jmp run
traps:
    mov cx, 10
    mov bx, trap
.each:
    test byte [bx], 1
    inc bx
    loop .each
    ret
program: db 0, 1, 2
string:  dw 0, 0
frame:   dw 0
trap:    times 10 db 0
heap:    times 4 db 0
