#!/bin/sh
# detect.sh - programs that ask for the processor get the model's name: what
# tests/guest/devices/detect.asm prints on each; run by make check.
#
#   detect.sh SRCDIR [long]
#
# Short: by the plain engine, and by all of them on four of the models, which
# are far from each other.
src=$1 long=$2
[ -n "$NASM" ] || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 runs=0
ulimit -t 60                            # a run that spins is ended
"$NASM" -f bin -o "$dir/a.img" "$src/tests/guest/devices/detect.asm" || exit 1
truncate -s 1474560 "$dir/a.img"

# What each answers, in one line. Flags: after writing 0 and 7 to bits 12-14.
# The queue is seen up to the 186: see cpu/queue.h.
early='push_sp new shift_33 0000 mul_zf 0000 aad_16 0012 div_flags changes'
later='shift_33 7fff mul_zf 0001 aad_16 0012 div_flags changes queue 0000'
i386="flags 0002 7002 push_sp old $later fpu 387 sgdt_6 00"
i486="$i386 flag_ac 0001 flag_id 0001"
intel='vendor GenuineIntel'

answer() {
    case $1 in
    8086) echo "flags f002 f002 $early queue 0001 fpu 8087 end" ;;
    186)  echo "flags f002 f002 push_sp new $later fpu 8087 end" |
              sed 's/queue 0000/queue 0001/' ;;
    286)  echo "flags 0002 0002 push_sp old shift_33 7fff mul_zf 0000" \
               "aad_16 0012 div_flags changes queue 0000 fpu 287 sgdt_6 ff" \
               "end" ;;
    386)  echo "$i386 flag_ac 0000 flag_id 0000 reset_dx 0308 end" ;;
    486)  echo "$i486 reset_dx 0435 $intel leaves 0001" \
               "cpuid_1 00000435 00000001 end" ;;
    486,-cpuid) echo "$i386 flag_ac 0001 flag_id 0000 reset_dx 0435 end" ;;
    486dx4) echo "$i486 reset_dx 0480 $intel leaves 0001" \
               "cpuid_1 00000480 00000003 end" ;;
    pentium) echo "$i486 reset_dx 0525 $intel leaves 0001" \
               "cpuid_1 00000525 000001bf end" ;;
    pentium-mmx) echo "$i486 reset_dx 0543 $intel leaves 0001" \
               "cpuid_1 00000543 008001bf end" ;;
    pentiumpro) echo "$i486 reset_dx 0619 $intel leaves 0002" \
               "cpuid_1 00000619 0000f9ff end" ;;
    pentium2) echo "$i486 reset_dx 0634 $intel leaves 0002" \
               "cpuid_1 00000634 0080f9ff end" ;;
    8086,-fpu) echo "flags f002 f002 $early queue 0001 fpu none end" ;;
    386,-fpu) echo "$i386 flag_ac 0000 flag_id 0000 reset_dx 0308 end" |
              sed 's/fpu 387/fpu none/' ;;
    esac
}

engines=$(./isabox -engine help 2>/dev/null | awk '!/nocache/ { print $1 }')
models=$(./isabox -cpu help 2>/dev/null | sed -n 's/^  \([^ ]*\) *Intel.*/\1/p')
for cpu in $models 486,-cpuid 8086,-fpu 386,-fpu; do
    some=plain
    case $long$cpu in long*|8086|286|486|pentium2) some=$engines ;; esac
    for engine in $some; do
        : > "$dir/out"
        ./isabox -cpu "$cpu" -engine $engine -display none -history off \
            -speed max -fda "$dir/a.img" -snapshot -debugcon "file:$dir/out" \
            -device isa-debug-exit,iobase=0xf4,iosize=4 \
            < /dev/null > "$dir/log" 2>&1
        got=$(tr '\n' ' ' < "$dir/out" | sed 's/ $//')
        runs=$((runs + 1))
        [ "$got" = "$(answer "$cpu")" ] && continue
        bad=$((bad + 1))
        printf '%s, %s:\n got: %s\nwant: %s\n' "$cpu" $engine "$got" \
            "$(answer "$cpu")"
    done
done
echo "$runs runs, $bad failed"
[ $bad = 0 ] && [ $runs -ge 13 ]
