; state.asm - 1Bh: functionality and state; 1Ch: save and restore.
; Not modelled: the latches are not saved.

; ES:DI: 64 bytes about the adapter and its mode. BX must be 0.
fn1B:
        or bx, bx
        jnz .none
        mov byte [bp + F_AX], 0x1B
        mov ax, static_table
        stosw
        mov ax, cs
        stosw
        mov si, MODE            ; 40:49-66
        mov cx, 0x1E
        rep movsb
        mov al, [ROWS]
        inc ax
        stosb
        mov ax, [CHEIGHT]
        stosw
        call dcc_read
        stosw
        call mode_colours
        mov al, [ROWS]          ; scan lines
        inc ax
        mul byte [CHEIGHT]
        mov cl, 0
        cmp ax, 256
        jb .lines
        inc cx
        cmp ax, 350
        jbe .lines
        inc cx
        cmp ax, 400
        jbe .lines
        inc cx
.lines: mov al, cl
        stosb
        call font_blocks
        call state_flags
        xor ax, ax
        stosw
        stosb
        mov al, 3               ; 256K
        stosb
        call save_flags
        xor ax, ax
        mov cx, 13
        rep stosb
.none:  ret

; Number of colours (word) and pages.
mode_colours:
        call class
        mov bl, [MODE]
        xor bh, bh
        cmp bl, 0x13
        ja .other
        mov al, [cs:.colours + bx]
        mov ah, 0
        cmp bl, 0x13
        jne .known
        inc ah                  ; 256
.known: stosw
        mov al, [cs:.pages + bx]
        stosb
        ret
.other: mov ax, 16
        cmp si, C_PLANE
        je .put
        mov ah, 1
        mov al, 0
.put:   stosw
        mov al, 1
        stosb
        ret
.colours:
        db 16, 16, 16, 16, 4, 4, 2, 0, 0, 0, 0, 0, 0, 16, 16, 0, 16, 2, 16, 0
.pages: db 8, 8, 8, 8, 1, 1, 1, 8, 0, 0, 0, 0, 0, 8, 4, 2, 2, 1, 1, 1

; The font blocks for attribute bit 3 clear (bits 4, 1, 0 of the character map
; select register) and set (bits 5, 3, 2).
font_blocks:
        mov dx, 0x3C4
        mov al, 3
        out dx, al
        inc dx
        in al, dx
        mov ah, al
        call .spread
        mov al, ah
        shr al, 1
        shr al, 1
        and al, 0x0B
        test al, 8
        jz .second
        or al, 0x10
.second:
.spread:
        mov bl, al
        and al, 3
        test bl, 0x10
        jz .store
        or al, 4
.store: stosb
        ret

state_flags:
        mov al, 0x10
        call attr_read
        mov al, 1
        test byte [VFLAG], 2
        jz .colour
        or al, 2
.colour:
        cmp byte [CRTC], 0xB4
        jne .palette
        or al, 4
.palette:
        test byte [VFLAG], 8
        jz .cursor
        or al, 8
.cursor:
        test byte [VCTL], 1
        jnz .blink
        or al, 0x10
.blink: test ah, 8
        jz .done
        or al, 0x20
.done:  stosb
        ret

; Which save areas are in use: 1 dynamic, 2 text font, 3 graphics font,
; 5 the display combination table.
save_flags:
        push es
        les si, [SAVEPTR]
        mov ah, 0x20
        mov dx, [es:si + 4]
        or dx, [es:si + 6]
        jz .text
        or ah, 2
.text:  mov dx, [es:si + 8]
        or dx, [es:si + 10]
        jz .graph
        or ah, 4
.graph: mov dx, [es:si + 12]
        or dx, [es:si + 14]
        jz .done
        or ah, 8
.done:  pop es
        mov al, ah
        stosb
        ret

; CX: 1 registers, 2 BIOS data, 4 DAC. AL = 0 asks for the size in blocks of
; 64 bytes, 1 saves to ES:BX, 2 restores.
S_HARD  equ 128
S_BIOS  equ 64
S_DAC   equ 832

fn1C:
        cmp al, 2
        ja .none
        mov byte [bp + F_AX], 0x1C
        or al, al
        jnz .move
        call state_size
        mov [bp + F_BX], bx
.none:  ret
.move:  mov di, bx
        mov si, bx
        dec al
        jnz state_restore
        jmp state_save

; BX = blocks for CX.
state_size:
        xor bx, bx
        test cl, 1
        jz .bios
        add bx, S_HARD / 64
.bios:  test cl, 2
        jz .dac
        add bx, S_BIOS / 64
.dac:   test cl, 4
        jz .done
        add bx, S_DAC / 64
.done:  ret

