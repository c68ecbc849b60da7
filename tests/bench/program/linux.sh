#!/bin/busybox sh
# linux.sh - the first program of the benchmark's Linux. A call "row NAME" for
# each row follows; @SUM@ is what data.gz has in it, as MD5.
b=/bin/busybox
say() { echo "$*" > /dev/ttyS0; }
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t tmpfs tmp /tmp
say LAP linux ok

row() {
    say START
    say "LAP $1 $(row_$1)"
}

# is WANTED: compares with what came by standard input.
is() {
    read -r got rest
    [ "$got" = "$1" ] && echo ok || echo "$got"
}

# 2 MB are unpacked four times.
row_gunzip() {
    for i in 1 2 3; do $b zcat /data.gz > /tmp/data; done
    $b zcat /data.gz | $b md5sum | is @SUM@
}

row_awk() {
    $b seq 1 15000 | $b awk '{ word = sprintf("w%d", $1 * 7919 % 1009)
            count[word] += $1; if (word ~ /7.*3$/) hits++
            split(word " " $1 " x", part, " "); length_sum += length(part[2]) }
        END { for (w in count) { n++; sum = (sum + count[w] * n) % 1000003 }
              for (i = 0; i < 1009; i++) total += count["w" i]
              print total "/" hits "/" n "/" length_sum }' |
        is 112507500/284/1009/63894
}

# Copies of 8 MB within memory.
row_copy() {
    $b dd if=/dev/zero of=/tmp/a bs=1024k count=8 2> /dev/null
    for i in 1 2 3 4 5 6 7 8; do
        $b dd if=/tmp/a of=/tmp/b bs=64k 2> /dev/null
        $b dd if=/tmp/b of=/tmp/a bs=64k 2> /dev/null
    done
    $b cmp /tmp/a /tmp/b && $b wc -c /tmp/a | is 8388608
}

# A system call for each byte that is read, one for each that is written.
row_calls() {
    $b dd if=/dev/zero of=/dev/null bs=1 count=100000 2>&1 |
        $b sed -n 's/+0 records out//p' | is 100000
}

