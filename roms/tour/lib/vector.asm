; vector.asm - reading and changing the interrupt vector table.

; vector_swap: AL = number, CX:DX = new handler; CX:DX = the old one. Called
; twice with what it returned, it leaves all as it was.
vector_swap:
        push    ax
        push    bx
        push    es
        xor     bx, bx
        mov     es, bx
        xor     ah, ah
        mov     bx, ax
        shl     bx, 1
        shl     bx, 1
        pushf
        cli                             ; both words or none
        xchg    dx, [es:bx]
        xchg    cx, [es:bx + 2]
        popf
        pop     es
        pop     bx
        pop     ax
        ret

; HOOK number, routine, place : and keeps the old vector in the two words at
; place. UNHOOK number, place : puts it back. Both change AX, CX, DX.
%macro HOOK 3
        mov     al, %1
        mov     dx, %2
        mov     cx, cs
        call    vector_swap
        mov     [%3], dx
        mov     [%3 + 2], cx
%endmacro

%macro UNHOOK 2
        mov     al, %1
        mov     dx, [%2]
        mov     cx, [%2 + 2]
        call    vector_swap
%endmacro
