; biostest.asm - boot floppy (1.44 MB) that tries the system BIOS's services.
;
; Each test writes "PASS name" or "FAIL name" to port E9h and to the screen,
; the last line is "DONE nn failed"; then the machine is reset through shutdown
; code 0Ah, which is a test too, and switched off by isa-debug-exit and the
; Bochs port 8900h. Cylinders 40 and up of the floppy are overwritten. A hard
; disk is written to only when its sector 0 begins with "ISATEST".
;
; Runs on any PC with these ports; needs no DOS. 8086 code, but for what tests
; a 286 or 386.

        bits    16
        cpu     8086
        org     7C00h

SECTORS         equ 3 * 18              ; loaded, the boot sector among them
BUF             equ 2000h               ; segment of the transfer buffer
BUF2            equ 3000h

        jmp     start
        times 62 - ($ - $$) db 0        ; where a BPB would be
start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7C00h
        sti
        cld
        mov     si, .parts
.part:
        mov     di, 4
.load:
        mov     ax, [si]
        mov     bx, [si + 2]
        mov     cx, [si + 4]
        mov     dx, [si + 6]
        int     13h
        jnc     .next
        dec     di
        jnz     .load
        mov     al, '!'
        out     0E9h, al
.stop:
        hlt
        jmp     .stop
.next:
        add     si, 8
        cmp     si, .end
        jb      .part
        jmp     main
; AX, BX, CX, DX of INT 13h: the rest of three tracks.
.parts:
        dw      0200h | 17, 7E00h, 0002h, 0000h
        dw      0200h | 18, 7E00h + 512 * 17, 0001h, 0100h
        dw      0200h | 18, 7E00h + 512 * 35, 0101h, 0000h
.end:
        times 510 - ($ - $$) db 0
        dw      0AA55h

; check NAME: PASS when CF = 0.
%macro check 1
        mov     si, %%name
        call    report
        jmp     short %%end
%%name: db      %1, 0
%%end:
%endmacro

; expect A, B, NAME: PASS when A = B; else AX is shown.
%macro expect 3
        cmp     %1, %2
        call    equal_to_carry
        check   %3
%endmacro

equal_to_carry:
        clc
        je      .done
        push    ax
        push    bx
        push    cx
        push    dx
        call    hex
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        stc
.done:
        ret

report:
        pushf
        push    ax
        push    bx
        push    cx
        push    dx
        push    bp
        push    si
        mov     bp, sp
        mov     si, .pass
        test    byte [bp + 12], 1
        jz      .head
        mov     si, .fail
        inc     word [failed]
.head:
        call    print
        pop     si
        call    print
        mov     si, .line
        call    print
        pop     bp
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        popf
        ret
.pass:  db      'PASS ', 0
.fail:  db      'FAIL ', 0
.line:  db      13, 10, 0

print:
        mov     al, [cs:si]
        inc     si
        or      al, al
        jz      .done
        out     0E9h, al
        mov     ah, 0Eh
        mov     bx, 7
        push    si
        int     10h
        pop     si
        jmp     print
.done:
        ret

; hex: AX on port E9h.
hex:
        mov     dx, ax
        mov     bh, 4
.digit:
        mov     cl, 4
        rol     dx, cl
        mov     al, dl
        and     al, 0Fh
        add     al, 90h
        daa
        adc     al, 40h
        daa
        out     0E9h, al
        dec     bh
        jnz     .digit
        ret

failed: dw      0

main:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        call    test_layout
        call    test_probes
        call    test_keyboard
        call    test_floppy
        call    test_disk
        call    test_system
        call    test_clock
        call    test_pointer
        call    test_calls
        mov     si, .done
        call    print
        mov     ax, [failed]
        call    hex
        mov     si, .failed
        call    print
; Reset with code 0Ah: the BIOS jumps to resumed.
        cli
        mov     al, 0Fh
        out     70h, al
        mov     al, 0Ah
        out     71h, al
        mov     word [467h], resumed
        mov     word [469h], 0
        mov     al, 0FEh
        out     64h, al
.wait:
        hlt
        jmp     .wait
.done:  db      'DONE ', 0
.failed: db     ' failed', 13, 10, 0
resumed:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 7C00h
        mov     si, .text
.print:
        lodsb
        or      al, al
        jz      .off
        out     0E9h, al
        jmp     .print
.off:
        mov     al, [failed]
        mov     dx, 0F4h
        out     dx, al
        mov     si, .word
        mov     dx, 8900h
        mov     cx, 8
.letter:
        lodsb
        out     dx, al
        loop    .letter
.stop:
        cli
        hlt
        jmp     .stop
.text:  db      'PASS resume after reset', 10, 0
.word:  db      'Shutdown'

; Data areas and fixed places.
test_layout:
        int     12h
        expect  ax, [413h], 'INT 12h'
        mov     cl, 6
        shl     ax, cl
        expect  ax, [40Eh], 'EBDA at the top of base memory'
        int     11h
        expect  ax, [410h], 'INT 11h'
        mov     ax, 0F000h
        mov     es, ax
        expect  byte [es:0FFFEh], 0FCh, 'model byte'
        expect  byte [es:0FFF0h], 0EAh, 'reset vector is a far jump'
        xor     si, si
        xor     al, al
        xor     cx, cx
.sum:
        add     al, [es:si]
        inc     si
        loop    .sum
        expect  al, 0, 'checksum of the BIOS'
        expect  word [1Eh * 4], 0EFC7h, 'INT 1Eh vector'
        expect  byte [es:0FF53h], 0CFh, 'F000:FF53 is IRET'
        push    ds
        pop     es
        ret

%include "tkeys.asm"
%include "tdisk.asm"
%include "tsystem.asm"
%include "tcalls.asm"
%include "tprobe.asm"
%include "tvideo.asm"

        times 512 * SECTORS - ($ - $$) db 0
        times 1474560 - ($ - $$) db 0F6h
