; edd.asm - INT 13h 41h-49h, 4Eh: linear addresses, and what a drive is.
;
; Reference: Phoenix Enhanced Disk Drive Specification 3.0; T13 2132D (EDD-4)
; where that says more. Not modelled: 64-bit flat buffer addresses (bit 3 of
; 41h's CX is 0), DMA (4Eh refuses it).

EDD_PARAMS1     equ 1Ah         ; sizes of 48h's result: as of 1.0,
EDD_PARAMS2     equ 1Eh         ; with the parameter table extension,
EDD_PARAMS3     equ 42h         ; with the path
EDD_NOTREMOVABLE equ 0B2h

; 41h
edd_check:
        cmp     word [bp + R_BX], 55AAh
        jne     disk_bad
        mov     word [bp + R_BX], 0AA55h
        mov     byte [bp + R_AH], 30h           ; EDD 3.0
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

; 42h, 43h, 44h: in parts of at most 128 sectors. A write with AL = 2 is
; verified afterwards.
edd_transfer:
        mov     bl, [bp + R_AH]
        xor     bh, bh
        mov     al, [cs:bx + ata_commands - 42h]
        cmp     bl, 43h
        jne     .begin
        cmp     byte [bp + R_AL], 2
        ja      disk_bad
.begin:
        mov     [es:E_EDDCMD], al
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
        mov     al, [es:E_EDDCMD]
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
        cmp     word [bp + R_AX], 4302h
        jne     .done
        mov     al, 40h
        cmp     [es:E_EDDCMD], al
        jne     .begin
.done:
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

; 45h and 49h: a fixed disk needs no lock, and is always the same. 46h: it
; can't be taken out.
edd_lock:
        mov     byte [bp + R_AL], 0
        mov     al, 0
        jmp     disk_return
edd_eject:
        mov     al, EDD_NOTREMOVABLE
        jmp     disk_return

; 4Eh: AL = what to set, for this drive alone. INT 13h goes by PIO, so turning
; DMA off is all that can be done about it.
edd_hardware:
        mov     bl, [bp + R_AL]
        xor     bh, bh
        cmp     bl, 6
        je      .good
        cmp     bl, 5
        jae     .bad
        shl     bx, 1
        mov     ax, [cs:bx + .features]
        push    ax
        call    ata_feature
        pop     bx
        jc      .done
        cmp     bl, 3
        jne     .good
        and     bh, 7
        mov     [es:si + D_PIO], bh
.good:
        mov     byte [bp + R_AL], 0
        mov     al, 0
.done:
        jmp     disk_return
.bad:
        jmp     disk_bad
; Features and values: look-ahead on and off; PIO mode 4, 0, the default.
.features:
        dw      00AAh, 0055h, 0C03h, 0803h, 0003h

; 48h: the caller's DS:SI names a buffer and its size.
edd_params:
        mov     di, [bp + R_SI]
        push    es
        push    ds
        push    es
        pop     ds                              ; DS:SI = record
        mov     es, [bp + R_DS]                 ; ES:DI = buffer
        call    edd_extensions
        jc      .done
        call    edd_flags
        mov     [es:di + 2], ax
        xor     ax, ax
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

; edd_flags: AX = information flags: DMA at boundaries is not the caller's
; concern, writes can be verified, the geometry is valid where it comes to all
; sectors, 1024 * 240 * 63 of them at most.
edd_flags:
        mov     ax, 9
        mov     cx, [si + D_TOTAL + 4]
        or      cx, [si + D_TOTAL + 6]
        jnz     .done
        cmp     word [si + D_TOTAL + 2], 0ECh
        ja      .done
        jb      .valid
        cmp     word [si + D_TOTAL], 4000h
        ja      .done
.valid:
        or      al, 2
.done:
        ret

; edd_extensions: what follows the first 1Ah bytes of the buffer ES:DI, as far
; as it has room, and its size. DS:SI = record. CF = 1: AL = status, there is
; not even that room; else AL = 0.
edd_extensions:
        mov     cx, [es:di]
        mov     ax, EDD_PARAMS1
        cmp     cx, ax
        jb      .bad
        cmp     cx, EDD_PARAMS2
        jb      .size
        call    edd_dpte
        mov     word [es:di + 1Ah], E_DPTE
        mov     [es:di + 1Ch], ds
        mov     ax, EDD_PARAMS2
        cmp     cx, EDD_PARAMS3
        jb      .size
        call    edd_path
        mov     ax, EDD_PARAMS3
.size:
        mov     [es:di], ax
        mov     al, 0
        clc
        ret
.bad:
        mov     al, FS_BAD
        stc
        ret

; edd_path: which bus, interface and drive record DS:SI is, at ES:DI + 1Eh.
edd_path:
        push    bx
        push    di
        add     di, EDD_PARAMS2
        mov     bx, di
        mov     ax, 0BEDDh
        stosw
        mov     ax, EDD_PARAMS3 - EDD_PARAMS2
        stosw
        xor     ax, ax
        stosw
        mov     ax, 'IS'
        mov     cx, 'A '
        test    byte [E_PCI], 2
        jz      .bus
        mov     ax, 'PC'
        mov     cx, 'I '
.bus:
        stosw
        xchg    ax, cx
        stosw
        mov     ax, 'AT'
        stosw
        mov     ax, 'A '
        mov     cx, '  '
        cmp     si, E_CD
        jne     .interface
        mov     ax, 'AP'
        mov     cx, 'I '
.interface:
        stosw
        xchg    ax, cx
        stosw
        mov     ax, '  '
        stosw
        mov     ax, [si + D_BASE]               ; ISA: the first port
        xor     cx, cx
        test    byte [E_PCI], 2
        jz      .path
        cmp     al, 0F0h
        mov     ax, 0100h                       ; bus 0, device 1,
        mov     cx, 0001h                       ; function 1, channel 0
        je      .path
        mov     ch, 1                           ; or 1
.path:
        stosw
        xchg    ax, cx
        stosw
        xor     ax, ax
        stosw
        stosw
        mov     al, [si + D_DEV]                ; master or slave
        mov     cl, 4
        shr     al, cl
        and     ax, 1
        stosw
        xor     ax, ax
        stosw
        stosw
        stosw
        stosb
        mov     cx, EDD_PARAMS3 - EDD_PARAMS2 - 1
.sum:
        sub     al, [es:bx]
        inc     bx
        loop    .sum
        stosb
        pop     di
        pop     bx
        ret

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
        cmp     si, E_CD
        jne     .pio
        or      ah, 60h                         ; ATAPI, removable
.pio:
        mov     [E_DPTE + 4], al
        mov     al, [si + D_PIO]
        mov     [E_DPTE + 9], al
        cmp     al, 1
        cmc
        adc     ah, 0                           ; faster than mode 0
        mov     [E_DPTE + 10], ah
        mov     al, [si + D_FLAGS]
        and     al, DF_ASSIST
        mov     ah, 0
        jz      .type
        mov     ah, 2                           ; LBA assisted translation
.type:
        mov     [E_DPTE + 11], ah
        xor     ax, ax
        mov     [E_DPTE + 5], al
        mov     [E_DPTE + 7], ax
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
