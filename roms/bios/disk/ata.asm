; ata.asm - ATA disks by programmed I/O.
;
; References: ATA-3 (X3T10 2008D), ATA/ATAPI-6 for 48-bit addresses. The task
; file is left as the last command left it: Windows' 32-bit disk access and
; others compare it with what INT 13h was asked for. Several sectors go by READ
; and WRITE MULTIPLE where the drive has them. Not modelled: DMA.
;
; All routines here take ES:SI = disk record (ES = EBDA), DS = BDA.

; Commands for INT 13h 02h, 03h, 04h; the 48-bit forms are found by ata_ext.
ata_commands:
        db      20h, 30h, 40h

; ata_wait_free: waits until BSY is clear; polls a little, then halts between
; interrupts. Out: DX = status port; CF = 1: AL = 80h.
ata_wait_free:
        push    bx
        push    cx
        mov     dx, [es:si + D_CTRL]
        mov     cx, 64
.poll:
        in      al, dx
        test    al, 80h
        jz      .free
        loop    .poll
        mov     ax, 9000h
        clc
        int     15h
        jc      .timeout
        mov     ax, 4004h               ; cascade, IRQ 14
        cmp     byte [es:si + D_IRQ], 14
        je      .wait
        mov     ah, 80h
.wait:
        mov     bx, .ready
        mov     cx, 182                 ; ten seconds: it may spin up
        call    wait_for
        jnc     .free
.timeout:
        mov     al, FS_TIMEOUT
        stc
        jmp     short .out
.free:
        clc
.out:
        mov     dx, [es:si + D_BASE]
        pushf
        add     dx, 7
        popf
        pop     cx
        pop     bx
        ret
.ready:
        mov     dx, [es:si + D_CTRL]
        in      al, dx
        test    al, 80h
        ret

; ata_status: waits, then reads the status register, which clears the
; interrupt. Out: AH = status; CF = 1: AL = INT 13h status.
ata_status:
        call    ata_wait_free
        jc      .done
        in      al, dx
        mov     ah, al
        test    al, 21h
        jz      .done
        push    bx
        push    dx
        sub     dx, 6                   ; error register
        test    al, 01h
        mov     al, HS_FAULT
        jz      .found
        in      al, dx
        mov     dl, al
        mov     bx, .map
.find:
        test    dl, [cs:bx]
        jnz     .hit
        add     bx, 2
        cmp     bx, .map_end
        jb      .find
.hit:
        mov     al, [cs:bx + 1]
.found:
        pop     dx
        pop     bx
        stc
.done:
        ret
.map:
        db      80h, 0Ah                ; bad block
        db      40h, 10h                ; uncorrectable data
        db      10h, FS_NOSECTOR
        db      04h, HS_ABORT
        db      02h, FS_SEEK            ; track 0 not found
        db      01h, FS_NOID
.map_end:
        db      0, HS_ABORT

; ata_select: selects the drive. Out: DX = status port; CF = 1: AL = status.
ata_select:
        call    ata_wait_free
        jc      .done
        mov     al, [es:si + D_DEV]
        dec     dx
        out     dx, al
        jmp     ata_wait_free
.done:
        ret

; ata_issue: the task file and command E_CMD for E_COUNT sectors at E_LBA.
; CF = 1: AL = status.
ata_issue:
        call    ata_select
        jc      .done
        mov     dx, [es:si + D_CTRL]
        mov     al, 08h                 ; interrupts on
        out     dx, al
        cmp     byte [es:E_CHS], 0
        jne     .chs
        test    byte [es:si + D_FLAGS], DF_LBA
        jnz     .lba
        call    ata_physical
        jmp     short .write
.chs:
        mov     cx, [bp + R_CX]
        mov     bl, cl
        and     bl, 3Fh
        xchg    ch, cl
        push    cx
        mov     cl, 6
        shr     ch, cl
        mov     al, ch
        pop     cx
        mov     ch, al                  ; CX = cylinder
        mov     bh, [bp + R_DH]
        and     bh, 0Fh
        jmp     short .write
.lba:
        call    ata_ext
        mov     bl, [es:E_LBA]
        mov     cx, [es:E_LBA + 1]
        mov     bh, [es:E_LBA + 3]
        and     bh, 0Fh
        or      bh, 40h
