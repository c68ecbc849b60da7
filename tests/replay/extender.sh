# extender.sh - a DOS program that looks for memory managers as DOS extenders do
# and then is one itself (tests/guest/extender.asm), on processors of each kind,
# under FreeDOS with and without an XMS driver.
src=$1
. "$src/tests/lib/replay.sh"
need nasm mcopy mdel freedos-1440K.img freedos722.img

nasm -f bin -o "$work/ext.com" "$src/tests/guest/extender.asm" ||
    fail 'extender.asm'

# disk NAME CONFIG: boots DOS and starts the program.
disk() {
    cp "$images/freedos-1440K.img" "$work/$1.img"
    chmod u+w "$work/$1.img"
    printf "$2" > "$work/config"
    printf '@ECHO OFF\r\nEXT\r\n' > "$work/autoexec"
    mcopy -o -i "$work/$1.img" "$work/config" ::CONFIG.SYS
    mcopy -o -i "$work/$1.img" "$work/autoexec" ::AUTOEXEC.BAT
    mcopy -o -i "$work/$1.img" "$work/ext.com" ::EXT.COM
}
disk plain 'FILES=20\r\n'
mcopy -i "$images/freedos722.img" ::FDOS/HIMEM.EXE "$work/himem.exe"
disk xms 'DEVICE=HIMEM.EXE\r\nDOS=HIGH\r\nFILES=20\r\n'
mcopy -o -i "$work/xms.img" "$work/himem.exe" ::HIMEM.EXE ||
    fail 'no room for HIMEM'

# starts DISK CPU WHOM ANSWER
starts() {
    printf 'expect 60s "EXTENDER: %s"\nexpect 60s "EXTENDER: %s"\n' \
        "$3" "$4" > "$work/ext.script"
    run ext -snapshot -fda "$work/$1.img" -cpu "$2"
}
for cpu in 286 386 486 pentium pentium2; do
    starts plain $cpu nobody 'ran in protected mode'
done
for cpu in 386 pentium2; do
    starts xms $cpu XMS 'ran in protected mode'
done
printf 'expect 60s "EXTENDER: no 286"\n' > "$work/ext.script"
run ext -snapshot -fda "$work/plain.img" -cpu 8086 -m 640K
