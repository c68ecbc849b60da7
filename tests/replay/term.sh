# term.sh - the terminal front end inside tmux: keys, menus, a picture, hot
# keys, disks, states, the monitor, the question before quitting, and the
# terminal as it was afterwards, also when killed.
src=$1
. "$src/tests/lib/replay.sh"
need tmux freedos722.img freedos-720K.img
client=$(pwd)/tests/tools/client
T="tmux -L isabox-test-$$ -f /dev/null"
trap '$T kill-server 2>/dev/null; rm -rf "$work"' EXIT

keys() { $T send-keys -t t "$@"; }

# see TEXT: waits up to 15 s of the host's time for it. Messages stay for a few
# seconds: a host that looks less often can't tell whether there was one.
see() {
    n=0 slow= before=$(date +%s)
    until $T capture-pane -t t -p | grep -qF -- "$1"; do
        n=$((n + 1)) now=$(date +%s)
        [ $((now - before)) -lt 3 ] || slow=yes
        before=$now
        [ $n -lt 150 ] || { $T capture-pane -t t -p
            [ -z "$slow" ] || skip "this host is too busy to see '$1'"
            fail "no '$1'"; }
        sleep 0.1
    done
}

# passes TICKS: waits until so many of the guest's clock, 18 a second, have
# gone by.
ticks() {
    printf '0<(isabox) \n0>pmemsave 0x46c 4 ticks\n0<(isabox) \n' |
        "$client" unix:"$work/mon" > /dev/null && od -An -tu4 "$work/ticks"
}
passes() {
    begun=$(ticks) n=0
    [ -n "$begun" ] || fail 'the monitor does not answer'
    until [ $(($(ticks) - begun)) -ge "$1" ]; do
        n=$((n + 1))
        [ $n -lt 150 ] || fail "the guest's clock stands"
        sleep 0.1
    done
}

# gone TEXT: waits until it is no longer there.
gone() {
    n=0
    while $T capture-pane -t t -p | grep -qF -- "$1"; do
        n=$((n + 1))
        [ $n -lt 150 ] || fail "'$1' stays"
        sleep 0.1
    done
}

export work isabox images               # whatever is in their names
SHELL=/bin/sh LC_ALL=C.UTF-8 TERM=xterm $T new-session -d -s t -x 80 -y 25 \
    'cd "$work" && exec env TERM=screen-256color LC_ALL=C.UTF-8 PS1="+ " sh' \
    2>/dev/null || skip 'tmux does not start'
keys '"$isabox" -display term -snapshot -monitor unix:mon,server,nowait' \
    ' "$images/freedos722.img"; echo st-$?' Enter
see 'A:\>'
keys 'ver /r' Enter
see 'FreeCom version'
keys 'edit readme' Enter
see 'F1=Help'
passes 18
keys M-f
see '│ Save'
keys Escape
gone '│ Save'
passes 9
keys M-f
see '│ Save'
keys x
see 'A:\>'
keys 'cls' Enter
keys 'demos\knead' Enter
see '▀▀▀▀▀▀▀▀'
keys C-]
see 'q quit'
keys s
see 'screenshot in isabox-1.png'
[ -s "$work/isabox-1.png" ] || fail 'no picture'
keys C-] q
see 'st-0'

# Disks, states, pause, turbo, the monitor, and the question before quitting.
cp "$images/freedos722.img" "$work/a.img" &&
    cp "$images/freedos-720K.img" "$work/b.img" &&
    chmod u+w "$work/a.img" "$work/b.img" || fail 'no images'
keys 'clear; "$isabox" -display term a.img b.img; echo qu-$?' Enter
see 'A:\>'
keys C-] f
see 'b.img is in drive A:'
keys 'dir /b' Enter
see 'AUTOEXEC'
keys C-] f
see 'a.img is in drive A:'
keys 'rem before' Enter
see 'rem before'
keys C-] w
see 'saved in isabox.state'
keys 'cls' Enter
gone 'rem before'
keys C-] l
see 'loaded from isabox.state'
see 'rem before'
keys C-] p
see 'paused - Ctrl-] p goes on'
keys C-] p
gone 'paused'
keys C-] u
see 'as fast as it can'
keys C-] u
see 'normal speed'
keys C-] t
see 'now (oldest -'
keys Left
see ', steps of '
keys Escape
gone 'oldest'
keys C-] t
see 'now (oldest -'
keys Home Up Enter
see ' s (-'
see 'A:\>'
keys 'rem ahead' Enter
see 'rem ahead'
sleep 1
wind() {                                # LETTER, as a terminal repeats it
    keys C-] "$1"
    sleep 0.4
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        keys "$1"
        sleep 0.1
    done
}
wind b
gone 'rem ahead'
wind n
see 'rem ahead'
gone 'bb'
keys M-C-@                              # what Ctrl+Alt+2 sends
see '(isabox)'
keys 'info status' Enter
see 'VM status: running'
keys M-C-@
see 'rem before'
keys 'for %i in (1 2 3 4 5) do copy /y command.com x%i' Enter
see 'command.com => '
keys C-] q
see 'once more to quit'
keys C-] q
see 'qu-0'
keys 'stty -a | grep -o "[-]*icanon"' Enter
see 'icanon'
$T capture-pane -t t -p | grep -q -- '-icanon' && fail 'the terminal is raw'

keys 'clear; "$isabox" -display term -pidfile pid "$images/freedos722.img"' \
    ' -snapshot; echo st-$?' Enter
see 'A:\>'
kill -TERM "$(cat "$work/pid")"
see 'st-143'
keys 'clear; stty -a | grep -o "[-]*icanon"' Enter
see 'icanon'
$T capture-pane -t t -p | grep -q -- '-icanon' && fail 'the terminal is raw'
exit 0
