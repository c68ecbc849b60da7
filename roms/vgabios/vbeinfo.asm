; vbeinfo.asm - VBE 4F00 and 4F01: what the adapter and its modes are.
;
; A row of the table with 0 bits is a text mode, its size in characters. The
; mode of planes 102h goes by the CRTC; 104h and 106h by the dispi registers.

V_MODE  equ 0
V_X     equ 2
V_Y     equ 4
V_BPP   equ 6                   ; 0: text
V_SIZE  equ 7

%macro vmode 4
        dw %1, %2, %3
        db %4
%endmacro
vbe_modes:
        vmode 0x100,  640,  400,  8
        vmode 0x101,  640,  480,  8
vbe_mode_102:
        vmode 0x102,  800,  600,  4
        vmode 0x103,  800,  600,  8
        vmode 0x105, 1024,  768,  8
        vmode 0x107, 1280, 1024,  8
        vmode 0x10D,  320,  200, 15
        vmode 0x10E,  320,  200, 16
        vmode 0x10F,  320,  200, 24
        vmode 0x110,  640,  480, 15
        vmode 0x111,  640,  480, 16
        vmode 0x112,  640,  480, 24
        vmode 0x113,  800,  600, 15
        vmode 0x114,  800,  600, 16
        vmode 0x115,  800,  600, 24
        vmode 0x116, 1024,  768, 15
        vmode 0x117, 1024,  768, 16
        vmode 0x118, 1024,  768, 24
        vmode 0x119, 1280, 1024, 15
        vmode 0x11A, 1280, 1024, 16
        vmode 0x11B, 1280, 1024, 24
        vmode 0x140,  320,  200, 32
        vmode 0x142,  640,  480, 32
        vmode 0x143,  800,  600, 32
%ifndef CIRRUS
        vmode 0x141,  640,  400, 32
        vmode 0x144, 1024,  768, 32
        vmode 0x145, 1280, 1024, 32
%endif
        vmode 0x146,  320,  200,  8
%ifndef CIRRUS
        vmode 0x104, 1024,  768,  4
        vmode 0x106, 1280, 1024,  4
%endif
vbe_texts:
        vmode 0x108,   80,   60,  0
        vmode 0x109,  132,   25,  0
        vmode 0x10A,  132,   43,  0
        vmode 0x10B,  132,   50,  0
        vmode 0x10C,  132,   60,  0
vbe_texts_end:
%ifndef CIRRUS
; The sizes that have no numbers of VESA's, in every depth.
%assign number 0x147
%macro vdepths 3-*
%assign width %1
%assign height %2
%rep %0 - 2
        vmode number, width, height, %3
%assign number number + 1
%rotate 1
%endrep
%endmacro
        vdepths  320,  240, 8, 15, 16, 24, 32
        vdepths  400,  300, 8, 15, 16, 24, 32
        vdepths  512,  384, 8, 15, 16, 24, 32
        vdepths  640,  400, 15, 16, 24
        vdepths 1152,  864, 8, 15, 16, 24, 32
        vdepths 1280,  720, 8, 15, 16, 24, 32
        vdepths 1280,  800, 8, 15, 16, 24, 32
        vdepths 1280,  960, 8, 15, 16, 24, 32
        vdepths 1440,  900, 8, 15, 16, 24, 32
        vdepths 1600, 1200, 8, 15, 16, 24, 32
        vdepths 1680, 1050, 8, 15, 16, 24, 32
        vdepths 1920, 1080, 8, 15, 16, 24, 32
        vdepths 1920, 1200, 8, 15, 16, 24, 32
%endif
vbe_modes_end:
%if (vbe_modes_end - vbe_modes) / V_SIZE > 110
%error more modes than the information block has room for
%endif

vbe_oem:
%ifdef CIRRUS
        db "isabox Cirrus Logic GD5446", 0
%else
        db "isabox VGA", 0
%endif
vbe_vendor:
        db "isabox", 0
vbe_product:
%ifdef CIRRUS
        db "GD5446", 0
%else
        db "Bochs dispi", 0
%endif
vbe_revision:
        db "1.0", 0

; SI = mode BX; carry when there is none or the memory is too small.
vbe_find:
        mov si, vbe_modes
.next:  cmp bx, [cs:si + V_MODE]
        je vbe_fits
        add si, V_SIZE
        cmp si, vbe_modes_end
        jb .next
        stc
        ret

; Carry when the mode at SI needs more memory than there is.
vbe_fits:
        push ax
        push dx
        call vbe_mode_size
        cmp byte [cs:si + V_BPP], 4
        jne .bytes
        shl ax, 1
        rcl dx, 1
        shl ax, 1
        rcl dx, 1
