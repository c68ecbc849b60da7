# bios.sh - the services of the system BIOS, called one by one by a boot
# sector of their own (roms/bios/test), on processors of each kind.
src=$1
. "$src/tests/replay.sh"
need nasm

nasm -f bin -i "$src/roms/bios/test/" -o "$work/fd.img" \
    "$src/roms/bios/test/biostest.asm" || fail 'biostest.asm'
"$isabox" image create "$work/hd.img" 20M > /dev/null || fail 'image create'
printf ISATEST | dd of="$work/hd.img" conv=notrunc 2>/dev/null

# services LEAST OPTION...: none fails, at least so many pass.
services() {
    least=$1; shift
    (cd "$work" && timeout 60 "$isabox" -display none -speed max -snapshot \
        -debugcon file:log -device isa-debug-exit,iobase=0xf4,iosize=1 \
        -fda fd.img -hda hd.img "$@" < /dev/null)
    status=$?
    grep -av -e '^PASS' -e '^$' -e '^DONE 0000' "$work/log" &&
        fail "$*: see above"
    [ $status = 1 ] || fail "$*: no exit through isa-debug-exit"
    [ "$(grep -ac '^PASS' "$work/log")" -ge "$least" ] ||
        fail "$*: fewer than $least services passed"
}
services 459 -cpu 8086 -m 640K
services 470 -cpu 286 -m 4
services 471 -cpu 486 -m 48

# The disk change line, with a disk that is changed.
nasm -f bin -o "$work/old.img" "$src/roms/bios/test/change.asm" ||
    fail 'change.asm'
tr o n < "$work/old.img" > "$work/new.img"
cat > "$work/change.script" <<END
wait 2s
insert fda $work/new.img
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
insert fda $work/new.img
key spc
wait 3s
END
rm -f "$work/log"
run none -debugcon file:log -hda hd.img -snapshot
grep -q '^READY' "$work/log" || fail 'INT 18h, INT 19h: the disk does not boot'
