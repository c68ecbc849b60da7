; media.asm - what lies in a floppy drive: change line, data rate, stepping.
;
; Reference: IBM PC AT Technical Reference, "Diskette", media state bytes
; 40:90h and 91h. The rate is found with READ ID, and whether a 40-track disk
; lies in an 80-track drive is found by reading the ID after two steps, not
; assumed from the type of the drive.

; media_begin: motor on, controller sane. CF = 1: AL = status.
media_begin:
        call    fdc_motor_on
        mov     al, 0
        jnz     .running
        inc     ax
.running:
        mov     es, [B_EBDA]
        mov     [es:E_FRESH], al
        jmp     fdc_ready

; media_change: CF = 1 when the change line was set: AL = 06h when the step
; pulses cleared it, 80h when there is no disk.
media_change:
        mov     dl, [bp + R_DL]
        call    floppy_type
        cmp     al, 1
        je      .none                   ; 360K drives have no such line
        mov     dx, FDC_DIR
        in      al, dx
        test    al, 80h
        jz      .none
        call    media_forget
        call    fdc_recalibrate
        jc      .empty
        mov     al, 1
        call    fdc_step_to
        jc      .empty
        mov     al, 0
        call    fdc_step_to
        jc      .empty
        mov     dx, FDC_DIR
        in      al, dx
        test    al, 80h
        jnz     .empty
        mov     al, FS_CHANGED
        stc
        ret
.empty:
        mov     al, FS_TIMEOUT
        stc
        ret
.none:
        clc
        ret

; media_forget: the medium and the position are unknown.
media_forget:
        call    fdc_cyl_slot
        mov     byte [bx + B_FMEDIA], 0
        call    fdc_drive_bit
        not     al
        and     [B_RECAL], al
        ret

; media_present: for 17h and 18h. CF = 1: AL = 80h, no disk.
media_present:
        push    bx
        call    media_begin
        jc      .done
        call    media_change
        jnc     .done
        cmp     al, FS_TIMEOUT
        stc
        je      .done
        clc
.done:
        pop     bx
        pushf
        call    fdc_motor_time
        popf
        ret

; media_ready: the drive is ready to read or write. CF = 1: AL = status.
media_ready:
        call    media_begin
        jc      .done
        call    media_change
        jc      .done
        call    fdc_cyl_slot
        test    byte [bx + B_FMEDIA], 10h
        jnz     media_rate
        call    media_probe
        jnc     .done
        mov     es, [B_EBDA]
        cmp     byte [es:E_FRESH], 0
        stc
        je      .done
        call    media_spin_up
        jmp     media_probe
.done:
        ret

; media_for_format: as media_ready, but the disk need not be formatted: the
; state that 17h or 18h set, or the drive's own type.
media_for_format:
        call    media_begin
        jc      .done
        call    media_change
        jc      .done
        call    fdc_cyl_slot
        test    byte [bx + B_FMEDIA], 10h
        jnz     media_rate
        mov     dl, [bp + R_DL]
        call    floppy_type
        push    bx
        xor     ah, ah
        xchg    ax, bx
        mov     al, [cs:bx + .state]
        pop     bx
        mov     [bx + B_FMEDIA], al
        jmp     short media_rate
.done:
        ret
.state: db      0, 93h, 15h, 97h, 17h, 0D7h, 0D7h

; media_rate: programs the rate of the established medium. CF = 0.
media_rate:
        call    fdc_cyl_slot
        mov     al, [bx + B_FMEDIA]
        and     al, 0C0h
        mov     [B_RATE], al
        rol     al, 1
        rol     al, 1
        mov     dx, FDC_DIR
        out     dx, al
        clc
        ret

; media_spin_up: the motor start time of the INT 1Eh table, in 1/8 s.
media_spin_up:
        mov     ax, 90FDh
        clc
        int     15h
        mov     dl, 10
        call    dpt_byte_dl
        mov     al, dl
        mov     ah, 3                   ; ticks, rounded up
        mul     ah
        mov     cx, ax
        jcxz    .done
        xor     ax, ax
        mov     bx, .never
        call    wait_for
