#!/bin/sh
# build.sh OUTDIR - assembles the ROM images into OUTDIR.
#
# rom NAME SOURCE_DIR SOURCE SIZE: one image of SIZE bytes; the last byte is
# set so that all of them add up to 0, as a ROM's do. The date is one of the
# services' time: programs compare its year's two digits with those of IBM's.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh OUTDIR}
mkdir -p "$out"

rom() {
    set -- "$@" -DBIOS_DATE="'11/22/96'" \
        -DFONT8X8="\"$here/fonts/f08.bin\""
    name=$1 dir=$here/$2 source=$3 size=$4
    shift 4
    nasm -f bin -w+error "$@" -i "$dir/" -o "$out/$name.tmp" "$dir/$source"
    finish "$out/$name.tmp" "$size"
    mv "$out/$name.tmp" "$out/$name"
}

# finish FILE SIZE: checks the size, patches the last byte.
finish() {
    have=$(wc -c < "$1")
    if [ "$have" -ne "$2" ]; then
        echo "build.sh: $1 has $have bytes, not $2" >&2
        exit 1
    fi
    sum=$(od -An -v -tu1 "$1" |
        awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s % 256 }')
    last=$(od -An -tu1 -j $(($2 - 1)) "$1" | tr -d ' ')
    byte=$(printf '%03o' $(((last - sum) & 255)))
    printf "\\$byte" |
        dd of="$1" bs=1 seek=$(($2 - 1)) conv=notrunc 2>/dev/null
}

rom bios.bin bios bios.asm 65536
rom xthdc.bin xthdc xthdc.asm 4096
rom vgabios.bin vgabios vgabios.asm 32768
rom cirrus.bin vgabios vgabios.asm 32768 -DCIRRUS
nasm -f bin -w+error -i "$here/tour/" -o "$out/tour.bin" "$here/tour/tour.asm"
nasm -f bin -w+error -o "$out/mbr.bin" "$here/mbr/mbr.asm"
nasm -f bin -w+error -i "$here/isacd/" -o "$out/isacd.com" \
    "$here/isacd/isacd.asm"
