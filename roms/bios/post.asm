; post.asm - reset, power-on self test and the 286-style return from reset.
;
; Reference: IBM PC AT Technical Reference, "System BIOS", shutdown byte 0Fh.
; Nothing waits here when the hardware is ready: RAM is taken from CMOS, not
; counted. Codes 0Bh and 0Ch are those of later BIOSes. Not modelled: RAM test,
; beep codes, the codes of an AT's own tests, 01h-03h and 06h-08h (they start a
; full POST as all others do).

; read_cmos: AL = register number; AL = its value. NMI stays enabled. IRQ 8
; must not come between the two accesses.
read_cmos:
        pushf
        cli
        out     CMOS_IX, al
        jmp     short $ + 2
        in      al, CMOS_DATA
        popf
        ret

; write_cmos: AL = register number, AH = value.
write_cmos:
        pushf
        cli
        out     CMOS_IX, al
        xchg    al, ah
        out     CMOS_DATA, al
        xchg    al, ah
        popf
        ret

; The CPU starts here after power-on and after any reset. No stack yet.
post:
        cli
        cld
        mov     al, CM_SHUTDOWN
        out     CMOS_IX, al
        jmp     short $ + 2
        in      al, CMOS_DATA
        mov     bl, al
        mov     al, CM_SHUTDOWN
        out     CMOS_IX, al
        jmp     short $ + 2
        mov     al, 0
        out     CMOS_DATA, al
        cmp     bl, 05h
        je      resume_eoi
        cmp     bl, 0Ah
        je      resume_jump
        cmp     bl, 09h
        je      resume_move
        cmp     bl, 0Bh
        je      resume_iret
        cmp     bl, 0Ch
        je      resume_retf
        cmp     bl, 04h
        je      post_cold
        in      al, KBC_CMD
        test    al, 04h
        jz      post_cold
        cmp     al, 0FFh
        je      post_cold               ; no 8042 at all

; A jump, not a reset: Ctrl-Alt-Del, or a program that goes to FFFF:0. The
; 8042's system flag, which only its reset clears, tells them apart. The chips
; may be in any state, so they get the reset pulse, by the flag cleared first
; just once. Where that does nothing, POST goes on as before.
post_again:
        mov     al, 60h
        out     KBC_CMD, al
        xor     cx, cx
.free:
        in      al, KBC_CMD
        test    al, 02h
        loopnz  .free
        mov     al, 0                   ; no system flag
        out     KBC_DATA, al
.taken:
        in      al, KBC_CMD
        test    al, 02h
        loopnz  .taken
        mov     al, 0FEh
        out     KBC_CMD, al
.pulse:
        in      al, KBC_CMD
        loop    .pulse
        jmp     short post_cold

; 05h: end the interrupt in service, then as 0Ah: jump through 40:67.
resume_eoi:
        in      al, KBC_DATA
        mov     al, EOI
        out     PIC2, al
        out     PIC1, al
resume_jump:
        mov     ax, BDA_SEG
        mov     ds, ax
        jmp     far [B_RESUME]

; 0Bh, 0Ch: IRET and RETF from the stack that 40:67 names.
resume_iret:
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ss, [B_RESUME + 2]
        mov     sp, [B_RESUME]
        iret
resume_retf:
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ss, [B_RESUME + 2]
        mov     sp, [B_RESUME]
        retf

; 09h: the return of the 286 block move, to a frame in the AT's order: DS, ES,
; PUSHA and an interrupt's. OS/2 1.x comes back through it with its own.
resume_move:
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     ss, [B_RESUME + 2]
        mov     sp, [B_RESUME]
        mov     es, [B_EBDA]
        cmp     byte [es:E_A20OFF], 0
        je      .gate_done
        mov     byte [es:E_A20OFF], 0
        mov     al, 0
        call    a20_set
.gate_done:
        pop     ds
        pop     es
        cpu     186
        popa
        cpu     8086
        iret

post_cold:
        xor     ax, ax
        mov     ss, ax
        mov     sp, BOOT_OFS
        mov     ax, BDA_SEG
        mov     ds, ax
        cmp     bl, 04h
        jne     .full
        int     19h
.full:
        call    mem_probe_base
        call    bda_init
        call    ivt_init
        call    ebda_init
        call    cpu_detect
        call    pic_init
        call    lapic_init
        call    pit_init
        call    dma_init
        call    rtc_init
        call    mem_size
        call    fpu_detect
        call    equip_init
        call    com_detect
        call    lpt_detect
        call    pci_init
        call    optrom_video
        call    clock_from_rtc
        call    kbc_init
        mov     al, 0                   ; closed, as DOS programs expect it
        call    a20_set
        call    mouse_detect
        call    ata_find_all
        call    optrom_others
        call    banner
        int     19h
        jmp     post

; bda_init: clears the data area but for the reset flag; AX = KB of base RAM.
bda_init:
        push    ax
        mov     bx, [B_RESET]
        push    ds
        pop     es
        xor     di, di
        xor     ax, ax
        mov     cx, 100h / 2
        rep stosw
        mov     [B_RESET], bx
        mov     byte [B_PRTSC], al
        pop     ax
        dec     ax
        mov     [B_MEM], ax
        mov     cl, 6
        shl     ax, cl
        mov     [B_EBDA], ax
        mov     ax, B_KBUF
        mov     [B_KHEAD], ax
        mov     [B_KTAIL], ax
        mov     [B_KSTART], ax
        mov     word [B_KEND], B_KBUF + 32
        mov     ax, 1414h
        mov     [B_LPTTO], ax
        mov     [B_LPTTO + 2], ax
        mov     ax, 0101h
        mov     [B_COMTO], ax
        mov     [B_COMTO + 2], ax
        mov     byte [B_KF3], KF3_101
        ret

; ebda_init: one KB at the top of base memory.
ebda_init:
        mov     es, [B_EBDA]
        xor     di, di
        xor     ax, ax
        mov     cx, 400h / 2
        rep stosw
        mov     byte [es:E_SIZE], 1
        ret

; ivt_init: up to 77h every vector a bare IRET, then the BIOS's own; those above
; are zero, as on an AT. 60h-66h belong to the user and are zero; 67h is the
; dummy handler again, by which DOS/4GW knows that nobody offers VCPI there.
; DS stays 40h.
ivt_init:
        xor     di, di
        mov     es, di
        mov     cx, 78h
.fill:
        mov     ax, 0FF53h
        stosw
        mov     ax, cs
        stosw
        loop    .fill
        xor     ax, ax
        mov     cx, 88h * 2
        rep stosw
        mov     di, 60h * 4
        mov     cx, 7 * 2
        rep stosw
        push    ds
        push    cs
        pop     ds
        mov     si, vector_table
        mov     di, 08h * 4
        mov     cx, 18h
        call    ivt_copy
        mov     si, vectors_70
        mov     di, 70h * 4
        mov     cx, 8
        call    ivt_copy
        pop     ds
        mov     word [es:00h * 4], fault_00
        mov     word [es:06h * 4], fault_06
        mov     word [es:02h * 4], 0E2C3h
        mov     word [es:05h * 4], 0FF54h
        mov     word [es:40h * 4], 0EC59h
        mov     word [es:41h * 4], 0E401h       ; until there is a disk
        mov     word [es:46h * 4], 0E401h
        mov     word [es:42h * 4], 0F065h
        xor     ax, ax
        mov     [es:1Fh * 4 + 2], ax
        ret

ivt_copy:
        movsw
        inc     di
        inc     di
        loop    ivt_copy
        ret

vectors_70:
        dw      irq8_entry, irq9_entry, 0FF23h, 0FF23h
        dw      irq12_entry, irq13_entry, irq14_entry, irq15_entry
