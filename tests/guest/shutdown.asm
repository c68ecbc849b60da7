; shutdown.asm - back from a reset of the processor through the shutdown byte,
; with stacks and frames as others than the BIOS's block move build them.
; Manual: IBM PC AT Technical Reference, BIOS listing: shutdown byte 0Fh, codes
; 04h, 05h, 09h and 0Ah; 0Bh and 0Ch are those of later BIOSes.
; cpus: 286 386 486 pentium2
; rivals: none (their BIOSes know neither all codes nor the AT's frame)
%define REAL_TESTS
%include "frame.inc"

STACK equ 0x2000                        ; SS, SP of the tests
TOP equ 0x0ffe                          ; not aligned to a paragraph

LOW
    bits 16
    cpu 286

; SHUTDOWN code, "name": the processor is reset; RESUMED is where it must come
; out. No register is what it was, but SS:SP is asked for after it.
%macro SHUTDOWN 2
    %push down
    mov word [shut_name], %%n
    mov [shut_sp], sp
    mov al, 0x8f
    out 0x70, al
    mov al, %1
    out 0x71, al
    call strange_registers
    mov al, 0xfe
    out 0x64, al
    jmp shut_wait
%%n: db %2, 0
%endmacro
%macro RESUMED 0
%$back:
    pushf
    mov [cs:got_sp], sp
    mov [cs:got_ss], ss
    call came_back
    %pop
%endmacro

shut_name: dw 0
shut_sp: dw 0
got_sp: dw 0
got_ss: dw 0
got: times 8 dw 0                       ; PUSHA, from DI up
got_ds: dw 0
got_es: dw 0
got_fl: dw 0

strange_registers:
    mov bx, 0xdead
    mov cx, bx
    mov dx, bx
    mov si, bx
    mov di, bx
    mov bp, bx
    mov es, bx
    mov ss, bx                          ; lost, as in protected mode
    mov sp, bx
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, [shut_sp]
    sub sp, 2
    ret

; It takes the 8042 a while; nothing comes back when the code is not known.
shut_wait:
    mov cx, 0xffff
    loop $
    mov cx, 0xffff
    loop $
    xor ax, ax
    mov ds, ax
    mov si, fail_text
    call puts16
    mov si, [shut_name]
    call puts16
    mov al, 10
    call putc16
    inc word [failed]
    jmp finish16

; The registers as they are go to `got`, then all is as before SHUTDOWN.
came_back:
    cli
    mov [cs:got + 14], ax
    mov [cs:got + 12], cx
    mov [cs:got + 10], dx
    mov [cs:got + 8], bx
    mov [cs:got + 4], bp
    mov [cs:got + 2], si
    mov [cs:got], di
    mov [cs:got_ds], ds
    mov [cs:got_es], es
    pop bx
    pop word [cs:got_fl]
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, [shut_sp]
    cld
    mov si, ok_text
    inc word [passed]
    call puts16
    mov si, [shut_name]
    call puts16
    mov al, 10
    call putc16
    mov al, 0x8f
    out 0x70, al
    in al, 0x71
    mov ah, 0
    IS16 "the shutdown byte is used up", ax, 0
    jmp bx

%macro POINTER 2                        ; 40:67 = segment:offset
    mov word [0x467], %2
    mov word [0x469], %1
%endmacro

real_tests:
    pop word [main_ip]
    mov sp, 0x7000                      ; the BIOS uses the place below 7C00
    mov byte [0x600], 0x5a
    mov byte [0x601], 0xa5
    call code_05
    call code_0a
    call code_09
    call code_0b
    call code_0c
    call code_04
    mov ax, [0x600]
    IS16 "memory is kept", ax, 0xa55a
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    mov sp, 0x7c00
    jmp [main_ip]
main_ip: dw 0

; IRQ 0 in service, taken by a poll; AL = the in-service register.
serve_irq0:
    mov al, 0xfe
    out 0x21, al
    mov cx, 0xffff
.tick:
    mov al, 0x0c
    out 0x20, al
    in al, 0x20
    test al, 0x80
    jnz in_service
    loop .tick
in_service:
    mov al, 0x0b
    out 0x20, al
    in al, 0x20
    and ax, 1
    ret

; 05h ends the interrupt in service, 0Ah leaves it.
code_05:
    call serve_irq0
    IS16 "IRQ 0 is in service", ax, 1
    POINTER 0, .back
    SHUTDOWN 0x05, "code 05h: jump with EOI"
.back:
    mov ss, [cs:zero]
    mov sp, TOP
    RESUMED
    call in_service
    IS16 "code 05h: EOI", ax, 0
    ret
zero: dw 0

code_0a:
    call serve_irq0
    POINTER 0x10, .back - 0x100
    SHUTDOWN 0x0a, "code 0Ah: jump"
.back:
    mov ax, cs
    mov ss, [cs:zero - 0x100]
    mov sp, TOP
    jmp 0:.at_0
.at_0:
    RESUMED
    mov ax, [got + 14]
    IS16 "code 0Ah: CS", ax, 0x10
    call in_service
    IS16 "code 0Ah: no EOI", ax, 1
    mov al, 0x20
    out 0x20, al
    ret

; What is pushed between these two is what a program left for after the reset.
%macro ON_STACK 0
    mov [kept_sp], sp
    mov ax, STACK
    mov ss, ax
    mov sp, TOP
%endmacro
%macro OFF_STACK 0
    POINTER ss, sp
    xor ax, ax
    mov ss, ax
    mov sp, [kept_sp]
%endmacro
kept_sp: dw 0

; 09h: DS, ES, PUSHA and an interrupt's frame, each with a value of its own.
code_09:
    ON_STACK
    push word 0x0cd7                    ; flags: CF PF AF ZF SF DF OF
    push cs
    push word .back
    push word 0x1111
    push word 0x2222
    push word 0x3333
    push word 0x4444
    push word 0x5555
    push word 0x6666
    push word 0x7777
    push word 0x8888
    push word 0x9999                    ; ES
    push word 0xaaaa                    ; DS
    OFF_STACK
    call gate_open
    SHUTDOWN 0x09, "code 09h: the AT's frame"
.back:
    RESUMED
    mov ax, [got + 14]
    IS16 "code 09h: AX", ax, 0x1111
    mov ax, [got + 12]
    IS16 "code 09h: CX", ax, 0x2222
    mov ax, [got + 10]
    IS16 "code 09h: DX", ax, 0x3333
    mov ax, [got + 8]
    IS16 "code 09h: BX", ax, 0x4444
    mov ax, [got + 4]
    IS16 "code 09h: BP", ax, 0x6666
    mov ax, [got + 2]
    IS16 "code 09h: SI", ax, 0x7777
    mov ax, [got]
    IS16 "code 09h: DI", ax, 0x8888
    mov ax, [got_es]
    IS16 "code 09h: ES", ax, 0x9999
    mov ax, [got_ds]
    IS16 "code 09h: DS", ax, 0xaaaa
    mov ax, [got_fl]
    and ax, 0x0fd5
    IS16 "code 09h: FLAGS", ax, 0x0cd5
    call stack_is
    call gate_is
    IS16 "code 09h: the A20 gate as it was", ax, 1
    call gate_close
    ret

; SS:SP is what it was before the frame; RESUMED pushed FLAGS.
stack_is:
    mov ax, [got_ss]
    IS16 "its SS", ax, STACK
    mov ax, [got_sp]
    IS16 "its SP", ax, TOP - 2
    ret

code_0b:
    ON_STACK
    push word 0x0cd7
    push cs
    push word .back
    OFF_STACK
    SHUTDOWN 0x0b, "code 0Bh: IRET"
.back:
    RESUMED
    mov ax, [got_fl]
    and ax, 0x0fd5
    IS16 "code 0Bh: FLAGS", ax, 0x0cd5
    jmp stack_is

code_0c:
    ON_STACK
    push cs
    push word .back
    OFF_STACK
    SHUTDOWN 0x0c, "code 0Ch: RETF"
.back:
    RESUMED
    jmp stack_is

; 04h: INT 19h, by its vector.
code_04:
    push word [0x19 * 4]
    push word [0x19 * 4 + 2]
    mov word [0x19 * 4], .back
    mov word [0x19 * 4 + 2], 0
    SHUTDOWN 0x04, "code 04h: INT 19h"
.back:
    RESUMED
    pop word [0x19 * 4 + 2]
    pop word [0x19 * 4]
    ret

gate_open:
    in al, 0x92
    or al, 2
    jmp gate_set
gate_close:
    in al, 0x92
    and al, 0xfd
gate_set:
    and al, 0xfe
    out 0x92, al
    ret

; AX = 1 when the gate is open.
gate_is:
    mov ax, 0xffff
    mov es, ax
    mov al, [es:0x610]
    not byte [0x600]
    mov ah, [es:0x610]
    not byte [0x600]
    cmp al, ah
    mov ax, 1
    je .open
    dec ax
.open:
    push ds
    pop es
    ret

    cpu 386
PM
    bits 32
tests:
    ret
