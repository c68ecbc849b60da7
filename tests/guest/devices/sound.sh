#!/bin/sh
# sound.sh SRCDIR [long] - cards play tones (sound.asm) that are recorded and
# looked at: the right ones, at the right time, of the right pitch and level,
# and clean. Long: all cards, equal WAV files of all engines, whether a state is
# saved and loaded or not, and equal states whether anybody listens or not.
src=$1 long=$2
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
bad=0
fail() { echo "$*"; bad=$((bad + 1)); }

guests=$src/tests/guest/devices/
"$NASM" -f bin -I "$guests" -o "$dir/sound.img" "$guests/sound.asm" &&
    truncate -s 1474560 "$dir/sound.img" || exit 1

# play CARD WAV OPTION...
play() {
    card=$1 wav=$2; shift 2
    rm -f "$dir/report"
    timeout 100 ./isabox -display none -speed max -fda "$dir/sound.img" \
        -snapshot -debugcon "file:$dir/report" -device "$card" \
        -audiodev "wav,path=$wav" -cpu 486 "$@" < /dev/null > "$dir/log" 2>&1
}

# tones CARD LENGTH:HZ:LEVEL:REST:HZ..: lengths in ms and levels in dB of what
# must be there, for left and right; a rest is at most so loud.
tones() {
    card=$1; shift
    play "$card" "$dir/a.wav" -device isa-debug-exit,iobase=0xf4,iosize=4
    grep -q '^done$' "$dir/report" || fail "$card: $(cat "$dir/log")"
    grep FAIL "$dir/report" && fail "$card"
    ./tests/tools/wavlook "$dir/a.wav" > "$dir/tones"
    echo "$card"; cat "$dir/tones"
    printf '%s\n' "$@" | awk -v FS='[: ]' '
    function near(a, b, most) { return a - b <= most && b - a <= most }
    NR == FNR { n++; length_[n] = $1; for (i = 1; i < 7; i++) want[n, i] = $(i + 1)
                next }
    { m++; ok = near($2, length_[m], 3)
      for (i = 1; i < 7; i += 3)
          ok = ok && near($(i + 2), want[m, i], want[m, i] / 1000) &&
               near($(i + 3), want[m, i + 1], 0.1) && $(i + 4) <= want[m, i + 2]
      if (!ok) { print "tone " m ": " $0; bad = 1 } }
    END { if (m != n) { print m " tones, not " n; bad = 1 }; exit bad }
    ' - "$dir/tones" || fail "$card: other tones"
}

# Between two blocks of the chain the program asks for the next, and the DSP takes
# each byte of that in its own time, in which the tone stands: its rest is that.
fm='498:440:-14.61:-25:440:-14.61:-25'
chain='500:1000:-2.15:-29:1000:-2.15:-29'
block='500:1000:-2.14:-54:1000:-2.14:-54'
fast='500:2000:-2.14:-54:2000:-2.14:-54'
stereo='500:1000:-2.14:-54:440:-2.14:-46'
wide='550:1000:-6.23:-80:440:-6.23:-80'
cpu='400:1250:-2.36:-13:1250:-2.36:-13'

tones sb16 "$fm" "$chain" "$block" "$wide" "$cpu"
if [ -n "$long" ]; then
    tones sbpro "$fm" "$chain" "$block" "$fast" "$stereo" "$cpu"
    tones sbpro,model=1 "$fm" "$chain" "$block" "$fast" "$stereo" "$cpu"
    tones sb "$fm" "$chain" "$block" "$fast" "$cpu"
    tones sb,model=1.5 "$fm" "$chain" "$cpu"

    echo 'wait 3s
hash' > "$dir/straight"
    { for i in 1 2 3 4 5 6; do
          echo "wait 500ms
save $dir/state
load $dir/state"
      done; } > "$dir/often"
    one=
    for e in $(./isabox -engine help | awk '{ print $1 }'); do
        one=${one:-$e}
        play sb16 "$dir/$e.wav" -engine "$e" -script "$dir/straight"
        cp "$dir/log" "$dir/$e.hash"
        cmp "$dir/$e.wav" "$dir/$one.wav" || fail "$e: other samples"
        cmp "$dir/$e.hash" "$dir/$one.hash" || fail "$e: another state"
    done
    play sb16 "$dir/often.wav" -script "$dir/often"
    cmp "$dir/often.wav" "$dir/$one.wav" || fail 'load: other samples'
    ./isabox -display none -speed max -fda "$dir/sound.img" -snapshot -cpu 486 \
        -debugcon null -device sb16 -script "$dir/straight" > "$dir/deaf.hash"
    cmp "$dir/deaf.hash" "$dir/$one.hash" || fail 'deaf: another state'
fi
[ "$bad" = 0 ]
