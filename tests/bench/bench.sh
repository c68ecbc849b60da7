#!/bin/sh
# bench.sh - make bench: isabox against other emulators on bootable floppies.
#
# usage: bench.sh [-quick] [ROW ...]
#
# Wants SRCDIR, CC, NASM from the Makefile, and isabox built in the current
# folder. Prints tables in Markdown; progress goes to stderr. With ROWs (kernels,
# programs, sets of programs, systems) only these. -quick: one run, of this
# build's best engine and the rivals.
#
# BENCH_KERNELS  names from tests/bench/kernels, or none [all]
# BENCH_SYSTEMS  start freedos selftest seabios ten, or none [all]
# BENCH_PROGRAMS names from tests/bench/programs, or none [all]
# BENCH_RIVALS   qemu bochs dosbox dosbox-dyn [those installed], or none
# BENCH_BUILDS   NAME=FOLDER ... of isabox [this one and the other compiler's]
# BENCH_ENGINES  [all that isabox has]
# BENCH_RUNS     runs of which the median is taken [3]
# BENCH_PICK     median, or least: the smallest, for a busy machine [median]
# BENCH_MS       CPU time of a long run in ms [900]
# BENCH_FREEDOS  a FreeDOS boot floppy, for the system row; never written to
# BENCH_KEEP     a folder for the raw results [none]
#
# Exit status 1 when isabox gives a wrong checksum or doesn't run a kernel or
# a program. programs.sh tells where the programs' media are looked for.
src=$(cd "${SRCDIR:-.}" && pwd)
NASM=${NASM:-nasm} CC=${CC:-cc}
quick=
[ "${1:-}" != -quick ] || { quick=1; shift; }
runs=${BENCH_RUNS:-${quick:-3}} target=${BENCH_MS:-900}
pick=${BENCH_PICK:-median}
systems=${BENCH_SYSTEMS:-start freedos selftest seabios ten}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
. "$src/tests/bench/common.sh"
. "$src/tests/bench/rivals.sh"
. "$src/tests/bench/programs.sh"

# ---- preparation ----

# builds_find: sets builds to NAME=FOLDER ..., the first is the one judged.
builds_find() {
    mine=$(basename "${CC%% *}")
    builds=$mine=$(pwd)
    for c in clang-21 clang-20 clang-19 gcc; do
        case $c-$mine in
        clang*-clang*|gcc-gcc*|gcc-cc) continue ;;
        esac
        command -v $c >/dev/null || continue
        say "building isabox with $c"
        mkdir "$tmp/$c"
        (cd "$tmp/$c" && "$src/configure" CC=$c --without-sdl &&
            make -j2 isabox) > "$tmp/log" 2>&1 && builds="$builds $c=$tmp/$c"
        break
    done
}

