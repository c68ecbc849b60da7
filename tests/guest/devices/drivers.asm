; drivers.asm - looks for sound cards and starts them as games, players and
; demos of their time do, each in a way of its own; ok or FAIL goes to port E9h.
;
; The cards: sb16 or sbpro, gus,iobase=0x260, gameblaster,iobase=0x240,
; disney,iobase=0x278, mpu401,iobase=0x300.
    org 0x7c00
    bits 16
    cpu 386

BASE equ 0x220
GUS equ 0x260
CMS equ 0x240
BUFFER equ 0x2000
SECTORS equ 6

%include "boot.inc"
%include "sound.inc"

main:
    cli
    mov word [(8 + 5) * 4], sb_irq
    mov word [(0x70 + 3) * 4], gus_irq
    mov [(8 + 5) * 4 + 2], ds
    mov [(0x70 + 3) * 4 + 2], ds
    in al, 0x21
    and al, ~(1 << 5 | 1 << 2)
    out 0x21, al
    in al, 0xa1
    and al, ~(1 << 3)
    out 0xa1, al
    sti
    call hundred_reads
    call version_
    call mixer_keeps
    call dma_by_identity
    call count_falls
    call busy_and_free
    cmp byte [version], 4
    jb .old
    call one_word
.old:
    call midi_first
    call exclusive
    call gus_memory
    call gus_timer
    call gus_dma
    call gus_moves
    call disney_fills
    call disney_plug
    call cms_latch
    mov si, m_done
    call say
    mov al, 1
    out 0xf4, al
    hlt

sb_irq:
    push ax
    push dx
    inc word [cs:irqs]
    mov dx, BASE + 14
    in al, dx
    inc dx
    in al, dx
    mov al, 0x20
    out 0x20, al
    pop dx
    pop ax
    iret

; ---- Sound Blaster ----

; Reset for 3 us; then AAh must be among the next hundred bytes of port A, of
; which nobody asks whether they are new.
hundred_reads:
    mov dx, BASE + 6
    mov al, 1
    out dx, al
    in al, dx
    in al, dx
    in al, dx
    mov al, 0
    out dx, al
    mov dx, BASE + 10
    mov cx, 100
.next:
    in al, dx
    cmp al, 0xaa
    loopne .next
    mov si, m_reads
    jmp compare

version_:
    DSP 0xe1
    call dsp_read
    mov [version], al
    call dsp_read
    ret

; Stereo is tried only when the mixer gives back F3h.
mixer_keeps:
    mov dx, BASE + 4
    mov al, 0x22
    out dx, al
    inc dx
    mov al, 0xf3
    out dx, al
    in al, dx
    cmp al, 0xf3
    mov al, 0xff
    out dx, al
    mov si, m_mixer
    jmp compare

; channel 1, mode al, cx bytes at the buffer
dma:
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

; The channel by which E2h writes a byte is the card's.
dma_by_identity:
    push word BUFFER
    pop es
    mov byte [es:0], 0
    mov cx, 1
    mov al, 0x45
    call dma
    DSP 0xe2, 0
    mov cx, 1
    call wait_ms
    cmp byte [es:0], (0xaa - 106) & 255
    mov si, m_identity
    jmp compare

count:
    out 0x0c, al
    in al, 0x03
    mov ah, al
    in al, 0x03
    xchg al, ah
    ret

; A player finds its place by the count; its block ends with one interrupt, and
; the controller says that the channel is through.
count_falls:
    mov word [irqs], 0
    in al, 0x08
    mov cx, 400
    mov al, 0x49
    call dma
    DSP 0xd1, 0x40, 131, 0x14, 399 & 255, 399 >> 8
    mov cx, 20
    call wait_ms
    call count
    mov bx, ax
    mov cx, 10
    call wait_ms
    call count
    sub bx, ax
    cmp bx, 40
    jb .bad
    cmp bx, 120
    ja .bad
    mov cx, 40
    call wait_ms
    in al, 0x08
    test al, 2
    jz .bad
    cmp word [irqs], 1
.bad:
    mov si, m_count
    jmp compare

; While it plays: waits until the DSP is busy, then until it is not.
busy_and_free:
    mov cx, 4000
    mov al, 0x49
    call dma
    DSP 0x40, 156, 0x14, 3999 & 255, 3999 >> 8
    mov dx, BASE + 12
    mov cx, 2000
.busy:
    in al, dx
    test al, 0x80
    loopz .busy
    jz .never
    mov cx, 2000
.free:
    in al, dx
    test al, 0x80
    loopnz .free
    jnz .never
    cmp al, al
    jmp .told
.never:
    or al, 1
.told:
    pushf
    DSP 0xd0
    popf
    mov si, m_busy
    jmp compare

; A stereo block of 16 bits with a single word: half of a frame.
one_word:
    mov word [irqs], 0
    mov al, 5
    out 0xd4, al
    out 0xd8, al
    mov al, 0x49
    out 0xd6, al
    mov al, 0
    out 0xc4, al
    out 0xc4, al
    out 0xc6, al
    out 0xc6, al
    mov al, BUFFER >> 12
    out 0x8b, al
    mov al, 1
    out 0xd4, al
    DSP 0x41, 0x56, 0x22, 0xb0, 0x30, 0, 0
    mov cx, 2
    call wait_ms
    cmp word [irqs], 1
    mov si, m_word
    jmp compare

; ---- MPU-401 ----

mpu:
    mov dx, 0x301
    out dx, al
    mov cx, 2000
.wait:
    in al, dx
    test al, 0x80
    loopnz .wait
    jnz .none
    dec dx
    in al, dx
    ret
.none:
    mov al, 0
    ret

; Reset, UART mode; a reset out of it says nothing, the one after it does.
midi_first:
    mov al, 0xff
    call mpu
    mov bl, al
    mov al, 0x3f
    call mpu
    mov bh, al
    mov al, 0xff
    call mpu
    push ax
    mov al, 0xff
    call mpu
    pop dx
    mov ah, dl
    cmp bx, 0xfefe
    jne .bad
    cmp ax, 0x00fe
.bad:
    mov si, m_midi
    jmp compare

; A message for the display of an MT-32: in intelligent mode, as command DFh
; sends it, with the next byte as soon as there is room; and in UART mode.
exclusive:
    mov al, 0xdf
    call mpu
    call .send
    mov al, 0x3f
    call mpu
    mov byte [text + 8], 'U'
    mov byte [text + 9], 0x0b
    call .send
    ret
.send:
    mov si, text
.next:
    mov dx, 0x301
.busy:
    in al, dx
    test al, 0x40
    jnz .busy
    lodsb
    dec dx
    out dx, al
    cmp al, 0xf7
    jne .next
    ret
text db 0xf0, 0x41, 0x10, 0x16, 0x12, 0x20, 0x00, 0x00, 'I', 0x17, 0xf7

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

gus_in:
    mov dx, GUS + 0x103
    mov al, bl
    out dx, al
    inc dx
    in ax, dx
    ret

; The address goes up by 64 KB (bh) and down to a byte (ax).
gus_at:
    push bx
    mov bl, 0x43
    call gus16
    pop bx
    mov bl, 0x44
    call gus8
    mov dx, GUS + 0x107
    ret

; A byte in each 256 KB stays there: 1 MB.
gus_memory:
    mov bx, 0x004c
    call gus8
    mov cx, 1
    call wait_ms
    mov bx, 0x014c
    call gus8
    mov cx, 4
.put:
    mov bh, cl
    dec bh
    shl bh, 2
    xor ax, ax
    call gus_at
    mov al, cl
    add al, 0x50
    out dx, al
    loop .put
    mov cx, 4
.get:
    mov bh, cl
    dec bh
    shl bh, 2
    xor ax, ax
    call gus_at
    in al, dx
    sub al, 0x50
    cmp al, cl
    jne .bad
    loop .get
    xor al, al
.bad:
    mov si, m_memory
    jmp compare

gus_irq:
    push ax
    push dx
    mov dx, GUS + 6
    in al, dx
    or [cs:causes], al
    inc word [cs:gus_irqs]
    push bx
    mov bx, 0x0045
    call gus8
    mov bl, 0x41
    call gus_in
    pop bx
    mov al, 0x20
    out 0xa0, al
    out 0x20, al
    pop dx
    pop ax
    iret

