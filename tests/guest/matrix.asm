; matrix.asm - every service in every surrounding: as in plain real mode with
; interrupts off, on stacks that are odd, short or high up, from the timer's
; interrupts, and in V86 mode under a monitor.
; Manual: IBM PC AT Technical Reference, BIOS; the services themselves are
; judged by roms/bios/test.
; cpus: 286 386 486 pentium2
; rivals: none (a comparison of this BIOS with itself)
%define REAL_TESTS
%include "frame.inc"
%include "monitor.inc"

BUFFER equ 0x1000                       ; 512 bytes
PLAIN equ 0x1400                        ; results of plain real mode
OTHER equ 0x1e00
OLD_STACK equ 0x7000

; What a row compares: a bit for each word of the result.
R_AX equ 1
R_BX equ 2
R_CX equ 4
R_DX equ 8
R_ALL equ 0x7ff                         ; AX BX CX DX SI DI BP DS ES FLAGS sum
; Where a row can't be tried.
NO_V86 equ 1                            ; a monitor has to answer it
NO_IRQ0 equ 2                           ; waits for an interrupt below IRQ 0

LOW
    bits 16
    cpu 286

%macro ROW 5-7 R_ALL, 0                 ; INT, AX, BX, CX, DX, compared, not
    db %1, %7
    dw %2, %3, %4, %5, %6
%endmacro
ROW_SIZE equ 12
RESULT equ 22

