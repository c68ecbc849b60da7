#!/bin/sh
# docs.sh - what the documents name is there: files by their path, functions
# as `name()`, and where one stands before "(file)", in that file; run by make
# check. usage: docs.sh SOURCE_DIR
cd "$1" || exit 2
bad=0
miss() { echo "$*"; bad=1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sources=$(find cpu devices machine ui tests roms -name '*.[ch]' -o \
          -name '*.inc' -o -name '*.asm' -o -name '*.def' -o -name '*.sh')
find cpu devices machine ui -name '*.c' > "$tmp/files"
cat $sources | tr -cs 'A-Za-z0-9_' '\n' | sort -u > "$tmp/words"

for doc in ARCHITECTURE.md TRICKS.md CONTRIBUTING.md README.md docs/tour.md \
           docs/compat.md docs/files.md docs/security.md; do
    for path in $(grep -oE \
            '\b(cpu|devices|machine|ui|tests|roms|docs)/[A-Za-z0-9_/]+\.[a-z]+' \
            $doc | sort -u); do
        case $path in */NAME.*|*test_NAME.*) continue ;; esac
        [ -e "$path" ] || miss "$doc: no $path"
    done
    for f in $(grep -oE '`[a-z0-9_]+\(\)`' $doc | tr -d '`()' | sort -u |
               comm -23 - "$tmp/words"); do
        miss "$doc: no $f()"
    done
done

# `a()` (file), `a()`/`b()` (file), in the page that walks through the code.
tr '\n' ' ' < ARCHITECTURE.md |
    grep -oE '`[a-z0-9_]+\(\)`(/`[a-z0-9_]+\(\)`)? \([a-z0-9_/]+\.c\b' |
    sed 's/[`()]/ /g; s,/ , ,' > "$tmp/pairs"
while read -r f rest; do
    path=${rest##* } more=${rest% *}
    [ "$more" = "$rest" ] && more=
    for name in $f $more; do
        echo "$path $name"
    done
done < "$tmp/pairs" > "$tmp/wanted"
# The lines of the sources that may begin a function, by their file.
grep -E '^[a-z].*\(' $(cat "$tmp/files") > "$tmp/begins"
awk -v files="$tmp/files" -v begins="$tmp/begins" '
    FILENAME == files { file[$0]; next }
    FILENAME == begins {
        at = index($0, ":"); name = substr($0, 1, at - 1)
        line = substr($0, at + 1)
        while (match(line, /[a-z0-9_]+\(/)) {
            has[name, substr(line, RSTART, RLENGTH - 1)]
            line = substr(line, RSTART + RLENGTH)
        }
        next
    }
    {
        found = in_one = 0
        for (f in file)
            if (length(f) >= length($1) &&
                substr(f, length(f) - length($1) + 1) == $1) {
                found = 1
                in_one = in_one || (f, $2) in has
            }
        if (!found)
            print "ARCHITECTURE.md: no " $1
        else if (!in_one)
            print "ARCHITECTURE.md: " $2 "() is not in " $1
    }' "$tmp/files" "$tmp/begins" "$tmp/wanted" > "$tmp/missing"
[ ! -s "$tmp/missing" ] || { cat "$tmp/missing"; bad=1; }
[ "$(wc -l < "$tmp/pairs")" -gt 15 ] || miss 'few found'
exit $bad
