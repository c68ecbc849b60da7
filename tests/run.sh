#!/bin/sh
# run.sh - make check: the unit tests given as arguments, the structure
# checks, the ROM images, the replays. Ends with what was skipped and why, what
# failed, and "N passed, N failed".
# Steps run side by side, in one lane more than the host has processors.
export CK_DEFAULT_TIMEOUT=120           # a loaded host is no failure
export LC_ALL=C                         # ranges, sorting, decimal points
cd "$(dirname "$0")/.." || exit 2
src=$(pwd)
cd - >/dev/null || exit 2
out=${TMPDIR:-/tmp}/isabox-check.$$
trap 'rm -rf "$out"' EXIT
mkdir -p "$out"

# step NAME COMMAND...: quiet when it passes; 77 means skipped, with a line.
# Each lane comes by every step and takes those that no other one has.
step() {
    name=$1; shift
    index=$((index + 1))
    mkdir "$out/$index" 2>/dev/null || return
    log=$out/$index/log
    "$@" > "$log" 2>&1 < /dev/null
    case $? in
    0)  result=passed words="ok    $name" ;;
    77) result=skipped words="skip  $name: $(tail -n 1 "$log")" ;;
    *)  result=failed words="FAIL  $name
$(tail -n 40 "$log")" ;;
    esac
    echo "$words" > "$out/$index/$result"
    echo "$words"
}

steps() {
    index=0
    step layers "$src/tests/rules/layers.sh" "$src"
    step globals "$src/tests/rules/globals.sh" libisabox.a
    step docs "$src/tests/rules/docs.sh" "$src"
    step manual "$src/tests/rules/manual.sh" "$src"
    step hostcalls "$src/tests/rules/hostcalls.sh" libisabox.a
    step fonts "$src/roms/fonts/check.sh"
    step roms "$src/tests/rules/roms.sh" "$src"
    for t; do step "$t" "./$t"; done
    step singlestep "$src/tests/tools/singlestep.sh" "$src"
    step "disassembler against ndisasm" ./tests/tools/ndisasm 50000
    step "disassembler's text, assembled" ./tests/tools/reassemble 10000
    step 'MMX against the host' ./tests/host/mmx_host 20000
    step 'x87 against the host' ./tests/host/fpu_host 20000
    step 'x87 library against the host' ./tests/host/f80_host 500
    step 'integers against the host' ./tests/host/int_host 20000
    step 'bit strings against the host' ./tests/host/bits_host 50000
    step 'ring 3 against the host' ./tests/host/ring3_host 20000
    step "vendors' processors" "$src/tests/host/vendors.sh" "$src"
    step 'OPL3 against recorded traces' "$src/tests/tools/opl3.sh" "$src"
    step 'damaged states' ./tests/damage/damage states 200
    step 'damaged media' ./tests/damage/damage media 60
    step 'random ports' ./tests/damage/damage ports 17 2000
    for t in "$src"/tests/fuzz/corpus/*; do
        n=$(basename "$t")
        step "corpus of $n" ./tests/fuzz/"$n" "$t"
    done
    step determinism "$src/tests/app/determinism.sh" "$src"
    step guest "$src/tests/guest/guest.sh" "$src"
    step detect "$src/tests/guest/detect.sh" "$src"
    step idle "$src/tests/idle/idle.sh" "$src"
    step monitor "$src/tests/app/monitor.sh"
    step qmp "$src/tests/app/qmp.sh"
    step guard "$src/tests/app/guard.sh"
    step serial "$src/tests/app/serial.sh" "$src"
    step signals "$src/tests/app/signals.sh" "$src"
    step midframe "$src/tests/app/midframe.sh" "$src"
    step configure "$src/tests/app/configure.sh" "$src"
    step install "$src/tests/app/install.sh" "$src"
    step completion "$src/tests/app/completion.sh"
    for s in "$src"/tests/replay/*.sh; do
        [ -f "$s" ] && step "replay/$(basename "$s" .sh)" sh "$s" "$src"
    done
}

# again RESULT: the first line of each step that ended so, once more.
again() {
    for n in $(ls "$out" | sort -n); do
        [ ! -e "$out/$n/$1" ] || head -n 1 "$out/$n/$1"
    done
}

# count RESULT: how many steps ended so.
count() {
    set -- "$out"/*/"$1"
    [ -e "$1" ] && echo $# || echo 0
}

lanes=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || lanes=2
lanes=$((lanes + 1))                    # some steps wait for a terminal
while [ "$lanes" -gt 0 ]; do
    steps "$@" &
    lanes=$((lanes - 1))
done
wait
again skipped
again failed
echo "$(count passed) passed, $(count failed) failed, $(count skipped) skipped"
[ "$(count failed)" = 0 ] && [ "$(count passed)" != 0 ]
