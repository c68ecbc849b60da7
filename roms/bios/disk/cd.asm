; cd.asm - CD-ROM drives: packet commands, and INT 13h for a disc that was
; booted from; 41h-49h are in cdedd.asm.
;
; References: SFF-8020i 2.6; "El Torito" Bootable CD-ROM Format Specification
; 1.0. Not modelled: more than one drive, 4Ch and 4Dh, writing.
;
; ES = EBDA and DS = BDA everywhere; SI = E_CD in the inner routines.

; cd_note: ES:SI = record of a place that has no ATA disk, which was asked to
; identify itself: a packet device has left its signature. The first one is
; kept.
cd_note:
        cmp     word [es:E_CD + D_BASE], 0
        jne     .done
        mov     dx, [es:si + D_BASE]
        add     dx, 4
        in      al, dx
        cmp     al, 14h
        jne     .done
        inc     dx
        in      al, dx
        cmp     al, 0EBh
        jne     .done
        push    si
        push    di
        push    ds
        push    es
        pop     ds
        mov     di, E_CD
        mov     cx, D_LEN / 2
        rep movsw
        pop     ds
        pop     di
        pop     si
.done:
        ret

; cd_packet: sends the packet E_CDPKT. Out: CF = 1: AL = status; else AH = the
; drive's status, with data when bit 3 is set.
cd_packet:
        mov     si, E_CD
        call    ata_select
        jc      .done
        mov     dx, [es:si + D_CTRL]
        mov     al, 08h
        out     dx, al
        mov     dx, [es:si + D_BASE]
        inc     dx
        xor     al, al
        out     dx, al                  ; no DMA
        add     dx, 3
        out     dx, al
        inc     dx
        mov     al, 8                   ; 2048 bytes at a time
        out     dx, al
        add     dx, 2
        mov     al, 0A0h
        out     dx, al
        sub     dx, 7
        push    dx
        mov     dx, [es:si + D_CTRL]
        in      al, dx
        in      al, dx
        pop     dx
        call    ata_status
        jc      .done
        test    ah, 08h
        mov     al, FS_CONTROLLER
        stc
        jz      .done
        mov     dx, [es:si + D_BASE]
        push    ds
        push    si
        push    cx
        push    es
        pop     ds
        mov     si, E_CDPKT
        mov     cx, 6
        call    ata_outsw
        pop     cx
        pop     si
        pop     ds
        call    ata_status
.done:
        ret

; cd_clear: makes the packet command AL with zeros.
cd_clear:
        push    di
        push    cx
        push    ax
        mov     di, E_CDPKT
        xor     ax, ax
        mov     cx, 6
        rep stosw
        pop     ax
        mov     [es:E_CDPKT], al
        pop     cx
        pop     di
        ret

; cd_ready: a disc that was just put in is reported as an error once, or
; twice. CF = 1: there is none.
cd_ready:
        push    cx
        mov     cx, 5
.try:
        xor     al, al
        call    cd_clear
        push    cx
        call    cd_packet
        pop     cx
        jnc     .done
        loop    .try
        stc
.done:
        pop     cx
        ret

; cd_read: BX:AX = first sector of 512 bytes on the disc, E_COUNT = how many,
; CX:DI = buffer. CF = 1: AL = status.
cd_read:
        push    cx
        push    di
        mov     dx, bx
        mov     bl, al
        and     bl, 3
        mov     [es:E_CDSKIP], bl
        shr     dx, 1
        rcr     ax, 1
        shr     dx, 1
        rcr     ax, 1                   ; DX:AX = frame
        push    ax
        mov     al, 28h
        call    cd_clear
        pop     ax
        xchg    al, ah
        xchg    dl, dh
        mov     [es:E_CDPKT + 2], dx
        mov     [es:E_CDPKT + 4], ax
        xor     bh, bh
        mov     ax, [es:E_COUNT]
        add     ax, bx
        add     ax, 3
        shr     ax, 1
        shr     ax, 1
        xchg    al, ah
        mov     [es:E_CDPKT + 7], ax
        call    cd_packet
        pop     di
        pop     cx
        jc      .done
