; x87.asm - Mandelbrot in 80 bits; the checksum has every bit of the last z.
%define PROTECTED
%include "boot.inc"
COLUMNS equ 32
ROWS    equ 24
LIMIT   equ 40
X       equ 3000h               ; tword; the variables are away from the code
Y       equ 3010h
ZX      equ 3020h
ZY      equ 3030h
        bits 16
setup:  ret
        bits 32
iter:   finit
        xor ebx, ebx
        fld qword [top]
        fstp tword [Y]
        mov esi, ROWS
.row:   fld qword [left]
        fstp tword [X]
        mov edi, COLUMNS
.point: call point
        fld tword [X]
        fadd qword [step_x]
        fstp tword [X]
        dec edi
        jnz .point
        fld tword [Y]
        fadd qword [step_y]
        fstp tword [Y]
        dec esi
        jnz .row
        mov eax, ebx
        ret

; Adds to the checksum EBX for the point X, Y.
point:  fld tword [Y]           ; cy
        fld tword [X]           ; cx cy
        fldz
        fldz                    ; zx zy cx cy
        mov ecx, LIMIT
.next:  fld st0
        fmul st0, st1           ; xx zx zy cx cy
        fld st2
        fmul st0, st3           ; yy xx zx zy cx cy
        fld st1
        fadd st0, st1           ; xx+yy ...
        fcomp qword [four]
        fnstsw ax
        sahf
        ja .out
        fsubp st1, st0          ; xx-yy zx zy cx cy
        fxch st0, st2           ; zy zx xx-yy
        fmulp st1, st0          ; zx*zy xx-yy cx cy
        fadd st0, st0
        fadd st0, st3           ; zy xx-yy cx cy
        fxch st0, st1
        fadd st0, st2           ; zx zy cx cy
        dec ecx
        jnz .next
        jmp .end
.out:   fstp st0
        fstp st0
.end:   fstp tword [ZX]
        fstp tword [ZY]
        fstp st0
        fstp st0
        rol ebx, 5
        add ebx, ecx
        xor ebx, [ZX]
        add ebx, [ZX + 4]
        xor ebx, [ZY]
        add ebx, [ZY + 6]
        ret

        align 8, db 0
left:   dq -2.0
top:    dq -1.2
step_x: dq 0.08
step_y: dq 0.1
four:   dq 4.0
kernel_end:
