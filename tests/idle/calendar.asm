; A clock driver that asks the calendar each time, not the tick count: INT 1Ah
; AH=02h, which looks at UIP, then reads CMOS.
; expect: asleep
; cpus: 8086 486
%include "idle.inc"
start:
main:
    mov ah, 2
    int 0x1a
    mov [time], cx
    mov [time + 2], dx
    mov ah, 1
    int 0x16
    jz main
    TAKE
    jmp main
time: dw 0, 0
