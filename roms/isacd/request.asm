; request.asm - requests as to the device driver of a CD, which programs send by
; INT 2Fh AX = 1510h: what is on the disc, and audio. The volume stays as it is.

X_COMMAND equ   2                       ; fields of a request
X_STATUS equ    3
X_MODE  equ     13                      ; 1: minutes, seconds, frames
X_BLOCK equ     14                      ; or a start
X_COUNT equ     18
X_START equ     20

reply:  times   16 db 0
paused: db      0
told:   db      0FFh                    ; `changes` when it was asked for
channels: db    0, 255, 1, 255, 2, 255, 3, 255

%macro  row 2
        db      %1
        dw      %2
%endmacro
request_table:
        row     03h, request_input
        row     0Ch, request_output
        row     80h, request_read
        row     82h, request_nothing
        row     83h, request_nothing
        row     84h, request_play
        row     85h, request_stop
        row     88h, request_resume
        row     0FFh, request_unknown
input_table:
        row     01h, input_head
        row     04h, input_channels
        row     06h, input_status
        row     07h, input_frame
        row     08h, input_size
        row     09h, input_changed
        row     0Ah, input_disc
        row     0Bh, input_track
        row     0Ch, input_position
        row     0Fh, input_audio
        row     0FFh, request_unknown

; request_run: the request at ES:BX of the caller. Routines get it as ES:DI, and
; return CF = 1 with an error of drivers in AL.
request_run:
        mov     es, [bp + R_ES]
        mov     di, [bp + R_BX]
        call    drive_ready             ; of a new disc it tells only once
        mov     al, [es:di + X_COMMAND]
        mov     si, request_table
        call    row_run
        mov     ah, 81h
        jc      .told
        mov     ax, 100h
.told:
        push    ax
        call    audio_state             ; busy is playing
        pop     ax
        cmp     byte [reply + 1], 11h
        jne     .put
        or      ah, 2
.put:
        mov     es, [bp + R_ES]
        mov     di, [bp + R_BX]
        mov     [es:di + X_STATUS], ax
        ret

; row_run: runs the routine of AL in the table SI.
row_run:
        cmp     al, [si]
        je      .found
        cmp     byte [si], 0FFh
        je      .found
        add     si, 3
        jmp     short row_run
.found:
        jmp     [si + 1]

request_unknown:
        mov     al, 3
        stc
        ret

request_nothing:
        clc
        ret

request_input:
        les     di, [es:di + X_BLOCK]
        mov     al, [es:di]
        mov     si, input_table
        jmp     short row_run

; Of what can be set only the tray is: 0 opens it, 5 closes it.
request_output:
        les     di, [es:di + X_BLOCK]
        mov     al, [es:di]
        mov     ah, 2
        or      al, al
        je      .tray
        inc     ah
        cmp     al, 5
        jne     request_nothing
.tray:
        push    ax
        mov     al, 1Bh
        call    packet_clear
        pop     ax
        mov     [packet + 4], ah
        jmp     short packet_only

; packet_only: runs `packet`, which has no data. CF = 1: AL = 2, not ready.
packet_only:
        call    packet_run
        mov     al, 2
        ret

; packet_reply: runs `packet`, whose answer goes to `reply`.
packet_reply:
        push    es
        push    di
        push    ds
        pop     es
        mov     word [room], 8
        mov     di, reply
        call    packet_run
        mov     al, 2
        pop     di
        pop     es
        ret

; audio_state: READ SUBCHANNEL, positions as minutes, seconds and frames.
audio_state:
        mov     byte [reply + 1], 0
        mov     al, 42h
        call    packet_clear
        mov     byte [packet + 1], 2
        mov     byte [packet + 2], 40h
        mov     byte [packet + 3], 1
        mov     byte [packet + 8], 16
        jmp     short packet_reply

; toc: the contents from track AH on.
toc:
        push    ax
        mov     al, 43h
        call    packet_clear
        pop     ax
        mov     byte [packet + 1], 2
        mov     [packet + 6], ah
        mov     byte [packet + 8], 16
        jmp     short packet_reply

request_read:
        mov     ax, [es:di + X_BLOCK]
        mov     dx, [es:di + X_BLOCK + 2]
        mov     [read_to], ax
        mov     [read_to + 2], dx
        lea     si, [di + X_START]
        call    request_start
        mov     cx, [es:di + X_COUNT]
        call    frames_read
        mov     al, 11                  ; a read error
        ret

