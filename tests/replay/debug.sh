# debug.sh - the debugger's commands in scripts: stops, steps, back; the same
# by all engines, and the guest ends where it does without them.
src=$1
. "$src/tests/lib/replay.sh"
need nasm
nasm -f bin -o "$work/boot.img" "$src/tests/app/gdb.asm" &&
truncate -s 1474560 "$work/boot.img" || exit 1

cat > "$work/debug.script" <<'END'
break 7c40
break 7b0:190 if $eip == 0x190 && byte[0x600] == 1
break 80000000
break 7f80
break 0:7f60 if ($cr0 & 1) == 0
catch int 13 ah=2
catch mode if word[0x5000] == 0xffff
info breakpoints
wait 5s
assert-reg ah 2
delete 6
wait 5s
assert-reg pc 0x7c40
next
next
next
info backtrace
rnext
next
wait 1s
assert-reg cs 0x7b0
wait 1s
assert-reg eip 0x80000000
assert-reg cs 0x1b
watch 80001000 4
wait 1s
assert-reg eip 0x80000006
who 21000
wait 1s
assert-reg pc 0x7f80
wait 1s
assert-reg pc 0x7f60
rcont
assert-reg pc 0x7f80
rcont
assert-reg eip 0x80000000
rcont
assert-reg pc 0x7c90
step 2
rstep 2
trace 4
delete
catch fault 13
wait 1s
assert-reg pc 0x7ec0
when $eip == 0x7e20
delete
break 7f69 if word[0x604] == 1000
rwatch 600
wait 1s
assert-mem 604 e803
goto 0
goto @100000
info history
delete
wait 200ms
hash
END
run debug -fda boot.img
shows '3 break 80000000'
shows '6 catch int 13 if $ah == 0x2'
shows '#0  0000:7c47  bp 7bfc'
shows '0000:7c43: inc word [0x600]'
shows '00021000 was made 01, from 00'
shows '7b0:0190: mov cr0,eax'
shows '0008:7e20: mov cr0,eax'
for e in plain nocache; do          # the first was by the best one
    same debug -fda boot.img -engine $e
done

# Nobody looks: the same state at the same time.
cat > "$work/a.script" <<'END'
break 7f69 if word[0x604] % 100 == 7
break 80000000
awatch 0x600 8
catch irq 0
wait 1s
wait 1s
wait 1s
next
step 5
rcont
delete
wait 600ms
goto 500ms
hash
END
printf 'wait 600ms\ngoto 500ms\nhash\n' > "$work/b.script"
run a -fda boot.img
tail -n 1 "$work/out" > "$work/stopped"
run b -fda boot.img
tail -n 1 "$work/out" | cmp -s - "$work/stopped" || fail 'another state'
