; tvideo.asm - biostest: what INT 10h changes and what it keeps. The rule is
; tcalls.asm's; what the functions do is tried by the VGA BIOS's own tests.

calls_video:
        service 10h, 0003h, 2, 3, 4, ANY, M_AX, 'INT 10h 00h keeps'
        service 10h, 0100h, 2, 0607h, 4, ANY, M_AX, 'INT 10h 01h keeps'
        expect  word [460h], 0607h, 'INT 10h 01h: 40:60'
        call    cursor_shapes
        service 10h, 0100h, 2, 0607h, 4, ANY, M_AX, 'INT 10h 01h again'
        service 10h, 0200h, 0102h, 3, 0203h, ANY, 0, 'INT 10h 02h keeps'
        expect  word [452h], 0203h, 'INT 10h 02h: 40:52'
        service 10h, 0300h, 0102h, 3, 4, ANY, M_AX | M_CX | M_DX, \
                'INT 10h 03h keeps'
        expect  word [got_cx], 0607h, 'INT 10h 03h: shape'
        expect  word [got_dx], 0203h, 'INT 10h 03h: place'
        service 10h, 0501h, 2, 3, 4, ANY, M_AX, 'INT 10h 05h keeps'
        expect  byte [462h], 1, 'INT 10h 05h: 40:62'
        service 10h, 0500h, 2, 3, 4, ANY, M_AX, 'INT 10h 05h again'
        service 10h, 0601h, 0700h, 0000h, 0101h, ANY, M_AX, \
                'INT 10h 06h keeps'
        service 10h, 0701h, 0700h, 0000h, 0101h, ANY, M_AX, \
                'INT 10h 07h keeps'
        call    cursor_home
        service 10h, 0941h, 0017h, 2, 4, ANY, 0, 'INT 10h 09h keeps'
        call    cursor_home
        mov     ax, 0941h
        mov     bx, 0017h
        mov     cx, 2
        int     10h
        service 10h, 0800h, 0, 3, 4, ANY, M_AX, 'INT 10h 08h keeps'
        expect  word [got_ax], 1741h, 'INT 10h 08h: AX'
        service 10h, 0A42h, 0017h, 2, 4, ANY, 0, 'INT 10h 0Ah keeps'
        service 10h, 0B00h, 0, 3, 4, ANY, M_AX, 'INT 10h 0Bh keeps'
        service 10h, 0E43h, 0, 3, 4, ANY, 0, 'INT 10h 0Eh keeps'
        service 10h, 0F00h, 0055h, 3, 4, ANY, M_AX | M_BX, 'INT 10h 0Fh keeps'
        expect  word [got_ax], 5003h, 'INT 10h 0Fh: AX'
        expect  word [got_bx], 0055h, 'INT 10h 0Fh: BH is the page, BL stays'
        service 10h, 1000h, 0007h, 3, 4, ANY, M_AX, 'INT 10h 1000h keeps'
        service 10h, 1007h, 0005h, 3, 4, ANY, M_AX | M_BX, \
                'INT 10h 1007h keeps'
        service 10h, 1015h, 0007h, 3, 4, ANY, M_AX | M_CX | M_DX, \
                'INT 10h 1015h keeps'
        service 10h, 101Ah, 0007h, 3, 4, ANY, M_AX | M_BX, \
                'INT 10h 101Ah keeps'
        service 10h, 1104h, 0000h, 3, 4, ANY, M_AX, 'INT 10h 1104h keeps'
        service 10h, 1200h, 0010h, 3, 4, ANY, M_BX | M_CX | M_AX, \
                'INT 10h 1210h keeps'
        expect  word [got_bx], 0003h, 'INT 10h 1210h: colour, 256K'
        service 10h, 1202h, 0030h, 3, 4, ANY, M_AX, 'INT 10h 1230h keeps'
        expect  byte [got_ax], 12h, 'INT 10h 1230h: AL'
        service 10h, 1200h, 0036h, 3, 4, ANY, M_AX, 'INT 10h 1236h keeps'
        service 10h, 1A00h, 2, 3, 4, ANY, M_AX | M_BX, 'INT 10h 1A00h keeps'
        expect  byte [got_ax], 1Ah, 'INT 10h 1A00h: AL'
        expect  word [got_bx], 0008h, 'INT 10h 1A00h: VGA in colour'
        mov     word [set_es], BUF2
        mov     word [set_di], 0
        service 10h, 1B00h, 0, 3, 4, ANY, M_AX, 'INT 10h 1B00h keeps'
        expect  byte [got_ax], 1Bh, 'INT 10h 1B00h: AL'
        service 10h, 1C00h, 2, 7, 4, ANY, M_AX | M_BX, 'INT 10h 1C00h keeps'
        expect  byte [got_ax], 1Ch, 'INT 10h 1C00h: AL'
        service 10h, 1C01h, 0, 7, 4, ANY, M_AX, 'INT 10h 1C01h keeps'
        service 10h, 1C02h, 0, 7, 4, ANY, M_AX, 'INT 10h 1C02h keeps'
        service 10h, 1D00h, 2, 3, 4, ANY, 0, 'INT 10h 1Dh is none'
        service 10h, 4F00h, 2, 3, 4, ANY, M_AX, 'VBE 00h keeps'
        expect  word [got_ax], 004Fh, 'VBE 00h: AX'
        service 10h, 4F01h, 2, 0101h, 4, ANY, M_AX, 'VBE 01h keeps'
        expect  word [got_ax], 004Fh, 'VBE 01h: AX'
        service 10h, 4F01h, 2, 01FFh, 4, ANY, M_AX, 'VBE 01h: no mode'
        expect  word [got_ax], 014Fh, 'VBE 01h: no mode: AX'
        service 10h, 4F02h, 0101h, 3, 4, ANY, M_AX, 'VBE 02h keeps'
        expect  word [got_ax], 004Fh, 'VBE 02h: AX'
        service 10h, 4F03h, 2, 3, 4, ANY, M_AX | M_BX, 'VBE 03h keeps'
        expect  word [got_bx], 0101h, 'VBE 03h: BX'
        service 10h, 4F04h, 2, 15, 0, ANY, M_AX | M_BX, 'VBE 0400h keeps'
        service 10h, 4F04h, 0, 15, 1, ANY, M_AX, 'VBE 0401h keeps'
        service 10h, 4F04h, 0, 15, 2, ANY, M_AX, 'VBE 0402h keeps'
        service 10h, 4F05h, 0000h, 3, 1, ANY, M_AX, 'VBE 0500h keeps'
        service 10h, 4F05h, 0100h, 3, 4, ANY, M_AX | M_DX, 'VBE 0501h keeps'
        expect  word [got_dx], 1, 'VBE 0501h: DX'
        service 10h, 4F05h, 0000h, 3, 0FFFFh, ANY, M_AX, 'VBE 0500h: too far'
        expect  word [got_ax], 014Fh, 'VBE 0500h: too far: AX'
        service 10h, 4F05h, 0200h, 3, 0, ANY, M_AX, 'VBE 0502h is none'
        expect  word [got_ax], 014Fh, 'VBE 0502h is none: AX'
        service 10h, 4F06h, 0001h, 3, 4, ANY, M_AX | M_BX | M_CX | M_DX, \
                'VBE 0601h keeps'
        expect  word [got_bx], 640, 'VBE 0601h: BX'
        service 10h, 4F07h, 0000h, 0, 1, ANY, M_AX, 'VBE 0700h keeps'
        service 10h, 4F07h, 0001h, 3, 4, ANY, M_AX | M_BX | M_CX | M_DX, \
                'VBE 0701h keeps'
        expect  word [got_cx], 0, 'VBE 0701h: CX'
        expect  word [got_dx], 1, 'VBE 0701h: DX'
        service 10h, 4F08h, 0800h, 3, 4, ANY, M_AX | M_BX, 'VBE 0800h keeps'
        expect  word [got_bx], 0800h, 'VBE 0800h: BX'
        service 10h, 4F08h, 0001h, 3, 4, ANY, M_AX | M_BX, 'VBE 0801h keeps'
        expect  byte [got_bx + 1], 8, 'VBE 0801h: BH'
        service 10h, 4F09h, 0001h, 16, 0, ANY, M_AX, 'VBE 0901h keeps'
        service 10h, 4F09h, 0000h, 16, 0, ANY, M_AX, 'VBE 0900h keeps'
        service 10h, 4F0Ah, 0000h, 3, 4, ANY, M_AX | M_CX | M_DI | M_ES, \
                'VBE 0A00h keeps'
        service 10h, 4F0Bh, 2, 3, 4, ANY, M_AX, 'VBE 0Bh is none'
        cmp     word [got_ax], 004Fh
        call    nonzero_to_carry
        check   'VBE 0Bh is none: AX'
        service 10h, 0013h, 2, 3, 4, ANY, M_AX, 'INT 10h 00h again'
        service 10h, 0C0Ah, 2, 3, 4, ANY, M_AX, 'INT 10h 0Ch keeps'
        service 10h, 0D00h, 2, 3, 4, ANY, M_AX, 'INT 10h 0Dh keeps'
        expect  byte [got_ax], 0Ah, 'INT 10h 0Dh: AL'
        service 10h, 0003h, 2, 3, 4, ANY, M_AX, 'INT 10h 00h to text'
        mov     word [set_di], 5252h
        mov     word [set_es], 0
        jmp     scroll_sizes

