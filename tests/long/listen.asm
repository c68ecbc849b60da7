; listen.asm - for tests/long/listen.sh: each key sounds for 100 ms, by the
; loudspeaker; T by a Sound Blaster 16 for good, a sine of 1000 Hz.
    org 0x7c00
    bits 16
    cpu 486

BASE equ 0x220
IRQ equ 5
BUFFER equ 0x2000                       ; segment
FRAMES equ 4410
SECTORS equ 3

%include "boot.inc"
%include "sound.inc"

main:
    mov si, m_ready
    call say
.key:
    mov ah, 0
    int 0x16
    cmp al, 't'
    je tone
    mov al, 0xb6
    out 0x43, al
    mov al, 1193 & 255
    out 0x42, al
    mov al, 1193 >> 8
    out 0x42, al
    in al, 0x61
    or al, 3
    out 0x61, al
    mov al, '!'
    out 0xe9, al
    mov bx, 2                           ; ticks of the clock
.tick:
    mov ax, [0x46c]
.same:
    hlt
    cmp ax, [0x46c]
    je .same
    dec bx
    jnz .tick
    in al, 0x61
    and al, 0xfc
    out 0x61, al
    jmp .key

tone:
    TAKE_IRQ
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
    call make_sine
    mov al, 5
    out 0xd4, al
    out 0xd8, al
    mov al, 0x59                        ; again and again
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
    DSP 0x41, 44100 >> 8, 44100 & 255
    DSP 0xb6, 0x10, (FRAMES - 1) & 255, (FRAMES - 1) >> 8
.rest:
    hlt
    jmp .rest

make_sine:
    push word BUFFER
    pop es
    xor di, di
    finit
    mov word [n], 0
.next:
    fldpi
    fadd st0, st0
    fimul word [n]
    fimul word [turns]
    fidiv word [frames]
    fsin
    fimul word [loud]
    fistp word [value]
    mov ax, [value]
    stosw
    inc word [n]
    cmp word [n], FRAMES
    jb .next
    ret

irq:
    push ax
    push dx
    mov dx, BASE + 15
    in al, dx
    mov al, 0x20
    out 0x20, al
    pop dx
    pop ax
    iret

n dw 0
value dw 0
turns dw 100
frames dw FRAMES
loud dw 16000
m_ready db "ready", 10, 0

    times SECTORS * 512 + 512 - ($ - $$) db 0
