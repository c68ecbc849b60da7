; find.asm - the redirector's searches: all that the next step needs is in the
; search at the DTA, as DOS keeps it there for each program.

; Fields of a search, the last of which is what was found.
F_NAME  equ     1
F_ATTR  equ     12
F_LEFT  equ     13
F_AT    equ     15
F_OFFSET equ    19                      ; + disc_no << 12 + 8000h for the root
F_FOUND equ     21

; Keeps the rest of the path as a template, and where the folder is.
redir_find:
        call    disc_ready
        jc      .done
        call    path_end
        mov     si, bx
        inc     si
        push    bx
        call    path_part
        pop     bx
        call    find_begin
        mov     es, [sda_dta + 2]
        mov     si, [sda_attr]
        cmp     byte [es:si], 8
        je      find_label
        call    find_walk
        jc      .done
        call    dir_open
        jmp     find_step
.done:
        ret

; find_begin: the search at the DTA gets the drive, template and attributes.
find_begin:
        mov     es, [sda_dta + 2]
        mov     si, [sda_attr]
        mov     al, [es:si]
        call    find_dta
        mov     [es:di + F_ATTR], al
        mov     al, [letter]
        or      al, 80h
        stosb
        mov     si, wanted
        mov     cx, 11
        rep movsb
        ret

; find_dta: ES:DI = the search. Keeps AX.
find_dta:
        mov     di, [sda_dta]
        mov     es, [sda_dta + 2]
        les     di, [es:di]
        ret

; find_walk: the entry of the folder that ends at BX. CF = 1: AX = error.
find_walk:
        call    path_walk
        jmp     path_folder

; find_label: the name of the disc, and no more.
find_label:
        mov     word [dir_left], 0
        push    ds
        pop     es
        mov     si, disc_label
        mov     di, entry_name
        mov     cx, 11
        rep movsb
        cmp     byte [entry_name], ' '
        je      find_none
        call    name_match
        jc      find_none
        xor     ax, ax
        mov     [entry_size], ax
        mov     [entry_size + 2], ax
        mov     [entry_time], ax
        mov     [entry_date], ax
        mov     byte [entry_attr], 8
        jmp     find_give

find_none:
        mov     ax, E_NOMORE
        stc
        ret

redir_find_next:
        call    disc_ready
        jc      .done
        mov     ax, [es:di + F_OFFSET]
        mov     bx, ax
        and     ax, 0FFFh
        mov     [dir_offset], ax
        shl     bx, 1
        mov     byte [dir_root], 0
        adc     byte [dir_root], 0
        mov     cl, 5
        mov     bl, bh
        shr     bl, cl
        cmp     bl, [disc_no]
        jne     find_none
        mov     ax, [es:di + F_LEFT]
        mov     [dir_left], ax
        mov     ax, [es:di + F_AT]
        mov     [dir_at], ax
        mov     ax, [es:di + F_AT + 2]
        mov     [dir_at + 2], ax
        jmp     short find_step
.done:
        ret

; find_step: the next entry that the search is for. CF = 1: AX = error.
find_step:
        call    dir_next
        jc      .done
        call    find_dta
        mov     al, [es:di + F_ATTR]
        not     al
        and     al, [entry_attr]
        test    al, 16h
        jnz     find_step
        push    ds
        push    es
        push    ds
        pop     es
        pop     ds
        lea     si, [di + F_NAME]
        mov     di, wanted
        mov     cx, 11
        rep movsb
        pop     ds
        call    name_match
        jc      find_step
        jmp     short find_give
.done:
        ret

; find_give: the search goes on from here, and the entry is what was found.
find_give:
        call    find_dta
        mov     ax, [dir_left]
        mov     [es:di + F_LEFT], ax
        mov     ax, [dir_at]
        mov     [es:di + F_AT], ax
        mov     ax, [dir_at + 2]
        mov     [es:di + F_AT + 2], ax
        mov     ah, [disc_no]
        mov     al, [dir_root]
        mov     cl, 3
        shl     al, cl
        or      ah, al
        mov     al, 0
        inc     cx
        shl     ah, cl
        or      ax, [dir_offset]
        mov     [es:di + F_OFFSET], ax
        add     di, F_FOUND
        mov     si, entry_name
        mov     cx, 11
        rep movsb
        mov     al, [entry_attr]
        stosb
        xor     ax, ax
        mov     cx, 5
        rep stosw
        mov     ax, [entry_time]
        stosw
        mov     ax, [entry_date]
        stosw
        xor     ax, ax
        stosw
        mov     ax, [entry_size]
        stosw
        mov     ax, [entry_size + 2]
        stosw
        clc
        ret
