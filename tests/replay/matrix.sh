# matrix.sh - tests/guest/matrix.asm and vdma.asm with a hard disk: INT 13h, too,
# answers in every surrounding as in plain real mode.
src=$1
. "$src/tests/lib/replay.sh"
need nasm

"$isabox" image create "$work/hd.img" 20M > /dev/null || fail 'image create'
for run in matrix.286 matrix.486 vdma.486; do
    guest=${run%.*} cpu=${run#*.}
    nasm -f bin -I "$src/tests/guest/" -o "$work/fd.img" \
        "$src/tests/guest/$guest.asm" || fail "$guest.asm"
    truncate -s 1474560 "$work/fd.img"
    rm -f "$work/log"
    (cd "$work" && timeout 60 "$isabox" -display none -speed max -snapshot \
        -cpu "$cpu" -debugcon file:log \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -fda fd.img -hda hd.img \
        < /dev/null)
    grep -av '^ok' "$work/log" | grep -v ' passed, 0 failed$' &&
        fail "$run: see above"
    grep -q ' passed, 0 failed$' "$work/log" || fail "$run: no end"
done
