; sum.asm - a DOS program: SUM NAME FILE says "LAP NAME crc" on COM1, the
; CRC-32 of the file's bytes; LAP NAME missing when it can't be opened.
        org 100h
        cpu 386

BUFFER  equ 8000h
SIZE    equ 7000h

        call com_init
        movzx bx, byte [80h]
        mov byte [bx + 81h], 0
        mov si, 82h
        mov di, name
.name:  lodsb
        cmp al, ' '
        jbe .file
        mov [di], al
        inc di
        jmp .name
.file:  mov [name_end], di
        mov dx, si
        mov ax, 3d00h
        int 21h
        jc .missing
        mov bx, ax
        call table
        mov ebp, -1
.block: mov ah, 3fh
        mov cx, SIZE
        mov dx, BUFFER
        int 21h
        jc .missing
        or ax, ax
        jz .end
        mov cx, ax
        call crc
        jmp .block
.end:   call lap
        mov eax, ebp
        not eax
        call send_hex
        call send_end
        mov ax, 4c00h
        int 21h
.missing:
        call lap
        mov si, missing
        mov cx, 8
        call send_text
        mov ax, 4c01h
        int 21h

lap:    mov si, prefix
        mov cx, [name_end]
        sub cx, si
        call send_text
        mov al, ' '
        jmp send

; EBP: the CRC so far; CX bytes at BUFFER.
crc:    mov si, BUFFER
.next:  lodsb
        movzx di, al
        mov ax, bp
        xor ah, ah
        xor di, ax
        shl di, 2
        shr ebp, 8
        xor ebp, [di + crcs]
        loop .next
        ret

table:  mov di, crcs
        xor edx, edx
.next:  mov eax, edx
        mov cx, 8
.bit:   shr eax, 1
        jnc .zero
        xor eax, 0edb88320h
.zero:  loop .bit
        mov [di], eax
        add di, 4
        inc dl
        jnz .next
        ret
%include "com.inc"
missing db 'missing', 10
prefix  db 'LAP '
name:   times 32 db 0
name_end dw 0
        align 4, db 0
crcs:   times 256 dd 0
