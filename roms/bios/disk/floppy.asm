; floppy.asm - INT 40h (INT 13h for drives 00h and 01h).
;
; References: IBM PC AT Technical Reference, "Diskette"; Ralf Brown's Interrupt
; List; Intel 82077AA data sheet. Functions 00h-05h, 08h, 15h-18h. Two drives.
; Not modelled: drives 2 and 3, non-DMA transfers.

FS_BAD          equ 01h         ; INT 13h status codes
FS_NOID         equ 02h
FS_PROTECT      equ 03h
FS_NOSECTOR     equ 04h
FS_CHANGED      equ 06h
FS_OVERRUN      equ 08h
FS_BOUNDARY     equ 09h
FS_MEDIA        equ 0Ch
FS_CRC          equ 10h
FS_CONTROLLER   equ 20h
FS_SEEK         equ 40h
FS_TIMEOUT      equ 80h

; floppy_type: DL = drive 0 or 1; AL = CMOS type, 0 none. Others: 0.
floppy_type:
        xor     al, al
        cmp     dl, 1
        ja      .done
        call    floppy_types
        cmp     dl, 1
        je      .second
        push    cx
        mov     cl, 4
        shr     al, cl
        pop     cx
.second:
        and     al, 0Fh
        cmp     al, 6
        jbe     .done
        xor     al, al
.done:
        ret

; floppy_types: AL = types of drives 0 and 1, in the high and the low
; nibble. Keeps AH.
floppy_types:
        on_xt   .xt
        mov     al, CM_FLOPPY
        jmp     read_cmos
.xt:
        push    ds
        push    bx
        mov     bx, BDA_SEG
        mov     ds, bx
        mov     ds, [B_EBDA]
        mov     al, [E_XTFDD]
        pop     bx
        pop     ds
        ret

; floppy_count: AL = number of drives in CMOS.
floppy_count:
        push    bx
        call    floppy_types
        xor     bl, bl
        test    al, 0F0h
        jz      .no_first
        inc     bx
.no_first:
        test    al, 0Fh
        jz      .no_second
        inc     bx
.no_second:
        mov     al, bl
        pop     bx
        ret

; Parameter tables by CMOS type: eleven bytes as at INT 1Eh, last cylinder,
; data rate for 3F7h (shifted to bits 6-7).
%macro dpt 6
        db      0AFh, 02h, 25h, 2, %1, %2, 0FFh, %3, 0F6h, 0Fh, 8, %4, %5
%endmacro
DPT_LEN         equ 13
floppy_tables:
        dpt     9, 2Ah, 50h, 39, 80h, 0         ; 1: 360K
        dpt     15, 1Bh, 54h, 79, 00h, 0        ; 2: 1.2M
        dpt     9, 2Ah, 50h, 79, 80h, 0         ; 3: 720K
        dpt     18, 1Bh, 6Ch, 79, 00h, 0        ; 4: 1.44M
        dpt     36, 1Bh, 53h, 79, 0C0h, 0       ; 5: 2.88M
        dpt     36, 1Bh, 53h, 79, 0C0h, 0       ; 6: 2.88M
        dpt     9, 2Ah, 50h, 39, 40h, 0         ; 360K in a 1.2M drive

; floppy_table: AL = CMOS type 1-6; SI = its parameter table.
floppy_table:
        push    ax
        dec     ax
        mov     ah, DPT_LEN
        mul     ah
        add     ax, floppy_tables
        mov     si, ax
        pop     ax
        ret

int40_entry:
        sti
        frame
        cmp     ah, 18h
        ja      .bad
        mov     bl, ah
        xor     bh, bh
        mov     bl, [cs:bx + .index]
        call    [cs:bx + .table]
        jmp     short .out
.bad:
        call    floppy_bad
.out:
        unframe
        iret
.index:
        db      0, 2, 4, 4, 4, 6, 8, 8, 10, 8, 8, 8, 8, 8, 8, 8
        db      8, 8, 8, 8, 8, 12, 14, 16, 18
.table:
        dw      floppy_reset, floppy_status, floppy_transfer, floppy_format
        dw      floppy_bad, floppy_params, floppy_dasd, floppy_change
        dw      floppy_set_dasd, floppy_set_media

; floppy_return: AL = status, also kept at 40:41.
floppy_bad:
        mov     al, FS_BAD
floppy_return:
        mov     [B_FSTAT], al
        mov     [bp + R_AH], al
        or      al, al
        jnz     .error
        clr_cf
        ret
.error:
        set_cf
        ret

