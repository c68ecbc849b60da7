#!/bin/sh
# past.sh - what a machine's past costs the host, how far it reaches, how soon
# one is there: a table, each number beside the most (or the least) that it may
# be for the past to be something that is simply always there: nobody should
# want to turn it off. Exit status 1 where one is not kept. In a build folder.
#
#   past.sh SRCDIR [cost instructions idle reach linux back who record]
#
# Times are CPU times, so a busy host makes little difference; all of it takes
# about half an hour. `instructions` counts what the host runs, by cachegrind.
# Wants nasm; for `linux` what linux.sh wants. $KERNELS are those of
# tests/bench/kernels to try.
src=$(cd "$1" && pwd) || exit 2
shift
[ $# -gt 0 ] || set -- cost instructions idle reach linux back who record
tool=$(pwd)/tests/tools/pastcost
dos=${SHARED:-$src/../shared}/images/freedos722.img
NASM=${NASM:-nasm}
command -v "$NASM" > /dev/null || { echo 'nasm is not installed'; exit 77; }
[ -r "$dos" ] || { echo "no $dos"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$src/tests/bench/common.sh"
. "$src/tests/lib/fatdisk.sh"
bad=0 left=

# row WHAT NUMBER most|least BOUND
row() {
    awk -v what="$1" -v n="$2" -v way="$3" -v bound="$4" 'BEGIN {
        ok = way == "most" ? n + 0 <= bound + 0 : n + 0 >= bound + 0
        if (n == "") ok = 0
        printf "| %s | %s | at %s %s%s |\n", what, n, way, bound,
            ok ? "" : ": MISSED"
        exit !ok }' || bad=1
}

# measure WHAT MEASURE OPTION...: its lines are in $tmp/out.
measure() {
    what=$1; shift
    timeout 3600 "$tool" "$@" > "$tmp/out" ||
        { echo "$what: pastcost $* failed"; bad=1; }
}
number() { sed -n "s/^$1 //p" "$tmp/out"; }

kernels_make() {
    CC386=$(c_kernel_compiler) && tool mark || return
    for k in ${KERNELS:-$(kernel_names)}; do
        kernel_build "$k" && image_iterations "$tmp/$k.img" 1000000000 &&
            kernels="$kernels $k"
    done
}

# Geometric mean of the numbers in $tmp/each.
mean() {
    awk '{ s += log($1) } END { if (NR) printf "%.4f", exp(s / NR) }' \
        "$tmp/each"
}

cost() {
    : > "$tmp/each"
    for k in $kernels; do
        measure "$k" cost "$tmp/$k.img"
        n=$(number 'CPU time with a history against none')
        echo "| $k, CPU time with a history against none | $n | |"
        [ -z "$n" ] || echo "$n" >> "$tmp/each"
    done
    row 'kernels, geometric mean of the CPU times' "$(mean)" most 1.03
}

# host_instructions IMAGE MS MB
host_instructions() {
    valgrind --tool=cachegrind --cache-sim=no --smc-check=all \
        --cachegrind-out-file=/dev/null "$tmp/pastcost" run -history "$3" \
        "$1" "$2" 2>&1 | sed -n 's/,//g; s/.*I *refs: *//p'
}

# Of two seconds behind the first one.
instructions() {
    command -v valgrind > /dev/null || { left="$left, no valgrind"; return; }
    strip -g -o "$tmp/pastcost" "$tool"
    : > "$tmp/each"
    for k in $kernels; do
        set --
        for mb in 0 128; do
            for ms in 1000 3000; do
                set -- "$@" "$(host_instructions "$tmp/$k.img" $ms $mb)"
            done
        done
        n=$(awk -v a="$1" -v b="$2" -v c="$3" -v d="$4" \
            'BEGIN { printf "%.4f", (d - c) / (b - a) }')
        echo "| $k, host instructions with a history against none | $n | |"
        echo "$n" >> "$tmp/each"
    done
    row 'kernels, geometric mean of the host instructions' "$(mean)" most 1.03
}

idle() {
    measure idle idle "$dos"
    row 'DOS prompt, % of a core more' "$(number 'of a core more, idle, %')" \
        most 0.3
}

# reaches WHAT LEAST OPTION...
reaches() {
    what=$1 least=$2; shift 2
    measure "$what" reach "$@"
    row "$what, s kept in 128 MB" "$(number 'reach, s of guest time')" \
        least "$least"
    for s; do :; done                   # the last one: seconds
    takes "$what" "$s" "$@"
}

# takes WHAT SECONDS OPTION...: memory over what the machine takes without a
# past, and over the past's size.
takes() {
    what=$1 s=$2; shift 2
    for mb in 0 32 128; do
        measure "$what" peak -history $mb "$@"
        peak=$(number 'resident at the most, MB')
        [ $mb != 0 ] || { without=$peak; continue; }
        row "$what, $s s: MB of the host over $mb" \
            "$(awk -v a="$without" -v b="$peak" -v mb=$mb \
                   'BEGIN { if (b) printf "%.1f", b - a - mb }')" most 4
    done
}

reach() {
    reaches 'a game in mode 13h that touches 4 MB' 600 "$tmp/game.img" 700
    reaches 'DOS prompt' 86400 "$dos" 88000
}

linux() {
    di=/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386
    for f in $di/linux $di/initrd.gz $syslinux_mbr; do
        [ -r "$f" ] || { left="$left, linux: no $f"; return; }
    done
    linux_disk "$tmp/linux.img" 121 $di/linux $di/initrd.gz \
        'nomodeset vga=normal' || { bad=1; return; }
    reaches 'Linux 6.1, booting' 60 -cpu pentium2 -m 128 -hda \
        "$tmp/linux.img" 66
}

# backs WHAT OPTION...
backs() {
    what=$1; shift
    measure "$what" back "$@"
    row "$what: seek into the last minute, median ms" \
        "$(number 'seek, median ms')" most 150
    row "$what: step back, median ms" "$(number 'step back, median ms')" \
        most 60
    grep -q 'no timer' "$tmp/out" ||
        row "$what: run back over a second, median ms" \
            "$(number 'run back over a second, median ms')" most 1000
}

back() {
    backs 'DOS prompt' "$dos" 75
    backs 'the game' "$tmp/game.img" 75
    for k in $(echo $kernels | cut -d' ' -f1-3); do
        backs "$k" "$tmp/$k.img" 65
    done
}

who() {
    measure 'DOS prompt' who "$dos"
    row 'DOS prompt: who, a minute ago, ms' "$(number 'who, a minute ago, ms')" \
        most 2000
    measure 'the game' who "$tmp/game.img"
    row 'the game: who, a minute ago, ms' "$(number 'who, a minute ago, ms')" \
        most 2000
}

record() {
    measure record record "$dos" 3600
    row 'record of an hour at a DOS prompt, bytes' "$(number 'record, bytes')" \
        most 102400
    row 'its check, times real speed' \
        "$(number 'check of a record, times real speed')" least 20
}

"$NASM" -f bin -o "$tmp/game.img" "$src/tests/long/game.asm" &&
    truncate -s 1440K "$tmp/game.img" || exit 2
kernels=
case " $* " in
*' cost '*|*' instructions '*|*' back '*) kernels_make || exit 77 ;;
esac
echo '| what | number | bound |'
echo '|---|---:|---|'
for part; do
    $part
done
[ -z "$left" ] || echo "left out: ${left#, }"
exit $bad
