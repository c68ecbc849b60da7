# replay.sh - helpers of tests/replay/*.sh; read by them with `.`, after
# src=SOURCE_DIR. They run in the build folder, where ./isabox is.
#
# Media come from $SHARED/images or, without that, from ../shared/images
# beside the sources. A test whose media are absent is skipped (77).

src=$(cd "$src" && pwd)
scripts=$src/tests/replay
images=${SHARED:-$src/../shared}/images
isabox=$(pwd)/isabox
work=${TMPDIR:-/tmp}/isabox-replay.$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

skip() { echo "$*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }

# need FILE...: skips the test where an image or a program is missing.
need() {
    for f; do
        case $f in
        *.img) [ -f "$images/$f" ] || skip "no $f in $images" ;;
        *)     command -v "$f" >/dev/null 2>&1 || skip "no $f on this host" ;;
        esac
    done
}

# engines: those of this build.
engines() { "$isabox" -engine help | awk '{ print $1 }'; }

# run NAME OPTION...: one run of NAME.script, of $work or of tests/replay;
# what it prints goes to $work/out, which the caller may look at.
run() {
    name=$1; shift
    script=$work/$name.script
    [ -f "$script" ] || script=$scripts/$name.script
    (cd "$work" && timeout "${LIMIT:-120}" "$isabox" -display none \
        -script "$script" "$@") > "$work/out" 2> "$work/err" ||
        { status=$?; cat "$work/out" "$work/err"
          fail "$name $*: status $status"; }
}

# same NAME OPTION...: the same run must print the same as the last `run`,
# state hashes among it.
same() {
    mv "$work/out" "$work/before"
    run "$@"
    cmp -s "$work/before" "$work/out" ||
        { diff "$work/before" "$work/out"; fail "$*: another result"; }
}

# replay NAME OPTION...: twice, with the same result.
replay() {
    run "$@"
    same "$@"
}

# shows TEXT: the last run printed it.
shows() {
    grep -qF -- "$1" "$work/out" || { cat "$work/out"; fail "no '$1'"; }
}
