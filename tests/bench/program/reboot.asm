; reboot.asm - a DOS program that starts the machine anew by the keyboard
; controller, as programs of the AT's time do.
        org 100h
        mov ah, 0dh             ; DOS writes what it holds
        int 21h
        mov ax, 40h
        mov ds, ax
        mov word [72h], 1234h   ; no test of memory
        mov al, 0feh
        out 64h, al
        hlt
