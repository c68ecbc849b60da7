; menu.asm - where the tour begins: the menu, the pages' frame, the self test.

UNATTENDED      equ     55              ; ticks without a key: 3 seconds

; A page: name, source file, monitor commands that look further, what the CPU
; must be, its routine, its self test.
struc PAGE
.name:          resb    30
.file:          resb    14
.look:          resb    36
.cpu:           resb    2
.run:           resw    1
.test:          resw    1
endstruc

%macro PAGE_ROW 6
        TEXT    30, %1
        TEXT    14, %2
        TEXT    36, %3
        dw      %4, %5, %6
%endmacro

menu_pages:
        PAGE_ROW 'This machine', 'machine.asm', \
                'info status', CPU_8086, machine_page, machine_test
        PAGE_ROW 'Real mode and interrupts', 'ivt.asm', \
                'xp/64xw 0', CPU_8086, ivt_page, ivt_test
        PAGE_ROW 'Interrupt controllers', 'pic.asm', \
                'info pic', CPU_8086, pic_page, pic_test
        PAGE_ROW 'Interval timer', 'pit.asm', \
                'info pit', CPU_8086, pit_page, pit_test
        PAGE_ROW 'Keyboard controller', 'kbc.asm', \
                'i 0x64, sendkey a', CPU_8086, kbc_page, kbc_test
        PAGE_ROW 'Text mode and fonts', 'textmode.asm', \
                'info vga', CPU_8086, textmode_page, textmode_test
        PAGE_ROW 'VGA mode 13h', 'mode13.asm', \
                'info vga', CPU_8086, mode13_page, mode13_test
        PAGE_ROW 'A planar mode', 'planar.asm', \
                'info vga', CPU_8086, planar_page, planar_test
        PAGE_ROW 'The speaker', 'tune.asm', \
                'info pit', CPU_8086, tune_page, tune_test
        PAGE_ROW 'Protected mode', 'pmode.asm', \
                'info registers', CPU_386, pmode_page, pmode_test
        PAGE_ROW 'Paging', 'paging.asm', \
                'info tlb, info mem', CPU_386, paging_page, paging_test
        PAGE_ROW 'A virtual-8086 task', 'v86.asm', \
                'info registers', CPU_386, v86_page, v86_test
        PAGE_ROW 'Hardware task switches', 'tasks.asm', \
                'info registers', CPU_386, tasks_page, tasks_test
        PAGE_ROW 'Code that changes itself', 'smc.asm', \
                'info blocks', CPU_8086, smc_page, smc_test
        PAGE_ROW 'Speed gauge', 'speed.asm', \
                'info status', CPU_8086, speed_page, speed_test
        PAGE_ROW 'Disk viewer', 'disk.asm', \
                'info block', CPU_8086, disk_page, disk_test
        PAGE_ROW 'Clock and CMOS viewer', 'cmos.asm', \
                'o 0x70 0, i 0x71', CPU_8086, cmos_page, cmos_test
        PAGE_ROW 'The beam', 'beam.asm', \
                'info vga', CPU_8086, beam_page, beam_test
        PAGE_ROW 'Sound cards', 'sound.asm', \
                'info environment', CPU_8086, snd_page, snd_test
menu_pages_end:

MENU_COUNT      equ     (menu_pages_end - menu_pages) / PAGE_size

menu_wish:      db      0
menu_drive:     db      0
menu_page:      dw      0               ; row of the page that is running

; menu_main: AL = the boot sector's wish, DL = the boot drive.
menu_main:
        cli
        mov     cx, cs
        mov     ds, cx
        mov     es, cx
        mov     ss, cx
        mov     sp, STACK_TOP
        sti
        cld
        mov     [menu_wish], al
        mov     [menu_drive], dl
        call    text_init
        call    timer_init
        call    cpu_detect
        call    menu_draw
        cmp     byte [menu_wish], 1
        je      menu_loop
        jb      .ask
        jmp     selftest
.ask:
        call    menu_countdown
        jnc     menu_loop
        jmp     selftest

menu_loop:
        call    menu_draw
.key:
        call    key_wait
        call    key_upper
        cmp     al, 'S'
        je      .selftest
        sub     al, 'A'
        cmp     al, 'S' - 'A'           ; S is no page's
        cmc
        sbb     al, 0
        cmp     al, MENU_COUNT
        jae     .key
        call    menu_run
        jmp     short menu_loop
