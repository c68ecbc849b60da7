; tsystem.asm - biostest: INT 15h, INT 1Ah, IRQ 0, 8 and 12, ports.

test_system:
        mov     ah, 0C0h
        int     15h
        check   'INT 15h C0h'
        expect  word [es:bx], 8, 'configuration table length'
        expect  byte [es:bx + 2], 0FCh, 'configuration table model'
        mov     ah, 0C1h
        int     15h
        mov     ax, es
        expect  ax, [40Eh], 'INT 15h C1h'
        xor     ax, ax
        mov     es, ax
        mov     ah, 0BEh
        int     15h
        cmc
        check   'INT 15h unknown function'
        expect  ah, 86h, 'INT 15h unknown function: 86h'
        mov     ah, 88h
        int     15h
        check   'INT 15h 88h'
        or      ax, ax
        jz      test_small
        mov     [.kb], ax
        mov     ax, 0E801h
        int     15h
        check   'INT 15h E801h'
        expect  ax, cx, 'E801h: AX = CX'
; A20
        mov     ax, 2402h
        int     15h
        mov     [.gate], al
        mov     ax, 2401h
        int     15h
        mov     ax, 2402h
        int     15h
        expect  al, 1, 'A20 opened'
        mov     ax, 2400h
        int     15h
        mov     ax, 2402h
        int     15h
        expect  al, 0, 'A20 closed'
        mov     ax, 2400h
        add     al, [.gate]
        int     15h
; Block move to 1 MB + 64 KB and back.
        mov     ax, 0ABCDh
        mov     cx, 4096
        call    fill
        mov     byte [.gdt + 12h + 2], BUF / 1000h
        mov     byte [.gdt + 1Ah + 2], 11h
        mov     cx, 2048
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        check   'INT 15h 87h up'
        expect  ah, 0, 'INT 15h 87h status'
        mov     byte [.gdt + 12h + 2], 11h
        mov     byte [.gdt + 1Ah + 2], BUF2 / 1000h
        mov     cx, 2048
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        check   'INT 15h 87h down'
        mov     cx, 4096
        call    same
        check   'INT 15h 87h: the same bytes'
        mov     word [.gdt + 18h], 0FFEh        ; a byte less than is moved
        mov     cx, 2048
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        cmc
        check   'INT 15h 87h: a segment that is too short'
        expect  ah, 2, 'INT 15h 87h: its status'
        mov     word [.gdt + 18h], 0FFFFh
        mov     byte [.gdt + 1Dh], 91h          ; nobody may write there
        mov     cx, 2048
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        cmc
        check   'INT 15h 87h: an exception'
        expect  ah, 2, 'INT 15h 87h: the status of an exception'
        mov     byte [.gdt + 1Dh], 93h
        mov     ax, 2402h
        int     15h
        expect  al, [.gate], 'A20 as before the exception'
        pushf
        pop     ax
        or      ah, 70h                         ; which a 286 doesn't keep
        push    ax
        popf
        pushf
        pop     ax
        test    ah, 70h
        jz      .long
        mov     word [.gdt + 18h], 0
        mov     byte [.gdt + 1Eh], 1            ; 64 KB and a byte
        mov     cx, 2048
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        check   "INT 15h 87h: a 386's limit"
        mov     byte [.gdt + 1Eh], 0
.long:
        mov     word [.gdt + 18h], 0FFFFh
        mov     ax, 2402h
        int     15h
        expect  al, [.gate], 'A20 as before the move'
        call    test_e820
        jmp     short test_small
.kb:    dw      0
.gate:  db      0
.gdt:   times 16 db 0
        dw      0FFFFh, 0
        db      0, 93h, 0, 0
        dw      0FFFFh, 0
        db      0, 93h, 0, 0
        times 16 db 0

test_small:
        mov     ax, 5300h
        mov     bx, 0
        int     15h
        check   'APM installed'
        expect  bx, 504Dh, 'APM signature'
        mov     ax, 5301h
        mov     bx, 0
        int     15h
        check   'APM connect'
        mov     ax, 530Ah
        mov     bx, 1
        int     15h
        check   'APM power status'
        mov     ax, 530Bh
        int     15h
        expect  ah, 80h, 'APM: no event'
        mov     ax, 5304h
        mov     bx, 0
        int     15h
        check   'APM disconnect'
        mov     ax, 9000h
        int     15h
        check   'INT 15h 90h'
        expect  ah, 0, 'INT 15h 90h status'
        mov     ah, 02h
        mov     dx, 0
        int     17h
        check   'INT 17h 02h returns'
        mov     ah, 03h
        mov     dx, 3
        int     14h
        cmp     word [406h], 0
        jne     .com4
        expect  ah, 03h, 'INT 14h without a port'
.com4:
        ret

; E820h walks to its end, and the first range starts at 0. 386 only.
test_e820:
        pushf
        pop     ax
        or      ah, 70h
        push    ax
        popf
        pushf
        pop     ax
        test    ah, 70h
        jnz     .386
        ret
.386:
        cpu     386
        xor     ebx, ebx
        mov     bp, 0
.next:
        mov     eax, 0E820h
        mov     edx, 534D4150h
        mov     ecx, 20
        mov     di, .range
        int     15h
        jc      .fail
        cmp     eax, 534D4150h
        jne     .fail
        cmp     ecx, 20
        jne     .fail
        call    e820_range
        inc     byte [.ranges]
        cmp     byte [.ranges], 20
        ja      .fail
        or      ebx, ebx
        jnz     .next
        cmp     bp, 7
        jne     .fail
        mov     eax, 0E820h
        mov     edx, 534D4151h
        mov     ecx, 20
        int     15h
        jnc     .fail
        mov     eax, 0E820h
        mov     edx, 534D4150h
        mov     ecx, 19
        int     15h
        jnc     .fail
        cpu     8086
        clc
        jmp     short .end
.fail:
        stc
.end:
        check   'E820h'
        ret
.range: times 20 db 0
.ranges: db     0

; What the range adds to BP: bits 0 base memory, 1 extended memory, 2 what ends
; at 1 MB, 3 something wrong.
e820_range:
        cpu     386
        mov     edi, [test_e820.range]
        mov     eax, [test_e820.range + 8]
        cmp     dword [test_e820.range + 16], 1
        jne     .reserved
        movzx   ecx, word [413h]        ; KB
        shl     ecx, 10
        mov     dx, 1
        or      edi, edi
        jz      .compare
        movzx   ecx, word [test_system.kb]
        cmp     cx, 0FC00h              ; more than 88h can tell
        jne     .kb
        mov     ecx, eax
        shr     ecx, 10
.kb:
        shl     ecx, 10
        mov     dx, 2
        cmp     edi, 100000h
        jne     .wrong
.compare:
        cmp     eax, ecx
        jne     .wrong
        or      bp, dx
        ret
.wrong:
        or      bp, 8
        ret
.reserved:
        cmp     dword [test_e820.range + 16], 2
        jne     .wrong
        add     eax, edi
        cmp     eax, 100000h
        jne     .other
        or      bp, 4
.other:
        ret
        cpu     8086

; The clock.
test_clock:
        mov     word [1Ch * 4], .tick
        mov     word [1Ch * 4 + 2], 0
        mov     ah, 0
        int     1Ah
        mov     bx, dx
.run:
        mov     ah, 0
        int     1Ah
        sub     dx, bx
        cmp     dx, 3
        jb      .run
        mov     word [1Ch * 4], 0FF53h
        mov     word [1Ch * 4 + 2], 0F000h
        cmp     byte [.ticks], 3
        cmc
        cmc
        check   'INT 1Ch at each tick'
        mov     ah, 02h
        int     1Ah
        check   'INT 1Ah 02h'
        mov     ah, 04h
        int     1Ah
        check   'INT 1Ah 04h'
        cmp     ch, 20h
        call    equal_to_carry
        check   'INT 1Ah 04h: century'
        mov     ah, 86h
        mov     cx, 0
        mov     dx, 20000
        int     15h
        check   'INT 15h 86h'
        mov     ax, 8300h
        mov     bx, .event
        mov     cx, 4
        mov     dx, 37856               ; 300 ms
        int     15h
        check   'INT 15h 83h'
        mov     ax, 8300h
        mov     bx, .event
        mov     cx, 4
        mov     dx, 37856               ; 300 ms
        int     15h
        cmc
        check   'INT 15h 83h: one at a time'
        mov     ah, 0
        int     1Ah
        mov     bx, dx
.wait:
        test    byte [.event], 80h
        jnz     .seen
        mov     ah, 0
        int     1Ah
        sub     dx, bx
        cmp     dx, 20
        jb      .wait
.seen:
        expect  byte [.event], 80h, 'INT 15h 83h: event posted'
; Time: set it, and an alarm two seconds later.
        mov     ah, 03h
        mov     cx, 1234h
        mov     dx, 5600h
        int     1Ah
        mov     ah, 02h
        int     1Ah
        expect  cx, 1234h, 'INT 1Ah 03h'
        mov     word [4Ah * 4], .alarm
        mov     word [4Ah * 4 + 2], 0
        mov     ah, 06h
        mov     cx, 0FFFFh              ; any hour and minute
        mov     dx, 5800h
        int     1Ah
        check   'INT 1Ah 06h'
        mov     ah, 06h
        int     1Ah
        cmc
        check   'INT 1Ah 06h: one at a time'
        mov     ah, 0
        int     1Ah
        mov     bx, dx
.ring:
        cmp     byte [.rang], 0
        jne     .rung
        mov     ah, 0
        int     1Ah
        sub     dx, bx
        cmp     dx, 60
        jb      .ring
.rung:
        expect  byte [.rang], 1, 'alarm calls INT 4Ah'
        mov     ah, 07h
        int     1Ah
        check   'INT 1Ah 07h'
        mov     ah, 05h
        mov     cx, 1999h
        mov     dx, 1231h
        int     1Ah
        mov     ah, 04h
        int     1Ah
        expect  cx, 1999h, 'INT 1Ah 05h: year'
        expect  dx, 1231h, 'INT 1Ah 05h: day'
        mov     ah, 01h
        mov     cx, 0018h
        mov     dx, 00A0h
        int     1Ah
        mov     bx, 200
.midnight:
        mov     ah, 86h
        mov     cx, 0
        mov     dx, 10000
        int     15h
        mov     ah, 0
        int     1Ah
        or      al, al
        jnz     .new_day
        dec     bx
        jnz     .midnight
.new_day:
        expect  al, 1, 'midnight flag'
        expect  cx, 0, 'midnight: count starts over'
        ret
.ticks: db      0
.event: db      0
.rang:  db      0
.tick:
        inc     byte [cs:.ticks]
        iret
.alarm:
        inc     byte [cs:.rang]
        iret

; The pointing device: a packet that the 8042 is told to deliver (D3h).
test_pointer:
        test    byte [410h], 04h
        jnz     .present
        ret
.present:
        mov     ax, 0C205h
        mov     bh, 3
        int     15h
        check   'pointer C205h'
        mov     ax, 0C201h
        int     15h
        check   'pointer C201h'
        expect  bl, 0AAh, 'pointer C201h: BAT'
        mov     ax, 0C202h
        mov     bh, 5
        int     15h
        check   'pointer C202h'
        mov     ax, 0C203h
        mov     bh, 3
        int     15h
        check   'pointer C203h'
        mov     ax, 0C204h
        int     15h
        check   'pointer C204h'
        expect  bh, 0, 'pointer C204h: type'
        mov     ax, 0C206h
        mov     bh, 0
        int     15h
        check   'pointer C206h'
        expect  dl, 100, 'pointer C206h: rate'
        mov     bx, .handler
        mov     ax, 0C207h
        int     15h
        check   'pointer C207h'
        mov     ax, 0C200h
        mov     bh, 1
        int     15h
        check   'pointer C200h'
        mov     al, 09h
        call    .byte
        mov     al, 12h
        call    .byte
        mov     al, 34h
        call    .byte
        expect  word [.status], 0009h, 'pointer packet: status'
        expect  word [.x], 0012h, 'pointer packet: X'
        expect  word [.y], 0034h, 'pointer packet: Y'
        mov     ax, 0C200h
        mov     bh, 0
        int     15h
        check   'pointer C200h off'
        mov     si, test_keyboard.shifts
        keytest 00h, 'keyboard still alive', 1Eh, 9Eh, 0FFh, 61h, 1Eh
        ret
.byte:
        push    ax
        call    inject.free
        mov     al, 0D3h
        out     64h, al
        call    inject.free
        pop     ax
        out     60h, al
        mov     cx, 2000
.wait:
        in      al, 61h
        loop    .wait
        ret
.status: dw     0
.x:     dw      0
.y:     dw      0
.handler:
        push    bp
        mov     bp, sp
        mov     ax, [bp + 12]
        mov     [cs:.status], ax
        mov     ax, [bp + 10]
        mov     [cs:.x], ax
        mov     ax, [bp + 8]
        mov     [cs:.y], ax
        pop     bp
        retf