# isabox_add: one column NAME/ENGINE for each build and engine.
isabox_add() {
    for b in $builds; do
        for e in ${BENCH_ENGINES:-$(isabox_engines "${b#*=}/isabox")}; do
            ours="$ours ${b%%=*}/$e"
        done
    done
    best=$(echo $ours | tr ' ' '\n' |
        awk -F/ 'NR == 1 { first = $1 } $1 == first { last = $0 }
                 END { print last }')
    [ -z "$quick" ] || ours=$best
}

kernels_build() {
    CC386=$(c_kernel_compiler) || say 'no compiler for C kernels: left out'
    kernels=
    [ "${BENCH_KERNELS:-}" = none ] && return
    for k in ${BENCH_KERNELS:-$(kernel_names)}; do
        [ -n "$(field "$k" 1)" ] || { say "no kernel '$k'"; exit 2; }
        if kernel_build "$k"; then
            kernels="$kernels $k"
            echo "$k $(guest_count "$k")" >> "$tmp/counts"
        else
            say "$k: can't be built"
        fi
    done
}

# ---- kernels ----

# run KERNEL RIVAL N: sets cpu (ns from START to DONE); false when it failed.
run() {
    image=$tmp/$1.img
    out=$(rival_run "$2" "$image" -n "$image" "$3" 2>"$tmp/err")
    if [ -z "$out" ]; then
        say "$1 on $2: $(tail -c 200 "$tmp/err" | tr '\n\r' '  ')"
        echo "$1 $2 failed" >> "$tmp/notes"
        return 1
    fi
    set -- "$1" "$2" $out
    cpu=$3 sum=${8:-none}
    [ "$sum" = "$(field "$1" 3)" ] || echo "$1 $2 sum" >> "$tmp/notes"
}

# iterations KERNEL RIVAL: sets n, so that 3n take about the target. isabox
# passes text on between slices of guest time, so n must be longer than some.
iterations() {
    n=$(field "$1" 2) less=1
    case $2 in
    */*) less=$(awk -v k="$1" '$1 == k { print int(1e6 / $2) + 1 }' \
             "$tmp/counts") ;;
    esac
    for try in 1 2 3 4; do
        run "$1" "$2" "$n" || return
        next=$(awk -v n="$n" -v t="$cpu" -v ms="$target" -v less=$less 'BEGIN {
            if (t < 1e5) t = 1e5
            w = n * ms * 1e6 / 3 / t; m = n * 100
            w = w > m ? m : w < less ? less : w
            printf "%d", w + .5 }')
        enough=$((next / n < 5))
        n=$next
        [ $enough = 1 ] && return
    done
}

kernel_measure() {
    rm -f "$tmp"/n.*
    for r in $ours $rivals; do
        iterations "$1" "$r" && echo "$n" > "$tmp/n.$(echo "$r" | tr / _)"
    done
    for i in $(seq "$runs"); do
        for r in $ours $rivals; do
            f=$tmp/n.$(echo "$r" | tr / _)
            [ -f "$f" ] && read -r n < "$f" && run "$1" "$r" "$n" || continue
            once=$cpu
            run "$1" "$r" $((3 * n)) || continue
            echo "$1 $r $n $once $cpu" >> "$tmp/results"
        done
    done
}

# ---- whole systems: "NAME RIVAL CPU-ns WALL-ns" lines ----

system_run() {
    for i in $(seq "$runs"); do
        for r in $ours $rivals; do
            out=$("system_$1" "$r" 2>"$tmp/err") || continue
            [ -n "$out" ] && echo "$1 $r $out" >> "$tmp/systems"
        done
    done
}

# CPU and wall time to the boot sector, KiB over the guest's 16 MB.
system_start() {
    rival_run "$1" "$tmp/touch.img" -n "$tmp/touch.img" 1 |
        awk '{ print $3, $4, $5 - 16384 }'
}

system_freedos() {
    rival_run "$1" "$tmp/freedos.img" -s '' | cut -d' ' -f1-2
}

system_selftest() {
    rival_run "$1" "$tmp/tour.img" -s '' -d SELFTEST | cut -d' ' -f1-2
}

system_seabios() { rival_seabios "$1" | cut -d' ' -f1-2; }

# Ten machines in one process against one: CPU ns of each.
system_ten() {
    case $1 in
    "$best") ;;
    *) return ;;
    esac
    set -- "$tmp/mix16.img"
    image_iterations "$1" 500
    echo "$("$tmp/machine" "$1" 1 | cut -d' ' -f2)" \
        "$("$tmp/machine" "$1" 10 | cut -d' ' -f2)"
}

freedos_build() {
    [ -n "${BENCH_FREEDOS:-}" ] && command -v mcopy >/dev/null || return
    cp "$BENCH_FREEDOS" "$tmp/freedos.img" && chmod u+w "$tmp/freedos.img" &&
        $NASM -f bin -o "$tmp/bench.com" "$bench/prompt.asm" &&
        { mtype -i "$tmp/freedos.img" ::AUTOEXEC.BAT
          printf '\r\nBENCH\r\n'; } > "$tmp/autoexec.bat" &&
        mcopy -o -i "$tmp/freedos.img" "$tmp/bench.com" \
            "$tmp/autoexec.bat" ::
}

tour_build() {
    cp "$src/roms/images/tour.bin" "$tmp/tour.img" &&
        printf '\002' | dd of="$tmp/tour.img" bs=1 seek=504 conv=notrunc \
            2>/dev/null && truncate -s 1440K "$tmp/tour.img"
}

systems_measure() {
    for s in $systems; do
        case $s in
        none)     continue ;;
        start)    kernel_build touch ;;
        ten)      kernel_build mix16 ;;
        freedos)  freedos_build ;;
        selftest) tour_build ;;
        seabios)  [ -f "$seabios" ] ;;
        *)        say "no system '$s'"; exit 2 ;;
        esac || { say "$s: left out"; continue; }
        say "$s"
        system_run "$s"
    done
}

# rows_choose ROW ...: sets what is to be run to these.
rows_choose() {
    BENCH_KERNELS= BENCH_PROGRAMS= systems=
    for row; do
        if [ -n "$(field "$row" 1)" ]; then
            BENCH_KERNELS="$BENCH_KERNELS $row"
        elif [ -n "$(program_rows "$row")" ]; then
            BENCH_PROGRAMS="$BENCH_PROGRAMS $(program_rows "$row")"
        else
            systems="$systems $row"         # it says when there is none
        fi
    done
    : "${BENCH_KERNELS:=none}" "${BENCH_PROGRAMS:=none}" "${systems:=none}"
}

# ---- main ----

[ -n "${NASM}" ] && command -v "$NASM" >/dev/null || { say 'no nasm'; exit 2; }
[ $# = 0 ] || rows_choose "$@"
builds=${BENCH_BUILDS:-${quick:+$(basename "${CC%% *}")=$(pwd)}}
[ -n "$builds" ] || builds_find
first=${builds%% *}
tool mark || exit 2
tool machine "${first#*=}/libisabox.a" -lz -lm || exit 2
rivals_find
isabox_add
: > "$tmp/counts"; : > "$tmp/results"; : > "$tmp/systems"; : > "$tmp/notes"
: > "$tmp/done"
kernels_build
for k in $kernels; do
    say "$k"
    kernel_measure "$k"
done
programs_measure
systems_measure
describe > "$tmp/machine.txt"
if [ -n "${BENCH_KEEP:-}" ]; then
    mkdir -p "$BENCH_KEEP"
    for f in machine.txt counts results done systems notes; do
        cp "$tmp/$f" "$BENCH_KEEP"
    done
fi
cat "$tmp/machine.txt"
awk -v columns="$ours $rivals" -v best="$best" -v pick="$pick" \
    -f "$bench/report.awk" "$bench/kernels" "$bench/programs" "$tmp/counts" \
    "$tmp/results" "$tmp/done" "$tmp/systems" "$tmp/notes"
