# formats.sh - an image that is not raw is refused by its format's name,
# wherever a medium is put in, and stays as it was.
src=$1
. "$src/tests/lib/replay.sh"
cd "$work" || exit 1

# refused NAME ARGUMENT...: isabox ends with 2 and names the format.
refused() {
    want=$1; shift
    timeout 60 "$isabox" "$@" > out 2>&1 < /dev/null
    have=$?
    [ $have = 2 ] || { cat out; fail "$*: status $have"; }
    grep -qF "not a raw image but $want (" out ||
        { cat out; fail "$*: does not name $want"; }
}

# Names that end so are the formats of their heads, or of their tails.
printf 'QED\0' > a.qed
printf 'vhdxfile' > b.vhdx
printf '\375\067zXZ\0' > c.xz
printf 'WithoutFreeSpace' > d.parallels
printf 'Bochs Virtual HD Image\0' > e.bochs
truncate -s 1474560 a.qed b.vhdx c.xz d.parallels e.bochs
truncate -s 1474560 i.raw
printf '\001CD001\001' | dd of=i.raw bs=1 seek=32768 conv=notrunc 2> dd.err
mv i.raw disc
printf 'MComprHD' > g.chd
truncate -s 1474560 g.chd
truncate -s 1474560 h.dmg
printf 'koly' >> h.dmg
truncate -s 1475072 h.dmg
if command -v qemu-img > /dev/null; then
    for f in qcow vhdx qed parallels; do
        qemu-img create -q -f $f q.$f 10M 2> qemu.err || rm -f q.$f
    done
fi
"$isabox" image create raw.img 1440K || fail 'image create'

sha1sum *.* > before
echo 'wait 10ms' > s.script
for f in ?.*; do
    case $f in s.*) continue ;; esac
    name=${f#*.}
    refused "$name" image info $f
    refused "$name" -display none -script s.script $f
    refused "$name" -display none -script s.script -hda $f
    refused "$name" -display none -script s.script -fda $f -snapshot
    refused "$name" -display none -script s.script \
        -drive file=$f,if=floppy,readonly=on
done

# In a machine that runs.
echo 'insert fda a.qed' > i.script
refused qed -display none -script i.script raw.img
printf '%s\n' 'change floppy0 a.qed' 'change floppy0 disc read-only' \
    'change floppy0 a.qed qcow2' 'change floppy0 raw.img vmdk read-only' \
    'change floppy0 a.qed raw read-only' 'info block' quit |
    timeout 60 "$isabox" -display none -monitor stdio raw.img > out 2>&1 ||
    fail 'monitor'
shows 'a.qed: not a raw image but qed'
shows 'disc: an image of a CD; -cdrom takes it'
shows 'raw.img: not vmdk (VMware disk image) but raw (raw image)'
shows 'floppy0: a.qed (raw, read-only)'

# Who says raw gets it.
run s -drive file=a.qed,format=raw
sha1sum -c before > sums 2>&1 || { cat sums; fail 'an image changed'; }
