; smc.asm - code that is written while it runs: the next instruction, the
; running block, by a string, through another linear address, by another width.
; Manual: SDM 3, 8.1.3 and 11.6. Below the Pentium the manual asks for a jump
; after the store; there is no prefetch queue here, so all see it at once.
; differs: bochs next instruction, by FSTP - not seen (SDM 3, 8.1.3)
; differs: bochs instruction over two pages, second remapped - the old page's bytes (SDM 3, 4.10.4.1)
%include "frame.inc"
%include "paging.inc"

%define V(n) (0x400000 + (n) * 0x1000)
%define P(n) (0x70000 + (n) * 0x1000)
TABLE equ 0x52000
UW equ 7
CODE_AT equ 0x68000                     ; written code, far from this one

tests:
    call next_one
    call same_block
    call loops
    call strings
    call across
    call paging
    ret

; MOV AL, 1 whose 1 becomes 2 just before.
next_one:
    mov byte [.byte + 1], 1
    mov byte [.byte + 1], 2
.byte:
    mov al, 1
    movzx eax, al
    IS "next instruction, byte", eax, 2
    mov dword [.dword + 1], 0x12345678
.dword:
    mov eax, 0
    IS "next instruction, dword", eax, 0x12345678
    mov word [.word], 0x9040            ; INC EAX; NOP
.word:
    dec eax
    nop
    IS "next instruction, opcode", eax, 0x12345679
    push dword 0x40404040               ; four times INC EAX, by PUSH
    pop dword [.pop]
.pop:
    nop
    nop
    nop
    nop
    IS "next instruction, by POP", eax, 0x1234567d
    mov edx, 0x48484848
    xchg [.xchg], edx
.xchg:
    nop
    nop
    nop
    nop
    IS "next instruction, by XCHG", eax, 0x12345679
    lock xor dword [.xor], 0xd8d8d8d8   ; 90h to 48h
.xor:
    nop
    nop
    nop
    nop
    IS "next instruction, by LOCK XOR", eax, 0x12345675
    fld qword [.bytes]
    fstp qword [.fstp]
.fstp:
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    IS "next instruction, by FSTP", eax, 0x1234567d
    ret
[section .data]
.bytes: db 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40
__SECT__

; Later in the block, and a store that comes back to where it was.
same_block:
    mov ecx, 40
.again:
    mov [.imm + 1], ecx
    nop
    nop
    nop
    nop
    nop
    nop
.imm:
    mov eax, 0
    cmp eax, ecx
    jne .bad
    loop .again
.bad:
    IS "an immediate for each round", ecx, 0
    mov ecx, 40
    xor ebx, ebx
.flip:
    xor byte [.incdec], 8               ; INC EBX, DEC EBX by turns
    nop
.incdec:
    dec ebx
    loop .flip
    IS "an opcode that changes by turns", ebx, 0
    mov ecx, 40
    xor ebx, ebx
.length:
    mov dword [.two], 0x90909043        ; INC EBX and NOPs, one by one,
    test cl, 1
    jz .two
    mov dword [.two], 0x9001c383        ; or ADD EBX, 1
.two:
    nop
    nop
    nop
    nop
    nop
    loop .length
    IS "instructions of other lengths", ebx, 40
    ret

; A loop that patches its own branch, so that it ends.
loops:
    xor ecx, ecx
.top:
    inc ecx
    cmp ecx, 30
    jae .patch
.jump:
    jmp short .top
.patch:
    mov word [.jump], 0x9090
    inc ecx
    cmp ecx, 32
    jb .jump
    IS "a loop that ends itself", ecx, 32
; A hot subroutine, changed by its caller each time.
    mov ecx, 100
    xor ebx, ebx
    mov dword [CODE_AT], 0xc300c383     ; ADD EBX, 0; RET
.calls:
    mov [CODE_AT + 2], cl
    mov eax, CODE_AT
    call eax
    loop .calls
    IS "a subroutine patched each time", ebx, 5050
    ret

; A string that writes over what follows it, a string over code run before.
strings:
    mov esi, .incs
    mov edi, .target
    mov ecx, 8
    xor eax, eax
    rep movsb
