#!/bin/sh
# monitor.sh - the monitor over stdio and over sockets; run by make check in
# the build folder. The machine stands at its reset vector, so that all
# answers are known.
work=${TMPDIR:-/tmp}/isabox-monitor.$$
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/out"; exit 1; }
lacks() { ! grep -qF -- "$1" "$work/out" || fail "there is '$1'"; }
shows() { grep -qF -- "$1" "$work/out" || fail "no '$1'"; }

./isabox image create "$work/a.img" 1440K || exit 1
cd "$work" || exit 1
isabox=$OLDPWD/isabox

# ask FILE...: one run, with the commands of standard input.
ask() {
    timeout 60 "$isabox" -display none -monitor stdio "$@" > out 2>&1 ||
        fail "status $?"
}

ask -fda a.img <<'END'
stop
system_reset
info status
info registers
x/i $pc
step
print $eip
print /d $cs.base + 2 * (3 + 4)
p 7 /2
p 1/0
info pic
info pic2
info pit
info vga
info irq
info mtree
info cpu
info pc
info chips
info timers
info idle
info blocks
info block
info mem
info tlb
info version
x/4xb 0xffff0
x/2xh 0xffff0
x/dw 0
x/c 0xffff5
xp/xw 0xffff0
o 0x70 0x0f
o 0x71 0x5a
o 0x70 0x0f
i 0x71
memsave 0xf0000 256 m.bin
pmemsave 0xf0000 256 "p m.bin"
screendump a.ppm
screendump a.png
screendump -f png b
screendump c -f ppm
savevm s.state
step 100
loadvm s.state
print $eip
loadvm none
mouse_move 3 -4
mouse_button 1
sendkey ctrl-alt-delete 50
eject floppy0
info block
change floppy0 a.img
eject a
log io:70
log none
u
u 0xffff0 2
help
help sendkey
? x
quit
END
shows 'VM status: paused'
shows 'EIP=0000fff0'
shows 'CS =f000'
shows 'jmp 0xf000:0xe05b'
shows '0xe05b'
shows 'Error: p'
shows 'division by zero'
shows 'pic1:'
shows 'inputs masked'
shows 'count register as written'
shows 'miscellaneous output, 3CC'
shows 'asleep     0.000 s'
shows 'keyboard'
shows '(rom): bios'
shows '0060-0060: kbc'
shows 'instruction pointer'
shows 'floppy0: a.img (raw)'
shows 'PG disabled'
shows '000ffff0: 0xea 0x5b 0xe0 0x00'
shows '000ffff0: 0x5bea 0x00e0'
shows 'portb[0x0071] = 0x5a'
shows 'Error: loadvm: none: '
shows 'floppy0: [not inserted]'
lacks 'Error: change'
shows 'sendkey keys [hold_ms] -- '
shows 'x /fmt addr -- '
[ "$(grep -c 'isabox) 0xe05b$' out)" = 2 ] || fail 'loadvm: another EIP'
cmp -s m.bin 'p m.bin' || fail 'memsave and pmemsave differ'
[ "$(wc -c < m.bin)" = 256 ] || fail 'memsave: another size'
[ "$(head -c 2 a.ppm)" = P6 ] && [ "$(head -c 2 c)" = P6 ] || fail 'no PPM'
for f in a.png b; do
    [ "$(head -c 4 $f | tail -c 3)" = PNG ] || fail "$f is no PNG"
done

# Each mistake names what is wrong.
ask <<'END'
stpo
x
x/z 0
x/99999999 0
x $eaz
x (1
o 1
i 0x10000
pmemsave 0
memsave 0 -1 x
sendkey ctrl-foo
sendkey a 0
change floppy9 a
change hda a
eject
mouse_move 1
mouse_move 1 2 3 4
info foo
info rtd
step 0
log ioo
print "
screendump /nowhere/x
stop now

q
END
shows "unknown command: 'stpo'; did you mean 'stop'?"
shows 'Error: x: addr is missing'
shows "Error: x: format: 'z'"
shows 'Error: x: format: at most'
shows "did you mean '\$eax'?"
shows "Error: x: addr: ')' expected"
shows 'Error: o: value is missing'
shows 'Error: i: port: 0 to 0xffff'
shows 'Error: pmemsave: size is missing'
shows 'Error: memsave: size: is negative'
shows "Error: sendkey: keys: there is no 'foo'"
shows 'Error: sendkey: hold_ms:'
shows "Error: change: device: no such drive 'floppy9'"
shows 'Error: change: ide0-hd0: its medium is not removable'
shows 'Error: eject: device is missing'
shows 'Error: mouse_move: dy is missing'
shows "Error: mouse_move: '4' is too much"
shows "Error: info: topic: there is no 'foo'"
shows "did you mean 'rtc'?"
shows 'Error: step: count:'
shows "Error: log: topics: unknown topic 'ioo'; did you mean 'io'?"
shows 'Error: print: value: '
shows 'Error: screendump: /nowhere/x: No such file'
shows "Error: stop: 'now' is too much"

# Log topics: cheap when off, narrow when asked.
ask -d exec:fe05b-fe05d,io:kbc -D log <<'END'
quit
END
grep -q 'exec: 000fe05b f000:e05b ' log || fail 'no line of exec'
! grep -q 'exec: 000ffff0' log || fail 'exec: not narrowed'

# A file's code.
printf '\270\064\022\315\041' > code
"$isabox" disasm code 0x100 > out
shows '00000100  B83412            mov ax,0x1234'
shows '00000103  CD21              int 0x21'

# The NMI switch.
ask <<'END'
help nmi
nmi
quit
END
shows 'pull the I/O channel check'

# The power switch ends it; -no-shutdown keeps it, paused.
ask <<'END'
system_powerdown
END
ask -no-shutdown <<'END'
system_powerdown
info status
quit
END
shows 'VM status: paused (shutdown)'

# Volumes: set, changed, at their ends; of one voice, alone, not at all.
ask -device sb16 -audiodev "wav,path=a.wav" <<'END'
mixer master 50
mixer master +10
mixer fm -30
mixer fm solo
mixer pcm mute
mixer dac -400
mixer speaker +400
mixer fm +x
info mixer
info audio
quit
END
shows 'master                60%'
shows 'fm                    70% solo'
shows 'pcm                  100% muted'
shows 'dac                    0%'
shows 'speaker              400%'
shows "'+x': a volume of 0 to 400 percent, +10, -10, mute, solo"
shows 'WAV files: 1'

# Sockets: two clients, noise, a line without end, one that vanishes.
"$isabox" -display none -monitor unix:mon,server,nowait &
pid=$!
"$OLDPWD/tests/tools/client" unix:mon > out 2>&1 <<'END' || fail 'sockets'
0<(isabox) 
1<(isabox) 
0>stop
0<(isabox) 
1>info status
1<paused
2*9000 x
2>
2<(isabox) 
2>info name
2<isabox
3#50000
3x
1-info regis
1x
0>cont
0<(isabox) 
0>info status
0<running
0>quit
0$
END
wait $pid || fail "status $? after quit"
pid=
[ ! -e mon ] || fail 'the socket stayed'
