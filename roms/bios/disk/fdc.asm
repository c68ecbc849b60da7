; fdc.asm - the floppy controller: commands, DMA, interrupt, results.
;
; References: Intel 8272A and 82077AA data sheets; IBM PC AT Technical
; Reference for the use of 40:3Eh-48h. Motor start-up is not waited for: a
; drive that is not at speed yet finds no sector, and INT 13h's caller retries,
; as media_ready does on its own.

; dpt_byte_dl: DL = offset in the INT 1Eh table; DL = the byte.
dpt_byte_dl:
        push    bx
        push    es
        push    ds
        xor     bx, bx
        mov     es, bx
        lds     bx, [es:1Eh * 4]
        xor     dh, dh
        add     bx, dx
        mov     dl, [bx]
        pop     ds
        pop     es
        pop     bx
        ret

; fdc_drive_bit: AL = 1 << drive of the frame.
fdc_drive_bit:
        mov     al, 1
        test    byte [bp + R_DL], 1
        jz      .done
        shl     al, 1
.done:
        ret

; fdc_motor_on: selects the frame's drive and starts its motor. ZF = 0 when
; it ran already.
fdc_motor_on:
        cli
        mov     byte [B_MOTOFF], 0FFh
        call    fdc_drive_bit
        mov     ah, [B_MOTOR]
        and     ah, al
        push    ax
        and     byte [B_MOTOR], 4Fh
        or      [B_MOTOR], al
        mov     al, [B_MOTOR]
        and     al, 03h
        mov     cl, 4
        shl     al, cl
        or      al, [bp + R_DL]
        or      al, 0Ch
        mov     dx, FDC_DOR
        out     dx, al
        mov     al, [bp + R_DL]
        shl     al, cl
        or      [B_MOTOR], al           ; selected drive in bits 4-5
        pop     ax
        sti
        or      ah, ah
        ret

; fdc_motor_time: lets the motor run on for the time in the INT 1Eh table.
; Keeps AX.
fdc_motor_time:
        mov     dl, 2
        call    dpt_byte_dl
        mov     [B_MOTOFF], dl
        ret

; fdc_put: AL = command or parameter byte. CF = 1: not taken.
fdc_put:
        push    cx
        push    dx
        push    ax
        mov     dx, FDC_MSR
        mov     cx, 4000
.wait:
        in      al, dx
        and     al, 0C0h
        cmp     al, 80h
        je      .ready
        loop    .wait
        pop     ax
        mov     al, FS_TIMEOUT
        push    ax
        push    es
        mov     es, [B_EBDA]
        mov     byte [es:E_FDCOK], 0
        pop     es
        stc
        jmp     short .out
.ready:
        inc     dx
        pop     ax
        push    ax
        out     dx, al
        clc
.out:
        pop     ax
        pop     dx
        pop     cx
        ret

; fdc_get: AL = result byte. CF = 1: none.
fdc_get:
        push    cx
        push    dx
        mov     dx, FDC_MSR
        mov     cx, 4000
.wait:
        in      al, dx
        and     al, 0C0h
        cmp     al, 0C0h
        je      .ready
        loop    .wait
        stc
        jmp     short .out
.ready:
        inc     dx
        in      al, dx
        clc
.out:
        pop     dx
        pop     cx
        ret

; fdc_results: the result phase to 40:42, up to seven bytes.
fdc_results:
        push    di
        push    cx
        mov     di, B_FRES
        mov     cx, 7
.next:
        call    fdc_get
        jc      .done
        mov     [di], al
        inc     di
        mov     dx, FDC_MSR
        in      al, dx
        test    al, 10h                 ; still busy: more to come
        loopnz  .next
        clc
.done:
        pop     cx
        pop     di
        ret

; fdc_wait_irq: waits for IRQ 6. CF = 1: AL = 80h, and the FDC wants a reset.
fdc_wait_irq:
        push    bx
        push    cx
        push    dx
        mov     ax, 9001h
        clc
        int     15h
        jc      .timeout
        mov     ax, 0040h
        mov     cx, 37                  ; two seconds
        mov     bx, .seen
        call    wait_for
        jc      .timeout
        and     byte [B_RECAL], 7Fh
        clc
        jmp     short .out
.timeout:
        push    es
        mov     es, [B_EBDA]
        mov     byte [es:E_FDCOK], 0
        pop     es
        mov     al, FS_TIMEOUT
        stc
.out:
        pop     dx
        pop     cx
        pop     bx
        ret
.seen:
        mov     al, [B_RECAL]
        not     al
        test    al, 80h
        ret

