; tcalls.asm - biostest: each service called once by the same rule: registers
; that it doesn't answer in keep their values, so does the stack pointer, IF
; stays set and DF clear, and the carry flag says what it must, whatever it was.

; What a service may change.
M_AL            equ 001h
M_AH            equ 002h
M_AX            equ 003h
M_BX            equ 004h
M_CX            equ 008h
M_DX            equ 010h
M_SI            equ 020h
M_DI            equ 040h
M_ES            equ 200h
NC              equ 0                   ; carry afterwards
CY              equ 1
ANY             equ 2

; service INT, AX, BX, CX, DX, carry, may change, name
%macro service 8
        call    call_service
        db      %1, %6
        dw      %2, %3, %4, %5, %7
        db      %8, 0
%endmacro

; Registers before and after, in this order: AX BX CX DX SI DI BP DS ES.
set_regs:       times 4 dw 0
set_si:         dw 5151h
set_di:         dw 5252h
                dw 5353h, 0
set_es:         dw 0
got_ax:         dw 0
got_bx:         dw 0
got_cx:         dw 0
got_dx:         dw 0
got_si:         dw 0
got_di:         dw 0, 0, 0
got_es:         dw 0
got_flags:      dw 0
saved_sp:       dw 0
GOT             equ got_ax - set_regs

call_service:
        cld
        pop     si
        push    si
        lodsw
        mov     [.number], al
        mov     bl, ah
        mov     di, set_regs
        mov     cx, 4
        rep movsw
        mov     [saved_sp], sp
        mov     es, [set_es]
        mov     di, [set_di]
        mov     bp, 5353h
        cmp     bl, CY                  ; the flag starts as the other
        clc
        je      .start
        stc
.start:
        mov     ax, [set_regs]
        mov     bx, [set_regs + 2]
        mov     cx, [set_regs + 4]
        mov     dx, [set_regs + 6]
        mov     si, [set_si]
        db      0CDh
.number: db     0
        pushf
        pop     word [cs:got_flags]
        mov     [cs:got_ax], ax
        xor     ax, ax
        push    ds
        mov     ds, ax
        pop     word [got_es - 2]
        mov     [got_es], es
        mov     es, ax
        mov     [got_es - 4], bp
        mov     [got_bx], bx
        mov     [got_cx], cx
        mov     [got_dx], dx
        mov     [got_si], si
        mov     [got_di], di
        cld
        sti
        call    judge_service
        pop     bx
        lea     si, [bx + 12]
        push    si
        call    report
        pop     si
.name:
        lodsb
        or      al, al
        jnz     .name
        jmp     si                      ; behind the name

; CF = 1, and what differs on port E9h, when the rule is broken. The record is
; at the return address below ours.
judge_service:
        mov     bp, sp
        mov     bx, [bp + 2]
        mov     ax, bp
        inc     ax
        inc     ax
        cmp     ax, [saved_sp]
        jne     .bad
        mov     ax, [got_flags]
        and     ax, 0600h
        cmp     ax, 0200h
        mov     ax, [got_flags]
        jne     .bad
        cmp     byte [bx + 1], ANY
        je      .registers
        and     al, 1
        cmp     al, [bx + 1]
        jne     .bad
.registers:
        mov     dx, [bx + 10]
        mov     ax, [got_ax]
        xor     ax, [set_regs]
        test    dl, M_AL
        jz      .ah
        mov     al, 0
.ah:
        test    dl, M_AH
        jz      .ax
        mov     ah, 0
.ax:
        or      ax, ax
        mov     ax, [got_ax]
        jnz     .bad
        mov     si, set_regs + 2
        mov     cx, 8
        shr     dx, 1
.next:
        shr     dx, 1
        lodsw
        test    dl, 1
        jnz     .skip
        cmp     ax, [si + GOT - 2]
        mov     ax, [si + GOT - 2]
        jne     .bad
.skip:
        loop    .next
        clc
        ret
.bad:
        call    hex
        stc
        ret

test_calls:
        mov     word [set_es], 0
        call    calls_floppy
        cmp     byte [475h], 0
        je      .no_disk
        call    calls_disk
.no_disk:
        call    calls_ports
        call    calls_system
        call    calls_keyboard
        call    calls_clock
        call    passed_on
        jmp     calls_video

; IRQ 9 is passed on as IRQ 2's INT 0Ah, the coprocessor's error (IRQ 13 on an
; AT, with CR0.NE clear) as INT 02h; both end the interrupt.
passed_on:
        cli
        mov     word [0Ah * 4], .seen
        mov     word [0Ah * 4 + 2], 0
        mov     word [02h * 4], .seen
        mov     word [02h * 4 + 2], 0
        sti
        int     71h
        expect  byte [.count], 1, 'INT 71h calls INT 0Ah'
        push    sp
        pop     ax
        cmp     ax, sp
        jne     .end                    ; an 8087 has the NMI itself
        test    byte [410h], 02h
        jz      .end
        cpu     286
        fninit
        fldcw   [.control]
        fld1
        fldz
        fdivp   st1, st0
        fnop                            ; the error waits for this one
        fninit
        cpu     8086
        expect  byte [.count], 2, 'coprocessor: INT 75h calls INT 02h'
        mov     al, 0Bh
        out     0A0h, al
        jmp     short $ + 2
        in      al, 0A0h
        expect  al, 0, 'coprocessor: the slave is free again'
        mov     al, 0Bh
        out     20h, al
        jmp     short $ + 2
        in      al, 20h
        expect  al, 0, 'coprocessor: the master is free again'
