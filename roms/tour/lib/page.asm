; page.asm - what the pages of the tour share: frame, loop, labels.

page_bx:        dw      0               ; routines of the page that runs
page_di:        dw      0
page_tick:      dw      0

; page_frame: BX = page: a bar with its name, a bar with where to look further.
page_frame:
        COLOR   NORMAL
        call    text_clear
        call    text_hide
        mov     al, 0
        call    page_bar
        mov     al, 24
        call    page_bar
        COLOR   BAR
        AT      0, 2
        lea     si, [bx + PAGE.name]
        call    print
        AT      24, 2
        PRINT   'Esc: menu   source: roms/tour/'
        lea     si, [bx + PAGE.file]
        call    print
        PRINT   '   monitor: '
        lea     si, [bx + PAGE.look]
        call    print
        COLOR   NORMAL
        AT      2, 0
        ret

; page_bar: row AL in grey.
page_bar:
        push    ax
        push    cx
        push    di
        push    es
        mov     es, [text_seg]
        mov     cl, 160
        mul     cl
        mov     di, ax
        mov     cx, 80
        mov     ax, BAR * 256 + ' '
        rep     stosw
        pop     es
        pop     di
        pop     cx
        pop     ax
        ret

; page_loop: BX = routine that shows the state, called at every tick; DI =
; routine for a key, AH = scan code, AL = character in upper case, 0: none.
; They may change all registers. Returns on Esc.
page_loop:
        mov     [page_bx], bx
        mov     [page_di], di
.show:
        call    [page_bx]
        call    timer_ticks
        mov     [page_tick], ax
.wait:
        call    key_poll
        jnz     .key
        hlt
        call    timer_ticks
        cmp     ax, [page_tick]
        je      .wait
        jmp     short .show
.key:
        cmp     al, ESC
        je      .done
        call    key_upper
        cmp     word [page_di], 0
        je      .show
        call    [page_di]
        jmp     short .show
.done:
        COLOR   NORMAL
        ret

; page_type: the loop of a page that only echoes keys.
page_type:
        AT      22, 2
        COLOR   NORMAL
        PRINT   'Type: '
        COLOR   VALUE
.key:
        call    text_cursor
        call    key_wait
        cmp     al, ESC
        je      .done
        cmp     al, ' '
        jb      .key
        cmp     byte [text_pos], 78
        jae     .key
        call    print_char
        jmp     short .key
.done:
        call    text_hide
        COLOR   NORMAL
        ret

; LABEL 'name' : in column 2; what follows it goes to column 20.
%macro LABEL 1
        call    page_label
        db      %1, 0
%endmacro

page_label:
        COLOR   NORMAL
        mov     byte [text_pos], 2
        call    page_string
        push    ax
        mov     al, 20
        call    text_to
        pop     ax
        COLOR   VALUE
        ret

; FIELD row, column, 'name' : the name and a blank; the value follows it.
%macro FIELD 3
        AT      %1, %2
        call    page_field
        db      %3, 0
%endmacro

page_field:
        COLOR   NORMAL
        call    page_string
        push    ax
        mov     al, ' '
        call    print_char
        pop     ax
        COLOR   VALUE
        ret

; page_string: prints the text behind the call of the caller.
page_string:
        push    bp
        mov     bp, sp
        push    si
        mov     si, [bp + 4]
        call    print
.end:
        inc     si
        cmp     byte [si - 1], 0
        jne     .end
        mov     [bp + 4], si
        pop     si
        pop     bp
        ret

; NOTE row, 'text' : a line of explanation.
%macro NOTE 2+
        AT      %1, 2
        COLOR   NORMAL
        PRINT   %2
%endmacro

; HELP 'text' : what the keys do, above the bar.
%macro HELP 1+
        AT      23, 2
        COLOR   DIM
        PRINT   %1
        COLOR   NORMAL
%endmacro
