; v86.asm - virtual-8086 code whose INT, IRET, CLI, STI, PUSHF and POPF a
; monitor in ring 0 reflects, as memory managers and DOS boxes do.
%define PROTECTED
%define SETUP32
%include "boot.inc"
VECTOR  equ 60h
ESP_RUN equ 3000h
COUNT16 equ 3004h
IF16    equ 3008h               ; the virtual interrupt flag: 0 or 200h
STACK16 equ 6000h
        bits 16
setup:  mov word [VECTOR * 4], handler
        mov word [VECTOR * 4 + 2], 0
        ret

; ---- in V86 mode ----
guest:  xor ax, ax
        mov ds, ax
        mov [COUNT16], ax
        xor bx, bx
        mov cx, 1000
.next:  mov ax, cx
        int VECTOR
        add bx, ax
        cli
        rol bx, 1
        mov dx, bx
        sti
        pushf
        popf
        loop .next
        hlt                     ; back to the monitor

handler:
        push bp
        mov bp, sp
        inc word [COUNT16]
        xor ax, [COUNT16]
        pop bp
        iret

; ---- the monitor ----
        bits 32
setup32:
        TASK FREE, TSS
        mov dword [TSS + 4], 8f000h
        mov dword [TSS + 8], DATA
        mov word [TSS + 66h], 104
        mov ax, FREE
        ltr ax
        GATE 13, fault, 8eh
        ret

iter:   mov [ESP_RUN], esp
        mov dword [IF16], 200h
        xor eax, eax
        push eax                ; gs fs ds es
        push eax
        push eax
        push eax
        push eax                ; ss
        push STACK16
        push 20002h             ; VM; the real IF stays off
        push eax
        push guest
        iretd

v86_end:
        movzx ebx, word [esp + 16]
        mov esp, [ESP_RUN]
        mov ax, DATA
        mov es, ax
        movzx eax, word [COUNT16]
        shl eax, 16
        mov ax, bx
        ret
%include "v86.inc"
kernel_end:
