#!/bin/sh
# linuxfolder.sh - Debian's 32-bit Linux mounts a folder of the host as vfat,
# and copies trees into it and out of it, under long names; renames, deletes,
# writes over. What it left is in the folder, byte by byte, the dates with it;
# and where isabox is killed amid that, no file is half there.
#
#   linuxfolder.sh [KILLS]
#
# Wants what linuxguest.sh wants.
: "${SRCDIR:=.}"
. "$SRCDIR/tests/lib/linuxguest.sh"
kills=${1:-12}
linux_guest

# What Linux does there. Each tree that it makes is one of src, so that whoever
# looks knows what a file must be.
drivers="$linux_drivers fat nls_cp437 nls_ascii nls_iso8859-1 vfat"
linux_tree lf-root 'sh insmod mount umount sync reboot cat echo sleep
    cp mv rm mkdir cmp find seq touch' "$drivers"
cat > lf-root/init <<INIT
#!/bin/sh
mount -t proc proc /proc; mount -t devtmpfs dev /dev; mount -t sysfs sys /sys
exec > /dev/ttyS0 2>&1
for m in $(echo $drivers); do
    insmod /m/\$m.ko
done
until [ -e /dev/sdb1 ]; do sleep 1; done
mount -t vfat /dev/sdb1 /mnt && cd /mnt && echo ====
cp -a src "a first copy of the tree" && sync && echo copied
cp -a src "second" && mv second "Renamed to something quite long" && sync
seq 90000 > "numbers from Linux.text"; sync
cp "numbers from Linux.text" src/deep/numbers.dat && sync
rm -r "Renamed to something quite long/deep"; rm -r old
touch -d '1999-12-31 23:58:56' hello.txt
cat "src/A long name of a file.text"
find . -type f | while read -r f; do [ -s "\$f" ] || echo "empty: \$f"; done
cd / && umount /mnt && echo all done
sync
reboot -f
INIT
linux_pack lf-root lf-initrd
linux_disk lf-boot.img 61 "$KERNEL" lf-initrd \
    'console=ttyS0,115200 nomodeset panic=-1' || exit 1

fresh() {
    rm -rf lf-in && mkdir -p lf-in/src/deep/er lf-in/old
    echo 'from the host' > lf-in/hello.txt
    echo 'a long name' > 'lf-in/src/A long name of a file.text'
    seq 20000 > lf-in/src/deep/numbers.dat
    seq 300 > lf-in/src/deep/er/few.txt
    echo gone > lf-in/old/gone.txt
    find lf-in -exec touch -d '1995-06-07 08:09:10' {} +
}

boot() {
    rm -f lf-said.txt
    "$ISABOX" -cpu "$CPU" -M pc -m 128M -drive file=lf-boot.img,snapshot=on \
        -hdb fat:rw:lf-in -boot c -serial file:lf-said.txt -display none \
        -speed max -no-reboot -script lf.script "$@" 2> lf.log
}

# is FILE WANTED: what lies in the folder is what Linux wrote.
is() { cmp -s "lf-in/$1" "$2" || complain "$1 is something else"; }

fresh
seq 20000 > lf-before && seq 90000 > lf-after && seq 300 > lf-few
echo 'expect-serial 300s "all done"' > lf.script
boot || complain "status $?: $(cat lf.log)"
sed -n '/^====/,$p' lf-said.txt > lf-end.txt
grep -qF 'a long name' lf-end.txt && ! grep -i -e empty -e error lf-end.txt ||
    complain "see $OUT/lf-said.txt"
is 'a first copy of the tree/deep/numbers.dat' lf-before
is 'a first copy of the tree/deep/er/few.txt' lf-few
is 'numbers from Linux.text' lf-after
is src/deep/numbers.dat lf-after
is 'Renamed to something quite long/A long name of a file.text' \
    'lf-in/src/A long name of a file.text'
for f in old second 'Renamed to something quite long/deep'; do
    [ ! -e "lf-in/$f" ] || complain "$f is still there"
done
[ "$(date -r lf-in/hello.txt '+%F %T')" = '1999-12-31 23:58:56' ] ||
    complain "hello.txt is of $(date -r lf-in/hello.txt)"

# Each file under a name of some tree is what such ones were, or became.
whole() {
    find lf-in -type f ! -name '.isabox-new-*' > lf-list
    while read -r f; do
        case $f in
        */numbers.dat|*' from Linux.text')
            cmp -s "$f" lf-before || cmp -s "$f" lf-after ;;
        */few.txt)  cmp -s "$f" lf-few ;;
        */gone.txt) [ "$(cat "$f")" = gone ] ;;
        */hello.txt) [ "$(cat "$f")" = 'from the host' ] ;;
        *)          [ "$(cat "$f")" = 'a long name' ] ;;
        esac || complain "killed: $f is half a file"
        files=$((files + 1))
    done < lf-list
}

files=0 i=0
while [ $((i += 1)) -le "$kills" ]; do
    fresh
    boot &
    until grep -qs ==== lf-said.txt; do sleep 0.01; done
    sleep "0.$((i * 37 % 90 + 10))"
    kill -9 $(pgrep -f "$ISABOX.*fat:rw:lf-in") 2> /dev/null
    wait
    whole
done
echo "killed $kills times: $files files looked at"
exit $bad
