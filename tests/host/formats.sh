#!/bin/sh
# formats.sh - image formats and files in images, judged by the tools of
# others: qemu-img, fsck.fat, mtools. usage: formats.sh SOURCE_DIR [ROUNDS]
isabox=$(pwd)/isabox rounds=${2:-2}
command -v qemu-img > /dev/null || { echo 'qemu-img is not installed'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
fail() { echo "formats.sh: $*"; exit 1; }
seed=$((${SEED:-1} * 7919 + 1))
dice() { seed=$(((seed * 1103515245 + 12345) % 2147483648)); echo $((seed / 65536 % $1)); }

# noise FILE KB PLACES: random bytes in random places of FILE.
noise() {
    n=0
    while [ $n -lt "$3" ]; do
        kb=$(($(dice 80) + 1))
        dd if=/dev/urandom of="$1" bs=1k count=$kb conv=notrunc status=none \
            seek=$(dice $(($2 - kb)))
        n=$((n + 1))
    done
}

# same A B: the contents, as qemu-img sees them.
same() { qemu-img compare -q "$1" "$2" || fail "$1 differs from $2"; }
clean() {
    case $1 in
    *.qcow2*|*.vdi*) qemu-img check -q "$1" || fail "$1: qemu-img check" ;;
    esac
}

round=0
while [ $round -lt "$rounds" ]; do
    kb=$((3000 + $(dice 9000)))
    rm -f ./*
    truncate -s ${kb}K a.raw
    noise a.raw $kb 6
    for f in qcow2 vpc vdi vmdk raw; do
        o=
        [ $f != qcow2 ] || o="-o cluster_size=$((512 << $(dice 9)))"
        "$isabox" image convert -O $f $o a.raw b.$f || fail "convert to $f"
        same a.raw b.$f
        clean b.$f
        # what they make
        o=
        case $f$(dice 2) in
        qcow20) o='-c' ;;
        vpc*) o='-o force_size=on' ;;
        vmdk0) o='-o subformat=streamOptimized' ;;
        vmdk1) o='-o subformat=twoGbMaxExtentFlat' ;;
        esac
        qemu-img convert -O $f $o a.raw q.$f 2> err || fail "qemu-img $f"
        "$isabox" image convert q.$f r.$f.raw || fail "convert from $f"
        cmp a.raw r.$f.raw || fail "$f made by qemu-img"
    done
    gzip -k a.raw
    "$isabox" image convert a.raw.gz g.raw || fail 'gzip'
    cmp a.raw g.raw || fail 'gzip'

    # a chain: base, changed on top by a file system, committed and rebased
    "$isabox" image create --fat base.raw 8M || fail 'create --fat'
    "$isabox" image create -b base.raw -F raw top.qcow2 || fail 'create -b'
    dd if=/dev/urandom of=file.bin bs=1k count=700 status=none
    "$isabox" image put top.qcow2 file.bin /DATA.BIN || fail put
    clean top.qcow2
    qemu-img convert -O raw top.qcow2 flat.raw
    "$isabox" image get flat.raw /data.bin back.bin || fail get
    cmp file.bin back.bin || fail 'the file that was put'
    cp base.raw base2.raw
    noise base2.raw 8000 2
    "$isabox" image rebase -b base2.raw -F raw top.qcow2 || fail rebase
    same flat.raw top.qcow2
    clean top.qcow2
    "$isabox" image commit top.qcow2 > out || fail commit
    same flat.raw base2.raw
    "$isabox" image resize top.qcow2 +$(dice 40)M || fail resize
    clean top.qcow2
    round=$((round + 1))
done
exit 0
