; lapic.asm - local APIC, where the CPU has one: virtual wire mode, so that
; the 8259s reach the CPU.
;
; Reference: Intel SDM volume 3, "Advanced Programmable Interrupt Controller".
; Not modelled: the I/O APIC, other processors, MP tables.

; lapic_init: needs a CPU with CPUID that reports an APIC. 32-bit registers
; are free here.
lapic_init:
        mov     es, [B_EBDA]
        cmp     byte [es:E_CPU], 3
        jb      .none
        cpu     386
        pushfd
        pop     eax
        mov     ecx, eax
        xor     eax, 200000h            ; the ID flag moves if CPUID is there
        push    eax
        popfd
        pushfd
        pop     eax
        xor     eax, ecx
        test    eax, 200000h
        jz      .none
        cpu     586
        mov     eax, 1
        cpuid
        cpu     386
        test    dh, 02h
        jz      .none
        cli
        lgdt    [cs:.gdtr]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     short .protected
.protected:
        mov     bx, 8
        mov     fs, bx
        and     al, 0FEh
        mov     cr0, eax                ; FS keeps its 4 GB limit
        jmp     short .real
.real:
        mov     ebx, 0FEE00000h
        mov     dword [fs:ebx + 0F0h], 10Fh     ; on, spurious vector 0Fh
        mov     dword [fs:ebx + 350h], 700h     ; LINT0: ExtINT
        mov     dword [fs:ebx + 360h], 400h     ; LINT1: NMI
        xor     bx, bx
        mov     fs, bx
.none:
        cpu     8086
        ret

        align   8
.gdt:
        dq      0
        dw      0FFFFh, 0, 9300h, 00CFh
.gdtr:
        dw      15
        dd      BIOS_SEG * 16 + .gdt
