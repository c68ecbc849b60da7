#!/bin/sh
# roms.sh - the checked-in ROM images are those that their sources make.
src=$1
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$src/roms/build.sh" "$dir" || exit 1
for f in "$src"/roms/images/*; do
    cmp "$f" "$dir/$(basename "$f")" || exit 1
done
