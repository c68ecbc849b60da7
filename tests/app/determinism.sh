#!/bin/sh
# determinism.sh - the same script gives the same state hashes, whatever runs
# it: twice, without the block cache, with each engine there is, saved and
# loaded in the middle, gone on with in another process; and with `full`
# built by each compiler, without and with optimisation and sanitizers.
#
# usage: determinism.sh SOURCE_DIR [full]     in a build folder
src=$(cd "$1" && pwd) || exit 2
full=$2
images=${SHARED:-$src/../shared}/images
work=${TMPDIR:-/tmp}/isabox-determinism.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work" || exit 2
failed=0
# Sanitizers make the engines slow that take each instruction by itself.
slow=
[ -n "$full" ] || ! grep -q '^CFLAGS = .*-fsanitize' Makefile || slow=slow

# ---- the scripts; #save marks where the state goes out and comes back ----

cat > "$work/tour.script" <<'END'
wait 150ms
hash
key a
#save
wait 400ms
type "t"
wait 1s
hash
mouse 20 -10
click left
key ctrl-alt-delete
wait 700ms
text
hash
END

cat > "$work/dos.script" <<'END'
expect "A:\\>"
hash
type "dir\n"
wait 60ms
#save
wait 300ms
type "type config.sys\n"
wait 700ms
text
hash
END

# Long: a Unix with drivers of its own, and a DOS with XMS and a memory test.
cat > "$work/elks.script" <<'END'
expect 60s "Mounted root"
#save
wait 4s
hash
type "root\n"
wait 2s
type "ls /\n"
wait 3s
text
hash
END

cat > "$work/dos722.script" <<'END'
expect 60s "A:\\>"
#save
type "demos\\lebhaft\n"
wait 2s
hash
key esc
wait 1s
type "\n"
wait 1s
hash
END

forms() {                               # NAME: its two other forms
    sed 's/^#save/save state\nload state/' "$work/$1.script" \
        > "$work/$1-saved.script"
    sed '/^#save/,$!d' "$work/$1.script" > "$work/$1-rest.script"
}

# ---- running ----

# go PROGRAM SCRIPT OPTION...: what it prints goes to $work/out
go() {
    prog=$1 script=$2; shift 2
    (cd "$work" && timeout 300 "$prog" -display none -script "$script.script" \
        "$@") > "$work/out" 2>> "$work/err"
}

# expect ROW TAIL_OF: the output is that of the first run
same() {
    if [ -s "$work/out" ] && cmp -s "$work/out" "$work/$2"; then
        printf '  %-44s same\n' "$1"
    else
        printf '  %-44s DIFFERS\n' "$1"
        diff "$work/$2" "$work/out" | head -5
        tail -n 3 "$work/err"
        failed=$((failed + 1))
    fi
}

# The lines that the script prints after its #save.
tail_lines() {
    lines=$(sed '/^#save/,$d' "$work/$1.script" | grep -c '^hash')
    tail -n +$((lines + 1)) "$work/first" > "$work/first-rest"
}

# one LABEL PROGRAM SCRIPT OPTION...: all forms with one engine
one() {
    label=$1 p=$2 s=$3; shift 3
    go "$p" "$s" "$@";               same "$label" first
    go "$p" "$s-saved" "$@";         same "$label, saved and loaded" first
    go "$p" "$s-rest" "$@" -load state
    same "$label, in another process" first-rest
}

# Those that this build and this host have: gcc's fast one wants optimisation.
engines() {
    for e in $("$1" -engine help 2>&1 | awk '{ print $1 }' |
               grep -E '^[a-z]+$'); do
        "$1" -engine "$e" -display none -script /dev/null 2>/dev/null &&
            echo "$e"
    done
}

# scenario SCRIPT OPTION...: in every engine of every program
scenario() {
    s=$1; shift
    forms "$s"
    go "$(pwd)/isabox" "$s" "$@"
    cp "$work/out" "$work/first"
    tail_lines "$s"
    echo "$s: $(grep -E '^[0-9a-f]{16}$' "$work/first" | tail -n 1)"
    grep -qE '^[0-9a-f]{16}$' "$work/first" || {
        echo '  the first run prints no hash'; tail -n 5 "$work/err"
        failed=$((failed + 1)); return
    }
    for b in $programs; do
        for e in $(engines "${b#*=}"); do
            case $slow$full$b:$e in
            slow*:plain|slow*:nocache) ;;
            slow*:fast|full*|*:plain) one "${b%%=*} $e" "${b#*=}" "$s" -engine "$e" "$@" ;;
            *) go "${b#*=}" "$s" -engine "$e" "$@"; same "${b%%=*} $e" first ;;
            esac
        done
    done
}

# ---- programs: this build; in the long form, others ----

build() {                               # NAME, then configure's options
    name=$1; shift
    mkdir -p "$work/$name"
    if (cd "$work/$name" && "$src/configure" --without-sdl "$@" &&
        make -j2 isabox) > "$work/$name.log" 2>&1; then
        programs="$programs $name=$work/$name/isabox"
    else
        echo "$name: does not build"; tail -n 5 "$work/$name.log"
        failed=$((failed + 1))
    fi
}

programs="this=$(pwd)/isabox"
if [ -n "$full" ]; then
    for cc in gcc clang-19; do
        command -v $cc >/dev/null || { echo "no $cc here"; continue; }
        build $cc-O0 CC=$cc CFLAGS='-O0'
        build $cc-O2 CC=$cc CFLAGS='-O2'
    done
    build sanitized CC=gcc --enable-sanitizers CFLAGS='-O1'
fi

# A 386 has fewer instructions to a second, for the engine without a cache and
# for builds that take long.
scenario tour
if [ -f "$images/freedos-1440K.img" ]; then
    cpu=${full:+486}
    scenario dos -cpu "${cpu:-386}" -snapshot "$images/freedos-1440K.img"
else
    echo "dos: no freedos-1440K.img in $images"
fi
if [ -n "$full" ] && [ -f "$images/elks-1440K.img" ]; then
    scenario elks -cpu 386 -snapshot "$images/elks-1440K.img"
fi
if [ -n "$full" ] && [ -f "$images/freedos722.img" ]; then
    scenario dos722 -cpu 386 -snapshot "$images/freedos722.img"
fi
[ $failed = 0 ] || echo "$failed runs differ"
[ $failed = 0 ]
