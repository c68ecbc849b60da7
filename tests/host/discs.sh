#!/bin/sh
# discs.sh - discs, judged by the tools of others: folders that are CDs by 7z,
# isoinfo and xorriso, tracks of cue sheets by bchunk, images of genisoimage.
# usage: discs.sh SOURCE_DIR [ROUNDS [FILES]]; SEED chooses the random trees,
# KEEP names a folder to be made where what failed is left.
isabox=$(pwd)/isabox rounds=${2:-1} files=${3:-60}
. "$1/tests/lib/randomtree.sh"
for tool in 7z isoinfo xorriso bchunk genisoimage; do
    command -v $tool > /dev/null || { echo "$tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
# Names of all alphabets are those of their bytes.
LC_ALL=C.UTF-8
export LC_ALL
fail() {
    echo "discs.sh: seed $seed: $*"
    [ -z "$KEEP" ] || cp -r "$work" "$KEEP"
    exit 1
}

sums() { (cd "$1" && find . -type f -exec md5sum {} +) | cut -c1-32 | sort; }
dates() { (cd "$1" && find . -mindepth 1 -printf '%y %TY-%Tm-%Td %TH:%TM:%.2TS %P\n') | sort; }

# alike WHAT FOLDER: it holds what `tree` holds.
alike() {
    diff -r tree "$2" > said || fail "$1: $(head -5 said)"
    [ "$3" = contents ] || dates "$2" | diff want.dates - > said ||
        fail "$1: dates: $(head -5 said)"
}

# The names for DOS, and what is behind them.
dos_names() {
    isoinfo -f -i t.iso > names || fail 'isoinfo -f'
    [ "$(wc -l < names)" = "$(find tree -mindepth 1 | wc -l)" ] ||
        fail 'isoinfo does not see all'
    sort names | uniq -d | grep . && fail 'names are there twice'
    sed 's,.*/,,' names | grep -vE '^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{0,3};1)?$' &&
        fail 'no names of 8.3'
    LC_ALL=C sort -c names 2> said || [ -z "$SORTED" ] || fail "$(cat said)"
    grep ';1$' names | while read -r f; do
        isoinfo -i t.iso -x "$f" | md5sum
    done | cut -c1-32 | sort > got
    cmp -s want.sums got || fail 'isoinfo: names for DOS have other contents'
}

# Those of ASCII: of others isoinfo knows the letters of some countries.
long_names() {
    isoinfo -J -f -i t.iso > names || fail 'isoinfo -J'
    [ "$(wc -l < names)" = "$(find tree -mindepth 1 | wc -l)" ] ||
        fail 'isoinfo -J does not see all'
    LC_ALL=C grep -av -e '[^ -~]' -e emoji names | sed 's/;1$//; s,^/,,' | sort > got
    (cd tree && find . -mindepth 1 -printf '%P\n') |
        LC_ALL=C grep -v '[^ -~]' | sort > want
    diff want got > said || fail "isoinfo -J: $(head -5 said)"
}

folder() {
    rm -rf tree got.* *.iso
    random_tree tree $seed "$files"
    ln -s ../../.. tree/link
    mkfifo tree/pipe
    "$isabox" image convert iso:tree t.iso > said 2>&1 || fail "$(cat said)"
    "$isabox" image info iso:tree > said 2>&1 || fail "$(cat said)"
    grep -q 'track 1: mode 1' said || fail "info: $(cat said)"
    rm tree/link tree/pipe
    sums tree > want.sums
    dates tree > want.dates
    7z t t.iso > said || fail "7z t: $(cat said)"
    7z x -ogot.7z t.iso > said || fail "7z x: $(cat said)"
    alike '7z x' got.7z
    mkdir got.ours
    "$isabox" image get -r t.iso / got.ours > said 2>&1 ||
        fail "get: $(cat said)"
    alike 'image get' got.ours contents
    "$isabox" image ls -r t.iso | sed 's,/$,,' | sort > got
    (cd tree && find . -mindepth 1 -printf '%P\n') | sort | diff - got > said ||
        fail "image ls: $(head -5 said)"
    dos_names
    long_names
    for read in norock ecma119; do
        xorriso -read_fs $read -osirrox on -indev t.iso \
            -extract / got.$read > said 2>&1 || fail "xorriso: $(cat said)"
        chmod -R u+w got.$read
    done
    alike 'xorriso, Joliet' got.norock contents
    sums got.ecma119 | cmp -s want.sums || fail 'xorriso: names for DOS'
    xorriso -indev t.iso -check_media -- > said 2>&1 &&
        grep -q 'Media region.*good' said ||
        fail "xorriso -check_media: $(cat said)"
}

# Of a sheet with data and audio, the data.
sheet() {
    genisoimage -quiet -R -D -o g.iso tree 2> said || fail "$(cat said)"
    "$isabox" image convert g.iso h.iso > said || fail 'convert an image'
    cmp -s g.iso h.iso || fail 'an image of genisoimage has changed'
    rm -rf got.ours && mkdir got.ours
    "$isabox" image get -r g.iso / got.ours > said 2>&1 ||
        fail "get: $(cat said)"
    sums got.ours | cmp -s want.sums || fail 'image get: an image without Joliet'
    frames=$(($(stat -c %s g.iso) / 2048))
    [ $frames -lt 400 ] || frames=400
    head -c $((frames * 2048)) g.iso > part.iso
    head -c 288 /dev/zero > check
    i=0
    while [ $i -lt $frames ]; do
        printf '\000\377\377\377\377\377\377\377\377\377\377\000\000\002\000\001'
        dd if=part.iso bs=2048 skip=$i count=1 status=none
        cat check
        i=$((i + 1))
    done > a.bin
    head -c $((2352 * 40)) /dev/urandom >> a.bin
    at=$(printf '00:%02d:%02d' $((frames / 75)) $((frames % 75)))
    printf '%s\n' 'FILE "a.bin" BINARY' '  TRACK 01 MODE1/2352' \
        '    INDEX 01 00:00:00' '  TRACK 02 AUDIO' "    INDEX 01 $at" > a.cue
    bchunk a.bin a.cue b > said 2>&1 || fail "bchunk: $(cat said)"
    cmp b01.iso part.iso || fail 'bchunk: the test itself is wrong'
    "$isabox" image convert a.cue c.iso > said 2>&1 || fail "$(cat said)"
    cmp b01.iso c.iso || fail 'bchunk makes another image of a cue sheet'
    rm -f a.* b0* c.iso
}

first=${SEED:-1} seed=${SEED:-1}
while [ $seed -lt $((first + rounds)) ]; do
    folder
    sheet
    seed=$((seed + 1))
done
echo "$rounds trees of $files files, byte by byte: 7z, isoinfo, xorriso, bchunk"
