#!/bin/sh
# guard.sh - who may drive the machine over a socket, and which files such a
# client may name; run by make check in the build folder.
work=${TMPDIR:-/tmp}/isabox-guard.$$
mkdir -p "$work/in" "$work/out"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/in/out" "$work/in/err"; exit 1; }

isabox=$(pwd)/isabox client=$(pwd)/tests/tools/client
qmp=$(grep -c 'HAVE_CJSON 1' config.h)
cd "$work/in" || exit 1
port=$((20000 + $$ % 20000))
start() { "$isabox" -display none "$@" 2> err & pid=$!; }
talk() { "$client" "$1" > out 2>&1 || fail "$1"; }
stop() { kill $pid; wait $pid 2>/dev/null; pid=; }
refused() {
    text=$1; shift
    "$isabox" -display none "$@" > out 2>&1 && fail "$*: taken"
    grep -qF -- "$text" out || fail "$*: no '$text'"
}

# What a page in a browser can send, in pieces too; then one of ours.
echo precious > victim; ln -sf ../out/y link; ln -sf ../out up
start -monitor "tcp::$port,server,nowait" -monitor unix:mon,server,nowait
talk tcp:$port <<'END'
0>POST / HTTP/1.1
0>Content-Type: text/plain
0$
1-GE
1-T / HTTP/1.0
1$
2>OPTIONS * HTTP/1.1
2$
3>help nmi
3<an NMI
4>PRI * HTTP/2.0
4$
3>pmemsave 0 16 victim
3<has not made it
3>pmemsave 0 16 ../out/x
3<not within
3>pmemsave 0 16 /tmp/isabox-guard
3<not within
3>pmemsave 0 16 link
3<not within
3>pmemsave 0 16 new
3<(isabox) 
3>pmemsave 0 32 new
3<(isabox) 
3>screendump shot.png
3<(isabox) 
3>savevm s
3<(isabox) 
3>savevm
3<filename: is missing
3>change floppy0 ../out/a.img
3<not within
3>change floppy0 fat:rw:up
3<not within
3>change floppy0 fat:..
3<no name of a file
3>change ide1-hd0 iso:../out
3<not within
3>drop ../out
3<not within
3>print 1+1
3<0x2
3>pmemsave -F 0 16 victim
3>print 2+2
3<0x4
END
[ "$(grep -c 'was cut off' err)" = 4 ] || fail 'not all are told of'
[ "$(wc -c < victim)" = 16 ] || fail '-F does not force'
[ "$(wc -c < new)" = 32 ] || fail 'its own file is not written over'
[ ! -e ../out/x ] || fail 'a file outside'
[ "$(stat -c %a mon)" = 600 ] || fail "the socket is $(stat -c %a mon)"
if command -v ss >/dev/null; then
    ss -ltn | grep -q "127.0.0.1:$port" || fail 'tcp:: is not 127.0.0.1'
fi
stop

# A later run knows what isabox made: states and pictures.
start -monitor unix:mon,server,nowait
talk unix:mon <<'END'
0>savevm s
0<(isabox) 
0>screendump shot.png
0<(isabox) 
0>print 3+3
0<0x6
0>pmemsave 0 16 new
0<has not made it
END
! grep -q 'Error.*savevm\|Error.*screendump' out || fail 'its own files'
stop

# Who never reads gets no more and stalls nobody; who never speaks leaves.
start -monitor unix:mon,server,nowait
talk unix:mon <<'END'
0*3000 x /4096xb 0
1>print 1+1
1<0x2
2>info status
2<VM status
0x
END
stop

# Places that others reach want a rule, and rules are kept.
refused 'allow=ADDRESS' -monitor "tcp:0.0.0.0:$port,server,nowait"
refused 'not an address' -monitor "tcp::$port,server,nowait,allow=1.2.3"
refused 'cannot be read' -monitor "tcp::$port,server,nowait,password-file=none"
start -monitor "tcp:0.0.0.0:$port,server,nowait,allow=10.0.0.0/8"
talk tcp:$port <<'END'
0$
END
stop
start -monitor "tcp:0.0.0.0:$port,server,nowait,allow=10.0.0.0/8,allow=127.0.0.0/8"
talk tcp:$port <<'END'
0>print 2+3
0<0x5
END
stop
echo secret > pw
start -monitor "tcp::$port,server,nowait,password-file=pw"
talk tcp:$port <<'END'
0>secre
0$
1>secret1
1$
2!isabox
2>secret
2<(isabox) 
2>print 2+3
2<0x5
END
stop

