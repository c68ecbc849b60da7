; install.asm - finds the drive and a letter, and stays resident.

CDS_FLAGS equ   43h
CDS_ROOT equ    4Fh
wish:   db      0FFh                    ; the letter asked for
cds_size: dw    58h
places: dw      170h, 376h, 0A0h, 170h, 376h, 0B0h
        dw      1F0h, 3F6h, 0A0h, 1F0h, 3F6h, 0B0h, 0

install:
        cld
        call    options
        call    check_dos
        call    check_twice
        call    find_sda
        push    sp                      ; the 8086 stores the new one
        pop     ax
        cmp     ax, sp
        jne     .search
        inc     byte [string_io]
.search:
        call    find_drive
        call    find_letter
        call    make_drive
        call    hook
        mov     al, [letter]
        add     al, 'A'
        mov     [said.letter], al
        mov     dx, said
        mov     ah, 9
        int     21h
        mov     es, [2Ch]
        mov     ah, 49h                 ; the environment is not needed
        int     21h
        mov     dx, (resident + 15) / 16
        mov     ax, 3100h
        int     21h

; give_up: prints the message DX and ends the program.
give_up:
        push    cs
        pop     ds
        mov     ah, 9
        int     21h
        mov     ax, 4C01h
        int     21h

; options: /L:X, and /? or what is unknown.
options:
        mov     si, 81h
.next:
        lodsb
        cmp     al, 13
        je      .done
        cmp     al, ' '
        jbe     .next
        cmp     al, '/'
        jne     .help
        lodsb
        and     al, 0DFh
        cmp     al, 'L'
        jne     .help
        lodsb
        cmp     al, ':'
        jne     .help
        lodsb
        and     al, 0DFh
        sub     al, 'A'
        cmp     al, 26
        jae     .help
        mov     [wish], al
        jmp     short .next
.help:
        mov     dx, help
        jmp     give_up
.done:
        ret

; check_dos: DOS 3.1 to 9, of which 3 has shorter tables.
check_dos:
        mov     ax, 3000h
        int     21h
        xchg    al, ah
        cmp     ax, 30Ah
        jb      .bad
        cmp     ah, 10
        jae     .bad
        cmp     ah, 4
        jae     .done
        mov     byte [cds_size], 51h
        mov     word [sda_fn1], 92h
        mov     word [sda_attr], 23Ah
.done:
        ret
.bad:
        mov     dx, bad_dos
        jmp     give_up

; check_twice: only one program can be in charge of the CDs.
check_twice:
        mov     ax, 1500h
        xor     bx, bx
        int     2Fh
        mov     dx, twice
        or      bx, bx
        jz      .done
        jmp     give_up
.done:
        ret

; find_sda: where DOS keeps its data.
find_sda:
        push    ds
        mov     ax, 5D06h
        int     21h
        mov     ax, ds
        pop     ds
        mov     [sda_dta + 2], ax
        lea     ax, [si + 0Ch]
        mov     [sda_dta], ax
        add     [sda_fn1], si
        add     [sda_attr], si
        add     [sda_action], si
        add     [sda_mode], si
        ret

; find_drive: the first place with a packet device that is a CD's.
find_drive:
        mov     si, places
.next:
        lodsw
        mov     dx, none
        or      ax, ax
        jz      give_up
        mov     [base], ax
        lodsw
        mov     [control], ax
        lodsw
        mov     [select], al
        call    probe
        jc      .next
        ret

; probe: CF = 0 when the drive at `base` is one. Keeps SI.
probe:
        mov     dx, [base]
        add     dx, 6
        mov     al, [select]
        out     dx, al
        inc     dx
        in      al, dx
        cmp     al, 0FFh                ; nobody is there
        je      .no
        mov     al, 8                   ; DEVICE RESET leaves the signature
        out     dx, al
        call    wait_idle
        jc      .no
        mov     dx, [base]
        add     dx, 4
        in      al, dx
        cmp     al, 14h
        jne     .no
        inc     dx
        in      al, dx
        cmp     al, 0EBh
        je      identify
.no:
        stc
        ret

