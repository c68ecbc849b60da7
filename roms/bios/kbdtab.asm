; kbdtab.asm - keys of a US keyboard: words for plain, Shift, Ctrl and Alt.
;
; Reference: IBM PC BIOS Interface Technical Reference, "Keyboard", table of
; the enhanced keyboard. High byte: scan code, low byte: character; 0: nothing.

; key CODE, PLAIN, SHIFT, CTRL, ALT: characters with the key's own code; a
; CTRL or ALT over FFh is a whole word, 0 none.
%macro key 5
        dw      (%1 << 8) | %2
        dw      (%1 << 8) | %3
%if %4 == 0 || %4 > 0FFh
        dw      %4
%else
        dw      (%1 << 8) | %4
%endif
        dw      %5
%endmacro

; letters FIRST_CODE, STRING: Ctrl gives 1 to 26, Alt the code alone.
%macro letters 2
%strlen %%n %2
%assign %%i 1
%rep %%n
%substr %%c %2 %%i
        key     %1 + %%i - 1, %%c, %%c - 32, %%c - 96, (%1 + %%i - 1) << 8
%assign %%i %%i + 1
%endrep
%endmacro

; fkeys FIRST_CODE, COUNT, SHIFT_CODE, CTRL_CODE, ALT_CODE.
%macro fkeys 5
%assign %%i 0
%rep %2
        dw      (%1 + %%i) << 8, (%3 + %%i) << 8
        dw      (%4 + %%i) << 8, (%5 + %%i) << 8
%assign %%i %%i + 1
%endrep
%endmacro

kbd_table:
        dw      0, 0, 0, 0
        key     01h, 1Bh, 1Bh, 1Bh, 0100h
        key     02h, '1', '!', 0, 7800h
        key     03h, '2', '@', 0300h, 7900h
        key     04h, '3', '#', 0, 7A00h
        key     05h, '4', '$', 0, 7B00h
        key     06h, '5', '%', 0, 7C00h
        key     07h, '6', '^', 1Eh, 7D00h
        key     08h, '7', '&', 0, 7E00h
        key     09h, '8', '*', 0, 7F00h
        key     0Ah, '9', '(', 0, 8000h
        key     0Bh, '0', ')', 0, 8100h
        key     0Ch, '-', '_', 1Fh, 8200h
        key     0Dh, '=', '+', 0, 8300h
        key     0Eh, 08h, 08h, 7Fh, 0E00h
        key     0Fh, 09h, 00h, 9400h, 0A500h
        letters 10h, 'qwertyuiop'
        key     1Ah, '[', '{', 1Bh, 1A00h
        key     1Bh, ']', '}', 1Dh, 1B00h
        key     1Ch, 0Dh, 0Dh, 0Ah, 1C00h
        dw      0, 0, 0, 0              ; Ctrl
        letters 1Eh, 'asdfghjkl'
        key     27h, ';', ':', 0, 2700h
        key     28h, "'", '"', 0, 2800h
        key     29h, '`', '~', 0, 2900h
        dw      0, 0, 0, 0              ; left Shift
        key     2Bh, '\', '|', 1Ch, 2B00h
        letters 2Ch, 'zxcvbnm'
        key     33h, ',', '<', 0, 3300h
        key     34h, '.', '>', 0, 3400h
        key     35h, '/', '?', 0, 3500h
        dw      0, 0, 0, 0              ; right Shift
        key     37h, '*', '*', 9600h, 3700h
        dw      0, 0, 0, 0              ; Alt
        key     39h, ' ', ' ', ' ', 3920h
        dw      0, 0, 0, 0              ; Caps Lock
        fkeys   3Bh, 10, 54h, 5Eh, 68h
        dw      0, 0, 0, 0              ; Num Lock
        dw      0, 0, 0, 0              ; Scroll Lock
        key     47h, 0, '7', 7700h, 0
        key     48h, 0, '8', 8D00h, 0
        key     49h, 0, '9', 8400h, 0
        key     4Ah, '-', '-', 8E00h, 4A00h
        key     4Bh, 0, '4', 7300h, 0
        key     4Ch, 0, '5', 8F00h, 0
        key     4Dh, 0, '6', 7400h, 0
        key     4Eh, '+', '+', 9000h, 4E00h
        key     4Fh, 0, '1', 7500h, 0
        key     50h, 0, '2', 9100h, 0
        key     51h, 0, '3', 7600h, 0
        key     52h, 0, '0', 9200h, 0
        key     53h, 0, '.', 9300h, 0
        dw      0, 0, 0, 0              ; SysRq
        dw      0, 0, 0, 0
        key     56h, '\', '|', 0, 0
        fkeys   85h, 2, 87h, 89h, 8Bh   ; F11, F12

; Keypad digits of the codes 47h to 53h; FFh: not one.
kbd_digits:
        db      7, 8, 9, 0FFh, 4, 5, 6, 0FFh, 1, 2, 3, 0, 0FFh

; Keys with the prefix E0: code, then the four words.
%macro grey 5
        db      %1
        dw      %2, %3, %4, %5
%endmacro
kbd_grey:
        grey    1Ch, 0E00Dh, 0E00Dh, 0E00Ah, 0A600h
        grey    35h, 0E02Fh, 0E02Fh, 9500h, 0A400h
        grey    47h, 47E0h, 47E0h, 77E0h, 9700h
        grey    48h, 48E0h, 48E0h, 8DE0h, 9800h
        grey    49h, 49E0h, 49E0h, 84E0h, 9900h
        grey    4Bh, 4BE0h, 4BE0h, 73E0h, 9B00h
        grey    4Dh, 4DE0h, 4DE0h, 74E0h, 9D00h
        grey    4Fh, 4FE0h, 4FE0h, 75E0h, 9F00h
        grey    50h, 50E0h, 50E0h, 91E0h, 0A000h
        grey    51h, 51E0h, 51E0h, 76E0h, 0A100h
        grey    52h, 52E0h, 52E0h, 92E0h, 0A200h
        grey    53h, 53E0h, 53E0h, 93E0h, 0A300h
kbd_grey_end:
