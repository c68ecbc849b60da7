; tracks.asm - an ImageDisk image of a disk that no copy program of its time
; got right, with a boot sector that looks at it by INT 13h and by the
; controller's ports, and prints on COM1 what it finds.
;
; A line of INT 13h: the status, then the sum of the bytes that memory got (a
; word); the buffer is filled with 1 before. A line of READ ID: C H R N of the
; sectors in the order in which they pass.
        bits 16

        section image start=0
        db "IMD 1.18: 28/11/2026 21:00:00", 13, 10, "a protected disk", 1Ah

; Cylinder 0, side 0: nine sectors of 512 bytes, the first boots.
        db 5, 0, 0, 9, 2
        db 1, 6, 2, 7, 3, 8, 4, 9, 5
        db 1

        section boot follows=image vstart=7C00h align=1
start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7C00h
        sti
        cld
        mov     si, 78h                 ; the parameter table, to be changed
        lds     si, [si]
        mov     di, table
        mov     cx, 11
        rep movsb
        mov     ds, cx
        mov     word [78h], table
        mov     [7Ah], cx
        mov     ax, 00E3h               ; 9600 baud, 8 bits
        xor     dx, dx
        int     14h
        mov     si, reads
.next:
        lodsw
        cmp     al, 0FFh
        je      .ids
        mov     [table + 3], al         ; N
        mov     [table + 6], ah         ; DTL
        lodsw
        mov     cx, ax                  ; cylinder, number
        lodsb
        call    read
        jmp     short .next
.ids:
        mov     ch, 4
        mov     al, 1
        mov     byte [table + 3], 2
        mov     cl, 1
        call    read                    ; brings the head there
        mov     cx, 7
.id:
        push    cx
        call    read_id
        pop     cx
        loop    .id
        mov     si, text
        call    say
.end:
        hlt
        jmp     short .end

; read: AL sectors at CX.
read:
        push    si
        push    ax
        push    cx
        mov     di, 8000h
        mov     cx, 1000h
        mov     ax, 0101h
        rep stosw
        pop     cx
        pop     ax
        mov     ah, 2
        mov     bx, 8000h
        mov     dx, 0
        int     13h
        mov     al, ah
        call    hex
        mov     si, 8000h
        mov     cx, 2000h
        xor     bx, bx
        xor     ax, ax
.sum:
        lodsb
        add     bx, ax
        loop    .sum
        mov     al, bh
        call    hex
        mov     al, bl
        call    hex
        call    line
        pop     si
        ret

; read_id: a command by the ports, without INT 13h.
read_id:
        and     byte [43Eh], 7Fh
        mov     al, 4Ah
        call    put
        mov     al, 0
        call    put
.wait:
        test    byte [43Eh], 80h
        jz      .wait
        mov     cx, 7
.get:
        mov     dx, 3F4h
        in      al, dx
        and     al, 0C0h
        cmp     al, 0C0h
        jne     .get
        inc     dx
        in      al, dx
        cmp     cl, 4
        ja      .skip
        call    hex
.skip:
        loop    .get
        jmp     line
put:
        push    ax
        mov     dx, 3F4h
.wait:
        in      al, dx
        and     al, 0C0h
        cmp     al, 80h
        jne     .wait
        pop     ax
        inc     dx
        out     dx, al
        ret

line:
        mov     al, 10
        jmp     out_al
hex:
        push    ax
        shr     al, 1
        shr     al, 1
        shr     al, 1
        shr     al, 1
        call    .digit
        pop     ax
.digit:
        and     al, 0Fh
        cmp     al, 10
        sbb     al, 69h
        das
out_al:
        push    dx
        push    ax
        mov     dx, 3FDh
.wait:
        in      al, dx
        test    al, 20h
        jz      .wait
        pop     ax
        mov     dl, 0F8h
        out     dx, al
        pop     dx
        ret
say:
        lodsb
        or      al, al
        jz      .done
        call    out_al
        jmp     short say
.done:
        ret

; N, DTL; number, cylinder; sectors. A BIOS reads with SK, so it looks for the
; sector behind a deleted one.
reads:  db      2, 0FFh, 1, 0, 9        ; the whole first track
        db      2, 0FFh, 1, 1, 1        ; a sound one
        db      2, 0FFh, 2, 1, 1        ; a wrong CRC
        db      2, 0FFh, 3, 1, 1        ; an ID alone
        db      2, 0FFh, 9, 1, 1        ; not there
        db      2, 0FFh, 4, 1, 1        ; deleted
        db      2, 0FFh, 1, 1, 2        ; the second of two is bad
        db      3, 0FFh, 0F7h, 2, 1     ; 1024 bytes
        db      2, 0FFh, 0F7h, 2, 1     ; ... are not 512
        db      0, 80h, 1, 2, 1         ; 128
        db      6, 0FFh, 0C8h, 3, 1     ; 8192, a wrong CRC
        db      2, 0FFh, 1, 9, 1        ; nothing on the track
        db      0FFh, 0
text:   db      "end", 10, 0
        times 510 - ($ - $$) db 0
        dw      0AA55h
table:  equ     600h

        section rest follows=boot align=1
        db 2, 6, 2, 2, 2, 7, 2, 3, 2, 8, 2, 4, 2, 9, 2, 5

; Cylinder 1: sound, a wrong CRC, no data, deleted.
        db 5, 1, 0, 4, 2
        db 1, 2, 3, 4
        db 2, 11h, 6, 22h, 0, 4, 44h

; Cylinder 2: sizes of their own.
        db 5, 2, 0, 2, 0FFh
        db 0F7h, 1
        dw 1024, 128
        db 2, 55h, 2, 66h

; Cylinder 3: more than a turn has room for.
        db 5, 3, 0, 1, 6
        db 0C8h
        db 6, 77h

; Cylinder 4: IDs of elsewhere, and one number twice.
        db 5, 4, 0C0h, 5, 2
        db 1, 2, 1, 0F7h, 3
        db 4, 4, 4, 80, 4
        db 0, 1, 0, 9, 0
        db 2, 1, 2, 2, 2, 3, 2, 4, 2, 5
