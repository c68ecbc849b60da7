#!/bin/sh
# ulp.sh - builds and runs ulp.c where MPFR is; see there. Run in the build
# folder by tests/steps. usage: ulp.sh [COUNT [SEED]]
src=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo '#include <mpfr.h>' | ${CC:-cc} -E -x c - > /dev/null 2>&1 ||
    { echo 'MPFR is not installed'; exit 77; }
${CC:-cc} -std=c11 -O2 -I. -I"$src" -o "$dir/ulp" "$src/tests/long/ulp.c" \
    libisabox.a -lmpfr -lgmp || exit 1
"$dir/ulp" "$@"
