; tkeys.asm - biostest: INT 16h and INT 09h, with scan codes that the 8042 is
; told to deliver (command D2h).

; inject AL: as if the keyboard had sent it.
inject:
        push    ax
        call    .free
        mov     al, 0D2h
        out     64h, al
        call    .free
        pop     ax
        out     60h, al
        mov     cx, 2000
.wait:
        in      al, 61h                 ; let IRQ 1 come
        loop    .wait
        ret
.free:
        mov     cx, 0
.busy:
        in      al, 64h
        test    al, 03h
        loopnz  .busy
        ret

; inject_all CS:SI, ended by FFh.
inject_all:
        mov     al, [cs:si]
        inc     si
        cmp     al, 0FFh
        je      .done
        call    inject
        jmp     inject_all
.done:
        ret

; key_is: SI = scan codes; the word after them is what function AH = 00h or
; 10h must return.
key_is:
        push    ax
        call    inject_all
        pop     ax
        inc     ah
        int     16h
        jz      .no
        dec     ah
        mov     ah, [.function]
        int     16h
        cmp     ax, [cs:si]
        je      .yes
        call    hex
.no:
        stc
        ret
.yes:
        clc
        ret
.function: db   0

%macro keytest 3+                       ; function, name, codes and word
        mov     byte [key_is.function], %1
        mov     ah, %1
        mov     si, %%codes
        call    key_is
        jmp     short %%go
%%codes: db     %3
%%go:
        check   %2
%endmacro

test_keyboard:
        mov     ah, 01h
        int     16h
        jz      .empty
        mov     ah, 0
        int     16h
        jmp     test_keyboard
.empty:
        mov     ah, 05h
        mov     cx, 1234h
        int     16h
        expect  al, 0, 'INT 16h 05h'
        mov     ah, 01h
        int     16h
        expect  ax, 1234h, 'INT 16h 01h'
        mov     ah, 0
        int     16h
        expect  ax, 1234h, 'INT 16h 00h'
        mov     bx, 15
.fill:
        mov     ah, 05h
        mov     cx, 4142h
        int     16h
        or      al, al
        jnz     .full
        dec     bx
        jnz     .fill
        mov     ah, 05h
        int     16h
        expect  al, 1, 'buffer holds 15 keys'
        jmp     .drain
.full:
        stc
        check   'buffer holds 15 keys'
.drain:
        mov     ah, 01h
        int     16h
        jz      .keys
        mov     ah, 0
        int     16h
        jmp     .drain
