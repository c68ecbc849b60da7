; intring.asm - INT from ring 3 to ring 0 and IRET back.
%define PROTECTED
%define SETUP32
%include "boot.inc"
ESP_RUN equ 3000h               ; ESP of the loop that runs iterations
COUNT0  equ 3004h
        bits 16
setup:  ret
        bits 32
setup32:
        TASK FREE, TSS
        mov dword [TSS + 4], 8f000h
        mov dword [TSS + 8], DATA
        mov word [TSS + 66h], 104
        mov ax, FREE
        ltr ax
        GATE 30h, service, 0eeh
        GATE 31h, leave3, 0eeh
        ret

iter:   mov [ESP_RUN], esp
        mov dword [COUNT0], 0
        push DATA3
        push 88000h
        push 2
        push CODE3
        push ring3
        mov ax, DATA3
        mov ds, ax
        mov es, ax
        iretd

ring3:  xor ebx, ebx
        mov ecx, 5000
.next:  mov eax, ecx
        int 30h
        add ebx, eax
        rol ebx, 1
        dec ecx
        jnz .next
        int 31h

service:
        push ds
        push edx
        mov edx, DATA
        mov ds, dx
        inc dword [COUNT0]
        xor eax, [COUNT0]
        pop edx
        pop ds
        iretd

leave3: mov ax, DATA
        mov ds, ax
        mov es, ax
        mov esp, [ESP_RUN]
        mov eax, [COUNT0]
        xor eax, ebx
        ret
kernel_end:
