; disk.asm - page: sectors of the disks, by INT 13h.
;
; The BIOS counts sectors as a drive finds them: cylinder, head, and sector from
; 1 on. A number from 0 on, the logical block address, becomes those by the
; drive's geometry: sector = LBA mod S + 1, head = LBA / S mod H, cylinder =
; LBA / S / H. The upper two bits of a cylinder ride in the sector's byte,
; which is why INT 13h ends at cylinder 1023.
;
; Shown: any sector of any drive, how long the read took. Only reads.
; Reference: Ralf Brown's Interrupt List, INT 13h.

disk_drive:     db      0
disk_lba:       dw      0               ; the tour's floppy has 2880
disk_half:      dw      0               ; 0 or 256: part that is shown
disk_spt:       dw      18
disk_heads:     dw      2
disk_cylinders: dw      80
disk_status:    db      0
disk_time:      dw      0, 0            ; of the last read, in PIT counts

; disk_geometry: DL = drive. CF = 1: it is not there.
disk_geometry:
        push    es
        push    dx
        mov     ah, 8
        int     13h
        mov     al, dl                  ; drives of this kind
        pop     bx
        pop     es
        jc      .done
        and     bl, 7Fh
        cmp     bl, al
        cmc
        jc      .done
        mov     al, cl
        and     ax, 3Fh
        jz      .none
        mov     [disk_spt], ax
        mov     al, dh
        inc     ax
        mov     [disk_heads], ax
        mov     al, ch
        mov     ah, cl
        mov     cl, 6
        shr     ah, cl
        inc     ax
        mov     [disk_cylinders], ax
        clc
.done:
        ret
.none:
        stc
        ret

; disk_chs: AX = LBA: CH, CL, DH as INT 13h takes them. Changes AX.
disk_chs:
        push    bx
        push    dx
        xor     dx, dx
        div     word [disk_spt]
        mov     bx, dx                  ; BX = sector - 1
        xor     dx, dx
        div     word [disk_heads]       ; AX = cylinder, DX = head
        mov     ch, al
        mov     cl, 6
        shl     ah, cl
        mov     cl, ah
        inc     bx
        or      cl, bl
        mov     al, dl
        pop     dx
        mov     dh, al
        pop     bx
        ret

; disk_read_lba: AX = LBA of drive DL to ES:BX, by that drive's geometry; three
; tries. CF = 1: AH = status.
disk_read_lba:
        push    bp
        push    bx
        push    ax
        push    dx
        call    disk_geometry
        pop     dx
        pop     ax
        pop     bx
        call    disk_chs
        mov     bp, 3
.try:
        mov     ax, 0201h
        int     13h
        jnc     .done
        push    ax
        xor     ah, ah
        int     13h
        pop     ax
        dec     bp
        jnz     .try
        stc
.done:
        pop     bp
        ret

; disk_load: the sector to be shown, to WORK_SEG:0, and how long it took.
disk_load:
        push    es
        mov     ax, WORK_SEG
        mov     es, ax
        xor     bx, bx
        mov     dl, [disk_drive]
        mov     ax, [disk_lba]
        call    disk_clock
        mov     [disk_time], ax
        mov     [disk_time + 2], si
        mov     ax, [disk_lba]
        call    disk_read_lba
        mov     [disk_status], ah
        call    disk_clock
        sub     ax, [disk_time]
        sbb     si, [disk_time + 2]
        mov     [disk_time], ax
        mov     [disk_time + 2], si
        pop     es
        ret

; disk_clock: SI:AX = time in PIT counts: ticks, and how far counter 0 has come
; since the last one. Twice, lest a tick falls between the two.
disk_clock:
        call    timer_ticks
        mov     si, ax
        call    timer_read
        neg     ax
        push    ax
        call    timer_ticks
        cmp     ax, si
        pop     ax
        jne     disk_clock
        ret

disk_page:
        HELP    'Arrows: sector, track   PgUp, PgDn: half   D: next drive  ', \
                ' Home: sector 0'
        mov     al, [menu_drive]
        mov     [disk_drive], al
        mov     word [disk_lba], 0
        mov     word [disk_half], 0
        call    disk_load
        mov     bx, disk_show
        mov     di, disk_key
        jmp     page_loop

disk_key:
        cmp     al, 'D'
        je      .drive
        mov     bx, 1
        cmp     ah, 4Dh                 ; right
        je      .move
        neg     bx
        cmp     ah, 4Bh                 ; left
        je      .move
        mov     bx, [disk_spt]
        cmp     ah, 50h                 ; down
        je      .move
        neg     bx
        cmp     ah, 48h                 ; up
        je      .move
        cmp     ah, 49h                 ; page up
        je      .first
        cmp     ah, 51h                 ; page down
        je      .second
        cmp     ah, 47h
        jne     .done
        mov     word [disk_lba], 0
        jmp     disk_load
.move:
        add     [disk_lba], bx
        jmp     disk_load
.first:
        mov     word [disk_half], 0
.done:
        ret
.second:
        mov     word [disk_half], 256
        ret
