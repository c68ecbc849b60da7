; vbeext.asm - VBE's supplements: 4F0B (pixel clock), 4F10 (power), 4F15 (the
; monitor's data).
;
; References: VESA VBE 3.0, VBE/PM 1.0, VBE/DDC 1.1, EDID 1.3.

; BL = 0: the clock nearest to ECX Hz in mode DX. The dispi registers keep the
; frame rate whatever the clock, so any is there.
vbe_clock:
        or bl, bl
        jz vbe_ok
        jmp vbe_fail

; BL = 0: version and what there is; 1: state BH (0 on, 1 stand-by, 2 suspend,
; 4 off); 2: tell. Stand-by blanks the screen, the others stop the
; synchronisation, too.
vbe_power:
        cmp bl, 1
        jb .version
        je .set
        cmp bl, 2
        ja .fail
        mov bh, 0
        mov dx, 0x3C4
        mov al, 1
        out dx, al
        inc dx
        in al, dx
        test al, 0x20
        jz .told
        inc bh
        mov dx, [CRTC]
        mov al, 0x17
        out dx, al
        inc dx
        in al, dx
        test al, 0x80
        jnz .told
        mov bh, 4
.told:  mov [bp + F_BX + 1], bh
        jmp vbe_ok
.version:
        mov word [bp + F_BX], 0x0710
        jmp vbe_ok
.fail:  jmp vbe_fail
.set:   cmp bh, 4
        ja .fail
        cmp bh, 3
        je .fail
        mov dx, 0x3C4
        mov al, 1
        out dx, al
        inc dx
        in al, dx
        and al, ~0x20
        or bh, bh
        jz .screen
        or al, 0x20
.screen:
        out dx, al
        mov dx, [CRTC]
        mov al, 0x17
        out dx, al
        inc dx
        in al, dx
        or al, 0x80
        cmp bh, 2
        jb .sync
        and al, ~0x80
.sync:  out dx, al
        jmp vbe_ok

; BL = 0: what the link can do; 1: block DX of the monitor's data to ES:DI.
; Only controller 0.
vbe_ddc:
        or cx, cx
        jnz .fail
        cmp bl, 1
        jb .link
        ja .fail
        or dx, dx
        jnz .fail
        mov si, edid
        mov cx, 128
        push cs
        pop ds
        rep movsb
        mov ds, cx
        jmp vbe_ok
.link:  mov word [bp + F_BX], 0x0102    ; a second a block; DDC2
        jmp vbe_ok
.fail:  jmp vbe_fail

; A monitor of 4:3 that follows 56 to 90 Hz, with 1024x768 at 60 Hz as what it
; likes best.
%assign edid_sum 0
%macro eb 1-*
%rep %0
        db %1
%assign edid_sum edid_sum + (%1)
%rotate 1
%endrep
%endmacro
edid:   eb 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0
        eb 0x26, 0x61, 1, 0, 1, 0, 0, 0 ; "ISA", product 1, serial 1
        eb 47, 6                        ; week, year 1996
        eb 1, 3                         ; EDID 1.3
        eb 0x08, 32, 24, 120, 0xEA      ; analog; 32x24 cm; gamma 2.2; RGB
        eb 0xEE, 0x91, 0xA3, 0x54, 0x4C, 0x99, 0x26, 0x0F, 0x50, 0x54
        eb 0xFF, 0xEF, 0x80             ; the established timings
        eb 0xD1, 0x40, 0xB1, 0x40, 0xA9, 0x40, 0x81, 0x80
        eb 1, 1, 1, 1, 1, 1, 1, 1
        eb 0x64, 0x19, 0x00, 0x40, 0x41, 0x00, 0x26, 0x30, 0x18, 0x88
        eb 0x36, 0x00, 0x40, 0xF0, 0x10, 0x00, 0x00, 0x18
        eb 0, 0, 0, 0xFD, 0, 50, 90, 24, 110, 23, 0, 10
        eb 32, 32, 32, 32, 32, 32
        eb 0, 0, 0, 0xFC, 0, 'i', 's', 'a', 'b', 'o', 'x', ' '
        eb 'C', 'R', 'T', 10, 32, 32
        eb 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        eb 0
        db -edid_sum & 255
%if $ - edid != 128
%error the monitor's data has the wrong size
%endif
