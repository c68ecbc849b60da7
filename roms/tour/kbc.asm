; kbc.asm - page: the keyboard controller.
;
; The 8042 sits between the CPU and the keyboard (and the mouse). Port 64h
; reads its status, port 60h what it has to say: key codes, mouse bytes, its
; own answers. A byte to port 64h is a command for the controller, to port 60h
; a command's argument or a byte for the keyboard. Its output port has bit 0
; on the CPU's reset line and bit 1 on the A20 gate, which is why the 21st
; address line of a PC is the keyboard controller's business.
;
; Shown: status, configuration, output port, the last codes, shift state, and
; whether A20 is on. Reference: IBM PS/2 Hardware Interface Technical Reference,
; "Keyboard and auxiliary device controller".

KBC_READ_CONFIG equ     20h
KBC_SET_CONFIG  equ     60h
KBC_SELFTEST    equ     0AAh            ; answers 55h
KBC_TEST_LINE   equ     0ABh            ; answers 00h
KBC_OFF         equ     0ADh            ; keyboard's clock held low
KBC_ON          equ     0AEh
KBC_READ_OUT    equ     0D0h            ; output port
KBC_SET_OUT     equ     0D1h
KEY_ECHO        equ     0EEh            ; keyboard: answers EEh
KEY_LEDS        equ     0EDh            ; keyboard: answers FAh, then a byte
PORT_A          equ     92h             ; bit 1: A20 as well

kbc_codes:      times 16 db 0           ; ring of the last codes
kbc_at:         dw      0
kbc_old9:       dw      0, 0

; kbc_can_write, kbc_can_read: CF = 1 when a byte may be written, is there.
kbc_can_write:
        in      al, KBC_STATUS
        not     al
        shr     al, 1
        shr     al, 1                   ; bit 1: input buffer full
        ret
kbc_can_read:
        in      al, KBC_STATUS
        shr     al, 1                   ; bit 0: output buffer full
        ret

; kbc_command: AL = command. CF = 1: the controller does not take it.
kbc_command:
        push    bx
        push    ax
        mov     bx, kbc_can_write
        mov     ax, 500
        call    wait_until
        cmc
        pop     ax
        jc      .done
        out     KBC_STATUS, al
.done:
        pop     bx
        ret

; kbc_write: AL = byte for port 60h; kbc_read: AL = byte, FFh and CF = 1: none.
kbc_write:
        push    bx
        push    ax
        mov     bx, kbc_can_write
        mov     ax, 500
        call    wait_until
        cmc
        pop     ax
        jc      .done
        out     KBC_DATA, al
.done:
        pop     bx
        ret
kbc_read:
        push    bx
        mov     bx, kbc_can_read
        mov     ax, 500
        call    wait_until
        cmc
        mov     al, 0FFh
        jc      .done
        in      al, KBC_DATA
.done:
        pop     bx
        ret

; kbc_ask: AL = command: AL = answer.
kbc_ask:
        call    kbc_command
        call    kbc_read
        ret

; kbc_quiet: no IRQ 1 comes between, and nothing is left to read; kbc_loud:
; ends that. Interrupts of bytes that were read here are dropped.
kbc_quiet:
        push    ax
        push    cx
        push    dx
        in      al, PIC1_IMR
        or      al, 2
        out     PIC1_IMR, al
        HOOK    09h, kbc_drop, kbc_old9
.drain:
        call    kbc_can_read
        jnc     .done
        in      al, KBC_DATA
        jmp     short .drain
.done:
        pop     dx
        pop     cx
        pop     ax
        ret
kbc_loud:
        push    ax
        push    cx
        push    dx
        in      al, PIC1_IMR
        and     al, 0FDh
        out     PIC1_IMR, al
        mov     ax, 1
        call    wait_ms
        UNHOOK  09h, kbc_old9
        pop     dx
        pop     cx
        pop     ax
        ret
kbc_drop:
        push    ax
        call    kbc_can_read
        jnc     .end
        in      al, KBC_DATA
.end:
        mov     al, OCW2_EOI
        out     PIC1, al
        pop     ax
        iret

; kbc_put: AL = code, as if a key had sent it.
kbc_put:
        push    ax
        mov     al, KBC_PUT
        call    kbc_command
        pop     ax
        jmp     kbc_write

