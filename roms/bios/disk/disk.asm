; disk.asm - INT 13h for fixed disks: dispatch and the CHS functions.
;
; References: IBM PC AT Technical Reference, "Fixed disk"; Ralf Brown's
; Interrupt List. Functions 00h-05h, 08h-0Dh, 10h, 11h, 14h, 15h; 41h-4Eh are
; in edd.asm. Not modelled: low-level format (05h checks its arguments only, as
; IDE drives have nothing else to do). CD-ROM drives are in cd.asm.

HS_NOPARAMS     equ 07h
HS_ABORT        equ 20h
HS_FAULT        equ 0CCh
HS_NOTREADY     equ 0AAh

; Floppies go through INT 40h, with the caller's frame.
int13_entry:
        call    cd_claims
        jc      int13_cd
        test    dl, 80h
        jnz     int13_disk
        sub     sp, 4
        push    bp
        mov     bp, sp
        push    ax
        push    ds
        xor     ax, ax
        mov     ds, ax
        mov     ax, [40h * 4]
        mov     [bp + 2], ax
        mov     ax, [40h * 4 + 2]
        mov     [bp + 4], ax
        pop     ds
        pop     ax
        pop     bp
        retf

int13_disk:
        sti
        frame
        mov     es, [B_EBDA]
        call    disk_record
        jc      .absent
        mov     bl, ah
        xor     bh, bh
        cmp     bl, 15h
        jbe     .chs
        sub     bl, 41h
        cmp     bl, 0Dh
        ja      .bad
        shl     bx, 1
        call    [cs:bx + .edd]
        jmp     short .out
.chs:
        shl     bx, 1
        call    [cs:bx + .table]
        jmp     short .out
.absent:
        cmp     ah, 08h
        je      .none
        cmp     ah, 15h
        jne     .bad
        mov     byte [bp + R_AH], 0
        clr_cf
        jmp     short .out
; As the AT has it, so that nobody takes the number of the drive that he asked
; for, which was in DL, for how many there are.
.none:
        xor     ax, ax
        mov     [bp + R_AX], ax
        mov     [bp + R_CX], ax
        mov     [bp + R_DX], ax
        mov     al, HS_NOPARAMS
        call    disk_return
        jmp     short .out
.bad:
        call    disk_bad
.out:
        unframe
        iret
.table:
        dw      disk_reset, disk_status, disk_transfer, disk_transfer
        dw      disk_transfer, disk_format, disk_bad, disk_bad
        dw      disk_params, disk_init, disk_long, disk_long
        dw      disk_seek, disk_reset, disk_bad, disk_bad
        dw      disk_ready, disk_recalibrate, disk_bad, disk_bad
        dw      disk_diagnose, disk_type
.edd:
        dw      edd_check, edd_transfer, edd_transfer, edd_transfer
        dw      edd_lock, edd_eject, edd_seek, edd_params
        dw      edd_lock, disk_bad, disk_bad, disk_bad
        dw      disk_bad, edd_hardware

; disk_record: DL = drive; ES:SI = its record. CF = 1: not one of ours.
disk_record:
        push    ax
        mov     al, dl
        sub     al, 80h
        cmp     byte [es:E_CDKIND], 3   ; a hard disk of a CD's is before it
        jne     .own
        dec     al
.own:
        cmp     al, 4
        cmc
        jc      .done
        mov     ah, D_LEN
        mul     ah
        add     ax, E_DISKS
        mov     si, ax
        cmp     word [es:si + D_BASE], 1
.done:
        pop     ax
        ret

; disk_return: AL = status for the caller and for 40:74.
disk_bad:
        mov     al, FS_BAD
disk_return:
        mov     [B_HSTAT], al
        mov     [bp + R_AH], al
        or      al, al
        jnz     .error
        clr_cf
        ret
.error:
        set_cf
        ret

; 00h, 0Dh: the channel is reset, and both drives get their geometry back.
; 00h means the floppies too: their controller is reset when next used.
disk_reset:
        cmp     ah, 0
        jne     .disk_only
        mov     byte [es:E_FDCOK], 0
.disk_only:
        call    ata_reset
        jc      .done
        push    si
        mov     dx, [es:si + D_BASE]
        mov     si, E_DISKS
        mov     cx, 4
.next:
        cmp     [es:si + D_BASE], dx
        jne     .skip
        push    cx
        push    dx
        call    ata_set_geometry
        pop     dx
        pop     cx
.skip:
        add     si, D_LEN
        loop    .next
        pop     si
        call    ata_select              ; leave the caller's drive selected
        mov     al, 0
.done:
        jmp     disk_return

; 01h
disk_status:
        mov     al, 0
        xchg    al, [B_HSTAT]
        mov     [bp + R_AX], al
        mov     [bp + R_AH], al
        or      al, al
        jnz     disk_return.error
        clr_cf
        ret

; disk_chs: the frame's CX and DH to E_LBA. CF = 1: AL = status, outside of
; the disk.
disk_chs:
        mov     ax, [bp + R_CX]
        mov     bl, al
        and     bl, 3Fh
        xchg    al, ah
        mov     cl, 6
        shr     ah, cl                  ; AX = cylinder
        cmp     ax, [es:si + D_LCYL]
        jae     .outside
        mov     cl, [bp + R_DH]
        xor     ch, ch
        cmp     cx, [es:si + D_LHEADS]
        jae     .outside
        dec     bl
        cmp     bl, [es:si + D_LSPT]
        jae     .outside
        mul     word [es:si + D_LHEADS]
        add     ax, cx
        adc     dx, 0
        mov     cx, dx
        mov     dl, [es:si + D_LSPT]
        xor     dh, dh
        push    dx
        mul     dx
        xchg    ax, cx                  ; CX = low word, AX = high factor
        mov     di, dx
        pop     dx
        mul     dx
        add     ax, di
        xor     bh, bh
        add     cx, bx
        adc     ax, 0
        mov     [es:E_LBA], cx
        mov     [es:E_LBA + 2], ax
        xor     ax, ax
        mov     [es:E_LBA + 4], ax
        mov     [es:E_LBA + 6], ax
        mov     [es:E_LONG], al
        mov     al, [es:si + D_FLAGS]
        not     al
        and     al, DF_XLAT             ; untranslated: as the caller says it
        mov     [es:E_CHS], al
        clc
        ret
