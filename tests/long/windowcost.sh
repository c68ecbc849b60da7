#!/bin/sh
# windowcost.sh SRCDIR [SECONDS] - what the window costs: CPU time in % of a
# core, ours and, where it is installed, QEMU's, for each with the pictures that
# the guest drew a second and what the X server takes for it. Medians of three
# runs of so many seconds (10) in turns, under Xvfb, which has no GPU.
#
#     still   a text that stays, the guest halts          at most 2.4 %
#     beam    game.asm: 320x200, waits by asking for the beam      12
#     timer   320x200 at 70 a second, the guest halts              12
#     colour  1024x768 of 16 bits at 30 a second                   25
#
# By SDL's dummy driver the same bounds hold; its figures come last.
src=$(cd "$1" && pwd) seconds=${2:-10} bad=0
isabox=$(pwd)/isabox
for p in "$NASM" Xvfb; do
    command -v "$p" > /dev/null || { echo "no ${p:-nasm}"; exit 77; }
done
grep -q '^#define HAVE_SDL 1' config.h || { echo 'built without SDL'; exit 77; }
[ -r /proc/self/stat ] || { echo 'no /proc here'; exit 77; }
dir=$(mktemp -d) || exit 1
pids=
trap '[ -z "$pids" ] || kill $pids 2> /dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1

image() {                               # NAME SOURCE [FLAG]
    "$NASM" -f bin $3 -o $1.img "$src/tests/long/$2" &&
        truncate -s 1474560 $1.img || exit 1
}
image still redraw.asm -DSTILL
image beam game.asm
image timer redraw.asm
image colour redraw.asm -DHICOLOR

Xvfb -displayfd 3 -screen 0 1280x1024x24 3> display 2> /dev/null &
pids=$! server=$!
for n in $(seq 100); do
    [ -s display ] && break
    sleep 0.1
done
[ -s display ] || { echo 'Xvfb does not start'; exit 77; }
DISPLAY=:$(cat display) SDL_AUDIODRIVER=dummy
export DISPLAY SDL_AUDIODRIVER

# start KIND IMAGE: its process is $machine.
start() {
    rm -f drawn
    case $1 in
    qemu)  qemu-system-i386 -display sdl -m 16 -vga std,retrace=precise \
               -drive if=floppy,format=raw,file=$2.img -snapshot -net none \
               -debugcon file:drawn < /dev/null > said 2>&1 & ;;
    dummy) SDL_VIDEODRIVER=dummy "$isabox" -display sdl -fda $2.img \
               -snapshot -debugcon file:drawn < /dev/null > said 2>&1 & ;;
    *)     "$isabox" -display sdl -fda $2.img -snapshot \
               -debugcon file:drawn < /dev/null > said 2>&1 & ;;
    esac
    machine=$!
    pids="$server $machine"
}

# ticks PID..: of CPU time.
ticks() { for p; do sed 's/.*) //' /proc/$p/stat; done |
          awk '{ printf "%d ", $12 + $13 }'; }
pictures() { cat drawn 2> /dev/null | wc -c; }

# run KIND IMAGE: "% of a core, the server's, pictures a second".
run() {
    start $1 $2
    sleep 5                             # it boots
    set -- $(ticks $machine $server) $(pictures) $(date +%s%N)
    sleep "$seconds"
    kill -0 $machine 2> /dev/null || { cat said >&2; exit 1; }
    set -- "$@" $(ticks $machine $server) $(pictures) $(date +%s%N)
    kill $machine
    wait $machine 2> /dev/null
    pids=$server
    echo "$@" | awk -v hz="$(getconf CLK_TCK)" '{
        s = ($8 - $4) / 1e9
        printf "%.2f %.2f %.1f\n", 100 * ($5 - $1) / hz / s,
               100 * ($6 - $2) / hz / s, ($7 - $3) / s }'
}

kinds='isabox dummy'
command -v qemu-system-i386 > /dev/null &&
    qemu-system-i386 -display help 2> /dev/null | grep -q '^sdl' &&
    kinds='isabox qemu dummy' || echo 'no QEMU with a window of SDL'
for round in 1 2 3; do
    for image in still beam timer colour; do
        for kind in $kinds; do
            run $kind $image >> $kind.$image || exit 1
        done
    done
done

median() { cut -d' ' -f$2 $1 | sort -n | sed -n 2p; }
printf '%-8s %-7s %9s %9s %9s\n' window guest '% of core' server pictures
for kind in $kinds; do
    for row in still:2.4 beam:12 timer:12 colour:25; do
        image=${row%:*} f=$kind.${row%:*}
        cost=$(median $f 1)
        printf '%-8s %-7s %9s %9s %9s\n' $kind $image $cost \
            $(median $f 2) $(median $f 3)
        [ $kind = qemu ] ||
            awk "BEGIN { exit $cost > ${row#*:} }" || bad=1
    done
done
[ $bad = 0 ] || echo 'FAILED: a window costs too much'
exit $bad
