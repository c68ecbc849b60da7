#!/bin/sh
# configure.sh - what configure takes, writes and refuses; nothing is built.
# usage: configure.sh SOURCE_DIR [long]
src=$(cd "$1" && pwd) long=$2
[ -n "$src" ] || exit 2
unset CC CFLAGS LDFLAGS BUILD_CC AR   # make's own
dir=${TMPDIR:-/tmp}/isabox-configure.$$
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/src" "$dir/a path" && cd "$dir" || exit 2
# By a path without spaces, wherever the sources are.
cp "$src/configure" "$src/Makefile.in" src/ && cp -r src 'a path/' || exit 2
fail() { echo "FAILED: $*"; exit 1; }

# says STATUS TEXT ARGUMENT...: configure ends so and says that.
says() {
    want=$1 text=$2; shift 2
    "${configure:-src/configure}" "$@" > out 2>&1 < /dev/null
    have=$?
    [ $have = "$want" ] && grep -qF -- "$text" out ||
        { cat out; fail "$*: $have, not $want, or no '$text'"; }
}
has() { grep -qxF "$1" Makefile || fail "the Makefile lacks '$1'"; }

# What the real compiler says, the build has seen; these are one that takes
# anything, and hosts' that lack something. `long`: the last run asks it.
cat > any-gcc <<'END'
#!/bin/sh
[ "$LACKING" != nothing ] || exit 0
for a; do case $a in *.c) ! grep -q "$LACKING" "$a" || exit 1 ;; esac; done
END
chmod +x any-gcc
export LACKING=nothing

says 0 'usage: configure' --help
says 1 "unknown option '--prefxi=/x'" --prefxi=/x
says 1 "no working C11 compiler: tried 'no-such-cc'" CC=no-such-cc
says 1 "tried 'no-such-host-gcc'" --host=no-such-host
says 0 'no window' --prefix='/opt/a&b|c' --bindir=/bb --mandir=/mm \
    --datarootdir=/dd --without-sdl --enable-debug CC=./any-gcc
has 'prefix = /opt/a&b|c'
has 'bindir = /bb'
has 'mandir = /mm'
has 'datadir = /dd'
has 'HAVE_SDL = 0'
has 'CFLAGS = -O0 -g'

LACKING=zlib.h says 1 'zlib is missing' CC=./any-gcc
LACKING=__int128 says 1 'isabox needs 64-bit' CC=./any-gcc
PATH=$dir:$PATH PKG_CONFIG=false says 0 'check      no' --host=any \
    CFLAGS=-O1 BUILD_CC=cc
has 'CC = any-gcc'
has 'BUILD_CC = cc'
has 'BUILD_CFLAGS = -O2'
PKG_CONFIG=false says 1 'SDL2 is missing' --with-sdl CC=./any-gcc

# Spaces: make can do without them in the sources' path alone.
configure='a path/src/configure' says 1 "with a space in the sources' path"
cd 'a path/src' || exit 2
compiler=CC=$dir/any-gcc
[ "$long" != long ] || compiler=
configure=./configure says 0 "now 'make'" --without-sdl \
    ${compiler:+"$compiler"}
has 'srcdir = .'
