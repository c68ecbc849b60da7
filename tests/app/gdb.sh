#!/bin/sh
# gdb.sh - Debian's gdb in real mode, a V86 monitor, paged ring 3, and back
# over each change of mode; by the best engine, or by all of them. Run by make
# check in the build folder. usage: gdb.sh SOURCE_DIR [all]
src=$1 all=$2
command -v gdb >/dev/null || { echo 'no gdb on this host'; exit 77; }
command -v nasm >/dev/null || { echo 'no nasm on this host'; exit 77; }
work=${TMPDIR:-/tmp}/isabox-gdb.$$
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; cat "$work/out"; exit 1; }
isabox=$(pwd)/isabox
here=$(cd "$src" && pwd)
cd "$work" || exit 1

nasm -f bin -o boot.img "$here/tests/app/gdb.asm" &&
truncate -s 1474560 boot.img || exit 1
sed '/^target /d' "$here/docs/isabox.gdb" > isabox.gdb

start() {
    rm -f sock
    "$isabox" -display none -fda boot.img -gdb unix:sock "$@" > log 2>&1 & pid=$!
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -S sock ] && return
        sleep 0.1
    done
    fail 'no socket'
}

# session ARCHITECTURE: runs the commands on standard input, then kills the
# machine; each line of the form ##TEXT must be in what gdb has said, in order.
session() {
    cat > all
    { echo 'set pagination off'; echo 'set confirm off'
      echo "set architecture $1"; echo 'target remote sock'
      grep -v '^##' all; echo 'kill'; } > cmds
    timeout 60 gdb -q -nx -batch -x cmds > out 2>&1
    sed -n 's/^##//p' all > want
    awk 'NR == FNR { want[n++] = $0; next }
         k < n && index($0, want[k]) { k++ }
         END { if (k < n) print "not said: " want[k]; exit k < n }' want out ||
        fail "session by $1"
    wait $pid; pid=
}

start -S
session i8086 <<'END'
break *0x7c40
continue
##Breakpoint 1, 0x00007c40
x/3i $pc
##=> 0x7c40:	push   %bp
##   0x7c41:	mov    %sp,%bp
##   0x7c43:	incw   0x600
stepi
stepi
stepi
x/i $pc
##=> 0x7c47:	pop    %bp
print *(short *)0x600
##= 1
monitor info backtrace
###0  0000:7c47
reverse-stepi
x/i $pc
##=> 0x7c43:	incw   0x600
print *(short *)0x600
##= 0
watch *(short *)0x600
continue
##Old value = 0
##New value = 1
reverse-continue
##Old value = 1
##New value = 0
delete
reverse-continue
##No more reverse-execution history
print/x $cs
##= 0xf000
tbreak *0x7c80
continue
x/i $pc
##=> 0x7c80:	lgdtw
print/x $cs
##= 0x7b0
print/x $ip
##= 0x180
print $mm0
##v4_int16
print $st0
set var $eax = 0x12345678
print/x $ax
##= 0x5678
set var $ds = 0x7c0
print/x $ds_base
##= 0x7c00
set var $pc = 0x7c40
print/x $ip
##= 0x140
source isabox.gdb
here
##07b0:0140  ax 5678
##ds 07c0
n16
##07b0:0141  ax 5678
rn16
##07b0:0140  ax 5678
b16 0x7b0 0x141
##at 0x7c41
info registers cr0 cs_base
##cr0            0x
##cs_base        0x7b00
END

for e in $("$isabox" -engine help | awk '{ print $1 }'); do
    [ -n "$all" ] || [ "$e" = "$("$isabox" -engine help |
        awk 'NR == 1 { print $1 }')" ] || continue
    start -S -engine $e
    session i386 <<'END'
hbreak *0x7e00
continue
##Breakpoint 1, 0x00007e00
x/2i $pc
##=> 0x7e00:	mov    $0x10,%ax
break *0x80000000
continue
##Breakpoint 2, 0x80000000
x/2i $pc
##=> 0x80000000:	incl   0x80001000
##   0x80000006:	int    $0x30
print/x $cs
##= 0x1b
print/x *(int *)0x80001000
##= 0x0
awatch *(int *)0x80001000
continue
##New value = 1
monitor who 21000
##00021000 was made 01, from 00, at 0.0
delete
break *0x7ec0
continue
##Breakpoint 4, 0x00007ec0
monitor print word[0x5000]
##0x1
print/x *(int *)($esp + 4)
##= 0x7f84
tbreak *0x7f90
continue
##breakpoint 5, 0x00007f90
set architecture i8086
x/i $pc
##=> 0x7f90:	hlt
print ($eflags & 0x20000) != 0
##= 1
tbreak *0x7f60
delete 4
continue
##breakpoint 6, 0x00007f60
reverse-stepi
print $cr0 & 1
##= 0
reverse-stepi
print $cr0 & 1
##= 1
x/i $pc
##=> 0x7f50:	mov    %eax,%cr0
break *0x7f10
reverse-continue
##Breakpoint 7, 0x00007f10
set architecture i386
x/i $pc
##=> 0x7f10:	mov    %eax,%cr0
reverse-stepi
tbreak *0x7f90
reverse-continue
##0x00007f90
print ($eflags & 0x20000) != 0
##= 1
tbreak *0x7ea0
reverse-continue
##0x00007ea0
x/i $pc
##=> 0x7ea0:	iret
print ($eflags & 0x20000) != 0
##= 0
tbreak *0x80000000
reverse-continue
##0x80000000
reverse-stepi
x/i $pc
##=> 0x7e60:	iret
tbreak *0x7e20
reverse-continue
x/i $pc
##=> 0x7e20:	mov    %eax,%cr0
tbreak *0x7c90
reverse-continue
##0x00007c90
print $cr0 & 1
##= 0
stepi
print $cr0 & 1
##= 1
END
done

# Detached, attached again; the second time it is found where it runs.
start
cat > cmds <<'END'
set architecture i8086
target remote sock
break *0x7f69
continue
detach
target remote sock
x/i 0x7f69
info registers pc
kill
END
timeout 60 gdb -q -nx -batch -x cmds > out 2>&1
grep -q 'detached' out && grep -q '0x7f69:	incw' out || fail 'detach and attach'
wait $pid; pid=
