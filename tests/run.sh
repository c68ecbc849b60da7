#!/bin/sh
# run.sh - make check and make check-long: runs the steps of tests/steps that
# have a tag. Ends with the steps that took longest, what was skipped and
# why, what failed, and "N passed, N failed".
# usage: run.sh check|long [PART_OF_A_NAME]
#
# Runs in the build folder; SRCDIR is the sources', UNITS the unit tests, and
# $SHARED (../shared beside the sources) holds media and recorded results.
# Steps of `check` run side by side, in a lane for each of the host's processors
# and two for those that mostly wait; those of `long` one by one, with their
# times. What each step cost stands in tests/out/check-times or long-times
# afterwards, the dearest first: seconds of processor, how many of them the
# kernel's, seconds by the clock.
export CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-120}    # a loaded host is no
                                                        # failure
export LC_ALL=C                         # ranges, sorting, decimal points
# Machines come and go by the thousand in some programs, each with fresh memory,
# and on some hosts a fresh page costs more than the test of it: large ones,
# please, and those that were given back are kept for the next machine. A
# script's processes make one machine each and touch little of it.
given=$GLIBC_TUNABLES kept=100000000
huge=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=$kept
huge=${GLIBC_TUNABLES:-$huge:glibc.malloc.trim_threshold=$kept}
tag=${1:?check or long} only=$2
src=$(cd "$(dirname "$0")/.." && pwd) || exit 2
SHARED=${SHARED:-$src/../shared}
out=${TMPDIR:-/tmp}/isabox-$tag.$$ san=$out/san
most=0                                  # seconds of a step; 0: no end
[ "$tag" != check ] || most=600
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"

# ---- the table ----

# files KIND: the words of {KIND}.
files() {
    case $1 in
    units)   echo "$UNITS" ;;
    replays) cd "$src/tests/replay" && ls ./*.sh | sed 's,^./,,; s,.sh$,,' ;;
    corpora) ls "$src/tests/fuzz/corpus" ;;
    media)   ls "$SHARED"/images/*.img 2>/dev/null ;;
    *)       echo "$1" ;;
    esac | tr '\n' ' '
}

# expand NEEDS|NAME|COMMAND: a line for each word of the lists in the name,
# the first list first.
expand() {
    case $1 in
    *'{'*'}'*) ;;
    *) echo "$1"; return ;;
    esac
    rest=${1#*'{'}
    for word in $(files "${rest%%'}'*}"); do
        # The next list of the line is %1 now, or %2 after that.
        echo "${1%%'{'*}${word}${rest#*'}'}" |
            sed "s,%1,$word,g; s,%2,%1,g"
    done | while IFS= read -r line; do expand "$line"; done
}

# table: the steps with the tag, "NEEDS|NAME|COMMAND".
table() {
    sed 's/^ *//; s/ *| */|/g; /^#/d; /^$/d' "$src/tests/steps" |
        grep "^$tag|" | cut -d'|' -f2- |
        while IFS= read -r line; do expand "$line"; done |
        awk -F'|' -v only="$only" 'index($2, only) && !seen[$2, $3]++'
}

# ---- a step ----

# lacks NEED: says why a step can't run.
lacks() {
    case $1 in
    nasm)  command -v "${NASM:-nasm}" >/dev/null || echo 'no nasm' ;;
    plain) ! grep -q '^CFLAGS = .*-fsanitize' Makefile ||
               echo 'slow with sanitizers' ;;
    once)  [ -z "$CHECKED_ONCE" ] || echo 'an earlier build has run it' ;;
    gcc)   command -v gcc >/dev/null || echo 'no gcc' ;;
    cases) [ -d "$SHARED/oracles" ] || echo "no $SHARED/oracles" ;;
    san)   lacks gcc; [ -x "$san/isabox" ] || sanitized ;;
    esac
}

sanitized() {
    mkdir -p "$san"
    programs=$(grep -o '[$]san/[^ |]*' "$out/table" | cut -d/ -f2- | sort -u)
    (cd "$san" && "$src/configure" CC=gcc --without-sdl --enable-sanitizers \
        CFLAGS='-O1 -g' && make -j2 isabox $programs) \
        > "$out/san.log" 2>&1 || echo 'the sanitized build failed'
}

