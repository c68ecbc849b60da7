; say.asm - a DOS program: its arguments as a line on COM1.
        org 100h
        cpu 386
        call com_init
        mov si, 82h             ; behind the blank
        movzx cx, byte [80h]
        dec cx
        call send_text
        call send_end
        ret
%include "com.inc"