.end:
        mov     word [02h * 4], 0FF53h
        mov     word [02h * 4 + 2], 0F000h
        mov     word [0Ah * 4], 0FF53h
        mov     word [0Ah * 4 + 2], 0F000h
        ret
.count: db      0
.control: dw    037Bh                   ; division by zero not masked
.seen:
        inc     byte [cs:.count]
        cpu     286
        fnclex
        cpu     8086
        iret

calls_floppy:
        service 11h, 0FFFFh, 2, 3, 4, ANY, M_AX, 'INT 11h keeps'
        service 12h, 0FFFFh, 2, 3, 4, ANY, M_AX, 'INT 12h keeps'
        service 13h, 0056h, 2, 3, 0000h, NC, M_AX, 'floppy 00h keeps'
        expect  byte [got_ax + 1], 0, 'floppy 00h: status'
        expect  byte [441h], 0, 'floppy 00h: 40:41'
        service 13h, 19FFh, 2, 3, 0000h, CY, M_AX, 'floppy 19h fails'
        expect  byte [got_ax + 1], 1, 'floppy 19h: status'
        expect  byte [441h], 1, 'floppy 19h: 40:41'
        service 13h, 0156h, 2, 3, 0000h, ANY, M_AX, 'floppy 01h keeps'
        expect  byte [got_ax + 1], 1, 'floppy 01h: status'
        mov     word [set_es], BUF
        service 13h, 0201h, 0, 0001h, 0000h, NC, M_AX, 'floppy 02h keeps'
        expect  word [got_ax], 1, 'floppy 02h: AX'
        service 13h, 0401h, 0, 0001h, 0000h, NC, M_AX, 'floppy 04h keeps'
        expect  word [got_ax], 1, 'floppy 04h: AX'
        service 13h, 0200h, 0, 0001h, 0000h, CY, M_AX, 'floppy: 0 sectors'
        service 13h, 0201h, 0, 0001h, 0200h, CY, M_AX, 'floppy: no head 2'
        service 13h, 0202h, 0, 2812h, 0100h, CY, M_AX, 'floppy: half there'
        expect  word [got_ax], 0401h, 'floppy: half there: AX'
        service 13h, 0201h, 0, 0001h, 0001h, CY, M_AX, 'floppy 02h: no B:'
        expect  word [got_ax], 8000h, 'floppy 02h: no B:: time-out'
        mov     word [set_es], 0
        service 13h, 0800h, 2, 3, 0000h, NC, M_AX | M_BX | M_CX | M_DX | \
                M_DI | M_ES, 'floppy 08h keeps'
        expect  word [got_ax], 0, 'floppy 08h: AX'
        expect  word [got_bx], 4, 'floppy 08h: BX'
        expect  word [got_dx], 0101h, 'floppy 08h: DX'
        expect  word [got_es], 0F000h, 'floppy 08h: ES'
        service 13h, 0800h, 2, 3, 0001h, CY, M_AX | M_BX | M_CX | M_DX | \
                M_DI | M_ES, 'floppy 08h: no B:'
        expect  word [got_cx], 0, 'floppy 08h: no B:: CX'
        service 13h, 15FFh, 2, 3, 0000h, NC, M_AX, 'floppy 15h keeps'
        expect  byte [got_ax + 1], 2, 'floppy 15h: change line'
        service 13h, 15FFh, 2, 3, 0001h, NC, M_AX, 'floppy 15h: no B:'
        expect  byte [got_ax + 1], 0, 'floppy 15h: no B:: AH'
        service 13h, 16FFh, 2, 3, 0000h, NC, M_AX, 'floppy 16h keeps'
        expect  byte [got_ax + 1], 0, 'floppy 16h: status'
        service 13h, 16FFh, 2, 3, 0001h, CY, M_AX, 'floppy 16h: no B:'
        expect  byte [got_ax + 1], 80h, 'floppy 16h: no B:: status'
        service 13h, 1704h, 2, 3, 0000h, NC, M_AX, 'floppy 17h keeps'
        expect  byte [490h], 97h, 'floppy 17h: 40:90'
        service 13h, 1709h, 2, 3, 0000h, CY, M_AX, 'floppy 17h: no such type'
        expect  byte [got_ax + 1], 1, 'floppy 17h: no such type: AH'
        service 13h, 1704h, 2, 3, 0001h, CY, M_AX, 'floppy 17h: no B:'
        service 13h, 18FFh, 2, 4F12h, 0000h, NC, M_AX | M_DI | M_ES, \
                'floppy 18h keeps'
        expect  byte [490h], 17h, 'floppy 18h: 40:90'
        mov     es, [got_es]
        mov     di, [got_di]
        expect  byte [es:di + 4], 18, 'floppy 18h: table'
        xor     ax, ax
        mov     es, ax
        service 13h, 18FFh, 2, 4F0Ah, 0000h, CY, M_AX, 'floppy 18h: no format'
        expect  byte [got_ax + 1], 0Ch, 'floppy 18h: no format: AH'
        service 13h, 18FFh, 2, 4F12h, 0001h, CY, M_AX, 'floppy 18h: no B:'
        ret

