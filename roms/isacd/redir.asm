; redir.asm - the redirector's functions, INT 2Fh with AH = 11h.

; How a function says for which drive it is.
BY_PATH equ     1                       ; by the path in DOS's data
BY_FILE equ     2                       ; by the file's table at ES:DI
BY_CDS  equ     3                       ; by the drive's table at ES:DI
BY_FIND equ     4                       ; by the search at the DTA

; Fields of an SFT, a file's table.
S_COUNT equ     0
S_MODE  equ     2
S_ATTR  equ     4
S_INFO  equ     5
S_TIME  equ     0Dh
S_DATE  equ     0Fh
S_SIZE  equ     11h
S_POS   equ     15h
S_DISC  equ     19h                     ; disc_no at the time
S_AT    equ     1Bh                     ; its first frame
S_NAME  equ     20h

%macro  function 3
        db      %1, %2
        dw      %3
%endmacro
redir_table:
        function 01h, BY_PATH, redir_denied
        function 03h, BY_PATH, redir_denied
        function 05h, BY_PATH, redir_chdir
        function 06h, BY_FILE, redir_close
        function 07h, BY_FILE, redir_nothing
        function 08h, BY_FILE, redir_read
        function 09h, BY_FILE, redir_denied
        function 0Ah, BY_FILE, redir_nothing
        function 0Bh, BY_FILE, redir_nothing
        function 0Ch, BY_CDS, redir_space
        function 0Eh, BY_PATH, redir_denied
        function 0Fh, BY_PATH, redir_attributes
        function 11h, BY_PATH, redir_denied
        function 13h, BY_PATH, redir_denied
        function 16h, BY_PATH, redir_open
        function 17h, BY_PATH, redir_denied
        function 18h, BY_PATH, redir_denied
        function 19h, BY_PATH, redir_find
        function 1Bh, BY_PATH, redir_find
        function 1Ch, BY_FIND, redir_find_next
        function 21h, BY_FILE, redir_seek_end
        function 2Eh, BY_PATH, redir_open_extended
        db      0FFh

; redir_mine: CF = 0 when function AL is for this drive: BX = its routine.
; ES:DI as at the call. Others are asked after this one.
redir_mine:
        or      al, al
        jz      .check
        mov     bx, redir_table
.look:
        cmp     byte [bx], 0FFh
        je      .no
        cmp     al, [bx]
        je      .found
        add     bx, 4
        jmp     short .look
.check:
        mov     byte [bp + R_AX], 0FFh  ; there is a redirector
        mov     bx, redir_present
        clc
        ret
.found:
        mov     ah, [letter]
        mov     al, [bx + 1]
        mov     bx, [bx + 2]
        cmp     al, BY_PATH
        jne     .not_path
        mov     es, [sda_dta + 2]
        mov     di, [sda_fn1]
        jmp     short .name
.not_path:
        cmp     al, BY_CDS
        je      .name
        cmp     al, BY_FILE
        je      .file
        mov     di, [sda_dta]
        mov     es, [sda_dta + 2]
        les     di, [es:di]
        or      ah, 80h
        cmp     ah, [es:di]
        je      .yes
        jmp     short .no
.file:
        mov     al, [es:di + S_INFO]
        test    byte [es:di + S_INFO + 1], 80h
        jz      .no
        and     al, 3Fh
        cmp     al, ah
        je      .yes
        jmp     short .no
.name:
        add     ah, 'A'
        cmp     ah, [es:di]
        jne     .no
        cmp     byte [es:di + 1], ':'
        je      .yes
.no:
        stc
        ret
.yes:
        mov     word [bp + R_AX], 0
        clc
        ret

; redir_call: runs the routine BX. It gets ES:DI as at the call, or as it is
; needed: the path, or the search. CF = 1: AX = error.
redir_call:
        jmp     bx

redir_nothing:
redir_present:
        clc
        ret

redir_denied:
        mov     ax, E_ACCESS
        stc
        ret

