# freedos.sh - FreeDOS from every floppy format to its prompt, and dir.
src=$1
. "$src/tests/lib/replay.sh"
for n in 160 180 320 360 640 720 1200 1440; do
    need freedos-${n}K.img
    replay dir -snapshot "$images/freedos-${n}K.img"
    shows 'Directory of A:'
done
