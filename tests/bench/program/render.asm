; render.asm - a game's renderer (render.c, columns.asm) in ring 3 under an
; extender of the smallest kind: segments whose base is no page and whose limits
; are the program's own, video memory by a selector, the timer's interrupt
; reflected to the program and each eighth one to the BIOS, the program's INT 16h
; to the BIOS in real mode. With MODEX in Mode X, else in mode 13h.
;
; The program's INT 31h, AX = 4C00h, ends it with the sum in EBX.
%define PROTECTED
%define SETUP32
%include "boot.inc"

BASE    equ 212340h             ; of the program's segments
CLIENT  equ FREE | 3
STACK   equ (FREE + 8) | 3      ; the data's, too
VIDEO   equ (FREE + 16) | 3
STATE   equ FREE + 24           ; the TSS
LIMIT   equ 2fffffh             ; of the data, 3 MB
TOP     equ 2ffff0h             ; of the program's stack

        bits 16
setup:  mov ax, 13h
        int 10h
%ifdef MODEX
        mov dx, 3c4h            ; chain-4 off, byte mode
        mov ax, 604h
        out dx, ax
        mov dx, 3d4h
        mov ax, 14h
        out dx, ax
        mov ax, 0e317h
        out dx, ax
%endif
        mov al, 34h             ; 140 Hz
        out 43h, al
        mov al, 8523 & 255
        out 40h, al
        mov al, 8523 >> 8
        out 40h, al
        ret

; Selector %1: base %2, limit %3, access byte %4, flags %5.
%macro SEGMENT 5
        mov dword [GDT + ((%1) & ~3)], ((%2) & 0ffffh) << 16 | ((%3) & 0ffffh)
        mov dword [GDT + ((%1) & ~3) + 4], (%2) >> 16 & 0ffh | (%4) << 8 | \
            ((%3) >> 16) << 16 | (%5) << 20 | ((%2) & 0ff000000h)
%endmacro

        bits 32
setup32:
        SEGMENT CLIENT, BASE, CODE_LIMIT, 0fbh, 4
        SEGMENT STACK, BASE, LIMIT >> 12, 0f3h, 0ch
        SEGMENT VIDEO, 0a0000h, 0ffffh, 0f3h, 4
        TASK STATE, TSS
        mov dword [TSS + 4], 8f000h
        mov dword [TSS + 8], DATA
        mov word [TSS + 66h], 104
        mov ax, STATE
        ltr ax
        GATE 8, timer, 8eh
        GATE 9, other, 8eh
        GATE 14, other, 8eh
        GATE 16h, bios, 0eeh
        GATE 31h, service, 0eeh
        ret

iter:   mov [left_esp], esp
        mov edi, BASE
        xor eax, eax
        mov ecx, (LIMIT + 1) / 4
        rep stosd
        mov esi, client
        mov edi, BASE
        mov ecx, client_end - client
        rep movsb
        mov ax, STACK
        mov ds, ax
        mov es, ax
        mov ax, VIDEO
        mov fs, ax
        push STACK
        push TOP
        push 3202h              ; IOPL 3, IF
        push CLIENT
        push 0
        iretd

; The program's segments are loaded again as it had them.
%macro ENTER_HOST 0
        pushad
        push ds
        push es
        push fs
        push gs
        mov eax, DATA
        mov ds, eax
        mov es, eax
%endmacro
%macro LEAVE_HOST 0
        pop gs
        pop fs
        pop es
        pop ds
        popad
        iretd
%endmacro
REGS    equ 16                  ; EDI ... EAX of pushad
EIP     equ REGS + 32

timer:  ENTER_HOST
        inc dword [ticks]
        test byte [ticks], 7
        jz .bios
        mov al, 20h
        out 20h, al
.reflect:
        test byte [esp + EIP + 4], 3
        jz .end                 ; it came in the host
        mov ebx, [esp + EIP + 12]
        sub ebx, 12             ; a frame on the program's stack
        mov [esp + EIP + 12], ebx
        mov eax, [esp + EIP]
        mov [BASE + ebx], eax
        mov eax, [esp + EIP + 4]
        mov [BASE + ebx + 4], eax
        mov eax, [esp + EIP + 8]
        mov [BASE + ebx + 8], eax
        mov eax, [BASE + 8]     ; the handler that it named
        mov [esp + EIP], eax
.end:   LEAVE_HOST
.bios:  mov ebx, 8
        call real
        jmp .reflect

other:  ENTER_HOST
        mov al, 20h
        out 20h, al
        LEAVE_HOST

; The keyboard's service: AX and ZF as the BIOS gives them.
bios:   ENTER_HOST
        mov ebx, 16h
        call real
        mov [esp + REGS + 28], ax
        and byte [esp + EIP + 8], 0bfh
        mov al, [real_flags]
        and al, 40h
        or [esp + EIP + 8], al
        LEAVE_HOST

service:
        mov eax, DATA
        mov ds, eax
        mov es, eax
        mov eax, ebx
        mov esp, [left_esp]
        ret

; The handler of real mode's interrupt EBX, with AX as in the last pushad frame.
real:   mov [real_esp], esp
        mov eax, [esp + 4 + REGS + 28]
        mov [real_ax], eax
        mov eax, [ebx * 4]
        mov [real_far], eax
        jmp CODE16:.narrow
        bits 16
.narrow:
        mov ax, DATA16
        mov ss, ax
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov eax, cr0
        and al, 0feh
        mov cr0, eax
        jmp 0:.in
.in:    xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 6e00h
        lidt [idtr_real]
        mov ax, [real_ax]
        pushf
        call far [cs:real_far]
        cli
        push ax
        pushf
        xor ax, ax
        mov ds, ax
        pop word [real_flags]
        pop word [real_ax]
        lidt [idtr]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp CODE:.wide
        bits 32
.wide:  mov ax, DATA
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, [real_esp]
        mov eax, [real_ax]
        ret

        align 4
left_esp dd 0
real_esp dd 0
real_ax dd 0
real_flags dd 0
real_far dd 0
ticks   dd 0
        align 16
client: incbin CODE_FILE
client_end:
CODE_LIMIT equ client_end - client - 1
kernel_end:
