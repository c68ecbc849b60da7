; boot.asm - INT 19h and INT 18h: from where to boot.
;
; CMOS as Bochs and QEMU store it: 3Dh low nibble first, high nibble second,
; 38h high nibble third; 1 floppy, 2 hard disk, 3 CD-ROM. All zero: floppy,
; then hard disk. Not modelled: network (passed over).

int19_entry:
        cli
        xor     ax, ax
        mov     ss, ax
        mov     sp, BOOT_OFS
        mov     ax, BDA_SEG
        mov     ds, ax
        cld
        sti
        call    boot_order              ; BX = nibbles, first one lowest
        mov     cx, 3
.next:
        mov     al, bl
        and     al, 0Fh
        push    cx
        push    bx
        cmp     al, 1
        je      .floppy
        cmp     al, 2
        je      .disk
        cmp     al, 3
        jne     .failed
        call    cd_boot
        jmp     short .failed
.floppy:
        xor     dl, dl
        call    floppy_count
        or      al, al
        jz      .failed
        call    boot_load
        jmp     short .failed
.disk:
        mov     dl, 80h
        cmp     byte [B_HCOUNT], 0
        je      .failed
        call    boot_load
.failed:
        pop     bx
        pop     cx
        push    cx
        mov     cl, 4
        shr     bx, cl
        pop     cx
        loop    .next
        int     18h
        jmp     int19_entry

; boot_order: BX = three nibbles.
boot_order:
        mov     al, CM_BOOT12
        call    read_cmos
        mov     bl, al
        mov     al, CM_BOOT3
        call    read_cmos
        mov     cl, 4
        shr     al, cl
        mov     bh, al
        or      bx, bx
        jz      .default
        cmp     bx, 0FFFh
        jne     .done
.default:
        mov     bx, 0021h
.done:
        ret

; boot_load: DL = drive: its first sector to 0000:7C00, and there. Returns
; when it can't be read or is no boot sector. A changed disk is reported as an
; error once, so a floppy gets four tries.
boot_load:
        mov     di, 4
.try:
        push    dx
        mov     ah, 0
        int     13h
        pop     dx
        jc      .again
        xor     ax, ax
        mov     es, ax
        mov     bx, BOOT_OFS
        mov     cx, 1
        xor     dh, dh
        mov     ax, 0201h
        push    dx
        int     13h
        pop     dx
        jnc     .check
        cmp     ah, FS_TIMEOUT          ; nothing there
        je      .no
.again:
        dec     di
        jnz     .try
.no:
        ret
.check:
        test    dl, 80h                 ; old floppies have no 55 AA
        jz      .code
        cmp     word [es:BOOT_OFS + 510], 0AA55h
        jne     .no
.code:
        mov     di, BOOT_OFS
        mov     ax, [es:di]
        mov     cx, 8
        repe scasw
        je      .no                     ; eight equal words: no program
.go:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     bx, ax
        mov     cx, ax
        mov     si, ax
        mov     di, ax
        mov     bp, ax
        xor     dh, dh
        jmp     0:BOOT_OFS

; INT 18h: nothing to boot. A key starts over.
int18_entry:
        sti
        mov     si, .text
        call    puts
        mov     ah, 0
        int     16h
        jmp     int19_entry
.text:  db      13, 10, 'No bootable device.'
        db      ' Insert a disk and press a key.', 13, 10, 0
