# spin.sh - a guest that does nothing but enter its debug handler, again and
# again, is ended by a signal at once, in every engine; its writes are on the
# disk.
src=$1
. "$src/tests/lib/replay.sh"

# Writes a sector of 'A's to the disk's second one by INT 13h, says so on port
# E9, then sets a breakpoint on the first instruction of its INT 1 handler.
{
    printf '\061\300\216\330\216\300\273\000\176\211\337\271\000\002\260\101'
    printf '\363\252\270\001\003\271\002\000\272\200\000\315\023\260\127\346'
    printf '\351\372\307\006\004\000\072\174\214\036\006\000\146\270\072\174'
    printf '\000\000\017\043\300\260\001\017\043\370\353\376'
    head -c 510 /dev/zero
} | head -c 510 > "$work/a.img"
printf '\125\252' >> "$work/a.img"
head -c 1474048 /dev/zero >> "$work/a.img"

# ended ENGINE SIGNAL STATUS
ended() {
    rm -f "$work/e9"
    head -c 10321920 /dev/zero > "$work/c.img"
    "$isabox" -display none -engine "$1" -boot a -hda "$work/c.img" \
        -drive "file=$work/a.img,if=floppy,snapshot=on" \
        -debugcon "file:$work/e9" > "$work/out" 2>&1 &
    pid=$!
    n=0
    until [ -s "$work/e9" ]; do
        n=$((n + 1))
        [ $n -lt 600 ] || { cat "$work/out"; fail "$1: it does not start"; }
        sleep 0.1
    done
    kill "-$2" $pid
    (sleep 20; kill -9 $pid) 2>/dev/null &
    killer=$!
    wait $pid 2>/dev/null
    have=$?
    kill $killer 2>/dev/null
    [ $have = "$3" ] || { cat "$work/out"; fail "$1: SIG$2: status $have"; }
    have=$(tail -c +513 "$work/c.img" | head -c 512 | tr -dc A | wc -c)
    [ "$have" -eq 512 ] || fail "$1: the sector is not on the disk"
}

for e in $(engines); do
    ended $e TERM 143
done
ended nocache INT 130
ended nocache HUP 129
