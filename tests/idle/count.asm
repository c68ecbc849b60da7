; Works: FOR T& = 1 TO a lot: K$ = INKEY$: NEXT. Nothing but a counter in memory
; tells its laps apart.
; expect: busy
%include "idle.inc"
start:
main:
    mov ah, 1
    int 0x16
    jnz .key
    inc word [n]
    jnz main
    inc word [n + 2]
    jmp main
.key:
    TAKE
    jmp main
n: dd 0
