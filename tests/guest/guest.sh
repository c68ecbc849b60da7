#!/bin/sh
# guest.sh - boots the CPU guests of tests/guest and reads what they report.
#
#   guest.sh SRCDIR [long] [NAME...]
#
# Short: each guest on each processor that its line "; cpus:" names (or
# "; short:"), on the first of them with the plain engine too, whose report must
# be equal. Long: with every engine, and in QEMU and Bochs
# where they are installed. Differences between those and the manual that the
# source lists ("; differs:") are counted, others printed; they fail nothing.
# "; rivals:" names the rivals that can run it, "; rival:" the processor that
# they are to be, a Pentium where there is no such line. A script of the same
# name runs beside the guest.
src=$1; shift
long=
[ "$1" = long ] && { long=yes; shift; }
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 total=0

fail() { echo "$*"; bad=$((bad + 1)); }

build() {
    "$NASM" -f bin -I "$src/tests/guest/" -o "$dir/$1.img" \
        "$src/tests/guest/$1.asm" && truncate -s 1474560 "$dir/$1.img"
}

# line GUEST KEY DEFAULT: what the source says after "; KEY:".
line() {
    v=$(sed -n "s/^; $2: //p" "$src/tests/guest/$1.asm" | head -n 1)
    echo "${v:-$3}"
}

box() {                                 # guest, CPU, engine, report
    rm -f "$4"
    script=$src/tests/guest/$1.script
    [ -f "$script" ] || script=
    timeout 60 ./isabox ${script:+-script "$script"} -cpu "$2" \
        $(line "$1" options) \
        -engine "$3" -display none -speed max \
        -fda "$dir/$1.img" -snapshot -debugcon "file:$4" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null > "$dir/log" 2>&1
}

# A report must end with a count and hold no FAIL.
judge() {                               # what, report
    if ! grep -q ' passed, 0 failed$' "$2"; then
        fail "$1: $(tail -n 1 "$2")"
        grep -a FAIL "$2" | head -n 20
    fi
    total=$((total + $(grep -c '^ok' "$2")))
}

engines="plain fast"
if [ -n "$long" ]; then
    engines=$(./isabox -engine help 2>/dev/null | awk '{ print $1 }')
fi

run_box() {
    cpus=$(line "$1" cpus '386 486 pentium pentium2') e=$engines
    [ -n "$long" ] || cpus=$(line "$1" short "$cpus")
    for cpu in $cpus; do
        first=
        for engine in $e; do
            out=$dir/$1.$cpu.$engine
            box "$1" "$cpu" "$engine" "$out"
            judge "$1 on $cpu, $engine" "$out"
            [ -z "$first" ] || cmp "$first" "$out" ||
                fail "$1 on $cpu: $engine differs"
            first=$out
        done
        [ -n "$long" ] || e=fast
    done
}

# ---- rivals ----

bochs_model() {                         # of QEMU's name
    case $1 in
    pentium2) echo p2_klamath ;;
    *) echo "$1" ;;
    esac
}

run_qemu() {
    timeout 30 qemu-system-i386 -cpu "$(line "$1" rival pentium)" -display none -net none \
        -no-reboot -drive "file=$dir/$1.img,if=floppy,format=raw,readonly=on" \
        -debugcon "file:$2" -device isa-debug-exit,iobase=0xf4,iosize=4 \
        < /dev/null > "$dir/log" 2>&1
}

# Debian's Bochs stops in its debugger first and wants a terminal.
run_bochs() {
    cat > "$dir/bochsrc" <<END
cpu: model=$(bochs_model "$(line "$1" rival pentium)"), ips=50000000
memory: guest=16, host=16
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
floppya: 1_44=$dir/$1.img, status=inserted
boot: floppy
com1: enabled=1, mode=file, dev=$2
sound: waveoutdrv=dummy
clock: sync=none
log: $dir/bochs.log
display_library: term
panic: action=report
END
    printf 'c\nquit\n' > "$dir/bochs.commands"
    TERM=xterm timeout 60 script -qc \
        "bochs -q -f $dir/bochsrc -rc $dir/bochs.commands" /dev/null \
        < /dev/null > "$dir/log" 2>&1
}

# Prints the failures that no "; differs: RIVAL PATTERN - why" foresees.
compare() {                             # guest, rival, report
    sed -n "s/^; differs: $2 \(.*\) - .*/\1/p" "$src/tests/guest/$1.asm" \
        > "$dir/patterns"
    new=0 known=0
    grep -a '^FAIL' "$3" | sed 's/^FAIL //' > "$dir/fails"
    while IFS= read -r f; do
        if foreseen "$f"; then
            known=$((known + 1))
        else
            new=$((new + 1))
            echo "$2 differs: $1: $f"
        fi
    done < "$dir/fails"
    echo "$1 in $2: $(grep -c '^ok' "$3") agree, $known known" \
        "differences, $new others, $(tail -n 1 "$3")"
}

foreseen() {
    while IFS= read -r p; do
        # shellcheck disable=SC2254
        case $1 in $p|$p:*) return 0 ;; esac
    done < "$dir/patterns"
    return 1
}

run_rivals() {
    for r in $(line "$1" rivals 'qemu bochs' | sed 's/ (.*//'); do
        case $r in
        qemu)  command -v qemu-system-i386 ;;
        bochs) command -v bochs && command -v script ;;
        *) false ;;
        esac > /dev/null 2>&1 || continue
        : > "$dir/$1.$r"
        "run_$r" "$1" "$dir/$1.$r"
        compare "$1" "$r" "$dir/$1.$r"
    done
}

[ $# -gt 0 ] || set -- $(cd "$src/tests/guest" &&
    grep -l '^%include "frame' -- *.asm | sed 's/\.asm$//')
for g; do
    build "$g" || { fail "$g: does not assemble"; continue; }
    run_box "$g"
    [ -z "$long" ] || run_rivals "$g"
done
echo "$total checks passed, $bad runs failed"
[ $bad = 0 ]
