; reset.asm - triple faults reset the processor; the BIOS comes back through
; the shutdown byte.
; Manual: SDM 3, 6.15 (#DF); IBM AT Technical Reference, shutdown status byte.
; rivals: none (QEMU resets the whole machine, Bochs stops in its debugger)
%define REAL_TESTS
%include "frame.inc"

LOW
    bits 16
; RESET_BY "name": the code up to SURVIVED must end in a reset.
%macro RESET_BY 1
    %push rst
    mov word [0x467], %$back
    mov word [0x469], 0
    mov [kept_sp], sp
    mov al, 0x8f
    out 0x70, al
    mov al, 0x0a
    out 0x71, al
    mov word [reset_name], %%n
    mov ebx, 0x12345678
    jmp %%go
%%n: db %1, 0
%%go:
%endmacro
%macro SURVIVED 0
    call no_reset
    jmp %$end
%$back:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, [kept_sp]
    call was_reset
%$end:
    %pop
%endmacro

kept_sp: dw 0
reset_name: dw 0
c9_sp: dw 0
c9_got: times 6 dw 0
idt_none: dw 0
    dd 0

no_reset:
    mov si, fail_text
    inc dword [failed]
    jmp reset_line
was_reset:
    mov si, ok_text
    inc dword [passed]
reset_line:
    xor ax, ax
    mov ds, ax
    call puts16
    mov si, [reset_name]
    call puts16
    mov al, 10
    call putc16
    mov al, 0x8f
    out 0x70, al
    mov al, 0
    out 0x71, al
    ret

real_tests:
    RESET_BY "triple fault in real mode"
    lidt [idt_none]
    int3
    SURVIVED
    mov eax, cr0
    and ax, 1
    IS16 "real mode after it", ax, 0
    lidt [real_idt_ptr]

    RESET_BY "triple fault in protected mode"
    lidt [idt_none]
    lgdt [gdt_ptr]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp .pm
.pm:
    ud2
    SURVIVED
    mov eax, cr0
    and ax, 1
    IS16 "PE is off after it", ax, 0

    RESET_BY "port 92h"
    in al, 0x92
    and al, 0xfe
    out 0x92, al
    or al, 1
    out 0x92, al
.wait:
    mov cx, 0xffff
    loop $
    SURVIVED

    RESET_BY "keyboard controller"
    mov al, 0xfe
    out 0x64, al
    mov cx, 0xffff
    loop $
    mov cx, 0xffff
    loop $
    SURVIVED

    ; 05h ends the interrupt in service: IRQ 0, taken by a poll.
    mov al, 0xfe
    out 0x21, al
    mov cx, 0xffff
.tick:
    mov al, 0x0c
    out 0x20, al
    in al, 0x20
    test al, 0x80
    jnz .polled
    loop .tick
.polled:
    mov al, 0x0b
    out 0x20, al
    in al, 0x20
    and ax, 1
    IS16 "IRQ 0 is in service", ax, 1
    RESET_BY "shutdown code 05h"
    mov al, 0x8f
    out 0x70, al
    mov al, 0x05
    out 0x71, al
    mov dword [0x600], 0x600df00d
    mov al, 0x01
    out 0x92, al
    mov cx, 0xffff
    loop $
    SURVIVED
    mov al, 0x0b
    out 0x20, al
    in al, 0x20
    and ax, 1
    IS16 "EOI by code 05h", ax, 0
    mov ax, [0x600]
    IS16 "memory is kept", ax, 0xf00d

    ; 09h: SS:SP from 40:67, then ES, DS, POPA and IRET, as for a block move.
    mov word [c9_sp], sp
    mov dx, 0x92
    mov bx, 0x4321
    mov si, 0x5678
    mov di, 0x789a
    mov bp, 0x9abc
    pushf
    push cs
    push word .back9
    pusha
    push ds
    push word 0x1234
    mov [0x467], sp
    mov [0x469], ss
    mov al, 0x8f
    out 0x70, al
    mov al, 0x09
    out 0x71, al
    xor bx, bx
    xor si, si
    xor di, di
    xor bp, bp
    mov sp, 0x500
    mov al, 0x01
    out dx, al
    mov cx, 0xffff
    loop $
.back9:
    mov [c9_got], bx
    mov [c9_got + 2], si
    mov [c9_got + 4], di
    mov [c9_got + 6], bp
    mov [c9_got + 8], es
    mov [c9_got + 10], sp
    xor ax, ax
    mov es, ax
    mov ax, [c9_got]
    IS16 "code 09h: BX", ax, 0x4321
    mov ax, [c9_got + 2]
    IS16 "code 09h: SI", ax, 0x5678
    mov ax, [c9_got + 4]
    IS16 "code 09h: DI", ax, 0x789a
    mov ax, [c9_got + 6]
    IS16 "code 09h: BP", ax, 0x9abc
    mov ax, [c9_got + 8]
    IS16 "code 09h: ES", ax, 0x1234
    mov ax, [c9_got + 10]
    sub ax, [c9_sp]
    IS16 "code 09h: SP", ax, 0
    mov al, 0x8f
    out 0x70, al
    mov al, 0
    out 0x71, al
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    ret

PM
    bits 32
tests:
    ret
