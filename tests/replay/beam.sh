# beam.sh - ten pictures that a floppy of its own makes by changing registers
# while the beam runs: the same with each engine (the short form: with the plain
# and the best one), and after a save and a load in the middle of a frame. Where they must change is tests/unit/devices/
# test_vga_beam.c's.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -o "$work/fd.img" "$src/tests/guest/video/beam.asm" || fail 'beam.asm'
truncate -s 1474560 "$work/fd.img"
pictures='1 2 3 4 5 6 7 8 9 10' pause=98
# script_with WHAT: WHAT stands in the middle of a frame.
script_with() {
    echo 'wait 2s'
    for i in $pictures; do
        printf "wait 5ms\n$1screenshot %s.ppm\nkey spc\nwait ${pause}ms\n" "$i"
    done
}
script_with '' > "$work/plain.script"
script_with 'save s\nload s\n' > "$work/saved.script"

# sums SCRIPT OPTION...; with as little memory as there is, for it is saved.
sums() {
    script=$1; shift
    (cd "$work" && rm -f ./*.ppm && timeout 60 "$isabox" -display none \
        -speed max -m 1 -device vga,vgamem_mb=1 -snapshot -fda fd.img \
        -script "$script" "$@" \
        > /dev/null 2> err) || { cat "$work/err" >&2; fail "$script $*"; }
    for i in $pictures; do
        cksum < "$work/$i.ppm" | cut -d' ' -f1
    done | xargs
}

want=$(sums plain.script -engine plain)
all=$(engines)
[ -n "$long" ] || all=${all%%[!a-z]*}
for e in $all; do
    got=$(sums plain.script -engine "$e")
    [ "$got" = "$want" ] || fail "$e: $got, not $want"
done
got=$(sums saved.script)
[ "$got" = "$want" ] || fail "saved in mid-frame: $got, not $want"
[ "$(echo "$want" | tr ' ' '\n' | sort -u | wc -l)" = 10 ] ||
    fail "equal pictures: $want"

# The same with the border: other pictures, but alike for all engines.
want=$(sums plain.script -engine plain -device vga,border=on)
[ "$(head -c 10 "$work/2.ppm" | tr '\n' ' ')" = 'P6 656 496' ] ||
    fail 'mode 12h has no border of 8 dots and lines'
for e in ${all##* }; do
    got=$(sums plain.script -engine "$e" -device vga,border=on)
    [ "$got" = "$want" ] || fail "border, $e: $got, not $want"
done
got=$(sums saved.script -device vga,border=on)
[ "$got" = "$want" ] || fail "border, saved in mid-frame: $got, not $want"

# 34 pictures with one register changed at a character of a line: other ones
# each, the same with each engine and over states in mid-frame. What they show
# was looked at: the old register above, the new one below, a step at the
# write's column. Their dots hang on when the BIOS had booted: text blinks.
nasm -f bin -I "$src/tests/guest/video/" -o "$work/fd.img" \
    "$src/tests/guest/video/effects.asm" || fail 'effects.asm'
truncate -s 1474560 "$work/fd.img"
pictures=$(awk 'BEGIN { for (i = 1; i <= 34; i++) print i }' | xargs) pause=198
script_with '' > "$work/plain.script"
script_with 'save s\nload s\n' > "$work/saved.script"
want=$(sums plain.script -engine plain)
for e in $all; do
    got=$(sums plain.script -engine "$e")
    [ "$got" = "$want" ] || fail "effects, $e: $got, not $want"
done
got=$(sums saved.script)
[ "$got" = "$want" ] || fail "effects, saved in mid-frame: $got, not $want"
[ "$(echo "$want" | tr ' ' '\n' | sort -u | wc -l)" = 34 ] ||
    fail "equal effects: $want"

# Memory: what is drawn behind the beam shows a frame later than what is drawn
# ahead of it, with any engine.
nasm -f bin -o "$work/race.img" "$src/tests/guest/video/racing.asm" ||
    fail 'racing.asm'
truncate -s 1474560 "$work/race.img"
printf 'wait 2s\nscreenshot r.ppm\nhash\n' > "$work/race.script"
# grey ROW: of that row of the picture.
grey() {
    od -An -tu1 -j $((15 + (2 * $1 * 640 + 99) * 3)) -N 1 "$work/r.ppm" |
        awk '{ print int($1 / 4) }'
}
want=
for e in plain ${all##* }; do
    got=$(cd "$work" && timeout 60 "$isabox" -display none -speed 20 \
        -snapshot -fda race.img -script race.script -engine "$e" 2>&1)
    want=${want:-$got}
    [ "$got" = "$want" ] || fail "racing, $e: $got, not $want"
    [ "$(head -c 10 "$work/r.ppm" | tr '\n' ' ')" = 'P6 640 400' ] ||
        fail 'racing: drawn as if nothing had been written'
    [ $(((($(grey 25) + 1)) % 64)) = "$(grey 155)" ] ||
        fail "racing: $(grey 25) behind the beam, $(grey 155) ahead of it"
done
