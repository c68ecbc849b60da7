; busmaster.asm - code that is read from a disk by bus master DMA over code that
; has just run: each of 26 sectors is called twice and gives a letter, which
; goes to port E9h. With DISK defined: that disk.
%ifdef DISK
%assign letter 0
%rep 26
        mov     al, 'A' + letter
        ret
        times   509 db 0
%assign letter letter + 1
%endrep
%else
        cpu     386
        org     7C00h
PLACE   equ     2000h
TABLE   equ     600h

        jmp     0:start
start:
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 7C00h
        mov     dword [TABLE], PLACE
        mov     dword [TABLE + 4], 80000200h
        mov     eax, 80000920h          ; the base address of function 1
        mov     dx, 0CF8h
        out     dx, eax
        mov     dx, 0CFCh
        in      eax, dx
        and     ax, 0FFF0h
        mov     [base], ax
        sti
.next:
        call    read
        call    run
        call    run
        inc     byte [sector]
        cmp     byte [sector], 26
        jb      .next
        mov     al, 0
        out     0F4h, al
        hlt

run:
        mov     bx, PLACE
        call    bx
        out     0E9h, al
        ret

%macro  put     2
        mov     dx, %1
        mov     al, %2
        out     dx, al
%endmacro

; One sector to PLACE.
read:
        mov     dx, [base]
        add     dx, 4
        mov     eax, TABLE
        out     dx, eax
        sub     dx, 2
        mov     al, 6
        out     dx, al
        put     1F6h, 0E0h
        put     1F2h, 1
        put     1F3h, [sector]
        put     1F4h, 0
        put     1F5h, 0
        put     1F7h, 0C8h              ; READ DMA
        put     [base], 9
        add     dx, 2
.wait:
        in      al, dx
        test    al, 4
        jz      .wait
        put     [base], 0
        mov     dx, 1F7h
        in      al, dx
        ret

base:   dw      0
sector: db      0

        times   510 - ($ - $$) db 0
        dw      0AA55h
%endif
