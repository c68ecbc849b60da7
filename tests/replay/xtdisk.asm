; xtdisk.asm - a boot disk that asks the BIOS of an XT's fixed disk adapter for
; all it offers, by INT 13h, and then the adapter itself.
;
; Disk 0 has 306 cylinders, 4 heads and 17 sectors; disk 1 has 20, 2 and 17.
; Each line on port E9h is "ok NAME" or "FAIL NAME: value"; the last is "end".
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
        mov     ax, 0x0208
        mov     bx, 0x7e00
        mov     cx, 2
        mov     dx, 0
        int     0x13
        jmp     tests
        times 510 - ($ - $$) db 0
        dw      0xaa55

%include "report.inc"

; DISK "name", AX, CX, DX, AH and CF wanted: CF is bit 0 of AL then.
%macro DISK 5
        mov     ax, %2
        mov     cx, %3
        mov     dx, %4
        mov     bx, buffer
        int     0x13
        mov     al, 0
        adc     al, 0
        IS      %1, %5
%endmacro

; fill: 512 bytes at buffer, each AL.
fill:
        mov     di, buffer
        mov     cx, 512
        rep stosb
        ret

; same: AX = 0 when all 512 bytes at buffer are AL.
same:
        mov     di, buffer
        mov     cx, 512
        repe scasb
        mov     ax, 0
        je      .done
        inc     ax
.done:
        ret

; interrupts: IRQ 5 counts, and the adapter's BIOS's own routine goes on.
irq5:
        inc     word [cs:count]
        jmp     far [cs:old]
count:  dw      0
old:    dd      0

tests:
        mov     al, [0x475]
        xor     ah, ah
        IS      "two disks", 2
        DISK    "reset", 0x0000, 0, 0x80, 0x0000
        mov     ah, 8
        mov     dl, 0x80
        int     0x13
        mov     bx, dx
        mov     ax, cx
        IS      "08h: cylinders and sectors", (304 & 0xff) << 8 | (304 >> 8) << 6 | 17
        mov     ax, bx
        IS      "08h: heads and disks", 0x0302
        mov     ax, 0x1500
        mov     dl, 0x81
        int     0x13
        mov     [count], dx
        mov     al, ah
        xor     ah, ah
        IS      "15h: a disk", 3
        xor     ax, ax
        xchg    ax, [count]
        IS      "15h: sectors", 19 * 2 * 17
        les     bx, [0x41 * 4]
        mov     ax, [es:bx]
        IS      "INT 41h: cylinders", 306
        mov     al, [es:bx + 2]
        xor     ah, ah
        IS      "INT 41h: heads", 4
        xor     ax, ax
        mov     es, ax

        ; sectors
        mov     al, 0x37
        call    fill
        DISK    "write", 0x0301, 0x0511, 0x0280, 0x0000
        mov     al, 0x38
        call    fill
        DISK    "write the other", 0x0301, 0x0501, 0x0181, 0x0000
        DISK    "read", 0x0201, 0x0511, 0x0280, 0x0000
        mov     al, 0x37
        call    same
        IS      "what was written", 0
        DISK    "read the other", 0x0201, 0x0501, 0x0181, 0x0000
        mov     al, 0x38
        call    same
        IS      "what was written there", 0
        DISK    "verify to the next track", 0x0403, 0x0510, 0x0280, 0x0000
        DISK    "read long", 0x0a01, 0x0511, 0x0280, 0x0000
        mov     al, 0x37
        call    same
        IS      "the same", 0
        DISK    "write buffer", 0x0f01, 0, 0x80, 0x0000
        DISK    "seek", 0x0c00, 0x2f01 | 0x40, 0x80, 0x0000
        DISK    "format a track", 0x0501, 0x0501, 0x0280, 0x0000
        DISK    "read it", 0x0201, 0x0511, 0x0280, 0x0000
        mov     al, 0x6c
        call    same
        IS      "formatted", 0
        DISK    "the other is as it was", 0x0201, 0x0501, 0x0181, 0x0000
        mov     al, 0x38
        call    same
        IS      "as written", 0

        ; small ones
        DISK    "initialize", 0x0900, 0, 0x80, 0x0000
        DISK    "alternate reset", 0x0d00, 0, 0x80, 0x0000
        DISK    "ready", 0x1000, 0, 0x81, 0x0000
        DISK    "recalibrate", 0x1100, 0, 0x80, 0x0000
        DISK    "RAM test", 0x1200, 0, 0x80, 0x0000
        DISK    "drive test", 0x1300, 0, 0x80, 0x0000
        DISK    "controller test", 0x1400, 0, 0x80, 0x0000

        ; errors
        DISK    "no such disk", 0x0201, 1, 0x82, 0x0101
        DISK    "no such function", 0x1600, 1, 0x80, 0x0101
        DISK    "too many sectors", 0x0281, 1, 0x80, 0x0901
        DISK    "sector 0", 0x0201, 0, 0x80, 0x0401
        DISK    "no such sector", 0x0201, 18, 0x80, 0x0401
        DISK    "no such head", 0x0201, 1, 0x0480, 0x0201
        DISK    "no such cylinder", 0x0201, 0x1401, 0x0081, 0x0201
        mov     ah, 1
        mov     dl, 0x80
        int     0x13
        xor     ah, ah
        IS      "status of the last", 2
        mov     ax, 0x1000              ; linear 1FE00h to 20200h
        mov     es, ax
        mov     ax, 0x0202
        mov     bx, 0xff00
        mov     cx, 1
        mov     dx, 0x80
        int     0x13
        mov     al, 0
        adc     al, 0
        mov     bx, 0
        mov     es, bx
        IS      "across 64 KB", 0x0901

        ; the interrupt
        cli
        mov     ax, [0x0d * 4]
        mov     [old], ax
        mov     ax, [0x0d * 4 + 2]
        mov     [old + 2], ax
        mov     word [0x0d * 4], irq5
        mov     word [0x0d * 4 + 2], 0
        in      al, 0x21
        and     al, 0xdf
        out     0x21, al
        sti
        mov     dx, 0x322
        out     dx, al
        inc     dx
        mov     al, 2
        out     dx, al
        mov     dx, 0x320
        mov     cx, 6
        xor     al, al                  ; test drive ready
.byte:
        out     dx, al
        loop    .byte
        mov     cx, 1000
.wait:
        cmp     word [count], 0
        loope   .wait
        mov     ax, [count]
        IS      "IRQ 5", 1
        mov     dx, 0x320
        in      al, dx
        xor     ah, ah
        IS      "completion byte", 0
        inc     dx
        in      al, dx
        IS      "idle", 0
        mov     si, .end
        call    puts
        sti
.stop:
        hlt
        jmp     .stop
.end:   db      'end', 10, 0

        times 9 * 512 - ($ - $$) db 0
buffer:
