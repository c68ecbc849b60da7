; wrap.asm - ends of segments in real mode, stacks at 0, 1 MB with A20 off.
; Manual: SDM 3, 20.1; SDM 2, PUSHA; iAPX 286 Programmer's Reference (210498),
; appendix B: in real mode #SS is #GP there.
; cpus: 286 386 486 pentium pentium2
; differs: qemu limit: * - no limit checks in translated code (SDM 3, 5.3); it runs away at the end of the segment
%define REAL_TESTS
%include "frame.inc"
%include "real16.inc"

SHADOW equ 0x9000                       ; a segment for tests

LOW
    bits 16
    cpu 286
; WRAP "name", vector, {instruction}
%macro WRAP 3+
    RTRY
%%at:
    %3
    DONE16
  %if %2 == 0x60
    REXPECT {%1}, %2, [r16_ip]
  %else
    REXPECT {%1}, %2, %%at
  %endif
%endmacro

real_tests:
    call vectors
    call low_segments
    call strings16
    call fetches16
    call stacks16
    pushf
    push word 0x7002
    popf
    pushf
    pop ax
    popf
    test ah, 0x70
    jz .end
    cpu 386
    call on_386
    cpu 286
.end:
    ret

low_segments:
    WRAP "limit: ES word at FFFF", GP, {mov ax, [es:0xffff]}
    WRAP "limit: CS word at FFFF", GP, {mov ax, [cs:0xffff]}
    WRAP "limit: DS word at FFFF", GP, {mov ax, [0xffff]}
    WRAP "limit: DS write at FFFF", GP, {mov [0xffff], ax}
    WRAP "limit: add at FFFF", GP, {add [0xffff], ax}
    WRAP "limit: les at FFFD", GP, {les ax, [0xfffd]}
    WRAP "limit: push of a word at FFFF", GP, {push word [0xffff]}
    WRAP "limit: call through FFFF", GP, {call [0xffff]}
    WRAP "ES byte at FFFF", 0x60, {mov al, [es:0xffff]}
    WRAP "les at FFFC", 0x60, {les ax, [0xfffc]}
; Addresses are 16 bits wide: the sum wraps, the word does not.
    RTRY
    mov bx, 0xfff0
    mov si, 0x0520
    mov word [0x510], 0x1234
    mov cx, [bx + si]
    mov dx, [bx + 0x520]
    DONE16
    REXPECT "sum of base and index wraps", 0x60, [r16_ip]
    IS16 "sum of base and index", cx, 0x1234
    IS16 "sum of base and displacement", dx, 0x1234
    ret

; Bytes wrap in the middle of a string, words across the end do not.
strings16:
    push es
    mov ax, SHADOW
    mov es, ax
    mov word [es:0], 0
    mov byte [es:0xffff], 0
    mov di, 0xfffe
    mov cx, 4
    mov al, 0x5a
    rep stosb
    IS16 "rep stosb over the end: DI", di, 2
    IS16 "rep stosb over the end: memory", [es:0], 0x5a5a
    mov di, 0xfffe
    mov cx, 2
    mov ax, 0x1234
    rep stosw
    IS16 "rep stosw at an even address: DI", di, 2
    IS16 "rep stosw at an even address: memory", [es:0], 0x1234
    RTRY
    mov di, 0xfffd
    mov cx, 2
.odd:
    rep stosw
    DONE16
    REXPECT "limit: rep stosw at an odd address", GP, .odd
    pop es
    ret

; Code that ends with the segment, and code over its end.
fetches16:
    mov ax, SHADOW
    mov es, ax
    mov word [es:0xfff0], 0x20eb        ; JMP $ + 22h: to 0012h
    mov word [es:0x12], 0x60cd
    mov di, 0xfff2
    mov al, 0x90
    mov cx, 14
    rep stosb
    RTRY
    jmp SHADOW:0xfff0
    REXPECT "short jump over the end", 0x60, 0x14
    RTRY
    jmp SHADOW:0xfff8
    REXPECT "limit: running off the end", GP, 0
    IS16 "limit: running off the end: CS", [r16_cs], SHADOW
    mov ax, SHADOW                      ; an event leaves 0 in ES and AX
    mov es, ax
    mov byte [es:0xffff], 0xb0          ; MOV AL,
    RTRY
    jmp SHADOW:0xfff8
    REXPECT "limit: instruction over the end", GP, 0xffff
    mov ax, SHADOW
    mov es, ax
    mov byte [es:0xfffd], 0xe8          ; CALL 0012h
    mov word [es:0xfffe], 0x12
    mov byte [es:0x12], 0x5b            ; POP BX: the return address
    mov word [es:0x13], 0x60cd
    RTRY
    jmp SHADOW:0xfffd
    REXPECT "call that ends the segment", 0x60, 0x15
    IS16 "call that ends the segment: return address", bx, 0
; 1 MB and up with A20 on and off: the same code address, two codes.
    mov byte [0x500], 0xb3              ; MOV BL, 1; INT 60h
    mov byte [0x501], 1
    mov word [0x502], 0x60cd
    mov al, 2
    out 0x92, al
    mov ax, 0xffff
    mov es, ax
    mov byte [es:0x510], 0xb3           ; MOV BL, 2; INT 60h
    mov byte [es:0x511], 2
    mov word [es:0x512], 0x60cd
    mov cx, 3
.a20:
    push cx
    call above_1m
    pop cx
    loop .a20
    mov al, 2
    out 0x92, al
    xor ax, ax
    mov es, ax
    ret

