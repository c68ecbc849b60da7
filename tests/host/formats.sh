#!/bin/sh
# formats.sh - image formats and files in images, judged by the tools of
# others: qemu-img, qemu-io, fsck.fat. In each round every kind of image goes
# through a scenario of a random sort, with random sizes, data and settings; at
# the end it says how many there were of each. usage: formats.sh SOURCE_DIR
# [ROUNDS]; SEED chooses the random numbers, KINDS some kinds of the list below,
# SECONDS_LEFT ends it sooner, and KEEP names a folder to be made where what
# failed is left.
isabox=$(pwd)/isabox rounds=${2:-2} limit=${SECONDS_LEFT:-99999}
command -v qemu-img > /dev/null || { echo 'qemu-img is not installed'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
fail() {
    echo "formats.sh: seed ${SEED:-1}, round $round, $kind: $* (status $?)"
    [ -z "$KEEP" ] || cp -r "$work" "$KEEP"
    exit 1
}
seed=$((${SEED:-1} * 7919 + 1))
roll() { seed=$(((seed * 1103515245 + 12345) % 2147483648)); die=$((seed / 65536 % $1)); }
begun=$(date +%s)

# noise FILE KB PLACES: random bytes in random places of FILE.
noise() {
    n=0
    while [ $n -lt "$3" ]; do
        roll 80; size=$((die + 1))
        roll $(($2 - size))
        dd if=/dev/urandom of="$1" bs=1k count=$size conv=notrunc \
            status=none seek=$die
        n=$((n + 1))
    done
}

# Our and qemu-img's words for a kind of image.
words() {
    format=${kind%-*} ours= theirs=
    case $kind in
    qcow2-v2|qcow2-v3)
        roll 9
        ours="-o cluster_size=$((512 << die))"
        roll 9
        theirs="-o cluster_size=$((512 << die))"
        [ $kind = qcow2-v3 ] || ours="$ours,compat=0.10"
        [ $kind = qcow2-v3 ] || theirs="$theirs,compat=0.10" ;;
    vpc-dynamic) theirs='-o force_size=on' ;;
    vpc-fixed)
        ours='-o subformat=fixed' theirs='-o subformat=fixed,force_size=on' ;;
    vdi-static) ours='-o subformat=static' theirs='-o static=on' ;;
    vmdk-flat) ours=none theirs='-o subformat=monolithicFlat' ;;
    vmdk-split) ours=none theirs='-o subformat=twoGbMaxExtentSparse' ;;
    esac
}

same() { qemu-img compare -q -f raw -F $format "$1" "$2" || fail "$1, $2: differ"; }
clean() {
    case $format in
    qcow2|vdi) qemu-img check -q -f $format "$1" || fail "$1: qemu-img check" ;;
    vmdk) [ $kind != vmdk-sparse ] || qemu-img check -q "$1" ||
              fail "$1: qemu-img check" ;;
    esac
    "$isabox" image check "$1" > out 2>&1 || fail "$1: image check: $(cat out)"
}

# make FROM TO: by us or by qemu-img, whoever can and the die chooses.
make() {
    roll 2
    rm -f "$2"
    if [ $die = 0 ] && [ "$ours" != none ]; then
        "$isabox" image convert -O $format $ours "$1" "$2" || fail "convert $ours"
    else
        packed=
        roll 4
        if [ $die = 0 ]; then
            case $kind in
            qcow2*) packed=-c ;;
            vmdk-sparse) theirs='-o subformat=streamOptimized' ;;
            esac
        fi
        [ "$3" != plain ] || packed=
        [ "$3" != plain ] || [ $kind != vmdk-sparse ] || theirs=
        qemu-img convert -f raw -O $format $packed $theirs "$1" "$2" ||
            fail "qemu-img convert $theirs"
    fi
}

to() {
    [ "$ours" != none ] || return 0
    "$isabox" image convert -O $format $ours a.raw b.img || fail "convert $ours"
    same a.raw b.img
    clean b.img
}

from() {
    make a.raw b.img
    "$isabox" image convert b.img c.raw || fail 'convert from'
    cmp a.raw c.raw || fail "$theirs: differs"
    clean b.img
}

# Writes of qemu's, then ours, each seen by the other.
writes() {
    make a.raw b.img plain
    cp a.raw c.raw
    for i in 1 2 3 4; do
        roll $(((kb - 100) * 2)); at=$((die * 512))
        roll 150; size=$((die * 512 + 512))
        roll 256
        for f in "$format b.img" 'raw c.raw'; do
            qemu-io -f ${f% *} -c "write -P $die $at $size" ${f#* } > out 2>&1 ||
                fail "qemu-io: $(cat out)"
        done
    done
    "$isabox" image convert b.img d.raw || fail 'convert what was written'
    cmp c.raw d.raw || fail 'qemu-io wrote: differs'
    clean b.img
}

files() {
    "$isabox" image create --fat e.raw $((2 + kb / 1024))M || fail 'create --fat'
    make e.raw b.img plain
    roll 900
    dd if=/dev/urandom of=f.bin bs=1k count=$((die + 1)) status=none
    "$isabox" image put b.img f.bin /ONE.BIN || fail put
    "$isabox" image put b.img a.head /TWO.BIN || fail put
    "$isabox" image rm b.img /TWO.BIN || fail rm
    "$isabox" image put b.img a.head /THREE.BIN || fail put
    clean b.img
    qemu-img convert -f $format -O raw b.img h.raw || fail 'qemu-img convert'
    first=$(od -An -tu4 -j454 -N4 h.raw)        # of partition 1
    tail -c +$((first * 512 + 1)) h.raw > g.raw
    mcopy -n -i g.raw ::/ONE.BIN o.bin && cmp f.bin o.bin || fail 'the file'
    mcopy -n -i g.raw ::/THREE.BIN u.bin && cmp a.head u.bin || fail 'the file'
    fsck.fat -n g.raw > out || fail "fsck.fat: $(cat out)"
}

resize() {
    make a.raw b.img plain
    roll 30; more=$((die + 1))
    if ! "$isabox" image resize b.img +${more}M > out 2>&1; then
        grep -q 'keeps its size' out || fail "resize: $(cat out)"
        return 0
    fi
    cp a.raw c.raw
    truncate -s +${more}M c.raw
    same c.raw b.img
    clean b.img
    qemu-io -f $format -c "write -P 77 $((kb * 1024)) 64k" b.img > out 2>&1 ||
        fail "qemu-io: $(cat out)"
    qemu-io -f raw -c "write -P 77 $((kb * 1024)) 64k" c.raw > out 2>&1
    "$isabox" image convert b.img d.raw || fail 'convert what has grown'
    cmp c.raw d.raw || fail 'after resize: differs'
}

# A chain on top of the image, changed, committed, rebased.
backing() {
    "$isabox" image create --fat base.raw 8M || fail 'create --fat'
    make base.raw b.img plain
    o=
    [ $format != qcow2 ] || o=$ours
    roll 2
    if [ $die = 0 ]; then
        "$isabox" image create $o -b b.img -F $format on.qcow2 || fail 'create -b'
    else
        qemu-img create -q -f qcow2 $o -b b.img -F $format on.qcow2 ||
            fail 'qemu-img create -b'
    fi
    dd if=/dev/urandom of=f.bin bs=1k count=700 status=none
    "$isabox" image put on.qcow2 f.bin /DATA.BIN || fail put
    qemu-img check -q on.qcow2 || fail 'top: qemu-img check'
    qemu-img convert -O raw on.qcow2 flat.raw || fail 'qemu-img convert'
    "$isabox" image get flat.raw /data.bin back.bin || fail get
    cmp f.bin back.bin || fail 'the file that was put'
    cp base.raw base2.raw
    noise base2.raw 8000 2
    rm -f c.img
    qemu-img convert -f raw -O $format $theirs base2.raw c.img
    "$isabox" image rebase -b c.img -F $format on.qcow2 || fail rebase
    qemu-img compare -q flat.raw on.qcow2 || fail 'rebased: differs'
    qemu-img check -q on.qcow2 || fail 'rebased: qemu-img check'
    "$isabox" image commit on.qcow2 > out || fail commit
    same flat.raw c.img
    clean c.img
    roll 40
    "$isabox" image resize on.qcow2 +$((die + 1))M || fail resize
    qemu-img check -q on.qcow2 || fail 'resized: qemu-img check'
}

# What both say of a qcow2 image with snapshots, key by key.
told() {
    tr -d '\n' < $1 | grep -oE '"(id|name|date-n?sec|vm-[a-z-]*|lazy-[a-z]*|compat|refcount-bits|virtual-size|cluster-size|dirty-flag)": ("[^"]*"|[a-z0-9.]*)' | sort
}
kind=qcow2 round=0
qemu-img create -q -f qcow2 -o lazy_refcounts=on s.img 5M
qemu-img snapshot -c 'a "first" one' s.img && qemu-img snapshot -c b s.img
qemu-img info --output=json s.img > theirs
"$isabox" image info --output=json s.img > ours || fail info
told theirs > theirs.told
told ours | diff theirs.told - || fail 'image info says something else'
[ "$(wc -l < theirs.told)" -ge 18 ] || fail 'image info: too little'

kinds=${KINDS:-qcow2-v2 qcow2-v3 vpc-dynamic vpc-fixed vdi-dynamic vdi-static
       vmdk-sparse vmdk-flat vmdk-split raw}
sorts='to from writes files resize backing'
round=0
while [ $round -lt "$rounds" ] && [ $(($(date +%s) - begun)) -lt $limit ]; do
    rm -f [a-su-z]*
    roll 9000
    kb=$((3000 + die))
    truncate -s ${kb}K a.raw
    noise a.raw $kb 6
    head -c 300000 a.raw > a.head
    for kind in $kinds; do
        roll 6
        sort=$(echo $sorts | cut -d' ' -f$((die + 1)))
        words
        $sort
        echo "$kind $sort" >> tally
        rm -f [b-su-z]*
    done
    kind=gzip
    gzip -k a.raw
    "$isabox" image convert a.raw.gz g.raw || fail convert
    cmp a.raw g.raw || fail differs
    round=$((round + 1))
done
sort tally | uniq -c
exit 0
