; apm.asm - INT 15h 53h: APM 1.2 for a machine on mains power.
;
; Reference: APM BIOS Interface Specification 1.2. Real mode and the 16 and
; 32 bit protected-mode interfaces share the code below: it touches no segment
; but the stack and this one. Not modelled: stand-by and suspend (accepted, and
; nothing happens), events, timers, several batteries.

APM_NOTCONN     equ 03h
APM_BADDEV      equ 09h
APM_BADVAL      equ 0Ah
APM_NOEVENT     equ 80h

; INT 15h 53h: connections first, then the common functions.
apm_entry:
        sti
        push    bp
        mov     bp, sp
        and     byte [bp + 6], 0FEh
        pop     bp
        cmp     al, 02h
        je      apm_connect16
        cmp     al, 03h
        je      apm_connect32
        clc
        call    apm_function
        jnc     .done
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
.done:
        iret

; 02h: AX = code segment, BX = offset, CX = data segment, SI and DI = lengths.
apm_connect16:
        mov     ax, BIOS_SEG
        mov     bx, apm_pm16
        mov     cx, BDA_SEG
        mov     si, 0FFFFh
        mov     di, 0FFFFh
        iret

; 03h: AX = 32-bit code segment, EBX = offset, CX = 16-bit code segment, DX =
; data segment, ESI = lengths of both code segments, DI = of the data segment.
apm_connect32:
        push    sp
        pop     ax
        cmp     ax, sp
        jne     .no
        cpu     386
        mov     ax, BIOS_SEG
        mov     ebx, apm_pm32
        mov     cx, BIOS_SEG
        mov     dx, BDA_SEG
        mov     esi, 0FFFFFFFFh
        mov     di, 0FFFFh
        iret
        cpu     8086
.no:
        push    bp
        mov     bp, sp
        or      byte [bp + 6], 1
        pop     bp
        mov     ah, 86h
        iret

; Protected-mode entries: far calls, AX = 53xxh as for the interrupt.
apm_pm16:
        call    apm_function
        retf

; apm_function: AL = function, registers as the specification says. CF = 1:
; AH = error. Touches no data segment.
apm_function:
        cmp     al, 10h
        ja      .unknown
        cmp     al, 0
        je      apm_check
        cmp     al, 05h
        je      apm_idle
        cmp     al, 07h
        je      apm_set_state
        cmp     al, 0Ah
        je      apm_power
        cmp     al, 0Bh
        je      .no_event
        cmp     al, 0Ch
        je      apm_get_state
        cmp     al, 0Eh
        je      apm_version
        cmp     al, 10h
        je      apm_abilities
        cmp     al, 02h
        je      .unknown
        cmp     al, 03h
        je      .unknown
        mov     ah, 0                   ; 01 04 06 08 09 0D 0F: done
        clc
        ret
.no_event:
        mov     ah, APM_NOEVENT
        stc
        ret
.unknown:
        mov     ah, 86h
        stc
        ret

; 00h: version 1.2, both protected-mode interfaces.
apm_check:
        cmp     bx, 0
        jne     apm_bad_device
        mov     ax, 0102h
        mov     bx, ('P' << 8) | 'M'
        mov     cx, 0003h
        clc
        ret

apm_bad_device:
        mov     ah, APM_BADDEV
        stc
        ret

; 05h: until the next interrupt.
apm_idle:
        sti
        hlt
        mov     ah, 0
        clc
        ret

; 07h: CX = state, 3 is off.
apm_set_state:
        cmp     cx, 3
        ja      .bad
        jne     .done
        cmp     bx, 1
        jne     .done
        jmp     short apm_off
.done:
        mov     ah, 0
        clc
        ret
.bad:
        mov     ah, APM_BADVAL
        stc
        ret

; apm_off: the port of Bochs. Where there is none the machine stands still.
apm_off:
        cli
        mov     dx, BOCHS_OFF
        mov     al, 'S'
        out     dx, al
        mov     al, 'h'
        out     dx, al
        mov     al, 'u'
        out     dx, al
        mov     al, 't'
        out     dx, al
        mov     al, 'd'
        out     dx, al
        mov     al, 'o'
        out     dx, al
        mov     al, 'w'
        out     dx, al
        mov     al, 'n'
        out     dx, al
.stop:
        hlt
        jmp     .stop

; 0Ah: on line, no battery. BX = 1: all devices; there is no battery to name.
apm_power:
        cmp     bx, 1
        jne     apm_bad_device
        mov     bx, 01FFh
        mov     cx, 80FFh
        mov     dx, 0FFFFh
        xor     si, si
        mov     ah, 0
        clc
        ret

; 0Ch: everything is running.
apm_get_state:
        xor     cx, cx
        mov     ah, 0
        clc
        ret

; 0Eh: CX = the driver's version; the lower one counts.
apm_version:
        mov     ax, 0102h
        cmp     cx, 0102h
        jae     .done
        mov     ax, 0101h
        cmp     cx, 0101h
        jae     .done
        mov     ax, 0100h
.done:
        clc
        ret

; 10h: no batteries, no stand-by, no suspend.
apm_abilities:
        xor     bx, bx
        xor     cx, cx
        mov     ah, 0
        clc
        ret

; The 32-bit entry: near calls and a far return of that size.
        cpu     386
        bits    32
apm_pm32:
        cmp     al, 05h
        je      .done
        cmp     al, 07h
        je      .state
        cmp     al, 0Ah
        je      .power
        cmp     al, 0Bh
        je      .no_event
        cmp     al, 0Ch
        je      .running
        cmp     al, 0Eh
        je      .version
        cmp     al, 10h
        je      .abilities
        ja      .unknown
.done:
        mov     ah, 0
        clc
        retf
.state:
        cmp     cx, 3
        jne     .done
        cmp     bx, 1
        jne     .done
        cli
        mov     edx, BOCHS_OFF
        mov     ecx, 8
        mov     esi, .word - .here
        call    .here
.here:
        pop     ebx
        add     esi, ebx
.letter:
        cs lodsb
        out     dx, al
        loop    .letter
.stop:
        hlt
        jmp     .stop
.word:  db      'Shutdown'
.power:
        mov     bx, 01FFh
        mov     cx, 80FFh
        mov     dx, 0FFFFh
        jmp     .done
.no_event:
        mov     ah, APM_NOEVENT
        stc
        retf
.running:
        xor     cx, cx
        jmp     .done
.version:
        mov     ax, 0102h
        clc
        retf
.abilities:
        xor     ebx, ebx
        xor     ecx, ecx
        jmp     .done
.unknown:
        mov     ah, 86h
        stc
        retf
        bits    16
        cpu     8086
