; tune.asm - page: the speaker plays a tune.
;
; The speaker's cone follows counter 2's output while port 61h bit 1 lets it.
; In mode 3 the counter makes a square wave of 1193182 / divisor Hz. The control
; word is written once; a new divisor alone takes over at the end of a half
; wave, so there is no click between two notes.
;
; The tune is the beginning of Beethoven's "Fuer Elise" (1810).
; Reference: Intel 231164-005 "8254"; IBM PC AT Technical Reference.

; NOTE_ROW name, frequency * 10 : a row of tune_notes. Divisors are even, so
; that both halves of a wave are equally long.
%macro NOTE_ROW 2
        db      %1
        dw      (PIT_HZ * 5 + %2 / 2) / %2 * 2, %2
%endmacro

struc NOTE_
.name:          resb    4
.divisor:       resw    1
.hertz:         resw    1               ; times ten
endstruc

tune_notes:
        NOTE_ROW 'E4  ', 3296
        NOTE_ROW 'G#4 ', 4153
        NOTE_ROW 'A4  ', 4400
        NOTE_ROW 'B4  ', 4939
        NOTE_ROW 'C4  ', 2616
        NOTE_ROW 'C5  ', 5233
        NOTE_ROW 'D5  ', 5873
        NOTE_ROW 'D#5 ', 6223
        NOTE_ROW 'E5  ', 6593
tune_notes_end:

E4              equ     0
GS4             equ     1
A4              equ     2
B4              equ     3
C4              equ     4
C5              equ     5
D5              equ     6
DS5             equ     7
E5              equ     8

TUNE_UNIT       equ     3               ; ticks of the shortest note
TUNE_END        equ     0FFh

; Notes and their length in units.
tune_score:
        db      E5, 1, DS5, 1, E5, 1, DS5, 1, E5, 1, B4, 1, D5, 1, C5, 1
        db      A4, 3, C4, 1, E4, 1, A4, 1, B4, 3, E4, 1, GS4, 1, B4, 1
        db      C5, 3, E4, 1, E5, 1, DS5, 1, E5, 1, DS5, 1, E5, 1, B4, 1
        db      D5, 1, C5, 1, A4, 3, C4, 1, E4, 1, A4, 1, B4, 3
        db      E4, 1, C5, 1, B4, 1, A4, 6
        db      TUNE_END

tune_next:      dw      0               ; offset in the score
tune_left:      db      0               ; ticks of this note still to come
tune_note:      dw      tune_notes      ; the one that sounds

; tune_begin: counter 2 to mode 3, the speaker on, the score from its start.
tune_begin:
        mov     word [tune_next], tune_score
        mov     byte [tune_left], 0
        mov     dx, [tune_notes + E5 * NOTE__size + NOTE_.divisor]
        mov     ax, 0302h
        call    pit_load
        in      al, PORT_B
        or      al, 3                   ; gate and speaker
        out     PORT_B, al
        ret

; tune_end: silence.
tune_end:
        in      al, PORT_B
        and     al, 0FCh
        out     PORT_B, al
        ret

; tune_tick: once a tick: the next note when this one is over. CF = 1: the
; score is at its end.
tune_tick:
        cmp     byte [tune_left], 0
        jne     .sounds
        mov     si, [tune_next]
        lodsb
        cmp     al, TUNE_END
        je      .end
        mov     ah, NOTE__size
        mul     ah
        add     ax, tune_notes
        mov     [tune_note], ax
        mov     bx, ax
        lodsb
        mov     [tune_next], si
        mov     ah, TUNE_UNIT
        mul     ah
        mov     [tune_left], al
        mov     ax, [bx + NOTE_.divisor]
        out     PIT_COUNTER2, al        ; low byte, high byte
        mov     al, ah
        out     PIT_COUNTER2, al
.sounds:
        dec     byte [tune_left]
        clc
        ret
.end:
        stc
        ret

tune_page:
        NOTE    2, 'Counter 2 divides 1193182 Hz; port 61h bit 1 lets the ', \
                   'speaker follow.'
        HELP    'Space: from the beginning   1-9: a note'
        call    tune_begin
        mov     bx, tune_show
        mov     di, tune_key
        call    page_loop
        jmp     tune_end

