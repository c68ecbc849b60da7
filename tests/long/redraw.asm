; redraw.asm - a floppy that draws its whole screen anew at each tick of the
; timer and halts between: 320x200 at 70 a second, with -DHICOLOR 1024x768 in
; 65,536 colours at 30, with -DSTILL a text that stays. Each picture is told on
; port E9h. The picture moves up by a line each time; its memory is the lines
; from 2 MB on. Flat real mode; nothing ends it.
bits 16
org 7c00h

LINES   equ 200000h
INFO    equ 8000h                       ; of the VBE mode

%ifdef HICOLOR
WIDTH   equ 1024 * 2                    ; in bytes
HEIGHT  equ 768
RATE    equ 30
%else
WIDTH   equ 320
HEIGHT  equ 200
RATE    equ 70
%endif

start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7000h
        sti
        mov     ax, 2401h
        int     15h                     ; A20
%ifdef STILL
        mov     cx, 1500
.print: mov     ax, 0e20h + 'A' - ' '
        int     10h
        loop    .print
.still: hlt
        jmp     .still
%else
%ifdef HICOLOR
        mov     ax, 4f01h
        mov     cx, 117h
        mov     di, INFO
        int     10h
        mov     ax, 4f02h
        mov     bx, 4117h
        int     10h
        mov     eax, [INFO + 28h]
%else
        mov     ax, 13h
        int     10h
        mov     eax, 0a0000h
%endif
        mov     [screen], eax

        cli
        lgdt    [gdtr]
        mov     eax, cr0
        inc     ax
        mov     cr0, eax
        mov     bx, 8
        mov     ds, bx
        mov     es, bx
        dec     ax
        mov     cr0, eax
        xor     ax, ax
        mov     ds, ax
        mov     es, ax

; Lines enough for 1,024 steps.
        mov     edi, LINES
        mov     ecx, (HEIGHT + 1024) * WIDTH / 4
        xor     eax, eax
.fill:  a32 stosd
        add     eax, 01030507h
        rol     eax, 1
        dec     ecx
        jnz     .fill

        mov     al, 34h
        out     43h, al
        mov     ax, 1193182 / RATE
        out     40h, al
        mov     al, ah
        out     40h, al
        xor     ebp, ebp                ; pictures
        mov     word [8 * 4], tick
        mov     word [8 * 4 + 2], 0
        sti
.frame: hlt
        cmp     byte [due], 0
        je      .frame
        mov     byte [due], 0
        mov     esi, ebp
        and     esi, 1023
        imul    esi, WIDTH
        add     esi, LINES
        mov     edi, [screen]
        mov     ecx, WIDTH * HEIGHT / 4
        a32 rep movsd
        mov     al, 'f'
        out     0e9h, al
        inc     ebp
        jmp     .frame

tick:   push    ax
        mov     byte [due], 1
        mov     al, 20h
        out     20h, al
        pop     ax
        iret

due:    db      0
screen: dd      0
gdt:    dq      0
        dq      00cf92000000ffffh
gdtr:   dw      $ - gdt - 1
        dd      gdt
%endif

        times 510 - ($ - $$) db 0
        dw      0aa55h
