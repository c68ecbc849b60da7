; sound.asm - drives the sound cards at 220h and 388h as their usual drivers do.
;
; What it finds goes to port E9h; what it plays is for tests/guest/devices/sound.sh to
; record: a tone of half a second for each way of playing, with a tenth of
; silence behind it. The DSP's version decides which ways there are.
;
;   FM 440 Hz | one block after another | auto-init | high speed | stereo,
;   left 1000 Hz and right 440 Hz | the same by 16 bits | by the CPU
    org 0x7c00
    bits 16
    cpu 486

BASE equ 0x220
IRQ equ 5
BUFFER equ 0x2000                       ; segment: DMA page 2, address 0
SECTORS equ 8

%include "boot.inc"
%include "sound.inc"

main:
    cli
    TAKE_IRQ
    sti
    call find_fm
    call find_dsp
    call find_irq
    call play_fm
    call silence
    call chain
    call silence
    cmp word [version], 0x200
    jb .direct
    call auto_init
    call silence
    cmp word [version], 0x201
    jb .direct
    cmp word [version], 0x400
    jae .wide
    call high_speed
    call silence
    cmp word [version], 0x300
    jb .direct
    call stereo
    call silence
    jmp .direct
.wide:
    call wide
    call silence
    call share
.direct:
    call direct
    call silence
    mov si, m_done
    call say
    mov al, 1
    out 0xf4, al
    hlt

silence:
    mov cx, 150
    jmp wait_ms

; ---- FM ----

; register bl takes bh
fm:
    push ax
    push cx
    push dx
    mov dx, 0x388
    mov al, bl
    out dx, al
    mov cx, 6
.short:
    in al, dx
    loop .short
    inc dx
    mov al, bh
    out dx, al
    dec dx
    mov cx, 35
.long:
    in al, dx
    loop .long
    pop dx
    pop cx
    pop ax
    ret

%macro FM 2
    mov bx, (%2) << 8 | (%1)
    call fm
%endmacro

find_fm:
    FM 4, 0x60
    FM 4, 0x80
    mov dx, 0x388
    in al, dx
    and al, 0xe0
    mov ah, al
    FM 2, 0xff
    FM 4, 0x21
    mov cx, 1
    call wait_ms
    in al, dx
    and al, 0xe0
    FM 4, 0x60
    FM 4, 0x80
    cmp ax, 0x00c0
    mov si, m_fm
    jmp compare

; 440 Hz: 580 * 49716 / 2^(20 - 4)
play_fm:
    FM 0x01, 0x20
    FM 0x40, 0x3f
    FM 0x23, 0x21
    FM 0x43, 0x00
    FM 0x63, 0xf0
    FM 0x83, 0x0f
    FM 0x20, 0x21
    FM 0x60, 0xf0
    FM 0x80, 0x0f
    FM 0xc0, 0x30
    FM 0xa0, 580 & 255
    FM 0xb0, 0x20 | 4 << 2 | 580 >> 8
    mov cx, 500
    call wait_ms
    FM 0xb0, 4 << 2 | 580 >> 8
    ret

; ---- DSP ----

dsp_reset:
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

find_dsp:
    call dsp_reset
    cmp al, 0xaa
    mov si, m_reset
    call compare
    DSP 0xe0, 0x5c
    call dsp_read
    cmp al, 0xa3
    mov si, m_identify
    call compare
    DSP 0xe4, 0x96, 0xe8
    call dsp_read
    cmp al, 0x96
    mov si, m_test
    call compare
    DSP 0xe1
    call dsp_read
    mov [version + 1], al
    call dsp_read
    mov [version], al
    mov si, m_version
    call say
    mov ax, [version]
    jmp say_hex

; F2 asks for an interrupt; 80h for one after 100 samples of 100 us. QEMU does not
; note that of 80h, so no read of port 2xE lets its line go, and there is never
; an edge again: -d QEMU leaves it out.
find_irq:
    mov word [irqs], 0
    DSP 0xf2
    mov cx, 2
    call wait_ms
    cmp word [irqs], 1
    mov si, m_irq
%ifdef QEMU
    jmp compare
%endif
    call compare
    DSP 0x40, 256 - 100, 0x80, 99, 0
    mov cx, 8
    call wait_ms
    mov ax, [irqs]
    mov cx, 4
    call wait_ms
    shl ax, 8
    or ax, [irqs]
    cmp ax, 0x0102
    mov si, m_silence
    jmp compare

irq:
    push ax
    push dx
    push ds
    xor ax, ax
    mov ds, ax
    inc word [irqs]
    mov dx, [ack]
    in al, dx
    call [then]
    mov al, 0x20
    out 0x20, al
    pop ds
    pop dx
    pop ax
    iret

nothing:
    ret

; ---- tones ----

; cx bytes of a sine into the buffer, bx of them a turn
tone8:
    push word BUFFER
    pop es
    xor di, di
    mov [turn], bx
    finit
.next:
    mov [count], di
    fldpi
    fadd st0, st0
    fimul word [count]
    fidiv word [turn]
    fsin
    fimul word [loud8]
    fistp word [value]
    mov ax, [value]
    add al, 128
    stosb
    loop .next
    ret

; cx words of two sines, of bx and bp turns in cx, left and right
tone16:
    push word BUFFER
    pop es
    xor di, di
    mov [frames], cx
    finit
.next:
    mov ax, di
    shr ax, 2
    mov [count], ax
    mov [turn], bx
    call .one
    mov [turn], bp
    call .one
    loop .next
    ret
.one:
    fldpi
    fadd st0, st0
    fimul word [count]
    fimul word [turn]
    fidiv word [frames]
    fsin
    fimul word [loud16]
    fistp word [value]
    mov ax, [value]
    stosw
    ret

; channel 1 gives cx bytes from the buffer, in mode al
dma8:
    push ax
    mov al, 5
    out 0x0a, al
    out 0x0c, al
    pop ax
    out 0x0b, al
    mov al, 0
    out 0x02, al
    out 0x02, al
    mov al, BUFFER >> 12
    out 0x83, al
    dec cx
    mov al, cl
    out 0x03, al
    mov al, ch
    out 0x03, al
    mov al, 1
    out 0x0a, al
    ret

; Ten blocks of 1000 bytes at 20 kHz, each begun by the interrupt of the one
; before it.
chain:
    mov cx, 1000
    mov bx, 20
    call tone8
    DSP 0xd1, 0x40, 256 - 50
    mov word [irqs], 0
    mov word [then], next_block
    mov cx, 1000
    mov al, 0x59                        ; auto-init DMA, single transfers
    call dma8
    call next_block
.wait:
    hlt
    cmp word [irqs], 10
    jb .wait
    mov word [then], nothing
    mov si, m_chain
    clc
    jmp result

next_block:
    cmp word [irqs], 10
    jae .end
    DSP 0x14, 999 & 255, 999 >> 8
.end:
    ret

; Twenty half buffers of 500 bytes.
auto_init:
    mov cx, 1000
    mov bx, 20
    call tone8
    DSP 0xd1, 0x40, 256 - 50, 0x48, 499 & 255, 499 >> 8
    mov word [irqs], 0
    mov cx, 1000
    mov al, 0x59
    call dma8
    DSP 0x1c
.wait:
    hlt
    cmp word [irqs], 19
    jb .wait
    DSP 0xda
.last:
    hlt
    cmp word [irqs], 20
    jb .last
    mov si, m_auto
    clc
    jmp result

; The same at 40 kHz, an octave up; a reset ends it.
high_speed:
    mov cx, 1000
    mov bx, 20
    call tone8
    DSP 0xd1, 0x40, 256 - 25, 0x48, 499 & 255, 499 >> 8
    mov word [irqs], 0
    mov cx, 1000
    mov al, 0x59
    call dma8
    DSP 0x90
.wait:
    hlt
    cmp word [irqs], 40
    jb .wait
    mov dx, BASE + 6
    mov al, 1
    out dx, al
    mov al, 0
    out dx, al
    mov si, m_high
    clc
    jmp result

; A Sound Blaster Pro takes left and right in turn when its mixer says so: 20,000
; frames a second, 1000 of them in the buffer.
stereo:
    push word BUFFER
    pop es
    mov bx, 50
    xor di, di
    call .side
    mov bx, 22
    mov di, 1
    call .side
    mov al, 0x22
    call .mixer
    DSP 0xd1, 0x40, 256 - 25, 0x48, 999 & 255, 999 >> 8
    mov word [irqs], 0
    mov cx, 2000
    mov al, 0x59
    call dma8
    DSP 0x90
