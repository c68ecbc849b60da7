; tprobe.asm - biostest: what DOS extenders, memory managers and drivers look
; at before they decide that nobody is there: vectors, names behind vectors,
; and calls that must come back as they were made.
;
; References: EMS 4.0, VCPI 1.0, XMS 3.0, DPMI 1.0 and VDS 2.0; FTP Software,
; Packet Driver Specification 1.09; Ralf Brown's Interrupt List for the others.

test_probes:
        call    vectors_user
        call    vectors_none
        call    names_behind
        call    calls_unanswered
        push    sp
        pop     ax
        cmp     ax, sp
        jne     .done
        call    probes_286
.done:
        ret

; 60h-66h are the user's and empty. 67h has the BIOS's IRET: an extender asks
; there for VCPI unless it finds that very handler.
vectors_user:
        mov     si, 60h * 4
        mov     cx, 7 * 2
        call    words_zero
        check   'vectors 60h to 66h are zero'
        expect  word [67h * 4], 0FF53h, 'vector 67h is the dummy handler'
        expect  word [67h * 4 + 2], 0F000h, 'vector 67h: segment'
        ret

; Those above the second 8259's are zero, every one below them leads somewhere.
vectors_none:
        mov     si, 78h * 4
        mov     cx, 88h * 2
        call    words_zero
        check   'vectors 78h to FFh are zero'
        xor     si, si
        mov     cx, 60h
        call    vectors_lead
        check   'vectors 00h to 5Fh lead somewhere'
        mov     si, 67h * 4
        mov     cx, 11h
        call    vectors_lead
        check   'vectors 67h to 77h lead somewhere'
        cmp     byte [475h], 0
        jne     .disk
        expect  word [41h * 4], 0E401h, 'no disk: INT 41h leads to a table'
.disk:
        ret

; CF = 1: not all of CX words at DS:SI are zero; AX = one that isn't.
words_zero:
        lodsw
        or      ax, ax
        jnz     .no
        loop    words_zero
        ret
.no:
        call    hex
        stc
        ret

; CF = 1: one of CX vectors at DS:SI has a zero segment.
vectors_lead:
        lodsw
        lodsw
        or      ax, ax
        jz      words_zero.no
        loop    vectors_lead
        clc
        ret

; absent VECTOR, OFFSET, TEXT, NAME: the vector's segment has no such text
; there.
%macro absent 4
        mov     si, %%text
        mov     di, %2
        mov     bx, %1 * 4
        mov     cx, %%end - %%text
        call    text_absent
        check   %4
        jmp     short %%end
%%text: db      %3
%%end:
%endmacro

text_absent:
        mov     es, [bx + 2]
        repe    cmpsb
        push    ds
        pop     es
        je      .there
        clc
        ret
.there:
        stc
        ret

names_behind:
        absent  67h, 0Ah, 'EMMXXXX0', 'EMS: no driver behind INT 67h'
        absent  19h, 12h, 'VDISK', 'no VDISK behind INT 19h'
        mov     bx, 60h * 4
.packet:
        push    bx
        mov     di, [bx]
        add     di, 3
        mov     si, .name
        mov     cx, 8
        call    text_absent
        pop     bx
        jc      .packet_end
        add     bx, 4
        cmp     bx, 80h * 4
        jbe     .packet
        clc
.packet_end:
        check   'no packet driver from 60h to 80h'
        les     bx, [33h * 4]
        cmp     byte [es:bx], 0CFh
        push    ds
        pop     es
        call    equal_to_carry
        check   'no mouse driver: INT 33h is an IRET'
        expect  word [5Ch * 4 + 2], 0F000h, 'no NetBIOS: INT 5Ch is the BIOS'
        test    byte [47Bh], 20h
        call    zero_and_carry
        check   'VDS: bit 5 of 40:7B is clear'
        ret
.name:  db      'PKT DRVR'

zero_and_carry:
        clc
        jz      .done
        stc
.done:
        ret

; A call that nobody takes changes no register.
%macro nobody 6                         ; INT, AX, BX, CX, DX, name
        service %1, %2, %3, %4, %5, ANY, 0, %6
%endmacro

calls_unanswered:
        cmp     word [67h * 4 + 2], 0
        je      .dos
        nobody  67h, 0DE00h, 2, 3, 4, 'VCPI: INT 67h DE00h unanswered'
        nobody  67h, 4000h, 2, 3, 4, 'EMS: INT 67h 40h unanswered'
        nobody  67h, 3F00h, 2, 3, 4, 'QEMM: INT 67h 3Fh unanswered'
.dos:
        nobody  2Fh, 4300h, 2, 3, 4, 'XMS: INT 2Fh 4300h unanswered'
        nobody  2Fh, 1687h, 0, 0, 0, 'DPMI: INT 2Fh 1687h unanswered'
        nobody  2Fh, 1600h, 2, 3, 4, 'Windows: INT 2Fh 1600h unanswered'
        nobody  2Fh, 160Ah, 2, 3, 4, 'Windows: INT 2Fh 160Ah unanswered'
        nobody  2Fh, 4680h, 2, 3, 4, 'Windows: INT 2Fh 4680h unanswered'
        nobody  2Fh, 1605h, 0, 0, 1, 'Windows: INT 2Fh 1605h unanswered'
        nobody  2Fh, 1680h, 2, 3, 4, 'idle: INT 2Fh 1680h unanswered'
        nobody  2Fh, 1A00h, 2, 3, 4, 'ANSI: INT 2Fh 1A00h unanswered'
        nobody  2Fh, 1500h, 0, 0, 0, 'CD-ROM: INT 2Fh 1500h unanswered'
        nobody  2Fh, 4A10h, 0, 0EBABh, 0, 'cache: INT 2Fh 4A10h unanswered'
        nobody  2Fh, 4A11h, 0, 0, 0, 'DoubleSpace: INT 2Fh 4A11h unanswered'
        nobody  2Fh, 0ED00h, 2, 3, 4, 'Phar Lap: INT 2Fh ED00h unanswered'
        nobody  2Fh, 0FBA1h, 81h, 0, 0, 'RTM: INT 2Fh FBA1h unanswered'
        nobody  4Bh, 8102h, 0, 0, 0, 'VDS: INT 4Bh 8102h unanswered'
        nobody  4Bh, 8200h, 0, 0, 0, 'CAM: INT 4Bh 8200h unanswered'
        service 15h, 0BF02h, 2, 3, 0, CY, M_AX, \
                'DOS/16M: INT 15h BF02h keeps DX'
        service 15h, 1022h, 0, 3, 4, CY, M_AX, \
                'TopView: INT 15h 1022h keeps BX'
        service 15h, 0DE00h, 0, 3, 4, CY, M_AX, \
                'DESQview: INT 15h DE00h keeps BX'
        service 15h, 2000h, 2, 3, 4, CY, M_AX, 'INT 15h 2000h keeps'
        ret

; Extended memory: no VDISK header at 1 MB, the processor in real mode.
probes_286:
        cpu     286
        smsw    ax
        and     ax, 1
        expect  ax, 0, 'the processor is in real mode'
        cpu     8086
        service 15h, 8800h, 2, 3, 4, NC, M_AX, 'INT 15h 88h answers'
        cmp     word [got_ax], 0
        je      .done
        push    ds
        pop     es
        mov     byte [.gdt + 12h + 2], 10h
        mov     word [.gdt + 1Ah], .head
        mov     byte [.gdt + 1Ah + 2], 0
        mov     cx, 8
        mov     si, .gdt
        mov     ah, 87h
        int     15h
        check   'INT 15h 87h fetches from 1 MB'
        mov     si, .vdisk
        mov     di, .head + 3
        mov     cx, 5
        repe    cmpsb
        clc
        jne     .absent
        stc
.absent:
        check   'no VDISK at 1 MB'
.done:
        ret
.head:  times 16 db 0
.vdisk: db      'VDISK'
.gdt:   times 16 db 0
        dw      0FFFFh, 0
        db      0, 93h, 0, 0
        dw      0FFFFh, 0
        db      0, 93h, 0, 0
        times 16 db 0
