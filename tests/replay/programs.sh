# programs.sh - the programs and games of the FreeDOS floppy with HIMEM.
src=$1
. "$src/tests/lib/replay.sh"
need freedos722.img
replay programs -snapshot "$images/freedos722.img"
