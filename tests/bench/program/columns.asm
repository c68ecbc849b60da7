; columns.asm - the inner loops of render.c. Each call writes its constants into
; the loop and then runs it, as renderers for the 386 and 486 do.
        bits 32
        section .text
        global draw_column, draw_span, copy_frame, timer_entry, poll_key
        global video_write, video_read
        extern timer_tick

%ifdef MODEX
STRIDE  equ 80
%define OUTPUT fs:
%else
STRIDE  equ 320
%define OUTPUT
%endif

; draw_column(to, texture, shade, position, step, count): one column of a texture
; 64 high, from its top, position and step in 16.16; two pixels a turn.
draw_column:
        push ebx
        push esi
        push edi
        push ebp
        mov edi, [esp + 20]
        mov eax, [esp + 24]
        mov [.texel1 + 3], eax
        mov [.texel2 + 3], eax
        mov eax, [esp + 28]
        mov [.shade1 + 2], eax
        mov [.shade2 + 2], eax
        mov ebp, [esp + 32]
        mov eax, [esp + 36]
        mov [.step1 + 2], eax
        mov [.step2 + 2], eax
        mov ecx, [esp + 40]
        xor eax, eax
        shr ecx, 1
        jc .odd
        jz .end
.even:  mov edx, ebp
        shr edx, 16
        and edx, 63
.texel1:
        movzx eax, byte [edx + 12345678h]
.step1: add ebp, 12345678h
.shade1:
        mov al, [eax + 12345678h]
        mov [OUTPUT edi], al
        add edi, STRIDE
.second:
        mov edx, ebp
        shr edx, 16
        and edx, 63
.texel2:
        movzx eax, byte [edx + 12345678h]
.step2: add ebp, 12345678h
.shade2:
        mov al, [eax + 12345678h]
        mov [OUTPUT edi], al
        add edi, STRIDE
        dec ecx
        jg .even
.end:   pop ebp
        pop edi
        pop esi
        pop ebx
        ret
.odd:   inc ecx
        jmp .second

; draw_span(to, texture, shade, position, step, count): a row of a floor of 64 x
; 64. Position and step have X in the high word and Y in the low, 6.10 each.
draw_span:
        push ebx
        push edi
        push ebp
        mov edi, [esp + 16]
        mov eax, [esp + 20]
        mov [.texel + 3], eax
        mov eax, [esp + 24]
        mov [.shade + 2], eax
        mov ebp, [esp + 28]
        mov eax, [esp + 32]
        mov [.step + 2], eax
        mov ecx, [esp + 36]
        jecxz .end
.next:  mov ebx, ebp
        shr ebx, 10
        and ebx, 63
        shld ebx, ebp, 6
.texel: movzx eax, byte [ebx + 12345678h]
.step:  add ebp, 12345678h
.shade: mov al, [eax + 12345678h]
        mov [OUTPUT edi], al
        inc edi
        dec ecx
        jnz .next
.end:   pop ebp
        pop edi
        pop ebx
        ret

; copy_frame(from): 64,000 bytes to the screen.
copy_frame:
        push esi
        push edi
        push es
        mov esi, [esp + 16]
        push fs
        pop es
        xor edi, edi
        mov ecx, 16000
        rep movsd
        pop es
        pop edi
        pop esi
        ret

; video_read(at): a byte of the screen.
video_read:
        mov edx, [esp + 4]
        movzx eax, byte [fs:edx]
        ret

; The timer's interrupt, as the host reflects it.
timer_entry:
        push ds
        pushad
        call timer_tick
        popad
        pop ds
        iretd

; poll_key(): has a key been pressed?
poll_key:
        mov ah, 1
        int 16h
        setnz al
        movzx eax, al
        ret
