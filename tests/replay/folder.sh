# folder.sh - a folder of the host as a drive: FreeDOS copies trees into it
# and out of it, renames and deletes; the folder is looked at again; isabox is
# killed while DOS writes. With `long` it is killed more often.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need freedos13-floppy.img mcopy

dos="-drive file=$images/freedos13-floppy.img,if=floppy,snapshot=on"
in=$work/in

fresh() {
    rm -rf "$in"
    mkdir -p "$in/src/deep/er" "$in/old"
    echo 'from the host' > "$in/hello.txt"
    echo 'a long name' > "$in/src/A long name of a file.text"
    seq 20000 > "$in/src/deep/numbers.dat"
    seq 300 > "$in/src/deep/er/few.txt"
    echo gone > "$in/old/gone.txt"
    find "$in" -exec touch -d '1995-06-07 08:09:10' {} +
}

begin='expect "proceed"
type "n\n"
expect "A:\\>"'

# dos_script NAME COMMAND...: typed ahead, as DOS reads them.
dos_script() {
    name=$1; shift
    { printf '%s\n' "$begin"
      for line in c: "$@" 'echo all%x%done'; do
          printf '%s\n' "type \"$line\\n\""
      done
      printf '%s\n' 'expect "alldone"' text hash; } > "$work/$name.script"
}

# In and out; in the long form twice, with the same hashes.
dos_script trees 'xcopy a:\\freedos\\bin c:\\tools\\ /e' \
    'xcopy c:\\src c:\\dst\\ /e' 'ren hello.txt hi.txt' \
    'echo more>>hi.txt' 'md made' \
    'copy src\\deep\\numbers.dat made\\n.dat' 'attrib +r made\\n.dat' \
    'del old\\gone.txt' 'rd old' 'deltree /y dst\\deep\\er' \
    'del \\dst\\alon*.*'
fresh
run trees $dos -hda "fat:rw:$in"
mcopy -s -n -i "$images/freedos13-floppy.img" ::freedos/bin "$work/bin" ||
    fail 'mtools does not find the tools'
for f in "$work"/bin/*; do
    cmp -s "$f" "$(find "$in/TOOLS" -iname "$(basename "$f")")" ||
        fail "$f came out as something else"
done
[ "$(cat "$in/hi.txt")" = "$(printf 'from the host\nmore\r')" ] ||
    { find "$in"; fail 'hi.txt holds something else'; }
[ ! -e "$in/hello.txt" ] && [ ! -e "$in/old" ] || fail 'what DOS deleted stays'
find "$in/DST" | grep -i 'er/\|alon' &&
    { cat "$work/out"; fail 'what DOS deleted stays in DST'; }
for f in "$in/MADE/N.DAT" "$in/DST/DEEP/NUMBERS.DAT"; do
    cmp "$in/src/deep/numbers.dat" "$f" || fail "the copy $f differs"
done
[ -z "$(find "$in/MADE/N.DAT" -perm /222)" ] || fail 'n.dat can be written'
[ "$long" ] && { fresh; same trees $dos -hda "fat:rw:$in"; }

# Nothing reaches the folder without rw, and with -snapshot.
for how in "fat:rw:$in -snapshot" ${long:+"fat:$in"}; do
    fresh
    run trees $dos -hda $how
    [ -e "$in/old/gone.txt" ] && [ ! -e "$in/TOOLS" ] ||
        fail "$how has been written to"
done

# What is new on the host comes at once to a floppy, to a disk with a reset.
fresh
cat > "$work/again.script" <<END
$begin
type "dir b:\\n"
expect "not found"
type "dir c:\\n"
expect "bytes free"
text $work/in/shot.txt
text $work/floppy/shot.txt
drive refresh floppy1
type "copy b:shot.txt b:out.txt\\n"
type "echo all%x%done\\n"
expect "alldone"
drive refresh hda
system_reset
wait 1s
$begin
type "copy c:\\\\shot.txt c:\\\\out.txt\\n"
type "echo all%x%done\\n"
expect "alldone"
END
rm -rf "$work/floppy" && mkdir "$work/floppy"
run again $dos -hda "fat:rw:$in" -fdb "fat:rw:$work/floppy" \
    ${long:+-record "$work/again.record"}
for f in "$in" "$work/floppy"; do
    cmp "$f/shot.txt" "$f/OUT.TXT" || fail "what was new in $f was not seen"
done
for f in hello.txt old/gone.txt src/deep/numbers.dat; do
    [ -e "$in/$f" ] || fail "$f is lost"
done

# A replay needs what the folders held at first, and changes nothing there.
if [ "$long" ]; then
    fresh
    rm -f "$work"/floppy/*
    "$isabox" replay "$work/again.record" > "$work/out" 2>&1 ||
        { cat "$work/out"; fail 'the replay parts from its record'; }
    [ -z "$(ls "$work/floppy")" ] || fail 'a replay has written to a folder'
fi

# Killed at any moment: no file is half there. What isabox had begun has a
# name of its own until the next start.
dos_script many 'xcopy c:\\src c:\\d1\\ /e' 'xcopy c:\\src c:\\d2\\ /e' \
    'xcopy c:\\d2 c:\\d3\\ /e' 'deltree /y d2\\deep' 'xcopy c:\\d3 c:\\d4\\ /e' \
    'copy src\\deep\\numbers.dat hello.txt' 'ren d4 d5' 'deltree /y d1\\deep'
kills=1 whole=0
[ "$long" ] && kills=40
for i in $(seq $kills); do
    fresh
    "$isabox" -display none -script "$work/many.script" $dos \
        -hda "fat:rw:$in" > /dev/null 2>&1 &
    sleep "$((i % 3)).$((i * 37 % 10))"
    kill -9 $! 2> /dev/null
    wait $! 2> /dev/null
    find "$in" -type f ! -name '.isabox-new-*' > "$work/list"
    while read -r f; do
        case $(basename "$f" | tr A-Z a-z) in
        numbers.dat) cmp -s "$f" "$in/src/deep/numbers.dat" ;;
        few.txt)     cmp -s "$f" "$in/src/deep/er/few.txt" ;;
        hello.txt)   [ "$(cat "$f")" = 'from the host' ] ||
                     cmp -s "$f" "$in/src/deep/numbers.dat" ;;
        gone.txt)    [ "$(cat "$f")" = gone ] ;;
        *)           [ "$(cat "$f")" = 'a long name' ] ;;
        esac || { ls -lR "$in"; fail "killed: $f is half a file"; }
        whole=$((whole + 1))
    done < "$work/list"
done
echo "killed $kills times: $whole files, all whole"
