; payload.asm - what unpack.asm unpacks: 400 short routines that differ, as a
; program's start has them, each called from the table a few times. Far calls
; have their segment put in by the relocation list behind the code.
;
; In: AX; out: AX. Offset 0 is the entry, the words at 4 and 6 are where the
; relocations are and how many.
        org 0
        bits 16
        cpu 486
ROUTINES equ 400

        jmp near main
        nop
        dw relocations, ROUTINES / 8

main:   push ds
        push cs
        pop ds
        mov si, table
        mov cx, ROUTINES
.next:  mov bx, cx
        and bx, 3
.again: call [si]
        dec bx
        jns .again
        add si, 2
        loop .next
        pop ds
        retf

%assign seed 12345
%macro random 1
%assign seed (seed * 69069 + 1) & 0ffffffffh
%assign r (seed >> 12) % %1
%endmacro

%assign n 0
%rep ROUTINES
routine %+ n:
        push cx
        mov dx, n * 31 & 0ffffh
%rep 6
        random 10
%if r = 0
        random 7fffh
        add ax, r
        adc dx, 0
%elif r = 1
        random 15
        rol ax, r + 1
        xor ax, dx
%elif r = 2
        xchg ax, dx
        not dx
%elif r = 3
        random 30000
        test ax, r
        jz $ + 4
        sub ax, dx
%elif r = 4
        mov cx, 3
        add dx, cx
        loop $ - 2
%elif r = 5
        random 7fffh
        imul dx, ax, r
        lea dx, [edx + eax * 2]
%elif r = 6
        push ax
        shr ax, 1
        pop dx
        sbb ax, 5
%elif r = 7
        mov [cs:data + (n & 31) * 2], ax
        add dx, [cs:data + (n * 7 & 31) * 2]
%elif r = 8
        random 200
        cmp al, r
        sbb dl, dh
        setc dh
%else
        bswap eax
        shr eax, 16
%endif
%endrep
%if n % 8 = 0
        db 9ah                  ; a far call
        dw far_one
place %+ n:
        dw 0
%endif
        add ax, dx
        pop cx
        ret
%assign n n + 1
%endrep

far_one:
        rol ax, 3
        inc ax
        retf

data:   times 32 dw 0
table:
%assign n 0
%rep ROUTINES
        dw routine %+ n
%assign n n + 1
%endrep
relocations:
%assign n 0
%rep ROUTINES / 8
        dw place %+ n
%assign n n + 8
%endrep
