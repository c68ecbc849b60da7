# copy.sh - a file copied to a second floppy, which mtools then reads.
src=$1
. "$src/tests/lib/replay.sh"
need freedos-1440K.img mformat mcopy fsck.fat

cat > "$work/copy.script" <<'END'
expect "A:\\>"
type "copy kernel.sys b:\n"
expect "=> b:"
type "b:\n"
expect "B:\\>"
type "dir\n"
expect "45,450"
hash
END

for size in 720 1440; do
    rm -f "$work/b.img"
    "$isabox" image create "$work/b.img" ${size}K ||
        fail "image create ${size}K"
    mformat -i "$work/b.img" -f $size ::
    run copy -drive "file=$images/freedos-1440K.img,if=floppy,snapshot=on" \
        -fdb "$work/b.img"
    mcopy -n -i "$work/b.img" ::KERNEL.SYS "$work/k1" ||
        fail 'mtools does not find the file'
    mcopy -n -i "$images/freedos-1440K.img" ::KERNEL.SYS "$work/k2"
    cmp "$work/k1" "$work/k2" || fail 'another KERNEL.SYS'
    fsck.fat -n "$work/b.img" || fail 'fsck.fat finds errors'
    rm "$work/k1" "$work/k2"
done
