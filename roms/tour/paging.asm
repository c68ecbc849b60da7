; paging.asm - page: paging, with faults that are handled.
;
; With CR0.PG set, the address that segmentation gives is linear: its upper 10
; bits pick an entry of the page directory, the next 10 bits one of a page
; table, which names the 4 KB of physical memory the last 12 bits are in. CR3
; holds the directory's address. Entries have bits: 0 present, 1 writable,
; 2 user, 5 accessed, 6 dirty (table only); the CPU sets the last two. Without
; bit 0 the CPU raises #PF (14), with the linear address in CR2 and an error
; code: 1 it was present, 2 a write, 4 from ring 3. The handler may mend the
; entry and return: the instruction runs again, as if nothing had been.
;
; Here the first 4 MB are mapped to themselves. The 64 KB at 4 MB have no
; memory until they are touched: the handler gives them pages then.
;
; Shown: the sixteen entries. Reference: Intel 80386 Programmer's Reference
; Manual, section 5.2.

        cpu     386

PAGE_DIR        equ     PAGING_SEG * 16         ; 40000h
PAGE_TABLE0     equ     PAGE_DIR + 1000h
PAGE_TABLE1     equ     PAGE_DIR + 2000h
PAGE_FRAMES     equ     PAGE_DIR + 10000h       ; 64 KB to give away
WINDOW          equ     400000h

PTE_PRESENT     equ     1
PTE_WRITE       equ     2
PTE_USER        equ     4
PTE_ACCESSED    equ     20h
PTE_DIRTY       equ     40h

paging_given:   dw      0               ; frames given away
paging_errors:  times 4 dw 0            ; error codes, in order

; paging_build: the directory and both tables; ES = flat.
paging_build:
        mov     edi, PAGE_DIR
        mov     ecx, 3 * 1024
        xor     eax, eax
.clear:
        mov     [es:edi], eax
        add     edi, 4
        loop    .clear, ecx
        mov     edi, PAGE_TABLE0
        mov     eax, PTE_PRESENT + PTE_WRITE + PTE_USER
.map:
        mov     [es:edi], eax
        add     edi, 4
        add     eax, 1000h
        cmp     eax, 400000h
        jb      .map
        mov     dword [es:dword PAGE_DIR], PAGE_TABLE0 + 7
        mov     dword [es:dword PAGE_DIR + 4], PAGE_TABLE1 + 7
        mov     word [paging_given], 0
        ret

; paging_on: sets CR3 and CR0.PG. paging_flush: forgets cached entries.
paging_on:
        mov     eax, PAGE_DIR
        mov     cr3, eax
        mov     eax, cr0
        or      eax, 80000000h
        mov     cr0, eax
        jmp     short $ + 2
        ret
paging_flush:
        mov     eax, cr3
        mov     cr3, eax
        ret

; paging_handler: a fault in the window gets a frame; others go the usual way.
paging_handler:
        cmp     word [pm_vector], 14
        jne     .other
        mov     eax, [pm_cr2]
        sub     eax, WINDOW
        cmp     eax, 10000h
        jae     .other
        mov     ebx, eax
        shr     ebx, 12                 ; EBX = page of the window
        lea     edi, [PAGE_TABLE1 + ebx * 4]
        test    byte [es:edi], PTE_PRESENT
        jnz     .other                  ; it is there: no, not allowed
        mov     bx, [paging_given]
        cmp     bx, 16
        jae     .other
        cmp     bx, 4
        jae     .mend
        mov     ax, [pm_error]
        add     bx, bx
        mov     [paging_errors + bx], ax
.mend:
        movzx   eax, word [paging_given]
        inc     word [paging_given]
        shl     eax, 12
        add     eax, PAGE_FRAMES + PTE_PRESENT + PTE_WRITE + PTE_USER
        mov     [es:edi], eax
        call    paging_flush
        clc
        ret
.other:
        jmp     pm_expect

paging_address: dd      0               ; of the next touch
paging_is_write: db     0

; paging_touch: one access to paging_address.
paging_touch:
        call    paging_on
        mov     edi, [paging_address]
        cmp     byte [paging_is_write], 0
        jne     .write
        mov     al, [es:edi]
        ret
.write:
        mov     byte [es:edi], 'x'
        ret

