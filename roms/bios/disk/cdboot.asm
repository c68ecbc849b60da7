; cdboot.asm - boots from a CD.
;
; Reference: "El Torito" Bootable CD-ROM Format Specification 1.0. Frame 17 of
; the disc names the boot catalog, whose first entry names the image: code to
; be loaded as it is, or a floppy or a hard disk to be emulated.

CD_RECORD       equ 17
B_CATALOG       equ 47h         ; in the boot record
C_CHECK         equ 1Eh         ; in the catalog: 55h, AAh
C_ENTRY         equ 20h
C_MEDIA         equ 21h
C_SEGMENT       equ 22h
C_COUNT         equ 26h
C_IMAGE         equ 28h

; cd_boot: does not return if there is something to boot. DS = BDA.
cd_boot:
        mov     es, [B_EBDA]
        cmp     word [es:E_CD + D_BASE], 0
        je      .no
        mov     byte [es:E_CDKIND], 0
        call    cd_ready
        jc      .no
        mov     ax, CD_RECORD
        xor     dx, dx
        call    cd_load_frame
        jc      .no
        call    cd_is_record
        jne     .no
        push    ds
        xor     ax, ax
        mov     ds, ax
        mov     ax, [BOOT_OFS + B_CATALOG]
        mov     dx, [BOOT_OFS + B_CATALOG + 2]
        pop     ds
        call    cd_load_frame
        jc      .no
        call    cd_take_entry
        jc      .no
        call    cd_load_image
        jc      .no
        mov     dl, [es:E_CDDRIVE]
        mov     ax, [es:E_CDSEG]
        push    ax
        xor     ax, ax
        push    ax
        xor     bx, bx
        xor     cx, cx
        xor     si, si
        xor     di, di
        xor     bp, bp
        mov     ds, ax
        mov     es, ax
        xor     dh, dh
        retf
.no:
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     es, [B_EBDA]
        mov     byte [es:E_CDKIND], 0
        ret

; cd_load_frame: frame DX:AX to 0000:7C00. CF = 1: it can't be read.
cd_load_frame:
        mov     bx, dx
        shl     ax, 1
        rcl     bx, 1
        shl     ax, 1
        rcl     bx, 1
        mov     word [es:E_COUNT], 4
        xor     cx, cx
        mov     di, BOOT_OFS
        jmp     cd_read

; cd_is_record: ZF = 1 when a boot record was loaded.
cd_is_record:
        push    ds
        push    es
        xor     ax, ax
        mov     es, ax
        push    cs
        pop     ds
        mov     si, .name
        mov     di, BOOT_OFS
        mov     cx, 30
        repe cmpsb
        pop     es
        pop     ds
        ret
.name:  db      0, 'CD001', 1, 'EL TORITO SPECIFICATION'

; cd_take_entry: what the catalog says goes into the EBDA. CF = 1: nothing can
; be booted.
cd_take_entry:
        push    ds
        xor     ax, ax
        mov     ds, ax
        mov     bx, BOOT_OFS
        cmp     word [bx + C_CHECK], 0AA55h
        jne     .bad
        cmp     byte [bx + C_ENTRY], 88h
        jne     .bad
        mov     al, [bx + C_MEDIA]
        and     al, 0Fh
        cmp     al, 4
        ja      .bad
        mov     [es:E_CDMEDIA], al
        mov     ax, [bx + C_SEGMENT]
        or      ax, ax
        jnz     .segment
        mov     ax, BOOT_OFS / 16
.segment:
        mov     [es:E_CDSEG], ax
        mov     ax, [bx + C_COUNT]
        or      ax, ax
        jnz     .count
        inc     ax
.count:
        mov     [es:E_CDSECTS], ax
        mov     ax, [bx + C_IMAGE]
        mov     [es:E_CDIMAGE], ax
        mov     ax, [bx + C_IMAGE + 2]
        mov     [es:E_CDIMAGE + 2], ax
        pop     ds
        jmp     short cd_geometry
.bad:
        pop     ds
        stc
        ret

; cd_geometry: what is emulated. CF = 1: a hard disk without partitions.
cd_geometry:
        mov     bl, [es:E_CDMEDIA]
        xor     bh, bh
        mov     byte [es:E_CDDRIVE], 0E0h
        mov     al, 1
        or      bl, bl
        jz      .kind
        cmp     bl, 4
        je      .disk
        mov     al, [cs:bx + .sectors - 1]
        mov     [es:E_CDSPT], al
        mov     byte [es:E_CDHEADS], 2
        mov     word [es:E_CDCYLS], 80
        mov     byte [es:E_CDDRIVE], 0
        mov     al, 2
        jmp     short .kind
.disk:
        call    cd_disk_geometry
        jc      .done
        mov     byte [es:E_CDDRIVE], 80h
        inc     byte [B_HCOUNT]
        mov     al, 3
.kind:
        mov     [es:E_CDKIND], al
        clc
.done:
        ret
.sectors:
        db      15, 18, 36

; cd_disk_geometry: by where the first partition ends.
cd_disk_geometry:
        mov     ax, [es:E_CDIMAGE]
        mov     dx, [es:E_CDIMAGE + 2]
        call    cd_load_frame
        jc      .done
        push    ds
        xor     ax, ax
        mov     ds, ax
        mov     bx, BOOT_OFS + 1BEh
        mov     al, [bx + 5]
        inc     al
        mov     [es:E_CDHEADS], al
        mov     ax, [bx + 6]
        mov     bl, al
        and     bl, 3Fh
        mov     [es:E_CDSPT], bl
        xchg    al, ah
        mov     cl, 6
        shr     ah, cl
        inc     ax
        mov     [es:E_CDCYLS], ax
        pop     ds
        cmp     bl, 1                   ; no sectors, no disk
.done:
        ret

; cd_load_image: the first sectors of the image to where they belong.
cd_load_image:
        xor     ax, ax
        xor     bx, bx
        call    cd_image
        mov     cx, [es:E_CDSECTS]
        mov     [es:E_COUNT], cx
        mov     cx, [es:E_CDSEG]
        xor     di, di
        jmp     cd_read
