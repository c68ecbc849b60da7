; vgatest.asm - a 1.44M floppy that tries a VGA BIOS.
;
; It prints a line for each test, "PASS name" or "FAIL name: got X want Y", to
; port E9 and COM1, then "DONE n failed". Then it shows each mode with text in
; it, saying "SHOW mode", and goes on at a key.

        cpu 8086
        bits 16

%define CODE_SEG 0x1000
%define BUF_SEG  0x3000
SECTORS equ 52

; ---- boot sector: SECTORS sectors from the second on to CODE_SEG:0 ----
        org 0
boot:
        jmp short .start
        nop
        times 0x3E - ($ - boot) db 0
.start: cli
        mov ax, 0x2000
        mov ss, ax
        mov sp, 0xFFFE
        sti
        cld
        mov ax, CODE_SEG
        mov es, ax
        xor bx, bx
        mov si, 1               ; LBA
.next:  mov ax, si
        mov cl, 18
        div cl
        mov cl, ah
        inc cl                  ; sector
        mov dh, al
        and dh, 1               ; head
        shr al, 1
        mov ch, al              ; cylinder
        mov dl, 0
        mov ax, 0x0201
        int 0x13
        jc .next
        add bx, 512
        inc si
        cmp si, SECTORS
        jbe .next
        jmp CODE_SEG:0
        times 510 - ($ - boot) db 0
        db 0x55, 0xAA

; ---- the tests, at CODE_SEG:0 ----
        section code vstart=0 follows=.text
start:
        mov ax, cs
        mov ds, ax
        call serial_init
        mov si, hello
        call print
%ifndef SHOW_ONLY               ; nasm -DSHOW_ONLY: pictures alone
        call test_modes
        call test_text
        call test_graphics
        call test_palette
        call test_fonts
        call test_misc
        call test_state
        call test_override
        call test_vbe
        call test_vbe_pm
%endif
        mov ax, 3
        int 0x10
        mov si, done
        call print
        mov ax, [failed]
        call hex
        mov si, done2
        call print
        call show_all
.stop:  hlt
        jmp .stop

hello:  db "VGA BIOS test", 10, 0
done:   db "DONE ", 0
done2:  db " failed", 10, 0
failed: dw 0

; expect "name", value: AX must be that value. Keeps all registers.
%macro expect 2
        call expect_ax
        dw %2
        db %1, 0
%endmacro

expect_ax:
        push bp
        mov bp, sp
        push ax
        push bx
        push si
        push ds
        push cs
        pop ds
        mov si, [bp + 2]
        mov bx, [si]
        add si, 2
        cmp ax, bx
        jne .fail
        push si
        mov si, pass
        call print
        pop si
        call print
        jmp .end
.fail:  inc word [failed]
        push si
        mov si, fail
        call print
        pop si
        call print
        push si
        mov si, got
        call print
        call hex
        mov si, want
        call print
        mov ax, bx
        call hex
        pop si
.end:   mov [bp + 2], si
        mov si, in_mode
        call print
        mov al, [current]
        mov ah, 0
        call hex
        mov al, 10
        call putc
        pop ds
        pop si
        pop bx
        pop ax
        pop bp
        ret
pass:   db "PASS ", 0
fail:   db "FAIL ", 0
got:    db ": got ", 0
want:   db " want ", 0
in_mode: db " in ", 0
current: db 0

; Print the text at SI; SI ends after its zero.
print:  push ax
.next:  lodsb
        or al, al
        jz .done
        call putc
        jmp .next
.done:  pop ax
        ret

hex:    push ax
        xchg al, ah
        call .byte
        xchg al, ah
        call .byte
        pop ax
        ret
.byte:  push ax
        push cx
        mov cl, 4
        shr al, cl
        pop cx
        call .digit
        pop ax
        push ax
        call .digit
        pop ax
        ret
.digit: and al, 15
        add al, '0'
        cmp al, '9'
        jbe putc
        add al, 7
putc:   push dx
        push cx
        push ax
        mov dx, 0xE9
        out dx, al
        mov dx, 0x3FD
        mov cx, 0x1000
        mov ah, al
.wait:  in al, dx
        test al, 0x20
        loopz .wait
        mov dx, 0x3F8
        mov al, ah
        out dx, al
        pop ax
        pop cx
        pop dx
        ret

serial_init:
        mov dx, 0x3FB
        mov al, 0x83
        out dx, al
        mov dx, 0x3F8
        mov al, 1               ; 115200
        out dx, al
        inc dx
        mov al, 0
        out dx, al
        mov dx, 0x3FB
        mov al, 3
        out dx, al
        ret

; ES = 0: the BIOS data area at 400h.
low:    push ax
        xor ax, ax
        mov es, ax
        pop ax
        ret

; ES = the buffer, filled with A5h.
buffer: push ax
        push cx
        push di
        mov ax, BUF_SEG
        mov es, ax
        xor di, di
        mov cx, 0x4000
        mov ax, 0xA5A5
        rep stosw
        pop di
        pop cx
        pop ax
        ret

%include "vgatest_modes.asm"
%include "vgatest_text.asm"
%include "vgatest_fn.asm"
%include "vgatest_state.asm"
%include "vgatest_vbe.asm"
%include "vgatest_pm.asm"
%include "vgatest_show.asm"

%if $ - start > SECTORS * 512
%error the tests do not fit
%endif
        times 2879 * 512 - ($ - start) db 0
