#!/bin/sh
# singlestep.sh - a few cases of every instruction, recorded on real hardware.
for engine in cache nocache fast compiled; do
    ./tests/singlestep -v -engine $engine "$1/tests/data" || exit 1
done
