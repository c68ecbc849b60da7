; transfer.asm - sends COUNT bytes on COM1 at 115200 bits a second and takes as
; many, as a file transfer at full rate does; says on port E9h whether all were
; right and how many ticks of 55 ms passed from the first to the last, in
; hexadecimal. STALL: it takes none for that many ticks half-way, with RTS low.
; SILENT: it sends nothing but the "!" that says that it is ready.
        cpu 386
        bits 16
        org 0x7c00
%ifndef COUNT
COUNT   equ 40000
%endif
%ifndef STALL
STALL   equ 0
%endif
COM     equ 0x3f8

start:  xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        mov dx, COM + 3
        mov al, 0x83
        out dx, al
        mov dx, COM
        mov ax, 1
        out dx, ax
        mov dx, COM + 3
        mov al, 3
        out dx, al
        mov dx, COM + 2
        mov al, 0xc7                    ; FIFO, emptied
        out dx, al
        mov dx, COM + 4
        mov al, 3                       ; DTR, RTS
        out dx, al
        mov esi, COUNT                  ; still to be sent
        mov edi, COUNT                  ; still to come
        mov ebx, 12345                  ; generator of what is sent
        mov ebp, 12345                  ; of what must come
%ifdef SILENT
        xor esi, esi
%endif

; "?" until something comes, "!" when it has come; data follow a "!".
%ifdef SILENT
        call ready
%else
hello:  mov al, '?'
        call put
        mov ecx, [0x46c]
.wait:  mov dx, COM + 5
        in al, dx
        test al, 1
        jnz .came
        cmp ecx, [0x46c]
        je .wait
        jmp hello
.came:  mov dx, COM
        in al, dx
        mov cl, al
        call ready
        jmp .test
.more:  mov dx, COM + 5
        in al, dx
        test al, 1
        jz .more
        mov dx, COM
        in al, dx
        mov cl, al
.test:  cmp cl, '!'
        jne .more
%endif

loop:   mov dx, COM + 5
        in al, dx
        test al, 2
        jnz overrun
        test al, 1
        jz .send
        call take
        jmp loop
.send:  test al, 0x20
        jz loop
        test esi, esi
        jz .done
        mov cx, 16                      ; the transmitter is empty
.byte:  imul ebx, ebx, 1103515245
        add ebx, 12345
        mov eax, ebx
        shr eax, 16
        mov dx, COM
        out dx, al
        dec esi
        loopnz .byte
        jmp loop
.done:  test edi, edi
        jnz loop
        mov si, right
        jmp report

ready:  mov al, '!'
put:    mov ah, al
        mov dx, COM + 5
.full:  in al, dx
        test al, 0x20
        jz .full
        mov dx, COM
        mov al, ah
        out dx, al
        ret

take:   mov dx, COM
        in al, dx
        mov cl, al
        cmp edi, COUNT
        jne .known
        mov eax, [0x46c]
        mov [begun], eax
.known: imul ebp, ebp, 1103515245
        add ebp, 12345
        mov eax, ebp
        shr eax, 16
        cmp al, cl
        jne wrong
        dec edi
%if STALL
        cmp edi, COUNT / 2
        jne .go_on
        mov dx, COM + 4
        mov al, 1                       ; RTS off
        out dx, al
        mov eax, [0x46c]
        add eax, STALL
.wait:  cmp [0x46c], eax
        jb .wait
        mov al, 3
        out dx, al
.go_on:
%endif
        mov eax, [0x46c]
        mov [ended], eax
        ret

overrun:
        mov si, lost
        jmp report
wrong:  mov si, bad
report: lodsb
        test al, al
        jz .ticks
        out 0xe9, al
        jmp report
.ticks: mov ebx, [ended]
        sub ebx, [begun]
        mov cx, 4
.digit: rol bx, 4
        mov al, bl
        and al, 15
        cmp al, 10
        sbb al, 0x69
        das
        out 0xe9, al
        loop .digit
        mov al, 10
        out 0xe9, al
        mov al, 0
        out 0xf4, al
        cli
        hlt

right:  db 'right ', 0
bad:    db 'wrong ', 0
lost:   db 'overrun ', 0
        align 4
begun:  dd 0
ended:  dd 0
        times 510 - ($ - $$) db 0
        dw 0xaa55
