/* ops_desc.c - descriptor tables, and instructions that look at descriptors.
 *
 * Reference: SDM volume 2; Intel 80386 Programmer's Reference, chapter 17. */
#include "cpu/desc.h"
#include "cpu/ops/ops_ew.h"

/* ---- descriptor tables ---- */

static void store_table(struct cpu *c, const struct insn *i, u16 limit,
                        u32 base)
{
    u32 at = ea(c, i);

    if (c->family == I286)
        base |= 0xff000000;
    else if (c->family == I386 && !insn_wide(i))
        base &= 0xffffff;
    ldw16(c, i->seg, at);               /* both or none */
    ldw32(c, i->seg, (at + 2) & i->amask);
    st16(c, i->seg, at, limit);
    st32(c, i->seg, (at + 2) & i->amask, base);
}

void op_sgdt(struct cpu *c, const struct insn *i)
{
    store_table(c, i, c->s.gdt_limit, c->s.gdt_base);
}

void op_sidt(struct cpu *c, const struct insn *i)
{
    store_table(c, i, c->s.idt_limit, c->s.idt_base);
}

static u32 load_base(struct cpu *c, const struct insn *i)
{
    u32 base = ld32(c, i->seg, (ea(c, i) + 2) & i->amask);

    return insn_wide(i) ? base : base & 0xffffff;
}

void op_lgdt(struct cpu *c, const struct insn *i)
{
    u16 limit;
    u32 base;

    need_cpl0(c);
    limit = ld16(c, i->seg, ea(c, i));
    base = load_base(c, i);
    c->s.gdt_limit = limit;
    c->s.gdt_base = base;
}

void op_lidt(struct cpu *c, const struct insn *i)
{
    u16 limit;
    u32 base;

    need_cpl0(c);
    limit = ld16(c, i->seg, ea(c, i));
    base = load_base(c, i);
    c->s.idt_limit = limit;
    c->s.idt_base = base;
}

void op_sldt(struct cpu *c, const struct insn *i)
{
    store_Ew(c, i, c->s.seg[LDTR].sel);
}

void op_str(struct cpu *c, const struct insn *i)
{
    store_Ew(c, i, c->s.seg[TR].sel);
}

void op_lldt(struct cpu *c, const struct insn *i)
{
    struct desc d;
    u16 sel;

    need_cpl0(c);
    sel = load_Ew(c, i);
    if (sel_null(sel)) {
        seg_set(c, LDTR, (struct seg){ .sel = sel });
        return;
    }
    d = desc_get(c, sel, EX_GP);
    if ((sel & 4) || desc_segment(d) || desc_type(d) != SYS_LDT)
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    seg_set(c, LDTR, desc_seg(c, d, sel));
}

void op_ltr(struct cpu *c, const struct insn *i)
{
    struct desc d;
    struct seg s;
    u16 sel;

    need_cpl0(c);
    sel = load_Ew(c, i);
    if (sel_null(sel))
        cpu_raise_code(c, EX_GP, 0);
    d = desc_get(c, sel, EX_GP);
    if ((sel & 4) || desc_segment(d) ||
        (desc_type(d) != SYS_TSS16 && desc_type(d) != SYS_TSS32))
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    desc_set_busy(c, sel, true);
    s = desc_seg(c, d, sel);
    s.attr |= TSS_BUSY;
    seg_set(c, TR, s);
}

/* ---- looking at descriptors ---- */

static void set_zf(struct cpu *c, bool on)
{
    flags_change(c, ZF, on ? ZF : 0);
}

static void verify(struct cpu *c, u16 sel, bool write)
{
    struct desc d;

    set_zf(c, desc_read(c, sel, &d) && desc_verifies(c, d, sel, write));
}

void op_verr(struct cpu *c, const struct insn *i)
{
    verify(c, load_Ew(c, i), false);
}

void op_verw(struct cpu *c, const struct insn *i)
{
    verify(c, load_Ew(c, i), true);
}

/* Bit n: LAR or LSL accepts system type n. */
enum { LAR_TYPES = 0x1a3e, LSL_TYPES = 0x0a0e };

static bool sys_examine(struct cpu *c, u16 sel, u32 types, struct desc *d)
{
    if (!desc_read(c, sel, d) || !desc_visible(c, *d, sel))
        return false;
    return desc_segment(*d) || (types >> desc_type(*d) & 1);
}

static void set_Gv(struct cpu *c, const struct insn *i, u32 v)
{
    if (insn_wide(i))
        set_reg32(c, i->reg, v);
    else
        set_reg16(c, i->reg, (u16)v);
}

void op_lar(struct cpu *c, const struct insn *i)
{
    struct desc d;
    bool ok = sys_examine(c, load_Ew(c, i), LAR_TYPES, &d);

    if (ok)
        set_Gv(c, i, d.hi & (insn_wide(i) ? 0x00f0ff00 : 0xff00));
    set_zf(c, ok);
}

void op_lsl(struct cpu *c, const struct insn *i)
{
    struct desc d;
    bool ok = sys_examine(c, load_Ew(c, i), LSL_TYPES, &d);

    if (ok)
        set_Gv(c, i, desc_seg(c, d, 0).limit);
    set_zf(c, ok);
}

/* What need not be changed is not written: a segment that can't be does not
 * matter then (seen on silicon, tests/host/ring3_host.c). */
void op_arpl(struct cpu *c, const struct insn *i)
{
    u16 v = i->flags & I_MEM ? ld16(c, i->seg, ea(c, i)) : reg16(c, i->rm);
    u32 rpl = reg16(c, i->reg) & 3;
    bool raise_it = (v & 3u) < rpl;

    if (raise_it && (i->flags & I_MEM))
        st16(c, i->seg, ea(c, i), (u16)((v & ~3u) | rpl));
    else if (raise_it)
        set_reg16(c, i->rm, (u16)((v & ~3u) | rpl));
    set_zf(c, raise_it);
}
