# xt.sh - model xt: what its board and its BIOS answer (xt.asm), alike with all
# engines and after a load; FreeDOS from all floppies and ELKS to their prompts.
src=$1
. "$src/tests/lib/replay.sh"
[ -n "$NASM" ] || skip 'nasm is not installed'
cat > "$work/xt.script" <<'E2'
expect-serial "press: keys"
type "a"
key left
expect-serial "press: raw"
type "as"
expect-serial "press: nmi"
#save
nmi
expect-serial "end"
hash
E2

# guest SWITCHES KB TYPE BYTES OPTION...: the report has no FAIL.
guest() {
    "$NASM" -f bin -i "$scripts/" -DSW1=$1 -DKIB=$2 -DTYPE=$3 -o "$work/xt.img" \
        "$scripts/xt.asm" || fail 'xt.asm does not assemble'
    truncate -s $4 "$work/xt.img"
    want="$*" kb=$2; shift 4
    run xt -m ${kb}K -M xt -snapshot -fda "$work/xt.img" \
        -debugcon file:report "$@"
    ! grep FAIL "$work/report" || fail "$want"
}

truncate -s 1440K "$work/b.img"
guest 0x0d 640 1 368640 -cpu 8086,-fpu
guest 0x4f 640 4 1474560 -fdb "$work/b.img"
guest 0x4f 256 4 737280 -fdb "$work/b.img"
guest 0x0f 640 1 163840
cp "$work/out" "$work/plain"
for e in $(engines); do
    same xt -M xt -snapshot -fda "$work/xt.img" -debugcon file:report -engine $e
done
sed 's/^#save/save a.state\nload a.state/' "$work/xt.script" \
    > "$work/saved.script"
same saved -M xt -snapshot -fda "$work/xt.img" -debugcon file:report

# What does not fit is said.
for t in '-m 1M,64 KB to 640 KB' \
    '-device isa-ide,no interrupt line 14'; do
    truncate -s 1M "$work/x.img"
    (cd "$work" && "$isabox" -M xt -display none ${t%%,*}) > "$work/out" 2>&1 &&
        fail "$t: taken"
    shows "${t#*,}"
done

for n in 160 360 720 1200 1440; do
    [ -f "$images/freedos-${n}K.img" ] || continue
    run dir -M xt -snapshot "$images/freedos-${n}K.img"
    shows 'Directory of A:'
done
[ ! -f "$images/elks-1440K.img" ] || {
    run elks -M xt -snapshot "$images/elks-1440K.img"
    shows 'ELKS 0.6.0'
}
