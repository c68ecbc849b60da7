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
    for f in $(grep -oE '`[a-z0-9_]+\(\)`' $doc | tr -d '`()' | sort -u); do
        grep -qxF "$f" "$tmp/words" || miss "$doc: no $f()"
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
        found=$(grep "$path\$" "$tmp/files")
        [ -n "$found" ] || { miss "ARCHITECTURE.md: no $path"; continue; }
        grep -qE "^[a-z].*\\b$name\\(" $found ||
            miss "ARCHITECTURE.md: $name() is not in $path"
    done
done < "$tmp/pairs"
[ "$(wc -l < "$tmp/pairs")" -gt 15 ] || miss 'few found'
exit $bad