rows:
    ROW 0x10, 0x0003, 0, 0, 0
    ROW 0x10, 0x0f00, 0, 0, 0
    ROW 0x10, 0x0100, 0, 0x0607, 0
    ROW 0x10, 0x0200, 0, 0, 0x0510
    ROW 0x10, 0x0941, 0x001e, 3, 0
    ROW 0x10, 0x0800, 0, 0, 0
    ROW 0x10, 0x0e42, 7, 0, 0
    ROW 0x10, 0x0300, 0, 0, 0
    ROW 0x10, 0x0601, 0x0700, 0x0203, 0x0908
    ROW 0x10, 0x0500, 0, 0, 0
    ROW 0x10, 0x1130, 0x0600, 0, 0
    ROW 0x10, 0x1015, 7, 0, 0
    ROW 0x10, 0x1007, 7, 0, 0
    ROW 0x10, 0x1210, 0x0010, 0, 0
    ROW 0x10, 0x1301, 7, 4, 0x0c00
    ROW 0x10, 0x1a00, 0, 0, 0
    ROW 0x10, 0x1b00, 0, 0, 0, R_ALL - 0x400
    ROW 0x10, 0x1c00, 0, 7, 0
    ROW 0x10, 0x4f00, 0, 0, 0
    ROW 0x10, 0x4f01, 0, 0x101, 0
    ROW 0x10, 0x4f03, 0, 0, 0
    ROW 0x10, 0x0013, 0, 0, 0
    ROW 0x10, 0x0c2a, 0, 100, 50
    ROW 0x10, 0x0d00, 0, 100, 50
    ROW 0x10, 0x0012, 0, 0, 0
    ROW 0x10, 0x0c05, 0, 600, 400
    ROW 0x10, 0x0d00, 0, 600, 400
    ROW 0x10, 0x0003, 0, 0, 0
    ROW 0x11, 0x1234, 0, 0, 0
    ROW 0x12, 0x1234, 0, 0, 0
    ROW 0x13, 0x0000, 0, 0, 0x0000, R_ALL, NO_IRQ0
    ROW 0x13, 0x0201, BUFFER, 0x0001, 0x0000, R_ALL, NO_IRQ0
    ROW 0x13, 0x0201, BUFFER, 0x0502, 0x0100, R_ALL, NO_IRQ0
    ROW 0x13, 0x0401, BUFFER, 0x0001, 0x0000, R_ALL, NO_IRQ0
    ROW 0x13, 0x0201, BUFFER, 0x0030, 0x0000, R_ALL, NO_IRQ0
    ROW 0x13, 0x0800, 0, 0, 0x0000
    ROW 0x13, 0x1500, 0, 0, 0x0000
    ROW 0x13, 0x1600, 0, 0, 0x0000, R_ALL, NO_IRQ0
    ROW 0x13, 0x0100, 0, 0, 0x0000
    ROW 0x13, 0x0000, 0, 0, 0x0080
    ROW 0x13, 0x0201, BUFFER, 0x0001, 0x0080
    ROW 0x13, 0x0401, BUFFER, 0x0203, 0x0180
    ROW 0x13, 0x0201, BUFFER, 0xffff, 0xff80
    ROW 0x13, 0x0100, 0, 0, 0x0080
    ROW 0x13, 0x0800, 0, 0, 0x0080
    ROW 0x13, 0x0900, 0, 0, 0x0080
    ROW 0x13, 0x0c00, 0, 0x0301, 0x0080
    ROW 0x13, 0x1000, 0, 0, 0x0080
    ROW 0x13, 0x1100, 0, 0, 0x0080
    ROW 0x13, 0x1500, 0, 0, 0x0080
    ROW 0x13, 0x4100, 0x55aa, 0, 0x0080
    ROW 0x13, 0x4200, 0, 0, 0x0080
    ROW 0x13, 0x0800, 0, 0, 0x0083
    ROW 0x14, 0x0300, 0, 0, 0
    ROW 0x14, 0x0300, 0, 0, 3
    ROW 0x15, 0x2402, 0, 0, 0
    ROW 0x15, 0x4f1e, 0, 0, 0
    ROW 0x15, 0x5300, 0, 0, 0
    ROW 0x15, 0x8000, 0, 0, 0
    ROW 0x15, 0x8400, 0, 0, 0
    ROW 0x15, 0x8600, 0, 0, 2000, R_ALL, NO_IRQ0
    ROW 0x15, 0x8700, 0, 0x100, 0, R_ALL, NO_V86
    ROW 0x15, 0x8700, 0, 0x8001, 0, R_ALL, NO_V86
    ROW 0x15, 0x8800, 0, 0, 0
    ROW 0x15, 0x9000, 0, 0, 0
    ROW 0x15, 0xc000, 0, 0, 0
    ROW 0x15, 0xc100, 0, 0, 0
    ROW 0x15, 0xc204, 0, 0, 0
    ROW 0x15, 0xc203, 0x0300, 0, 0
    ROW 0x15, 0xc206, 0x0000, 0, 0
    ROW 0x15, 0xc2ff, 0, 0, 0
    ROW 0x15, 0xe801, 0, 0, 0
    ROW 0x15, 0xbe00, 0, 0, 0
    ROW 0x16, 0x0500, 0, 0x1e61, 0
    ROW 0x16, 0x0100, 0, 0, 0
    ROW 0x16, 0x1100, 0, 0, 0
    ROW 0x16, 0x0000, 0, 0, 0
    ROW 0x16, 0x0100, 0, 0, 0
    ROW 0x16, 0x0500, 0, 0x3062, 0
    ROW 0x16, 0x1000, 0, 0, 0
    ROW 0x16, 0x0200, 0, 0, 0
    ROW 0x16, 0x0305, 0, 0, 0
    ROW 0x16, 0x0900, 0, 0, 0
    ROW 0x16, 0x1200, 0, 0, 0
    ROW 0x17, 0x0200, 0, 0, 0
    ROW 0x17, 0x0200, 0, 0, 2
    ROW 0x1a, 0x0000, 0, 0, 0, R_ALL - R_CX - R_DX - R_AX
    ROW 0x1a, 0x0200, 0, 0, 0, R_ALL - R_CX - R_DX - R_AX
    ROW 0x1a, 0x0400, 0, 0, 0
    ROW 0x1a, 0xb101, 0, 0, 0
rows_end:

packet: dw 16, 1, BUFFER, 0
    dq 2
move: times 16 db 0
    dw 0xffff, 0x7c00, 0x9300, 0
    dw 0xffff, BUFFER, 0x9300, 0
    times 16 db 0

