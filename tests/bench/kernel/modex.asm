; modex.asm - a software renderer in unchained 320 x 200: columns of scaled
; texture, one plane at a time, by a loop whose two constants are patched before
; each column; then what lies in the planes is summed up.
%define PROTECTED
%include "boot.inc"

TEXTURE equ 400000h

        bits 16
setup:  mov ax, 13h
        int 10h
        mov dx, 3c4h            ; chain-4 off, byte mode
        mov ax, 604h
        out dx, ax
        mov dx, 3d4h
        mov ax, 14h
        out dx, ax
        mov ax, 0e317h
        out dx, ax
        ret

        bits 32
iter:   mov edi, TEXTURE
        mov ecx, 4096 / 4
        mov eax, 3a7c15f1h
.fill:  mov [edi], eax
        imul eax, eax, 69069
        inc eax
        add edi, 4
        loop .fill
        xor ebx, ebx            ; column
.next:  mov cl, bl
        and cl, 3
        mov ax, 102h
        shl ah, cl
        mov dx, 3c4h
        out dx, ax
        mov eax, ebx
        imul eax, eax, 97
        and eax, 0f00h
        add eax, TEXTURE
        mov [draw.texel + 2], eax
        mov eax, ebx
        and eax, 63
        shl eax, 11
        add eax, 6000h
        mov [draw.step + 2], eax
        mov edi, ebx
        shr edi, 2
        add edi, 0a0000h
        call draw
        inc ebx
        cmp ebx, 320
        jb .next
        jmp sum

draw:   xor ebp, ebp
        mov ecx, 200
        jmp .first
        align 16
.next:  add edi, 80
.first: mov edx, ebp
        shr edx, 16
        and edx, 0ffh
.texel: mov al, [edx + 12345678h]
.step:  add ebp, 12345678h
        mov [edi], al
        dec ecx
        jnz .next
        ret

sum:    mov dx, 3ceh
        mov ax, 4
        xor ebx, ebx
.plane: out dx, ax
        mov esi, 0a0000h
        mov ecx, 500
.next:  rol ebx, 5
        xor bl, [esi]
        add esi, 31
        loop .next
        inc ah
        cmp ah, 4
        jb .plane
        mov eax, ebx
        ret
kernel_end:
