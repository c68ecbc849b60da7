; vbestate.asm - VBE 4F04: save and restore the state.
;
; As INT 10h 1Ch, and bit 3 of CX adds a block with the dispi registers.

; DL = 0: BX = blocks of 64 bytes; 1: save to ES:BX; 2: restore.
fn4F04:
        cmp dl, 2
        ja .fail
        or dl, dl
        jnz .move
        call state_size
        test cl, 8
        jz .size
        inc bx
.size:  mov [bp + F_BX], bx
.ok:    jmp vbe_ok
.fail:  jmp vbe_fail
.move:  mov di, bx
        mov si, bx
        push cx
        push dx
        call state_size         ; the dispi registers come last
        mov ax, cx
        mov cl, 6
        shl bx, cl
        pop dx
        pop cx
        test cl, 8
        jz .vga
        dec dl
        jz .save
        push bx
        call dispi_off          ; lets the VGA's registers go
        pop bx
        push si
        push bx
        call state_restore
        pop bx
        pop si
        add si, bx
        call dispi_restore
        jmp .ok
.save:  push di
        push bx
        call state_save
        pop bx
        pop di
        add di, bx
        call dispi_save
        jmp .ok
.vga:   dec dl
        jz .plain
        call state_restore
        jmp .ok
.plain: call state_save
        jmp .ok

dispi_save:
        mov cx, 1
.next:  mov al, cl
        call dispi_get
        stosw
        inc cx
        cmp cl, DISPI_Y_OFFSET
        jbe .next
        ret

%ifdef CIRRUS
; A mode of that size and depth is set, with the memory kept.
dispi_restore:
        test byte [es:si + 2 * (DISPI_ENABLE - 1)], ON
        jz .off
        mov ax, [es:si]
        mov dx, [es:si + 2]
        mov cx, [es:si + 4]
        mov di, si
        mov si, vbe_modes
.next:  cmp ax, [cs:si + V_X]
        jne .other
        cmp dx, [cs:si + V_Y]
        jne .other
        cmp cl, [cs:si + V_BPP]
        je .found
.other: add si, V_SIZE
        cmp si, vbe_modes_end
        jb .next
.off:   ret
.found: mov bh, 0x80
        push es
        push di
        call cirrus_mode
        pop si
        pop es
        add si, 2 * (DISPI_BANK - 1)
        mov cx, DISPI_BANK
.set:   es lodsw
        mov bx, ax
        mov al, cl
        call dispi_set
        inc cx
        cmp cl, DISPI_Y_OFFSET
        jbe .set
        ret
%else
; Enabled after the size is set, before the offsets.
dispi_restore:
        mov cx, 1
.next:  es lodsw
        mov bx, ax
        cmp cl, DISPI_ENABLE
        jne .set
        or bl, KEEP
        test bl, ON
        jnz .set
        ret                     ; off: the rest means nothing
.set:   cmp cl, DISPI_HEIGHT
        je .skip
        mov al, cl
        call dispi_set
.skip:  inc cx
        cmp cl, DISPI_Y_OFFSET
        jbe .next
        ret
%endif
