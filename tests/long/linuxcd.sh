#!/bin/sh
# linuxcd.sh - Debian's 32-bit Linux mounts a folder of the host that is a CD:
# each name, size and date and what is in each file are the folder's, by the
# long names and by those for DOS.
#
# Wants what linuxdisk.sh wants. Is skipped, with a line, where it is not.
: "${ISABOX:=./isabox}" "${SRCDIR:=.}" "${OUT:=tests/out}" "${CPU:=pentium2}"
. "$SRCDIR/tests/lib/fatdisk.sh"
. "$SRCDIR/tests/lib/randomtree.sh"
di=/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386
: "${KERNEL:=$di/linux}"
skip() { echo "linuxcd.sh: skipped, no $1"; exit 77; }

for tool in syslinux mformat mcopy cpio md5sum; do
    command -v $tool > /dev/null || skip "$tool"
done
[ -r "$KERNEL" ] || skip "$KERNEL (debian-installer-12-netboot-i386)"
[ -r $syslinux_mbr ] || skip "$syslinux_mbr (syslinux-common)"
[ -d "$MODULES/kernel" ] || skip 'modules in MODULES'
[ -x "$BUSYBOX" ] || skip 'busybox for i386 in BUSYBOX'
mkdir -p "$OUT" && cd "$OUT" || exit 1
case $ISABOX in /*) ;; *) ISABOX=$OLDPWD/$ISABOX ;; esac
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

drivers="$linux_drivers cdrom sr_mod isofs"
rm -rf lc-root && mkdir -p lc-root/bin lc-root/proc lc-root/sys lc-root/dev \
    lc-root/mnt || exit 1
cp "$BUSYBOX" lc-root/bin/busybox
for c in sh insmod dmesg md5sum mount umount grep sync reboot cat echo sleep \
    cut find sort stat; do
    ln -s busybox lc-root/bin/$c
done
linux_take_drivers "$MODULES/kernel" lc-root/m $drivers ||
    skip "$lacking.ko in MODULES"
cat > lc-root/init <<INIT
#!/bin/sh
mount -t proc proc /proc; mount -t devtmpfs dev /dev; mount -t sysfs sys /sys
exec > /dev/ttyS0 2>&1
for m in $(echo $drivers); do insmod /m/\$m.ko; done
sleep 3
mount -t iso9660 -o ro,utf8 /dev/sr0 /mnt && cd /mnt
echo ==== names
find . -type d -exec stat -c '%n/ %Y' {} +
find . -type f -exec stat -c '%n %s %Y' {} +
echo ==== sums
find . -type f -exec md5sum {} +
cd /; umount /mnt
mount -t iso9660 -o ro,nojoliet /dev/sr0 /mnt && cd /mnt
echo ==== sums of DOS
find . -type f -exec md5sum {} + | cut -c1-32
echo ==== end
dmesg | grep -i -e isofs -e 'I/O error'
echo all done
sleep 9
reboot -f
INIT
chmod +x lc-root/init
(cd lc-root && find . | cpio -o -H newc --quiet | gzip -9) > lc-initrd || exit 1
linux_disk lc-boot.img 61 "$KERNEL" lc-initrd \
    'console=ttyS0,115200 nomodeset panic=-1 quiet loglevel=0' || exit 1

rm -rf lc-tree
random_tree lc-tree "${SEED:-1}" "${FILES:-250}" || exit 1
head -c 5000000 /dev/urandom > 'lc-tree/A large file.bin'
touch -d '1999-12-31 23:59:58' 'lc-tree/A large file.bin'
echo 'expect-serial 300s "all done"' > lc.script
rm -f lc.txt
timeout "${LIMIT:-900}" "$ISABOX" -cpu "$CPU" -M pc -m 128M -hda lc-boot.img \
    -snapshot -cdrom lc-tree -boot c -serial file:lc.txt -display none \
    -no-reboot -script lc.script 2> lc.log ||
    { tail -3 lc.txt lc.log; echo 'linuxcd.sh: Linux does not end'; exit 1; }

bad=0
# same WHAT: what the guest says behind "==== WHAT" is in lc-want.
same() {
    tr -d '\r' < lc.txt | sed -n "/^==== $1\$/,/^====/p" | grep -v '^====' |
        sort > lc-got
    sort lc-want | diff - lc-got > lc-diff && return
    echo "linuxcd.sh: $1: $(head -5 lc-diff)"
    bad=1
}
(cd lc-tree && find . -type d -exec stat -c '%n/ %Y' {} + &&
    find . -type f -exec stat -c '%n %s %Y' {} +) > lc-want
same names
(cd lc-tree && find . -type f -exec md5sum {} +) > lc-want
same sums
cut -c1-32 lc-want > lc-dos && mv lc-dos lc-want
same 'sums of DOS'
grep -i 'I/O error' lc.txt && bad=1
echo "$(find lc-tree -type f | wc -l) files, $(du -sm lc-tree | cut -f1) MB"
exit $bad
