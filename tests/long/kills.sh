#!/bin/sh
# kills.sh - isabox is killed (kill -9) at any moment while DOS writes files,
# while states are saved and while `isabox image` works on an image: what was
# complete before is there, whole, and the rest is what a power cut leaves.
# In a build folder.
#
#   kills.sh SRCDIR [KILLS]
#
# So many KILLS [1000] are shared out to the jobs below; equal numbers draw
# equal moments, but where a process is by then is the host's affair.
src=$1 kills=${2:-1000}
. "$src/tests/lib/replay.sh"
need freedos-1440K.img mcopy fsck.fat qemu-img
cd "$work" || exit 1
lost=0

# jobs: a word a line, each takes an equal share of the kills.
jobs='dos-raw dos-qcow2 dos-vpc dos-vdi dos-floppy state named put convert
      commit resize'
share=$(($(echo $jobs | wc -w)))
share=$(((kills + share - 1) / share))

complain() { echo "kills.sh: $job, kill $i: $*"; lost=$((lost + 1)); }

# moment MOST: seconds, up to MOST of them, that differ for each job and kill.
moment() {
    awk -v s="$job $i" -v most="$1" 'BEGIN {
        for (k = 1; k <= length(s); k++)
            h = (h * 31 + index("0123456789 -abcdefghijklmnopqrstuvwxyz",
                                substr(s, k, 1))) % 1000003
        printf "%.3f", most * ((h * 7919) % 1000) / 1000 }'
}

# killed MOST READY COMMAND...: runs it, waits until the shell's command READY is
# true, and up to MOST seconds more, and kills it.
killed() {
    most=$1 ready=$2
    shift 2
    "$@" > said 2>&1 &
    tries=2000
    until eval "$ready" || [ $((tries -= 1)) = 0 ]; do
        kill -0 $! 2> /dev/null || break
        sleep 0.005
    done
    sleep "$(moment "$most")"
    kill -9 $! 2> /dev/null
    wait $! 2> /dev/null
}

# ---- DOS writes files, and says on COM1 which ones are finished ----

cp "$images/freedos-1440K.img" a.img && chmod u+w a.img
printf 'copy kernel.sys %%2%%1\r\necho done-%%1 > com1\r\n' > w.bat
mcopy -o -i a.img w.bat ::w.bat
mcopy -n -i a.img ::kernel.sys kernel.sys
dos_script() {                          # DRIVE
    cat > dos.script <<END
expect "A:\\\\>"
type "for %a in (1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19) do call w %a $1\\n"
wait 100s
END
}
for f in raw qcow2 vpc vdi; do
    "$isabox" image create -f $f --fat new.$f 20M > /dev/null || fail "create $f"
done
truncate -s 1440K new.floppy && mformat -i new.floppy -f 1440 ::

# dos FORMAT: the finished files are in the image, and it has no cross links.
dos() {
    cp new.$1 b.img
    set -- "$1" "$([ "$1" = floppy ] && echo b: || echo c:)" \
        "$([ "$1" = floppy ] && echo -fdb || echo -hda)"
    dos_script "$2"
    : > com1
    killed 0.03 '[ $(grep -c done com1) -ge $((i * 5 % 17)) ]' \
        "$isabox" -display none -speed max -script dos.script \
        -drive file=a.img,if=floppy,snapshot=on "$3" b.img -serial file:com1 \
        -boot a
    case $1 in
    floppy|raw) cp b.img raw.img ;;
    *) qemu-img convert -O raw b.img raw.img 2> err ||
           { complain "qemu-img: $(cat err)"; return; } ;;
    esac
    at=$([ "$1" = floppy ] && echo 0 || echo 32256)
    for n in $(tr -d '\r' < com1 | sed -n 's/^done-\([0-9]*\) *$/\1/p'); do
        finished=$((finished + 1))
        mcopy -o -n -i "raw.img@@$at" "::$n" got 2> err &&
            cmp -s got kernel.sys || complain "file $n is lost $(cat err)"
    done
    dd if=raw.img of=part.img bs=512 skip=$((at / 512)) status=none
    fsck.fat -n part.img > fsck 2>&1
    ! grep -i 'share clusters' fsck || complain 'cross links'
}

