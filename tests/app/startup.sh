#!/bin/sh
# startup.sh - how long from the start of the process to the first
# instruction of a boot sector, and how much memory a 16 MB machine takes:
# isabox beside QEMU and Bochs, where these are installed.
#
# The boot sector switches the machine off at once, so the process's end
# counts too. Memory is what /proc says while the boot sector sits in HLT.
# usage: startup.sh SOURCE_DIR [RUNS]           in a build folder
src=$(cd "$1" && pwd) || exit 2
runs=${2:-11}
isabox=$(pwd)/isabox
work=${TMPDIR:-/tmp}/isabox-startup.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work" && cd "$work" || exit 2
have() { command -v "$1" >/dev/null 2>&1; }

# ---- the floppies: 512 bytes and zeros ----

# boot NAME CODE: CODE with octal escapes
boot() {
    printf "$2" > "$1"
    truncate -s 510 "$1"
    printf '\125\252' >> "$1"
    truncate -s 1474560 "$1"
}

# xor ax,ax; mov ds,ax; cld; mov dx,8900; mov si,text; mov cx,8; rep outsb;
# then isa-debug-exit: mov al,0; out f4,al; hlt
boot off.img '\61\300\216\330\374\272\0\211\276\25\174\271\10\0\363\156\260\0\346\364\364Shutdown'
boot halt.img '\373\364\353\375'        # sti; hlt; jmp back

bochsrc() {                             # FLOPPY
    cat <<END
config_interface: textconfig
display_library: term
memory: guest=16, host=16
romimage: file=/usr/share/bochs/BIOS-bochs-legacy
vgaromimage: file=/usr/share/vgabios/vgabios.bin
floppya: 1_44=$1, status=inserted
boot: floppy
log: /dev/null
panic: action=fatal
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
}
bochsrc off.img > off.bochs
bochsrc halt.img > halt.bochs
echo c > go.bochs                       # Debian's stops in its debugger

# ---- each emulator on a floppy ----

run_isabox() { "$isabox" -m 16 -display none -snapshot $1.img; }
run_qemu() {
    qemu-system-i386 -m 16 -display none -nodefaults -accel tcg -snapshot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        -drive file=$1.img,format=raw,if=floppy $qemu_more
}
run_qemu_isa() { qemu_more='-M isapc' run_qemu "$1"; }
run_bochs() {                           # its terminal needs a terminal
    script -qec "env TERM=linux bochs -q -f $1.bochs -rc go.bochs" /dev/null
}

median() { sort -n | sed -n "$(((runs + 1) / 2))p"; }

# Milliseconds from start to end, the median.
time_of() {
    i=0
    while [ $i -lt "$runs" ]; do
        a=$(date +%s%N)
        "$1" off >/dev/null 2>&1 </dev/null
        b=$(date +%s%N)
        echo $(((b - a) / 10000))
        i=$((i + 1))
    done | median | awk '{ printf "%.1f\n", $1 / 100 }'
}

# Resident kilobytes of the process of that name started here.
resident() {                            # RUN PROCESS
    "$1" halt >/dev/null 2>&1 </dev/null &
    starter=$!
    sleep 3
    for pid in $(descendants $starter); do
        [ "$(cat /proc/$pid/comm 2>/dev/null)" = "$2" ] || continue
        awk '/^VmRSS/ { print $2 }' /proc/$pid/status
    done | tail -n 1
    for pid in $(descendants $starter); do kill -KILL $pid; done 2>/dev/null
    wait $starter 2>/dev/null
}

descendants() {
    for p in "$1" $(cat /proc/$1/task/*/children 2>/dev/null); do
        echo "$p"
        [ "$p" = "$1" ] || descendants "$p"
    done
}

row() {                                 # LABEL RUN PROCESS
    printf '%-34s %10s ms %10s KB\n' "$1" "$(time_of "$2")" \
        "$(resident "$2" "$3")"
}

printf '%-34s %13s %13s\n' "median of $runs" 'to boot sector' 'resident'
row 'isabox' run_isabox isabox
if have qemu-system-i386; then
    row 'QEMU, pc' run_qemu qemu-system-i38
    row 'QEMU, isapc' run_qemu_isa qemu-system-i38
else
    echo 'QEMU: not installed (Debian: qemu-system-x86)'
fi
if have bochs && have script && [ -f /usr/share/vgabios/vgabios.bin ]; then
    row 'Bochs' run_bochs bochs-bin
else
    echo 'Bochs: not installed (Debian: bochs bochs-term bochsbios vgabios)'
fi
exit 0
