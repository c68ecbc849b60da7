; cirrusregs.asm - a floppy that says on port E9h what a Cirrus Logic GD5446
; makes of its extended registers: which bits stay, the key, the register behind
; the DAC's mask, the cursor's colours, banks, and the extended ways to write.
; Each report is a line: its name, then hexadecimal bytes.
SECTORS equ 4
%include "floppy.inc"

; ---- words to port E9h ----

; SI's text, up to a zero.
say:    lodsb
        or al, al
        jz .end
        out 0xE9, al
        jmp say
.end:   ret

; A space and AL in hexadecimal.
byte_:  push ax
        mov al, ' '
        out 0xE9, al
        pop ax
digits: push ax
        shr al, 4
        call digit
        pop ax
        and al, 15
digit:  add al, '0'
        cmp al, '9'
        jbe .out
        add al, 39
.out:   out 0xE9, al
        ret

line:   mov al, 10
        out 0xE9, al
        ret

%macro  title 1
        mov si, %%text
        jmp %%on
%%text: db %1, 0
%%on:   call say
%endmacro

; ---- registers: BX = port of the index, CL = index ----

put:    push dx                         ; AL into it
        mov dx, bx
        mov ah, al
        mov al, cl
        out dx, ax
        pop dx
        ret

get:    push dx                         ; AL of it
        mov dx, bx
        mov al, cl
        out dx, al
        inc dx
        in al, dx
        pop dx
        ret

%macro  reg 3                           ; port, index, value
        mov bx, %1
        mov cl, %2
        mov al, %3
        call put
%endmacro
%macro  show 2                          ; port, index
        mov bx, %1
        mov cl, %2
        call get
        call byte_
%endmacro

; ---- which bits stay ----

; A name, the port, the first and the last index, and the bits to try: those
; that move nothing.
ranges: db 'SR'
        dw 0x3C4
        db 0x07, 0x1F, 0xFF
        db 'GR'
        dw 0x3CE
        db 0x00, 0x01, 0xFF
        db 'GR'
        dw 0x3CE
        db 0x05, 0x05, 0xFF
        db 'GR'
        dw 0x3CE
        db 0x09, 0x30, 0xFF
        db 'GR'
        dw 0x3CE
        db 0x31, 0x31, 0x78             ; neither reset nor start
        db 'GR'
        dw 0x3CE
        db 0x32, 0x3F, 0xFF
        db 'CR'
        dw 0x3D4
        db 0x19, 0x27, 0xFF
        db 0
values: db 0xFF, 0x00, 0x55, 0xAA

stays:  mov si, ranges
.range: cmp byte [si], 0
        je .end
        mov bx, [si + 2]
        mov cl, [si + 4]
.one:   mov al, [si]
        out 0xE9, al
        mov al, [si + 1]
        out 0xE9, al
        mov al, cl
        call digits
        call get
        mov dl, al                      ; what was there
        mov di, values
.value: mov al, [di]
        and al, [si + 6]
        call put
        call get
        call byte_
        inc di
        cmp di, values + 4
        jb .value
        mov al, dl
        call put
        call line
        inc cl
        cmp cl, [si + 5]
        jbe .one
        add si, 7
        jmp .range
.end:   ret

; ---- the key in SR6 ----

key:    title 'keys that open'
        mov bx, 0x3C4
        mov cl, 6
        mov dh, 0                       ; how many
        mov dl, 0
.try:   mov al, dl
        call put
        call get
        cmp al, 0x12
        jne .next
        inc dh
        mov ch, dl
.next:  inc dl
        jnz .try
        mov al, dh
        call byte_
        mov al, ch
        call byte_
        call line
        title 'locked'
        reg 0x3C4, 6, 0
        call get
        call byte_
        reg 0x3C4, 0x14, 0x5A
        call get
        call byte_
        reg 0x3CE, 0x20, 0xA5
        call get
        call byte_
        reg 0x3D4, 0x1A, 0x0C
        call get
        call byte_
        show 0x3D4, 0x27
        call line
        reg 0x3C4, 6, 0x12
        reg 0x3D4, 0x1A, 0
        ret

; ---- which chip ----

chip:   title 'chip'
        show 0x3D4, 0x27
        mov eax, 0x80000000             ; the first function with its ID
.next:  mov dx, 0xCF8
        out dx, eax
        push eax
        mov dx, 0xCFC
        in eax, dx
        cmp ax, 0x1013
        je .here
        pop eax
        add eax, 0x800
        cmp eax, 0x80010000
        jb .next
        jmp .line
.here:  shr eax, 16
        call byte_
        pop eax
        mov al, 8
        mov dx, 0xCF8
        out dx, eax
        mov dx, 0xCFF
        in al, dx                       ; the class
        call byte_
.line:  call line
        ret

; The lower bits of the cursor's place are the index's upper ones.
cursor: title 'cursor'
        reg 0x3C4, 0x70, 0x42
        mov dx, 0x3C4
        in al, dx
        call byte_
        show 0x3C4, 0x10
        show 0x3C4, 0xD0
        reg 0x3C4, 0x10, 0
        jmp line

; ---- the register behind the mask of the DAC ----

reads:  in al, dx                       ; CL times
        call byte_
        dec cl
        jnz reads
        ret

