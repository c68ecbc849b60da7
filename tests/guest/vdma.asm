; vdma.asm - the BIOS's services under a monitor that owns the DMA controllers,
; the interrupt controllers and the clock, in memory whose pages lie elsewhere:
; each answers as in real mode, and each byte that INT 13h moves is the same.
; Manual: Intel 8237A, 8259A and Motorola MC146818 data sheets; IBM PC AT
; Technical Reference, BIOS; Microsoft, Windows 3.1 DDK, virtual DMA device.
; short: 386
; rivals: qemu (in Bochs no alarm comes, and channels are left open)
; differs: qemu the flag that a wait sets - SeaBIOS leaves IRQ 8 masked
; differs: qemu alarms - SeaBIOS leaves IRQ 8 masked
; differs: qemu channels that are left open - SeaBIOS masks channel 2 only before it programs it
; differs: qemu NMI off - SeaBIOS turns the NMI off at each access to CMOS
%define REAL_TESTS
%define MON_DMA
%include "frame.inc"
%include "monitor.inc"

RESULT equ 12                           ; CF, AX, BX, CX, DX, masks
REAL_RESULTS equ 0x1000
VM_RESULTS equ 0x1800
WINDOW equ 0x68000                      ; 64 KB where sectors go
SAVED equ 0x400000                      ; and what was there in real mode
TRACK equ 0x2800                        ; CX: a cylinder to write to

LOW
    bits 16
    cpu 386

; Interrupt (0: the routine AX), AX, ES, BX, CX, DX, and which of the result's
; words must be the same.
%macro SERVICE 6-7 0x3f
    db %1, %7
    dw %2, %3, %4, %5, %6
%endmacro
ROW equ 12
table:
    SERVICE 0x13, 0x0000, 0x6800, 0, 0, 0
    SERVICE 0x13, 0x0201, 0x6800, 0, 0x0001, 0
AFTER_READ equ ($ - table) / ROW
    SERVICE 0, dma_state, 0, 0, 0, 0
    SERVICE 0x13, 0x0202, 0x6812, 0x0003, 0x0002, 0
    SERVICE 0x13, 0x0212, 0x6800, 0x0fff, 0x0001, 0x0100
    SERVICE 0, dma_state, 0, 0, 0, 0
    SERVICE 0x13, 0x0208, 0x6fff, 0x0011, 0x0103, 0x0000
    SERVICE 0x13, 0x0224, 0x6900, 0x0000, 0x0101, 0x0000
; To the last byte before a boundary, and over it.
    SERVICE 0x13, 0x0201, 0x6fe0, 0x0000, 0x0001, 0
    SERVICE 0x13, 0x0201, 0x6fe0, 0x0001, 0x0001, 0
    SERVICE 0x13, 0x0202, 0x6fe0, 0x0000, 0x0001, 0
    SERVICE 0x13, 0x0202, 0x6000, 0xfe00, 0x0001, 0
    SERVICE 0x13, 0x0212, 0x6ff0, 0x0000, 0x0001, 0
    SERVICE 0x13, 0x0201, 0x7000, 0x0000, 0x0001, 0
    SERVICE 0x13, 0x0501, 0x6fff, 0x0000, TRACK, 0
    SERVICE 0x13, 0x0301, 0x6fe0, 0x0001, TRACK + 1, 0
; A track made, found empty, written to, read and verified.
    SERVICE 0x13, 0x0501, 0x6800, 0x0001, TRACK, 0
    SERVICE 0x13, 0x0501, 0x68ff, 0x000e, TRACK, 0x0100
    SERVICE 0x13, 0x0212, 0x6800, 0x0000, TRACK + 1, 0
    SERVICE 0x13, 0x0301, 0x6800, 0x0000, TRACK + 2, 0
    SERVICE 0x13, 0x0305, 0x6855, 0x0007, TRACK + 4, 0
    SERVICE 0, dma_state, 0, 0, 0, 0
    SERVICE 0x13, 0x0312, 0x7000, 0x0000, TRACK + 1, 0x0100
READ_BACK equ ($ - table) / ROW
    SERVICE 0x13, 0x0224, 0x6800, 0x0002, TRACK + 1, 0
    SERVICE 0x13, 0x0412, 0x6fff, 0x0001, TRACK + 1, 0
    SERVICE 0x13, 0x0401, 0x6800, 0x0000, TRACK + 7, 0x0100
; After an error a channel has not reached its count.
    SERVICE 0x13, 0x0201, 0x6800, 0x0000, 0x001e, 0
    SERVICE 0, dma_state, 0, 0, 0, 0
    SERVICE 0x13, 0x0202, 0x6900, 0x0000, 0x0001, 0
    SERVICE 0x13, 0x0205, 0x6800, 0x0100, 0x0011, 0x0100
    SERVICE 0x13, 0x0205, 0x6a00, 0x0001, 0x0005, 0x0000
    SERVICE 0x13, 0x0303, 0x6800, 0x0000, TRACK + 17, 0x0100
    SERVICE 0x13, 0x0302, 0x6804, 0x0000, TRACK + 1, 0
    SERVICE 0x13, 0x0404, 0x6804, 0x0000, TRACK + 16, 0x0100
    SERVICE 0x13, 0x0212, 0x6800, 0x0000, TRACK + 1, 0
    SERVICE 0x13, 0x0212, 0x6800, 0x0000, TRACK + 1, 0x0100
; Another program has left the channel open, and a byte of its address unread.
    SERVICE 0, half_way, 0, 0, 0, 0
    SERVICE 0x13, 0x0203, 0x6801, 0x0000, TRACK + 4, 0
; The fixed disk, if there is one, by IRQ 14.
    SERVICE 0x13, 0x0301, 0x6800, 0x0000, 0x0003, 0x0080
    SERVICE 0x13, 0x0311, 0x7000, 0x0001, 0x0001, 0x0180
    SERVICE 0x13, 0x0204, 0x6800, 0x0101, 0x0001, 0x0080
    SERVICE 0x13, 0x0211, 0x6ff0, 0x0003, 0x0001, 0x0180
    SERVICE 0x13, 0x0402, 0x6800, 0x0000, 0x0003, 0x0080
; The clock and its interrupt, which is masked at first.
    SERVICE 0x1a, 0x0200, 0, 0, 0, 0, 1
    SERVICE 0, wait_event, 0, 0, 0, 5000
    SERVICE 0, open_clock, 0, 0, 0, 0
    SERVICE 0x15, 0x8600, 0, 0, 0, 5000
    SERVICE 0x15, 0x8301, 0, 0, 0, 0
    SERVICE 0x15, 0x8600, 0, 0, 0, 3000
    SERVICE 0, mask_clock, 0, 0, 0, 0
    SERVICE 0x1a, 0x0300, 0, 0, 0x1259, 0x5800
    SERVICE 0x1a, 0x0600, 0, 0, 0x1300, 0x0000
    SERVICE 0x1a, 0x0600, 0, 0, 0x1300, 0x0000
    SERVICE 0, alarm, 0, 0, 0, 0
    SERVICE 0x1a, 0x0200, 0, 0, 0, 0, 1
    SERVICE 0x1a, 0x0700, 0, 0, 0, 0
    SERVICE 0, clock_b, 0, 0, 0, 0
    SERVICE 0x1a, 0x0400, 0, 0, 0, 0, 1
    SERVICE 0x1a, 0x0500, 0, 0, 0x1999, 0x1231
    SERVICE 0x1a, 0x0400, 0, 0, 0, 0
    SERVICE 0x1a, 0x0000, 0, 0, 0, 0, 1
; Keys, and the interrupt controllers as programs use them.
    SERVICE 0, type, 0, 0, 0, 0
    SERVICE 0, ticks, 0, 0, 0, 0
    SERVICE 0, requests, 0, 0, 0, 0
    SERVICE 0, other_masks, 0, 0, 0, 0
    SERVICE 0x13, 0x0202, 0x6900, 0x0000, 0x0001, 0
    SERVICE 0x15, 0x8600, 0, 0, 0, 2000
    SERVICE 0x16, 0x0305, 0, 0, 0, 0
table_end:

results: dw 0
at_row: dw 0

; One row; what lies in the window depends on it alone.
do_row:
    xor ax, ax
    mov ds, ax
    cld
    call fill
    mov si, [at_row]
    mov al, [si]
    mov [.number], al
    mov ax, [si + 2]
    mov bx, [si + 6]
    mov es, [si + 4]
    mov cx, [si + 8]
    mov dx, [si + 10]
    cmp byte [.number], 0x13
    jne .filled
    cmp ah, 5
    jne .filled
    call list_sectors
.filled:
    cmp byte [.number], 0
    je .routine
    clc
    db 0xcd
.number: db 0
    jmp .answer
.routine:
    call ax
    clc
.answer:
    mov bp, 0
    mov ds, bp
    mov es, bp
    adc bp, bp
    mov di, [results]
    mov [di], bp
    mov [di + 2], ax
    mov [di + 4], bx
    mov [di + 6], cx
    mov [di + 8], dx
    in al, 0x21
    mov ah, al
    in al, 0xa1
    mov [di + 10], ax
    ret

; Each byte tells its place and its row.
fill:
    mov ax, WINDOW / 16
    mov es, ax
    movzx eax, word [at_row]
    imul eax, eax, 0x01234567
    xor di, di
    mov cx, 0x4000
.next:
    stosd
    rol eax, 5
    add eax, 0x9e3779b9
    loop .next
    ret

; What INT 13h 05h wants at ES:BX: cylinder, head, number and size.
list_sectors:
    mov di, bx
    mov al, 1
.next:
    mov [es:di], ch
    mov [es:di + 1], dh
    mov [es:di + 2], al
    mov byte [es:di + 3], 2
    add di, 4
    inc al
    cmp al, 18
    jbe .next
    mov ax, 0x0512
    ret

%include "vdma.inc"

; The masks that each of the two runs begins with.
masks:
    mov al, 0xb8
    out 0x21, al
    mov al, 0xaf
    out 0xa1, al
    ret

