# cardguest.sh - for tests/replay: floppies of tests/guest/video that report at
# port E9h what a card does, here and in QEMU. Read after replay.sh.

# card_floppy NAME: $work/fd.img is NAME.asm.
card_floppy() {
    need nasm
    nasm -f bin -I "$src/tests/guest/video/" -o "$work/fd.img" \
        "$src/tests/guest/video/$1.asm" || fail "$1.asm"
    truncate -s 1474560 "$work/fd.img"
}

# card_here NAME CARD OPTION...: the report of a run is $work/NAME.
card_here() {
    name=$1 card=$2; shift 2
    (cd "$work" && timeout 60 "$isabox" -vga "$card" -m 4 -display none \
        -speed max -snapshot -fda fd.img -debugcon "file:$name" \
        -device isa-debug-exit,iobase=0xf4,iosize=1 "$@" \
        < /dev/null > err 2>&1)
    [ $? = 1 ] || { cat "$work/err"; fail "$card $*: no end"; }
}

# card_qemu CARD LAST: its report there is $work/qemu, and ends with LAST.
card_qemu() {
    need qemu-system-i386
    timeout -k 5 100 qemu-system-i386 -M pc -m 16 -accel tcg -display none \
        -nodefaults -vga "$1" -debugcon "file:$work/qemu" -boot a \
        -device isa-debug-exit,iobase=0xf4,iosize=1 \
        -drive "file=$work/fd.img,format=raw,if=floppy" < /dev/null
    grep -q "$2" "$work/qemu" || fail "QEMU, $1: no end"
}
