; pixel.asm - 0Ch and 0Dh: write and read a pixel.

pixel_write:
        dw nothing, cga_plot, cga_plot, plane_plot, lin_plot, vbe_plot
pixel_read:
        dw nothing, cga_point, cga_point, plane_point, lin_point, vbe_point

; AL colour (bit 7: XOR), CX column, DX line, BH page.
fn0C:
        call class
        jmp [cs:pixel_write + si]

fn0D:
        call class
        call [cs:pixel_read + si]
        mov [bp + F_AX], al
        ret

; ES:DI = byte of the pixel, AH = its bit. AL is kept.
plane_pixel:
        push ax
        mov ax, dx
        mul word [COLS]
        mov di, ax
        cmp byte [MODE], 0x69
        je .bank
        mov al, bh
        and ax, 7
        mul word [PAGELEN]
        add di, ax
        mov ax, cx
        shr ax, 1
        shr ax, 1
        shr ax, 1
        add di, ax
.window:
        mov ax, 0xA000
        mov es, ax
        pop ax
        and cl, 7
        mov ah, 0x80
        shr ah, cl
        ret
.bank:  mov ax, cx              ; DX:DI may lie above 64 KB
        shr ax, 1
        shr ax, 1
        shr ax, 1
        add di, ax
        adc dx, 0
        push bx
        mov bx, dx
        mov al, DISPI_BANK
        call dispi_set
        pop bx
        jmp .window

; Undoes what plane_pixel did to the bank; and the graphics controller is as
; it should be.
plane_done:
        cmp byte [MODE], 0x69
        jne gc_default
        push ax
        push bx
        xor bx, bx
        mov al, DISPI_BANK
        call dispi_set
        pop bx
        pop ax
        jmp gc_default

plane_plot:
        call plane_pixel
        call gc_default
        mov bx, ax
        mov dx, 0x3CE
        mov al, 8
        out dx, ax
        test bl, 0x80
        jz .solid
        mov ax, 0x1803
        out dx, ax
        mov dl, 0xC4            ; XOR: ones to the colour's planes
        mov ah, bl
        and ah, 15
        mov al, 2
        out dx, ax
        mov bl, 0xFF
        jmp .write
.solid: mov ah, bl              ; the colour by set/reset
        xor al, al
        out dx, ax
        mov ax, 0x0F01
        out dx, ax
.write: mov al, [es:di]
        mov [es:di], bl
        jmp plane_done

plane_point:
        call plane_pixel
        call gc_default
        mov bx, ax
        mov dx, 0x3CE
        mov ax, 0x0304
.plane: out dx, ax
        shl bl, 1
        test [es:di], bh
        jz .zero
        inc bx
.zero:  dec ah
        jns .plane
        mov al, bl
        and al, 15
        jmp plane_done

; ES:DI = byte of the pixel, CL = shift that puts it lowest, AH = its mask
; then. AL is kept.
cga_pixel:
        push ax
        mov ax, 0xB800
        mov es, ax
        mov al, 40
        mul dl                  ; two lines are 80 bytes
        shr dl, 1
        jnc .even
        add ax, 0x2000 - 40
.even:  mov di, ax
        pop ax
        mov ah, 1
        mov dx, cx
        not cl
        and cl, 7
        cmp byte [MODE], 6
        je .byte
        mov ah, 3
        and cl, 3
        add cl, cl
        add dx, dx
.byte:  shr dx, 1
        shr dx, 1
        shr dx, 1
        add di, dx
        ret

cga_plot:
        call cga_pixel
        mov ch, al
        and al, ah
        shl ax, cl              ; (AH stays below 100h)
        test ch, 0x80
        jnz .xor
        not ah
        and [es:di], ah
.xor:   xor [es:di], al
        ret

cga_point:
        call cga_pixel
        mov al, [es:di]
        shr al, cl
        and al, ah
        ret

; ES:DI = the pixel.
lin_pixel:
        push ax
        mov ax, [COLS]
        add ax, ax
        add ax, ax
        add ax, ax
        mul dx
        add ax, cx
        mov di, ax
        mov ax, 0xA000
        mov es, ax
        pop ax
        ret

lin_plot:
        call lin_pixel
        stosb
        ret

lin_point:
        call lin_pixel
        mov al, [es:di]
        ret