.outside:
        mov     al, FS_NOSECTOR
        stc
        ret

; 02h, 03h, 04h
disk_transfer:
        cmp     byte [bp + R_AL], 0
        je      disk_bad
        call    disk_chs
        jc      .done
        mov     al, [bp + R_AL]
        xor     ah, ah
        mov     [es:E_COUNT], ax
        mov     bl, [bp + R_AH]
        xor     bh, bh
        mov     al, [cs:bx + ata_commands - 2]
        mov     di, [bp + R_BX]
        mov     dx, [bp + R_ES]
        call    ata_transfer
        jnc     .good
        mov     bl, [es:E_LEFT]
        sub     [bp + R_AL], bl
.done:
        jmp     disk_return
.good:
        mov     al, 0
        jmp     disk_return

; 05h
disk_format:
        mov     bx, [bp + R_CX]
        push    bx
        and     byte [bp + R_CL], 0C0h
        or      byte [bp + R_CL], 1
        call    disk_chs
        pop     bx
        mov     [bp + R_CX], bx
        jc      .done
        mov     al, 0
.done:
        jmp     disk_return

; disk_shown: AX = cylinders for 08h and 15h: all but the last, which an AT
; keeps for diagnostics. Windows's 32-bit disk access compares them with the
; drive's own. Where a partition is longer they are all shown.
disk_shown:
        mov     ax, [es:si + D_LCYL]
        test    byte [es:si + D_FLAGS], DF_FULL
        jnz     .done
        dec     ax
.done:
        ret

; 08h
disk_params:
        call    disk_shown
        dec     ax
        xchg    al, ah
        mov     cl, 6
        shl     al, cl
        or      al, [es:si + D_LSPT]
        mov     [bp + R_CX], ax
        mov     al, [es:si + D_LHEADS]
        dec     ax
        mov     [bp + R_DH], al
        mov     al, [B_HCOUNT]
        mov     [bp + R_DL], al
        mov     byte [bp + R_AL], 0
        mov     al, 0
        jmp     disk_return

; 09h
disk_init:
        call    ata_set_geometry
        jmp     disk_return

; 0Ah, 0Bh: sectors with their four ECC bytes.
disk_long:
        cmp     byte [bp + R_AL], 0
        je      disk_bad
        call    disk_chs
        jc      .done
        mov     al, [bp + R_AL]
        xor     ah, ah
        mov     [es:E_COUNT], ax
        mov     byte [es:E_LONG], 1
        mov     al, 22h
        cmp     byte [bp + R_AH], 0Ah
        je      .go
        mov     al, 32h
.go:
        mov     di, [bp + R_BX]
        mov     dx, [bp + R_ES]
        call    ata_transfer
        mov     byte [es:E_LONG], 0
.done:
        jmp     disk_return

; 0Ch
disk_seek:
        mov     bx, [bp + R_CX]
        push    bx
        and     byte [bp + R_CL], 0C0h
        or      byte [bp + R_CL], 1
        call    disk_chs
        jc      .done
        mov     word [es:E_COUNT], 1
        mov     al, 70h
        call    ata_simple
.done:
        pop     bx
        mov     [bp + R_CX], bx
        jmp     disk_return

; 10h
disk_ready:
        call    ata_select
        jc      .done
        in      al, dx
        and     al, 0C0h
        cmp     al, 40h
        mov     al, 0
        je      .done
        mov     al, HS_NOTREADY
.done:
        jmp     disk_return

; 11h
disk_recalibrate:
        call    disk_origin
        mov     al, 10h
        call    ata_simple
        jmp     disk_return

; disk_origin: E_LBA = 0.
disk_origin:
        xor     ax, ax
        mov     [es:E_LBA], ax
        mov     [es:E_LBA + 2], ax
        mov     [es:E_LBA + 4], ax
        mov     [es:E_LBA + 6], ax
        mov     [es:E_CHS], al
        mov     [es:E_LONG], al
        ret

; 14h: the drive's own test; error register 01h: passed. It resets the
; geometry as a reset does.
disk_diagnose:
        call    disk_origin
        mov     al, 90h
        call    ata_simple
        jc      .done
        mov     dx, [es:si + D_BASE]
        inc     dx
        in      al, dx
        and     al, 7Fh
        cmp     al, 01h
        mov     al, HS_ABORT
        jne     .done
        mov     ah, 0Dh
        jmp     disk_reset
.done:
        jmp     disk_return

; 15h: AH = 3, CX:DX = sectors of the cylinders that 08h shows.
disk_type:
        mov     ax, [es:si + D_LHEADS]
        mov     cl, [es:si + D_LSPT]
        xor     ch, ch
        mul     cx
        mov     cx, ax
        call    disk_shown
        mul     cx
        mov     [bp + R_DX], ax
        mov     [bp + R_CX], dx
        mov     byte [bp + R_AH], 3
        mov     byte [B_HSTAT], 0
        clr_cf
        ret
