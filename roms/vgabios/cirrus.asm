; cirrus.asm - a Cirrus Logic GD5446 seen through the dispi registers that the
; rest of the VBE code asks for (dispi_get, dispi_set, dispi_off, dispi_id), and
; its modes.
;
; Reference: CL-GD5446 Technical Reference Manual. The current mode is read back
; from the chip: size from the CRTC, depth from SR7 and the hidden DAC register.
; Not modelled: a DAC of 8 bits, which the chip has not; a linear frame buffer
; on ISA.

; AL = extended sequencer register AL; AH goes into it. DX is kept.
sr_get: push dx
        mov dx, 0x3C4
        out dx, al
        inc dx
        in al, dx
        pop dx
        ret
sr_set: push dx
        mov dx, 0x3C4
        out dx, ax
        pop dx
        ret
gr_get: push dx
        mov dx, 0x3CE
        out dx, al
        inc dx
        in al, dx
        pop dx
        ret
gr_set: push dx
        mov dx, 0x3CE
        out dx, ax
        pop dx
        ret
cr_get: push dx
        mov dx, [CRTC]
        out dx, al
        inc dx
        in al, dx
        pop dx
        ret
cr_set: push dx
        mov dx, [CRTC]
        out dx, ax
        pop dx
        ret

; AL = hidden DAC register; AL into it.
hdac_get:
        push dx
        call hdac_open
        in al, dx
        pop dx
        ret
hdac_set:
        push dx
        push ax
        call hdac_open
        pop ax
        out dx, al
        pop dx
        ret
; DX = 3C6h, behind which the register lies now. AL is destroyed.
hdac_open:
        mov dx, 0x3C8
        in al, dx               ; the count begins anew
        mov dl, 0xC6
        in al, dx
        in al, dx
        in al, dx
        in al, dx
        ret

; Carry when there is no Cirrus. The extended registers are open then.
dispi_id:
        push bx
        mov ax, 0x1206
        call sr_set
        mov al, 6
        call sr_get
        cmp al, 0x12
        stc
        jne .done
        mov ax, 0xB0C5
        clc
.done:  pop bx
        ret

; Back to what the VGA has.
dispi_off:
        push bx
        call dispi_id
        mov al, 7
        call sr_get
        and al, 0xF0
        mov ah, al
        mov al, 7
        call sr_set
        mov ax, 0x0009
        call gr_set
        mov ax, 0x000B
        call gr_set
        mov ax, 0x001B
        call cr_set
        mov ax, 0x001D
        call cr_set
        mov ax, 0x0012
        call sr_set
        mov al, 0
        call hdac_set
        pop bx
        ret

; DX:AX = where the display starts, in bytes.
start_get:
        push cx
        mov al, 0x1B
        call cr_get
        mov cl, al
        and cx, 0x0D
        test cl, 1
        jz .low
        or cl, 2
.low:   shr cx, 1               ; bits 16 to 18
        mov al, 0x1D
        call cr_get
        test al, 0x80
        jz .high
        or cl, 8
.high:  mov dx, cx
        mov al, 0x0C
        call cr_get
        mov ah, al
        push ax
        mov al, 0x0D
        call cr_get
        pop cx
        mov ah, ch
        shl ax, 1
        rcl dx, 1
        shl ax, 1
        rcl dx, 1
        pop cx
        ret

; The same set.
start_set:
        push bx
        push cx
        shr dx, 1
        rcr ax, 1
        shr dx, 1
        rcr ax, 1
        mov bx, ax
        mov ah, bh
        mov al, 0x0C
        call cr_set
        mov ah, bl
        mov al, 0x0D
        call cr_set
        mov al, 0x1B
        call cr_get
        and al, 0xF2
        mov ah, dl
        and ah, 6
        shl ah, 1
        or al, ah
        mov ah, dl
        and ah, 1
        or ah, al
        mov al, 0x1B
        call cr_set
        mov al, 0x1D
        call cr_get
        and al, 0x7F
        test dl, 8
        jz .last
        or al, 0x80
.last:  mov ah, al
        mov al, 0x1D
        call cr_set
        pop cx
        pop bx
        ret

; AX = bytes of a line; set.
pitch_get:
        mov al, 0x1B
        call cr_get
        and al, 0x10
        mov ah, al
        shr ah, 1
        shr ah, 1
        shr ah, 1
        shr ah, 1
        mov al, 0x13
        push ax
        call cr_get
        pop cx
        mov ah, ch
        shl ax, 1
        shl ax, 1
        shl ax, 1
        ret
