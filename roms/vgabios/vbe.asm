; vbe.asm - VESA BIOS Extension 3.0 on the Bochs dispi registers: modes,
; banks, line length, display start, DAC width and palette (4F02, 4F03,
; 4F05-4F09).
;
; The current mode is read back from the dispi registers; the BIOS data area
; holds 50h to 54h for text modes, 69h for dispi's modes of planes, 6Ah for the
; CRTC's, 70h or 71h for a packed mode by bank or with a linear frame buffer.
; Not modelled: refresh timings of the caller (bit 11 is ignored), text in 102h
; after its line length is changed, text below what 64 KB of the planes show in
; 104h and 106h, scheduled starts (4F07 02h to 06h).

DISPI_ID        equ 0
DISPI_X         equ 1
DISPI_Y         equ 2
DISPI_BPP       equ 3
DISPI_ENABLE    equ 4
DISPI_BANK      equ 5
DISPI_WIDTH     equ 6
DISPI_HEIGHT    equ 7
DISPI_X_OFFSET  equ 8
DISPI_Y_OFFSET  equ 9
DISPI_MEMORY    equ 10
ON              equ 0x01        ; bits of DISPI_ENABLE
DAC8            equ 0x20
LFB             equ 0x40
KEEP            equ 0x80

vbe_functions:
        dw vbe_info, vbe_mode_info, fn4F02, fn4F03, fn4F04, vbe_bank
        dw vbe_line, vbe_start, vbe_dac, vbe_palette, vbe_pm, vbe_clock
        dw nothing, vbe_power, vbe_ddc

; SI = the table and AL = its entry for 4F00 + AL. Without dispi registers
; there is no VBE.
vbe_select:
        mov si, vbe_functions
        cmp al, 5               ; banks must be fast
        je .done
        cmp al, 0x10
        je .power
        cmp al, 0x15
        je .ddc
        cmp al, 11
        ja .none
.known:
        push ax
        call dispi_id
        pop ax
        jnc .done
.none:  mov al, 12
.done:  ret
.power: mov al, 13
        jmp .known
.ddc:   mov al, 14
        jmp .known

%ifndef CIRRUS
; Carry when there are no dispi registers. AX = their version.
dispi_id:
        push bx
        mov bx, 0xB0C5
        mov al, DISPI_ID
        call dispi_set
        mov al, DISPI_ID
        call dispi_get
        pop bx
        push ax
        sub ax, 0xB0C0
        cmp ax, 0x10
        pop ax
        cmc
        ret

dispi_off:
        xor bx, bx
        mov al, DISPI_ENABLE
; Register AL = BX. Keeps all but AX.
dispi_set:
        push dx
        mov dx, 0x1CE
        cbw
        out dx, ax
        inc dx
        mov ax, bx
        out dx, ax
        pop dx
        ret

; AX = register AL.
dispi_get:
        push dx
        mov dx, 0x1CE
        cbw
        out dx, ax
        inc dx
        in ax, dx
        pop dx
        ret
%endif

; AX = video memory in units of 64K.
dispi_memory:
        mov al, DISPI_MEMORY
        call dispi_get
        dec ax
        cmp ax, 0x1000
        jb .known
        mov ax, 0x40 - 1        ; old versions have 4M and don't tell
.known: inc ax
        ret

vbe_ok:
        mov word [bp + F_AX], 0x004F
        ret
vbe_fail:
        mov word [bp + F_AX], 0x014F
        ret

; Set mode BX; bit 14: linear frame buffer, bit 15: keep the memory.
fn4F02:
        mov ax, bx
        and ah, 0x3F
        or ah, ah
        jnz .vbe
        test bh, 0x40
        jnz vbe_fail
        test al, 0x80
        jnz vbe_fail
        and bh, 0x80
        or al, bh
        call set_mode
        jmp vbe_ok
.vbe:   call vbe_set
        jc vbe_fail
        jmp vbe_ok

; The same for 100h and up; carry when there is no such mode.
vbe_set:
        call dispi_id
        jc .none
        push bx
        and bh, 0x3F
        call vbe_find           ; SI
        pop bx
        jc .none
        mov ah, bh
        and ah, 0x80            ; keep the memory
        cmp byte [cs:si + V_BPP], 0
        je .text
        cmp si, vbe_mode_102
        je .planes
        push bx
        push si
        push ax
        call dispi_off
        pop ax
        mov al, 0x13
        cmp byte [cs:si + V_BPP], 4
        jne .base
        mov al, 0x12
