; detect.asm - asks the processor what it is, as programs of each time do.
; Sources: Intel AP-485, "Intel Processor Identification" (the order of its
; questions); Intel, 8086 Family User's Manual (queue); Cyrix, "CPU Detection
; Guide" (5/2 test); NEC, V20/V30 User's Manual (MUL and AAD differ there).
; Prints "question answer" lines to port E9h; tests/guest/devices/detect.sh knows the answers.
; Instructions of the 8086 only, until a later processor is found.

    org 0x7c00
    bits 16

SECTORS equ 4

    cli
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
    jmp 0:load
load:
    sti
    cld
    mov ax, 0x0200 | (SECTORS - 1)
    mov bx, 0x7e00
    mov cx, 2
    xor dh, dh
    int 0x13
    jc load
    jmp start

    times 510 - ($ - $$) db 0
    dw 0xaa55

; SAY "text": to the port.
%macro SAY 1
    call say
    db %1, 0
%endmacro

start:
    call flags_12_15
    call push_sp
    call shift_count
    call nec
    call cyrix
    call queue
    call coprocessor
    cmp byte [class], 2
    jb .end
    call sgdt_byte
    cmp byte [class], 3
    jb .end
    call flag_ac
    call flag_id
    call reset_dx
    cmp byte [has_cpuid], 0
    je .end
    call cpuid_leaves
.end:
    SAY {"end", 10}
    mov dx, 0x8900
    mov si, shutdown
    mov cx, 8
.next:
    lodsb
    out dx, al
    loop .next
    mov al, 0
    out 0xf4, al
    cli
    hlt
shutdown: db "Shutdown"

; ---- the 8086, 186, 286 and 386 ----

; FLAGS bits 12-15: always set up to the 186, clear in real mode on the 286,
; 12-14 as written from the 386 on.
flags_12_15:
    SAY "flags "
    pushf
    mov ax, 0x0002
    push ax
    popf
    pushf
    pop bx
    mov ax, 0x7002
    push ax
    popf
    pushf
    pop dx
    popf
    mov ax, bx
    call hex16
    SAY " "
    mov ax, dx
    call hex16
    mov byte [class], 0
    test bh, 0x80
    jnz .said
    mov byte [class], 2
    test dh, 0x70
    jz .said
    mov byte [class], 3
.said:
    SAY 10
    ret

push_sp:
    SAY "push_sp "
    mov bx, sp
    push sp
    pop ax
    cmp ax, bx
    je .old
    SAY {"new", 10}
    ret
.old:
    SAY {"old", 10}
    ret

; The 8086 shifts by all of CL, the 186 and later by CL & 31.
shift_count:
    SAY "shift_33 "
    mov ax, 0xffff
    mov cl, 33
    shr ax, cl
    call hex16
    SAY 10
    ret

; The V20's MUL leaves ZF as it is, its AAD multiplies by 10 always.
nec:
    SAY "mul_zf "
    xor ax, ax
    mov al, 0x40
    mul al
    mov ax, 1
    jz .zero
    dec ax
.zero:
    call hex16
    SAY {10, "aad_16 "}
    mov ax, 0x0102
    aad 16
    call hex16
    SAY 10
    ret

; Cyrix's DIV leaves the flags, Intel's does not.
cyrix:
    SAY "div_flags "
    xor ax, ax
    sahf
    mov ax, 5
    mov bx, 2
    div bl
    lahf
    cmp ah, 2
    jne .changes
    SAY {"keeps", 10}
    ret
.changes:
    SAY {"changes", 10}
    ret

; ---- the prefetch queue ----

; Stores backwards over the bytes behind the REP STOSB: those that it no
; longer sees are in the queue. 4 bytes on the 8088, 6 on the 8086.
queue:
    SAY "queue "
    mov byte [.inc], 0x42               ; inc dx
    xor dx, dx
    mov di, .inc
    mov al, 0x90
    mov cx, 3
    cli
    std
    rep stosb
    cld
    nop
    nop
