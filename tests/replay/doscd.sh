# doscd.sh - ISACD.COM: a disc is a drive of FreeDOS, also on an AT, in every
# format; all of it is read equal, nothing is written, another disc is noticed.
# With `long` on the slowest engine, too.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need freedos13-floppy.img freedos-1440K.img genisoimage
cd "$work" || exit 1
TZ=UTC0
export TZ

# A disc whose folders take several frames, with files about a frame's end.
mkdir -p tree/DIR tree/A/B/C/D/E/F
seq 20000 > tree/NUMBERS.DAT
echo 'hello from the CD' > tree/HELLO.TXT
for n in $(seq 60); do
    echo "$n" > "tree/DIR/FILE$n.TXT"
done
for n in 0 1 2047 2048 2049 4096 65535 65536; do
    head -c $n tree/NUMBERS.DAT > "tree/A/B/$n.DAT"
done
echo last > tree/A/B/C/D/E/F/LAST
find tree -exec touch -d '1995-06-07 08:09:10' {} +
genisoimage -quiet -no-pad -V ONE -o one.iso tree 2> err || fail genisoimage
genisoimage -quiet -no-pad -V TWO -o two.iso tree/DIR 2> err ||
    fail genisoimage

# The same as the frames of a CD with all their bytes, but for the codes.
cat > frame.sh <<'END2'
n=$((FILE - 10000 + 150))
bcd() { echo $(($1 / 10 * 16 + $1 % 10)); }
printf '\000\377\377\377\377\377\377\377\377\377\377\000'
printf "$(printf '\\%03o\\%03o\\%03o\\001' $(bcd $((n / 4500))) \
    $(bcd $((n / 75 % 60))) $(bcd $((n % 75))))"
cat
head -c 288 /dev/zero
END2
split -b 2048 -d -a 4 --filter='sh ./frame.sh' two.iso 1 > two.bin ||
    fail split
printf '%s\n' 'FILE "two.bin" BINARY' '  TRACK 01 MODE1/2352' \
    '    INDEX 01 00:00:00' > two.cue

dos="-drive file=$images/freedos13-floppy.img,if=floppy,snapshot=on"
begin='expect "proceed"
type "n\n"
expect "A:\\>"'

# fresh: the folder that is C:.
fresh() {
    rm -rf c
    mkdir c
    cp "$src/roms/images/isacd.com" c/ISACD.COM
}

# dos_script NAME COMMAND...: typed ahead, as DOS reads them.
dos_script() {
    name=$1; shift
    { printf '%s\n' "$begin"
      for line in c: "$@" 'echo all%x%done'; do
          printf '%s\n' "type \"$line\\n\""
      done
      printf '%s\n' 'expect 60s "alldone"' text hash; } > "$name.script"
}

# All of it, and no way to write.
dos_script trees 'isacd /l:c>taken' 'isacd /x>help' isacd \
    'xcopy d:\\ c:\\out\\ /e' 'copy d:\\numbers.dat' d: 'cd a\\b\\c' \
    'copy d\\e\\f\\last c:\\last' 'cd ..' 'type \\hello.txt>c:\\typed' \
    'dir 204?.dat' c:isacd 'echo x>new.txt' 'del 1.dat' 'md new' \
    'ren 1.dat 2.dat' 'cd \\no'
fresh
run trees $dos -hda fat:rw:c -cdrom one.iso
diff -r tree c/OUT || fail 'the copy differs'
cmp tree/A/B/C/D/E/F/LAST c/LAST || fail 'a file by a path from its folder'
[ "$(stat -c %Y c/NUMBERS.DAT)" = "$(stat -c %Y tree/NUMBERS.DAT)" ] ||
    fail 'another date'
