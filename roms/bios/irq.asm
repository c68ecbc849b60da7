; irq.asm - timer tick, interrupts nobody expects, coprocessor, IRQ 2, NMI.
;
; Reference: IBM PC AT Technical Reference, BIOS listing; Intel 8259A data
; sheet for the spurious levels 7 and 15.

; IRQ 0, INT 08h: tick count, midnight, floppy motors, INT 1Ch.
irq0_entry:
        sti
        push    ds
        push    dx
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        inc     word [B_TICKS]
        jnz     .day
        inc     word [B_TICKS + 2]
.day:
        cmp     word [B_TICKS + 2], 18h
        jb      .motor
        cmp     word [B_TICKS], 0B0h
        jb      .motor
        xor     ax, ax
        mov     [B_TICKS], ax
        mov     [B_TICKS + 2], ax
        mov     byte [B_MIDNIGHT], 1
.motor:
        cmp     byte [B_MOTOFF], 0
        je      .user
        dec     byte [B_MOTOFF]
        jnz     .user
        and     byte [B_MOTOR], 0F0h
        mov     dx, FDC_DOR
        mov     al, 0Ch
        out     dx, al
.user:
        int     1Ch
        cli
        mov     al, EOI
        out     PIC1, al
        pop     ax
        pop     dx
        pop     ds
        iret

; Any interrupt without a handler of its own. A request in service is masked,
; so that it can't come again, and ended; without one it was spurious, or a
; software interrupt.
irq_dummy:
        push    ds
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ah, 0FFh
        mov     al, 0Bh
        out     PIC1, al
        jmp     short $ + 2
        in      al, PIC1
        or      al, al
        jz      .done
        mov     ah, al
        test    al, 03h                 ; timer and keyboard have handlers
        jnz     .done
        test    al, 04h
        jz      .master
        on_xt   .master                 ; IRQ 2 is a line like the others
        mov     al, 0Bh
        out     PIC2, al
        jmp     short $ + 2
        in      al, PIC2
        or      al, al
        jz      .end                    ; spurious on the slave
        mov     ah, al
        in      al, PIC2_IMR
        or      al, ah
        out     PIC2_IMR, al
        mov     al, EOI
        out     PIC2, al
        jmp     short .end
.master:
        in      al, PIC1_IMR
        or      al, ah
        out     PIC1_IMR, al
.end:
        mov     al, EOI
        out     PIC1, al
.done:
        mov     [B_LASTIRQ], ah
        pop     ax
        pop     ds
        iret

; IRQ 9, INT 71h: the old IRQ 2.
irq9_entry:
        push    ax
        mov     al, EOI
        out     PIC2, al
        pop     ax
        int     0Ah
        iret

; IRQ 13, INT 75h: the coprocessor's error is passed on as an NMI.
irq13_entry:
        push    ax
        xor     al, al
        out     0F0h, al
        mov     al, EOI
        out     PIC2, al
        out     PIC1, al
        pop     ax
        int     02h
        iret

; IRQ 14 and 15: the disk's main routine reads the status.
irq14_entry:
        push    ds
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     byte [B_HIRQ], 0FFh
        mov     al, EOI
        out     PIC2, al
        out     PIC1, al
        sti
        mov     ax, 9100h
        int     15h
        pop     ax
        pop     ds
        iret

; The slave's level 7 may be spurious: then only the master wants an EOI.
irq15_entry:
        push    ax
        mov     al, 0Bh
        out     PIC2, al
        jmp     short $ + 2
        in      al, PIC2
        test    al, 80h
        jnz     .real
        mov     al, EOI
        out     PIC1, al
        pop     ax
        iret
.real:
        pop     ax
        jmp     irq14_entry

; INT 02h. Parity errors do not happen; a coprocessor error nobody handles is
; reported once more by the next waiting instruction.
nmi_entry:
        iret

; INT 00h and 06h before DOS has taken them: nothing sensible can follow.
fault_00:
        push    ax
        mov     ax, '00'
        jmp     short fault
fault_06:
        push    ax
        mov     ax, '06'
fault:
        push    si
        push    bp
        mov     bp, sp
        mov     si, .text
        call    debug_puts
        out     DEBUGCON, al
        mov     al, ah
        out     DEBUGCON, al
        mov     al, ' '
        out     DEBUGCON, al
        mov     ax, [bp + 8]
        call    debug_hex
        mov     al, ':'
        out     DEBUGCON, al
        mov     ax, [bp + 6]
        call    debug_hex
        mov     al, 10
        out     DEBUGCON, al
.stop:
        sti
        hlt
        jmp     .stop
.text:  db      'BIOS: unhandled exception ', 0

; INT 10h before a video ROM has taken it.
int10_stub:
        iret

; INT 11h and 12h.
int11_entry:
        push    ds
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ax, [B_EQUIP]
        pop     ds
        iret

int12_entry:
        push    ds
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ax, [B_MEM]
        pop     ds
        iret
