; mode12.asm - planar VGA: pixels by bit mask and latches, filled lines by
; set/reset, XOR, a scroll in write mode 1, characters in write mode 2.
%include "boot.inc"
setup:  mov ax, 12h
        int 10h
        ret

; Sets graphics controller register %1 to %2.
%macro GC 2
        mov ax, (%2) << 8 | (%1)
        out dx, ax
%endmacro

iter:   mov ax, 0a000h
        mov ds, ax
        mov es, ax
        mov dx, 3ceh
        call bars
        call pixels
        call invert
        call scroll
        call cells
        call look
        mov eax, ebp
        ret

; 64 lines in changing colours, set/reset for all planes
bars:   GC 8, 0ffh
        GC 5, 0
        GC 3, 0
        GC 1, 15
        xor di, di
        xor bx, bx
.line:  mov ah, bl
        and ah, 15
        mov al, 0
        out dx, ax
        mov cx, 80
        rep stosb
        inc bx
        cmp bl, 64
        jb .line
        ret

; 1000 pixels: mask, latch, write
pixels: GC 0, 14
        mov cx, 1000
        mov bp, 77
.next:  mov ax, bp
        imul bp, ax, 25173
        add bp, 13849
        mov bx, bp
        shr bx, 4
        cmp bx, 64 * 80
        jb .in
        and bx, 0fffh
.in:    push cx
        mov cx, bp
        and cl, 7
        mov ah, 80h
        shr ah, cl
        mov al, 8
        out dx, ax
        mov al, [bx]
        mov [bx], al
        pop cx
        loop .next
        ret

; XOR of a box, read-modify-write by the function select
invert: GC 8, 0ffh
        GC 3, 18h
        GC 0, 9
        mov bx, 80 * 16 + 20
        mov cx, 20
.row:   mov si, 20
.byte:  or [bx + si], al
        dec si
        jnz .byte
        add bx, 80
        loop .row
        GC 3, 0
        ret

; 48 lines up by 8, write mode 1: the latches carry all planes
scroll: GC 5, 1
        mov si, 8 * 80
        xor di, di
        mov cx, 48 * 80
        rep movsb
        GC 5, 0
        ret

; 8x8 cells in write mode 2 with a mask per row
cells:  GC 5, 2
        mov di, 80 * 56
        mov si, 40
.cell:  mov ah, 81h
        mov cx, 8
        mov bx, di
.row:   mov al, 8
        out dx, ax
        mov al, [bx]
        mov byte [bx], 12
        rol ah, 1
        add bx, 80
        loop .row
        inc di
        dec si
        jnz .cell
        GC 5, 0
        GC 8, 0ffh
        ret

; EBP: a sum over the four planes
look:   xor ebp, ebp
        xor bx, bx
.plane: mov ah, bl
        mov al, 4
        out dx, ax
        xor si, si
.next:  movzx eax, byte [si]
        rol ebp, 3
        add ebp, eax
        add si, 13
        cmp si, 64 * 80
        jb .next
        inc bx
        cmp bl, 4
        jb .plane
        ret
kernel_end:
