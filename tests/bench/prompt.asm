; prompt.asm - a DOS program that says DONE on port E9 and COM1.
        org 100h
        mov si, text
.e9:    lodsb
        or al, al
        jz .com
        out 0e9h, al
        jmp .e9
.com:   mov si, text
.next:  lodsb
        or al, al
        jz .end
        mov ah, al
        mov dx, 3fdh
        xor cx, cx
.wait:  in al, dx
        test al, 20h
        loopz .wait
        mov al, ah
        mov dx, 3f8h
        out dx, al
        jmp .next
.end:   ret
text:   db 'DONE', 10, 0