# -files-dir binds everybody, scripts too.
echo 'savevm ../out/s' > s.script
refused 'not within' -files-dir . -script s.script
echo 'savevm s2' > s.script
"$isabox" -display none -files-dir . -script s.script || fail 'a file inside'
refused 'No such file' -files-dir nowhere -script s.script

# A film's next files are written by the same rule as its first; the tour, which
# changes modes, ends by itself.
film() {
    start -S -speed max -monitor unix:mon,server,nowait
    talk unix:mon <<END
0>capture start $1
0>print 2+2
0<0x4
0<(isabox) 
0>cont
0<(isabox) 
END
    n=0
    while kill -0 $pid 2> /dev/null; do
        n=$((n + 1)); [ $n -lt 300 ] || fail 'the tour does not end'
        sleep 0.1
    done
    wait $pid
    status=$?
    pid=
}
ln -s ../out/z f-2.avi
film f.avi
[ $status = 2 ] && grep -q 'f-2.avi: not within' err || fail 'a film leads out'
[ -s f.avi ] && [ ! -e ../out/z ] || fail 'a film outside'
echo precious > g-2.avi
film g.avi
[ $status = 2 ] && grep -q 'g-2.avi.*has not made' err || fail 'a film goes on'
[ -s g.avi ] && [ "$(cat g-2.avi)" = precious ] || fail 'a film over a file'
film h.avi
[ $status = 0 ] && [ -s h-2.avi ] || fail 'a film has no next file'

# Machines with a name are listed, told of and stopped.
export XDG_RUNTIME_DIR=$work/out
start -name m1 -monitor unix:mon,server,nowait
talk unix:mon <<'END'
0>print 1+1
0<0x2
END
"$isabox" list | grep -q "^m1  *$pid" || fail 'list has no m1'
"$isabox" status m1 | grep -q 'monitor unix:mon' || fail 'status'
"$isabox" stop m2 2> /dev/null && fail 'm2 is there'
"$isabox" stop m1 || fail 'stop'
wait $pid 2>/dev/null
pid=
[ -z "$("$isabox" list)" ] || fail 'm1 stays'
[ -z "$(ls ../out/isabox)" ] || fail "an entry stays"

# Privileges, where there are some.
refused "no user 'nobody-at-all'" -run-as nobody-at-all
if [ "$(id -u)" = 0 ] && id nobody > /dev/null 2>&1; then
    start -run-as nobody -monitor "tcp::$port,server,nowait"
    talk tcp:$port <<'END'
0>print 1+1
0<0x2
END
    [ "$(stat -c %U /proc/$pid)" = nobody ] || fail '-run-as: still root'
    stop
    echo 'wait 1ms' > w.script
    "$isabox" -display none -script w.script 2> said || fail 'as root'
    grep -q 'runs as root' said || fail 'as root without a word'
    "$isabox" -display none -script w.script -run-as root 2> said
    [ ! -s said ] || fail "-run-as root: $(cat said)"
fi
unset XDG_RUNTIME_DIR
[ "$qmp" = 1 ] || exit 0

# The same over QMP; its answer says why.
echo precious > victim; ln -sf ../out/y link
start -qmp "tcp::$port,server,nowait"
talk tcp:$port <<'END'
0>POST / HTTP/1.1
0$
1>{"execute":"qmp_capabilities"}
1<return
1>{"execute":"pmemsave","arguments":{"val":0,"size":64,"filename":"victim"}}
1<GenericError
1>{"execute":"screendump","arguments":{"filename":"../out/x"}}
1<not within
1>{"execute":"pmemsave","arguments":{"val":0,"size":64,"filename":"victim","force":true}}
1<{"return":{}}
1>{"execute":"human-monitor-command","arguments":{"command-line":"savevm /tmp/x"}}
1<not within
1>{"execute":"x-info","arguments":{"topic":"pit"}}
1<human-readable-text
END
stop
