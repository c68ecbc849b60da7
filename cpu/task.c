/* task.c - hardware task switches.
 *
 * Reference: SDM volume 3, chapter 8; 80286 Programmer's Reference, chapter 8.
 * The new task's registers are all loaded before its selectors are checked,
 * so that a fault is the new task's, as the manual has it. */
#include "cpu/desc.h"
#include "cpu/x87.h"

enum { TSS16_SIZE = 44, TSS32_SIZE = 104, DR6_BT = 0x8000 };

/* Register order in both layouts. */
static const u8 gpr_order[] = { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI };
static const u8 seg_order[] = { ES, CS, SS, DS, FS, GS };

struct layout { u32 cr3, eip, flags, gpr, seg, segs, ldt, size; };
static const struct layout tss16 = { 0, 14, 16, 18, 34, 4, 42, TSS16_SIZE };
static const struct layout tss32 = { 28, 32, 36, 40, 72, 6, 96, TSS32_SIZE };

static bool is_tss32(u16 attr) { return attr & 8; }

static const struct layout *layout_of(const struct seg *tss)
{
    return is_tss32(tss->attr) ? &tss32 : &tss16;
}

static void save(struct cpu *c, u32 flags)
{
    const struct seg *tr = &c->s.seg[TR];
    const struct layout *l = layout_of(tr);
    int size = is_tss32(tr->attr) ? 4 : 2;

    mmu_store(c, tr->base + l->eip, size, c->s.eip, false);
    mmu_store(c, tr->base + l->flags, size, flags, false);
    for (u32 i = 0; i < 8; i++)
        mmu_store(c, tr->base + l->gpr + i * (u32)size, size,
                  c->s.gpr[gpr_order[i]], false);
    for (u32 i = 0; i < l->segs; i++)
        mmu_store(c, tr->base + l->seg + i * (u32)size, 2,
                  c->s.seg[seg_order[i]].sel, false);
}

struct image { u32 cr3, eip, flags, gpr[8]; u16 seg[6], ldt; bool trap; };

static struct image load(struct cpu *c, const struct seg *tss)
{
    const struct layout *l = layout_of(tss);
    bool wide = is_tss32(tss->attr);
    int size = wide ? 4 : 2;
    struct image m = { 0 };

    m.eip = mmu_load(c, tss->base + l->eip, size, false);
    m.flags = mmu_load(c, tss->base + l->flags, size, false);
    for (u32 i = 0; i < 8; i++)
        m.gpr[i] = mmu_load(c, tss->base + l->gpr + i * (u32)size, size,
                            false) | (wide ? 0 : 0xffff0000);
    for (u32 i = 0; i < l->segs; i++)
        m.seg[i] = (u16)mmu_load(c, tss->base + l->seg + i * (u32)size, 2,
                                 false);
    m.ldt = (u16)mmu_load(c, tss->base + l->ldt, 2, false);
    if (wide) {
        m.cr3 = mmu_load(c, tss->base + l->cr3, 4, false);
        m.trap = mmu_load(c, tss->base + 100, 2, false) & 1;
    }
    return m;
}

/* ---- the new task's segments ---- */

static void load_ldt(struct cpu *c, u16 sel)
{
    struct desc d;

    seg_set(c, LDTR, (struct seg){ .sel = sel });
    if (sel_null(sel))
        return;
    if ((sel & 4) || !desc_read(c, sel, &d) || desc_segment(d) ||
        desc_type(d) != SYS_LDT || !desc_present(d))
        sel_fault(c, EX_TS, sel);
    seg_set(c, LDTR, desc_seg(c, d, sel));
}

