; machine.asm - page: which machine is this?
;
; All is asked as DOS programs ask: the CPU by its behaviour, the rest by the
; BIOS data area and INT 11h, 12h, 13h, 15h and 1Ah.

machine_page:
        call    machine_show
        jmp     page_type

; machine_show: the page's lines.
machine_show:
        PRINT   13, 10
        call    machine_cpu
        call    machine_memory
        call    machine_video
        call    machine_disks
        call    machine_ports
        call    machine_bios
        ret

; machine_brief: CPU and memory, for the menu.
machine_brief:
        call    machine_cpu.name
        LABEL   'with'
        int     12h
        call    print_dec16
        PRINT   ' KB'
        call    machine_extended
        jc      .done
        PRINT   ' and '
        call    print_dec32
        PRINT   ' KB of extended memory'
.done:
        ret

machine_cpu:
        LABEL   'CPU'
        call    .name
        LABEL   'x87'
        mov     bl, [cpu_fpu]
        xor     bh, bh
        shl     bx, 1
        mov     si, [fpu_names + bx]
        call    print
        call    print_line
        ret
.name:
        mov     bl, [cpu_level]
        xor     bh, bh
        shl     bx, 1
        mov     si, [cpu_names + bx]
        call    print
        cmp     byte [cpu_has_cpuid], 0
        je      .mode
        PRINT   ', '
        mov     si, cpu_vendor
        call    print
        PRINT   ' '
        mov     ax, [cpu_signature]
        call    print_hex16
.mode:
        cmp     byte [cpu_level], CPU_286
        jb      .fpu
        cpu     286
        smsw    ax
        cpu     8086
        test    al, 1
        jz      .fpu
        PRINT   ', in virtual-8086 mode'
.fpu:
        call    print_line
        ret

machine_memory:
        LABEL   'Base memory'
        int     12h
        call    print_dec16
        PRINT   ' KB', 13, 10
        LABEL   'Extended memory'
        call    machine_extended
        jc      .none
        call    print_dec32
        PRINT   ' KB', 13, 10
        ret
.none:
        PRINT   'none', 13, 10
        ret

; machine_extended: DX:AX = KB above 1 MB; CF = 1: none. Function E801h knows
; of more than 64 MB; a PC's BIOS knows neither.
machine_extended:
        mov     ax, 0E801h
        xor     bx, bx
        xor     cx, cx
        xor     dx, dx
        stc
        int     15h
        jc      .old
        mov     cx, ax
        or      cx, bx
        jz      .old
        push    ax                      ; AX KB below 16 MB, BX * 64 KB above
        mov     ax, 64
        mul     bx
        pop     bx
        add     ax, bx
        adc     dx, 0
        clc
        ret
.old:
        mov     ah, 88h
        stc
        int     15h
        jc      .none
        or      ax, ax
        jz      .none
        xor     dx, dx
        ret
.none:
        stc
        ret

; machine_is_tcg: ZF = 1: QEMU's translator runs this. CPUID says so; for CPUs
; without it, QEMU's configuration device has to do.
machine_is_tcg:
        cmp     byte [cpu_has_cpuid], 0
        je      machine_is_qemu
        cpu     586
        push    eax
        push    ebx
        push    ecx
        push    edx
        mov     eax, 1
        cpuid
        and     ecx, 80000000h          ; runs under a hypervisor
        cmp     ecx, 80000000h
        jne     .done
        mov     eax, 40000000h
        cpuid
        cmp     ebx, 'TCGT'
.done:
        pop     edx
        pop     ecx
        pop     ebx
        pop     eax
        cpu     8086
        ret

; machine_is_qemu: ZF = 1: the configuration device is there.
machine_is_qemu:
        push    ax
        push    bx
        push    cx
        push    dx
        mov     dx, 510h                ; selector; the data port is 511h
        xor     ax, ax
        out     dx, ax
        inc     dx
        mov     cx, 4
        mov     bx, .name
.next:
        in      al, dx
        cmp     al, [bx]
        jne     .done
        inc     bx
        loop    .next
.done:
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret
.name:  db      'QEMU'

machine_video:
        LABEL   'Video'
        mov     ax, 1A00h               ; display combination code: VGA
        int     10h
        cmp     al, 1Ah
        jne     .ega
        cmp     bl, 7
        jb      .ega
        cmp     bl, 8
        ja      .ega
        PRINT   'VGA'
        jmp     short .vesa
.ega:
        mov     ah, 12h                 ; EGA information
        mov     bx, 0FF10h
        int     10h
        cmp     bh, 0FFh
        je      .old
        PRINT   'EGA'
        jmp     short .mode
.old:
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        cmp     byte [es:BDA_CRTC], 0B4h
        pop     es
        je      .mono
        PRINT   'CGA'
        jmp     short .mode
.mono:
        PRINT   'monochrome'
        jmp     short .mode
.vesa:
        call    machine_vesa
.mode:
        PRINT   ', mode '
        mov     ah, 0Fh
        int     10h
        call    print_hex8
        PRINT   'h', 13, 10
        ret

; machine_vesa: the VBE version, if any; function 4F00h writes 256 bytes.
machine_vesa:
        push    es
        push    di
        mov     ax, WORK_SEG
        mov     es, ax
        xor     di, di
        mov     ax, 4F00h
        int     10h
        cmp     ax, 004Fh
        jne     .done
        PRINT   ' with VBE '
        mov     al, [es:5]
        xor     ah, ah
        call    print_dec16
        PRINT   '.'
        mov     al, [es:4]
        call    print_dec16
.done:
        pop     di
        pop     es
        ret

; The types that INT 13h, function 8 returns in BL.
machine_types:  dw      .t0, .t1, .t2, .t3, .t4, .t5, .t6
.t0:            db      'floppy', 0
.t1:            db      '360K', 0
.t2:            db      '1.2M', 0
.t3:            db      '720K', 0
.t4:            db      '1.44M', 0
.t5:            db      '2.88M', 0
.t6:            db      '2.88M', 0

machine_disks:
        LABEL   'Floppy drives'
        int     11h
        test    al, 1
        jz      .none
        mov     cl, 6
        shr     al, cl
        and     al, 3
        inc     al
        mov     ch, al                  ; CH = drives, CL = the one at hand
        xor     cl, cl
.floppy:
        mov     al, 'A'
        add     al, cl
        call    print_char
        PRINT   ': '
        call    machine_floppy
        PRINT   '  '
        inc     cl
        cmp     cl, ch
        jb      .floppy
        call    print_line
        jmp     short .hard
.none:
        PRINT   'none', 13, 10
.hard:
        LABEL   'Hard disks'
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     ch, [es:BDA_HDISKS]
        pop     es
        or      ch, ch
        jz      .nohard
        mov     cl, 80h
        add     ch, cl
.disk:
        cmp     cl, 80h
        je      .first
        call    print_line
        mov     al, 20
        call    text_to
.first:
        mov     al, cl
        call    print_hex8
        PRINT   'h: '
        call    machine_hard
        inc     cl
        cmp     cl, ch
        jb      .disk
        call    print_line
        ret
.nohard:
        PRINT   'none', 13, 10
        ret

; machine_floppy, machine_hard: what INT 13h, function 8 says of drive CL. It
; returns ES:DI for floppies and changes nearly every register.
machine_floppy:
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        push    es
        mov     dl, cl
        mov     ah, 8
        xor     bx, bx
        int     13h
        jc      .old
        cmp     bl, 6
        ja      .old
        xor     bh, bh
        jmp     short .name
.old:
        xor     bx, bx
.name:
        shl     bx, 1
        mov     si, [machine_types + bx]
        call    print
        pop     es
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret
machine_hard:
        push    ax
        push    bx
        push    cx
        push    dx
        push    es
        mov     dl, cl
        mov     ah, 8
        int     13h
        jnc     .good
        PRINT   'does not answer'
        jmp     short .done
.good:
        mov     al, ch                  ; cylinder: CL's upper bits and CH
        mov     ah, cl
        push    cx
        mov     cl, 6
        shr     ah, cl
        pop     cx
        inc     ax
        call    print_dec16
        PRINT   ' cylinders, '
        mov     al, dh
        xor     ah, ah
        inc     ax
        call    print_dec16
        PRINT   ' heads, '
        mov     al, cl
        and     ax, 3Fh
        call    print_dec16
        PRINT   ' sectors'
.done:
        pop     es
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

machine_ports:
        LABEL   'Serial ports'
        mov     bx, BDA_COM1
        call    machine_list
        LABEL   'Parallel ports'
        mov     bx, BDA_LPT1
; machine_list: the words at 40:BX that are not 0: four for COM, three for LPT.
machine_list:
        push    es
        mov     ax, BDA_SEG
        mov     es, ax
        mov     cx, 4
        cmp     bx, BDA_COM1
        je      .begin
        dec     cx
.begin:
        xor     dx, dx                  ; DX = found
.next:
        mov     ax, [es:bx]
        or      ax, ax
        jz      .none
        call    print_hex16
        PRINT   'h  '
        inc     dx
.none:
        add     bx, 2
        loop    .next
        or      dx, dx
        jnz     .done
        PRINT   'none'
.done:
        call    print_line
        pop     es
        ret

machine_bios:
        LABEL   'BIOS'
        push    es
        mov     ax, 0F000h
        mov     es, ax
        mov     bx, 0FFF5h
        mov     cx, 8
.date:
        mov     al, [es:bx]
        cmp     al, ' '
        jb      .next
        call    print_char
.next:
        inc     bx
        loop    .date
        PRINT   ', model '
        mov     al, [es:0FFFEh]
        call    print_hex8
        pop     es
        PRINT   'h', 13, 10
        ret

; machine_test: what every machine has.
machine_test:
        int     12h
        cmp     ax, 255
        cmc
        CHECK_C 'machine: 256 KB of base memory or more'
        mov     ax, 0F000h
        mov     es, ax
        cmp     byte [es:0FFF0h], 0EAh
        CHECK_Z 'machine: a far jump at the reset address'
        mov     ah, 0Fh
        int     10h
        cmp     ah, 80
        CHECK_Z 'machine: 80 columns of text'
        ret
