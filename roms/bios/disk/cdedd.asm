; cdedd.asm - INT 13h 41h-49h for a disc that was booted from.
;
; Reference: Phoenix Enhanced Disk Drive Specification 3.0; "El Torito" Bootable
; CD-ROM Format Specification 1.0.

; 41h
cd_check:
        cmp     byte [es:E_CDKIND], 2
        je      cd_chs_read.bad
        cmp     word [bp + R_BX], 55AAh
        jne     cd_chs_read.bad
        mov     word [bp + R_BX], 0AA55h
        mov     byte [bp + R_AH], 30h
        mov     word [bp + R_CX], 0007h         ; removable, too
        clr_cf
        ret

; 42h: frames of the disc, or sectors of an emulated hard disk. Counts that
; would not fit in 16 bits as sectors, 32 MB, are more than a buffer can hold.
cd_extended:
        push    ds
        mov     ds, [bp + R_DS]
        mov     bx, [bp + R_SI]
        cmp     byte [bx], 10h
        mov     cx, [bx + 2]
        mov     di, [bx + 4]
        mov     dx, [bx + 6]
        jb      .short
        mov     ax, [bx + 12]
        or      ax, [bx + 14]
        mov     ax, [bx + 8]
        mov     bx, [bx + 10]
        pop     ds
        jnz     .range
        cmp     byte [es:E_CDKIND], 3
        je      .sectors
        cmp     cx, 4000h
        jae     .bad
        test    bh, 0C0h
        jnz     .range
        shl     ax, 1
        rcl     bx, 1
        shl     ax, 1
        rcl     bx, 1
        shl     cx, 1
        shl     cx, 1
        jmp     short .read
.sectors:
        cmp     cx, 0FFF8h
        ja      .bad
        call    cd_image
        jc      .range
.read:
        mov     [es:E_COUNT], cx
        mov     cx, dx
        call    cd_far
        call    cd_read
        mov     al, 0
        jnc     .done
        mov     al, HS_NOTREADY
        mov     bx, [es:E_COUNT]
        cmp     byte [es:E_CDKIND], 3
        je      .left
        add     bx, 3
        shr     bx, 1
        shr     bx, 1
.left:
        call    edd_count
.done:
        jmp     disk_return
.short:
        pop     ds
.bad:
        mov     al, FS_BAD
        jmp     short .none
.range:
        mov     al, FS_NOSECTOR
.none:
        mov     bx, 0FFFFh
        call    edd_count
        jmp     disk_return

; 48h
cd_describe:
        cmp     byte [es:E_CDKIND], 1
        jne     .bad
        push    es
        push    ds
        push    es
        pop     ds
        mov     si, E_CD
        mov     es, [bp + R_DS]
        mov     di, [bp + R_SI]
        call    edd_extensions
        jc      .short
        inc     di
        inc     di
        mov     ax, 0074h               ; removable, lockable, no geometry
        stosw
        xor     ax, ax
        mov     cx, 6
        rep stosw
        dec     ax
        stosw                           ; as many sectors as there may be
        stosw
        stosw
        stosw
        mov     ax, 2048
        stosw
        mov     al, 0
.short:
        pop     ds
        pop     es
        jmp     disk_return
.bad:
        jmp     disk_bad

; 45h: AL = 0 locks the tray, 1 takes one lock back, 2 asks. AL = whether it is
; locked.
cd_lock:
        mov     al, [bp + R_AL]
        mov     bl, [es:E_CDLOCKS]
        cmp     al, 1
        ja      .ask
        je      .unlock
        inc     bl
        mov     al, 0B4h                        ; too often
        jz      .done
        jmp     short .set
.unlock:
        sub     bl, 1
        mov     al, 0B0h                        ; is not locked
        jc      .done
.set:
        mov     [es:E_CDLOCKS], bl
        mov     al, 1Eh
        call    cd_clear
        cmp     bl, 1
        cmc
        adc     byte [es:E_CDPKT + 4], 0
        call    cd_packet
        jc      .done
        mov     bl, [es:E_CDLOCKS]
        jmp     short .locked
.ask:
        cmp     al, 2
        ja      .bad
.locked:
        cmp     bl, 1
        cmc
        mov     al, 0
        adc     al, 0
        mov     [bp + R_AL], al
        mov     al, 0
.done:
        jmp     disk_return
.bad:
        jmp     disk_bad

; 46h: INT 15h 52h may object.
cd_eject:
        cmp     byte [es:E_CDLOCKS], 0
        mov     al, 0B1h
        jne     .done
        mov     ah, 52h
        mov     dl, [bp + R_DL]
        clc
        int     15h
        mov     al, 0B3h                        ; in use
        jc      .done
        mov     al, 1Bh
        call    cd_clear
        mov     byte [es:E_CDPKT + 4], 2
        call    cd_packet
        jc      .done
        mov     al, 0
.done:
        jmp     disk_return

; 49h: the drive tells once that there is another disc: sense key 6.
cd_changed:
        xor     al, al
        call    cd_clear
        call    cd_packet
        mov     al, 0
        jnc     .done
        mov     dx, [es:si + D_BASE]
        inc     dx
        in      al, dx
        and     al, 0F0h
        cmp     al, 60h
        mov     al, 06h
        je      .done
        mov     al, HS_NOTREADY
.done:
        jmp     disk_return
