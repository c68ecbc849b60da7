#!/bin/sh
# build.sh OUTDIR - assembles the built-in disk: the used sectors of a floppy.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh OUTDIR}
mkdir -p "$out"
nasm -f bin -w+error -i "$here/" -o "$out/tour.tmp" "$here/tour.asm"
mv "$out/tour.tmp" "$out/tour.bin"
