#!/bin/sh
# fuzz.sh - make fuzz: builds the targets of tests/fuzz/ with clang's libFuzzer
# and sanitizers in the folder build-fuzz, and runs each for a while.
#
# usage: fuzz.sh SECONDS [TARGET ...]
#
# Inputs that reach something new are kept in build-fuzz/corpus/TARGET, those
# that break something in build-fuzz/found. Exit status 1 when there is one.
src=$(cd "${SRCDIR:-.}" && pwd)
seconds=$1; shift
mkdir -p build-fuzz/found
cd build-fuzz || exit 2
[ -f Makefile ] ||
    "$src/configure" CC="${FUZZ_CC:-clang-19}" --without-sdl \
        --enable-fuzzing CFLAGS='-O1 -g' || exit 2
[ $# -ne 0 ] || set -- $(cd "$src/tests/fuzz" && ls *.c | sed '/^main.c$/d; s/.c$//')
status=0
for t; do
    make -s "tests/fuzz/$t" || exit 2
    mkdir -p "corpus/$t" "$src/tests/fuzz/corpus/$t"
    dict=$src/tests/fuzz/$t.dict
    [ ! -f "$dict" ] || set -- "-dict=$dict"
    [ -f "$dict" ] || set --
    "tests/fuzz/$t" "$@" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$PWD/found/$t-" \
        "$PWD/corpus/$t" "$src/tests/fuzz/corpus/$t" > "$t.log" 2>&1
    result=$?
    awk -v t="$t" '/^#/ { at = $0 }
        /number_of_executed_units/ { n = $2 }
        END { split(at, w, "\t"); printf "%-10s %9d runs  %s\n", t, n, w[2] at }' "$t.log"
    if [ $result != 0 ]; then
        status=1
        grep -E '^found:|ERROR:|runtime error:|SUMMARY|Test unit written' "$t.log"
    fi
done
exit $status