.keys:
        keytest 00h, 'key a', 1Eh, 9Eh, 0FFh, 61h, 1Eh
        keytest 00h, 'key A', 2Ah, 1Eh, 9Eh, 0AAh, 0FFh, 41h, 1Eh
        keytest 00h, 'key Ctrl-C', 1Dh, 2Eh, 0AEh, 9Dh, 0FFh, 03h, 2Eh
        keytest 00h, 'key Alt-X', 38h, 2Dh, 0ADh, 0B8h, 0FFh, 00h, 2Dh
        keytest 00h, 'key F1', 3Bh, 0BBh, 0FFh, 00h, 3Bh
        keytest 00h, 'key Shift-F10', 36h, 44h, 0C4h, 0B6h, 0FFh, 0, 5Dh
        keytest 10h, 'key F12', 58h, 0D8h, 0FFh, 00h, 86h
        keytest 00h, 'F11 hidden', 57h, 0D7h, 1Eh, 9Eh, 0FFh, 61h, 1Eh
        keytest 10h, 'grey Up', 0E0h, 48h, 0E0h, 0C8h, 0FFh, 0E0h, 48h
        keytest 00h, 'grey Up as 84-key', 0E0h, 48h, 0E0h, 0C8h, 0FFh, 0, 48h
        keytest 10h, 'grey Enter', 0E0h, 1Ch, 0E0h, 9Ch, 0FFh, 0Dh, 0E0h
        keytest 00h, 'grey Enter as 84-key', \
                0E0h, 1Ch, 0E0h, 9Ch, 0FFh, 0Dh, 1Ch
        keytest 00h, 'grey slash as 84-key', \
                0E0h, 35h, 0E0h, 0B5h, 0FFh, 2Fh, 35h
        keytest 10h, 'Ctrl-Right', \
                1Dh, 0E0h, 4Dh, 0E0h, 0CDh, 9Dh, 0FFh, 0E0h, 74h
        keytest 10h, 'Alt-Left', 38h, 0E0h, 4Bh, 0E0h, 0CBh, 0B8h, 0FFh, 0, 9Bh
        keytest 00h, 'keypad 7 is Home', 47h, 0C7h, 0FFh, 00h, 47h
        keytest 00h, 'Shift and keypad 7', 2Ah, 47h, 0C7h, 0AAh, 0FFh, 37h, 47h
        keytest 00h, 'Caps Lock a', 3Ah, 0BAh, 1Eh, 9Eh, 0FFh, 41h, 1Eh
        keytest 00h, 'Caps Lock Shift a', 2Ah, 1Eh, 9Eh, 0AAh, 0FFh, 61h, 1Eh
        keytest 00h, 'Caps Lock 1', 02h, 82h, 3Ah, 0BAh, 0FFh, 31h, 02h
        keytest 00h, 'Num Lock 7', \
                45h, 0C5h, 47h, 0C7h, 45h, 0C5h, 0FFh, 37h, 47h
        keytest 00h, 'Alt-6 5', 38h, 4Dh, 0CDh, 4Ch, 0CCh, 0B8h, 0FFh, 65, 0
        keytest 00h, 'Ctrl-PrtSc', 1Dh, 0E0h, 37h, 0E0h, 0B7h, 9Dh, 0FFh, 0, 72h
        mov     si, .shifts
        call    inject_all
        mov     ah, 12h
        int     16h
        expect  ax, 070Eh, 'INT 16h 12h'
        mov     ah, 02h
        int     16h
        expect  al, 0Eh, 'INT 16h 02h'
        mov     si, .release
        call    inject_all
        mov     ah, 12h
        int     16h
        expect  ax, 0, 'shifts released'
; Ctrl-Break
        mov     word [1Bh * 4], .break
        mov     word [1Bh * 4 + 2], 0
        mov     si, .ctrl_break
        call    inject_all
        expect  byte [.broken], 1, 'Ctrl-Break calls INT 1Bh'
        mov     ah, 0
        int     16h
        expect  ax, 0, 'Ctrl-Break leaves 0000h'
        mov     word [1Bh * 4], 0FF53h
        mov     word [1Bh * 4 + 2], 0F000h
; INT 15h 4Fh
        mov     ax, [15h * 4]
        mov     [.old15], ax
        mov     ax, [15h * 4 + 2]
        mov     [.old15 + 2], ax
        cli
        mov     word [15h * 4], .hook
        mov     word [15h * 4 + 2], 0
        sti
        keytest 00h, 'INT 15h 4Fh turns a into b and eats z', \
                2Ch, 0ACh, 1Eh, 9Eh, 0FFh, 62h, 30h
        cli
        mov     ax, [.old15]
        mov     [15h * 4], ax
        mov     ax, [.old15 + 2]
        mov     [15h * 4 + 2], ax
        sti
        ret
.shifts:        db 1Dh, 0E0h, 1Dh, 36h, 38h, 0B6h, 2Ah, 0FFh
.release:       db 9Dh, 0E0h, 9Dh, 0AAh, 0B8h, 0FFh
.ctrl_break:    db 1Dh, 0E0h, 46h, 0E0h, 0C6h, 9Dh, 0FFh
.broken:        db 0
.old15:         dd 0
.break:
        inc     byte [cs:.broken]
        iret
.hook:
        cmp     ah, 4Fh
        jne     .chain
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        cmp     al, 1Eh
        je      .change
        cmp     al, 2Ch
        jne     .kept
        and     byte [bp + 6], 0FEh
.kept:
        pop     bp
        iret
.change:
        mov     al, 30h
        pop     bp
        iret
.chain:
        jmp     far [cs:.old15]
