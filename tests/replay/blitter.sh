# blitter.sh - every kind of blit with every raster operation: the sums of video
# memory that QEMU's card had, too, when they were taken. With `qemu` as second
# word the floppy runs by the plain engine, too, and in QEMU, where what differs
# must be what its source of truth, the chip's manual, has otherwise: patterns
# with a key colour, and lines of bits that begin at dwords.
src=$1
. "$src/tests/lib/replay.sh"
. "$src/tests/lib/cardguest.sh"
card_floppy blitter

card_here pc cirrus -M pc
if [ "$2" = qemu ]; then
    card_qemu cirrus END
    diff "$work/pc" "$work/qemu" |
        grep '^[<>]' | grep -v -e 'pattern key' -e 'CPU dwords' &&
        fail 'QEMU has other sums'
    card_here plain cirrus -M isapc -engine plain
    cmp "$work/pc" "$work/plain" || fail 'by the plain engine it differs'
    exit 0
fi
card_here isa cirrus -M isapc -engine fast
cmp "$work/pc" "$work/isa" || fail 'on ISA it differs'
# Saved and loaded while it runs, in the middle of blits among others.
i=0
while [ $i -lt 12 ]; do
    printf 'wait %dms\nsave s\nload s\n' $((37 + i))
    i=$((i + 1))
done > "$work/saves.script"
echo 'wait 60s' >> "$work/saves.script"
card_here saved cirrus -M pc -script saves.script
cmp "$work/pc" "$work/saved" || fail 'saved and loaded it differs'
[ "$(wc -l < "$work/pc")" = 529 ] || fail 'too few blits'
sum=$(cksum < "$work/pc" | cut -d' ' -f1)
[ "$sum" = 314792656 ] || fail "the sums' sum is $sum"
