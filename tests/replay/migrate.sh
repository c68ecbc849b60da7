# migrate.sh - FreeDOS copies a file onto a disk that is written to, and goes
# over to another process meanwhile: it and its disk are what they would be
# without. A target that ends, or refuses, leaves the source as it was. With
# `long`, by every way that there is. FROM and TO are commands of another build,
# or another kind of host, for one of the ends.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need freedos-1440K.img mformat mcopy
client=$(pwd)/tests/tools/client
dos="file=$images/freedos-1440K.img,if=floppy,snapshot=on"
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null; done; rm -rf "$work"' EXIT

# What is typed - the last key is up again before it goes - and the hash at one
# moment behind it.
cat > "$work/type.script" <<'END'
expect "A:\\>"
type "copy kernel.sys b:\n"
expect "=> b:"
wait 300ms
END
# Where the host is slow a target finds the guest's clock far ahead.
at=120
{ cat "$work/type.script"; echo "wait $((at + 2))s"; } > "$work/never.script"
echo "wait $((at + 2))s" > "$work/to.script"
for s in never to; do
    printf 'seek %ss\nhash\n' $at >> "$work/$s.script"
done

"$isabox" image create "$work/empty.img" 1440K &&
    mformat -i "$work/empty.img" -f 1440 ::
fresh() { cp "$work/empty.img" "$work/b.img"; }

# start NAME OPTION...: in the background, as the last of $pids; within $limit.
limit='timeout 120'
start() {
    name=$1; shift
    case $name in
    from) this=${FROM:-$isabox} ;;
    to)   this=${TO:-$isabox} ;;
    esac
    (cd "$work" && exec $limit $this -display none -speed max -m 4 \
        -drive "$dos" -fdb b.img "$@") \
        > "$work/$name.out" 2> "$work/$name.err" &
    last=$!
    pids="$pids $last"
}

# await COMMAND...: until it is true, for up to 10 s.
await() {
    tries=200
    until "$@" || [ $((tries -= 1)) = 0 ]; do sleep 0.05; done
}

# waits OPTION...: a target whose socket is there when this returns; as $to.
waits() {
    rm -f "$work/s"
    start to -incoming unix:s "$@"
    to=$last
    await test -S "$work/s"
}

