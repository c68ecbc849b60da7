; at286.asm - the 80286: real mode, protected mode, LOADALL, the way back.
; Manual: iAPX 286 Programmer's Reference (210498); Intel, "Undocumented
; iAPX 286 Test Instruction" (LOADALL).
; cpus: 286
; rivals: none (they have no 286)
%define REAL_TESTS
%include "frame.inc"

LOW
    bits 16
    cpu 286

; CATCH ... CAUGHT "name", vector, code or -1, IP or -1. The code between ends
; with INT 60h when nothing happens.
%macro CATCH 0
    %push c286
    mov word [c_resume], %$resume
    mov [c_sp], sp
    mov word [c_vec], 0xffff
%endmacro
%macro CAUGHT 4
    int 0x60
%$resume:
    %pop
    IS16 {%1, ": vector"}, [c_vec], %2
%ifnidn %3, -1
    IS16 {%1, ": code"}, [c_code], %3
%endif
%ifnidn %4, -1
    IS16 {%1, ": IP"}, [c_ip], %4
%endif
%endmacro

; F286 "name", vector, code, AX, {instruction}
%macro F286 5+
    CATCH
    mov ax, %4
%%at:
    %5
    %if %2 == 0x60
    CAUGHT %1, %2, -1, -1
    %else
    CAUGHT %1, %2, %3, %%at
    %endif
%endmacro

c_resume: dw 0
c_sp: dw 0
c_vec: dw 0
c_code: dw 0
c_ip: dw 0
c_fl: dw 0
kept: dw 0

; One entry for each vector of interest; those with an error code in protected
; mode pop it.
%macro ENTRY286 2                       ; vector, code in protected mode
entry_%1:
    push ax
    mov ax, %1
    jmp near %2
%endmacro
    ENTRY286 0, caught
    ENTRY286 1, caught
    ENTRY286 3, caught
    ENTRY286 5, caught
    ENTRY286 6, caught
    ENTRY286 8, coded
    ENTRY286 10, coded
    ENTRY286 11, coded
    ENTRY286 12, coded
    ENTRY286 13, coded
    ENTRY286 96, caught
coded:
    push ds
    push bx
    mov bx, [cs:data_sel]
    mov ds, bx
    mov [c_vec], ax
    smsw ax
    test al, 1
    pop bx
    pop ds
    jz caught2
    pop ax
    push ds
    push bp
    mov bp, [cs:data_sel]
    mov ds, bp
    pop bp
    pop word [c_fl]                     ; DS, dropped
    pop word [c_code]
    jmp caught3
caught:
    push ds
    mov ds, [cs:data_sel]
    mov [c_vec], ax
    pop ax
caught2:
    pop ax
caught3:
    mov ds, [cs:data_sel]
    pop word [c_ip]
    pop ax
    pop word [c_fl]
    mov ax, [data_sel]
    mov es, ax
    mov ss, ax
    mov sp, [c_sp]
    cld
    cli
    jmp [c_resume]
data_sel: dw 0                          ; 0 in real mode too

%macro VECTOR 1
    mov word [%1 * 4], entry_%1
    mov word [%1 * 4 + 2], 0
    mov word [0x6000 + %1 * 8], entry_%1
    mov word [0x6000 + %1 * 8 + 2], 0x08
    mov word [0x6000 + %1 * 8 + 4], 0x8600
    mov word [0x6000 + %1 * 8 + 6], 0
%endmacro

real_tests:
    mov di, 0x6000
    mov cx, 0x400
    xor ax, ax
    rep stosw
    mov ax, 0x9000                      ; the BIOS's vectors, for later
    mov es, ax
    xor si, si
    xor di, di
    mov cx, 0x200
    rep movsw
    xor ax, ax
    mov es, ax
    VECTOR 0
    VECTOR 1
    VECTOR 3
    VECTOR 5
    VECTOR 6
    VECTOR 8
    VECTOR 10
    VECTOR 11
    VECTOR 12
    VECTOR 13
    VECTOR 96
    call real286
    call loadall
    call protected286
    mov ax, 0x9000
    mov ds, ax
    xor si, si
    xor di, di
    mov cx, 0x200
    rep movsw
    mov ds, cx
    ret

real286:
    push word 0xf002
    popf
    pushf
    pop ax
    IS16 "real mode: FLAGS bits 12-15 are 0", ax, 2
    smsw ax
    and al, 0xf1
    IS16 "MSW reads ones", ax, 0xfff0
    mov bx, sp
    push sp
    pop ax
    IS16 "push sp stores the old value", ax, bx
    F286 "word at FFFF", 13, -1, 0, {mov ax, [0xffff]}
    F286 "66h prefix", 6, -1, 0, {db 0x66, 0x90}
    F286 "fs prefix", 6, -1, 0, {db 0x64, 0x90}
    F286 "movzx", 6, -1, 0, {db 0x0f, 0xb6, 0xc0}
    F286 "mov eax, cr0", 6, -1, 0, {db 0x0f, 0x20, 0xc0}
    F286 "jcc near", 6, -1, 0, {db 0x0f, 0x80, 0, 0}
    F286 "sldt", 6, -1, 0, {sldt ax}
    F286 "arpl", 6, -1, 0, {arpl ax, ax}
    F286 "div by 0: IP of the instruction", 0, -1, 0, {div ah}
    F286 "lock mov is let through", 0x60, -1, 0, {db 0xf0, 0x8b, 0xc0}
    F286 "11 bytes", 13, -1, 0, {db 0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x2e,0x90}
    ret

