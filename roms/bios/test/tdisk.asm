; tdisk.asm - biostest: INT 13h, floppy 0 and hard disk 80h.

; fill: CX bytes at BUF:0 from a seed in AX.
fill:
        push    es
        push    di
        push    ax
        mov     di, BUF
        mov     es, di
        xor     di, di
        shr     cx, 1
.next:
        stosw
        add     ax, 6271h
        loop    .next
        pop     ax
        pop     di
        pop     es
        ret

; same: CF = 0 when CX bytes at BUF:0 and BUF2:0 are equal.
same:
        push    ds
        push    es
        mov     si, BUF
        mov     ds, si
        mov     si, BUF2
        mov     es, si
        xor     si, si
        xor     di, di
        repe cmpsb
        clc
        je      .done
        stc
.done:
        pop     es
        pop     ds
        ret

; disk13: AX, CX, DX as for INT 13h, SI = buffer segment.
disk13:
        push    es
        mov     es, si
        xor     bx, bx
        int     13h
        pop     es
        ret

%macro disk13m 4                        ; AX, CX, DX, segment
        mov     ax, %1
        mov     cx, %2
        mov     dx, %3
        mov     si, %4
        call    disk13
%endmacro

; The same sectors straight to the second text page, and from there to others:
; DMA reaches the memory of the video card.
VIDEO           equ 0B900h
video_memory:
        disk13m 0204h, 2803h, 0100h, VIDEO
        check   'floppy read to video memory'
        push    ds
        push    es
        mov     ax, VIDEO
        mov     ds, ax
        mov     ax, BUF2
        mov     es, ax
        xor     si, si
        xor     di, di
        mov     cx, 1024
        rep     movsw
        pop     es
        pop     ds
        mov     cx, 2048
        call    same
        check   'floppy: video memory has the bytes'
        disk13m 0304h, 2A03h, 0100h, VIDEO
        check   'floppy write from video memory'
        disk13m 0204h, 2A03h, 0100h, BUF2
        mov     cx, 2048
        call    same
        check   'floppy: bytes from video memory'
        ret

test_floppy:
        mov     ah, 08h
        mov     dl, 0
        int     13h
        check   'floppy 08h'
        expect  cx, 4F12h, 'floppy 08h: 80 tracks of 18'
        expect  byte [es:di + 4], 18, 'floppy 08h: table'
        xor     ax, ax
        mov     es, ax
        expect  dh, 1, 'floppy 08h: heads'
        expect  bl, 4, 'floppy 08h: type'
        expect  byte [48Fh], 7, '40:8F: what drive A: can do'
        mov     ah, 15h
        mov     dl, 0
        int     13h
        expect  ah, 2, 'floppy 15h'
        mov     ah, 16h
        mov     dl, 0
        int     13h
        check   'floppy 16h: not changed'
        mov     ax, 1234h
        mov     cx, 2048
        call    fill
        disk13m 0304h, 2803h, 0100h, BUF
        check   'floppy write'
        expect  al, 4, 'floppy write: count'
        disk13m 0204h, 2803h, 0100h, BUF2
        check   'floppy read'
        mov     cx, 2048
        call    same
        check   'floppy: read what was written'
        call    video_memory
        disk13m 0404h, 2803h, 0100h, BUF2
        check   'floppy verify'
        mov     cx, 2048
        call    same
        check   'floppy verify changes no memory'
        mov     ax, 4711h
        mov     cx, 2048
        call    fill
        disk13m 0304h, 2911h, 0000h, BUF
        check   'floppy write over both heads'
        disk13m 0202h, 2901h, 0100h, BUF2 + 40h
        check   'floppy read other head'
        disk13m 0202h, 2911h, 0000h, BUF2
        mov     cx, 2048
        call    same
        check   'floppy: second half is on head 1'
        disk13m 0201h, 2813h, 0000h, BUF2
        cmc
        check   'floppy: no sector 19'
        expect  ah, 04h, 'floppy: error 04h'
        mov     ah, 01h
        mov     dl, 0
        int     13h
        expect  ah, 04h, 'floppy 01h'
        disk13m 0201h, 2801h, 0000h, 1FF0h
        cmc
        check   'floppy: DMA boundary'
        expect  ah, 09h, 'floppy: error 09h'
        mov     ah, 0
        mov     dl, 0
        int     13h
        check   'floppy reset'
        disk13m 0201h, 0001h, 0002h, BUF2
        cmc
        check   'floppy: no drive 2'
        mov     ah, 18h
        mov     cx, 4F12h
        mov     dl, 0
        int     13h
        check   'floppy 18h'
        xor     ax, ax
        mov     es, ax
        mov     ah, 18h
        mov     cx, 4F63h
        mov     dl, 0
        int     13h
        cmc
        check   'floppy 18h: no such format'
        xor     ax, ax
        mov     es, ax
; Format cylinder 42, head 1.
        mov     ax, BUF
        mov     es, ax
        xor     di, di
        mov     cl, 1
.id:
        mov     ax, 012Ah
        stosw
        mov     al, cl
        mov     ah, 2
        stosw
        inc     cx
        cmp     cl, 18
        jbe     .id
        mov     ax, 0512h
        xor     bx, bx
        mov     cx, 2A01h
        mov     dx, 0100h
        int     13h
        check   'floppy format'
        mov     di, 0
        mov     cx, 512
        mov     al, 0F6h
        rep stosb
        xor     ax, ax
        mov     es, ax
        disk13m 0201h, 2A12h, 0100h, BUF2
        check   'floppy read formatted'
        mov     cx, 512
        call    same
        check   'floppy: formatted with F6h'
        ret

; 08h and 15h keep the last cylinder for diagnostics, unless it is in use, but
; it can be read and written; the one after it is not there.
kept_cylinders: dw 1
last_cylinder:
        mov     ax, 5678h
        mov     cx, 512
        call    fill
        les     di, [41h * 4]
        mov     ax, [es:di]
        mov     bx, 0
        mov     es, bx
        dec     ax
        call    .place
        push    cx
        disk13m 0301h, cx, 0080h, BUF
        check   'disk: the last cylinder can be written'
        pop     cx
        disk13m 0201h, cx, 0080h, BUF2
        check   'disk: the last cylinder can be read'
        mov     cx, 512
        call    same
        check   'disk: what was written there'
        les     di, [41h * 4]
        mov     ax, [es:di]
        mov     bx, 0
        mov     es, bx
        call    .place
        disk13m 0201h, cx, 0080h, BUF2
        cmc
        check   'disk: none after the last cylinder'
        ret
; CX = sector 1 of cylinder AX.
.place:
        mov     cl, 6
        mov     ch, al
        shl     ah, cl
        mov     cl, ah
        inc     cx
        ret

test_disk:
        cmp     byte [475h], 0
        jne     .present
        mov     ah, 08h
        mov     dx, 0180h
        mov     cx, 0FFFFh
        int     13h
        cmc
        check   'no disk: 08h fails'
        expect  ah, 07h, 'no disk: 08h: status'
        expect  cx, 0, 'no disk: 08h: cylinders and sectors'
        expect  dx, 0, 'no disk: 08h: heads and drives'
        ret
