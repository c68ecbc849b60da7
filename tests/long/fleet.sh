#!/bin/sh
# fleet.sh - many idle machines: 200 in one process, 50 processes; a table of
# what each costs the host. In a build folder.
#
# usage: fleet.sh SOURCE_DIR [IMAGE [PROCESSES [MACHINES]]]
#
# IMAGE is a floppy that boots to a prompt; without it a boot sector that waits
# for interrupts. Fails where an idle one takes 0.3 % of a core or more.
src=$(cd "$1" && pwd) || exit 2
image=$2 processes=${3:-50} machines=${4:-200} seconds=10
isabox=$(pwd)/isabox fleet=$(pwd)/tests/tools/fleet
work=${TMPDIR:-/tmp}/isabox-fleet.$$
pids=
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$work" && cd "$work" || exit 2
[ -r /proc/self/status ] || { echo 'no /proc here'; exit 77; }

# sti; hlt; jmp back
[ -n "$image" ] || {
    image=halt.img
    printf '\373\364\353\375' > $image
    truncate -s 510 $image
    printf '\125\252' >> $image
    truncate -s 1440K $image
}
"$fleet" "$machines" $seconds "$image" | tee one || exit 1

ticks() { for p in $pids; do cut -d' ' -f14,15 /proc/$p/stat; done |
          awk '{ n += $1 + $2 } END { print n }'; }
field() { for p in $pids; do grep "^$1" /proc/$p/status; done |
          awk '{ n += $2 } END { print n }'; }

begun=$(date +%s%N)
for n in $(seq "$processes"); do
    "$isabox" -display none -pidfile pid$n -fda "$image" -snapshot \
        < /dev/null > /dev/null 2>&1 &
    pids="$pids $!"
done
for n in $(seq "$processes"); do
    until [ -s pid$n ]; do sleep 0.01; done
done
ready=$(date +%s%N)
sleep 20                                # they boot
t0=$(ticks) w0=$(field voluntary) m=$(field VmRSS)
sleep $seconds
t1=$(ticks) w1=$(field voluntary)
echo "$processes $seconds $t0 $t1 $w0 $w1 $m $begun $ready" | awk -v hz="$(getconf CLK_TCK)" '{
    printf "%d processes: start %.0f ms, %d KB, idle %.3f %%, %.1f wake-ups a second\n",
        $1, ($9 - $8) / 1e6 / $1, $7 / $1, 100 * ($4 - $3) / hz / $2 / $1,
        ($6 - $5) / $2 / $1 }' | tee many
awk '{ for (n = 1; n < NF; n++) if ($n == "idle" && $(n + 1) >= 0.3) bad = 1 }
     END { exit bad }' one many