.wait:
    hlt
    cmp word [irqs], 20
    jb .wait
    mov dx, BASE + 6
    mov al, 1
    out dx, al
    mov al, 0
    out dx, al
    mov al, 0x20
    call .mixer
    mov si, m_stereo
    clc
    jmp result
.mixer:
    mov dx, BASE + 4
    push ax
    mov al, 0x0e
    out dx, al
    pop ax
    inc dx
    out dx, al
    ret

; bx turns in 1000 frames into each second byte from di on
.side:
    mov cx, 1000
    mov [turn], bx
    mov word [frames], cx
    mov word [count], 0
    finit
.next:
    fldpi
    fadd st0, st0
    fimul word [count]
    fimul word [turn]
    fidiv word [frames]
    fsin
    fimul word [loud8]
    fistp word [value]
    mov ax, [value]
    add al, 128
    stosb
    inc di
    inc word [count]
    loop .next
    ret

; 4410 frames of 16 bits at 44.1 kHz by channel 5, half of them a block.
wide:
    mov cx, 4410
    mov bx, 100
    mov bp, 44
    call tone16
    mov word [irqs], 0
    mov word [ack], BASE + 15
    call dma16
    DSP 0x41, 44100 >> 8, 44100 & 255
    DSP 0xb6, 0x30, 4409 & 255, 4409 >> 8
.more:
    hlt
    cmp word [irqs], 10
    jb .more
    DSP 0xd9
.last:
    hlt
    cmp word [irqs], 11
    jb .last
    mov word [ack], BASE + 14
    mov si, m_wide
    clc
    jmp result

dma16:
    mov al, 5
    out 0xd4, al
    out 0xd8, al
    mov al, 0x59
    out 0xd6, al
    mov al, 0
    out 0xc4, al
    out 0xc4, al
    mov al, BUFFER >> 12
    out 0x8b, al
    mov ax, 2 * 4410 - 1
    out 0xc6, al
    mov al, ah
    out 0xc6, al
    mov al, 1
    out 0xd4, al
    ret

; The mixer tells which of its interrupts it is.
share:
    mov dx, BASE + 4
    mov al, 0x82
    out dx, al
    cli
    DSP 0xf2, 0xf3
    mov dx, BASE + 5
    in al, dx
    and al, 3
    mov ah, al
    mov dx, BASE + 14
    in al, dx
    mov dx, BASE + 5
    in al, dx
    and al, 3
    mov bx, ax
    mov dx, BASE + 15
    in al, dx
    sti
    cmp bx, 0x0302
    mov si, m_share
    jmp compare

; 4000 levels, 1250 Hz at 10 kHz, each 119 or 120 ticks of counter 2 after the
; last: 119.3182 on average.
direct:
    mov cx, 8
    mov bx, 8
    call tone8
    DSP 0xd1
    call count_down
    call counter
    mov [due], ax
    xor si, si
    mov word [fraction], 0
    mov cx, 4000
.next:
    call counter
    mov bx, [due]
    sub bx, ax
    cmp bx, 0x8000                      ; counts down: late when not below
    jae .next
    mov al, 0x10
    call dsp
    mov bx, si
    and bx, 7
    mov al, [es:bx]
    call dsp
    inc si
    mov ax, 119
    add word [fraction], 20853              ; .3182 of 65536
    adc ax, 0
    sub [due], ax
    loop .next
    DSP 0x10, 128
    mov si, m_direct
    clc
    jmp result

version dw 0
irqs dw 0
ack dw BASE + 14
then dw nothing
turn dw 0
count dw 0
value dw 0
frames dw 0
due dw 0
fraction dw 0
loud8 dw 100
loud16 dw 16000
m_version db "version ", 0
m_fm db "FM: timer 1", 0
m_reset db "DSP: reset", 0
m_identify db "DSP: identification", 0
m_test db "DSP: test register", 0
m_irq db "DSP: F2 interrupts", 0
m_silence db "DSP: 10 ms of silence", 0
m_chain db "one block after another", 0
m_auto db "auto-init", 0
m_high db "high speed", 0
m_stereo db "stereo", 0
m_wide db "16 bits", 0
m_share db "mixer: who interrupts", 0
m_direct db "by the CPU", 0
m_done db "done", 10, 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
