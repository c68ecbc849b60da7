#!/bin/sh
# opl3.sh SRCDIR [all] - the OPL3's samples against recorded traces: one of
# each kind, or all of them.
traces=${SHARED:-$1/../shared}/oracles/opl3/opl3-traces.tar.gz
[ -f "$traces" ] || { echo "no ${traces##*/}"; exit 77; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
if [ "$2" = all ]; then
    tar xzf "$traces" -C "$dir" || exit 1
else
    tar xzf "$traces" -C "$dir" --wildcards '*01.*' '*-0.*' || exit 1
fi
./tests/opl3play -check $(find "$dir" -name '*.txt' | sort)