.frame:
        test    ah, 08h
        jz      .end
        call    cd_frame
        call    ata_status
        jnc     .frame
        jmp     short .done
.end:
        cmp     word [es:E_COUNT], 1    ; all of them came?
        cmc
        mov     al, FS_CONTROLLER
.done:
        ret

; cd_frame: the four sectors of a frame, each into CX:DI or passed over.
cd_frame:
        mov     bl, 4
.sector:
        mov     dx, [es:si + D_BASE]
        cmp     byte [es:E_CDSKIP], 0
        jne     .skip
        cmp     word [es:E_COUNT], 0
        je      .pass
        dec     word [es:E_COUNT]
        push    es
        mov     es, cx
        push    cx
        mov     cx, 256
        call    ata_insw
        pop     cx
        pop     es
        or      di, di
        jns     .next
        sub     di, 8000h               ; before it wraps
        add     ch, 8
        jmp     short .next
.skip:
        dec     byte [es:E_CDSKIP]
.pass:
        push    cx
        mov     cx, 256
.word:
        in      ax, dx
        loop    .word
        pop     cx
.next:
        dec     bl
        jnz     .sector
        ret

; cd_claims: CF = 1 when drive DL is a disc's that was booted from. Changes no
; register.
cd_claims:
        push    ax
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     es, [es:B_EBDA]
        cmp     byte [es:E_CDKIND], 1
        jb      .other
        cmp     dl, [es:E_CDDRIVE]
        jne     .other
        stc
        jmp     short .done
.other:
        clc
.done:
        pop     es
        pop     ax
        ret

int13_cd:
        sti
        frame
        mov     es, [B_EBDA]
        mov     bx, .table
.find:
        cmp     ah, [cs:bx]
        je      .found
        add     bx, 3
        cmp     bx, .end
        jb      .find
        call    disk_bad
        jmp     short .out
.found:
        call    [cs:bx + 1]
.out:
        unframe
        iret
.table:
        db      00h
        dw      cd_nothing
        db      01h
        dw      disk_status
        db      02h
        dw      cd_chs_read
        db      03h
        dw      cd_protected
        db      04h
        dw      cd_nothing
        db      05h
        dw      cd_protected
        db      08h
        dw      cd_params
        db      0Ch
        dw      cd_nothing
        db      0Dh
        dw      cd_nothing
        db      10h
        dw      cd_nothing
        db      11h
        dw      cd_nothing
        db      15h
        dw      cd_type
        db      16h
        dw      cd_nothing
        db      41h
        dw      cd_check
        db      42h
        dw      cd_extended
        db      43h
        dw      cd_protected
        db      44h
        dw      cd_nothing
        db      45h
        dw      cd_lock
        db      46h
        dw      cd_eject
        db      47h
        dw      cd_nothing
        db      48h
        dw      cd_describe
        db      49h
        dw      cd_changed
        db      4Bh
        dw      cd_emulation
.end:

cd_nothing:
        mov     al, 0
        jmp     disk_return

cd_protected:
        mov     al, 03h
        jmp     disk_return

; 02h: sectors of what is emulated.
cd_chs_read:
        cmp     byte [es:E_CDKIND], 2
        jb      .bad
        mov     ax, [bp + R_CX]
        mov     bl, al
        and     bx, 3Fh
        dec     bx
        js      .bad
        xchg    al, ah
        mov     cl, 6
        shr     ah, cl                  ; AX = cylinder
        mov     cl, [es:E_CDHEADS]
        xor     ch, ch
        mul     cx
        mov     cl, [bp + R_DH]
        add     ax, cx
        adc     dx, 0
        mov     cl, [es:E_CDSPT]
        push    ax
        mov     ax, dx
        mul     cx
        mov     di, ax
        pop     ax
        mul     cx
        add     dx, di
        add     ax, bx
        adc     dx, 0
        mov     bx, dx
        call    cd_image
        mov     cl, [bp + R_AL]
        xor     ch, ch
        mov     [es:E_COUNT], cx
        jcxz    .bad
        mov     di, [bp + R_BX]
        mov     cx, [bp + R_ES]
        call    cd_far
        call    cd_read
        jc      .fail
        jmp     cd_nothing