# ---- states: the file always holds a whole one ----

seq 60 | while read -r k; do
    printf 'wait 7ms\nsave s.state\n'
done > state.script
sed 's/save s.state/savevm here/' state.script > named.script
echo hash > load.script
echo 'info snapshots' > list.script

state() {
    rm -f s.state
    killed 0.2 '[ -f s.state ]' "$isabox" -display none -script state.script
    [ -f s.state ] || return
    finished=$((finished + 1))
    "$isabox" -display none -loadvm s.state -script load.script > said 2>&1 ||
        complain "$(cat said)"
}

named() {
    rm -f all.states
    killed 0.2 '[ -s all.states ]' "$isabox" -display none -states all.states \
        -script named.script
    "$isabox" -display none -states all.states -script list.script > said 2>&1
    grep -q here said || return
    finished=$((finished + 1))
    "$isabox" -display none -states all.states -loadvm here \
        -script load.script > said 2>&1 || complain "$(cat said)"
}

# ---- the image tool ----

mkdir -p many
for n in 1 2 3 4 5 6 7 8; do
    seq $n 4000 > many/f$n
done
cp new.qcow2 full.qcow2
"$isabox" image put full.qcow2 many/f1 many/f2 many/f3 / || fail put
"$isabox" image convert -O raw full.qcow2 full.raw || fail convert

# has IMAGE FILE...: the image holds these, whole.
has() {
    image=$1; shift
    rm -rf got && mkdir got
    for n; do
        finished=$((finished + 1))
        "$isabox" image get "$image" "/$n" got > said 2>&1 &&
            cmp -s "got/$n" "many/$n" || complain "$n is lost: $(cat said)"
    done
}

# Files of before stay, also those that are written over by equal ones.
put() {
    cp full.qcow2 b.img
    killed 0.06 true "$isabox" image put b.img many/f4 many/f5 many/f6 many/f7 \
        many/f8 many/f1 /
    has b.img f2 f3
    "$isabox" image check b.img > said 2>&1
    [ $? -le 3 ] || complain "$(cat said)"
}

# The target is the older file or the new one.
convert() {
    cp full.raw to.img
    killed 0.06 true "$isabox" image convert -f qcow2 -O raw full.qcow2 to.img
    cmp -s to.img full.raw || complain 'the target is neither old nor new'
    has full.qcow2 f1 f2 f3
}

# What lay above and below is there, whether or not it has come down.
commit() {
    cp full.raw base.img
    rm -f top.img
    "$isabox" image create -f qcow2 -b base.img -F raw top.img > /dev/null &&
        "$isabox" image put top.img many/f4 many/f5 many/f6 many/f7 / ||
        fail 'overlay'
    killed 0.06 true "$isabox" image commit top.img
    has top.img f1 f2 f3 f4 f5 f6 f7
}

resize() {
    cp full.qcow2 b.img
    killed 0.03 true "$isabox" image resize b.img +100M
    has b.img f1 f2 f3
    qemu-img check b.img > said 2>&1
    case $? in
    0|3) ;;                             # whole, or clusters leak
    *)   complain "qemu-img check: $(cat said)" ;;
    esac
}

printf '%-10s %6s %9s %5s\n' job kills complete lost
for job in $jobs; do
    finished=0 before=$lost i=0
    while [ $((i += 1)) -le $share ]; do
        case $job in
        dos-*) dos "${job#dos-}" ;;
        *)     $job ;;
        esac
    done
    printf '%-10s %6d %9d %5d\n' "$job" "$share" "$finished" $((lost - before))
done
exit $((lost > 0))
