; edd.asm - what INT 13h 41h-4Eh answers: a boot floppy that writes it in lines
; to port E9h; with CD defined a boot image without emulation, which asks of its
; CD.
;
;   41 AH BX CX CF                  what there is
;   48 SIZE AH CF: BYTES            the result for a buffer of that size
;   dpte: BYTES                     where that points
;   FUNCTION AL: AH AL CF           the others; a count of sectors follows 42h,
;                                   43h and 44h

        org     7C00h
        jmp     0:start
start:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7C00h
%ifdef CD
        mov     [drive], dl
        jmp     main
%endif
        mov     ax, 0203h
        mov     bx, 7E00h
        mov     cx, 0002h
        xor     dx, dx
        int     13h
        jc      $
        jmp     main

        times   510 - ($ - $$) db 0
        dw      0AA55h

BUFFER  equ     8800h
DATA    equ     9000h

main:
%ifdef CD
        call    of_drive
%else
        mov     byte [drive], 80h
        call    of_drive
        mov     byte [drive], 81h
        call    of_drive
        mov     byte [drive], 90h
        call    check
%endif
        mov     al, 1                   ; QEMU's exit code is 2 * 1 + 1
        out     0F4h, al
        hlt

of_drive:
        call    check
        mov     si, sizes
.size:
        lodsw
        or      ax, ax
        jz      .calls
        push    si
        call    params
        pop     si
        jmp     .size
.calls:
        mov     si, calls
.call:
        lodsw
        inc     ax
        jz      .done
        dec     ax
        push    si
        call    other
        pop     si
        jmp     .call
.done:
        ret
sizes:  dw      10h, 19h, 1Ah, 1Dh, 1Eh, 41h, 42h, 100h, 0
%ifdef CD
calls:  dw      4200h, 4300h, 4400h, 4501h, 4502h, 4500h, 4500h, 4502h, 4600h
        dw      4501h, 4501h, 4502h, 4503h, 4700h, 4900h, 4600h, 4900h, -1
%else
calls:  dw      4200h, 4300h, 4301h, 4302h, 4303h, 4400h, 4502h, 4500h, 4501h
        dw      4600h, 4700h, 4900h, 4E00h, 4E01h, 4E02h, 4E05h, 4E06h, 4E07h
        dw      4E04h, -1
%endif

; 41h
check:
        mov     ah, 41h
        mov     bx, 55AAh
        mov     cx, 0EEEEh
        mov     dl, [drive]
        int     13h
        pushf
        push    cx
        push    bx
        mov     bl, ah
        mov     al, 41h
        call    byte_out
        mov     al, bl
        call    byte_out
        pop     ax
        call    word_out
        pop     ax
        call    word_out
        popf
        call    carry_out
        jmp     line_out

; 48h with AX = size.
params:
        push    ax
        mov     di, BUFFER
        mov     cx, 120h
        mov     al, 0A5h
        rep     stosb
        pop     ax
        mov     [BUFFER], ax
        push    ax
        mov     al, 48h
        call    byte_out
        pop     ax
        call    word_out
        mov     ah, 48h
        mov     dl, [drive]
        mov     si, BUFFER
        int     13h
        pushf
        mov     al, ah
        call    byte_out
        popf
        pushf
        call    carry_out
        mov     si, BUFFER
        mov     cx, 44h
        call    bytes_out
        call    line_out
        popf
        jc      .done
        cmp     word [BUFFER], 1Eh
        jb      .done
        mov     si, dpte
        call    text_out
        push    ds
        lds     si, [BUFFER + 1Ah]
        mov     cx, 16
        call    bytes_out
        pop     ds
        call    line_out
.done:
        ret

; AX = the function and its AL. Sectors 5 and 6 are read and written back.
other:
        push    ax
        xchg    al, ah
        call    byte_out
        pop     ax
        push    ax
        call    byte_out
        mov     word [packet], 10h
        mov     word [packet + 2], 2
        pop     ax
        push    ax
        mov     dl, [drive]
        mov     si, packet
        int     13h
        pushf
        push    ax
        xchg    al, ah
        call    byte_out
        pop     ax
        call    byte_out
        popf
        call    carry_out
        pop     ax
        cmp     ah, 44h
        ja      .done
        mov     ax, [packet + 2]
        call    word_out
.done:
        jmp     line_out

; ---- out ----

carry_out:
        mov     al, '0'
        adc     al, 0
        call    char_out
        mov     al, ' '
        jmp     char_out
word_out:
        push    ax
        mov     al, ah
        call    hex_out
        pop     ax
byte_out:
        call    hex_out
        mov     al, ' '
        jmp     char_out
bytes_out:
        lodsb
        call    hex_out
        loop    bytes_out
        ret
hex_out:
        push    ax
        push    cx
        mov     cl, 4
        shr     al, cl
        pop     cx
        call    .digit
        pop     ax
        and     al, 0Fh
.digit:
        cmp     al, 10
        jb      .add
        add     al, 'a' - '0' - 10
.add:
        add     al, '0'
char_out:
        out     0E9h, al
        ret
line_out:
        mov     al, 10
        jmp     char_out
text_out:
        lodsb
        or      al, al
        jz      .done
        call    char_out
        jmp     text_out
.done:
        ret

drive:  db      0
dpte:   db      'dpte: ', 0
        align   2
packet: dw      10h, 2, DATA, 0
        dq      5

        times   2048 - ($ - $$) db 0
