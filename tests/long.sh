#!/bin/sh
# long.sh - make check-long: what takes minutes. Recorded results of real
# processors, the determinism matrix, damaged states and media and random
# traffic under sanitizers, foreign BIOSes here and ours elsewhere, start-up.
#
# Wants SRCDIR from the Makefile, and isabox and the tools built in the
# current folder. Images and recorded results come from $SHARED (../shared
# beside the sources). LONG_ONLY=PATTERN runs the steps whose names match.
src=$(cd "${SRCDIR:-.}" && pwd)
SHARED=${SHARED:-$src/../shared}
export SHARED
export LC_ALL=C                         # ranges, sorting, decimal points
images=$SHARED/images
passed=0 failed=0 skipped=0
out=${TMPDIR:-/tmp}/isabox-long.$$
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"

row() { printf '%-5s %-42s %5s s  %s\n' "$1" "$2" "$3" "$4"; }

# step NAME COMMAND...: a row of the table; 77 means skipped.
step() {
    name=$1; shift
    case $name in *${LONG_ONLY:-}*) ;; *) return ;; esac
    t0=$(date +%s)
    "$@" > "$out/log" 2>&1 < /dev/null
    status=$?
    took=$(($(date +%s) - t0))
    case $status in
    0)  passed=$((passed + 1)); row ok "$name" $took "$(summary)" ;;
    77) skipped=$((skipped + 1)); row skip "$name" $took "$(summary)" ;;
    *)  failed=$((failed + 1)); row FAIL "$name" $took "status $status"
        tail -n 40 "$out/log" ;;
    esac
}
summary() { grep -v '^ *$' "$out/log" | tail -n 1 | cut -c 1-70; }
missing() { echo "$*"; return 77; }

# ---- recorded results ----

oracle() {                              # ENGINE FOLDER
    [ -d "$SHARED/oracles/$2" ] || missing "no $SHARED/oracles/$2" || return
    strict=
    [ "$2" = hw386 ] || strict=-strict    # those chips are regular
    ./tests/tools/singlestep -v $strict -engine "$1" "$SHARED/oracles/$2"
}
for d in sst/8086 sst/80286 hw386; do
    for e in cache nocache fast compiled; do
        step "recorded $d, $e" oracle $e $d
    done
done

for t in test_stack test_frames; do
    step "$t, every case" env ISABOX_ALL=1 CK_DEFAULT_TIMEOUT=120 \
        ./tests/unit/cpu/$t
done

step 'disassembler against ndisasm' ./tests/tools/ndisasm 2000000
step "disassembler's text, assembled" ./tests/tools/reassemble 2000000
step 'MMX against the host' ./tests/host/mmx_host 1000000
step 'x87 against the host' ./tests/host/fpu_host 3000000
step 'x87 library against the host' ./tests/host/f80_host 50000
step 'transcendentals against MPFR' "$src/tests/long/ulp.sh" 200000
step 'integers against the host' ./tests/host/int_host 3000000
step 'bit strings against the host' ./tests/host/bits_host 3000000
for e in cache fast compiled; do
    step "ring 3 against the host, $e" ./tests/host/ring3_host -engine $e 500000
done
step 'planted errors are caught' "$src/tests/long/planted.sh"
step 'coverage of cpu/' "$src/tests/long/coverage.sh"

step 'another kind of host: the same hashes' \
    "$src/tests/long/cross.sh" "$src"

step 'what a port access costs the host' ./tests/tools/portcost 20000
step 'serial ports at full rate' "$src/tests/app/serial.sh" "$src" long
step 'guests that spin' env ISABOX_SEEDS=1500 CK_DEFAULT_TIMEOUT=3000 \
    ./tests/unit/cpu/test_spin
step 'loads at any time' env ISABOX_SEEDS=60 CK_DEFAULT_TIMEOUT=3000 \
    ./tests/unit/cpu/test_load

# ---- Linux and other guests of the later processors ----

guest_of() { OUT=$out ISABOX=$PWD/isabox "$src/tests/long/$@"; }
step 'Linux 6 on a Pentium Pro and II' guest_of linux.sh
step 'memtest86+, GRUB' guest_of memtest.sh

# ---- damage, with a build of its own ----

sanitized() {
    mkdir -p "$out/san" && cd "$out/san" &&
        "$src/configure" CC=gcc --without-sdl --enable-sanitizers \
            CFLAGS='-O1 -g' && make -j2 isabox tests/damage/damage
}
damage() {
    prog=$out/san/tests/damage/damage
    [ -x "$prog" ] || missing 'no sanitized build' || return
    "$prog" "$@"
}
build_sanitized() {
    command -v gcc >/dev/null || missing 'no gcc' || return
    (sanitized)
}
case "sanitizers damaged states media random ports" in
*${LONG_ONLY:-}*) step 'sanitizers: build' build_sanitized ;;
esac
dos=
for f in "$images"/freedos-1440K.img "$images"/freedos-360K.img; do
    [ -f "$f" ] && dos="$dos $f"
done
step 'sanitizers: 1,000 damaged states' damage states 1000
step 'sanitizers: 1,000 damaged media' damage media 1000 $dos
step 'sanitizers: 100,000 accesses, each chip' damage ports 17 100000

# ---- the rest ----

step 'OPL3 against all recorded traces' "$src/tests/tools/opl3.sh" "$src" all

step 'determinism, all builds and engines' \
    "$src/tests/app/determinism.sh" "$src" full
for b in seabios bochs-legacy bochs-latest; do
    for f in "$images"/*.img; do
        step "$b boots $(basename "$f" .img)" \
            "$src/tests/app/foreign.sh" bios $b "$f"
    done
done
for m in qemu bochs; do
    step "our BIOS boots DOS in $m" \
        "$src/tests/app/foreign.sh" machine $m "$src"
done
start_up() { "$src/tests/app/startup.sh" "$src" > "$out/start"; }
step 'CPU guests: every engine, QEMU and Bochs' \
    "$src/tests/guest/guest.sh" "$src" long
step 'start-up time and memory' start_up
step 'host instructions, at most 18 for one' \
    "$src/tests/bench/count.sh" -most 18
[ ! -s "$out/start" ] || cat "$out/start"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
