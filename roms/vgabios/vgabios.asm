; vgabios.asm - the VGA BIOS: option ROM header, cold start, INT 10h.
;
; After: IBM PS/2 Hardware Interface Technical Reference (video subsystem),
; IBM PS/2 and PC BIOS Interface Technical Reference (INT 10h), VESA BIOS
; Extension 3.0, and the Bochs dispi registers.
; Not modelled: monochrome monitors, a second adapter, the display switch
; (12h/35h), the 9-dot supplements of the fonts (empty tables).
;
; Everything but the PCI look-up (vbeinfo.asm) runs on an 8086. A function is
; called with the caller's AX BX CX DX DI ES, DS = 0 and the frame at BP; it
; returns values by writing to the frame and may destroy every register but
; BP, SP, SS and DS.

        cpu 8086
        bits 16
        org 0

%include "defs.inc"

rom:
        db 0x55, 0xAA
        db 32768 / 512
        jmp near init
        times 0x18 - ($ - rom) db 0
        dw pcir
        dw 0                    ; no plug and play header
        times 0x1E - ($ - rom) db 0
        db "IBM compatible VGA BIOS, isabox", 0

        align 4, db 0
pcir:   db "PCIR"
%ifdef CIRRUS
        dw 0x1013, 0x00B8       ; the GD5446
%else
        dw 0x1234, 0x1111       ; the VGA of QEMU and Bochs
%endif
        dw 0, 24                ; no product data; length
        db 0, 0, 0, 3           ; revision; class: VGA
        dw 32768 / 512
        dw 1                    ; revision of the code
        db 0, 0x80              ; for a PC; last image
        dw 0

; Cold start, called far by the system BIOS.
init:
        pushf
        push ax
        push bx
        push cx
        push dx
        push si
        push di
        push bp
        push ds
        push es
        cld
        xor ax, ax
        mov ds, ax
        cli
        call init_vectors
        call init_data
        mov dx, 0x3C3           ; wake the VGA
        mov al, 1
        out dx, al
        call dac_load_256
        mov ax, 0x0003
        call set_mode
        pop es
        pop ds
        pop bp
        pop di
        pop si
        pop dx
        pop cx
        pop bx
        pop ax
        popf
        retf

init_vectors:
        mov ax, [VEC10]
        mov bx, [VEC10 + 2]
        mov [VEC42], ax
        mov [VEC42 + 2], bx
        mov ax, int10
        mov [VEC10], ax
        mov [VEC10 + 2], cs
        mov [VEC6D], ax
        mov [VEC6D + 2], cs
        mov word [VEC1F], font8 + 128 * 8
        mov [VEC1F + 2], cs
        mov word [VEC43], font8
        mov [VEC43 + 2], cs
        ret

init_data:
        and byte [EQUIP], ~0x30
        or byte [EQUIP], 0x20   ; 80x25 in colour
        mov word [VCTL], 0xF960 ; 256K; switches of a colour monitor
        mov word [VFLAG], 0x0B11
        mov word [SAVEPTR], save_table
        mov [SAVEPTR + 2], cs
        ret

; INT 10h.
int10:
        sti
        cld
        push bp
        push ds
        push es
        push di
        push si
        push dx
        push cx
        push bx
        push ax
        mov bp, sp
        xor si, si
        mov ds, si
        mov si, functions
        cmp ah, 0x4F
        je .vbe
        cmp ah, 0x1C
        ja .done
        push ax
        mov al, ah
.call:  cbw
        add ax, ax
        add si, ax
        pop ax
        call [cs:si]
.done:  pop ax
        pop bx
        pop cx
        pop dx
        pop si
        pop di
        pop es
        pop ds
        pop bp
        iret
.vbe:   push ax
        call vbe_select
        jmp .call

functions:
        dw fn00, fn01, fn02, fn03, fn04, fn05, fn06, fn06
        dw fn08, fn09, fn0A, fn0B, fn0C, fn0D, fn0E, fn0F
        dw fn10, fn11, fn12, fn13, nothing, nothing, nothing, nothing
        dw nothing, nothing, fn1A, fn1B, fn1C

nothing:
        ret

; Go to the routine for AL in the table at CS:SI: rows of a subfunction number
; and its routine, ended by FFh.
subfunction:
        cmp byte [cs:si], 0xFF
        je nothing
        cmp al, [cs:si]
        je .found
        add si, 3
        jmp subfunction
.found: jmp [cs:si + 1]

%include "params.asm"
%include "setmode.asm"
%include "dac.asm"
%include "text.asm"
%include "scroll.asm"
%include "graph.asm"
%include "pixel.asm"
%include "palette.asm"
%include "font.asm"
%include "override.asm"
%include "misc.asm"
%include "state.asm"
%include "vbe.asm"
%ifdef CIRRUS
%include "cirrus.asm"
%endif
%include "vbeinfo.asm"
%include "vbeext.asm"
%include "vbestate.asm"
%include "vbetext.asm"
%include "vbepm.asm"

        align 16, db 0
font8:  incbin "../fonts/f08.bin"
font14: incbin "../fonts/f14.bin"
font16: incbin "../fonts/f16.bin"
%if $ - font8 != 256 * (8 + 14 + 16)
%error the fonts must have 256 glyphs of 8, 14 and 16 lines
%endif
supplement:
        db 0                    ; no 9-dot glyphs differ

        times 32767 - ($ - rom) db 0xFF
        db 0                    ; the build makes the sum of all bytes 0
