; pascal.asm - a DOS program as Turbo Pascal's compiler and runtime make it: CRT
; measures its delay loop by the tick count; each floating-point instruction is an
; interrupt that writes the instruction into its place when it first runs; far
; procedures that check the stack; strings with their length before them, copied
; by value; long division and multiplication by 16-bit routines; text through a
; buffer into OUT.TXT.
        org 100h
        cpu 386

ROUNDS  equ 2500
SIZE    equ 10                  ; of the equations
WORDS   equ 120

; ---- floating point by INT 34h to 3Dh ----

%macro FPU_AT 3                 ; opcode D8h + %1, field %2, [%3]
        db 0cdh, 34h + %1, %2 << 3 | 6
        dw %3
%endmacro
%macro FPU_DI 2                 ; the same with [DI]
        db 0cdh, 34h + %1, %2 << 3 | 5
%endmacro
%macro FPU_ES_DI 2              ; the same with [ES:DI]
        db 0cdh, 3ch, 18h + %1, %2 << 3 | 5
%endmacro
%macro FPU_REG 2                ; second byte %2
        db 0cdh, 34h + %1, %2
%endmacro
%macro FPU_WAIT 0
        db 0cdh, 3dh
%endmacro

; Far procedures and their frames.
%macro FAR_CALL 1
        push cs
        call %1
%endmacro
%macro ENTER_PROC 1
        push bp
        mov bp, sp
        mov ax, %1
        FAR_CALL stack_check
        sub sp, %1
%endmacro

start:  mov ah, 3ch
        xor cx, cx
        mov dx, file_name
        int 21h
        mov [handle], ax
        call vectors
        call crt_start
        mov cx, ROUNDS
.next:  push cx
        FAR_CALL equations
        FAR_CALL sentences
        FAR_CALL sorting
        pop cx
        or cl, cl
        jnz .more
        push cx
        mov ax, 2               ; Delay(2)
        push ax
        FAR_CALL delay
        pop cx
.more:  loop .next
        FAR_CALL flush
        mov bx, [handle]
        mov ah, 3eh
        int 21h
        mov ax, 4c00h
        int 21h

; ---- the runtime ----

vectors:
        mov cx, 8
        mov al, 34h
.next:  mov dx, fpu_esc
        call .set
        inc al
        loop .next
        mov al, 3ch
        mov dx, fpu_segment
        call .set
        mov al, 3dh
        mov dx, fpu_wait
        call .set
        fninit
        ret
.set:   mov ah, 25h
        int 21h
        ret

; CD 34+n becomes 9B D8+n, and that is run.
fpu_esc:
        push bp
        mov bp, sp
        push ds
        push bx
        push ax
        lds bx, [bp + 2]
        sub bx, 2
        mov [bp + 2], bx
        mov al, [bx + 1]
        add al, 0d8h - 34h
        mov ah, al
        mov al, 9bh
        mov [bx], ax
        pop ax
        pop bx
        pop ds
        pop bp
        iret

; CD 3C 18+n becomes 9B 26 D8+n: with ES.
fpu_segment:
        push bp
        mov bp, sp
        push ds
        push bx
        lds bx, [bp + 2]
        sub bx, 2
        mov [bp + 2], bx
        mov word [bx], 269bh
        or byte [bx + 2], 0c0h
        pop bx
        pop ds
        pop bp
        iret

fpu_wait:
        push bp
        mov bp, sp
        push ds
        push bx
        lds bx, [bp + 2]
        sub bx, 2
        mov [bp + 2], bx
        mov word [bx], 9b90h
        pop bx
        pop ds
        pop bp
        iret

; How often the loop runs in a tick of 55 ms: a millisecond is that by 55.
crt_start:
        push es
        mov ax, 40h
        mov es, ax
        mov di, 6ch
        mov bl, [es:di]
.edge:  cmp bl, [es:di]
        je .edge
        mov bl, [es:di]
        mov ax, -28
        cwd
        call delay_loop
        not ax
        not dx
        mov cx, 55
        cmp dx, cx              ; as later versions do, no division error
        jb .div
        mov ax, -1
        jmp .set
.div:   div cx
.set:   mov [per_ms], ax
        pop es
        ret

; Until the byte at ES:DI is not BL, or DX:AX times.
delay_loop:
        sub ax, 1
        sbb dx, 0
        jc .end
        cmp bl, [es:di]
        je delay_loop
.end:   ret

delay:  push bp
        mov bp, sp
        push es
        mov cx, [bp + 6]
        jcxz .end
        mov ax, 0f000h          ; a byte that stays
        mov es, ax
        xor di, di
        mov bl, [es:di]
.ms:    mov ax, [per_ms]
        xor dx, dx
        call delay_loop
        loop .ms
.end:   pop es
        pop bp
        retf 2

stack_check:
        add ax, 512
        jc .bad
        neg ax
        add ax, sp
        jnc .bad
        retf
.bad:   mov ax, 4ccah           ; run-time error 202
        int 21h

