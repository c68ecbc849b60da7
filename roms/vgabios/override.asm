; override.asm - what the user's save pointer table changes at a mode set:
; the dynamic save area, a font for text modes, a font for graphics modes.
; Not modelled: the second text font and the palette profile.

; Offsets in the table: far pointers, or 0.
SP_DYNAMIC equ 4
SP_TEXT    equ 8
SP_GRAPH   equ 12

; After a mode set.
mode_override:
        call save_palette_area
        call class
        jnz .graph
        mov bx, SP_TEXT
        call save_pointer       ; ES:SI
        jz .done
        lea di, [si + 11]
        call mode_listed
        jne .done
        jmp text_override
.graph: mov bx, SP_GRAPH
        call save_pointer
        jz .done
        lea di, [si + 7]
        call mode_listed
        jne .done
        mov al, [es:si]
        dec ax
        mov [ROWS], al
        mov ax, [es:si + 1]
        mov [CHEIGHT], ax
        mov ax, [es:si + 3]
        mov [VEC43], ax
        mov ax, [es:si + 5]
        mov [VEC43 + 2], ax
.done:  ret

; ES:SI = far pointer BX of the save pointer table, Z when there is none.
save_pointer:
        les si, [SAVEPTR]
        les si, [es:si + bx]
        mov ax, es
        or ax, si
        ret

; Z when the list of modes at ES:DI, ended by FFh, has the mode.
mode_listed:
        mov al, [es:di]
        inc di
        cmp al, [MODE]
        je .done
        cmp al, 0xFF
        jne mode_listed
        or al, al               ; (not zero)
.done:  ret

; ES:SI: height, block, count (word), first (word), glyphs (far pointer),
; rows less one or FFh for all that fit.
text_override:
        mov bh, [es:si]
        mov bl, [es:si + 1]
        mov cx, [es:si + 2]
        mov dx, [es:si + 4]
        mov al, [es:si + 10]
        push ax
        les si, [es:si + 6]
        call glyphs_load
        call font_fit
        pop ax
        cmp al, [ROWS]
        jae .done
        mov [ROWS], al
.done:  ret

; Palette registers and border go to the dynamic save area, when there is one.
save_palette_area:
        mov bx, SP_DYNAMIC
        call save_pointer
        jz .done
        mov di, si
        jmp palette_copy
.done:  ret
