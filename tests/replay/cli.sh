# cli.sh - exit statuses and messages of the command line and of scripts.
src=$1
. "$src/tests/lib/replay.sh"

ulimit -t 60                            # a run that spins is ended

# status N TEXT ARGUMENT...: isabox ends with N and says TEXT on either output.
status() {
    want=$1 text=$2; shift 2
    "$isabox" "$@" > "$work/out" 2>&1 < /dev/null
    have=$?
    [ $have = "$want" ] || { cat "$work/out"; fail "$*: $have, not $want"; }
    [ -z "$text" ] || grep -qF -- "$text" "$work/out" ||
        { cat "$work/out"; fail "$*: does not say '$text'"; }
}
script() { cat > "$work/s.script"; }
scripted() {
    want=$1 text=$2; shift 2
    status "$want" "$text" -display none -script "$work/s.script" "$@"
}

status 0 'usage: isabox' --help
status 0 'isabox ' -version
status 0 '8086' -cpu help
status 0 'none' -display help
status 0 'guest_errors' -d help
status 2 "did you mean '-snapshot'" -snapshut
status 2 "did you mean 'none'" -display noen
status 2 'no such file' "$work/absent.img"
status 2 'both want the terminal' -display term -display text
status 2 'stdio is taken by -display text' -display text -serial stdio
echo 'wait 1s' > "$work/s.script"
status 0 'a tour of the PC' -display none -display text -script "$work/s.script"
status 2 "did you mean 'create'" image craete x 1M

# Images.
status 0 '' image create "$work/a.img" 1440K
status 0 floppy image info "$work/a.img"
status 2 exists image create "$work/a.img" 1440K
status 0 '' image create "$work/c.img" 20M
status 0 'hard disk' image info "$work/c.img"

# No room: what was there stays, and the message names the file.
(ulimit -f 16
status 2 'big.img: File too large' image create "$work/big.img" 1M) || exit 1
[ ! -e "$work/big.img" ] || fail 'big.img is left over'
echo old > "$work/shot.png"
printf '%s\n' 'wait 100ms' "screenshot \"$work/shot.png\"" > "$work/s.script"
(ulimit -f 2
status 2 'shot.png: File too large' -display none -script "$work/s.script"
) || exit 1
if [ -c /dev/full ]; then
    echo 'wait 100ms' > "$work/s.script"
    # mov al,'x'; again: out E9h,al; jmp again
    printf '\260\170\346\351\353\374' > "$work/x.img"
    truncate -s 1474560 "$work/x.img"
    status 0 '/dev/full: No space left on device; bytes of debugcon' \
        -display none -script "$work/s.script" -debugcon file:/dev/full \
        -fda "$work/x.img"
    [ "$(grep -c 'are lost' "$work/out")" = 1 ] || fail 'told more than once'
    status 0 'dbg: File too large; bytes of debugcon are lost' \
        -display none -script "$work/s.script" -debugcon "file:$work/dbg" \
        -output-max 4K -fda "$work/x.img"
    [ "$(wc -c < "$work/dbg")" -le 4096 ] || fail 'a file past -output-max'
    status 0 'the log has grown to' -display none -script "$work/s.script" \
        -d io -D "$work/log" -output-max 64K -fda "$work/x.img"
    [ "$(wc -c < "$work/log")" -le 65700 ] || fail 'a log past -output-max'
    for c in hash text; do
        printf '%s\n' 'wait 1s' $c > "$work/s.script"
        "$isabox" -display none -script "$work/s.script" > /dev/full 2> "$work/err"
        [ $? = 2 ] && grep -q 'standard output: cannot' "$work/err" ||
            fail "$c: nobody says that it is lost"
    done
fi
[ "$(cat "$work/shot.png")" = old ] || fail 'the older picture is lost'

# Files that can't be written are told before anything runs.
status 2 'file: without a name' -display none -serial file:
status 2 "$work/no/nv: No such file" -display none -nvram "$work/no/nv"
echo 'wait 100ms' > "$work/s.script"
status 0 '' -display none -script "$work/s.script" -nvram "$work/nv"
[ "$(wc -c < "$work/nv")" = 128 ] || fail 'no NVRAM file of 128 bytes'
status 0 '' -display none -script "$work/s.script" -nvram "$work/nv"
echo more >> "$work/nv"
status 2 "$work/nv: not a file of 128 bytes" -display none -nvram "$work/nv"

