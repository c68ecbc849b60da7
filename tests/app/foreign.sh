#!/bin/sh
# foreign.sh - other people's BIOSes on this machine, and this BIOS on other
# people's machines.
#
# usage: foreign.sh bios NAME IMAGE SOURCE_DIR       seabios, bochs-legacy or
#                                                    bochs-latest boots IMAGE
#        foreign.sh machine NAME SOURCE_DIR          our BIOS in qemu or bochs
# In a build folder. 77 when a package or an image is missing.
what=$1 name=$2
work=${TMPDIR:-/tmp}/isabox-foreign.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work" || exit 2
skip() { echo "$*"; exit 77; }
have() { command -v "$1" >/dev/null 2>&1; }
isabox=$(pwd)/isabox

# ---- a foreign BIOS here ----

# What the screen shows when a disk is up.
prompt_of() {
    case $1 in
    elks*)      printf '%s\n' 'expect 120s "Mounted root"' 'expect 60s "# "' ;;
    freedos13*) printf '%s\n' 'expect 120s "proceed [Y,N]?"' ;;
    *)          printf '%s\n' 'expect 120s "A:\\>"' ;;
    esac
}

bios() {
    image=$1
    case $name in
    seabios) b=/usr/share/seabios/bios.bin
             v=/usr/share/seabios/vgabios-isavga.bin p='seabios' ;;
    bochs-*) b=/usr/share/bochs/BIOS-$name
             v=/usr/share/vgabios/vgabios.bin p='bochsbios and vgabios' ;;
    esac
    [ -f "$b" ] && [ -f "$v" ] || skip "no $b with $v (Debian: $p)"
    [ -f "$image" ] || skip "no $image"
    prompt_of "$(basename "$image")" > "$work/script"
    timeout 300 "$isabox" -display none -script "$work/script" -snapshot \
        -bios "$b" -vgabios "$v" -fda "$image"
}

# ---- our BIOS elsewhere: DOS says over COM1 that it is up ----

make_floppy() {
    image=$images/freedos-1440K.img
    [ -f "$image" ] || skip "no $image"
    have mcopy || skip 'no mcopy (Debian: mtools)'
    cp "$image" "$work/fd.img" && chmod u+w "$work/fd.img"
    # mov dx,8900; mov si,text; mov cx,8; rep outsb; out f4,al; hlt
    printf '\272\0\211\276\17\1\271\10\0\374\363\156\346\364\364Shutdown' \
        > "$work/OFF.COM"
    printf '@ECHO OFF\r\nECHO UP AND RUNNING > COM1\r\nOFF\r\n' \
        > "$work/AUTOEXEC.BAT"
    mcopy -o -i "$work/fd.img" "$work/OFF.COM" "$work/AUTOEXEC.BAT" ::/
}

up() {
    grep -q 'UP AND RUNNING' "$work/com1" 2>/dev/null && return
    echo "DOS did not come up; COM1 sent:"
    cat "$work/com1"
    return 1
}

in_qemu() {
    have qemu-system-i386 || skip 'no QEMU (Debian: qemu-system-x86)'
    make_floppy
    timeout -k 5 60 qemu-system-i386 -M isapc -m 16 -accel tcg -display none \
        -nodefaults -vga std -bios "$src/roms/images/bios.bin" \
        -device "loader,file=$src/roms/images/vgabios.bin,addr=0xc0000,force-raw=on" \
        -device isa-debug-exit,iobase=0xf4,iosize=1 -serial "file:$work/com1" \
        -drive "file=$work/fd.img,format=raw,if=floppy" < /dev/null
    up
}

in_bochs() {
    have bochs || skip 'no Bochs (Debian: bochs bochs-term)'
    have script || skip 'no script, which gives Bochs a terminal'
    make_floppy
    cat > "$work/bochsrc" <<END
config_interface: textconfig
display_library: term
memory: guest=16, host=16
romimage: file=$src/roms/images/bios.bin
vgaromimage: file=$src/roms/images/vgabios.bin
floppya: 1_44=$work/fd.img, status=inserted
boot: floppy
com1: enabled=1, mode=file, dev=$work/com1
log: $work/log
panic: action=fatal
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
    echo c > "$work/go"                 # Debian's stops in its debugger
    timeout -k 5 90 script -qec \
        "env TERM=linux bochs -q -f $work/bochsrc -rc $work/go" /dev/null \
        > "$work/out" 2>&1 < /dev/null
    up
}

case $what in
bios)    bios "$3" ;;
machine) src=$(cd "$3" && pwd) || exit 2
         images=${SHARED:-$src/../shared}/images
         in_$name ;;
*)       echo 'usage: foreign.sh bios|machine ...' >&2; exit 2 ;;
esac
