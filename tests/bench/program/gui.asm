; gui.asm - what a graphical shell over DOS does: a 16-bit program in ring 3
; walks lists through far pointers and asks a monitor for each thing to be drawn;
; the monitor switches to a driver in V86 mode, with paging on, whose INT, CLI, STI,
; PUSHF and POPF it reflects; the driver draws in 640 x 480 by 16: rectangles by
; set/reset, copies by the latches, letters by the bit mask, lines pixel by pixel.
%define PROTECTED
%define SETUP32
%define PAGING
%include "boot.inc"

ESP_RUN equ 3000h
IF16    equ 3008h
FONT    equ 4000h               ; 128 letters of 16 lines
STACK16 equ 6000h               ; the driver's
STACK3  equ 5f00h               ; the program's
HEAP    equ 30000h
VECTOR  equ 60h
CALLS   equ 30000

STATE   equ FREE
CODE_16 equ (FREE + 8) | 3
DATA_16 equ (FREE + 16) | 3
HEAP_16 equ (FREE + 24) | 3

END     equ 0ffffh              ; INT 31h's function, besides the driver's

        bits 16
setup:  mov ax, 12h
        int 10h
        mov word [VECTOR * 4], guarded
        mov word [VECTOR * 4 + 2], 0
        mov di, FONT
        mov cx, 1024
        mov ax, 1a35h
.font:  stosw
        mov dx, 25173
        mul dx
        add ax, 13849
        loop .font
        ret

        bits 32
; Selector %1 for ring 3, 16 bits: base %2, limit %3, access byte %4.
%macro SEGMENT 4
        mov dword [GDT + ((%1) & ~3)], ((%2) & 0ffffh) << 16 | (%3)
        mov dword [GDT + ((%1) & ~3) + 4], (%2) >> 16 | (%4) << 8
%endmacro

setup32:
        SEGMENT CODE_16, 0, 0ffffh, 0fbh
        SEGMENT DATA_16, 0, 0ffffh, 0f3h
        SEGMENT HEAP_16, HEAP, 7fffh, 0f3h
        TASK STATE, TSS
        mov word [GDT + STATE], 104 + 128
        mov edi, TSS            ; all ports below 400h may be used
        mov ecx, 104 + 128
        xor eax, eax
        rep stosb
        mov byte [edi], 0ffh
        mov dword [TSS + 4], 8f000h
        mov dword [TSS + 8], DATA
        mov word [TSS + 66h], 104
        mov ax, STATE
        ltr ax
        GATE 13, fault, 8eh
        GATE 31h, ask, 0eeh
        ret

iter:   mov [ESP_RUN], esp
        mov dword [IF16], 200h
        mov edi, HEAP           ; a list of 256 windows
        xor ebx, ebx
.list:  lea eax, [ebx + 97]
        and eax, 255
        shl eax, 4
        mov [edi], ax           ; the next one
        mov word [edi + 2], HEAP_16
        mov eax, ebx
        imul eax, eax, 37
        mov [edi + 4], ax       ; what is drawn there
        mov [edi + 6], bx
        mov word [edi + 8], 0
        add edi, 16
        inc ebx
        cmp ebx, 256
        jb .list
        push DATA_16
        push STACK3
        push 2
        push CODE_16
        push program
        mov ax, DATA_16
        mov ds, ax
        mov es, ax
        iretd

; The program's INT 31h: the driver's function AX with BX, CX, DX; its AX.
ask:    cmp ax, END
        je .end
        push ds
        push es
        pushad
        mov ecx, DATA
        mov ds, ecx
        mov es, ecx
        mov [TSS + 4], esp      ; the driver's faults come below this
        mov ecx, [esp + 24]
        xor esi, esi
        push esi                ; gs fs ds es
        push esi
        push esi
        push esi
        push esi                ; ss
        push STACK16
        push 20002h
        push esi
        push driver
        iretd
.end:   mov ax, DATA
        mov ds, ax
        mov es, ax
        movzx eax, bx
        mov esp, [ESP_RUN]
        ret

v86_end:
        mov eax, [esp + 28]     ; the driver's
        mov esp, [TSS + 4]
        mov dword [TSS + 4], 8f000h
        mov [esp + 28], ax
        popad
        pop es
        pop ds
        iretd
