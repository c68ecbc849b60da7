# cirrusregs.sh - the Cirrus's extended registers: which bits of each stay, the
# key, the chip's ID, the register behind the DAC's mask, the cursor's colours,
# banks of 4 and 16 KB, one or two, and the extended ways to write. With `qemu`
# as second word the floppy runs by each engine, too, and in QEMU, where only
# that may differ in which the chip's manual is on this side.
src=$1
. "$src/tests/lib/replay.sh"
. "$src/tests/lib/cardguest.sh"
card_floppy cirrusregs

# What QEMU 7.2 has otherwise, and why that is no mistake here:
# GR0C-GR0E  the colour key, its mask and power management, which it leaves out.
# GR16-GR1F  the displayed line, DRAM, pins, scratch, the chroma key: the same.
# GR23       a height has 11 bits, so three here.
# GR31       bit 3 says that a blit goes on; it is not written.
# CR1E-CR23  there are none. A VGA's read as 0, QEMU's as FFh.
# hidden     it has no mask of the DAC on this card, so that this reads as FFh.
excepted='^GR0[cde]|^GR1[6-9a-f]|^GR23|^GR31|^CR1[ef]|^CR2[013]|^hidden'

card_here pc cirrus -M pc
[ "$(wc -l < "$work/pc")" = 127 ] || fail 'too few lines'
card_here isa cirrus -M isapc
diff "$work/pc" "$work/isa" > "$work/differ"
[ "$(grep '^[<>]' "$work/differ" | sort)" = '< CR27 b8 b8 b8 b8
< SR17 e7 20 65 a2
< chip b8 b8 03
< locked 0f 5a a5 0c b8
> CR27 a0 a0 a0 a0
> SR17 ff 38 7d ba
> chip a0
> locked 0f 5a a5 0c a0' ] || { cat "$work/differ"; fail 'on ISA it differs'; }
sum=$(cksum < "$work/pc" | cut -d' ' -f1)
[ "$sum" = 1660323880 ] || { cat "$work/pc"; fail "the report's sum is $sum"; }
[ "$2" = qemu ] || exit 0

for engine in $(engines); do
    card_here other cirrus -M pc -engine "$engine"
    cmp "$work/pc" "$work/other" || fail "by engine $engine it differs"
done
card_qemu cirrus END
grep -vE "$excepted" "$work/pc" > "$work/ours"
grep -vE "$excepted" "$work/qemu" | diff "$work/ours" - ||
    fail 'QEMU has other registers'
