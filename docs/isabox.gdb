# isabox.gdb - commands for 16-bit code. With `isabox -s -S ..` running:
#
#     gdb -x isabox.gdb
#
# In real and virtual-8086 mode gdb's $pc is the linear address, CS base and
# all; $ip is the offset. The stack pointer is the offset in SS.
set architecture i8086
set pagination off
target remote localhost:1234

define b16
    break *(($arg0) * 16 + ($arg1))
end
document b16
b16 SEG OFF: a breakpoint at SEG:OFF, as b16 0xf000 0xe05b.
end

define w16
    watch *(unsigned char *)(($arg0) * 16 + ($arg1))
end
document w16
w16 SEG OFF: stop when the byte at SEG:OFF changes.
end

define x16
    x/16xb ($arg0) * 16 + ($arg1)
end
document x16
x16 SEG OFF: sixteen bytes at SEG:OFF.
end

define u16
    x/8i ($arg0) * 16 + ($arg1)
end
document u16
u16 SEG OFF: eight instructions at SEG:OFF.
end

define here
    printf "%04x:%04x  ax %04x bx %04x cx %04x dx %04x si %04x di %04x bp %04x sp %04x\n", $cs, $ip & 0xffff, $eax & 0xffff, $ebx & 0xffff, $ecx & 0xffff, $edx & 0xffff, $esi & 0xffff, $edi & 0xffff, (long)$ebp & 0xffff, (long)$esp & 0xffff
    printf "ds %04x es %04x ss %04x fs %04x gs %04x\n", $ds, $es, $ss, $fs, $gs
    x/i $pc
end
document here
here: the registers and the next instruction.
end

define stack
    x/8xh $ss_base + ((long)$esp & 0xffff)
end
document stack
stack: eight words on the stack.
end

define ret16
    monitor info backtrace
end
document ret16
ret16: who called, by BP's chain of near and far frames.
end

# gdb can't step over a 16-bit call by itself: isabox does.
define n16
    monitor next
    maintenance flush register-cache
    here
end
document n16
n16: run one instruction, over calls, interrupts and repeated ones.
end

define rn16
    monitor rnext
    maintenance flush register-cache
    here
end
document rn16
rn16: the same backwards.
end

define dos
    monitor catch int 21 ah=$arg0
end
document dos
dos FUNCTION: stop at a call of DOS, as dos 4b, which starts a program.
end