; path_end: DI = end of the path that DOS has, BX = its last backslash.
path_end:
        mov     es, [sda_dta + 2]
        mov     di, [sda_fn1]
        dec     di
.next:
        inc     di
        mov     al, [es:di]
        cmp     al, '\'
        jne     .other
        mov     bx, di
.other:
        or      al, al
        jnz     .next
        ret

; path_entry: the entry of all of the path. CF = 1: AX = error.
path_entry:
        call    disc_ready
        jc      .done
        call    path_end
        mov     bx, di
        call    path_walk
.done:
        ret

; DOS notes the new path itself.
redir_chdir:
        call    path_entry

; path_folder: behind path_walk or path_entry: the entry has to be a folder, and
; that there is none is error 3, "path not found". CF = 1: AX = error.
path_folder:
        jc      .none
        test    byte [entry_attr], ATTR_DIR
        jnz     .done                   ; CF = 0
        mov     ax, E_FILE
.none:
        cmp     ax, E_FILE
        stc
        jne     .done
        inc     ax
.done:
        ret

redir_close:
        cmp     word [es:di + S_COUNT], 1
        cmc
        jnc     .done
        dec     word [es:di + S_COUNT]
.done:
        clc
        ret

; In units of as many frames as make it fit.
redir_space:
        call    disc_ready
        jc      .done
        mov     ax, [disc_size]
        mov     dx, [disc_size + 2]
        mov     bl, 1
.half:
        or      dx, dx
        jz      .fits
        shr     dx, 1
        rcr     ax, 1
        shl     bl, 1
        jmp     short .half
.fits:
        mov     [bp + R_BX], ax
        mov     bh, 0
        mov     [bp + R_AX], bx
        mov     word [bp + R_CX], FRAME
        mov     word [bp + R_DX], 0
        clc
.done:
        ret

redir_attributes:
        call    path_entry
        jc      .done
        mov     al, [entry_attr]
        mov     ah, 0
        mov     [bp + R_AX], ax
        mov     ax, [entry_size]
        mov     [bp + R_DI], ax
        mov     ax, [entry_size + 2]
        mov     [bp + R_BX], ax
        mov     ax, [entry_time]
        mov     [bp + R_CX], ax
        mov     ax, [entry_date]
        mov     [bp + R_DX], ax
.done:
        ret

; Only what is there can be opened.
redir_open_extended:
        mov     es, [sda_dta + 2]
        mov     di, [sda_action]
        mov     ax, [es:di]
        and     al, 0Fh
        cmp     al, 1
        jne     redir_denied
        mov     di, [sda_mode]
        mov     ax, [es:di]
        call    file_open
        jc      .done
        mov     word [bp + R_CX], 1     ; it was opened
.done:
        ret

redir_open:
        mov     ax, [bp + R_WORD]

; file_open: fills the caller's SFT, for the access AL. That can be reading and
; writing, as many programs ask for it and then only read; so do FCBs.
file_open:
        mov     ah, al
        and     ah, 3
        cmp     ah, 1
        je      redir_denied
        push    ax
        call    path_entry
        pop     bx
        jc      .done
        test    byte [entry_attr], ATTR_DIR
        jnz     redir_denied
        mov     es, [bp + R_ES]
        mov     di, [bp + R_DI]
        mov     [es:di + S_MODE], bl
        call    file_fill
        clc
.done:
        ret

; file_fill: the SFT at ES:DI becomes that of the entry.
file_fill:
        mov     al, [entry_attr]
        mov     [es:di + S_ATTR], al
        mov     al, [letter]
        mov     ah, 80h
        or      al, 40h
        mov     [es:di + S_INFO], ax
        mov     ax, [entry_time]
        mov     [es:di + S_TIME], ax
        mov     ax, [entry_date]
        mov     [es:di + S_DATE], ax
        mov     ax, [entry_size]
        mov     [es:di + S_SIZE], ax
        mov     ax, [entry_size + 2]
        mov     [es:di + S_SIZE + 2], ax
        xor     ax, ax
        mov     [es:di + S_POS], ax
        mov     [es:di + S_POS + 2], ax
        mov     al, [disc_no]
        mov     [es:di + S_DISC], ax
        mov     ax, [entry_at]
        mov     [es:di + S_AT], ax
        mov     ax, [entry_at + 2]
        mov     [es:di + S_AT + 2], ax
        add     di, S_NAME
        mov     si, entry_name
        mov     cx, 11
        rep movsb
        ret

