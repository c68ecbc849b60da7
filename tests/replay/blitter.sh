# blitter.sh - every kind of blit with every raster operation: the sums of video
# memory that QEMU's card had, too, when they were taken. With `qemu` as second
# word the floppy runs by the plain engine, too, and in QEMU, where what differs
# must be what its source of truth, the chip's manual, has otherwise: patterns
# with a key colour, and lines of bits that begin at dwords.
src=$1
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -o "$work/fd.img" "$src/tests/guest/video/blitter.asm" ||
    fail 'blitter.asm'
truncate -s 1474560 "$work/fd.img"

# here NAME OPTION...: the report of a run is $work/NAME.
here() {
    name=$1; shift
    (cd "$work" && timeout 60 "$isabox" -vga cirrus -m 1 -display none \
        -speed max -snapshot -fda fd.img -debugcon "file:$name" \
        -device isa-debug-exit,iobase=0xf4,iosize=1 "$@" \
        < /dev/null > err 2>&1)
    [ $? = 1 ] || { cat "$work/err"; fail "$*: no end"; }
}

here pc -M pc
if [ "$2" = qemu ]; then
    need qemu-system-i386
    timeout -k 5 100 qemu-system-i386 -M pc -m 16 -accel tcg -display none \
        -nodefaults -vga cirrus -debugcon "file:$work/qemu" -boot a \
        -device isa-debug-exit,iobase=0xf4,iosize=1 \
        -drive "file=$work/fd.img,format=raw,if=floppy" < /dev/null
    diff "$work/pc" "$work/qemu" |
        grep '^[<>]' | grep -v -e 'pattern key' -e 'CPU dwords' &&
        fail 'QEMU has other sums'
    grep -q END "$work/qemu" || fail 'QEMU came to no end'
    here plain -M isapc -engine plain
    cmp "$work/pc" "$work/plain" || fail 'by the plain engine it differs'
    exit 0
fi
here isa -M isapc -engine fast
cmp "$work/pc" "$work/isa" || fail 'on ISA it differs'
# Saved and loaded while it runs, in the middle of blits among others.
i=0
while [ $i -lt 12 ]; do
    printf 'wait %dms\nsave s\nload s\n' $((37 + i))
    i=$((i + 1))
done > "$work/saves.script"
echo 'wait 60s' >> "$work/saves.script"
here saved -M pc -script saves.script
cmp "$work/pc" "$work/saved" || fail 'saved and loaded it differs'
[ "$(wc -l < "$work/pc")" = 529 ] || fail 'too few blits'
sum=$(cksum < "$work/pc" | cut -d' ' -f1)
[ "$sum" = 314792656 ] || fail "the sums' sum is $sum"
