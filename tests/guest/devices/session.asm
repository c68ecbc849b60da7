; session.asm - all sound cards play at once, as long as they are let.
;
; A timer's interrupt, 1000 times a second, works through a list of jobs: each
; has a card do the next thing, of which pseudo-random numbers say what. The
; cards: sb16, FM at 388h, gus,iobase=0x260, gameblaster,iobase=0x240, tandy,
; covox, disney,iobase=0x278, mpu401,iobase=0x300 and the loudspeaker. What is
; played is for session.sh, which compares it; nothing else is told.
    org 0x7c00
    bits 16
    cpu 386

SB equ 0x220
GUS equ 0x260
CMS equ 0x240
SOUND equ 0x2000                        ; segments: two halves for the SB's DMA
WAVE equ 0x3000                         ; what goes into the GUS's memory
HALF equ 2048
SECTORS equ 6

%include "boot.inc"

main:
    cli
    mov word [8 * 4], tick
    mov word [(8 + 5) * 4], sb_irq
    mov word [(0x70 + 3) * 4], gus_irq
    mov [8 * 4 + 2], ds
    mov [(8 + 5) * 4 + 2], ds
    mov [(0x70 + 3) * 4 + 2], ds
    mov al, ~(1 << 0 | 1 << 2 | 1 << 5) & 255
    out 0x21, al
    mov al, ~(1 << 3) & 255
    out 0xa1, al
    call make_sound
    call fm_begin
    call gus_begin
    call cms_begin
    call mpu_begin
    mov al, 0x34                        ; 1193182 / 1193: 1000 a second
    out 0x43, al
    mov al, 1193 & 255
    out 0x40, al
    mov al, 1193 >> 8
    out 0x40, al
    sti
.rest:
    hlt
    jmp .rest

; ax: the next pseudo-random number
random:
    mov ax, [seed]
    imul ax, ax, 25173
    add ax, 13849
    mov [seed], ax
    xor al, ah
    ret

make_sound:
    push word SOUND
    pop es
    xor di, di
    mov cx, HALF
.noise:
    call random
    sar ax, 2
    stosw
    loop .noise
    push word WAVE
    pop es
    xor di, di
    mov cx, 4096
.saw:
    mov ax, di
    imul ax, 5
    sar al, 1
    stosb
    loop .saw
    ret

; ---- the timer's interrupt and its jobs ----

tick:
    pusha
    push ds
    push es
    xor ax, ax
    mov ds, ax
    inc dword [ticks]
    mov si, jobs
.next:
    dec word [si + 2]
    jnz .not_yet
    mov ax, [si]
    mov [si + 2], ax
    push si
    call [si + 4]
    pop si
.not_yet:
    add si, 6
    cmp si, jobs_end
    jb .next
    mov al, 0x20
    out 0x20, al
    pop es
    pop ds
    popa
    iret

; every so many ticks; ticks to the first time; what
jobs:
    dw 1, 1, covox
    dw 1, 1, disney
    dw 16, 5, speaker
    dw 24, 3, tandy
    dw 31, 7, fm_note
    dw 40, 11, cms_note
    dw 50, 13, gus_note
    dw 64, 17, mpu_note
    dw 700, 333, sb_pause
    dw 1000, 501, sb_rate
    dw 5000, 1, sb_mode
jobs_end:

covox:
    mov al, [ticks]
    shl al, 3
    mov dx, 0x378
    out dx, al
    ret

disney:
    mov cx, 7
.next:
    mov dx, 0x279
    in al, dx
    test al, 0x40
    jnz .full
    mov al, [ticks]
    imul cx
    mov dx, 0x278
    out dx, al
    mov dx, 0x27a
    mov al, 0x0c
    out dx, al
    mov al, 0x04
    out dx, al
    loop .next
.full:
    ret

speaker:
    call random
    mov bl, al
    and ax, 0x0fff
    add ax, 500
    mov cx, ax
    mov al, 0xb6
    out 0x43, al
    mov al, cl
    out 0x42, al
    mov al, ch
    out 0x42, al
    in al, 0x61
    and al, 0xfc
    test bl, 7
    jz .off
    or al, 3
.off:
    out 0x61, al
    ret

; A note or a volume of one of the three voices, or the noise.
tandy:
    call random
    mov bx, ax
    or al, 0x80
    out 0xc0, al
    mov al, bh
    and al, 0x3f
    out 0xc0, al
    ret

; ---- FM: 18 channels of an OPL3 ----

; register bx (100h on: the second bank) takes al
fm:
    push ax
    mov dx, 0x388
    test bh, bh
    jz .first
    add dx, 2
.first:
    mov al, bl
    out dx, al
    inc dx
    pop ax
    out dx, al
    ret

fm_begin:
    mov bx, 0x105
    mov al, 1
    call fm
    mov si, fm_init
.bank:
    xor bx, bx
    mov bh, [fm_bank]
    mov bl, [si]
    mov cx, 0x16
.op:
    mov al, [si + 1]
    push cx
    xor al, cl
    call fm
    pop cx
    inc bx
    loop .op
    add si, 2
    cmp si, fm_init_end
    jb .bank
    mov si, fm_init
    xor byte [fm_bank], 1
    jnz .bank
    ret
fm_init db 0x20, 0x21, 0x40, 0x08, 0x60, 0xf0, 0x80, 0x66, 0xe0, 0, 0xc0, 0x30
fm_init_end:
fm_bank db 0

fm_note:
    movzx di, byte [fm_channel]
    inc byte [fm_channel]
    cmp byte [fm_channel], 18
    jb .some
    mov byte [fm_channel], 0
.some:
    mov bx, 0xb0
    cmp di, 9
    jb .low
    mov bh, 1
    sub di, 9
.low:
    add bx, di
    xor al, al
    call fm                             ; the old note ends
    call random
    push ax
    sub bl, 0x10
    call fm
    pop ax
    mov al, ah
    and al, 0x1f
    or al, 0x20
    add bl, 0x10
    jmp fm

; ---- Game Blaster ----

; chip si (0 or 2): register bl takes bh
cms:
    lea dx, [si + CMS + 1]
    mov al, bl
    out dx, al
    dec dx
    mov al, bh
    out dx, al
    ret

cms_begin:
    xor si, si
.chip:
    mov bx, 0x011c                      ; on
    call cms
    mov bx, 0x3f14                      ; all tones
    call cms
    mov bx, 0x0115                      ; a noise
    call cms
    mov bx, 0x8618                      ; an envelope
    call cms
    add si, 2
    cmp si, 4
    jb .chip
    ret

cms_note:
    call random
    mov si, ax
    and si, 2
    mov bl, ah
    and bl, 7
    cmp bl, 6
    jae .octave
    mov bh, al
    call cms                            ; volume
    call random
    mov bh, al
    add bl, 8
    jmp cms
.octave:
    sub bl, 6
    add bl, 0x10
    mov bh, al
    and bh, 0x77
    jmp cms

; ---- MIDI ----

mpu:
    mov dx, 0x301
    mov ah, al
.busy:
    in al, dx
    test al, 0x40
    jnz .busy
    mov al, ah
    dec dx
    out dx, al
    ret

mpu_begin:
    mov dx, 0x301
    mov al, 0x3f
    out dx, al
    ret

mpu_note:
    mov al, 0x91
    call mpu
    call random
    and al, 0x3f
    add al, 0x20
    call mpu
    mov al, [ticks]
    and al, 0x7f
    jmp mpu

; ---- Gravis UltraSound ----

; register bl takes bh; ax takes a register of 16 bits
gus8:
    mov dx, GUS + 0x103
    mov al, bl
    out dx, al
    mov al, bh
    add dx, 2
    out dx, al
    ret

gus16:
    push ax
    mov dx, GUS + 0x103
    mov al, bl
    out dx, al
    inc dx
    pop ax
    out dx, ax
    ret

; al: register bl
gus_in:
    mov dx, GUS + 0x103
    mov al, bl
    out dx, al
    add dx, 2
    in al, dx
    ret

; The wave goes into the card's memory by DMA, whose interrupt is waited for.
gus_begin:
    mov bx, 0x004c
    call gus8
    mov bx, 0x014c
    call gus8
    mov bx, 0x074c
    call gus8
    mov dx, GUS
    mov al, 8
    out dx, al
    mov bx, 0xcf0e                      ; 16 voices
    call gus8
    mov al, 7
    out 0x0a, al
    out 0x0c, al
    mov al, 0x4b
    out 0x0b, al
    xor al, al
    out 0x06, al
    out 0x06, al
    mov al, WAVE >> 12
    out 0x82, al
    mov al, 0xff
    out 0x07, al
    mov al, 0x0f
    out 0x07, al
    mov al, 3
    out 0x0a, al
    mov bl, 0x42
    xor ax, ax
    call gus16
    mov bx, 0x2141
    call gus8
    sti
.wait:
    hlt
    cmp byte [gus_loaded], 0
    je .wait
    cli
    mov bx, 0xc046                      ; a timer, each 5.12 ms
    call gus8
    mov bx, 0x0445
    call gus8
    mov dx, GUS + 8
    mov al, 4
    out dx, al
    inc dx
    mov al, 1
    out dx, al
    ret

; Voice by voice: its pitch, loop, volume, place and a ramp.
gus_note:
    mov al, [gus_voice]
    inc byte [gus_voice]
    and byte [gus_voice], 15
    mov dx, GUS + 0x102
    out dx, al
    mov bx, 0x0300
    call gus8
    mov bx, 0x030d
    call gus8
    call random
    and ax, 0x0fff
    mov bl, 1
    call gus16
    mov bl, 2
    xor ax, ax
    call gus16
    mov bl, 3
    call gus16
    mov bl, 4
    mov ax, 4095 >> 7
    call gus16
    mov bl, 5
    mov ax, (4095 << 9) & 0xffff
    call gus16
    mov bl, 0x0a
    xor ax, ax
    call gus16
    mov bl, 0x0b
    call gus16
    mov bl, 9
    mov ax, 0xe000
    call gus16
    call random
    mov bl, 0x0c
    mov bh, al
    call gus8
    mov bl, 6
    mov bh, ah
    and bh, 0x7f
    call gus8
    mov bx, 0x2007
    call gus8
    mov bx, 0xe808
    call gus8
    mov bx, 0x600d                      ; down, with an interrupt
    call gus8
    call random
    mov bl, 0
    mov bh, al
    and bh, 0x38
    jmp gus8

gus_irq:
    pusha
    push ds
    xor ax, ax
    mov ds, ax
.next:
    mov dx, GUS + 6
    in al, dx
    mov ah, al
    test al, 0x0c
    jz .no_timer
    mov bx, 0x0045
    call gus8
    mov bx, 0x0445
    call gus8
    jmp .next
.no_timer:
    test ah, 0x60
    jz .no_voice
    mov bl, 0x8f
    call gus_in
    jmp .next
.no_voice:
    test ah, 0x80
    jz .done
    mov bl, 0x41
    call gus_in
    mov byte [gus_loaded], 1
    jmp .next
.done:
    mov al, 0x20
    out 0xa0, al
    out 0x20, al
    pop ds
    popa
    iret

; ---- Sound Blaster ----

dsp:
    mov dx, SB + 12
    mov ah, al
.busy:
    in al, dx
    test al, 0x80
    jnz .busy
    mov al, ah
    out dx, al
    ret

%macro DSP 1-*
%rep %0
    mov al, %1
    call dsp
%rotate 1
%endrep
%endmacro

; Both DMA channels go round the buffer.
sb_dma:
    mov al, 5
    out 0x0a, al
    out 0x0c, al
    out 0xd4, al
    out 0xd8, al
    mov al, 0x59
    out 0x0b, al
    out 0xd6, al
    xor al, al
    out 0x02, al
    out 0x02, al
    out 0xc4, al
    out 0xc4, al
    mov al, SOUND >> 12
    out 0x83, al
    out 0x8b, al
    mov al, 0xff
    out 0x03, al
    out 0xc6, al
    mov al, 0x0f
    out 0x03, al
    mov al, 0x07
    out 0xc6, al
    mov al, 1
    out 0x0a, al
    out 0xd4, al
    ret

; The next of four ways to play, from a reset on.
sb_mode:
    mov dx, SB + 6
    mov al, 1
    out dx, al
    dec al
    out dx, al
    mov dx, SB + 14
.wait:
    in al, dx
    test al, 0x80
    jz .wait
    mov dx, SB + 10
    in al, dx
    call sb_dma
    DSP 0xd1
    inc byte [mode]
    and byte [mode], 3
    movzx bx, byte [mode]
    shl bx, 1
    jmp [modes + bx]
modes dw .wide, .narrow, .old, .adpcm
.wide:
    DSP 0x41, 22050 >> 8, 22050 & 255, 0xb6, 0x30, 0xff, 0x03
    ret
.narrow:
    DSP 0x41, 11025 >> 8, 11025 & 255, 0xc6, 0x20, 0xff, 0x07
    ret
.old:
    DSP 0x40, 165, 0x48, 0xff, 0x07, 0x1c
    ret
.adpcm:
    DSP 0x40, 131, 0x48, 0xff, 0x07, 0x7d
    ret

sb_rate:
    call random
    and al, 0x3f
    add al, 160
    push ax
    mov al, 0x40
    call dsp
    pop ax
    jmp dsp

; A pause lasts until the next time.
sb_pause:
    xor byte [paused], 1
    jz .on
    DSP 0xd0, 0xd5
    ret
.on:
    DSP 0xd4, 0xd6
    ret

; Each interrupt changes some of the half that is not being played.
sb_irq:
    pusha
    push ds
    push es
    xor ax, ax
    mov ds, ax
    mov dx, SB + 14
    in al, dx
    inc dx
    in al, dx
    push word SOUND
    pop es
    mov di, [half]
    xor word [half], HALF
    mov cx, 64
.next:
    call random
    sar ax, 1
    stosw
    add di, 14
    loop .next
    mov al, 0x20
    out 0x20, al
    pop es
    pop ds
    popa
    iret

seed dw 1
ticks dd 0
half dw 0
fm_channel db 0
gus_voice db 0
gus_loaded db 0
mode db 3
paused db 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
