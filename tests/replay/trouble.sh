# trouble.sh - a host without room for what a guest writes: the machine waits,
# tells everybody, and does the same write when there is room. And files that
# are no plain ones, lost logs and lost NVRAM: an error in words.
src=$1
. "$src/tests/lib/replay.sh"
need prlimit
cd "$work" || exit 1
build=$OLDPWD client=$OLDPWD/tests/tools/client
trap 'kill $pid 2>/dev/null; rm -rf "$work"' EXIT
echo 'wait 100ms' > s.script

# A guest that writes a sector at 300 KB of the disk and leaves by port 501h:
# mov ax,301h; mov cx,0A01h; mov dx,80h; int 13h; sbb al,al; mov dx,501h; out
printf '\270\001\003\271\001\012\272\200\000\315\023\030\300\272\001\005\356' \
    > boot.img
truncate -s 1474560 boot.img
disk() { rm -f d.img; "$isabox" image create d.img 20M; }
start() {
    (ulimit -S -f 300
     exec "$isabox" -display none -boot a \
         -drive file=boot.img,if=floppy,snapshot=on -device isa-debug-exit "$@" 2> err) & pid=$!
}
until_says() {
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -qF "$1" err && return
        sleep 0.5
    done
    cat err
    fail "nobody says '$1'"
}
ended() { wait $pid; s=$?; pid=; [ $s = "$1" ] || { cat err; fail "status $s, not $1"; }; }

# With nobody to tell it to go on, it looks by itself now and then.
disk
start -hda d.img
until_says 'd.img: write failed: File too large'
kill -0 $pid || fail 'it did not wait'
prlimit --pid $pid --fsize=unlimited
ended 1                                 # the guest's own: no error

# A script is nobody's to wait for.
disk
echo 'wait 60s' > s.script
start -hda d.img -script s.script
ended 2
until_says 'the write that failed is lost'
echo 'wait 100ms' > s.script

# The guest is told when that is wanted.
disk
start -drive file=d.img,werror=report
ended 255
start -drive file=d.img,werror=ignore
ended 1

# QMP: the event, the state, and going on.
if grep -q 'HAVE_CJSON 1' "$build/config.h" && [ -x "$client" ]; then
    disk
    start -hda d.img -qmp unix:q,server=on,wait=off \
        -monitor unix:m,server=on,wait=off
    until_says 'd.img: write failed'
    "$client" unix:q > out 2>&1 <<'E' || { cat out; fail QMP; }
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"query-status"}
0<"status":"io-error"
0>{"execute":"cont"}
0<"event":"RESUME"
0<"event":"BLOCK_IO_ERROR","data":{"device":"ide0-hd0","operation":"write","action":"stop","nospace":true,"reason":"File too large"}
0<"event":"STOP"
E
    "$client" unix:m > out 2>&1 <<'E' || { cat out; fail monitor; }
0>info status
0<paused (io-error)
E
    prlimit --pid $pid --fsize=unlimited
    "$client" unix:q > out 2>&1 <<'E' || { cat out; fail QMP; }
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"cont"}
0<"event":"RESUME"
E
    ended 1
fi

# A pipe as a target keeps nobody waiting.
mkfifo p
for c in 'screendump p' 'savevm p' 'loadvm p' 'pmemsave 0 16 p' 'savevm .'; do
    printf '%s\n' "$c" quit | timeout 20 "$isabox" -display none \
        -monitor stdio > out 2>&1 || fail "$c: status $?"
    grep -q 'Error: .*\(not a plain file\|directory\)' out ||
        { cat out; fail "$c"; }
done

# NVRAM and logs that get lost end with words, and not with 0.
"$isabox" -display none -script s.script -nvram nv || fail 'NVRAM'
(ulimit -f 0
"$isabox" -display none -script s.script -nvram nv 2>&1) | cat > out
grep -q 'nv: File too large' out || { cat out; fail 'NVRAM: no words'; }
(ulimit -f 0; "$isabox" -display none -script s.script -nvram nv 2> /dev/null)
[ $? = 2 ] || fail 'NVRAM: status 0'
if [ -c /dev/full ]; then
    "$isabox" -display none -script s.script -d all -D /dev/full > out 2>&1
    [ $? = 2 ] || fail "log: status $?"
    grep -q '/dev/full: No space left on device; lines of the log' out ||
        { cat out; fail 'log: no words'; }
fi

# The process id goes away with the process, by signals too.
"$isabox" -display none -script s.script -pidfile pid || fail 'pid file'
[ ! -e pid ] || fail 'the pid file is left behind'
"$isabox" -display none -pidfile pid & pid=$!
for n in 1 2 3 4 5 6 7 8 9 10; do [ -s pid ] && break; sleep 0.3; done
kill -TERM $pid
wait $pid
pid=
[ ! -e pid ] || fail 'the pid file outlives SIGTERM'
ls | grep '\.new' && fail 'left-overs'
exit 0
