#!/bin/sh
# names.sh - no two source files have a function of the same name, so that a
# name leads to one place: a static carries its unit's name where another file
# might want it too. Run by make check. usage: names.sh SOURCE_DIR
cd "$1" || exit 2

# main() stands in each program; sdl_sound_*() has a second form for builds
# without SDL.
find cpu devices machine ui -name '*.[ch]' -exec awk '
    /^[a-z].*[ *][a-z_0-9]+\(/ && !/;$/ {
        name = $0
        sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
    }
    name != "" && (/^\{/ || /\) *\{.*\}$/) { print name, FILENAME }
    /^\{/ || /;$/ || /\}$/ || /^$/ { name = "" }' {} + | sort -u | awk '
    $1 == "main" || $1 ~ /^sdl_sound_/ || $1 == "__attribute__" { next }
    $1 == last { print $1 "() is in " place " and in " $2; bad = 1 }
    { last = $1; place = $2; count++ }
    END {
        if (count < 3000) { print "only " count " functions found"; bad = 1 }
        exit bad
    }'
