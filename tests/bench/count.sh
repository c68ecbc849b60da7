#!/bin/sh
# count.sh - host instructions per guest instruction, counted by cachegrind, so
# that no other load can disturb it.
#
# usage: count.sh [-most N] [-engines "plain fast"] [BUILD [KERNEL ...]]
#
# BUILD is a folder with isabox and libisabox.a [.]. Exit status 1 when the
# last engine takes more than -most; 77 when a tool is missing.
here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "$here/../.." && pwd)
most= engines=
while :; do
    case ${1:-} in
    -most)    most=$2; shift 2 ;;
    -engines) engines=$2; shift 2 ;;
    *)        break ;;
    esac
done
build=$(cd "${1:-.}" && pwd) || exit 2
[ $# -eq 0 ] || shift
kernels=${*:-mix16 calls32}
NASM=${NASM:-nasm}
for t in valgrind "$NASM" strip; do
    command -v "$t" >/dev/null || { echo "no $t"; exit 77; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$here/common.sh"
CC386=$(c_kernel_compiler) || { echo 'no compiler for a 386'; exit 77; }
tool mark && tool machine "$build/libisabox.a" -lz -lm || exit 2

# valgrind 3.19 can't read clang 19's debug information.
strip -g -o "$tmp/isabox" "$build/isabox"
# valgrind itself does what a sandbox forbids.
free=
"$tmp/isabox" --help | grep -q -- '-sandbox' && free='-sandbox off'
if [ -z "$engines" ]; then
    engines=$(isabox_engines "$tmp/isabox")
fi

# host_count IMAGE N ENGINE
host_count() {
    image_iterations "$1" "$2"
    valgrind --tool=cachegrind --cache-sim=no --smc-check=all \
        --cachegrind-out-file=/dev/null "$tmp/isabox" $free -display none \
        -engine "$3" -speed max -debugcon none -serial none -snapshot \
        -boot a -fda "$1" 2>&1 | sed -n 's/,//g; s/.*I *refs: *//p'
}

status=0
for k in $kernels; do
    kernel_build "$k" || exit 2
    guest=$(guest_count "$k")
    n=$((1000000 / guest + 1))
    for e in $engines; do
        one=$(host_count "$tmp/$k.img" $n $e)
        three=$(host_count "$tmp/$k.img" $((3 * n)) $e)
        awk -v k="$k" -v e="$e" -v h=$((three - one)) -v g=$((2 * n * guest)) \
            -v most="$most" 'BEGIN {
            printf "%-10s %-8s %6.2f host per guest instruction%s\n", k, e,
                h / g, most == "" ? "" : ", at most " most
            exit most != "" && h / g > most }'
        last=$?
    done
    [ $last = 0 ] || status=1
done
exit $status
