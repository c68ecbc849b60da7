; setmode.asm - 00h: set a mode.
;
; Nothing waits for a retrace. 12h/30h (lines), 31h (palette), 33h (gray) and
; 34h (cursor) have left their wishes in the BIOS data area.

fn00:
; Set mode AL, bit 7: keep the memory. Keeps BP and DS.
set_mode:
        mov ah, al
        and ax, 0x807F
        cmp al, 0x6A            ; VESA's number for 102h
        je .set
        mov bl, al
        sub bl, 0x50            ; text modes 108h to 10Ch
        cmp bl, 5
        jb .set
        cmp al, 0x13
        ja .none
        mov bl, al
        xor bh, bh
        cmp byte [cs:param_index + bx], 0xFF
        je .none
.set:   push ax
        call dispi_off
        pop ax
        call mode_base
        call mode_clear
        jmp screen_on
.none:  ret

; All of a mode set but the memory and the switching on. AL = mode, AH = 80h
; to keep the memory.
mode_base:
        mov [MODE], al
        and byte [VCTL], 0x7F
        or [VCTL], ah
        call param_find
        push si
        add si, P_SEQ
        call load_regs
        pop si
        call mode_data
        call mode_palette
        call mode_font
        call mode_override
        mov cx, 0x0607
        call cursor_shape
        xor dx, dx
        jmp cursor_hw

; ES:SI = parameters of [MODE] with the lines chosen by 12h/30h.
param_find:
        mov bl, [MODE]
        xor bh, bh
        cmp bl, 0x13
        ja .vesa
        mov al, [cs:param_index + bx]
        mov ah, [VFLAG]
        and ah, 0x90
        cmp bl, 7
        je .mono
        cmp bl, 3
        ja .found
        cmp ah, 0x80
        je .found
        add al, 0x13
        cmp ah, 0x10
        jne .found
        mov al, bl
        shr al, 1
        add al, 0x17
        jmp .found
.mono:  cmp ah, 0x10
        jne .found
        mov al, 0x19
.found: mov ah, P_SIZE
        mul ah
        les si, [SAVEPTR]
        les si, [es:si]
        add si, ax
        ret
.vesa:  push cs
        pop es
        mov si, params_102
        sub bl, 0x50
        cmp bl, 5
        jae .done
        mov al, P_SIZE
        mul bl
        add ax, params_108
        mov si, ax
.done:  ret

; Write CX registers from BL up at port pair DX, values at ES:SI.
load_pairs:
        mov al, bl
        mov ah, [es:si]
        out dx, ax
        inc si
        inc bx
        loop load_pairs
        ret

; Load all registers from ES:SI (the sequencer's part of an entry). The
; screen is left off.
load_regs:
        call load_timing
        call load_attr
load_gc:
        mov dx, 0x3CE
        xor bl, bl
        mov cx, 9
        call load_pairs
        mov dl, 0xC6
        mov al, 0xFF
        out dx, al
        ret

; Screen off; sequencer, miscellaneous output and CRTC from ES:SI.
load_timing:
        call attr_reset
        mov dx, 0x3C0
        xor al, al
        out dx, al
        mov dx, 0x3C4
        mov ax, 0x0100          ; hold the sequencer
        out dx, ax
        mov bl, 1
        mov cx, 4
        call load_pairs
        es lodsb
        mov dl, 0xC2
        out dx, al
        mov bh, al
        mov dl, 0xC4
        mov ax, 0x0300
        out dx, ax
        mov dl, 0xD4
        test bh, 1
        jnz .colour
        mov dl, 0xB4
.colour:
        mov [CRTC], dx
        mov ax, 0x0011          ; unlock registers 0-7
        out dx, ax
        xor bl, bl
        mov cx, 25
        jmp load_pairs

load_attr:
        call attr_reset
        mov dx, 0x3C0
        xor ah, ah
.next:  es lodsb
        cmp ah, 0x10            ; palette and border stay when 12h/31h
        jb .colour              ; said so
        cmp ah, 0x11
        jne .write
.colour:
        test byte [VFLAG], 8
        jnz .skip
.write: xchg al, ah
        out dx, al
        xchg al, ah
        out dx, al
.skip:  inc ah
        cmp ah, 0x14
        jb .next
        mov al, ah
        out dx, al              ; colour select: 0
        xor al, al
        out dx, al
        ret

; The BIOS data area, from ES:SI.
mode_data:
        mov al, [es:si + P_COLS]
        xor ah, ah
        mov [COLS], ax
        mov ax, [es:si + P_LEN]
        mov [PAGELEN], ax
        mov al, [es:si + P_ROWS]
        mov [ROWS], al
        mov al, [es:si + P_HIGH]
        cbw
        mov [CHEIGHT], ax
        call page_data
        mov bl, [MODE]
        xor bh, bh
        mov ah, 0x30
        cmp bl, 6
        jne .blue
        mov ah, 0x3F
.blue:  cmp bl, 7
        ja .no3d8
        mov al, [cs:cga_mode_reg + bx]
        mov [REG3D8], ax
.no3d8: ret

; Page 0, cursors home.
page_data:
        xor ax, ax
        mov [PAGEOFS], ax
        mov [PAGE], al
        mov bx, 14
.home:  mov [CURPOS + bx], ax
        dec bx
        dec bx
        jns .home
        ret

mode_font:
        call font_vector
        call class
        jnz .done               ; graphics
        xor bl, bl
        mov al, [CHEIGHT]
        call rom_font
        jmp font_load
.done:  ret

; INT 43h takes the font of the mode's character height.
font_vector:
        mov al, [CHEIGHT]
        call rom_font
        mov [VEC43], si
        mov [VEC43 + 2], cs
        ret

mode_clear:
        test byte [VCTL], 0x80
        jnz .done
        call class
        mov ax, 0x0720
        mov dx, 0xB800
        jz .text
        xor ax, ax
        cmp si, C_PLANE
        jb .fill
        mov dh, 0xA0
        mov cx, 0x8000
        jmp .go
.text:  cmp byte [CRTC], 0xB4
        jne .fill
        mov dh, 0xB0
.fill:  mov cx, 0x4000
.go:    mov es, dx
        xor di, di
        rep stosw
.done:  ret

attr_reset:
        push ax
        push dx
        mov dx, 0x3BA
        in al, dx
        mov dl, 0xDA
        in al, dx
        pop dx
        pop ax
        ret

screen_on:
        call attr_reset
        mov dx, 0x3C0
        mov al, 0x20
        out dx, al
        ret
