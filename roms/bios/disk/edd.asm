; edd.asm - INT 13h 41h-44h, 47h, 48h: linear addresses.
;
; Reference: Phoenix Enhanced Disk Drive Specification 1.1. Not modelled: lock,
; eject and media change (removable media), 64-bit flat buffer addresses.

; 41h
edd_check:
        cmp     word [bp + R_BX], 55AAh
        jne     disk_bad
        mov     word [bp + R_BX], 0AA55h
        mov     byte [bp + R_AH], 21h           ; EDD 1.1
        mov     word [bp + R_CX], 0005h         ; fixed disk access, EDD
        clr_cf
        ret

; edd_packet: takes the packet at the caller's DS:SI. Out: CX = count, DX:DI =
; buffer, E_LBA. CF = 1: AL = status.
edd_packet:
        push    ds
        mov     ds, [bp + R_DS]
        mov     bx, [bp + R_SI]
        cmp     byte [bx], 10h
        jb      .bad
        mov     cx, [bx + 2]
        mov     di, [bx + 4]
        mov     dx, [bx + 6]
        push    si
        push    di
        lea     si, [bx + 8]
        mov     di, E_LBA
        movsw
        movsw
        movsw
        movsw
        pop     di
        pop     si
        pop     ds
        mov     byte [es:E_CHS], 0
        mov     byte [es:E_LONG], 0
        jmp     short edd_inside
.bad:
        pop     ds
        mov     al, FS_BAD
        stc
        ret

; edd_inside: CF = 1, AL = 04h, unless CX sectors from E_LBA are on the disk.
edd_inside:
        push    dx
        mov     ax, [es:E_LBA]
        add     ax, cx
        mov     dx, [es:E_LBA + 2]
        adc     dx, 0
        mov     bx, [es:E_LBA + 4]
        adc     bx, 0
        jc      .no
        cmp     word [es:E_LBA + 6], 0
        jne     .no
        sub     ax, [es:si + D_TOTAL]           ; end - total must be <= 0
        sbb     dx, [es:si + D_TOTAL + 2]
        sbb     bx, [es:si + D_TOTAL + 4]
        jc      .yes
        or      ax, dx
        or      ax, bx
        jz      .yes
.no:
        pop     dx
        mov     al, FS_NOSECTOR
        stc
        ret
.yes:
        pop     dx
        clc
        ret

; 42h, 43h, 44h: in parts of at most 128 sectors.
edd_transfer:
        call    edd_packet
        jc      .fail
        mov     bx, cx
.part:
        or      bx, bx
        jz      .good
        mov     cx, 128
        cmp     bx, cx
        jae     .size
        mov     cx, bx
.size:
        mov     [es:E_COUNT], cx
        push    bx
        push    cx
        mov     bl, [bp + R_AH]
        xor     bh, bh
        mov     al, [cs:bx + ata_commands - 42h]
        call    ata_transfer
        mov     dx, cx                          ; where the buffer goes on
        pop     cx
        pop     bx
        jc      .part_fail
        sub     bx, cx
        add     [es:E_LBA], cx
        adc     word [es:E_LBA + 2], 0
        adc     word [es:E_LBA + 4], 0
        jmp     .part
.good:
        mov     al, 0
        jmp     disk_return
.part_fail:
        sub     bx, cx
        add     bx, [es:E_LEFT]
        call    edd_count
        jmp     disk_return
.fail:
        mov     bx, 0FFFFh
        call    edd_count
        jmp     disk_return

; edd_count: BX = sectors not done (FFFFh: all); the packet tells the others.
edd_count:
        push    ds
        push    si
        mov     ds, [bp + R_DS]
        mov     si, [bp + R_SI]
        cmp     bx, [si + 2]
        jbe     .sub
        mov     bx, [si + 2]
.sub:
        sub     [si + 2], bx
        pop     si
        pop     ds
        ret

; 47h
edd_seek:
        call    edd_packet
        jc      .done
        mov     word [es:E_COUNT], 1
        mov     al, 70h
        call    ata_simple
.done:
        jmp     disk_return

; 48h: the caller's DS:SI names a buffer and its size.
edd_params:
        mov     di, [bp + R_SI]
        push    es
        push    ds
        push    es
        pop     ds                              ; DS:SI = record
        mov     es, [bp + R_DS]                 ; ES:DI = buffer
        mov     al, FS_BAD
        cmp     word [es:di], 1Ah
        jb      .done
        xor     ax, ax
        cmp     word [es:di], 1Eh
        mov     word [es:di], 1Ah
        jb      .short
        mov     word [es:di], 1Eh
        call    edd_dpte
        mov     word [es:di + 1Ah], E_DPTE
        mov     [es:di + 1Ch], ds
.short:
        mov     word [es:di + 2], 3             ; DMA safe, geometry valid
        mov     cx, [si + D_PCYL]
        mov     [es:di + 4], cx
        mov     [es:di + 6], ax
        mov     cl, [si + D_PHEADS]
        xor     ch, ch
        mov     [es:di + 8], cx
        mov     [es:di + 0Ah], ax
        mov     cl, [si + D_PSPT]
        mov     [es:di + 0Ch], cx
        mov     [es:di + 0Eh], ax
        add     si, D_TOTAL
        add     di, 10h
        movsw
        movsw
        movsw
        movsw
        mov     word [es:di], 512
.done:
        pop     ds
        pop     es
        jmp     disk_return

; edd_dpte: device parameter table extension of DS:SI at DS:E_DPTE.
edd_dpte:
        push    ax
        mov     ax, [si + D_BASE]
        mov     [E_DPTE], ax
        mov     ax, [si + D_CTRL]
        mov     [E_DPTE + 2], ax
        mov     al, [si + D_DEV]
        and     al, 10h
        or      al, 0A0h
        xor     ah, ah
        test    byte [si + D_FLAGS], DF_LBA
        jz      .chs
        or      al, 40h
        mov     ah, 10h                         ; LBA translation
.chs:
        test    byte [si + D_FLAGS], DF_XLAT
        jz      .flags
        or      ah, 08h
.flags:
        mov     [E_DPTE + 4], al
        mov     [E_DPTE + 10], ah
        xor     ax, ax
        mov     [E_DPTE + 5], al
        mov     [E_DPTE + 7], ax
        mov     [E_DPTE + 9], al
        mov     [E_DPTE + 11], al
        mov     [E_DPTE + 12], ax
        mov     al, [si + D_IRQ]
        mov     [E_DPTE + 6], al
        mov     byte [E_DPTE + 14], 11h
        push    bx
        push    cx
        mov     bx, E_DPTE
        mov     cx, 15
        xor     al, al
.sum:
        sub     al, [bx]
        inc     bx
        loop    .sum
        mov     [bx], al
        pop     cx
        pop     bx
        pop     ax
        ret
