; change.asm - boot floppy that tries the disk change line: it asks for another
; disk on port E9h ("READY") and a key, then sees what INT 13h says. One "PASS"
; or "FAIL" line for each test, "DONE" at the end.

        bits    16
        cpu     8086
        org     7C00h

start:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7C00h
        cld
        mov     ah, 16h
        mov     dl, 0
        int     13h
        mov     al, ah
        mov     si, .same
        mov     bl, 0
        call    want
        mov     si, .ready
        call    print
        mov     ah, 0
        int     16h
        mov     cx, 2                   ; asking doesn't clear it
.ask:
        push    cx
        mov     ah, 16h
        mov     dl, 0
        int     13h
        mov     al, ah
        mov     si, .changed
        mov     bl, 6
        call    want
        pop     cx
        loop    .ask
        call    read
        mov     si, .told
        mov     bl, 6
        call    want
        call    read
        mov     si, .read
        mov     bl, 0
        call    want
        mov     al, [7E00h]
        mov     si, .new
        mov     bl, 'n'
        call    want
        mov     ah, 16h
        mov     dl, 0
        int     13h
        mov     al, ah
        mov     si, .same
        mov     bl, 0
        call    want
        mov     si, .done
        call    print
.stop:
        hlt
        jmp     .stop
.same:  db      'not changed', 0
.ready: db      'READY', 10, 0
.changed: db    'changed', 0
.told:  db      'the first read says so', 0
.read:  db      'the second reads', 0
.new:   db      'and the new disk', 0
.done:  db      'DONE', 10, 0

; AL = status of reading the second sector to 7E00h.
read:
        mov     ax, 0201h
        mov     bx, 7E00h
        mov     cx, 0002h
        mov     dx, 0
        int     13h
        mov     al, ah
        ret

; SI = name: PASS when AL = BL.
want:
        push    si
        mov     si, .pass
        cmp     al, bl
        je      .say
        mov     si, .fail
.say:
        call    print
        pop     si
        call    print
        mov     al, 10
        out     0E9h, al
        ret
.pass:  db      'PASS ', 0
.fail:  db      'FAIL ', 0

print:
        lodsb
        or      al, al
        jz      .done
        out     0E9h, al
        jmp     print
.done:
        ret

        times 510 - ($ - $$) db 0
        dw      0AA55h
        times 512 db 'o'
        times 1474560 - ($ - $$) db 0
