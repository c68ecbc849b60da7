; stray.asm - a program that returns to nowhere: it writes over its return
; address.
org 7c00h
        xor     ax, ax
        mov     ds, ax
        mov     ax, 1a00h
        mov     ss, ax
        mov     sp, 1000h
        mov     cx, 2000
again:  call    harmless
        dec     cx
        jnz     again
        call    bad
stay:   hlt
        jmp     stay

harmless:
        push    bp
        pop     bp
        ret

bad:    push    bx
        mov     bp, sp
        mov     word [bp + 2], 0        ; its variables end at bp + 2
        pop     bx
        ret

        times 510 - ($ - $$) db 0
        dw      0aa55h
