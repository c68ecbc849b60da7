#!/bin/sh
# tones.sh SRCDIR - cards play tones (tones.asm) that are recorded and looked at:
# pitch and length follow from what was programmed, the level from the samples'
# size, the card's volume and the width of a step. A pause loses no sample, and
# a rate that changes in flight holds from then on.
src=$1
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
guests=$src/tests/guest/devices/
"$NASM" -f bin -I "$guests" -o "$dir/tones.img" "$guests/tones.asm" &&
    truncate -s 1474560 "$dir/tones.img" || exit 1
timeout 100 ./isabox -display none -speed max -cpu 486 -snapshot \
    -fda "$dir/tones.img" -debugcon "file:$dir/report" -device sb16 \
    -device gus,iobase=0x260 -device gameblaster,iobase=0x240 -device tandy \
    -device covox -device disney,iobase=0x278 \
    -audiodev "wav,path=$dir/a.wav" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null > "$dir/log" 2>&1
cat "$dir/report"
bad=0
grep -q '^done$' "$dir/report" || { cat "$dir/log"; bad=1; }
! grep FAIL "$dir/report" || bad=1
./tests/tools/wavlook "$dir/a.wav" | tee "$dir/tones"

# Name, length in ms at least and at most, frequency, level, and what may be
# beside the tone: all of a square wave, or a triangle's and its steps'.
awk '
function near(a, b, most) { return a - b <= most && b - a <= most }
NR == FNR { n++; name[n] = $1; least[n] = $2; most[n] = $3; hz[n] = $4
            level[n] = $5; rest[n] = $6; next }
{ m++
  ok = $2 >= least[m] && $2 <= most[m] &&
       (hz[m] == "-" || near($3, hz[m], hz[m] / 1000) &&
                        near($4, level[m], 0.1) && $5 <= rest[m])
  if (!ok) { print name[m] ": " $0; bad = 1 } }
END { if (m != n) { print m " sounds, not " n; bad = 1 }; exit bad }
' - "$dir/tones" << 'END' || bad=1
Tandy       499 560  440.40 -15.97  -6
GameBlaster 498 530  440.40 -22.55  -6
Covox       499 503 1250.00  -2.36 -13
Disney      499 503 1000.00  -2.19 -50
UltraSound  490 503  602.93 -11.18 -46
ADPCM4      498 545 1000.00 -20.38 -17
ADPCM2.6    490 530 1111.11 -28.33 -15
ADPCM2      490 530  833.33 -28.33 -15
paused      399 401 1000.00  -2.14 -54
rates       999 1001 -
END
[ $bad = 0 ]
