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
printf 'QFI\373\0\0\0\003' > a.qcow2
printf 'KDMV\001\0\0\0' > b.vmdk
printf '\037\213\010\0' > c.gzip
printf 'PK\003\004' > d.zip
printf 'conectix' > e.vpc
truncate -s 1474560 a.qcow2 b.vmdk c.gzip d.zip
truncate -s 1475072 e.vpc
truncate -s 1474560 f.iso
printf '\001CD001\001' | dd of=f.iso bs=1 seek=32768 conv=notrunc 2> dd.err
printf 'FILE "x.bin" BINARY\n  TRACK 01 MODE1/2352\n' > g.cue
truncate -s 1474560 h.vpc               # a fixed VHD ends so
printf 'conectix' >> h.vpc
truncate -s 1475072 h.vpc
if command -v qemu-img > /dev/null; then
    for f in qcow2 qcow vmdk vdi vpc vhdx qed parallels; do
        qemu-img create -q -f $f q.$f 10M 2> qemu.err || rm -f q.$f
    done
    qemu-img create -q -f vpc -o subformat=fixed r.vpc 10M
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
echo 'insert fda a.qcow2' > i.script
refused qcow2 -display none -script i.script raw.img
printf '%s\n' 'change floppy0 a.qcow2' 'change floppy0 f.iso read-only' \
    'change floppy0 a.qcow2 qcow2' 'change floppy0 raw.img vmdk read-only' \
    'change floppy0 a.qcow2 raw read-only' 'info block' quit |
    timeout 60 "$isabox" -display none -monitor stdio raw.img > out 2>&1 ||
    fail 'monitor'
shows 'a.qcow2: not a raw image but qcow2'
shows 'f.iso: not a raw image but iso'
shows 'a.qcow2: format qcow2: raw is the only one'
shows 'raw.img: format vmdk: raw is the only one'
shows 'floppy0: a.qcow2 (raw, read-only)'

# Who says raw gets it.
run s -drive file=a.qcow2,format=raw
sha1sum -c before > sums 2>&1 || { cat sums; fail 'an image changed'; }
