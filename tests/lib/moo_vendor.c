/* moo_vendor.c - the outcome of recorded cases on the recorder's processor. */
#include <string.h>

#include "cpu/block.h"
#include "cpu/fpu/fpu.h"
#include "tests/lib/moo_run.h"

enum vendor rig_vendor_for(const struct moo_file *f)
{
    return strncmp(f->cpu, "AMD", 3) == 0 ? VENDOR_AMD : VENDOR_INTEL;
}

static bool decode(struct rig *r, const struct moo_case *k, struct insn *i)
{
    r->cpu.mode = MODE_PROT | (moo_flat(k) ? MODE_CS32 : 0);
    return insn_decode(&r->cpu, k->bytes, k->nbytes, i) == DECODE_OK &&
           i->row < op_count;
}

static u32 element(const struct rig *r, u32 at, u32 width)
{
    u32 v = 0;

    if (at <= r->size - width)
        memcpy(&v, r->ram + at, width);
    return v;
}

/* What the last turn of a string instruction had read at a pointer. */
static u32 last_operand(const struct rig *r, const struct insn *i, int seg,
                        int reg, u32 width)
{
    const struct cpu_state *s = &r->cpu.s;
    u32 step = s->eflags & DF ? width : -width;

    return element(r, s->seg[seg].base + ((s->gpr[reg] + step) & i->amask),
                   width);
}

u32 rig_fault_flags(struct rig *r, const struct moo_case *k, u32 flags)
{
    struct outcome o = { .flags = flags };
    u32 slot;
    struct insn i;

    if (!decode(r, k, &i))
        return flags;
    slot = op_table[i.row].slot;
    o.mnem = op_table[i.row].mnem;
    o.width = !(slot & 1) ? 1 : i.flags & I_O32 ? 4 : 2;
    o.turns = (k->init.v[MOO_ECX] - r->cpu.s.gpr[ECX]) & i.amask;
    o.left = (slot & ~1u) == 0xae
             ? r->cpu.s.gpr[EAX] : last_operand(r, &i, i.seg, ESI, o.width);
    o.right = last_operand(r, &i, ES, EDI, o.width);
    vendor_expect(r->vendor, &o);
    return o.flags;
}

static struct f80 initial(const struct moo_case *k, u32 n)
{
    const u8 *p = k->fpu_init + 28 + 10 * n;
    struct f80 a;

    memcpy(&a.mant, p, 8);
    memcpy(&a.se, p + 8, 2);
    return a;
}

void rig_expect_fpu(struct rig *r, const struct moo_case *k)
{
    struct cpu_state *s = &r->cpu.s;
    struct outcome o;
    struct insn i;
    u32 n;

    if (!k->fpu_init || !decode(r, k, &i))
        return;
    n = (k->fpu_init[5] >> 3 ^ s->fsw >> 11) & 1;       /* where ST0 went */
    o = (struct outcome){ .mnem = op_table[i.row].mnem, .st0 = initial(k, 0),
                          .st1 = initial(k, 1),
                          .result = fpu_get(&r->cpu, n) };
    o.e = (struct f80_env){ .mask = s->fcw & FSW_EXC, .rc = s->fcw >> 10 & 3,
                            .pc = s->fcw >> 8 & 3,
                            .flags = s->fsw & FSW_EXC };
    vendor_expect(r->vendor, &o);
    s->fsw |= o.e.flags | (o.e.flags & ~o.e.mask ? FSW_ES | FSW_B : 0);
    s->st_mant[fpu_phys(&r->cpu, n)] = o.result.mant;
    s->st_se[fpu_phys(&r->cpu, n)] = o.result.se;
}