.selftest:
        jmp     selftest

; menu_draw: a line about the machine and the pages, nine in a column.
menu_draw:
        COLOR   NORMAL
        call    text_clear
        call    text_hide
        mov     al, 0
        call    page_bar
        COLOR   BAR
        AT      0, 2
        PRINT   'isabox: a tour of the PC'
        AT      2, 0
        LABEL   'This is a'
        call    machine_brief
        NOTE    5, 'How a PC works, on a live one. Each page is a file of ', \
                   'commented assembly.'
        mov     bx, menu_pages
        mov     dx, 0741h               ; DH = row, DL = key
        mov     al, 4
.next:
        mov     [text_pos + 1], dh
        mov     [text_pos], al
        call    menu_entry
        add     bx, PAGE_size
        inc     dh
        inc     dl
        cmp     dl, 'S'
        jne     .column
        inc     dl
.column:
        cmp     dl, 'A' + 9
        jne     .same
        mov     dh, 7
        mov     al, 42
.same:
        cmp     bx, menu_pages_end
        jb      .next
        AT      18, 4
        COLOR   BRIGHT
        PRINT   'S'
        COLOR   NORMAL
        PRINT   '  Self test: all of it, then power off'
        ret

; menu_entry: BX = page, DL = its key.
menu_entry:
        push    ax
        COLOR   BRIGHT
        mov     al, dl
        call    print_char
        COLOR   NORMAL
        PRINT   '  '
        lea     si, [bx + PAGE.name]
        call    print
        pop     ax
        ret

; menu_countdown: waits for a key; CF = 1: none came.
menu_countdown:
        call    timer_ticks
        mov     bx, ax
        add     bx, UNATTENDED
.wait:
        call    key_poll
        jnz     .key
        call    timer_ticks
        sub     ax, bx
        jns     .none
        COLOR   VALUE
        AT      24, 2
        PRINT   'Press a key to stay, or the self test starts in '
        neg     ax
        mov     cl, 18
        div     cl
        xor     ah, ah
        inc     ax
        call    print_dec16
        PRINT   ' s '
        hlt
        jmp     short .wait
.key:
        clc
        ret
.none:
        stc
        ret

; menu_run: AL = number of the page.
menu_run:
        mov     ah, PAGE_size
        mul     ah
        add     ax, menu_pages
        mov     bx, ax
        mov     [menu_page], bx
        call    page_frame
        mov     al, [cpu_level]
        cmp     al, [bx + PAGE.cpu]
        jb      .lesser
        jmp     [bx + PAGE.run]
.lesser:
        PRINT   '  This page needs an '
        mov     bl, [bx + PAGE.cpu]
        xor     bh, bh
        shl     bx, 1
        mov     si, [cpu_names + bx]
        call    print
        PRINT   '; this is an '
        mov     bl, [cpu_level]
        xor     bh, bh
        shl     bx, 1
        mov     si, [cpu_names + bx]
        call    print
        PRINT   '.'
        jmp     page_type

; selftest: every page's checks, the summary, the end.
selftest:
        COLOR   NORMAL
        call    text_clear
        mov     byte [text_log], 1
        PRINT   'isabox tour: self test (Esc ends it)', 13, 10
        xor     ax, ax
        mov     [check_passed], ax
        mov     [check_failed], ax
        mov     [check_skipped], ax
        call    machine_show
        mov     bx, menu_pages
.next:
        push    bx
        call    selftest_page
        call    key_poll
        pop     bx
        cmp     al, ESC
        je      .stop
        add     bx, PAGE_size
        cmp     bx, menu_pages_end
        jb      .next
        call    report_summary
        jmp     report_end
.stop:
        PRINT   13, 10, 'stopped by a key', 13, 10
        mov     byte [text_log], 0
        jmp     menu_loop

; selftest_page: BX = page.
selftest_page:
        mov     al, [cpu_level]
        cmp     al, [bx + PAGE.cpu]
        jb      .skip
        jmp     [bx + PAGE.test]
.skip:
        lea     si, [bx + PAGE.name]
        call    check_skip_page
        ret