.done:
        mov     es, [B_EBDA]
        mov     byte [es:E_FRESH], 0
        ret
.never:
        or      al, 1
        ret

; media_reprobe: after a failure. CF = 0 when the medium proved to be another
; one, or the motor needed its time: worth another try.
media_reprobe:
        mov     es, [B_EBDA]
        cmp     byte [es:E_FRESH], 0
        je      .probe
        call    media_spin_up
        clc
        ret
.probe:
        call    fdc_cyl_slot
        mov     al, [bx + B_FMEDIA]
        push    ax
        call    media_probe
        pop     ax
        jc      .restore
        call    fdc_cyl_slot
        cmp     al, [bx + B_FMEDIA]
        stc
        je      .done
        clc
.done:
        ret
.restore:
        call    fdc_cyl_slot
        mov     [bx + B_FMEDIA], al
        call    media_rate
        stc
        ret

; media_probe: finds rate and stepping. CF = 1: AL = status.
media_probe:
        call    media_forget
        call    fdc_recalibrate
        jc      .done
        mov     dl, [bp + R_DL]
        call    floppy_type
        xor     ah, ah
        mov     si, ax
        shl     si, 1
        shl     si, 1
        add     si, .rates
        mov     cx, 4
.next:
        mov     al, [cs:si]
        inc     si
        cmp     al, 0FFh
        je      .fail
        mov     dx, FDC_DIR
        out     dx, al
        push    ax
        call    media_read_id
        pop     dx
        jnc     .found
        loop    .next
.fail:
        mov     al, FS_NOID
        stc
        ret
.found:
        mov     al, dl
        jmp     media_establish
.done:
        ret
; Rates to try by CMOS type, as written to 3F7h: 0: 500, 1: 300, 2: 250,
; 3: 1000 kbit/s.
.rates:
        db      0FFh, 0FFh, 0FFh, 0FFh
        db      2, 1, 0FFh, 0FFh
        db      0, 1, 2, 0FFh
        db      2, 1, 0FFh, 0FFh
        db      0, 2, 1, 0FFh
        db      3, 0, 2, 1
        db      3, 0, 2, 1

; media_read_id: CF = 0 when an ID was read; 40:45h holds its cylinder.
media_read_id:
        push    cx
        and     byte [B_RECAL], 7Fh
        mov     al, 4Ah
        call    fdc_put
        jc      .done
        mov     al, [bp + R_DL]         ; head 0
        call    fdc_put
        jc      .done
        call    fdc_finish
        jnc     .done
        mov     es, [B_EBDA]            ; a command that never ended
        cmp     byte [es:E_FDCOK], 0
        stc
        jne     .done
        call    fdc_ready
        stc
.done:
        pop     cx
        ret

; media_establish: AL = rate. Sets 40:90h or 91h. CF = 0.
media_establish:
        mov     dl, [bp + R_DL]
        mov     ah, al
        call    floppy_type             ; AL = type, AH = rate
        mov     bx, ax
        mov     al, 3
        cmp     bl, 1
        je      .state
        mov     al, 7
        cmp     bl, 2
        jne     .steps
        mov     al, 5
        sub     al, bh
        cmp     bh, 2
        jb      .steps
        mov     al, 7
.steps:
        cmp     bl, 3
        je      .state
        or      bh, bh
        jz      .state
        cmp     bh, 3
        je      .state
        push    ax
        push    bx
        call    media_double_step
        pop     bx
        pop     ax
        jnc     .state
        or      al, 20h
.state:
        mov     cl, 6
        shl     bh, cl
        or      al, bh
        or      al, 10h
        call    fdc_cyl_slot
        mov     [bx + B_FMEDIA], al
        and     al, 0C0h
        mov     [B_RATE], al
        clc
        ret

; media_double_step: CF = 1 when two steps lead to cylinder 1.
media_double_step:
        mov     al, 2
        call    fdc_step_to
        jc      .single
        call    media_read_id
        jc      .single
        cmp     byte [B_FRES + 3], 1
        stc
        je      .done
.single:
        clc
.done:
        ret