; identify: keeps the name of the drive. CF = 1: it is not a CD's.
identify:
        mov     dx, [control]
        mov     al, 0Ah
        out     dx, al
        mov     dx, [base]
        add     dx, 6
        mov     al, [select]
        out     dx, al
        inc     dx
        mov     al, 0A1h
        out     dx, al
        call    wait_idle
        jc      .done
        and     al, 9
        cmp     al, 8
        stc
        jne     .done
        push    ds
        pop     es
        mov     di, scratch
        mov     cx, 256
        call    take_words
        mov     dx, [base]
        add     dx, 7
        in      al, dx
        mov     dx, [control]
        mov     al, 8
        out     dx, al
        mov     al, [scratch + 1]
        and     al, 1Fh
        cmp     al, 5
        stc
        jne     .done
        call    copy_model
        clc
.done:
        ret

; copy_model: the model's letters, whose pairs are turned, without spaces.
copy_model:
        push    si
        mov     si, scratch + 54
        mov     di, said.model
        mov     cx, 20
.pair:
        lodsw
        xchg    al, ah
        stosw
        loop    .pair
.trim:
        dec     di
        cmp     byte [di], ' '
        je      .trim
        inc     di
        mov     si, said.end
        mov     cx, 4
        rep movsb
        pop     si
        ret

; find_letter: the one that is asked for, or the first that is free.
find_letter:
        mov     ah, 52h
        int     21h
        mov     cl, [es:bx + 21h]       ; LASTDRIVE
        les     di, [es:bx + 16h]
        mov     al, 2
        cmp     byte [wish], 0FFh
        je      .look
        mov     al, [wish]
        cmp     al, cl
        mov     dx, beyond
        jae     give_up
        call    letter_free
        mov     dx, taken
        jne     give_up
        ret
.look:
        cmp     al, cl
        mov     dx, no_letter
        jae     give_up
        call    letter_free
        je      .done
        inc     al
        jmp     short .look
.done:
        ret

; letter_free: ZF = 1 when letter AL is not used; BX = its table, in ES.
letter_free:
        mov     [letter], al
        push    ax
        mov     ah, 0
        mul     word [cds_size]
        mov     bx, ax
        add     bx, di
        pop     ax
        test    word [es:bx + CDS_FLAGS], 0C000h
        ret

; make_drive: the table at ES:BX becomes that of a network drive which no list
; of network drives shows, as MSCDEX makes it.
make_drive:
        mov     al, [letter]
        add     al, 'A'
        mov     ah, ':'
        mov     [es:bx], ax
        mov     word [es:bx + 2], '\'
        mov     word [es:bx + CDS_FLAGS], 0C080h
        mov     ax, 0FFFFh
        lea     di, [bx + 49h]
        stosw
        stosw
        stosw
        mov     word [es:bx + CDS_ROOT], 2
        ret

hook:
        mov     ax, 352Fh
        int     21h
        mov     [old2f], bx
        mov     [old2f + 2], es
        mov     dx, int2f
        mov     ax, 252Fh
        int     21h
        ret

help:   db      'ISACD makes an ATAPI CD-ROM drive a drive of DOS.', 13, 10
        db      'ISACD [/L:letter]   else the first letter that is free'
        db      13, 10, '$'
bad_dos: db     'ISACD: this is not DOS 3.1 to 9.', 13, 10, '$'
twice:  db      'ISACD: there is a CD driver already.', 13, 10, '$'
none:   db      'ISACD: no ATAPI CD-ROM drive answers at 170h or 1F0h.'
        db      13, 10, '$'
no_letter: db   'ISACD: no letter is free; CONFIG.SYS needs LASTDRIVE=Z.'
        db      13, 10, '$'
beyond: db      'ISACD: that letter is beyond the LASTDRIVE of CONFIG.SYS.'
        db      13, 10, '$'
taken:  db      'ISACD: that letter is in use.', 13, 10, '$'
said:   db      'ISACD: drive '
.letter: db     'X: is '
.model: times   40 db ' '
        times   4 db 0
.end:   db      '.', 13, 10, '$'
        align   2
scratch:
