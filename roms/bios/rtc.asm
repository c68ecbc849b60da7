; rtc.asm - INT 1Ah, IRQ 8, and the waits of INT 15h 83h and 86h.
;
; References: Motorola MC146818 data sheet; Ralf Brown's Interrupt List.
; Not modelled: INT 1Ah 08h and up, returned with CF = 1; B1h is pci.asm's.

; rtc_ready: waits for the end of an update (2 ms at most). CF = 1: stuck.
rtc_ready:
        push    ax
        push    cx
        mov     cx, 8000
.wait:
        mov     al, RTC_A
        call    read_cmos
        test    al, 80h
        jz      .done
        loop    .wait
        stc
.done:
        pop     cx
        pop     ax
        ret

; rtc_set_b: AL = bits to set, AH = bits to keep, in register B. An alarm's
; routine may change it, too, but not in between.
rtc_set_b:
        pushf
        push    bx
        cli
        mov     bx, ax
        mov     al, RTC_B
        call    read_cmos
        and     al, bh
        or      al, bl
        mov     ah, al
        mov     al, RTC_B
        call    write_cmos
        pop     bx
        popf
        ret

int1a_entry:
        cmp     ah, 0B1h
        je      .pci
.own:
        sti
        frame
        cmp     ah, 7
        ja      .unknown
        cmp     ah, 1
        jbe     .known
        on_xt   .unknown                ; no calendar clock
.known:
        mov     bl, ah
        xor     bh, bh
        shl     bx, 1
        clr_cf
        call    [cs:bx + .table]
        jmp     short .out
.unknown:
        set_cf
.out:
        unframe
        iret
.pci:
        push    ds
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ds, [B_EBDA]
        cmp     byte [E_PCI], 0
        pop     ax
        pop     ds
        je      .own
        jmp     pci_int1a
.table:
        dw      time_get_ticks, time_set_ticks, time_get, time_set
        dw      date_get, date_set, alarm_set, alarm_clear

time_get_ticks:
        cli
        mov     ax, [B_TICKS]
        mov     [bp + R_DX], ax
        mov     ax, [B_TICKS + 2]
        mov     [bp + R_CX], ax
        xor     al, al
        xchg    al, [B_MIDNIGHT]
        sti
        mov     [bp + R_AL], al
        mov     byte [bp + R_AH], 0
        ret

time_set_ticks:
        cli
        mov     [B_TICKS], dx
        mov     [B_TICKS + 2], cx
        mov     byte [B_MIDNIGHT], 0
        sti
        mov     byte [bp + R_AH], 0
        ret

; The clock may go on between two reads, when an interrupt or a monitor comes:
; what was read first must be the same at the end.
time_get:
        call    rtc_ready
        jc      rtc_fail
        mov     al, 00h
        call    read_cmos
        mov     [bp + R_DH], al
        mov     al, 02h
        call    read_cmos
        mov     [bp + R_CL], al
        mov     al, RTC_B
        call    read_cmos
        and     al, 01h
        mov     [bp + R_DL], al
        mov     al, 04h
        call    read_cmos
        mov     [bp + R_CH], al
        mov     [bp + R_AL], al
        mov     byte [bp + R_AH], 0
        mov     al, 00h
        call    read_cmos
        cmp     al, [bp + R_DH]
        jne     time_get
        ret

rtc_fail:
        set_cf
        ret

; rtc_hold, rtc_go: the SET bit of register B around a change.
rtc_hold:
        mov     ax, 7F80h
        jmp     rtc_set_b
rtc_go:
        mov     ax, 7F00h
        jmp     rtc_set_b

time_set:
        mov     dh, [bp + R_DL]
        and     dh, 1
        or      dh, 80h
        mov     al, dh
        mov     ah, 7Eh
        call    rtc_set_b
        mov     ah, [bp + R_DH]
        mov     al, 00h
        call    write_cmos
        mov     ah, [bp + R_CL]
        mov     al, 02h
        call    write_cmos
        mov     ah, [bp + R_CH]
        mov     al, 04h
        call    write_cmos
        mov     byte [bp + R_AH], 0
        jmp     rtc_go

