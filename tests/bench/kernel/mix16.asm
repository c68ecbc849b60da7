; mix16.asm - 16-bit real-mode integers, as compiled DOS programs have them:
; random numbers, a sort, decimal text, a text's checksum, bit counting.
%include "boot.inc"
WORDS   equ 64
ROUNDS  equ 8
; offsets in the data segment, 64K away from the code
seed    equ 0
sum     equ 4
list    equ 10h
text    equ 400h
squares equ 800h                ; table of 256 bytes

setup:  mov ax, 2000h
        mov ds, ax
        xor bx, bx
.next:  mov al, bl
        mul bl
        xor al, ah
        mov [squares + bx], al
        inc bl
        jnz .next
        ret

iter:   mov ax, 2000h
        mov ds, ax
        mov es, ax
        mov word [seed], 4711
        mov dword [sum], 0
        mov cx, ROUNDS
.round: push cx
        call fill
        call sort
        call decimal
        call check
        call ones
        pop cx
        loop .round
        mov eax, [sum]
        ret

random: mov ax, 25173
        mul word [seed]
        add ax, 13849
        mov [seed], ax
        ret

fill:   mov di, list
        mov cx, WORDS
.next:  call random
        stosw
        loop .next
        ret

; insertion sort, unsigned
sort:   mov si, list + 2
.next:  mov ax, [si]
        mov di, si
.down:  mov bx, [di - 2]
        cmp bx, ax
        jbe .here
        mov [di], bx
        sub di, 2
        cmp di, list
        ja .down
.here:  mov [di], ax
        add si, 2
        cmp si, list + 2 * WORDS
        jb .next
        ret

; the words as decimal text with spaces, then a 0
decimal:
        mov si, list
        mov di, text
        mov cx, WORDS
.next:  lodsw
        push cx
        call number
        pop cx
        mov al, ' '
        stosb
        loop .next
        mov byte [di], 0
        ret

number: push bp
        mov bp, sp
        mov bx, 10
        xor cx, cx
.digit: xor dx, dx
        div bx
        push dx
        inc cx
        test ax, ax
        jnz .digit
.out:   pop ax
        add al, '0'
        stosb
        loop .out
        mov sp, bp
        pop bp
        ret

check:  mov si, text
        mov bx, squares
        mov dx, [sum]
        mov cx, [sum + 2]
.next:  lodsb
        or al, al
        jz .end
        cmp al, ' '
        je .space
        xlat
        xor ah, ah
        add dx, ax
        adc cx, 0
        rol dx, 3
        jmp .next
.space: xor cx, dx
        rcr dx, 1
        jmp .next
.end:   mov [sum], dx
        mov [sum + 2], cx
        ret

ones:   mov si, list
        mov cx, WORDS
        xor dx, dx
.next:  lodsw
.bit:   shr ax, 1
        adc dx, 0
        test ax, ax
        jnz .bit
        xchg dl, dh
        loop .next
        add [sum], dx
        adc word [sum + 2], 0
        ret
kernel_end:
