; lseek.asm - a Linux program: reads 2,000 blocks of 4 KB at random places of
; /dev/sda between 40 and 86 MB, past the page cache, adds 1 to the first dword
; of each, and writes every second one back. Prints the sum of those dwords.
        cpu 386
        bits 32
        global _start

READ    equ 180                 ; pread64: EBX file, ECX bytes, EDX how many,
WRITE   equ 181                 ; pwrite64: ESI and EDI where
BLOCKS  equ 12000               ; of which one is chosen
ROUNDS  equ 2000
SIZE    equ 4096
BEGIN   equ 40 << 20
DIRECT  equ 4002h               ; O_RDWR | O_DIRECT

        section .text
_start: mov eax, 5              ; open
        mov ebx, disk
        mov ecx, DIRECT
        int 80h
        test eax, eax
        js .end
        mov ebx, eax
        mov ebp, ROUNDS
.next:  imul eax, [seed], 1664525
        add eax, 1013904223
        mov [seed], eax
        shr eax, 8
        xor edx, edx
        mov ecx, BLOCKS
        div ecx
        shl edx, 12
        lea esi, [edx + BEGIN]
        xor edi, edi
        mov ecx, buffer
        mov edx, SIZE
        mov eax, READ
        int 80h
        inc dword [buffer]
        mov eax, [buffer]
        add [sum], eax
        test ebp, 1
        jz .done
        mov eax, WRITE
        int 80h
.done:  dec ebp
        jnz .next
.end:   mov ebx, [sum]          ; in hexadecimal
        mov edi, text
        mov ecx, 8
.digit: rol ebx, 4
        mov al, bl
        and al, 15
        cmp al, 10
        sbb al, 69h
        das
        stosb
        loop .digit
        mov eax, 4              ; write
        mov ebx, 1
        mov ecx, text
        mov edx, 9
        int 80h
        mov eax, 1              ; exit
        xor ebx, ebx
        int 80h

        section .data
disk:   db '/dev/sda', 0
text:   db '........', 10
        align 4
seed:   dd 1
sum:    dd 0

        section .bss
        alignb 4096
buffer: resb SIZE