.present:
        disk13m 0201h, 0001h, 0080h, BUF2
        check   'disk read'
        mov     ax, BUF2
        mov     es, ax
        cmp     word [es:0], 'IS'
        jne     .end
        cmp     word [es:2], 'AT'
        jne     .end
        mov     al, [es:7]              ; F: partitions fill the disk
        sub     al, 'F'
        cmp     al, 1
        cmc
        mov     ax, 0
        adc     ax, ax
        mov     [kept_cylinders], ax
        xor     ax, ax
        mov     es, ax
        call    last_cylinder
        mov     ah, 08h
        mov     dl, 80h
        int     13h
        check   'disk 08h'
        mov     [.cx], cx
        mov     [.dx], dx
        expect  dl, [475h], 'disk 08h: count'
        mov     ah, 15h
        mov     dl, 80h
        int     13h
        expect  ah, 3, 'disk 15h'
        mov     ah, 10h
        mov     dl, 80h
        int     13h
        check   'disk 10h'
        mov     ah, 11h
        mov     dl, 80h
        int     13h
        check   'disk 11h'
        mov     ah, 0Ch
        mov     cx, 0301h
        mov     dx, 0080h
        int     13h
        check   'disk 0Ch'
        mov     ah, 09h
        mov     dl, 80h
        int     13h
        check   'disk 09h'
        mov     ax, 8765h
        mov     cx, 8192
        call    fill
        disk13m 0310h, 023Ch, 0180h, BUF
        check   'disk write'
        disk13m 0210h, 023Ch, 0180h, BUF2
        check   'disk read back'
        mov     cx, 8192
        call    same
        check   'disk: read what was written, over a track'
        disk13m 0410h, 023Ch, 0180h, BUF2
        check   'disk verify'
        disk13m 0202h, 0310h, 0280h, BUF2
        check   'disk read on head 2'
        mov     dx, 1F2h
        in      al, dx
        expect  al, 0, 'task file: no sectors left'
        mov     dx, 1F4h
        in      al, dx
        expect  al, 3, 'task file: cylinder'
        mov     dx, 1F6h
        in      al, dx
        and     al, 5Fh
        expect  al, 2, 'task file: CHS, head'
        mov     cx, [.cx]
        and     cx, 3Fh
        inc     cx
        disk13m 0201h, cx, 0080h, BUF2
        jnc     .sector_64              ; 63 sectors: wraps into sector 0
        expect  ah, 04h, 'disk: no such sector'
.sector_64:
        mov     ah, 41h
        mov     bx, 55AAh
        mov     dl, 80h
        int     13h
        check   'EDD 41h'
        expect  bx, 0AA55h, 'EDD 41h: signature'
        mov     word [.dap + 2], 16
        mov     word [.dap + 4], 0
        mov     word [.dap + 6], BUF2
        mov     ah, 48h
        mov     dl, 80h
        mov     si, .edd
        int     13h
        check   'EDD 48h'
        expect  word [.edd + 24], 512, 'EDD 48h: sector size'
        mov     ah, 13h
        mov     word [.dap + 8], 2048
        mov     word [.dap + 10], 0
        mov     ax, 1357h
        mov     cx, 8192
        call    fill
        mov     word [.dap + 6], BUF
        mov     ax, 4300h
        mov     dl, 80h
        mov     si, .dap
        int     13h
        check   'EDD write'
        mov     word [.dap + 6], BUF2
        mov     ah, 42h
        mov     dl, 80h
        mov     si, .dap
        int     13h
        check   'EDD read'
        mov     cx, 8192
        call    same
        check   'EDD: read what was written'
        mov     ah, 44h
        mov     dl, 80h
        mov     si, .dap
        int     13h
        check   'EDD verify'
        mov     ah, 47h
        mov     dl, 80h
        mov     si, .dap
        int     13h
        check   'EDD seek'
        mov     word [.dap + 10], 0FFFFh
        mov     ah, 42h
        mov     dl, 80h
        mov     si, .dap
        int     13h
        cmc
        check   'EDD: beyond the end'
        expect  word [.dap + 2], 0, 'EDD: count after an error'
        mov     ah, 0Dh
        mov     dl, 80h
        int     13h
        check   'disk 0Dh'
        mov     ah, 14h
        mov     dl, 80h
        int     13h
        check   'disk 14h'
        disk13m 0201h, 0001h, 0080h, BUF2
        check   'disk read after reset'
.end:
        xor     ax, ax
        mov     es, ax
        ret
.cx:    dw      0
.dx:    dw      0
.dap:   dw      10h, 16
        dw      0, BUF2
        dq      0
.edd:   dw      1Eh
        times 28 db 0
