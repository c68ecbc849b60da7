#!/bin/sh
# midi.sh SRCDIR - a guest plays by the MPU-401's intelligent mode (midi.asm);
# every engine leaves the same MIDI file, with the notes at their times: clocks
# of 5 ms.
src=$1
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$NASM" -f bin -o "$dir/midi.img" "$src/tests/guest/devices/midi.asm" &&
    truncate -s 1474560 "$dir/midi.img" || exit 1
want='90 3c 64 78 90 3c 00 1e 90 3e 5a 78 90 3e 00 00 b0 7b 00'
first=
for engine in $(./isabox -engine help | awk '{ print $1 }'); do
    timeout 60 ./isabox -display none -speed max -engine $engine \
        -fda "$dir/midi.img" -snapshot \
        -device "mpu401,soundfont=none,midi=$dir/$engine.mid" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        < /dev/null > "$dir/log" 2>&1
    [ $? = 1 ] || { echo "$engine: $(cat "$dir/log")"; exit 1; }
    od -An -v -tx1 "$dir/$engine.mid" | tr -s '\n ' ' ' | grep -q "$want" ||
        { echo "$engine:"; od -An -tx1 "$dir/$engine.mid"; exit 1; }
    first=${first:-$engine}
    cmp "$dir/$first.mid" "$dir/$engine.mid" || exit 1
done
