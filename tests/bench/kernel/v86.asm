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

; From V86 the frame is: error eip cs eflags esp ss; EBX: the instruction.
EIP     equ 36
CS_     equ 40
FLAGS   equ 44
ESP_    equ 48
SS_     equ 52
fault:  pushad
        mov eax, DATA
        mov ds, ax
        movzx ebx, word [esp + CS_]
        shl ebx, 4
        add ebx, [esp + EIP]
        movzx edx, word [esp + SS_]
        shl edx, 4              ; base of its stack
        mov al, [ebx]
        cmp al, 0cdh
        je .int
        cmp al, 0cfh
        je .iret
        inc dword [esp + EIP]
        cmp al, 0fah
        je .cli
        cmp al, 0fbh
        je .sti
        cmp al, 9ch
        je .pushf
        cmp al, 9dh
        je .popf
.hlt:   movzx ebx, word [esp + 16]
        mov esp, [ESP_RUN]
        mov ax, DATA
        mov es, ax
        movzx eax, word [COUNT16]
        shl eax, 16
        mov ax, bx
        ret

.int:   movzx ecx, byte [ebx + 1]
        movzx eax, word [esp + ESP_]
        sub ax, 6
        mov [esp + ESP_], eax
        add edx, eax
        mov ebx, [esp + FLAGS]
        and ebx, 0fffffdffh
        or ebx, [IF16]
        mov [edx + 4], bx
        mov ebx, [esp + CS_]
        mov [edx + 2], bx
        mov ebx, [esp + EIP]
        add ebx, 2
        mov [edx], bx
        mov ebx, [ecx * 4]
        movzx eax, bx
        shr ebx, 16
        mov [esp + EIP], eax
        mov [esp + CS_], ebx
        mov dword [IF16], 0
        jmp .back

.iret:  movzx eax, word [esp + ESP_]
        movzx ebx, word [edx + eax]
        mov [esp + EIP], ebx
        movzx ebx, word [edx + eax + 2]
        mov [esp + CS_], ebx
        movzx ebx, word [edx + eax + 4]
        add ax, 6
        mov [esp + ESP_], eax
        jmp .flags

.popf:  movzx eax, word [esp + ESP_]
        movzx ebx, word [edx + eax]
        add ax, 2
        mov [esp + ESP_], eax
.flags: mov eax, ebx
        and eax, 200h
        mov [IF16], eax
        and ebx, 0dd5h          ; the arithmetic flags, DF and TF
        or ebx, 20002h
        mov [esp + FLAGS], ebx
        jmp .back

.pushf: movzx eax, word [esp + ESP_]
        sub ax, 2
        mov [esp + ESP_], eax
        mov ebx, [esp + FLAGS]
        and ebx, 0fffffdffh
        or ebx, [IF16]
        mov [edx + eax], bx
        jmp .back

.cli:   mov dword [IF16], 0
        jmp .back
.sti:   mov dword [IF16], 200h
.back:  popad
        add esp, 4
        iretd
kernel_end:
