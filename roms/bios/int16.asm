; int16.asm - INT 16h keyboard services.
;
; Reference: Ralf Brown's Interrupt List, INT 16h. Functions: 00h-03h, 05h,
; 09h, 10h-12h. Not modelled: 0Ah (keyboard ID), 122-key functions 20h-22h.

int16_entry:
        sti
        frame
        call    kbd_leds                ; programs write the flags themselves
        mov     ah, [bp + R_AH]
        cmp     ah, 12h
        ja      .out
        mov     bl, ah
        xor     bh, bh
        shl     bx, 1
        call    [cs:bx + .table]
.out:
        unframe
        iret
.table:
        dw      key_read, key_peek, key_flags, key_typematic
        dw      key_none, key_push, key_none, key_none
        dw      key_none, key_ability, key_none, key_none
        dw      key_none, key_none, key_none, key_none
        dw      key_read_ext, key_peek_ext, key_flags_ext

key_none:
        ret

; key_next: AX = next key without taking it; ZF = 1: none.
key_next:
        cli
        mov     bx, [B_KHEAD]
        cmp     bx, [B_KTAIL]
        je      .none
        mov     ax, [bx]
.none:
        sti
        ret

; key_drop: takes the key that key_next showed.
key_drop:
        cli
        mov     bx, [B_KHEAD]
        inc     bx
        inc     bx
        cmp     bx, [B_KEND]
        jb      .store
        mov     bx, [B_KSTART]
.store:
        mov     [B_KHEAD], bx
        sti
        ret

; key_wait: as key_next, but waits for a key, halted.
key_wait:
        call    key_next
        jnz     .done
        mov     ax, 9002h
        int     15h
.again:
        cli
        mov     bx, [B_KHEAD]
        cmp     bx, [B_KTAIL]
        jne     .have
        sti
        hlt
        call    kbd_leds
        jmp     .again
.have:
        mov     ax, [bx]
        sti
.done:
        ret

; key_standard: AX = key as the 84-key functions show it. CF = 1: they do not.
key_standard:
        cmp     ah, 0E0h                ; grey Enter and slash
        je      .grey
        cmp     ah, 84h
        ja      .no
        cmp     al, 0E0h
        jne     .yes
        or      ah, ah                  ; Alt and the keypad can enter an E0
        jz      .yes
        xor     al, al
.yes:
        clc
        ret
.grey:
        mov     ah, 1Ch
        cmp     al, '/'
        jne     .yes
        mov     ah, 35h
        clc
        ret
.no:
        stc
        ret

; 00h
key_read:
        call    key_wait
        call    key_drop
        call    key_standard
        jc      key_read
        mov     [bp + R_AX], ax
        ret

; 01h
key_peek:
        call    key_next
        jz      key_nothing
        call    key_standard
        jnc     key_something
        call    key_drop
        jmp     key_peek

; 11h
key_peek_ext:
        call    key_next
        jz      key_nothing
        call    key_extended
key_something:
        mov     [bp + R_AX], ax
        and     byte [bp + R_FL], 0BFh  ; ZF
        ret
key_nothing:
        or      byte [bp + R_FL], 40h
        ret

; 10h
key_read_ext:
        call    key_wait
        call    key_drop
        call    key_extended
        mov     [bp + R_AX], ax
        ret

; Keys entered by 05h with F0h as character: the enhanced functions' filler.
key_extended:
        cmp     al, 0F0h
        jne     .done
        or      ah, ah
        jz      .done
        xor     al, al
.done:
        ret

; 02h
key_flags:
        mov     al, [B_KF1]
        mov     [bp + R_AL], al
        ret

; 12h: AH bits: left Ctrl, left Alt, right Ctrl, right Alt, Scroll, Num, Caps
; and SysRq held down.
key_flags_ext:
        mov     al, [B_KF1]
        mov     ah, [B_KF2]
        mov     bl, ah
        and     ah, 73h
        and     bl, 04h
        mov     cl, 5
        shl     bl, cl
        or      ah, bl
        mov     bl, [B_KF3]
        and     bl, KF3_RCTRL | KF3_RALT
        or      ah, bl
        mov     [bp + R_AX], ax
        ret

; 03h 05h: typematic delay BH and rate BL.
key_typematic:
        cmp     byte [bp + R_AL], 5
        jne     .done
        on_xt   .done
        mov     bx, [bp + R_BX]
        and     bx, 031Fh
        mov     cl, 5
        shl     bh, cl
        or      bl, bh
        mov     cx, 20000               ; lights may be changing
.lights:
        in      al, PORT_B
        test    byte [B_KLED], KLED_BUSY
        loopnz  .lights
        call    kbd_quiet
        mov     al, 0F3h
        call    kbd_send
        jc      .restore
        mov     al, bl
        call    kbd_send
.restore:
        call    kbd_loud
.done:
        ret

; 05h: CX into the buffer; AL = 1 when it is full.
key_push:
        cli
        mov     bx, [B_KTAIL]
        mov     si, bx
        inc     bx
        inc     bx
        cmp     bx, [B_KEND]
        jb      .room
        mov     bx, [B_KSTART]
.room:
        mov     byte [bp + R_AL], 1
        cmp     bx, [B_KHEAD]
        je      .done
        mov     cx, [bp + R_CX]
        mov     [si], cx
        mov     [B_KTAIL], bx
        mov     byte [bp + R_AL], 0
.done:
        sti
        ret

; 09h: what is supported: 10h-12h, and 03h 05h.
key_ability:
        mov     byte [bp + R_AL], 24h
        on_xt   .xt
        ret
.xt:
        mov     byte [bp + R_AL], 20h   ; the keyboard takes no commands
        ret
