; optrom.asm - option ROMs between C0000h and EFFFFh.
;
; Reference: IBM PC AT Technical Reference, "ROM Scan". A ROM starts with 55 AA
; and its length in 512-byte units, its bytes sum up to 0, and it is called at
; offset 3.

; optrom_video: C0000h-C7FFFh. A video ROM that leaves the mode to the system
; BIOS (SeaBIOS's do) is set to 80x25.
optrom_video:
        call    fwcfg_video
        mov     bx, 0C000h
        mov     dx, 0C800h
        call    optrom_scan
        cmp     word [B_COLS], 0
        jne     .done
        mov     ax, 0003h
        int     10h
.done:
        ret

; optrom_others: what follows the video ROM, up to EFFFFh.
optrom_others:
        mov     bx, 0C800h
        mov     dx, 0F000h

; optrom_scan: BX = first segment, DX = end.
optrom_scan:
        mov     es, bx
        mov     cx, 80h                 ; 2 KB on
        cmp     word [es:0], 0AA55h
        jne     .next
        mov     cl, [es:2]
        xor     ch, ch
        push    cx
        push    dx
        call    optrom_sum
        pop     dx
        pop     cx
        jnz     .bad
        push    bx
        push    cx
        push    dx
        call    optrom_call
        pop     dx
        pop     cx
        pop     bx
        push    cx
        mov     ax, cx
        mov     cl, 5
        shl     ax, cl                  ; paragraphs
        add     ax, 7Fh
        and     al, 80h
        pop     cx
        mov     cx, ax
        or      cx, cx
        jnz     .next
.bad:
        mov     cx, 80h
.next:
        add     bx, cx
        jc      .done
        cmp     bx, dx
        jb      optrom_scan
.done:
        ret

; optrom_sum: CX = length in 512-byte units at ES:0; ZF when the sum is 0.
; A length over 64 KB is not a ROM's. Clobbers AX, CX, DX, SI.
optrom_sum:
        cmp     cx, 128
        ja      .no
        mov     ah, cl
        xor     al, al
        add     ah, ah                  ; bytes; 128 units wrap to 0 = 64 KB
        mov     cx, ax
        jcxz    .empty
.sum:
        push    ds
        push    es
        pop     ds
        xor     si, si
        xor     dl, dl
.add:
        lodsb
        add     dl, al
        loop    .add
        pop     ds
        or      dl, dl
        ret
.empty:
        cmp     byte [es:2], 0
        jne     .sum
.no:
        or      al, 1
        ret

; optrom_call: far call to ES:0003. AX = 0: not a PCI function.
optrom_call:
        push    ds
        xor     ax, ax
        push    ax
        push    cs
        mov     ax, .back
        push    ax
        push    es
        mov     ax, 3
        push    ax
        xor     ax, ax
        retf
.back:
        pop     ax
        mov     ax, BDA_SEG
        mov     ds, ax
        pop     ax
        cld
        ret

; fwcfg_video: QEMU keeps the ROM of an ISA video card in its fw_cfg device, to
; be copied at every boot. Nothing happens where ports 510h/511h do not say
; 'QEMU'.
fwcfg_video:
        xor     ax, ax
        call    fwcfg_select
        mov     si, .sig
        mov     cx, 4
.id:
        in      al, dx
        cmp     al, [cs:si]
        jne     .done
        inc     si
        loop    .id
        mov     ax, 19h                 ; directory
        call    fwcfg_select
        call    fwcfg_be32
        mov     cx, ax                  ; number of files
.file:
        jcxz    .done
        call    fwcfg_be32
        mov     bx, ax                  ; size; no ROM is over 64 KB
        call    fwcfg_be32
        mov     di, bp                  ; select key
        call    fwcfg_name
        jz      .load
        dec     cx
        jmp     .file
.load:
        mov     ax, di
        call    fwcfg_select
        mov     ax, 0C000h
        mov     es, ax
        xor     di, di
        mov     cx, bx
.copy:
        in      al, dx
        stosb
        loop    .copy
.done:
        ret
.sig:   db      'QEMU'

; fwcfg_select: AX = key; DX = data port.
fwcfg_select:
        mov     dx, 510h
        out     dx, ax
        inc     dx
        ret

; fwcfg_be32: BP:AX... reads four bytes; BP = high word, AX = low word.
fwcfg_be32:
        in      al, dx
        mov     ah, al
        in      al, dx
        mov     bp, ax
        in      al, dx
        mov     ah, al
        in      al, dx
        ret

; fwcfg_name: reads a 56-byte name; ZF when it begins with "vgaroms/".
fwcfg_name:
        push    cx
        push    si
        mov     cx, 56
        xor     si, si
        xor     ah, ah
.next:
        in      al, dx
        cmp     si, 8
        jae     .skip
        sub     al, [cs:si + .want]
        or      ah, al
.skip:
        inc     si
        loop    .next
        or      ah, ah
        pop     si
        pop     cx
        ret
.want:  db      'vgaroms/'
