# linuxguest.sh - for scripts: Debian's 32-bit Linux with a root of their own,
# to be run by $ISABOX. Read with `.` after $SRCDIR is known.
#
# It wants syslinux, mtools, cpio, debian-installer-12-netboot-i386, and in
# MODULES and BUSYBOX what is unpacked from two packages for i386: the folder
# /lib/modules/VERSION of linux-image-6.1.0-N-686, N that of the installer's
# kernel, and the program of busybox-static.
. "$SRCDIR/tests/lib/fatdisk.sh"
: "${ISABOX:=./isabox}" "${OUT:=tests/out}" "${CPU:=pentium2}"
: "${KERNEL:=/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386/linux}"
bad=0
complain() { echo "${0##*/}: $*"; bad=1; }
skip() { echo "${0##*/}: skipped, no $1"; exit 77; }

# linux_guest TOOL...: skips the script without these or the above, and goes to
# the folder $OUT.
linux_guest() {
    for tool in syslinux mformat mcopy cpio "$@"; do
        command -v $tool > /dev/null || skip "$tool"
    done
    [ -r "$KERNEL" ] || skip "$KERNEL (debian-installer-12-netboot-i386)"
    [ -r $syslinux_mbr ] || skip "$syslinux_mbr (syslinux-common)"
    [ -d "$MODULES/kernel" ] || skip 'modules in MODULES'
    [ -x "$BUSYBOX" ] || skip 'busybox for i386 in BUSYBOX'
    mkdir -p "$OUT" && cd "$OUT" || exit 1
    case $ISABOX in /*) ;; *) ISABOX=$OLDPWD/$ISABOX ;; esac
}

# linux_tree FOLDER COMMANDS MODULES: a root with busybox as these commands and
# these modules in /m; its first program, /init, is the caller's to write.
linux_tree() {
    rm -rf "$1" && mkdir -p "$1/bin" "$1/proc" "$1/sys" "$1/dev" "$1/mnt" &&
        cp "$BUSYBOX" "$1/bin/busybox" || exit 1
    for c in $2; do
        ln -s busybox "$1/bin/$c"
    done
    linux_take_drivers "$MODULES/kernel" "$1/m" $3 ||
        skip "$lacking.ko in MODULES"
}

# linux_pack FOLDER FILE: the root becomes a first disk.
linux_pack() {
    chmod +x "$1/init" &&
        (cd "$1" && find . | cpio -o -H newc --quiet) | gzip -9 > "$2" || exit 1
}