calls_disk:
        service 13h, 0056h, 2, 3, 0080h, NC, M_AX, 'disk 00h keeps'
        service 13h, 0600h, 2, 3, 0080h, CY, M_AX, 'disk 06h fails'
        expect  byte [got_ax + 1], 1, 'disk 06h: status'
        expect  byte [474h], 1, 'disk 06h: 40:74'
        service 13h, 0156h, 2, 3, 0080h, CY, M_AX, 'disk 01h tells'
        expect  word [got_ax], 0101h, 'disk 01h: AX'
        service 13h, 0156h, 2, 3, 0080h, NC, M_AX, 'disk 01h forgets'
        mov     word [set_es], BUF
        service 13h, 0201h, 0, 0001h, 0080h, NC, M_AX, 'disk 02h keeps'
        expect  word [got_ax], 1, 'disk 02h: AX'
        service 13h, 0401h, 0, 0001h, 0080h, NC, M_AX, 'disk 04h keeps'
        service 13h, 0200h, 0, 0001h, 0080h, CY, M_AX, 'disk: 0 sectors'
        service 13h, 0201h, 0, 0001h, 0FF80h, CY, M_AX, 'disk: no head 255'
        expect  byte [got_ax + 1], 4, 'disk: no head 255: AH'
        service 13h, 0201h, 0, 0000h, 0080h, CY, M_AX, 'disk: no sector 0'
        service 13h, 0201h, 0, 0001h, 0083h, CY, M_AX, 'disk: no drive 83h'
        expect  byte [got_ax + 1], 1, 'disk: no drive 83h: AH'
        service 13h, 0500h, 0, 0203h, 0080h, NC, M_AX, 'disk 05h keeps'
        service 13h, 0500h, 0, 0001h, 0FF80h, CY, M_AX, 'disk 05h: no head 255'
        mov     word [set_es], 0
        service 13h, 0800h, 2, 3, 0080h, NC, M_AX | M_CX | M_DX, \
                'disk 08h keeps'
        expect  word [got_ax], 0, 'disk 08h: AX'
        call    table_of_disk
        check   'disk 08h: as INT 41h says'
        service 13h, 0800h, 2, 3, 0083h, CY, M_AX | M_CX | M_DX, \
                'disk 08h: no drive 83h'
        service 13h, 0900h, 2, 3, 0080h, NC, M_AX, 'disk 09h keeps'
        service 13h, 0C00h, 2, 0203h, 0080h, NC, M_AX, 'disk 0Ch keeps'
        service 13h, 0C00h, 2, 0001h, 0FF80h, CY, M_AX, 'disk 0Ch: no head 255'
        service 13h, 0D00h, 2, 3, 0080h, NC, M_AX, 'disk 0Dh keeps'
        service 13h, 1000h, 2, 3, 0080h, NC, M_AX, 'disk 10h keeps'
        service 13h, 1100h, 2, 3, 0080h, NC, M_AX, 'disk 11h keeps'
        service 13h, 1400h, 2, 3, 0080h, NC, M_AX, 'disk 14h keeps'
        service 13h, 1500h, 2, 3, 0080h, NC, M_AX | M_CX | M_DX, \
                'disk 15h keeps'
        call    size_of_disk
        check   'disk 15h: as 08h says'
        service 13h, 1500h, 2, 3, 0083h, NC, M_AX | M_CX | M_DX, \
                'disk 15h: no drive 83h'
        expect  byte [got_ax + 1], 0, 'disk 15h: no drive 83h: AH'
        service 13h, 1600h, 2, 3, 0080h, CY, M_AX, 'disk 16h fails'
        call    one_geometry
        check   'disk: IDENTIFY, CMOS and INT 41h have one geometry'
        cmp     byte [475h], 2
        jb      .alone
        mov     byte [one_geometry.device], 0B0h
        mov     byte [one_geometry.vector], 46h * 4 & 0FFh
        mov     byte [one_geometry.vector + 1], 46h * 4 >> 8
        mov     byte [one_geometry.first], 24h
        call    one_geometry
        check   'disk 2: IDENTIFY, CMOS and INT 46h have one geometry'
.alone:
        jmp     calls_edd