%include "v86.inc"

; ---- the program, in ring 3 ----
        bits 16
program:
        mov cx, CALLS
        xor bp, bp
        push HEAP_16
        push 0
.next:  mov si, sp
        les di, [ss:si]         ; the list goes on
        mov dx, 20
.walk:  mov ax, [es:di + 4]
        add ax, [es:di + 6]
        rol ax, 1
        xor [es:di + 8], ax
        add bp, [es:di + 8]
        les di, [es:di]
        dec dx
        jnz .walk
        mov [ss:si], di
        mov [ss:si + 2], es
        push cx
        mov bx, [es:di + 4]
        mov dx, [es:di + 6]
        add bx, bp
        mov ax, cx
        and ax, 3
        call far [ss:caller]
        pop cx
        xor bp, ax
        loop .next
        add sp, 4
        mov ax, 4               ; the sum of what is to be seen
        int 31h
        mov bx, ax
        add bx, bp
        mov ax, END
        int 31h

caller: dw .far, CODE_16
.far:   int 31h
        retf

; ---- the driver, in V86 mode ----
driver: push ax
        pushf
        cli
        int VECTOR
        popf
        pop ax
        mov si, ax
        shl si, 1
        mov ax, 0a000h
        mov es, ax
        call [cs:.table + si]
        sti
        hlt
.table: dw rectangle, copy, letters, line, sum

; A section that only one may be in.
guarded:
        inc word [cs:.count]
        iret
.count  dw 0

%macro VGA 2
        mov dx, 3ceh
        mov ax, (%2) << 8 | (%1)
        out dx, ax
%endmacro

; BX: place and colour.
rectangle:
        mov dx, 3ceh
        mov ah, bl
        and ah, 15
        xor al, al
        out dx, ax
        VGA 1, 0fh
        mov di, bx
        and di, 3fffh
        mov dx, 24
.line:  mov cx, 30
        rep stosb
        add di, 80 - 30
        dec dx
        jnz .line
        VGA 1, 0
        mov ax, bx
        ret

copy:   VGA 5, 1
        push ds
        push es
        pop ds
        mov di, bx
        and di, 3fffh
        lea si, [di + 80 * 8 + 3]
        mov dx, 40
.line:  mov cx, 24
        rep movsb
        add si, 80 - 24
        add di, 80 - 24
        dec dx
        jnz .line
        pop ds
        VGA 5, 0
        mov ax, di
        ret

letters:
        mov dx, 3ceh
        mov ah, bh
        and ah, 15
        xor al, al
        out dx, ax
        VGA 1, 0fh
        mov di, bx
        and di, 3fffh
        mov cx, 40
.letter:
        push cx
        push di
        mov si, cx
        add si, bx
        and si, 127
        shl si, 4
        add si, FONT
        mov cx, 16
        mov al, 8
.row:   mov ah, [si]
        inc si
        out dx, ax
        mov ah, [es:di]
        mov [es:di], ah
        add di, 80
        loop .row
        pop di
        inc di
        pop cx
        loop .letter
        VGA 8, 0ffh
        VGA 1, 0
        mov ax, si
        ret

; 200 pixels down and to the right, combined with what is there.
line:   VGA 3, 18h
        VGA 0, 5
        VGA 1, 0fh
        mov di, bx
        and di, 3fffh
        mov cl, bl
        and cl, 7
        mov ah, 80h
        shr ah, cl
        mov cx, 200
        mov bp, bx
        and bp, 127
        mov al, 8
.pixel: out dx, ax
        xor [es:di], al
        ror ah, 1
        adc di, 0
        add bp, 70
        cmp bp, 128
        jb .same
        sub bp, 128
        add di, 80
.same:  loop .pixel
        VGA 3, 0
        VGA 8, 0ffh
        VGA 1, 0
        mov ax, di
        ret

; Each seventh byte of all planes.
sum:    mov dx, 3ceh
        mov ax, 4
        xor bx, bx
.plane: out dx, ax
        xor di, di
.next:  rol bx, 3
        add bl, [es:di]
        add di, 7
        cmp di, 38400
        jb .next
        inc ah
        cmp ah, 4
        jb .plane
        mov ax, bx
        ret
kernel_end:
