# rivals.sh - for bench.sh: who is installed, how each one boots a floppy.

seabios=${BENCH_SEABIOS:-/usr/share/seabios/bios.bin}
seavga=${BENCH_SEAVGA:-/usr/share/seabios/vgabios-isavga.bin}
port=$((20000 + $$ % 20000))            # DOSBox's serial port comes here
SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy
export SDL_VIDEODRIVER SDL_AUDIODRIVER

rivals_find() {
    rivals=
    for r in ${BENCH_RIVALS:-qemu bochs dosbox dosbox-dyn}; do
        case $r in
        qemu)    p=qemu-system-i386 ;;
        bochs)   p=bochs ;;
        dosbox*) p=dosbox ;;
        none)    continue ;;
        *)       say "no rival '$r'"; exit 2 ;;
        esac
        command -v $p >/dev/null && rivals="$rivals $r"
    done
    echo c > "$tmp/bochs.rc"
}

# build_of NAME/ENGINE: the folder.
build_of() {
    for b in $builds; do
        [ "${b%%=*}" = "${1%/*}" ] && echo "${b#*=}"
    done
}

isabox_run() {
    who=$1 image=$2; shift 2
    "$tmp/mark" "$@" "$(build_of "$who")/isabox" -display none -speed max \
        -engine "${who#*/}" -m 16 -debugcon stdio -serial none -snapshot \
        -boot a -fda "$image"
}

qemu_run() {
    image=$1; shift
    "$tmp/mark" "$@" qemu-system-i386 -accel tcg -m 16 -display none \
        -vga std -nodefaults -net none -debugcon stdio -boot a -no-reboot \
        -device isa-debug-exit,iobase=0xf4 \
        -drive file="$image",format=raw,if=floppy,snapshot=on
}

bochs_run() {
    image=$1; shift
    cat > "$tmp/bochsrc" <<END
display_library: rfb, options="timeout=0"
romimage: file=${BENCH_BOCHS:-/usr/share/bochs}/BIOS-bochs-latest
vgaromimage: file=${BENCH_BOCHS:-/usr/share/bochs}/VGABIOS-lgpl-latest
megs: 16
cpu: ips=100000000
clock: sync=none
boot: floppy
floppya: 1_44=$image, status=inserted
port_e9_hack: enabled=1
mouse: enabled=0
log: /dev/null
END
    "$tmp/mark" "$@" bochs -q -f "$tmp/bochsrc" -rc "$tmp/bochs.rc"
}

dosbox_run() {
    core=$1 image=$2; shift 2
    cat > "$tmp/dosbox.conf" <<END
[sdl]
output=surface
waitonerror=false
[dosbox]
memsize=16
[cpu]
core=$core
cycles=max
[mixer]
nosound=true
[midi]
mpu401=none
mididevice=none
[sblaster]
sbtype=none
[speaker]
pcspeaker=false
[joystick]
joysticktype=none
[serial]
serial1=nullmodem server:127.0.0.1 port:$port transparent:1
[autoexec]
boot $image -l a
END
    "$tmp/mark" -l $port "$@" dosbox -conf "$tmp/dosbox.conf" -noconsole
}

# rival_run WHO IMAGE MARK-OPTIONS...
rival_run() {
    who=$1 image=$2; shift 2
    case $who in
    qemu)       qemu_run "$image" "$@" ;;
    bochs)      bochs_run "$image" "$@" ;;
    dosbox)     dosbox_run normal "$image" "$@" ;;
    dosbox-dyn) dosbox_run dynamic "$image" "$@" ;;
    */*)        isabox_run "$who" "$image" "$@" ;;
    esac
}

# rival_seabios WHO: from power on to SeaBIOS's last word.
rival_seabios() {
    text='No bootable device'
    case $1 in
    qemu)
        "$tmp/mark" -s '' -e -d "$text" qemu-system-i386 -accel tcg -m 16 \
            -display none -vga std -nodefaults -net none -bios "$seabios" \
            -chardev stdio,id=d -device isa-debugcon,iobase=0x402,chardev=d ;;
    */*)
        echo "expect 60s \"$text\"" > "$tmp/seabios.script"
        "$tmp/mark" -s '' -d '' "$(build_of "$1")/isabox" -display none \
            -speed max -engine "${1#*/}" -m 16 -bios "$seabios" \
            -vgabios "$seavga" -script "$tmp/seabios.script" ;;
    esac
}

version_of() {
    case $1 in
    qemu)   qemu-system-i386 --version | sed -n '1s/.*version/QEMU/p' ;;
    bochs)  p=$(dpkg-query -W -f='${Version}' bochs 2>/dev/null)
            echo "Bochs ${p:-?} (as packaged)" ;;
    dosbox) dosbox -version 2>/dev/null |
                sed -n 's/^DOSBox version \([^,]*\),.*/DOSBox \1/p' ;;
    esac
}

# describe: date, machine, versions.
describe() {
    echo "$(date -u +%Y-%m-%d), $(sed -n 's/^model name[^:]*: //p' \
        /proc/cpuinfo | head -n 1), $(nproc) CPUs, $(uname -sr)."
    for b in $builds; do
        c=${b%%=*}
        echo "isabox $c: $($c --version 2>/dev/null | head -n 1)."
    done
    for r in $rivals; do
        v=$(version_of "$r")
        [ -z "$v" ] || echo "$v."
    done
    echo "Load average $(cut -d' ' -f1-3 /proc/loadavg), CPU time," \
        "$pick of $runs runs."
    echo
}