tr -d '\r' < c/TYPED | cmp tree/HELLO.TXT - || fail 'TYPE shows something else'
shows "Can not redirect output to file 'new.txt'."
shows 'D:\A\B\1.DAT: Permission denied'
shows "MKDIR failed for 'new'."
shows "CHDIR failed for '\\no'."
shows '3 file(s)          6,144 bytes'
shows 'ISACD: there is a CD driver already.'
grep -q 'that letter is in use' c/TAKEN || fail 'C: is taken'
grep -qF 'ISACD [/L:letter]' c/HELP || fail 'no help'

# On an AT, as a sheet.
dos_script sheet 'isacd /l:f' 'xcopy f:\\ c:\\out\\ /e' 'dir f:\\file60.txt'
fresh
run sheet -M isapc $dos -hda fat:rw:c -cdrom two.cue
shows 'Volume in drive F is TWO'
diff -r tree/DIR c/OUT || fail 'the copy of a sheet differs'

# A folder of the host; each engine does the same.
cat > short.script <<'END2'
expect "A:\\>"
type "c:\nisacd\nd:\ncopy a\\b\\204?.dat c:\\\necho all%x%done\n"
expect 60s "alldone"
hash
END2
fresh
first=run
for e in $(engines); do
    [ "$e" != nocache ] || [ "$long" ] || continue
    $first short -fda "$images/freedos-1440K.img" -snapshot -hda fat:c \
        -cdrom iso:tree -engine "$e"
    first=same
done

# What there is to say when it can't be.
dos_script none isacd
run none $dos -hda fat:c
shows 'ISACD: no ATAPI CD-ROM drive answers at 170h or 1F0h.'

# What programs ask for, also while the disc is another, or none.
[ -n "$NASM" ] || exit 0
"$NASM" -f bin -I "$scripts/" -o c/asks.com "$scripts/doscd.asm" || fail nasm
cat > asks.script <<END2
$begin
type "c:\\nisacd\\nasks\\n"
expect "another disc"
change ide1-hd0 two.cue
type " "
expect "the first disc"
change ide1-hd0 one.iso
type " dir d:\\n"
expect "bytes free"
eject ide1-hd0
type "dir d:\\necho all%x%done\\n"
expect "alldone"
text
END2
run asks $dos -hda fat:c -cdrom one.iso -debugcon file:said
shows 'Volume in drive D has no label'
tr '\n' , < said | tr -d ' ' > line
[ "$(cat line)" = "$(tr -d ' \n' << END2
0001,0003,adad,
04443,4443,
0001,$(printf %04x $(($(wc -c < one.iso) / 2048))),0800,
0010,
10005,
00001,0000d,
00005,
10005,
0000,0003,6568,
0012,000b,
00001,10022,10012,10022,
END2
)" ] || { cat said; fail 'a program got something else'; }

# A second track is played, held, and played on.
"$NASM" -f bin -I "$scripts/" -o c/play.com "$scripts/doscdaudio.asm" || fail nasm
n=$(($(wc -c < two.bin) / 2352))
head -c $((2352 * 300)) /dev/zero >> two.bin
printf '  TRACK 02 AUDIO\n    INDEX 01 00:%02d:%02d\n' $((n / 75)) $((n % 75)) \
    >> two.cue
dos_script plays isacd play
run plays $dos -hda fat:c -cdrom two.cue -debugcon file:said
frame=$((n % 75)) second=$((n / 75 + 2))
n=$((n + 300))
cat > want << END2
0100 00ff 0000 0000
0100 0001 0000 0000
0100 0201 $(printf %02x%02x $((n / 75 + 2)) $((n % 75))) 0000
0100 $(printf '%02x02 00%02x' $frame $second) 0100
0300
0300 0201
0100
0100 0001 0000 0000
0300
0300 0000 0000 0000
0100
0100
0100 $(printf %04x $n) 0000 0000
0100 $(printf 00%02x $((n % 256))) 0008 0000
0100
4443 8103
END2
sed 's/ *$//' said > got
cmp -s want got || { diff want got; fail audio; }
