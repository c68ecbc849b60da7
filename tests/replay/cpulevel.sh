# cpulevel.sh - CPULEVEL, a program of 2004, names each processor model.
src=$1
. "$src/tests/lib/replay.sh"
need freedos722.img freedos-1440K.img
cat > "$work/cpulevel.script" <<'END'
expect "A:\\>"
type "b:cpulevel\n"
wait 2s
text
END
# names MODEL TEXT...: CPULEVEL says all of them.
names() {
    run cpulevel -cpu "$1" -snapshot -fda "$images/freedos-1440K.img" \
        -fdb "$images/freedos722.img"
    shift
    for text; do shows "$text"; done
}
names 8086 '8086 or 80186 or compatible 16bit CPU found.'
names 186 '8086 or 80186 or compatible 16bit CPU found.'
names 286 '80286 CPU with 16bit protected mode found.'
names 386 'i386 or compatible CPU found.' 'CPUID install check negative.'
names 486,-cpuid 'i386 or compatible CPU' 'CPUID install check negative.'
names 486 'GenuineIntel / CPU is family 4 model 3 revision 5' \
    '00000435 00000000 00000000 00000001' '  [FLOATING POINT UNIT]'
names 486dx4 'CPU is family 4 model 8 revision 0' '[VME FLAGS]'
names pentium 'CPU is family 5 model 2 revision 5' '[TIME STAMP COUNTER]'
names pentium-mmx 'CPU is family 5 model 4 revision 3' '[MMX UNIT]'
names pentiumpro 'CPU is family 6 model 1 revision 9' '[CMOV opcode]'
names pentium2 'CPU is family 6 model 3 revision 4' \
    '[mca]  [CMOV opcode]  [MMX UNIT]'
