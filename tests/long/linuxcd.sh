#!/bin/sh
# linuxcd.sh - Debian's 32-bit Linux mounts a folder of the host that is a CD:
# each name, size and date and what is in each file are the folder's, by the
# long names and by those for DOS.
#
# Wants what linuxguest.sh wants. Is skipped, with a line, where it is not.
: "${SRCDIR:=.}"
. "$SRCDIR/tests/lib/linuxguest.sh"
. "$SRCDIR/tests/lib/randomtree.sh"
linux_guest md5sum
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

drivers="$linux_drivers cdrom sr_mod isofs"
linux_tree lc-root 'sh insmod dmesg md5sum mount umount grep sync
    reboot cat echo sleep cut find sort stat' "$drivers"
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
linux_pack lc-root lc-initrd
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
