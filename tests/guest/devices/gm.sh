#!/bin/sh
# gm.sh SRCDIR [long] - a guest plays a General MIDI piece (gm.asm) on FluidSynth:
# the recording has the notes, note by note, that FluidSynth's own program makes
# of the MIDI file of the same run. Long: also from a state that was saved
# halfway, whose instruments, volume and bend are set again.
src=$1 long=$2
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
grep -q 'HAVE_FLUIDSYNTH 1' config.h || { echo 'built without FluidSynth'
                                          exit 77; }
font=
for f in /usr/share/sounds/sf2/TimGM6mb.sf2 \
         /usr/share/sounds/sf2/default-GM.sf2; do
    [ -f $f ] && font=${font:-$f}
done
[ -n "$font" ] || { echo 'no SoundFont on this host'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
"$NASM" -f bin -o "$dir/gm.img" "$src/tests/guest/devices/gm.asm" &&
    truncate -s 1474560 "$dir/gm.img" || exit 1

# play OPTION...
play() {
    timeout 100 ./isabox -display none -speed max -fda "$dir/gm.img" \
        -snapshot -device "mpu401,midi=$dir/gm.mid,soundfont=$font" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 "$@" \
        < /dev/null > "$dir/log" 2>&1
    [ $? = 1 ] || { cat "$dir/log"; exit 1; }
}

# Notes by their begin and length, 8 and 10 ticks of 54.925 ms, and frequency.
organ='0:549:261.63'
flute='989:549:523.25'
bent='1977:549:369.99'
high='2966:549:783.99'
deep='3955:549:146.83'
bell='4943:300:0'

play -audiodev "wav,path=$dir/ours.wav"
if command -v fluidsynth > /dev/null; then
    fluidsynth -ni -F "$dir/theirs.wav" -r 48000 "$font" "$dir/gm.mid" \
        > "$dir/log" 2>&1
    ./tests/tools/notelook "$dir/ours.wav" "$dir/theirs.wav" $organ $flute \
        $bent $high $deep $bell || { echo 'other notes'; exit 1; }
else
    echo 'no fluidsynth to compare with'
    ./tests/tools/notelook "$dir/ours.wav" "$dir/ours.wav" $organ || exit 1
fi
[ -n "$long" ] || exit 0

# The state is saved in the bent note, and goes on in another process.
printf 'wait 3100ms\nsave %s\n' "$dir/state" > "$dir/save"
timeout 100 ./isabox -display none -speed max -fda "$dir/gm.img" -snapshot \
    -device "mpu401,midi=$dir/gm.mid,soundfont=$font" -script "$dir/save" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 > "$dir/log" 2>&1 ||
    { cat "$dir/log"; exit 1; }
play -loadvm "$dir/state" -audiodev "wav,path=$dir/rest.wav"
./tests/tools/notelook "$dir/ours.wav" "$dir/rest.wav" +2966 0:549:783.99 \
    989:549:146.83 || { echo 'other notes after a load'; exit 1; }