; a20_set: AL = 1 on, 0 off, by the controller's output port; the other bits
; stay: bit 0 = 0 would reset the CPU.
a20_set:
        push    ax
        push    bx
        mov     bl, al
        shl     bl, 1
        call    kbc_quiet
        mov     al, KBC_READ_OUT
        call    kbc_ask
        and     al, 0FCh
        or      al, 1
        or      bl, al
        mov     al, KBC_SET_OUT
        call    kbc_command
        mov     al, bl
        call    kbc_write
        mov     bx, kbc_can_write       ; until it has taken the byte
        mov     ax, 500
        call    wait_until
        call    kbc_loud
        pop     bx
        pop     ax
        ret

; a20_fast: AL = 1 on, 0 off, by port 92h.
a20_fast:
        push    ax
        mov     ah, al
        shl     ah, 1
        in      al, PORT_A
        and     al, 0FCh                ; bit 0 = 1 would reset the CPU
        or      al, ah
        out     PORT_A, al
        pop     ax
        ret

; a20_test: ZF = 1: off: 10:0000h is another name for 00:0000h.
a20_test:
        push    ax
        push    ds
        push    es
        cli
        xor     ax, ax
        mov     ds, ax
        dec     ax
        mov     es, ax                  ; FFFF:0610 is 100600h
        push    word [0600h]            ; nobody's, but put back
        mov     word [0600h], 1234h
        cmp     word [es:0610h], 1234h
        jne     .done
        mov     word [0600h], 0EDCBh
        cmp     word [es:0610h], 0EDCBh
.done:
        pop     word [0600h]            ; keeps ZF
        sti
        pop     es
        pop     ds
        pop     ax
        ret

; kbc_int15: the BIOS offers each code to INT 15h, AH = 4Fh, before it uses it.
kbc_old15:      dw      0, 0
kbc_int15:
        cmp     ah, 4Fh
        jne     .done
        push    bx
        mov     bx, [cs:kbc_at]
        mov     [cs:kbc_codes + bx], al
        inc     bx
        and     bx, 15
        mov     [cs:kbc_at], bx
        pop     bx
        stc                             ; yes, use it
.done:
        jmp     far [cs:kbc_old15]

kbc_page:
        NOTE    2, 'Port 64h: status and commands. Port 60h: data. Press ', \
                   'keys, watch the codes.'
        HELP    'F1: A20 by the controller   F2: A20 by port 92h   F3: put ', \
                'code 1E (A)'
        HOOK    15h, kbc_int15, kbc_old15
        mov     bx, kbc_show
        mov     di, kbc_key
        call    page_loop
        UNHOOK  15h, kbc_old15
        ret

kbc_key:
        cmp     ah, 3Bh                 ; F1
        je      .slow
        cmp     ah, 3Ch
        je      .fast
        cmp     ah, 3Dh
        jne     .done
        mov     al, 1Eh
        call    kbc_put
        mov     al, 9Eh
        jmp     kbc_put
.slow:
        call    kbc_other
        jmp     a20_set
.fast:
        call    kbc_other
        jmp     a20_fast
.done:
        ret

; kbc_other: AL = 1 if A20 is off, 0 if it is on.
kbc_other:
        call    a20_test
        mov     al, 1
        jz      .done
        dec     ax
.done:
        ret

kbc_show:
        in      al, KBC_STATUS
        FIELD   4, 2, 'Status (64h)      '
        call    print_bin8
        COLOR   NORMAL
        PRINT   '   0 output full, 1 input full, 4 unlocked'
        call    kbc_quiet
        FIELD   5, 2, 'Configuration (20)'
        mov     al, KBC_READ_CONFIG
        call    kbc_ask
        call    print_bin8
        COLOR   NORMAL
        PRINT   '   0 IRQ 1, 1 IRQ 12, 4 off, 6 translate'
        FIELD   6, 2, 'Output port (D0)  '
        mov     al, KBC_READ_OUT
        call    kbc_ask
        call    print_bin8
        COLOR   NORMAL
        PRINT   '   0 no reset, 1 A20'
        call    kbc_loud
        FIELD   8, 2, 'A20               '
        call    a20_test
        jz      .off
        PRINT   'on: FFFF:0610 is 100600h '
        jmp     short .codes
.off:
        PRINT   'off: FFFF:0610 is 000600h'
.codes:
        FIELD   10, 2, 'Last codes        '
        mov     bx, [kbc_at]
        mov     cx, 16
