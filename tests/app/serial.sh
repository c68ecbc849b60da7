#!/bin/sh
# serial.sh - what a guest sends arrives whole: its last words, through slow
# pipes, and at the line's full rate between two machines and with a host's
# process; run by make check in the build folder.
#
#   serial.sh SRCDIR [long]
#
# Long: 200 KB each way, and the rate must be 95 % of the line's; a loaded host
# may not keep that up, so the short run asks for half of it.
src=$(cd "$1" && pwd) long=$2
work=${TMPDIR:-/tmp}/isabox-serial.$$
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
isabox=$(pwd)/isabox client=$(pwd)/tests/tools/client
cd "$work" || exit 1

make() {                                # guest, options of nasm
    g=$1; shift
    "$NASM" -f bin "$@" -o a.img "$src/tests/guest/devices/$g.asm" &&
        truncate -s 1474560 a.img || fail "$g does not assemble"
}

box() {
    timeout 60 "$isabox" -display none -fda a.img -snapshot \
        -device isa-debug-exit,iobase=0xf4 "$@" 2> err
}

# heard FILE BYTES WHAT: so many, and the last words.
heard() {
    [ "$(wc -c < "$1")" = "$2" ] || fail "$3: $(wc -c < "$1") bytes of $2"
    [ "$(tail -c 16 "$1")" = 'last words here' ] || fail "$3: other words"
    ! grep -v 'runs as root' err || fail "$3: $(cat err)"
}

# ---- last words: at each way to end, and where they go ----

for end in 1 2 3 4; do
    make lastwords -DPORT=1 -DEND=$end
    box -no-reboot -serial file:out
    heard out 16 "COM1 to a file, end $end"
    box -no-reboot -serial stdio < /dev/null > out
    heard out 16 "COM1 to standard output, end $end"
done
box -no-reboot -serial unix:s,server=on > /dev/null &
pid=$!
printf '%s\n' '0<last words here' '0$' | "$client" unix:s ||
    fail 'COM1 to a socket'
wait $pid
pid=

# A signal takes them along, too.
make lastwords -DPORT=1 -DEND=5
for how in TERM INT HUP QUIT; do
    rm -f out e9
    "$isabox" -display none -fda a.img -snapshot -serial file:out \
        -debugcon file:e9 2> err &
    pid=$! i=0
    until [ -s e9 ]; do
        i=$((i + 1))
        [ $i -lt 300 ] || fail 'the guest does not come to its end'
        sleep 0.05
    done
    kill -$how $pid
    wait $pid
    pid=
    heard out 16 "COM1, signal $how"
done

# ---- slow readers of much ----

for port in 1 2 3; do
    make lastwords -DPORT=$port -DEND=1 -DKB=100
    case $port in
    1) ch=serial ;; 2) ch=parallel ;; 3) ch=debugcon ;;
    esac
    { box -speed max -$ch stdio < /dev/null || :; } |
        { sleep 1; cat > out; }
    heard out $((100 * 1024 + 16)) "$ch to a slow pipe"
done
{ box -speed max -debugcon stdio < /dev/null || :; } | sleep 5
grep -q 'were not taken in time' err || fail 'bytes are lost without a word'

# A pseudo terminal, and what its reader has not read at the end.
make lastwords -DPORT=1 -DEND=1 -DKB=20
"$isabox" -display none -fda a.img -snapshot -serial pty -S \
    -monitor unix:m,server,nowait -device isa-debug-exit,iobase=0xf4 2> name &
pid=$!
until grep -q redirected name; do sleep 0.05; done
pty=$(sed -n 's/.*redirected to \(.*\) (.*/\1/p' name)
cat "$pty" > out 2> /dev/null &
reader=$!
n=0                                     # the machine waits for its reader
until ls -l /proc/$reader/fd 2> /dev/null | grep -qF "$pty" || [ $n = 100 ]; do
    n=$((n + 1))
    sleep 0.05
done
printf '0<(isabox)\n0>cont\n' | "$client" unix:m > /dev/null || fail 'cont'
wait $pid
wait $reader
pid=
: > err
heard out $((20 * 1024 + 16)) 'a pseudo terminal'

# ---- full rate ----

n=20000 least=50
[ -z "$long" ] || n=200000 least=95

# rate FILE WHAT: of the line's 11520 bytes a second, in guest time.
rate() {
    set -- "$(cut -c 1-6 "$1")" "$(cut -c 7-10 "$1")" "$2"
    [ "$1" = 'right ' ] || fail "$3: the bytes are $1"
    percent=$((n * 182 / 10 / 0x$2 * 100 / 11520))
    echo "$3: $percent % of the line's rate"
    [ $percent -ge $least ] || fail "$3: $percent %"
}

make transfer -DCOUNT=$n
rm -f s
for engine in plain fast; do
    "$isabox" -engine $engine -version > /dev/null 2>&1 || continue
    box -serial unix:s,server=on -debugcon file:o1 -engine $engine &
    pid=$!
    until [ -S s ]; do sleep 0.1; done
    box -serial unix:s -debugcon file:o2 -engine $engine
    wait $pid
    pid=
    rate o1 "one machine, $engine"
    rate o2 "the other, $engine"
    [ -z "$long" ] && break
done

# A process of the host's sends all it has at once; the guest pauses.
make transfer -DCOUNT=$n -DSILENT -DSTALL=40
box -serial unix:s,server=on -debugcon file:o1 -speed max &
pid=$!
until [ -S s ]; do sleep 0.1; done
printf '%s\n' '0<!' "0#$n" '0$' | "$client" unix:s || fail 'the client'
wait $pid
pid=
cut -c 1-6 o1 | grep -q right || fail "after a pause the bytes are $(cat o1)"
exit 0
