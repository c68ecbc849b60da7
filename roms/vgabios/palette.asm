; palette.asm - 0Bh and 10h: border, palette registers and DAC.

; BH = 0: border, and background in graphics modes; BH = 1: palette 0 or 1 of
; the 320x200 modes.
fn0B:
        cmp byte [CRTC], 0xB4
        je .done
        mov al, [REG3D9]
        or bh, bh
        jnz .set
        and al, 0xE0
        and bl, 0x1F
        or al, bl
        mov [REG3D9], al
        mov ah, bl
        and ah, 15
        test ah, 8
        jz .plain
        add ah, 8               ; the intensity is bit 4
.plain: cmp byte [MODE], 3
        jbe .border
        mov al, 0
        call attr_write
.border:
        mov al, 0x11
        call attr_write
        jmp .three
.set:   and al, ~0x20
        shr bl, 1
        jnc .store
        or al, 0x20
.store: mov [REG3D9], al
.three: mov al, [MODE]          ; colours 1-3 of modes 4 and 5
        and al, ~1
        cmp al, 4
        jne .done
        mov bl, [REG3D9]
        mov ah, 2
        test bl, 0x20
        jz .green
        inc ah
.green: test bl, 0x10
        jz .dark
        or ah, 0x10
.dark:  mov al, 1
.next:  call attr_write
        add ah, 2
        inc ax
        cmp al, 3
        jbe .next
.done:  ret

; Attribute register AL = AH. Keeps all; the screen is on afterwards.
attr_write:
        push ax
        push dx
        call attr_reset
        mov dx, 0x3C0
        out dx, al
        xchg al, ah
        out dx, al
        mov al, 0x20
        out dx, al
        pop dx
        pop ax
        ret

; AH = attribute register AL.
attr_read:
        push dx
        push ax
        call attr_reset
        mov dx, 0x3C0
        out dx, al
        inc dx
        in al, dx
        mov ah, al
        dec dx
        call attr_reset
        mov al, 0x20
        out dx, al
        pop dx
        mov al, dl
        pop dx
        ret

fn10:
        mov si, .table
        jmp subfunction
.table: db 0x00
        dw pal_set
        db 0x01
        dw border_set
        db 0x02
        dw pal_set_all
        db 0x03
        dw blink_set
        db 0x07
        dw pal_get
        db 0x08
        dw border_get
        db 0x09
        dw pal_get_all
        db 0x10
        dw dac_set
        db 0x12
        dw dac_set_block
        db 0x13
        dw dac_page_set
        db 0x15
        dw dac_get
        db 0x17
        dw dac_get_block
        db 0x18
        dw pel_mask_set
        db 0x19
        dw pel_mask_get
        db 0x1A
        dw dac_page_get
        db 0x1B
        dw gray_sum
        db 0xFF

border_set:
        mov bl, 0x11
pal_set:
        cmp bl, 0x14
        ja .done
        mov al, bl
        mov ah, bh
        call attr_write
        jmp save_palette_area
.done:  ret

; ES:DX: 16 colours and the border.
pal_set_all:
        mov si, dx
        mov bl, 0
.next:  es lodsb
        mov ah, al
        mov al, bl
        call attr_write
        inc bx
        cmp bl, 0x10
        jb .next
        es lodsb
        mov ah, al
        mov al, 0x11
        call attr_write
        jmp save_palette_area

blink_set:
        mov al, 0x10
        call attr_read
        and ah, ~8
        and byte [REG3D8], ~0x20
        test bl, 1
        jz .set
        or ah, 8
        or byte [REG3D8], 0x20
.set:   jmp attr_write

border_get:
        mov bl, 0x11
pal_get:
        cmp bl, 0x14
        ja .done
        mov al, bl
        call attr_read
        mov [bp + F_BX + 1], ah
.done:  ret

pal_get_all:
        mov di, dx
; Palette registers and border to ES:DI.
palette_copy:
        xor al, al
.next:  call attr_read
        push ax
        mov al, ah
        stosb
        pop ax
        inc ax
        cmp al, 0x10
        jb .next
        mov al, 0x11
        call attr_read
        mov al, ah
        stosb
        ret

; Colour BX = DH, CH, CL (red, green, blue).
dac_set:
        mov ah, dh
        test byte [VFLAG], 2
        jz .out
        push dx
        call gray
        pop dx
.out:   call dac_index
        mov al, ah
        out dx, al
        mov al, ch
        out dx, al
        mov al, cl
        out dx, al
        ret

; CX colours from BX on at ES:DX.
dac_set_block:
        jcxz .done
        push bx
        push cx
        mov si, dx
        call dac_index
.next:  es lodsb
        out dx, al
        es lodsb
        out dx, al
        es lodsb
        out dx, al
        loop .next
        pop cx
        pop bx
        test byte [VFLAG], 2
        jnz gray_sum
.done:  ret

; DAC to read from colour BL on. DX = data port.
dac_read_index:
        mov dx, 0x3C7
        mov al, bl
        out dx, al
        inc dx
        inc dx
        ret

dac_get:
        call dac_read_index
        in al, dx
        mov [bp + F_DX + 1], al
        in al, dx
        mov ah, al
        in al, dx
        mov [bp + F_CX], al
        mov [bp + F_CX + 1], ah
        ret

dac_get_block:
        jcxz .done
        mov di, dx
        call dac_read_index
.next:  in al, dx
        stosb
        in al, dx
        stosb
        in al, dx
        stosb
        loop .next
.done:  ret

; BL = 0: four pages of 64 (BH = 0) or 16 of 16 (BH = 1); BL = 1: page BH.
dac_page_set:
        mov al, 0x10
        call attr_read
        shr bl, 1
        jc .page
        and ah, 0x7F
        shr bh, 1
        jnc .mode
        or ah, 0x80
.mode:  jmp attr_write
.page:  test ah, 0x80
        mov ah, bh
        jnz .select
        add ah, ah
        add ah, ah
.select:
        and ah, 15
        mov al, 0x14
        jmp attr_write

dac_page_get:
        mov al, 0x10
        call attr_read
        mov bl, ah
        mov al, 0x14
        call attr_read
        and ah, 15
        rol bl, 1
        and bl, 1
        jnz .done
        shr ah, 1
        shr ah, 1
.done:  mov bh, ah
        mov [bp + F_BX], bx
        ret

pel_mask_set:
        mov dx, 0x3C6
        mov al, bl
        out dx, al
        ret

pel_mask_get:
        mov dx, 0x3C6
        in al, dx
        mov [bp + F_BX], al
        ret

; Sum CX colours from BX on to gray.
gray_sum:
        jcxz .done
.next:  push cx
        call dac_read_index
        in al, dx
        mov ah, al
        in al, dx
        mov ch, al
        in al, dx
        mov cl, al
        call gray
        call dac_set.out
        pop cx
        inc bx
        loop .next
.done:  ret

; AH, CH, CL = the gray of red AH, green CH, blue CL: 30, 59 and 11 percent.
gray:
        mov al, 77
        mul ah
        mov dx, ax
        mov al, 151
        mul ch
        add dx, ax
        mov al, 28
        mul cl
        add ax, dx
        add ax, 128
        mov al, ah
        cmp al, 63
        jbe .set
        mov al, 63
.set:   mov ah, al
        mov ch, al
        mov cl, al
        ret
