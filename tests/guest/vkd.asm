; vkd.asm - the BIOS's services under a monitor that owns the 8042, the
; interrupt controllers and the clock, while keys come: each service answers as
; in real mode, no key is lost, none is made up, and the real 8042 goes on
; translating.
; Manual: IBM PS/2 BIOS Interface Technical Reference, INT 15h C2h; Microsoft,
; Windows 3.1 DDK, virtual keyboard device: port 64h's commands are the virtual
; machine's own, what follows a D4h or 60h goes to the real controller.
; short: 486
; waits: for the clock, hours on end
; rivals: none (the monitor knows what this BIOS asks of it)
%define REAL_TESTS
%include "frame.inc"
%include "monitor.inc"

RESULT equ 10                           ; CF, AX, BX, CX, DX
BUFFER equ 0x1000                       ; of the floppy's sector
REAL_RESULTS equ 0x1400
VM_RESULTS equ 0x1800
KEYS equ 0x2000                         ; what INT 16h gave

LOW
    bits 16
    cpu 386

; Interrupt, AX, BX, CX, DX, and which of CF AX BX CX DX (bits 0 to 4) must be
; the same each time.
%macro SERVICE 6
    db %1, %6
    dw %2, %3, %4, %5
%endmacro
ROW equ 10
table:
    SERVICE 0x15, 0xc205, 0x0300, 0, 0, 31
    SERVICE 0x15, 0xc201, 0, 0, 0, 31
    SERVICE 0x15, 0xc202, 0x0500, 0, 0, 31
    SERVICE 0x15, 0xc203, 0x0300, 0, 0, 31
    SERVICE 0x15, 0xc204, 0, 0, 0, 31
    SERVICE 0x15, 0xc206, 0x0000, 0, 0, 31
    SERVICE 0x15, 0xc206, 0x0200, 0, 0, 31
    SERVICE 0x15, 0xc207, packet, 0, 0, 31
    SERVICE 0x15, 0xc200, 0x0100, 0, 0, 31
    SERVICE 0x15, 0xc206, 0x0000, 0, 0, 31
    SERVICE 0, 0, 0, 0, 0, 31           ; a packet
    SERVICE 0x16, 0x0305, 0x010a, 0, 0, 31
    SERVICE 0, 0, 0, 0, 0, 31
    SERVICE 0x15, 0xc200, 0x0000, 0, 0, 31
    SERVICE 0x1a, 0x0200, 0, 0, 0, 1
    SERVICE 0x1a, 0x0400, 0, 0, 0, 31
    SERVICE 0x1a, 0x0000, 0, 0, 0, 3
    SERVICE 0x15, 0x8600, 0, 0, 5000, 31
    SERVICE 0x13, 0x0201, BUFFER, 1, 0, 31
    SERVICE 0x13, 0x0000, 0, 0, 0, 31
    SERVICE 0x11, 0, 0, 0, 0, 31
    SERVICE 0x16, 0x0305, 0x0000, 0, 0, 31
table_end:

results: dd 0
keys_at: dd 0
packets: dw 0
packet_sum: dw 0

; Each service once. Six bytes, three keys, may come in each.
services:
    xor ax, ax
    mov ds, ax
    mov es, ax
    cld
    mov si, table
.next:
    mov dword [mon_left], 6
    mov al, [si]
    mov [.number], al
    mov ax, [si + 2]
    mov bx, [si + 4]
    mov cx, [si + 6]
    mov dx, [si + 8]
    push si
    cmp byte [.number], 0
    je .packet
    clc
    db 0xcd
.number: db 0
    jmp .answer
.packet:
    call send_packet
.answer:
    pop si
    xor bp, bp
    mov ds, bp
    mov es, bp
    adc bp, bp
    call store
    call take_keys
    add si, ROW
    cmp si, table_end
    jb .next
; A key that comes while the last ones are taken must not wait for the next run.
    mov dword [mon_left], 0
    mov cx, 64
.late:
    push cx
    call take_keys
    pop cx
    loop .late
    ret

; BP = CF, AX BX CX DX to [results].
store:
    pushad
    mov edi, [results]
    add dword [results], RESULT
    mov [edi], bp
    mov [edi + 2], ax
    mov [edi + 4], bx
    mov [edi + 6], cx
    mov [edi + 8], dx
    popad
    ret

take_keys:
    mov ah, 1
    int 0x16
    jz .end
    mov ah, 0
    int 0x16
    mov edi, [keys_at]
    mov [edi], ax
    add dword [keys_at], 2
    jmp take_keys
.end:
    ret

; Three bytes as the pointing device's; AX = their sum when the routine has
; been called with them.
send_packet:
    mov word [packet_sum], 0
    mov al, 0x08
    call .byte
    mov al, 0x12
    call .byte
    mov al, 0x34
    call .byte
    mov ax, [packet_sum]
    xor bx, bx
    xor cx, cx
    xor dx, dx
    ret
.byte:
    push ax
    mov al, 0xd3
    out 0x64, al
    call .free
    pop ax
    out 0x60, al
    call .free
    mov cx, 1000
.wait:
    in al, 0x61
    loop .wait
    ret
.free:
    in al, 0x64
    test al, 2
    jnz .free
    ret

packet:
    push bp
    mov bp, sp
    mov ax, [bp + 12]
    add ax, [bp + 10]
    add ax, [bp + 8]
    add [cs:packet_sum], ax
    inc word [cs:packets]
    pop bp
    retf

; The clock is read over and over while an hour begins; AX = reads that gave a
; time that never was.
vm_clock:
    xor di, di
    mov bp, 6
.hour:
    mov ah, 3
    mov cx, 0x1259
    mov dx, 0x5900
    int 0x1a
    mov si, 4