.code:
        mov     al, [kbc_codes + bx]
        call    print_hex8
        PRINT   ' '
        inc     bx
        and     bx, 15
        loop    .code
        NOTE    11, 'A break code is the make code + 80h; E0 goes before ', \
                    'the newer keys.'
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        FIELD   13, 2, 'Shift state 40:17 '
        mov     al, [es:BDA_SHIFT]
        call    print_bin8
        COLOR   NORMAL
        PRINT   '   Ins Caps Num Scroll, Alt Ctrl Left Right'
        FIELD   14, 2, 'Buffer head, tail '
        mov     ax, [es:1Ah]
        call    print_hex16
        PRINT   ' '
        mov     ax, [es:1Ch]
        call    print_hex16
        pop     es
        ret

kbc_test:
        call    kbc_test_commands
        call    kbc_test_keyboard
        call    kbc_test_put
        call    kbc_test_a20
        ret

kbc_test_commands:
        call    kbc_quiet
        mov     al, KBC_READ_CONFIG
        call    kbc_ask
        mov     bl, al                  ; BL = configuration, put back below
        mov     al, KBC_SELFTEST
        call    kbc_ask
        cmp     al, 55h
        CHECK_Z 'kbc: the self test answers 55h'
        mov     al, KBC_TEST_LINE
        call    kbc_ask
        cmp     al, 0
        CHECK_Z 'kbc: the keyboard line tests good'
        mov     al, KBC_SET_CONFIG
        call    kbc_command
        mov     al, bl
        call    kbc_write
        mov     al, KBC_READ_CONFIG
        call    kbc_ask
        cmp     al, bl
        CHECK_Z 'kbc: the configuration reads back'
        mov     al, KBC_ON
        call    kbc_command
        mov     al, KBC_READ_OUT
        call    kbc_ask
        test    al, 1
        CHECK_NZ 'kbc: output port bit 0 is set: no reset'
        call    kbc_loud
        ret

kbc_test_keyboard:
        call    kbc_quiet
        mov     al, KEY_ECHO
        call    kbc_write
        call    kbc_read
        cmp     al, KEY_ECHO
        CHECK_Z 'kbc: the keyboard answers an echo'
        mov     al, KEY_LEDS
        call    kbc_write
        call    kbc_read
        mov     bl, al
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     al, [es:97h]            ; LEDs as the BIOS has them
        pop     es
        and     al, 7
        call    kbc_write
        call    kbc_read
        mov     bh, al
        cmp     bx, 0FAFAh
        CHECK_Z 'kbc: and acknowledges its LEDs'
        call    kbc_loud
        ret

; A code that the controller is told to put is a key for the BIOS.
kbc_test_put:
        call    key_poll
        jnz     kbc_test_put            ; forget what was typed
        mov     al, 1Eh
        call    kbc_put
        mov     al, 9Eh
        call    kbc_put
        mov     bx, .key
        mov     ax, 500
        call    wait_until
        call    key_poll
        and     al, 0DFh                ; caps lock may be on
        cmp     ax, 1E41h
        CHECK_Z 'kbc: code 1Eh comes out of INT 16h as an A'
        ret
.key:
        mov     ah, 1
        int     16h
        jz      .none
        stc
        ret
.none:
        clc
        ret

; The gate has two handles. Off by both, on by one, and the same the other way.
kbc_test_a20:
        cmp     byte [cpu_level], CPU_286
        jae     .try
        call    a20_test
        CHECK_Z 'kbc: 20 address lines: FFFF:0610 is 0000:0600'
        ret
.try:
        mov     bl, 1
        call    a20_test
        jnz     .found
        dec     bx                      ; BL = as it was
.found:
        mov     al, 0
        call    a20_fast
        call    a20_set
        call    a20_test
        CHECK_Z 'kbc: A20 off: FFFF:0610 is 0000:0600'
        mov     al, 1
        call    a20_set
        call    a20_test
        CHECK_NZ 'kbc: A20 on by the controller: it is not'
        mov     al, 0
        call    a20_set
        call    a20_fast
        call    a20_test
        CHECK_Z 'kbc: A20 off again'
        mov     al, 1
        call    a20_fast
        call    a20_test
        CHECK_NZ 'kbc: A20 on by port 92h'
        mov     al, bl
        call    a20_fast
        call    a20_set
        ret
