# cdrom.sh - a CD boots in each of El Torito's ways, is looked at, and is taken
# out; sheets and packed images are discs, too.
src=$1
. "$src/tests/lib/replay.sh"
command -v genisoimage > /dev/null || { echo 'genisoimage is not installed'
                                        exit 77; }
cd "$work" || exit 1

# A boot image that says which drive it was given, and how it can be read.
mkdir -p none disk floppy
"$isabox" image create --fat floppy/boot.img 1440K || fail 'create'
"$isabox" image create --fat disk/boot.img 8M || fail 'create'
cp floppy/boot.img none/
genisoimage -quiet -b boot.img -c boot.cat -o floppy.iso floppy 2> err ||
    fail 'genisoimage'
genisoimage -quiet -hard-disk-boot -b boot.img -c boot.cat -o disk.iso disk \
    2> err || fail 'genisoimage'
genisoimage -quiet -no-emul-boot -boot-load-size 1 -b boot.img -c boot.cat \
    -o none.iso none 2> err || fail 'genisoimage'

echo 'expect 20s "There is no system on this disk."' > s.script
for way in floppy disk none; do
    run s -cdrom $way.iso -boot d
    run s -M isapc -drive file=$way.iso,media=cdrom,index=0 -boot d
done
run s -snapshot floppy.iso -boot d

# Packed, as raw sectors, and by a sheet.
gzip -k floppy.iso
run s -cdrom floppy.iso.gz -boot d
printf 'FILE "floppy.iso" BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n' \
    > a.cue
run s -cdrom a.cue -boot d
"$isabox" image info a.cue > out || fail 'info'
shows 'track 1: mode 1, from 00:02:00'

# Some boot as a disk as well: the drive says which they are.
cp none.iso both.img
dd if=floppy/boot.img of=both.img bs=512 count=1 conv=notrunc status=none
run s -cdrom both.img -boot d
run s -snapshot -hda both.img -boot c
"$isabox" -display none -script s.script -snapshot -hda none.iso -boot c \
    > out 2>&1 && fail 'a CD is a disk'
shows '-cdrom takes it'

# At run time.
printf '%s\n' 'info block' 'eject ide1-hd0' 'info block' \
    'change ide1-hd0 disk.iso' 'info block' \
    'change ide1-hd0 floppy/boot.img' quit |
    timeout 60 "$isabox" -display none -monitor stdio -cdrom none.iso \
        > out 2>&1 || fail 'monitor'
shows 'ide1-hd0: none.iso (iso, read-only)'
shows 'ide1-hd0: [not inserted]'
shows 'ide1-hd0: disk.iso (iso, read-only)'
shows 'boot.img: not an image of a CD'

# What a disc's code may ask of AH=42h: counts that wrap, frames past 32 bits,
# short packets. Each line is a status, the count that is left, a byte.
[ -n "$NASM" ] || exit 0
asks() {
    "$NASM" -f bin -o asks/boot.img "$1" "$scripts/cdedd.asm" || fail 'nasm'
    truncate -s 64K asks/boot.img
    genisoimage -quiet -b boot.img -c boot.cat $2 -o asks.iso asks 2> err ||
        fail 'genisoimage'
    "$isabox" -display none -cdrom asks.iso -boot d -debugcon file:said \
        -device isa-debug-exit > out 2>&1
    cmp -s said want || { cat out said; fail "AH=42h $1"; }
}
mkdir -p asks
printf '%s\n' 00000101 010000EE 010000EE 040000EE 040000EE 040000EE 010000EE \
    000000EE > want
asks -DNONE '-no-emul-boot -boot-load-size 4'
printf '%s\n' 00000131 010000EE 040000EE 040000EE 040000EE 010000EE 000000EE \
    > want
asks -DDISK -hard-disk-boot
