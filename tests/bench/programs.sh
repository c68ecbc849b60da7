# programs.sh - for bench.sh: programs that people run, each with its system.
#
# A set is one run of a machine: SET_build makes its disks once, and sets fda,
# fdb, hda, megs, order and seconds (then a rival is given up). The guest says on
# COM1 START (the clock starts anew), at the end of each row STOP and "LAP row
# sum", or only the latter, and at last DONE. Where no START was said the clock
# runs from power on. A rival whose sum is another one did not run the program.
#
# BENCH_IMAGES   a folder with freedos-1440K.img, freedos722.img,
#                freedos13-floppy.img, elks-1440K.img
# BENCH_LINUX    a folder with Linux and its first disk: linux, initrd.gz
# BENCH_MODULES  the folder /lib/modules/VERSION of that kernel's package
images=${BENCH_IMAGES:-$src/../shared/images}
[ -d "$images" ] || images=${SHARED:-/nowhere}/images
installer=/usr/lib/debian-installer/images/12/i386/text
linux=${BENCH_LINUX:-$installer/debian-installer/i386}
modules=${BENCH_MODULES:-/nowhere}
. "$src/tests/lib/fatdisk.sh"

# program_rows [NAME]: all rows, or those that are or whose set is NAME.
program_rows() {
    awk -v k="${1:-}" '!/^#/ && (k == "" || $1 == k || $2 == k) { print $1 }' \
        "$bench/programs"
}

# program_field NAME N: the N-th field of a row.
program_field() {
    awk -v k="$1" -v n="$2" '$1 == k { print $n }' "$bench/programs"
}

