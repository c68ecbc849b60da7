# record.sh - a FreeDOS session with typing is recorded and run again by each
# engine (the short form: by the plain and the best one); another record is
# told from it down to an instruction.
#
#   record.sh SRCDIR [long]
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need freedos722.img
cp "$images/freedos722.img" "$work/dos.img"
chmod u+w "$work/dos.img"

cat > "$work/a.script" <<'END'
expect 60s "A:\\>"
type "dir\n"
wait 1s
type "echo one > two\n"
wait 1s
hash
END
sed 's/one/ome/' "$work/a.script" > "$work/b.script"

# Comparing takes hashes and runs the record over and over, so there is little
# memory, and a processor with fewer instructions to a second.
small='-cpu 386 -m 2 -device vga,vgamem_mb=1'
run a $small -fda dos.img -snapshot -record a.rec
run b $small -fda dos.img -snapshot -record b.rec

cd "$work" || exit 1
all=$(engines)
[ -n "$long" ] || all="plain ${all%%[!a-z]*}"
for e in $all; do
    "$isabox" replay a.rec --engine $e > out || { cat out; fail "$e"; }
    grep -q 'the record ends here' out || { cat out; fail "$e: no end"; }
done
"$isabox" replay a.rec --against fast > out || { cat out; fail against; }

# The first key that differs: n or m.
"$isabox" replay a.rec --against b.rec > out && fail 'no difference seen'
grep -q 'first instruction whose effect differs' out || { cat out; fail narrow; }

# A guest that ends the machine itself: mov al, 7; out 0xf4, al.
{ printf '\260\007\346\364\364\353\375'
  head -c 503 /dev/zero; printf '\125\252'; } > exit.img
truncate -s 1474560 exit.img
"$isabox" -display none -speed max -fda exit.img -snapshot -record exit.rec \
    -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null
[ $? = 15 ] || fail "exit: another status"
"$isabox" replay exit.rec > out 2>&1 || { cat out; fail exit; }

# Another medium is named, with what it should hold.
printf x | dd of=dos.img bs=1 seek=700000 conv=notrunc 2>/dev/null
"$isabox" replay a.rec > out 2>&1 && fail 'another medium is taken'
grep -q 'dos.img: holds something else' out || { cat out; fail words; }

# Back and forward again it is the same machine; back and on with another
# command it is what it is without the first.
cat > back.script <<'END'
expect 60s "A:\\>"
type "dir\n"
wait 1s
hash
rewind 700ms
forward 700ms
hash
who 46c
rstep 1000
rewind 1s
END
cp "$images/freedos722.img" dos.img
chmod u+w dos.img
run back -fda dos.img -snapshot
[ "$(grep -cE '^[0-9a-f]{16}$' "$work/out")" = 2 ] &&
    [ "$(grep -E '^[0-9a-f]{16}$' "$work/out" | sort -u | wc -l)" = 1 ] ||
    { cat "$work/out"; fail 'another machine after a rewind'; }
grep -q '0000046c was made .* by instruction' "$work/out" || fail who

# With copies of the media no other file is needed: of a floppy that is written
# to, one that comes later, and a disc.
mkdir -p media other
echo "wait 3s" > nothing.script
cp "$images/freedos722.img" media/dos.img
chmod u+w media/dos.img
head -c 737280 /dev/zero > media/b.img
"$isabox" image create media/later.img 1440K > /dev/null ||
    fail 'image create'
{ head -c 32768 /dev/zero; printf '\001CD001\001'; head -c 80000 /dev/zero; } \
    > media/x.iso
cat > copy.script <<'END_OF_IT'
expect 60s "A:\\>"
type "echo one > two\n"
wait 1s
record late.rec -e
change floppy1 media/later.img
wait 1s
type "dir b:\n"
wait 2s
END_OF_IT
run copy -fda media/dos.img -fdb media/b.img -cdrom media/x.iso \
    -record early.rec,media=embed
mv media other
for r in early late; do
    for e in $all; do
        "$isabox" replay $r.rec --engine $e > out 2>&1 ||
            { cat out; fail "$r.rec with copies, $e"; }
    done
    "$isabox" replay $r.rec --info > out
    grep -q 'drive 4: media/x.iso, with a copy' out &&
        grep -q 'no other file is needed' out || { cat out; fail "$r: --info"; }
done
timeout 100 "$isabox" -display none -speed max -replay early.rec \
    -script "$work/nothing.script" > out 2>&1 || { cat out; fail '-replay'; }
"$isabox" -display none -record x,media=all > out 2>&1 && fail 'media=all'
grep -q 'only media=embed is known' out || { cat out; fail 'words'; }
