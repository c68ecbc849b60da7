#!/bin/sh
# migratekill.sh - FreeDOS copies files while it migrates between two processes,
# and one of them is killed (kill -9) in each phase: the other goes on, maybe
# after it was told to, and machine and disk are what they would be without; or,
# where the machine dies with its process, the disk is whole and nobody's. In a
# build folder.
#
#   migratekill.sh SRCDIR [KIND ...]
#
# A phase is before or after a frame of that KIND has been passed on
# (tests/tools/migrkill.c): config pages state end ready go.
src=$1
shift
. "$src/tests/lib/replay.sh"
need freedos-1440K.img mformat mdir
grep -q 'HAVE_CJSON 1' "$(dirname "$isabox")/config.h" || skip 'no cJSON'
[ $# -gt 0 ] || set -- config pages state end ready go
kinds=$*
client=$(pwd)/tests/tools/client between=$(pwd)/tests/tools/migrkill
dos="file=$images/freedos-1440K.img,if=floppy,snapshot=on"
pids= at=150
trap 'for p in $pids; do kill "$p" 2>/dev/null; done; rm -rf "$work"' EXIT

cat > "$work/never.script" <<END
expect "A:\\\\>"
type "for %a in (1 2 3 4 5 6 7) do copy kernel.sys b:\\n"
expect "=> b:"
wait 300ms
screenshot mark.ppm
wait $((at + 2))s
seek ${at}s
hash
END
printf 'wait %ss\nseek %ss\nhash\n' $((at + 2)) $at > "$work/to.script"
echo 'wait 1ms' > "$work/nothing.script"
"$isabox" image create "$work/empty.img" 1440K &&
    mformat -i "$work/empty.img" -f 1440 ::
fresh() {
    cp "$work/empty.img" "$work/b.img"
    rm -f "$work/s" "$work/p" "$work/qmp" "$work/qmp2" "$work/mark.ppm"
}

# start NAME OPTION...: in the background; $last is its process.
start() {
    name=$1; shift
    (cd "$work" && exec "$isabox" -display none -speed max -m 4 \
        -drive "$dos" -fdb b.img "$@") \
        > "$work/$name.out" 2> "$work/$name.err" &
    last=$!
    pids="$pids $last"
}

# await COMMAND...: until it is true, for up to 60 s.
await() {
    tries=600
    until "$@" || [ $((tries -= 1)) = 0 ]; do sleep 0.1; done
}

bad=0
complain() {
    echo "$what: $*"
    tail -n 3 "$work/from.err" "$work/to.err" "$work/client.out"
    bad=$((bad + 1))
}

is_the_same() {
    cmp -s "$work/$1.out" "$work/never" ||
        { complain "another state of $1"; return; }
    cmp -s "$work/b.img" "$work/never.img" || complain 'another disk'
}

# Nobody has it, and it has a file system.
is_free_and_whole() {
    (cd "$work" && timeout 60 "$isabox" -display none -fdb b.img \
        -script nothing.script) > /dev/null 2> "$work/free" ||
        complain "the image is somebody's: $(cat "$work/free")"
    mdir -i "$work/b.img" :: > /dev/null || complain 'no file system any more'
}

# revive SOCKET ANSWER: what a person says who knows that the other is dead.
revive() {
    printf '%s\n' '0>{"execute":"qmp_capabilities"}' '0<"return"' \
        '0>{"execute":"x-migrate_revive","arguments":{"force":true}}' \
        "0<$2" | "$client" "unix:$work/$1" > "$work/client.out" 2>&1
}

# ended PROCESS: its status; one that does not end in two minutes is killed.
ended() {
    tries=1200
    while kill -0 "$1" 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do
        sleep 0.1
    done
    kill -9 "$1" 2>/dev/null
    wait "$1"
}

# The target is dead. A source that was told to let go by then is revived, but
# where the target has run and has written.
source_goes_on() {
    if grep -q migrated "$work/from.err" && ! revive qmp '"return"'; then
        revive qmp 'written to it' || complain 'not revived'
        kill -9 $from
        wait $from
        is_free_and_whole
        how='the target had run'
        return
    fi
    ended $from || complain "the source ended with $?"
    is_the_same from
    how='the source went on'
}

has_been_told() {
    ! kill -0 $to 2>/dev/null || grep -q "$1" "$work/to.err"
}

# The source is dead. It had let go; or the target had all of the machine by
# then, and keeps it until a person says that it may run; or the machine was
# still the source's.
target_goes_on() {
    if grep -q migrated "$work/from.err"; then
        ended $to || complain "the target ended with $?"
        is_the_same to
        how='the target went on'
        return
    fi
    await has_been_told 'it is kept'
    if grep -q 'it is kept' "$work/to.err"; then
        is_free_and_whole
        revive qmp2 '"return"' || complain 'the target is not revived'
        ended $to || complain "the target ended with $?"
        is_the_same to
        how='the target kept it, and was revived'
    else
        ended $to && complain 'the target went on'
        is_free_and_whole
        how='both are gone, the disk is whole'
    fi
}

# phase KIND WHEN VICTIM
phase() {
    what="$3 killed $2 $1"
    fresh
    start to -script to.script -incoming unix:s \
        -qmp unix:qmp2,server,nowait
    to=$last
    await test -S "$work/s"
    start from -script never.script -allow migrate -qmp unix:qmp,server,nowait
    from=$last
    case $3 in source) victim=$from ;; *) victim=$to ;; esac
    timeout 100 "$between" "$work/p" "$work/s" "$1" "$2" "$victim" \
        2> "$work/between" &
    between_pid=$!
    pids="$pids $between_pid"
    await test -f "$work/mark.ppm"
    printf '%s\n' '0>{"execute":"qmp_capabilities"}' '0<"return"' \
        '0>{"execute":"migrate","arguments":{"uri":"unix:p"}}' \
        '0<"return"' | "$client" "unix:$work/qmp" > "$work/client.out" 2>&1
    wait $between_pid || complain 'the frame never came'
    case $3 in
    source) target_goes_on ;;
    *)      source_goes_on ;;
    esac
    kill -9 $from $to 2>/dev/null
    wait $from $to 2>/dev/null
    pids=
    echo "$what: $how"
}

fresh
run never -speed max -m 4 -drive "$dos" -fdb b.img
mv "$work/out" "$work/never"
mv "$work/b.img" "$work/never.img"
for kind in $kinds; do
    for when in before after; do
        for victim in target source; do
            phase $kind $when $victim
        done
    done
done
echo "$bad phases failed"
[ $bad = 0 ]