.base:  call mode_base
        pop si
        pop bx
        push bx
        call vbe_data
%ifdef CIRRUS
        pop bx
        call cirrus_mode
%else
        mov bx, [cs:si + V_X]
        mov al, DISPI_X
        call dispi_set
        mov bx, [cs:si + V_Y]
        mov al, DISPI_Y
        call dispi_set
        mov bl, [cs:si + V_BPP]
        xor bh, bh
        mov al, DISPI_BPP
        call dispi_set
        pop bx
        mov bl, bh
        and bx, 0xC0            ; bit 14 is LFB, bit 15 KEEP already
        inc bx
        mov al, DISPI_ENABLE
        call dispi_set
        xor bx, bx
        mov al, DISPI_BANK
        call dispi_set
%endif
        call screen_on
        clc
.none:  ret
.text:  mov al, [cs:si + V_MODE]
        add al, 0x50 - 8        ; 108h on
        jmp .crtc
.planes:
        mov al, 0x6A
.crtc:  test bh, 0x40           ; no linear frame buffer
        stc
        jnz .none
        or al, ah
        call set_mode
        clc
        ret

; The BIOS data area for the packed mode at CS:SI, BX as in 4F02. Keeps SI.
vbe_data:
        mov ax, [cs:si + V_X]
        mov cl, 3
        shr ax, cl
        mov [COLS], ax
        mov ax, [cs:si + V_Y]
        inc cx
        shr ax, cl
        dec ax
        mov [ROWS], al
        mov byte [CHEIGHT], 16
        mov byte [MODE], 0x70
        cmp byte [cs:si + V_BPP], 4
        je .planes
        test bh, 0x40
        jz .bank
        inc byte [MODE]         ; 71h: linear frame buffer
.bank:  mov word [PAGELEN], 0
        push si
        call font_vector
        pop si
        ret
.planes:
        mov byte [MODE], 0x69
        push dx                 ; as many rows as a bank of 64 KB shows
        mov ax, [COLS]
        mov cl, 4
        shl ax, cl
        xchg ax, cx
        mov ax, 0xFFFF
        xor dx, dx
        div cx
        pop dx
        cmp al, [ROWS]
        ja .bank
        dec ax
        mov [ROWS], al
        jmp .bank

; BX = mode: the VBE mode that the dispi registers show, with the bits of
; 4F02, else the VGA mode.
fn4F03:
        call vbe_current
        jc .vga
        mov bx, [cs:si + V_MODE]
        cmp byte [MODE], 0x71
        jne .keep
        or bh, 0x40
.keep:  mov al, [VCTL]
        and al, 0x80
        or bh, al
.set:   mov [bp + F_BX], bx
        jmp vbe_ok
.vga:   mov bl, [MODE]
        mov bh, [VCTL]
        and bh, 0x80
        jmp .set

; SI = the mode that is set; carry if it is none of VBE's.
vbe_current:
        mov si, vbe_mode_102
        cmp byte [MODE], 0x6A   ; (no carry when equal)
        je .planes
        push ax
        mov al, [MODE]
        sub al, 0x50
        cmp al, 5
        jb .text
        push bx
        push cx
        push dx
        mov al, DISPI_ENABLE
        call dispi_get
        shr ax, 1
        cmc
        jc .done
        mov al, DISPI_X
        call dispi_get
        mov bx, ax
        mov al, DISPI_Y
        call dispi_get
        mov cx, ax
        mov al, DISPI_BPP
        call dispi_get
        mov si, vbe_modes
.next:  cmp bx, [cs:si + V_X]
        jne .other
        cmp cx, [cs:si + V_Y]
        jne .other
        cmp al, [cs:si + V_BPP]
        je .done                ; (no carry)
.other: add si, V_SIZE
        cmp si, vbe_modes_end
        jb .next
        stc
.done:  pop dx
        pop cx
        pop bx
        pop ax
.planes:
        ret
.text:  mov ah, V_SIZE
        mul ah
        mov si, vbe_texts
        add si, ax              ; (no carry)
        pop ax
        ret

; SI as vbe_current, for what text modes lack: carry there, too.
vbe_graphics:
        call vbe_current
        jc .done
        cmp byte [cs:si + V_BPP], 1     ; carry: text
.done:  ret

; BH = 0: bank DX to the window, 1: DX = bank. BL = window: only 0.
vbe_bank:
        or bl, bl
        jnz .fail
        cmp bh, 1
        ja .fail
        je .get
        call dispi_memory
        cmp dx, ax
        jae .fail
        mov al, DISPI_BANK
        mov bx, dx
        call dispi_set
        jmp vbe_ok
.get:   mov al, DISPI_BANK
        call dispi_get
        mov [bp + F_DX], ax
        jmp vbe_ok
.fail:  jmp vbe_fail

; The same by a far call.
vbe_bank_far:
        push ax
        or bx, bx
        jnz .get
        xchg bx, dx
        mov al, DISPI_BANK
        call dispi_set
        xchg bx, dx
        pop ax
        retf
.get:   mov al, DISPI_BANK
        call dispi_get
        mov dx, ax
        pop ax
        retf

; AX = bytes of a pixel, for packed modes.
vbe_pixel_bytes:
        push cx
        mov al, DISPI_BPP
        call dispi_get
        add al, 7
        mov cl, 3
        shr al, cl
        pop cx
        ret

; AX = bytes of a line: dispi's, or the CRTC's in mode 102h (SI).
vbe_line_bytes:
        cmp si, vbe_mode_102
        je .planes
        cmp byte [cs:si + V_BPP], 4
        je .eight
        push dx
        call vbe_pixel_bytes
        push ax
        mov al, DISPI_WIDTH
        call dispi_get
        pop dx
        mul dx
        pop dx
        ret
.eight: mov al, DISPI_WIDTH
        call dispi_get
        shr ax, 1
        shr ax, 1
        shr ax, 1
        ret
.planes:
        push dx
        mov dx, [CRTC]
        mov al, 0x13
        out dx, al
        inc dx
        in al, dx
        mov ah, 0
        add ax, ax
        pop dx
        ret

; BL = 0: lines of CX pixels, 1: tell, 2: lines of CX bytes, 3: the longest.
; BX = bytes, CX = pixels of a line, DX = lines.
vbe_line:
        call vbe_graphics
        jc .fail
        cmp bl, 3
        ja .fail
        je .longest
        cmp bl, 1
        je .tell
        call .pixel_bytes       ; AX; 0: eight pixels in a byte
        xchg ax, cx
        jcxz .eighth
        cmp bl, 2
        jne .pixels
        xor dx, dx
        div cx
.pixels:
        add ax, 7
        and al, 0xF8
        cmp ax, [cs:si + V_X]
        jb .fail
        mov bx, ax
        mov al, DISPI_WIDTH
        call dispi_set
        mov al, DISPI_WIDTH
        call dispi_get
        cmp ax, bx
        jne .fail
.tell:  call vbe_line_bytes
        mov cx, ax
.report:
        mov [bp + F_BX], cx
        call vbe_max_lines
        mov [bp + F_DX], ax
        call .pixel_bytes
        xchg ax, cx
        jcxz .eight
        xor dx, dx
        div cx
        jmp .told
.eight: mov cl, 3
        shl ax, cl
.told:  mov [bp + F_CX], ax
        jmp vbe_ok
.eighth:
        cmp si, vbe_mode_102
        je .planes
        cmp bl, 2
        jne .pixels
        mov cl, 3
        shl ax, cl
        jmp .pixels
.planes:
        cmp bl, 2
        je .bytes
        mov cl, 3
        add ax, 7
        shr ax, cl
.bytes: inc ax
        shr ax, 1               ; words
        cmp ax, 50
        jb .fail
        cmp ax, 255
        ja .fail
        mov ah, al
        mov al, 0x13
        mov dx, [CRTC]
        out dx, ax
        jmp .tell
.longest:
        mov cx, 510
        cmp si, vbe_mode_102
        je .report
        mov cx, [cs:si + V_Y]
        call vbe_max_lines      ; as many bytes as lines of that length
        and al, 0xF8
        mov cx, 0x4000
        cmp byte [cs:si + V_BPP], 4
        jne .most
        mov cx, 0x1FF8          ; the pixels fit into a word
.most:  cmp ax, cx
        jbe .limit
        mov ax, cx
.limit: mov cx, ax
        jmp .report
.fail:  jmp vbe_fail
.pixel_bytes:
        xor ax, ax
        cmp byte [cs:si + V_BPP], 4
        jne vbe_pixel_bytes
        ret

; AX = lines of CX bytes that fit into the memory, at most FFFFh.
vbe_max_lines:
        mov ax, 1               ; 64K in a plane
        cmp si, vbe_mode_102
        je .have
        call dispi_memory
        cmp byte [cs:si + V_BPP], 4
        jne .have
        shr ax, 1
        shr ax, 1