; How many cells a scroll clears: the lines asked for, all of the window for 0
; or too many. FreeDOS's boot menu clears windows of one line.
scroll_sizes:
        mov     si, .rows
.next:
        mov     ax, 0B800h
        mov     es, ax
        xor     di, di
        mov     cx, 2000
        mov     ax, 0758h
        rep stosw
        mov     ax, [si]
        mov     bh, 17h
        mov     cx, [si + 2]
        mov     dx, [si + 4]
        int     10h
        xor     bx, bx
        xor     di, di
        mov     cx, 2000
.cell:
        mov     ax, [es:di]
        inc     di
        inc     di
        cmp     ax, 1720h
        jne     .same
        inc     bx
        jmp     short .counted
.same:
        cmp     ax, 0758h
        jne     .bad
.counted:
        loop    .cell
        cmp     bx, [si + 6]
        jne     .bad
        add     si, 8
        cmp     si, .end
        jb      .next
        clc
        jmp     short .done
.bad:
        mov     ax, [si]
        call    hex
        mov     ax, bx
        call    hex
        stc
.done:
        mov     ax, 0
        mov     es, ax
        check   'INT 10h 06h, 07h: cells cleared'
        ret
; AX, CX, DX, cells
.rows:
        dw      0600h, 0000h, 184Fh, 2000, 0700h, 0000h, 184Fh, 2000
        dw      0600h, 0501h, 050Bh, 11, 0700h, 0501h, 050Bh, 11
        dw      0601h, 0501h, 050Bh, 11, 0702h, 0501h, 050Bh, 11
        dw      0600h, 0501h, 060Bh, 22, 0601h, 0501h, 060Bh, 11
        dw      0603h, 0000h, 184Fh, 240, 0702h, 0000h, 184Fh, 160
        dw      0619h, 0000h, 184Fh, 2000, 061Ah, 0000h, 184Fh, 2000
        dw      06FFh, 0203h, 0405h, 9, 0700h, 1800h, 184Fh, 80
        dw      0600h, 0000h, 0FFFFh, 2000
