; tones.asm - half a second of each card's sound, with a tenth of silence
; behind it, for tests/guest/devices/tones.sh; what it measures by itself goes
; to port E9h.
;
;   Tandy | Game Blaster | Covox | Disney | UltraSound: 8 bits by DMA, 32 voices,
;   a ramp up | Sound Blaster: ADPCM of 4, 2.6 and 2 bits, a pause, another rate
;
; The cards: sb16, gus,iobase=0x260, gameblaster,iobase=0x240, tandy, covox,
; disney,iobase=0x278.
    org 0x7c00
    bits 16
    cpu 486

BASE equ 0x220
CMS equ 0x240
GUS equ 0x260
IRQ equ 5
BUFFER equ 0x2000                       ; segment: DMA page 2, address 0
SECTORS equ 6

%include "boot.inc"
%include "sound.inc"

main:
    cli
    TAKE_IRQ
    sti
    push word BUFFER
    pop es
    call tandy
    call rest
    call game_blaster
    call rest
    call covox
    call rest
    call disney
    call rest
    call ultrasound
    call rest
    call reset
    call adpcm4
    call rest
    call adpcm26
    call rest
    call adpcm2
    call rest
    call pause
    call other_rate
    call rest
    mov si, m_done
    call say
    mov al, 1
    out 0xf4, al
    hlt

rest:
    mov cx, 150
    jmp wait_ms

half:
    mov cx, 500
    jmp wait_ms

irq:
    push ax
    push dx
    push ds
    xor ax, ax
    mov ds, ax
    inc word [irqs]
    mov dx, BASE + 14
    in al, dx
    mov al, 0x20
    out 0x20, al
    pop ds
    pop dx
    pop ax
    iret

; ---- Tandy: 3,579,545 / 32 / 254 Hz ----

tandy:
    mov al, 0x80 | 254 & 15
    out 0xc0, al
    mov al, 254 >> 4
    out 0xc0, al
    mov al, 0x90
    out 0xc0, al
    call half
    mov al, 0x9f
    out 0xc0, al
    ret

; ---- Game Blaster: 7,159,090 / 512 * 16 / 508 Hz, left ----

%macro SAA 2
    mov dx, CMS + 1
    mov al, %1
    out dx, al
    dec dx
    mov al, %2
    out dx, al
%endmacro

game_blaster:
    SAA 0x1c, 2
    SAA 0x1c, 1
    SAA 0x00, 0x0f
    SAA 0x08, 3
    SAA 0x10, 4
    SAA 0x14, 1
    call half
    SAA 0x14, 0
    SAA 0x00, 0
    ret

; ---- Covox: 1250 Hz, eight levels a turn, each 119.3182 ticks ----

; cx bytes of a sine into the buffer, bx of them a turn
sine:
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
    fimul word [loud]
    fistp word [value]
    mov ax, [value]
    add al, 128
    stosb
    loop .next
    ret

covox:
    mov cx, 8
    mov bx, 8
    call sine
    call count_down
    call counter
    mov [due], ax
    xor si, si
    mov word [fraction], 0
    mov cx, 5000
.next:
    call counter
    mov bx, [due]
    sub bx, ax
    cmp bx, 0x8000
    jae .next
    mov bx, si
    and bx, 7
    mov al, [es:bx]
    mov dx, 0x378
    out dx, al
    inc si
    mov ax, 119
    add word [fraction], 20853
    adc ax, 0
    sub [due], ax
    loop .next
    mov al, 128
    out dx, al
    ret

; ---- Disney: 1000 Hz, seven of its samples a turn ----

disney:
    mov dx, 0x279
    in al, dx
    cmp al, 0xff
    je .none
    mov cx, 7
    mov bx, 7
    call sine
    mov cx, 3500
    xor bx, bx
.next:
    mov dx, 0x279
.full:
    in al, dx
    test al, 0x40
    jnz .full
    mov al, [es:bx]
    call disney_byte
    inc bx
    cmp bx, 7
    jb .turn
    xor bx, bx
.turn:
    loop .next
    mov dx, 0x279
.last:
    in al, dx
    test al, 0x40
    jnz .last
    mov al, 128
    jmp disney_byte
.none:
    ret

disney_byte:
    push dx
    mov dx, 0x278
    out dx, al
    add dx, 2
    mov al, 0x04
    out dx, al
    mov al, 0x0c
    out dx, al
    pop dx
    ret

; ---- UltraSound ----

; register %1 takes a byte, a word
%macro GF1B 2
    mov dx, GUS + 0x103
    mov al, %1
    out dx, al
    mov dx, GUS + 0x105
    mov al, %2
    out dx, al
%endmacro
%macro GF1W 2
    mov dx, GUS + 0x103
    mov al, %1
    out dx, al
    inc dx
    mov ax, %2
    out dx, ax
%endmacro

