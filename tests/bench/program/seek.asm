; seek.asm - a DOS program: SEEK FILE reads 2,000 blocks of 4 KB at random
; places of a file of 19,660,800 bytes or more, adds 1 to the first dword of
; each, and writes every second one back.
        org 100h
        cpu 386

BLOCKS  equ 4800                ; of which one is chosen
ROUNDS  equ 2000
SIZE    equ 4096
BUFFER  equ 4000h

        movzx bx, byte [80h]
        mov byte [bx + 81h], 0
        mov dx, 82h             ; behind the blank
        mov ax, 3d02h
        int 21h
        jc .end
        mov bx, ax
        mov bp, ROUNDS
.next:  imul eax, [seed], 1664525
        add eax, 1013904223
        mov [seed], eax
        shr eax, 8
        xor edx, edx
        mov ecx, BLOCKS
        div ecx
        shl edx, 12
        mov [place], edx
        call seek
        mov ah, 3fh
        call move
        inc dword [BUFFER]
        test bp, 1
        jz .done
        call seek
        mov ah, 40h
        call move
.done:  dec bp
        jnz .next
        mov ah, 3eh
        int 21h
.end:   mov ax, 4c00h
        int 21h

seek:   mov dx, [place]
        mov cx, [place + 2]
        mov ax, 4200h
        int 21h
        ret

move:   mov cx, SIZE
        mov dx, BUFFER
        int 21h
        ret

seed:   dd 1
place:  dd 0