.next:
    mov ah, 2
    int 0x1a
    cmp cx, 0x1300
    je .after
    cmp cx, 0x1259
    jne .bad
    cmp dh, 0x59
    je .good
    jmp .bad
.after:
    cmp dh, 0x10
    jb .good
.bad:
    inc di
.good:
    dec si
    jnz .next
    dec bp
    jnz .hour
    mov [clock_bad], di
    int VM_END
clock_bad: dw 0

vm_services:
    call services
    int VM_END

real_tests:
    mov word [results], REAL_RESULTS
    mov word [keys_at], KEYS
    mov al, 0xb8
    out 0x21, al
    mov al, 0xaf
    out 0xa1, al
    sti
    call services
    cli
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    mov ax, [keys_at]
    IS16 "no keys in real mode", ax, KEYS
    ret

PM
    bits 32
tests:
    mov dword [mon_20h], ANSWER_20
    mov dword [mon_every], 0
    call under_monitor
    call same_results
    IS "the machine alone: differences", [differences], 0
%macro BUSY 3                           ; name, what a read of the mode gives,
    mov dword [mon_20h], %2             ; does ADh hold the keyboard
    mov dword [mon_hold], %3
    call with_keys
    IS {%1, ": differences"}, [differences], 0
    IS {%1, ": keys that came"}, [came], [typed]
    IS {%1, ": in another order"}, [wrong], 0
    IS {%1, ": many came"}, [many], 1
    IS {%1, ": the real command byte"}, [mode_after], [mode_before]
    IS {%1, ": accesses that no service should make"}, [mon_bad], 0
    movzx eax, word [v_imr]
    IS {%1, ": interrupt masks"}, eax, 0xaeb8
    movzx eax, word [v_isr]
    IS {%1, ": in service"}, eax, 0
    movzx eax, byte [v_count]
    IS {%1, ": nothing is left waiting"}, eax, 0
%endmacro
    BUSY "a mode of its own", ANSWER_20, 1
    BUSY "no mode", NOTHING_20, 1
    BUSY "the mode as a key", PASS_20, 1
    BUSY "keys in between", NOTHING_20, 0
    mov dword [mon_every], 0
    mov dword [mon_slow], 70000
    call mon_start
    mov ax, vm_clock
    call mon_call
    call mon_end
    movzx eax, word [clock_bad]
    IS "times that never were", eax, 0
    mov eax, [all_keys]
    call putdec
    mov al, 10
    call putc
    ret

; Every possible pace at which the keys come, so that one falls into each gap.
with_keys:
    xor eax, eax
    mov [wrong], eax
    mov [came], eax
    mov [typed], eax
    mov [many], eax
    mov [differences_all], eax
    mov dword [mon_every], 7
.pace:
    mov dword [mon_keys], typing
    call under_monitor
    call same_results
    mov eax, [differences]
    add [differences_all], eax
    call judge_keys
    add dword [mon_every], 10
    cmp dword [mon_every], 67
    jb .pace
    mov eax, [differences_all]
    mov [differences], eax
    ret

under_monitor:
    mov word [results], VM_RESULTS
    mov word [keys_at], KEYS
    mov word [packets], 0
    call mon_start
    call real_mode_byte
    mov [mode_before], al
    mov ax, vm_services
    call mon_call
    call real_mode_byte
    mov [mode_after], al
    jmp mon_end

; How many results are not as in real mode; says which.
same_results:
    mov dword [differences], 0
    mov ebx, table
    mov esi, REAL_RESULTS
    mov edi, VM_RESULTS
.row:
    xor ecx, ecx
.word:
    movzx eax, byte [ebx + 1]
    bt eax, ecx
    jnc .same
    mov ax, [esi + ecx * 2]
    cmp ax, [edi + ecx * 2]
    je .same
    inc dword [differences]
    call say_difference
.same:
    inc ecx
    cmp ecx, RESULT / 2
    jb .word
    add esi, RESULT
    add edi, RESULT
    add ebx, ROW
    cmp ebx, table_end
    jb .row
    ret

say_difference:
    pushad
    movzx eax, byte [ebx]
    call puthex
    mov al, ' '
    call putc
    movzx eax, word [ebx + 2]
    call puthex
    mov al, '.'
    call putc
    mov eax, ecx
    call puthex
    mov al, ':'
    call putc
    movzx eax, word [esi + ecx * 2]
    call puthex
    mov al, '>'
    call putc
    mov edi, [esp]
    movzx eax, word [edi + ecx * 2]
    call puthex
    mov al, 10
    call putc
    popad
    ret

; The keys that were typed, make codes alone, against those that came.
judge_keys:
    mov esi, typing
    mov edi, KEYS
.key:
    cmp esi, [mon_keys]
    jae .end
    lodsb
    test al, 0x80
    jnz .key
    inc dword [typed]
    movzx ecx, word [keys_at]
    cmp edi, ecx
    jae .key
    cmp al, [edi + 1]
    je .right
    inc dword [wrong]
.right:
    add edi, 2
    jmp .key
.end:
    movzx eax, word [keys_at]
    sub eax, KEYS
    shr eax, 1
    add [came], eax
    add [all_keys], eax
    cmp eax, 8
    jb .few
    mov dword [many], 1
.few:
    ret

section .data
differences: dd 0
differences_all: dd 0
came: dd 0
all_keys: dd 0
typed: dd 0
wrong: dd 0
many: dd 0
mode_before: dd 0
mode_after: dd 0
typing:
%rep 8
%assign k 0x10
%rep 10                                 ; Q to P, pressed and let go
    db k, k | 0x80
%assign k k + 1
%endrep
%endrep
    db 0
PM
