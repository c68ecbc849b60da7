#!/bin/sh
# busmaster.sh - every engine runs what bus master DMA has put over code
# (busmaster.asm). usage: busmaster.sh SOURCE_DIR
src=$1
nasm=${NASM:-nasm}
command -v "$nasm" > /dev/null || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
asm=$src/tests/guest/devices/busmaster.asm
"$nasm" -f bin -o "$dir/a.img" "$asm" &&
    "$nasm" -f bin -DDISK -o "$dir/b.img" "$asm" || exit 1
truncate -s 1474560 "$dir/a.img"
truncate -s 1M "$dir/b.img"
want=$(printf '%s' A B C D E F G H I J K L M N O P Q R S T U V W X Y Z |
    sed 's/./&&/g')
bad=0
for engine in $(./isabox -engine help | awk '{ print $1 }'); do
    rm -f "$dir/out"
    timeout 60 ./isabox -M pc -engine "$engine" -display none -speed max \
        -fda "$dir/a.img" -hda "$dir/b.img" -snapshot -boot a \
        -debugcon "file:$dir/out" -device isa-debug-exit,iobase=0xf4,iosize=1 \
        < /dev/null > "$dir/log" 2>&1
    [ "$(cat "$dir/out")" = "$want" ] && continue
    echo "$engine: $(cat "$dir/out" "$dir/log")"
    bad=1
done
exit $bad
