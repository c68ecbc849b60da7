# geometry.sh - the BIOS shows each medium the geometry that it was written
# with: floppy images longer or shorter than their BPB says, images without
# one, disks of BIOSes that had other heads; and what is said by hand.
src=$1
. "$src/tests/lib/replay.sh"
[ -n "$NASM" ] || skip 'nasm is not installed'
cd "$work" || exit 1
echo 'wait 5s' > s.script

# boots WANT OPTION...: the boot sector prints it.
boots() {
    want=$1; shift
    rm -f report
    "$isabox" -display none -engine fast -history off \
        -script s.script -debugcon file:report \
        -device isa-debug-exit "$@" > out 2>&1
    have=$(tr -d '\000' < report)
    [ "$have" = "$want" ] || { cat out; fail "$*: '$have', not '$want'"; }
}

# sector NASM_OPTION...; mark SECTOR; size BYTES: into a.img
sector() { "$NASM" -f bin -o a.img "$@" "$scripts/geometry.asm" || exit 1; }
sector -DDISK
mv a.img disk.boot
ulimit -t 60                            # a run that spins is ended
mark() { printf M | dd of=a.img bs=512 seek="$1" conv=notrunc 2> dd.err; }
size() { truncate -s "$1" a.img; }

# Heads, sectors and total of the BPB, the file's size, and what is printed:
# INT 13h AH=08h tells of the drive, the mark of the disk.
while read -r h s total bytes want; do
    sector -DHEADS=$h -DSPT=$s -DTOTAL=$total
    mark $s
    size $bytes
    boots "$want" -snapshot -fda a.img
    "$isabox" image info a.img > info
    grep -q "$h heads, $s sectors" info || { cat info; fail "$h $s $total"; }
    grep -q 'geometry by its boot sector' info || { cat info; fail 'why?'; }
done <<'E'
2 18 2880 1474560 02 12 M
2 18 2880 1475072 02 12 M
2 18 2880 1474561 02 12 M
2 18 2880 400000 02 12 M
2 18 2880 2949120 02 12 M
2 9 1440 737792 02 12 M
2 9 1440 1474560 02 12 M
2 9 720 369664 02 09 M
1 9 360 184832 02 09 !
2 8 640 300000 02 09 M
2 15 2400 1228800 02 0F M
2 21 3360 1720832 02 12 M
E
grep -q 'the file has 1 sectors more' info || { cat info; fail 'how much?'; }

# Without a BPB: a format's own size, else the beginning of a 1.44 MB disk.
for n in 10752 170000 400000 800000 1474560; do
    sector; mark 18; size $n
    boots '02 12 M' -snapshot -fda a.img
done
sector; mark 9; size 368640
boots '02 09 M' -snapshot -fda a.img
boots '02 12 M' -snapshot \
    -drive file=a.img,if=floppy,cyls=80,heads=2,secs=9
sector; mark 15; size 500000
boots '02 0F M' -snapshot -drive file=a.img,if=floppy,secs=15

# byte N...: as printf takes them. chs LBA: the address, by $heads and $spt.
byte() { for b; do printf "\\$((b >> 6))$((b >> 3 & 7))$((b & 7))"; done; }
chs() {
    c=$(($1 / (heads * spt))) c=$((c > 1023 ? 1023 : c))
    byte $(($1 / spt % heads)) $((($1 % spt + 1) | (c >> 2 & 192))) $((c & 255))
}
le32() { byte $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }
disk() {                                # heads, sectors, cylinders, first one
    heads=$1 spt=$2
    cp disk.boot a.img
    first=$(($4 * heads * spt)) end=$(($3 * heads * spt))
    { byte 128; chs $first; byte 6; chs $((end - 1)); le32 $first
      le32 $((end - first)); } | dd of=a.img bs=1 seek=446 conv=notrunc 2> dd.err
    mark $first
    size $((end * 512))
}
for t in '240 63 620 300' '128 63 620 300' '255 63 620 300' '15 63 900 10' \
    '60 63 300 7' '64 32 1000 500' '16 63 1000 10' '4 17 615 3' \
    '100 57 400 200' '16 63 2000 900'; do
    set -- $t
    disk $t
    boots "$(printf '%02X %02X M' $1 $2)" -snapshot -hda a.img
    boots "$(printf '%02X %02X M' $1 $2)" -snapshot -hdc a.img
    "$isabox" image info a.img | grep -q 'geometry by its partition table' ||
        fail "$t: image info does not say why"
done

# By hand: an empty table, and addresses that somebody else wrote.
disk 240 63 620 300
boots 'FF 3F ' -snapshot -drive file=a.img,trans=lba
boots '40 20 ' -snapshot -drive file=a.img,cyls=500,heads=64,secs=32
boots 'F0 3F M' -snapshot -drive file=a.img,if=none,id=d0 \
    -device ide-hd,drive=d0,bios-chs-trans=rechs

# FreeDOS reads what its files' geometry says, whatever the file's size.
cat > dos.script <<'E'
expect "A:\\>"
E
for t in '1440K 1475072' '1440K 400000' '360K 369664'; do
    set -- $t
    [ -f "$images/freedos-$1.img" ] || continue
    cp "$images/freedos-$1.img" f.img
    truncate -s $2 f.img
    run dos -snapshot -fda f.img
done
