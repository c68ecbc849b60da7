; film.asm - a disk whose boot sector shows something else in each mode and
; plays another tone in each frame: text that scrolls, 13h with a palette that changes in
; mid-frame now and then, 12h; then again. It stops after LEFT
; frames.
        org 7C00h
        bits 16

start:  xor ax, ax
        mov ds, ax
        mov al, 0B6h            ; the speaker
        out 43h, al
        in al, 61h
        or al, 3
        out 61h, al

again:  mov ax, 3
        int 10h
        mov cx, 30
.line:  push cx
        mov ax, 0E41h           ; letters, and a line feed each
        add al, cl
        int 10h
        mov ax, 0E0Ah
        int 10h
        call frame
        pop cx
        loop .line

        mov ax, 13h
        int 10h
        mov ax, 0A000h
        mov es, ax
        mov cx, 30
.dots:  push cx
        mov al, cl
        mov di, 320 * 100
        mov cx, 320 * 20
        rep stosb
        call frame
        pop cx
        test cl, 7
        jnz .whole
        call half
.whole: loop .dots

        mov ax, 12h
        int 10h
        mov cx, 20
.bars:  push cx
        mov di, cx
        mov al, 0AAh
        mov cx, 2000
        rep stosb
        call frame
        pop cx
        loop .bars
        jmp again

; Waits for the next retrace; then another tone.
frame:  dec word [left]
        jz $
        add word [tone], 7
        mov ax, [tone]
        out 42h, al
        mov al, ah
        out 42h, al
        mov dx, 3DAh
.out:   in al, dx
        test al, 8
        jnz .out
.in:    in al, dx
        test al, 8
        jz .in
        ret

; Some hundred lines later, another colour 0.
half:   push cx
        mov dx, 3DAh
        mov cx, 151
.line:  in al, dx
        test al, 1
        jnz .line
.gap:   in al, dx
        test al, 1
        jz .gap
        loop .line
        mov dx, 3C8h
        mov al, 0
        out dx, al
        inc dx
        pop cx
        mov al, cl
        out dx, al
        out dx, al
        not al
        out dx, al
        ret

tone:   dw 1193
left:   dw LEFT

        times 510 - ($ - $$) db 0
        dw 0AA55h
