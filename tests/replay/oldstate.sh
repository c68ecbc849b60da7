# oldstate.sh - states that an earlier build saved load and go on alike in all
# engines; `long`: each in all of them. tests/data/states-0.1.tar.xz holds three
# machines with 640 KB and the built-in disk, saved before states had parts and
# media in them: an 8086 and a 286 on pages of the tour, and a 486 in the middle
# of its self test.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need xz tar
xz -dc "$src/tests/data/states-0.1.tar.xz" | (cd "$work" && tar -xf -) ||
    fail 'the states are not there'

cat > "$work/8086.script" <<'END'
key i
wait 500ms
key d
wait 500ms
key t
wait 3s
hash
text
END
cat > "$work/286.script" <<'END'
wait 2s
hash
text
key esc
wait 500ms
key c
wait 2s
text
END
cat > "$work/486.script" <<'END'
wait 200ms
hash
expect 20s "SELFTEST"
text
END

# old CPU SUM ENGINES: what the state of that processor comes to in the best
# engine and these. SUM is that of what the screen says, counters and ticks among
# it; the state's hash, which a new field in a chip's table changes, is only
# compared between the engines.
old() {
    cpu=$1
    run "$cpu" -m 640K -cpu "$cpu" -load "$cpu.state"
    grep -q 'old one' "$work/err" || fail 'no word that media are unknown'
    sum=$(sed 1d "$work/out" | cksum | cut -d' ' -f1)
    [ "$sum" = "$2" ] || { cat "$work/out"; fail "$cpu: $sum, not $2"; }
    some=$3
    [ -z "$long" ] || some=$(engines)
    for e in $some; do
        same "$cpu" -m 640K -cpu "$cpu" -load "$cpu.state" -engine $e
    done
}

old 8086 418254801 plain
old 286 4262790845 'plain nocache'
old 486 2397227434 'plain fast'
shows 'SELFTEST PASS'
