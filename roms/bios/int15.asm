; int15.asm - INT 15h: dispatch and the small functions.
;
; Reference: Ralf Brown's Interrupt List; IBM PC AT Technical Reference. 24h,
; 4Fh, 52h, 53h, 80h-89h, 90h, 91h, C0h-C2h, E8h. Unknown functions return CF = 1,
; AH = 86h. Not modelled: 00h-03h (cassette), C3h-C5h.

int15_entry:
        cmp     ah, 4Fh                 ; most frequent: leave the key alone
        je      .intercept
        cmp     ah, 87h
        je      .move
        cmp     ah, 89h
        je      .enter
        cmp     ah, 90h
        je      .clear
        cmp     ah, 91h
        je      .clear
        cmp     ah, 53h
        je      .apm
        cmp     ax, 0E820h
        je      .map
        sti
        frame
        mov     bx, .codes_xt
        on_xt   .find
        mov     bx, .codes
.find:
        mov     ah, [cs:bx]
        cmp     ah, [bp + R_AH]
        je      .found
        add     bx, 3
        cmp     bx, .codes_end
        jb      .find
        mov     byte [bp + R_AH], 86h
        set_cf
        jmp     short .out
.found:
        clr_cf
        mov     ah, [bp + R_AH]
        mov     si, bx
        mov     bx, [bp + R_BX]
        call    [cs:si + 1]
.out:
        unframe
        iret
.codes:                                 ; what needs parts of an AT's board
        db      24h
        dw      int15_a20
        db      83h
        dw      int15_event
        db      86h
        dw      int15_wait
        db      0C2h
        dw      int15_pointer
.codes_xt:
        db      52h                     ; nobody objects to an eject
        dw      int15_none
        db      80h
        dw      int15_none
        db      81h
        dw      int15_none
        db      82h
        dw      int15_none
        db      84h
        dw      int15_joystick
        db      85h
        dw      int15_none
        db      88h
        dw      int15_extended
        db      0C0h
        dw      int15_config
        db      0C1h
        dw      int15_ebda
        db      0E8h
        dw      int15_e8
.codes_end:
.intercept:
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
        iret
.move:
        jmp     block_move
.enter:
        jmp     enter_protected
.apm:
        jmp     apm_entry
.map:
        jmp     memory_map
.clear:
        push    bp
        mov     bp, sp
        and     byte [bp + 6], 0FEh
        pop     bp
        mov     ah, 0
        iret

; 80h, 81h, 82h (device open, close, terminate), 85h (SysRq): for others to
; hook.
int15_none:
        mov     byte [bp + R_AH], 0
        ret

; 84h: joystick. DX = 0: AL bits 4-7 = buttons; DX = 1: AX BX CX DX = axes as
; counts of some 2 us until the one-shots fall.
int15_joystick:
        mov     ax, [bp + R_DX]
        mov     dx, 201h
        cmp     ax, 1
        ja      .bad
        je      .axes
        in      al, dx
        and     al, 0F0h
        mov     [bp + R_AL], al
        ret
.axes:
        xor     ax, ax
        mov     [bp + R_AX], ax
        mov     [bp + R_BX], ax
        mov     [bp + R_CX], ax
        mov     [bp + R_DX], ax
        in      al, dx
        and     al, 0Fh
        cmp     al, 0Fh                 ; no port: nothing to time
        je      .none
        cli
        out     dx, al
        mov     cx, 600
        xor     bx, bx
.sample:
        in      al, dx
        inc     bx
        and     al, 0Fh
        jz      .end
        shr     al, 1
        jnc     .bit1
        mov     [bp + R_AX], bx
.bit1:
        shr     al, 1
        jnc     .bit2
        mov     [bp + R_BX], bx
.bit2:
        shr     al, 1
        jnc     .bit3
        mov     [bp + R_CX], bx
.bit3:
        shr     al, 1
        jnc     .next
        mov     [bp + R_DX], bx
.next:
        loop    .sample
.end:
        sti
.none:
        ret
.bad:
        mov     byte [bp + R_AH], 86h
        set_cf
        ret

; C0h: ES:BX = configuration table.
int15_config:
        mov     [bp + R_ES], cs
        mov     word [bp + R_BX], config_table
        on_xt   .xt
        mov     byte [bp + R_AH], 0
        ret
.xt:
        mov     word [bp + R_BX], xt_config_table
        mov     byte [bp + R_AH], 0
        ret

; C1h: ES = EBDA.
int15_ebda:
        mov     ax, [B_EBDA]
        mov     [bp + R_ES], ax
        mov     byte [bp + R_AH], 0
        ret
