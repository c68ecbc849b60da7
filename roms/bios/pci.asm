; pci.asm - PCI: the cards' resources at power-on, INT 1Ah B1h, the BIOS32
; service directory, the 32-bit entry and the interrupt routing table.
;
; References: PCI BIOS Specification 2.1; "Standard BIOS 32-bit Service
; Directory Proposal" 0.4; Microsoft "PCI IRQ Routing Table Specification" 1.0;
; Intel 82371SB data sheet.
; Not modelled: bridges to other buses, expansion ROMs, B106h and B10Fh.

PCI_ADDRESS     equ 0CF8h
PIR_SLOTS       equ 12          ; devices 1 to 12 in the routing table
PIR_LINES       equ 0C00h       ; IRQ 10 and 11
PCI_MEM_FIRST   equ 0E0000000h
PCI_IO_FIRST    equ 0C000h

        cpu     386

; pci_read, pci_write: dword register DI of function BX, in EAX. Clobber DX.
pci_read:
        call    pci_select
        in      eax, dx
        ret
pci_write:
        push    eax
        call    pci_select
        pop     eax
        out     dx, eax
        ret
pci_select:
        movzx   eax, bx
        shl     eax, 8
        mov     dx, di
        mov     al, dl
        or      eax, 80000000h
        mov     dx, PCI_ADDRESS
        out     dx, eax
        mov     dl, 0FCh
        ret

; pci_init: finds the bus, gives every card addresses and an interrupt line.
; DS = 40h, kept. Only a 386 reaches the ports.
pci_init:
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 3
        jb      .none
        mov     eax, 80000000h
        mov     dx, PCI_ADDRESS
        out     dx, eax
        mov     ecx, eax
        in      eax, dx
        cmp     eax, ecx
        jne     .none
        xor     bx, bx
        xor     di, di
        call    pci_read
        inc     ax
        jz      .none
        mov     byte [es:E_PCI], 1
        mov     esi, PCI_MEM_FIRST
        mov     ebp, PCI_IO_FIRST
.function:
        xor     di, di
        call    pci_read
        inc     ax
        jz      .next
        call    pci_place
        call    pci_line
.next:
        inc     bl
        jnz     .function
        call    pci_routes
        call    pci_ide
        xor     ebp, ebp
        xor     esi, esi
        xor     ecx, ecx
.none:
        ret

; pci_place: addresses for the ranges of function BX, from ESI (memory) and
; EBP (ports) on, which move; then the card may answer. Bridges stay as they
; are.
pci_place:
        mov     di, 08h
        call    pci_read
        shr     eax, 24
        cmp     al, 06h
        je      .done
        mov     di, 10h
.range:
        mov     eax, 0FFFFFFFFh
        call    pci_write
        call    pci_read
        or      eax, eax
        jz      .free
        test    al, 1
        jnz     .ports
        and     al, 0F0h
        neg     eax                     ; the size
        lea     ecx, [eax - 1]
        add     ecx, esi
        jc      .none
        neg     eax
        and     ecx, eax                ; aligned to it
        neg     eax
        add     eax, ecx
        mov     esi, eax
        mov     eax, ecx
        call    pci_write
        jmp     .free
.none:
        xor     eax, eax
        call    pci_write
        jmp     .free
.ports:
        and     al, 0FCh
        neg     ax
        movzx   eax, ax
        lea     ecx, [eax - 1]
        add     ecx, ebp
        neg     eax
        and     ecx, eax
        neg     eax
        add     eax, ecx
        mov     ebp, eax
        mov     eax, ecx
        call    pci_write
.free:
        add     di, 4
        cmp     di, 28h
        jb      .range
        mov     di, 04h
        call    pci_read
        or      al, 3
        movzx   eax, ax                 ; no status bit is cleared
        call    pci_write
.done:
        ret

; pci_line: the line on which the pin of function BX ends goes into its
; register 3Ch. Device and pin make the wire, as the board is wired.
pci_line:
        mov     di, 3Ch
        call    pci_read
        or      ah, ah
        jz      .done
        movzx   ecx, bl
        shr     cl, 3
        add     cl, ah
        sub     cl, 2
        and     cl, 3
        xchg    bx, cx
        mov     al, [cs:pci_lines + bx]
        xchg    bx, cx
        call    pci_write
