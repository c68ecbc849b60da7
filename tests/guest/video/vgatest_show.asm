; vgatest_show.asm - each mode on the screen, with text, until a key.

show_modes:
        dw 0, 1, 2, 3, 4, 5, 6, 7, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13
        dw 0x100, 0x101, 0x102, 0x103, 0x105, 0x107, 0x10D, 0x111, 0x112
        dw 0x113, 0x142, 0x118, 0x104, 0x106, 0x108, 0x109, 0x10A, 0x10B
        dw 0x10C, 0xFFFF

show_all:
        mov si, show_modes
.next:  lodsw
        cmp ax, 0xFFFF
        je .done
        mov [shown], ax
        push si
        or ah, ah
        jnz .vbe
        int 0x10
        jmp .set
.vbe:   mov bx, ax
        mov ax, 0x4F02
        int 0x10
        cmp ax, 0x004F
        jne .skip
.set:   call show_text
        mov si, show
        call print
        mov ax, [shown]
        call hex
        mov al, 10
        call putc
        mov ah, 0
        int 0x16
.skip:  pop si
        jmp .next
.done:  mov ax, 3
        int 0x10
        mov si, end
        call print
        ret
show:   db "SHOW ", 0
end:    db "END", 10, 0
shown:  dw 0

; Lines of text in 15 colours, all characters, a diagonal of pixels.
show_text:
        mov bx, 0x000F
        mov si, line1
        call type
        mov ax, [shown]
        mov cl, 4
        mov ch, 4
.digit: rol ax, cl
        push ax
        and al, 15
        add al, '0'
        cmp al, '9'
        jbe .put
        add al, 7
.put:   mov ah, 0x0E
        int 0x10
        pop ax
        dec ch
        jnz .digit
        mov dx, 0x0200
        mov bl, 1
.row:   mov bh, 0
        call goto
        mov al, bl
        add al, 'A' - 1
        mov ah, 9
        mov cx, 12
        int 0x10
        inc dh
        inc bl
        cmp bl, 16
        jb .row
        mov dx, 0x0210
        mov al, 0
        mov bx, 0x000B
.all:   call goto
        mov ah, 9
        mov cx, 1
        int 0x10
        inc dl
        test al, 15
        inc ax
        mov ah, 0
        test al, 15
        jnz .all
        inc dh
        mov dl, 0x10
        or al, al
        jnz .all
        call show_pixels
        mov dx, 0x1300
        mov bh, 0
        call goto
        ret

show_pixels:
        push es
        call low
        mov al, [es:0x449]
        pop es
        cmp al, 3
        jbe .done
        cmp al, 7
        je .done
        mov cx, 0
.next:  mov dx, cx
        mov al, cl
        mov ah, 0x0C
        push cx
        add cx, 120
        int 0x10
        pop cx
        inc cx
        cmp cx, 180
        jb .next
.done:  ret

type:   lodsb
        or al, al
        jz .done
        mov ah, 0x0E
        int 0x10
        jmp type
.done:  ret
line1:  db "Mode ", 0