; CF = 0: cylinders, heads and sectors are the same in the table at INT 41h or
; 46h, in CMOS 1Bh-23h or 24h-2Ch and in words 1, 3 and 6 of the disk's answer.
one_geometry:
        mov     ax, BUF2
        mov     es, ax
        mov     dx, 3F6h
        mov     al, 02h                 ; no interrupt
        out     dx, al
        mov     dx, 1F6h
        mov     al, [.device]
        out     dx, al
        inc     dx
        mov     al, 0ECh
        out     dx, al
.busy:
        in      al, dx
        test    al, 80h
        jnz     .busy
        mov     dx, 1F0h
        xor     di, di
        mov     cx, 256
.word:
        in      ax, dx
        stosw
        loop    .word
        mov     dx, 1F7h
        in      al, dx
        mov     dx, 3F6h
        mov     al, 0
        out     dx, al
        push    ds
        mov     ax, [es:2]
        mov     bx, [es:6]
        mov     cx, [es:12]
        mov     bh, cl
        mov     si, [.vector]
        mov     ah, [.first]
        mov     [.at], ah
        mov     ah, [es:3]
        lds     si, [si]
        cmp     ax, [si]
        jne     .no
        cmp     bl, [si + 2]
        jne     .no
        cmp     bh, [si + 0Eh]
        jne     .no
        mov     cx, ax
        mov     al, cl
        mov     ah, 0
        call    .cmos
        mov     al, ch
        mov     ah, 1
        call    .cmos
        mov     al, bl
        mov     ah, 2
        call    .cmos
        mov     al, bh
        mov     ah, 8
        call    .cmos
        clc
        jmp     short .done
.no:
        stc
.done:
        pop     ds
        mov     ax, 0
        mov     es, ax
        ret
.device: db     0A0h
.first: db      1Bh
.vector: dw     41h * 4
.at:    db      0
; The CMOS register AH behind the first must be AL.
.cmos:
        push    ax
        mov     al, ah
        add     al, [cs:.at]
        out     70h, al
        in      al, 71h
        mov     ah, al
        pop     dx
        cmp     ah, dl
        je      .same
        pop     ax                      ; the caller's caller gets the answer
        jmp     .no
.same:
        ret

; CF = 0: 08h's answer is what the table at INT 41h says.
table_of_disk:
        les     di, [41h * 4]
        mov     ax, [got_cx]
        mov     bl, al
        xchg    al, ah
        mov     cl, 6
        shr     ah, cl
        inc     ax
        mov     cx, ax                  ; cylinders
        and     bl, 3Fh
        mov     al, [got_dx + 1]
        inc     ax
        cmp     al, [es:di + 2]
        jne     .no
        cmp     bl, [es:di + 0Eh]
        jne     .no
        add     cx, [kept_cylinders]
        cmp     cx, [es:di]
        jne     .no
        clc
        jmp     short .done
.no:
        stc
.done:
        mov     ax, 0
        mov     es, ax
        ret

; CF = 0: 15h's count is heads x sectors x those cylinders of the table that
; 08h shows.
size_of_disk:
        cmp     byte [got_ax + 1], 3
        jne     .no
        les     di, [41h * 4]
        mov     al, [es:di + 2]
        mul     byte [es:di + 0Eh]
        mov     cx, [es:di]
        sub     cx, [kept_cylinders]
        mul     cx
        cmp     dx, [got_cx]
        jne     .no
        cmp     ax, [got_dx]
        je      .done
.no:
        stc
.done:
        mov     ax, 0
        mov     es, ax
        ret