; 250 turns of 32 bytes go up by DMA; with 32 voices a frame is 1 / 19,293.75 s,
; so a step of a sample each sounds at 602.93 Hz. The volume ramps up first.
ultrasound:
    mov cx, 8001
    mov bx, 32
    call sine
    GF1B 0x4c, 0
    mov cx, 1
    call wait_ms
    GF1B 0x4c, 1
    mov cx, 1
    call wait_ms
    call gus_upload
    GF1B 0x4c, 3
    GF1B 0x0e, 0xdf
    mov dx, GUS + 0x102
    mov al, 5
    out dx, al
    GF1B 0x00, 3
    GF1B 0x0d, 3
    GF1W 0x01, 1 << 10
    GF1B 0x0c, 7
    GF1W 0x02, 0
    GF1W 0x03, 0
    GF1W 0x04, 8000 >> 7
    GF1W 0x05, (8000 & 127) << 9
    GF1W 0x0a, 0
    GF1W 0x0b, 0
    GF1W 0x09, 0
    GF1B 0x06, 63
    GF1B 0x07, 4
    GF1B 0x08, 0xf0
    mov dx, GUS
    mov al, 0x09
    out dx, al
    GF1B 0x0d, 0
    GF1B 0x00, 0x08
    call half
    GF1B 0x00, 3
    GF1B 0x09, 0
    ret

gus_upload:
    mov al, 7
    out 0x0a, al
    out 0x0c, al
    mov al, 0x4b
    out 0x0b, al
    mov al, 0
    out 0x06, al
    out 0x06, al
    mov al, BUFFER >> 12
    out 0x82, al
    mov al, 8000 & 255
    out 0x07, al
    mov al, 8000 >> 8
    out 0x07, al
    mov al, 3
    out 0x0a, al
    GF1W 0x42, 0
    GF1B 0x41, 0x81                     ; two's complement, as it plays them
.wait:
    mov dx, GUS + 0x103
    mov al, 0x41
    out dx, al
    mov dx, GUS + 0x105
    in al, dx
    test al, 0x40
    jz .wait
    ret

; ---- Sound Blaster ----

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
    call dsp_read
    DSP 0xd1, 0x40, 256 - 50
    ret

; cx bytes from the buffer, once
dma:
    mov al, 5
    out 0x0a, al
    out 0x0c, al
    mov al, 0x49
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
    mov word [irqs], 0
    ret

wait_irq:
    hlt
    cmp word [irqs], 1
    jb wait_irq
    ret

; command, bytes up and bytes down a turn, such a byte up, one down: a triangle
; behind the reference
%macro ADPCM 4
    xor di, di
    mov al, 128
    stosb
%%turn:
    mov al, %3
    mov cx, %2
    rep stosb
    mov al, %4
    mov cx, %2
    rep stosb
    cmp di, TOTAL + 1
    jb %%turn
    mov cx, TOTAL + 1
    call dma
    DSP %1, TOTAL & 255, TOTAL >> 8
    jmp wait_irq
%endmacro

; 20 kHz, 20 steps a turn: 1000 Hz, 5000 bytes
adpcm4:
%define TOTAL 5000
    ADPCM 0x75, 5, 0x33, 0xbb

; three steps a byte, the last of which is two, 18 a turn: 1111.1 Hz
adpcm26:
%define TOTAL 3333
    ADPCM 0x77, 3, 0x24 | 1, 0xb6 | 1

; four steps a byte, 24 a turn: 833.3 Hz
adpcm2:
%define TOTAL 2500
    ADPCM 0x17, 3, 0x44, 0xee

; The clock's ticks (55 ms) at which the interrupt comes: a block of 600 ms that
; is paused for 300 ends after 900, 16 or 17 of them.
pause:
    mov cx, 12000
    mov bx, 20
    call sine
    mov cx, 12000
    call dma
    call tick
    DSP 0x14, 11999 & 255, 11999 >> 8
    mov cx, 200
    call wait_ms
    DSP 0xd0
    mov cx, 300
    call wait_ms
    DSP 0xd4
    call wait_irq
    call ticks
    mov si, m_pause
    mov bx, 16
    jmp within

; 200 ms at 20 kHz, then the rest of 600 ms' bytes at 10 kHz: after 1000 ms.
other_rate:
    call rest
    mov cx, 12000
    call dma
    call tick
    DSP 0x14, 11999 & 255, 11999 >> 8
    mov cx, 200
    call wait_ms
    DSP 0x40, 256 - 100
    call wait_irq
    call ticks
    mov si, m_rate
    mov bx, 18
within:                                 ; ax is bx or one more
    sub ax, bx
    cmp ax, 2
    cmc
    jmp result

; Waits for a tick; ticks since then in ax
tick:
    mov ax, [0x46c]
.same:
    cmp ax, [0x46c]
    je .same
    mov ax, [0x46c]
    mov [begun], ax
    ret
ticks:
    mov ax, [0x46c]
    sub ax, [begun]
    ret

irqs dw 0
turn dw 0
count dw 0
value dw 0
due dw 0
fraction dw 0
begun dw 0
loud dw 100
m_pause db "a pause in a block", 0
m_rate db "another rate in flight", 0
m_done db "done", 10, 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
