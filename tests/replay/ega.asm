; ega.asm - a boot disk that knows an EGA alone: it sets 640x350 in 16 colours by
; the EGA's own tables (IBM 6280131 "Enhanced Graphics Adapter": 16.257 MHz, an
; end of blanking and a vertical retrace of 5 bits, no unlocking), then paints
; each other column white.
;   -DUNLOCK: it writes the retrace end register before all others of the CRTC
;   -DMISC=n: the miscellaneous output register
bits 16
org 0x7c00
        xor ax,ax
        mov ds,ax
        mov es,ax
        mov ss,ax
        mov sp,0x7c00
        mov ax,3
        int 0x10
        mov dx,0x3c4
        mov ax,0x0100
        out dx,ax
        mov si,seq
        mov bx,1
s:
        mov al,bl
        mov ah,[si]
        inc si
        out dx,ax
        inc bx
        cmp bl,5
        jb s
        mov dx,0x3c2
        mov al,MISC
        out dx,al
        mov dx,0x3c4
        mov ax,0x0300
        out dx,ax
        mov dx,0x3d4
%ifdef UNLOCK
        mov ax,0x0011
        out dx,ax
%endif
        mov si,crtc
        xor bx,bx
c:
        mov al,bl
        mov ah,[si]
        inc si
        out dx,ax
        inc bx
        cmp bl,0x19
        jb c
        mov dx,0x3da
        in al,dx
        mov dx,0x3c0
        mov si,attr
        xor bx,bx
a:
        mov al,bl
        out dx,al
        lodsb
        out dx,al
        inc bx
        cmp bl,0x14
        jb a
        mov al,0x20
        out dx,al
        mov dx,0x3cc
        mov al,0
        out dx,al
        mov dx,0x3ca
        mov al,1
        out dx,al
        mov dx,0x3ce
        mov si,gr
        xor bx,bx
g:
        mov al,bl
        mov ah,[si]
        inc si
        out dx,ax
        inc bx
        cmp bl,9
        jb g
        mov ax,0xa000
        mov es,ax
        xor di,di
        mov cx,28000
        mov al,0x55
        rep stosb
        sti
h:
        hlt
        jmp h
seq:
        db 1,0xf,0,6
crtc:
        db 0x5b,0x4f,0x53,0x37,0x52,0x00,0x6c,0x1f,0,0,0,0,0,0,0,0,0x5e,0x2b,0x5d,0x28,0x0f,0x5f,0x0a,0xe3,0xff
attr:
        db 0,1,2,3,4,5,0x14,7,0x38,0x39,0x3a,0x3b,0x3c,0x3d,0x3e,0x3f,1,0,0xf,0
gr:
        db 0,0,0,0,0,0,5,0xf,0xff
        times 510-($-$$) db 0
        dw 0xaa55