.inc:
    inc dx
    nop
    sti
    mov ax, dx
    call hex16
    SAY 10
    ret

; ---- the coprocessor ----

coprocessor:
    SAY "fpu "
    fninit
    mov word [word0], 0x5a5a
    fnstsw [word0]
    cmp byte [word0], 0
    jne .none
    fnstcw [word0]
    mov ax, [word0]
    and ax, 0x103f
    cmp ax, 0x3f
    jne .none
    fld1                                ; two infinities
    fldz
    fdivp st1, st0
    fld st0
    fchs
    fcompp
    fstsw [word0]
    fwait
    mov ah, [word0 + 1]
    sahf
    jne .affine
    fninit                              ; the 8087 has an interrupt mask
    fndisi
    fnstcw [word0]
    test byte [word0], 0x80
    jnz .first
    SAY {"287", 10}
    ret
.first:
    SAY {"8087", 10}
    ret
.affine:
    SAY {"387", 10}
    ret
.none:
    SAY {"none", 10}
    ret

; ---- the 286 and later ----

sgdt_byte:
    SAY "sgdt_6 "
    sgdt [table]
    mov al, [table + 5]
    call hex8
    SAY 10
    ret

; ---- the 386 and later ----

; EAX: 1 when the flag ECX can be changed.
toggles:
    pushfd
    pop eax
    mov ebx, eax
    xor eax, ecx
    push eax
    popfd
    pushfd
    pop eax
    push ebx
    popfd
    xor eax, ebx
    and eax, ecx
    jz .end
    mov ax, 1
.end:
    ret

flag_ac:
    SAY "flag_ac "
    mov bp, sp
    and sp, -4                          ; or AC faults
    mov ecx, 1 << 18
    call toggles
    mov sp, bp
    call hex16
    SAY 10
    ret

flag_id:
    SAY "flag_id "
    mov ecx, 1 << 21
    call toggles
    mov [has_cpuid], al
    call hex16
    SAY 10
    ret

; DX after a reset is the signature; the BIOS jumps through 40:67 by the
; shutdown byte, and leaves it.
reset_dx:
    SAY "reset_dx "
    mov word [0x467], .back
    mov word [0x469], 0
    mov [word0], sp
    mov al, 0x8f
    out 0x70, al
    mov al, 0x0a
    out 0x71, al
    xor dx, dx
    in al, 0x92
    and al, 0xfe
    out 0x92, al
    or al, 1
    out 0x92, al
    hlt
.back:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, [word0]
    mov ax, dx
    call hex16
    SAY 10
    ret

cpuid_leaves:
    SAY "vendor "
    xor eax, eax
    cpuid
    mov [leaves], eax
    mov [vendor], ebx
    mov [vendor + 4], edx
    mov [vendor + 8], ecx
    mov si, vendor
    call puts
    SAY {10, "leaves "}
    mov ax, [leaves]
    call hex16
    SAY {10, "cpuid_1 "}
    mov eax, 1
    cpuid
    push edx
    call hex32
    SAY " "
    pop eax
    call hex32
    SAY 10
    ret

; ---- output ----

hex32:
    push ax
    shr eax, 16
    call hex16
    pop ax
hex16:
    push ax
    mov al, ah
    call hex8
    pop ax
hex8:
    push ax
    mov cl, 4
    shr al, cl
    call digit
    pop ax
    and al, 15
digit:
    cmp al, 10
    jb .decimal
    add al, 'a' - '0' - 10
.decimal:
    add al, '0'
    out 0xe9, al
    ret

; The text behind the call; all registers and flags but SI are kept.
say:
    pop si
    pushf
    push ax
    call puts
    pop ax
    popf
    push si
    ret
puts:
    lodsb
    or al, al
    jz .end
    out 0xe9, al
    jmp puts
.end:
    ret

class: db 0                             ; 0: 8086 or 186, 2: 286, 3: 386 on
has_cpuid: db 0
word0: dw 0
leaves: dd 0
vendor: times 13 db 0
table: times 6 db 0xaa

    times SECTORS * 512 - ($ - $$) db 0
