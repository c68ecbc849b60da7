#!/bin/sh
# alsa.sh SRCDIR - MIDI to the host's ALSA sequencer: a guest sends (alsa.asm),
# and a library that stands in for ALSA's (alsastub.c) writes down what it is
# told. Also what is said where there is no sequencer. A message for an MT-32 of
# 266 bytes, the longest that one takes, is unharmed here and in a MIDI file.
src=$1
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
grep -q 'HAVE_ALSA 1' config.h || { echo 'built without ALSA'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail() { echo "$*"; cat "$dir/log"; exit 1; }
"$NASM" -f bin -o "$dir/alsa.img" "$src/tests/guest/devices/alsa.asm" &&
    truncate -s 1474560 "$dir/alsa.img" || exit 1
play() {
    timeout 60 ./isabox -display none -speed max -fda "$dir/alsa.img" \
        -snapshot -device "$1" -device isa-debug-exit,iobase=0xf4,iosize=4 \
        < /dev/null > "$dir/log" 2>&1
}

play "mpu401,soundfont=none,midi=$dir/a.mid"
[ $? = 1 ] || fail 'the guest did not end'
od -An -v -tx1 "$dir/a.mid" | tr -s '\n ' ' ' > "$dir/bytes"
data=$(awk 'BEGIN { for (i = 0; i < 256; i++) printf "%02x ", i % 128 }')
long="41 10 16 12 08 00 00 ${data}38 f7"
grep -q "f0 82 09 $long" "$dir/bytes" || fail "file: $(cat "$dir/bytes")"
# The message is put down at its end: the program comes 2 bytes' time later.
grep -q "$long 0[01] c1 05 0[12] 91 3c 64" "$dir/bytes" ||
    fail "times: $(cat "$dir/bytes")"

if [ ! -e /dev/snd/seq ]; then
    play mpu401,midi=alsa && fail 'no sequencer, and nothing said'
    grep -q "midi=alsa: the host's sequencer can't be opened" "$dir/log" ||
        fail 'other words'
fi

cc=$(command -v cc || command -v gcc || command -v clang) ||
    { echo 'no compiler for the library that stands in'; exit 77; }
"$cc" -shared -fPIC -o "$dir/libasound.so.2" \
    "$src/tests/guest/devices/alsastub.c" || exit 1
export LD_LIBRARY_PATH="$dir" ALSA_TOLD="$dir/told"
play mpu401,midi=alsa:128:1
[ $? = 1 ] || fail 'the guest did not end'
{ echo "client isabox
port MIDI 21
3 to 128:1"
  awk 'BEGIN { for (i = 0; i < 16; i++)
                   printf "b%x 78 00\nb%x 79 00\n", i, i }'
  echo "f0 $long
c1 05
91 3c 64
91 3c 00"
  awk 'BEGIN { for (i = 0; i < 16; i++) printf "b%x 78 00\n", i }'
  echo closed; } > "$dir/want"
diff "$dir/want" "$dir/told" || fail 'other messages'
play mpu401,midi=alsa:nobody && fail 'connected to nobody'
grep -q 'midi=alsa:nobody: No such file' "$dir/log" || fail 'other words'

# A replay connects to nothing.
echo 'wait 1s' > "$dir/script"
timeout 60 ./isabox -display none -speed max -fda "$dir/alsa.img" -snapshot \
    -device mpu401,midi=alsa:128:1 -script "$dir/script" -record "$dir/rec" \
    > "$dir/log" 2>&1 && rm "$dir/told" || fail 'no record'
timeout 60 ./isabox -replay "$dir/rec" -display none < /dev/null \
    > "$dir/log" 2>&1 || fail 'no replay'
[ ! -e "$dir/told" ] || fail 'a replay spoke to the host'