paging_page:
        NOTE    2, 'Linear 400000h to 40FFFFh have no memory; a page ', \
                   'faults when touched.'
        HELP    '0-9, A-F: touch that page   arrow up: write   arrow down: ', \
                'read   Del: anew'
        mov     si, paging_build
        mov     bx, pm_expect
        call    pm_run
        mov     word [pm_cr2], 0
        mov     word [pm_cr2 + 2], 0
        mov     bx, paging_show
        mov     di, paging_key
        jmp     page_loop

paging_key:
        cmp     ah, 48h
        je      .write
        cmp     ah, 50h
        je      .read
        cmp     ah, 53h
        je      .anew
        sub     al, '0'
        cmp     al, 10
        jb      .touch
        sub     al, 'A' - '0' - 10
        cmp     al, 10
        jb      .done
        cmp     al, 16
        jae     .done
.touch:
        movzx   eax, al
        shl     eax, 12
        add     eax, WINDOW + 123h
        mov     [paging_address], eax
        mov     si, paging_touch
        mov     bx, paging_handler
        call    pm_run
.done:
        ret
.write:
        mov     byte [paging_is_write], 1
        ret
.read:
        mov     byte [paging_is_write], 0
        ret
.anew:
        mov     si, paging_build
        mov     bx, pm_expect
        jmp     pm_run

paging_show:
        FIELD   4, 2, 'The next touch'
        cmp     byte [paging_is_write], 0
        jne     .write
        PRINT   'reads '
        jmp     short .fault
.write:
        PRINT   'writes'
.fault:
        FIELD   4, 26, 'last fault: CR2'
        mov     ax, [pm_cr2]
        mov     dx, [pm_cr2 + 2]
        call    print_hex32
        FIELD   4, 52, 'error code'
        mov     ax, [pm_error]
        call    print_hex16
        FIELD   4, 69, 'given'
        mov     ax, [paging_given]
        call    print_dec16
        PRINT   ' '
        NOTE    6, 'Linear    entry     physical  present  accessed  dirty'
        push    es
        mov     ax, PAGING_SEG + 200h   ; the second table
        mov     es, ax
        xor     bx, bx
.next:
        mov     ax, bx
        shr     ax, 2
        add     al, 7
        mov     [text_pos + 1], al
        mov     byte [text_pos], 2
        call    paging_line
        add     bx, 4
        cmp     bx, 64
        jb      .next
        pop     es
        ret

; paging_line: ES:BX = entry of the window.
paging_line:
        COLOR   NORMAL
        mov     dx, WINDOW >> 16
        mov     ax, bx
        shl     ax, 10
        call    print_hex32
        PRINT   '  '
        COLOR   VALUE
        mov     ax, [es:bx]
        mov     dx, [es:bx + 2]
        call    print_hex32
        PRINT   '  '
        test    al, PTE_PRESENT
        jz      .none
        and     ax, 0F000h
        call    print_hex32
        PRINT   '  yes      '
        mov     ax, [es:bx]
        mov     cl, PTE_ACCESSED
        call    .yesno
        PRINT   '      '
        mov     cl, PTE_DIRTY
.yesno:
        test    al, cl
        jz      .no
        PRINT   'yes '
        ret
.no:
        PRINT   'no  '
        ret
.none:
        PRINT   '-         no       -         -   '
        ret

; paging_demand: reads one page, writes another.
paging_demand:
        call    paging_build
        call    paging_on
        mov     eax, [es:dword WINDOW]
        mov     dword [es:dword WINDOW + 3004h], 11223344h
        mov     eax, [es:dword WINDOW + 3004h]
        mov     ecx, [es:dword PAGE_TABLE1]
        mov     edx, [es:dword PAGE_TABLE1 + 3 * 4]
        ret

; paging_straddle: a dword over the border of two absent pages.
paging_straddle:
        call    paging_build
        call    paging_on
        mov     dword [es:dword WINDOW + 1FFEh], 0A1B2C3D4h
        mov     eax, [es:dword WINDOW + 1FFEh]
        ret

; paging_alias: two linear addresses of one physical page.
paging_alias:
        call    paging_build
        mov     dword [es:dword PAGE_TABLE1], PAGE_FRAMES + 7
        mov     dword [es:dword PAGE_TABLE1 + 4], PAGE_FRAMES + 7
        call    paging_on
        mov     dword [es:dword WINDOW + 10h], 12121212h
        mov     dword [es:dword WINDOW + 1010h], 34343434h
        mov     eax, [es:dword WINDOW + 10h]
        ret

