; racing.asm - a floppy that draws in mode 13h while the beam is in the middle:
; each frame has another grey, in a band that the beam has passed (rows 20 to
; 29) and in one that it has not reached (rows 150 to 159). On the tube the
; upper band is one frame behind the lower one.
        bits 16
        org 0x7C00
        mov ax, 0x13
        int 0x10
        mov dx, 0x3C8
        xor al, al
        out dx, al
        inc dx
        mov cx, 64
.grey:  out dx, al
        out dx, al
        out dx, al
        inc al
        loop .grey
        mov ax, 0xA000
        mov es, ax
        cld
        mov bl, 0
        mov dx, 0x3DA
.frame: in al, dx
        test al, 8
        jnz .frame
.sync:  in al, dx
        test al, 8
        jz .sync
.top:   in al, dx
        test al, 1
        jnz .top
        mov cx, 200             ; lines of the tube: to row 100
.line:  in al, dx
        test al, 1
        jz .line
.next:  in al, dx
        test al, 1
        jnz .next
        loop .line
        mov al, bl
        mov di, 20 * 320
        mov cx, 10 * 320
        rep stosb
        mov di, 150 * 320
        mov cx, 10 * 320
        rep stosb
        inc bl
        and bl, 63
        jmp .frame
        times 510 - ($ - $$) db 0
        dw 0xAA55
