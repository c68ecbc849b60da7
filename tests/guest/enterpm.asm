; enterpm.asm - INT 15h 89h: the BIOS goes to protected mode, behind the call,
; as programs of the 286's time have it do; they come back by a reset.
; Manual: IBM PC AT Technical Reference, INT 15h 89h, shutdown byte.
; cpus: 286 386 486 pentium2
; rivals: none (their BIOSes refuse it)
%define REAL_TESTS
%include "frame.inc"

LOW
    bits 16
    cpu 286

real_tests:
    pop word [main_ip]
    mov sp, 0x7000
    mov al, 0x8f                        ; back by a jump through 40:67
    out 0x70, al
    mov al, 0x0a
    out 0x71, al
    mov word [0x467], back
    mov word [0x469], 0
    mov si, table
    mov bx, 0x7020
    mov cx, 0x1234
    mov dx, 0x5678
    mov di, 0x9abc
    sti
    mov ah, 0x89
    int 0x15
after:
    jc .failed
    mov [cs_got], cs
    smsw ax
    mov [msw], ax
    jmp in_pm
.failed:
    mov word [msw], 0
    mov [cs_got], ax
    jmp back
cs_got: dw 0
msw: dw 0
main_ip: dw 0
got: times 12 dw 0

in_pm:
    mov [got], cx
    mov [got + 2], dx
    mov [got + 4], di
    mov [got + 6], sp
    mov [got + 8], ds
    mov [got + 10], es
    mov [got + 12], ss
    pushf
    pop word [got + 14]
    in al, 0x21
    mov ah, al
    in al, 0xa1
    mov [got + 16], ax
    mov word [es:0], 0xfeed             ; at 1 MB + 64 KB
    mov ax, [es:0]
    mov [got + 18], ax
    mov word [0x600], 0                 ; the handler says that it was here
    mov al, 0xfe                        ; IRQ 0 alone, by the IDT named
    out 0x21, al
    sti
    mov dx, 100
.more:
    mov cx, 0xffff
.wait:
    cmp word [0x600], 0
    loope .wait
    jne .came
    dec dx
    jnz .more
.came:
    cli
    mov ax, [0x600]
    mov [got + 20], ax
    mov al, 0xfe
    out 0x64, al
.stop:
    hlt
    jmp .stop

irq0:
    mov word [0x600], 0x1e57
    push ax
    mov al, 0x20
    out 0x20, al
    pop ax
    iret

back:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7000
    cld
    mov ax, [msw]
    and ax, 1
    IS16 "protected mode", ax, 1
    IS16 "CS", [cs_got], 0x30
    IS16 "DS", [got + 8], 0x18
    IS16 "ES", [got + 10], 0x20
    IS16 "SS", [got + 12], 0x28
    IS16 "SP", [got + 6], 0x7000
    IS16 "CX", [got], 0x1234
    IS16 "DX", [got + 2], 0x5678
    IS16 "DI", [got + 4], 0x9abc
    mov ax, [got + 14]
    and ax, 0x201
    IS16 "interrupts are off, CF = 0", ax, 0
    IS16 "all interrupts are masked", [got + 16], 0xffff
    IS16 "A20 is open", [got + 18], 0xfeed
    IS16 "IRQ 0 comes where it was told to", [got + 20], 0x1e57
    mov word [0x600], 0
    mov ax, [gdt_bios]
    IS16 "the BIOS's descriptor: limit", ax, 0xffff
    mov ax, [gdt_bios + 5]
    IS16 "the BIOS's descriptor: rights", ax, 0x9b
    mov al, 0x11                        ; as in real mode
    out 0x20, al
    out 0xa0, al
    mov al, 8
    out 0x21, al
    mov al, 0x70
    out 0xa1, al
    mov al, 4
    out 0x21, al
    mov al, 2
    out 0xa1, al
    mov al, 1
    out 0x21, al
    out 0xa1, al
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    mov sp, 0x7c00
    jmp [main_ip]

    align 8
table:
    dq 0
    dw 0x3f, table, 0x9300, 0
    dw 0x7ff, IDT_AT, 0x9300, 0
    dw 0xffff, 0, 0x9300, 0             ; DS
    dw 0xffff, 0, 0x9311, 0             ; ES: 1 MB + 64 KB
    dw 0xffff, 0, 0x9300, 0             ; SS
    dw 0xffff, 0, 0x9b00, 0             ; CS
gdt_bios:
    dq 0
; An IDT whose gates 20h and up are there; no fault comes.
IDT_AT equ gates - 0x20 * 8
gates:
    dw irq0, 0x30, 0x8600, 0

    cpu 386
PM
    bits 32
tests:
    ret
