# stories.sh - the stories of docs/time.md, as told there: who wrote a byte, and
# a program that has gone astray.
src=$1
. "$src/tests/lib/replay.sh"
need nasm freedos722.img

# The count that `who` tells leads before the instruction that wrote.
cat > "$work/who.script" <<'END'
expect 60s "A:\\>"
wait 1s
who 46c
END
run who -fda "$images/freedos722.img" -snapshot
count=$(sed -n 's/^0000046c was made .* by instruction \([0-9]*\) at f000:.*/\1/p' \
    "$work/out")
[ "$count" ] || { cat "$work/out"; fail 'who'; }
printf 'seek @%s\nu\nstep\n' "$count" >> "$work/who.script"
run who -fda "$images/freedos722.img" -snapshot
shows 'inc word [0x6c]'

nasm -f bin -o "$work/stray.img" "$src/tests/replay/stray.asm" &&
    truncate -s 1474560 "$work/stray.img" || fail nasm
cat > "$work/stray.script" <<'END'
break 0:0
wait 5s
trace 2
watch 1a00:ffe 2
rcont
assert-mem 1affe 187c
trace 1
step
assert-mem 1affe 0000
END
run stray -fda "$work/stray.img" -snapshot
shows '0000:7c27: ret'
shows '2 watch 0001affe, 2 bytes: write of 0001affe, now 18 7c'
shows '0000:7c1f: mov bp,sp'
