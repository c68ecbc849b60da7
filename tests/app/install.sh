#!/bin/sh
# install.sh - make install and uninstall, into a folder of their own; run by
# make check in the build folder. usage: install.sh SOURCE_DIR
src=$(cd "$1" && pwd) || exit 2
root=${TMPDIR:-/tmp}/isabox-install.$$
trap 'rm -rf "$root"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
place() { env -u MAKEFLAGS make -s "$1" DESTDIR="$root" bindir=/usr/bin \
              datadir=/usr/share mandir=/usr/share/man 2>&1; }

place install || fail "install: status $?"
(cd "$root/usr" && find . -type f | sort) > "$root/list"
cat > "$root/want" <<'END'
./bin/isabox
./share/applications/isabox.desktop
./share/bash-completion/completions/isabox
./share/doc/isabox/tour.md
./share/icons/hicolor/scalable/apps/isabox.svg
./share/isabox/isacd.com
./share/man/man1/isabox.1
END
diff "$root/want" "$root/list" || fail 'other files are installed'
"$root/usr/bin/isabox" -version | grep -q '^isabox ' || fail 'no version'

# The desktop entry starts what is installed, with an icon that is there.
entry=$root/usr/share/applications/isabox.desktop
grep -q '^Exec=isabox ' "$entry" && grep -q '^Icon=isabox$' "$entry" ||
    fail 'isabox.desktop names something else'
for key in Type Name Categories; do
    grep -q "^$key=." "$entry" || fail "isabox.desktop has no $key"
done
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate "$entry" || fail 'isabox.desktop'
fi
if command -v xmllint >/dev/null; then
    xmllint --noout "$root/usr/share/icons/hicolor/scalable/apps/isabox.svg" ||
        fail 'isabox.svg is no XML'
fi

# The manual has each option and each hot key that --help lists.
./isabox --help > "$root/help"
sed 's/\\-/-/g' "$src/docs/isabox.1" > "$root/manual"
sed -n '/^Keys of /,$p' "$root/help" |
    grep -oE '(Ctrl|Alt)\+[A-Za-z0-9+]+' > "$root/keys"
[ "$(wc -l < "$root/keys")" -gt 12 ] || fail '--help lists few keys'
sed -n 's/^  \(-[A-Za-z][a-z-]*\).*/\1/p' "$root/help" > "$root/options"
[ "$(wc -l < "$root/options")" -gt 30 ] || fail '--help lists few options'
awk '
    FILENAME ~ /manual$/ { manual = manual $0 "\n"; next }
    { there = FILENAME ~ /keys$/ ? index(manual, $0) \
                                 : manual ~ ($0 "([^A-Za-z0-9_]|$)") }
    !there { print "the manual lacks " $0; bad = 1 }
    END { exit bad }' "$root/manual" "$root/keys" "$root/options" ||
    fail 'the manual'

place uninstall || fail "uninstall: status $?"
left=$(find "$root/usr" -type f)
[ -z "$left" ] || fail "left behind: $left"
