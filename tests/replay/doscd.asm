; doscd.asm - a DOS program that asks for the CD in D: as few programs do, and
; tells port E9h what it gets. It waits for a key before the end: meanwhile the
; disc becomes another.
        cpu     8086
        org     100h

%macro  ask 0                           ; CF and AX after a function of DOS
        int     21h
        call    tell_result
%endmacro

        mov     ax, 1500h
        xor     bx, bx
        int     2Fh
        mov     ax, bx
        call    tell                    ; 1 drive
        mov     ax, cx
        call    tell                    ; the fourth letter
        mov     ax, 150Bh
        mov     cx, 3
        int     2Fh
        mov     ax, bx
        call    tell
        mov     ax, 1508h               ; two frames, the second of text
        mov     bx, buffer
        mov     cx, 3
        xor     si, si
        mov     di, 16
        mov     dx, 2
        int     2Fh
        call    tell_flag
        mov     ax, [buffer + 1]
        call    tell
        mov     ax, [buffer + 2049]
        call    tell

        mov     ah, 36h
        mov     dl, 4
        int     21h
        call    tell                    ; frames in a unit
        mov     ax, dx
        call    tell
        mov     ax, cx
        call    tell
        mov     ax, 4300h
        mov     dx, folder
        int     21h
        mov     ax, cx
        call    tell
        mov     ax, 3D01h               ; to write
        mov     dx, file
        ask
        mov     ax, 6C00h               ; opened if it is there
        xor     bx, bx
        xor     cx, cx
        mov     dx, 1
        mov     si, file
        int     21h
        call    tell_flag
        mov     bx, ax
        mov     ax, cx
        call    tell
        mov     ax, 4202h
        mov     cx, -1
        mov     dx, -5
        ask
        mov     ah, 3Fh                 ; only 5 are left
        mov     cx, 10
        mov     dx, buffer
        ask
        mov     ah, 3Eh
        int     21h
        mov     ax, 6C00h               ; made anew
        xor     bx, bx
        mov     dx, 12h
        ask
        mov     ah, 0Fh                 ; by an FCB
        mov     dx, fcb
        int     21h
        call    tell_byte
        mov     dx, buffer
        mov     ah, 1Ah
        int     21h
        mov     ah, 14h
        mov     dx, fcb
        int     21h
        call    tell_byte
        mov     ax, [buffer]
        call    tell

        mov     ah, 4Eh
        mov     cx, 10h
        mov     dx, files
        xor     si, si
.find:
        int     21h
        jc      .last
        inc     si
        mov     ah, 4Fh
        jmp     short .find
.last:
        call    tell
        mov     ax, si
        call    tell

        mov     ah, 4Eh                 ; one found, and one byte read
        mov     dx, files
        int     21h
        mov     ax, 3D00h
        mov     dx, file
        int     21h
        mov     bx, ax
        call    read
        mov     dx, another
        call    key
        call    read
        mov     ah, 4Fh
        ask
        mov     dx, first
        call    key                     ; the first is there again
        call    read
        mov     ax, 4C00h
        int     21h

; key: prints DX and waits.
key:
        mov     ah, 9
        int     21h
        mov     ah, 0
        int     16h
        ret

read:
        mov     ah, 3Fh
        mov     cx, 1
        mov     dx, buffer + 128
        ask
        ret

; tell_result: CF, and AX when it is set, else what was read or opened.
tell_result:
        call    tell_flag
        call    tell
        ret

; tell_flag: CF as a digit. Keeps AX.
tell_flag:
        push    ax
        mov     al, '0'
        adc     al, 0
        out     0E9h, al
        mov     al, ' '
        out     0E9h, al
        pop     ax
        ret

tell_byte:
        mov     ah, 0
; tell: AX as four digits and a line's end. Keeps all registers.
tell:
        call    tell_digits
        push    ax
        mov     al, 10
        out     0E9h, al
        pop     ax
        ret
%include "tell.inc"

folder: db      'D:\DIR', 0
file:   db      'D:\HELLO.TXT', 0
files:  db      'D:\DIR\FILE1?.TXT', 0
another: db     'another disc', 13, 10, '$'
first:  db      'the first disc', 13, 10, '$'
fcb:    db      4, 'HELLO   TXT'
        times   25 db 0
buffer:
