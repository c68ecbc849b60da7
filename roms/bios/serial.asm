; serial.asm - INT 14h serial ports, INT 17h printers, INT 05h print screen.
; Calls for a port that is not there return as they came, by which programs
; count the ports.
;
; References: IBM PC AT Technical Reference; National 16550A data sheet; Ralf
; Brown's Interrupt List. Not modelled: INT 14h 06h (FOSSIL and networks).

int14_entry:
        sti
        frame
        cmp     ah, 5
        ja      .bad
        cmp     dx, 3
        ja      .out
        mov     si, dx
        mov     bl, ah
        xor     bh, bh
        shl     bx, 1
        mov     ah, [si + B_COMTO]
        shl     si, 1
        mov     dx, [si + B_COM]
        or      dx, dx
        jz      .out
        call    [cs:bx + .table]
        jmp     short .out
.bad:
        mov     byte [bp + R_AH], 80h
.out:
        unframe
        iret
.table:
        dw      com_setup, com_send, com_receive, com_state
        dw      com_setup_ext, com_modem

; 00h: AL = rate in bits 5-7, parity, stop bits and length below.
com_setup:
        mov     bl, al
        mov     cl, 4
        rol     bl, cl
        and     bx, 0Eh
        mov     bx, [cs:bx + baud_table]
        mov     al, [bp + R_AL]
        and     al, 1Fh
        call    com_program

; 03h: AH = line status, AL = modem status.
com_state:
        add     dx, 5
        in      al, dx
        mov     [bp + R_AH], al
        inc     dx
        in      al, dx
        mov     [bp + R_AL], al
        ret

; com_program: DX = port, BX = divisor, AL = line control.
com_program:
        push    ax
        add     dx, 3
        mov     al, 80h
        out     dx, al
        sub     dx, 3
        mov     al, bl
        out     dx, al
        inc     dx
        mov     al, bh
        out     dx, al
        inc     dx
        inc     dx
        pop     ax
        out     dx, al
        dec     dx
        dec     dx
        mov     al, 0
        out     dx, al                  ; no interrupts
        dec     dx
        ret

; com_wait: DX = status port, BH = bits that must be set, AH = time-out in
; units of about half a second. CF = 1: they were not; AL = status.
com_wait:
        push    cx
        push    bx
        mov     bl, ah
        or      bl, bl
        jnz     .unit
        inc     bx
.unit:
        mov     cl, 6
.outer:
        push    cx
        xor     cx, cx
.inner:
        in      al, dx
        mov     ah, al
        and     ah, bh
        cmp     ah, bh
        je      .ok
        loop    .inner
        pop     cx
        dec     cl
        jnz     .outer
        dec     bl
        jnz     .unit
        stc
        jmp     short .out
.ok:
        pop     cx
        clc
.out:
        pop     bx
        pop     cx
        ret

; 01h: AL sent; AH = line status, bit 7 on time-out. DTR and RTS on, DSR and
; CTS asked for, as the AT does.
com_send:
        push    ax
        add     dx, 4
        mov     al, 03h
        out     dx, al
        pop     ax
        inc     dx
        inc     dx
        mov     bh, 30h
        call    com_wait
        jc      com_late
        dec     dx
        mov     bh, 20h
        call    com_wait
        jc      com_late
        mov     ah, al
        mov     [bp + R_AH], ah
        sub     dx, 5
        mov     al, [bp + R_AL]
        out     dx, al
        ret

com_late:
        or      al, 80h
        mov     [bp + R_AH], al
        ret

; 02h: AL received; AH = line status errors, bit 7 on time-out.
com_receive:
        push    ax
        add     dx, 4
        mov     al, 01h
        out     dx, al
        pop     ax
        inc     dx
        inc     dx
        mov     bh, 20h
        call    com_wait
        jc      com_late
        dec     dx
        mov     bh, 01h
        call    com_wait
        jc      com_late
        and     al, 1Eh
        mov     [bp + R_AH], al
        sub     dx, 5
        in      al, dx
        mov     [bp + R_AL], al
        ret

