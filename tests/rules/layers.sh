#!/bin/sh
# layers.sh - who may include whom; run by make check.
#   core <- cpu, devices <- parts <- machine <- ui    (tests: anything)
#   words <- machine, ui
# cpu/threaded knows the rest of cpu/, which knows it as a struct engine; the
# board sees cpu/cpu.h. A chip in several files may share a private header NAME_*.h among them. Only
# a part knows a chip, and it knows the board by part.h alone.
cd "${1:-.}" || exit 2
grep -rn --include='*.[chi]*' '^#include "' machine cpu devices ui 2>/dev/null | awk -F'[:"]' '
{
    from = $1; to = $4; line = $1 ":" $2
    layer = from; sub(/\/.*/, "", layer)
    if (match(from, /^machine\/(core|words|host|block)\//))
        layer = substr(from, 9, RLENGTH - 9)
    chip = from; sub(/[^\/]*$/, "", chip); folder = chip
    chip = substr(from, length(folder) + 1); sub(/[_.].*/, "", chip)
    if (to ~ /^machine\/words\//) ok = layer ~ /^(words|machine|ui)$/
    else if (to ~ /^machine\/core\//) ok = layer != "ui"
    else if (to ~ /^machine\/host\//) ok = layer ~ /^(host|block|cpu|machine)$/
    else if (to ~ /^machine\/block\//)
        ok = layer ~ /^(block|devices|machine)$/
    else if (from ~ /^cpu\/threaded\//) ok = to ~ /^cpu\// || to == "config.h"
    else if (layer == "cpu")     ok = to ~ /^cpu\// && to !~ /threaded/
    else if (layer == "devices") ok = to ~ "^" folder chip "[_.]" ||
        (chip == "cirrus" && to ~ /^devices\/video\/vga[_.]/)
    else if (from ~ /^machine\/parts\//)
        ok = to ~ /^devices\// || to ~ /^machine\/parts?[.\/]/  ||
             to == "roms/roms.h"
    else if (layer == "machine") ok = to !~ /^(ui|devices|cpu)\// ||
                                      to == "cpu/cpu.h"
    else if (layer == "ui")      ok = to ~ /^ui\// || to == "machine/pc.h" ||
                                      to == "config.h"
    else                         ok = 0
    if (!ok) { print line ": " layer " may not include " to; bad = 1 }
}
END { exit bad }'
