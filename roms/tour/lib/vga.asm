; vga.asm - what the pages about video share.
;
; The VGA's registers hide behind pairs of ports: an index, then data.
; Reference: IBM VGA hardware interface, chapter "VGA function" of the PS/2
; Technical Reference.

SEQ             equ     3C4h            ; sequencer
GC              equ     3CEh            ; graphics controller
CRTC            equ     3D4h
ATTR            equ     3C0h            ; index and data in turn
DAC_READ        equ     3C7h            ; index to read from
DAC_WRITE       equ     3C8h            ; index to write to
DAC_DATA        equ     3C9h            ; red, green, blue
STATUS1         equ     3DAh            ; bit 3: retrace, 0: nothing shown

; OUTW port, index, value : both bytes at once. Changes AX, DX.
%macro OUTW 3
        mov     dx, %1
        mov     ax, (%3) * 256 + (%2)
        out     dx, ax
%endmacro

; vga_found: ZF = 1: there is a VGA.
vga_found:
        push    ax
        push    bx
        mov     ax, 1A00h
        int     10h
        cmp     al, 1Ah
        pop     bx
        pop     ax
        ret

; vga_read: DX = index port, AL = index: AL = value. vga_write: AH = value.
vga_read:
        out     dx, al
        inc     dx
        in      al, dx
        dec     dx
        ret
vga_write:
        out     dx, ax
        ret

; vga_retrace: waits for the next vertical retrace to begin. Gives up after a
; while, should there be none.
vga_retrace:
        push    ax
        push    cx
        push    dx
        mov     dx, STATUS1
        xor     cx, cx
.end:
        in      al, dx
        test    al, 8
        loopnz  .end
        xor     cx, cx
.begin:
        in      al, dx
        test    al, 8
        loopz   .begin
        pop     dx
        pop     cx
        pop     ax
        ret

; vga_mode: AL = graphics mode; text is drawn by the BIOS from now on.
vga_mode:
        push    ax
        xor     ah, ah
        int     10h
        pop     ax
        mov     byte [text_gfx], 1
        ret

; vga_text: back to text, an empty screen.
vga_text:
        mov     byte [text_gfx], 0
        call    text_mode
        ret

; vga_frames: a page's loop: BX = routine called once a frame, DI = routine for
; a key or 0, as page_loop's. Returns on Esc. vga_count, vga_rate: frames so
; far, and in the last second.
vga_count:      dw      0
vga_rate:       dw      0
vga_last:       dw      0               ; vga_count a second ago
vga_next:       dw      0               ; tick when a second is over

vga_frames:
        mov     [page_bx], bx
        mov     [page_di], di
        xor     ax, ax
        mov     [vga_count], ax
        mov     [vga_last], ax
        mov     [vga_rate], ax
        call    timer_ticks
        add     ax, 18
        mov     [vga_next], ax
.frame:
        call    spin_begin
.early:
        call    spin_read               ; QEMU's retrace comes when asked for:
        cmp     ax, 13 * PIT_MS         ; no more than 75 frames a second
        jb      .early
        call    vga_retrace
        call    [page_bx]
        inc     word [vga_count]
        call    vga_second
        call    key_poll
        jz      .frame
        cmp     al, ESC
        je      .done
        call    key_upper
        cmp     word [page_di], 0
        je      .frame
        call    [page_di]
        jmp     short .frame
.done:
        ret

; vga_second: after 18 ticks, CF = 1 and a new vga_rate.
vga_second:
        call    timer_ticks
        sub     ax, [vga_next]
        js      .no
        add     word [vga_next], 18
        mov     ax, [vga_count]
        mov     dx, ax
        sub     ax, [vga_last]
        mov     [vga_last], dx
        mov     [vga_rate], ax
        stc
        ret
.no:
        clc
        ret
