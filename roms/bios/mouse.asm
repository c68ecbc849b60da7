; mouse.asm - PS/2 pointing device: INT 15h C2h, IRQ 12, detection.
;
; Reference: IBM PS/2 BIOS Interface Technical Reference, INT 15h C2h; Ralf
; Brown's Interrupt List. The driver's routine is called with four words on
; the stack: status, X, Y, Z, and returns far.

; mouse_detect: equipment bit 2 when a pointing device acknowledges. The 8042's
; test of the auxiliary port says whether it has one at all.
mouse_detect:
        on_xt   .none
        call    kbd_quiet
        mov     al, 0A9h
        call    kbc_cmd
        call    kbc_read
        pushf
        call    kbd_loud
        popf
        jc      .none
        or      al, al
        jnz     .none
        call    aux_begin
        mov     al, 0F6h
        call    aux_command
        pushf
        call    aux_end
        popf
        jc      .none
        or      byte [B_EQUIP], 04h
        mov     al, 10h
        call    pic2_open
        mov     al, 0A7h                ; quiet until a driver enables it
        jmp     kbc_cmd
.none:
        ret

; aux_begin: for a dialogue that polls: keyboard held, auxiliary clock on, IRQ 1
; and 12 masked. A key on its way is let in first when interrupts are on. The
; 8042's command byte is only looked at where nobody stands between: a monitor
; such as Windows's keyboard driver lets a write through, but not the read
; before it.
aux_begin:
        push    ax
        push    cx
        mov     cx, 500
.key:
        in      al, KBC_CMD
        test    al, 01h
        jz      .idle
        loop    .key
.idle:
        call    kbd_quiet
        call    aux_mask
        mov     al, 0ADh
        call    kbc_cmd
        call    v86_mode
        jc      .clock
        mov     al, 0A7h
        call    kbc_cmd
        call    aux_flush
        call    aux_interrupts
.clock:
        mov     al, 0A8h
        call    kbc_cmd
        pop     cx
        pop     ax
        ret

; aux_end: interrupts and the keyboard on again.
aux_end:
        push    ax
        mov     al, 0AEh
        call    kbc_cmd
        call    aux_unmask
        pop     ax
        jmp     kbd_loud

; aux_mask: after kbd_quiet: IRQ 12 masked; E_KBTALK bit 2 keeps the mask.
aux_mask:
        pushf
        push    es
        mov     es, [B_EBDA]
        cli
        in      al, PIC2_IMR
        mov     ah, al
        or      al, 10h
        out     PIC2_IMR, al
        and     ah, 10h
        shr     ah, 1
        shr     ah, 1
        or      [es:E_KBTALK], ah
        pop     es
        popf
        ret

; aux_unmask: before kbd_loud: the mask as it was. An interrupt that the
; dialogue left pending finds no byte.
aux_unmask:
        push    es
        mov     es, [B_EBDA]
        test    byte [es:E_KBTALK], 04h
        pop     es
        jnz     .done
        mov     al, 10h
        jmp     pic2_open
.done:
        ret

; aux_flush: what was on its way when both clocks were stopped: a key is kept, a
; part of a packet is not.
aux_flush:
        mov     cx, 4
.next:
        in      al, KBC_CMD
        test    al, 01h
        jz      .done
        mov     ah, al
        in      al, KBC_DATA
        test    ah, 20h
        jnz     .again
        call    kbd_take
.again:
        loop    .next
.done:
        ret

; aux_interrupts: lets the 8042 raise IRQ 1 and 12, with both clocks stopped.
aux_interrupts:
        call    kbc_get_mode
        jc      .done
        mov     ah, al
        and     ah, 03h
        cmp     ah, 03h
        je      .done
        or      al, 03h
        jmp     kbc_set_mode
.done:
        ret

; aux_send: AL = byte for the pointing device.
aux_send:
        push    ax
        mov     al, 0D4h
        call    kbc_cmd
        pop     ax
        jmp     kbc_write

; aux_read: AL = byte from it; a key that comes meanwhile is kept. CF = 1: none
; came.
aux_read:
        push    cx
        mov     cx, 16
.next:
        call    kbc_read
        jc      .done
        test    ah, 20h
        jnz     .ok
        call    kbd_take
        loop    .next
        stc
        jmp     short .done
.ok:
        clc
.done:
        pop     cx
        ret

; aux_command: AL = command; CF = 0 when acknowledged. The rest of a packet may
; come first.
aux_command:
        push    cx
        call    aux_send
        mov     cx, 8
.reply:
        call    aux_read
        jc      .done
        cmp     al, 0FAh
        je      .done
        cmp     al, 0FCh
        jae     .fail                   ; error or resend
        loop    .reply
.fail:
        stc
.done:
        pop     cx
        ret

; INT 15h C2h. AH = 0 and CF = 0 when done; AH: 1 function, 2 input, 3 device,
; 5 no handler.
int15_pointer:
        mov     es, [B_EBDA]
        mov     bl, [bp + R_AL]
        cmp     bl, 9
        ja      .bad
        xor     bh, bh
        shl     bx, 1
        call    [cs:bx + .table]
        mov     [bp + R_AH], al
        or      al, al
        jz      .ok
        set_cf
        ret
.ok:
        clr_cf
        ret
.bad:
        mov     byte [bp + R_AH], 1
        set_cf
        ret
.table:
        dw      ptr_enable, ptr_reset, ptr_rate, ptr_resolution, ptr_type
        dw      ptr_init, ptr_status, ptr_handler, ptr_none, ptr_none

