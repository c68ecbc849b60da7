; atafind.asm - finds the ATA disks of both channels and their geometry.
;
; References: ATA-3; IBM fixed disk parameter tables (INT 41h, 46h) and
; Phoenix's extended form for translated disks; CMOS 39h as Bochs defines it:
; two bits a disk: 0 none, 1 LBA, 2 large, 3 revised ECHS. Without a word from
; CMOS a disk of more than 1024 cylinders is shown by LBA assistance. CMOS 40h
; to 43h are this BIOS's own: where a partition table was made with a number of
; heads that no translation comes to, that number is there.

; ata_find_all: fills E_DISKS, 40:75 and the vectors 41h and 46h.
ata_find_all:
        mov     es, [B_EBDA]
        mov     word [es:E_CD + D_BASE], 0
        mov     byte [es:E_CDKIND], 0
        mov     si, E_DISKS
        xor     bx, bx
.next:
        push    bx
        call    ata_fill_ports
        call    ata_identify
        pop     bx
        jc      .absent
        call    ata_geometry
        push    bx
        call    ata_set_geometry
        call    ata_publish
        pop     bx
        add     si, D_LEN
        jmp     short .more
.absent:
        call    cd_note
        mov     word [es:si + D_BASE], 0
.more:
        inc     bx
        cmp     bx, 4
        jb      .next
        mov     al, 0A0h                ; first drives stay selected
        mov     dx, 1F6h
        out     dx, al
        mov     dx, 176h
        out     dx, al
        ret

; ata_fill_ports: BX = position 0-3.
ata_fill_ports:
        mov     word [es:si + D_BASE], 1F0h
        mov     word [es:si + D_CTRL], 3F6h
        mov     byte [es:si + D_IRQ], 14
        test    bl, 2
        jz      .first
        mov     word [es:si + D_BASE], 170h
        mov     word [es:si + D_CTRL], 376h
        mov     byte [es:si + D_IRQ], 15
.first:
        mov     al, 0A0h
        test    bl, 1
        jz      .master
        mov     al, 0B0h
.master:
        mov     [es:si + D_DEV], al
        mov     byte [es:si + D_FLAGS], 0
        mov     byte [es:si + D_PIO], 0
        ret

; ata_identify: IDENTIFY DEVICE into the scratch sector. CF = 1: no ATA disk.
; An empty channel floats (FFh), an absent second drive reads 00h.
ata_identify:
        mov     dx, [es:si + D_BASE]
        add     dx, 7
        in      al, dx
        cmp     al, 0FFh
        je      .none
        dec     dx
        mov     al, [es:si + D_DEV]
        out     dx, al
        inc     dx
        in      al, dx
        in      al, dx
        cmp     al, 0FFh
        je      .none
        test    al, 88h
        jz      .idle
        call    ata_reset               ; a warm boot amid a command
        mov     dx, [es:si + D_BASE]
        add     dx, 6
        mov     al, [es:si + D_DEV]
        out     dx, al
.idle:
        call    .latch
        jne     .none
        mov     dx, [es:si + D_BASE]
        add     dx, 7
        mov     al, 0ECh
        out     dx, al
        in      al, dx
        in      al, dx
        or      al, al
        jz      .none
        call    ata_status
        jc      .none
        test    ah, 08h
        jz      .none
        mov     dx, [es:si + D_BASE]
        mov     di, E_SCRATCH
        mov     cx, 256
        call    ata_insw
        test    byte [es:E_SCRATCH + 1], 80h
        jnz     .none
        cmp     word [es:E_SCRATCH + 2], 0
        je      .none
        clc
        ret
.none:
        stc
        ret
; ZF = 1 when the sector count register keeps what is written.
.latch:
        mov     dx, [es:si + D_BASE]
        inc     dx
        inc     dx
        mov     al, 55h
        out     dx, al
        inc     dx
        mov     al, 0AAh
        out     dx, al
        dec     dx
        in      al, dx
        cmp     al, 55h
        ret