; BL = sector, CX = cylinder, BH = head bits.
.write:
        mov     dx, [es:si + D_BASE]
        inc     dx
        xor     al, al
        out     dx, al                  ; features
        inc     dx
        mov     al, [es:E_COUNT]
        out     dx, al
        inc     dx
        mov     al, bl
        out     dx, al
        inc     dx
        mov     al, cl
        out     dx, al
        inc     dx
        mov     al, ch
        out     dx, al
        inc     dx
        mov     al, [es:si + D_DEV]
        or      al, bh
        out     dx, al
        inc     dx
        mov     byte [B_HIRQ], 0
        mov     al, [es:E_CMD]
        out     dx, al
        push    dx
        mov     dx, [es:si + D_CTRL]
        in      al, dx                  ; 400 ns until BSY is good
        in      al, dx
        pop     dx
        clc
.done:
        ret

; ata_ext: 48-bit form where the sectors end beyond 2^28: writes the high
; bytes first and changes the command.
ata_ext:
        mov     ax, [es:E_LBA]
        add     ax, [es:E_COUNT]
        mov     ax, [es:E_LBA + 2]
        adc     ax, 0
        mov     cx, [es:E_LBA + 4]
        jc      .ext
        or      cx, cx
        jnz     .ext
        cmp     ax, 1000h
        jb      .done
.ext:
        test    byte [es:si + D_FLAGS], DF_LBA48
        jz      .done
        mov     dx, [es:si + D_BASE]
        inc     dx
        inc     dx
        mov     al, [es:E_COUNT + 1]
        out     dx, al
        inc     dx
        mov     al, [es:E_LBA + 3]
        out     dx, al
        inc     dx
        mov     al, [es:E_LBA + 4]
        out     dx, al
        inc     dx
        mov     al, [es:E_LBA + 5]
        out     dx, al
        mov     al, [es:E_CMD]
        cmp     al, 70h                 ; no 48-bit SEEK
        je      .done
        mov     ah, 29h                 ; READ MULTIPLE EXT
        cmp     al, 0C4h
        je      .store
        mov     ah, 39h
        cmp     al, 0C5h
        je      .store
        and     al, 0F0h
        mov     ah, 24h                 ; READ SECTORS EXT
        cmp     al, 20h
        je      .store
        mov     ah, 34h
        cmp     al, 30h
        je      .store
        mov     ah, 42h
.store:
        mov     [es:E_CMD], ah
.done:
        ret

; ata_physical: E_LBA in the drive's own geometry: BL = sector, CX = cylinder,
; BH = head. For translated drives without LBA.
ata_physical:
        mov     cl, [es:si + D_PSPT]
        xor     ch, ch
        mov     ax, [es:E_LBA + 2]
        xor     dx, dx
        div     cx
        mov     di, ax
        mov     ax, [es:E_LBA]
        div     cx
        inc     dx
        mov     bl, dl
        mov     dx, di
        mov     cl, [es:si + D_PHEADS]
        xor     ch, ch
        cmp     dx, cx
        jae     .beyond
        div     cx
        mov     bh, dl
        mov     cx, ax
        ret
.beyond:
        mov     cx, 0FFFFh
        ret

; ata_simple: AL = command without data. AL = status, CF = 1 when not 0.
ata_simple:
        mov     [es:E_CMD], al
        call    ata_issue
        jc      .done
        call    ata_status
        jc      .done
        mov     al, 0
.done:
        ret

; ata_transfer: AL = command (2xh reads, 3xh writes, else no data), DX:DI =
; buffer. E_COUNT sectors; E_LEFT counts down. CF = 1: AL = status; else CX:DI =
; where the buffer goes on. What fails by blocks goes sector by sector, so that
; E_LEFT is right.
ata_transfer:
        cmp     byte [es:si + D_MULT], 0
        je      .single
        cmp     word [es:E_COUNT], 1
        je      .single
        mov     ah, 0C4h
        cmp     al, 20h
        je      .blocks
        inc     ah
        cmp     al, 30h
        jne     .single
.blocks:
        push    dx
        push    di
        push    ax
        xchg    al, ah
        call    ata_move
        pop     bx
        jnc     .whole
        pop     di
        pop     dx
        cmp     al, FS_TIMEOUT
        stc
        je      .done
        mov     al, bl
.single:
        mov     ah, al
        and     ah, 0F0h
        jmp     short ata_move
.whole:
        pop     dx
        pop     dx
.done:
        ret

; ata_move: the same by command AL, AH = 20h reads, 30h writes, else no data.
; Each sector waits until the drive has it, so that the size of its blocks is
; of no account.
ata_move:
        mov     [es:E_CMD], al
        mov     cx, [es:E_COUNT]
        mov     [es:E_LEFT], cx
        push    dx
        push    di
        push    ax
        call    ata_issue
        pop     bx                      ; BH = kind
        pop     di
        pop     dx
        jc      .done
        mov     cx, dx                  ; CX = segment
        cmp     bh, 40h
        je      .end
