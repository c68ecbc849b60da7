; gm.asm - a boot sector that plays a General MIDI piece by the MPU-401's UART
; mode: instruments, a bend, volumes, a drum. A row is ticks of 55 ms to wait,
; then bytes. Ends by port F4.
        org 0x7c00
        cpu 386
        bits 16
DATA    equ 0x330
CONTROL equ 0x331

        xor ax, ax
        mov ds, ax
        mov dx, CONTROL
        mov al, 0x3f            ; UART mode
        out dx, al
        mov dx, DATA
        in al, dx               ; its answer
        sti
        mov si, rows
.row:   lodsb
        cmp al, 0xff
        je .end
        movzx cx, al
        jcxz .bytes
.tick:  mov ax, [0x46c]
.same:  hlt
        cmp ax, [0x46c]
        je .same
        loop .tick
.bytes: lodsb
        movzx cx, al
.byte:  mov dx, CONTROL
.busy:  in al, dx
        test al, 0x40
        jnz .busy
        mov dx, DATA
        lodsb
        out dx, al
        loop .byte
        jmp .row
.end:   mov al, 0
        out 0xf4, al
        jmp $

%macro note 3                   ; channel, key, velocity: 10 ticks and 8 more
        db 8, 3, 0x90 | %1, %2, %3
        db 10, 3, 0x90 | %1, %2, 0
%endmacro

rows:   db 0, 2, 0xc0, 19       ; church organ, and flute
        db 0, 2, 0xc1, 73
        note 0, 60, 100
        note 1, 72, 100
        db 0, 3, 0xb0, 7, 60    ; softer, and two semitones up
        db 0, 3, 0xe0, 0x7f, 0x7f
        note 0, 64, 100
        note 1, 79, 80
        note 0, 48, 100
        note 9, 56, 110         ; a cowbell
        db 18, 3, 0x90, 60, 0
        db 0xff

        times 510 - ($ - $$) db 0
        dw 0xaa55
