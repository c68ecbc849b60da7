; isacd.asm - ISACD.COM, which makes an ATAPI CD-ROM drive a drive of DOS.
;
; It polls the drive, reads ISO 9660, and gives its files to DOS as those of a
; network drive, by the redirector's functions of INT 2Fh; what programs ask
; MSCDEX it answers as well. It runs on DOS 3.1 and later and on FreeDOS.
;
; References: SFF-8020i 2.6; ECMA-119; Schulman, Undocumented DOS, 2nd ed.,
; ch. 8; Ralf Brown's Interrupt List, INT 2F/11xx and 15xx. Not modelled:
; sessions after the first, long names, the volume, more than one drive.
;
; In all that is resident DS = CS, except where a header says otherwise.
        cpu     8086
        org     100h

        jmp     install

; The registers at INT 2Fh, from BP.
R_ES    equ     0
R_DS    equ     2
R_BP    equ     4
R_DI    equ     6
R_SI    equ     8
R_DX    equ     10
R_CX    equ     12
R_BX    equ     14
R_AX    equ     16
R_FLAGS equ     22
R_WORD  equ     24                      ; what DOS pushed before

; Errors of DOS.
E_FILE  equ     2
E_PATH  equ     3
E_ACCESS equ    5
E_NOMORE equ    12h
E_READY equ     15h
E_DATA  equ     17h
E_MEDIUM equ    1Ah
E_READ  equ     1Eh
E_FAIL  equ     1Fh
E_CHANGE equ    22h

FRAME   equ     2048
ATTR_DIR equ    10h

; Where the swappable data area of this DOS keeps things; set by install.
sda_dta: dw     0, 0                    ; the pointer's offset, the segment
sda_fn1: dw     9Eh
sda_attr: dw    24Dh
sda_action: dw  2DDh                    ; DOS 4 and later
sda_mode: dw    2E1h
old2f:  dw      0, 0
letter: db      0                       ; 0 is A:

%macro  pop_all 0
        pop     es
        pop     ds
        pop     bp
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
%endmacro

int2f:
        cmp     ah, 11h
        je      .ours
        cmp     ah, 15h
        je      .ours
.chain:
        jmp     far [cs:old2f]
.ours:
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        push    bp
        push    ds
        push    es
        mov     bp, sp
        sti
        cld
        push    cs
        pop     ds
        cmp     ah, 15h
        je      .mscdex
        call    redir_mine
        jc      .pass
        call    redir_call
        jmp     short .result
.mscdex:
        call    mscdex_call
        jc      .pass
        jmp     short .out
.result:
        jc      .error
        and     byte [bp + R_FLAGS], 0FEh
        jmp     short .out
.error:
        mov     [bp + R_AX], ax
        or      byte [bp + R_FLAGS], 1
.out:
        pop_all
        iret
.pass:
        pop_all
        jmp     short .chain

%include "redir.asm"
%include "find.asm"
%include "mscdex.asm"
%include "request.asm"
%include "iso.asm"
%include "packet.asm"

; The buffer of one frame lies over the part that installs.
        align   16
buffer:
%include "install.asm"
resident equ    buffer - $$ + 100h + FRAME      ; bytes that stay
