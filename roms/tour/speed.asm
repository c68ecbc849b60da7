; speed.asm - page: how fast is this machine?
;
; Each kernel is a routine that runs a known number of instructions. It is
; called for some ticks of the timer; calls * instructions / time is the speed
; in instructions of the guest per second. Where the guest's time is not the
; host's, it is the guest's that counts: isabox's -speed shows here.
;
; Reference for the ticks: 65536 / 1193182 s = 54.9254 ms.

; mul_div: DX:AX = DX:AX * BX / CX; the product may have 48 bits. Changes BX,
; SI, DI.
mul_div:
        push    bp
        mov     si, ax
        mov     ax, dx
        mul     bx                      ; high word's product
        mov     di, ax
        mov     bp, dx                  ; BP:DI * 65536
        mov     ax, si
        mul     bx
        add     di, dx
        adc     bp, 0                   ; BP:DI:AX
        mov     si, ax
        mov     ax, bp
        xor     dx, dx
        div     cx
        mov     ax, di                  ; the first digit is above 32 bits
        div     cx
        mov     di, ax
        mov     ax, si
        div     cx
        mov     dx, di
        pop     bp
        ret

; In memory without code: a translator that guards its code by pages would slow
; down what is measured.
speed_calls     equ     SCRATCH
speed_data      equ     SCRATCH + 4

; speed_measure: SI = kernel, AX = instructions of a call, CX = ticks to
; measure: DX:AX = thousands of instructions in a second.
speed_measure:
        push    ax
        push    cx
        call    timer_ticks
        mov     bx, ax
.edge:
        hlt                             ; begin right behind a tick
        call    timer_ticks
        cmp     ax, bx
        je      .edge
        mov     bx, ax
        pop     cx
        add     bx, cx                  ; BX = the last tick
        xor     ax, ax
        mov     [speed_calls], ax
        mov     [speed_calls + 2], ax
.call:
        push    bx
        push    cx
        push    si
        call    si
        pop     si
        pop     cx
        pop     bx
        add     word [speed_calls], 1
        adc     word [speed_calls + 2], 0
        call    timer_ticks
        sub     ax, bx
        js      .call
        mov     ax, 5493                ; hundredths of milliseconds
        mul     cx
        mov     cx, 10
        div     cx
        mov     cx, ax                  ; CX = tenths of milliseconds
        pop     ax
        mov     bx, 10
        mul     bx
        mov     bx, ax                  ; below 65536
        mov     ax, [speed_calls]
        mov     dx, [speed_calls + 2]
        jmp     mul_div

; speed_print: DX:AX thousands as millions, three decimals.
speed_print:
        push    ax
        push    bx
        push    cx
        push    dx
        mov     cx, 1000
        call    speed_split
        call    print_dec32
        PRINT   '.'
        mov     ax, cx
        cmp     ax, 100
        jae     .print
        PRINT   '0'
        cmp     ax, 10
        jae     .print
        PRINT   '0'
.print:
        call    print_dec16
        PRINT   '        '
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

; speed_split: DX:AX = DX:AX / 1000, CX = the rest.
speed_split:
        push    ax
        mov     ax, dx
        xor     dx, dx
        div     cx
        mov     bx, ax
        pop     ax
        div     cx
        mov     cx, dx
        mov     dx, bx
        ret

; The kernels. Each name says what is in the loop.
struc KERNEL
.name:          resb    34
.run:           resw    1
.count:         resw    1               ; instructions of a call, RET included
.rate:          resd    1
endstruc

%macro KERNEL_ROW 3
        TEXT    34, %1
        dw      %2, %3
        dd      0
%endmacro

kernels:
        KERNEL_ROW 'dec, jnz', kernel_empty, 2002
        KERNEL_ROW 'register arithmetic', kernel_alu, 5002
        KERNEL_ROW 'loads and stores', kernel_memory, 2502
        KERNEL_ROW 'calls and returns', kernel_calls, 2002
        KERNEL_ROW 'pushes and pops', kernel_stack, 3002
        KERNEL_ROW 'multiplications and divisions', kernel_muldiv, 1502
        KERNEL_ROW 'INT and IRET', kernel_int, 402
        KERNEL_ROW 'reads of port 61h', kernel_port, 202
kernels_end:

kernel_empty:
        mov     cx, 1000
.next:
        dec     cx
        jnz     .next
        ret

kernel_alu:
        mov     cx, 500
