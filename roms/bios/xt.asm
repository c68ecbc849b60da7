; xt.asm - what a PC/XT's board wants in place of an AT's: its 8255, one 8259,
; a keyboard without commands, drives that no CMOS names.
;
; Reference: IBM Personal Computer XT Technical Reference, "System BIOS" and
; "System Board". The board tells that it is one by the model byte (fixed.asm).
; Not modelled: hard disks, a drive type other than 360K and 1.44M (which reads
; all others' disks).

PPI_C           equ 62h
PPI_CONTROL     equ 63h
XT_NMI          equ 0A0h        ; bit 7 lets NMI through
XT_INPUTS       equ 99h         ; mode word: A and C in, B out
XT_CLEAR        equ 0C8h        ; port B: keyboard cleared, switches 5 to 8
XT_KEYS         equ 48h         ; keyboard on, checks on, speaker off

; xt_board_init: the 8255, and the 8259 with IRQ 0, 1, 2 and 6 open.
xt_board_init:
        mov     al, XT_INPUTS
        out     PPI_CONTROL, al
        mov     al, XT_CLEAR
        out     PORT_B, al
        mov     al, 13h                 ; single, edges
        out     PIC1, al
        mov     al, 08h
        out     PIC1_IMR, al
        mov     al, 09h                 ; buffered, 8086
        out     PIC1_IMR, al
        mov     al, 10111000b
        out     PIC1_IMR, al
        mov     al, 80h
        out     XT_NMI, al
        ret

; xt_keyboard: lets it send; its self test's code is the first.
xt_keyboard:
        mov     al, XT_KEYS
        out     PORT_B, al
        sti
        ret

; xt_switches: AL = SW1, 1: off.
xt_switches:
        push    bx
        push    cx
        pushf
        cli
        in      al, PORT_B
        mov     bl, al
        and     al, 0F7h
        out     PORT_B, al
        in      al, PPI_C
        and     al, 0Fh
        mov     ah, al
        mov     al, bl
        or      al, 08h
        out     PORT_B, al
        in      al, PPI_C
        mov     cl, 4
        shl     al, cl
        or      ah, al
        mov     al, bl
        out     PORT_B, al
        mov     al, ah
        popf
        pop     cx
        pop     bx
        ret

; xt_equip: 40:10h from the switches; both of the display's on: its own BIOS
; says, and until then it is in colour.
xt_equip:
        call    xt_switches
        test    al, 30h
        jnz     .set
        or      al, 20h
.set:
        or      [B_EQUIP], al
        jmp     xt_floppies

; xt_floppies: E_XTFDD, as CMOS byte 10h of an AT.
xt_floppies:
        call    xt_switches
        xor     dx, dx
        test    al, 0C0h
        pushf
        call    xt_drive
        mov     ah, al
        popf
        mov     al, 0
        jz      .one
        push    ax
        mov     dl, 1
        call    xt_drive
        pop     dx
        mov     ah, dh
.one:
        mov     cl, 4
        shl     ah, cl
        or      al, ah
        mov     es, [B_EBDA]
        mov     [es:E_XTFDD], al
        ret

; xt_drive: DL = drive; AL = 1 when its heads can't go to cylinder 50, 4 when
; they can, 0 when no controller answers. Forty cylinders are known by how soon
; the way back leads to track 0.
xt_drive:
        frame
        mov     word [bp + R_AX], 0
        mov     byte [bp + R_DH], 0
        call    fdc_ready
        jc      .done
        call    fdc_recalibrate
        jc      .done
        mov     al, 50
        call    fdc_step_to
        jc      .done
        mov     al, 4
        call    fdc_step_to
        jc      .done
        mov     al, 04h                 ; sense drive status
        call    fdc_put
        jc      .done
        call    fdc_head_drive
        call    fdc_put
        jc      .done
        call    fdc_get
        jc      .done
        mov     byte [bp + R_AL], 4
        test    al, 10h                 ; track 0
        jz      .done
        mov     byte [bp + R_AL], 1
.done:
        call    fdc_drive_bit           ; where the heads are is not known
        not     al
        and     [B_RECAL], al
        unframe
        ret

; xt_key_taken: the keyboard may send its next code.
xt_key_taken:
        push    ax
        in      al, PORT_B
        mov     ah, al
        or      al, 80h
        out     PORT_B, al
        mov     al, ah
        out     PORT_B, al
        pop     ax
        ret

; INT 15h C0h of a PC/XT: INT 15h 4Fh and an EBDA.
xt_config_table:
        dw      8
        db      0FBh, 00h, 01h          ; model XT of 1986
        db      00010100b
        db      01000000b
        db      0, 0, 0