; CX:DX is counted from the end of the file.
redir_seek_end:
        mov     ax, [es:di + S_SIZE]
        mov     dx, [es:di + S_SIZE + 2]
        add     ax, [bp + R_DX]
        adc     dx, [bp + R_CX]
        mov     [bp + R_AX], ax
        mov     [bp + R_DX], dx
        clc
        ret

read_left: dw   0
read_to: dw     0, 0

redir_read:
        call    disc_ready
        jc      .done
        mov     al, [disc_no]
        cmp     al, [es:di + S_DISC]
        mov     ax, E_CHANGE
        stc
        jne     .done
        call    read_limit
        mov     [bp + R_CX], cx
        mov     [read_left], cx
        mov     bx, [sda_dta]
        push    es
        mov     es, [sda_dta + 2]
        les     ax, [es:bx]
        mov     [read_to], ax
        mov     [read_to + 2], es
        pop     es
.next:
        cmp     word [read_left], 0
        je      .done                   ; CF = 0
        call    read_part
        jc      .done
        sub     [read_left], cx
        add     [read_to], cx
        add     [es:di + S_POS], cx
        adc     word [es:di + S_POS + 2], 0
        jmp     short .next
.done:
        ret

; read_limit: CX = bytes that are asked for and there.
read_limit:
        mov     cx, [bp + R_CX]
        mov     ax, [es:di + S_SIZE]
        mov     dx, [es:di + S_SIZE + 2]
        sub     ax, [es:di + S_POS]
        sbb     dx, [es:di + S_POS + 2]
        jb      .end
        jnz     .done
        cmp     ax, cx
        jae     .done
        mov     cx, ax
.done:
        ret
.end:
        xor     cx, cx
        ret

; read_part: as much as can be read at once: whole frames, or a part of one by
; the buffer. Out: CX = bytes; CF = 1: AX = error. Keeps ES:DI, the SFT.
read_part:
        call    read_normal
        mov     ax, [es:di + S_POS]
        mov     dx, [es:di + S_POS + 2]
        mov     bx, ax
        and     bx, FRAME - 1           ; BX = where in the frame
        mov     cx, 11
.shift:
        shr     dx, 1
        rcr     ax, 1
        loop    .shift
        add     ax, [es:di + S_AT]
        adc     dx, [es:di + S_AT + 2]
        push    es
        push    di
        or      bx, bx
        jnz     .buffer
        mov     cx, [read_left]
        cmp     cx, FRAME
        jb      .buffer
        mov     cl, ch
        mov     ch, 0
        shr     cl, 1
        shr     cl, 1
        shr     cl, 1
        les     di, [read_to]
        push    cx
        call    drive_read
        pop     cx
        mov     ch, cl
        mov     cl, 0
        pushf
        shl     cx, 1
        shl     cx, 1
        shl     cx, 1
        popf
        jmp     short .out
.buffer:
        call    frame_get
        jc      .out
        mov     cx, FRAME
        sub     cx, bx
        cmp     cx, [read_left]
        jb      .copy
        mov     cx, [read_left]
.copy:
        lea     si, [buffer + bx]
        les     di, [read_to]
        push    cx
        rep movsb
        pop     cx
        clc
.out:
        pop     di
        pop     es
        ret

; read_normal: makes the offset of read_to less than 16.
read_normal:
        mov     ax, [read_to]
        mov     cl, 4
        shr     ax, cl
        add     [read_to + 2], ax
        and     word [read_to], 0Fh
        ret
