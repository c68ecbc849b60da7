; kbc.asm - 8042 keyboard controller: primitives and set-up.
;
; Reference: IBM PS/2 Hardware Interface Technical Reference, "Keyboard and
; auxiliary device controller". Every loop is bounded; nothing is waited for
; when the controller answers at once.

; kbc_in_free: waits until the controller takes a byte. CF = 1: it does not.
kbc_in_free:
        push    ax
        push    cx
        mov     cx, 8000
.wait:
        in      al, KBC_CMD
        test    al, 02h
        jz      .done
        loop    .wait
        stc
.done:
        pop     cx
        pop     ax
        ret

; kbc_cmd: AL = command for port 64h.
kbc_cmd:
        call    kbc_in_free
        out     KBC_CMD, al
        ret

; kbc_write: AL = byte for port 60h.
kbc_write:
        call    kbc_in_free
        out     KBC_DATA, al
        ret

; kbc_read: AL = byte of port 60h, AH = status before. CF = 1: none came in
; about 20 ms.
kbc_read:
        push    cx
        mov     cx, 20000
.wait:
        in      al, KBC_CMD
        test    al, 01h
        jnz     .have
        loop    .wait
        stc
        pop     cx
        ret
.have:
        mov     ah, al
        in      al, KBC_DATA
        clc
        pop     cx
        ret

; kbc_flush: throws away what waits in the output buffer.
kbc_flush:
        push    ax
        push    cx
        mov     cx, 32
.next:
        in      al, KBC_CMD
        test    al, 01h
        jz      .done
        in      al, KBC_DATA
        loop    .next
.done:
        pop     cx
        pop     ax
        ret

; kbc_get_mode, kbc_set_mode: AL = command byte.
kbc_get_mode:
        mov     al, 20h
        call    kbc_cmd
        jmp     kbc_read
kbc_set_mode:
        push    ax
        mov     al, 60h
        call    kbc_cmd
        pop     ax
        jmp     kbc_write

; kbd_send: AL = byte for the keyboard, with its interrupt off. A key that comes
; before the reply is kept. CF = 1: no ACK.
kbd_send:
        call    kbc_write
        push    cx
        mov     cx, 8
.reply:
        call    kbc_read
        jc      .done
        cmp     al, 0FAh
        je      .done
        cmp     al, 0FEh
        je      .fail
        call    kbd_take
        loop    .reply
.fail:
        stc
.done:
        pop     cx
        ret

; kbd_take: AL = byte of the keyboard that a dialogue has read: as INT 09h.
kbd_take:
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        stc
        mov     ah, 4Fh
        int     15h
        jnc     .done
        call    kbd_code
.done:
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

; v86_mode: CF = 1: a monitor runs this in virtual-8086 mode. It owns the 8042
; then, and answers for it as it likes.
v86_mode:
        push    ax
        push    es
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 3
        cmc
        jnc     .done
        cpu     286
        smsw    ax
        cpu     8086
        shr     al, 1                   ; PE
.done:
        pop     es
        pop     ax
        ret

; kbd_quiet: IRQ 1 masked, for a dialogue that reads replies. The interrupt they
; leave pending is no key: E_KBTALK bit 0 says so, bit 1 keeps the mask.
kbd_quiet:
        pushf
        push    ax
        push    es
        mov     es, [B_EBDA]
        cli
        in      al, PIC1_IMR
        mov     ah, al
        or      al, 02h
        out     PIC1_IMR, al
        and     ah, 02h
        or      ah, 01h
        mov     [es:E_KBTALK], ah
        pop     es
        pop     ax
        popf
        ret

; kbd_loud: after it: lets that interrupt come. Interrupts are on afterwards.
kbd_loud:
        push    ax
        push    es
        mov     es, [B_EBDA]
        test    byte [es:E_KBTALK], 02h
        jnz     .masked
        mov     byte [es:E_KBTALK], 01h
        cli
        in      al, PIC1_IMR
        and     al, 0FDh
        out     PIC1_IMR, al
        sti
        in      al, PORT_B
        in      al, PORT_B
.masked:
        sti
        mov     byte [es:E_KBTALK], 0
        pop     es
        pop     ax
        ret

; kbc_init: self test, keyboard back to its defaults (set 2, translated to set
; 1), IRQ 1 on; turns interrupts on. The keyboard itself is not reset: that
; takes it half a second.
kbc_init:
        on_xt   xt_keyboard
        call    kbd_quiet
        call    .dialogue
        jmp     kbd_loud
.dialogue:
        mov     al, 0ADh
        call    kbc_cmd
        call    kbc_flush
        mov     al, 0AAh
        call    kbc_cmd
        call    kbc_read
        jc      .fail
        cmp     al, 55h
        jne     .fail
        mov     al, 0A7h                ; pointer off until it is asked for
        call    kbc_cmd
        mov     al, 64h                 ; translate, both clocks: kbd on
        call    kbc_set_mode
        mov     al, 0AEh
        call    kbc_cmd
        mov     al, 0F6h                ; defaults, and scanning goes on
        call    kbd_send
        jc      .quiet
        mov     al, 0F4h
        call    kbd_send
.quiet:
        mov     al, 65h                 ; and IRQ 1
        jmp     kbc_set_mode
.fail:
        mov     si, .text
        jmp     debug_puts
.text:  db      'BIOS: keyboard controller does not answer', 10, 0
