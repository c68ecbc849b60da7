; effects.asm - a floppy with 34 pictures, each with one register that changes
; where the beam is: a line and so many microseconds of it, in each frame; in the
; retrace it changes back. A key goes on to the next.
; Reference: IBM, "Video Subsystem"; FreeVGA.
SECTORS equ 3
%include "floppy.inc"

; %1: mode, line, microseconds, port, index, value, value of before. The index
; of 3C6h is the mask itself.
%macro effect 7
        db %1
        dw %2
        db %3
        dw %4
        db %5, %6, %7
%endmacro
DAC     equ 0x3C8
MASK    equ 0x3C6
ATTR    equ 0x3C0
SEQ     equ 0x3C4
GC      equ 0x3CE
CRTC    equ 0x3D4

effects:
        effect 0x03, 100,  0, DAC,  0x07, 0x15, 0x2A
        effect 0x03, 101, 12, DAC,  0x00, 0x3F, 0x00
        effect 0x12, 240, 20, DAC,  0x02, 0x20, 0x0A
        effect 0x13,  77,  5, DAC,  0x4D, 0x3F, 0x02
        effect 0x04, 199,  9, DAC,  0x13, 0x3F, 0x15
        effect 0x12,   1,  0, DAC,  0x01, 0x3F, 0x2A
        effect 0x12, 470, 10, DAC,  0x01, 0x3F, 0x2A
        effect 0x0D, 320,  0, DAC,  0x05, 0x3F, 0x1F
        effect 0x06,  90,  3, DAC,  0x17, 0x15, 0x3F
        effect 0x13, 150, 10, MASK, 0x00, 0x0F, 0xFF
        effect 0x03, 160, 13, MASK, 0x00, 0x07, 0xFF
        effect 0x0E,  64, 19, ATTR, 0x05, 0x10, 0x05
        effect 0x10,  99,  7, ATTR, 0x03, 0x3F, 0x03
        effect 0x03,  33,  1, ATTR, 0x07, 0x01, 0x07
        effect 0x03, 120,  2, ATTR, 0x10, 0x04, 0x0C
        effect 0x03, 128,  3, ATTR, 0x10, 0x08, 0x0C
        effect 0x12, 300, 15, ATTR, 0x12, 0x05, 0x0F
        effect 0x13, 301, 16, ATTR, 0x12, 0x09, 0x0F
        effect 0x12, 200,  2, ATTR, 0x14, 0x05, 0x00
        effect 0x12, 202,  0, ATTR, 0x13, 0x05, 0x00
        effect 0x03, 203,  0, ATTR, 0x13, 0x03, 0x08
        effect 0x13, 204,  0, ATTR, 0x13, 0x04, 0x00
        effect 0x0D, 205,  0, ATTR, 0x13, 0x06, 0x00
        effect 0x04,  90, 10, GC,   0x05, 0x00, 0x30
        effect 0x12,  91, 10, GC,   0x05, 0x40, 0x00
        effect 0x03, 210, 14, SEQ,  0x01, 0x20, 0x00
        effect 0x03, 213,  4, SEQ,  0x03, 0x05, 0x00
        effect 0x03, 177, 18, CRTC, 0x17, 0xE3, 0xA3
        effect 0x12, 178,  5, CRTC, 0x17, 0xE2, 0xE3
        effect 0x13, 179,  6, CRTC, 0x14, 0x00, 0x40
        effect 0x12, 150,  0, CRTC, 0x13, 0x50, 0x28
        effect 0x13, 150,  0, CRTC, 0x09, 0x43, 0x41
        effect 0x03, 150,  0, CRTC, 0x09, 0x47, 0x4F
        effect 0x0D, 150,  0, CRTC, 0x0D, 0x03, 0x00
        db 0

start:   mov si, effects
next:   lodsb
        or al, al
        jz start
        mov ah, 0
        int 0x10
        call fill
        mov ax, [si + 3]
        mov [port], ax
frame:  cli
        mov dx, 0x3DA
.on:    in al, dx
        test al, 8
        jnz .on
.off:   in al, dx
        test al, 8
        jz .off
        mov al, [si + 7]
        call put
        mov dx, 0x3DA
.top:   in al, dx
        test al, 1
        jnz .top
        mov cx, [si]
.line:  in al, dx
        test al, 1
        jz .line
.next:  in al, dx
        test al, 1
        jnz .next
        loop .line
        mov cl, [si + 2]
        jcxz .now
.wait:  in al, 0x61
        loop .wait
.now:   mov al, [si + 6]
        call put
        sti
        mov ah, 1
        int 0x16
        jz frame
        mov ah, 0
        int 0x16
        add si, 8
        jmp next

; AL to the register.
put:    mov bl, al
        mov dx, 0x3DA
        in al, dx
        mov dx, [port]
        mov ah, [si + 5]
        xchg al, ah
        cmp dl, DAC & 0xFF
        je .dac
        cmp dl, MASK & 0xFF
        je .mask
        cmp dl, ATTR & 0xFF
        je .attr
        mov ah, bl
        out dx, ax
        ret
.dac:   out dx, al
        inc dx
        mov al, bl
        out dx, al
        xor al, 0x3F
        out dx, al
        mov al, bl
        out dx, al
        ret
.mask:  mov al, bl
        out dx, al
        ret
.attr:  or al, 0x20
        out dx, al
        mov al, bl
        out dx, al
        ret

; Something else in each place, and on each plane where there are any.
fill:   mov ax, 0xB800
        mov bl, [si - 1]
        cmp bl, 7
        jb .one
        mov ax, 0xA000
        cmp bl, 0x13
        je .one
        mov es, ax
        mov dx, 0x3C4
        mov ax, 0x0102
.plane: out dx, ax
        push ax
        call pattern
        pop ax
        shl ah, 1
        cmp ah, 16
        jb .plane
        ret
.one:   mov es, ax
        mov ah, 1
; AH: what makes it another one.
pattern:
        xor di, di
        mov bh, ah
.byte:  mov ax, di
        shr ax, 5
        xor ax, di
        mul bh
        xor al, ah
        stosb
        or di, di
        jnz .byte
        ret
port:   dw 0
        times SECTORS * 512 + 512 - ($ - $$) db 0
