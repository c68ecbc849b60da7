# engines.sh - the same state with the block cache off, and after the state
# was saved and loaded in the middle.
src=$1
. "$src/tests/lib/replay.sh"
need freedos-1440K.img
disk=$images/freedos-1440K.img

cat > "$work/parts.script" <<'END'
expect "A:\\>"
type "dir\n"
wait 50ms
#save
wait 100ms
type "type config.sys\n"
wait 100ms
hash
text
END
sed 's/^#save/save a.state\nload a.state/' "$work/parts.script" \
    > "$work/saved.script"
sed '/^#save/,$!d' "$work/parts.script" > "$work/rest.script"

run parts -snapshot "$disk"
same parts -snapshot "$disk" -engine nocache
same saved -snapshot "$disk"
same rest -snapshot "$disk" -load a.state
same parts -snapshot "$disk" -engine plain
same parts -snapshot "$disk" -engine fast
