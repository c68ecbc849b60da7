# cdfolder.sh - a folder of the host as a CD: a guest reads what `image convert`
# says, also when the folder has changed meanwhile; states, records and
# the monitor take it as they take any disc.
src=$1
. "$src/tests/lib/replay.sh"
. "$src/tests/lib/randomtree.sh"
cd "$work" || exit 1
random_tree in 3 40
echo old > in/changes.txt
"$isabox" image convert iso:in want.iso || fail convert

# At run time. A drive for discs takes a folder as what it is.
printf '%s\n' 'info block' 'eject hdc' 'change ide1-hd0 iso:in' 'info block' \
    'change hdc in' 'drop in hdc' 'drive refresh hdc' 'change hdc iso:none' \
    'change hdc iso:want.iso' quit |
    timeout 60 "$isabox" -display none -monitor stdio -cdrom want.iso \
        > out 2>&1 || fail monitor
shows 'ide1-hd0: iso:in (iso, read-only)'
shows 'in is in drive ide1-hd0'
shows 'ide1-hd0: holds what the folder holds'
shows 'none: No such file'
shows 'want.iso: not a folder'
grep -c Error out | grep -qx 2 || { cat out; fail 'other errors'; }
for d in fda hda; do
    "$isabox" -display none -$d in > out 2>&1 && fail "-$d takes a folder"
    shows 'fat:DIRECTORY makes a disk of one, iso:DIRECTORY a CD'
done

# A state knows the folder, by its names, sizes and dates.
echo 'savevm one' > a.script
echo hash > b.script
run a -cdrom in -states all.bin
run b -cdrom iso:in -states all.bin -loadvm one
touch -d 1999-01-01 in/changes.txt
"$isabox" -display none -cdrom in -states all.bin -loadvm one \
    -script b.script > out 2>&1 && fail 'a state is loaded over another disc'
shows 'does not hold what'
rm in/changes.txt
"$isabox" -display none -cdrom in -states all.bin -loadvm one \
    -script b.script > out 2>&1 && fail 'a state is loaded over another disc'
shows 'sectors'
echo old > in/changes.txt

# A record that has a copy of it needs no folder.
printf '%s\n' 'record e.record -e' 'wait 200ms' > d.script
run d -cdrom in
mv in away
"$isabox" replay e.record > out 2>&1 || { cat out; fail 'a copy in a record'; }
mv away in

# What a guest reads, and a replay of it.
[ -n "$NASM" ] || exit 0
"$NASM" -f bin -o boot.img "$scripts/cdread.asm" || fail nasm
truncate -s 1440K boot.img
reads() {
    timeout 120 "$isabox" -display none -fda boot.img -snapshot -boot a \
        -debugcon file:said -device isa-debug-exit,iobase=0xf4,iosize=1 "$@" > out 2>&1
}
rm -f want.iso
"$isabox" image convert iso:in want.iso || fail convert
reads -cdrom in -record a.record
cmp said want.iso || { cat out; fail 'a guest reads something else'; }
"$isabox" replay a.record > out 2>&1 || { cat out; fail replay; }
printf '%s\n' 'text in/changes.txt' 'wait 60s' > c.script
reads -cdrom in -script c.script
shows 'changes.txt: has changed since the disc was made'
grep -c 'has changed since' out | grep -qx 1 || fail 'said more than once'
cmp -s said want.iso && fail 'a file that has changed is read'
[ "$(cmp -l said want.iso | wc -l)" -le 2048 ] ||
    fail 'more is gone than the file'
"$isabox" replay a.record > out 2>&1 && fail 'a replay takes another disc'
shows 'in: h'
exit 0