calls_edd:
        service 13h, 4100h, 55AAh, 3, 0080h, NC, M_AX | M_BX | M_CX, \
                'EDD 41h keeps'
        expect  word [got_bx], 0AA55h, 'EDD 41h: BX'
        expect  word [got_cx], 5, 'EDD 41h: CX'
        service 13h, 4100h, 1234h, 3, 0080h, CY, M_AX, 'EDD 41h: no signature'
        service 13h, 4100h, 55AAh, 3, 0000h, CY, M_AX, 'EDD 41h: no floppy'
        service 13h, 4100h, 55AAh, 3, 0083h, CY, M_AX, 'EDD 41h: no drive 83h'
        mov     word [set_si], .packet
        service 13h, 4200h, 2, 3, 0080h, NC, M_AX, 'EDD 42h keeps'
        expect  byte [got_ax + 1], 0, 'EDD 42h: AH'
        expect  word [.packet + 2], 3, 'EDD 42h: count'
        service 13h, 4400h, 2, 3, 0080h, NC, M_AX, 'EDD 44h keeps'
        service 13h, 4700h, 2, 3, 0080h, NC, M_AX, 'EDD 47h keeps'
        service 13h, 4500h, 2, 3, 0080h, NC, M_AX, 'EDD 45h keeps'
        service 13h, 4600h, 2, 3, 0080h, CY, M_AX, 'EDD 46h fails'
        service 13h, 4900h, 2, 3, 0080h, NC, M_AX, 'EDD 49h keeps'
        mov     byte [.packet], 0Fh
        service 13h, 4200h, 2, 3, 0080h, CY, M_AX, 'EDD 42h: short packet'
        expect  byte [got_ax + 1], 1, 'EDD 42h: short packet: AH'
        mov     byte [.packet], 10h
        mov     byte [.packet + 14], 1
        service 13h, 4200h, 2, 3, 0080h, CY, M_AX, 'EDD 42h: beyond the end'
        expect  word [.packet + 2], 0, 'EDD 42h: beyond the end: count'
        service 13h, 4700h, 2, 3, 0080h, CY, M_AX, 'EDD 47h: beyond the end'
        mov     word [set_si], .drive
        service 13h, 4800h, 2, 3, 0080h, NC, M_AX, 'EDD 48h keeps'
        expect  word [.drive], 1Ah, 'EDD 48h: length'
        expect  word [.drive + 18h], 512, 'EDD 48h: sector size'
        mov     al, [.drive + 8]
        mul     byte [.drive + 0Ch]
        mul     word [.drive + 4]
        sub     ax, [.drive + 10h]
        neg     ax
        cmp     ax, 63 * 16
        cmc
        check   'EDD 48h: total'
        mov     word [.drive], 19h
        service 13h, 4800h, 2, 3, 0080h, CY, M_AX, 'EDD 48h: short buffer'
        mov     word [set_si], 5151h
        ret
.packet: dw     10h, 3, 0, BUF2
        dq      1
.drive: dw      1Ah
        times 1Eh db 0A5h

; COM1 has no peer that would be ready; COM4 and LPT3 are not there.
calls_ports:
        mov     byte [47Ch], 1
        service 14h, 00E3h, 2, 3, 0, ANY, M_AX, 'INT 14h 00h keeps'
        test    byte [got_ax + 1], 60h
        call    nonzero_to_carry
        check   'INT 14h 00h: line status'
        call    com1_setup
        expect  ax, 030Ch, 'INT 14h 00h: 9600 8N1'
        service 14h, 009Fh, 2, 3, 0, ANY, M_AX, 'INT 14h 00h again'
        call    com1_setup
        expect  ax, 1F60h, 'INT 14h 00h: 1200 8E2'
        service 14h, 0400h, 0201h, 0207h, 0, ANY, M_AX, 'INT 14h 04h keeps'
        call    com1_setup
        expect  ax, 1E0Ch, 'INT 14h 04h: 9600 7E2'
        service 14h, 0401h, 0400h, 0308h, 0, ANY, M_AX, 'INT 14h 04h again'
        call    com1_setup
        expect  ax, 7B06h, 'INT 14h 04h: 19200 8 space, break'
        service 14h, 0400h, 0000h, 0309h, 0, ANY, M_AX, 'INT 14h 04h: no rate'
        expect  byte [got_ax + 1], 80h, 'INT 14h 04h: no rate: AH'
        service 14h, 0300h, 2, 3, 0, ANY, M_AX, 'INT 14h 03h keeps'
        service 14h, 0501h, 0013h, 3, 0, ANY, M_AX, 'INT 14h 05h sets'
        service 14h, 0500h, 0, 3, 0, ANY, M_AX | M_BX, 'INT 14h 05h keeps'
        expect  word [got_bx], 0013h, 'INT 14h 05h: MCR'
        service 14h, 0200h, 2, 3, 0, ANY, M_AX, 'INT 14h 02h: nothing comes'
        test    byte [got_ax + 1], 80h
        call    nonzero_to_carry
        check   'INT 14h 02h: time-out'
        service 14h, 0300h, 2, 3, 3, ANY, 0, 'INT 14h: no COM4'
        service 14h, 0300h, 2, 3, 9, ANY, 0, 'INT 14h: no port 9'
        service 17h, 0100h, 2, 3, 0, ANY, M_AH, 'INT 17h 01h keeps'
        service 17h, 0200h, 2, 3, 0, ANY, M_AH, 'INT 17h 02h keeps'
        service 17h, 0041h, 2, 3, 0, ANY, M_AH, 'INT 17h 00h keeps'
        service 17h, 0300h, 2, 3, 0, ANY, 0, 'INT 17h 03h is none'
        service 17h, 0041h, 2, 3, 2, ANY, 0, 'INT 17h 00h: no LPT3'
        service 17h, 0112h, 2, 3, 2, ANY, 0, 'INT 17h 01h: no LPT3'
        service 17h, 0212h, 2, 3, 2, ANY, 0, 'INT 17h 02h: no LPT3'
        service 17h, 0212h, 2, 3, 9, ANY, 0, 'INT 17h 02h: no port 9'
        ret

nonzero_to_carry:
        clc
        jnz     .done
        stc
.done:
        ret