.bytes: neg ax                  ; carry: part of a 64K more
        adc dx, 0
        call dispi_memory
        cmp ax, dx
        pop dx
        pop ax
        ret

; AX = bytes of a line of the mode at SI.
vbe_mode_line:
        push cx
        mov ax, [cs:si + V_X]
        mov cl, 3
        mov ch, [cs:si + V_BPP]
        cmp ch, 4
        je .planes
        add ch, 7
        shr ch, cl
        mov cl, ch
        xor ch, ch
        push dx
        mul cx
        pop dx
        pop cx
        ret
.planes:
        shr ax, cl
        pop cx
        ret

; DX:AX = bytes (of a plane) of the mode at SI.
vbe_mode_size:
        call vbe_mode_line
        mul word [cs:si + V_Y]
        ret

; ES:DI: 256 bytes about the adapter, 512 when "VBE2" stands there.
vbe_info:
        push di
        mov cx, 128
        cmp word [es:di], 'VB'
        jne .clear
        cmp word [es:di + 2], 'E2'
        jne .clear
        mov ch, 1               ; 256 words
        mov cl, 0
.clear: mov dx, cx
        xor ax, ax
        rep stosw
        pop di
        push di
        mov ax, 'VE'
        stosw
        mov ax, 'SA'
        stosw
        mov ax, 0x0300
        stosw
        mov ax, vbe_oem
        call .pointer
%ifdef CIRRUS
        xor ax, ax
%else
        mov ax, 1               ; the DAC can do 8 bits
%endif
        stosw
        add di, 2
        pop ax
        push ax
        add ax, 0x22
        stosw                   ; the mode list is here
        mov ax, es
        stosw
        call dispi_memory
        stosw
        cmp dh, 1
        jb .modes
        mov ax, 0x0100
        stosw
        mov ax, vbe_vendor
        call .pointer
        mov ax, vbe_product
        call .pointer
        mov ax, vbe_revision
        call .pointer
.modes: pop di
        add di, 0x22
        mov si, vbe_modes
.next:  call vbe_fits
        jc .skip
        mov ax, [cs:si + V_MODE]
        stosw
.skip:  add si, V_SIZE
        cmp si, vbe_modes_end
        jb .next
        mov ax, 0xFFFF
        stosw
        jmp vbe_ok
.pointer:
        stosw
        mov ax, cs
        stosw
        ret

; ES:DI: 256 bytes about mode CX.
vbe_mode_info:
        mov bx, cx
        and bh, 0x3F
        call vbe_find
        jc .fail
        push di
        mov cx, 128
        xor ax, ax
        rep stosw
        pop di
        mov bl, [cs:si + V_BPP]
        or bl, bl
        jz vbe_text_info
        mov ax, 0x009F          ; supported, information, text output,
        cmp bl, 4               ; colour, graphics, linear frame buffer
        jne .linear
        mov al, 0x1F
.linear:
        push di
        stosw
        mov ax, 0x0007          ; window A: there, readable, writable
        stosw
        mov ax, 64              ; granularity and size
        stosw
        stosw
        mov ax, 0xA000
        stosw
        xor ax, ax              ; no window B
        stosw
        mov ax, vbe_bank_far
        stosw
        mov ax, cs
        stosw
        call vbe_mode_line
        stosw
        mov ax, [cs:si + V_X]
        stosw
        mov ax, [cs:si + V_Y]
        stosw
        mov ax, 0x1008          ; characters of 8x16
        stosw
        mov al, 1               ; planes
        cmp bl, 4
        jne .planes
        mov al, 4
.planes:
        stosb
        mov al, bl
        stosb
        mov ax, 0x0301          ; one bank; memory model
        cmp bl, 8
        jb .model
        inc ah
        cmp bl, 8
        je .model
        mov ah, 6
.model: stosw
        xor al, al              ; bank size
        stosb
        call vbe_images
        stosb
        mov al, 1
        stosb
        call vbe_masks
        call lfb_address
        cmp bl, 4
        jne .lfb
        xor ax, ax
        xor dx, dx
.lfb:   stosw
        mov ax, dx
        stosw
        or dx, dx
        jnz .is_linear
        pop bx                  ; there is no linear frame buffer
        push bx
        and byte [es:bx], 0x7F
        mov bl, [cs:si + V_BPP]
.is_linear:
        add di, 6
        call vbe_mode_line      ; of the linear frame buffer: VBE 3.0
        stosw
        call vbe_images
        mov ah, al
        stosw
        pop cx                  ; masks as above
        push si
        mov si, cx
        add si, 0x1F
        mov cx, 8
.masks: es lodsb
        stosb
        loop .masks
        pop si
        mov ax, 230000000 & 0xFFFF
        stosw
        mov ax, 230000000 >> 16
        stosw
        jmp vbe_ok