row: dw 0
result: dw 0
without: db 0                           ; rows of this kind are left out
with_if: db 1
if_lost: dw 0
sp_lost: dw 0
sp_before: dw 0
ax_after: dw 0
sp_there: dw 0

; All rows on the stack as it is.
do_rows:
    mov word [row], rows
.next:
    call do_row
    cmp word [row], rows_end
    jb .next
    ret

; One row: registers and flags are set to known values, what comes back is kept.
do_row:
    pusha
    push ds
    push es
    xor ax, ax
    mov ds, ax
    mov es, ax
    cld
    mov di, BUFFER
    mov ax, 0xa5a5
    mov cx, 256
    rep stosw
    mov bx, [row]
    add word [row], ROW_SIZE
    mov al, [bx + 1]
    test al, [without]
    jnz .left_out
    mov al, [bx]
    mov [.number], al
    mov si, packet
    cmp byte [bx + 3], 0x87
    jne .packet
    mov si, move
.packet:
    push word [bx + 2]
    mov cx, [bx + 6]
    mov dx, [bx + 8]
    mov bx, [bx + 4]
    mov di, BUFFER
    mov bp, 0x7e20                      ; text of INT 10h 13h
    cli
    cmp byte [with_if], 0
    je .off
    sti
.off:
    mov ah, 0xd7                        ; SF ZF AF PF CF
    sahf
    pop ax
    mov [sp_before], sp
    db 0xcd
.number: db 0
    mov [cs:ax_after], ax
    mov [cs:sp_there], sp
    pushf
    push ds
    xor ax, ax
    mov ds, ax
    mov ax, bx
    mov bx, [result]
    mov [bx + 2], ax
    mov ax, [ax_after]
    mov [bx], ax
    mov [bx + 4], cx
    mov [bx + 6], dx
    mov [bx + 8], si
    mov [bx + 10], di
    mov [bx + 12], bp
    pop word [bx + 14]
    mov [bx + 16], es
    pop ax
    call judge_if
    and ax, 0x0cd5
    mov [bx + 18], ax
    mov ax, [sp_there]
    cmp ax, [sp_before]
    je .sum
    inc word [sp_lost]
.sum:
    mov si, BUFFER
    mov cx, 256
    xor dx, dx
    cld
.add:
    lodsw
    rol dx, 1
    add dx, ax
    loop .add
    mov [bx + 20], dx
.left_out:
    add word [result], RESULT
    pop es
    pop ds
    popa
    ret

; AX = flags: IF must be what it was.
judge_if:
    push ax
    and ah, 2
    shr ah, 1
    cmp ah, [with_if]
    je .same
    inc word [if_lost]
.same:
    pop ax
    ret

; BEGIN name ... DIFFERENCES: what lies between runs all rows.
%macro BEGIN 1
    %push ctx
    jmp %%over
%$name: db %1, 0
%%over:
    mov word [result], OTHER
    mov word [row], rows
    mov word [name], %$name
%endmacro
%macro DIFFERENCES 0
    mov byte [with_if], 1
    call compare
    mov byte [without], 0
    %pop
%endmacro

; Prints a line for each word that is not as in plain real mode.
compare:
    mov si, rows
    mov bx, PLAIN
    mov di, OTHER
    xor bp, bp
.row:
    mov al, [si + 1]
    test al, [without]
    jnz .skip
    mov dx, [si + 10]
    xor cx, cx
.word:
    shr dx, 1
    jnc .same
    push bx
    push di
    add bx, cx
    add di, cx
    mov ax, [bx]
    cmp ax, [di]
    je .equal
    inc bp
    call say
.equal:
    pop di
    pop bx
.same:
    add cx, 2
    cmp cx, RESULT
    jb .word
.skip:
    add bx, RESULT
    add di, RESULT
    add si, ROW_SIZE
    cmp si, rows_end
    jb .row
    add bp, [if_lost]
    add bp, [sp_lost]
    mov word [if_lost], 0
    mov word [sp_lost], 0
; "name: differences", as IS16 says it.
    mov si, ok_text
    inc word [passed]
    or bp, bp
    jz .good
    dec word [passed]
    inc word [failed]
    mov si, fail_text
.good:
    call puts16
    mov si, [name]
    call puts16
    mov al, 10
    jmp putc16

; INT, AX, which word (0: AX ...), what it was in plain real mode, what it is.
say:
    pusha
    mov bp, cx
    mov al, [si]
    mov ah, 0
    call .number
    mov ax, [si + 2]
    call .number
    mov ax, bp
    shr ax, 1
    call .number
    mov ax, [bx]
    call .number
    mov ax, [di]
    call .number
    mov al, 10
    call putc16
    popa
    ret
.number:
    push si
    push bx
    call puthex16
    mov al, ' '
    call putc16
    pop bx
    pop si
    ret

%macro ON 2                             ; all rows on this stack
    mov ax, %1
    cli
    mov ss, ax
    mov sp, %2
    call do_rows
    cli
    xor ax, ax
    mov ss, ax
    mov sp, OLD_STACK
    sti
%endmacro

real_tests:
    pop word [back_to]
    mov sp, OLD_STACK
    mov al, 0xb8
    out 0x21, al
    mov al, 0x8e
    out 0xa1, al
    call a20_on
    sti
    mov word [result], OTHER            ; twice: some states are new at first
    call do_rows
    mov word [result], PLAIN
    call do_rows
    BEGIN "plain real mode, again"
    call do_rows
    DIFFERENCES
    BEGIN "interrupts off"
    mov byte [with_if], 0
    call do_rows
    DIFFERENCES
    BEGIN "odd stack"
    ON 0x4000, 0x0fff
    DIFFERENCES
    BEGIN "stack near 0"
    ON 0x5000, 0x0200
    DIFFERENCES
    BEGIN "stack below 640K"
    ON 0x8fff, 0xf00e
    DIFFERENCES
    BEGIN "stack above 1M"
    ON 0xffff, 0x8000
    DIFFERENCES
    BEGIN "after the timer's interrupt"
    mov word [hook], tick_08
    mov si, 8 * 4
    call from_timer
    DIFFERENCES
    BEGIN "in INT 1Ch"
    mov byte [without], NO_IRQ0
    mov word [hook], tick_1c
    mov si, 0x1c * 4
    call from_timer
    DIFFERENCES
    cli
    mov al, 0xff
    out 0x21, al
    out 0xa1, al
    mov sp, 0x7c00
    jmp [back_to]
back_to: dw 0
hook: dw 0
old: dd 0
busy: db 0

; The rows are done by the handler [hook] at vector SI / 4.
from_timer:
    cli
    mov ax, [si]
    mov [old], ax
    mov ax, [si + 2]
    mov [old + 2], ax
    mov ax, [hook]
    mov [si], ax
    mov word [si + 2], 0
    sti
.wait:
    hlt
    cmp word [row], rows_end
    jb .wait
    cmp byte [busy], 0
    jne .wait
    cli
    mov ax, [old]
    mov [si], ax
    mov ax, [old + 2]
    mov [si + 2], ax
    sti
    ret

; As resident programs do: first the old handler, which ends the interrupt.
tick_08:
    pushf
    call far [cs:old]
tick_1c:
    cmp byte [cs:busy], 0
    jne .end
    cmp word [cs:row], rows_end
    jae .end
    mov byte [cs:busy], 1
    push ds
    push word 0
    pop ds
    call do_row
    mov byte [busy], 0
    pop ds
.end:
    iret

; In the virtual machine.
vm_rows:
    mov byte [without], NO_V86
    BEGIN "V86 mode"
    call do_rows
    DIFFERENCES
    BEGIN "V86 mode, interrupts off"
    mov byte [with_if], 0
    mov byte [without], NO_V86
    call do_rows
    DIFFERENCES
    int VM_END

    cpu 386
PM
    bits 32
tests:
    mov dword [mon_sp], OLD_STACK
    call mon_start
    mov ax, vm_rows
    call mon_call
    call mon_end
    IS "V86 mode: accesses that no service should make", [mon_bad], 0
    ret
