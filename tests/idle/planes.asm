; Works in mode 12h: each lap turns bits over in a plane that the processor does
; not read, so that its registers and memory are the same; even the latches are.
; expect: busy
%include "idle.inc"
start:
    mov ax, 0x12
    int 0x10
    mov ax, 0xa000
    mov es, ax
    mov dx, 0x3ce
    mov ax, 0x1803                      ; XOR
    out dx, ax
    mov ax, 0x0004                      ; reads are of plane 0
    out dx, ax
    mov dx, 0x3c4
    mov ax, 0x0802                      ; writes to plane 3
    out dx, ax
    mov di, 100
main:
    mov al, [es:di]
    mov al, 0xff
    mov [es:di], al
    mov al, [es:0]                      ; the latches are as before, too
    mov ax, 0x0100
    int 0x16
    jz main
    TAKE
    jmp main