# wanted NAME: is the row to be run?
wanted() {
    case " $programs " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

# needs FILE|COMMAND ...: false, with a line, when one is not there.
needs() {
    for n; do
        case $n in
        /*) [ -r "$n" ] ;;
        *)  command -v "$n" > /dev/null ;;
        esac || { say "$set: left out: no $n"; return 1; }
    done
}

# ---- programs with no system: floppies as the kernels are ----

# flat_assemble NAME FLAGS...: the set's floppy from program/NAME.asm
flat_assemble() {
    name=$1; shift
    $NASM -f bin -I "$bench/kernel/" -I "$bench/program/" -I "$tmp/" "$@" \
        -o "$tmp/$set.img" "$bench/program/$name.asm" &&
        truncate -s 1440K "$tmp/$set.img" && fda=$tmp/$set.img
}

# render_assemble FLAGS...
render_assemble() {
    : "${CC386:=$(c_kernel_compiler)}"
    [ -n "$CC386" ] || { say "$set: left out: no compiler for a 386"; return 1; }
    $NASM -f elf32 "$@" -o "$tmp/columns.o" "$bench/program/columns.asm" &&
        $CC386 $c_kernel_flags "$@" -c -o "$tmp/render.o" \
            "$bench/program/render.c" &&
        ld -m elf_i386 -T "$bench/program/render.ld" -o "$tmp/render.bin" \
            "$tmp/render.o" "$tmp/columns.o" &&
        flat_assemble render "$@" -DCODE_FILE="'$tmp/render.bin'"
}

render13_build() { render_assemble; }
renderx_build() { render_assemble -DMODEX; }

unpack_build() {
    tool program/pack && program_assemble payload bin &&
        "$tmp/pack" 0x5a3c < "$tmp/payload.bin" > "$tmp/packed.bin" &&
        flat_assemble unpack -DCODE_FILE="'$tmp/packed.bin'" \
            -DSIZE=$(stat -c %s "$tmp/payload.bin")
}

gui_build() { flat_assemble gui; }

# ---- DOS: FreeDOS from A:, programs and their files on C: ----

# dos_boot: the floppy that runs C:\RUN.BAT; SAY and SUM are on it.
dos_boot() {
    needs mcopy "$images/freedos-1440K.img" || return
    [ -f "$tmp/dos.img" ] && return
    for p in say sum; do
        program_assemble $p com || return
    done
    printf '@echo off\r\nC:\r\n\\RUN.BAT\r\n' > "$tmp/autoexec.bat"
    cp "$images/freedos-1440K.img" "$tmp/dos.img" &&
        chmod u+w "$tmp/dos.img" &&
        mcopy -o -i "$tmp/dos.img" "$tmp/autoexec.bat" "$tmp/say.com" \
            "$tmp/sum.com" ::
}

# program_assemble NAME TYPE: $tmp/NAME.TYPE
program_assemble() {
    $NASM -f bin -I "$bench/program/" -I "$bench/kernel/" -I "$tmp/" \
        -o "$tmp/$1.$2" "$bench/program/$1.asm"
}

# dos_disk IMAGE FILE ...: C: with these, and run.bat from standard input.
dos_disk() {
    sed 's/$/\r/' > "$tmp/run.bat"
    disk=$1; shift
    fat_disk "$disk" 120 && mcopy -i "$disk@@$at" "$tmp/run.bat" "$@" ::
}

nasm_build() {
    dos_boot && needs "$images/freedos722.img" || return
    mcopy -n -o -i "$images/freedos722.img" ::nasm.exe "$tmp" &&
        awk -v lines=20000 -f "$bench/program/source.awk" > "$tmp/big.asm" &&
        dos_disk "$tmp/nasm.img" "$tmp/nasm.exe" "$tmp/big.asm" <<'END'
A:\SAY START
NASM -f bin -o BIG.BIN BIG.ASM
A:\SAY STOP
A:\SUM nasm BIG.BIN
A:\SAY DONE
END
    fda=$tmp/dos.img hda=$tmp/nasm.img
}

pascal_build() {
    dos_boot && program_assemble pascal com &&
        dos_disk "$tmp/pascal.img" "$tmp/pascal.com" <<'END'
A:\SAY START
PASCAL
A:\SAY STOP
A:\SUM pascal OUT.TXT
A:\SAY DONE
END
    fda=$tmp/dos.img hda=$tmp/pascal.img
}

# A new disk: its partition, its file system, then a file. The machine starts a
# second time after FDISK.
fdisk_build() {
    dos_boot && needs "$images/freedos13-floppy.img" || return
    program_assemble reboot com &&
        mcopy -n -o -i "$images/freedos13-floppy.img" \
            ::freedos/bin/fdisk.exe ::freedos/bin/fdisk.ini \
            ::freedos/bin/format.exe "$tmp" &&
        printf 'YES\r\n\r\nN\r\n' > "$tmp/yes" &&
        sed 's/$/\r/' > "$tmp/autoexec.bat" <<'END' &&
@echo off
IF EXIST A:\SECOND GOTO FORMAT
SAY START
FDISK /AUTO 1
ECHO 2 > A:\SECOND
REBOOT
:FORMAT
FORMAT C: /U /V:TEST < A:\YES
SAY STOP
COPY A:\FORMAT.EXE C:\
IF EXIST C:\FORMAT.EXE SAY LAP fdisk ok
SAY DONE
END
        cp "$tmp/dos.img" "$tmp/fdisk-a.img" &&
        mcopy -o -i "$tmp/fdisk-a.img" "$tmp/autoexec.bat" \
            "$tmp/reboot.com" "$tmp/fdisk.exe" "$tmp/fdisk.ini" \
            "$tmp/format.exe" "$tmp/yes" :: &&
        rm -f "$tmp/fdisk.img" && truncate -s 33030144 "$tmp/fdisk.img"
    fda=$tmp/fdisk-a.img hda=$tmp/fdisk.img
}

# 20 MB of numbers.
cp_build() {
    dos_boot && seq 2700000 | head -c 20000000 > "$tmp/big.txt" &&
        dos_disk "$tmp/cp.img" "$tmp/big.txt" <<'END'
A:\SAY START
COPY BIG.TXT COPY.TXT
A:\SAY STOP
A:\SUM cp COPY.TXT
A:\SAY DONE
END
    fda=$tmp/dos.img hda=$tmp/cp.img
}

# The same file, read in one go, then here and there, with writes.
disk_image() {
    dos_boot && program_assemble seek com &&
        seq 2700000 | head -c 20000000 > "$tmp/big.txt" &&
        dos_disk "$tmp/disk.img" "$tmp/big.txt" "$tmp/seek.com" <<END
A:\SAY START
COPY /Y /B BIG.TXT NUL
A:\SAY STOP
A:\SAY LAP $1read ok
A:\SAY START
SEEK BIG.TXT
A:\SAY STOP
A:\SUM $1seek BIG.TXT
A:\SAY DONE
END
}

disk_build() {
    disk_image d || return
    fda=$tmp/dos.img hda=$tmp/disk.img seconds=600
}

diskq_build() {
    needs qemu-img && disk_image q &&
        qemu-img convert -O qcow2 "$tmp/disk.img" "$tmp/disk.qcow2" || return
    fda=$tmp/dos.img hda=$tmp/disk.qcow2 hda_format=qcow2 seconds=600
}

# ---- ELKS: its start's program is written over ----

elks_build() {
    needs "$images/elks-1440K.img" || return
    cp "$images/elks-1440K.img" "$tmp/elks.img" && chmod u+w "$tmp/elks.img" &&
        elks_replace '# System initialization script' 666 \
            < "$bench/program/elks.sh" &&
        echo 'init=/bin/sh /etc/rc.sys' |
        elks_replace '#LOCALIP=10.0.2.16' 36 || return
    fda=$tmp/elks.img
}

# elks_replace TEXT SIZE: at the first place of the text on ELKS's floppy there
# is now what comes by standard input, and blanks up to SIZE bytes.
elks_replace() {
    place=$(LC_ALL=C grep -abo "$1" "$tmp/elks.img" | head -n 1 | cut -d: -f1)
    [ -n "$place" ] && awk -v size="$2" '{ text = text $0 "\n" }
        END { printf "%s%*s\n", text, size - 1 - length(text), "" }' |
        dd of="$tmp/elks.img" bs=1 seek="$place" conv=notrunc status=none
}

# ---- Linux: Debian's kernel, its installer's shell and tools ----

# linux_root FOLDER: the root of the first disk, as little of it as is needed.
linux_root() {
    rm -rf "$1" && mkdir -p "$1" && (cd "$1" && zcat "$linux/initrd.gz" |
        cpio -id --quiet bin/busybox 'lib/ld-linux.so.2' \
            'lib/i386-linux-gnu/ld-linux.so.2' \
            'lib/i386-linux-gnu/libc.so.6' 2>/dev/null
     mkdir -p dev proc tmp && gzip -9n < lib/i386-linux-gnu/libc.so.6 > data.gz)
}

# linux_init SUM: the first program; data.gz becomes data of that sum.
linux_init() {
    sed "s/@SUM@/$1/" "$bench/program/linux.sh"
    for row in gunzip awk copy calls; do
        ! wanted $row || echo "row $row"
    done
    echo 'say DONE; $b sleep 1000'
}

linux_build() {
    needs mcopy cpio syslinux "$syslinux_mbr" "$linux/linux" \
        "$linux/initrd.gz" || return
    linux_root "$tmp/root" &&
        linux_init "$(md5sum < "$tmp/root/lib/i386-linux-gnu/libc.so.6" | cut -c1-32)" \
            > "$tmp/root/init" &&
        chmod +x "$tmp/root/init" &&
        (cd "$tmp/root" && find . | sort | cpio -o -H newc --quiet) |
            gzip > "$tmp/initrd" &&
        linux_disk "$tmp/linux.img" 64 "$linux/linux" "$tmp/initrd" \
            'console=ttyS0,115200 nomodeset panic=-1' || return
    hda=$tmp/linux.img order=c megs=128 seconds=400
    isabox_more='-M pc -cpu pentium2'
}

# Its drivers are not in the kernel: BENCH_MODULES.
# ldisk_root FOLDER: also the drivers, and lseek.
ldisk_root() {
    linux_root "$1" || return
    linux_take_drivers "$modules" "$1/m" $linux_drivers ||
        { say "$set: left out: no $lacking.ko"; return 1; }
    $NASM -f elf32 -o "$tmp/lseek.o" "$bench/program/lseek.asm" &&
        ld -m elf_i386 -o "$1/lseek" "$tmp/lseek.o"
}

ldisk_init() {
    cat "$bench/program/linux.sh"
    sed "s/@DRIVERS@/$(echo $linux_drivers)/" "$bench/program/linuxdisk.sh"
    for row in lread lwrite lseek; do
        ! wanted $row || echo "row $row"
    done
    echo 'say DONE; $b sleep 1000'
}

ldisk_build() {
    needs mcopy cpio syslinux "$syslinux_mbr" "$linux/linux" \
        "$linux/initrd.gz" "$modules/kernel" && ldisk_root "$tmp/droot" &&
        ldisk_init > "$tmp/droot/init" && chmod +x "$tmp/droot/init" &&
        (cd "$tmp/droot" && find . | sort | cpio -o -H newc --quiet) |
            gzip > "$tmp/initrd" &&
        linux_disk "$tmp/ldisk.img" 64 "$linux/linux" "$tmp/initrd" \
            'console=ttyS0,115200 nomodeset panic=-1' &&
        seq 9999999 | head -c 48234496 |
            dd of="$tmp/ldisk.img" bs=1M seek=40 conv=notrunc status=none &&
        truncate -s 140M "$tmp/ldisk.img" || return
    hda=$tmp/ldisk.img order=c megs=128 seconds=900
    isabox_more='-M pc -cpu pentium2'
}

# ---- the measurement ----

# program_sets: those with a wanted row, each once.
program_sets() {
    for p in $programs; do
        program_field $p 2
    done | awk '!seen[$0]++'
}

# program_copy IMAGE: the copy that a run may write to.
program_copy() {
    [ -z "$1" ] && return
    rm -f "$tmp/run-${1##*/}.lock"      # Bochs's, when it was ended
    cp --sparse=always "$1" "$tmp/run-${1##*/}" && echo "$tmp/run-${1##*/}"
}

