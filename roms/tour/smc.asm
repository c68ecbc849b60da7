; smc.asm - page: code that changes itself, and who must notice.
;
; A CPU of the PC reads code from the same memory as data, so a program may
; write its own instructions: decompressors, loaders, fast loops with the
; operands patched in. Real chips had fetched a few bytes ahead by then (6 on
; the 8086, 12 on the 386, 32 on the 486); a jump made them fetch again. An
; emulator that keeps decoded or translated blocks must drop a block when its
; bytes are written, whoever writes them: this code, a string instruction,
; another segment, a page's second address, the disk's DMA.
;
; It need not drop it for a write beside the code; how finely it looks shows in
; the speed of the loops below: the same loop, writing elsewhere, next to its
; code, and into it. Monitor: info blocks.

SMC_BYTE        equ     0B8h            ; mov ax, imm16
SMC_RET         equ     0C3h
SMC_RETF        equ     0CBh
SMC_FAR         equ     8000h           ; offset in WORK_SEG
SMC_ELSEWHERE   equ     SCRATCH + 100h

; smc_loops: AX = sum of the patched operands 1 to 100: each pass runs what the
; pass before wrote.
smc_patched:
        xor     bx, bx
        mov     cx, 100
        mov     word [.operand + 1], 1
        jmp     short .operand
.operand:
        mov     ax, 0
        add     bx, ax
        inc     word [.operand + 1]
        loop    .operand
        mov     ax, bx
        ret

; smc_ahead: AX = 2: the instruction behind the jump is new.
smc_ahead:
        mov     word [.target + 1], 2
        jmp     short .target
.target:
        mov     ax, 1
        mov     word [.target + 1], 1   ; as before, for the next time
        ret

; smc_opcode: an INC becomes a DEC and back: AX = 5 + 1 - 1 - 1.
smc_opcode:
        mov     ax, 5
        call    .victim
        mov     byte [.victim], 48h     ; dec ax
        jmp     short .go
.go:
        call    .victim
        call    .victim
        mov     byte [.victim], 40h     ; inc ax
        ret
.victim:
        inc     ax
        ret

; smc_string: code made by REP MOVSB over code that has run. AX = 2222h.
smc_string:
        mov     ax, WORK_SEG
        mov     es, ax
        mov     si, .first
        call    .copy
        call    WORK_SEG:SMC_FAR        ; runs the first
        mov     si, .second
        call    .copy
        call    WORK_SEG:SMC_FAR
        ret
.copy:
        mov     di, SMC_FAR
        mov     cx, 4
        rep     movsb
        ret
.first:
        mov     ax, 1111h
        retf
.second:
        mov     ax, 2222h
        retf

; smc_alias: the same bytes by another segment: (WORK_SEG + 10h):(x - 100h).
smc_alias:
        call    smc_string              ; leaves mov ax, 2222h
        mov     ax, WORK_SEG + 10h
        mov     es, ax
        mov     word [es:SMC_FAR - 100h + 1], 3333h
        call    WORK_SEG:SMC_FAR
        ret

; smc_border: an instruction over the border of two 4 KB pages; its last byte,
; in the second page, is written.
smc_border:
        mov     ax, WORK_SEG
        mov     es, ax
        mov     byte [es:1FFEh], SMC_BYTE
        mov     word [es:1FFFh], 0044h
        mov     byte [es:2001h], SMC_RETF
        call    WORK_SEG:1FFEh
        mov     byte [es:2000h], 55h
        call    WORK_SEG:1FFEh
        ret

; smc_stack: code on the stack, made by PUSH, run, and made again. AX = 6666h.
smc_stack:
        mov     bx, 1234h
        call    .once
        mov     bx, 6666h
.once:
        push    bp
        mov     ax, SMC_RETF * 256 + 90h        ; nop, retf
        push    ax
        push    bx
        mov     ax, SMC_BYTE * 256 + 90h        ; nop, mov ax, BX
        push    ax
        mov     bp, sp
        push    cs
        mov     ax, .back
        push    ax
        push    ss
        push    bp
        retf
.back:
        add     sp, 6
        pop     bp
        ret

; smc_disk: a sector of our own disk is read over code that has run. The sector
; is smc_sector below, as the assembler left it. AX = 7777h; CF = 1: no disk.
smc_disk:
        mov     ax, WORK_SEG
        mov     es, ax
        mov     byte [es:SMC_FAR], SMC_BYTE
        mov     word [es:SMC_FAR + 1], 1111h
        mov     byte [es:SMC_FAR + 3], SMC_RETF
        call    WORK_SEG:SMC_FAR
        mov     ax, (smc_sector - tour_start) / 512 + 1
        mov     dl, [menu_drive]
        mov     bx, SMC_FAR
        call    disk_read_lba
        jc      .done
        call    WORK_SEG:SMC_FAR
        clc
.done:
        ret

        cpu     386

; smc_paged: code by two linear addresses of one page; written by the one that
; it does not run at. EAX = 8888h.
smc_paged:
        call    paging_build
        mov     dword [es:dword PAGE_TABLE1], WORK_SEG * 16 + 7
        call    paging_on
        mov     byte [es:dword WORK_SEG * 16], SMC_BYTE
        mov     word [es:dword WORK_SEG * 16 + 1], 1111h
        mov     byte [es:dword WORK_SEG * 16 + 3], SMC_RETF
        mov     word [gdt_tasks], 0FFFFh        ; a code segment at WORK_SEG
        mov     dword [gdt_tasks + 2], 9A000000h + WORK_SEG * 16
        mov     word [gdt_tasks + 6], 0
        call    SEL_TASKS:0
        mov     word [es:dword WINDOW + 1], 8888h
        call    SEL_TASKS:0
        ret

        cpu     8086