.fail:  jmp vbe_fail

; The same for the text mode at SI.
vbe_text_info:
        mov ax, 0x000F          ; supported, information, output, colour
        stosw
        mov ax, 0x0007
        stosw
        mov ax, 32
        stosw
        stosw
        mov ax, 0xB800
        stosw
        xor ax, ax
        stosw
        stosw
        stosw
        mov ax, [cs:si + V_X]
        push ax
        add ax, ax
        stosw
        pop ax
        stosw
        mov ax, [cs:si + V_Y]
        stosw
        mov ah, 16
        cmp al, 25
        je .cell
        mov ah, 8
.cell:  mov al, 8
        stosw
        mov ax, 0x0404          ; planes; bits
        stosw
        mov ax, 0x0001          ; a bank; text
        stosw
        xor ax, ax
        stosw
        mov al, 1
        stosb
        jmp vbe_ok

; AL = images of the mode at SI that the memory holds, less one.
vbe_images:
        push bx
        push cx
        call vbe_mode_size
        cmp byte [cs:si + V_BPP], 4
        jne .bytes
        shl ax, 1
        rcl dx, 1
        shl ax, 1
        rcl dx, 1
.bytes: push ax
        call dispi_memory
        mov bx, ax              ; BX:CX = what is left
        pop ax
        xor cx, cx
        push di
        mov di, -2
.next:  inc di
        sub cx, ax
        sbb bx, dx
        jc .done
        cmp di, 255 - 1
        jb .next
        cmp di, -1
        je .next
.done:  mov ax, di
        pop di
        pop cx
        pop bx
        ret

; Size and position of red, green, blue and the rest, for BL bits a pixel.
vbe_masks:
        push si
        mov si, .m15
        cmp bl, 15
        jb .none
        je .copy
        add si, 8
        cmp bl, 16
        je .copy
        add si, 8
        cmp bl, 24
        je .copy
        add si, 8
.copy:  mov cx, 8
.byte:  cs lodsb
        stosb
        loop .byte
        jmp .done
.none:  add di, 8
.done:  xor al, al
        cmp bl, 32
        jne .info
        mov al, 2               ; the eighth byte is free to use
.info:  stosb
        pop si
        ret
.m15:   db 5, 10, 5, 5, 5, 0, 1, 15
        db 5, 11, 6, 5, 5, 0, 0, 0
        db 8, 16, 8, 8, 8, 0, 0, 0
        db 8, 16, 8, 8, 8, 0, 8, 24

; DX:AX = physical address of the linear frame buffer: base address 0 of a PCI
; VGA 1234:1111 on bus 0 if there is one, else E0000000.
lfb_address:
        call cpu_386
        jc .isa
        call lfb_pci
        or dx, dx
        jnz .done
.isa:   xor ax, ax
%ifdef CIRRUS
        xor dx, dx
%else
        mov dx, 0xE000
%endif
.done:  ret

; Carry on CPUs before the 386: flag bit 14 is always set on the 8086 and
; never in real mode on the 286.
cpu_386:
        pushf
        pushf
        pop ax
        and ah, ~0x40
        push ax
        popf
        pushf
        pop ax
        test ah, 0x40
        jnz .old
        or ah, 0x40
        push ax
        popf
        pushf
        pop ax
        test ah, 0x40
        jz .old
        popf
        clc
        ret
.old:   popf
        stc
        ret

        cpu 386
; DX:AX = base address 0 of the VGA, 0 without one.
lfb_pci:
        push eax
        push ecx
        mov dx, 0xCF8
        in eax, dx
        push eax
        mov eax, 0x80000000
        out dx, eax
        mov ecx, eax
        in eax, dx
        cmp eax, ecx
        jne .none
.next:  mov eax, ecx
        mov dl, 0xF8
        out dx, eax
        mov dl, 0xFC
        in eax, dx
%ifdef CIRRUS
        cmp eax, 0x00B81013
%else
        cmp eax, 0x11111234
%endif
        je .found
        add ecx, 0x800          ; the next device
        cmp ecx, 0x80000000 + 32 * 0x800
        jb .next
.none:  xor ecx, ecx
        jmp .done
.found: mov eax, ecx
        mov al, 0x10
        mov dl, 0xF8
        out dx, eax
        mov dl, 0xFC
        in eax, dx
        mov ecx, eax
        test al, 1
        jnz .none
        and cl, 0xF0
.done:  pop eax
        mov dx, 0xCF8
        out dx, eax
        mov edx, ecx
        pop ecx
        pop eax
        mov ax, dx
        shr edx, 16
        ret
        cpu 8086