; 04h: BH parity, BL stop bits, CH length, CL rate.
com_setup_ext:
        mov     bx, [bp + R_BX]
        mov     cx, [bp + R_CX]
        cmp     cl, 8
        ja      .bad
        mov     al, ch
        and     al, 03h
        and     bl, 01h
        mov     ah, bl
        shl     ah, 1
        shl     ah, 1
        or      al, ah
        cmp     bh, 4
        ja      .bad
        mov     bl, bh
        xor     bh, bh
        or      al, [cs:bx + .parity]
        test    byte [bp + R_AL], 1     ; break
        jz      .rate
        or      al, 40h
.rate:
        mov     bl, cl
        mov     bx, 6                   ; 19200
        cmp     cl, 8
        je      .go
        mov     bl, cl
        shl     bl, 1
        mov     bx, [cs:bx + baud_table]
.go:
        call    com_program
        jmp     com_state
.bad:
        mov     byte [bp + R_AH], 80h
        ret
.parity: db     00h, 08h, 18h, 28h, 38h

; 05h: AL = 0 reads the modem control register into BL, 1 writes it.
com_modem:
        add     dx, 4
        cmp     byte [bp + R_AL], 1
        je      .write
        in      al, dx
        mov     [bp + R_BL], al
        jmp     short .state
.write:
        mov     al, [bp + R_BL]
        out     dx, al
.state:
        sub     dx, 4
        jmp     com_state

; INT 17h: 00h print AL, 01h initialise, 02h status. AH = status.
int17_entry:
        sti
        frame
        cmp     ah, 2
        ja      .out
        cmp     dx, 2
        ja      .out
        mov     si, dx
        mov     bl, [si + B_LPTTO]
        shl     si, 1
        mov     dx, [si + B_LPT]
        or      dx, dx
        jz      .out
        cmp     ah, 1
        jb      .print
        je      .init
        call    lpt_status
        jmp     short .out
.print:
        call    lpt_print
        jmp     short .out
.init:
        inc     dx
        inc     dx
        mov     al, 08h
        out     dx, al
        mov     cx, 1
        call    delay_ms
        mov     al, 0Ch
        out     dx, al
        dec     dx
        dec     dx
        call    lpt_status
.out:
        unframe
        iret

; lpt_status: DX = port; the frame's AH = status, two lines turned over.
lpt_status:
        push    dx
        inc     dx
        in      al, dx
        and     al, 0F8h
        xor     al, 48h
        mov     [bp + R_AH], al
        pop     dx
        ret

; lpt_print: waits for a printer that is not busy, strobes the byte.
lpt_print:
        out     dx, al
        push    dx
        inc     dx
        mov     bh, 80h
        mov     ah, bl
        shr     ah, 1
        call    com_wait
        pop     dx
        jnc     .free
        call    lpt_status
        or      byte [bp + R_AH], 01h
        ret
.free:
        push    dx
        inc     dx
        inc     dx
        cli
        mov     al, 0Dh
        out     dx, al
        in      al, PORT_B              ; a microsecond of strobe
        mov     al, 0Ch
        out     dx, al
        sti
        pop     dx
        jmp     lpt_status

; INT 05h: the text screen to the first printer. 50:00 = 1 while it runs,
; FFh after an error.
int05_entry:
        sti
        frame
        cmp     byte [B_PRTSC], 1
        je      .out
        mov     byte [B_PRTSC], 1
        mov     ah, 0Fh
        int     10h
        mov     cl, ah                  ; columns
        mov     ch, 25
        mov     ah, 03h
        push    cx
        int     10h
        pop     cx
        push    dx                      ; cursor
        call    .newline
        xor     dx, dx
.char:
        push    dx
        push    cx
        mov     ah, 02h
        int     10h
        mov     ah, 08h
        int     10h
        or      al, al
        jnz     .visible
        mov     al, ' '
.visible:
        call    .put
        pop     cx
        pop     dx
        jnz     .error
        inc     dl
        cmp     dl, cl
        jb      .char
        xor     dl, dl
        call    .newline
        jnz     .error
        inc     dh
        cmp     dh, ch
        jb      .char
        mov     byte [B_PRTSC], 0
        jmp     short .restore
.error:
        mov     byte [B_PRTSC], 0FFh
.restore:
        pop     dx
        mov     ah, 02h
        int     10h
.out:
        unframe
        iret
.newline:
        mov     al, 13
        call    .put
        mov     al, 10
.put:
        push    dx
        xor     dx, dx
        mov     ah, 0
        int     17h
        pop     dx
        test    ah, 29h                 ; time-out, error, no paper
        ret
