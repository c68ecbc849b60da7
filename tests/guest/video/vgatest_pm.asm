; vgatest_pm.asm - the bank function by a far call, and the protected mode
; interface of 4F0A, called in a 32-bit segment (386 and up).

test_vbe_pm:
        mov byte [current], 3
        mov ax, 0x4F02
        mov bx, 0x0103
        int 0x10
        cmp ax, 0x004F
        jne .none
        mov ax, 0x4F01
        mov cx, 0x0103
        call buffer
        xor di, di
        int 0x10
        mov bx, 0
        mov dx, 4
        call far [es:0x0C]
        call bank_now
        expect "bank by a far call", 4
        pushf                   ; a 386?
        pop ax
        and ah, 0x0F
        push ax
        popf
        pushf
        pop ax
        test ah, 0x40
        jnz .none
        or ah, 0x40
        push ax
        popf
        pushf
        pop ax
        test ah, 0x40
        jz .none
        and ah, ~0x40
        push ax
        popf
        jmp pm_tests
.none:  ret

; AX = bank of the window.
bank_now:
        mov ax, 0x4F05
        mov bx, 0x0100
        int 0x10
        mov ax, dx
        ret

        cpu 386
PM_SEG  equ 0x4000

; The table goes to PM_SEG, a stub that calls EBP and returns far after it.
pm_tests:
        mov ax, 0x4F0A
        mov bl, 0
        int 0x10
        cmp ax, 0x004F
        jne test_vbe_pm.none
        push ds
        mov si, di
        push es
        pop ds
        mov ax, PM_SEG
        mov es, ax
        xor di, di
        rep movsb
        mov dword [es:0x2000], 0x00CBD5FF
        pop ds
        mov si, 0
        mov bx, 0
        mov dx, 5
        call pm_call
        expect "PM bank", 0x004F
        call bank_now
        expect "PM bank is", 5
        mov si, 2
        mov bx, 0
        mov cx, (800 * 7 + 40) / 4
        mov dx, 0
        call pm_call
        expect "PM start", 0x004F
        mov ax, 0x4F07
        mov bx, 1
        int 0x10
        mov ax, cx
        expect "PM start column", 40
        mov ax, dx
        expect "PM start line", 7
        call ticks              ; 13 flips at 60 Hz
        mov di, ax
.edge:  call ticks
        cmp ax, di
        je .edge
        push ax
        mov bp, 13
.flip:  mov si, 2
        mov bx, 0x80
        mov cx, (800 * 7 + 40) / 4
        mov dx, 0
        push bp
        call pm_call
        pop bp
        dec bp
        jnz .flip
        pop di
        call ticks
        sub ax, di
        sub ax, 3
        cmp ax, 2
        sbb ax, ax
        expect "PM start waits", 0xFFFF
        mov si, 4
        mov bx, 0
        mov cx, 1
        mov dx, 77
        mov edi, quads
        push cs
        pop es
        call pm_call
        expect "PM palette", 0x004F
        mov bx, 77
        call colour_of
        and al, 0x3F            ; (some keep 8 bits)
        expect "PM colour", 0x0330
; What is drawn in the window must be at the physical address that 4F01 told.
lfb_test:
        mov ax, 0x4F02
        mov bx, 0x4103
        int 0x10
        mov ax, 0x4F01
        mov cx, 0x0103
        call buffer
        xor di, di
        int 0x10
        test byte [es:0], 0x80  ; a linear frame buffer
        jz .none
        mov eax, [es:0x28]
        mov [move.from + 2], ax
        shr eax, 16
        mov [move.from + 4], al
        mov [move.from + 7], ah
        cmp ah, 0x80             ; well above memory
        mov ax, 0
        adc al, al
        expect "LFB is high", 0
        mov ax, 0x0C6B
        mov bh, 0
        mov cx, 5
        mov dx, 0
        int 0x10
        push cs
        pop es
        mov si, move
        mov cx, 4
        mov ah, 0x87            ; block move by the system BIOS
        int 0x15
        call buffer_seg
        mov ax, [es:0x404]
        expect "pixel in the LFB", 0x6B00
.none:  ret
buffer_seg:
        mov ax, BUF_SEG
        mov es, ax
        ret
move:   times 16 db 0
.from:  dw 0xFFFF, 0, 0x9300, 0
        dw 0xFFFF, 0x0400, 0x9300 + (BUF_SEG >> 12), 0
        times 16 db 0

; Call entry SI of the table with BX, CX, DX, ES:EDI.
pm_call:
        push ds
        push es
        push bx
        push si
        mov ax, PM_SEG
        mov fs, ax
        movzx ebp, word [fs:si]
        xor esi, esi
        mov si, es
        shl esi, 4
        mov [gdt.es + 2], si
        shr esi, 16
        mov eax, esi
        mov [gdt.es + 4], al
        cli
        lgdt [gdtr]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp 0x08:.pm
.pm:    mov ax, 0x18
        mov es, ax
        and esp, 0xFFFF
        o32 call far [cs:.stub]
        mov dx, ax
        mov ax, 0x20            ; a limit of 64K again
        mov es, ax
        mov eax, cr0
        and al, ~1
        mov cr0, eax
        jmp CODE_SEG:.real
.real:  mov ax, dx
        sti
        pop si
        pop bx
        pop es
        pop ds
        ret
.stub:  dd 0x2000
        dw 0x10
gdtr:   dw gdt.end - gdt - 1
        dd CODE_SEG * 16 + gdt
gdt:    dw 0, 0, 0, 0
        dw 0xFFFF, 0, 0x9A00 + (CODE_SEG >> 12), 0      ; 08: this code
        dw 0xFFFF, 0, 0x9A00 + (PM_SEG >> 12), 0x0040   ; 10: the interface
.es:    dw 0xFFFF, 0, 0x9200, 0                         ; 18: caller's ES
        dw 0xFFFF, 0, 0x9200, 0                         ; 20: plain
.end:
        cpu 8086