; AH = line control, AL = low byte of the divisor.
com1_setup:
        mov     dx, 3FBh
        in      al, dx
        mov     ah, al
        or      al, 80h
        out     dx, al
        mov     dx, 3F8h
        in      al, dx
        xchg    al, ah
        push    ax
        mov     dx, 3FBh
        out     dx, al
        pop     ax
        xchg    al, ah
        ret

calls_system:
        service 15h, 0BE00h, 2, 3, 4, CY, M_AX, 'INT 15h BEh fails'
        service 15h, 8000h, 2, 3, 4, NC, M_AH, 'INT 15h 80h keeps'
        service 15h, 8100h, 2, 3, 4, NC, M_AH, 'INT 15h 81h keeps'
        service 15h, 8200h, 2, 3, 4, NC, M_AH, 'INT 15h 82h keeps'
        service 15h, 8500h, 2, 3, 4, NC, M_AH, 'INT 15h 85h keeps'
        service 15h, 9000h, 2, 3, 4, NC, M_AH, 'INT 15h 90h keeps'
        service 15h, 9100h, 2, 3, 4, NC, M_AH, 'INT 15h 91h keeps'
        expect  byte [got_ax + 1], 0, 'INT 15h 91h: AH'
        service 15h, 4F1Eh, 2, 3, 4, CY, 0, 'INT 15h 4Fh keeps the key'
        service 15h, 0C000h, 2, 3, 4, NC, M_AH | M_BX | M_ES, \
                'INT 15h C0h keeps'
        service 15h, 0C100h, 2, 3, 4, NC, M_AH | M_ES, 'INT 15h C1h keeps'
        service 15h, 8800h, 2, 3, 4, NC, M_AX, 'INT 15h 88h keeps'
        service 15h, 0E801h, 2, 3, 4, NC, M_AX | M_BX | M_CX | M_DX, \
                'INT 15h E801h keeps'
        call    ext_memory
        check   'INT 15h E801h: as 88h and the CMOS'
        service 15h, 0E802h, 2, 3, 4, CY, M_AX, 'INT 15h E802h fails'
        service 15h, 8400h, 2, 3, 2, CY, M_AX, 'INT 15h 84h: no such function'
        service 15h, 2403h, 2, 3, 4, NC, M_AX | M_BX, 'INT 15h 2403h keeps'
        expect  word [got_bx], 3, 'INT 15h 2403h: 8042 and port 92h'
        service 15h, 2402h, 2, 3, 4, NC, M_AX, 'INT 15h 2402h keeps'
        service 15h, 2404h, 2, 3, 4, CY, M_AX, 'INT 15h 2404h fails'
        expect  byte [got_ax + 1], 86h, 'INT 15h 2404h: AH'
        service 15h, 8600h, 2, 0, 1000, NC, M_AX, 'INT 15h 86h keeps'
        service 15h, 8300h, .event, 10, 0, NC, M_AX, 'INT 15h 83h keeps'
        service 15h, 8600h, 2, 0, 1000, CY, M_AX, 'INT 15h 86h during 83h'
        service 15h, 8301h, 2, 3, 4, NC, M_AX, 'INT 15h 8301h keeps'
        expect  byte [4A0h], 0, 'INT 15h 8301h: 40:A0'
        expect  byte [.event], 0, 'INT 15h 8301h: no event'
        call    calls_move
        service 15h, 5300h, 1, 3, 4, CY, M_AX, 'APM 00h: no device 1'
        expect  byte [got_ax + 1], 9, 'APM 00h: no device 1: AH'
        service 15h, 5300h, 0, 3, 4, NC, M_AX | M_BX | M_CX, 'APM 00h keeps'
        expect  word [got_ax], 0102h, 'APM 00h: version'
        service 15h, 5305h, 0, 3, 4, NC, M_AX, 'APM 05h keeps'
        service 15h, 530Ah, 1, 3, 4, NC, M_AX | M_BX | M_CX | M_DX | M_SI, \
                'APM 0Ah keeps'
        expect  byte [got_bx + 1], 1, 'APM 0Ah: on-line'
        service 15h, 530Ah, 7, 3, 4, CY, M_AX, 'APM 0Ah: no device 7'
        service 15h, 530Bh, 2, 3, 4, CY, M_AX, 'APM 0Bh keeps'
        expect  byte [got_ax + 1], 80h, 'APM 0Bh: no event'
        service 15h, 530Eh, 0, 0102h, 4, NC, M_AX, 'APM 0Eh keeps'
        expect  word [got_ax], 0102h, 'APM 0Eh: version'
        service 15h, 5320h, 0, 3, 4, CY, M_AX, 'APM 20h fails'
        test    byte [410h], 04h
        jnz     .pointer
        ret
