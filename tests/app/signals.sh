#!/bin/sh
# signals.sh - a signal ends the process at once whatever it is doing: each way
# to show the machine, pipes that nobody reads, clients that do not come;
# run by make check in the build folder.
#
# 200 ms is the aim; MOST (ms) leaves room for a loaded host, where it is longer
# by what a machine takes there to begin and to end ten times.
src=$(cd "$1" && pwd)
MOST=${MOST:-4000}
work=${TMPDIR:-/tmp}/isabox-signals.$$
mkdir -p "$work"
pid= others=
trap 'kill $pid $others 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/err"; exit 1; }

now() { echo $(($(date +%s%N) / 1000000)); }
case $(now) in
*[!0-9]*|'') echo 'this date has no nanoseconds'; exit 77 ;;
esac
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
isabox=$(pwd)/isabox client=$(pwd)/tests/tools/client
cd "$work" || exit 1
"$NASM" -f bin -DPORT=3 -DEND=1 -DKB=4000 -o a.img \
    "$src/tests/guest/devices/lastwords.asm" && truncate -s 1474560 a.img || exit 1
mkfifo full unread
sleep 1000 < full > /dev/null 2>&1 &    # has it open and does not read
others=$!

# bare: how long a machine takes that ends by itself at once.
bare() {
    begun=$(now)
    echo quit > quit.script
    "$isabox" -display none -script quit.script > /dev/null 2>&1
    echo $(($(now) - begun))
}

# ends SIGNAL WHAT: $pid must do so, of that signal.
ends() {
    kill -"$1" $pid
    begun=$(now)
    wait $pid
    status=$?
    took=$(($(now) - begun))
    pid=
    echo "$1, $2: $took ms"
    [ $took -le "$MOST" ] || [ $took -le $((MOST + 10 * $(bare))) ] ||
        fail "$1, $2: $took ms"
    [ "$(kill -l $status 2>/dev/null)" = "$1" ] || fail "$1, $2: status $status"
    [ ! -e pid ] || fail "$1, $2: the pid file stays"
    [ ! -e s ] && [ ! -e m ] || fail "$1, $2: a socket stays"
    ! ls ./*.new* > /dev/null 2>&1 || fail "$1, $2: a half-written file stays"
}

# try WHAT OPTION...: starts it in the background, ends it by each signal.
# Standard output goes to $to.
to=/dev/null ready=pid
try() {
    what=$1; shift
    for sig in ${signals:-TERM INT HUP QUIT}; do
        "$isabox" -pidfile pid -fda a.img -snapshot "$@" \
            < /dev/null > $to 2> err &
        pid=$!
        i=0
        until [ -S $ready ] || [ -d $ready ] || [ -s $ready ] || [ $i = 100 ]; do
            i=$((i + 1))
            sleep 0.05
        done
        [ $ready != pid ] || [ "$(cat pid)" = $pid ] ||
            fail "$what: no process id"
        sleep 0.${delay:-2}
        ends $sig "$what"
    done
}

ulimit -c 0
try 'nothing shown' -display none
to=full
signals=TERM
try 'text to a full pipe' -display text -speed max
try 'debug console to a full pipe' -display none -speed max -debugcon stdio
try 'log to a full pipe' -display none -speed max -d int -D full
try 'serial port to a full pipe' -display none -speed max -serial file:full
printf 'wait 1000s\n' > s.script
try 'a script' -script s.script -speed auto
printf 'wait 10ms\ntext\n%.0s' 1 2 3 4 5 6 7 8 9 10 > t.script
for n in 1 2 3 4 5 6; do cat t.script t.script > u; mv u t.script; done
try 'a script that prints' -script t.script
try 'a monitor' -display none -monitor stdio
ready=s
try 'waiting for a client' -display none -serial unix:s,server=on
ready=m
try 'waiting for a monitor' -display none -monitor unix:m,server=on
ready=.
delay=9
try 'a pipe without reader' -display none -serial file:unread

ready=pid

# A paused machine, and one that saves a large state.
for what in stop 'savevm st'; do
    "$isabox" -display none -m 512 -fda a.img -snapshot -pidfile pid \
        -monitor unix:m,server=on,wait=off < /dev/null > /dev/null 2> err &
    pid=$!
    { echo '0<(isabox)'; echo "0>$what"; echo '0x'; } | "$client" unix:m ||
        fail 'the monitor'
    sleep 0.2
    ends TERM "$what"
done

# A terminal that nobody reads. What is said before it is one goes elsewhere:
# a line to a terminal that is full already would be waited for there.
if command -v script > /dev/null && [ -r /proc/self/stat ]; then
    TERM=xterm script -qc "exec '$isabox' -display term -pidfile pid \
        -fda a.img -snapshot 2> err" /dev/null < /dev/zero > full 2> /dev/null &
    shell=$!
    others="$others $shell" i=0
    until [ -s pid ] || [ $i = 100 ]; do i=$((i + 1)); sleep 0.1; done
    sleep 0.5
    term=$(cat pid)
    begun=$(now)
    kill -TERM "$term"
    while grep -qv ') Z' "/proc/$term/stat" 2> /dev/null; do
        [ $(($(now) - begun)) -le "$MOST" ] || fail 'a terminal: it stays'
        sleep 0.02
    done
    echo "TERM, a terminal that nobody reads: $(($(now) - begun)) ms"
    kill $shell
fi

# A window whose display stands still.
grep -q 'HAVE_SDL 1' "$OLDPWD/config.h" && command -v Xvfb > /dev/null || exit 0
Xvfb -displayfd 3 -screen 0 1280x1024x24 3> display 2> /dev/null &
xvfb=$!
others="$others $xvfb" i=0
until [ -s display ] || [ $i = 100 ]; do i=$((i + 1)); sleep 0.1; done
[ -s display ] || exit 0
DISPLAY=:$(cat display) SDL_AUDIODRIVER=dummy
export DISPLAY SDL_AUDIODRIVER
signals='TERM INT'
try 'a window' -display sdl
"$isabox" -pidfile pid -fda a.img -snapshot -display sdl < /dev/null \
    > /dev/null 2> err &
pid=$!
until [ -s pid ]; do sleep 0.1; done
kill -STOP $xvfb
sleep 0.3
ends TERM 'a window whose display does not answer'
kill -CONT $xvfb

# Only a window brings SDL2 with its fifty libraries in.
loaded() {                              # DISPLAY
    "$isabox" -pidfile pid -snapshot -fda a.img -display $1 < /dev/null \
        > /dev/null 2> err &
    pid=$!
    until [ -s pid ]; do sleep 0.1; done
    sleep 0.2
    grep -c libSDL2 /proc/$pid/maps
    kill -9 $pid
    wait $pid 2> /dev/null
    rm -f pid
}
[ "$(loaded none)" = 0 ] || fail 'SDL2 is loaded without a window'
[ "$(loaded sdl)" != 0 ] || fail 'a window without SDL2'
exit 0
