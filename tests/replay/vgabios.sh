# vgabios.sh - the services of the VGA BIOS in every mode, called one by one by
# a floppy of their own, then a picture of each mode with the same text.
src=$1 long=$2
. "$src/tests/lib/replay.sh"
need nasm

nasm -f bin -I "$src/tests/guest/video/" -o "$work/fd.img" \
    "$src/tests/guest/video/vgatest.asm" || fail 'vgatest.asm'
truncate -s 1474560 "$work/fd.img"
# One key for each mode that is shown.
{ echo 'wait 40s'; echo hash
  i=0
  while [ $i -lt 40 ]; do
      echo 'key spc'; echo 'wait 300ms'
      [ -z "$long" ] && [ $((i % 10)) != 9 ] || echo hash
      i=$((i + 1))
  done; } > "$work/vga.script"

# services LEAST OPTION...: none fails, at least so many pass; $run says
# whether once or twice.
services() {
    least=$1; shift
    $run vga -snapshot -debugcon file:log -fda fd.img "$@"
    grep -v -e '^PASS' -e '^VGA BIOS test' -e '^SHOW' -e '^DONE 0000' -e '^END' \
        "$work/log" && fail "$*: see above"
    [ "$(grep -c '^PASS' "$work/log")" -ge "$least" ] ||
        fail "$*: fewer than $least services passed"
    grep -q "SHOW $last" "$work/log" || fail "$*: not every mode was shown"
}
run=replay
last=010C services 2718 -cpu 486
[ -n "$long" ] || run=run
last=0002 services 2708 -cpu 8086 -m 640K       # it takes its time
last=010C services 1614 -cpu 486 -vga cirrus
