#!/bin/sh
# guest.sh - boots the CPU guests of tests/guest and reads what they report.
#
#   guest.sh SRCDIR [long] [NAME...]
#
# Short: each guest on each processor that its line "; cpus:" names (or
# "; short:"), on the first of them with the plain engine too, whose report must
# be equal, unless a line "; waits:" says that it hardly does anything else. Long: with every engine, and in QEMU and Bochs
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
bad=0

fail() { echo "$*"; bad=$((bad + 1)); }

build() {
    "$NASM" -f bin -I "$src/tests/guest/" -o "$dir/$1.img" \
        "$src/tests/guest/$1.asm"
}

# line GUEST KEY DEFAULT: what the source says after "; KEY:".
line() {
    v=$(sed -n "s/^; $2: //p" "$src/tests/guest/$1.asm" | head -n 1)
    echo "${v:-$3}"
}

# lines GUEST...: the same for all of them at once, "GUEST|CPUS|WAITS|OPTIONS".
lines() {
    (cd "$src/tests/guest" && awk -v long="$long" '
        function put() {
            if (guest)
                print guest "|" (short && !long ? short : cpus) "|" waits "|" \
                      options
        }
        FNR == 1 { put(); guest = FILENAME; sub(/\.asm$/, "", guest)
                   cpus = "386 486 pentium pentium2"
                   short = waits = options = "" }
        /^; cpus: / { cpus = substr($0, 9) }
        /^; short: / { short = substr($0, 10) }
        /^; waits: / { waits = "yes" }
        /^; options: / { options = substr($0, 12) }
        END { put() }' "$@")
}

# A process for each step of a run would take longer than the runs. One that
# spins for a minute is ended by the kernel.
ulimit -t 60

box() {                                 # guest, CPU, engine, report, options
    script=$src/tests/guest/$1.script
    [ -f "$script" ] || script=
    ./isabox ${script:+-script "$script"} -cpu "$2" $5 \
        -engine "$3" -display none -speed max -history off \
        -fda "$dir/$1.img" -snapshot -debugcon "file:$4" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 < /dev/null > "$dir/log" 2>&1
}

engines="plain fast"
if [ -n "$long" ]; then
    engines=$(./isabox -engine help 2>/dev/null | awk '{ print $1 }')
fi

run_box() {                             # guest, CPUs, whether it waits, options
    e=$engines
    [ -z "$3" ] || [ -n "$long" ] || e=fast
    for cpu in $2; do
        for engine in $e; do
            : > "$dir/report.$1.$cpu.$engine"
            box "$1" "$cpu" "$engine" "$dir/report.$1.$cpu.$engine" "$4"
        done
        [ -n "$long" ] || e=fast
    done
}

# Each report must end with a count and hold no FAIL, and be the same with each
# engine. Prints what is wrong, then how many checks passed.
judge() {
    (cd "$dir" && cksum report.* | awk '
        FILENAME == "-" {
            split($3, part, "."); run = part[2] " on " part[3]
            last[$3] = "no report"
            if (run in sum && sum[run] != $1)
                print run ": " part[4] " differs"
            sum[run] = $1
            next
        }
        /FAIL/ { print FILENAME ": " $0 }
        /^ok/ { total++ }
        { last[FILENAME] = $0 }
        END {
            for (file in last)
                if (last[file] !~ / passed, 0 failed$/)
                    print file ": " last[file]
            print total + 0
        }' - report.*)
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
    build "$g" || fail "$g: does not assemble"
done
truncate -s 1474560 "$dir"/*.img
lines $(printf '%s.asm ' "$@") > "$dir/lines"
while IFS='|' read -r g cpus waits options; do
    run_box "$g" "$cpus" "$waits" "$options"
done < "$dir/lines"
judge > "$dir/judged"
total=$(tail -n 1 "$dir/judged")
bad=$((bad + $(wc -l < "$dir/judged") - 1))
sed '$d' "$dir/judged"
[ -z "$long" ] || for g; do
    run_rivals "$g"
done
echo "$total checks passed, $bad runs failed"
[ $bad = 0 ]
