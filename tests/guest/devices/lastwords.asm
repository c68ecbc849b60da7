; lastwords.asm - says something on COM1, LPT1 or port E9h and ends before it
; is out. PORT: 1 COM1 with its FIFO, 2 LPT1, 3 port E9h. KB of text come
; first, a whole number of 1024. END: 1 port F4h, 2 power off, 3 reset through
; the 8042, 4 triple fault, 5 halts, and
; says so on port E9h.
        cpu 286
        bits 16
        org 0x7c00
%ifndef KB
KB      equ 0
%endif
start:  xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
%if PORT = 1
        mov dx, 0x3fb
        mov al, 0x83
        out dx, al
        mov dx, 0x3f8
        mov ax, KB ? 1 : 384            ; 115200 or 300 bits a second
        out dx, ax
        mov dx, 0x3fb
        mov al, 3
        out dx, al
        mov dx, 0x3fa
        mov al, 1
        out dx, al
%endif
%if KB
        mov bp, KB * 16
.line:  mov si, filler                  ; 64 bytes
        call say
        dec bp
        jnz .line
%endif
        mov si, words
        call say
        call ending
        hlt

say:    lodsb
        test al, al
        jz .end
        mov ah, al
%if PORT = 1
%if KB
        mov dx, 0x3fd
.full:  in al, dx
        test al, 0x20
        jz .full
%endif
        mov dx, 0x3f8
        mov al, ah
        out dx, al
%elif PORT = 2
        mov dx, 0x379
.busy:  in al, dx
        test al, 0x80
        jz .busy
        dec dx
        mov al, ah
        out dx, al
        inc dx
        inc dx
        mov al, 0x0d
        out dx, al
        mov al, 0x0c
        out dx, al
%else
        mov al, ah
        out 0xe9, al
%endif
        jmp say
.end:   ret

ending:
%if END = 1
        mov al, 0
        out 0xf4, al
%elif END = 2
        mov dx, 0x8900
        mov si, off
        mov cx, 8
        rep outsb
%elif END = 3
        mov al, 0xfe
        out 0x64, al
%elif END = 4
        lidt [none]
        int3
%endif
.halt:  cli
        out 0xe9, al
        hlt
        jmp .halt

none:   times 6 db 0
off:    db 'Shutdown'
words:  db 'last words here', 10, 0     ; 16 with LF: the whole FIFO
filler: db 'It was a dark and stormy night; the rain fell in torrents, ok.', 13, 10, 0
        times 510 - ($ - $$) db 0
        dw 0xaa55
