# xtdisk.sh - hard disks of a PC/XT: the adapter's BIOS function by function
# (xtdisk.asm); FDISK, FORMAT and SYS by FreeDOS, a copy, a start from the disk,
# alike with all engines and after a load.
src=$1
. "$src/tests/lib/replay.sh"
[ -n "$NASM" ] || skip 'nasm is not installed'

"$NASM" -f bin -i "$scripts/" -o "$work/xtdisk.img" "$scripts/xtdisk.asm" ||
    fail 'xtdisk.asm does not assemble'
truncate -s 360K "$work/xtdisk.img"
truncate -s $((306 * 4 * 17 * 512)) "$work/c.img"
truncate -s $((20 * 2 * 17 * 512)) "$work/d.img"
printf 'wait 8s\nhash\n' > "$work/xtdisk.script"
xtdisk() {
    run xtdisk -M xt -snapshot -fda "$work/xtdisk.img" -hda "$work/c.img" \
        -drive "file=$work/d.img,index=1,cyls=20,heads=2,secs=17" \
        -debugcon file:report "$@"
    ! grep FAIL "$work/report" || fail "xtdisk $*"
    grep -q '^end' "$work/report" || fail "xtdisk $*: no end"
}
xtdisk
cp "$work/out" "$work/first"
for e in $(engines); do
    xtdisk -engine $e
    cmp "$work/out" "$work/first" || fail "engine $e: another state"
done

# What does not fit is said.
(cd "$work" && "$isabox" -M xt -display none -cdrom c.img) > "$work/out" 2>&1 &&
    fail 'a CD drive on an XT'
shows 'no disk controller'

need freedos722.img freedos13-floppy.img fsck.fat mcopy mtype
cp "$images/freedos722.img" "$work/a.img"
mtype -i "$work/a.img" ::CONFIG.SYS | grep -vi himem > "$work/config.sys"
mcopy -o -i "$work/a.img" "$work/config.sys" ::CONFIG.SYS
cat > "$work/install.script" <<'END'
expect "A:\\>"
type "b:\\freedos\\bin\\fdisk /auto 1\n"
expect "/auto 1\n\nA:\\>"
type "b:\\freedos\\bin\\fdisk /mbr 1\n"
expect "/mbr 1\n\nA:\\>"
key ctrl-alt-delete
expect "C: HD1, Pri[ 1]"
expect "A:\\>"
type "b:\\freedos\\bin\\format c: /q /v:test\n"
expect "(YES/NO)?"
type "YES\n"
expect "Volume Serial Number"
expect "A:\\>"
type "b:\\freedos\\bin\\sys b: c:\n"
expect "System transferred."
type "copy readme c:\\\n"
expect "=> c:"
wait 200ms
hash
END
cat > "$work/boot.script" <<'END'
expect "Enter new date"
type "\n"
expect "Enter new time"
type "\n"
expect "C:\\>"
type "copy readme second.txt\n"
#save
expect "=> second.txt"
wait 200ms
hash
END
run install -M xt -hda "$work/c.img" \
    -drive "file=$work/a.img,if=floppy,snapshot=on" \
    -drive "file=$images/freedos13-floppy.img,if=floppy,snapshot=on"
run boot -M xt -snapshot -hda "$work/c.img"
sed 's/^#save/save a.state\nload a.state/' "$work/boot.script" \
    > "$work/saved.script"
same saved -M xt -snapshot -hda "$work/c.img"
same boot -M xt -snapshot -hda "$work/c.img" -engine plain
run boot -M xt -hda "$work/c.img"
dd if="$work/c.img" of="$work/part.img" bs=512 skip=17 2>/dev/null
fsck.fat -n "$work/part.img" || fail 'fsck.fat finds errors'
mcopy -n -i "$work/c.img@@8704" ::SECOND.TXT "$work/second" ||
    fail 'the copy is not there'
mcopy -n -i "$images/freedos722.img" ::README "$work/readme"
cmp "$work/second" "$work/readme" || fail 'another README'
