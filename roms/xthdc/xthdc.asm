; xthdc.asm - BIOS of the XT's fixed disk adapter: INT 13h for disks 80h, 81h.
;
; References: IBM Options and Adapters Technical Reference, "Fixed Disk
; Adapter"; Ralf Brown's Interrupt List. Functions 00h to 14h but for those
; that no XT has, and 15h. It lies at C8000h, where POST calls it at offset 3.
; The table of disk types is filled in by the machine (machine/parts/disk/xthdc.c):
; type 0 is the first disk's, type 1 the second's. Sectors count from 1 here,
; from 0 in the adapter. Commands stand at 40:42, as programs expect it.

        cpu     8086
        org     0

XT_DATA         equ 320h
XT_STATUS       equ 321h        ; write: reset
XT_SELECT       equ 322h        ; read: switches
XT_MASK         equ 323h
DMA_PAGE3       equ 82h
PIC1            equ 20h
EOI             equ 20h

B_COMMAND       equ 42h         ; six bytes
B_STATUS        equ 74h
B_COUNT         equ 75h
B_RESET         equ 72h

ST_WANTS        equ 0Fh         ; REQ, I/O, C/D, BUSY
ST_COMMAND      equ 0Dh
ST_DONE         equ 0Fh
ST_IN           equ 0Bh
ST_OUT          equ 09h
ST_IRQ          equ 20h

; What INT 13h says.
FS_COMMAND      equ 01h
FS_MARK         equ 02h
FS_ABSENT       equ 04h
FS_RESET        equ 05h
FS_INIT         equ 07h
FS_DMA          equ 09h
FS_TRACK        equ 0Bh
FS_ECC          equ 10h
FS_CORRECTED    equ 11h
FS_CONTROLLER   equ 20h
FS_SEEK         equ 40h
FS_TIMEOUT      equ 80h
FS_UNKNOWN      equ 0BBh
FS_SENSE        equ 0FFh

; Rows of the table of types.
T_CYLS          equ 0
T_HEADS         equ 2
T_PRECOMP       equ 5
T_ECC           equ 7
T_CONTROL       equ 8
T_SPT           equ 14

; The caller's registers.
R_AL            equ 0
R_AH            equ 1
R_BX            equ 2
R_CL            equ 4
R_CH            equ 5
R_DL            equ 6
R_DH            equ 7
R_ES            equ 12
R_FL            equ 22

        db      55h, 0AAh, 8            ; 4 KB
        jmp     near rom_init
        db      'Fixed disk adapter'
        times 20h - ($ - $$) db 0

types:
%rep 4
        dw      0
        db      0
        dw      0, 0
        db      0Bh, 05h, 0Ch, 0B4h, 28h
        dw      0
        db      0, 0
%endrep

; ---- POST ----

; rom_init: nothing is hooked where a disk is there already, or none answers.
rom_init:
        push    ax
        push    bx
        push    cx
        push    dx
        push    ds
        push    es
        mov     ax, 40h
        mov     ds, ax
        cmp     byte [B_COUNT], 0
        jne     .done
        call    adapter_reset
        jc      .done
        mov     dl, 80h
.disk:
        call    type_of
        cmp     byte [cs:bx + T_HEADS], 0
        je      .found
        call    set_up
        jc      .found
        inc     dl
        cmp     dl, 82h
        jb      .disk
.found:
        sub     dl, 80h
        jz      .done
        mov     [B_COUNT], dl
        call    hook
.done:
        pop     es
        pop     ds
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        retf

; hook: INT 40h is what INT 13h was, unless the BIOS has put its own there.
hook:
        cli
        xor     ax, ax
        mov     es, ax
        mov     ax, [es:13h * 4]
        mov     bx, [es:13h * 4 + 2]
        cmp     word [es:40h * 4 + 2], 0F000h
        je      .has
        mov     [es:40h * 4], ax
        mov     [es:40h * 4 + 2], bx
