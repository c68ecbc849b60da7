; extender.asm - a DOS program that starts as extenders do: asks for VCPI, EMS,
; DPMI, XMS and Windows in the ways they ask, finds nobody (or XMS alone), goes
; to protected mode by itself, uses memory above 1 MB and comes back: a 386 by
; CR0, a 286 by a reset of the processor with shutdown code 0Ah.
; Manual: EMS 4.0, VCPI 1.0, DPMI 0.9 and XMS 3.0; IBM PC AT Technical
; Reference, shutdown byte.

    org 0x100
    cpu 286
start:
    push sp
    pop ax
    cmp ax, sp
    mov dx, .old
    jne say_end
; VCPI: as DOS/4GW does, unless vector 67h is the BIOS's dummy handler.
    xor ax, ax
    mov es, ax
    les bx, [es:0x67 * 4]
    mov ax, es
    cmp ax, 0xf000
    jne .ask
    cmp bx, 0xff53
    je .ems
.ask:
    mov ax, 0xde00
    int 0x67
    or ah, ah
    mov dx, .vcpi
    jz say_end
.ems:
    mov ax, 0x3d00
    mov dx, .emm
    int 0x21
    mov dx, .ems_there
    jnc say_end
    mov ax, 0x1687
    int 0x2f
    or ax, ax
    mov dx, .dpmi
    jz say_end
    mov ax, 0x1600
    int 0x2f
    test al, 0x7f
    mov dx, .windows
    jnz say_end
    smsw ax
    test al, 1
    mov dx, .v86
    jnz say_end
    mov ax, 0x4300
    int 0x2f
    cmp al, 0x80
    mov dx, .xms
    je .told
    mov dx, .nobody
.told:
    call say
    jmp extend
.old: db "EXTENDER: no 286$"
.vcpi: db "EXTENDER: VCPI$"
.emm: db "EMMXXXX0", 0
.ems_there: db "EXTENDER: EMS$"
.dpmi: db "EXTENDER: DPMI$"
.windows: db "EXTENDER: Windows$"
.v86: db "EXTENDER: in V86 mode$"
.xms: db "EXTENDER: XMS$"
.nobody: db "EXTENDER: nobody$"

say:
    mov ah, 9
    int 0x21
    mov dx, .line
    mov ah, 9
    int 0x21
    ret
.line: db 13, 10, "$"
say_end:
    call say
exit:
    mov ax, 0x4c00
    int 0x21

extend:
    mov ax, cs
    mov ds, ax
    mov es, ax
    mov [real_cs], ax
    mov dx, ax
    shl ax, 4
    shr dx, 12
    mov [gdt + 8 + 2], ax
    mov [gdt + 8 + 4], dl
    mov [gdt + 16 + 2], ax
    mov [gdt + 16 + 4], dl
    add ax, gdt
    adc dl, 0
    mov [gdtr + 2], ax
    mov [gdtr + 4], dl
    mov ax, 0x2401
    int 0x15
    cli
    mov [kept_sp], sp
    in al, 0x21
    mov [kept_imr], al
    in al, 0xa1
    mov [kept_imr + 1], al
    lgdt [gdtr]
    smsw ax
    or al, 1
    lmsw ax
    jmp 8:.protected
.protected:
    mov ax, 16
    mov ds, ax
    mov ss, ax
    mov ax, 24                          ; 1 MB and 192 KB
    mov es, ax
    mov di, 0x1234
    mov word [es:di], 0xfeed
    mov ax, [es:di]
    mov [got], ax
    sgdt [where]
    cmp byte [where + 5], 0xff          ; what a 286 leaves there
    je back_286
    cpu 386
    mov ax, 16
    mov es, ax
    mov eax, cr0
    and al, 0xfe
    mov cr0, eax
    cpu 286
    push word [real_cs]
    push word back
    retf
back_286:
    mov al, 0x8f
    out 0x70, al
    mov al, 0x0a
    out 0x71, al
    mov ax, 32                          ; the BIOS data area
    mov es, ax
    mov word [es:0x67], back
    mov ax, [real_cs]
    mov [es:0x69], ax
    mov al, 0xfe
    out 0x64, al
.wait:
    hlt
    jmp .wait

back:
    mov ax, cs
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, [kept_sp]
    mov al, [kept_imr]
    out 0x21, al
    mov al, [kept_imr + 1]
    out 0xa1, al
    sti
    mov dx, .failed
    cmp word [got], 0xfeed
    jne say_end
    mov dx, .ran
    jmp say_end
.ran: db "EXTENDER: ran in protected mode$"
.failed: db "EXTENDER: no memory above 1 MB$"

got: dw 0
kept_sp: dw 0
kept_imr: dw 0
real_cs: dw 0
where: times 6 db 0
gdtr: dw 5 * 8 - 1, 0, 0
gdt:
    dq 0
    dw 0xffff, 0, 0x9a00, 0
    dw 0xffff, 0, 0x9200, 0
    dw 0xffff, 0, 0x9213, 0
    dw 0xffff, 0x0400, 0x9200, 0
