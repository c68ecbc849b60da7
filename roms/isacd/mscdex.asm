; mscdex.asm - what programs ask MSCDEX, INT 2Fh with AH = 15h.

; mscdex_call: function AL. CF = 1: it is for somebody else.
mscdex_call:
        mov     bl, [letter]
        mov     bh, 0
        cmp     al, 00h
        je      .drives
        cmp     al, 0Bh
        je      .check
        cmp     al, 0Ch
        je      .version
        cmp     al, 0Dh
        je      .letters
        cmp     al, 08h
        je      .read
        cmp     al, 10h
        je      .request
.pass:
        stc
        ret
.drives:
        mov     word [bp + R_BX], 1
        mov     [bp + R_CX], bx
        jmp     short .done
.check:
        cmp     cx, bx
        jne     .pass
        mov     word [bp + R_AX], 5AD8h ; any but 0: it is a CD's
        mov     word [bp + R_BX], 0ADADh
        jmp     short .done
.version:
        mov     word [bp + R_BX], 20Ah
        jmp     short .done
.letters:
        mov     di, [bp + R_BX]
        mov     [es:di], bl
        jmp     short .done
.read:
        cmp     cx, bx
        jne     .pass
        call    mscdex_read
        jmp     short .done
.request:
        cmp     cx, bx
        jne     .pass
        call    request_run
.done:
        clc
        ret

; mscdex_read: DX frames from SI:DI to ES:BX of the caller. Its flags tell of
; errors, with AL = 15h: not ready.
mscdex_read:
        mov     ax, [bp + R_BX]
        mov     [read_to], ax
        mov     ax, [bp + R_ES]
        mov     [read_to + 2], ax
        mov     cx, [bp + R_DX]
        mov     ax, [bp + R_DI]
        mov     dx, [bp + R_SI]
        call    frames_read
        jc      .failed
        and     byte [bp + R_FLAGS], 0FEh
        ret
.failed:
        mov     byte [bp + R_AX], E_READY
        or      byte [bp + R_FLAGS], 1
        ret

; frames_read: CX frames from DX:AX to where read_to says. CF = 1: an error.
frames_read:
        push    ax
        push    dx
        push    cx
        call    drive_ready
        pop     cx
        pop     dx
        pop     ax
        jc      .done
.next:
        jcxz    .done                   ; CF = 0
        push    cx
        push    ax
        push    dx
        push    ax
        call    read_normal
        pop     ax
        les     di, [read_to]
        mov     cx, 1
        call    drive_read
        pop     dx
        pop     ax
        pop     cx
        jc      .done
        add     word [read_to], FRAME
        add     ax, 1
        adc     dx, 0
        dec     cx
        jmp     short .next
.done:
        ret