# What the boot sector or the partition table says is not all there.
cut() { head -c "$2" "$1" > "$work/cut.img"; }
if [ -f "$images/freedos-720K.img" ]; then
    cut "$images/freedos-720K.img" 700000
    echo 'wait 100ms' > "$work/s.script"
    status 2 'cut.img: file is too short: it has 1368 of 1440 sectors' \
        -display none -script "$work/s.script" -hdb "$work/cut.img"
    status 0 '' -display none -script "$work/s.script" -snapshot \
        -hdb "$work/cut.img"
    status 0 '' -display none -script "$work/s.script" -fda "$work/cut.img"
    [ "$(wc -c < "$work/cut.img")" = 700000 ] || fail 'a short floppy changed'
fi
# QEMU's flags with one meaning here, and their other values.
echo quit | script
for o in '-accel tcg' '-machine pc' '-machine isapc' '-M pc' '-vga std' \
    '-nic none' '-net none' -nodefaults -no-shutdown '-name x'; do
    scripted 0 '' $o
done
scripted 2 'known: tcg' -accel kvm
scripted 2 'known: isapc, pc' -machine q35
scripted 2 'known: std' -vga vmware
scripted 2 'known: none' -nic user
scripted 2 'No such file' -readconfig nowhere.cfg
scripted 0 '' -pidfile "$work/pid"
[ ! -e "$work/pid" ] || fail 'the file with the process id stays'

# -drive: each word, and what it does.
scripted 0 '' -drive "file=$work/a.img,format=raw,if=floppy,index=1,id=d0" \
    -drive "file=$work/c.img,media=disk,snapshot=on,readonly=off"
scripted 2 "unknown property 'fiel'" -drive "fiel=$work/a.img"
scripted 2 'needs file=' -drive if=ide
scripted 2 "did you mean 'floppy'" -drive "file=$work/a.img,if=flopy"
scripted 2 'media: unknown' -drive "file=$work/a.img,media=tape"
scripted 2 'format: unknown' -drive "file=$work/a.img,format=vmdx"
scripted 2 'no such drive' -drive "file=$work/a.img,if=floppy,index=2"
scripted 2 'index=x' -drive "file=$work/a.img,if=floppy,index=x"
scripted 2 'snapshot=maybe' -drive "file=$work/a.img,snapshot=maybe"
ask_block() {
    printf 'info block\nquit\n' | timeout 60 "$isabox" -display none \
        -monitor stdio -drive "$1" > "$work/out" 2>&1
    grep -qF -- "$2" "$work/out" || { cat "$work/out"; fail "$1: no '$2'"; }
}
ask_block "file=$work/a.img,if=floppy,index=1,readonly=on" 'floppy1: '
grep -q 'read-only' "$work/out" || fail 'readonly=on does nothing'
ask_block "file=$work/c.img,index=2" 'ide1-hd0: '

# Scripts: expectations, numbers, mistakes.
script <<'END'
expect 10s "isabox"
quit 7
END
scripted 7 '' "$work/a.img"
script <<'END'
expect 100ms "no such text"
END
scripted 1 's.script:1: expect "no such text": not seen in 0.1 s' "$work/a.img"
script <<'END'
wait 100ms
assert-mem 0:413 800x
END
scripted 2 "s.script:2: bytes: not pairs of hex digits: '800x'"
script <<'END'
wait 200ms
assert-mem 40:13 0000
END
scripted 1 's.script:2: assert-mem 40:13: there is'
script <<'END'
wait 200ms
insert fda /nonexistent.img
END
scripted 2 's.script:2: /nonexistent.img'
script <<'END'
wait 200ms
load /dev/null
END
scripted 2 's.script:2: /dev/null'
script <<END
insert fdb "$work/a.img"
wait 100ms
END
scripted 2 'no such floppy drive' "$work/a.img"

# One writer of an image at a time, any number of readers.
script <<'END'
wait 100ms
END
scripted 2 "$work/a.img" "$work/a.img" -fdb "$work/a.img"
scripted 0 '' -snapshot "$work/a.img" -fdb "$work/a.img"

# What is typed goes round through COM1 to a file; a guest that writes to the
# exit port ends with its status.
[ -f "$images/freedos722.img" ] || exit 0
script <<'END'
expect "A:\\>"
type "echo To COM1 > com1\n"
expect-serial 5s "To COM1"
type "debug\n"
wait 500ms
type "o f4 10\n"
wait 2s
quit 5
END
scripted 33 '' -snapshot -device isa-debug-exit,iobase=0xf4,iosize=4 \
    -serial "file:$work/com1" "$images/freedos722.img"
grep -q 'To COM1' "$work/com1" || fail 'COM1 did not reach its file'

# A reset ends it with -no-reboot.
script <<'END'
expect "A:\\>"
type "debug\n"
wait 500ms
type "o 64 fe\n"
wait 500ms
quit 9
END
scripted 9 '' -snapshot "$images/freedos722.img"
scripted 0 '' -no-reboot -snapshot "$images/freedos722.img"
