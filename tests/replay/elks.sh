# elks.sh - ELKS as it comes, and on an 8086 with 640 KB.
src=$1
. "$src/tests/lib/replay.sh"
need elks-1440K.img
replay elks -snapshot "$images/elks-1440K.img"
run elks -snapshot "$images/elks-1440K.img" -cpu 8086 -m 640K
