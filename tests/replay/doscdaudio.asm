; doscdaudio.asm - a DOS program that plays a track of the CD in D: by requests
; to its driver, and tells port E9h the status and the answer of each.
        cpu     8086
        org     100h

%macro  input 1                         ; what is asked for
        mov     al, %1
        call    ask_input
%endmacro
%macro  order 1                         ; a command without an answer
        mov     byte [request + 2], %1
        call    send
        call    tell
        call    newline
%endmacro

        input   9                       ; changed?
        input   9
        input   10                      ; tracks, and their end
        mov     byte [block + 1], 2
        input   11                      ; where the second begins
        mov     ax, [block + 2]
        mov     [request + 14], ax
        mov     ax, [block + 4]
        mov     [request + 16], ax
        mov     byte [request + 13], 1
        mov     word [request + 18], 150
        order   132
        input   12                      ; which track is played
        order   133
        input   15                      ; it pauses
        order   136
        input   15
        order   133
        order   133
        input   8
        input   7
        mov     word [request + 14], block + 16
        mov     [request + 16], ds
        mov     byte [request + 13], 0
        mov     word [request + 18], 1
        mov     word [request + 20], 16
        mov     word [request + 22], 0
        order   128                     ; a frame is read
        mov     ax, [block + 17]
        call    tell
        order   99                      ; there is no such
        mov     ax, 4C00h
        int     21h

; ask_input: asks for AL, tells the status and the words behind the code.
ask_input:
        push    word [request + 14]
        push    word [request + 16]
        mov     [block], al
        mov     byte [request + 2], 3
        mov     word [request + 14], block
        mov     [request + 16], ds
        call    send
        call    tell
        mov     si, block + 1
        mov     bx, 3
        cmp     byte [block], 12        ; the rest of it moves
        jne     .word
        mov     bx, 1
.word:
        lodsw
        call    tell
        dec     bx
        jnz     .word
        pop     word [request + 16]
        pop     word [request + 14]

newline:
        mov     al, 10
        out     0E9h, al
        ret

; send: the request goes to D:. Out: AX = its status.
send:
        mov     ax, 1510h
        mov     bx, request
        mov     cx, 3
        push    ds
        pop     es
        int     2Fh
        mov     ax, [request + 3]
        ret

; tell: AX as four digits.
tell:
        call    tell_digits
        mov     al, ' '
        out     0E9h, al
        ret
%include "tell.inc"

request: db     26, 0
        times   24 db 0
block:  times   16 db 0
