; reset.asm - triple faults reset the processor; the BIOS comes back through
; the shutdown byte (see shutdown.asm).
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
    ret

PM
    bits 32
tests:
    ret
