# tour.sh - the built-in disk's self test, as text, twice alike.
src=$1
. "$src/tests/replay.sh"
for n in 1 2; do
    timeout 60 "$isabox" -display text -speed max -rtc base=2026-01-01 \
        < /dev/null > "$work/out$n" || fail "status $?"
    grep -q '^SELFTEST PASS' "$work/out$n" ||
        { cat "$work/out$n"; fail 'the self test'; }
done
cmp "$work/out1" "$work/out2" || fail 'two runs differ'