.next:
        add     ax, bx
        xor     dx, ax
        sub     bx, dx
        rol     ax, 1
        adc     dx, 3
        inc     ax
        and     bx, 7FFFh
        or      dx, ax
        dec     cx
        jnz     .next
        ret

kernel_memory:
        mov     cx, 500
.next:
        mov     ax, [speed_data]
        mov     [SMC_ELSEWHERE], ax
        add     [SMC_ELSEWHERE], cx
        dec     cx
        jnz     .next
        ret

kernel_calls:
        mov     cx, 500
.next:
        call    .routine
        dec     cx
        jnz     .next
.routine:
        ret

kernel_stack:
        mov     cx, 500
.next:
        push    ax
        push    cx
        pop     cx
        pop     ax
        dec     cx
        jnz     .next
        ret

kernel_muldiv:
        mov     cx, 300
        mov     bx, 77
.next:
        mov     ax, 12345
        mul     bx
        div     bx
        dec     cx
        jnz     .next
        ret

kernel_int:
        mov     cx, 100
.next:
        int     IVT_OURS                ; to an IRET
        dec     cx
        jnz     .next
        ret

kernel_port:
        mov     cx, 67
.next:
        in      al, PORT_B
        dec     cx
        jnz     .next
        ret

speed_iret:
        iret
speed_old:      dw      0, 0
speed_next:     dw      kernels         ; measured next

speed_page:
        NOTE    2, 'Million instructions of the guest in a second of the ', \
                   'guest, by the timer:'
        HELP    'The kernels are measured in turn, 0.2 seconds each.'
        HOOK    IVT_OURS, speed_iret, speed_old
        mov     word [speed_next], kernels
        mov     bx, speed_show
        xor     di, di
        call    page_loop
        UNHOOK  IVT_OURS, speed_old
        ret

; speed_kernel: BX = kernel: measures it for CX ticks.
speed_kernel:
        push    bx
        mov     si, [bx + KERNEL.run]
        mov     ax, [bx + KERNEL.count]
        call    speed_measure
        pop     bx
        mov     [bx + KERNEL.rate], ax
        mov     [bx + KERNEL.rate + 2], dx
        ret

speed_show:
        mov     bx, [speed_next]
        mov     cx, 4
        call    speed_kernel
        mov     bx, kernels
        mov     dl, 4
.next:
        mov     [text_pos + 1], dl
        mov     byte [text_pos], 2
        call    speed_line
        add     bx, KERNEL_size
        inc     dl
        cmp     bx, kernels_end
        jb      .next
        mov     bx, [speed_next]
        add     bx, KERNEL_size
        cmp     bx, kernels_end
        jb      .more
        mov     bx, kernels
.more:
        mov     [speed_next], bx
        ret

; speed_line: BX = kernel; the one just measured is marked.
speed_line:
        COLOR   NORMAL
        lea     si, [bx + KERNEL.name]
        call    print
        mov     al, 36
        call    text_to
        COLOR   VALUE
        push    dx
        mov     ax, [bx + KERNEL.rate]
        mov     dx, [bx + KERNEL.rate + 2]
        call    speed_print
        pop     dx
        mov     byte [text_pos], 54
        mov     al, ' '
        cmp     bx, [speed_next]
        jne     .mark
        mov     al, '<'
.mark:
        jmp     print_char

; The self test measures two kernels, prints what it found, and asks only for
; an instruction to have been run; and that the result is not absurd.
speed_test:
        mov     bx, kernels
        mov     cx, 2
        call    speed_kernel
        mov     bx, kernels + KERNEL_size
        mov     cx, 4
        call    speed_kernel
        PRINT   'speed: dec, jnz '
        mov     ax, [kernels + KERNEL.rate]
        mov     dx, [kernels + KERNEL.rate + 2]
        call    speed_print
        PRINT   'arithmetic '
        mov     ax, [kernels + KERNEL_size + KERNEL.rate]
        mov     dx, [kernels + KERNEL_size + KERNEL.rate + 2]
        call    speed_print
        PRINT   'MIPS', 13, 10
        mov     ax, [kernels + KERNEL.rate]
        or      ax, [kernels + KERNEL.rate + 2]
        CHECK_NZ 'speed: instructions were run in two ticks'
        mov     ax, 4240h               ; 1000000 * 30000 / 9000 = 3333333
        mov     dx, 000Fh
        mov     bx, 30000
        mov     cx, 9000
        call    mul_div
        sub     ax, 0DCD5h
        sbb     dx, 0032h
        or      ax, dx
        CHECK_Z 'speed: the arithmetic behind it'
        ret
