# freedos.sh - FreeDOS from every floppy format to its prompt, and dir; from
# the smallest and the largest (`long`: from all) twice, with the same result.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
for n in 160 180 320 360 640 720 1200 1440; do
    need freedos-${n}K.img
    run dir -snapshot "$images/freedos-${n}K.img"
    case $n$long in 160*|1440*|*long) same dir -snapshot "$images/freedos-${n}K.img" ;; esac
    shows 'Directory of A:'
done
