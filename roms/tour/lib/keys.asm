; keys.asm - the keyboard by INT 16h.

ESC             equ     1Bh

; key_poll: AX = scan code and character of a key that waits, and takes it;
; ZF = 1: none, AX = 0.
key_poll:
        mov     ah, 1
        int     16h
        jz      .none
        xor     ah, ah
        int     16h
        push    ax
        or      ax, 0FFFFh              ; ZF = 0
        pop     ax
        ret
.none:
        mov     ax, 0                   ; keeps ZF
        ret

; key_wait: waits for a key; AX = scan code and character. The CPU halts
; between timer ticks, so that waiting costs the host nothing.
key_wait:
        call    key_poll
        jnz     .done
        hlt
        jmp     short key_wait
.done:
        ret

; key_upper: AL 'a'..'z' to upper case.
key_upper:
        cmp     al, 'a'
        jb      .done
        cmp     al, 'z'
        ja      .done
        sub     al, 'a' - 'A'
.done:
        ret
