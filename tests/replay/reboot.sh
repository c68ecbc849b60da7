# reboot.sh - Ctrl-Alt-Delete and a jump to FFFF:0 are resets of the machine:
# -no-reboot sees them, the chips start anew, and 40:72 keeps its 1234h. A reset
# of the processor alone is none.
src=$1
. "$src/tests/lib/replay.sh"

# ends STATUS OPTION...: how $work/s.script ends.
ends() {
    want=$1; shift
    timeout 60 "$isabox" -display none -script "$work/s.script" "$@" \
        > "$work/out" 2>&1 < /dev/null
    have=$?
    [ $have = "$want" ] || { cat "$work/out"; fail "$*: $have, not $want"; }
}

# boot NAME CODE: a floppy whose boot sector is CODE, with octal escapes.
boot() {
    printf "$2" > "$work/$1"
    truncate -s 510 "$work/$1"
    printf '\125\252' >> "$work/$1"
    truncate -s 1474560 "$work/$1"
}

# Counts its starts at 0:600. xor ax,ax; mov ds,ax; inc word [600]; sti;
# stop: hlt; jmp stop
boot halt.img '\61\300\216\330\377\6\0\6\373\364\353\375'
cat > "$work/s.script" <<'END'
wait 600ms
assert-mem 0:600 0100
assert-mem 40:72 0000
key ctrl-alt-delete
wait 900ms
assert-mem 0:600 0200
assert-mem 40:72 3412
quit 9
END
ends 9 -snapshot "$work/halt.img"
ends 0 -no-reboot -snapshot "$work/halt.img"
ends 9 -cpu 8086 -m 640K -snapshot "$work/halt.img"
ends 0 -cpu 8086 -m 640K -no-reboot -snapshot "$work/halt.img"

# This one spoils the PIC and jumps: xor ax,ax; mov ds,ax; inc word [600];
# cmp word [600],2; jae stop; mov al,12h; out 20,al; mov al,40h; out 21,al;
# jmp FFFF:0; stop: sti; hlt; jmp stop
boot jump.img '\61\300\216\330\377\6\0\6\203\76\0\6\2\163\15\260\22\346\40\260\100\346\41\352\0\0\377\377\373\364\353\375'
cat > "$work/s.script" <<'END'
wait 500ms
assert-mem 0:600 0200
quit 9
END
ends 9 -snapshot "$work/jump.img"
ends 0 -no-reboot -snapshot "$work/jump.img"

# This one leaves by a triple fault with shutdown code 0Ah, as 286 systems leave
# protected mode: that is no reboot. xor ax,ax; mov ds,ax; inc word [600];
# mov al,8Fh; out 70,al; mov al,0Ah; out 71,al; mov word [467],back;
# mov word [469],0; lidt [none]; int3; none: 6 zero bytes; back: xor ax,ax;
# mov ds,ax; inc word [602]; stop: hlt; jmp stop
boot triple.img '\61\300\216\330\377\6\0\6\260\217\346\160\260\12\346\161\307\6\147\4\50\174\307\6\151\4\0\0\17\1\36\42\174\314\0\0\0\0\0\0\61\300\216\330\377\6\2\6\364\353\375'
cat > "$work/s.script" <<'END'
wait 500ms
assert-mem 0:600 01000100
quit 9
END
for cpu in 286 386; do
    ends 9 -cpu $cpu -snapshot "$work/triple.img"
    ends 9 -cpu $cpu -no-reboot -snapshot "$work/triple.img"
done
