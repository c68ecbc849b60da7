#!/bin/sh
# drivers.sh SRCDIR - cards are found and started in the ways of many programs
# (drivers.asm).
src=$1
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
guests=$src/tests/guest/devices/
"$NASM" -f bin -I "$guests" -o "$dir/drivers.img" "$guests/drivers.asm" &&
    truncate -s 1474560 "$dir/drivers.img" || exit 1
bad=0
for card in sb16 sbpro; do
    timeout 60 ./isabox -display none -speed max -cpu 486 -snapshot \
        -fda "$dir/drivers.img" -debugcon "file:$dir/report" -device $card \
        -device gus,iobase=0x260 -device gameblaster,iobase=0x240 \
        -device disney,iobase=0x278 \
        -device "mpu401,iobase=0x300,soundfont=none,midi=$dir/mid" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        < /dev/null > "$dir/log" 2>&1
    echo "$card"; cat "$dir/report"
    grep -q FAIL "$dir/report" && bad=1
    for want in '49 17' '55 0b'; do
        od -An -v -tx1 "$dir/mid" | tr -s '\n ' ' ' |
            grep -q "f0 0a 41 10 16 12 20 00 00 $want f7" ||
            { echo "no message with $want"; bad=1; }
    done
    grep -q '^done$' "$dir/report" || { cat "$dir/log"; bad=1; }
done
[ $bad = 0 ]
