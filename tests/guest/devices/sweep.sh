#!/bin/sh
# sweep.sh SRCDIR [long] - a sine that rises from 1 to 20 kHz, and a tone of an
# UltraSound (sweep.asm), are recorded and looked at. The sweep must be clean to
# 80 dB below it everywhere and as loud at its end as at its begin, at a rate
# that is not its own, too. Long: QEMU's cards play the same, and sound.asm.
src=$1 long=$2
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
bad=0
fail() { echo "$*"; bad=$((bad + 1)); }

guests=$src/tests/guest/devices/
image() {
    "$NASM" -f bin -I "$guests" $2 -o "$dir/$1.img" "$guests/$1.asm" &&
        truncate -s 1474560 "$dir/$1.img" || exit 1
}
image sweep
for hz in 44100 48000; do
    timeout 100 ./isabox -display none -speed max -fda "$dir/sweep.img" \
        -snapshot -debugcon "file:$dir/report" -device sb16 \
        -device gus,iobase=0x240 -cpu 486 \
        -audiodev "wav,path=$dir/$hz.wav,out.frequency=$hz" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null \
        > "$dir/log" 2>&1
    grep -q '^done$' "$dir/report" || fail "$hz: $(cat "$dir/log")"
    grep FAIL "$dir/report" && fail "$hz"
    { ./tests/tools/sweeplook "$dir/$hz.wav"
      ./tests/tools/wavlook "$dir/$hz.wav"; } > "$dir/look"
    sed "s/^/$hz: /" "$dir/look"
    awk '
    function near(a, b, most) { return a - b <= most && b - a <= most }
    NR == 1 { for (i = 1; i < 10; i += 5)
                  good += $i > 120 && near($(i + 1), -0.21, 0.05) &&
                          near($(i + 2), -0.21, 0.05) && $(i + 3) < -80 }
    NR == 3 { for (i = 3; i < 7; i += 3)
                  good += near($i, 1000, 0.5) && near($(i + 1), -9.24, 0.1) &&
                          $(i + 2) < -75 }
    END { exit !(good == 4 && NR == 3) }' "$dir/look" || fail "$hz: not clean"
done
[ -n "$long" ] || { [ "$bad" = 0 ]; exit; }

# QEMU plays by the host's clock and may be late; what it plays is all there.
command -v qemu-system-i386 > /dev/null || { echo 'no QEMU'; exit 77; }
image sound '-d QEMU'
for guest in sweep sound; do
    rm -f "$dir/report"
    timeout 100 qemu-system-i386 -M isapc -cpu 486 -m 16 -display none \
        -drive "file=$dir/$guest.img,format=raw,if=floppy,readonly=on" \
        -boot a -debugcon "file:$dir/report" \
        -audiodev "wav,id=a,path=$dir/q.wav" -device sb16,audiodev=a \
        -device adlib,audiodev=a -device gus,audiodev=a \
        -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null \
        > "$dir/log" 2>&1
    grep -q '^done$' "$dir/report" || fail "QEMU, $guest: $(cat "$dir/log")"
    grep FAIL "$dir/report" && fail "QEMU, $guest"
    [ $guest = sound ] || ./tests/tools/sweeplook "$dir/q.wav" |
        sed 's/^/QEMU: /'
    ./tests/tools/wavlook "$dir/q.wav" | sed 's/^/QEMU: /'
done
[ "$bad" = 0 ]
