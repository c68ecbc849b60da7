#!/bin/sh
# listen.sh SRCDIR [SECONDS] - what arrives at a sound server's sink. A guest
# (listen.asm) sounds at 40 keys: from its write to the port until its tone is
# at the sink it takes at most 55 ms. Then it plays a sine for so long (600)
# beside a load of 1.5: no gap, by the recording and by our own count.
#
# A window under Xvfb, PulseAudio with a null sink, its monitor recorded. On a
# host with other work RUN='nice -n -10' gives isabox what it would have.
src=$(cd "$1" && pwd) seconds=${2:-600} run=$RUN presses=40
here=$PWD
for p in "$NASM" Xvfb xdotool pulseaudio parec; do
    command -v "$p" > /dev/null || { echo "no ${p:-nasm}"; exit 77; }
done
grep -q '^#define HAVE_SDL 1' config.h || { echo 'built without SDL'; exit 77; }
dir=$(mktemp -d) || exit 1
pids=
trap '[ -z "$pids" ] || kill $pids 2> /dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
fail() { echo "FAILED: $*"; cat log; exit 1; }
"$NASM" -f bin -I "$src/tests/guest/devices/" -o a.img \
    "$src/tests/long/listen.asm" && truncate -s 1474560 a.img || exit 1

export HOME="$dir" XDG_RUNTIME_DIR="$dir" PULSE_SERVER="unix:$dir/server"
$run pulseaudio -n --exit-idle-time=-1 \
    -L "module-native-protocol-unix socket=$dir/server" \
    -L 'module-null-sink sink_name=n rate=48000' > pulse.log 2>&1 &
pids=$!
Xvfb -displayfd 3 -screen 0 1024x768x24 3> display 2> /dev/null &
pids="$pids $!"
for n in $(seq 100); do
    [ -s display ] && [ -e server ] && break
    sleep 0.2
done
DISPLAY=:$(cat display)
export DISPLAY SDL_AUDIODRIVER=pulseaudio

mkfifo port keys commands
$run "$here/isabox" -display sdl -fda a.img -snapshot -cpu 486 -device sb16 \
    -debugcon file:port -monitor stdio < commands > said 2> log &
pids="$pids $!"
xdotool - < keys > /dev/null &
pids="$pids $!"
exec 4> keys 5> commands 3< port
sleep 5
xdotool search --name isabox windowfocus > /dev/null 2>&1
hears() {
    $run parec --latency-msec=1 -d n.monitor --rate=48000 --format=s16le \
        --channels=2 2> /dev/null | $run "$here/tests/tools/hear" $1 3<&3
}

hears $((presses * 4 / 5 + 4)) > heard &
hearing=$!
sleep 2
for n in $(seq $presses); do
    echo 'key space' >&4
    sleep 0.$((61 + n % 13))
done
wait $hearing
awk '$1 == "write" { at = $2 } $1 == "on" && at { print $2 - at; at = 0 }' \
    heard | sort -n > late
awk -v all=$presses '{ t[NR] = $1 }
    END { printf "%d of %d tones, from the write to the sink: median %.1f, " \
                 "at most %.1f ms\n", NR, all, t[int((NR + 1) / 2)], t[NR]
          exit NR < all || t[NR] > 55 }' late || fail 'late'

# One core, and half of another.
sh -c 'while :; do :; done' &
pids="$pids $!"
sh -c 'while :; do timeout 0.05 sh -c "while :; do :; done"; sleep 0.05; done' &
pids="$pids $!"
echo 'key t' >&4
sleep 3
hears $seconds > heard
cat heard /proc/loadavg
echo 'info audio' >&5
sleep 1
grep gaps said
grep -q 'sound device: 0 gaps' said || fail 'a gap by our own count'
awk -v ms=$seconds '/^sounded/ { good = $2 > ms * 980 && $5 == "0," && !$7 }
                    END { exit !good }' heard || fail 'a gap'
