#!/bin/sh
# edd.sh - what our BIOS's INT 13h extensions tell of two disks (edd.asm), on
# the ISA bus and on PCI: sizes, fields, path, checksums; with "qemu" the same
# of SeaBIOS in QEMU, as far as it says the same. usage: edd.sh SOURCE_DIR
# [qemu]
src=$1 qemu=$2
nasm=${NASM:-nasm}
command -v "$nasm" > /dev/null || { echo 'nasm is not installed'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
complain() { echo "edd.sh: $*"; bad=1; }

"$nasm" -f bin -o "$dir/a.img" "$src/tests/guest/devices/edd.asm" || exit 1
truncate -s 1474560 "$dir/a.img"
truncate -s 20M "$dir/small.img"        # 40/16/63
truncate -s 9000M "$dir/large.img"      # more than 16383 cylinders

ours() {                                # machine
    rm -f "$dir/$1"
    timeout 60 ./isabox -M "$1" -display none -speed max -snapshot \
        -fda "$dir/a.img" -hda "$dir/small.img" -hdb "$dir/large.img" -boot a \
        -debugcon "file:$dir/$1" -device isa-debug-exit,iobase=0xf4,iosize=1 \
        < /dev/null > "$dir/log" 2>&1
    [ -s "$dir/$1" ] || complain "$1: $(cat "$dir/log")"
}

# In our lines: bytes as they follow the size; `path` from 24h on.
small=0b0028000000100000003f00000000a00000000000000002
large=0900ff3f0000100000003f00000000401901000000000002
isa=49534120415441202020202 pci=50434920415441202020202
expect() {                              # machine line...
    machine=$1
    shift
    for line; do
        grep -q "^$line" "$dir/$machine" ||
            complain "$machine: no line '$line'"
    done
}
both() {
    expect "$1" '41 30 aa55 0005 0' '41 01 55aa eeee 1' \
        '48 0010 01 1 1000a5' '48 0019 01 1 1900a5' \
        "48 001a 00 0 1a00${small}a5a5" "48 001d 00 0 1a00${small}a5a5" \
        "48 001e 00 0 1e00${small}7000c09fa5" \
        "48 0041 00 0 1e00${small}7000c09fa5" \
        "48 0042 00 0 4200${small}7000c09fddbe24000000" \
        "48 0100 00 0 4200${large}7000c09fddbe24000000" \
        'dpte: f001f603e0000e00000010' 'dpte: f001f603f0000e00000018020000' \
        '42 00 00 00 0 0002' '43 02 00 02 0 0002' '43 03 01 03 1' \
        '44 00 00 00 0 0002' '45 00 00 00 0' '46 00 b2 00 1' '47 00 00 00 0' \
        '49 00 00 00 0' '4e 00 00 00 0' '4e 02 00 00 0' '4e 05 01 05 1' \
        '4e 06 00 00 0' '4e 07 01 07 1'
}
ours isapc
both isapc
expect isapc "48 0042 .*${isa}0f0010000000000000000000000000000" \
    "48 0042 .*${isa}0f0010000000000000100000000000000"
ours pc
both pc
expect pc "48 0042 .*${pci}00001010000000000000000000000000" \
    "48 0042 .*${pci}00001010000000000010000000000000"

# A CD that was booted from: locks are counted, and while there is one it stays
# in; without a disc it is not ready.
if command -v genisoimage > /dev/null; then
    mkdir "$dir/cd"
    "$nasm" -f bin -DCD -o "$dir/cd/boot" "$src/tests/guest/devices/edd.asm" &&
        genisoimage -quiet -no-emul-boot -boot-load-size 4 -b boot \
            -o "$dir/a.iso" "$dir/cd" || exit 1
    timeout 60 ./isabox -M pc -display none -speed max -boot d \
        -cdrom "$dir/a.iso" -debugcon "file:$dir/cdrom" \
        -device isa-debug-exit,iobase=0xf4,iosize=1 \
        < /dev/null > "$dir/log" 2>&1
    disc=7400000000000000000000000000ffffffffffffffff0008
    expect cdrom '41 30 aa55 0007 0' "48 001a 00 0 1a00${disc}a5a5" \
        "48 0042 00 0 4200${disc}7000c09fddbe24000000504349204154415049" \
        'dpte: 70017603a0000f00000060' '42 00 00 00 0' '43 00 03 00 1'
    sed -n '/^45/,$p' "$dir/cdrom" | cut -c1-13 | tr '\n' ';' > "$dir/one"
    [ "$(cat "$dir/one")" = "$(printf '%s ;' '45 01 b0 01 1' '45 02 00 00 0' \
        '45 00 00 01 0' '45 00 00 01 0' '45 02 00 01 0' '46 00 b1 00 1' \
        '45 01 00 01 0' '45 01 00 00 0' '45 02 00 00 0' '45 03 01 03 1' \
        '47 00 00 00 0' '49 00 00 00 0' '46 00 00 00 0' '49 00 aa 00 1' |
        sed 's/ ;/;/g')" ] || complain "CD: $(cat "$dir/one")"
fi

# Sums of the path and of the extension are 0.
sums() {
    awk -v name="$1" '
        function digit(s, i) { return index(h, substr(s, i, 1)) - 1 }
        function sum(s, first, last,    i, n) {
            for (i = first; i <= last; i++)
                n += 16 * digit(s, 2 * i + 1) + digit(s, 2 * i + 2)
            return n % 256
        }
        BEGIN { h = "0123456789abcdef" }
        /^48 (0042|0100) 00/ { n++; if (sum($5, 30, 65)) bad = 1 }
        /^dpte/ { n++; if (sum($2, 0, 15)) bad = 1 }
        END { if (bad || !n) print "edd.sh: " name ": checksums" }
    ' "$dir/$1"
}
[ -z "$(sums isapc)$(sums pc)" ] || complain "$(sums isapc) $(sums pc)"

# SeaBIOS: without flags (bytes 2, 3), the pointer (1Ah-1Dh), the size it gives
# for 42h and the last two bytes; of DPTEs ports, translation and revision.
alike() {
    sed -n -e 's/^48 \(001[ae]\) 00 0 \(....\)....\(.\{44\}\).*/\1 \2 \3/p' \
        -e 's/^48 0042 00 0 ........\(.\{44\}\)........\(.\{68\}\).*/\1 \2/p' \
        -e 's/^dpte: \(.\{10\}\).*\(....\)000011..$/\1 \2/p' \
        -e '/^48 001[09] /p' -e 's/^\(4[2479] 00 .. .. .\).*/\1/p' \
        -e '/^46/p' "$1"
}
for machine in ${qemu:+isapc pc}; do
    command -v qemu-system-i386 > /dev/null ||
        { echo 'no QEMU (Debian: qemu-system-x86)'; exit 77; }
    timeout 60 qemu-system-i386 -M $machine -display none -snapshot -boot a \
        -drive file="$dir/a.img",format=raw,if=floppy \
        -drive file="$dir/small.img",format=raw,if=ide,index=0 \
        -drive file="$dir/large.img",format=raw,if=ide,index=1 \
        -debugcon "file:$dir/sea" -global isa-debugcon.iobase=0xe9 \
        -device isa-debug-exit,iobase=0xf4,iosize=1 < /dev/null
    alike "$dir/$machine" > "$dir/one"
    alike "$dir/sea" > "$dir/two"
    [ "$(grep -c . "$dir/one")" -ge 28 ] || complain "$machine: too few lines"
    diff "$dir/one" "$dir/two" || complain "$machine: SeaBIOS says otherwise"
done
exit $bad