; 00h
floppy_reset:
        mov     byte [B_FSTAT], 0
        call    fdc_reset
        jmp     floppy_return

; 01h
floppy_status:
        mov     al, [B_FSTAT]
        jmp     floppy_return

; 08h: ES:DI = parameter table, CX = last cylinder and sector, BL = type.
floppy_params:
        call    floppy_type
        mov     bl, al
        call    floppy_count
        mov     [bp + R_DL], al
        xor     ax, ax
        mov     [bp + R_BX], ax
        mov     [bp + R_CX], ax
        mov     [bp + R_DH], al
        mov     [bp + R_AX], ax
        mov     [bp + R_ES], ax
        mov     [bp + R_DI], ax
        or      bl, bl
        jz      floppy_bad
        mov     [bp + R_BL], bl
        mov     al, bl
        call    floppy_table
        mov     al, [cs:si + 4]
        mov     ah, [cs:si + 11]
        mov     [bp + R_CX], ax
        mov     byte [bp + R_DH], 1
        mov     [bp + R_ES], cs
        mov     [bp + R_DI], si
        mov     al, 0
        clr_cf
        ret

; 15h: AH = 0 no drive, 1 without and 2 with a change line.
floppy_dasd:
        call    floppy_type
        mov     ah, 0
        or      al, al
        jz      .done
        inc     ah
        cmp     al, 1
        je      .done
        inc     ah
.done:
        mov     [bp + R_AH], ah
        clr_cf
        ret

; 16h: AH = 6 when the medium may have been changed.
floppy_change:
        call    floppy_type
        cmp     al, 1
        mov     al, FS_TIMEOUT
        jb      floppy_return
        mov     al, FS_CHANGED
        je      floppy_return           ; no change line: it may have been
        call    fdc_motor_on
        mov     dx, FDC_DIR
        in      al, dx
        and     al, 80h
        jz      .done
        mov     al, FS_CHANGED
.done:
        call    fdc_motor_time
        jmp     floppy_return

; 17h: AL = 1 360K in 360K, 2 360K in 1.2M, 3 1.2M, 4 720K: for a format.
floppy_set_dasd:
        mov     bl, [bp + R_AL]
        dec     bl
        cmp     bl, 3
        ja      floppy_bad
        call    floppy_type
        or      al, al
        mov     al, FS_TIMEOUT
        jz      floppy_return
        call    media_present
        jc      floppy_return
        xor     bh, bh
        mov     al, [cs:bx + .state]
        jmp     short floppy_media_set
.state: db      93h, 74h, 15h, 97h

; floppy_media_set: AL = media state of drive DL.
floppy_media_set:
        mov     bl, [bp + R_DL]
        xor     bh, bh
        mov     [bx + B_FMEDIA], al
        mov     al, 0
        jmp     floppy_return

; 18h: CH = last cylinder, CL = sectors a track; ES:DI = table for INT 1Eh.
floppy_set_media:
        call    floppy_type
        or      al, al
        mov     ah, al
        mov     al, FS_TIMEOUT
        jz      floppy_return
        mov     cx, [bp + R_CX]
        and     cl, 3Fh
        mov     bx, .rows
.find:
        cmp     [cs:bx], ah
        jne     .next
        cmp     [cs:bx + 1], cx
        je      .found
.next:
        add     bx, 5
        cmp     bx, .end
        jb      .find
        mov     al, FS_MEDIA
        jmp     floppy_return
.found:
        call    media_present
        jc      floppy_return
        mov     al, [cs:bx + 3]
        call    floppy_table
        mov     [bp + R_DI], si
        mov     [bp + R_ES], cs
        mov     al, [cs:bx + 4]
        jmp     floppy_media_set
; Drive type, CL, CH, table, media state.
.rows:
        db      1, 9, 39, 1, 93h
        db      2, 9, 39, 7, 74h
        db      2, 15, 79, 2, 15h
        db      3, 9, 79, 3, 97h
        db      4, 9, 79, 3, 97h
        db      4, 18, 79, 4, 17h
        db      5, 9, 79, 3, 97h
        db      5, 18, 79, 4, 17h
        db      5, 36, 79, 5, 0D7h
        db      6, 9, 79, 3, 97h
        db      6, 18, 79, 4, 17h
        db      6, 36, 79, 5, 0D7h
.end:

; 02h, 03h, 04h: AL sectors at CH/CL/DH, ES:BX. AL = sectors done.
floppy_transfer:
        call    floppy_type
        or      al, al
        mov     al, FS_TIMEOUT
        jz      .fail
        mov     al, FS_BAD
        cmp     byte [bp + R_AL], 0
        je      .fail
        cmp     byte [bp + R_DH], 1
        ja      .fail
        call    media_ready
        jc      .fail_off
        cmp     byte [bp + R_AH], 4
        je      .verify
        mov     es, [bp + R_ES]
        mov     bx, [bp + R_BX]
        mov     ch, [bp + R_AL]
        mov     cl, [bp + R_CL]
        call    floppy_rw
        jmp     short .done
.verify:
        call    floppy_verify
.done:
        call    fdc_motor_time
        cmp     al, 0
        je      floppy_return
        mov     [bp + R_AL], ah         ; sectors before the bad one
        jmp     floppy_return
.fail_off:
        call    fdc_motor_time
.fail:
        mov     byte [bp + R_AL], 0
        jmp     floppy_return

; floppy_verify: the sectors one by one into the EBDA's scratch sector, as a
; DMA channel in verify mode is not understood by every controller.
; Out: AL = status, AH = good sectors.
floppy_verify:
        mov     cl, [bp + R_CL]
        mov     al, [bp + R_AL]
.next:
        push    ax
        mov     es, [B_EBDA]
        mov     bx, E_SCRATCH
        mov     ch, 1
        call    floppy_rw
        mov     dl, al
        pop     ax
        or      dl, dl
        jnz     .fail
        inc     cx
        dec     al
        jnz     .next
        mov     ah, [bp + R_AL]
        ret
.fail:
        mov     ah, [bp + R_AL]
        sub     ah, al
        mov     al, dl
        ret

; floppy_rw: reads or writes CH sectors from CL on at ES:BX; cylinder, head,
; drive and function come from the frame. One more try when the data rate
; proves to be another. Out: AL = status, AH = sectors done. Keeps CX.
floppy_rw:
        push    cx
        push    bx
        push    es
        call    floppy_rw_once
        pop     es
        pop     bx
        pop     cx
        cmp     al, FS_NOID
        je      .again
        cmp     al, FS_NOSECTOR
        je      .again
        cmp     al, FS_CRC
        jne     .done
.again:
        push    ax
        push    cx
        push    bx
        push    es
        call    media_reprobe
        pop     es
        pop     bx
        pop     cx
        pop     ax
        jc      .done
        push    cx
        call    floppy_rw_once
        pop     cx
.done:
        ret

floppy_rw_once:
        push    cx
        mov     al, ch
        call    fdc_sector_len          ; DI = bytes - 1 of AL sectors
        mov     al, 46h
        mov     ah, 0E6h
        cmp     byte [bp + R_AH], 3
        jne     .read
        mov     ax, 0C54Ah
.read:
        push    ax
        call    fdc_dma
        pop     ax
        pop     cx
        mov     al, FS_BOUNDARY
        jc      .nothing
        push    ax
        call    fdc_seek
        pop     bx
        jc      .nothing
        mov     ah, bh
        call    fdc_rw_command
        jc      .nothing
        call    fdc_finish
        jc      .count
        mov     ah, [bp + R_AL]
        ret
.nothing:
        xor     ah, ah
        ret
; Sectors before the failure: the result bytes hold where it stopped.
.count:
        push    ax
        mov     al, [B_FRES + 5]
        sub     al, cl
        mov     ah, [B_FRES + 4]
        cmp     ah, [bp + R_DH]
        je      .same
        mov     dl, 4
        call    dpt_byte_dl
        add     al, dl
.same:
        mov     dl, al
        pop     ax
        mov     ah, dl
        cmp     ah, [bp + R_AL]
        jb      .sane
        xor     ah, ah
.sane:
        ret

; 05h: ES:BX = C, H, R, N of each sector of the track.
floppy_format:
        call    floppy_type
        or      al, al
        mov     al, FS_TIMEOUT
        jz      floppy_return
        cmp     byte [bp + R_DH], 1
        ja      floppy_bad
        call    media_for_format
        jc      .done
        mov     dl, 4
        call    dpt_byte_dl
        xor     dh, dh
        mov     di, dx
        shl     di, 1
        shl     di, 1
        dec     di
        mov     es, [bp + R_ES]
        mov     bx, [bp + R_BX]
        mov     al, 4Ah
        call    fdc_dma
        mov     al, FS_BOUNDARY
        jc      .done
        call    fdc_seek
        jc      .done
        call    fdc_format_command
        jc      .done
        call    fdc_finish
.done:
        call    fdc_motor_time
        jmp     floppy_return