hidden: title 'hidden'
        mov dx, 0x3C8
        in al, dx
        mov dx, 0x3C6
        mov al, 0x3C
        out dx, al
        mov cl, 4
        call reads
        mov al, 0xC5
        out dx, al
        mov cl, 5
        call reads                      ; the fifth has it
        mov cl, 3
        call reads
        mov dx, 0x3C8
        in al, dx                       ; the count begins anew
        mov dx, 0x3C6
        mov cl, 5
        call reads
        mov dx, 0x3C8
        in al, dx
        mov dx, 0x3C6
        mov cl, 4
        call reads
        mov al, 0
        out dx, al
        mov al, 0xFF
        out dx, al
        jmp line

; ---- the cursor's colours stand behind bit 1 of SR12 ----

; AL's colour in the DAC becomes AH, AH, AH.
paint:  mov dx, 0x3C8
        out dx, al
        inc dx
        mov al, ah
        out dx, al
        out dx, al
        out dx, al
        ret

; AL's red is reported.
ask:    mov dx, 0x3C7
        out dx, al
        mov dx, 0x3C9
        in al, dx
        call byte_
        in al, dx
        in al, dx
        ret

colours:
        title 'colours'
        mov ax, 0x1100
        call paint
        mov ax, 0x120F
        call paint
        reg 0x3C4, 0x12, 2
        mov ax, 0x2100
        call paint
        mov ax, 0x220F
        call paint
        mov al, 0
        call ask
        mov al, 15
        call ask
        reg 0x3C4, 0x12, 0
        mov al, 0
        call ask
        mov al, 15
        call ask
        mov ax, 0x0000
        call paint
        mov ax, 0x3F0F
        call paint
        jmp line

; ---- banks ----

; Every 4 KB of the memory begin with their number.
number: reg 0x3CE, 0x0B, 0x20
        xor bp, bp
.bank:  mov ax, bp
        shr ax, 2
        mov bx, 0x3CE
        mov cl, 9
        call put
        mov di, bp
        and di, 3
        shl di, 12
        mov [es:di], bp
        inc bp
        cmp bp, 1024
        jb .bank
        ret

; GRB, GR9, GRA, and where to look.
banks_: db 0x00, 0x00, 0x55,  0x00, 0x35, 0x55,  0x00, 0xF0, 0x55
        db 0x01, 0x10, 0x80,  0x01, 0x47, 0x03,  0x01, 0xF8, 0xF8
        db 0x20, 0x00, 0x55,  0x20, 0x11, 0x55,  0x20, 0xFC, 0x55
        db 0x21, 0x08, 0x80,  0x21, 0x47, 0xC3,  0x21, 0xFE, 0xFE
banks_end:

bank:   mov si, banks_
.next:  push si
        title 'bank'
        pop si
        lodsb
        mov cl, 0x0B
        call .set
        lodsb
        mov cl, 9
        call .set
        lodsb
        mov cl, 0x0A
        call .set
        mov al, ':'
        out 0xE9, al
        xor di, di
.look:  mov al, [es:di + 1]
        call byte_
        mov al, [es:di]
        call digits
        add di, 0x3000
        cmp di, 0xF000
        jbe .more
        jmp .end
.more:  cmp di, 0x0000
        jne .look
.end:   call line
        cmp si, banks_end
        jb .next
        reg 0x3CE, 0x0B, 0
        reg 0x3CE, 9, 0
        reg 0x3CE, 0x0A, 0
        ret
.set:   push ax
        call byte_
        pop ax
        mov bx, 0x3CE
        jmp put

; ---- the extended ways to write, and what reads then see ----

; GRB, GR5.
ways:   db 0x02, 0x40, 0x04, 0x44, 0x04, 0x45, 0x06, 0x44, 0x06, 0x45
        db 0x14, 0x44, 0x14, 0x45, 0x16, 0x44, 0x16, 0x45, 0x16, 0x40
ways_end:

way:    mov si, ways
.next:  reg 0x3CE, 0x0B, 0
        xor di, di
        mov cx, 0x1000
        mov al, 0x99
        rep stosb
        push si
        title 'way'
        pop si
        reg 0x3CE, 0, 0x5A
        reg 0x3CE, 1, 0xA6
        reg 0x3CE, 0x10, 0x3C
        reg 0x3CE, 0x11, 0xC7
        reg 0x3C4, 2, 0xFF
        lodsb
        call byte_
        mov bx, 0x3CE
        mov cl, 0x0B
        call put
        lodsb
        call byte_
        mov cl, 5
        call put
        mov byte [es:0], 0xB2
        mov byte [es:5], 0x6D
        mov word [es:10], 0x0FE1
        mov al, ':'
        out 0xE9, al
        mov al, [es:0]
        call byte_
        mov al, [es:5]
        call byte_
        reg 0x3CE, 5, 0x40
        reg 0x3CE, 0x0B, 0
        xor di, di
        xor dx, dx
        xor bp, bp
.sum:   mov al, [es:di]
        mov ah, 0
        add dx, ax
        rol dx, 1
        inc di
        cmp di, 0x1000
        jb .sum
        mov al, dh
        call byte_
        mov al, dl
        call digits
        call line
        cmp si, ways_end
        jb .next
        ret

; ---- all of it ----

start:  cld
        mov ax, 0x4F02
        mov bx, 0x0101
        int 0x10
        reg 0x3C4, 6, 0x12
        mov ax, 0xA000
        mov es, ax
        call stays
        mov ax, 0x4F02
        mov bx, 0x0101
        int 0x10
        call key
        call chip
        call cursor
        call hidden
        call colours
        call number
        call bank
        call way
        title 'END'
        call line
        mov al, 0
        out 0xF4, al
        jmp $
        times 512 * (SECTORS + 1) - ($ - $$) db 0
