# freedos722.sh - see freedos722.script.
src=$1
. "$src/tests/lib/replay.sh"
need freedos722.img
replay freedos722 -snapshot "$images/freedos722.img"
shows 'A:\>'