; Which line it is: a timer's interrupt, with nothing else set up than what
; the card has after its reset.
gus_timer:
    mov bx, 0x074c
    call gus8
    mov bx, 0xf046
    call gus8
    mov bx, 0x0445
    call gus8
    mov dx, GUS + 8
    mov al, 4
    out dx, al
    inc dx
    mov al, 1
    out dx, al
    mov cx, 4
    call wait_ms
    mov dx, GUS + 9
    mov al, 0
    out dx, al
    cmp byte [causes], 4
    jne .bad
    cmp word [gus_irqs], 1
.bad:
    mov si, m_timer
    jmp compare

; 500 bytes by DMA, whose end is looked for in its register.
gus_dma:
    mov byte [es:499], 0x7b
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
    mov al, 499 & 255
    out 0x07, al
    mov al, 499 >> 8
    out 0x07, al
    mov al, 3
    out 0x0a, al
    mov bl, 0x42
    mov ax, 0x1000
    call gus16
    mov bx, 0x0141
    call gus8
    mov cx, 20
.wait:
    push cx
    mov cx, 1
    call wait_ms
    mov bl, 0x41
    call gus_in
    pop cx
    test ah, 0x40
    loopz .wait
    jz .bad
    mov bh, 1
    mov ax, 499
    call gus_at
    in al, dx
    cmp al, 0x7b
    jmp .told
.bad:
    or al, 1
.told:
    mov si, m_dma
    jmp compare

; A voice that plays is somewhere else a little later.
gus_moves:
    mov dx, GUS + 0x102
    mov al, 3
    out dx, al
    mov bl, 1
    mov ax, 1024
    call gus16
    mov bl, 4
    mov ax, 0x00ff
    call gus16
    mov bx, 0x0800
    call gus8
    mov bl, 0x8a
    call gus_in
    mov cx, ax
    push cx
    mov cx, 20
    call wait_ms
    mov bl, 0x8a
    call gus_in
    pop cx
    sub ax, cx
    dec ax
    cmp ax, 20                          ; of 128 samples each
    sbb al, al
    inc al
    mov bx, 0x0300
    push ax
    call gus8
    pop ax
    test al, al
    mov si, m_moves
    jmp compare

; ---- Disney Sound Source, Game Blaster ----

; It is full after 16 bytes or so, and after 3 ms no more.
disney_fills:
    xor bl, bl
.put:
    mov dx, 0x278
    mov al, 0x80
    out dx, al
    mov dx, 0x27a
    mov al, 0x0c
    out dx, al
    mov al, 0x04
    out dx, al
    inc bl
    mov dx, 0x279
    in al, dx
    test al, 0x40
    jnz .full
    cmp bl, 30
    jb .put
.full:
    cmp bl, 16
    jb .bad
    cmp bl, 20
    ja .bad
    mov cx, 3
    call wait_ms
    mov dx, 0x279
    in al, dx
    test al, 0x40
.bad:
    mov si, m_fills
    jmp compare

disney_plug:
    mov dx, 0x278
    mov al, 0
    out dx, al
    inc dx
    in al, dx
    mov ah, al
    dec dx
    mov al, 0x80
    out dx, al
    inc dx
    in al, dx
    and ax, 0x8080
    cmp ax, 0x8000
    mov si, m_plug
    jmp compare

cms_latch:
    mov dx, CMS + 4
    in al, dx
    cmp al, 0x7f
    jne .bad
    mov dx, CMS + 6
    mov al, 0xa5
    out dx, al
    mov dx, CMS + 10
    in al, dx
    cmp al, 0xa5
.bad:
    mov si, m_latch
    jmp compare

irqs dw 0
gus_irqs dw 0
version db 0
causes db 0
m_reads db "DSP: AAh within a hundred reads", 0
m_mixer db "mixer: F3h comes back", 0
m_identity db "DSP: E2h by DMA", 0
m_count db "DMA: the count falls, one interrupt, terminal count", 0
m_busy db "DSP: busy and free while it plays", 0
m_word db "DSP: a block of one word", 0
m_midi db "MPU-401: which resets are answered", 0
m_memory db "GF1: 1 MB", 0
m_timer db "GF1: a timer interrupts, once", 0
m_dma db "GF1: DMA without interrupts", 0
m_moves db "GF1: a voice moves", 0
m_fills db "Sound Source: 16 bytes fill it", 0
m_plug db "Sound Source: its plug", 0
m_latch db "Game Blaster: its latch", 0
m_done db "done", 10, 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
