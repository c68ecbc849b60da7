; iso.asm - ISO 9660: the disc that is in, its directories, paths.

mounted: db     0
changes: db     0                       ; counts discs that were put in
disc_no: db     0                       ; counts other ones, 0 to 7
disc_sum: dw    0
disc_size: dw   0, 0                    ; in frames
disc_label: times 11 db ' '
root_at: dw     0, 0
root_size: dw   0, 0
held:   dw      0FFFFh, 0FFFFh          ; the frame in the buffer

; An entry of a directory, as found.
entry_at: dw    0, 0
entry_size: dw  0, 0
entry_attr: db  0
entry_time: dw  0
entry_date: dw  0
entry_name: times 11 db 0

; Where a directory is being read.
dir_at: dw      0, 0
dir_left: dw    0                       ; frames, this one included
dir_offset: dw  0
dir_root: db    0                       ; 1: without "." and ".."
wanted: times   11 db 0                 ; name, also with "?"

; frame_get: frame DX:AX into the buffer. CF = 1: AX = error. Keeps BX, CX, SI
; and ES:DI.
frame_get:
        cmp     ax, [held]
        jne     .read
        cmp     dx, [held + 2]
        je      .done
.read:
        push    es
        push    di
        push    si
        push    bx
        push    cx
        mov     word [held + 2], 0FFFFh
        push    ax
        push    dx
        push    ds
        pop     es
        mov     di, buffer
        mov     cx, 1
        call    drive_read
        pop     dx
        pop     cx
        jc      .failed
        mov     [held], cx
        mov     [held + 2], dx
.failed:
        pop     cx
        pop     bx
        pop     si
        pop     di
        pop     es
.done:
        ret

; disc_ready: looks whether the disc is there, and whether it is the one
; that was there before. CF = 1: AX = error. Clobbers all but BP and ES:DI.
disc_ready:
        call    drive_ready
        jc      .done
        cmp     byte [mounted], 1
        je      .done                   ; CF = 0
        push    es
        push    di
        call    disc_mount
        pop     di
        pop     es
.done:
        ret

; drive_ready: the same without a look at what is on the disc.
drive_ready:
        mov     cx, 10 * 18             ; ticks for it to spin up
.again:
        push    cx
        mov     al, 0
        call    packet_clear
        call    packet_run
        jnc     .there
        call    drive_sense
        cmp     al, 6
        jne     .not_new
        mov     byte [mounted], 0
        inc     byte [changes]
        jmp     short .wait
.not_new:
        cmp     ax, 0402h               ; it is becoming ready
        jne     .failed
.wait:
        pop     cx
        call    tick
        loop    .again
        mov     ax, E_READY
        stc
        ret
.failed:
        mov     byte [mounted], 0
        call    drive_error
        stc
.there:
        pop     cx
        ret

; tick: waits for the clock after an error, except after the first.
tick:
        cmp     cx, 10 * 18
        je      .done
        push    es
        mov     ax, 40h
        mov     es, ax
        mov     ax, [es:6Ch]
.wait:
        cmp     ax, [es:6Ch]
        je      .wait
        pop     es
.done:
        ret

; disc_mount: reads the primary volume descriptor. CF = 1: AX = error.
disc_mount:
        mov     word [held + 2], 0FFFFh
        mov     ax, 16
.next:
        push    ax
        xor     dx, dx
        call    frame_get
        pop     bx
        jc      .done
        cmp     word [buffer + 1], 'CD'
        jne     .foreign
        cmp     word [buffer + 3], '00'
        jne     .foreign
        cmp     byte [buffer], 1
        je      .found
        mov     ax, bx
        inc     ax
        cmp     ax, 48
        jb      .next
.foreign:
        mov     ax, E_MEDIUM
        stc
.done:
        ret
.found:
        call    disc_note
        mov     byte [mounted], 1
        clc
        ret

; disc_note: keeps what the descriptor in the buffer says. Another disc than
; before gets another number, so that files of that one are known as gone.
disc_note:
        push    ds
        pop     es
        mov     si, buffer
        mov     cx, FRAME / 2
        xor     bx, bx
.sum:
        lodsw
        rol     bx, 1
        add     bx, ax
        loop    .sum
        cmp     bx, [disc_sum]
        je      .same
        mov     [disc_sum], bx
        inc     byte [disc_no]
        and     byte [disc_no], 7
.same:
        mov     si, buffer + 80
        mov     di, disc_size
        movsw
        movsw
        mov     si, buffer + 40
        mov     di, disc_label
        mov     cx, 11
        rep movsb
        mov     si, buffer + 156 + 2
        mov     di, root_at
        movsw
        movsw
        mov     si, buffer + 156 + 10
        movsw
        movsw
        ret

; dir_open: begins to read the directory that is the entry.
dir_open:
        mov     ax, [entry_at]
        mov     dx, [entry_at + 2]
        mov     [dir_at], ax
        mov     [dir_at + 2], dx
        mov     byte [dir_root], 0
        cmp     ax, [root_at]
        jne     .size
        cmp     dx, [root_at + 2]
        jne     .size
        inc     byte [dir_root]
.size:
        mov     ax, [entry_size]
        mov     dx, [entry_size + 2]
        add     ax, FRAME - 1
        adc     dx, 0
        mov     cx, 11
.shift:
        shr     dx, 1
        rcr     ax, 1
        loop    .shift
        mov     [dir_left], ax
        mov     [dir_offset], cx
        ret

; dir_next: the next entry of the directory. CF = 1: AX = error, E_NOMORE at
; the end. Keeps BP alone.
dir_next:
        cmp     word [dir_left], 0
        mov     ax, E_NOMORE
        stc
        je      .done
        mov     ax, [dir_at]
        mov     dx, [dir_at + 2]
        call    frame_get
        jc      .done
        mov     bx, [dir_offset]
        cmp     bx, FRAME - 34
        ja      .frame
        mov     al, [buffer + bx]
        mov     ah, 0
        cmp     al, 34
        jb      .frame
        add     [dir_offset], ax
        cmp     word [dir_offset], FRAME
        ja      .frame
        add     bx, buffer
        sub     al, 33
        cmp     al, [bx + 32]
        jb      dir_next                ; the name is longer than its record
        test    byte [bx + 25], 4
        jnz     dir_next
        call    entry_note
        jc      dir_next
        clc
.done:
        ret
.frame:
        add     word [dir_at], 1
        adc     word [dir_at + 2], 0
        dec     word [dir_left]
        mov     word [dir_offset], 0
        jmp     short dir_next

; entry_note: the entry of the record at BX. CF = 1: it is not to be seen.
entry_note:
        call    entry_named
        jc      .done
        mov     al, [bx + 1]            ; the data is after the attributes
        mov     ah, 0
        xor     dx, dx
        add     ax, [bx + 2]
        adc     dx, [bx + 4]
        mov     [entry_at], ax
        mov     [entry_at + 2], dx
        mov     ax, [bx + 10]
        mov     dx, [bx + 12]
        mov     [entry_size], ax
        mov     [entry_size + 2], dx
        mov     al, [bx + 25]
        mov     ah, al
        and     al, 1
        shl     al, 1                   ; hidden
        test    ah, 2
        jz      .file
        or      al, ATTR_DIR
.file:
        mov     [entry_attr], al
        call    entry_dated
        clc
.done:
        ret

; entry_named: the name of the record at BX. CF = 1: "." or ".." of the root.
entry_named:
        push    ds
        pop     es
        lea     si, [bx + 33]
        mov     di, entry_name
        mov     cl, [bx + 32]
        mov     ch, 0
        cmp     cl, 1
        jne     name_pack
        mov     al, [si]
        cmp     al, 1
        ja      name_pack
        cmp     byte [dir_root], 1
        je      .none
        mov     word [di], '. '
        or      al, al
        jz      .rest
        mov     byte [di + 1], '.'
.rest:
        inc     di
        inc     di
        mov     cx, 9
        mov     al, ' '
        rep stosb
        clc
        ret
.none:
        stc
        ret

; name_pack: the name at DS:SI, of at most CX letters, to the eleven at ES:DI.
; It ends at a backslash, a semicolon or 0, where SI stands afterwards. CF = 0.
; DS may be any segment. Clobbers AX, CX, DX, DI.
name_pack:
        push    di
        push    cx
        mov     al, ' '
        mov     cx, 11
        rep stosb
        pop     cx
        pop     di
        mov     dx, 8                   ; DL letters fit, DH = 1: extension
.next:
        jcxz    .end
        mov     al, [si]
        cmp     al, 0
        je      .end
        cmp     al, '\'
        je      .end
        cmp     al, ';'
        je      .end
        inc     si
        dec     cx
        cmp     al, '.'
        je      .dot
        cmp     al, '*'
        je      .star
        cmp     al, 'a'
        jb      .put
        cmp     al, 'z'
        ja      .put
        sub     al, 20h
.put:
        or      dl, dl
        jz      .next
        dec     dl
        stosb
        jmp     short .next
.star:
        or      dl, dl
        jz      .next
        mov     al, '?'
        stosb
        dec     dl
        jmp     short .star
.dot:
        or      dh, dh
        jnz     .next
        mov     al, dl
        mov     ah, 0
        add     di, ax
        mov     dx, 103h
        jmp     short .next
.end:
        clc
        ret

; entry_dated: the date and time of the record at BX, as DOS has them.
entry_dated:
        xor     dx, dx
        mov     al, [bx + 18]
        mov     ah, 0
        sub     al, 80
        jb      .date
        mov     cl, 9
        shl     ax, cl
        mov     dx, ax
        mov     al, [bx + 19]
        mov     ah, 0
        mov     cl, 5
        shl     ax, cl
        or      al, [bx + 20]
        or      dx, ax
.date:
        mov     [entry_date], dx
        mov     al, [bx + 21]
        mov     ah, 0
        mov     cl, 6
        shl     ax, cl
        or      al, [bx + 22]
        mov     cl, 5
        shl     ax, cl
        mov     dl, [bx + 23]
        shr     dl, 1
        or      al, dl
        mov     [entry_time], ax
        ret

; name_match: CF = 0 when the entry's name is the wanted one.
name_match:
        push    ds
        pop     es
        mov     si, wanted
        mov     di, entry_name
        mov     cx, 11
.next:
        lodsb
        cmp     al, '?'
        je      .same
        cmp     al, [di]
        stc
        jne     .done
.same:
        inc     di
        loop    .next
        clc
.done:
        ret

; path_walk: the entry of the path that DOS has, from its root to before BX,
; an offset in the segment of DOS. CF = 1: AX = error.
path_walk:
        push    ds
        pop     es
        mov     si, root_at
        mov     di, entry_at
        mov     cx, 4
        rep movsw
        mov     byte [entry_attr], ATTR_DIR
        mov     si, [sda_fn1]
        add     si, 3
.part:
        cmp     si, bx
        jae     .found
        call    path_part
        push    si
        push    bx
        call    dir_search
        pop     bx
        pop     si
        jc      .failed
        inc     si                      ; the backslash
        jmp     short .part
.failed:
        cmp     ax, E_NOMORE
        stc
        jne     .done
        cmp     si, bx                  ; a folder, or the last
        mov     ax, E_FILE
        cmc
        jc      .done
        inc     ax
        stc
.done:
        ret
.found:
        clc
        ret

; path_part: the part of the path at SI becomes the name that is wanted.
path_part:
        push    ds
        push    ds
        pop     es
        mov     di, wanted
        mov     ds, [sda_dta + 2]
        mov     cx, 127
        call    name_pack
.rest:
        cmp     byte [si], 0            ; a semicolon stands there
        je      .done
        cmp     byte [si], '\'
        je      .done
        inc     si
        jmp     short .rest
.done:
        pop     ds
        ret

; dir_search: the entry that is wanted, of the directory that is the entry.
; CF = 1: AX = error.
dir_search:
        test    byte [entry_attr], ATTR_DIR
        mov     ax, E_NOMORE
        stc
        jz      .done
        call    dir_open
.next:
        call    dir_next
        jc      .done
        call    name_match
        jc      .next
.done:
        ret
