# vbe.sh - each of VBE's modes of one colour and more a byte: what it is like, and
# the sum of what a floppy writes through its windows, by either card. With `qemu`
# as second word, too, that QEMU's cards and their BIOS say the same of the modes
# that they have. What 4F07h tells of the start they do not compare: QEMU's
# Cirrus BIOS has bit 18 in it.
src=$1
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -o "$work/fd.img" "$src/tests/guest/video/vbesum.asm" ||
    fail 'vbesum.asm'
truncate -s 1474560 "$work/fd.img"

for card in std cirrus; do
    (cd "$work" && timeout 60 "$isabox" -vga $card -m 4 -display none \
        -speed max -snapshot -fda fd.img -debugcon "file:$card" \
        -device isa-debug-exit,iobase=0xf4,iosize=1 < /dev/null > err 2>&1)
    [ $? = 1 ] || { cat "$work/err"; fail "$card: no end"; }
    [ "$(grep -c ' 004f 0008 0002 ' "$work/$card")" = 16 ] ||
        { cat "$work/$card"; fail "$card: not all modes"; }
done
cmp "$work/std" "$work/cirrus" || fail 'the cards differ'
sum=$(cksum < "$work/std" | cut -d' ' -f1)
[ "$sum" = 45898035 ] || { cat "$work/std"; fail "the sums' sum is $sum"; }
[ "$2" = qemu ] || exit 0

need qemu-system-i386
for card in std cirrus; do
    timeout -k 5 100 qemu-system-i386 -M pc -m 16 -accel tcg -display none \
        -nodefaults -vga $card -debugcon "file:$work/qemu" -boot a \
        -device isa-debug-exit,iobase=0xf4,iosize=1 \
        -drive "file=$work/fd.img,format=raw,if=floppy" < /dev/null
    grep -q '^E' "$work/qemu" || fail "QEMU, $card: no end"
    awk 'NF > 5 { print $1, $2, $3, $4, $5, $6, $7, $8, $11 }' "$work/qemu" \
        > "$work/theirs"
    awk '{ print $1, $2, $3, $4, $5, $6, $7, $8, $11 }' "$work/$card" |
        grep -F -x -f "$work/theirs" > "$work/ours"
    [ "$(wc -l < "$work/theirs")" -ge 8 ] || fail "QEMU, $card: few modes"
    cmp "$work/ours" "$work/theirs" || {
        cat "$work/theirs"; fail "QEMU's $card has other sums"; }
done
