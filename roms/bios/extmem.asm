; extmem.asm - memory above 1 MB: A20 gate, block move, sizes.
;
; References: IBM PC AT Technical Reference, INT 15h 87h and 88h; Ralf Brown's
; Interrupt List, 24h, E801h and E820h.

; a20_set: AL = 0 closes the gate, 1 opens it. Port 92h where there is one. The
; 8042's output is ORed with it, so both have to be low to close the gate.
a20_set:
        on_xt   .none                   ; no gate
        push    ax
        mov     ah, al
        in      al, PORT_92
        shl     ah, 1
        cmp     al, 0FFh
        je      .kbc
        and     al, 0FCh                ; never the reset bit
        or      al, ah
        out     PORT_92, al
        call    a20_get
        shl     al, 1
        cmp     al, ah
        je      .done
.kbc:
        mov     al, 0D1h
        call    kbc_cmd
        mov     al, ah
        and     al, 02h
        or      al, 0DDh
        call    kbc_write
        call    kbc_in_free
.done:
        pop     ax
.none:
        ret

; a20_get: AL = 1 when FFFF:0510 is not the byte at 0000:0500, else 0.
a20_get:
        push    ds
        push    es
        push    bx
        xor     bx, bx
        mov     ds, bx
        dec     bx
        mov     es, bx
        pushf
        cli
        mov     bl, [0500h]
        mov     al, 0
        cmp     bl, [es:0510h]
        jne     .open
        not     byte [0500h]
        mov     bh, [0500h]
        cmp     bh, [es:0510h]
        mov     [0500h], bl
        je      .done
.open:
        inc     ax
.done:
        popf
        pop     bx
        pop     es
        pop     ds
        ret

; 24h: 00 close, 01 open, 02 AL = state, 03 BX = ways there are.
int15_a20:
        mov     byte [bp + R_AH], 0
        cmp     al, 1
        jbe     a20_set
        cmp     al, 3
        ja      .bad
        je      .ways
        call    a20_get
        mov     [bp + R_AL], al
        ret
.ways:
        mov     word [bp + R_BX], 3     ; 8042 and port 92h
        ret
.bad:
        mov     byte [bp + R_AH], 86h
        set_cf
        ret

; 87h: CX words from descriptor ES:SI+10h to ES:SI+18h. The frame is the one
; that shutdown code 09h takes off: PUSHA, ES, DS. A 286 leaves protected mode
; by a reset, a 386 by CR0. There are no gates meanwhile, so that an exception
; shuts the processor down, and it comes back with the frame as it is then: it
; says AH = 2, exception, until all words are moved.
M_DS            equ 0
M_ES            equ 2
M_CX            equ 16
M_AH            equ 19
M_FL            equ 24

block_move:
        on_xt   .refuse
        push    ax
        push    sp
        pop     ax
        cmp     ax, sp
        pop     ax
        je      .can
.refuse:
        push    bp                      ; an 8086 has nothing above 1 MB
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
        mov     ah, 86h
        iret
.can:
        cpu     186
        pusha
        push    es
        push    ds
        mov     bp, sp
        cld
        mov     ax, BDA_SEG
        mov     ds, ax
        cpu     286
        smsw    ax
        test    al, 1
        mov     al, 3
        jnz     .fail                   ; V86 mode, and nobody took the call
        cmp     cx, 8000h
        mov     al, 2
        ja      .fail
        call    move_descriptors
        call    a20_get
        xor     al, 1
        push    es
        mov     es, [B_EBDA]
        mov     [es:E_A20OFF], al
        cmp     byte [es:E_CPU], 3
        pop     es
        pushf
        mov     al, 1
        call    a20_set
        popf
        jae     move_386
        jmp     move_286
.fail:
        mov     [bp + M_AH], al
        or      byte [bp + M_FL], 1
        pop     ds
        pop     es
        popa
        iret

; move_descriptors: fills in the BIOS's descriptors at ES:SI: 08h the table,
; 20h this code, 28h the stack. Keeps CX.
move_descriptors:
        mov     ax, es
        call    .linear
        add     ax, si
        adc     dl, 0
        mov     word [es:si + 8], 2Fh
        mov     [es:si + 10], ax
        mov     [es:si + 12], dl
        mov     word [es:si + 13], 0093h
        mov     byte [es:si + 15], 0
        mov     word [es:si + 20h], 0FFFFh
        mov     word [es:si + 22h], 0
        mov     word [es:si + 24h], 9B0Fh
        mov     word [es:si + 26h], 0
        mov     ax, ss
        call    .linear
        mov     word [es:si + 28h], 0FFFFh
        mov     [es:si + 2Ah], ax
        mov     [es:si + 2Ch], dl
        mov     byte [es:si + 2Dh], 93h
        mov     word [es:si + 2Eh], 0
        ret
; AX = segment; DL:AX = its linear address.
.linear:
        rol     ax, 4
        mov     dl, al
        and     dl, 0Fh
        and     al, 0F0h
        ret

; move_begin: interrupts off, the way back from a reset laid, the tables set.
move_begin:
        mov     [B_RESUME], bp
        mov     [B_RESUME + 2], ss
        mov     byte [bp + M_AH], 2
        or      byte [bp + M_FL], 1
        mov     ax, 0900h | CM_SHUTDOWN
        call    write_cmos
        cli
        lidt    [cs:.none]
        lgdt    [es:si + 8]
        ret
.none:  dw      0, 0, 0

; The move itself, in protected mode: CX words.
%macro move_words 0
        mov     ax, 28h
        mov     ss, ax
        mov     ax, 10h
        mov     ds, ax
        mov     ax, 18h
        mov     es, ax
        xor     si, si
        xor     di, di
        rep movsw
        mov     byte [bp + M_AH], 0
        and     byte [bp + M_FL], 0FEh
%endmacro

; On a 286: resume_move finds SS:SP at 40:67 after the reset.
move_286:
        call    move_begin
        smsw    ax
        or      al, 1
        lmsw    ax
        jmp     20h:.protected
.protected:
        move_words
        mov     al, 0FEh
        out     KBC_CMD, al
.stop:
        hlt
        jmp     .stop

; On a 386: data segments get 64 KB limits before PE goes off.
move_386:
        cpu     386
        push    eax
        mov     bx, ss
        call    move_begin
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     20h:.protected
.protected:
        move_words
        mov     ax, 28h
        mov     ds, ax
        mov     es, ax
        mov     eax, cr0
        and     al, 0FEh
        mov     cr0, eax
        jmp     BIOS_SEG:.real
.real:
        lidt    [cs:.vectors]
        mov     ss, bx
        mov     ax, CM_SHUTDOWN
        call    write_cmos
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     es, [B_EBDA]
        pop     eax
        cpu     286
        cmp     byte [es:E_A20OFF], 0
        je      .gate_done
        mov     byte [es:E_A20OFF], 0
        mov     al, 0
        call    a20_set
.gate_done:
        pop     ds
        pop     es
        popa
        iret
.vectors: dw    3FFh, 0, 0
        cpu     8086

; ext_kb: DX:AX = KB above 1 MB.
ext_kb:
        push    es
        push    cx
        mov     es, [B_EBDA]
        mov     ax, [es:E_EXTHIGH]
        mov     cx, 64
        mul     cx
        add     ax, [es:E_EXTLOW]
        adc     dx, 0
        pop     cx
        pop     es
        ret

; 88h: AX = KB above 1 MB, 63 MB at most.
int15_extended:
        call    ext_kb
        or      dx, dx
        jnz     .clip
        cmp     ax, 0FC00h
        jbe     .store
.clip:
        mov     ax, 0FC00h
.store:
        mov     [bp + R_AX], ax
        ret

; E8h: 01 in AL: AX = CX = KB from 1 to 16 MB, BX = DX = 64 KB blocks above.
int15_e8:
        cmp     al, 1
        jne     .bad
        mov     es, [B_EBDA]
        mov     ax, [es:E_EXTLOW]
        mov     [bp + R_AX], ax
        mov     [bp + R_CX], ax
        mov     ax, [es:E_EXTHIGH]
        mov     [bp + R_BX], ax
        mov     [bp + R_DX], ax
        ret
.bad:
        mov     byte [bp + R_AH], 86h
        set_cf
        ret

; E820h: EBX = which range, ES:DI = 20 bytes for it, EDX = 'SMAP'.
memory_map:
        push    ax                      ; a 386 at least
        push    es
        push    ds
        mov     ax, BDA_SEG
        mov     ds, ax
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 3
        pop     ds
        pop     es
        pop     ax
        jb      .no
        cpu     386
        cmp     edx, 534D4150h
        jne     .no
        cmp     ecx, 20
        jb      .no
        cmp     ebx, 5
        jae     .no
        push    ds
        push    ebp
        mov     bp, BDA_SEG
        mov     ds, bp
        movzx   ebp, bx
        push    ebp
        xor     eax, eax
        mov     [es:di + 4], eax
        mov     [es:di + 12], eax
        inc     ax
        mov     [es:di + 16], eax       ; RAM, unless told otherwise
        add     bp, bp
        call    [cs:bp + .ranges]
        pop     ebx
        inc     bx
        cmp     bx, 5
        jb      .more
        xor     ebx, ebx
.more:
        pop     ebp
        pop     ds
        mov     eax, edx
        mov     ecx, 20
        push    bp
        mov     bp, sp
        and     byte [bp + 6], 0FEh
        pop     bp
        iret
.no:
        cpu     8086
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
        mov     ah, 86h
        iret
        cpu     386
.ranges:
        dw      .base, .ebda, .bios, .extended, .top
.base:
        movzx   eax, word [B_MEM]
        shl     eax, 10
        mov     [es:di + 8], eax
        xor     eax, eax
        jmp     .start
.ebda:
        movzx   eax, word [B_MEM]
        shl     eax, 10
        mov     dword [es:di + 8], 0A0000h
        sub     [es:di + 8], eax
        jmp     .reserved
.bios:
        mov     eax, 0F0000h
        mov     dword [es:di + 8], 10000h
        jmp     .reserved
.extended:
        push    edx
        call    ext_kb
        shl     edx, 16
        mov     dx, ax
        shl     edx, 10
        mov     [es:di + 8], edx
        pop     edx
        mov     eax, 100000h
        jmp     .start
.top:
        mov     eax, 0FFFF0000h
        mov     dword [es:di + 8], 10000h
.reserved:
        inc     byte [es:di + 16]
.start:
        mov     [es:di], eax
        ret
        cpu     8086
