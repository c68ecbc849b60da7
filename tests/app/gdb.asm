; gdb.asm - a boot disk that goes through the processor's modes, for gdb.sh:
; real mode, protected mode, paging, ring 3 at 80000000h, virtual-8086 mode
; under a monitor, and back to real mode. The places where gdb.sh stops stand
; at fixed addresses.
bits 16
org 0x7c00

PAGE_DIR   equ 0x10000
LOW_PAGES  equ 0x11000                  ; 0 to 4 MB, as they are
USER_PAGES equ 0x12000                  ; 80000000h and the page behind it
USER       equ 0x20000                  ; the memory there
IDT        equ 0x13000
TSS        equ 0x14000
COUNT      equ 0x5000                   ; V86: how often it went round

%define LIN(x) (x - start + 0x7c00)

%macro AT 1
    times %1 - 0x7c00 - ($ - $$) db 0x90
%endmacro

start:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
    mov ax, 0x0202                      ; the rest of this program
    mov bx, 0x7e00
    mov cx, 2
    mov dh, 0
    int 0x13
    call routine
    jmp 0x7b0:enter - 0x7b00

AT 0x7c40
routine:
    push bp
    mov bp, sp
    inc word [0x600]
    pop bp
    ret

AT 0x7c80
enter:                                  ; CS 7B0
    lgdt [gdt_at]
    mov eax, cr0
    or al, 1
AT 0x7c90
    mov cr0, eax
    jmp dword 8:protected
AT 0x7dfe
    dw 0xaa55

bits 32
AT 0x7e00
protected:
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov esp, 0x9000
    call tables
AT 0x7e20
    mov cr0, eax                        ; paging
    lidt [idt_at]
    mov ax, 0x28
    ltr ax
    mov ax, 0x23
    mov ds, ax
    push dword 0x23
    push dword 0x80001800
    push dword 0x3002
    push dword 0x1b
    push dword 0x80000000
AT 0x7e60
    iretd                               ; to ring 3

AT 0x7e80
handler:                                ; INT 30h of ring 3: to V86 mode
    add esp, 20
    push dword 0                        ; GS, FS, DS, ES
    push dword 0
    push dword 0
    push dword 0
    push dword 0                        ; SS, ESP
    push dword 0x7000
    push dword 0x20002
    push dword 0
    push dword v86
AT 0x7ea0
    iretd

AT 0x7ec0
monitor:                                ; #GP in V86 mode: INT 21h, HLT
    push eax
    movzx eax, word [esp + 8]
    mov al, [ss:eax]
    cmp al, 0xf4
    pop eax
    je leave_paging
    add dword [esp + 4], 2
    add esp, 4
AT 0x7ee0
    iretd

AT 0x7f00
leave_paging:
    mov eax, cr0
    and eax, 0x7fffffff
AT 0x7f10
    mov cr0, eax
    jmp 0x30:to_real

AT 0x7f40
bits 16
to_real:
    mov ax, 0x38
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov eax, cr0
    and al, 0xfe
AT 0x7f50
    mov cr0, eax
    jmp 0:real_again
AT 0x7f60
real_again:
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7c00
round:
    inc word [0x604]
    jmp round

AT 0x7f80
v86:
    inc word [COUNT]
    int 0x21
    inc word [COUNT]
AT 0x7f90
    hlt

bits 32
AT 0x7fa0
ring3:
    inc dword [0x80001000]
    int 0x30
ring3_end:

AT 0x7fc0
tables:
    mov edi, PAGE_DIR
    xor eax, eax
    mov ecx, 0x5000 / 4
    rep stosd
    mov dword [PAGE_DIR], LOW_PAGES | 7
    mov dword [PAGE_DIR + 512 * 4], USER_PAGES | 7
    mov dword [USER_PAGES], USER | 7
    mov dword [USER_PAGES + 4], USER + 0x1007
    mov edi, LOW_PAGES
    mov eax, 7
    mov ecx, 1024
.page:
    stosd
    add eax, 0x1000
    loop .page
    mov esi, ring3
    mov edi, USER
    mov ecx, ring3_end - ring3
    rep movsb
    mov dword [IDT + 0x30 * 8], 0x80000 + LIN(handler)
    mov dword [IDT + 0x30 * 8 + 4], 0xee00
    mov dword [IDT + 13 * 8], 0x80000 + LIN(monitor)
    mov dword [IDT + 13 * 8 + 4], 0x8e00
    mov dword [TSS + 4], 0x9000
    mov dword [TSS + 8], 16
    mov dword [TSS + 102], 104 << 16
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    ret

align 8
gdt:
    dq 0
    dq 0x00cf9a000000ffff               ; 08h: code
    dq 0x00cf92000000ffff               ; 10h: data
    dq 0x00cffa000000ffff               ; 18h: code of ring 3
    dq 0x00cff2000000ffff               ; 20h: its data
    dq 0x0000890140000067               ; 28h: the TSS
    dq 0x00009a000000ffff               ; 30h: 16-bit code
    dq 0x000092000000ffff               ; 38h: its data
gdt_at:
    dw $ - gdt - 1
    dd gdt
idt_at:
    dw 0x31 * 8 - 1
    dd IDT
AT 0x8200