; The loops whose speed is shown: 200 passes of the same four instructions.
%macro SMC_LOOP 1
        mov     cx, 200
        mov     ax, 1
%%next:
        add     ax, 3
        mov     [%1], ax
        xor     ax, 5
        loop    %%next
        ret
%endmacro

SMC_PASSES      equ     200

smc_far_loop:
        SMC_LOOP SMC_ELSEWHERE
smc_near_loop:
        SMC_LOOP smc_beside
smc_beside:
        dw      0
smc_inside_loop:
        mov     cx, SMC_PASSES
        mov     ax, 1
.next:
        add     ax, 3
        mov     [.patch + 1], ax
.patch:
        mov     dx, 5
        loop    .next
        ret

smc_rates:      times 6 dw 0            ; three double words
smc_results:    times 8 dw 0

smc_page:
        NOTE    2, 'Whoever writes code, the CPU must run the new bytes. ', \
                   'What does it cost?'
        HELP    'Space: all the small experiments again'
        call    smc_all
        mov     bx, smc_show
        mov     di, smc_key
        jmp     page_loop

smc_key:
        cmp     al, ' '
        je      smc_all
        ret

; smc_all: the experiments' results, for the page.
smc_all:
        call    smc_patched
        mov     [smc_results], ax
        call    smc_ahead
        mov     [smc_results + 2], ax
        call    smc_opcode
        mov     [smc_results + 4], ax
        call    smc_string
        mov     [smc_results + 6], ax
        call    smc_alias
        mov     [smc_results + 8], ax
        call    smc_border
        mov     [smc_results + 10], ax
        call    smc_stack
        mov     [smc_results + 12], ax
        call    smc_disk
        mov     [smc_results + 14], ax
        ret

smc_wanted:     dw      5050, 2, 4, 2222h, 3333h, 5544h, 6666h, 7777h
smc_names:
        db      'sum of 1 to 100, by a patched operand', 0
        db      'an operand patched before a jump', 0
        db      'an opcode patched', 0
        db      'code replaced by REP MOVSB', 0
        db      'written by another segment', 0
        db      'the end of an instruction in the next page', 0
        db      'code made on the stack', 0
        db      'a sector read over code', 0

smc_show:
        mov     si, smc_names
        xor     bx, bx
.next:
        mov     ax, bx
        shr     al, 1
        add     al, 4
        mov     [text_pos + 1], al
        mov     byte [text_pos], 2
        COLOR   NORMAL
        call    print
.end:
        inc     si
        cmp     byte [si - 1], 0
        jne     .end
        mov     al, 48
        call    text_to
        COLOR   GOOD
        mov     ax, [smc_results + bx]
        cmp     ax, [smc_wanted + bx]
        je      .good
        COLOR   BAD
.good:
        call    print_hex16
        add     bx, 2
        cmp     bx, 16
        jb      .next
        mov     si, smc_far_loop
        mov     bx, smc_rates
        call    smc_measure
        mov     si, smc_near_loop
        mov     bx, smc_rates + 4
        call    smc_measure
        mov     si, smc_inside_loop
        mov     bx, smc_rates + 8
        call    smc_measure
        NOTE    14, 'Million passes of a loop of four instructions, in a ', \
                    'second:'
        FIELD   15, 2, 'that writes to another page       '
        mov     bx, smc_rates
        call    smc_rate
        FIELD   16, 2, 'that writes a word beside its code'
        mov     bx, smc_rates + 4
        call    smc_rate
        FIELD   17, 2, 'that writes an operand of its own '
        mov     bx, smc_rates + 8
        call    smc_rate
        ret

; smc_measure: SI = loop, BX = where its thousands of passes a second go.
smc_measure:
        push    bx
        mov     ax, SMC_PASSES
        mov     cx, 2
        call    speed_measure
        pop     bx
        mov     [bx], ax
        mov     [bx + 2], dx
        ret

; smc_rate: prints the thousands at BX as millions.
smc_rate:
        mov     ax, [bx]
        mov     dx, [bx + 2]
        jmp     speed_print

smc_test:
        call    smc_all
        cmp     word [smc_results], 5050
        CHECK_Z 'smc: a loop runs the operands it patches'
        cmp     word [smc_results + 2], 2
        CHECK_Z 'smc: a patch is seen behind a jump'
        cmp     word [smc_results + 4], 4
        CHECK_Z 'smc: a patched opcode'
        cmp     word [smc_results + 6], 2222h
        CHECK_Z 'smc: code replaced by REP MOVSB'
        cmp     word [smc_results + 8], 3333h
        CHECK_Z 'smc: written by another segment'
        cmp     word [smc_results + 10], 5544h
        CHECK_Z 'smc: the end of an instruction in the next page'
        cmp     word [smc_results + 12], 6666h
        CHECK_Z 'smc: code made on the stack'
        cmp     word [smc_results + 14], 7777h
        CHECK_Z 'smc: a sector read over code'
        call    smc_patched
        cmp     ax, 5050
        CHECK_Z 'smc: the first loop once more'
        cmp     byte [cpu_level], CPU_386
        jb      .skip
        mov     si, smc_paged
        mov     bx, pm_expect
        call    pm_run
        cmp     ax, 8888h
        CHECK_Z 'smc: written by another linear address'
        ret
.skip:
        SKIP    'smc: by another linear address: needs a 386'
        ret

; What smc_disk reads: a sector of its own.
        align   512, db 90h
smc_sector:
        mov     ax, 7777h
        retf
        times   512 - ($ - smc_sector) db 0
