#!/bin/sh
# film.sh SRCDIR [long] - films: every frame and sample of a disk that changes
# modes (film.asm) is there, as a reader of our own sees it and ffmpeg, where
# that is; equal runs make equal files on every engine, and whether somebody
# films changes nothing. A film whose isabox was killed can be read. Long: on
# all engines, at the model's speed, over a socket, over saves and loads.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
look=$(pwd)/tests/tools/filmlook
[ -n "$NASM" ] || skip 'nasm is not installed'
ms=1600 left=150
[ -z "$long" ] || ms=3000 left=240
"$NASM" -f bin -DLEFT=$left -o "$work/film.img" "$scripts/film.asm" &&
    truncate -s 1474560 "$work/film.img" || exit 1
disk="-fda $work/film.img -snapshot -cpu 486 -speed max"
cd "$work" || exit 1
look() { "$look" "$@" || fail "filmlook $*"; }

cat > film.script <<EOF
wait 900ms
capture start f.avi
wait ${ms}ms
screenshot end.ppm
capture stop
hash
EOF
sed /capture/d film.script > blind.script

# film NAME OPTION...: the films of one run, in folder NAME; $sink hears all.
sink=wav,path=a.wav
film() {
    to=$1; shift
    rm -f f*.avi
    run film $disk -audiodev "$sink" "$@"
    mkdir -p "$to"
    mv f*.avi end.ppm "$to"
}

film a
look $(ls a/f*.avi | sed 's/\(-[0-9]*\)*.avi$/ &/' | sort -k1,1 -k2,2V |
    tr -d ' ') > a/list
cat a/list

# All frames are there, the sound is as long as they are, the index is right.
awk -v ms=$ms '{ split($6, r, "/"); split($8, f, "/"); split($10, s, "/")
       want = f[1] * r[2] / r[1] * 48000
       if (f[1] != f[2] || s[1] != s[2] || s[1] - want > 1 || want - s[1] > 1 ||
           $16 != 0 || $14 != 2 * f[1] || f[1] < 5)
           { print "wrong: " $0; bad = 1 }
       sum += s[1] }
     END { if (sum < ms * 48 - 2400 || sum > ms * 48)
               { print sum " samples, not " ms " ms"; bad = 1 }
           exit bad }' a/list || fail 'frames or samples are missing'
# One size and rate a mode, though 13h comes in two sizes.
[ "$(awk '{ print $2 }' a/list | sort -u | tr '\n' ' ')" = \
    '320x200 640x400 640x480 720x400 ' ] || fail 'other sizes'
[ "$(wc -l < a/list)" -le 10 ] || fail 'too many files'

# The sound of all files is a piece of what was heard, without a gap.
look -sound sound $(sed 's/ .*//' a/list)
tail -c +45 a.wav > heard
python=$(command -v python3)
[ -z "$python" ] || "$python" -c '
a = open("heard", "rb").read(); b = open("sound", "rb").read()
at = a.find(b)
assert at % 4 == 0 and 890 < at / 192 < 920, at' || fail 'other sound'

# The last frame is what a screenshot shows.
last=$(tail -1 a/list | sed 's/ .*//')
look -frame -1 last.ppm "$last"
cmp last.ppm a/end.ppm || fail 'another last frame'

# Who films changes nothing.
if [ -n "$long" ]; then
    cp out hash.filmed
    run blind $disk
    cmp out hash.filmed || fail 'another state'
fi

# Nor does it matter who else listens.
engines=plain sink=none
[ -z "$long" ] || engines=$(engines)
for e in $engines; do
    film b -engine "$e"
    for f in a/f*.avi; do
        cmp "$f" "b/${f#a/}" || fail "$e: another film"
    done
    rm -r b
done

# Killed: a film that can be read up to then.
last=
if [ -n "$long" ]; then
    rm -f k*.avi
    printf 'capture start k.avi\nwait 1000s\n' > kill.script
    "$isabox" -display none -script kill.script $disk > /dev/null 2>&1 &
    pid=$!
    n=0
    until [ "$(ls k*.avi 2> /dev/null | wc -l)" -gt 3 ]; do
        n=$((n + 1)); [ $n -lt 200 ] || fail 'no films'
        sleep 0.1
    done
    kill -9 $pid
    wait $pid 2> /dev/null
    last=$(ls k*.avi | sort -V | tail -2 | head -1)
    look "$last"
fi

if [ -n "$long" ]; then
    cat > film.script <<'EOF'
wait 900ms
capture start f.avi
EOF
    for i in 1 2 3 4 5 6 7 8; do
        echo 'wait 300ms
save s
load s
wait 75ms'
    done >> film.script
    echo 'screenshot end.ppm
capture stop
hash' >> film.script
    film c
    for f in a/f*.avi; do
        cmp "$f" "c/${f#a/}" || fail "$f: another film over loads"
    done
fi

# A judge from elsewhere.
command -v ffmpeg > /dev/null || { echo 'no ffmpeg here, our own reader alone'
                                   exit 0; }
films=$(cut -d' ' -f1 a/list)
[ -n "$long" ] || films=a/f-3.avi
for f in $films $last; do
    ffmpeg -v error -i "$f" -f rawvideo -pix_fmt bgr0 -fps_mode passthrough \
        theirs 2> words < /dev/null
    [ -s words ] && [ "$f" != "$last" ] && { cat words; fail "ffmpeg: $f"; }
    look -raw ours "$f"
    cmp ours theirs || fail "ffmpeg sees another $f"
    ffmpeg -v error -y -i "$f" -f s16le theirs < /dev/null 2> /dev/null
    look -sound ours "$f"
    cmp ours theirs || fail "ffmpeg hears another $f"
    rm -f ours theirs
done
echo 'ffmpeg sees and hears the same'