; IRQ 6, INT 0Eh.
irq6_entry:
        push    ds
        push    ax
        mov     ax, BDA_SEG
        mov     ds, ax
        or      byte [B_RECAL], 80h
        mov     al, EOI
        out     PIC1, al
        mov     ax, 9101h
        int     15h
        pop     ax
        pop     ds
        iret

; fdc_reset: AL = status. The four drives report ready after a reset.
fdc_reset:
        cli
        mov     byte [B_RECAL], 0
        mov     al, [B_MOTOR]
        mov     ah, al
        and     ah, 03h
        mov     cl, 4
        shl     ah, cl
        shr     al, cl
        and     al, 03h
        or      al, ah
        or      al, 08h
        mov     dx, FDC_DOR
        out     dx, al
        push    ax
        in      al, PORT_B              ; some microseconds
        in      al, PORT_B
        in      al, PORT_B
        pop     ax
        or      al, 04h
        out     dx, al
        sti
        call    fdc_wait_irq
        jc      .done
        mov     cx, 4
.sense:
        mov     al, 08h
        call    fdc_put
        jc      .bad
        call    fdc_results
        jc      .bad
        mov     al, [B_FRES]
        and     al, 0C0h
        cmp     al, 0C0h
        jne     .bad
        loop    .sense
        mov     es, [B_EBDA]
        mov     byte [es:E_FDCOK], 1
        mov     al, 0
        clc
        ret
.bad:
        mov     al, FS_CONTROLLER
        stc
.done:
        ret

; fdc_ready: resets a controller that needs it, sends SPECIFY. CF = 1: AL.
fdc_ready:
        mov     es, [B_EBDA]
        cmp     byte [es:E_FDCOK], 0
        jne     .specify
        call    fdc_reset
        jc      .done
.specify:
        mov     al, 03h
        call    fdc_put
        jc      .done
        mov     dl, 0
        call    dpt_byte_dl
        mov     al, dl
        call    fdc_put
        jc      .done
        mov     dl, 1
        call    dpt_byte_dl
        mov     al, dl
        call    fdc_put
.done:
        ret

; fdc_head_drive: AL = head << 2 | drive of the frame.
fdc_head_drive:
        mov     al, [bp + R_DH]
        and     al, 1
        shl     al, 1
        shl     al, 1
        or      al, [bp + R_DL]
        ret

; fdc_sense: waits for the end of a seek. CF = 1: AL = status.
fdc_sense:
        call    fdc_wait_irq
        jc      .done
        mov     al, 08h
        call    fdc_put
        jc      .done
        call    fdc_results
        mov     al, FS_CONTROLLER
        jc      .done
        mov     al, [B_FRES]
        and     al, 60h
        cmp     al, 20h                 ; seek end, no equipment check
        mov     al, FS_SEEK
        stc
        jne     .done
        clc
.done:
        ret

; fdc_recalibrate: to cylinder 0; a second time for drives of 80 cylinders.
fdc_recalibrate:
        call    .once
        jnc     .done
        call    .once
        jc      .fail
.done:
        call    fdc_drive_bit
        or      [B_RECAL], al
        call    fdc_cyl_slot
        mov     byte [bx + B_FCYL], 0
        clc
.fail:
        ret
.once:
        and     byte [B_RECAL], 7Fh
        mov     al, 07h
        call    fdc_put
        jc      .end
        mov     al, [bp + R_DL]
        call    fdc_put
        jc      .end
        jmp     fdc_sense
.end:
        ret

; fdc_cyl_slot: BX = drive of the frame.
fdc_cyl_slot:
        mov     bl, [bp + R_DL]
        xor     bh, bh
        ret

; fdc_step_to: AL = physical cylinder. CF = 1: AL = status.
fdc_step_to:
        push    bx
        push    ax
        and     byte [B_RECAL], 7Fh
        mov     al, 0Fh
        call    fdc_put
        jc      .fail
        call    fdc_head_drive
        call    fdc_put
        jc      .fail
        pop     ax
        push    ax
        call    fdc_put
        jc      .fail
        call    fdc_sense
        jc      .fail
        pop     ax
        call    fdc_cyl_slot
        mov     [bx + B_FCYL], al
        clc
        pop     bx
        ret
.fail:
        pop     bx
        pop     bx
        ret

; fdc_seek: to cylinder CH of the frame, doubled for 40 tracks in an 80-track
; drive; settles before a write. CF = 1: AL = status. Keeps CX.
fdc_seek:
        push    cx
        call    fdc_drive_bit
        test    [B_RECAL], al
        jnz     .known
        call    fdc_recalibrate
        jc      .done
.known:
        call    fdc_cyl_slot
        mov     al, [bp + R_CH]
        test    byte [bx + B_FMEDIA], 20h
        jz      .single
        shl     al, 1