.fail:
        mov     bl, [es:E_COUNT]
        sub     [bp + R_AL], bl
        jmp     disk_return
.bad:
        jmp     disk_bad

; cd_image: adds the beginning of the image to the sector BX:AX.
cd_image:
        push    cx
        push    dx
        mov     cx, [es:E_CDIMAGE]
        mov     dx, [es:E_CDIMAGE + 2]
        shl     cx, 1
        rcl     dx, 1
        shl     cx, 1
        rcl     dx, 1
        add     ax, cx
        adc     bx, dx
        pop     dx
        pop     cx
        ret

; cd_far: CX:DI with the smallest offset.
cd_far:
        push    ax
        push    cx
        mov     ax, di
        mov     cl, 4
        shr     ax, cl
        pop     cx
        add     cx, ax
        and     di, 0Fh
        pop     ax
        ret

; 08h
cd_params:
        cmp     byte [es:E_CDKIND], 2
        jb      cd_chs_read.bad
        mov     ax, [es:E_CDCYLS]
        dec     ax
        xchg    al, ah
        mov     cl, 6
        shl     al, cl
        or      al, [es:E_CDSPT]
        mov     [bp + R_CX], ax
        mov     al, [es:E_CDHEADS]
        dec     ax
        mov     [bp + R_DH], al
        mov     byte [bp + R_DL], 1
        cmp     byte [es:E_CDKIND], 3
        jne     .floppy
        mov     al, [B_HCOUNT]
        mov     [bp + R_DL], al
        jmp     cd_nothing
.floppy:
        mov     al, [es:E_CDMEDIA]      ; 1, 2, 3: drive types 2, 4, 6
        shl     al, 1
        mov     [bp + R_BX], al
        push    es
        xor     ax, ax
        mov     es, ax
        mov     ax, [es:1Eh * 4]
        mov     [bp + R_DI], ax
        mov     ax, [es:1Eh * 4 + 2]
        mov     [bp + R_ES], ax
        pop     es
        jmp     cd_nothing

; 15h: 1, a floppy that tells no change; 3, a disk of CX:DX sectors.
cd_type:
        mov     byte [bp + R_AH], 1
        cmp     byte [es:E_CDKIND], 2
        je      .done
        mov     byte [bp + R_AH], 3
        mov     word [bp + R_CX], 0FFFFh
        mov     word [bp + R_DX], 0FFFFh
.done:
        mov     byte [B_HSTAT], 0
        clr_cf
        ret

; 4Bh: AL = 0 ends the emulation, 1 only asks. The caller's DS:SI is told of
; it.
cd_emulation:
        push    es
        push    ds
        push    es
        pop     ds
        mov     es, [bp + R_DS]
        mov     di, [bp + R_SI]
        mov     al, 13h
        stosb
        mov     al, [E_CDMEDIA]
        stosb
        mov     al, [E_CDDRIVE]
        stosb
        mov     al, 0                   ; the controller
        stosb
        mov     ax, [E_CDIMAGE]
        stosw
        mov     ax, [E_CDIMAGE + 2]
        stosw
        mov     al, [E_CD + D_DEV]      ; slave, and on which channel
        mov     cl, 4
        shr     al, cl
        and     ax, 1
        stosw
        xor     ax, ax
        stosw
        mov     ax, [E_CDSEG]
        stosw
        mov     ax, [E_CDSECTS]
        stosw
        mov     ax, [E_CDCYLS]
        dec     ax
        stosb
        mov     al, [E_CDSPT]
        stosb
        mov     al, [E_CDHEADS]
        dec     ax
        stosb
        pop     ds
        pop     es
        cmp     byte [bp + R_AL], 0
        jne     .done
        cmp     byte [es:E_CDKIND], 3
        jne     .end
        dec     byte [B_HCOUNT]
.end:
        mov     byte [es:E_CDKIND], 0
.done:
        jmp     cd_nothing
