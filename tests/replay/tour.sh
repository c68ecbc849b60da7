# tour.sh - the built-in disk's self test, as `make run` shows it where there
# is neither display nor terminal.
src=$1
. "$src/tests/lib/replay.sh"
timeout 180 "$isabox" -display text -speed max < /dev/null > "$work/out" ||
    { status=$?; cat "$work/out"; fail "status $status"; }
shows 'SELFTEST PASS'