date_get:
        call    rtc_ready
        jc      rtc_fail
        mov     al, 07h
        call    read_cmos
        mov     [bp + R_DL], al
        mov     al, 08h
        call    read_cmos
        mov     [bp + R_DH], al
        mov     al, 09h
        call    read_cmos
        mov     [bp + R_CL], al
        mov     al, CM_CENTURY
        call    read_cmos
        mov     [bp + R_CH], al
        mov     [bp + R_AL], al
        mov     byte [bp + R_AH], 0
        mov     al, 07h
        call    read_cmos
        cmp     al, [bp + R_DL]
        jne     date_get
        ret

date_set:
        call    rtc_hold
        mov     ah, [bp + R_DL]
        mov     al, 07h
        call    write_cmos
        mov     ah, [bp + R_DH]
        mov     al, 08h
        call    write_cmos
        mov     ah, [bp + R_CL]
        mov     al, 09h
        call    write_cmos
        mov     ah, [bp + R_CH]
        mov     al, CM_CENTURY
        call    write_cmos
        mov     byte [bp + R_AH], 0
        jmp     rtc_go

; 06h: fails when an alarm is set already.
alarm_set:
        mov     al, RTC_B
        call    read_cmos
        test    al, 20h
        jnz     rtc_fail
        call    rtc_hold
        mov     ah, [bp + R_DH]
        mov     al, 01h
        call    write_cmos
        mov     ah, [bp + R_CL]
        mov     al, 03h
        call    write_cmos
        mov     ah, [bp + R_CH]
        mov     al, 05h
        call    write_cmos
        mov     ax, 7F20h               ; alarm on, SET off
        call    rtc_set_b
        mov     byte [bp + R_AH], 0
        mov     al, 01h
        jmp     pic2_open

alarm_clear:
        mov     byte [bp + R_AH], 0
        mov     ax, 5F00h
        jmp     rtc_set_b

; IRQ 8, INT 70h: the 1024 Hz wait and the alarm.
irq8_entry:
        push    ds
        push    es
        push    di
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     al, RTC_C
        call    read_cmos
        mov     ah, al
        mov     al, RTC_B
        call    read_cmos
        and     al, ah
        test    al, 40h
        jz      .alarm
        push    ax
        call    wait_step
        pop     ax
.alarm:
        test    al, 20h
        jz      .end
        sti
        int     4Ah
        cli
.end:
        mov     al, EOI
        out     PIC2, al
        out     PIC1, al
        pop     ax
        pop     di
        pop     es
        pop     ds
        iret

; wait_step: 976 us have passed.
wait_step:
        test    byte [B_WAITACT], 01h
        jz      .stop
        sub     word [B_WAITCNT], 976
        sbb     word [B_WAITCNT + 2], 0
        jnc     .done
        les     di, [B_WAITPTR]
        or      byte [es:di], 80h
        mov     byte [B_WAITACT], 0
.stop:
        mov     ax, 3F00h               ; periodic interrupt off
        jmp     rtc_set_b
.done:
        ret

; wait_start: CX:DX = microseconds, ES:DI = byte whose bit 7 will be set.
wait_start:
        cli
        mov     [B_WAITCNT], dx
        mov     [B_WAITCNT + 2], cx
        mov     [B_WAITPTR], di
        mov     [B_WAITPTR + 2], es
        mov     byte [B_WAITACT], 01h
        mov     al, 01h
        call    pic2_open
        mov     ax, 7F40h
        call    rtc_set_b
        sti
        ret

; INT 15h 83h: AL = 0 starts a wait, AL = 1 cancels it.
int15_event:
        cmp     byte [bp + R_AL], 1
        je      .cancel
        test    byte [B_WAITACT], 01h
        jnz     rtc_fail
        mov     byte [bp + R_AH], 0
        mov     es, [bp + R_ES]
        mov     di, [bp + R_BX]
        jmp     wait_start
.cancel:
        mov     byte [B_WAITACT], 0
        mov     byte [bp + R_AH], 0
        mov     ax, 3F00h
        jmp     rtc_set_b

; INT 15h 86h: waits CX:DX microseconds.
int15_wait:
        test    byte [B_WAITACT], 01h
        jnz     rtc_fail
        mov     ax, cx
        or      ax, dx
        jz      .none
        push    ds
        pop     es
        mov     di, B_WAITACT
        call    wait_start
        mov     bx, .flag
        mov     ax, 0100h
        mov     cx, 0FFFFh              ; an hour
        call    wait_for
        mov     byte [B_WAITACT], 0
.none:
        mov     byte [bp + R_AH], 0
        ret
.flag:
        mov     al, [B_WAITACT]
        test    al, 01h
        ret
