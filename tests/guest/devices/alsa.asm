; alsa.asm - a boot sector that sends by the MPU-401's UART mode, as a driver of
; the MT-32 does: a system exclusive message of 266 bytes, a program and two
; notes by running status. Ends by port F4.
        org 0x7c00
        cpu 386
        bits 16
DATA    equ 0x330
CONTROL equ 0x331

        cli
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        mov dx, CONTROL
        mov al, 0xff            ; reset, and its answer
        out dx, al
.quiet: in al, dx
        test al, 0x80
        jnz .quiet
        mov dx, DATA
        in al, dx
        mov dx, CONTROL
        mov al, 0x3f            ; UART mode, and its answer
        out dx, al
.uart:  in al, dx
        test al, 0x80
        jnz .uart
        mov dx, DATA
        in al, dx

        mov si, head
        mov cx, tail - head
        call send
        xor bl, bl              ; 256 bytes of data: 0-7F twice
.data:  mov al, bl
        and al, 0x7f
        call byte_out
        inc bl
        jnz .data
        mov si, tail
        mov cx, end - tail
        call send
.drain: in al, dx
        test al, 0x40
        jnz .drain
        mov al, 0
        out 0xf4, al
        jmp $

send:   lodsb
        call byte_out
        loop send
        ret

; Waits until the line is free for byte AL.
byte_out:
        mov ah, al
        mov dx, CONTROL
.busy:  in al, dx
        test al, 0x40
        jnz .busy
        mov al, ah
        mov dx, DATA
        out dx, al
        mov dx, CONTROL
        ret

head    db 0xf0, 0x41, 0x10, 0x16, 0x12, 0x08, 0, 0
tail    db 0x38, 0xf7, 0xc1, 5, 0x91, 60, 100, 60, 0
end:
        times 510 - ($ - $$) db 0
        dw 0xaa55
