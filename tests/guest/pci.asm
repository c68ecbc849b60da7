; pci.asm - the PCI bus as programs find it: the BIOS's 32-bit service, both
; bridges, a frame buffer that moves, RAM over the BIOS, a routing table.
; Manual: PCI BIOS Specification 2.1; Intel 82441FX data sheet.
; cpus: 486
; options: -M pc
; rivals: none (their bridges' BIOS is another)
%include "frame.inc"

; The sum of CX bytes at ESI into AL.
%macro SUM 2
    mov esi, %1
    mov ecx, %2
    call sum
%endmacro

tests:
    call directory
    call bridges
    call moving
    call shadow
    ret

sum:
    xor eax, eax
.next:
    add al, [esi]
    inc esi
    loop .next
    ret

; Finds the paragraph that begins with EAX from F0000 on; ESI.
find:
    mov esi, 0xf0000
.next:
    cmp [esi], eax
    je .done
    add esi, 16
    cmp esi, 0x100000
    jb .next
.done:
    ret

[section .data]
entry: dd 0
    dw 0x08
service: dd 0
    dw 0
__SECT__

; A far call to the directory or the service, whose code segment is flat here:
; the base is added to what the directory tells.
directory:
    mov eax, '_32_'
    call find
    mov [entry], esi
    SUM [entry], 16
    IS "directory: sum", eax, 0
    mov eax, [entry]
    mov eax, [eax + 4]
    mov [service], eax
    mov [service + 4], cs
    mov eax, 0x49435024
    xor ebx, ebx
    call far [service]
    IS "directory: found", eax, 0x49435000
    IS "directory: base", ebx, 0xf0000
    IS "directory: length", ecx, 0x10000
    mov eax, '$XYZ'
    xor ebx, ebx
    call far [service]
    and eax, 0xff
    IS "directory: another service", eax, 0x80
    mov eax, '$PIR'
    call find
    movzx ecx, word [esi + 6]
    IS "routing table: length", ecx, 224
    call sum
    IS "routing table: sum", eax, 0
    ret

; Configuration register EAX (with its function) as EAX; EDX is kept.
config:
    push edx
    or eax, 0x80000000
    mov dx, 0xcf8
    out dx, eax
    mov dl, 0xfc
    in eax, dx
    pop edx
    ret
; The same, set to ECX.
config_set:
    push edx
    or eax, 0x80000000
    mov dx, 0xcf8
    out dx, eax
    mov dl, 0xfc
    mov eax, ecx
    out dx, eax
    pop edx
    ret

bridges:
    mov eax, 0
    call config
    IS "host bridge", eax, 0x12378086
    mov eax, 0x800
    call config
    IS "ISA bridge", eax, 0x70008086
    mov eax, 0x1000
    call config
    IS "display", eax, 0x11111234
    mov eax, 0x1010
    call config
    IS "frame buffer", eax, 0xe0000008
    mov eax, 0x1004
    call config
    and eax, 3
    IS "display answers", eax, 3
    mov eax, 0x860
    call config
    IS "routes", eax, 0x0b0a0b0a
    mov dx, 0x4d1
    in al, dx
    and eax, 0xff
    IS "level lines", eax, 0x0c
    ret

; The frame buffer goes to D0000000, and to where RAM is, which stays RAM.
moving:
    mov dword [0xe0000000], 0x12345678
    mov eax, 0x1010
    mov ecx, 0xd0000000
    call config_set
    mov eax, [0xd0000000]
    IS "moved", eax, 0x12345678
    mov eax, [0xe0000000]
    IS "nothing behind it", eax, 0xffffffff
    mov dword [0x800000], 0x55aa55aa
    mov eax, 0x1010
    mov ecx, 0x00800000
    call config_set
    mov eax, [0x800000]
    IS "RAM wins", eax, 0x55aa55aa
    mov eax, 0x1004
    mov ecx, 0
    call config_set
    mov eax, 0x1010
    mov ecx, 0xe0000000
    call config_set
    mov eax, [0xe0000000]
    IS "switched off", eax, 0xffffffff
    mov eax, 0x1004
    mov ecx, 3
    call config_set
    mov eax, [0xe0000000]
    IS "switched on", eax, 0x12345678
    ret

; E0000-E3FFF, where this BIOS has nothing, and the BIOS itself.
shadow:
    mov dword [0xe0000], 0x11111111
    mov eax, [0xe0000]
    IS "no RAM there", eax, 0xffffffff
    mov eax, 0x5c
    mov ecx, 0x00330000                 ; 5E: E0000-E7FFF
    call config_set
    mov dword [0xe0000], 0x11111111
    mov eax, [0xe0000]
    IS "RAM there", eax, 0x11111111
    mov eax, 0x5c
    mov ecx, 0x00310000
    call config_set
    mov dword [0xe4000], 0x22222222
    mov dword [0xe0000], 0x22222222
    mov eax, [0xe0000]
    IS "read only", eax, 0x11111111
    mov eax, [0xe4000]
    IS "its neighbour", eax, 0x22222222
; Code that is changed where only writes go.
    mov eax, 0x5c
    mov ecx, 0x00330000
    call config_set
    mov dword [0xe4000], 0x00c311b0     ; mov al, 11; ret
    xor eax, eax
    mov ecx, 5
.warm:
    mov edx, 0xe4000
    call edx
    loop .warm
    IS "code in RAM", eax, 0x11
    mov eax, 0x5c
    mov ecx, 0x00230000
    call config_set
    mov dword [0xe4000], 0x00c322b0
    mov eax, 0x5c
    mov ecx, 0x00330000
    call config_set
    xor eax, eax
    mov edx, 0xe4000
    call edx
    IS "code written unseen", eax, 0x22
    mov eax, 0x5c
    mov ecx, 0x00310000
    call config_set
    mov ebx, [0xf0000]
    mov eax, 0x58
    mov ecx, 0x00002000                 ; 59: writes alone
    call config_set
    mov dword [0xf0000], 0x33333333
    mov eax, [0xf0000]
    IS "the ROM still reads", eax, ebx
    mov esi, 0xf0000
    mov edi, 0xf0000
    mov ecx, 0x4000
    rep movsd
    mov dword [0xf0000], 0x33333333
    mov eax, 0x58
    mov ecx, 0x00001000
    call config_set
    mov eax, [0xf0000]
    IS "the copy", eax, 0x33333333
    mov eax, 0x58
    mov ecx, 0
    call config_set
    mov eax, [0xf0000]
    IS "the ROM again", eax, ebx
    ret
