; kbd.asm - INT 09h: scan codes (set 1) to the keyboard buffer.
;
; References: IBM PS/2 and PC BIOS Interface Technical Reference, "Keyboard";
; Ralf Brown's Interrupt List, INT 09h and INT 15h 4Fh/85h. Not modelled: the
; Japanese and 122-key keyboards' extra codes.

; Port 60h is read even when the 8042 shows no byte: a program's own handler
; may have read it before it went on here. But the echo of a dialogue with the
; 8042 (kbd_quiet) is no key, nor is a byte of the pointing device.
irq1_entry:
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        push    ds
        push    es
        mov     bx, BDA_SEG
        mov     ds, bx
        mov     es, [B_EBDA]
        cld
        on_xt   .xt_key
        in      al, KBC_CMD
        test    al, 01h
        jz      .none
        test    byte [B_EQUIP], 04h
        jz      .key
        test    al, 20h
        jz      .key
        jmp     short .no_key
.none:
        cmp     byte [es:E_KBTALK], 0
        je      .key
.no_key:
        mov     al, EOI
        out     PIC1, al
        jmp     short .out
.xt_key:
        in      al, KBC_DATA
        call    xt_key_taken
        jmp     short .taken
.key:
        in      al, KBC_DATA
.taken:
        stc
        mov     ah, 4Fh
        sti
        int     15h
        cli
        push    ax
        mov     al, EOI
        out     PIC1, al                ; just once, and with interrupts off
        pop     ax
        jnc     .end                    ; somebody has used the key up
        call    kbd_code
.end:
        on_xt   .out
        mov     al, 0AEh                ; a program may have held the keyboard
        call    kbc_cmd
.out:
        pop     es
        pop     ds
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        iret

; kbd_code: AL = byte from the keyboard.
kbd_code:
        cmp     al, 0FAh
        je      kbd_ack
        cmp     al, 0FEh
        je      kbd_resend
        cmp     al, 0E0h
        je      .e0
        cmp     al, 0E1h
        je      .e1
        test    byte [B_KF3], KF3_E1
        jnz     kbd_pause
        mov     ah, al
        and     al, 7Fh
        cmp     al, 59h
        jae     .done                   ; FFh: overrun, and unknown keys
        test    byte [B_KF3], KF3_E0
        jz      .plain
        cmp     al, 2Ah                 ; shifts round the grey keys
        je      .done
        cmp     al, 36h
        je      .done
.plain:
        call    kbd_shift
        jnc     .done
        test    ah, 80h
        jnz     .done                   ; other keys' releases do nothing
        call    kbd_make
.done:
        and     byte [B_KF3], ~KF3_E0 & 0FFh
        ret
.e0:
        or      byte [B_KF3], KF3_E0
        ret
.e1:
        or      byte [B_KF3], KF3_E1
        ret

; The keyboard took a byte: the second one of an LED update follows the first.
kbd_ack:
        test    byte [B_KLED], KLED_BUSY
        jz      .none
        test    byte [B_KLED], KLED_ACK
        jnz     .end
        or      byte [B_KLED], KLED_ACK
        mov     al, [B_KLED]
        and     al, 07h
        jmp     kbc_write
.end:
        and     byte [B_KLED], ~(KLED_BUSY | KLED_ACK) & 0FFh
        jmp     kbd_leds                ; the flags may have changed meanwhile
.none:
        or      byte [B_KLED], KLED_ACK ; a program may be waiting for it
        ret

kbd_resend:
        and     byte [B_KLED], ~(KLED_BUSY | KLED_ACK) & 0FFh
        or      byte [B_KLED], 20h
        ret

; kbd_leds: starts an LED update when 40:17 and the lights differ. The rest is
; done by kbd_ack as the acknowledges come in.
kbd_leds:
        on_xt   .done                   ; no lights that we could switch
        test    byte [B_KLED], KLED_BUSY
        jnz     .done
        call    kbd_talking
        jnz     .done
        mov     al, [B_KF1]
        mov     cl, 4
        shr     al, cl
        xor     al, [B_KLED]
        and     al, 07h
        jz      .done
        xor     [B_KLED], al
        and     byte [B_KLED], ~30h & 0FFh
        or      byte [B_KLED], KLED_BUSY
        mov     al, 0EDh
        jmp     kbc_write
.done:
        ret

; kbd_talking: ZF = 0: a dialogue with the 8042 is under way, with IRQ 1 masked.
kbd_talking:
        push    es
        mov     es, [B_EBDA]
        cmp     byte [es:E_KBTALK], 0
        pop     es
        ret

; E1 1D 45 E1 9D C5. Acts on the 45; the C5 ends the sequence.
kbd_pause:
        cmp     al, 1Dh
        je      .done
        cmp     al, 9Dh
        je      .done
        and     byte [B_KF3], ~KF3_E1 & 0FFh
        cmp     al, 45h
        jne     .done
kbd_hold:
        call    kbd_talking
        jnz     kbd_pause.done          ; no key could end it
        or      byte [B_KF2], 08h
.wait:
        sti
        hlt
        test    byte [B_KF2], 08h
        jnz     .wait
        cli
kbd_pause.done:
        ret

; kbd_shift: AL = code without bit 7, AH = code. Keeps the flags of the shift
; and lock keys. CF = 1: not such a key.
kbd_shift:
        mov     bx, .keys
.find:
        cmp     al, [cs:bx]
        je      .found
        add     bx, 3
        cmp     bx, .keys_end
        jb      .find
        stc
        ret
.found:
        jmp     [cs:bx + 1]
.keys:
        db      2Ah
        dw      shift_left
        db      36h
        dw      shift_right
        db      1Dh
        dw      shift_ctrl
        db      38h
        dw      shift_alt
        db      3Ah
        dw      shift_caps
        db      45h
        dw      shift_num
        db      46h
        dw      shift_scroll
        db      52h
        dw      shift_ins
        db      54h
        dw      shift_sysreq
.keys_end:

; flag_key: BL = bit in [SI]; set on make, cleared on break. CF = 0.
flag_key:
        test    ah, 80h
        jnz     .off
        or      [si], bl
        ret                             ; OR clears CF
.off:
        not     bl
        and     [si], bl
        ret

shift_right:
        mov     bl, 01h
        jmp     short shift_common
shift_left:
        mov     bl, 02h
shift_common:
        mov     si, B_KF1
        jmp     flag_key

; Control: 40:17 bit 2 is either one, left in 40:18 bit 0, right in 40:96.
shift_ctrl:
        mov     cx, 0104h               ; left's bit, right's bit
        call    side_key
        test    byte [B_KF2], 01h
        mov     bl, 04h
        jmp     short either_key

; Alt: bit 3; letting it go enters the number typed on the keypad.
shift_alt:
        mov     cx, 0208h
        call    side_key
        test    byte [B_KF2], 02h
        mov     bl, 08h
        call    either_key
        test    byte [B_KF1], 08h
        jnz     .done
        xor     ax, ax
        xchg    al, [B_ALTPAD]
        or      al, al
        jz      .done
        call    kbd_store
.done:
        clc
        ret

; side_key: CH = bit of the left key in 40:18, CL = right key's in 40:96.
side_key:
        mov     si, B_KF2
        mov     bl, ch
        test    byte [B_KF3], KF3_E0
        jz      flag_key
        mov     si, B_KF3
        mov     bl, cl
        jmp     flag_key

; either_key: ZF = 0 when the left key is down; CL = right key's bit.
either_key:
        jnz     .set
        test    [B_KF3], cl
        jnz     .set
        not     bl
        and     [B_KF1], bl
        ret
.set:
        or      [B_KF1], bl
        ret

shift_caps:
        mov     bl, 40h
        jmp     short lock_key

; Num Lock; with Ctrl it is Pause on an 84-key keyboard.
shift_num:
        mov     bl, 20h
        test    byte [B_KF1], 04h
        jz      lock_key
        test    ah, 80h
        jnz     lock_key
        test    byte [B_KF3], KF3_E0
        jnz     lock_key
        call    kbd_hold
        clc
        ret

; Scroll Lock; with Ctrl, or as E0 46, it is Break.
shift_scroll:
        mov     bl, 10h
        test    byte [B_KF1], 04h
        jz      lock_key
        test    ah, 80h
        jnz     lock_key
        call    kbd_ctrl_break
        clc
        ret

; lock_key: BL = bit in 40:17 (toggled) and 40:18 (held); no typematic toggle.
lock_key:
        test    ah, 80h
        jnz     .release
        test    [B_KF2], bl
        jnz     .done
        or      [B_KF2], bl
        xor     [B_KF1], bl
        call    kbd_leds
        clc
        ret
.release:
        not     bl
        and     [B_KF2], bl
.done:
        clc
        ret

; Ins toggles 40:17 bit 7 and is a key too, unless it is the keypad's 0.
shift_ins:
        mov     bl, 80h
        test    ah, 80h
        jnz     .release
        test    byte [B_KF3], KF3_E0
        jnz     .insert
        test    byte [B_KF1], 0Ch       ; Ctrl and Alt: no toggle
        jnz     .key
        mov     bh, [B_KF1]
        test    bh, 20h
        jz      .num_off
        xor     bh, 03h                 ; shift undoes Num Lock
        test    bh, 03h
        jz      .key
        mov     bh, [B_KF1]
        test    bh, 03h
        jz      .key
        jmp     short .insert
.num_off:
        test    bh, 03h
        jnz     .key
.insert:
        test    [B_KF2], bl
        jnz     .key
        or      [B_KF2], bl
        xor     [B_KF1], bl
.key:
        stc
        ret
.release:
        and     byte [B_KF2], 7Fh
        clc
        ret

