; wait.asm - waiting for a device without burning the CPU.
;
; HLT is used only where an interrupt is certain to end it: the timer and the
; device are open in both masks, and no request is in service (a program may
; call INT 13h from inside a timer interrupt). Otherwise the device is polled.

; wait_for: runs BX until it returns ZF = 1.
; In: BX = routine (gets DS, ES, SI; may clobber AL, DX), CX = ticks to wait at
; most, AX = mask bits that must be clear for HLT (AL master, AH slave).
; Out: CF = 1 when the time ran out. Interrupts are on. Clobbers AX, CX, DX.
wait_for:
        push    bp
        push    di
        mov     bp, ax
        or      bp, 01h                 ; the timer
        xor     di, di
.again:
        cli
        call    bx
        jz      .done
        call    wait_turn
        jc      .again
        loop    .again
        sti
        call    bx
        jz      .done
        stc
        jmp     short .out
.done:
        clc
.out:
        sti
        pop     di
        pop     bp
        ret

; wait_turn: one step of a wait. BP = mask bits, DI = count of polls.
; Entered with interrupts off. Out: CF = 0 when about a tick has passed.
wait_turn:
        in      al, PIC2_IMR
        mov     ah, al
        in      al, PIC1_IMR
        and     ax, bp
        jnz     .poll
        mov     al, 0Bh                 ; read the in-service register
        out     PIC1, al
        jmp     short $ + 2
        in      al, PIC1
        mov     ah, al
        mov     al, 0Ah
        out     PIC1, al
        or      ah, ah
        jnz     .poll
        mov     ax, [B_TICKS]
        sti
        hlt
        cmp     ax, [B_TICKS]
        jne     .tick
        stc
        ret
.poll:
        sti
        in      al, PORT_B              ; about a microsecond
        inc     di
        cmp     di, 16384               ; some 55 ms with the rest of the loop
        jb      .out
        xor     di, di
.tick:
        clc
.out:
        ret

; delay_ms: waits CX milliseconds by the refresh toggle of port 61h, 15 us
; each; gives up counting edges where the bit does not move.
delay_ms:
        push    ax
        push    bx
        push    cx
        push    dx
.ms:
        jcxz    .done
        on_xt   .xt
        mov     dx, 66
.edge:
        in      al, PORT_B
        and     al, 10h
        mov     ah, al
        mov     bx, 64
.same:
        in      al, PORT_B
        and     al, 10h
        cmp     al, ah
        jne     .moved
        dec     bx
        jnz     .same
.moved:
        dec     dx
        jnz     .edge
        loop    .ms
        jmp     short .done
.xt:
        mov     dx, 160                 ; no bit moves there: by the time of an
.turn:                                  ; 8086 at 4.77 MHz
        in      al, PORT_B
        dec     dx
        jnz     .turn
        loop    .ms
.done:
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret
