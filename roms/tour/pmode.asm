; pmode.asm - page: the step to protected mode, its GDT and IDT; and the way
; there that the pages on paging, V86, and tasks take too.
;
; In protected mode a segment register holds a selector: the offset of an
; eight-byte descriptor in the global descriptor table, which says where the
; segment begins, how long it is and what may be done with it. The CPU checks
; each access; what is not allowed becomes a fault, and faults and interrupts go
; through the interrupt descriptor table.
;
; The descriptors below give code, data and stack the same base as real mode's
; segment 1000h. So routines like print work on both sides, and pm_run can be
; called like any other: it goes to protected mode, calls SI, and comes back.
;
; Shown: the GDT, decoded; a register dump from inside; what a fault reports.
; Reference: Intel 80386 Programmer's Reference Manual, chapters 5, 6, 9, 10.

        cpu     386

RING3_STACK     equ     0E800h
RING0_STACK     equ     0F000h          ; for entries from ring 3 and V86

; DESCRIPTOR base, limit, access, flags. Access: P, DPL (2 bits), S, type.
; Flags: 8 limit counts pages, 4 32-bit segment.
%macro DESCRIPTOR 4
        dw      (%2) & 0FFFFh
        dw      (%1) & 0FFFFh
        db      ((%1) >> 16) & 0FFh, %3
        db      ((%4) << 4) | (((%2) >> 16) & 0Fh), (%1) >> 24
%endmacro

        align   8, db 0
gdt:            DESCRIPTOR 0, 0, 0, 0                   ; selector 0: none
gdt_code:       DESCRIPTOR TOUR_BASE, 0FFFFh, 9Ah, 0    ; ring 0, 16 bit
gdt_data:       DESCRIPTOR TOUR_BASE, 0FFFFh, 92h, 0
gdt_flat:       DESCRIPTOR 0, 0FFFFFh, 92h, 0Ch         ; all 4 GB
gdt_code32:     DESCRIPTOR TOUR_BASE, 0FFFFh, 9Ah, 4    ; ring 0, 32 bit
gdt_screen:     DESCRIPTOR 0B8000h, 07FFFh, 92h, 0
gdt_user:       DESCRIPTOR TOUR_BASE, 0FFFFh, 0FAh, 0   ; ring 3
gdt_userdata:   DESCRIPTOR TOUR_BASE, 0FFFFh, 0F2h, 0
gdt_userflat:   DESCRIPTOR 0, 0FFFFFh, 0F2h, 0Ch
gdt_small:      DESCRIPTOR TOUR_BASE, 000FFh, 92h, 0    ; 256 bytes
gdt_readonly:   DESCRIPTOR TOUR_BASE, 0FFFFh, 90h, 0
gdt_absent:     DESCRIPTOR TOUR_BASE, 0FFFFh, 12h, 0    ; P = 0
gdt_tss:        DESCRIPTOR TOUR_BASE + pm_tss - tour_start, PM_TSS_LIMIT, 89h, 0
gdt_tasks:      times 32 db 0                           ; for tasks.asm
gdt_end:

SEL_CODE        equ     gdt_code - gdt
SEL_DATA        equ     gdt_data - gdt
SEL_FLAT        equ     gdt_flat - gdt
SEL_CODE32      equ     gdt_code32 - gdt
SEL_SCREEN      equ     gdt_screen - gdt
SEL_USER        equ     gdt_user - gdt + 3
SEL_USERDATA    equ     gdt_userdata - gdt + 3
SEL_USERFLAT    equ     gdt_userflat - gdt + 3
SEL_SMALL       equ     gdt_small - gdt
SEL_READONLY    equ     gdt_readonly - gdt
SEL_ABSENT      equ     gdt_absent - gdt
SEL_TSS         equ     gdt_tss - gdt
SEL_TASKS       equ     gdt_tasks - gdt

gdt_register:   dw      gdt_end - gdt - 1
                dd      TOUR_BASE + gdt
idt_register:   dw      idt_end - idt - 1
                dd      TOUR_BASE + idt
ivt_register:   dw      3FFh                            ; real mode's
                dd      0

; The IDT: 32 exceptions, the 16 interrupt lines as v86.asm maps them, and one
; gate that ring 3 may use. GATE n, access: 8E interrupt gate, EE for ring 3.
%macro GATE 2
        dw      pm_stub%1, SEL_CODE, (%2) << 8, 0
%endmacro

        align   8, db 0
idt:
%assign n 0
%rep 48
        GATE    n, 8Eh
%assign n n + 1
%endrep
        GATE    48, 0EEh
idt_end:

PM_SERVICE      equ     48

; All entries push the vector; those where the CPU pushes no error code push 0
; in its place.
%macro STUB 2
pm_stub%1:
%if %2 = 0
        push    dword 0
%endif
        push    dword %1
        jmp     pm_entry
%endmacro

%assign n 0
%rep 49
%if (n = 8) || (n >= 10 && n <= 14) || (n = 17)
        STUB    n, 1
%else
        STUB    n, 0
%endif
%assign n n + 1
%endrep

; What lies on the stack when a handler runs, from BP on.
struc FRAME
.gs:            resw    1
.fs:            resw    1
.es:            resw    1
.ds:            resw    1
.edi:           resd    1
.esi:           resd    1
.ebp:           resd    1
.sp:            resd    1
.ebx:           resd    1
.edx:           resd    1
.ecx:           resd    1
.eax:           resd    1
.vector:        resd    1
.error:         resd    1
.eip:           resd    1
.cs:            resd    1
.eflags:        resd    1
.esp:           resd    1               ; from here on: only if the privilege
.ss:            resd    1               ; level changed
.ves:           resd    1               ; and these out of V86 only
.vds:           resd    1
.vfs:           resd    1
.vgs:           resd    1
endstruc

; The last fault, and what pm_run keeps.
pm_vector:      dw      0
pm_error:       dw      0
pm_eip:         dd      0
pm_cr2:         dd      0
pm_faults:      dw      0
pm_resume:      dw      0               ; where a fault is to go on
pm_handler:     dw      0
pm_sp:          dw      0
pm_eax:         dd      0
pm_failed:      db      0
pm_screen:      dw      0

; pm_entry: every exception and interrupt. The handler gets BP = FRAME and may
; change it; CF = 1: it does not want to go on, and pm_run returns CF = 1.
pm_entry:
        pushad
        push    ds
        push    es
        push    fs
        push    gs
        mov     ax, SEL_DATA
        mov     ds, ax
        mov     ax, SEL_FLAT
        mov     es, ax
        cld
        mov     bp, sp
        call    pm_note
        call    [pm_handler]
        jc      pm_exit
        pop     gs
        pop     fs
        pop     es
        pop     ds
        popad
        add     sp, 8                   ; vector, error code
        o32 iret

; pm_note: remembers the fault at BP.
pm_note:
        mov     ax, [bp + FRAME.vector]
        cmp     ax, 32
        jae     .done
        mov     [pm_vector], ax
        mov     ax, [bp + FRAME.error]
        mov     [pm_error], ax
        mov     eax, [bp + FRAME.eip]
        mov     [pm_eip], eax
        mov     eax, cr2
        mov     [pm_cr2], eax
        inc     word [pm_faults]
.done:
        ret

; pm_expect: a handler that goes on at pm_resume, once; without one it gives up.
; Faults in ring 3 go on in ring 0, with pm_run's stack.
pm_expect:
        xor     eax, eax
        xchg    ax, [pm_resume]
        or      ax, ax
        stc
        jz      .done
        test    byte [bp + FRAME.cs], 3
        jnz     .inner
        mov     [bp + FRAME.eip], eax
        clc
.done:
        ret
.inner:
        mov     sp, [pm_sp]             ; drop all that lies on the stack,
        sub     sp, 2                   ; but what pm_run's call pushed
        jmp     ax

; pm_run: SI = routine to call in protected mode, interrupts off, ES = all of
; memory; BX = handler of faults. CF = 1: the handler gave up. Returns the
; general registers as SI left them.
pm_run:
        cli
        mov     [pm_sp], sp
        mov     [pm_handler], bx
        mov     word [pm_resume], 0
        mov     word [pm_vector], 0FFFFh
        mov     word [pm_faults], 0
        movzx   eax, word [text_seg]    ; the screen's selector
        mov     [pm_screen], ax
        shl     eax, 4
        mov     [gdt_screen + 2], ax
        shr     eax, 16
        mov     [gdt_screen + 4], al
        and     byte [gdt_tss + 5], 0FDh        ; not busy
        lgdt    [gdt_register]
        lidt    [idt_register]
        mov     eax, cr0
        or      al, 1                   ; PE: protection enable
        mov     cr0, eax
        jmp     SEL_CODE:.protected     ; CS is real mode's until here
.protected:
        mov     ax, SEL_DATA
        mov     ds, ax
        mov     ss, ax
        mov     ax, SEL_FLAT
        mov     es, ax
        xor     ax, ax
        mov     fs, ax
        mov     gs, ax
        lldt    ax
        mov     ax, SEL_TSS
        ltr     ax
        mov     word [text_seg], SEL_SCREEN
        call    si
        clc

; pm_exit: back to real mode with CF, from anywhere in ring 0.
pm_exit:
        cli
        setc    [pm_failed]
        mov     [pm_eax], eax
        mov     eax, cr0
        and     eax, 7FFFFFFFh          ; paging off, if it is on
        mov     cr0, eax
        xor     eax, eax
        mov     cr3, eax
        mov     ax, SEL_DATA            ; real mode needs limits of 64 KB
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     sp, [pm_sp]
        clts
        mov     eax, cr0
        and     al, 0FEh
        mov     cr0, eax
        jmp     TOUR_SEG:.real
.real:
        mov     ax, cs
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     fs, ax
        mov     gs, ax
        lidt    [ivt_register]
        mov     ax, [pm_screen]
        mov     [text_seg], ax
        mov     eax, [pm_eax]
        sti
        shr     byte [pm_failed], 1     ; into CF
        ret

; The task state segment: where ring 0's stack is, and the I/O permission
; bitmap: one bit a port, 1: not allowed in V86 and ring 3. Ports above 3FFh
; lie beyond the limit and are not allowed either.
        align   4, db 0
pm_tss:
        dd      0
        dd      RING0_STACK
        dd      SEL_DATA
        times   100 - 12 db 0
        dw      0
        dw      pm_iomap - pm_tss
pm_iomap:
        times   128 db 0
        db      0FFh                    ; the CPU may look one byte further
PM_TSS_LIMIT    equ     $ - pm_tss - 1

; EXPECT label : a fault up to there goes on there.
%macro EXPECT 1
        mov     word [pm_resume], %1
%endmacro

pmode_inside:   dd      0               ; CR0, seen from inside
pmode_cs:       dw      0
pmode_gdtr:     times 3 dw 0

; pmode_look: what the page shows.
pmode_look:
        mov     eax, cr0
        mov     [pmode_inside], eax
        mov     [pmode_cs], cs
        sgdt    [pmode_gdtr]
        ret

; Each of these does what is not allowed.
pmode_limit:
        EXPECT  .end
        mov     ax, SEL_SMALL
        mov     gs, ax
        mov     al, [gs:0FFh]           ; the last byte
        mov     al, [gs:100h]
.end:
        ret
pmode_write:
        EXPECT  .end
        mov     ax, SEL_READONLY
        mov     gs, ax
        mov     al, [gs:0]
        mov     [gs:0], al
.end:
        ret
pmode_gone:
        EXPECT  .end
        mov     ax, SEL_ABSENT
        mov     gs, ax
.end:
        ret
pmode_null:
        EXPECT  .end
        xor     ax, ax
        mov     gs, ax                  ; to load it is allowed
        mov     al, [gs:0]
.end:
        ret
pmode_divide:
        EXPECT  .end
        xor     cx, cx
        div     cx
.end:
        ret

; pmode_ring3: goes out to SI in ring 3, by a far return to an outer level.
pmode_ring3:
        push    word SEL_USERDATA
        push    word RING3_STACK
        push    word SEL_USER
        push    si
        retf

; pmode_privilege: a CLI in ring 3 is a fault.
pmode_privilege:
        mov     si, .user
        EXPECT  .end
        jmp     pmode_ring3
.user:
        mov     ax, cs
        mov     bx, ax
        cli
.end:
        ret

; pmode_service: ring 3 asks ring 0 by INT 30h; the handler comes back by
; pm_expect, for ring 3 has nobody to return to.
pmode_service:
        mov     si, .user
        EXPECT  .end
        jmp     pmode_ring3
.user:
        mov     dx, 1234h
        int     PM_SERVICE
.end:
        ret

; pmode_wide: 32-bit code: the same bytes mean other instructions.
pmode_wide:
        call    SEL_CODE32:.wide
        ret
.wide:
        bits    32
        mov     eax, 12345678h
        mov     ecx, 2
.twice:
        rol     eax, 16
        loop    .twice
        o16 retf
        bits    16

; pmode_far: memory above 1 MB, where real mode does not reach.
pmode_far:
        mov     edi, 110000h
        mov     ecx, [es:edi]
        mov     dword [es:edi], 5AA5C33Ch
        mov     eax, [es:edi]
        mov     [es:edi], ecx
        ret

pmode_routines: dw      pmode_limit, pmode_write, pmode_gone, pmode_null
                dw      pmode_divide, pmode_privilege
pmode_which:    dw      0

pmode_page:
        NOTE    2, 'Segment registers hold selectors; each names a ', \
                   'descriptor of the GDT.'
        NOTE    21, 'A fault pushes an error code: 0, or the selector that ', \
                    'was at fault.'
        HELP    'Faults: 1 limit  2 read-only  3 absent  4 null  5 divide  ', \
                '6 CLI in ring 3'
        mov     si, pmode_look
        mov     bx, pm_expect
        call    pm_run
        mov     bx, pmode_show
        mov     di, pmode_key
        jmp     page_loop

pmode_key:
        sub     al, '1'
        cmp     al, 6
        jae     .done
        mov     bl, al
        xor     bh, bh
        shl     bx, 1
        mov     si, [pmode_routines + bx]
        mov     bx, pm_expect
        call    pm_run
        call    pmode_report
.done:
        ret

; pmode_report: the last fault.
pmode_report:
        FIELD   20, 2, 'Vector'
        mov     ax, [pm_vector]
        call    print_dec16
        PRINT   '   '
        FIELD   20, 16, 'error code'
        mov     ax, [pm_error]
        call    print_hex16
        FIELD   20, 36, 'at EIP'
        mov     ax, [pm_eip]
        mov     dx, [pm_eip + 2]
        call    print_hex32
        ret

pmode_show:
        FIELD   4, 2, 'CR0 inside'
        mov     ax, [pmode_inside]
        mov     dx, [pmode_inside + 2]
        call    print_hex32
        FIELD   4, 26, 'CS'
        mov     ax, [pmode_cs]
        call    print_hex16
        FIELD   4, 36, 'GDTR'
        mov     ax, [pmode_gdtr + 2]
        mov     dx, [pmode_gdtr + 4]
        call    print_hex32
        PRINT   ' limit '
        mov     ax, [pmode_gdtr]
        call    print_hex16
        NOTE    5, 'Sel   base      limit   DPL  P  type'
        mov     si, gdt
        mov     cl, 6
.next:
        mov     [text_pos + 1], cl
        mov     byte [text_pos], 2
        call    pmode_descriptor
        inc     cl
        add     si, 8
        cmp     si, gdt_tasks
        jb      .next
        ret

; pmode_descriptor: SI = descriptor; its fields as a line.
pmode_descriptor:
        COLOR   VALUE
        mov     ax, si
        sub     ax, gdt
        call    print_hex16
        PRINT   '  '
        mov     dl, [si + 4]
        mov     dh, [si + 7]
        mov     ax, [si + 2]
        call    print_hex32
        PRINT   '  '
        mov     al, [si + 6]
        and     al, 0Fh
        call    print_hex8
        mov     ax, [si]
        call    print_hex16
        PRINT   '  '
        mov     al, [si + 5]
        push    ax
        shr     al, 5
        and     al, 3
        call    print_hex8
        PRINT   '  '
        mov     al, '0'
        test    byte [si + 5], 80h
        jz      .absent
        inc     ax
.absent:
        call    print_char
        pop     ax
        PRINT   '  '
        call    pmode_type
        ret

; pmode_type: AL = access byte, SI = descriptor.
pmode_type:
        test    al, 10h
        jnz     .memory
        test    al, 0Fh
        jz      .none
        PRINT   'task state segment'
        ret
.none:
        PRINT   'none'
        ret
.memory:
        test    al, 8
        jz      .data
        PRINT   'code'
        test    byte [si + 6], 40h
        jz      .done
        PRINT   ', 32 bit'
.done:
        ret
.data:
        PRINT   'data'
        test    al, 2
        jnz     .writable
        PRINT   ', read only'
.writable:
        test    al, 1
        jz      .done
        PRINT   ', accessed'
        ret

; pmode_try: SI = routine that faults: AX = vector, DX = error code.
pmode_try:
        mov     bx, pm_expect
        call    pm_run
        mov     ax, [pm_vector]
        mov     dx, [pm_error]
        ret

pmode_test:
        mov     si, pmode_look
        mov     bx, pm_expect
        call    pm_run
        CHECK_NC 'pmode: there and back'
        test    byte [pmode_inside], 1
        CHECK_NZ 'pmode: CR0 shows PE'
        cmp     word [pmode_cs], SEL_CODE
        CHECK_Z 'pmode: CS is a selector'
        mov     eax, [pmode_gdtr + 2]
        cmp     eax, TOUR_BASE + gdt
        CHECK_Z 'pmode: SGDT tells where the GDT is'
        test    byte [gdt_data + 5], 1
        CHECK_NZ 'pmode: a loaded descriptor is marked accessed'
        call    pmode_test_faults
        mov     si, pmode_wide
        mov     bx, pm_expect
        call    pm_run
        cmp     eax, 12345678h
        CHECK_Z 'pmode: 32-bit code runs in a 32-bit segment'
        call    pmode_test_far
        mov     eax, cr0
        test    al, 1
        CHECK_Z 'pmode: back in real mode, PE is clear'
        ret

pmode_test_faults:
        mov     si, pmode_divide
        call    pmode_try
        cmp     ax, 0
        CHECK_Z 'pmode: a division by zero comes through the IDT'
        mov     si, pmode_write
        call    pmode_try
        cmp     ax, 13
        CHECK_SEGMENT 'pmode: a write to a read-only segment is #GP'
        mov     si, pmode_limit
        call    pmode_try
        cmp     ax, 13
        CHECK_SEGMENT 'pmode: a byte beyond the limit is #GP'
        mov     si, pmode_null
        call    pmode_try
        cmp     ax, 13
        CHECK_SEGMENT 'pmode: so is the null selector, when used'
        mov     si, pmode_gone
        call    pmode_try
        cmp     ax, 11
        CHECK_Z 'pmode: an absent segment is #NP'
        cmp     dx, SEL_ABSENT
        CHECK_Z 'pmode: its error code is the selector'
        mov     bx, 0
        mov     si, pmode_privilege
        call    pmode_try
        cmp     ax, 13
        CHECK_Z 'pmode: CLI in ring 3 is #GP'
        mov     si, pmode_service
        call    pmode_try
        cmp     ax, 0FFFFh
        CHECK_Z 'pmode: ring 3 calls ring 0 by INT 30h, no fault'
        ret

pmode_test_far:
        push    ax
        call    machine_extended
        pop     ax
        jc      .skip
        mov     al, 1
        call    a20_fast
        call    a20_set
        mov     si, pmode_far
        mov     bx, pm_expect
        call    pm_run
        cmp     eax, 5AA5C33Ch
        CHECK_Z 'pmode: memory above 1 MB is in reach'
        ret
.skip:
        SKIP    'pmode: memory above 1 MB'
        ret

        cpu     8086
