#!/bin/sh
# cross.sh - isabox for another kind of host runs to the same state hashes and
# reports as here. usage: cross.sh SOURCE_DIR, in a build folder
#
# Wants TRIPLET-gcc, or clang-19 for AArch64, and qemu-user ($CROSS_RUN), and
# that host's zlib where the compiler or $CROSS_ROOT/usr has it; is skipped,
# with a line, otherwise. qemu-user learned in 8.1 that code may be written
# through another mapping: with an older one, only the fast engine is tried.
src=$(cd "$1" && pwd) || exit 2
unset CC CFLAGS LDFLAGS BUILD_CC AR   # make's own
here=$PWD/isabox
triplet=${CROSS:-aarch64-linux-gnu}
emulator=${CROSS_RUN:-qemu-${triplet%%-*}}
root=${CROSS_ROOT:-/usr/$triplet}
images=${SHARED:-$src/../shared}/images
dir=${TMPDIR:-/tmp}/isabox-cross.$$
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir" && cd "$dir" || exit 2
skip() { echo "$*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }

cc=$triplet-gcc lld= engine=fast
if [ "${triplet%%-*}" = aarch64 ] && command -v clang-19 > /dev/null &&
   command -v ld.lld > /dev/null; then
    cc="clang-19 --target=$triplet" lld=-fuse-ld=lld
fi
for p in "${cc%% *}" "$emulator"; do
    command -v "$p" > /dev/null || skip "no $p"
done
"$src/configure" --host="$triplet" --without-sdl CC="$cc" \
    CFLAGS="-O2 -I$root/usr/include -I$root/usr/include/$triplet" \
    LDFLAGS="$lld -static -L$root/usr/lib/$triplet" > out 2>&1 ||
    skip "$(tail -n 1 out)"
set -- $("$emulator" --version |
         sed -n '1s/.*version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
[ "$(( ${1:-0} * 100 + ${2:-0} ))" -lt 801 ] ||
    ! grep -q '^#define HAVE_STENCILS 1' config.h || engine=compiled
echo "compiler $cc, engine $engine"
make -s -j2 isabox > out 2>&1 || { cat out; fail 'make'; }

# same WHAT ARGUMENT...: both machines say the same; nothing said is a failure.
same() {
    what=$1; shift
    timeout 300 "$here" -display none -speed max -snapshot "$@" \
        < /dev/null > one 2> err
    [ -f report ] && mv report one
    timeout 600 "$emulator" ./isabox -display none -speed max -snapshot \
        -engine $engine "$@" < /dev/null > two 2> err
    [ -f report ] && mv report two
    [ -s one ] || { cat err; fail "$what: says nothing"; }
    cmp one two || fail "$what: another result"
    echo "$what: the same, $(wc -l < one) lines"
}
for s in freedos722 elks; do
    f=$(ls "$images/$s"*.img 2>/dev/null) || continue
    same $s -script "$src/tests/replay/$s.script" -fda "$f"
done
migrates() {
    (cd "$(dirname "$here")" && sh "$src/tests/replay/migrate.sh" "$src")
    case $? in
    0)  echo "migration $1: the same" ;;
    77) ;;
    *)  fail "migration $1" ;;
    esac
}
TO="$emulator $dir/isabox" migrates 'to it'
FROM="$emulator $dir/isabox" migrates 'from it'
there="$emulator $dir/isabox"
(cd "$(dirname "$here")" && sh "$src/tests/long/migratehosts.sh" "$src" \
    "$here" "$there -engine $engine" "$here -engine plain" \
    "$there -engine plain" "$here")
case $? in
0 | 77) ;;
*)  fail 'migration there and back' ;;
esac
if [ -n "$NASM" ]; then
    for g in "$src"/tests/guest/*.asm; do
        grep -q '^%include "frame' "$g" || continue
        "$NASM" -f bin -I "$src/tests/guest/" -o g.img "$g" || fail "$g"
        truncate -s 1474560 g.img
        cpu=$(sed -n 's/^; cpus: \([^ ]*\).*/\1/p' "$g")
        script=${g%.asm}.script
        [ -f "$script" ] || script=
        same "$(basename "$g" .asm)" ${script:+-script "$script"} -cpu "${cpu:-pentium}" -fda g.img \
            -debugcon file:report \
            -device isa-debug-exit,iobase=0xf4,iosize=4
    done
fi
gzip -dc "$src/tests/data/hw386-x87.MOO.gz" > x87.MOO
make -s tests/tools/singlestep > out 2>&1 ||
    { cat out; fail 'make singlestep'; }
"$emulator" tests/tools/singlestep -engine $engine x87.MOO || fail 'recorded x87'
