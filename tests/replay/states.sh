# states.sh - named states in one file: saved, listed, loaded, deleted; a file
# that is damaged, or another one, is refused and left alone.
src=$1
. "$src/tests/lib/replay.sh"

cat > "$work/a.script" <<'END'
wait 300ms
savevm one
hash
wait 100ms
savevm two
hash
loadvm one
hash
loadvm two
hash
savevm two
delvm one
info snapshots
END
run a -states all.bin
[ "$(sed -n 1p "$work/out")" = "$(sed -n 3p "$work/out")" ] &&
[ "$(sed -n 2p "$work/out")" = "$(sed -n 4p "$work/out")" ] ||
    fail 'another state than was saved'
[ "$(sed 1,4d "$work/out" | cut -d' ' -f1)" = two ] || fail 'not two alone'
second=$(sed -n 2p "$work/out")
echo hash > "$work/b.script"
run b -states all.bin -loadvm two
shows "$second"

cd "$work" || exit 1
refused() {
    "$isabox" -display none -states "$1" -script c.script > out 2>&1 &&
        fail "$1 is taken"
    grep -q "$2" out || { cat out; fail "$1: no '$2'"; }
}
echo 'savevm three' > c.script
size=$(wc -c < all.bin)
for n in 5 20 $((size - 1)); do
    head -c $n all.bin > cut.bin
    cp cut.bin before
    refused cut.bin 'cut.bin: is '
    cmp -s cut.bin before || fail 'a damaged file was written over'
done
echo 'loadvm none' > c.script
refused all.bin "no state 'none'"
echo 'delvm none' > c.script
refused all.bin "no state 'none'"
