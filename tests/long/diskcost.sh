#!/bin/sh
# diskcost.sh - what images and folders cost the host, in CPU time, the least of
# three runs: `image convert` takes at most 1.2 times what qemu-img takes, a
# folder of 10,000 files opens as a disk in under half a second. What disks cost
# within guests: `make bench ROWS="disk diskq ldisk"`.
# usage: diskcost.sh [MEGABYTES]
: "${ISABOX:=./isabox}"
case $ISABOX in /*) ;; *) ISABOX=$PWD/$ISABOX ;; esac
command -v qemu-img > /dev/null || { echo 'qemu-img is not installed'; exit 77; }
mb=${1:-64} bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# cost COMMAND...: milliseconds of CPU time, the least of three.
cost() {
    for i in 1 2 3; do
        rm -f to.img
        sh -c '"$@" > said 2>&1 || { echo failed; exit; }; times' cost "$@" |
            awk '{ gsub(/[ms]/, " "); n = $1 * 60 + $2 + $3 * 60 + $4 }
                 END { print /failed/ ? "failed" : int(1000 * n + 0.5) }'
    done | sort -n | head -n 1
}

complain() { echo "diskcost.sh: $*"; bad=1; }

# Data and holes of a megabyte by turns.
n=0
while [ $n -lt "$mb" ]; do
    dd if=/dev/urandom of=a.raw bs=1M count=1 seek=$n conv=notrunc status=none
    n=$((n + 2))
done
truncate -s "${mb}M" a.raw
for f in qcow2 vpc vdi vmdk; do
    qemu-img convert -f raw -O $f a.raw a.$f || exit 2
done
printf '%-6s %-6s %8s %8s %6s\n' from to isabox qemu-img ratio
for pair in raw/raw raw/qcow2 raw/vpc raw/vdi raw/vmdk qcow2/raw vpc/raw \
    vdi/raw vmdk/raw qcow2/vdi; do
    from=${pair%/*} to=${pair#*/}
    ours=$(cost "$ISABOX" image convert -f $from -O $to a.$from to.img)
    qemu-img compare -q -F raw -f $to to.img a.raw ||
        [ $to = vpc ] || complain "$pair: the contents differ"
    theirs=$(cost qemu-img convert -f $from -O $to a.$from to.img)
    case $ours$theirs in
    *failed*) complain "$pair: $ours, $theirs"; continue ;;
    esac
    awk -v f=$from -v t=$to -v a="$ours" -v b="$theirs" 'BEGIN {
        printf "%-6s %-6s %5d ms %5d ms %6.2f\n", f, t, a, b, a / b
        exit a > 1.2 * b }' || complain "$pair: more than 1.2"
done

mkdir -p many
for d in 0 1 2 3 4 5 6 7 8 9; do
    mkdir -p "many/folder $d"
    (cd "many/folder $d" && seq 1000 | while read -r k; do
        echo "$d $k" > "a file with a long name $k.text"
    done)
done
echo 'wait 1ms' > s.script
with=$(cost "$ISABOX" -display none -script s.script -hda fat:rw:many)
without=$(cost "$ISABOX" -display none -script s.script)
echo "a folder of 10,000 files: $((with - without)) ms"
[ $((with - without)) -lt 500 ] || complain 'a folder takes half a second'
exit $bad