.end:

; The reports move the cursor.
cursor_home:
        mov     ah, 02h
        mov     bh, 0
        mov     dx, 0505h
        int     10h
        ret

; Shapes made for the CGA's 8 lines, and what a cell of 16 has of them.
cursor_shapes:
        mov     si, .rows
.next:
        mov     cx, [si]
        mov     ah, 01h
        int     10h
        mov     dx, 3D4h
        mov     al, 0Ah
        out     dx, al
        inc     dx
        in      al, dx
        mov     ah, al
        dec     dx
        mov     al, 0Bh
        out     dx, al
        inc     dx
        in      al, dx
        cmp     ax, [si + 2]
        jne     .bad
        add     si, 4
        cmp     si, .end
        jb      .next
        clc
        jmp     short .done
.bad:
        call    hex
        mov     ax, [si]
        call    hex
        stc
.done:
        check   'INT 10h 01h: shapes'
        ret
.rows:
        dw      0607h, 0D0Eh, 0507h, 0C0Eh, 0407h, 080Fh, 0307h, 080Fh
        dw      0207h, 020Fh, 0007h, 000Fh, 0004h, 000Fh, 0003h, 0003h
        dw      0704h, 040Fh, 0700h, 0700h, 2607h, 2607h, 0D0Eh, 0D0Eh
.end:
