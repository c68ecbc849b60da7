#!/bin/sh
# linuxfb.sh - Linux's own drivers of the Cirrus: cirrusfb in each of its depths
# and the newer one of DRM. What a program writes to /dev/fb0 is, dot by dot,
# what the screen shows; the console, whose letters cirrusfb expands by the
# blitter, has the picture that it has in QEMU. Equal states with every engine.
#
# Wants what linuxguest.sh wants, and QEMU for the last.
: "${SRCDIR:=.}"
. "$SRCDIR/tests/lib/linuxguest.sh"
export LC_ALL=C
linux_guest od awk

# pattern DEPTH WIDTH HEIGHT: the bytes of a picture with slopes of every
# colour, and of the sixteen that the console has set in 8 bits.
pattern() {
    awk -v depth="$1" -v w="$2" -v h="$3" 'BEGIN {
        for (y = 0; y < h; y++)
            for (x = 0; x < w; x++) {
                if (depth == 8) {
                    printf "%c", (int(x / 16) + int(y / 16) + x * y) % 16
                } else if (depth == 16) {
                    v = x * 32 % 65536 + y % 32
                    printf "%c%c", v % 256, int(v / 256)
                } else {
                    printf "%c%c%c", x % 256, y % 256, (x + y) % 256
                }
            }
    }'
}

# A root with busybox, both drivers and the pictures.
drivers='cirrusfb syscopyarea sysfillrect sysimgblt fb_sys_fops drm
    drm_kms_helper drm_shmem_helper cirrus'
linux_tree lb-root 'sh insmod mount cat echo sleep seq dd grep poweroff' \
    "$drivers"
for d in 8 16 24; do
    pattern $d 640 480 > lb-root/p$d
done
pattern 16 1024 768 > lb-root/pdrm
[ "$(wc -c < lb-root/p24)" -eq $((640 * 480 * 3)) ] || skip 'awk with bytes'
cat > lb-root/init <<'INIT'
#!/bin/sh
mount -t proc proc /proc; mount -t devtmpfs dev /dev; mount -t sysfs sys /sys
exec > /dev/ttyS0 2>&1
card=/sys/class/graphics/fb0
# shows NAME: it is on the screen for some seconds.
shows() {
    echo "$1: $(cat $card/name) $(cat $card/bits_per_pixel)" \
        "$(cat $card/virtual_size) $(cat $card/stride)"
    sleep 1; echo "shown: $1."; sleep 6
}
quiet() {
    echo 0 > /sys/class/graphics/fbcon/cursor_blink
    printf '\033[2J\033[?25l\033[9;0]' > /dev/tty1
    sleep 1
}
console() {
    printf '\033[2J\033[H' > /dev/tty1
    for i in $(seq 1 60); do
        printf '\033[3%dmline %d \033[4%dm of many\033[0m %s\n' $((i % 8)) \
            $i $((i / 8)) 'The quick brown fox jumps over the lazy dog' \
            > /dev/tty1
    done
}
if grep -q card=drm /proc/cmdline; then
    for m in syscopyarea sysfillrect sysimgblt fb_sys_fops drm \
        drm_kms_helper drm_shmem_helper cirrus; do
        insmod /m/$m.ko
    done
    # It takes QEMU's card, by its subsystem; it is told of any other.
    [ -e $card ] || echo 1013 00b8 > /sys/bus/pci/drivers/cirrus/new_id
    sleep 1
    # It leaves the syncs off, by bit 7 of CR17, as that card does not mind.
    printf '\027\203' | dd of=/dev/port bs=1 seek=980
    quiet; cat /pdrm > /dev/fb0; shows drm
    console; shows drmtext
else
    insmod /m/cirrusfb.ko mode_option=640x480-8@60
    for d in 8 16 24; do
        echo $d > $card/bits_per_pixel
        quiet; cat /p$d > /dev/fb0; shows $d
        console; shows text$d
    done
fi
echo all done
poweroff -f
INIT
linux_pack lb-root lb-initrd
img=lb-boot.img
linux_disk $img 61 "$KERNEL" lb-initrd '' || exit 1

# takes CARD: what is shown when this driver runs.
takes() {
    [ "$1" = drm ] && echo drm drmtext && return
    for d in 8 16 24; do echo $d text$d; done
}

# boot CARD ENGINE: what it says in lb-CARD.txt, pictures in lb-here-NAME.ppm,
# the state's hash in $hash.
boot() {
    linux_parameters $img "console=ttyS0,115200 panic=-1 quiet card=$1"
    for p in $(takes "$1"); do
        printf 'expect-serial 200s "shown: %s."\nscreendump %s\n' "$p" \
            "lb-here-$p.ppm"
    done > lb.script
    printf 'expect-serial 100s "all done"\nhash\n' >> lb.script
    rm -f "lb-$1.txt" lb-here-*.ppm
    hash=$(timeout "${LIMIT:-900}" "$ISABOX" -cpu "$CPU" -M pc -vga cirrus \
        -m 128M -engine "$2" -hda $img -boot c -snapshot -display none \
        -serial "file:lb-$1.txt" -no-reboot -script lb.script \
        2> lb.log) ||
        { complain "$1, $2: status $?"; cat lb.log; }
}

# in_qemu CARD: the same there, pictures in lb-qemu-NAME.ppm. Its DAC widens 6
# bits otherwise, so those of 8 bits a dot are not compared.
in_qemu() {
    rm -f lb-qemu.txt lb-qemu-*.ppm && : > lb-qemu.txt
    for p in $(takes "$1"); do
        i=0
        until grep -qF "shown: $p." lb-qemu.txt || [ $((i += 1)) -gt 900 ]; do
            sleep 0.2
        done
        echo "screendump lb-qemu-$p.ppm"
        sleep 2
    done | timeout -k 5 600 qemu-system-i386 -M pc -cpu pentium2 -m 128 \
        -accel tcg -vga cirrus -nodefaults -display none -snapshot \
        -drive "file=$img,format=raw" -serial file:lb-qemu.txt \
        -monitor stdio > lb.log 2>&1 || complain "QEMU, $1: status $?"
}

# dots DEPTH FILE: each dot's red, green and blue, that a card makes of it.
dots() {
    case $1 in
    8)  od -An -v -tu1 -w1 "$2" | awk '{
            split("0 170 0 85 255", level); i = $1; up = int(i / 8) * 85
            r = int(i / 4) % 2 * 170 + up; g = int(i / 2) % 2 * 170 + up
            if (i == 6) g = 85
            print r, g, i % 2 * 170 + up }' ;;
    16) od -An -v -tu2 -w2 "$2" | awk '
            function wide(v, n) { return v * 2 ^ (8 - n) + \
                int(v / 2 ^ (2 * n - 8)) }
            { print wide(int($1 / 2048), 5), wide(int($1 / 32) % 64, 6), \
                wide($1 % 32, 5) }' ;;
    24) od -An -v -tu1 -w3 "$2" | awk '{ print $3, $2, $1 }' ;;
    esac
}

# dots_of PICTURE WIDTH HEIGHT: the same of a PPM, if it is of this size.
dots_of() {
    head -n 2 "$1" | tr '\n' ' ' | grep -q "^P6 $2 $3 " || return
    tail -c $(($2 * $3 * 3)) "$1" | od -An -v -tu1 -w3 |
        awk '{ print $1, $2, $3 }'
}

# compare DEPTH FILE NAME WIDTH HEIGHT: lb-here-NAME.ppm shows the file.
compare() {
    dots "$1" "lb-root/$2" > lb-want
    dots_of "lb-here-$3.ppm" "$4" "$5" > lb-have
    cmp -s lb-want lb-have || complain "lb-here-$3.ppm is not lb-root/$2"
}

check() {
    for line in '8: CL Picasso4 8 640,480 640' \
        '16: CL Picasso4 16 640,480 1280' \
        '24: CL Picasso4 24 640,480 1920'; do
        grep -qF "$line" lb-fb.txt || complain "no '$line' in $OUT/lb-fb.txt"
    done
    for d in 8 16 24; do
        compare $d p$d $d 640 480
    done
    # A level of 170 is 173 where it has five bits.
    dots_of lb-here-text8.ppm 640 480 > lb-want
    dots_of lb-here-text16.ppm 640 480 | sed 's/\<173\>/170/g' > lb-have
    cmp -s lb-want lb-have && cmp -s lb-here-text8.ppm lb-here-text24.ppm ||
        complain "the console has not the same picture in each depth"
}
check_drm() {
    grep -qF 'drm: cirrusdrmfb 16 1024,768 2048' lb-drm.txt ||
        complain "see $OUT/lb-drm.txt"
    compare 16 pdrm drm 1024 768
}

for card in ${CARDS:-fb drm}; do
    first=
    for engine in $("$ISABOX" -engine help | awk '!/nocache/ { print $1 }'); do
        boot $card "$engine"
        [ "$hash" = "${first:=$hash}" ] ||
            complain "$card, $engine: $hash, not $first"
        if [ $card = fb ]; then check; else check_drm; fi
    done
    echo "linuxfb.sh: $card, hash $first"
    command -v qemu-system-i386 > /dev/null || continue
    in_qemu $card
    for p in $(takes $card); do
        [ "${p#*8}" = "$p" ] || continue
        cmp -s lb-here-$p.ppm lb-qemu-$p.ppm ||
            complain "lb-here-$p.ppm is not lb-qemu-$p.ppm"
    done
done
exit $bad
