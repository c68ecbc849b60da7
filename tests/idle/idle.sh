#!/bin/sh
# idle.sh - how much guests sleep that wait in the manner of some system, and
# that those which work do not; how soon a key reaches them. In guest time, so
# it is the same on every host.
#
#   idle.sh SRCDIR [short | NAME...]
#
# Short: one or two guests of each kind, on the first of their processors, and
# less of each run is made again where nothing is skipped.
# A guest's line "; expect:" says asleep (at least 90 %) or busy (at most 1 %);
# "some" where it does both, with "frames" that must be a tick each. "; cpus:"
# names other processors than the 486.
src=$1 short= same=900; shift
[ "$1" != short ] || {
    short=yes same=500
    set -- animate clock colours count cursor dos3 dos5 dos6 gentle index \
        planes protected serial standard windows worker
}
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
fail() { echo "$*"; bad=$((bad + 1)); }

# judge WHAT EXPECT "asleep N.N % key N us frames N ran N"
judge() {
    what=$1 expect=$2
    echo "$what: $3"
    set -- $3
    [ "$1" = asleep ] || { fail "$what: no result"; return; }
    tenths=$(echo "$2" | tr -d .)
    case $expect in
    asleep) [ "$tenths" -ge 900 ] || fail "$what: it hardly sleeps" ;;
    busy)   [ "$tenths" -le 10 ] || fail "$what: put to sleep at work" ;;
    some*)  [ "$tenths" -ge 300 ] || fail "$what: it does not sleep"
            [ "$8" -ge 18 ] || fail "$what: $8 frames in a second" ;;
    *)      fail "$what: no '; expect:' line" ;;
    esac
    [ "$5" -le 20000 ] || fail "$what: a key took $5 us"
}

[ $# -gt 0 ] || set -- $(cd "$src/tests/idle" && ls *.asm | sed 's/\.asm$//')
for guest; do
    file=$src/tests/idle/$guest.asm
    "$NASM" -f bin -I "$src/tests/idle/" -o "$dir/a.img" "$file" &&
        truncate -s 1474560 "$dir/a.img" || { fail "$guest"; continue; }
    expect=$(sed -n 's/^; expect: //p' "$file")
    cpus=$(sed -n 's/^; cpus: //p' "$file")
    [ -z "$short" ] || cpus=${cpus%% *}
    for cpu in ${cpus:-486}; do
        judge "$guest on a $cpu" "$expect" \
            "$(./tests/tools/idle_run -cpu "$cpu" -same $same \
                   "$dir/a.img" 2>&1 | tail -n 1)"
    done
done
echo "$bad failed"
[ "$bad" = 0 ]
