#!/bin/sh
# qmp.sh - QEMU's machine protocol over a unix socket and tcp; run by make
# check in the build folder.
work=${TMPDIR:-/tmp}/isabox-qmp.$$
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/out"; exit 1; }

grep -q 'HAVE_CJSON 1' config.h || { echo 'built without cJSON'; exit 77; }
./isabox image create "$work/a.img" 1440K &&
./isabox image create "$work/b.img" 720K || exit 1
printf 'QED\0\0\0\0\001' | cat - "$work/b.img" > "$work/q.img"
isabox=$(pwd)/isabox client=$(pwd)/tests/tools/client
cd "$work" || exit 1

start() { "$isabox" -display none "$@" & pid=$!; }
talk() { "$client" "$1" > out 2>&1 || fail "$1"; }
ended() { wait $pid; s=$?; pid=; [ $s = "$1" ] || fail "status $s, not $1"; }

start -name test -fda a.img -no-shutdown -qmp unix:q,server=on,wait=off
talk unix:q <<'END'
0<{"QMP":
0<"major":7
0<"capabilities":[]}
0>{"execute":"query-status"}
0<CommandNotFound
0<Expecting capabilities negotiation
0>{"execute":"qmp_capabilities","id":{"a":[1,"b"]}}
0<{"return":{},"id":{"a":[1,"b"]}}
0>{"execute":"qmp_capabilities"}
0<already complete
0>{"execute":"query-status","id":"s"}
0<"status":"running"
0<"running":true
0<"id":"s"
0>{"execute":"query-version"}
0<"package":"isabox
0>{"execute":"query-name"}
0<"name":"test"
0>{"execute":"query-commands"}
0<"input-send-event"
0>{"execute":"query-block"}
0<"device":"floppy0"
0<"file":"a.img"
0<}]}
0>{"execute":"nonsense"}
0<"class":"CommandNotFound","desc":"The command nonsense has not been found"
1>{"execute":"qmp_capabilities"}
1<"return"
0>{"execute":"stop"}
0<"event":"STOP"
0<{"return":{}}
1<"timestamp":{"seconds":
1<"event":"STOP"}
1>{"execute":"query-status"}
1<"status":"paused"
1>{"execute":"system_reset"}
1<"event":"RESET","data":{"guest":false,"reason":"host-qmp-system-reset"}
1<{"return":{}}
1>{"execute":"memsave","arguments":{"val":1048560,"size":16,"filename":"m"}}
1<{"return":{}}
1>{"execute":"pmemsave","arguments":{"val":1048560,"size":16,"filename":"p"}}
1<{"return":{}}
1>{"execute":"pmemsave","arguments":{"val":"x","size":16,"filename":"p"}}
1<Invalid parameter type for 'val', expected: integer
1>{"execute":"pmemsave","arguments":{"val":1}}
1<Parameter 'size' is missing
1>{"execute":"stop","arguments":{"really":true}}
1<Parameter 'really' is unexpected
1>{"execute":"screendump","arguments":{"filename":"a.ppm"}}
1<{"return":{}}
1>{"execute":"screendump","arguments":{"filename":"a","format":"png"}}
1<{"return":{}}
1>{"execute":"human-monitor-command","arguments":{"command-line":"info registers"}}
1<EIP=0000fff0
0>{"execute":"cont"}
0<"event":"RESUME"
0<{"return":{}}
0>{"execute":"send-key","arguments":{"keys":[{"type":"qcode","data":"ctrl"},{"type":"number","data":46}],"hold-time":20}}
0<{"return":{}}
0>{"execute":"send-key","arguments":{"keys":[{"type":"qcode","data":"hyper"}]}}
0<GenericError
0>{"execute":"input-send-event","arguments":{"events":[{"type":"key","data":{"down":true,"key":{"type":"qcode","data":"a"}}},{"type":"rel","data":{"axis":"x","value":-5}},{"type":"btn","data":{"button":"left","down":true}}]}}
0<{"return":{}}
0>{"execute":"input-send-event","arguments":{"events":[{"type":"abs","data":{}}]}}
0<GenericError
0>{"execute":"eject","arguments":{"device":"floppy0"}}
0<{"return":{}}
0>{"execute":"blockdev-change-medium","arguments":{"device":"floppy0","filename":"b.img","format":"raw","read-only-mode":"read-only"}}
0<{"return":{}}
0>{"execute":"query-block"}
0<"file":"b.img","ro":true
0>{"execute":"blockdev-change-medium","arguments":{"device":"floppy0","filename":"q.img"}}
0<not a raw image but qed
0>{"execute":"blockdev-change-medium","arguments":{"device":"floppy0","filename":"none"}}
0<GenericError
0>{"execute":"eject","arguments":{"device":"cd9"}}
0<"class":"DeviceNotFound"
0>garbage {"execute":"query-status"}
0<JSON parse error
0>{"execute":
0>"query-status"}{"execute":5}
0<"status":"running"
0<must be a string
0>[]
0<must be a JSON object
0>{"execute":"stop","oob":1}
0<'oob' is unexpected
0>{"a" "b"}
0<JSON parse error
2*300 [
2<too deep
2>
2>{"execute":"qmp_capabilities"}
2<"return"
3-{"execute":"
3*20000 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
3<too long
3>
3>{"execute":"qmp_capabilities"}
3<"return"
4#100000
4x
5-{"execute":"qmp_cap
5x
6*2000 {"execute":"nobody-reads-this"}
6x
0>{"execute":"inject-nmi"}
0<{"return":{}}
0>{"execute":"system_powerdown"}
0<"event":"POWERDOWN"
0<"event":"SHUTDOWN"
0<"event":"STOP"
0>{"execute":"query-status"}
0<"status":"shutdown"
0>{"execute":"cont"}
0<Resetting the Virtual Machine is required
0>{"execute":"system_reset"}
0<"event":"RESET"
0>{"execute":"cont"}
0<"event":"RESUME"
0<"return"
0>{"execute":"query-status"}
0<"status":"running"
0>{"execute":"quit"}
0<{"return":{}}
0<"event":"SHUTDOWN","data":{"guest":false,"reason":"host-qmp-quit"}
0$
1$
END
ended 0
[ ! -e q ] || fail 'the socket stayed'
cmp -s m p && [ "$(wc -c < m)" = 16 ] || fail 'memsave and pmemsave'
[ "$(head -c 2 a.ppm)" = P6 ] || fail 'no PPM'
[ "$(head -c 4 a | tail -c 3)" = PNG ] || fail 'no PNG'

# The power switch ends it; a socket that a crash left behind is no obstacle.
start -qmp unix:q,server=on,wait=off
talk unix:q <<'END'
0>{"execute":"qmp_capabilities"}
0<"return"
END
kill -9 $pid; wait $pid 2>/dev/null
[ -S q ] || fail 'kill -9 removed the socket?'
start -qmp unix:q,server=on,wait=off -monitor tcp:127.0.0.1:45871,server,nowait
talk unix:q <<'END'
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"system_powerdown"}
0<"event":"SHUTDOWN","data":{"guest":true,"reason":"guest-shutdown"}
0$
END
ended 0

# Named states; a monitor's client is told of a breakpoint.
start -states named.bin -qmp unix:q,server=on,wait=off \
    -monitor unix:mon,server=on,wait=off -S
talk unix:q <<'END'
0>{"execute":"qmp_capabilities"}
0<"return"
0>{"execute":"snapshot-save","arguments":{"job-id":"j","tag":"first","vmstate":"d","devices":[]}}
0<{"return":{}}
0>{"execute":"snapshot-load","arguments":{"job-id":"j","tag":"none","vmstate":"d","devices":[]}}
0<no state 'none'
0>{"execute":"snapshot-load","arguments":{"job-id":"j","tag":"first","vmstate":"d","devices":[]}}
0<{"return":{}}
0>{"execute":"snapshot-delete","arguments":{"job-id":"j","tag":"first","devices":[]}}
0<{"return":{}}
0>{"execute":"snapshot-delete","arguments":{"job-id":"j","tag":"first","devices":[]}}
0<no state 'first'
END
talk unix:mon <<'END'
0<(isabox)
0>break f000:e05b
0<1 break 000fe05b
0>cont
0<1 break 000fe05b
0<(isabox)
0>info status
0<paused
0>delete
0>info breakpoints
0<none
0>quit
0$
END
ended 0