; SysRq: INT 15h 85h, AL = 0 pressed, 1 released.
shift_sysreq:
        test    ah, 80h
        jnz     .release
        test    byte [B_KF2], 04h
        jnz     .done
        or      byte [B_KF2], 04h
        mov     ax, 8500h
        jmp     short .call
.release:
        and     byte [B_KF2], 0FBh
        mov     ax, 8501h
.call:
        int     15h
.done:
        clc
        ret

; kbd_make: AL = code of a key that is no shift key, just pressed.
kbd_make:
        test    byte [B_KF2], 08h
        jz      .running
        and     byte [B_KF2], 0F7h      ; it ends a pause
        ret
.running:
        mov     cl, [B_KF1]
        cmp     al, 53h
        jne     .no_boot
        mov     ah, cl
        and     ah, 0Ch
        cmp     ah, 0Ch
        je      kbd_reboot
.no_boot:
        test    byte [B_KF3], KF3_E0
        jnz     kbd_make_grey
        cmp     al, 47h
        jb      .main
        cmp     al, 53h
        ja      .main
        test    cl, 08h
        jnz     kbd_alt_digit
        call    kbd_pad_shift
.main:
        mov     bl, al
        xor     bh, bh
        shl     bx, 1
        shl     bx, 1
        shl     bx, 1
        add     bx, kbd_table
        mov     al, [cs:bx]             ; Caps Lock reverses Shift for letters
        cmp     al, 'a'
        jb      kbd_pick
        cmp     al, 'z'
        ja      kbd_pick
        test    cl, 40h
        jz      kbd_pick
        test    cl, 03h
        jz      .caps
        and     cl, 0FCh
        jmp     short kbd_pick
.caps:
        or      cl, 01h

; kbd_pick: CS:BX = four words; CL = shift flags. Stores the one that applies.
kbd_pick:
        test    cl, 08h
        jnz     .alt
        test    cl, 04h
        jnz     .ctrl
        test    cl, 03h
        jz      .store
        inc     bx
        inc     bx
        jmp     short .store
.alt:
        inc     bx
        inc     bx
.ctrl:
        add     bx, 4
.store:
        mov     ax, [cs:bx]
        or      ax, ax
        jz      .done
        call    kbd_store
.done:
        ret

; kbd_pad_shift: CL = flags; Shift becomes Shift xor Num Lock.
kbd_pad_shift:
        test    cl, 20h
        jz      .done
        test    cl, 03h
        jz      .on
        and     cl, 0FCh
        ret
.on:
        or      cl, 01h
.done:
        ret

; kbd_alt_digit: Alt and a keypad digit build a character.
kbd_alt_digit:
        mov     bl, al
        xor     bh, bh
        mov     ah, [cs:bx + kbd_digits - 47h]
        cmp     ah, 0FFh
        je      kbd_make.main
        mov     bl, ah
        mov     al, 10
        mul     byte [B_ALTPAD]
        add     al, bl
        mov     [B_ALTPAD], al
        ret

; kbd_make_grey: AL = code after E0.
kbd_make_grey:
        cmp     al, 37h
        je      .print
        mov     bx, kbd_grey
.find:
        cmp     al, [cs:bx]
        je      .found
        add     bx, 9
        cmp     bx, kbd_grey_end
        jb      .find
        ret
.found:
        inc     bx
        jmp     kbd_pick
.print:
        mov     ax, 7200h
        test    cl, 04h
        jnz     .echo
        and     byte [B_KF3], ~KF3_E0 & 0FFh
        int     05h
        ret
.echo:
        jmp     kbd_store

; Ctrl-Alt-Del.
kbd_reboot:
        mov     word [B_RESET], 1234h
        jmp     BIOS_SEG:0E05Bh

; Ctrl-Break: an empty buffer holding one 0000h, INT 1Bh.
kbd_ctrl_break:
        mov     byte [B_BREAK], 80h
        mov     ax, [B_KSTART]
        mov     [B_KHEAD], ax
        mov     [B_KTAIL], ax
        int     1Bh
        xor     ax, ax
        jmp     kbd_store

; kbd_store: AX = scan code and character, into the ring. A full ring beeps.
kbd_store:
        mov     bx, [B_KTAIL]
        mov     si, bx
        inc     bx
        inc     bx
        cmp     bx, [B_KEND]
        jb      .room
        mov     bx, [B_KSTART]
.room:
        cmp     bx, [B_KHEAD]
        je      kbd_beep
        mov     [si], ax
        mov     [B_KTAIL], bx
        mov     ax, 9102h
        int     15h
        ret

; kbd_beep: 896 Hz for some 50 ms, by toggling the speaker bit.
kbd_beep:
        in      al, PORT_B
        mov     bl, al
        and     al, 0FCh
        mov     dx, 90
.wave:
        xor     al, 02h
        out     PORT_B, al
        mov     ah, al
        mov     cx, 550
.half:
        in      al, PORT_B
        loop    .half
        mov     al, ah
        dec     dx
        jnz     .wave
        mov     al, bl
        out     PORT_B, al
        ret