pitch_set:
        shr ax, 1
        shr ax, 1
        shr ax, 1
        mov cx, ax
        mov ah, cl
        mov al, 0x13
        call cr_set
        mov al, 0x1B
        call cr_get
        and al, 0xEF
        test ch, 1
        jz .short
        or al, 0x10
.short: mov ah, al
        mov al, 0x1B
        jmp cr_set

; AX = register AL of the dispi interface.
dispi_get:
        push bx
        push cx
        push dx
        cbw
        mov bx, ax
        add bx, bx
        cmp al, DISPI_MEMORY
        ja .none
        call [cs:.table + bx]
.done:  pop dx
        pop cx
        pop bx
        ret
.none:  mov ax, 0xFFFF
        jmp .done
.table: dw .id, .x, .y, .bpp, .enable, .bank, .width, .zero, .x_offset
        dw .y_offset, .memory
.id:    mov ax, 0xB0C5
        ret
.zero:  xor ax, ax
        ret
.x:     mov al, 1
        call cr_get
        mov ah, 0
        inc ax
        mov cl, 3
        shl ax, cl
        ret
.y:     mov al, 7
        call cr_get
        mov ch, al
        mov al, 0x12
        call cr_get
        xor ah, ah
        test ch, 2
        jz .y8
        inc ah
.y8:    test ch, 0x40
        jz .y9
        or ah, 2
.y9:    inc ax
        mov dx, ax
        mov al, 0x17            ; lines that count twice
        call cr_get
        test al, 4
        jz .once
        add dx, dx
.once:  mov al, 9               ; rows of two lines
        call cr_get
        and al, 0x1F
        jz .single
        shr dx, 1
.single:
        mov ax, dx
        ret
.bpp:   mov al, 7
        call sr_get
        and al, 0x0E
        mov ah, 0
        mov cx, 8
        jz .depth
        mov cl, 24
        cmp al, 4
        je .depth
        mov cl, 32
        cmp al, 8
        je .depth
        call hdac_get
        and al, 15
        mov cx, 15
        dec al
        jnz .depth
        inc cx
.depth: mov ax, cx
        ret
.enable:
        mov al, 7
        call sr_get
        and ax, 1
        ret
.bank:  mov al, 9
        call gr_get
        mov ah, 0
        shr ax, 1
        shr ax, 1
        ret
.width: call pitch_get
        push ax
        call .bytes
        mov cx, ax
        pop ax
        xor dx, dx
        div cx
        ret
.bytes: call .bpp               ; of a pixel
        add al, 7
        mov cl, 3
        shr ax, cl
        ret
.x_offset:
        call .split
        push dx
        call .bytes
        mov cx, ax
        pop ax
        xor dx, dx
        div cx
        ret
.y_offset:
.split: call pitch_get          ; AX = line, DX = bytes of the start
        mov cx, ax
        call start_get
        or cx, cx
        jz .zero
        div cx
        ret
.memory:
        mov ax, 64
        ret

; Register AL = BX. Keeps all but AX.
dispi_set:
        push bx
        push cx
        push dx
        cmp al, DISPI_BANK
        je .bank
        cmp al, DISPI_WIDTH
        je .width
        cmp al, DISPI_X_OFFSET
        je .x
        cmp al, DISPI_Y_OFFSET
        je .y
.done:  pop dx
        pop cx
        pop bx
        ret
.bank:  mov ah, bl
        shl ah, 1
        shl ah, 1
        mov al, 9
        call gr_set
        jmp .done
.width: call dispi_get.bytes
        mul bx
        or dx, dx
        jnz .done
        test al, 7
        jnz .done
        cmp ax, 4088
        ja .done
        call pitch_set
        jmp .done
.x:     call dispi_get.split    ; AX = line
        push ax
        call dispi_get.bytes
        mul bx
        mov bx, ax
        pop ax
        jmp .start
.y:     call dispi_get.split
        xchg bx, dx             ; BX = bytes
        mov ax, dx
.start: push ax
        call pitch_get
        pop dx
        mul dx
        add ax, bx
        adc dx, 0
        call start_set
        jmp .done

; Sizes: width; numerator and denominator of the dot clock; miscellaneous output;
; SR1; CRTC 00 to 18.
cirrus_sizes:
        dw 320
        db 0x66, 0x3B, 0x6F, 9
        db H_40g, VA_400, 0, 0x41, 0, 0, 0, 0, 0, 0, VB_400, 0, 0, VC_400
        db 0xE3, 0xFF