above_1m:
    mov al, 2
    out 0x92, al
    RTRY
    jmp 0xffff:0x510
    REXPECT "code above 1 MB, A20 on", 0x60, 0x514
    mov bh, 0
    IS16 "code above 1 MB, A20 on: which", bx, 2
    mov al, 0
    out 0x92, al
    RTRY
    jmp 0xffff:0x510
    REXPECT "code above 1 MB, A20 off", 0x60, 0x514
    mov bh, 0
    IS16 "code above 1 MB, A20 off: which", bx, 1
    ret

; SP at the start and at the end of the segment. A #SS that finds no room for
; itself shuts the processor down: see reset.asm and `tests` below.
stacks16:
    RTRY
    mov ax, SHADOW
    mov ss, ax
    mov sp, 0xfffe
    mov word [ss:0xfffe], 0x1234
    pop cx
    mov dx, sp
    push cx
    mov si, sp
    DONE16
    REXPECT "pop at FFFE", 0x60, [r16_ip]
    IS16 "pop at FFFE: SP", dx, 0
    IS16 "pop at FFFE, push: SP", si, 0xfffe
    RTRY
    mov ax, SHADOW
    mov ss, ax
    mov sp, 8
    mov bp, 0x4321
    pusha
    mov [0x510], sp
    popa
    mov si, sp
    DONE16
    REXPECT "pusha at 8", 0x60, [r16_ip]
    IS16 "pusha at 8: SP", [0x510], 0xfff8
    IS16 "popa over the end: SP", si, 8
    IS16 "popa over the end: BP", bp, 0x4321
    RTRY
    mov ax, SHADOW
    mov ss, ax
    mov sp, 4
    push bp
    mov bp, sp
    enter 4, 0
    mov dx, sp
    mov cx, bp
    leave
    pop bp
    DONE16
    REXPECT "enter at 2", 0x60, [r16_ip]
    IS16 "enter at 2: BP", cx, 0
    IS16 "enter at 2: SP", dx, 0xfffc
    ret

    cpu 386
; #SS proper, dwords, FS and GS.
on_386:
    WRAP "limit: SS word at FFFF", SS_, {mov ax, [ss:0xffff]}
    WRAP "limit: FS word at FFFF", GP, {mov ax, [fs:0xffff]}
    WRAP "limit: GS write at FFFF", GP, {mov [gs:0xffff], ax}
    WRAP "limit: dword at FFFD", GP, {mov eax, [0xfffd]}
    WRAP "limit: fld at FFF9", GP, {fld qword [0xfff9]}
    WRAP "limit: bt beyond 64K", GP, {bt [dword 0x10000], ax}
    RTRY
    mov sp, 0xffff
.pop:
    pop ax
    DONE16
    REXPECT "limit: pop at FFFF", SS_, .pop
    RTRY
    mov bp, 0xffff
.bp:
    mov ax, [bp]
    DONE16
    REXPECT "limit: BP at FFFF", SS_, .bp
    RTRY
    mov ax, SHADOW
    mov ss, ax
    mov sp, 2
.dword:
    push eax
    DONE16
    REXPECT "limit: push of a dword at 2", SS_, .dword
    RTRY
    mov sp, 0xfffe
.popd:
    pop eax
    DONE16
    REXPECT "limit: pop of a dword at FFFE", SS_, .popd
    ret

; What real mode can't survive, from ring 3 in a 16-bit stack.
PM
    bits 32
%macro STACK 4+                         ; name, SP, vector, instruction
    TRY {%1}
    RUN16 3, %%code
    [section .text]
    bits 16
%%code:
    mov esp, 0x12340000 | %2
%%at:
    %4
    mov ebx, esp
    FINISH
    bits 32
    __SECT__
  %if %3 == DONE
    EXPECT DONE, -1
  %else
    EXPECT %3, 0, %%at
    IS {%1, ": ESP"}, [r_esp], 0x12340000 | %2
  %endif
%endmacro

tests:
    SETD DATA16(3) & ~7, 0x70000, 0xffff, A_DATA | DPL(3), 0
    STACK "limit: push at 1", 1, SS_, push ax
    STACK "limit: push of a dword at 1", 1, SS_, push eax
    STACK "limit: push of a dword at 2", 2, SS_, push eax
    STACK "limit: push of a dword at 3", 3, SS_, push eax
    STACK "push of a dword at 0", 0, DONE, push eax
    IS "push of a dword at 0: ESP", [r_gpr + 12], 0x1234fffc
    STACK "push at 0", 0, DONE, push ax
    IS "push at 0: ESP", [r_gpr + 12], 0x1234fffe
    STACK "limit: pop at FFFF", 0xffff, SS_, pop ax
    STACK "pop at FFFE", 0xfffe, DONE, pop ax
    IS "pop at FFFE: ESP", [r_gpr + 12], 0x12340000
    STACK "limit: call at 1", 1, SS_, call $ + 3
    STACK "limit: pusha at 7", 7, SS_, pusha
    STACK "limit: pushad at 18", 18, SS_, pushad
    STACK "pusha at 6", 6, DONE, pusha
    IS "pusha at 6: ESP", [r_gpr + 12], 0x1234fff6
    STACK "limit: popa at FFF5", 0xfff5, SS_, popa
    STACK "limit: enter at 1", 1, SS_, {enter 0, 0}
    STACK "limit: ret at FFFF", 0xffff, SS_, ret
    STACK "limit: retf at FFFD", 0xfffd, SS_, retf
    STACK "limit: iret at FFFB", 0xfffb, SS_, iret
    SETD DATA16(3) & ~7, 0, 0xffff, A_DATA | DPL(3), 0
    ret