; DX:AX by CX:BX, bit by bit where the divisor has more than 16 bits.
long_div:
        or cx, cx
        jnz .long
        xchg ax, bx             ; BX: low, AX: divisor
        xchg ax, cx             ; CX: divisor
        mov ax, dx
        xor dx, dx
        div cx
        xchg ax, bx
        div cx
        mov dx, bx
        retf
.long:  push si
        push di
        push bp
        mov bp, cx
        mov cx, 32
        xor si, si
        xor di, di
.bit:   shl ax, 1
        rcl dx, 1
        rcl si, 1
        rcl di, 1
        cmp di, bp
        jb .less
        ja .more
        cmp si, bx
        jb .less
.more:  sub si, bx
        sbb di, bp
        inc ax
.less:  loop .bit
        pop bp
        pop di
        pop si
        retf

; DX:AX times CX:BX
long_mul:
        push si
        push di
        mov si, ax
        mov di, dx
        mul cx
        xchg ax, di
        mul bx
        add di, ax
        mov ax, si
        mul bx
        add dx, di
        pop di
        pop si
        retf

; Writes the character in AL.
write_char:
        push di
        mov di, [text_at]
        mov [text + di], al
        inc di
        mov [text_at], di
        cmp di, 128
        pop di
        jb .end
        FAR_CALL flush
.end:   retf

flush:  push ax
        push bx
        push cx
        push dx
        mov cx, [text_at]
        mov bx, [handle]
        mov dx, text
        mov ah, 40h
        int 21h
        mov word [text_at], 0
        pop dx
        pop cx
        pop bx
        pop ax
        retf

; Writes DX:AX as a number and ends the line.
write_long:
        push bp
        mov bp, sp
        push si
        or dx, dx
        jns .plus
        neg dx
        neg ax
        sbb dx, 0
        push ax
        mov al, '-'
        FAR_CALL write_char
        pop ax
.plus:  xor si, si
.digit: push dx
        push ax
        mov bx, 10
        xor cx, cx
        FAR_CALL long_div
        push dx
        push ax
        mov bx, 10
        xor cx, cx
        FAR_CALL long_mul
        mov bx, ax
        pop ax
        pop dx
        pop cx
        sub cx, bx
        add cl, '0'
        pop bx                  ; the high word
        push cx
        inc si
        mov cx, ax
        or cx, dx
        jnz .digit
.out:   pop ax
        FAR_CALL write_char
        dec si
        jnz .out
        mov al, 13
        FAR_CALL write_char
        mov al, 10
        FAR_CALL write_char
        pop si
        pop bp
        retf

; The next one of a sequence, less than BX, in AX: Random(BX).
random: push dx
        push cx
        push bx
        mov ax, [seed]
        mov dx, [seed + 2]
        mov bx, 8405h
        mov cx, 0808h
        FAR_CALL long_mul
        add ax, 1
        adc dx, 0
        mov [seed], ax
        mov [seed + 2], dx
        mov ax, dx
        pop bx
        mul bx
        mov ax, dx
        pop cx
        pop dx
        retf

; ---- linear equations, by elimination ----

; DI: the element of row SI and column BX.
element:
        mov ax, SIZE + 1
        mul si
        add ax, bx
        shl ax, 3
        add ax, matrix
        mov di, ax
        ret

equations:
        ENTER_PROC 8            ; -2 k, -4 row
        push es
        push ds
        pop es
        xor si, si
.row:   xor bx, bx
.fill:  push bx
        mov bx, 100
        FAR_CALL random
        pop bx
        cmp bx, si
        jne .put
        add ax, 2000            ; so that no pivot is needed
.put:   mov [word_value], ax
        call element
        FPU_AT 7, 0, word_value         ; fild
        FPU_ES_DI 5, 3                  ; fstp es:[di]
        inc bx
        cmp bx, SIZE
        jbe .fill
        inc si
        cmp si, SIZE
        jb .row
        mov word [bp - 2], 0
.step:  mov si, [bp - 2]
        mov bx, si
        call element
        FPU_DI 5, 0                     ; fld [di]
        FPU_AT 5, 3, pivot
        xor si, si
.each:  cmp si, [bp - 2]
        je .skip
        mov bx, [bp - 2]
        call element
        FPU_DI 5, 0
        FPU_AT 4, 6, pivot              ; fdiv
        FPU_AT 5, 3, factor
        FPU_WAIT
.column:
        push si
        mov si, [bp - 2]
        call element
        FPU_DI 5, 0
        FPU_AT 4, 1, factor             ; fmul
        pop si
        call element
        FPU_DI 4, 5                     ; fsubr [di]
        FPU_DI 5, 3
        inc bx
        cmp bx, SIZE
        jbe .column
.skip:  inc si
        cmp si, SIZE
        jb .each
        inc word [bp - 2]
        cmp word [bp - 2], SIZE
        jb .step
        xor si, si
