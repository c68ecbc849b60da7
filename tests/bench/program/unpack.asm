; unpack.asm - programs packed as LZEXE and its kin do it, decrypted as copy
; protections do: the code is unpacked over an earlier one, deciphered in place,
; relocated, and runs once. See pack.c.
%include "boot.inc"
        bits 16

ROUNDS  equ 100
KEY     equ 5a3ch
PLACES  equ 2000h               ; segments, in turn

setup:  ret

iter:   mov word [sum], 1234h
        mov cx, ROUNDS
.next:  push cx
        and cx, 3
        shl cx, 8
        add cx, PLACES
        mov es, cx
        mov [cs:entry + 2], cx
        call unpack
        call decipher
        call relocate
        xor eax, eax
        mov ax, [cs:sum]
        call far [cs:entry]
        xor cx, cx
        mov ds, cx
        mov [sum], ax
        pop cx
        dec cx
        jnz .next
        movzx eax, word [sum]
        ret

; A byte of flags, from its lowest bit: 0: a byte, 1: a word, of which 12 bits
; are the distance less 1 and 4 the length less 3.
unpack: xor di, di
        mov si, packed
.flags: lodsb
        mov dl, al
        mov dh, 8
.bit:   shr dl, 1
        jc .copy
        movsb
.more:  cmp di, SIZE
        jae .end
        dec dh
        jnz .bit
        jmp .flags
.copy:  lodsw
        mov bx, ax
        and bx, 0fffh
        shr ax, 12
        add ax, 3
        mov cx, ax
        push ds
        push si
        mov si, di
        stc
        sbb si, bx
        push es
        pop ds
        rep movsb
        pop si
        pop ds
        jmp .more
.end:   ret

decipher:
        push es
        pop ds
        xor si, si
        mov cx, (SIZE + 1) / 2
        mov dx, KEY
.next:  xor [si], dx
        add si, 2
        loop .next
        ret

; Adds the segment to each word of the list.
relocate:
        push es
        pop ds
        mov si, [4]
        mov cx, [6]
        mov dx, es
.next:  lodsw
        mov bx, ax
        add [bx], dx
        loop .next
        ret

entry:  dw 0, 0
sum:    dw 0
        align 16, db 0
packed: incbin CODE_FILE
kernel_end:
