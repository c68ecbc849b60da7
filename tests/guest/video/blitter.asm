; blitter.asm - a floppy that tries the BitBLT engine of a Cirrus Logic GD5446:
; each kind of blit with each raster operation, of pseudo-random size and place,
; and prints the sum of the video memory after each to port E9. The same run in
; another emulator should print the same.
        cpu 386
        bits 16
        org 0x7C00
        jmp start
SECTORS equ 4

start:  xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7000
        mov es, ax
        mov ax, 0x0200 + SECTORS
        mov bx, 0x7E00
        mov cx, 2
        mov dx, 0
        int 0x13
        jc start
        jmp main
        times 510 - ($ - $$) db 0
        dw 0xAA55

; kinds: mode, extension, name
kinds:  db 0x00, 0, 'copy up    '
        db 0x01, 0, 'copy down  '
        db 0x08, 0, 'keyed 8    '
        db 0x18, 0, 'keyed 16   '
        db 0x40, 0, 'pattern 8  '
        db 0x50, 0, 'pattern 16 '
        db 0x60, 0, 'pattern 24 '
        db 0x70, 0, 'pattern 32 '
        db 0x48, 0, 'pattern key'
        db 0x80, 0, 'expand 8   '
        db 0x90, 0, 'expand 16  '
        db 0xA0, 0, 'expand 24  '
        db 0xB0, 0, 'expand 32  '
        db 0x88, 0, 'clear 8    '
        db 0x98, 0, 'clear 16   '
        db 0xA8, 0, 'clear 24   '
        db 0xB8, 0, 'clear 32   '
        db 0x88, 2, 'inverted 8 '
        db 0xB8, 2, 'inverted 32'
        db 0xC0, 0, 'mono 8     '
        db 0xD0, 0, 'mono 16    '
        db 0xE0, 0, 'mono 24    '
        db 0xF0, 0, 'mono 32    '
        db 0xC8, 0, 'mono clear '
        db 0xC0, 4, 'solid 8    '
        db 0xD0, 4, 'solid 16   '
        db 0xF0, 4, 'solid 32   '
        db 0x04, 0, 'CPU copy   '
        db 0x0C, 0, 'CPU keyed  '
        db 0x84, 0, 'CPU expand '
        db 0x94, 0, 'CPU expnd16'
        db 0x8C, 0, 'CPU clear  '
        db 0x84, 1, 'CPU dwords '
kinds_end:
KIND    equ 13
rops:   db 0x00, 0x05, 0x06, 0x09, 0x0B, 0x0D, 0x0E, 0x50
        db 0x59, 0x6D, 0x90, 0x95, 0xAD, 0xD0, 0xD6, 0xDA
rops_end:
seed:   dd 12345

; EAX = 16 random bits.
random: mov eax, [seed]
        imul eax, eax, 1103515245
        add eax, 12345
        mov [seed], eax
        shr eax, 16
        ret

; GR AL = AH.
gr:     push dx
        mov dx, 0x3CE
        out dx, ax
        pop dx
        ret
; GR AL on = BX; then CL, if there is a third byte.
gr16:   mov ah, bl
        call gr
        inc ax
        mov ah, bh
        jmp gr

; Bank BL of 64 KB.
bank:   mov ah, bl
        shl ah, 2
        mov al, 9
        jmp gr

main:   mov ax, 0x4F02
        mov bx, 0x0101
        int 0x10
        mov dx, 0x3C4
        mov ax, 0x1206
        out dx, ax
        mov ax, 0x200B
        call gr
        mov ax, 0xA000
        mov es, ax
        mov si, kinds
.kind:  mov bx, 0               ; the same memory for each kind
        mov dword [seed], 12345
.bank:  call bank
        xor di, di
        mov cx, 0x8000
.fill:  call random
        stosw
        loop .fill
        inc bx
        cmp bl, 4
        jb .bank
        mov di, rops
.rop:   call blit
        call blit
        call report
        inc di
        cmp di, rops_end
        jb .rop
        add si, KIND
        cmp si, kinds_end
        jb .kind
        mov si, .end
.put:   lodsb
        or al, al
        jz .off
        out 0xE9, al
        jmp .put
.off:   mov dx, 0xF4
        mov al, 0
        out dx, al
        hlt
.end:   db 'END', 10, 0

; EAX = bytes of a pixel of the kind at SI.
depth:  movzx eax, byte [si]
        shr al, 4
        and al, 3
        inc al
        ret

blit:   call depth
        mov bp, ax
        call random             ; width: 1 to 60 pixels
        xor dx, dx
        mov cx, 60
        div cx
        mov ax, dx
        inc ax
        push ax
        mul bp
        mov [width], ax
        mov bx, ax
        dec bx
        mov al, 0x20
        call gr16
        pop ax
        mov [pixels], ax
        call random             ; height: 1 to 16
        and ax, 15
        mov bx, ax
        inc ax
        mov [height], ax
        mov al, 0x22
        call gr16
        mov bx, 640
        mov al, 0x24
        call gr16
        mov bx, 640
        mov al, 0x26
        call gr16
        call random             ; places between 40000 and 105535
        add eax, 40000
        xor edx, edx
        movzx ecx, bp
        div ecx
        mul ecx
        mov bx, ax
        shr eax, 16
        mov cx, ax
        mov al, 0x28
        call gr16
        inc ax
        mov ah, cl
        mov al, 0x2A
        call gr
        call random
        add eax, 40000
        test byte [si], 0x40
        jz .plain
        mov al, 0               ; a pattern is aligned (QEMU knows no row)
.plain: and al, 0xFE
        mov bx, ax
        shr eax, 16
        mov cx, ax
        mov al, 0x2C
        call gr16
        mov ah, cl
        mov al, 0x2E
        call gr
        mov ah, 0               ; left out: of bits and patterns
        test byte [si], 0xC0
        jz .skip
        test byte [si], 4
        jnz .skip
        test byte [si + 1], 4
        jnz .skip
        call random
        mov ah, al
        and ah, 7
        cmp bp, 3
        jne .skip
        test byte [si], 8       ; (QEMU counts pixels where it is opaque)
        mov ah, 0
        jz .skip
        call random
        mov ah, al
        and ah, 7
        mov al, 3
        mul ah
        mov ah, al
.skip:  mov al, 0x2F
        call gr
        mov cx, 8               ; colours
        mov bx, .colours
.colour:
        call random
        mov ah, al
        mov al, [bx]
        call gr
        inc bx
        loop .colour
        call random
        mov bx, ax
        mov al, 0x34
        call gr16
        mov bx, 0
        mov al, 0x38
        call gr16
        mov ah, [si]
        mov al, 0x30
        call gr
        mov ah, [di]
        mov al, 0x32
        call gr
        mov ah, [si + 1]
        mov al, 0x33
        call gr
        mov ax, 0x0231
        call gr
        test byte [si], 4
        jz .wait
        call feed
.wait:  mov dx, 0x3CE
        mov al, 0x31
        out dx, al
        inc dx
        in al, dx
        test al, 1
        jnz .wait
        ret
.colours:
        db 0x00, 0x01, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15

; The CPU's data.
feed:   mov ax, [width]
        add ax, 3
        and al, 0xFC
        test byte [si], 0x80
        jz .bytes
        mov ax, [pixels]
        add ax, 7
        shr ax, 3
        test byte [si + 1], 1
        jz .bytes
        mov ax, [pixels]
        add ax, 31
        shr ax, 5
        shl ax, 2
.bytes: mul word [height]
        mov cx, ax
        mov bx, 0
.next:  call random
        mov [es:bx], al
        inc bx
        loop .next
        ret

; Kind, operation, sum of four banks.
report: push si
        push di
        mov cx, KIND - 2
        add si, 2
.name:  lodsb
        out 0xE9, al
        loop .name
        mov al, [di]
        call hex8
        mov al, ' '
        out 0xE9, al
        xor edx, edx
        mov bx, 0
.bank:  call bank
        xor di, di
        mov cx, 0x4000
.add:   rol edx, 5
        xor edx, [es:di]
        add edx, 0x9E3779B9
        add di, 4
        loop .add
        inc bx
        cmp bl, 4
        jb .bank
        mov cx, 4
.hex:   rol edx, 8
        mov al, dl
        call hex8
        loop .hex
        mov al, 10
        out 0xE9, al
        pop di
        pop si
        ret
hex8:   push ax
        shr al, 4
        call .digit
        pop ax
        and al, 15
.digit: cmp al, 10
        sbb al, 0x69
        das
        out 0xE9, al
        ret

width:  dw 0
pixels: dw 0
height: dw 0
        times SECTORS * 512 + 512 - ($ - $$) db 0
