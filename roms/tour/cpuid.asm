; cpuid.asm - which CPU is this? By what each family does differently.
;
; References: Intel AP-485 (processor identification); the 8086 and 80286
; manuals for PUSH SP, shift counts and the flags.

cpu_level:      db      0               ; CPU_8086 to CPU_486
cpu_fpu:        db      0               ; 0 none, 1 8087, 2 80287, 3 80387 on
cpu_has_cpuid:  db      0
cpu_vendor:     times 13 db 0
cpu_signature:  dw      0               ; family, model and stepping
cpu_word:       dw      0

cpu_names:      dw      .c0, .c1, .c2, .c3, .c4
.c0:            db      '8086/8088', 0
.c1:            db      '80186/80188', 0
.c2:            db      '80286', 0
.c3:            db      '80386', 0
.c4:            db      '80486 or later', 0
fpu_names:      dw      .f0, .f1, .f2, .f3
.f0:            db      'none', 0
.f1:            db      '8087', 0
.f2:            db      '80287', 0
.f3:            db      '80387 or later', 0

; cpu_detect: fills the variables above.
cpu_detect:
        push    ax
        push    bx
        push    cx
        push    dx
        call    cpu_family
        mov     [cpu_level], al
        cmp     al, CPU_486
        jb      .fpu
        call    cpu_identify
.fpu:
        call    fpu_family
        mov     [cpu_fpu], al
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

; cpu_family: AL = CPU_8086 to CPU_486. Changes AX, BX, CX.
cpu_family:
        push    sp                      ; the 8086 and 186 push SP as it is
        pop     ax                      ; after the push, others as before
        cmp     ax, sp
        je      .flags
        mov     cl, 32                  ; the 186 masks shift counts to 5 bits
        mov     ax, 1
        shl     ax, cl
        or      ax, ax
        mov     al, CPU_8086
        jz      .done                   ; shifted out
        mov     al, CPU_186
.done:
        ret
.flags:
        pushf                           ; flags 12-14 read 0 in real mode of
        pop     bx                      ; the 286, can be set from the 386 on
        mov     ax, bx
        or      ax, 7000h
        push    ax
        popf
        pushf
        pop     ax
        push    bx
        popf
        test    ax, 7000h
        mov     al, CPU_286
        jz      .done
        cpu     386
        pushfd                          ; AC, flag 18, is new in the 486
        pop     eax
        mov     ebx, eax
        xor     eax, 40000h
        push    eax
        popfd
        pushfd
        pop     eax
        push    ebx
        popfd
        xor     eax, ebx
        shr     eax, 18
        and     al, 1
        add     al, CPU_386
        cpu     8086
        ret

; cpu_identify: CPUID's vendor and signature, if flag 21 can be changed.
cpu_identify:
        cpu     586
        push    eax
        push    ebx
        push    ecx
        push    edx
        pushfd
        pop     eax
        mov     ecx, eax
        xor     eax, 200000h
        push    eax
        popfd
        pushfd
        pop     eax
        push    ecx
        popfd
        xor     eax, ecx
        test    eax, 200000h
        jz      .done
        mov     byte [cpu_has_cpuid], 1
        xor     eax, eax
        cpuid
        mov     [cpu_vendor], ebx
        mov     [cpu_vendor + 4], edx
        mov     [cpu_vendor + 8], ecx
        or      eax, eax
        jz      .done
        mov     eax, 1
        cpuid
        mov     [cpu_signature], ax
.done:
        pop     edx
        pop     ecx
        pop     ebx
        pop     eax
        cpu     8086
        ret

; fpu_family: AL = 0 none, 1 8087, 2 80287, 3 80387 or later. Without an x87
; the instructions do nothing, if the machine status word lets them.
fpu_family:
        mov     word [cpu_word], 5A5Ah
        fninit
        fnstsw  [cpu_word]
        xor     al, al
        cmp     byte [cpu_word], 0
        jne     .done
        fnstcw  [cpu_word]
        mov     ax, [cpu_word]
        and     ax, 103Fh
        cmp     ax, 003Fh               ; all exceptions masked
        mov     al, 0
        jne     .done
        and     word [cpu_word], 0FF7Fh
        fldcw   [cpu_word]
        fdisi                           ; masks interrupts of the 8087 only
        fnstcw  [cpu_word]
        test    byte [cpu_word], 80h
        mov     al, 1
        jnz     .done
        fninit
        fld1                            ; 1/0 and -1/0: equal up to the 287
        fldz
        fdivp   st1, st0
        fld     st0
        fchs
        fcompp
        fstsw   [cpu_word]
        fwait
        mov     ah, [cpu_word + 1]
        sahf
        mov     al, 2
        je      .clean
        mov     al, 3
.clean:
        fninit
.done:
        ret