.answer:
        mov bx, SIZE
        call element
        FPU_DI 5, 0
        mov bx, si
        call element
        FPU_DI 4, 6
        FPU_AT 7, 0, thousand
        FPU_REG 6, 0c9h                 ; fmulp
        FPU_AT 3, 3, long_value         ; fistp
        FPU_WAIT
        mov ax, [long_value]
        mov dx, [long_value + 2]
        FAR_CALL write_long
        inc si
        cmp si, SIZE
        jb .answer
        pop es
        mov sp, bp
        pop bp
        retf

; ---- strings ----

; concat(to, from): far pointers; no more than 255 characters.
concat: push bp
        mov bp, sp
        push ds
        les di, [bp + 10]
        lds si, [bp + 6]
        cld
        lodsb
        mov cl, al
        xor ch, ch
        mov al, [es:di]
        xor ah, ah
        mov bx, 255
        sub bx, ax
        cmp cx, bx
        jbe .fits
        mov cx, bx
.fits:  add [es:di], cl
        inc di
        add di, ax
        rep movsb
        pop ds
        pop bp
        retf 8

; pos(character in AL, string): the first place in AX, 0: none.
position:
        push bp
        mov bp, sp
        les di, [bp + 6]
        mov cl, [es:di]
        xor ch, ch
        inc di
        mov dx, cx
        jcxz .none
        repne scasb
        jne .none
        sub dx, cx
        mov ax, dx
        jmp .end
.none:  xor ax, ax
.end:   pop bp
        retf 4

; A sentence of words, copied by value, its letters made large, searched.
sentences:
        ENTER_PROC 512
        push es
        mov byte [bp - 256], 0
        mov cx, 20
.word:  push cx
        push ss
        lea ax, [bp - 256]
        push ax
        mov bx, 8
        FAR_CALL random
        shl ax, 3
        add ax, vocabulary
        push ds
        push ax
        FAR_CALL concat
        pop cx
        loop .word
        push ds                 ; the copy
        push ss
        pop ds
        push ss
        pop es
        lea si, [bp - 256]
        lea di, [bp - 512]
        mov cx, 128
        rep movsw
        pop ds
        lea di, [bp - 512]
        mov cl, [ss:di]
        xor ch, ch
.large: inc di
        mov al, [ss:di]
        cmp al, 'a'
        jb .no
        cmp al, 'z'
        ja .no
        sub byte [ss:di], 32
.no:    loop .large
        mov cx, 26
        xor dx, dx
.find:  push cx
        push dx
        push ss
        lea ax, [bp - 512]
        push ax
        mov al, 'A' - 1
        add al, cl
        FAR_CALL position
        pop dx
        rol dx, 1
        add dx, ax
        pop cx
        loop .find
        mov ax, dx
        xor dx, dx
        FAR_CALL write_long
        pop es
        mov sp, bp
        pop bp
        retf

; ---- sorting through far pointers ----

sorting:
        ENTER_PROC 4
        push es
        xor di, di
.fill:  mov bx, 30000
        FAR_CALL random
        mov [numbers + di], ax
        mov [pointers + di], di
        add word [pointers + di], numbers
        add di, 2
        cmp di, WORDS * 2
        jb .fill
        mov word [bp - 2], 1    ; by insertion
.next:  mov bx, [bp - 2]
        shl bx, 1
        mov dx, [pointers + bx]
.down:  or bx, bx
        jz .here
        push ds
        push dx
        push ds
        push word [pointers + bx - 2]
        FAR_CALL less
        jnc .here
        mov ax, [pointers + bx - 2]
        mov [pointers + bx], ax
        sub bx, 2
        jmp .down
.here:  mov [pointers + bx], dx
        inc word [bp - 2]
        cmp word [bp - 2], WORDS
        jb .next
        xor dx, dx
        xor si, si
.sum:   mov di, [pointers + si]
        rol dx, 3
        xor dx, [di]
        add si, 2
        cmp si, WORDS * 2
        jb .sum
        mov ax, dx
        xor dx, dx
        FAR_CALL write_long
        pop es
        mov sp, bp
        pop bp
        retf

; less(a, b): CF tells.
less:   push bp
        mov bp, sp
        push es
        les di, [bp + 10]
        mov ax, [es:di]
        les di, [bp + 6]
        cmp ax, [es:di]
        pop es
        pop bp
        retf 8

file_name db 'OUT.TXT', 0
vocabulary:
        db 4, 'the    ', 5, 'disk   ', 7, 'memory ', 3, 'of     '
        db 6, 'Pascal ', 4, 'and    ', 5, 'file   ', 6, 'string '
thousand dw 1000
seed    dw 1, 0
handle  dw 0
per_ms  dw 0
text_at dw 0
word_value dw 0
long_value dw 0, 0
        align 8, db 0
pivot   dq 0
factor  dq 0
text    equ ($ - $$ + 100h + 15) & ~15
matrix  equ text + 128
numbers equ matrix + SIZE * (SIZE + 1) * 8
pointers equ numbers + WORDS * 2
