; geometry.asm - a boot sector that says by what geometry it is read.
;
; Prints "HH SS M" on port E9h, heads and sectors per track of INT 13h AH=08h
; and a mark that the test put where its own geometry has a sector: on a floppy
; (DISK undefined) side 1's first, on a hard disk the active partition's first,
; read by the address in the table, as boot code of DOS does.
;   -DSPT=n -DHEADS=n -DTOTAL=n   there is a BPB that says so
;   -DDISK                        it is a hard disk's; the table is patched in
        bits 16
        org 0x7c00
        jmp short start
        nop
%ifdef SPT
        db "GEOMETRY"
        dw 512
        db 1
        dw 1
        db 2
        dw 224, TOTAL
        db 0xf0
        dw 9, SPT, HEADS
        dd 0, 0
%endif
start:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        mov     [drive], dl
        mov     ah, 8
        int     0x13
        xor     ax, ax
        mov     es, ax
        mov     al, dh
        inc     al
        call    hex
        mov     al, cl
        and     al, 0x3f
        call    hex
        mov     dl, [drive]
%ifdef DISK
        mov     dh, [0x7dbe + 1]
        mov     cx, [0x7dbe + 2]
%else
        mov     dh, 1
        mov     cx, 1
%endif
        mov     ax, 0x0201
        mov     bx, 0x8000
        int     0x13
        mov     al, '!'
        jc      .say
        mov     al, [0x8000]
.say:
        out     0xe9, al
        mov     al, 10
        out     0xe9, al
        mov     dx, 0x501
        out     dx, al
        hlt

hex:
        push    ax
        mov     ah, 0
        mov     bl, 16
        div     bl
        push    ax
        call    .digit
        pop     ax
        mov     al, ah
        call    .digit
        mov     al, ' '
        out     0xe9, al
        pop     ax
        ret
.digit:
        cmp     al, 10
        sbb     al, 0x69
        das
        out     0xe9, al
        ret

drive:  db      0
        times 510 - ($ - $$) db 0
        dw      0xaa55
