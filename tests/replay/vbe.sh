# vbe.sh - each of VBE's modes of one colour and more a byte: what it is like, and
# the sum of what a floppy writes through its windows, by either card. With `qemu`
# as second word, too, that QEMU's cards and their BIOS say the same of the modes
# that they have. What 4F07h tells of the start they do not compare: QEMU's
# Cirrus BIOS has bit 18 in it.
src=$1
. "$src/tests/lib/replay.sh"
. "$src/tests/lib/cardguest.sh"
card_floppy vbesum

for card in std cirrus; do
    card_here $card $card
    [ "$(grep -c ' 004f 0008 0002 ' "$work/$card")" = 16 ] ||
        { cat "$work/$card"; fail "$card: not all modes"; }
done
cmp "$work/std" "$work/cirrus" || fail 'the cards differ'
sum=$(cksum < "$work/std" | cut -d' ' -f1)
[ "$sum" = 45898035 ] || { cat "$work/std"; fail "the sums' sum is $sum"; }
[ "$2" = qemu ] || exit 0

for card in std cirrus; do
    card_qemu $card '^E'
    awk 'NF > 5 { print $1, $2, $3, $4, $5, $6, $7, $8, $11 }' "$work/qemu" \
        > "$work/theirs"
    awk '{ print $1, $2, $3, $4, $5, $6, $7, $8, $11 }' "$work/$card" |
        grep -F -x -f "$work/theirs" > "$work/ours"
    [ "$(wc -l < "$work/theirs")" -ge 8 ] || fail "QEMU, $card: few modes"
    cmp "$work/ours" "$work/theirs" || {
        cat "$work/theirs"; fail "QEMU's $card has other sums"; }
done
