# tour.sh - the built-in disk's self test, as `make run` shows it where there
# is neither display nor terminal.
src=$1
. "$src/tests/lib/replay.sh"
timeout 180 "$isabox" -display text -speed max < /dev/null > "$work/out" ||
    { status=$?; cat "$work/out"; fail "status $status"; }
shows 'SELFTEST PASS'

# The page on sound cards finds their lines, for AUTOEXEC.BAT.
cat > "$work/sound.script" << 'END'
expect "a tour of the PC"
wait 500ms
key spc
wait 300ms
key t
wait 3s
text
END
run sound -speed max -device sb16 -device gus
shows 'SET BLASTER=A220 I5 D1 H5 P330 T6'
shows 'SET ULTRASND=240,3,3,11,11'
run sound -speed max -cpu 8086 -device sb,irq=10,model=1.5 \
    -device gus,irq=5,dma=7,iobase=0x260
shows 'SET BLASTER=A220 I10 D1 T1'
shows 'SET ULTRASND=260,7,7,5,5'
