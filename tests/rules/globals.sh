#!/bin/sh
# globals.sh - the library keeps no writable globals; run by make check.
# Constant tables that hold pointers live in .data.rel.ro and are fine.
lib=${1:-libisabox.a}
[ -f "$lib" ] || { echo "globals.sh: no $lib" >&2; exit 2; }
# The sanitizers keep tables of their own in .data.
if nm "$lib" 2>/dev/null | grep -q __asan_init; then
    echo 'globals: skipped, the library is built with sanitizers'
    exit 0
fi
! objdump -t "$lib" 2>/dev/null |
    grep -E '[[:space:]](\.t?data|\.t?bss|\*COM\*|\.data\.rel(\.local)?)(\.[A-Za-z_]+)?[[:space:]]' |
    grep -vE '\.data\.rel\.ro|[[:space:]]d[[:space:]]+\.'
