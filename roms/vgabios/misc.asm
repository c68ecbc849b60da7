; misc.asm - 12h: alternate functions; 1Ah: display combination; the print
; screen for screens of any number of rows; the wait for the retrace.

fn12:
        mov al, bl
        mov si, .table
        mov cl, [bp + F_AX]     ; CL = AL of the caller
        jmp subfunction
.table: db 0x10
        dw ega_info
        db 0x20
        dw print_select
        db 0x30
        dw lines_select
        db 0x31
        dw palette_switch
        db 0x32
        dw video_switch
        db 0x33
        dw gray_switch
        db 0x34
        dw cursor_switch
        db 0x36
        dw refresh_switch
        db 0xFF

ega_info:
        mov bx, 0x0003          ; colour, 256K
        cmp byte [CRTC], 0xB4
        jne .colour
        inc bh
.colour:
        mov [bp + F_BX], bx
        mov al, [VSW]
        mov ah, al
        and al, 15
        mov cl, 4
        shr ah, cl
        mov [bp + F_CX], ax
        ret

print_select:
        mov word [VEC05], int05
        mov [VEC05 + 2], cs
        ret

lines_select:
        cmp cl, 2
        ja not_done
        mov al, [VFLAG]
        and al, 0x6F
        mov ah, [VSW]
        and ah, 0xF0
        or ah, 9
        cmp cl, 1
        je .set
        ja .four
        or al, 0x80
        dec ah
        jmp .set
.four:  or al, 0x10
.set:   mov [VFLAG], al
        mov [VSW], ah
done12:
        mov byte [bp + F_AX], 0x12
not_done:
        ret

palette_switch:
        mov bx, VFLAG
        mov ah, 8
        jmp flag_off
cursor_switch:
        mov bx, VCTL
        mov ah, 1
; Bit AH of the byte at BX: cleared for 0 (enable), set for 1 (disable).
flag_off:
        cmp cl, 1
        ja not_done
        je .set
        not ah
        and [bx], ah
        jmp done12
.set:   or [bx], ah
        jmp done12

gray_switch:
        mov bx, VFLAG
        mov ah, 2
        xor cl, 1               ; here 0 sets the bit
        jmp flag_off

video_switch:
        cmp cl, 1
        ja not_done
        mov dx, 0x3CC
        in al, dx
        and al, ~2
        shl cl, 1
        xor cl, 2
        or al, cl
        mov dl, 0xC2
        out dx, al
        jmp done12

refresh_switch:
        cmp cl, 1
        ja not_done
        mov dx, 0x3C4
        mov al, 1
        out dx, al
        inc dx
        in al, dx
        and al, ~0x20
        ror cl, 1
        shr cl, 1
        shr cl, 1
        or al, cl
        out dx, al
        jmp done12

; Display combination: AL = 0 reads BL (active), BH (other); 1 writes.
fn1A:
        cmp al, 1
        ja .none
        je .write
        call dcc_read
        mov [bp + F_BX], ax
        jmp .ok
.write: call dcc_table_at
        mov cl, [es:si]
        xor ch, ch
        add si, 4
        xor dx, dx
.next:  mov ax, [es:si]
        cmp ax, bx
        je .found
        xchg al, ah
        cmp ax, bx
        je .found
        inc si
        inc si
        inc dx
        loop .next
        mov dl, 0xFF
.found: mov [DCC], dl
.ok:    mov byte [bp + F_AX], 0x1A
.none:  ret

; ES:SI = display combination table.
dcc_table_at:
        les si, [SAVEPTR]
        les si, [es:si + 16]
        les si, [es:si + 2]
        ret

; AL = active, AH = other display.
dcc_read:
        push es
        push bx
        push si
        call dcc_table_at
        mov al, [DCC]
        mov bx, 0xFFFF
        cmp al, [es:si]
        jae .done
        cbw
        add ax, ax
        add si, ax
        mov bx, [es:si + 4]
        or bl, bl               ; the one display comes first
        jnz .two
        xchg bl, bh
        jmp .done
.two:   or bh, bh
        jz .done
        mov al, [EQUIP]         ; of two, the equipment word tells
        and al, 0x30
        cmp al, 0x30
        je .mono
        test bl, 1
        jz .done
        xchg bl, bh
        jmp .done
.mono:  test bl, 1
        jnz .done
        xchg bl, bh
.done:  mov ax, bx
        pop si
        pop bx
        pop es
        ret

; INT 05h after 12h/20h: print the screen, however many rows it has.
int05:
        sti
        push ax
        push bx
        push cx
        push dx
        push ds
        xor ax, ax
        mov ds, ax
        cmp byte [PRTSTAT], 1
        je .busy
        mov byte [PRTSTAT], 1
        mov ah, 0x0F
        int 0x10
        mov ah, 3
        int 0x10
        push dx
        call .line_end
        jnz .fail
        xor dx, dx
.char:  mov ah, 2
        int 0x10
        mov ah, 8
        int 0x10
        or al, al
        jnz .glyph
        mov al, ' '
.glyph: call .print
        jnz .fail
        inc dl
        cmp dl, [COLS]
        jb .char
        call .line_end
        jnz .fail
        mov dl, 0
        inc dh
        cmp dh, [ROWS]
        jbe .char
        mov cl, 0
        jmp .end
.fail:  mov cl, 0xFF
.end:   pop dx
        mov ah, 2
        int 0x10
        mov [PRTSTAT], cl
.busy:  pop ds
        pop dx
        pop cx
        pop bx
        pop ax
        iret
.line_end:
        mov al, 13
        call .print
        jnz .out
        mov al, 10
.print: push dx
        xor dx, dx
        mov ah, 0
        int 0x17
        pop dx
        test ah, 0x29           ; time-out, error, no paper
.out:   ret

; With bit 7 of the caller's BL: waits for the start of the next retrace, so
; that programs have a frame's time between two calls. Keeps all but AX.
vbe_retrace:
        test byte [bp + F_BX], 0x80
        jz .done
        push cx
        push dx
        mov dx, [CRTC]
        add dx, 6
        mov ah, 8               ; an end of what runs, then the start
.edge:  xor ah, 8
        xor cx, cx
.wait:  in al, dx
        and al, 8
        xor al, ah
        loopnz .wait            ; 65 ms at most
        or ah, ah
        jz .edge
        pop dx
        pop cx
.done:  ret
