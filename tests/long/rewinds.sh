#!/bin/sh
# rewinds.sh - hundreds of rewinds with new input on each guest, with disks that
# are written to: the machine and its disks end as ones that were never wound.
# In a build folder.
#
#   rewinds.sh SRCDIR [TIMES [GUEST ...]]
#
# GUEST: dos, elks, tour (every page of the built-in disk), linux; with $ENGINE
# [compiled]. linux wants what tests/lib/linuxguest.sh wants.
src=$(cd "$1" && pwd) || exit 2
times=${2:-200}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- dos elks tour linux
images=${SHARED:-$src/../shared}/images
di=/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386
: "${KERNEL:=$di/linux}" "${ENGINE:=compiled}"
tool=$(pwd)/tests/tools/rewinds
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$src/tests/lib/fatdisk.sh"
export TMPDIR=$tmp
bad=0 done=0 left=

# winds GUEST IMAGE...
winds() {
    guest=$1
    shift
    timeout 3000 "$tool" -engine "$ENGINE" "$guest" "$times" "$@" || bad=1
    done=$((done + 1))
}

# A root with a shell at the keyboard and drivers for IDE disks.
linux_root() {
    root=$tmp/root
    mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev"
    cp "$BUSYBOX" "$root/bin/busybox"
    linux_take_drivers "$MODULES/kernel" "$root/m" $linux_drivers || return
    {
        echo '#!/bin/busybox sh'
        echo '/bin/busybox --install -s /bin'
        echo 'mount -t proc proc /proc; mount -t devtmpfs dev /dev'
        for m in $linux_drivers; do echo "insmod /m/$m.ko"; done
        echo 'exec setsid cttyhack sh'
    } > "$root/init"
    chmod +x "$root/init"
    (cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$tmp/initrd"
}

linux() {
    for f in "$KERNEL" "$MODULES/kernel" "$BUSYBOX" "$syslinux_mbr"; do
        [ -r "$f" ] || { left="$left, linux: no '$f'"; return; }
    done
    linux_root && linux_disk "$tmp/linux.img" 61 "$KERNEL" "$tmp/initrd" \
        'nomodeset quiet' || { bad=1; return; }
    dd if=/dev/urandom of="$tmp/data.img" bs=64k count=128 status=none
    winds linux "$tmp/linux.img" "$tmp/data.img"
}

for g; do
    case $g in
    dos)   image=freedos722.img ;;
    elks)  image=elks-1440K.img ;;
    tour)  winds tour; continue ;;
    linux) linux; continue ;;
    *)     echo "no guest '$g'"; exit 2 ;;
    esac
    [ -r "$images/$image" ] || { left="$left, $g: no $image"; continue; }
    winds $g "$images/$image"
done
[ -z "$left" ] || echo "left out${left#,}"
[ $done != 0 ] || exit 77
exit $bad