# cost FOLDER: seconds of processor that the lane's children took between the
# two files, which `times` wrote, and how many of them in the kernel.
cost() {
    tr 'ms' '  ' < "$1/spent" | awk '
        NR % 2 == 0 { kernel[NR / 2] = $3 * 60 + $4
                      all[NR / 2] = $1 * 60 + $2 + kernel[NR / 2] }
        END { printf "%.2f %.2f", all[2] - all[1], kernel[2] - kernel[1] }'
}

# step NEEDS|NAME|COMMAND: quiet when it passes.
step() {
    needs=${1%%|*} command=${1##*|} name=${1#*|}
    name=${name%|*} log=$out/$index/log began=$now why=
    times > "$out/$index/spent"
    for need in $needs; do
        [ -n "$why" ] || why=$(lacks "$need")
    done
    if [ -n "$why" ]; then
        echo "$why" > "$log"; status=77
    else
        case $command in
        *.sh*) export GLIBC_TUNABLES="$given" ;;
        *)     export GLIBC_TUNABLES="$huge" ;;
        esac
        timeout $most sh -c "$command" > "$log" 2>&1 < /dev/null; status=$?
    fi
    now=$(date +%s) last=
    took=$((now - began))
    times >> "$out/$index/spent"
    echo "$(cost "$out/$index") $took $name" > "$out/$index/took"
    [ "$tag $status" = 'check 0' ] ||
        last=$(grep -v '^ *$' "$log" | tail -n 1 | cut -c 1-70)
    case $status in
    0)  result=passed words="ok    $name" ;;
    77) result=skipped words="skip  $name: $last" ;;
    *)  result=failed words="FAIL  $name
$(tail -n 40 "$log")" ;;
    esac
    [ "$tag $status" != 'long 0' ] ||
        words=$(printf 'ok    %-42s %5s s  %s' "$name" \
                    $took "$last")
    echo "$words" > "$out/$index/$result"
    echo "$words"
}

# lane FIRST: comes by every step and takes those that no other one has: first
# those that wait (yes) or those that do not (no), then what is left.
lane() {
    now=$(date +%s)
    for kinds in $1 'yes no'; do
        index=0
        while IFS= read -r line <&3; do
            index=$((index + 1)) waits=no
            case " ${line%%|*} " in *' waits '*) waits=yes ;; esac
            case $kinds in *$waits*) ;; *) continue ;; esac
            [ ! -e "$out/$index" ] && mkdir "$out/$index" 2>/dev/null &&
                step "$line"
        done 3< "$out/table"
    done
}

# ---- all of them ----

# again RESULT: the first line of each step that ended so, once more.
again() {
    for n in $(ls "$out" | sort -n); do
        [ ! -e "$out/$n/$1" ] || head -n 1 "$out/$n/$1"
    done
}

# count RESULT: how many steps ended so.
count() {
    set -- "$out"/*/"$1"
    [ -e "$1" ] && echo $# || echo 0
}

dos=$(ls "$SHARED"/images/freedos-1440K.img "$SHARED"/images/freedos-360K.img \
      2>/dev/null | tr '\n' ' ')
export SHARED src out san dos
table > "$out/table"
lanes=1
if [ "$tag" = check ]; then
    lanes=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || lanes=2
    lane yes &
    lane yes &
fi
while [ "$lanes" -gt 0 ]; do
    lane no &
    lanes=$((lanes - 1))
done
wait
mkdir -p tests/out
cat "$out"/*/took 2>/dev/null | sort -rn > "tests/out/$tag-times"
awk '{ all += $1; kernel += $2 }
     NR <= 5 { cpu = $1; sub(/^[^ ]* [^ ]* [^ ]* /, "")
               print "took  " cpu " s  " $0 }
     END { printf "took  %.0f s of processor in all, %.0f of them the " \
                  "kernel'"'"'s\n", all, kernel }' "tests/out/$tag-times"
again skipped
again failed
echo "$(count passed) passed, $(count failed) failed, $(count skipped) skipped"
[ "$(count failed)" = 0 ] && [ "$(count passed)" != 0 ]
