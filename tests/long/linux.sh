#!/bin/sh
# linux.sh - boots Debian's 32-bit Linux kernel to a program of our own, with
# every engine (not without the cache: ten minutes), whose states must then
# be equal; then on the machine with a PCI bus and either display: it finds
# both bridges and the display, and its console is on a VESA frame buffer.
#
# Wants syslinux, mtools, cpio, nasm, ld and the package
# debian-installer-12-netboot-i386; is skipped, with a line, where they are not.
# CPU names the models to try, KERNEL another kernel (686-pae boots as well).
: "${ISABOX:=./isabox}" "${SRCDIR:=.}" "${OUT:=tests/out}"
: "${CPU:=pentium2 pentiumpro}"
di=/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386
: "${KERNEL:=$di/linux}"
here=$SRCDIR/tests/long
. "$SRCDIR/tests/lib/fatdisk.sh"
skip() { echo "linux.sh: skipped, no $1"; exit 77; }

for tool in syslinux mformat mcopy cpio nasm ld dd; do
    command -v $tool > /dev/null || skip "$tool"
done
[ -r "$KERNEL" ] || skip "$KERNEL (debian-installer-12-netboot-i386)"
[ -r $syslinux_mbr ] || skip "$syslinux_mbr (syslinux-common)"
mkdir -p "$OUT" && cd "$OUT" || exit 1
case $ISABOX in /*) ;; *) ISABOX=$OLDPWD/$ISABOX ;; esac
case $here in /*) ;; *) here=$OLDPWD/$here ;; esac

# The program and the initrd with nothing else.
nasm -f elf32 -o linux-init.o "$here/init.asm" || exit 1
ld -m elf_i386 -s -o linux-init linux-init.o 2> /dev/null ||
    skip "32-bit linker"
rm -rf linux-root && mkdir -p linux-root/proc linux-root/dev || exit 1
cp linux-init linux-root/init
(cd linux-root && find . | cpio -o -H newc --quiet) > linux-initrd || exit 1

# A disk of 41 cylinders, FAT16 behind one active partition.
img=linux.img
console='console=tty0 console=ttyS0,115200 earlyprintk=serial,ttyS0,115200'
linux_disk $img 41 "$KERNEL" linux-initrd \
    "$console nomodeset panic=-1 $APPEND" || exit 1

# boot CPU ENGINE [over]: the serial text in linux-CPU.txt, the state's hash in
# $hash. It stops three times on the way, since where a script waits says when
# it looks again; with `over` the state is saved and loaded each time.
boot() {
    rm -f "linux-$1.txt"
    for t in 400ms 260ms 820ms; do
        echo "wait $t"
        [ -z "$3" ] || printf 'save linux.state\nload linux.state\n'
    done > linux.script
    printf 'expect-serial 120s "isabox init: all well"\nhash\n' >> linux.script
    hash=$(timeout "${LIMIT:-900}" "$ISABOX" -cpu "$1" -engine "$2" -m 128M \
        -hda $img -snapshot -serial "file:linux-$1.txt" -display none \
        -no-reboot $MACHINE -script linux.script 2> linux.log) &&
        ! grep -qE "Oops|BUG:|WARNING:|Call Trace" "linux-$1.txt"
}

bad=0
for cpu in $CPU; do
    first=
    for engine in $("$ISABOX" -engine help | awk '!/nocache/ { print $1 }'); do
        if ! boot "$cpu" "$engine"; then
            echo "linux.sh: $cpu, $engine FAILED ($OUT/linux-$cpu.txt)"
            bad=1
        elif [ "$hash" != "${first:=$hash}" ]; then
            echo "linux.sh: $cpu: $engine differs: $hash, not $first"
            bad=1
        elif ! boot "$cpu" "$engine" over ||
             [ "$hash" != "$first" ]; then
            echo "linux.sh: $cpu: $engine differs when it is loaded: $hash"
            bad=1
        fi
    done
    echo "linux.sh: $cpu, hash $first"
done

# finds ID...: the last boot named these PCI functions, and the frame buffer.
finds() {
    for id in "$@" 'fb0: VESA VGA frame buffer'; do
        grep -qF "$id" linux-pentium2.txt && continue
        echo "linux.sh: $MACHINE: no $id ($OUT/linux-pentium2.txt)"
        bad=1
    done
}
linux_parameters $img "$console nomodeset vga=0x314 panic=-1 $APPEND" || bad=1
for card in std=1234:1111 cirrus=1013:00b8; do
    MACHINE="-M pc -vga ${card%=*}"
    boot pentium2 compiled || { echo "linux.sh: $MACHINE FAILED"; bad=1; }
    finds '[8086:1237]' '[8086:7000]' "[${card#*=}]"
done
exit $bad
