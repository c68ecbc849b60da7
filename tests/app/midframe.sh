#!/bin/sh
# midframe.sh - a picture has what the beam met, whenever the host asks; run by
# make check in the build folder.
src=$1
work=${TMPDIR:-/tmp}/isabox-midframe.$$
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
grep -q 'HAVE_CJSON 1' config.h || { echo 'built without cJSON'; exit 77; }
"$NASM" -f bin -o "$work/a.img" "$src/tests/guest/video/midframe.asm" &&
    truncate -s 1474560 "$work/a.img" || exit 1
isabox=$(pwd)/isabox client=$(pwd)/tests/tools/client
cd "$work" || exit 1

# Thirty pictures of a running guest, then one after it was stopped. The pace
# is given: by itself it follows what the host can do.
"$isabox" -speed 50 -display none -fda a.img -debugcon file:ran \
    -qmp unix:q,server=on,wait=off &
pid=$! n=0
until [ -s ran ]; do
    n=$((n + 1))
    [ $n -lt 150 ] || fail 'the guest does not run'
    sleep 0.1
done
{
    echo '0>{"execute":"qmp_capabilities"}'
    echo '0<"return"'
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 \
             25 26 27 28 29 30; do
        printf '0>{"execute":"screendump","arguments":{"filename":"%s.ppm"}}\n0<"return"\n' $i
    done
    echo '0>{"execute":"quit"}'
    echo '0$'
} | "$client" unix:q || fail 'no pictures'
wait $pid || fail "status $?"
pid=

# bands FILE: so many lines begin red or white, black or green, blue. Eight
# bytes are one number of od's, for each by itself would take it eight times as
# long; the first of them stands last in it.
bands() {
    od -An -v -tx8 -w1920 -j 15 "$1" | cut -c 2-17 | awk '
        { red = substr($1, 15); blue = substr($1, 11, 2) }
        red > "c8" { reds++ } red < "09" && blue < "09" { darks++ }
        red < "09" && blue > "c8" { blues++ }
        END { print reds + 0, darks + 0, blues + 0 }'
}
# A band ends where the program saw its line end; that takes it a while.
for i in *.ppm; do
    bands "$i" | awk '{ exit !($1 >= 239 && $1 <= 242 && $2 >= 58 &&
                               $2 <= 64 && $1 + $2 + $3 == 400) }' ||
        fail "picture $i has bands of $(bands "$i")"
done
od -An -v -tu1 -w3 -j 15 1.ppm | sort | uniq -c | grep -q ' 1600 ' ||
    fail 'no sprite of 1,600 pixels'

# Looks that come at other times, and one after a state was loaded. Lines that
# the beam has passed are no part of a state, so a whole frame goes by first.
cat > s.script <<'END'
wait 2s
wait 3ms
save st
wait 40ms
screenshot a.png
hash
load st
wait 40ms
screenshot b.png
hash
END
"$isabox" -display none -fda a.img -script s.script > out || fail 'the script'
cmp a.png b.png || fail 'another picture after the state was loaded'
[ "$(sort -u out | wc -l)" = 1 ] || fail 'another state after it was loaded'
exit 0
