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
    [ $? = 1 ] || fail "$*: no exit through isa-debug-exit"
    grep -v -e '^PASS' -e '^$' -e '^DONE 0000' "$work/log" &&
        fail "$*: see above"
    [ "$(grep -c '^PASS' "$work/log")" -ge "$least" ] ||
        fail "$*: fewer than $least services passed"
}
services 151 -cpu 8086 -m 640K
services 160 -cpu 286 -m 4
services 161 -cpu 486 -m 64