; ata_geometry: the record from the IDENTIFY data. BX = position.
ata_geometry:
        mov     ax, [es:E_SCRATCH + 2]
        mov     [es:si + D_PCYL], ax
        mov     [es:si + D_LCYL], ax
        mov     al, [es:E_SCRATCH + 6]
        mov     [es:si + D_PHEADS], al
        xor     ah, ah
        mov     [es:si + D_LHEADS], ax
        mov     al, [es:E_SCRATCH + 12]
        mov     [es:si + D_PSPT], al
        mov     [es:si + D_LSPT], al
        mov     al, [es:E_SCRATCH + 94]
        mov     [es:si + D_MULT], al
        call    ata_total
        mov     al, CM_HEADS
        add     al, bl
        call    read_cmos
        or      al, al
        jnz     ata_show
        mov     al, CM_TRANS
        call    read_cmos
        mov     cl, bl
        shl     cl, 1
        shr     al, cl
        and     al, 3
        jnz     .translate
        cmp     word [es:si + D_PCYL], 1024
        jbe     .done
        mov     al, 1
.translate:
        or      byte [es:si + D_FLAGS], DF_XLAT
        cmp     al, 1
        je      ata_assist
        cmp     al, 2
        je      .large
        call    ata_revise
.large:
        call    ata_halve
.done:
        ret

; ata_total: D_TOTAL from words 100-103, 60-61 or the geometry.
ata_total:
        push    bx
        test    byte [es:E_SCRATCH + 99], 02h   ; word 49 bit 9
        jz      .chs
        or      byte [es:si + D_FLAGS], DF_LBA
        mov     ax, [es:E_SCRATCH + 120]
        mov     dx, [es:E_SCRATCH + 122]
        xor     bx, bx
        xor     cx, cx
        test    byte [es:E_SCRATCH + 167], 04h  ; word 83 bit 10
        jz      .store
        mov     di, [es:E_SCRATCH + 200]
        or      di, [es:E_SCRATCH + 202]
        or      di, [es:E_SCRATCH + 204]
        jz      .store
        or      byte [es:si + D_FLAGS], DF_LBA48
        mov     ax, [es:E_SCRATCH + 200]
        mov     dx, [es:E_SCRATCH + 202]
        mov     bx, [es:E_SCRATCH + 204]
        mov     cx, [es:E_SCRATCH + 206]
        jmp     short .store
.chs:
        mov     al, [es:si + D_PHEADS]
        mul     byte [es:si + D_PSPT]
        mul     word [es:si + D_PCYL]
        xor     bx, bx
        xor     cx, cx
.store:
        mov     [es:si + D_TOTAL], ax
        mov     [es:si + D_TOTAL + 2], dx
        mov     [es:si + D_TOTAL + 4], bx
        mov     [es:si + D_TOTAL + 6], cx
        pop     bx
        ret

; ata_show: AL = heads that INT 13h is to show.
ata_show:
        xor     ah, ah
        mov     [es:si + D_LHEADS], ax
        cmp     al, [es:si + D_PHEADS]
        je      .as_is
        or      byte [es:si + D_FLAGS], DF_XLAT
        call    ata_cylinders
        jmp     short .done
.as_is:
        mov     ax, [es:si + D_PCYL]
        cmp     ax, 1024
        jbe     .done
        mov     ax, 1024
.done:
        mov     [es:si + D_LCYL], ax
        ret

; ata_cylinders: AX = cylinders with D_LHEADS and D_LSPT, 1 to 1024; CF = 1:
; there are more. Changes CX, DX.
ata_cylinders:
        mov     al, [es:si + D_LHEADS]
        mul     byte [es:si + D_LSPT]
        mov     cx, ax                  ; sectors a cylinder, at most 16065
        cmp     word [es:si + D_TOTAL + 4], 0
        jne     .more
        mov     dx, [es:si + D_TOTAL + 2]
        cmp     dx, cx
        jae     .more
        mov     ax, [es:si + D_TOTAL]
        div     cx
        cmp     ax, 1
        adc     ax, 0                   ; a disk of less than one cylinder
        cmp     ax, 1025
        cmc
        jnc     .done
.more:
        mov     ax, 1024
        stc
.done:
        ret

; ata_assist: 63 sectors, and the fewest heads of 16 to 255 that need at most
; 1024 cylinders.
ata_assist:
        push    bx
        or      byte [es:si + D_FLAGS], DF_ASSIST
        mov     byte [es:si + D_LSPT], 63
        mov     bx, 16
.try:
        mov     word [es:si + D_LHEADS], bx
        call    ata_cylinders
        jnc     .done
        cmp     bl, 255
        je      .done
        shl     bl, 1
        jnz     .try
        mov     bl, 255
        jmp     .try
.done:
        mov     [es:si + D_LCYL], ax
        pop     bx
        ret

; ata_revise: 16 heads become 15, so that doubling ends at 240.
ata_revise:
        cmp     word [es:si + D_LHEADS], 16
        jne     .done
        mov     ax, [es:si + D_LCYL]
        mov     dx, 16
        mul     dx
        mov     cx, 15
        div     cx
        mov     [es:si + D_LCYL], ax
        mov     word [es:si + D_LHEADS], 15
.done:
        ret

; ata_halve: half the cylinders, twice the heads, until there are 1024.
ata_halve:
        cmp     word [es:si + D_LCYL], 1024
        jbe     .done
        cmp     word [es:si + D_LHEADS], 127
        ja      .clip
        shr     word [es:si + D_LCYL], 1
        shl     word [es:si + D_LHEADS], 1
        jmp     ata_halve
.clip:
        mov     word [es:si + D_LCYL], 1024
.done:
        ret

; ata_publish: counts the disk, opens IRQ 15 for the second channel, makes the
; parameter tables of the first two disks.
ata_publish:
        cmp     byte [es:si + D_IRQ], 15
        jne     .count
        mov     al, 80h
        call    pic2_open
.count:
        inc     byte [B_HCOUNT]
        call    ata_partitions
        mov     al, [B_HCOUNT]
        dec     ax
        cmp     al, 1
        ja      .done
        mov     di, E_FDPT0
        mov     bx, 41h * 4
        jb      .table
        mov     di, E_FDPT1
        mov     bx, 46h * 4
.table:
        push    ds
        xor     ax, ax
        mov     ds, ax
        mov     [bx], di
        mov     [bx + 2], es
        pop     ds
        jmp     ata_make_fdpt
.done:
        ret

; ata_partitions: DF_FULL for the last disk counted when a partition of its
; sector 0 ends in the last cylinder, or when it is too small to spare one.
ata_partitions:
        push    bp
        mov     ax, [es:si + D_LCYL]
        cmp     ax, 3
        jb      .full
        dec     ax
        mov     cx, [es:si + D_LHEADS]
        mul     cx                      ; 1024 x 256 at most
        push    dx
        mov     cl, [es:si + D_LSPT]
        xor     ch, ch
        mul     cx
        mov     di, ax
        mov     bx, dx
        pop     ax
        mul     cx
        add     ax, bx                  ; AX:DI = where the last one begins
        push    ax
        mov     dl, [B_HCOUNT]
        add     dl, 7Fh
        mov     dh, 0
        mov     cx, 1
        mov     bx, E_SCRATCH
        mov     ax, 0201h
        int     13h
        pop     dx
        jc      .done
        cmp     word [es:E_SCRATCH + 510], 0AA55h
        jne     .done
        mov     bx, E_SCRATCH + 446
        mov     cx, 4
.entry:
        cmp     byte [es:bx + 4], 0
        je      .next
        mov     ax, [es:bx + 8]
        mov     bp, [es:bx + 10]
        add     ax, [es:bx + 12]
        adc     bp, [es:bx + 14]
        jc      .full
        sub     ax, di                  ; end - limit must be <= 0
        sbb     bp, dx
        jc      .next
        or      ax, bp
        jnz     .full
.next:
        add     bx, 16
        loop    .entry
        jmp     short .done
.full:
        or      byte [es:si + D_FLAGS], DF_FULL
.done:
        pop     bp
        ret

; ata_make_fdpt: ES:DI = table.
ata_make_fdpt:
        mov     ax, [es:si + D_LCYL]
        mov     [es:di], ax
        mov     ax, [es:si + D_LHEADS]
        mov     [es:di + 2], al
        mov     word [es:di + 5], 0FFFFh        ; no write precompensation
        mov     al, 0
        cmp     byte [es:si + D_PHEADS], 8
        jbe     .control
        mov     al, 08h
.control:
        mov     [es:di + 8], al
        mov     ax, [es:si + D_PCYL]
        mov     [es:di + 12], ax                ; landing zone
        mov     al, [es:si + D_LSPT]
        mov     [es:di + 14], al
        test    byte [es:si + D_FLAGS], DF_XLAT
        jz      .done
        mov     byte [es:di + 3], 0A0h          ; translated: both geometries
        mov     al, [es:si + D_PSPT]
        mov     [es:di + 4], al
        mov     ax, [es:si + D_PCYL]
        mov     [es:di + 9], ax
        mov     al, [es:si + D_PHEADS]
        mov     [es:di + 11], al
        push    di
        mov     cx, 15
        xor     al, al
.sum:
        sub     al, [es:di]
        inc     di
        loop    .sum
        mov     [es:di], al
        pop     di
.done:
        ret
