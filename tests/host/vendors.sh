#!/bin/sh
# vendors.sh - the rows of host_vendor.c: what was recorded on one vendor's
# processor must not pass for the other's, nor this host for another one.
#
# tests/data/vendor-amd was recorded on a Zen 5 (the string instructions in
# 64-bit mode at the end of a page, and moved here to the end of a segment);
# vendor-intel has the same cases with what the SDM says of the flags, and for
# the x87 with the results of the library, which Intel hosts confirm. Three of
# the 20 cases are the same for both. singlestep.sh runs them as they are.
data=$1/tests/data
out=${TMPDIR:-/tmp}/isabox-vendors.$$
trap 'rm -rf "$out"' EXIT
mkdir -p "$out"

fail() { echo "$*"; exit 1; }

# swapped NAME TAG OTHER: the same records with the other vendor's tag.
swapped() {
    gzip -dc "$data/$1.MOO.gz" | LC_ALL=C sed "s/$2/$3/" > "$out/$1.MOO"
    for engine in cache fast compiled; do
        ./tests/tools/singlestep -engine $engine "$out/$1.MOO" > "$out/log"
        grep -q ': 17 of 20 failed' "$out/log" ||
            fail "$1 as $3, $engine: $(cat "$out/log")"
    done
}
swapped vendor-amd AMDZ INTL
swapped vendor-intel INTL AMDZ

# one_vendor TOOL ARGUMENTS...: this host is like one vendor, not like both.
one_vendor() {
    tool=$1; shift
    passed=
    for vendor in intel amd; do
        "./tests/host/$tool" -vendor $vendor "$@" > "$out/log" 2>&1
        case $? in
        0)  passed="$passed $vendor" ;;
        77) return ;;
        esac
    done
    case $passed in
    ' intel'|' amd') ;;
    *)  fail "$tool passes for:${passed:- none}" ;;
    esac
}
one_vendor int_host 20000
one_vendor f80_host 20000 1 fprem1
one_vendor fpu_host 60000 1 d9 fe