ptr_none:
        mov     al, 1
        ret
ptr_input:
        mov     al, 2
        ret

; ptr_one: AL = command without parameter. AL = status.
ptr_one:
        call    aux_begin
        call    aux_command
        jmp     short ptr_end

; ptr_two: AL = command, BL = its parameter.
ptr_two:
        call    aux_begin
        call    aux_command
        jc      ptr_end
        mov     al, bl
        call    aux_command
ptr_end:
        mov     al, 0
        jnc     .done
        mov     al, 3
.done:
        mov     byte [es:E_MSFLAG1], 0  ; a packet begins anew
        jmp     aux_end

; 00h: BH = 0 off, 1 on.
ptr_enable:
        mov     bx, [bp + R_BX]
        cmp     bh, 1
        ja      ptr_input
        mov     al, 0F5h
        jb      ptr_one
        test    byte [es:E_MSFLAG2], 80h
        mov     al, 5
        jz      .done
        mov     al, 0F4h
        jmp     ptr_one
.done:
        ret

; 01h: BL = AAh, BH = device identification.
ptr_reset:
        call    aux_begin
        mov     al, 0FFh
        call    aux_command
        jc      ptr_end
        mov     cx, 60                  ; BAT takes half a second and more
.bat:
        call    aux_read
        jnc     .got
        loop    .bat
        stc
        jmp     ptr_end
.got:
        mov     [bp + R_BL], al
        call    aux_read
        jc      ptr_end
        mov     [bp + R_BH], al
        jmp     ptr_end

; 02h: BH = 0 to 6 for 10 to 200 reports a second.
ptr_rate:
        mov     bl, [bp + R_BH]
        cmp     bl, 6
        ja      ptr_input
        xor     bh, bh
        mov     bl, [cs:bx + .rates]
        mov     al, 0F3h
        jmp     ptr_two
.rates: db      10, 20, 40, 60, 80, 100, 200

; 03h: BH = 0 to 3 for 1 to 8 counts a millimetre.
ptr_resolution:
        mov     bl, [bp + R_BH]
        cmp     bl, 3
        ja      ptr_input
        mov     al, 0E8h
        jmp     ptr_two

; 04h: BH = type.
ptr_type:
        call    aux_begin
        mov     al, 0F2h
        call    aux_command
        jc      ptr_end
        call    aux_read
        jc      ptr_end
        mov     [bp + R_BH], al
        clc
        jmp     ptr_end

; 05h: BH = packet size; the device is reset.
ptr_init:
        mov     bl, [bp + R_BH]
        dec     bl
        cmp     bl, 7
        ja      ptr_input
        and     byte [es:E_MSFLAG2], 80h
        or      [es:E_MSFLAG2], bl
        jmp     ptr_reset

; 06h: BH = 0 status into BL, CL, DL; 1 scaling 1:1; 2 scaling 2:1.
ptr_status:
        mov     bl, [bp + R_BH]
        cmp     bl, 2
        ja      ptr_input
        mov     al, 0E6h
        je      .two
        cmp     bl, 1
        je      ptr_one
        call    aux_begin
        mov     al, 0E9h
        call    aux_command
        jc      ptr_end
        call    aux_read
        jc      ptr_end
        mov     [bp + R_BL], al
        call    aux_read
        jc      ptr_end
        mov     [bp + R_CL], al
        call    aux_read
        jc      ptr_end
        mov     [bp + R_DL], al
        clc
        jmp     ptr_end
.two:
        mov     al, 0E7h
        jmp     ptr_one

; 07h: ES:BX = routine, 0:0 takes it away.
ptr_handler:
        mov     ax, [bp + R_BX]
        mov     bx, [bp + R_ES]
        cli
        mov     [es:E_MSPTR], ax
        mov     [es:E_MSPTR + 2], bx
        and     byte [es:E_MSFLAG2], 7Fh
        or      ax, bx
        jz      .done
        or      byte [es:E_MSFLAG2], 80h
.done:
        mov     byte [es:E_MSFLAG1], 0
        sti
        mov     al, 0
        ret

; IRQ 12, INT 74h: collects a packet, then calls the routine.
irq12_entry:
        push    ds
        push    es
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        push    bp
        cld
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     es, [B_EBDA]
        in      al, KBC_CMD
        and     al, 21h
        cmp     al, 21h
        jne     .end
        in      al, KBC_DATA
        mov     ah, [es:E_MSFLAG2]
        test    ah, 80h
        jz      .end
        mov     bl, [es:E_MSFLAG1]
        and     bx, 07h
        mov     [es:bx + E_MSDATA], al
        inc     bx
        and     ah, 07h
        cmp     bl, ah
        ja      .full
        mov     [es:E_MSFLAG1], bl
        jmp     short .end
.full:
        mov     byte [es:E_MSFLAG1], 0
        xor     ah, ah
        mov     al, [es:E_MSDATA]
        push    ax
        mov     al, [es:E_MSDATA + 1]
        push    ax
        mov     al, [es:E_MSDATA + 2]
        push    ax
        mov     al, [es:E_MSDATA + 3]
        cmp     byte [es:E_MSFLAG2], 83h
        jae     .z
        xor     ax, ax
.z:
        push    ax
        sti
        call    far [es:E_MSPTR]        ; before the EOI, so it can't nest
        cli
        add     sp, 8
.end:
        mov     al, EOI
        out     PIC2, al
        out     PIC1, al
        pop     bp
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        pop     es
        pop     ds
        iret