.have:  mov dx, ax
        mov ax, 0xFFFF
        cmp dx, cx
        jae .done
        xor ax, ax
        div cx
.done:  ret

; BL = 0 or 80h: the display starts at CX, line DX; 1: tell. The dispi
; registers act at once, the CRTC's at the next retrace.
vbe_start:
        call vbe_graphics
        jc .fail
        and bl, 0x7F
        cmp bl, 1
        ja .fail
        je .tell
        cmp si, vbe_mode_102
        je .planes
        call vbe_retrace
        mov bx, cx
        mov al, DISPI_X_OFFSET
        call dispi_set
        mov bx, dx
        mov al, DISPI_Y_OFFSET
        call dispi_set
        mov al, DISPI_X_OFFSET
        call dispi_get
        cmp ax, cx
        jne .fail
        mov al, DISPI_Y_OFFSET
        call dispi_get
        cmp ax, dx
        jne .fail
        jmp vbe_ok
.fail:  jmp vbe_fail
.planes:
        call vbe_line_bytes
        mul dx
        jc .fail
        mov bx, cx
        mov cl, 3
        shr bx, cl
        add bx, ax
        jc .fail
        mov dx, [CRTC]
        mov ah, bh
        mov al, 0x0C
        out dx, ax
        mov ah, bl
        inc ax
        out dx, ax
        call vbe_retrace
        mov ah, [bp + F_CX]
        and ah, 7
        mov al, 0x13            ; panning
        call attr_write
        jmp vbe_ok
.tell:  mov byte [bp + F_BX + 1], 0
        cmp si, vbe_mode_102
        je .tell_planes
        mov al, DISPI_X_OFFSET
        call dispi_get
        mov [bp + F_CX], ax
        mov al, DISPI_Y_OFFSET
        call dispi_get
        mov [bp + F_DX], ax
        jmp vbe_ok
.tell_planes:
        mov al, 0x13
        call attr_read
        mov bl, ah
        and bx, 7
        mov dx, [CRTC]
        mov al, 0x0C
        out dx, al
        inc dx
        in al, dx
        mov ah, al
        dec dx
        mov al, 0x0D
        out dx, al
        inc dx
        in al, dx
        xchg cx, ax
        call vbe_line_bytes
        xchg cx, ax
        xor dx, dx
        div cx
        mov cl, 3
        shl dx, cl
        or bx, dx
        mov [bp + F_CX], bx
        mov [bp + F_DX], ax
        jmp vbe_ok

; BL = 0: BH bits of a DAC component, 1: tell in BH.
vbe_dac:
        call vbe_current
        jc .fail
        cmp byte [cs:si + V_BPP], 8
        ja .fail
        cmp bl, 1
        ja .fail
%ifdef CIRRUS
        mov bh, 6               ; the DAC has no more
        mov [bp + F_BX], bx
        jmp vbe_ok
%endif
        mov al, DISPI_ENABLE
        call dispi_get
        jae .tell
        and al, ~DAC8
        cmp bh, 6
        jb .fail
        cmp bh, 8
        jb .six
        or al, DAC8
.six:   mov bx, ax
        mov al, DISPI_ENABLE
        call dispi_set
        mov al, DISPI_ENABLE
        call dispi_get
.tell:  mov ah, 6
        test al, DAC8
        jz .width
        mov ah, 8
.width: mov [bp + F_BX + 1], ah
        jmp vbe_ok
.fail:  jmp vbe_fail

; BL = 0 or 80h: CX colours from DX on from ES:DI (blue, green, red, 0);
; 1: read them.
vbe_palette:
        mov si, di
        and bl, 0x7F
        cmp bl, 1
        mov bl, dl
        ja .fail
        je .read
        call vbe_retrace
        call dac_index
        jcxz .done
.set:   mov al, [es:si + 2]
        out dx, al
        mov al, [es:si + 1]
        out dx, al
        mov al, [es:si]
        out dx, al
        add si, 4
        loop .set
.done:  jmp vbe_ok
.read:  call dac_read_index
        jcxz .done
.get:   in al, dx
        mov [es:si + 2], al
        in al, dx
        mov [es:si + 1], al
        in al, dx
        mov ah, 0
        mov [es:si], al
        mov [es:si + 3], ah
        add si, 4
        loop .get
        jmp vbe_ok
.fail:  jmp vbe_fail
