; midi.asm - a boot sector that plays a track by the MPU-401's intelligent mode:
; IRQ 9 asks for each event, as of a driver. Ends by port F4.
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
        mov word [0x71 * 4], request
        mov [0x71 * 4 + 2], ax
        in al, 0xa1
        and al, 0xfd
        out 0xa1, al
        in al, 0x21
        and al, 0xfb
        out 0x21, al
        mov al, 0xff            ; reset
        call command
        mov al, 0xec            ; active tracks: the first
        call command
        mov dx, DATA
        mov al, 1
        out dx, al
        mov al, 0xb8            ; clear play counters
        call command
        mov dx, CONTROL
        mov al, 0x0a            ; start play; its answer comes by interrupt
        out dx, al
        sti
.wait:  hlt
        cmp byte [ended], 0
        je .wait
        mov al, 0
        out 0xf4, al
        jmp $

; Sends command AL and takes its answer.
command:
        mov dx, CONTROL
        mov ah, al
.busy:  in al, dx
        test al, 0x40
        jnz .busy
        mov al, ah
        out dx, al
.quiet: in al, dx
        test al, 0x80
        jnz .quiet
        mov dx, DATA
        in al, dx
        ret

; Reads one byte, as the line falls after each.
request:
        pusha
        mov dx, DATA
        in al, dx
        cmp al, 0xfc
        jne .event
        mov byte [ended], 1
.event: cmp al, 0xf0
        jne .end
        mov si, [next]
        lodsb
        movzx cx, al
.byte:  lodsb
        out dx, al
        loop .byte
        mov [next], si
.end:   mov al, 0x20
        out 0xa0, al
        out 0x20, al
        popa
        iret

ended:  db 0
next:   dw events
events: db 4, 0, 0x90, 60, 100
        db 3, 24, 60, 0
        db 4, 6, 0x90, 62, 90
        db 3, 24, 62, 0
        db 2, 0, 0xfc

        times 510 - ($ - $$) db 0
        dw 0xaa55
