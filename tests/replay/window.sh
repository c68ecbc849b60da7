# window.sh - the window under a virtual X server, with xdotool as the user:
# typing, the mouse, full screen, screenshot, floppies, states, pause, turbo,
# the monitor's page, focus, and the question before quitting.
src=$1
. "$src/tests/lib/replay.sh"
grep -q 'HAVE_SDL 1' config.h || skip 'built without SDL2'
need Xvfb xdotool freedos722.img freedos-720K.img
client=$(pwd)/tests/tools/client pids=
trap 'kill $pids 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work" || exit 1
cp "$images/freedos722.img" a.img && cp "$images/freedos-720K.img" b.img &&
    chmod u+w a.img b.img || exit 1

Xvfb -displayfd 3 -screen 0 1280x1024x24 -fbdir "$work" 3> display 2>/dev/null &
pids=$!
n=0
until [ -s display ]; do
    n=$((n + 1))
    [ $n -lt 100 ] || skip 'Xvfb does not start'
    sleep 0.1
done
DISPLAY=:$(cat display) SDL_AUDIODRIVER=dummy
export DISPLAY SDL_AUDIODRIVER
# X's and SDL's libraries leak; what is ours is looked at by the other tests.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
manager=
for wm in openbox matchbox-window-manager metacity xfwm4 icewm jwm; do
    command -v $wm >/dev/null && { manager=$wm; break; }
done
if [ -n "$manager" ]; then              # it should be up before the window is
    $manager >/dev/null 2>&1 &
    pids="$pids $!" n=0
    until xdotool get_desktop >/dev/null 2>&1 || [ $n = 50 ]; do
        n=$((n + 1))
        sleep 0.1
    done
fi

# ---- helpers: a condition may take up to 15 s of the host's time ----

until_true() {
    n=0
    until "$@"; do
        n=$((n + 1))
        [ $n -lt 150 ] || { title; screen; fail "never: $*"; }
        sleep 0.1
    done
}
keys() { xdotool key "$@"; sleep 0.2; }
title() { xdotool getwindowname "$window"; }
titled() { title | grep -qF -- "$1"; }
untitled() { ! titled "$1"; }
ask() { printf '0<(isabox) \n0>%s\n0<(isabox) \n' "$1" |
            "$client" unix:monitor >/dev/null; }
screen() {                              # the guest's text
    ask 'pmemsave 0xb8000 4000 text' &&
        od -An -v -tu1 -w160 text | awk '{ for (n = 1; n < 160; n += 2)
            printf "%c", ($n < 32 || $n > 126) ? 32 : $n; print "" }'
}
shown() { screen | grep -qF -- "$1"; }
size_is() { xdotool getwindowgeometry "$window" | grep -q "Geometry: $1"; }
shift_is() {                            # the BIOS's flags at 0040:0017
    ask 'pmemsave 0x417 1 flags' && [ $(($(od -An -tu1 flags) & 2)) = "$1" ]
}
frame() { cksum < Xvfb_screen0; }
picture_changes() { [ "$(frame)" != "$before" ]; }
type_line() { xdotool type --delay 30 -- "$1"; xdotool key Return; }

start() {
    "$isabox" -display sdl -monitor unix:monitor,server,nowait "$@" &
    machine=$!
    pids="$pids $machine"
    window=
    until_true find_window
    until_true xdotool windowfocus "$window" 2>/dev/null
}
find_window() {
    window=$(xdotool search --onlyvisible --name '^tested - ' | head -n 1)
    [ -n "$window" ]
}

# ---- a DOS prompt ----

start -name tested a.img b.img
until_true shown 'A:\>'
type_line 'ver /r'
until_true shown 'FreeDOS kernel'
titled 'MIPS' || fail 'the title has no speed'

# The mouse is captured by a click and released by either key.
for release in ctrl+alt+g ctrl+F10; do
    xdotool mousemove --window "$window" 300 200 click 1
    until_true titled 'Ctrl+Alt+G releases the mouse'
    keys $release
    until_true untitled 'releases'
done

keys ctrl+F5
until_true titled 'screenshot in isabox-1.png'
[ "$(head -c 4 isabox-1.png | tail -c 3)" = PNG ] || fail 'no picture'

# ---- scaling, full screen ----

before=$(frame)
keys ctrl+alt+s
until_true titled 'scaling: whole steps'
picture_changes || fail 'whole steps look the same'
keys ctrl+alt+s
until_true titled 'scaling: the whole window'
keys ctrl+alt+s
until_true titled 'scaling: aspect-correct'
keys ctrl+alt+b
until_true titled 'filter: '
keys ctrl+alt+l
until_true titled 'scan lines: on'
keys ctrl+alt+l
until_true titled 'scan lines: off'
if [ -n "$manager" ]; then
    keys alt+Return
    until_true size_is 1280x1024
    keys alt+Return
    until_true size_is 960x720
    keys ctrl+alt+f
    until_true size_is 1280x1024
    keys ctrl+alt+f
    until_true size_is 960x720
else
    echo 'no window manager: full screen not tried'
fi

# ---- the monitor's page ----

before=$(frame)
keys ctrl+alt+2
until_true picture_changes
xdotool type --delay 30 'savevm typed.state'
xdotool key Return
until_true [ -s typed.state ]
keys ctrl+alt+1

# ---- the timeline: back to where it was, then on from a moment ----

type_line 'rem present'
until_true shown 'rem present'
before=$(frame)
keys ctrl+alt+t
until_true picture_changes
until_true titled 'paused'
keys Left
xdotool mousemove --window "$window" 80 620 click 1 click 4
keys Escape
until_true untitled 'paused'
shown 'rem present' || fail 'Escape has not led back'
keys ctrl+alt+t
until_true titled 'paused'
keys Up Up Up Left Return
until_true titled ' s (-'
until_true shown 'A:\>'

# ---- held, the keys wind; what has been is still ahead, and no key leads the
# machine another way ----

hold_until() {                          # KEY CONDITION..
    xdotool keydown ctrl keydown alt keydown "$1"
    key=$1
    shift
    until_true "$@"
    xdotool keyup "$key" keyup alt keyup ctrl
}
gone() { ! shown "$1"; }
type_line 'rem ahead'
until_true shown 'rem ahead'
sleep 2
hold_until Left gone 'rem ahead'
titled ' s' || fail 'the title does not say how far'
hold_until Right shown 'rem ahead'
hold_until Right titled 'tested - now'
type_line 'rem behind'
until_true shown 'rem behind'

# ---- states, pause, turbo ----

type_line 'rem before'
until_true shown 'rem before'
keys ctrl+F6
until_true titled 'saved in tested.state'
type_line 'cls'
until_true eval '! shown before'
keys ctrl+F7
until_true titled 'loaded from tested.state'
until_true shown 'rem before'

keys ctrl+alt+p
until_true titled 'paused'
ask 'info status' || fail 'a paused machine does not answer'
keys ctrl+alt+p
until_true untitled 'paused'
keys alt+F12
until_true titled 'as fast as it can'
keys alt+F12
until_true titled 'normal speed'

# ---- floppies; held keys where the focus goes ----

keys ctrl+F4
until_true titled 'b.img is in drive A:'
type_line 'dir /b'
until_true shown 'AUTOEXEC'
keys ctrl+F4
until_true titled 'a.img is in drive A:'

# What is dropped goes the same way; X's protocol for it needs a partner.
mkdir 'to drop' && echo text > 'to drop/seen.txt'
ask 'drop "to drop"' || fail 'a folder is not taken'
type_line 'dir /b a:'
until_true shown 'SEEN.TXT'
ask 'drop a.img' || fail 'an image is not taken'
type_line 'cls'

xdotool keydown shift
until_true shift_is 2
if [ -n "$manager" ]; then
    xdotool windowminimize "$window"
    until_true shift_is 0
    xdotool keyup shift windowmap "$window" \
        windowfocus "$window" 2>/dev/null
else
    xdotool keyup shift
fi
until_true shift_is 0

# ---- quitting ----

type_line 'cls'
type_line 'for %i in (1 2 3 4 5) do copy /y command.com x%i'
until_true shown 'command.com => '
keys ctrl+F9
until_true titled 'once more to quit'
kill -0 $machine || fail 'it did not ask'
keys ctrl+F9
wait $machine || fail "status $?"
pids=${pids% *}
exit 0