.single:
        cmp     al, [bx + B_FCYL]
        je      .there
        call    fdc_step_to
        jc      .done
        mov     al, [bp + R_AH]
        cmp     al, 3
        je      .settle
        cmp     al, 5
        jne     .there
.settle:
        mov     dl, 9
        call    dpt_byte_dl
        mov     cl, dl
        xor     ch, ch
        call    delay_ms
.there:
        clc
.done:
        pop     cx
        ret

; fdc_sector_len: AL = sectors; DI = their bytes - 1 (sizes up to 64 KB).
fdc_sector_len:
        mov     dl, 3
        call    dpt_byte_dl
        mov     cl, dl
        and     cl, 07h
        xor     ah, ah
        push    cx
        mov     cl, 7
        shl     ax, cl
        pop     cx
        shl     ax, cl
        dec     ax
        mov     di, ax
        ret

; fdc_dma_off: masks channel 2, which a transfer that ends before its count
; leaves open. The 8237A wants it masked while it is programmed, and a monitor
; that owns it begins a transfer when it is opened and ends it when it is
; masked. Keeps AX and the flags.
fdc_dma_off:
        push    ax
        mov     al, 06h
        out     DMA_MASK, al
        pop     ax
        ret

; fdc_dma: channel 2: AL = mode, ES:BX = buffer, DI = bytes - 1. CF = 1: it
; would run over a 64 KB boundary. Keeps BX.
fdc_dma:
        push    cx
        push    dx
        cli
        call    fdc_dma_off
        out     DMA_CLEAR_FF, al
        out     DMA_MODE, al
        mov     ax, es
        mov     cl, 4
        rol     ax, cl
        mov     dl, al
        and     dl, 0Fh                 ; page
        and     al, 0F0h
        add     ax, bx
        adc     dl, 0
        out     04h, al
        xchg    al, ah
        out     04h, al
        xchg    al, ah
        xchg    ax, dx
        out     DMA_PAGE2, al
        mov     ax, di
        out     05h, al
        xchg    al, ah
        out     05h, al
        sti
        add     dx, di
        jc      .done
        mov     al, 02h
        out     DMA_MASK, al
        clc
.done:
        pop     dx
        pop     cx
        ret

; fdc_rw_command: AH = command, CL = first sector. CF = 1: AL = status.
fdc_rw_command:
        and     byte [B_RECAL], 7Fh
        mov     al, ah
        call    fdc_put
        jc      .done
        call    fdc_head_drive
        call    fdc_put
        jc      .done
        mov     al, [bp + R_CH]
        call    fdc_put
        jc      .done
        mov     al, [bp + R_DH]
        call    fdc_put
        jc      .done
        mov     al, cl
        call    fdc_put
        jc      .done
        mov     bx, 0003h               ; N, EOT, GPL, DTL
        mov     bh, 4
.table:
        mov     dl, bl
        call    dpt_byte_dl
        mov     al, dl
        call    fdc_put
        jc      .done
        inc     bx
        dec     bh
        jnz     .table
        clc
.done:
        ret

; fdc_format_command: FORMAT A TRACK. CF = 1: AL = status.
fdc_format_command:
        and     byte [B_RECAL], 7Fh
        mov     al, 4Dh
        call    fdc_put
        jc      .done
        call    fdc_head_drive
        call    fdc_put
        jc      .done
        mov     si, .order
        mov     cx, 4
.table:
        mov     dl, [cs:si]
        inc     si
        call    dpt_byte_dl
        mov     al, dl
        call    fdc_put
        jc      .done
        loop    .table
        clc
.done:
        ret
.order: db      3, 4, 7, 8

; fdc_finish: waits for the end of a command, gets the results. AL = status,
; CF = 1 when it is not 0.
fdc_finish:
        call    fdc_wait_irq
        call    fdc_dma_off
        jc      .done
        call    fdc_results
        mov     al, FS_CONTROLLER
        jc      .done
        mov     al, [B_FRES]
        and     al, 0C0h
        jz      .done
        cmp     al, 40h
        mov     al, FS_CONTROLLER
        stc
        jne     .done
        mov     ah, [B_FRES + 1]
        push    bx
        mov     bx, .map
.find:
        test    ah, [cs:bx]
        jnz     .found
        add     bx, 2
        cmp     bx, .map_end
        jb      .find
.found:
        mov     al, [cs:bx + 1]
        pop     bx
        stc
.done:
        ret
; ST1 bits and what INT 13h calls them, in the AT's order.
.map:
        db      80h, FS_NOSECTOR
        db      20h, FS_CRC
        db      10h, FS_OVERRUN
        db      04h, FS_NOSECTOR
        db      02h, FS_PROTECT
        db      01h, FS_NOID
.map_end:
        db      0, FS_CONTROLLER
