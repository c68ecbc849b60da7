#!/bin/sh
# linuxdisk.sh - Debian's 32-bit Linux reads and writes a disk and a CD on model
# pc, by bus master DMA and by PIO, with our BIOS and with SeaBIOS: the sums
# are those of the images. Equal states with every engine, and when it is
# saved and loaded amid the transfers.
#
# Wants genisoimage, and what linuxguest.sh wants. Is skipped, with a line, where
# they are not.
: "${SRCDIR:=.}"
. "$SRCDIR/tests/lib/linuxguest.sh"
linux_guest genisoimage md5sum

# A root with busybox, the drivers in the order in which they need each other,
# and a program that reads everything.
drivers="$linux_drivers cdrom sr_mod isofs"
linux_tree ld-root 'sh insmod dmesg md5sum dd mount grep sync reboot
    cat echo sleep cut' "$drivers"
cat > ld-root/init <<INIT
#!/bin/sh
mount -t proc proc /proc; mount -t devtmpfs dev /dev; mount -t sysfs sys /sys
exec > /dev/ttyS0 2>&1
force=\$(grep -o 'force=[^ ]*' /proc/cmdline)
for m in $(echo $drivers); do
    [ \$m = libata ] && insmod /m/libata.ko \$force || insmod /m/\$m.ko
done
sleep 3
for d in 1.0 1.1 2.0; do
    echo "mode \$d \$(cat /sys/class/ata_device/dev\$d/xfer_mode)"
done
dmesg | grep bmdma
echo ====
for d in sdb sr0; do md5sum /dev/\$d; done
dd if=/dev/sdb of=/dev/sdb bs=64k count=16 seek=32; sync
echo 3 > /proc/sys/vm/drop_caches
md5sum /dev/sdb
mount -t iso9660 -o ro /dev/sr0 /mnt && md5sum /mnt/big
dmesg | grep -i -e exception -e failed -e timeout -e 'Oops' | cut -c1-70
grep ata_piix /proc/interrupts
echo all done
sync
reboot -f
INIT
linux_pack ld-root ld-initrd

# A disk of 61 cylinders that boots, FAT16 behind one active partition; one of
# noise; a CD.
img=ld-boot.img
linux_disk $img 61 "$KERNEL" ld-initrd '' || exit 1
dd if=/dev/urandom of=ld-data.img bs=64k count=128 status=none
mkdir -p ld-cd && dd if=/dev/urandom of=ld-cd/big bs=64k count=64 status=none
genisoimage -quiet -R -o ld-cd.iso ld-cd || exit 1
cp ld-data.img ld-want.img
dd if=ld-data.img of=ld-want.img bs=64k count=16 seek=32 conv=notrunc \
    status=none

# boot TAG PARAMETERS ENGINE OPTION...: what it says in ld-TAG.txt, the state's
# hash in $hash. LOADS: it is saved and loaded so often.
boot() {
    tag=$1
    linux_parameters $img "console=ttyS0,115200 nomodeset panic=-1 $2"
    echo 'expect-serial 120s "===="' > ld.script
    for t in ${LOADS:+31 47 113 5 211 17 76}; do
        printf 'wait %sms\nsave ld.state\nload ld.state\n' "$t"
    done >> ld.script
    printf 'expect-serial 120s "all done"\nhash\n' >> ld.script
    rm -f "ld-$tag.txt"
    engine=$3
    shift 3
    hash=$(timeout "${LIMIT:-900}" "$ISABOX" -cpu "$CPU" -M pc -m 128M \
        -engine "$engine" -hda $img -hdb ld-data.img -cdrom ld-cd.iso -boot c \
        -snapshot -serial "file:ld-$tag.txt" -display none -no-reboot \
        -script ld.script "$@" 2> ld.log)
}

sum() { md5sum < "$1" | cut -c1-32; }

# check TAG MODE: what it read is what is there.
check() {
    for line in "mode 1.1 $2" "mode 2.0 $2" "$(sum ld-data.img)  /dev/sdb" \
        "$(sum ld-cd.iso)  /dev/sr0" "$(sum ld-want.img)  /dev/sdb" \
        "$(sum ld-cd/big)  /mnt/big" 'bmdma 0x'; do
        grep -qF "$line" "ld-$1.txt" ||
            complain "$1: no line '$line' ($OUT/ld-$1.txt, ld.log)"
    done
    sed -n '/^====/,$p' "ld-$1.txt" | grep -i -e exception -e failed \
        -e timeout && complain "$1: see above"
}
first=
for engine in $("$ISABOX" -engine help | awk '!/nocache/ { print $1 }'); do
    boot dma '' "$engine"
    check dma XFER_MW_DMA_2
    [ "$hash" = "${first:=$hash}" ] || complain "$engine: $hash, not $first"
done
LOADS=1 boot loads '' compiled
check loads XFER_MW_DMA_2
[ "$hash" = "$first" ] || complain "loaded: $hash, not $first"
boot pio 'force=pio4' compiled
check pio XFER_PIO_4
sea=/usr/share/seabios/bios.bin vga=/usr/share/seabios/vgabios-isavga.bin
if [ -r $sea ]; then
    boot seabios '' compiled -bios $sea -vgabios $vga
    check seabios XFER_MW_DMA_2
else
    echo "linuxdisk.sh: no SeaBIOS (Debian: seabios)"
fi
for tag in dma pio; do
    echo "$tag: $(awk '/ata_piix/ && $1 == "14:" { print $2; exit }' \
        ld-$tag.txt) interrupts of the first channel"
done
exit $bad
