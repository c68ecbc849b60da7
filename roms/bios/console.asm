; console.asm - text on the screen (INT 10h 0Eh) and on the debug port E9h.
;
; The debug port is used only for what is wrong.

; puts: CS:SI = zero-terminated text. Keeps all registers but SI.
puts:
        push    ax
.next:
        mov     al, [cs:si]
        inc     si
        or      al, al
        jz      .done
        call    putc
        jmp     .next
.done:
        pop     ax
        ret

; putc: AL = character.
putc:
        push    ax
        push    bx
        push    bp
        mov     ah, 0Eh
        mov     bx, 0007h
        int     10h
        pop     bp
        pop     bx
        pop     ax
        ret

; putdec: DX:AX = number, unsigned, DX < 10000.
putdec:
        push    ax
        push    bx
        push    cx
        push    dx
        mov     bx, 10
        xor     cx, cx
.digit:
        push    ax
        mov     ax, dx
        xor     dx, dx
        div     bx
        pop     si
        xchg    ax, si                  ; SI = new high word
        div     bx
        push    dx
        inc     cx
        mov     dx, si
        mov     si, ax
        or      si, dx
        jnz     .digit
.out:
        pop     ax
        add     al, '0'
        call    putc
        loop    .out
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

; debug_puts: CS:SI = text, on port E9h.
debug_puts:
        push    ax
.next:
        mov     al, [cs:si]
        inc     si
        or      al, al
        jz      .done
        out     DEBUGCON, al
        jmp     .next
.done:
        pop     ax
        ret

; debug_hex: AX in four digits, on port E9h.
debug_hex:
        push    ax
        push    cx
        push    dx
        mov     dx, ax
        mov     ch, 4
.digit:
        mov     cl, 4
        rol     dx, cl
        mov     al, dl
        and     al, 0Fh
        add     al, 90h
        daa
        adc     al, 40h
        daa
        out     DEBUGCON, al
        dec     ch
        jnz     .digit
        pop     dx
        pop     cx
        pop     ax
        ret

; banner: one line with what was found.
banner:
        mov     si, .name
        call    puts
        mov     es, [B_EBDA]
        mov     bl, [es:E_CPU]
        xor     bh, bh
        mov     si, .cpu_8086
        cmp     bl, 2
        jb      .cpu
        mov     si, .cpu_286
        je      .cpu
        mov     si, .cpu_386
.cpu:
        call    puts
        test    byte [B_EQUIP], 02h
        jz      .memory
        mov     si, .fpu
        call    puts
.memory:
        mov     al, ' '
        call    putc
        mov     ax, [B_MEM]
        inc     ax                      ; with the EBDA
        xor     dx, dx
        call    putdec
        mov     si, .kb
        call    puts
        call    ext_kb
        mov     cx, ax
        or      cx, dx
        jz      .floppies
        mov     si, .plus
        call    puts
        call    putdec
        mov     si, .kb
        call    puts
.floppies:
        call    floppy_count
        or      al, al
        jz      .disks
        push    ax
        mov     al, ' '
        call    putc
        pop     ax
        add     al, '0'
        call    putc
        mov     si, .floppy
        call    puts
.disks:
        mov     al, [B_HCOUNT]
        or      al, al
        jz      .end
        push    ax
        mov     al, ' '
        call    putc
        pop     ax
        add     al, '0'
        call    putc
        mov     si, .disk
        call    puts
.end:
        mov     si, .crlf
        jmp     puts
.name:          db      'isabox BIOS: ', 0
.cpu_8086:      db      '8086', 0
.cpu_286:       db      '286', 0
.cpu_386:       db      '386+', 0
.fpu:           db      ' x87', 0
.plus:          db      ' +', 0
.kb:            db      'K', 0
.floppy:        db      ' floppy', 0
.disk:          db      ' disk', 0
.crlf:          db      13, 10, 0
