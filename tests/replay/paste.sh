# paste.sh - long text into the terminal front end inside tmux and by the
# monitor: all of it arrives, and Ctrl-] is seen behind it.
src=$1
. "$src/tests/lib/replay.sh"
need tmux mcopy freedos722.img
T="tmux -L isabox-paste-$$ -f /dev/null"
pid=
trap '$T kill-server 2>/dev/null; [ -z "$pid" ] || kill $pid; rm -rf "$work"' EXIT

see() {
    n=0
    until $T capture-pane -t t -p | grep -qF -- "$1"; do
        n=$((n + 1))
        [ $n -lt 300 ] || { $T capture-pane -t t -p; fail "no '$1'"; }
        sleep 0.1
    done
}

cp "$images/freedos722.img" "$work/a.img" && chmod u+w "$work/a.img" || exit 1
i=0
while [ $i -lt 60 ]; do
    printf '%03d abcdefghijklmnop QRSTU {}|\n' $i
    i=$((i + 1))
done > "$work/text"
LC_ALL=C.UTF-8 TERM=xterm $T new-session -d -s t -x 80 -y 25 \
    "cd '$work' && exec env TERM=screen-256color LC_ALL=C.UTF-8 PS1='+ ' sh" \
    2>/dev/null || skip 'tmux does not start'
$T load-buffer -b plain "$work/text" || skip 'this tmux has no load-buffer'
$T send-keys -t t "'$isabox' -display term -speed max a.img; echo st-\$?" Enter
see 'A:\>'

# Marked as a paste, and as if it were typed.
for marks in '' -p; do
    $T send-keys -t t "copy con p$marks.txt" Enter
    sleep 0.3
    $T paste-buffer $marks -b plain -t t
    $T send-keys -t t F6 Enter
    see '059 abc'
    see 'A:\>'
    $T send-keys -t t cls Enter
    n=0
    while $T capture-pane -t t -p | grep -q 059; do
        n=$((n + 1))
        [ $n -lt 100 ] || fail 'cls is not obeyed'
        sleep 0.1
    done
done

# A hot key is not kept waiting by what is still to be typed.
$T paste-buffer -p -b plain -t t
$T paste-buffer -p -b plain -t t
$T send-keys -t t C-] p
see 'paused - Ctrl-] p goes on'
$T send-keys -t t C-] q
$T send-keys -t t C-] q
see 'st-0'
for f in P P-P; do
    mcopy -n -o -i "$work/a.img" "::$f.TXT" "$work/got" ||
        fail "no file $f"
    tr -d '\r\032' < "$work/got" | cmp - "$work/text" || fail "$f is not the text"
done

# More keys than ever waited before, through the monitor.
(cd "$work" && exec "$isabox" -display text -speed max a.img \
    -monitor unix:m,server=on,wait=off > shown) & pid=$!
n=0
until grep -q 'A:.>' "$work/shown"; do
    n=$((n + 1))
    [ $n -lt 300 ] || fail 'no prompt'
    sleep 0.1
done
{
    echo '0<(isabox)'
    for k in c o p y spc c o n spc k ret; do
        printf '0>sendkey %s 1\n0<(isabox)\n' $k
    done
    i=0
    while [ $i -lt 700 ]; do
        printf '0>sendkey x 1\n0<(isabox)\n0!Error\n'
        i=$((i + 1))
        [ $((i % 70)) != 0 ] || printf '0>sendkey ret 1\n0<(isabox)\n'
    done
    for k in f6 ret; do
        printf '0>sendkey %s 1\n0<(isabox)\n' $k
    done
    echo 0x
} > "$work/keys"
tests/tools/client "unix:$work/m" < "$work/keys" || fail 'the monitor'
n=0
until mcopy -n -o -i "$work/a.img" ::K "$work/got" 2>/dev/null &&
    [ "$(tr -cd x < "$work/got" | wc -c)" = 700 ]; do
    n=$((n + 1))
    [ $n -lt 150 ] || fail "$(tr -cd x < "$work/got" | wc -c) keys of 700"
    sleep 0.1
done
exit 0
