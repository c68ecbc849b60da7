# rivals.sh - for bench.sh: who is installed, how each one boots its disks.

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

# What all of them boot: the images fda, fdb and hda (empty: none; the format of
# the last is hda_format), memory of megs MB, drive order; the guest's text comes by port E9 (text=e9) or
# COM1 (text=com). snapshot=1: the images stay as they are.

isabox_run() {
    who=$1; shift
    set -- "$@" "$(build_of "$who")/isabox" -display none -speed max \
        -engine "${who#*/}" -m "$megs" -boot "$order"
    case $text in
    e9)  set -- "$@" -debugcon stdio -serial none ;;
    com) set -- "$@" -debugcon none -serial stdio $isabox_more ;;
    esac
    [ -z "$snapshot" ] || set -- "$@" -snapshot
    [ -z "$fda" ] || set -- "$@" -fda "$fda"
    [ -z "$fdb" ] || set -- "$@" -fdb "$fdb"
    [ -z "$hda" ] || set -- "$@" -hda "$hda"
    "$tmp/mark" "$@"
}

# qemu_drive FILE OPTIONS [FORMAT]: the value of -drive.
qemu_drive() {
    echo "file=$1,format=${3:-raw},$2${snapshot:+,snapshot=on}"
}

qemu_run() {
    set -- "$@" qemu-system-i386 -accel tcg -m "$megs" -display none \
        -vga std -nodefaults -net none -boot "$order" \
        -device isa-debug-exit,iobase=0xf4
    case $text in
    e9)  set -- "$@" -debugcon stdio -no-reboot ;;
    com) set -- "$@" -serial stdio ;;
    esac
    [ -z "$fda" ] || set -- "$@" -drive "$(qemu_drive "$fda" if=floppy,index=0)"
    [ -z "$fdb" ] || set -- "$@" -drive "$(qemu_drive "$fdb" if=floppy,index=1)"
    [ -z "$hda" ] || set -- "$@" -drive "$(qemu_drive "$hda" if=ide $hda_format)"
    "$tmp/mark" "$@"
}

# bochs_drives: the lines of a bochsrc for the images.
bochs_drives() {
    [ -z "$fda" ] || echo "floppya: 1_44=$fda, status=inserted"
    [ -z "$fdb" ] || echo "floppyb: $(floppy_kind "$fdb")=$fdb, status=inserted"
    [ -n "$hda" ] || return 0
    echo 'ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14'
    echo "ata0-master: type=disk, path=$hda, mode=flat, cylinders=$(
        cylinders "$hda"), heads=16, spt=63"
}

bochs_run() {
    case $order in
    a) first=floppy ;;
    c) first=disk ;;
    esac
    { cat <<END
display_library: rfb, options="timeout=0"
romimage: file=${BENCH_BOCHS:-/usr/share/bochs}/BIOS-bochs-latest
vgaromimage: file=${BENCH_BOCHS:-/usr/share/bochs}/VGABIOS-lgpl-latest
megs: $megs
cpu: ips=100000000
clock: sync=none
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
boot: $first
mouse: enabled=0
log: /dev/null
END
      bochs_drives
      case $text in
      e9)  echo 'port_e9_hack: enabled=1' ;;
      com) echo 'com1: enabled=1, mode=file, dev=/dev/stdout' ;;
      esac
    } > "$tmp/bochsrc"
    "$tmp/mark" "$@" bochs -q -f "$tmp/bochsrc" -rc "$tmp/bochs.rc"
}

dosbox_run() {
    core=$1; shift
    { cat <<END
[sdl]
output=surface
waitonerror=false
[dosbox]
memsize=$megs
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
END
      [ -z "$hda" ] ||
          echo "imgmount 2 $hda -t hdd -fs none -size 512,63,16,$(
              cylinders "$hda")"
      echo "boot $fda $fdb -l $order"
    } > "$tmp/dosbox.conf"
    "$tmp/mark" -l $port "$@" dosbox -conf "$tmp/dosbox.conf" -noconsole
}

cylinders() { echo $(($(stat -c %s "$1") / 516096)); }

floppy_kind() {
    case $(stat -c %s "$1") in
    737280)  echo 720k ;;
    1228800) echo 1_2 ;;
    *)       echo 1_44 ;;
    esac
}

# rival_boot WHO MARK-OPTIONS...
rival_boot() {
    who=$1; shift
    case $who in
    qemu)       qemu_run "$@" ;;
    bochs)      bochs_run "$@" ;;
    dosbox)     dosbox_run normal "$@" ;;
    dosbox-dyn) dosbox_run dynamic "$@" ;;
    */*)        isabox_run "$who" "$@" ;;
    esac
}

# rival_run WHO IMAGE MARK-OPTIONS...: a floppy that writes to port E9.
rival_run() {
    fda=$2 fdb= hda= megs=16 order=a text=e9 snapshot=1
    who=$1; shift 2
    rival_boot "$who" "$@"
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