.pointer:
        service 15h, 0C200h, 0203h, 3, 4, CY, M_AH, 'pointer C200h: BH 2'
        expect  byte [got_ax + 1], 2, 'pointer C200h: BH 2: AH'
        service 15h, 0C202h, 0703h, 3, 4, CY, M_AH, 'pointer C202h: BH 7'
        service 15h, 0C203h, 0403h, 3, 4, CY, M_AH, 'pointer C203h: BH 4'
        service 15h, 0C205h, 0003h, 3, 4, CY, M_AH, 'pointer C205h: BH 0'
        service 15h, 0C20Ah, 0003h, 3, 4, CY, M_AH, 'pointer C20Ah fails'
        expect  byte [got_ax + 1], 1, 'pointer C20Ah: AH'
        service 15h, 0C207h, 0, 3, 4, NC, M_AH, 'pointer C207h: none'
        service 15h, 0C200h, 0103h, 3, 4, CY, M_AH, 'pointer C200h: no handler'
        expect  byte [got_ax + 1], 5, 'pointer C200h: no handler: AH'
        service 15h, 0C202h, 0503h, 3, 4, NC, M_AH, 'pointer C202h keeps'
        service 15h, 0C203h, 0303h, 3, 4, NC, M_AH, 'pointer C203h keeps'
        service 15h, 0C204h, 0503h, 3, 4, NC, M_AH | M_BX, \
                'pointer C204h keeps'
        service 15h, 0C206h, 0103h, 3, 4, NC, M_AH, 'pointer C206h keeps'
        ret
.event: db      0

; CF = 0: E801h's numbers are each other's, 88h's and the CMOS's.
ext_memory:
        mov     ax, [got_ax]
        cmp     ax, [got_cx]
        jne     .no
        mov     bx, [got_bx]
        cmp     bx, [got_dx]
        jne     .no
        or      bx, bx
        jnz     .more
        push    ax
        mov     al, 30h
        out     70h, al
        in      al, 71h
        mov     bl, al
        mov     al, 31h
        out     70h, al
        in      al, 71h
        mov     bh, al
        pop     ax
        cmp     ax, bx
        jne     .no
        ret
.more:
        cmp     ax, 3C00h               ; all of 1 to 16 MB first
        jne     .no
        ret
.no:
        stc
        ret

; 87h: 8086: there is no memory above 1 MB and no function.
calls_move:
        push    sp
        pop     ax
        cmp     ax, sp
        je      .286
        service 15h, 8700h, 2, 8, 4, CY, M_AX, 'INT 15h 87h fails'
        ret
.286:
        mov     word [set_si], test_system.gdt
        service 15h, 8700h, 2, 8, 4, NC, M_AX, 'INT 15h 87h keeps'
        service 15h, 8700h, 2, 8001h, 4, CY, M_AX, 'INT 15h 87h: too much'
        expect  byte [got_ax + 1], 2, 'INT 15h 87h: too much: AH'
        mov     word [set_si], 5151h
        ret

calls_keyboard:
        service 16h, 0512h, 2, 3B00h, 4, ANY, M_AX, 'INT 16h 05h keeps'
        service 16h, 0112h, 2, 3, 4, ANY, M_AX, 'INT 16h 01h keeps'
        expect  word [got_ax], 3B00h, 'INT 16h 01h: AX'
        test    byte [got_flags], 40h
        call    zero_to_carry
        check   'INT 16h 01h: ZF clear'
        service 16h, 1112h, 2, 3, 4, ANY, M_AX, 'INT 16h 11h keeps'
        test    byte [got_flags], 40h
        call    zero_to_carry
        check   'INT 16h 11h: ZF clear'
        service 16h, 1012h, 2, 3, 4, ANY, M_AX, 'INT 16h 10h keeps'
        expect  word [got_ax], 3B00h, 'INT 16h 10h: AX'
        service 16h, 0112h, 2, 3, 4, ANY, 0, 'INT 16h 01h: none'
        test    byte [got_flags], 40h
        call    nonzero_to_carry
        check   'INT 16h 01h: ZF set'
        service 16h, 1112h, 2, 3, 4, ANY, 0, 'INT 16h 11h: none'
        test    byte [got_flags], 40h
        call    nonzero_to_carry
        check   'INT 16h 11h: ZF set'
        service 16h, 0512h, 2, 1C0Dh, 4, ANY, M_AX, 'INT 16h 05h again'
        service 16h, 0012h, 2, 3, 4, ANY, M_AX, 'INT 16h 00h keeps'
        service 16h, 0212h, 2, 3, 4, ANY, M_AX, 'INT 16h 02h keeps'
        service 16h, 0305h, 0113h, 3, 4, ANY, M_AX, 'INT 16h 03h keeps'
        service 16h, 0912h, 2, 3, 4, ANY, M_AX, 'INT 16h 09h keeps'
        expect  byte [got_ax], 24h, 'INT 16h 09h: AL'
        service 16h, 1212h, 2, 3, 4, ANY, M_AX, 'INT 16h 12h keeps'
        service 16h, 1312h, 2, 3, 4, ANY, 0, 'INT 16h 13h is none'
        ret

zero_to_carry:
        clc
        jz      .done
        stc
.done:
        ret

