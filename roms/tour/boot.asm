; boot.asm - sector 0 of the disk: loads the tour and starts it.
;
; The BIOS reads this sector to 0000:7C00 and jumps there with the drive's
; number in DL. It reads the rest by INT 13h, function 2: a head's part of a
; cylinder at a time, for a floppy that gives one sector per call turns once
; around for each. The parameter block says 1.44M; nothing else is a file
; system here.

boot_start:
        jmp     short boot_code
        nop

; The BIOS parameter block of DOS 3.3: all of the disk is reserved.
        db      'ISABOX  '
        dw      512                     ; bytes per sector
        db      1                       ; sectors per cluster
        dw      TOUR_SECTORS + 1        ; reserved sectors
        db      2                       ; FATs
        dw      224                     ; entries of the root directory
        dw      2880                    ; sectors
        db      0F0h                    ; media
        dw      9                       ; sectors per FAT
boot_spt:
        dw      18                      ; sectors per track
boot_heads:
        dw      2
        dw      0, 0                    ; hidden sectors

boot_code:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, BOOT_ADDR
        sti
        cld
        mov     [boot_drive], dl
        mov     ax, TOUR_SEG
        mov     es, ax
        xor     bx, bx                  ; ES:BX = where the next sector goes
        mov     si, 1                   ; SI = next sector, counted from 0

; SI -> cylinder, head and sector, and how many are left on this track.
boot_next:
        mov     ax, si
        xor     dx, dx
        div     word [boot_spt]         ; AX = track, DX = sector on it
        mov     cx, dx
        xor     dx, dx
        div     word [boot_heads]       ; AX = cylinder, DX = head
        mov     dh, dl
        mov     dl, [boot_drive]
        mov     ch, al
        mov     ax, [boot_spt]
        sub     al, cl                  ; sectors to the end of the track
        inc     cl                      ; sectors are counted from 1
        mov     di, [boot_left]
        cmp     ax, di
        jbe     boot_read
        mov     ax, di

; A drive that has just spun up may fail: three tries, with a reset between.
boot_read:
        mov     bp, 3
boot_try:
        push    ax
        mov     ah, 2
        int     13h
        pop     ax
        jnc     boot_good
        push    ax
        xor     ah, ah
        int     13h
        pop     ax
        dec     bp
        jnz     boot_try
        mov     si, boot_bad
boot_say:
        lodsb
        or      al, al
        jz      boot_stop
        mov     ah, 0Eh
        mov     bx, 7
        int     10h
        jmp     short boot_say
boot_stop:
        xor     ah, ah
        int     16h
        int     19h

boot_good:
        xor     ah, ah
        add     si, ax
        mov     cl, 9
        mov     dx, ax
        shl     dx, cl
        add     bx, dx                  ; AX sectors further
        sub     [boot_left], ax
        jnz     boot_next
        mov     dl, [boot_drive]
        mov     al, [boot_wish]
        jmp     TOUR_SEG:0              ; AL and DL go along

boot_left:
        dw      TOUR_SECTORS
boot_drive:
        db      0
boot_bad:
        db      13, 10, 'The tour disk cannot be read. Press a key.', 0

; Offset 1F8h: a front end that knows whether somebody is watching may say so
; here: 0 wait some seconds for a key, then run the self test; 1 stay at the
; menu; 2 run the self test at once.
        times   1F4h - ($ - boot_start) db 0
        db      'TOUR'
boot_wish:
        db      0
        times   1FEh - ($ - boot_start) db 0
        dw      0AA55h