vm_masks:
    call masks
    int VM_END
vm_row:
    call do_row
    int VM_END

real_tests:
    call a20_on
    mov word [results], REAL_RESULTS
    mov word [at_row], table
    call masks
    sti
.next:
    call do_row
    call save
    add word [results], RESULT
    add word [at_row], ROW
    cmp word [at_row], table_end
    jb .next
    cli
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    xor ax, ax
    mov es, ax
    ret

; The window to its place above 1 MB.
save:
    mov si, move
    mov ah, 0x87
    mov cx, 0x8000
    int 0x15
    jnc .moved
    inc word [not_saved]
.moved:
    inc byte [move_to]
    sti
    ret
not_saved: dd 0
move: times 16 db 0
    dw 0xffff, WINDOW & 0xffff
    db WINDOW >> 16, 0x93
    dw 0
    dw 0xffff, SAVED & 0xffff
move_to: db SAVED >> 16, 0x93
    dw 0
    times 16 db 0

PM
    bits 32
tests:
    IS "windows that were not saved", [not_saved], 0
    call dma_scatter
    call mon_start
    mov ax, vm_masks
    call mon_call
    mov word [results], VM_RESULTS
    mov word [at_row], table
    mov ebx, SAVED
.row:
    mov ax, vm_row
    call mon_call
    call same_results
    call same_window
    call as_left
    add word [results], RESULT
    add ebx, 0x10000
    add word [at_row], ROW
    cmp word [at_row], table_end
    jb .row
    mov al, [alarms]
    mov [alarms_before], al
    mov dword [mon_slow], 70000
    mov ax, vm_alarms
    call mon_call
    call mon_end
    movzx eax, byte [event_flag]
    IS "the flag that a wait sets", eax, 0x80
    movzx eax, byte [alarms_before]
    IS "alarms", eax, 1
    movzx eax, word [alarms_on]
    IS "alarms that stayed on", eax, 0
    movzx eax, word [VM_RESULTS + AFTER_READ * RESULT + 2]
    IS "the terminal count", eax, 4
    movzx eax, word [VM_RESULTS + READ_BACK * RESULT + 2]
    IS "sectors read back", eax, 36
    movzx eax, word [v_imr]
    IS "interrupt masks", eax, 0x2e98
    IS "results that differ", [differences], 0
    IS "rows whose sectors differ", [windows], 0
    IS "interrupts ended that were not in service", [mon_stray], 0
    IS "accesses that no service should make", [mon_bad], 0
    IS "programming of channels that are open", [dma_bad], 0
    IS "channels that are left open", [open], 0
    movzx eax, word [v_isr]
    IS "in service", eax, 0
    movzx eax, word [v_read]
    IS "what a read of the controllers gives", eax, 0
    IS "NMI off", [nmi_off], 0
    call dma_touched
    IS "bytes changed where the pages were", eax, 0
    mov eax, [dma_runs]
    cmp eax, 20
    setae al
    movzx eax, al
    IS "transfers through the buffer", eax, 1
    call dma_gather
    ret

; Counts results that are not as in real mode; says which.
same_results:
    pushad
    movzx ebx, word [at_row]
    movzx edi, word [results]
    lea esi, [edi + REAL_RESULTS - VM_RESULTS]
    xor ecx, ecx
.word:
    movzx eax, byte [ebx + 1]
    bt eax, ecx
    jnc .same
    movzx eax, word [esi + ecx * 2]
    cmp ax, [edi + ecx * 2]
    je .same
    inc dword [differences]
    call say_row
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
    movzx eax, word [edi + ecx * 2]
    call puthex
    mov al, 10
    call putc
.same:
    inc ecx
    cmp ecx, 6
    jb .word
    popad
    ret

; Counts services after which a channel is open or the NMI off.
as_left:
    movzx eax, word [at_row]
    cmp byte [eax], 0
    je .end
    cmp byte [d_mask], 0x0f
    je .closed
    inc dword [open]
.closed:
    test byte [v_cmos], 0x80
    jz .end
    inc dword [nmi_off]
.end:
    ret

; The window against what was saved at EBX.
same_window:
    pushad
    mov esi, WINDOW
    mov edi, ebx
    mov ecx, 0x4000
    repe cmpsd
    je .same
    inc dword [windows]
    call say_row
    lea eax, [esi - 4]
    call puthex
    mov al, 10
    call putc
.same:
    popad
    ret

; Number, interrupt and AX of the row.
say_row:
    pushad
    movzx ebx, word [at_row]
    mov eax, ebx
    sub eax, table
    xor edx, edx
    mov ecx, ROW
    div ecx
    call putdec
    mov al, ' '
    call putc
    movzx eax, byte [ebx]
    call puthex
    mov al, ' '
    call putc
    movzx eax, word [ebx + 2]
    call puthex
    mov al, ' '
    call putc
    popad
    ret

section .data
differences: dd 0
alarms_before: db 0
windows: dd 0
open: dd 0
nmi_off: dd 0
PM
