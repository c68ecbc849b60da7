# bios.sh - the services of the system BIOS, called one by one by a boot
# sector of their own (roms/bios/test), on processors of each kind; the short
# form leaves out those that are like another.
#
#   bios.sh SRCDIR [long]
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -i "$src/roms/bios/test/" -o "$work/fd.img" \
    "$src/roms/bios/test/biostest.asm" || fail 'biostest.asm'
disk() {                                # bytes
    rm -f "$work/hd.img"
    "$isabox" image create "$work/hd.img" "$1" > /dev/null ||
        fail 'image create'
    printf ISATEST | dd of="$work/hd.img" conv=notrunc 2>/dev/null
}

# partition SECTORS [F]: the disk has one, from sector 63 on; F: it fills it.
partition() {
    n=$1
    { printf 'ISATEST%-439s\200\1\1\0\6\17\377\377\77\0\0\0' "$2"
      printf "\\$(printf %o $((n & 255)))\\$(printf %o $((n >> 8 & 255)))"
      printf "\\$(printf %o $((n >> 16)))\\0"
      printf '%-48s\125\252' '' | tr ' ' '\0'
    } | dd of="$work/hd.img" conv=notrunc 2>/dev/null
}
disk 20M

# services LEAST OPTION...: none fails, at least so many pass.
services() {
    least=$1; shift
    (cd "$work" && timeout 60 "$isabox" -display none -speed max -history off -snapshot \
        -debugcon file:log -device isa-debug-exit,iobase=0xf4,iosize=1 \
        -fda fd.img "$@" < /dev/null)
    status=$?
    grep -av -e '^PASS' -e '^$' -e '^DONE 0000' "$work/log" &&
        fail "$*: see above"
    [ $status = 1 ] || fail "$*: no exit through isa-debug-exit"
    [ "$(grep -ac '^PASS' "$work/log")" -ge "$least" ] ||
        fail "$*: fewer than $least services passed"
}
services 505 -cpu 8086 -m 640K -hda hd.img
services 523 -cpu 286 -m 4 -hda hd.img
services 544 -M pc -cpu 486 -m 48 -hda hd.img
[ -z "$long" ] || services 524 -cpu 486 -m 48 -hda hd.img
# The other processors, without a fixed disk.
others='386 486dx4 pentium pentium-mmx pentiumpro'
[ -n "$long" ] || others=
services 413 -cpu 186 -m 640K
for cpu in $others pentium2; do
    services 432 -cpu $cpu
done
# What DOS is installed on: 243/16/63 and 60/16/63. A partition may end before
# the last cylinder, as FDISK makes it, or with the disk.
disk $((243 * 16 * 63 * 512))
[ -z "$long" ] || services 524 -cpu 386 -m 4 -hda hd.img
partition $((242 * 16 * 63 - 63))
[ -z "$long" ] || services 524 -cpu 386 -m 4 -hda hd.img
partition $((243 * 16 * 63 - 63)) F
services 524 -cpu 386 -m 4 -hda hd.img
"$isabox" image create "$work/hd2.img" 40M > /dev/null || fail 'image create'
disk $((60 * 16 * 63 * 512))
services 525 -cpu 386 -m 4 -hda hd.img -hdb hd2.img

# The disk change line, with a disk that is changed.
nasm -f bin -o "$work/old.img" "$src/roms/bios/test/change.asm" ||
    fail 'change.asm'
tr o n < "$work/old.img" > "$work/new.img"
cat > "$work/change.script" <<END
wait 2s
insert fda "$work/new.img"
wait 100ms
key spc
wait 3s
END
run change -debugcon file:log -fda old.img
grep -q '^FAIL' "$work/log" && { cat "$work/log"; fail 'disk change'; }
[ "$(grep -ac '^PASS' "$work/log")" = 7 ] || { cat "$work/log"
    fail 'disk change: not all tests ran'; }

# INT 18h says that nothing boots; a key leads to INT 19h and the disk.
cat > "$work/none.script" <<END
expect "No bootable device"
insert fda "$work/new.img"
key spc
wait 3s
END
rm -f "$work/log"
run none -debugcon file:log -hda hd.img -snapshot
grep -q '^READY' "$work/log" || fail 'INT 18h, INT 19h: the disk does not boot'
