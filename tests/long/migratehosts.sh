#!/bin/sh
# migratehosts.sh - FreeDOS copies files onto a disk that is written to, while its
# machine goes from one isabox to the next: other engines, another compiler's,
# one for another kind of host, and back. Machine and disk are at last what they
# would be without. In a build folder.
#
#   migratehosts.sh SRCDIR [COMMAND...]
#
# Each COMMAND runs an isabox, maybe by an emulator and with options; the machine
# starts in the first and ends in the last. Without one it goes through the
# engines of this build, plain and compiled first, and through a build by the
# other compiler, gcc or clang-19, where there is one.
src=$1
shift
. "$src/tests/lib/replay.sh"
need freedos-1440K.img mformat
dos="file=$images/freedos-1440K.img,if=floppy,snapshot=on"
pids= at=600
trap 'for p in $pids; do kill "$p" 2>/dev/null; done; rm -rf "$work"' EXIT

other_compiler() {
    cc=clang-19 lld=-fuse-ld=lld
    ! grep -q '^CC = .*clang' Makefile || cc=gcc lld=
    command -v $cc > /dev/null || return
    mkdir -p "$work/other"
    (unset CFLAGS LDFLAGS BUILD_CC AR MAKEFLAGS
     cd "$work/other" && "$(cd "$src" && pwd)/configure" --without-sdl CC=$cc \
        LDFLAGS=$lld && make -s -j2 isabox) > "$work/other.out" 2>&1 ||
        { tail -n 20 "$work/other.out"; fail "a build by $cc"; }
    echo "$work/other/isabox"
}

# The copies take minutes of the guest's time: the machine is gone from each host
# but the last before that is over.
cat > "$work/start.script" <<'END'
migrate_set_downtime 20000
expect "A:\\>"
type "for %a in (1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0) do copy kernel.sys b:\n"
expect "=> b:"
wait 300ms
END
printf 'wait %ss\nseek %ss\nhash\n' $((at + 2)) $at > "$work/end.script"
cat "$work/start.script" "$work/end.script" > "$work/never.script"
"$isabox" image create "$work/empty.img" 1440K &&
    mformat -i "$work/empty.img" -f 1440 ::

# start N COMMAND SCRIPT OPTION...: in the background.
start() {
    name=$1 command=$2 script=$3
    shift 3
    (cd "$work" && exec timeout 1200 $command -display none -speed max -m 4 \
        -drive "$dos" -fdb b.img -script "$script" "$@") \
        > "$work/$name.out" 2> "$work/$name.err" &
    last=$!
    pids="$pids $last"
}

await() {
    tries=1200
    until "$@" || [ $((tries -= 1)) = 0 ]; do sleep 0.1; done
}

# ends PROCESS N
ends() {
    wait "$1" || { cat "$work/$2.err"; fail "host $2 did not end well"; }
}

# The copy has not ended when the machine leaves: there are files missing yet.
still_copies() {
    ! cmp -s "$work/b.img" "$work/never.img" ||
        fail "the copy was over on host $1"
}

[ $# -gt 0 ] || {
    other=$(other_compiler) || { echo "$other"; exit 1; }
    set -- "$isabox -engine plain" "$isabox"
    for e in $(engines); do set -- "$@" "$isabox -engine $e"; done
    [ -z "$other" ] || set -- "$@" "$other" "$isabox" "$other -engine plain" \
        "$isabox"
}
cp "$work/empty.img" "$work/b.img"
LIMIT=600 run never -speed max -m 4 -drive "$dos" -fdb b.img
mv "$work/out" "$work/never"
mv "$work/b.img" "$work/never.img"
cp "$work/empty.img" "$work/b.img"

# All wait, each for the one before it, before the first begins.
{ cat "$work/start.script"; echo 'migrate unix:s1'; } > "$work/0.script"
first=$1 all= n=0
shift
for host; do
    n=$((n + 1))
    printf 'migrate_set_downtime 20000\nwait 150ms\nmigrate unix:s%d\n' $((n + 1)) > "$work/$n.script"
    [ $n != $# ] || cp "$work/end.script" "$work/$n.script"
    start $n "$host" $n.script -incoming unix:s$n -allow migrate
    all="$all $last"
    await test -S "$work/s$n"
done
start 0 "$first" 0.script -allow migrate
n=0
for process in $last $all; do
    ends $process $n
    [ $n = $# ] || still_copies $n
    n=$((n + 1))
done
cmp -s "$work/$#.out" "$work/never" ||
    { cat "$work/$#.out" "$work/never"; fail 'another state'; }
cmp -s "$work/b.img" "$work/never.img" || fail 'another disk'
echo "$(($# + 1)) hosts: the same state and disk"
