; enterpm.asm - INT 15h 89h: into protected mode, behind the call.
;
; Reference: IBM PC AT Technical Reference, "Switch processor to virtual mode";
; Ralf Brown's Interrupt List. ES:SI = descriptors: 08h the table's own, 10h the
; IDT, 18h DS, 20h ES, 28h SS, 30h CS; 38h becomes the BIOS's. BL and BH are the
; first interrupts of the two controllers, all of whose lines are masked. BP is
; lost. AH = FFh and CF = 1: A20 does not open.
enter_protected:
        on_xt   .refuse
        push    sp
        pop     bp
        cmp     bp, sp
        je      .can
.refuse:
        jmp     block_move.refuse
.can:
        cpu     286
        smsw    bp
        test    bp, 1
        jnz     .refuse                 ; V86 mode, and nobody took the call
        cli
        mov     al, 1
        call    a20_set
        call    a20_get
        cmp     al, 1
        jne     .closed
        call    pics_move
        mov     word [es:si + 38h], 0FFFFh
        mov     word [es:si + 3Ah], 0
        mov     word [es:si + 3Ch], 9B0Fh
        mov     word [es:si + 3Eh], 0
        lgdt    [es:si + 8]
        lidt    [es:si + 10h]
        smsw    ax
        or      al, 1
        lmsw    ax
        jmp     38h:.protected
.protected:
        mov     ax, 18h
        mov     ds, ax
        mov     ax, 20h
        mov     es, ax
        mov     ax, 28h
        mov     ss, ax
        pop     bp                      ; the caller's IP, in its new segment
        add     sp, 4
        push    word 30h
        push    bp
        mov     ah, 0
        clc
        retf
.closed:
        mov     ah, 0FFh
        mov     bp, sp
        or      byte [bp + 4], 1
        iret

; pics_move: both controllers begin anew, IRQ 0 at BL and IRQ 8 at BH, all
; masked. Clobbers AL.
pics_move:
        mov     al, 11h
        out     PIC1, al
        out     PIC2, al
        mov     al, bl
        out     PIC1_IMR, al
        mov     al, bh
        out     PIC2_IMR, al
        mov     al, 04h
        out     PIC1_IMR, al
        mov     al, 02h
        out     PIC2_IMR, al
        mov     al, 01h
        out     PIC1_IMR, al
        out     PIC2_IMR, al
        mov     al, 0FFh
        out     PIC1_IMR, al
        out     PIC2_IMR, al
        ret
        cpu     8086
