#!/bin/sh
# memtest.sh - memtest86+ (with PAE on a Pentium II) without errors, and
# GRUB's rescue floppy to its prompt.
#
# Wants syslinux, mtools, memtest86+ and grub-rescue-pc; is skipped, with a
# line, where none of them is.
: "${ISABOX:=./isabox}" "${OUT:=tests/out}"
case $ISABOX in /*) ;; *) ISABOX=$PWD/$ISABOX ;; esac
memtest=/boot/memtest86+ia32.bin
grub=/usr/lib/grub-rescue/grub-rescue-floppy.img
mkdir -p "$OUT" && cd "$OUT" || exit 1
ran=0 bad=0

run() {                                 # NAME LIMIT OPTIONS: with NAME.script
    name=$1 limit=$2; shift 2
    ran=$((ran + 1))
    if timeout "$limit" "$ISABOX" "$@" -snapshot -display none -speed max \
            -script "$name.script" > "$name.txt" 2>&1 &&
        ! grep -qE 'Errors: *[1-9]' "$name.txt"; then
        echo "memtest.sh: $name ok"
    else
        echo "memtest.sh: $name FAILED"
        cat "$name.txt"
        bad=1
    fi
}

if [ -r $memtest ] && command -v syslinux > /dev/null &&
    command -v mcopy > /dev/null; then
    rm -f memtest.img && truncate -s 1440K memtest.img &&
        mformat -i memtest.img -f 1440 :: &&
        printf 'default mt\nprompt 0\nlabel mt\n linux mt\n' > memtest.cfg &&
        mcopy -i memtest.img memtest.cfg ::syslinux.cfg &&
        mcopy -i memtest.img $memtest ::mt &&
        syslinux -i memtest.img || exit 1
    cat > memtest.script <<'S'
expect 120s "[PAE]"
expect 120s "Bit fade test"
text
S
    run memtest 900 -cpu pentium2 -m 8M -fda memtest.img
fi
if [ -r $grub ]; then
    cp $grub grub.img && truncate -s 1440K grub.img || exit 1
    cat > grub.script <<'S'
expect 120s "Press enter to boot"
type "c"
expect 10s "grub>"
type "echo it-works\n"
expect 20s "\nit-works"
type "insmod cpuid\nif cpuid -p; then echo pae-seen; fi\n"
expect 20s "\npae-seen"
S
    run grub 300 -cpu pentium2 -m 16M -fda grub.img
fi
[ $ran -gt 0 ] || { echo "memtest.sh: skipped, no memtest86+, no GRUB"; exit 77; }
exit $bad