.has:
        mov     word [es:13h * 4], int13_entry
        mov     [es:13h * 4 + 2], cs
        mov     word [es:0Dh * 4], irq5_entry
        mov     [es:0Dh * 4 + 2], cs
        mov     word [es:19h * 4], int19_entry
        mov     [es:19h * 4 + 2], cs
        mov     dl, 80h
        call    type_of
        mov     [es:41h * 4], bx
        mov     [es:41h * 4 + 2], cs
        sti
        ret

; IRQ 5: the status port tells the end of a command, too; the interrupt is for
; those who wait in their own way.
irq5_entry:
        push    ax
        mov     al, EOI
        out     PIC1, al
        mov     al, 7
        out     0Ah, al                 ; DMA channel 3 off
        pop     ax
        iret

; INT 19h: a floppy, then the first disk, then INT 18h.
int19_entry:
        xor     ax, ax
        mov     ds, ax
        mov     cx, 4
        xor     dx, dx
.floppy:
        push    cx
        call    load_sector
        pop     cx
        jnc     .go
        cmp     ah, 80h
        je      .disk
        loop    .floppy
.disk:
        mov     dx, 80h
        call    load_sector
        jc      .none
        cmp     word [7C00h + 510], 0AA55h
        je      .go
.none:
        int     18h
        jmp     int19_entry
.go:
        jmp     0:7C00h

; load_sector: DX = drive; its first sector to 0:7C00. CF = 1: AH = status.
load_sector:
        mov     ah, 0
        int     13h
        jc      .done
        xor     ax, ax
        mov     es, ax
        mov     bx, 7C00h
        mov     cx, 1
        mov     ax, 0201h
        int     13h
.done:
        ret

; ---- INT 13h ----

int13_entry:
        test    dl, 80h
        jnz     .disk
        int     40h
        retf    2
.disk:
        sti
        push    ds                      ; the order of R_*
        push    bp
        push    es
        push    di
        push    si
        push    dx
        push    cx
        push    bx
        push    ax
        cld
        mov     bp, sp
        mov     bx, 40h
        mov     ds, bx
        cmp     ah, 0
        jne     .own
        cmp     dl, 81h
        ja      .own
        int     40h                     ; 00h is for the floppies, too
        mov     ah, 0
.own:
        mov     al, dl
        sub     al, 80h
        cmp     al, [B_COUNT]
        jae     .absent
        mov     bl, ah
        cmp     bl, 15h
        ja      .bad
        xor     bh, bh
        shl     bx, 1
        call    [cs:bx + .table]
        jmp     short .status
.absent:
        cmp     ah, 15h
        jne     .bad
        mov     byte [bp + R_AH], 0
        and     byte [bp + R_FL], 0FEh
        jmp     short .out
.bad:
        mov     al, FS_COMMAND
.status:
        mov     [B_STATUS], al
        mov     [bp + R_AH], al
        and     byte [bp + R_FL], 0FEh
        cmp     al, 1
        cmc
        adc     byte [bp + R_FL], 0
.out:
        pop     ax
        pop     bx
        pop     cx
        pop     dx
        pop     si
        pop     di
        pop     es
        pop     bp
        pop     ds
        iret
.table:
        dw      do_reset, do_status, do_read, do_write, do_verify
        dw      do_format, do_bad_track, do_format_all, do_params, do_init
        dw      do_read_long, do_write_long, do_seek, do_reset
        dw      do_read_buffer, do_write_buffer, do_ready, do_recalibrate
        dw      do_ram_test, do_drive_test, do_test, do_type

; type_of: DL = drive; CS:BX = its row, by the adapter's switches.
type_of:
        push    ax
        push    cx
        push    dx
        mov     cl, dl
        and     cl, 1
        shl     cl, 1
        mov     dx, XT_SELECT
        in      al, dx
        shr     al, cl
        and     ax, 3
        mov     cl, 4
        shl     ax, cl
        add     ax, types
        mov     bx, ax
        pop     dx
        pop     cx
        pop     ax
        ret

; All of these: the frame at BP, AL = status for the caller.

do_reset:
        mov     bl, FS_RESET
        call    adapter_reset
        jc      .failed
        mov     cl, [B_COUNT]
        xor     ch, ch
        mov     dl, 80h
        mov     bl, FS_INIT
.next:
        push    bx
        push    cx
        call    set_up
        pop     cx
        pop     bx
        jc      .failed
        inc     dl
        loop    .next
        mov     al, 0
        ret
.failed:
        mov     al, bl
        ret

do_status:
        mov     al, 0
        xchg    al, [B_STATUS]
        mov     [bp + R_AL], al
        ret

do_read:
        mov     bx, 0847h               ; command, DMA mode: to memory
        jmp     short transfer
do_write:
        mov     bx, 0A4Bh
        jmp     short transfer
do_read_long:
        mov     bx, 0E547h
        jmp     short transfer
do_write_long:
        mov     bx, 0E64Bh
transfer:
        mov     al, [bp + R_AL]
        dec     al
        cmp     al, 80h
        mov     al, FS_DMA
        jae     .done
        mov     cl, [bp + R_AL]
        call    dma_set
        mov     al, FS_DMA
        jnc     address_command
.done:
        ret

do_read_buffer:
        mov     bx, 0E47h
        jmp     short buffer
do_write_buffer:
        mov     bx, 0F4Bh
buffer:
        mov     cl, 1
        call    dma_set
        mov     al, FS_DMA
        jnc     plain_command
        ret

do_verify:
        mov     bh, 05h
        mov     cl, [bp + R_AL]
        jmp     address_command
do_format:
        mov     bh, 06h
        mov     cl, [bp + R_AL]         ; the interleave
        jmp     address_command
do_bad_track:
        mov     bh, 07h
        mov     cl, [bp + R_AL]
        jmp     address_command
do_format_all:
        mov     bh, 04h
        mov     cl, [bp + R_AL]
        jmp     address_command
do_seek:
        mov     bh, 0Bh
        mov     cl, 0
        jmp     address_command
do_ready:
        mov     bh, 00h
        jmp     short plain
do_recalibrate:
        mov     bh, 01h
        jmp     short plain
do_ram_test:
        mov     bh, 0E0h
        jmp     short plain
do_drive_test:
        mov     bh, 0E3h
        jmp     short plain
do_test:
        mov     bh, 0E4h
plain:
        mov     cl, 0
        jmp     plain_command

; 08h: the last cylinder but one: one is for diagnostics.
do_params:
        call    type_of
        mov     ax, [cs:bx + T_CYLS]
        sub     ax, 2
        xchg    al, ah
        ror     al, 1
        ror     al, 1
        and     al, 0C0h
        or      al, [cs:bx + T_SPT]
        mov     [bp + R_CL], al
        mov     [bp + R_CH], ah
        mov     al, [cs:bx + T_HEADS]
        dec     ax
        mov     [bp + R_DH], al
        mov     al, [B_COUNT]
        mov     [bp + R_DL], al
        mov     al, 0
        ret

do_init:
        call    set_up
        mov     al, FS_INIT
        jc      .done
        mov     al, 0
.done:
        ret

; 15h: AH = 3, CX:DX = sectors that 08h shows.
do_type:
        call    type_of
        mov     al, [cs:bx + T_HEADS]
        mul     byte [cs:bx + T_SPT]
        mov     cx, [cs:bx + T_CYLS]
        dec     cx
        mul     cx
        mov     [bp + R_DL], ax
        mov     [bp + R_CL], dx
        mov     byte [bp + R_AH], 3
        mov     byte [B_STATUS], 0
        and     byte [bp + R_FL], 0FEh
        pop     bx                      ; AH is no status
        jmp     int13_entry.out

; ---- commands ----

; address_command: BH = command, CL = count; the caller's CX and DH as address.
; AL = status.
address_command:
        mov     al, [bp + R_CL]
        mov     ah, al
        and     ah, 3Fh
        jz      .outside
        dec     ah
        and     al, 0C0h
        or      ah, al
        mov     al, [bp + R_CH]
        mov     ch, [bp + R_DH]
        and     ch, 1Fh
        jmp     short command
.outside:
        mov     al, FS_ABSENT
        ret

; plain_command: the same at cylinder 0, head 0, sector 0.
plain_command:
        xor     ax, ax
        mov     ch, 0

; command: AH = sector and high bits, AL = cylinder, CH = head, CL = count.
command:
        mov     [B_COMMAND + 2], ah
        mov     [B_COMMAND + 3], al
        mov     [B_COMMAND + 4], cl
        mov     [B_COMMAND], bh
        mov     cl, 5
        mov     al, dl
        and     al, 1
        shl     al, cl
        or      al, ch
        mov     [B_COMMAND + 1], al
        call    type_of
        mov     al, [cs:bx + T_CONTROL]
        mov     [B_COMMAND + 5], al
        push    dx
        call    send
        jc      .timeout
        call    await_end
        jc      .timeout
        test    al, 02h
        mov     al, 0
        jz      .done
        call    ask_sense
.done:
        pop     dx
        ret
.timeout:
        mov     al, FS_TIMEOUT
        jmp     short .done

; send: the six bytes at B_COMMAND, DMA and interrupt let through. CF = 1: the
; adapter does not take them.
send:
        mov     dx, XT_SELECT
        out     dx, al
        mov     dx, XT_MASK
        mov     al, 3
        out     dx, al
        push    si
        mov     si, B_COMMAND
        mov     cx, 6
.next:
        mov     ah, ST_COMMAND
        call    await
        jc      .done
        mov     dx, XT_DATA
        lodsb
        out     dx, al
        loop    .next
        clc
.done:
        pop     si
        ret

; await: until the adapter wants AH. CF = 1: it does not in good time.
await:
        push    cx
        mov     dx, XT_STATUS
        xor     cx, cx
.poll:
        in      al, dx
        and     al, ST_WANTS
        cmp     al, ah
        je      .done
        loop    .poll
        stc
.done:
        pop     cx
        ret

; await_end: AL = the completion byte. CF = 1: no end within a minute or so,
; or, when a drive is formatted, ten. DMA and interrupt are off then.
await_end:
        push    bx
        mov     bx, 100
        cmp     byte [B_COMMAND], 04h
        jne     .wait
        mov     bx, 2000
.wait:
        xor     cx, cx
        mov     dx, XT_STATUS
.poll:
        in      al, dx
        test    al, ST_IRQ
        jnz     .end
        loop    .poll
        dec     bx
        jnz     .poll
        call    mask_off
        call    adapter_reset
        stc
        pop     bx
        ret
.end:
        call    mask_off
        mov     ah, ST_DONE
        call    await
        jc      .out
        mov     dx, XT_DATA
        in      al, dx
        clc
.out:
        pop     bx
        ret

mask_off:
        mov     al, 7
        out     0Ah, al
        mov     dx, XT_MASK
        mov     al, 0
        out     dx, al
        ret

; ask_sense: AL = INT 13h's status of what went wrong.
ask_sense:
        mov     byte [B_COMMAND], 03h
        call    send
        jc      .none
        call    mask_off
        mov     bx, 0
        mov     cx, 4
.next:
        mov     ah, ST_IN
        call    await
        jc      .none
        mov     dx, XT_DATA
        in      al, dx
        mov     [B_COMMAND + bx], al
        inc     bx
        loop    .next
        mov     ah, ST_DONE
        call    await
        jc      .none
        mov     dx, XT_DATA
        in      al, dx
        test    al, 02h
        jnz     .none
        mov     al, [B_COMMAND]
        mov     bx, senses
.find:
        cmp     byte [cs:bx], 0FFh
        je      .unknown
        mov     ah, [cs:bx]
        xor     ah, al
        and     ah, 3Fh
        jz      .found
        inc     bx
        inc     bx
        jmp     short .find
.unknown:
        mov     al, FS_UNKNOWN
        ret
.found:
        mov     al, [cs:bx + 1]
        ret
.none:
        mov     al, FS_SENSE
        ret
senses:
        db      01h, FS_CONTROLLER, 02h, FS_SEEK, 03h, FS_CONTROLLER
        db      04h, FS_TIMEOUT, 06h, FS_CONTROLLER, 08h, FS_SEEK
        db      10h, FS_ECC, 11h, FS_ECC, 12h, FS_MARK, 14h, FS_ABSENT
        db      15h, FS_SEEK, 18h, FS_CORRECTED, 19h, FS_TRACK
        db      20h, FS_COMMAND, 21h, FS_MARK, 30h, FS_CONTROLLER
        db      31h, FS_CONTROLLER, 32h, FS_CONTROLLER, 0FFh

; adapter_reset: CF = 1: no adapter answers.
adapter_reset:
        push    ax
        push    cx
        push    dx
        mov     dx, XT_STATUS
        out     dx, al
        mov     cx, 100
.wait:
        in      al, dx
        test    al, ST_WANTS | 10h
        jz      .done
        loop    .wait
        stc
.done:
        pop     dx
        pop     cx
        pop     ax
        ret

; set_up: INITIALIZE DRIVE with DL's row; then its heads go to cylinder 0.
; CF = 1: it is not there.
set_up:
        push    cx
        push    dx
        push    si
        call    type_of
        mov     si, bx
        mov     bh, 0Ch
        mov     byte [B_COMMAND], bh
        mov     al, dl
        and     al, 1
        mov     cl, 5
        shl     al, cl
        mov     [B_COMMAND + 1], al
        xor     ax, ax
        mov     [B_COMMAND + 2], ax
        mov     [B_COMMAND + 4], ax
        push    dx
        call    send
        jc      .done
        call    .parameters
        jc      .done
        call    await_end
        jc      .done
        test    al, 02h
        stc
        jnz     .done
        pop     dx
        push    dx
        mov     bh, 01h
        mov     cl, 0
        call    plain_command
        cmp     al, 1
        cmc
.done:
        pop     dx
        pop     si
        pop     dx
        pop     cx
        ret

; .parameters: eight bytes of the row at CS:SI, high bytes first.
.parameters:
        mov     al, [cs:si + T_CYLS + 1]
        call    .put
        mov     al, [cs:si + T_CYLS]
        call    .put
        mov     al, [cs:si + T_HEADS]
        call    .put
        mov     al, [cs:si + 4]
        call    .put
        mov     al, [cs:si + 3]
        call    .put
        mov     al, [cs:si + T_PRECOMP + 1]
        call    .put
        mov     al, [cs:si + T_PRECOMP]
        call    .put
        mov     al, [cs:si + T_ECC]

; .put: AL to the adapter. CF = 1: it does not want it.
.put:
        push    ax
        mov     ah, ST_OUT
        call    await
        pop     ax
        mov     dx, XT_DATA
        out     dx, al
        ret

; dma_set: channel 3 for CL sectors at the caller's ES:BX; BL = mode, BH =
; command. CF = 1: they lie across a boundary of 64 KB. Keeps BX, CX, DX.
dma_set:
        push    dx
        push    cx
        cli
        mov     al, 7
        out     0Ah, al
        out     0Ch, al
        mov     al, bl
        out     0Bh, al
        mov     ax, [bp + R_ES]
%rep 4
        rol     ax, 1
%endrep
        mov     dl, al
        and     dl, 0Fh
        and     al, 0F0h
        add     ax, [bp + R_BX]
        adc     dl, 0
        out     06h, al
        xchg    al, ah
        out     06h, al
        xchg    al, ah
        mov     si, ax
        mov     al, dl
        out     DMA_PAGE3, al
        xor     ch, ch
        mov     ax, 512
        cmp     bh, 0E5h
        jb      .bytes
        mov     ax, 516
.bytes:
        mul     cx
        dec     ax
        out     07h, al
        xchg    al, ah
        out     07h, al
        xchg    al, ah
        sti
        add     ax, si
        jc      .done
        mov     al, 3
        out     0Ah, al
        clc
.done:
        pop     cx
        pop     dx
        ret

        times 1000h - ($ - $$) db 0
