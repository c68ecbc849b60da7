; game.asm - what a DOS game in mode 13h does to memory: each frame scrolls
; the whole picture, draws figures into it and copies it to the screen, and
; touches 64 things of 1,024 that lie 4 KB apart, so that in a second all of
; 4 MB have been written to. A key's scan code goes to 9000h, ticks are counted
; at 9004h once a second. Flat real mode; nothing ends it.
bits 16
org 7c00h

FRAME   equ 20000h                      ; the picture that is drawn
THINGS  equ 100000h
TEXTURE equ 600000h                     ; 1024 lines

start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 7000h
        mov     ax, 2401h
        int     15h                     ; A20
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
        sti
        mov     ax, 13h
        int     10h

; The texture: 16 colours in blocks and slopes.
        mov     edi, TEXTURE
        xor     edx, edx                ; line
.line:  xor     ecx, ecx
.dot:   mov     eax, ecx
        xor     eax, edx
        shr     eax, 2
        lea     ebx, [ecx * 2 + ecx]
        add     ebx, edx
        shr     ebx, 5
        add     al, bl
        and     al, 63
        mov     [edi], al
        inc     edi
        inc     ecx
        cmp     ecx, 320
        jb      .dot
        inc     edx
        cmp     edx, 1024
        jb      .line

        xor     ebp, ebp                ; frames
frame:  mov     dx, 3dah
.shown: in      al, dx
        test    al, 8
        jnz     .shown
.beam:  in      al, dx
        test    al, 8
        jz      .beam

        mov     esi, ebp                ; 512 lines round and round
        and     esi, 511
        imul    esi, 320
        add     esi, TEXTURE
        mov     edi, FRAME
        mov     ecx, 16000
        a32 rep movsd

; Sixteen figures, 12 by 12.
        mov     cl, 16
.figure:
        movzx   eax, cl
        mov     edi, ebp
        imul    edi, eax
        add     edi, ebp
        and     edi, 16383
        lea     edi, [FRAME + edi * 2 + 4000]
        mov     dl, 12
.row:   mov     ch, 12
.pixel: xor     byte [edi], 0x1f
        inc     edi
        dec     ch
        jnz     .pixel
        add     edi, 320 - 12
        dec     dl
        jnz     .row
        dec     cl
        jnz     .figure

        mov     esi, FRAME
        mov     edi, 0a0000h
        mov     ecx, 16000
        a32 rep movsd

        mov     eax, ebp
        shl     eax, 6
        mov     cl, 64
.thing: mov     edi, eax
        and     edi, 1023
        shl     edi, 12
        add     dword [THINGS + edi + 16], eax
        inc     dword [THINGS + edi + 256]
        mov     [THINGS + edi + 1024], ebp
        inc     eax
        dec     cl
        jnz     .thing

        mov     ah, 1
        int     16h
        jz      .no_key
        xor     ah, ah
        int     16h
        mov     [9000h], ah
.no_key:
        mov     eax, [46ch]
        cmp     eax, [9008h]
        jb      .same
        add     eax, 18
        mov     [9008h], eax
        inc     dword [9004h]
.same:  inc     ebp
        jmp     frame

gdt:    dq      0
        dq      00cf92000000ffffh
gdtr:   dw      $ - gdt - 1
        dd      gdt

        times 510 - ($ - $$) db 0
        dw      0aa55h
