; xt.asm - a boot disk that looks at a PC/XT's board and its BIOS.
;
; Each line on port E9h is "ok NAME" or "FAIL NAME: value". It asks for keys and
; for the NMI switch by "press: .." on COM1, and the last line is "end" there.
        bits 16
        cpu 8086
        org 0x7c00
        jmp short start
        nop
start:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        mov     ax, 0x0206
        mov     bx, 0x7e00
        mov     cx, 2
        mov     dx, 0
        int     0x13
        jmp     tests
        times 510 - ($ - $$) db 0
        dw      0xaa55

%include "report.inc"

; BYTE_IS "name", port, wanted
%macro BYTE_IS 3
        in      al, %2
        xor     ah, ah
        IS      %1, %3
%endmacro

; REFUSED "name": CF is 1 and AH 86h.
%macro REFUSED 1
        sbb     al, al
        IS      %1, 0x86ff
%endmacro

tests:
        mov     ax, 0x00e3              ; 9600 bits a second, 8 a character
        xor     dx, dx
        int     0x14
        ; what an AT has and this board has not
        BYTE_IS "no 8042", 0x64, 0xff
        BYTE_IS "no CMOS", 0x71, 0xff
        BYTE_IS "no second 8259", 0xa1, 0xff
        BYTE_IS "no port 92h", 0x92, 0xff
        mov     al, 0x5a
        out     0xc0, al
        BYTE_IS "no second 8237", 0xc0, 0xff
        BYTE_IS "page registers can't be read", 0x81, 0xff

        ; the 8255
        BYTE_IS "port 61h as POST leaves it", 0x61, 0x48
        mov     al, 0x7c
        out     0x61, al
        BYTE_IS "port 61h reads back", 0x61, 0x7c
        in      al, 0x62
        and     ax, 0x0f
        IS      "switches 5 to 8", SW1 >> 4
        mov     al, 0x40
        out     0x61, al
        in      al, 0x62
        and     ax, 0x0f
        IS      "switches 1 to 4", SW1 & 15

        ; timer 2 through port C: mode 0 rises at its end
        in      al, 0x61
        or      al, 1
        out     0x61, al
        mov     al, 0xb0
        out     0x43, al
        mov     al, 0xff
        out     0x42, al
        out     0x42, al
        in      al, 0x62
        and     ax, 0x20
        IS      "output 2 low", 0
        mov     al, 0x12
        out     0x42, al
        mov     al, 0
        out     0x42, al
        mov     cx, 100
        loop    $
        in      al, 0x62
        and     ax, 0x20
        IS      "output 2 high", 0x20

        ; the BIOS
        mov     ax, 0xf000
        mov     es, ax
        mov     al, [es:0xfffe]
        xor     ah, ah
        IS      "model byte", 0xfb
        xor     si, si
        xor     ax, ax
        mov     cx, 0x8000
.sum:
        add     al, [es:si]
        add     al, [es:si + 1]
        add     si, 2
        loop    .sum
        IS      "sum of the ROM's bytes", 0
        int     0x11
        and     ax, 0x00fd              ; but for the 8087
        IS      "INT 11h", (SW1 | 0x20) & 0xfd
        int     0x12
        IS      "INT 12h", KIB - 1
        mov     ah, 0xc0
        int     0x15
        mov     ax, [es:bx + 2]
        IS      "INT 15h C0h, model", 0x00fb
        mov     al, [es:bx + 5]
        xor     ah, ah
        IS      "INT 15h C0h, features", 0x14
        mov     ax, 0x8300
        int     0x15
        REFUSED "INT 15h 83h"
        mov     ah, 0x86
        xor     cx, cx
        mov     dx, 1000
        int     0x15
        REFUSED "INT 15h 86h"
        mov     ah, 0x87
        mov     cx, 1
        int     0x15
        REFUSED "INT 15h 87h"
        mov     ax, 0xc205
        int     0x15
        REFUSED "INT 15h C2h"
        mov     ax, 0x2401
        int     0x15
        REFUSED "INT 15h 24h"
        mov     ah, 2
        int     0x1a
        sbb     ax, ax
        IS      "INT 1Ah 02h", 0xffff
        mov     ah, 0
        int     0x1a
        mov     bx, dx
        mov     cx, 3
