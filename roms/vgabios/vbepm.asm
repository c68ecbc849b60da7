; vbepm.asm - VBE 4F0A: the protected mode interface, code that the caller
; copies where it likes and calls in 32-bit segments.

; BL = 0: ES:DI = the table, CX = its length.
vbe_pm:
        or bl, bl
        jnz .fail
        mov [bp + F_ES], cs
        mov word [bp + F_DI], pm_table
        mov word [bp + F_CX], pm_end - pm_table
        jmp vbe_ok
.fail:  jmp vbe_fail

        align 4, db 0
pm_table:
        dw pm_bank - pm_table
        dw pm_start - pm_table
        dw pm_palette - pm_table
        dw pm_ports - pm_table
pm_ports:
%ifdef CIRRUS
        dw 0x3CE, 0x3CF, 0x3D4, 0x3D5, 0x3C8, 0x3C9, 0x3DA, 0xFFFF
%else
        dw 0x1CE, 0x1CF, 0x3C8, 0x3C9, 0x3DA, 0xFFFF
%endif
        dw 0xFFFF               ; no memory of its own

        cpu 386
        bits 32
; DX = bank for window BL = 0. AX = 004Fh or 014Fh.
pm_bank:
        or bx, bx
        jnz pm_fail
        push ebx
        push edx
%ifdef CIRRUS
        mov ah, dl
        shl ah, 2
        mov al, 9
        mov dx, 0x3CE
        out dx, ax
%else
        mov ebx, edx
        mov eax, DISPI_BANK
        call pm_set
%endif
        pop edx
        pop ebx
pm_ok:
        mov ax, 0x004F
        ret
pm_fail:
        mov ax, 0x014F
        ret

; DX:CX = start of the display, counted in dwords. BL = 80h, here and below:
; at the next retrace.
pm_start:
        test bl, 0x7F
        jnz pm_fail
        call pm_retrace
        push ebx
        push ecx
        push edx
        push esi
        movzx esi, cx
        shl edx, 16
        or esi, edx             ; ESI = dwords
%ifdef CIRRUS
        mov ebx, esi
        mov dx, 0x3D4
        mov ah, bh
        mov al, 0x0C
        out dx, ax
        mov ah, bl
        inc eax
        out dx, ax
        shr ebx, 16
        mov al, 0x1B
        out dx, al
        inc edx
        in al, dx
        and al, 0xF2
        mov ah, bl
        and ah, 1
        or al, ah
        mov ah, bl
        and ah, 6
        shl ah, 1
        or al, ah
        out dx, al
        dec edx
        mov al, 0x1D
        out dx, al
        inc edx
        in al, dx
        and al, 0x7F
        shl bl, 4
        and bl, 0x80
        or al, bl
        out dx, al
%else
        mov eax, DISPI_BPP
        call pm_get
        movzx ecx, ax
        add ecx, 7
        shr ecx, 3              ; bytes of a pixel
        mov eax, DISPI_WIDTH
        call pm_get
        movzx ebx, ax
        imul ebx, ecx
        jz .done
        lea eax, [esi * 4]
        xor edx, edx
        div ebx
        push eax                ; line
        mov eax, edx
        xor edx, edx
        div ecx
        mov ebx, eax
        mov eax, DISPI_X_OFFSET
        call pm_set
        pop ebx
        mov eax, DISPI_Y_OFFSET
        call pm_set
%endif
.done:  pop esi
        pop edx
        pop ecx
        pop ebx
        jmp pm_ok

; CX colours from DX on from ES:EDI: blue, green, red, 0.
pm_palette:
        test bl, 0x7F
        jnz pm_fail
        call pm_retrace
        push ecx
        push edx
        push edi
        movzx ecx, cx
        jecxz .done
        mov al, dl
        mov dx, 0x3C8
        out dx, al
        inc edx
.next:  mov al, [es:edi + 2]
        out dx, al
        mov al, [es:edi + 1]
        out dx, al
        mov al, [es:edi]
        out dx, al
        add edi, 4
        dec ecx
        jnz .next
.done:  pop edi
        pop edx
        pop ecx
        jmp pm_ok

; As vbe_retrace does.
pm_retrace:
        test bl, 0x80
        jz .done
        push ecx
        push edx
        mov dx, 0x3DA
        mov ah, 8
.edge:  xor ah, 8
        mov ecx, 0x10000
.wait:  in al, dx
        and al, 8
        xor al, ah
        loopnz .wait
        or ah, ah
        jz .edge
        pop edx
        pop ecx
.done:  ret

%ifndef CIRRUS
; dispi register AX = BX.
pm_set:
        mov dx, 0x1CE
        out dx, ax
        inc edx
        mov eax, ebx
        out dx, ax
        ret

; AX = dispi register AX.
pm_get:
        mov dx, 0x1CE
        out dx, ax
        inc edx
        in ax, dx
        ret
%endif
pm_end:
        bits 16
        cpu 8086
