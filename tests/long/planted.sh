#!/bin/sh
# planted.sh - plants an error in the CPU, one row at a time, in a copy of the
# tree; each must be caught, and the test that caught it is named.
#
#   planted.sh [PATTERN]         only the errors whose names match
#   planted.sh -places           only says which errors change nothing
#
# Wants SRCDIR or the current folder; CC and NASM as for make check. Recorded
# cases come from $SHARED (../shared beside the sources), the tree's own do
# where there are none.
src=$(cd "${SRCDIR:-.}" && pwd)
SHARED=${SHARED:-$src/../shared}
export SHARED
NASM=${NASM:-nasm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
caught=0 missed=0
u=tests/unit/cpu
tools="tests/tools/singlestep $u/test_cpu $u/test_fpu $u/test_f80 $u/test_mmx
       $u/test_p6 tests/unit/devices/test_debug $u/test_engine
       $u/test_stack $u/test_overrun $u/test_frames
       tests/host/int_host tests/tools/ndisasm tests/tools/reassemble"

# Rows of: name, file, sed script.
errors() {
    cat << 'END'
adc: no carry in|cpu/ops/width/body_alu.inc|s/(U)(a + b + flag_cf(c))/(U)(a + b)/
shr: OF of the result's sign|cpu/ops/width/body_shift.inc|s/n == 1 ? a >> (W - 1) : 0/n == 1 ? r >> (W - 1) : 0/
idiv: sign of the remainder|cpu/ops/width/body_muldiv.inc|s/high \& MSB ? -r : r/negative ? -r : r/
idiv on the 80286: flags of an overflow|cpu/ops/i80286.c|s/if (!(last \& m))/if (0)/
das: the limit of the 8086|cpu/ops/muldiv.c|s/flag_af(c) ? 0x9f : 0x99/flag_af(c) ? 0x99 : 0x99/
bts: bit before the operand|cpu/ops/width/bits.inc|s/(n >> (W == 16/((u32)n >> (W == 16/
stos: does not advance|cpu/ops/width/string.inc|/FN(st)(c, ES, c->s.gpr\[EDI\] & i->amask, FN(reg)/{n;s/advance.*//;}
fprem1: a tie rounds away|cpu/fpu/f80_prem.c|s/ \&\& !(r->q \& 1)))/ \&\& 0))/
fscale: chops the wrong way|cpu/fpu/fpu_arith.c|s/from_registers(c, i, f80_scale, 1, 0/from_registers(c, i, f80_scale, 0, 1/
paddusb: saturates a bit early|cpu/fpu/mmx.c|/LANES(paddusb,/s/UINT8_MAX/UINT8_MAX - 1/
retf: to an inner ring|cpu/far.c|s/if (!desc_code(d) || sel_rpl(sel) < c->s.cpl ||/if (!desc_code(d) ||/
expand-down: one byte too many|cpu/seg.c|s/a.lo = s->limit + 1;/a.lo = s->limit;/
paging: a write leaves D clear|cpu/paging/mmu.c|s/write ? PTE_A | PTE_D : PTE_A/PTE_A/
task call: NT not set|cpu/task.c|s/m.flags |= NT;/;/
paging: CR3 drops global pages|cpu/paging/flush.c|s/t->tag != TLB_NONE \&\& !t->global/t->tag != TLB_NONE/
paging: INVLPG drops a part of a large page|cpu/paging/flush.c|s/if (unlikely(c->tlb_large.*/if (0)/
paging: reserved bits of a pointer|cpu/paging/pae.c|s/(PAE_HIGH . 0x1e6)/PAE_HIGH/
sysenter: IF stays|cpu/msr.c|s/cpu_set_eflags(c, 0, VM | IF | RF)/cpu_set_eflags(c, 0, VM | RF)/
length: 16 bytes|cpu/isa/decode.c|s/c->family >= I386 ? 15 :/c->family >= I386 ? 16 :/
lock: a register|cpu/isa/decode.c|s/((o->attr \& LOCK) \&\& (i->flags \& I_MEM))/(o->attr \& LOCK)/
undefined: ModRM is not looked at again|cpu/isa/decode.c|s/^        if (slot_has_modrm(c, slot))/        if (0)/
repe scas: the flags of each turn|cpu/ops/width/string.inc|s/^            rep_flags(c, fr, fx);/            ;/
iret: a fault keeps NMIs out|cpu/far.c|s/^    c->s.nmi_blocked = false;/    if (protected(c)) ; else c->s.nmi_blocked = false;/
stack: INT at SP 4|cpu/seg.c|s/ || room_around(c, st, n, size)//
cr4: all bits|cpu/ops/ops_cr.c|s/if (v \& ~cr4_legal(c))/if (0)/
rdtsc: TSD|cpu/msr.c|s/(c->s.cr\[4\] \& CR4_TSD) \&\& c->s.cpl != 0/0/
nmi: not blocked in a handler|cpu/run.c|s/c->s.nmi_blocked = true;/;/
push byte of the 8086: a word|cpu/ops/i8086_group.c|s/st8(c, SS, sp, v)/st16(c, SS, sp, v)/
enter: the frame pointer borrows|cpu/ops/width/stack.inc|s/u32 frame = .*/u32 frame = sp;/
enter: BP of all 32 bits|cpu/ops/width/stack.inc|s/(c->s.gpr\[EBP\] - n \* BYTES) \& c->spmask/c->s.gpr[EBP] - n * BYTES/
pusha: all or nothing|cpu/ops/width/stack.inc|s/^    u32 sp = c->s.gpr\[ESP\];/    u32 sp = c->s.gpr[ESP]; (void)FN(ldw)(c, SS, (sp - 8 * BYTES) \& c->spmask);/
leave: all of ESP|cpu/ops/width/stack.inc|s/^    sp_set(c, sp + BYTES);/    c->s.gpr[ESP] = sp + BYTES;/
pop: address before the pop|cpu/ops/width/stack.inc|s/if (i->base == ESP)/if (0)/
loop: CX of 16 bits|cpu/ops/width/stack.inc|s/(c->s.gpr\[ECX\] - 1) \& i->amask/(c->s.gpr[ECX] - 1) \& 0xffff/
push: a segment register of 32 bits|cpu/ops/ops_sys.c|s/st16(c, SS, sp, c->s.seg\[n\].sel)/st32(c, SS, sp, c->s.seg[n].sel)/
strings: SI and DI of 32 bits|cpu/ops/string.c|s/(v \& ~i->amask) . ((v + d) \& i->amask)/v + d/
80286: CX where a store does not fit|cpu/ops/width/string.inc|s/WRITE_OVERRUN(ES, EDI, ESI, 2)/WRITE_OVERRUN(ES, EDI, ESI, 1)/
80286: POP that does not fit|cpu/ops/width/stack.inc|s/if (overruns_286(c, i->seg, esp/if (0 \&\& overruns_286(c, i->seg, esp/
iret: SS as a word|cpu/far.c|s/f.es = peek32(c, 20)/f.es = peek16(c, 20)/
call gate: parameters by the new stack's size|cpu/far.c|/stack_push/s/wide ? peek32(c, n \* 4) : peek16(c, n \* 2)/wide ? ld32(c, SS, (c->s.gpr[ESP] + n * 4) \& st->mask) : ld16(c, SS, (c->s.gpr[ESP] + n * 2) \& st->mask)/
retf: releases of the old stack's size|cpu/far.c|s/^    sp_set(c, esp + extra);/    c->s.gpr[ESP] = esp + extra;/
int: room without the error code|cpu/int.c|s/stack_room(c, \&st, 3 + has_code/stack_room(c, \&st, 3/
int: V86 segments missing in the room|cpu/int.c|s/5 + has_code + (v86(c) ? 4 : 0)/5 + has_code/
int: the error code is a word|cpu/int.c|s/^        stack_push(c, st, g->wide, code);/        stack_push(c, st, false, code);/
80286: exception 9|cpu/fpu/fpu_core.c|s/cpu_raise(c, EX_MP);/;/
task: V86 mode goes on|cpu/task.c|s/cpu_set_eflags(c, m->flags, ~0u);/cpu_set_eflags(c, m->flags, is_tss32(tss->attr) ? ~0u : 0xffff);/
disassembler: bp for sp|cpu/isa/disasm.c|s/"bx", "sp", "bp"/"bx", "bp", "bp"/
disassembler: MOV's operands exchanged|cpu/isa/disasm.c|s/bool swapped = is(o, "xchg")/bool swapped = is(o, "mov") != is(o, "xchg")/
disassembler: MOVZX's register|cpu/isa/disasm.c|s/^                     i->rm);/                     is(o, "movzx") ? i->rm ^ 1u : i->rm);/
disassembler: sign behind LOCK|cpu/isa/disasm.c|s/add(t, "-0x%x", -(u32)d)/add(t, i->flags \& I_LOCK ? "+0x%x" : "-0x%x", -(u32)d)/
END
}

recorded() {                            # the larger sets, when they are there
    [ ! -d "$SHARED/oracles" ] ||
        { ./tests/tools/singlestep -strict "$SHARED/oracles/sst" &&
              ./tests/tools/singlestep "$SHARED/oracles/hw386"; }
}
sample() { ./tests/tools/singlestep "$src/tests/data"; }
guests() { NASM=$NASM "$src/tests/guest/guest.sh" "$src"; }

texts() { ./tests/tools/ndisasm 50000 && ./tests/tools/reassemble 10000; }

# The name of the first test that fails.
catcher() {
    for t in "disassembled texts:texts" \
             "sample of recorded cases:sample" "recorded cases:recorded" \
             "int_host:./tests/host/int_host" \
             test_cpu:./$u/test_cpu test_fpu:./$u/test_fpu \
             test_f80:./$u/test_f80 test_mmx:./$u/test_mmx \
             test_p6:./$u/test_p6 test_debug:./tests/unit/devices/test_debug \
             test_engine:./$u/test_engine test_stack:./$u/test_stack \
             test_overrun:./$u/test_overrun \
             test_frames:./$u/test_frames "CPU guests:guests"; do
        ${t##*:} > "$work/log" 2>&1
        case $? in
        0 | 77) ;;
        *) echo "${t%%:*}: $(grep -aiE 'failed|:[EF]:|differ' "$work/log" |
               grep -v ' 0 \(failed\|differ\)' |
               head -n 1 | sed 's/.*\///' | cut -c 1-60)"; return ;;
        esac
    done
}

build() {
    make -s -j2 isabox $tools > "$work/build" 2>&1 && return
    tail -n 20 "$work/build"
    return 1
}

if [ "${1:-}" = -places ]; then
    errors > "$work/errors"
    while IFS='|' read -r name file script; do
        sed "$script" "$src/$file" | cmp -s - "$src/$file" || continue
        echo "'$name' changes nothing in $file"
        missed=1
    done < "$work/errors"
    exit $missed
fi

mkdir "$work/tree"
(cd "$src" && tar cf - --exclude='*.o' --exclude='*.d' --exclude='*.a' \
    --exclude=.git configure Makefile.in cpu devices docs machine roms tests \
    ui .clang-format) | (cd "$work/tree" && tar xf -)
cd "$work/tree" || exit 2
./configure --without-sdl CC="${CC:-cc}" CFLAGS=-O1 > /dev/null || exit 2
build || exit 2
who=$(catcher)
[ -z "$who" ] || { echo "fails without a planted error: $who"; exit 1; }

errors > "$work/errors"
while IFS='|' read -r name file script; do
    case $name in *${1:-}*) ;; *) continue ;; esac
    cp "$file" "$work/kept"
    sed "$script" "$work/kept" > "$file"
    if cmp -s "$file" "$work/kept"; then
        who='' note=' (nothing to change)'
    else
        build && who=$(catcher) || who='the compiler'
        note=
    fi
    [ -n "$who" ] && caught=$((caught + 1)) || missed=$((missed + 1))
    printf '%-42s %s\n' "$name" "${who:-NOT CAUGHT$note}"
    cp "$work/kept" "$file"
done < "$work/errors"
echo "$caught caught, $missed missed"
[ $missed = 0 ]
