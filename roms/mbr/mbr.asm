; mbr.asm - the first sector of hard disks that isabox image makes.
;
; Boots the active partition: by LBA where the BIOS has it, else by cylinder,
; head and sector of the partition's row. Without one it says so, and INT 18h
; is for the BIOS to go on.

        cpu     8086
        org     0600h

        cli
        xor     ax, ax
        mov     ss, ax
        mov     sp, 0x7c00
        sti
        cld
        mov     ds, ax
        mov     es, ax
        mov     si, 0x7c00
        mov     di, 0x600
        mov     cx, 256
        rep     movsw
        jmp     0:start
start:
        mov     si, 0x7be
        mov     cx, 4
next:
        test    byte [si], 0x80
        jnz     found
        add     si, 16
        loop    next
        mov     bx, none
        jmp     say
found:
        mov     [0x5f0], dl
        mov     ah, 0x41
        mov     bx, 0x55aa
        int     0x13
        jc      chs
        cmp     bx, 0xaa55
        jne     chs
        test    cl, 1
        jz      chs
        mov     ax, [si+8]
        mov     [packet+8], ax
        mov     ax, [si+10]
        mov     [packet+10], ax
        push    si
        mov     si, packet
        mov     dl, [0x5f0]
        mov     ah, 0x42
        int     0x13
        pop     si
        jnc     loaded
chs:
        mov     dl, [0x5f0]
        mov     dh, [si+1]
        mov     cx, [si+2]
        mov     bx, 0x7c00
        mov     ax, 0x0201
        int     0x13
        mov     bx, failed
        jc      say
loaded:
        mov     bx, no_boot
        cmp     word [0x7dfe], 0xaa55
        jne     say
        mov     dl, [0x5f0]
        jmp     0:0x7c00
say:
        mov     al, [bx]
        or      al, al
        jz      stop
        push    bx
        mov     ah, 0x0e
        mov     bx, 7
        int     0x10
        pop     bx
        inc     bx
        jmp     say
stop:
        int     0x18
        hlt
        jmp     stop
align 4
packet: db 16,0
        dw      1,  0x7c00,  0
        dq      0
none:    db 13,10,'No partition is active.',13,10,0
failed: db 13,10,'The active partition cannot be read.',13,10,0
no_boot: db 13,10,'The active partition has no boot sector.',13,10,0

        times 440 - ($ - $$) db 0
