#!/bin/sh
# check.sh - proves the .bin fonts equal to their drawings, and mkfont strict.
#
# usage: check.sh [MKFONT]      (without one, mkfont.c is compiled by $CC)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkfont=${1:-$tmp/mkfont}
[ $# -gt 0 ] || ${CC:-cc} -std=c11 -O2 -o "$mkfont" "$here/mkfont.c"

fail() { echo "fonts: $*" >&2; exit 1; }

for pair in 8:08 14:14 16:16; do
    txt=$here/cp437-8x${pair%:*}.txt bin=$here/f${pair#*:}.bin
    "$mkfont" "$txt" "$tmp/font" || fail "$txt is not accepted"
    cmp "$tmp/font" "$bin" || fail "$bin is older than its drawing"
done

# refuse LINE WORDS SED-SCRIPT: the edited 8x8 font is an error at that line.
refuse() {
    rm -f "$tmp/font"
    sed "$3" "$here/cp437-8x8.txt" > "$tmp/bad"
    ! "$mkfont" "$tmp/bad" "$tmp/font" 2> "$tmp/said" ||
        fail "accepted after $3"
    grep -q ":$1: .*$2" "$tmp/said" || fail "after $3: $(cat "$tmp/said")"
    [ ! -e "$tmp/font" ] || fail "a file is written after $3"
}

# Line 6 is the height, 8 the title of glyph 00, 9-16 its rows.
refuse 7  'expected "height'         '6d'
refuse 6  'not within'               '6s/8/99/'
refuse 6  'expected "height'         '6s/$/ rows/'
refuse 8  'glyph 01 where 00'        '8,17d'
refuse 18 'glyph 00 where 01'        '18s/01/00/'
refuse 8  'expected "glyph 00 NAME"' '8s/glyph/glyf/'
refuse 8  'expected "glyph 00 NAME"' '8s/ 00.*/ 00/'
refuse 16 '00 has 7 rows, not 8'     '12d'
refuse 17 'expected a blank line'    '12p'
refuse 12 '9 pixels wide'            '12s/$/./'
refuse 12 '7 pixels wide'            '12s/.//'
refuse 12 "row of '.' and '#'"       '12s/./x/'
refuse 12 'byte 0D'                  "12s/\$/$(printf '\r')/"
refuse 12 'longer than'              '12s/.*/&&&&&&&&&&&&&&&&/'
refuse 18 'ends before glyph 01'     '18,$d'
refuse 21 '01 has 2 rows, not 8'     '21,$d'
refuse 2568 'more text'              '$a\
\
glyph 100 X'
echo 'fonts: ok'
