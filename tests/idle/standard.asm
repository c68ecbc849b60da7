; Windows 3.x in standard mode: INT 28h and INT 2Fh AX=1689h with a switch into
; protected mode and back for each, interrupts masked meanwhile, and a counter.
; expect: asleep
; cpus: 386
%include "idle.inc"
start:
    VECTOR 0x28, nothing
    VECTOR 0x2f, nothing
    lgdt [gdtr]
main:
    int 0x28
    call switch
    mov ax, 0x1689
    int 0x2f
    call switch
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
nothing:
    iret

; What runs in protected mode looks at the tick.
switch:
    cli
    in al, 0x21
    mov [mask], al
    mov al, 0xff
    out 0x21, al
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp 8:.protected
.protected:
    mov ax, 0x10
    mov ds, ax
    mov eax, [0x46c]
    mov [tick], eax
    inc word [switches]
    mov eax, cr0
    and al, 0xfe
    mov cr0, eax
    jmp 0:.real
.real:
    xor ax, ax
    mov ds, ax
    mov al, [mask]
    out 0x21, al
    sti
    ret
    align 8
gdt:
    dq 0
    dq 0x00009a000000ffff
    dq 0x000092000000ffff
gdtr:
    dw $ - gdt - 1
    dd gdt
mask: db 0
switches: dw 0
tick: dd 0
