; opl.asm - the FM chip at 388h: how it is found, a voice, notes.
;
; Reference: Yamaha, YM3812 data sheet.

OPL             equ     388h

; opl_write: AH = register, AL = value. The chip wants 3.3 and 23 us.
opl_write:
        push    ax
        push    cx
        push    dx
        mov     dx, OPL
        xchg    al, ah
        out     dx, al
        mov     cx, 6
.after: in      al, dx
        loop    .after
        inc     dx
        mov     al, ah
        out     dx, al
        dec     dx
        mov     cx, 35
.then:  in      al, dx
        loop    .then
        pop     dx
        pop     cx
        pop     ax
        ret

; opl_find: timer 1 overflows after 80 us, and only then.
opl_find:
        mov     ax, 0460h               ; both timers masked
        call    opl_write
        mov     ax, 0480h               ; flags off
        call    opl_write
        mov     dx, OPL
        in      al, dx
        mov     bl, al
        mov     ax, 02FFh
        call    opl_write
        mov     ax, 0421h               ; timer 1 runs
        call    opl_write
        mov     ax, 1
        call    wait_ms
        mov     dx, OPL
        in      al, dx
        mov     bh, al
        mov     ax, 0460h
        call    opl_write
        mov     ax, 0480h
        call    opl_write
        and     bx, 0E0E0h
        cmp     bx, 0C000h
        mov     al, 0
        jne     .done
        in      al, dx
        and     al, 6                   ; an OPL2 has both bits set
        mov     al, 2
        jnz     .done
        mov     al, 3
.done:  mov     [snd_opl], al
        ret

; opl_voice: channel 0 is a bell-like voice of two operators.
opl_voice:
        mov     si, .rows
        mov     cx, (.end - .rows) / 2
.next:  lodsw
        call    opl_write
        loop    .next
        ret
.rows:  dw      0121h, 2021h, 2321h     ; waves allowed; multiple 1, sustained
        dw      401Ah, 4300h            ; levels
        dw      60F2h, 63F2h            ; attack, decay
        dw      8045h, 8345h            ; sustain, release
        dw      0C006h                  ; feedback
.end:

; opl_note: the note of tune_note begins. Block 4 takes fnum = Hz * 65536 /
; 49716.
opl_note:
        mov     ah, 0B0h
        mov     al, [snd_high]
        and     al, 0DFh                ; key off
        call    opl_write
        mov     bx, [tune_note]
        mov     ax, [bx + NOTE_.hertz]
        mov     dx, 8639
        mul     dx                      ; DX = fnum
        mov     [snd_low], dl
        mov     al, dh
        or      al, 30h                 ; key on, block 4
        mov     [snd_high], al
        mov     ah, 0A0h
        mov     al, dl
        call    opl_write
        mov     ah, 0B0h
        mov     al, [snd_high]
        jmp     opl_write

opl_quiet:
        cmp     byte [snd_opl], 0
        je      .done
        mov     ax, 0B000h
        mov     [snd_high], al
        call    opl_write
.done:  ret
