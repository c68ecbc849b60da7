; cdedd.asm - code on a bootable CD that asks INT 13h AH=42h for odd things.
;
; For each row of the table it prints on port E9h "SS CCCC " and a byte: AH, the
; count that is left in the packet, and what the first byte of the buffer is
; then (it was EEh). The disc's frame 16 begins with 01h, "CD001".
;   -DDISK   it lies in the image of an emulated hard disk
        bits 16
        org 0x7c00
start:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        cld
        mov     [drive], dl
        mov     si, rows
.row:
        mov     byte [0x8000], 0xee
        mov     di, packet
        mov     cx, 8
        rep movsw
        push    si
        mov     ah, 0x42
        mov     dl, [drive]
        mov     si, packet
        int     0x13
        mov     al, ah
        call    hex
        mov     al, [packet + 3]
        call    hex
        mov     al, [packet + 2]
        call    hex
        mov     al, [0x8000]
        call    hex
        mov     al, 10
        out     0xe9, al
        pop     si
        cmp     si, rows.end
        jb      .row
        mov     dx, 0x501
        out     dx, al
        hlt

hex:
        aam     16
        push    ax
        mov     al, ah
        call    .digit
        pop     ax
.digit:
        cmp     al, 10
        sbb     al, 0x69
        das
        out     0xe9, al
        ret

; A packet: its size, the count, where to, which frame.
%macro row 4
        dw      %1, %2, 0x8000, 0
        dd      %3, %4
%endmacro
rows:
%ifdef DISK
        row     0x10, 1, 0, 0
        row     0x10, 0xfff9, 0, 0
        row     0x10, 1, 0xffffffff, 0
%else
        row     0x10, 1, 16, 0
        row     0x10, 0x4000, 16, 0
        row     0x10, 0xc001, 16, 0
        row     0x10, 1, 0x40000010, 0
%endif
        row     0x10, 1, 16, 1
        row     0x10, 1, 16, 0x10000
        row     0x0f, 1, 16, 0
        row     0x10, 0, 16, 0
.end:
drive:  db      0
packet: times 16 db 0
%ifdef DISK
        times 446 - ($ - $$) db 0
        db      0x80, 1, 1, 0, 1, 0, 2, 0
        dd      1, 1
%endif
        times 510 - ($ - $$) db 0
        dw      0xaa55