.tick:
        sti
        hlt
        loop    .tick
        mov     ah, 0
        int     0x1a
        sub     dx, bx
        cmp     dx, 1
        sbb     ax, ax                  ; 0: it went on
        IS      "INT 1Ah 00h", 0
        mov     ax, 0x0305
        xor     bx, bx
        int     0x16
        mov     ax, 0x0900
        int     0x16
        xor     ah, ah
        IS      "INT 16h 09h", 0x20
        xor     dx, dx
        mov     ah, 8
        int     0x13
        mov     al, bl
        xor     ah, ah
        IS      "drive A: by its heads", TYPE

        ; a clock held low for 20 ms resets the keyboard
        xor     ax, ax
        mov     es, ax
        cli
        in      al, 0x61
        and     al, 0x3f
        out     0x61, al
        mov     cx, 6000
        loop    $
        or      al, 0xc0
        out     0x61, al
        and     al, 0x7f
        out     0x61, al
        mov     cx, 20000
.bat:
        mov     al, 0x0a
        out     0x20, al
        in      al, 0x20
        test    al, 2
        loopz   .bat
        BYTE_IS "keyboard's self test", 0x60, 0xaa
        BYTE_IS "it stands there", 0x60, 0xaa
        in      al, 0x61
        or      al, 0x80
        out     0x61, al
        BYTE_IS "cleared by port 61h", 0x60, 0
        in      al, 0x20
        and     ax, 2
        IS      "and IRQ 1 with it", 0
        in      al, 0x61
        and     al, 0x7f
        out     0x61, al
        sti

        ; a key through INT 9 and INT 16h
        mov     si, key
        call    ask
        mov     ah, 0
        int     0x16
        IS      "key", 0x1e61
        mov     ah, 0x10
        int     0x16
        IS      "grey key", 0x4be0

        ; codes as they come, when the keys before are up again
        mov     cx, 10
.up:
        hlt
        loop    .up
        push    word [9 * 4]
        push    word [9 * 4 + 2]
        cli
        mov     word [9 * 4], int9
        mov     word [9 * 4 + 2], 0
        sti
        mov     si, raw
        call    ask
.wait:
        hlt
        cmp     byte [codes], 4
        jb      .wait
        mov     ax, [codes + 1]
        IS      "make and break", 0x9e1e
        mov     ax, [codes + 3]
        IS      "of two keys", 0x9f1f
        pop     word [9 * 4 + 2]
        pop     word [9 * 4]

        ; NMI: the switch is an I/O channel check
        mov     word [2 * 4], int2
        mov     word [2 * 4 + 2], 0
        mov     si, nmi
        call    ask
.nmi:
        cmp     word [nmis], 0
        je      .nmi
        IS      "port C in the handler", 0x40
        BYTE_IS "the check is gone", 0x62, (SW1 & 15) | 0x20

        mov     si, end
        call    ask
        mov     dx, 0x501
        out     dx, al
        hlt

int9:
        push    ax
        push    bx
        mov     bl, [cs:codes]
        xor     bh, bh
        in      al, 0x60
        mov     [cs:bx + codes + 1], al
        inc     byte [cs:codes]
        in      al, 0x61
        mov     ah, al
        or      al, 0x80
        out     0x61, al
        mov     al, ah
        out     0x61, al
        mov     al, 0x20
        out     0x20, al
        pop     bx
        pop     ax
        iret

int2:
        in      al, 0x62
        push    ax
        in      al, 0x61                ; off and on again
        or      al, 0x20
        out     0x61, al
        and     al, 0xdf
        out     0x61, al
        pop     ax
        and     ax, 0x00c0
        inc     word [cs:nmis]
        iret

codes:  db      0, 0, 0, 0, 0, 0, 0, 0, 0
nmis:   dw      0
key:    db      'press: keys', 10, 0
raw:    db      'press: raw', 10, 0
nmi:    db      'press: nmi', 10, 0
end:    db      'end', 10, 0
        times 4096 - ($ - $$) db 0
