# freedos13.sh - see freedos13.script.
src=$1
. "$src/tests/lib/replay.sh"
need freedos13-floppy.img
replay freedos13 -snapshot "$images/freedos13-floppy.img"
shows 'Total memory       16,384K'
