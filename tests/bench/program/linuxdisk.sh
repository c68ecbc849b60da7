# linuxdisk.sh - the rows of the benchmark's Linux on a disk; behind linux.sh's.
# The first disk has 46 MB of text from 40 MB on.
for m in @DRIVERS@; do
    $b insmod /m/$m.ko
done
until [ -e /dev/sda ]; do $b sleep 1; done

forget() { echo 3 > /proc/sys/vm/drop_caches; }

# dd's arguments: how many blocks went out?
records() {
    $b dd bs=64k "$@" 2>&1 | $b sed -n 's/+0 records out//p'
}

row_lread() {
    forget
    records if=/dev/sda of=/dev/null skip=640 count=736 | is 736
}

row_lwrite() {
    records if=/dev/zero of=/dev/sda seek=1376 count=736 conv=fsync | is 736
}

row_lseek() { /lseek; }