; paging_remap: after the entry changes and CR3 is loaded, other memory.
paging_remap:
        call    paging_alias
        mov     dword [es:dword PAGE_FRAMES + 1010h], 56565656h
        mov     dword [es:dword PAGE_TABLE1], PAGE_FRAMES + 1007h
        call    paging_flush
        mov     eax, [es:dword WINDOW + 10h]
        ret

; paging_user: ring 3 reads a page that is the supervisor's.
paging_user:
        call    paging_build
        and     byte [es:dword PAGE_TABLE0], ~PTE_USER & 0FFh
        call    paging_on
        mov     si, .user
        EXPECT  .end
        jmp     pmode_ring3
.user:
        mov     ax, SEL_USERFLAT
        mov     es, ax
        mov     al, [es:dword 10h]
.end:
        ret

; paging_ring0_write: ring 0 writes to a page without the writable bit. The 386
; lets it; from the 486 on CR0.WP decides. AL = 1 it went through.
paging_protect: db      0               ; 1: sets WP
paging_ring0_write:
        call    paging_build
        and     byte [es:dword PAGE_TABLE0], ~PTE_WRITE & 0FFh
        call    paging_on
        cmp     byte [paging_protect], 0
        je      .write
        mov     eax, cr0
        or      eax, 10000h             ; WP
        mov     cr0, eax
.write:
        EXPECT  .end
        mov     al, [es:dword 500h]     ; print screen's status byte
        mov     [es:dword 500h], al
.end:
        mov     eax, cr0
        and     eax, ~10000h
        mov     cr0, eax
        ret

; paging_try: SI = routine, run with the handler above.
paging_try:
        mov     dword [paging_errors], 0FFFFFFFFh
        mov     bx, paging_handler
        jmp     pm_run

paging_test:
        mov     si, paging_demand
        call    paging_try
        CHECK_NC 'paging: on, and off again'
        cmp     word [pm_faults], 2
        CHECK_Z 'paging: two touched pages fault once each'
        cmp     dword [pm_cr2], WINDOW + 3004h
        CHECK_Z 'paging: CR2 is the address that faulted'
        cmp     word [paging_errors], 0
        CHECK_Z 'paging: error code of a read of an absent page'
        cmp     word [paging_errors + 2], 2
        CHECK_Z 'paging: and of a write'
        cmp     eax, 11223344h
        CHECK_Z 'paging: the write was made after the fault'
        and     cl, PTE_ACCESSED + PTE_DIRTY
        cmp     cl, PTE_ACCESSED
        CHECK_Z 'paging: a read sets the accessed bit only'
        and     dl, PTE_ACCESSED + PTE_DIRTY
        cmp     dl, PTE_ACCESSED + PTE_DIRTY
        CHECK_Z 'paging: a write sets the dirty bit too'
        mov     si, paging_straddle
        call    paging_try
        cmp     eax, 0A1B2C3D4h
        CHECK_Z 'paging: an access over two absent pages'
        mov     si, paging_alias
        call    paging_try
        cmp     eax, 34343434h
        CHECK_Z 'paging: two addresses of one page'
        mov     si, paging_remap
        call    paging_try
        cmp     eax, 56565656h
        CHECK_Z 'paging: a new CR3 forgets the old entries'
        mov     si, paging_user
        call    paging_try
        cmp     word [pm_vector], 14
        CHECK_Z 'paging: ring 3 may not read the page of ring 0'
        cmp     word [pm_error], 5
        CHECK_Z 'paging: its error code says present, user'
        call    paging_test_protect
        ret

paging_test_protect:
        mov     byte [paging_protect], 0
        mov     si, paging_ring0_write
        call    paging_try
        cmp     word [pm_faults], 0
        CHECK_Z 'paging: ring 0 writes to a read-only page'
        cmp     byte [cpu_level], CPU_486
        jb      .skip
        mov     byte [paging_protect], 1
        mov     si, paging_ring0_write
        call    paging_try
        cmp     word [pm_vector], 14
        CHECK_Z 'paging: but not while CR0.WP is set'
        cmp     word [pm_error], 3
        CHECK_Z 'paging: its error code says present, write'
        ret
.skip:
        SKIP    'paging: CR0.WP: 486 or later'
        ret

        cpu     8086
