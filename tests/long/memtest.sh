#!/bin/sh
# memtest.sh - memtest86+ (with PAE on a Pentium II) without errors, and
# GRUB's rescue floppy to its prompt, by our BIOS and by SeaBIOS; each on the
# model with a PCI bus and on that without.
#
# Wants syslinux, mtools, memtest86+, grub-rescue-pc and seabios; is skipped,
# with a line, where neither memtest86+ nor GRUB is.
: "${ISABOX:=./isabox}" "${OUT:=tests/out}"
case $ISABOX in /*) ;; *) ISABOX=$PWD/$ISABOX ;; esac
: "${MEMTEST:=/boot/memtest86+ia32.bin}" "${MODELS:=pc isapc}"
: "${GRUB:=/usr/lib/grub-rescue/grub-rescue-floppy.img}"
sea=/usr/share/seabios/bios.bin vga=/usr/share/seabios/vgabios-isavga.bin
mkdir -p "$OUT" && cd "$OUT" || exit 1
ran=0 bad=0

run() {                                 # NAME LIMIT OPTIONS: with NAME.script
    name=$1 limit=$2; shift 2
    ran=$((ran + 1))
    if timeout "$limit" "$ISABOX" "$@" -snapshot -display none -speed max \
            -script "$name.script" > "$name.txt" 2>&1 &&
        ! grep -qE 'Errors: *[1-9]' "$name.txt"; then
        echo "memtest.sh: $name $* ok"
    else
        echo "memtest.sh: $name $* FAILED"
        cat "$name.txt"
        bad=1
    fi
}

if [ -r $MEMTEST ] && command -v syslinux > /dev/null &&
    command -v mcopy > /dev/null; then
    rm -f memtest.img && truncate -s 1440K memtest.img &&
        mformat -i memtest.img -f 1440 :: &&
        printf 'default mt\nprompt 0\nlabel mt\n linux mt\n' > memtest.cfg &&
        mcopy -i memtest.img memtest.cfg ::syslinux.cfg &&
        mcopy -i memtest.img $MEMTEST ::mt &&
        syslinux -i memtest.img || exit 1
    cat > memtest.script <<'S'
expect 120s "[PAE]"
expect 120s "Bit fade test"
text
S
    for model in $MODELS; do
        run memtest 900 -M $model -cpu pentium2 -m 8M -fda memtest.img
    done
fi
if [ -r $GRUB ]; then
    cp $GRUB grub.img && truncate -s 1440K grub.img || exit 1
    cat > grub.script <<'S'
expect 120s "Press enter to boot"
type "c"
expect 10s "grub>"
type "echo it-works\n"
expect 20s "\nit-works"
type "insmod cpuid\nif cpuid -p; then echo pae-seen; fi\n"
expect 20s "\npae-seen"
S
    for model in $MODELS; do
        run grub 300 -M $model -cpu pentium2 -m 16M -fda grub.img
        [ -r $sea ] || continue
        run grub 300 -M $model -cpu pentium2 -m 16M -fda grub.img \
            -bios $sea -vgabios $vga
    done
fi
[ $ran -gt 0 ] || { echo "memtest.sh: skipped, no memtest86+, no GRUB"; exit 77; }
exit $bad
