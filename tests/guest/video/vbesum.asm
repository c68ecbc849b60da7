; vbesum.asm - a floppy that sets VBE's modes one by one, fills their picture
; through the window, moves the display's start, and says on port E9h what each
; is like and the sum of what then lies in the memory. On any card's BIOS.
; Reference: VESA BIOS EXTENSION, Core Functions Standard 3.0.
SECTORS equ 2
INFO    equ 0x9000
%include "floppy.inc"
start:  mov si, modes
.next:  lodsw
        cmp ax, 0
        je done
        mov [mode], ax
        push si
        call one
        pop si
        jmp .next

modes:  dw 0x100, 0x101, 0x103, 0x105, 0x10D, 0x10E, 0x10F, 0x110, 0x111
        dw 0x112, 0x113, 0x114, 0x115, 0x116, 0x117, 0x118, 0

done:   mov al, 'E'
        out 0xE9, al
        mov al, 10
        out 0xE9, al
        mov al, 0
        out 0xF4, al
        jmp $

; AX in hexadecimal and a space.
hex:    mov cx, 4
.digit: rol ax, 4
        push ax
        and al, 15
        add al, '0'
        cmp al, '9'
        jbe .out
        add al, 39
.out:   out 0xE9, al
        pop ax
        loop .digit
        push ax
        mov al, ' '
        out 0xE9, al
        pop ax
        ret

line:   mov al, 10
        out 0xE9, al
        ret

one:    mov ax, [mode]
        call hex
        mov ax, 0x4F01
        mov cx, [mode]
        mov di, INFO
        push ds
        pop es
        int 0x10
        cmp ax, 0x4F
        jne line
        test byte [INFO], 1             ; the hardware has it
        jz line
        mov ax, 0x4F02
        mov bx, [mode]
        int 0x10
        cmp ax, 0x4F
        jne line
        mov ax, [INFO + 0x10]           ; bytes a line
        call hex
        mov ax, [INFO + 0x12]
        call hex
        mov ax, [INFO + 0x14]
        call hex
        mov ax, [INFO + 0x19]           ; bits a dot
        mov ah, [INFO + 0x1B]           ; memory model
        call hex
        movzx eax, word [INFO + 0x10]
        movzx ecx, word [INFO + 0x14]
        mul ecx
        mov [size], eax
        mov dword [sum], 0x1234567
        mov byte [reads], 0
        call all
        mov byte [reads], 1
        call all
        mov ax, [sum + 2]
        call hex
        mov ax, [sum]
        call hex
        mov ax, 0x4F07
        mov bx, 0
        mov cx, 8
        mov dx, 2
        int 0x10
        call hex
        mov ax, 0x4F07
        mov bx, 1
        int 0x10
        mov ax, cx
        call hex
        mov ax, dx
        call hex
        mov ax, 0x4F06
        mov bx, 1
        int 0x10
        mov ax, bx
        call hex
        jmp line

; A dword of every 16 bytes of the picture, by windows: written, or read and
; summed up.
all:    xor ebp, ebp                    ; bytes done
        mov word [bank], 0
.bank:  mov ax, 0x4F05
        mov bx, 0
        mov dx, [bank]
        int 0x10
        mov ax, 0xA000
        mov es, ax
        xor di, di
        movzx ecx, word [INFO + 6]      ; KB of the window
        shl ecx, 10
.byte:  cmp ebp, [size]
        jae .end
        cmp byte [reads], 0
        jne .read
        mov eax, ebp
        imul eax, 0x9E3779B1
        mov [es:di], eax
        jmp .on
.read:  mov eax, [es:di]
        add eax, [sum]
        imul eax, 0x10DCD
        inc eax
        mov [sum], eax
.on:    add di, 16
        add ebp, 16
        sub ecx, 16
        jnz .byte
        mov ax, [INFO + 6]
        xor dx, dx
        div word [INFO + 4]             ; granules
        add [bank], ax
        jmp .bank
.end:   ret

mode:   dw 0
bank:   dw 0
reads:  db 0
size:   dd 0
sum:    dd 0
        times SECTORS * 512 + 512 - ($ - $$) db 0
