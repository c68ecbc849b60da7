; cdread.asm - a boot sector that reads the CD of the second channel by packets
; and sends all of it to port E9h, a frame after the other. One that can't be
; read is sent as 2048 exclamation marks.
        cpu     386
        org     7C00h
BASE    equ     170h
FAR_SEG equ     2000h

        jmp     0:start
start:
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 7C00h
        mov     cx, 5                   ; until it says no more of a change
.ready:
        push    cx
        mov     byte [packet], 0
        call    send
        call    wait_idle
        pop     cx
        test    al, 1
        loopnz  .ready
        mov     byte [packet], 25h      ; READ CAPACITY
        call    send
        call    take
        mov     ax, FAR_SEG
        mov     es, ax
        mov     eax, [es:0]             ; the last frame, high byte first
        xchg    ah, al
        rol     eax, 16
        xchg    ah, al
        mov     [last], eax
.frame:
        mov     eax, [frame]
        cmp     eax, [last]
        ja      .end
        mov     byte [packet], 28h      ; READ (10)
        xchg    ah, al
        mov     [packet + 4], ax
        shr     eax, 16
        xchg    ah, al
        mov     [packet + 2], ax
        mov     byte [packet + 8], 1
        call    send
        call    take
        mov     ax, FAR_SEG
        mov     ds, ax
        xor     si, si
        mov     cx, 2048
        mov     dx, 0E9h
        cld
        rep     outsb
        xor     ax, ax
        mov     ds, ax
        inc     dword [frame]
        jmp     .frame
.end:
        mov     al, 0
        out     0F4h, al
        hlt

; Sends the packet.
send:
        mov     dx, BASE + 6
        mov     al, 0A0h
        out     dx, al
        call    wait_idle
        mov     dx, BASE + 4            ; up to 2048 bytes at once
        mov     al, 0
        out     dx, al
        inc     dx
        mov     al, 8
        out     dx, al
        mov     dx, BASE + 7
        mov     al, 0A0h
        out     dx, al
        call    wait_idle
        mov     dx, BASE
        mov     si, packet
        mov     cx, 6
        cld
        rep     outsw
        ret

; Takes what it gives to FAR_SEG:0.
take:
        mov     ax, FAR_SEG
        mov     es, ax
        xor     di, di
        mov     cx, 1024
        mov     ax, '!!'
        cld
        rep     stosw
        xor     di, di
.more:
        call    wait_idle
        test    al, 8
        jz      .end
        mov     dx, BASE + 4
        in      al, dx
        mov     cl, al
        inc     dx
        in      al, dx
        mov     ch, al
        shr     cx, 1
        mov     dx, BASE
        rep     insw
        jmp     .more
.end:
        ret

; The status when it is not busy, in AL.
wait_idle:
        mov     dx, BASE + 7
.wait:
        in      al, dx
        test    al, 80h
        jnz     .wait
        ret

        align   4
frame:  dd      0
last:   dd      0
packet: times   12 db 0

        times   510 - ($ - $$) db 0
        dw      0AA55h