static void load_code(struct cpu *c, u16 sel)
{
    struct desc d;
    struct seg s;

    if (sel_null(sel) || !desc_read(c, sel, &d) || !desc_code(d) ||
        (desc_conforming(d) ? desc_dpl(d) > sel_rpl(sel)
                            : desc_dpl(d) != sel_rpl(sel)))
        sel_fault(c, EX_TS, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    desc_mark_accessed(c, d);
    s = desc_seg(c, d, sel);
    s.attr |= SEG_A;
    seg_set(c, CS, s);
}

static void load_stack(struct cpu *c, u16 sel)
{
    struct desc d = stack_desc(c, sel, c->s.cpl, EX_TS);
    struct seg s = desc_seg(c, d, sel);

    desc_mark_accessed(c, d);
    s.attr |= SEG_A;
    seg_set(c, SS, s);
}

static void load_data(struct cpu *c, int n, u16 sel)
{
    struct desc d;
    struct seg s;
    u32 least = sel_rpl(sel) > c->s.cpl ? sel_rpl(sel) : c->s.cpl;

    if (sel_null(sel)) {
        seg_set(c, n, (struct seg){ .sel = sel });
        return;
    }
    if (!desc_read(c, sel, &d) || !desc_segment(d) ||
        (desc_code(d) && !(d.hi & 0x200)) ||
        (!desc_conforming(d) && least > desc_dpl(d)))
        sel_fault(c, EX_TS, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    desc_mark_accessed(c, d);
    s = desc_seg(c, d, sel);
    s.attr |= SEG_A;
    seg_set(c, n, s);
}

static void load_segments(struct cpu *c, const struct image *m)
{
    static const u8 data[] = { ES, DS, FS, GS };

    load_ldt(c, m->ldt);
    if (v86(c)) {
        for (u32 i = 0; i < 6; i++)
            seg_set_real(c, seg_order[i], m->seg[i]);
        return;
    }
    load_code(c, m->seg[CS]);
    load_stack(c, m->seg[SS]);
    for (u32 i = 0; i < COUNT_OF(data); i++)
        load_data(c, data[i], m->seg[data[i]]);
}

/* Everything but the segments' hidden parts; those count as absent until
 * they are loaded. */
static void load_registers(struct cpu *c, const struct seg *tss,
                           const struct image *m)
{
    if (is_tss32(tss->attr) && (c->s.cr[0] & CR0_PG)) {
        if (c->s.cr[4] & CR4_PAE)
            pae_load(c, m->cr3);
        c->s.cr[3] = m->cr3;
        mmu_flush_local(c);
    }
    for (u32 i = 0; i < 8; i++)
        c->s.gpr[gpr_order[i]] = m->gpr[i];
    c->s.eip = c->insn_eip = m->eip;
    for (u32 i = 0; i < 6; i++)
        c->s.seg[seg_order[i]] = (struct seg){ .sel = m->seg[i] };
    cpu_set_eflags(c, m->flags, is_tss32(tss->attr) ? ~0u : 0xffff);
    c->s.cpl = v86(c) ? 3 : (u8)sel_rpl(m->seg[CS]);
    cpu_mode_changed(c);
}

/* ---- the switch ---- */

static struct seg tss_get(struct cpu *c, u16 sel, enum task_cause cause)
{
    int vector = cause == TASK_IRET ? EX_TS : EX_GP;
    bool busy = cause == TASK_IRET;
    struct desc d;
    struct seg s;
    u32 type;

    if ((sel & 4) || !desc_read(c, sel, &d))
        sel_fault(c, vector, sel);
    type = desc_type(d) & ~(u32)TSS_BUSY;
    if (desc_segment(d) || (type != SYS_TSS16 && type != SYS_TSS32) ||
        !!(desc_type(d) & TSS_BUSY) != busy)
        sel_fault(c, vector, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    s = desc_seg(c, d, sel);
    if (s.limit < layout_of(&s)->size - 1)
        sel_fault(c, EX_TS, sel);
    return s;
}

/* Reading and writing both TSSs must not fault half way. */
static void probe(struct cpu *c, const struct seg *tss, bool write)
{
    mmu_probe(c, tss->base, layout_of(tss)->size, write, false);
}

void task_switch(struct cpu *c, u16 sel, enum task_cause cause)
{
    struct seg tss = tss_get(c, sel, cause), old = c->s.seg[TR];
    bool nested = cause == TASK_CALL || cause == TASK_INT;
    u32 flags = flags_image(c);
    struct image m;

    probe(c, &tss, nested);
    probe(c, &old, true);
    if (cause == TASK_IRET)
        flags &= ~(u32)NT;
    save(c, flags);
    m = load(c, &tss);
    if (nested) {
        mmu_store(c, tss.base, 2, old.sel, false);
        m.flags |= NT;
    } else {
        desc_set_busy(c, old.sel, false);
    }
    if (cause != TASK_IRET)
        desc_set_busy(c, sel, true);
    tss.attr |= TSS_BUSY;
    c->s.seg[TR] = tss;
    x87_settle(c);
    c->s.cr[0] |= CR0_TS;
    load_registers(c, &tss, &m);
    c->s.dr[7] &= ~0x155u;              /* local breakpoints end */
    mmu_flush(c);
    load_segments(c, &m);
    if (m.eip > c->s.seg[CS].limit)
        cpu_raise_code(c, EX_GP, c->ext);
    if (m.trap) {
        c->s.dr[6] |= DR6_BT;
        c->s.db_pending = true;
    }
    cpu_attend(c);
    cpu_kick(c);
}

void task_gate(struct cpu *c, struct desc gate, enum task_cause cause)
{
    task_switch(c, (u16)(gate.lo >> 16), cause);
}
