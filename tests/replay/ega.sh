# ega.sh - a driver that programs an EGA by its tables has its picture on our
# VGA, whether or not the CRTC is unlocked first, with either clock.
src=$1
. "$src/tests/lib/replay.sh"
[ -n "$NASM" ] || skip 'nasm is not installed'
cat > "$work/ega.script" <<'E2'
wait 1s
screendump ega.ppm
hash
E2
for t in '-DMISC=0xa7' '-DMISC=0xa7 -DUNLOCK' '-DMISC=0xa3'; do
    "$NASM" -f bin $t -o "$work/ega.img" "$scripts/ega.asm" ||
        fail 'ega.asm does not assemble'
    truncate -s 1440K "$work/ega.img"
    replay ega -snapshot "$work/ega.img"
    [ "$(head -c 10 "$work/ega.ppm" | tr '\n' ' ')" = 'P6 640 350' ] ||
        fail "$t: $(head -c 10 "$work/ega.ppm")"
    have=$(tail -c +16 "$work/ega.ppm" | od -An -v -tx1 -w6 | sort | uniq -c |
        tr -s ' ')
    [ "$have" = ' 112000 00 00 00 ff ff ff' ] || fail "$t: pixels: $have"
done
