#!/bin/sh
# layers.sh - who may include whom; run by make check.
#   core <- cpu, devices <- machine <- ui        (tests may include anything)
# A chip in several files may share a private header NAME_*.h among them.
cd "${1:-.}" || exit 2
grep -rn '^#include "' machine cpu devices ui 2>/dev/null | awk -F'[:"]' '
{
    from = $1; to = $4; line = $1 ":" $2
    layer = from ~ /^machine\/core\// ? "core" : from; sub(/\/.*/, "", layer)
    chip = from; sub(/^devices\//, "", chip); sub(/[_.].*/, "", chip)
    if (to ~ /^machine\/core\//) ok = layer != "ui"
    else if (layer == "cpu")     ok = to ~ /^cpu\//
    else if (layer == "devices") ok = to ~ "^devices/" chip "[_.]"
    else if (layer == "machine") ok = to !~ /^ui\//
    else if (layer == "ui")      ok = to ~ /^ui\// || to == "machine/pc.h" ||
                                      to == "config.h"
    else                         ok = 0
    if (!ok) { print line ": " layer " may not include " to; bad = 1 }
}
END { exit bad }'