; LOADALL from real mode: ES reaches the second megabyte.
loadall:
    in al, 0x92
    or al, 2
    and al, 0xfe
    out 0x92, al
    mov si, 0x800
    mov di, 0x6800
    mov cx, 51
    rep movsw                           ; what is there, for later
    mov di, 0x800
    xor ax, ax
    mov cx, 51
    rep stosw
    mov word [0x818], 0x0002            ; FLAGS
    mov word [0x81a], .here             ; IP
    mov word [0x824], 0x1234            ; ES
    mov word [0x826], 0xd1d1            ; DI SI BP SP BX DX CX AX
    mov word [0x828], 0x5151
    mov word [0x82a], 0xb9b9
    mov [0x82c], sp
    mov word [0x82e], 0xbbbb
    mov word [0x830], 0xdddd
    mov word [0x832], 0xcccc
    mov word [0x834], 0xaaaa
    mov word [0x836], 0                 ; ES: 100000h
    mov word [0x838], 0x9310
    mov word [0x83a], 0xffff
    mov word [0x83e], 0x9300            ; CS, SS, DS: 0
    mov word [0x840], 0xffff
    mov word [0x844], 0x9300
    mov word [0x846], 0xffff
    mov word [0x84a], 0x9300
    mov word [0x84c], 0xffff
    mov word [0x852], 0xffff            ; GDT
    mov word [0x85e], 0x03ff            ; IDT
    db 0x0f, 0x05
.here:
    mov [kept], es
    mov word [es:0x10], 0x600d
    IS16 "loadall: AX", ax, 0xaaaa
    IS16 "loadall: BX", bx, 0xbbbb
    IS16 "loadall: CX", cx, 0xcccc
    IS16 "loadall: DX", dx, 0xdddd
    IS16 "loadall: SI", si, 0x5151
    IS16 "loadall: DI", di, 0xd1d1
    IS16 "loadall: BP", bp, 0xb9b9
    IS16 "loadall: ES", [kept], 0x1234
    mov ax, 0xffff
    mov es, ax
    IS16 "loadall: memory at 100010h", [es:0x20], 0x600d
    xor ax, ax
    mov es, ax
    mov si, 0x6800
    mov di, 0x800
    mov cx, 51
    rep movsw
    ret

gdt286:
    dq 0
    dw 0xffff, 0, 0x9a00, 0             ; 08: code
    dw 0xffff, 0, 0x9200, 0             ; 10: data
    dw 0xffff, 0, 0x1200, 0             ; 18: absent
    dw 0xffff, 0, 0x9000, 0             ; 20: read only
    dw 0x0fff, 0, 0x9200, 0             ; 28: 4K
    dw 0xffff, 0, 0x9200, 0xffff        ; 30: a 386's bits are not looked at
    dw 0x0fff, 0, 0x9600, 0             ; 38: expand-down
gdt286_ptr: dw 0x3f, gdt286, 0, 0
idt286_ptr: dw 0x60 * 8 + 7, 0x6000, 0, 0

protected286:
    mov word [0x467], .back
    mov word [0x469], 0
    mov [kept], sp
    mov al, 0x8f
    out 0x70, al
    mov al, 0x0a
    out 0x71, al
    lgdt [gdt286_ptr]
    lidt [idt286_ptr]
    mov ax, 1
    lmsw ax
    jmp 0x08:.pm
.pm:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov [data_sel], ax
    F286 "286: mov ds, past the GDT", 13, 0x40, 0x40, {mov es, ax}
    F286 "286: mov ds, absent", 11, 0x18, 0x18, {mov es, ax}
    F286 "286: mov ss, null", 13, 0, 0, {mov ss, ax}
    F286 "286: mov ss, read only", 13, 0x20, 0x20, {mov ss, ax}
    F286 "286: mov ss, absent", 12, 0x18, 0x18, {mov ss, ax}
    F286 "286: int past the IDT", 13, 0x61 * 8 + 2, 0, {int 0x61}
    F286 "286: int, no gate", 13, 0x20 * 8 + 2, 0, {int 0x20}
    F286 "286: jmp to data", 13, 0x10, 0, {jmp 0x10:0}
    F286 "286: last word of DESC is free", 0x60, 0, 0x30, {mov es, ax}
    CATCH
    mov ax, 0x28
    mov es, ax
.limit:
    mov [es:0xfff], ax
    CAUGHT "286: limit", 13, 0, .limit
    CATCH
    mov ax, 0x38
    mov es, ax
    mov [es:0x1000], ax
.down:
    mov [es:0xfff], al
    CAUGHT "286: expand-down", 13, 0, .down
    CATCH
    mov ax, 0x20
    mov es, ax
.ro:
    mov [es:0], al
    CAUGHT "286: read only", 13, 0, .ro
    push word 0x7002
    popf
    pushf
    pop ax
    push word 2
    popf
    IS16 "286: IOPL and NT in protected mode", ax, 0x7002
    mov ax, 0x10
    lar bx, ax
    IS16 "286: lar", bx, 0x9300
    mov ax, 0x28
    lsl bx, ax
    IS16 "286: lsl", bx, 0x0fff
    xor ax, ax
    lmsw ax
    smsw ax
    IS16 "286: lmsw does not leave", ax, 0xfff1

; Out by a triple fault.
    mov word [idt286_ptr], 0
    lidt [idt286_ptr]
    int3
    IS16 "286: triple fault", ax, 0
.back:
    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, [kept]
    mov [data_sel], ax
    smsw ax
    IS16 "286: real mode again", ax, 0xfff0
    mov al, 0x8f
    out 0x70, al
    mov al, 0
    out 0x71, al
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    cpu default
    ret

PM
    bits 32
tests:
    ret