.target:
    times 8 nop
    IS "rep movsb over the next instructions", eax, 8
    mov edi, CODE_AT
    mov eax, 0x40404040
    mov ecx, 0x100
    rep stosd
    mov byte [edi], 0xc3
    xor eax, eax
    mov ebx, CODE_AT
    call ebx
    IS "rep stosd, then run", eax, 0x400
    mov edi, CODE_AT
    mov eax, 0x48484848
    mov ecx, 0x100
    rep stosd
    xor eax, eax
    call ebx
    IS "rep stosd over it, then run", eax, -0x400
    std
    mov edi, CODE_AT + 0x3fc
    mov eax, 0x90909090
    mov ecx, 0x80
    rep stosd
    cld
    xor eax, eax
    call ebx
    IS "rep stosd downwards", eax, -0x200
; In the middle of the string, all the same.
    mov edi, .target2 - 4
    mov eax, 0x43
    mov ecx, 9
    xor ebx, ebx
    rep stosb
    jmp .target2
    times 4 nop
.target2:
    times 5 nop
    IS "rep stosb around the next instructions", ebx, 5
    ret
[section .data]
.incs: times 8 db 0x40
__SECT__

; One dword over two instructions, two lines, two pages.
across:
%assign at 0x3e
%rep 3
    mov edi, CODE_AT + at
    mov dword [edi - 4], 0x90909090
    mov dword [edi], 0x90909090
    mov byte [edi + 4], 0xc3
    xor eax, eax
    lea ebx, [edi - 4]
    call ebx
    call ebx
    call ebx
    mov dword [edi], 0x40404040
    call ebx
    IS "dword across a line or page", eax, 4
    mov word [edi + 1], 0x4848
    xor eax, eax
    call ebx
    IS "word across a line or page", eax, 0
  %if at == 0x3e
    %assign at 0xffe
  %else
    %assign at 0x1fff
  %endif
%endrep
    ret

; V(0) and V(1) are both P(0): what is written through one is run through the
; other.
paging:
    IDENTITY_TABLE
    mov dword [PAGE_DIR], PAGE_TABLE | UW
    mov dword [PAGE_DIR + 4], TABLE | UW
    mov dword [TABLE], P(0) | UW
    mov dword [TABLE + 4], P(0) | UW
    mov dword [TABLE + 8], P(1) | UW
    mov dword [TABLE + 12], P(2) | UW
    mov eax, PAGE_DIR
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    jmp .on
.on:
    mov ecx, 20
    xor ebx, ebx
    mov dword [V(0)], 0xc300c383        ; ADD EBX, 0; RET
.alias:
    mov [V(1) + 2], cl
    mov eax, V(0)
    call eax
    mov eax, V(1)
    call eax
    loop .alias
    IS "alias: written there, run here", ebx, 420
; The writer itself runs in the page that it changes: MOV [ESI], EAX; NOPs.
    mov dword [V(0)], 0x90900689
    mov dword [V(0) + 4], 0x90909090
    mov dword [V(0) + 8], 0x909090c3
    mov ecx, 3
.warm:
    mov esi, SCRATCH
    mov eax, V(0)
    call eax
    loop .warm
    xor ebx, ebx
    mov esi, V(1) + 4
    mov eax, 0x43434343
    mov edx, V(0)
    call edx
    IS "alias: the instructions after the store", ebx, 4
; Another page is mapped in, with and without code that was run.
    mov dword [V(2)], 0xc302b0          ; MOV AL, 2; RET
    mov dword [V(3)], 0xc303b0
    mov ecx, 3
.swap:
    mov eax, V(2)
    call eax
    movzx ebx, al
    IS "remapped: one page", ebx, 2
    mov dword [TABLE + 8], P(2) | UW
    mov eax, cr3
    mov cr3, eax
    mov eax, V(2)
    call eax
    movzx ebx, al
    IS "remapped: another", ebx, 3
    mov dword [TABLE + 8], P(1) | UW
    mov eax, cr3
    mov cr3, eax
    dec ecx
    jnz .swap
; An instruction over two pages, the second of which changes.
    mov byte [V(2) + 0xfff], 0xb8       ; MOV EAX,
    mov dword [V(3)], 1
    mov byte [V(3) + 4], 0xc3
    mov ecx, 3
.over:
    mov ebx, V(2) + 0xfff
    call ebx
    loop .over
    IS "instruction over two pages", eax, 1
    mov dword [V(3)], 0x7654321
    call ebx
    IS "instruction over two pages, second written", eax, 0x7654321
    mov dword [V(0)], 0x1234
    mov byte [V(0) + 4], 0xc3
    mov dword [TABLE + 12], P(0) | UW
    mov eax, cr3
    mov cr3, eax
    call ebx
    IS "instruction over two pages, second remapped", eax, 0x1234
    mov eax, cr0
    and eax, 0x7fffffff
    mov cr0, eax
    ret
