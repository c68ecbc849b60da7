; packet.asm - packet commands to the drive, by polling.

base:   dw      0                       ; of the channel
control: dw     0
select: db      0
string_io: db   0                       ; 1: the processor has INS
packet: times   12 db 0
room:   dw      0                       ; words that fit; the rest is dropped
sense:  times   18 db 0

; wait_idle: waits until the drive is not busy. Out: AL = its status; CF = 1:
; it stayed busy for 15 seconds. Clobbers DX.
wait_idle:
        push    bx
        push    cx
        push    es
        mov     cx, 15 * 18
        mov     dx, 40h
        mov     es, dx
        mov     dx, [base]
        add     dx, 7
        mov     bx, [es:6Ch]
.poll:
        in      al, dx
        test    al, 80h
        jz      .done
        cmp     bx, [es:6Ch]
        je      .poll
        mov     bx, [es:6Ch]
        loop    .poll
        stc
.done:
        pop     es
        pop     cx
        pop     bx
        ret

; take_words: CX words from the drive to ES:DI.
take_words:
        jcxz    .done
        mov     dx, [base]
        cmp     byte [string_io], 0
        je      .next
        cpu     186
        rep insw
        cpu     8086
        ret
.next:
        in      ax, dx
        stosw
        loop    .next
.done:
        ret

; take_part: the part that the drive offers; what does not fit is dropped.
take_part:
        mov     dx, [base]
        add     dx, 4
        in      al, dx
        mov     cl, al
        inc     dx
        in      al, dx
        mov     ch, al
        inc     cx
        shr     cx, 1
        mov     bx, cx
        cmp     cx, [room]
        jbe     .fits
        mov     cx, [room]
.fits:
        sub     bx, cx
        sub     [room], cx
        call    take_words
        mov     cx, bx
        jcxz    .done
        mov     dx, [base]
.drop:
        in      ax, dx
        loop    .drop
.done:
        ret

; packet_send: gives the drive `packet`. CF = 1: it does not take it.
packet_send:
        mov     dx, [base]
        add     dx, 6
        mov     al, [select]
        out     dx, al
        mov     dx, [control]
        mov     al, 0Ah                 ; no interrupts
        out     dx, al
        in      al, dx
        in      al, dx
        call    wait_idle
        jc      .done
        mov     dx, [base]
        inc     dx
        mov     al, 0
        out     dx, al
        add     dx, 3
        out     dx, al
        inc     dx
        mov     al, FRAME >> 8          ; at most a frame at once
        out     dx, al
        add     dx, 2
        mov     al, 0A0h
        out     dx, al
        mov     dx, [control]
        in      al, dx
        in      al, dx
        call    wait_idle
        jc      .done
        and     al, 9
        cmp     al, 8
        stc
        jne     .done
        mov     dx, [base]
        mov     si, packet
        mov     cx, 6
.word:
        lodsw
        out     dx, ax
        loop    .word
        clc
.done:
        ret

; packet_run: runs `packet`; up to `room` words go to ES:DI. Out: CF = 1 when
; it failed: AL = the sense key, FFh when the drive does not answer.
packet_run:
        call    packet_send
        mov     al, 0FFh
        jc      .out
.part:
        call    wait_idle
        jc      .dead
        test    al, 8
        jz      .end
        call    take_part
        jmp     short .part
.end:
        test    al, 1
        jz      .out
        mov     dx, [base]
        inc     dx
        in      al, dx
        mov     cl, 4
        shr     al, cl
        stc
        jmp     short .out
.dead:
        mov     al, 0FFh
.out:
        pushf
        push    ax
        mov     dx, [control]
        mov     al, 8
        out     dx, al
        pop     ax
        popf
        ret

; packet_clear: makes `packet` the command AL with zeros. Keeps all but AX.
packet_clear:
        push    di
        push    es
        push    cx
        push    ds
        pop     es
        mov     di, packet
        xor     ah, ah
        stosw
        mov     al, 0
        mov     cx, 5
        rep stosw
        pop     cx
        pop     es
        pop     di
        mov     word [room], 0
        ret

; drive_sense: asks why the last command failed. Out: AL = the sense key, AH =
; the additional code; FFh when there is no answer.
drive_sense:
        push    es
        push    di
        mov     al, 3
        call    packet_clear
        mov     byte [packet + 4], 18
        mov     word [room], 9
        push    ds
        pop     es
        mov     di, sense
        call    packet_run
        mov     ax, 0FFFFh
        jc      .done
        mov     al, [sense + 2]
        and     al, 0Fh
        mov     ah, [sense + 12]
.done:
        pop     di
        pop     es
        ret

; drive_read: CX frames from DX:AX to ES:DI, which must not wrap. CF = 1: AX =
; error of DOS.
drive_read:
        push    ax
        mov     al, 28h
        call    packet_clear
        pop     ax
        xchg    al, ah
        xchg    dl, dh
        mov     [packet + 2], dx
        mov     [packet + 4], ax
        mov     [packet + 8], cl
        push    cx
        mov     ch, cl                  ; 1024 words a frame
        mov     cl, 0
        shl     cx, 1
        shl     cx, 1
        mov     [room], cx
        pop     cx
        call    packet_run
        jc      .failed
        cmp     word [room], 1          ; all of them came?
        cmc
        mov     ax, E_READ
        ret
.failed:
        call    drive_sense
        call    drive_error
        stc
        ret

; drive_error: the error of DOS, in AX, for the sense key AL.
drive_error:
        mov     ah, 0
        cmp     al, 6
        jne     .known
        mov     byte [mounted], 0
.known:
        mov     bx, .errors
        cmp     al, 8
        jb      .look
        mov     al, 7
.look:
        xlatb
        ret
.errors:
        db      E_READ, E_READ, E_READY, E_DATA, E_FAIL, E_READ, E_CHANGE
        db      E_FAIL
