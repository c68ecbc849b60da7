#!/bin/sh
# layers.sh - who may include whom; run by make check.
#   core <- cpu, devices <- parts <- machine <- ui    (tests: anything)
# A chip in several files may share a private header NAME_*.h among them. Only
# a part knows a chip, and it knows the board by part.h alone.
cd "${1:-.}" || exit 2
grep -rn '^#include "' machine cpu devices ui 2>/dev/null | awk -F'[:"]' '
{
    from = $1; to = $4; line = $1 ":" $2
    layer = from ~ /^machine\/core\// ? "core" : from; sub(/\/.*/, "", layer)
    chip = from; sub(/^devices\//, "", chip); sub(/[_.].*/, "", chip)
    if (to ~ /^machine\/core\//) ok = layer != "ui" ||
                                      to == "machine/core/near.h"
    else if (layer == "cpu")     ok = to ~ /^cpu\//
    else if (layer == "devices") ok = to ~ "^devices/" chip "[_.]"
    else if (from ~ /^machine\/parts\//)
        ok = to ~ /^devices\// || to ~ /^machine\/parts?[.\/]/
    else if (layer == "machine") ok = to !~ /^(ui|devices)\//
    else if (layer == "ui")      ok = to ~ /^ui\// || to == "machine/pc.h" ||
                                      to == "config.h"
    else                         ok = 0
    if (!ok) { print line ": " layer " may not include " to; bad = 1 }
}
END { exit bad }'
