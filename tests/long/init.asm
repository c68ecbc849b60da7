; init.asm - the only program of the Linux that tests/long/linux.sh boots:
; shows what the kernel found, uses fork, signals, timers and the x87, then
; reboots. A static 32-bit ELF program (nasm -f elf32, ld -m elf_i386).
bits 32
global _start

SYS_EXIT        equ 1
SYS_FORK        equ 2
SYS_READ        equ 3
SYS_WRITE       equ 4
SYS_OPEN        equ 5
SYS_CLOSE       equ 6
SYS_WAITPID     equ 7
SYS_MOUNT       equ 21
SYS_SYNC        equ 36
SYS_IOCTL       equ 54
SYS_REBOOT      equ 88
SYS_NANOSLEEP   equ 162
TCSBRK          equ 5409h               ; 1: wait until all is sent

%macro sys 1-4 0, 0, 0
    mov ebx, %2
    mov ecx, %3
    mov edx, %4
    mov eax, %1
    int 80h
%endmacro

%macro say 1
    mov esi, %1
    call print
%endmacro

section .text
_start:
    mov eax, SYS_MOUNT
    mov ebx, proc
    mov ecx, slash_proc
    mov edx, proc
    xor esi, esi
    xor edi, edi
    int 80h
    say hello
    mov ebp, files
.file:
    mov esi, [ebp]
    test esi, esi
    jz .tests
    call show
    add ebp, 4
    jmp .file

.tests:
    sys SYS_FORK
    test eax, eax
    jnz .parent
    fldpi                               ; the child: 3 * pi, as an integer
    fimul dword [three]
    fistp dword [number]
    sys SYS_EXIT, dword [number]
.parent:
    sys SYS_WAITPID, -1, number
    cmp byte [number + 1], 9
    jne .bad
    sys SYS_NANOSLEEP, second
    test eax, eax
    jnz .bad
    say good
    jmp .end
.bad:
    say bad
.end:
    sys SYS_IOCTL, 1, TCSBRK, 1
    sys SYS_SYNC
    mov eax, SYS_REBOOT
    mov ebx, 0fee1deadh
    mov ecx, 672274793
    mov edx, 01234567h
    int 80h
.forever:
    sys SYS_NANOSLEEP, second
    jmp .forever

; ESI: a file's name. Writes its name and text.
show:
    call print
    say newline
    mov esi, [ebp]
    sys SYS_OPEN, esi
    test eax, eax
    js .done
    mov edi, eax
.more:
    sys SYS_READ, edi, buffer, 4096
    test eax, eax
    jle .close
    sys SYS_WRITE, 1, buffer, eax
    jmp .more
.close:
    sys SYS_CLOSE, edi
.done:
    ret

; ESI: text with a 0.
print:
    mov edx, esi
.next:
    cmp byte [edx], 0
    lea edx, [edx + 1]
    jne .next
    sub edx, esi
    dec edx
    sys SYS_WRITE, 1, esi, edx
    ret

section .data
proc        db "proc", 0
slash_proc  db "/proc", 0
f1          db "/proc/version", 0
f2          db "/proc/cpuinfo", 0
f3          db "/proc/interrupts", 0
f4          db "/proc/ioports", 0
f5          db "/proc/mtrr", 0
f6          db "/proc/iomem", 0
f7          db "/proc/partitions", 0
files       dd f1, f2, f3, f4, f5, f6, f7, 0
hello       db 10, "isabox init: up", 10, 0
good        db "isabox init: all well", 10, 0
bad         db "isabox init: something failed", 10, 0
newline     db 10, 0
three       dd 3
second      dd 1, 0

section .bss
number      resd 1
buffer      resb 4096
