# harddisk.sh - a new hard disk: FDISK, FORMAT, SYS, a file copied, then the
# machine boots from it; mtools and fsck.fat find it sound.
src=$1
. "$src/tests/lib/replay.sh"
need freedos722.img freedos13-floppy.img fsck.fat mcopy mdir
floppies() {
    run "$@" -hda "$work/c.img" \
        -drive "file=$images/freedos722.img,if=floppy,snapshot=on" \
        -drive "file=$images/freedos13-floppy.img,if=floppy,snapshot=on"
}

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
type "dir\n"
expect "README"
expect "bytes free"
type "copy readme second.txt\n"
expect "=> second.txt"
wait 200ms
hash
text
END

"$isabox" image create "$work/c.img" 32256K || fail 'image create'
floppies install
rm "$work/c.img"
"$isabox" image create "$work/c.img" 32256K
mv "$work/out" "$work/first"
floppies install
cmp -s "$work/first" "$work/out" || fail 'another state the second time'

dd if="$work/c.img" of="$work/part.img" bs=512 skip=63 2>/dev/null
fsck.fat -n "$work/part.img" || fail 'fsck.fat finds errors'
mcopy -n -i "$work/c.img@@32256" ::README "$work/readme" ||
    fail 'mtools does not find the file'
mcopy -n -i "$images/freedos722.img" ::README "$work/readme0"
cmp "$work/readme" "$work/readme0" || fail 'another README'

run boot -snapshot "$work/c.img"
same boot -snapshot -hda "$work/c.img"
# With the log on, each access to a port is made by itself.
same boot -snapshot -d io -D /dev/null "$work/c.img"
run boot "$work/c.img"
dd if="$work/c.img" of="$work/part.img" bs=512 skip=63 2>/dev/null
fsck.fat -n "$work/part.img" || fail 'fsck.fat finds errors after the boot'
mdir -i "$work/c.img@@32256" ::SECOND.TXT || fail 'the copy is not there'

# A state goes on with its own disk or a copy of it, as it was, and with no
# other: what DOS remembers of the FAT would be written over it.
rm -f "$work/s1.state"
cat > "$work/save.script" <<'END2'
expect "Enter new date"
type "\n"
expect "Enter new time"
type "\n"
expect "C:\\>"
type "copy readme third.txt\n"
expect "=> third.txt"
wait 200ms
save s1.state
END2
echo 'load s1.state' > "$work/load.script"
echo 'load s1.state,force' > "$work/force.script"
cat > "$work/back.script" <<'END2'
load s1.state
type "copy readme fourth.txt\n"
expect "=> fourth.txt"
wait 200ms
load s1.state
END2
run save -hda "$work/c.img"
cp "$work/c.img" "$work/copy.img"

# refused TEXT SCRIPT IMAGE: status 2, with the text.
refused() {
    (cd "$work" && "$isabox" -display none -script "$2.script" -hda "$3" \
        > out 2> err)
    status=$?
    [ $status = 2 ] && grep -qF "$1" "$work/err" ||
        { cat "$work/err"; fail "$2 with $3: status $status, not '$1'"; }
}
refused 'c.img was written to after the state was saved' back c.img
refused 'c.img does not hold what c.img held' load c.img
run load -hda "$work/copy.img"
mcopy -i "$work/copy.img@@32256" "$work/readme" ::OTHER.TXT
refused 'copy.img does not hold what c.img held' load copy.img
mcopy -n -i "$work/copy.img@@32256" ::OTHER.TXT "$work/other" ||
    fail 'the refused disk changed'
cmp "$work/other" "$work/readme" || fail 'another OTHER.TXT'
mdel -i "$work/copy.img@@32256" ::OTHER.TXT
run force -hda "$work/copy.img"
