; beam.asm - a floppy that changes the picture while the beam runs: a scene
; until a key, ten of them. Each waits for the retrace, then for lines by bit 0
; of input status 1.
        cpu 386
        bits 16
        org 0x7C00
        jmp start
SECTORS equ 6

; After the retrace's start, to the first line that is shown.
%macro frame_start 0
        mov dx, 0x3DA
%%a:    in al, dx
        test al, 8
        jnz %%a
%%b:    in al, dx
        test al, 8
        jz %%b
%%c:    in al, dx
        test al, 1
        jnz %%c
%endmacro
; To the end of this line; to the start of the next one.
%macro line_end 0
%%a:    in al, dx
        test al, 1
        jz %%a
%endmacro
%macro next_line 0
        line_end
%%b:    in al, dx
        test al, 1
        jnz %%b
%endmacro

start:  xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7000
        mov ax, 0x0200 + SECTORS
        mov bx, 0x7E00
        mov cx, 2
        mov dx, 0
        int 0x13
        jc start
        jmp main
        times 510 - ($ - $$) db 0
        dw 0xAA55

scenes: dw bars, palettes, columns, taller, wobble, mixed, window, split, skips
        dw fonts, 0

main:   mov si, scenes
.next:  lodsw
        or ax, ax
        jz main
        push si
        call ax
        pop si
        jmp .next

; CF = 1: no key has come; it is taken away.
no_key: mov ah, 1
        int 0x16
        stc
        jz .none
        mov ah, 0
        int 0x16
        clc
.none:  ret

; AX to CRTC; DX is kept.
crtc:   push dx
        mov dx, 0x3D4
        out dx, ax
        pop dx
        ret

; CX lines from here on, each with another black: AH = first.
black:  push dx
        mov dx, 0x3C8
        mov al, 0
        out dx, al
        inc dx
        out dx, al
        mov al, ah
        out dx, al
        mov al, 63
        sub al, ah
        out dx, al
        pop dx
        ret

; 1: bars of blue and green behind text.
bars:   mov ax, 3
        int 0x10
        call text
.frame: cli
        frame_start
        mov cx, 390
        mov ah, 0
.line:  line_end
        call black
        inc ah
        and ah, 63
        next_line
        loop .line
        sti
        call no_key
        jc .frame
        ret

; Lines of letters.
text:   mov ax, 0xB800
        mov es, ax
        xor di, di
        mov cx, 2000
        mov ax, 0x0741
.fill:  stosw
        inc al
        cmp al, 'Z'
        jbe .same
        mov al, 'A'
.same:  loop .fill
        ret

; 2: mode 12h in more than 16 colours: six of the palette change every 80 lines.
palettes:
        mov ax, 0x12
        int 0x10
        call stripes
.frame: cli
        frame_start
        mov bl, 0
.band:  mov cx, 80
.line:  next_line
        loop .line
        line_end
        push dx
        mov bh, 1
.set:   mov dx, 0x3DA
        in al, dx
        mov dx, 0x3C0
        mov al, bh
        out dx, al
        add al, bl
        and al, 7
        add al, 0x38
        out dx, al
        mov al, 0x20
        out dx, al
        inc bh
        cmp bh, 6
        jb .set
        pop dx
        inc bl
        cmp bl, 5
        jb .band
        sti
        call no_key
        jc .frame
        ret

; Vertical stripes of 40 dots in 16 colours on planes.
stripes:
        mov ax, 0xA000
        mov es, ax
        mov dx, 0x3C4
        mov ax, 0x0102
.plane: out dx, ax
        push ax
        xor di, di
        mov bp, 480
.row:   mov cx, 80
        mov si, 0
.byte:  push ax
        mov ax, si
        mov bl, 5
        div bl                  ; AL: which stripe
        mov bl, al
        pop ax
        and bl, ah              ; this plane's bit of its colour
        neg bl
        sbb al, al
        mov [es:di], al
        inc di
        inc si
        loop .byte
        dec bp
        jnz .row
        pop ax
        shl ah, 1
        cmp ah, 16
        jb .plane
        ret

; 3: a colour that changes as fast as OUT goes: columns in a line.
columns:
        mov ax, 0x13
        int 0x10
.frame: cli
        frame_start
        mov cx, 100
.skip:  next_line
        loop .skip
        mov bp, 100
.line:  next_line
        push dx
        mov dx, 0x3C8
        mov al, 0
        out dx, al
        inc dx
        mov cx, 7
        mov al, 0
.column:
        out dx, al
        out dx, al
        out dx, al
        push dx
        dec dx
        mov ah, al
        mov al, 0
        out dx, al
        mov al, ah
        pop dx
        add al, 9
        loop .column
        mov al, 0
        out dx, al
        out dx, al
        out dx, al
        pop dx
        dec bp
        jnz .line
        sti
        call no_key
        jc .frame
        ret

; A picture in mode 13h: x XOR y.
xors:   mov ax, 0x13
        int 0x10
        mov ax, 0xA000
        mov es, ax
        xor di, di
        xor dx, dx
.row:   xor cx, cx
.dot:   mov al, cl
        xor al, dl
        stosb
        inc cx
        cmp cx, 320
        jb .dot
        inc dx
        cmp dx, 200
        jb .row
        ret

; 4: rows of 2 lines become rows of 8, and of 2 again.
taller: call xors
.frame: cli
        frame_start
        mov cx, 120
.one:   next_line
        loop .one
        line_end
        mov ax, 0x4709
        call crtc
        mov cx, 120
.two:   next_line
        loop .two
        line_end
        mov ax, 0x4109
        call crtc
        sti
        call no_key
        jc .frame
        ret

; 5: panning that follows a wave.
wobble: mov ax, 0x12
        int 0x10
        call stripes
.frame: cli
        frame_start
        mov cx, 470
        mov si, 0
.line:  line_end
        push dx
        mov dx, 0x3C0
        mov al, 0x33
        out dx, al
        mov ax, si
        shr ax, 2
        and al, 15
        cmp al, 8
        jb .up
        xor al, 15
.up:    out dx, al
        pop dx
        inc si
        next_line
        loop .line
        push dx
        mov dx, 0x3C0
        mov al, 0x33
        out dx, al
        mov al, 0
        out dx, al
        pop dx
        sti
        call no_key
        jc .frame
        ret

; 6: text above, 640x200 in two colours below.
mixed:  mov ax, 3
        int 0x10
        call text
.frame: cli
        frame_start
        mov cx, 200
.line:  next_line
        loop .line
        line_end
        push dx
        mov dx, 0x3CE
        mov ax, 0x0F06
        out dx, ax
        mov dx, 0x3DA
        in al, dx
        mov dx, 0x3C0
        mov al, 0x30
        out dx, al
        mov al, 1
        out dx, al
        pop dx
        mov cx, 190
.low:   next_line
        loop .low
        push dx
        mov dx, 0x3CE
        mov ax, 0x0E06
        out dx, ax
        mov dx, 0x3DA
        in al, dx
        mov dx, 0x3C0
        mov al, 0x30
        out dx, al
        mov al, 0x0C
        out dx, al
        pop dx
        sti
        call no_key
        jc .frame
        ret

; 7: the screen is off in a rectangle.
window: call xors
.frame: cli
        frame_start
        mov cx, 150
.skip:  next_line
        loop .skip
        mov cx, 100
.line:  next_line
        push dx
        mov dx, 0x3C4
        mov ax, 0x2101
        times 6 in al, 0x61
        mov al, 1
        out dx, ax
        times 6 in al, 0x61
        mov ax, 0x0101
        out dx, ax
        pop dx
        loop .line
        sti
        call no_key
        jc .frame
        ret

; 8: line compare moves from behind to before the beam: two splits.
split:  call xors
        mov ax, 0x1F07
        call crtc
.frame: cli
        frame_start
        mov ax, 0x6018          ; 352 with bit 8
        call crtc
        mov ax, 0x0109
        call crtc
        mov cx, 100
.one:   next_line
        loop .one
        mov ax, 0x0F07          ; at 150
        call crtc
        mov ax, 0x9618
        call crtc
        mov cx, 100
.two:   next_line
        loop .two
        mov ax, 0x1F07          ; and at 352
        call crtc
        mov ax, 0x6018
        call crtc
        sti
        call no_key
        jc .frame
        ret

; 9: every second row of the memory from the middle on.
skips:  call xors
.frame: cli
        frame_start
        mov ax, 0x2813
        call crtc
        mov cx, 200
.one:   next_line
        loop .one
        mov ax, 0x1413
        call crtc
        mov cx, 190
.two:   next_line
        loop .two
        sti
        call no_key
        jc .frame
        ret

; 10: the upper half of the text from another font: two in one picture, chosen
; where the beam is.
fonts:  mov ax, 3
        int 0x10
        mov ax, 0x1102
        mov bl, 1
        int 0x10
        call text
.frame: cli
        frame_start
        push dx
        mov dx, 0x3C4
        mov ax, 0x0003
        out dx, ax
        pop dx
        mov cx, 192
.one:   next_line
        loop .one
        push dx
        mov dx, 0x3C4
        mov ax, 0x0503
        out dx, ax
        pop dx
        mov cx, 190
.two:   next_line
        loop .two
        sti
        call no_key
        jc .frame
        ret

        times SECTORS * 512 + 512 - ($ - $$) db 0