# ends STATUS: how the last one that was started ends.
ends() {
    wait "$last"; status=$?
    [ $status = "$1" ] ||
        { cat "$work"/*.out "$work"/*.err; fail "$name: status $status, not $1"; }
}

# goes URI OPTION...: a source that migrates in the middle of the copy.
goes() {
    { cat "$work/type.script"; echo "migrate $1"; } > "$work/from.script"
    shift
    start from -script from.script "$@"
}

is_the_same() {
    cmp -s "$work/to.out" "$work/never" ||
        { cat "$work"/*.out "$work/never"; fail "$1: another state"; }
    cmp -s "$work/b.img" "$work/never.img" || fail "$1: another disk"
}

fresh
run never -m 4 -drive "$dos" -fdb b.img
mv "$work/out" "$work/never"
mv "$work/b.img" "$work/never.img"

# By a socket, between engines; -allow is for who connects.
fresh
set -- $(engines)
[ -z "$FROM$TO" ] || set -- fast
waits -script to.script -engine plain
goes unix:s -allow migrate -engine "$1"
ends 0
last=$to; name=to
ends 0
is_the_same 'by a socket'
[ -z "$FROM$TO" ] || exit 0

# What is not allowed, and who refuses.
fresh
goes unix:s
ends 2; grep -q 'needs -allow migrate' "$work/from.err" || fail 'no -allow'
fresh
goes exec:true -allow migrate
ends 2; grep -q 'needs -allow exec' "$work/from.err" || fail 'a command'
refused() {                             # WORDS OPTION...: of the target
    words=$1; shift
    waits "$@"
    fresh
    goes unix:s -allow migrate
    ends 2
    grep -q "$words" "$work/from.err" ||
        { cat "$work/from.err"; fail "the source does not say '$words'"; }
    last=$to; name=to
    ends 2
    grep -q "$words" "$work/to.err" || fail "no '$words'"
}
refused "memory 'ram' of 4096 KB there, of 5120 KB here" -m 5

# The source goes on: it is told to, and the target ends in the middle, at the
# end, and is not there at all.
grep -q 'HAVE_CJSON 1' "$(dirname "$isabox")/config.h" || exit 0
fresh
start from -allow exec -qmp unix:qmp,server,nowait -history off
"$client" "unix:$work/qmp" > "$work/client.out" 2>&1 <<'END' ||
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"migrate-set-parameters","arguments":{"max-bandwidth":100000}}
0>{"execute":"migrate","arguments":{"uri":"exec:cat > /dev/null"}}
0<"status":"active"
0>{"execute":"query-migrate"}
0<"remaining":
0>{"execute":"migrate_cancel"}
0<"status":"cancelled"
0>{"execute":"migrate-set-parameters","arguments":{"max-bandwidth":0}}
0>{"execute":"migrate","arguments":{"uri":"exec:head -c 200000 >/dev/null"}}
0<"status":"failed"
0>{"execute":"query-migrate"}
0<the target has ended
0>{"execute":"migrate","arguments":{"uri":"exec:cat >/dev/null; exit 3"}}
0<"event":"STOP"
0<"status":"device"
0<"status":"failed"
0<"event":"RESUME"
0>{"execute":"query-migrate"}
0<status 3
0>{"execute":"migrate","arguments":{"uri":"tcp:127.0.0.1:1"}}
0<"status":"failed"
0>{"execute":"query-migrate"}
0<refused
0>{"execute":"query-status"}
0<"running":true
0>{"execute":"migrate","arguments":{"uri":"exec:cat >/dev/null"}}
0<"status":"completed"
0>{"execute":"query-migrate"}
0<"downtime":
0>{"execute":"query-status"}
0<postmigrate
0>{"execute":"cont"}
0<runs elsewhere
0>{"execute":"x-migrate_revive"}
0<in two places
0>{"execute":"x-migrate_revive","arguments":{"force":true}}
0<"return"
0>{"execute":"query-status"}
0<"running":true
0>{"execute":"quit"}
0$
END
    { cat "$work/client.out" "$work/from.err"; fail 'QMP'; }

# The target is killed in the middle: its socket goes when the source has come.
limit=
waits
limit='timeout 120'
start from -allow migrate -qmp unix:qmp,server,nowait
{
    cat <<'END'
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"migrate-set-parameters","arguments":{"max-bandwidth":20000}}
0>{"execute":"migrate","arguments":{"uri":"unix:s"}}
END
    await test ! -S "$work/s"
    kill -9 "$to"
    cat <<'END'
0<"status":"active"
0<"status":"failed"
0>{"execute":"query-migrate"}
0<the target has ended
0>{"execute":"query-status"}
0<"running":true
0>{"execute":"quit"}
0$
END
} | "$client" "unix:$work/qmp" > "$work/client.out" 2>&1 ||
    { cat "$work/client.out" "$work/from.err"; fail 'a target that is killed'; }
ends 0

# Where a target waits later on, too, only those may come whom it allows.
port=$((20000 + $$ % 20000))
start to -incoming defer -allow migrate -qmp unix:qmp,server,nowait
to=$last
"$client" "unix:$work/qmp" > "$work/client.out" 2>&1 <<END ||
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"migrate-incoming","arguments":{"uri":"tcp:0.0.0.0:$port"}}
0<say who with allow=
0>{"execute":"migrate-incoming","arguments":{"uri":"tcp:0.0.0.0:$port,allow=192.0.2.1"}}
0<"return"
END
    { cat "$work/client.out"; fail 'who may come'; }
fresh
goes "tcp:127.0.0.1:$port" -allow migrate
ends 2
grep -q 'not allowed was cut off' "$work/to.err" ||
    { cat "$work/to.err"; fail 'somebody came who is not allowed'; }
kill "$to"
[ "$long" ] || exit 0

refused 'another processor' -cpu 386
refused 'other parts' -device adlib

# By way of a file, or a command.
fresh
goes file:m
ends 0
start to -script to.script -incoming file:m -history 4M
ends 0
is_the_same 'by a file'
fresh
goes '"exec:gzip -1 > m.gz"' -allow exec -history off
ends 0
start to -script to.script -incoming 'exec:gzip -d < m.gz'
ends 0
is_the_same 'by a command'

# To a target that is told later where to wait, after something else has come;
# from each engine to the next.
one=plain
for other in $(engines); do
    fresh
    port=$((port + 1))
    start to -script to.script -incoming defer -allow exec \
        -qmp unix:qmp,server,nowait -engine "$other"
    to=$last
    "$client" "unix:$work/qmp" > "$work/client.out" 2>&1 <<END ||
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"query-status"}
0<inmigrate
0>{"execute":"migrate-incoming","arguments":{"uri":"exec:echo hello"}}
0<"status":"failed"
0>{"execute":"query-migrate"}
0<not a machine of isabox
0>{"execute":"migrate-incoming","arguments":{"uri":"tcp:0.0.0.0:$port"}}
0<say who with allow=
0>{"execute":"migrate-incoming","arguments":{"uri":"tcp:127.0.0.1:$port"}}
0<"return"
END
        { cat "$work/client.out"; fail 'defer'; }
    goes "tcp:127.0.0.1:$port" -allow migrate -engine "$one"
    ends 0
    last=$to; name=to
    ends 0
    is_the_same "from $one to $other"
    one=$other
done