calls_clock:
        service 1Ah, 0100h, 2, 0000h, 1234h, NC, M_AX, 'INT 1Ah 01h keeps'
        service 1Ah, 0012h, 2, 3, 4, NC, M_AX | M_CX | M_DX, \
                'INT 1Ah 00h keeps'
        expect  word [got_cx], 0, 'INT 1Ah 00h: CX'
        expect  byte [got_ax], 0, 'INT 1Ah 00h: no midnight'
        service 1Ah, 0300h, 2, 2359h, 3001h, NC, M_AX, 'INT 1Ah 03h keeps'
        service 1Ah, 0200h, 2, 3, 4, NC, M_AX | M_CX | M_DX, \
                'INT 1Ah 02h keeps'
        expect  word [got_cx], 2359h, 'INT 1Ah 02h: CX'
        expect  byte [got_dx], 1, 'INT 1Ah 02h: daylight saving'
        service 1Ah, 0300h, 2, 1200h, 0000h, NC, M_AX, 'INT 1Ah 03h again'
        service 1Ah, 0500h, 2, 2026h, 0229h, NC, M_AX, 'INT 1Ah 05h keeps'
        service 1Ah, 0400h, 2, 3, 4, NC, M_AX | M_CX | M_DX, \
                'INT 1Ah 04h keeps'
        expect  word [got_cx], 2026h, 'INT 1Ah 04h: CX'
        expect  word [got_dx], 0229h, 'INT 1Ah 04h: DX'
        service 1Ah, 0600h, 2, 1300h, 0000h, NC, M_AX, 'INT 1Ah 06h keeps'
        service 1Ah, 0600h, 2, 1300h, 0000h, CY, M_AX, 'INT 1Ah 06h: is set'
        service 1Ah, 0700h, 2, 3, 4, NC, M_AX, 'INT 1Ah 07h keeps'
        service 1Ah, 0600h, 2, 1300h, 0000h, NC, M_AX, 'INT 1Ah 06h once more'
        service 1Ah, 0700h, 2, 3, 4, NC, M_AX, 'INT 1Ah 07h again'
        mov     ax, 0B101h
        int     1Ah
        jnc     test_pci
        service 1Ah, 0B101h, 2, 3, 4, CY, M_AX, 'INT 1Ah B1h: no PCI'
        ret

; With a 440FX, a PIIX3 and a VGA as devices 0 to 2.
test_pci:
        service 1Ah, 0B101h, 2, 3, 4, NC, M_AX | M_BX | M_CX | M_DX, \
                'INT 1Ah B101h'
        expect  word [got_ax], 1, 'INT 1Ah B101h: AX'
        expect  word [got_bx], 0210h, 'INT 1Ah B101h: BX'
        expect  byte [got_cx], 0, 'INT 1Ah B101h: CL'
        expect  word [got_dx], 4350h, 'INT 1Ah B101h: DX'
        mov     word [set_si], 0
        service 1Ah, 0B102h, 2, 7000h, 8086h, NC, M_AX | M_BX, 'INT 1Ah B102h'
        expect  word [got_bx], 8, 'INT 1Ah B102h: BX'
        mov     word [set_si], 1
        service 1Ah, 0B102h, 2, 7000h, 8086h, CY, M_AX | M_BX, \
                'INT 1Ah B102h, another'
        expect  byte [got_ax + 1], 86h, 'INT 1Ah B102h, another: AH'
        service 1Ah, 0B102h, 2, 7000h, 0FFFFh, CY, M_AX, \
                'INT 1Ah B102h, no maker'
        expect  byte [got_ax + 1], 83h, 'INT 1Ah B102h, no maker: AH'
        mov     word [set_di], 8
        service 1Ah, 0B10Ah, 10h, 3, 4, NC, M_AX | M_CX, 'INT 1Ah B10Ah'
        mov     word [set_di], 3Ch
        service 1Ah, 0B10Bh, 10h, 55h, 4, NC, M_AX, 'INT 1Ah B10Bh'
        service 1Ah, 0B108h, 10h, 1234h, 4, NC, M_AX | M_CX, 'INT 1Ah B108h'
        expect  word [got_cx], 1200h, 'INT 1Ah B108h: no pin, no line'
        mov     word [set_di], 61h
        service 1Ah, 0B109h, 8, 3, 4, CY, M_AX, 'INT 1Ah B109h, odd'
        expect  byte [got_ax + 1], 87h, 'INT 1Ah B109h, odd: AH'
        mov     word [set_di], 60h
        service 1Ah, 0B109h, 8, 3, 4, NC, M_AX | M_CX, 'INT 1Ah B109h'
        expect  word [got_cx], 0B0Ah, 'INT 1Ah B109h: CX'
        service 1Ah, 0B106h, 8, 3, 4, CY, M_AX, 'INT 1Ah B106h'
        expect  byte [got_ax + 1], 81h, 'INT 1Ah B106h: AH'
        mov     word [set_si], 5151h
        mov     word [set_di], 5252h
        ret