.drive:
        mov     cx, 16                  ; floppies, then hard disks
.next:
        inc     byte [disk_drive]
        mov     dl, [disk_drive]
        test    dl, 7Fh
        jz      .try
        push    cx
        call    disk_geometry
        pop     cx
        jnc     .found
        xor     byte [disk_drive], 80h  ; the other kind, from its first
        and     byte [disk_drive], 80h
.try:
        mov     dl, [disk_drive]
        push    cx
        call    disk_geometry
        pop     cx
        jnc     .found
        loop    .next
.found:
        mov     word [disk_lba], 0
        jmp     disk_load

disk_show:
        FIELD   2, 2, 'Drive'
        mov     al, [disk_drive]
        call    print_hex8
        PRINT   'h  '
        FIELD   2, 16, 'LBA'
        mov     ax, [disk_lba]
        call    print_dec16
        PRINT   '     '
        FIELD   2, 28, 'cylinder'
        mov     ax, [disk_lba]
        call    disk_chs
        push    cx
        mov     al, ch
        mov     ah, cl
        mov     cl, 6
        shr     ah, cl
        call    print_dec16
        PRINT   '   '
        FIELD   2, 43, 'head'
        mov     al, dh
        xor     ah, ah
        call    print_dec16
        PRINT   '   '
        FIELD   2, 53, 'sector'
        pop     ax
        and     ax, 3Fh
        call    print_dec16
        PRINT   '  '
        FIELD   3, 2, 'Status'
        mov     al, [disk_status]
        call    print_hex8
        FIELD   3, 16, 'read in'
        mov     ax, [disk_time]
        mov     dx, [disk_time + 2]
        mov     bx, 1
        mov     cx, PIT_MS
        call    mul_div
        call    print_dec32
        PRINT   ' ms    '
        FIELD   3, 43, 'disk:'
        mov     ax, [disk_cylinders]
        call    print_dec16
        PRINT   ' x '
        mov     ax, [disk_heads]
        call    print_dec16
        PRINT   ' x '
        mov     ax, [disk_spt]
        call    print_dec16
        PRINT   '     '
        push    es
        mov     ax, WORK_SEG
        mov     es, ax
        mov     bx, [disk_half]
        mov     cx, 16
        mov     dl, 5
.row:
        mov     [text_pos + 1], dl
        mov     byte [text_pos], 2
        call    dump_row
        inc     dl
        loop    .row
        pop     es
        ret

; dump_row: 16 bytes at ES:BX as hex and characters; BX = behind them.
dump_row:
        push    cx
        push    dx
        COLOR   NORMAL
        mov     ax, bx
        call    print_hex16
        PRINT   '  '
        COLOR   VALUE
        mov     cx, 16
        push    bx
.hex:
        mov     al, [es:bx]
        call    print_hex8
        PRINT   ' '
        inc     bx
        loop    .hex
        PRINT   ' '
        pop     bx
        COLOR   BRIGHT
        mov     cx, 16
.char:
        mov     al, [es:bx]
        cmp     al, ' '
        jae     .print
        mov     al, '.'
.print:
        call    print_char
        inc     bx
        loop    .char
        pop     dx
        pop     cx
        ret

disk_test:
        mov     dl, [menu_drive]
        call    disk_geometry
        CHECK_NC 'disk: the boot drive tells its geometry'
        mov     ax, WORK_SEG
        mov     es, ax
        xor     ax, ax
        xor     bx, bx
        mov     dl, [menu_drive]
        call    disk_read_lba
        CHECK_NC 'disk: sector 0 is read'
        cmp     word [es:510], 0AA55h
        CHECK_Z 'disk: it ends with 55 AA'
        cmp     word [es:1F4h], 'TO'
        CHECK_Z 'disk: it is ours'
        call    disk_test_track
        call    disk_test_status
        ret

; Two sectors by one call, the tour's first; they are in memory already.
disk_test_track:
        mov     dl, [menu_drive]
        mov     ax, 1
        call    disk_chs
        mov     ax, 0202h
        xor     bx, bx
        int     13h
        CHECK_NC 'disk: two sectors by one call'
        cmp     al, 2
        CHECK_Z 'disk: AL tells that it was two'
        mov     si, text_init           ; code, that does not change
        mov     di, text_init - tour_start
        mov     cx, 64
        repe    cmpsw
        CHECK_Z 'disk: they are what was loaded'
        ret

; A sector that no track has.
disk_test_status:
        mov     dl, [menu_drive]
        mov     ax, 0201h
        mov     cx, 003Fh               ; cylinder 0, sector 63
        xor     dh, dh
        xor     bx, bx
        cmp     word [disk_spt], 63
        jae     .done
        int     13h
        CHECK_C 'disk: sector 63 is not found'
        mov     dl, [menu_drive]
        xor     ah, ah
        int     13h
        CHECK_NC 'disk: the drive resets'
        mov     ax, 0401h               ; verify
        mov     cx, 0001h
        xor     dh, dh
        mov     dl, [menu_drive]
        int     13h
        CHECK_NC 'disk: and verifies sector 1'
.done:
        ret