.done:
        ret

; pci_routes: the PIIX3 leads the wires to their lines, which become level
; triggered.
pci_routes:
        mov     bx, 8
        xor     di, di
        call    pci_read
        cmp     eax, 70008086h
        jne     .done
        mov     di, 60h
        mov     eax, [cs:pci_lines]
        call    pci_write
        mov     dx, 4D1h
        in      al, dx
        or      al, PIR_LINES >> 8
        out     dx, al
.done:
        ret

; pci_ide: the PIIX3's IDE channels are decoded, and it may be bus master.
pci_ide:
        mov     bx, 9
        xor     di, di
        call    pci_read
        cmp     eax, 70108086h
        jne     .done
        or      byte [es:E_PCI], 2
        mov     di, 40h
        mov     eax, 80008000h
        call    pci_write
        mov     di, 04h
        call    pci_read
        or      al, 4
        movzx   eax, ax
        call    pci_write
.done:
        ret

pci_lines:
        db      10, 11, 10, 11

; INT 1Ah B1xxh, from int1a_entry: the caller's registers are as they were.
; AH comes back as the function left it, with CF in the caller's flags.
pci_int1a:
        and     al, 7Fh
        pushf
        cli
        call    pci_real
        push    bp
        mov     bp, sp
        jc      .fail
        and     byte [bp + 8], 0FEh
        jmp     short .out
.fail:
        or      byte [bp + 8], 1
.out:
        pop     bp
        popf
        iret

pci_real:
%include "pcibody.inc"

        bits    32
; The 32-bit entry: a far call with AH = B1h, CS a segment that begins at
; F0000h.
pci_far32:
        pushfd
        cli
        cmp     ah, 0B1h
        jne     .unknown
        and     al, 7Fh
        call    pci_flat
        jc      .fail
.good:
        popfd
        clc
        retf
.unknown:
        mov     ah, 81h
.fail:
        popfd
        stc
        retf

pci_flat:
%include "pcibody.inc"

; The service directory: EAX = service, BL = 0. EBX = base, ECX = length, EDX =
; entry.
bios32_directory:
        or      bl, bl
        jnz     .bad
        cmp     eax, 49435024h          ; '$PCI'
        mov     al, 80h
        jne     .out
        mov     ebx, BIOS_SEG * 16
        mov     ecx, 10000h
        mov     edx, pci_far32
        mov     al, 0
.out:
        retf
.bad:
        mov     al, 81h
        retf
        bits    16

; What is at a fixed place has a sum of bytes that is known here.
        fixed   0D800h
        bits    32
bios32_entry:
        jmp     bios32_directory
        bits    16

        fixed   0D810h
        db      '_32_'
        dd      BIOS_SEG * 16 + 0D800h
        db      0                       ; revision
        db      1                       ; paragraphs
        db      -('_' + '3' + '2' + '_' + 0D8h + 0Fh + 1) & 0FFh
        times 5 db 0

; $PIR: a row for each device: bus, device, then for each pin the PIIX3's
; register and the lines it can take; a number for the slot.
%assign pir_sum 0
%macro pir 1-*
        %rep %0
        db      %1
        %assign pir_sum pir_sum + (%1)
        %rotate 1
        %endrep
%endmacro
%macro pir_wire 1
        pir     60h + ((%1) & 3), 0F8h, 0DEh
%endmacro

        fixed   0D830h
%assign PIR_LENGTH 32 + 16 * PIR_SLOTS
pir_table:
        pir     '$', 'P', 'I', 'R', 0, 1, PIR_LENGTH & 255, PIR_LENGTH >> 8
        pir     0, 8                    ; the router: bus 0, device 1
        pir     0, PIR_LINES >> 8
        pir     86h, 80h, 00h, 70h      ; 8086:7000
        pir     0, 0, 0, 0
        times 11 db 0
        db      pir_check
pir_slots:
%assign n 1
%rep PIR_SLOTS
        pir     0, 8 * n
        pir_wire n - 1
        pir_wire n
        pir_wire n + 1
        pir_wire n + 2
        pir     n - 1, 0
%assign n n + 1
%endrep
pir_check       equ -pir_sum & 255
        cpu     8086
