; sweep.asm - a sine of 16 bits that rises from 1 to 20 kHz, by a Sound Blaster
; 16 at 44.1 kHz; then, where there is an UltraSound at 240h, a tone of 1000 Hz
; by its first voice. For tests/guest/devices/sweep.sh and for other emulators.
;
; What it finds goes to port E9h. There is silence of 150 ms around each.
    org 0x7c00
    bits 16
    cpu 486

BASE equ 0x220
IRQ equ 5
GUS equ 0x240
BUFFER equ 0x2000                       ; segment
FRAMES equ 32767
SECTORS equ 4

%include "boot.inc"
%include "sound.inc"

main:
    cli
    TAKE_IRQ
    sti
    call reset
    cmp al, 0xaa
    mov si, m_dsp
    call compare
    call silence
    call sweep
    call silence
    call find_gus
    jc .end
    call gus_tone
    call silence
.end:
    mov si, m_done
    call say
    mov al, 1
    out 0xf4, al
    hlt

silence:
    mov cx, 150
    jmp wait_ms

reset:
    mov dx, BASE + 6
    mov al, 1
    out dx, al
    mov cx, 10
.short:
    in al, dx
    loop .short
    mov al, 0
    out dx, al
    jmp dsp_read

irq:
    push ax
    push dx
    push ds
    xor ax, ax
    mov ds, ax
    inc word [irqs]
    mov dx, BASE + 15
    in al, dx
    mov al, 0x20
    out 0x20, al
    pop ds
    pop dx
    pop ax
    iret

; ---- the sweep ----

; Frame n is at n * (start + n * rise) turns.
make_sweep:
    push word BUFFER
    pop es
    xor di, di
    finit
    mov word [n], 0
.next:
    fild word [n]
    fld st0
    fmul qword [rise]
    fadd qword [begin]
    fmulp
    fldpi
    fmulp
    fadd st0, st0
    fsin
    fimul word [loud]
    fistp word [value]
    mov ax, [value]
    stosw
    inc word [n]
    cmp word [n], FRAMES
    jb .next
    ret

sweep:
    call make_sweep
    mov word [irqs], 0
    mov al, 5
    out 0xd4, al
    out 0xd8, al
    mov al, 0x49                        ; a single block
    out 0xd6, al
    mov al, 0
    out 0xc4, al
    out 0xc4, al
    mov al, BUFFER >> 12
    out 0x8b, al
    mov ax, FRAMES - 1
    out 0xc6, al
    mov al, ah
    out 0xc6, al
    mov al, 1
    out 0xd4, al
    DSP 0xd1, 0x41, 44100 >> 8, 44100 & 255
    DSP 0xb0, 0x10, (FRAMES - 1) & 255, (FRAMES - 1) >> 8
.wait:
    hlt
    cmp word [irqs], 1
    jb .wait
    mov si, m_sweep
    clc
    jmp result

; ---- UltraSound ----

; register al takes bx, or bh where it has a byte
%macro GF1W 2
    mov dx, GUS + 0x103
    mov al, %1
    out dx, al
    inc dx
    mov ax, %2
    out dx, ax
%endmacro
%macro GF1B 2
    mov dx, GUS + 0x103
    mov al, %1
    out dx, al
    mov dx, GUS + 0x105
    mov al, %2
    out dx, al
%endmacro

; The byte al goes to address bx, of the first 64 KB.
poke:
    push ax
    GF1B 0x44, 0
    GF1W 0x43, bx
    pop ax
    mov dx, GUS + 0x107
    out dx, al
    ret

peek:
    GF1B 0x44, 0
    GF1W 0x43, bx
    mov dx, GUS + 0x107
    in al, dx
    ret

find_gus:
    GF1B 0x4c, 0
    mov cx, 2
    call wait_ms
    GF1B 0x4c, 1
    mov cx, 2
    call wait_ms
    mov bx, 0
    mov al, 0xaa
    call poke
    mov bx, 1
    mov al, 0x55
    call poke
    mov bx, 0
    call peek
    cmp al, 0xaa
    stc
    jne .none
    mov si, m_gus
    clc
    call result
    clc
.none:
    ret

; 441 frames of 16 bits are ten turns; the voice goes round in them.
gus_tone:
    finit
    mov word [n], 0
.next:
    fldpi
    fadd st0, st0
    fimul word [n]
    fimul word [ten]
    fidiv word [round]
    fsin
    fimul word [loud]
    fistp word [value]
    mov bx, [n]
    shl bx, 1
    mov al, [value]
    call poke
    inc bx
    mov al, [value + 1]
    call poke
    inc word [n]
    cmp word [n], 442
    jb .next
    GF1B 0x4c, 3
    GF1B 0x0e, 0xcd                     ; 14 voices: 44,100 Hz
    mov dx, GUS + 0x102
    mov al, 0
    out dx, al
    GF1B 0x00, 3
    GF1B 0x0d, 3
    GF1W 0x01, 1 << 10
    GF1B 0x0c, 7
    GF1W 0x02, 0                        ; start, end: 0 to 441
    GF1W 0x03, 0
    GF1W 0x04, 441 >> 7
    GF1W 0x05, (441 & 127) << 9
    GF1W 0x0a, 0
    GF1W 0x0b, 0
    GF1W 0x09, 0xf000
    mov dx, GUS
    mov al, 0x09
    out dx, al
    GF1B 0x00, 0x0c                     ; 16 bits, a loop
    mov cx, 600
    call wait_ms
    GF1B 0x00, 3
    mov si, m_tone
    clc
    jmp result

irqs dw 0
n dw 0
value dw 0
ten dw 10
round dw 441
loud dw 32000
begin dq 0.0226757369614512472          ; 1000 / 44100
rise dq 0.000006574282086666062     ; 19000 / 44100 / 32767 / 2
m_dsp db "DSP", 0
m_sweep db "sweep", 0
m_gus db "UltraSound: memory", 0
m_tone db "UltraSound: tone", 0
m_done db "done", 10, 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
