#!/bin/sh
# coverage.sh - how many lines of cpu/ the tests run: a table for each file
# and in all, from a build of its own with gcc --coverage.
#
#   coverage.sh [-v]             -v lists the lines that nothing runs
#
# Runs the CPU's unit tests, recorded cases on every engine and the guests.
# Fails below 95 %. Wants gcc with gcov, SRCDIR or the current folder; larger
# recorded sets from $SHARED.
src=$(cd "${SRCDIR:-.}" && pwd)
SHARED=${SHARED:-$src/../shared}
NASM=${NASM:-nasm}
export SHARED NASM
least=95
command -v gcov >/dev/null || { echo 'no gcov'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 2

units="test_cpu test_fpu test_f80 test_x87 test_mmx test_p6 test_debug
       test_engine test_block test_disasm test_mmio test_pc"
tools=
for t in $units; do
    tools="$tools $(cd "$src" && ls tests/unit/*/"$t.c" | sed 's/\.c$//')"
done
"$src/configure" --without-sdl CC=gcc \
    CFLAGS='-O1 --coverage -fprofile-update=single' \
    LDFLAGS=--coverage > /dev/null || exit 2
hosts='tests/host/fpu_host tests/host/f80_host tests/host/int_host
       tests/host/mmx_host'
make -s -j2 isabox $tools $hosts tests/tools/singlestep tests/tools/ndisasm \
    tests/tools/client > build.log 2>&1 || { tail -n 20 build.log; exit 2; }

export CK_DEFAULT_TIMEOUT=600 CK_FORK=no
for t in $tools; do "./$t" > /dev/null 2>&1 || echo "$t failed"; done
./tests/host/fpu_host 20000 > /dev/null
./tests/host/f80_host 200 > /dev/null
./tests/host/int_host 5000 > /dev/null
./tests/host/mmx_host 500 > /dev/null
./tests/tools/ndisasm 20000 > /dev/null
for engine in cache nocache fast compiled; do
    for d in "$src/tests/data" "$SHARED/oracles/sst" "$SHARED/oracles/hw386"; do
        [ ! -d "$d" ] ||
            ./tests/tools/singlestep -engine $engine -max 20 "$d" > log ||
            cat log
    done
done
"$src/tests/guest/guest.sh" "$src" > log 2>&1 || tail -n 3 log
"$src/tests/guest/devices/detect.sh" "$src" > log 2>&1 || tail -n 3 log
"$src/tests/app/monitor.sh" > log 2>&1 || tail -n 3 log
for r in tour freedos722; do
    sh "$src/tests/replay/$r.sh" "$src" > log 2>&1 || tail -n 1 log
done

# gcov's own format: count, line number, text; a file that several objects
# include is the union of what they ran.
(cd cpu && gcov -p -s "$src" $(find . -name "*.gcda") > /dev/null 2>&1)
awk -F: -v src="$src/" -v verbose="${1:-}" '
FNR == 1 { name = "" }
$2 + 0 == 0 && $3 == "Source" {
    name = $4
    sub(src, "", name)
    sub(/^\.\//, "", name)
}
name !~ /^cpu\/[a-z0-9_]*\.[a-z]*$/ || $2 + 0 == 0 { next }
{
    count = $1
    gsub(/[ *]/, "", count)
    key = name SUBSEP $2 + 0
    if (count == "-" || count == "")
        next
    if (!(key in ran))
        ran[key] = 0
    if (count !~ /^[#=]/)
        ran[key] = 1
    text[key] = substr($0, index($0, $3))
}
END {
    for (key in ran) {
        split(key, k, SUBSEP)
        lines[k[1]]++
        hit[k[1]] += ran[key]
        all++
        sum += ran[key]
        if (!ran[key] && verbose != "")
            printf "0 %s:%04d %s\n", k[1], k[2], text[key]
    }
    for (f in lines)
        printf "1 %-26s %5d of %5d lines  %5.1f %%\n", f, hit[f], lines[f],
               100 * hit[f] / lines[f]
    printf "2 %-26s %5d of %5d lines  %5.1f %%\n", "cpu/", sum, all,
           all ? 100 * sum / all : 0
}' cpu/*.gcov | sort | cut -c 3- > table
cat table
tail -n 1 table | awk -v least=$least '{ exit !($(NF - 1) >= least) }'