# set_run SET WHO: "row who CPU-ns" lines into done, what failed into notes.
set_run() {
    set=$1 who=$2
    fda=$(program_copy "$set_fda") fdb=$(program_copy "$set_fdb")
    hda=$(program_copy "$set_hda")
    text=com snapshot=
    rival_boot "$who" -m -t "$seconds" > "$tmp/laps" 2> "$tmp/err" ||
        say "$set on $who: $(tail -c 200 "$tmp/err" | tr '\n\r' '  ')"
    for p in $programs; do
        [ "$(program_field $p 2)" = "$set" ] || continue
        awk -v p=$p -v who="$who" -v sum="$(program_field $p 3)" '
            $1 == "DONE" { $1 = p }     # a set of one row
            $1 == p && $2 == sum { print p, who, $3; found = 1 }
            $1 == p && $2 != sum { wrong = 1 }
            END { if (!found) print p, who, wrong ? "sum" : "failed" > notes }' \
            notes="$tmp/failed" "$tmp/laps" >> "$tmp/done"
    done
    [ ! -f "$tmp/failed" ] || cat "$tmp/failed" >> "$tmp/notes"
    rm -f "$tmp/failed"
}

# A rival that failed once is not run again.
set_measure() {
    for i in $(seq "$runs"); do
        for who in $judged $rivals; do
            case " $given_up " in
            *" $who "*) continue ;;
            esac
            case $hda_format-$who in    # who can't open it
            qcow2-bochs|qcow2-dosbox*) continue ;;
            esac
            set_run "$1" "$who"
            [ -s "$tmp/laps" ] || given_up="$given_up $who"
        done
    done
}

# Only the best engine of each build runs the programs.
programs_measure() {
    programs=$(echo ${BENCH_PROGRAMS:-$(program_rows)})
    [ "$programs" = none ] && return
    judged=$(for o in $ours; do
        [ "${o#*/}" = "${best#*/}" ] && echo "$o"
    done)
    for set in $(program_sets); do
        fda= fdb= hda= hda_format=raw megs=16 order=a seconds=120 given_up=
        isabox_more=
        "${set}_build" || { say "$set: left out"; continue; }
        set_fda=$fda set_fdb=$fdb set_hda=$hda
        say "$set"
        set_measure "$set"
    done
}
