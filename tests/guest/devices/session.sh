#!/bin/sh
# session.sh SRCDIR [long] - all sound cards play at once (session.asm): the
# samples and the state are the same with every engine, and whether a state is
# saved and loaded all the time or not. Long: for two minutes, with loads each
# second, after rewinding, whether anybody listens or not, built by each compiler
# with more optimisation and less, and on another kind of host.
src=$(cd "$1" && pwd) long=$2
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
unset CC CFLAGS LDFLAGS BUILD_CC AR   # make's own
here=$PWD/isabox
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0 left=
fail() { echo "$*"; bad=$((bad + 1)); }

"$NASM" -f bin -I "$src/tests/guest/devices/" -o session.img \
    "$src/tests/guest/devices/session.asm" &&
    truncate -s 1474560 session.img || exit 1
cards='-device sb16 -device gus,iobase=0x260 -device gameblaster,iobase=0x240
    -device tandy -device covox -device disney,iobase=0x278'
seconds=1 loads=4
[ -z "$long" ] || seconds=120 loads=120

# play NAME PROGRAM OPTION...: leaves NAME.wav, NAME.mid and NAME.hash.
play() {
    name=$1 program=$2; shift 2
    case $name in deaf) audio=none ;; *) audio=wav,path=$name.wav ;; esac
    timeout 3000 $program -display none -speed max -cpu 486 -fda session.img \
        -snapshot $cards -audiodev $audio \
        -device "mpu401,iobase=0x300,soundfont=none,midi=$name.mid" "$@" \
        < /dev/null > $name.hash 2> $name.err || fail "$name: $(cat $name.err)"
    grep -qE '^[0-9a-f]{16}$' $name.hash || fail "$name: no hash"
}

same() {
    cmp $1.hash first.hash || fail "$1: another state"
    cmp $1.mid first.mid || fail "$1: other MIDI"
    [ $1 = deaf ] || cmp $1.wav first.wav || fail "$1: other samples"
    [ -z "$long" ] || echo "$1: the same"
    rm -f $1.wav
}

# A wait ends with an instruction, a little late; so both wait as often.
lines() {
    for n in $(seq $loads); do
        echo "wait $((seconds * 1000 / loads))ms"
        [ -z "$1" ] || printf 'save state\nload state\n'
    done
    echo hash
}
lines > straight
lines load > often
play first $here -engine plain -script straight
[ "$(wc -c < first.wav)" -gt $((seconds * 180000)) ] || fail 'no samples'
[ "$(tail -c 100000 first.wav | tr -d '\0' | wc -c)" -gt 50000 ] ||
    fail 'silence'
for e in $($here -engine help | awk '{ print $1 }'); do
    case $long$e in longplain|plain|cache|nocache|fast) continue ;; esac
    play $e $here -engine $e -script straight
    same $e
done
play often $here -script often
same often
[ -n "$long" ] || { [ $bad = 0 ]; exit; }
play deaf $here -script straight
same deaf

# What comes after a rewind is what came the first time. The output begins anew
# there, a little late, and its capacitor forgets within a second.
capture='capture start %s\nwait 10s\ncapture stop\nhash\n'
printf "wait 21s\n$capture" once.wav > once
printf "wait 31s\nrewind 10s\n$capture" again.wav > again
play once_ $here -history 256M -script once
play again_ $here -history 256M -script again
tail -n 1 once_.hash > a; tail -n 1 again_.hash > b
cmp a b || fail 'rewind: another state'
tail -c 1600000 once.wav > a; tail -c 1600000 again.wav > b
cmp a b || fail 'rewind: other samples'
[ $bad != 0 ] || echo 'rewind: the same'

# build NAME OPTION...
build() {
    name=$1; shift
    mkdir -p "b-$name"
    (cd "b-$name" && "$src/configure" --without-sdl "$@" &&
     make -s -j2 isabox) > "$name.log" 2>&1 ||
        { echo "$name: $(tail -n 1 "$name.log")"; return 1; }
}
for cc in gcc clang-19; do
    command -v $cc > /dev/null || { left="$left $cc"; continue; }
    for o in -O0 -O3; do
        build $cc$o CC=$cc CFLAGS=$o || { bad=$((bad + 1)); continue; }
        play $cc$o b-$cc$o/isabox -script straight
        same $cc$o
    done
done
triplet=${CROSS:-aarch64-linux-gnu}
root=${CROSS_ROOT:-/usr/$triplet}
run=${CROSS_RUN:-qemu-${triplet%%-*}}
if command -v "$run" > /dev/null && build cross --host="$triplet" \
       CC="${CROSS_CC:-clang-19 --target=$triplet}" \
       CFLAGS="-O2 -I$root/usr/include -I$root/usr/include/$triplet" \
       LDFLAGS="-fuse-ld=lld -static -L$root/usr/lib/$triplet"; then
    play cross "$run b-cross/isabox" -engine fast -script straight
    same cross
else
    left="$left $triplet"
fi
[ -z "$left" ] || echo "left out, for it can't be had here:$left"
[ $bad = 0 ]