; request_start: DX:AX = the frame that stands at ES:SI.
request_start:
        mov     ax, [es:si]
        mov     dx, [es:si + 2]
        cmp     byte [es:di + X_MODE], 1
        jne     .done
        mov     bx, ax                  ; BH = second, BL = frame
        mov     al, 60
        mul     dl
        mov     dl, bh
        mov     dh, 0
        add     ax, dx
        mov     dx, 75
        mul     dx
        mov     bh, 0
        sub     bx, 150
        mov     cx, bx
        push    dx
        mov     dx, cx
        mov     cl, 15
        sar     dx, cl                  ; the sign
        add     ax, bx
        pop     bx
        adc     dx, bx
.done:
        ret

request_play:
        lea     si, [di + X_BLOCK]
        call    request_start
        push    ax
        mov     al, 0A5h
        call    packet_clear
        pop     ax
        xchg    al, ah
        xchg    dl, dh
        mov     [packet + 2], dx
        mov     [packet + 4], ax
        mov     ax, [es:di + X_COUNT]
        mov     dx, [es:di + X_COUNT + 2]
        xchg    al, ah
        xchg    dl, dh
        mov     [packet + 6], dx
        mov     [packet + 8], ax
        mov     byte [paused], 0
        jmp     packet_only

; The first stop is a pause.
request_stop:
        mov     al, 4Bh
        cmp     byte [paused], 0
        je      .run
        mov     al, 4Eh
        mov     byte [paused], 0FFh
.run:
        inc     byte [paused]
        call    packet_clear
        call    packet_run
        clc                             ; also when nothing was playing
        ret

request_resume:
        mov     al, 4Bh
        call    packet_clear
        mov     byte [packet + 8], 1
        mov     byte [paused], 0
        jmp     packet_only

input_head:
        call    audio_state
        jc      input_done
        mov     al, [reply + 11]
        mov     ah, [reply + 10]
        mov     dl, [reply + 9]
        mov     dh, 0
        mov     byte [es:di + 1], 1
        mov     [es:di + 2], ax
        mov     [es:di + 4], dx
        clc
input_done:
        ret

input_channels:
        mov     si, channels
        inc     di
        mov     cx, 4
        rep movsw
        clc
        ret

; Not locked, audio, both ways to address; whether there is a disc.
input_status:
        call    drive_ready
        mov     ax, 212h
        jnc     .put
        or      ah, 8
.put:
        mov     [es:di + 1], ax
        mov     word [es:di + 3], 0
        clc
        ret

input_frame:
        mov     word [es:di + 2], FRAME
        clc
        ret

input_size:
        mov     al, 25h
        call    packet_clear
        call    packet_reply
        jc      input_done
        mov     ax, [reply + 2]
        mov     dx, [reply]
        xchg    al, ah
        xchg    dl, dh
        add     ax, 1
        adc     dx, 0
        mov     [es:di + 1], ax
        mov     [es:di + 3], dx
        clc
        ret

input_changed:
        call    drive_ready
        mov     al, 0FFh
        jc      .put
        mov     ah, [changes]
        cmp     ah, [told]
        mov     [told], ah
        jne     .put
        mov     al, 1
.put:
        mov     [es:di + 1], al
        clc
        ret

input_disc:
        mov     ah, 0AAh                ; where the tracks end
        call    toc
        jc      input_done
        mov     ax, [reply + 2]         ; the first and the last
        mov     [es:di + 1], ax
        inc     di
        jmp     short put_msf

input_track:
        mov     ah, [es:di + 1]
        call    toc
        jc      .done
        mov     al, [reply + 5]
        call    nibbles
        mov     [es:di + 6], al
        jmp     short put_msf
.done:
        ret

; put_msf: the place in the contents to ES:DI + 2, the frame first. CF = 0.
put_msf:
        mov     al, [reply + 11]
        mov     ah, [reply + 10]
        mov     [es:di + 2], ax
        mov     al, [reply + 9]
        xor     ah, ah
        mov     [es:di + 4], ax
        ret

; nibbles: exchanges the halves of AL: programs want the control bits first.
nibbles:
        mov     cl, 4
        rol     al, cl
        ret

input_position:
        call    audio_state
        jc      .done
        mov     al, [reply + 5]
        call    nibbles
        mov     [es:di + 1], al
        mov     al, [reply + 6]
        aam
        mov     cl, 4
        shl     ah, cl
        or      al, ah                  ; the track in decimal digits
        mov     ah, [reply + 7]
        mov     [es:di + 2], ax
        mov     ax, [reply + 13]
        mov     [es:di + 4], ax
        mov     al, [reply + 15]
        mov     ah, 0
        mov     [es:di + 6], ax
        mov     ax, [reply + 9]
        mov     [es:di + 8], ax
        mov     al, [reply + 11]
        mov     [es:di + 10], al
        clc
.done:
        ret

input_audio:
        mov     al, [paused]
        mov     ah, 0
        inc     di
        stosw
        xor     ax, ax
        mov     cx, 4
        rep stosw
        clc
        ret
