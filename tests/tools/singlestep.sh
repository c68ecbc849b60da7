#!/bin/sh
# singlestep.sh - cases recorded on real hardware: those of the tree on every
# engine, undefined flags too where the chip is regular, a sample of the
# larger sets where they are found; then files that are cut off or damaged.
src=$1
data=$src/tests/data
shared=${SHARED:-$src/../shared}
sets=$shared/oracles
out=${TMPDIR:-/tmp}/isabox-moo.$$
trap 'rm -rf "$out"' EXIT
mkdir -p "$out"

for engine in cache nocache fast compiled; do
    ./tests/tools/singlestep -v -engine $engine "$data" || exit 1
done
# What the first engine does, the others do with what they have no handler for.
for engine in cache fast compiled; do
    sst=25 hw386=12
    [ $engine != cache ] || { sst=8; hw386=4; }
    [ ! -d "$sets/sst" ] ||
        ./tests/tools/singlestep -v -strict -engine $engine -max $sst \
            "$sets/sst" ||
        exit 1
    [ ! -d "$sets/hw386" ] ||
        ./tests/tools/singlestep -v -engine $engine -max $hw386 \
            "$sets/hw386" || exit 1
    # Operands that go over the limit of the 80286's segments.
    [ ! -d "$shared/cases/286-overrun" ] ||
        ./tests/tools/singlestep -v -strict -engine $engine \
                           "$shared/cases/286-overrun" || exit 1
done

fail() { echo "$*"; cat "$out/log"; exit 1; }
# refuses FILE WORDS: some cases may pass, but it is told what is wrong.
refuses() {
    ./tests/tools/singlestep -max 200 "$1" > "$out/log" 2>&1
    [ $? = 1 ] || fail "$1: not refused"
    grep -q "$2" "$out/log" || fail "$1: does not say '$2'"
    tail -n 1 "$out/log" | grep -q 'passed, [1-9][0-9]* failed$' ||
        fail "$1: no last line"
}
for f in "$data"/*p16.MOO.gz; do
    gzip -dc "$f" > "$out/plain.MOO"
    ./tests/tools/singlestep "$out/plain.MOO" > "$out/log" ||
        fail 'uncompressed'
    head -c 3000 "$out/plain.MOO" > "$out/cut.MOO"
    refuses "$out/cut.MOO" 'cut off in the chunk at offset'
    head -c 40000 "$f" > "$out/cut.MOO.gz"
    refuses "$out/cut.MOO.gz" 'cut off in the chunk at offset'
    sed 's/RG32/RG16/g' "$out/plain.MOO" > "$out/regs.MOO"
    refuses "$out/regs.MOO" 'without initial registers'
done
: > "$out/empty.MOO"
refuses "$out/empty.MOO" 'empty'
echo 'no such thing' > "$out/text.MOO"
refuses "$out/text.MOO" 'not a MOO file'
refuses "$out/none.MOO" 'No such file'