tune_key:
        cmp     al, ' '
        je      tune_begin
        sub     al, '1'
        cmp     al, 9
        jae     .done
        mov     ah, NOTE__size
        mul     ah
        add     ax, tune_notes
        mov     bx, ax
        call    tune_begin
        mov     byte [tune_left], 9
        mov     word [tune_next], .nothing
        mov     [tune_note], bx
        mov     ax, [bx + NOTE_.divisor]
        out     PIT_COUNTER2, al
        mov     al, ah
        out     PIT_COUNTER2, al
.done:
        ret
.nothing:
        db      TUNE_END

tune_show:
        call    tune_tick
        jnc     .sounds
        call    tune_end
.sounds:
        FIELD   4, 2, 'Divisor'
        mov     bx, [tune_note]
        mov     ax, [bx + NOTE_.divisor]
        call    print_dec16
        PRINT   '  '
        FIELD   4, 20, 'frequency'
        mov     bx, [tune_note]
        call    tune_hertz
        PRINT   ' Hz  '
        FIELD   4, 46, 'port 61h'
        in      al, PORT_B
        call    print_bin8
        mov     bx, tune_notes
        mov     dl, 6
.next:
        mov     [text_pos + 1], dl
        mov     byte [text_pos], 2
        call    tune_line
        add     bx, NOTE__size
        inc     dl
        cmp     bx, tune_notes_end
        jb      .next
        ret

; tune_line: BX = note: its name and a bar, bright while it sounds.
tune_line:
        COLOR   NORMAL
        cmp     bx, [tune_note]
        jne     .name
        COLOR   VALUE
.name:
        mov     cx, 4
        mov     si, bx
.char:
        lodsb
        call    print_char
        loop    .char
        mov     ax, [bx + NOTE_.hertz]
        mov     cl, 7
        shr     ax, cl
        mov     cx, ax
        mov     al, 0B1h
        cmp     bx, [tune_note]
        jne     .bar
        mov     al, 0DBh
.bar:
        call    text_fill
        ret

; tune_hertz: BX = note: its frequency with one decimal.
tune_hertz:
        mov     ax, [bx + NOTE_.hertz]
        xor     dx, dx
        mov     cx, 10
        div     cx
        call    print_dec16
        PRINT   '.'
        mov     al, dl
        add     al, '0'
        jmp     print_char

tune_edges:     dw      0
tune_level:     db      0

; tune_count: CX = changes of counter 2's output while 500 ms go by.
tune_count:
        mov     word [tune_edges], 0
        mov     bx, .look
        mov     ax, 500
        call    wait_until
        mov     cx, [tune_edges]
        ret
.look:
        in      al, PORT_B
        and     al, 20h
        cmp     al, [tune_level]
        je      .same
        mov     [tune_level], al
        inc     word [tune_edges]
.same:
        clc
        ret

; The opening is played, then a low note is measured: 20 Hz change 20 times in
; 500 ms.
tune_test:
        call    tune_begin
        mov     al, 2
        call    pit_status
        and     al, 3Fh
        cmp     al, 36h
        CHECK_Z 'tune: counter 2 makes a square wave'
        mov     cx, 10 * TUNE_UNIT
.tick:
        call    tune_tick
        mov     ax, 1
        call    timer_sleep
        loop    .tick
        mov     bx, [tune_note]
        cmp     bx, tune_notes + A4 * NOTE__size
        CHECK_Z 'tune: after nine notes an A sounds'
        mov     ax, 59658               ; 20 Hz
        out     PIT_COUNTER2, al
        mov     al, ah
        out     PIT_COUNTER2, al
        in      al, PORT_B              ; measured in silence
        and     al, 0FDh
        out     PORT_B, al
        mov     ax, 50
        call    wait_ms
        mov     bx, .measure
        call    check_again
        CHECK_NC 'tune: 20 Hz change 20 times in 500 ms'
        call    tune_end
        in      al, PORT_B
        test    al, 3
        CHECK_Z 'tune: silence at the end'
        ret

; CF = 1: not 18 to 22.
.measure:
        call    tune_count
        sub     cx, 18
        cmp     cx, 5
        cmc
        ret
