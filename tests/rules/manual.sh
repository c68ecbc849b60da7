#!/bin/sh
# manual.sh - make doc's pages: each row of the instruction table is on the
# page of its mnemonic with its opcode, nothing is unknown, the pages are
# well formed; isabox(1) has the tables of commands and hot keys as they are;
# run by make check. usage: manual.sh SOURCE_DIR
src=$1
export LC_ALL=C
out=${TMPDIR:-/tmp}/isabox-manual.$$
trap 'rm -rf "$out"' EXIT
mkdir -p "$out"
bad=0
miss() { echo "$*"; bad=1; }

./tests/tools/mkdoc > "$out/tables.md" &&
    ./tests/tools/mkman "$out/man7" || exit 1

# name|opcode of each row, from the table's text.
cat "$src"/cpu/isa/opcodes*.def | tr -d ' "' | awk -F, '
    /^OP[BVF]*\(0x/ {
        slot = toupper(substr($1, index($1, "0x") + 2))
        if (length(slot) == 3) slot = "0F " substr(slot, 2)
        if (/[,|]Z8[,|]/) slot = slot "+r"
        ext = ""; n = $2; gsub(/.*\(|\)/, "", n)
        if ($2 ~ /^XN/) ext = " /" n
        if ($2 ~ /^XM/) ext = " /" n " memory"
        if ($2 ~ /^XR/) ext = " /" n " register"
        if ($2 ~ /^XB/) ext = " " toupper(substr(n, 3))
        print $3 "|" slot ext
    }' | sort > "$out/rows"
[ "$(wc -l < "$out/rows")" -gt 600 ] || miss "only $(wc -l < "$out/rows") rows"

# The same from the tables and, with both names of cbw/cwde, the pages.
sed -n '/^# State/q; s/^| \([0-9A-F][^|]*\) | \([^ |]*\) .*/\2|\1/p' "$out/tables.md" |
    sort | diff "$out/rows" - || miss 'tables.md has other rows'
awk -F'|' '{ n = split($1, a, "/"); for (i = 1; i <= n; i++)
    print a[i] "|" $2 }' "$out/rows" | sort > "$out/names"
awk 'FNR == 1 { page = FILENAME; gsub(/.*\/|\.7$/, "", page) }
     sub(/^\.SS "/, "") { sub(/".*/, ""); print page "|" $0 }' \
    "$out"/man7/*.7 | sort | diff "$out/names" - || miss 'the pages have other rows'

grep -n '?\|(null)' "$out/tables.md" "$out"/man7/*.7 | head -n 5 |
    grep . && miss 'something is unknown'

# Their shape, and the index.
awk 'FNR == 2 && !/^\.TH / { print FILENAME ": no .TH" }
     /^'"'"'/ || (/^\./ && !/^\.(TH|SH|SS|TP|BR|nf|fi|\\")( |$)/) &&
         !/^\.\\"/ { print FILENAME ": " $0 }' "$out"/man7/*.7 | grep . &&
    miss 'odd requests'
cut -d'|' -f1 "$out/names" | sort -u > "$out/index"
sed -n 's/^\.BR "\(.*\)" (7)$/\1/p' "$out/man7/isabox-instructions.7" | sort |
    diff "$out/index" - || miss 'the index has other names'
if command -v groff >/dev/null; then
    groff -man -Tascii -ww -z "$out"/man7/*.7 > "$out/groff" 2>&1
    [ -s "$out/groff" ] && { head -n 5 "$out/groff"; miss 'groff warns'; }
fi

# The lists of isabox(1): made by make doc, to be copied when a table changed.
./tests/tools/mkcommands "$src/docs/isabox.1" > "$out/isabox.1" || exit 1
cmp -s "$src/docs/isabox.1" "$out/isabox.1" ||
    { miss 'docs/isabox.1 is older than the tables: make doc, then copy'
      diff "$src/docs/isabox.1" "$out/isabox.1" | head -n 10; }
grep -q '^\.BI "system_reset"' "$out/isabox.1" || miss 'isabox.1 has no commands'
if command -v groff >/dev/null; then
    groff -man -Tascii -ww -z "$out/isabox.1" > "$out/groff" 2>&1
    [ -s "$out/groff" ] && { head -n 5 "$out/groff"; miss 'groff warns'; }
fi
exit $bad