C_SIZE  equ $ - cirrus_sizes
        dw 640                  ; of 400 lines
        db 0x66, 0x3B, 0x6F, 1
        db H_80g, VA_400, 0, 0x40, 0, 0, 0, 0, 0, 0, VB_400, 0, 0, VC_400
        db 0xE3, 0xFF
        dw 640
        db 0x66, 0x3B, 0xEF, 1
        db H_80g, VA_480, 0, 0x40, 0, 0, 0, 0, 0, 0, VB_480, 0, 0, VC_480
        db 0xE3, 0xFF
        dw 800
        db 0x51, 0x3A, 0x2F, 1
        db 0x7F, 0x63, 0x64, 0x82, 0x69, 0x19, 0x72, 0xF0, 0, 0x60, 0, 0
        db 0, 0, 0, 0, 0x59, 0x8D, 0x57, 0, 0, 0x58, 0x72, 0xE3, 0xFF
        dw 1024
        db 0x76, 0x34, 0xEF, 1
        db 0xA3, 0x7F, 0x80, 0x88, 0x83, 0x94, 0x24, 0xFD, 0, 0x60, 0, 0
        db 0, 0, 0, 0, 0x03, 0x89, 0xFF, 0, 0, 0x00, 0x24, 0xE3, 0xFF
        dw 1280
        db 0x71, 0x1E, 0x2F, 1
        db 0xCE, 0x9F, 0xA0, 0x93, 0xA6, 0x14, 0x12, 0xB2, 0, 0x60, 0, 0
        db 0, 0, 0, 0, 0x00, 0x83, 0xFF, 0, 0, 0x00, 0x12, 0xE7, 0xFF

; The packed mode at CS:SI, memory kept where BH has bit 7. mode_base has been
; called. Keeps SI.
cirrus_mode:
        push si
        push bp
        push bx
        call dispi_id
        mov di, cirrus_sizes
        mov ax, [cs:si + V_X]
.find:  cmp ax, [cs:di]
        je .found
        add di, C_SIZE
        jmp .find
.found: cmp ax, 640
        jne .timing
        cmp word [cs:si + V_Y], 400
        je .timing
        add di, C_SIZE
.timing:
        push si
        mov si, di
        mov ah, [cs:si + 2]
        mov al, 0x0E
        call sr_set
        mov ah, [cs:si + 3]
        mov al, 0x1E
        call sr_set
        mov ax, 0x0100
        call sr_set
        mov ah, [cs:si + 5]
        mov al, 1
        call sr_set
        mov dx, 0x3C2
        mov al, [cs:si + 4]
        out dx, al
        mov ax, 0x0300
        call sr_set
        mov ax, 0x0011
        call cr_set
        xor cx, cx
.crtc:  mov bx, cx
        add bx, si
        mov ah, [cs:bx + 6]
        mov al, cl
        call cr_set
        inc cx
        cmp cl, 25
        jb .crtc
        pop si
        mov ax, 0x0E04          ; chained memory, A0000h, shift of 8 bits
        call sr_set
        mov ax, 0x4005
        call gr_set
        mov ax, 0x0506
        call gr_set
        mov ax, 0x200B          ; one window in steps of 16 KB
        call gr_set
        mov ax, 0x221B
        call cr_set
        mov bx, .depths
.depth: mov al, [cs:si + V_BPP]
        cmp al, [cs:bx]
        je .this
        add bx, 3
        jmp .depth
.this:  mov al, [cs:bx + 2]
        push bx
        call hdac_set
        pop bx
        mov ah, [cs:bx + 1]
        mov al, 7
        call sr_set
        mov al, [cs:si + V_BPP]
        cbw
        add ax, 7
        mov cl, 3
        shr ax, cl
        mul word [cs:si + V_X]
        call pitch_set
        pop bx
        test bh, 0x80
        jnz .kept
        call cirrus_clear
.kept:  pop bp
        pop si
        ret
.depths:
        db 8, 0x01, 0x00
        db 15, 0x07, 0xF0
        db 16, 0x07, 0xC1
        db 24, 0x05, 0xC5
        db 32, 0x09, 0xC5

; Zeros to the picture at CS:SI, 64 KB after another.
cirrus_clear:
        call vbe_mode_size
        add ax, 0xFFFF
        adc dx, 0               ; banks
        mov bx, 0
        mov ax, 0xA000
        mov es, ax
.bank:  cmp bx, dx
        jae .done
        mov al, DISPI_BANK
        call dispi_set
        xor di, di
        xor ax, ax
        mov cx, 0x8000
        rep stosw
        inc bx
        jmp .bank
.done:  xor bx, bx
        mov al, DISPI_BANK
        jmp dispi_set