state_save:
        shr cx, 1
        jnc .bios
        push cx
        push di
        call regs_save
        pop di
        add di, S_HARD
        pop cx
.bios:  shr cx, 1
        jnc .dac
        push cx
        push di
        call bda_save
        pop di
        add di, S_BIOS
        pop cx
.dac:   shr cx, 1
        jnc .done
        jmp dac_save
.done:  ret

state_restore:
        shr cx, 1
        jnc .bios
        push cx
        push si
        call regs_restore
        pop si
        add si, S_HARD
        pop cx
.bios:  shr cx, 1
        jnc .dac
        push cx
        push si
        call bda_restore
        pop si
        add si, S_BIOS
        pop cx
.dac:   shr cx, 1
        jnc .done
        jmp dac_restore
.done:  ret

; The registers at ES:DI: indices of sequencer, graphics controller, CRTC and
; attributes; then as in the parameter table but for attribute 14h: sequencer
; 1-4, miscellaneous, CRTC, attributes 0-14, graphics controller; feature
; control, PEL mask.
regs_save:
        mov dx, 0x3C4
        in al, dx
        push ax
        stosb
        mov dl, 0xCE
        in al, dx
        push ax
        stosb
        mov dx, [CRTC]
        in al, dx
        push ax
        stosb
        call attr_reset
        mov dl, 0xC0
        in al, dx
        push ax
        stosb
        mov dl, 0xC4
        mov bl, 1
        mov cx, 4
        call .pairs
        mov dl, 0xCC
        in al, dx
        stosb
        mov dx, [CRTC]
        mov bl, 0
        mov cx, 25
        call .pairs
        xor al, al
.attr:  call attr_read
        push ax
        mov al, ah
        stosb
        pop ax
        inc ax
        cmp al, 0x14
        jbe .attr
        mov dx, 0x3CE
        mov bl, 0
        mov cx, 9
        call .pairs
        mov dl, 0xCA
        in al, dx
        stosb
        mov dl, 0xC6
        in al, dx
        stosb
        pop ax
        call attr_reset
        mov dl, 0xC0
        out dx, al
        pop ax
        mov dx, [CRTC]
        out dx, al
        pop ax
        mov dl, 0xCE
        out dx, al
        pop ax
        mov dl, 0xC4
        out dx, al
        ret
.pairs: mov al, bl
        out dx, al
        inc dx
        in al, dx
        stosb
        dec dx
        inc bx
        loop .pairs
        ret

regs_restore:
        push si
        add si, 4
        call load_timing
        call attr_reset
        mov dx, 0x3C0
        xor ah, ah
.attr:  mov al, ah
        out dx, al
        es lodsb
        out dx, al
        inc ah
        cmp ah, 0x14
        jbe .attr
        call load_gc
        es lodsb
        mov dx, [CRTC]
        add dl, 6
        out dx, al              ; feature control
        es lodsb
        mov dl, 0xC6
        out dx, al
        pop si
        es lodsb
        mov dl, 0xC4
        out dx, al
        es lodsb
        mov dl, 0xCE
        out dx, al
        es lodsb
        mov dx, [CRTC]
        out dx, al
        call attr_reset
        es lodsb
        mov dl, 0xC0
        out dx, al
        ret

; Parts of the BIOS data area and vectors that belong to the state.
bda_parts:
        db 0x1E
        dw MODE
        db 7
        dw ROWS
        db 4
        dw SAVEPTR
        db 4
        dw VEC05
        db 4
        dw VEC1D
        db 4
        dw VEC1F
        db 4
        dw VEC43
        db 2
        dw EQUIP
        db 0

bda_save:
        mov bx, bda_parts
.next:  mov cl, [cs:bx]
        xor ch, ch
        jcxz .done
        mov si, [cs:bx + 1]
        rep movsb
        add bx, 3
        jmp .next
.done:  ret

bda_restore:
        mov bx, bda_parts
.next:  mov cl, [cs:bx]
        xor ch, ch
        jcxz .done
        mov di, [cs:bx + 1]
.byte:  es lodsb
        mov [di], al
        inc di
        loop .byte
        add bx, 3
        jmp .next
.done:  ret

; The DAC: index, PEL mask, 256 colours.
dac_save:
        mov dx, 0x3C8
        in al, dx
        push ax
        stosb
        mov dl, 0xC6
        in al, dx
        stosb
        mov dx, di
        xor bx, bx
        mov cx, 256
        call dac_get_block
        pop ax
        mov dl, 0xC8
        out dx, al
        ret

dac_restore:
        es lodsb
        push ax
        es lodsb
        mov dx, 0x3C6
        out dx, al
        xor bl, bl
        call dac_index
        mov cx, 768
.next:  es lodsb
        out dx, al
        loop .next
        pop ax
        dec dx
        out dx, al
        ret
