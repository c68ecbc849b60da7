# tracks.sh - a disk with damaged, deleted, doubled, missing sectors of all sizes
# (tracks.asm) as INT 13h and READ ID show it, alike with all engines and when
# the machine is saved and loaded within a sector.
src=$1
. "$src/tests/lib/replay.sh"
[ -n "$NASM" ] || skip 'nasm is not installed'
"$NASM" -f bin -o "$work/a.imd" "$scripts/tracks.asm" ||
    fail 'tracks.asm does not assemble'
cat > "$work/tracks.script" <<'E'
expect-serial "005280"
#save
expect-serial "end"
hash
E
cat > "$work/want" <<'E'
00FC35
004000
106200
022000
042000
042000
108200
007000
042000
005280
10E000
022000
002400
5009F702
04000302
04000102
04010202
04000102
5009F702
04000302
end
E

# as_it_is: what the guest saw.
as_it_is() {
    tr -d '\r' < "$work/seen" | cmp -s - "$work/want" ||
        { diff "$work/seen" "$work/want"; fail "$*: not what is on the disk"; }
}

run tracks -snapshot -fda "$work/a.imd" -serial file:seen
as_it_is plain
for e in $(engines); do
    same tracks -snapshot -fda "$work/a.imd" -serial file:seen -engine $e
    as_it_is $e
done
# 100 ms later the head is within the sector of 8 KB, which takes two turns.
sed 's/^#save/wait 100ms\nsave a.state\nload a.state/' \
    "$work/tracks.script" > "$work/saved.script"
run saved -snapshot -fda "$work/a.imd" -serial file:seen
as_it_is saved

(cd "$work" && "$isabox" image info a.imd) > "$work/out" || fail 'image info'
shows '2 sectors read with a wrong CRC (the first: cylinder 1, head 0, sector 2)'
shows '3 sectors of another size'
shows '1 sector without a data field'
