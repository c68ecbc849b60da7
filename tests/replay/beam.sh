# beam.sh - ten pictures that a floppy of its own makes by changing registers
# while the beam runs, as sums that were taken when a person had looked at
# them. They are the same after a save and a load in the middle of a frame.
src=$1
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -o "$work/fd.img" "$src/tests/guest/beam.asm" || fail 'beam.asm'
truncate -s 1474560 "$work/fd.img"
pictures='1 2 3 4 5 6 7 8 9 10'
# script_with WHAT: WHAT stands in the middle of a frame.
script_with() {
    echo 'wait 2s'
    for i in $pictures; do
        printf "wait 5ms\n$1screenshot %s.ppm\nkey spc\nwait 595ms\n" "$i"
    done
}
script_with '' > "$work/plain.script"
script_with 'save s\nload s\n' > "$work/saved.script"

# sums SCRIPT OPTION...
sums() {
    script=$1; shift
    (cd "$work" && rm -f ./*.ppm && timeout 60 "$isabox" -display none \
        -speed max -snapshot -fda fd.img -script "$script" "$@" \
        > /dev/null 2> err) || { cat "$work/err"; fail "$script $*"; }
    for i in $pictures; do
        cksum < "$work/$i.ppm" | cut -d' ' -f1
    done | xargs
}

want='4154672334 505413324 3947282688 3984185795 1020805109 1101351000 2578858649 2064470384 2977889649 8329396'
for o in '-engine fast' '-engine plain'; do
    # shellcheck disable=SC2086
    got=$(sums plain.script $o)
    [ "$got" = "$want" ] || fail "$o: $got"
done
got=$(sums saved.script)
[ "$got" = "$want" ] || fail "saved in mid-frame: $got"
