#!/bin/sh
# docs.sh - what the documents name is there: files by their path, functions
# as `name()`, and where one stands before "(file)", in that file; run by make
# check. usage: docs.sh SOURCE_DIR
cd "$1" || exit 2
bad=0
miss() { echo "$*"; bad=1; }
sources=$(find cpu devices machine ui tests roms -name '*.[ch]' -o \
          -name '*.inc' -o -name '*.asm' -o -name '*.def' -o -name '*.sh')

for doc in ARCHITECTURE.md TRICKS.md CONTRIBUTING.md README.md docs/tour.md \
           docs/compat.md docs/files.md docs/security.md; do
    for path in $(grep -oE \
            '\b(cpu|devices|machine|ui|tests|roms|docs)/[A-Za-z0-9_/]+\.[a-z]+' \
            $doc | sort -u); do
        case $path in */NAME.*|*test_NAME.*) continue ;; esac
        [ -e "$path" ] || miss "$doc: no $path"
    done
    for f in $(grep -oE '`[a-z0-9_]+\(\)`' $doc | tr -d '`()' | sort -u); do
        grep -qE "\\b$f\\b" $sources || miss "$doc: no $f()"
    done
done

# `a()` (file), `a()`/`b()` (file), in the page that walks through the code.
tr '\n' ' ' < ARCHITECTURE.md |
    grep -oE '`[a-z0-9_]+\(\)`(/`[a-z0-9_]+\(\)`)? \([a-z0-9_/]+\.c\b' |
    sed 's/[`()]/ /g; s,/ , ,' > "${TMPDIR:-/tmp}/isabox-docs.$$"
while read -r f rest; do
    path=${rest##* } more=${rest% *}
    [ "$more" = "$rest" ] && more=
    for name in $f $more; do
        found=$(find cpu devices machine ui -path "*$path")
        [ -n "$found" ] || { miss "ARCHITECTURE.md: no $path"; continue; }
        grep -qE "^[a-z].*\\b$name\\(" $found ||
            miss "ARCHITECTURE.md: $name() is not in $path"
    done
done < "${TMPDIR:-/tmp}/isabox-docs.$$"
[ "$(wc -l < "${TMPDIR:-/tmp}/isabox-docs.$$")" -gt 15 ] || miss 'few found'
rm -f "${TMPDIR:-/tmp}/isabox-docs.$$"
exit $bad