.sector:
        push    bx
        call    ata_status
        pop     bx
        jc      .done
        test    ah, 08h
        jz      .no_data
        call    ata_data
        dec     word [es:E_LEFT]
        jnz     .sector
        cmp     bh, 30h
        jne     .good
.end:
        call    ata_status
        jc      .done
        mov     word [es:E_LEFT], 0
.good:
        mov     al, 0
        clc
.done:
        ret
.no_data:
        mov     al, FS_CONTROLLER
        stc
        ret

; ata_data: one sector between the data port and CX:DI; BH = 20h reads.
; Advances CX:DI. Keeps BX, SI, ES.
ata_data:
        cmp     di, 0FDF0h              ; with the ECC bytes it might wrap
        jb      .fits
        mov     ax, di
        push    cx
        mov     cl, 4
        shr     ax, cl
        pop     cx
        add     cx, ax
        and     di, 0Fh
.fits:
        mov     dx, [es:si + D_BASE]
        cmp     bh, 20h
        jne     .write
        push    es
        mov     al, [es:E_LONG]
        mov     es, cx
        push    cx
        mov     cx, 256
        push    ax
        call    ata_insw
        pop     ax
        or      al, al
        jz      .read_done
        mov     cl, 4
.ecc_in:
        in      al, dx
        stosb
        loop    .ecc_in
.read_done:
        pop     cx
        pop     es
        ret
.write:
        push    ds
        push    si
        mov     al, [es:E_LONG]
        mov     ds, cx
        mov     si, di
        push    cx
        mov     cx, 256
        push    ax
        call    ata_outsw
        pop     ax
        or      al, al
        jz      .write_done
        mov     cl, 4
.ecc_out:
        lodsb
        out     dx, al
        loop    .ecc_out
.write_done:
        pop     cx
        mov     di, si
        pop     si
        pop     ds
        ret

; ata_insw, ata_outsw: CX words at port DX to ES:DI, from DS:SI. INS and OUTS
; exist where PUSH SP stores the old SP, on the 286 and up.
ata_insw:
        push    sp
        pop     ax
        cmp     ax, sp
        jne     .next
        cpu     186
        rep insw
        cpu     8086
        ret
.next:
        in      ax, dx
        stosw
        loop    .next
        ret

ata_outsw:
        push    sp
        pop     ax
        cmp     ax, sp
        jne     .next
        cpu     186
        rep outsw
        cpu     8086
        ret
.next:
        lodsw
        out     dx, ax
        loop    .next
        ret

; ata_set_geometry: INITIALIZE DEVICE PARAMETERS and SET MULTIPLE MODE, which a
; reset undoes too. AL = status.
ata_set_geometry:
        call    ata_select
        jc      .done
        dec     dx
        mov     al, [es:si + D_PHEADS]
        dec     ax
        and     al, 0Fh
        or      al, [es:si + D_DEV]
        out     dx, al
        sub     dx, 4
        mov     al, [es:si + D_PSPT]
        out     dx, al
        add     dx, 5
        mov     al, 91h
        out     dx, al
        call    ata_status
        jc      .done
        mov     al, [es:si + D_MULT]
        or      al, al
        jz      .done
        sub     dx, 5
        out     dx, al
        add     dx, 4
        mov     al, [es:si + D_DEV]
        out     dx, al
        inc     dx
        mov     al, 0C6h
        out     dx, al
        call    ata_status
        mov     al, 0
        jnc     .done
        mov     [es:si + D_MULT], al    ; it has no such mode
        clc
.done:
        ret

; ata_feature: SET FEATURES, AL = which, AH = its value. AL = status, CF = 1
; when not 0.
ata_feature:
        push    ax
        call    ata_select
        pop     bx
        jc      .done
        sub     dx, 6
        mov     al, bl
        out     dx, al
        inc     dx
        mov     al, bh
        out     dx, al
        add     dx, 5
        mov     al, 0EFh
        out     dx, al
        call    ata_status
        jc      .done
        mov     al, 0
.done:
        ret

; ata_reset: software reset of the channel. AL = status.
ata_reset:
        mov     dx, [es:si + D_CTRL]
        mov     al, 0Ch
        out     dx, al
        in      al, PORT_B
        in      al, PORT_B
        in      al, PORT_B
        in      al, PORT_B
        in      al, PORT_B
        mov     al, 08h
        out     dx, al
        in      al, PORT_B
        in      al, PORT_B
        in      al, PORT_B
        call    ata_wait_free
        jc      .done
        mov     al, 0
.done:
        ret
