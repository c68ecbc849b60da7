/* task.c - hardware task switches.
 *
 * Reference: SDM volume 3, chapter 8; 80286 Programmer's Reference, chapter 8.
 * The new task's registers are all loaded before its selectors are checked,
 * so that a fault is the new task's, as the manual has it. */
#include "cpu/block.h"
#include "cpu/desc.h"
#include "cpu/fpu/fpu.h"

enum { TSS16_SIZE = 44, TSS32_SIZE = 104, DR6_BT = 0x8000,
       LOCAL_BREAKS = 0x155 };

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

/* A TSS that is being read or written; `host` where that is simple. */
struct area { u32 base; u8 *host; };

static struct area area(struct cpu *c, const struct seg *tss, bool write)
{
    return (struct area){ tss->base, lin_host(c, tss->base,
                                              layout_of(tss)->size, write,
                                              false) };
}

static inline u32 task_get(struct cpu *c, const struct area *a, u32 at,
                           bool wide)
{
    u32 v;
    u16 h;

    if (unlikely(!a->host))
        return mmu_load(c, a->base + at, wide ? 4 : 2, false);
    if (wide)
        memcpy(&v, a->host + at, sizeof v);
    else
        memcpy(&h, a->host + at, sizeof h);
    return wide ? v : h;
}

static inline void task_set(struct cpu *c, const struct area *a, u32 at,
                            bool wide, u32 v)
{
    u16 h = (u16)v;

    if (unlikely(!a->host))
        mmu_store(c, a->base + at, wide ? 4 : 2, v, false);
    else if (wide)
        memcpy(a->host + at, &v, sizeof v);
    else
        memcpy(a->host + at, &h, sizeof h);
}

/* A 32-bit TSS in host memory, as dwords; registers are in our order. */
enum { T_CR3 = 7, T_EIP, T_FLAGS, T_GPR, T_SEG = 18, T_LDT = 24, T_TRAP,
       TSS_DWORDS };

static void save_simple(const struct cpu *c, u8 *p, u32 flags)
{
    memcpy(p + 4 * T_EIP, &c->s.eip, 4);
    memcpy(p + 4 * T_FLAGS, &flags, 4);
    memcpy(p + 4 * T_GPR, c->s.gpr, 32);
    for (u32 n = ES; n <= GS; n++)
        memcpy(p + 4 * (T_SEG + n), &c->s.seg[n].sel, 2);
}

static void task_save(struct cpu *c, u32 flags)
{
    const struct seg *tr = &c->s.seg[TR];
    const struct layout *l = layout_of(tr);
    bool wide = is_tss32(tr->attr);
    struct area a = area(c, tr, true);
    u32 size = wide ? 4 : 2;

    if (wide && likely(a.host)) {
        save_simple(c, a.host, flags);
        return;
    }
    task_set(c, &a, l->eip, wide, c->s.eip);
    task_set(c, &a, l->flags, wide, flags);
    for (u32 i = 0; i < 8; i++)
        task_set(c, &a, l->gpr + i * size, wide, c->s.gpr[gpr_order[i]]);
    for (u32 i = 0; i < l->segs; i++)
        task_set(c, &a, l->seg + i * size, false, c->s.seg[seg_order[i]].sel);
}

struct image { u32 cr3, eip, flags, gpr[8]; u16 seg[6], ldt; bool trap; };

static struct image load_simple(const u8 *p)
{
    u32 t[TSS_DWORDS];
    struct image m = { 0 };

    memcpy(t, p, sizeof t);
    m.cr3 = t[T_CR3];
    m.eip = t[T_EIP];
    m.flags = t[T_FLAGS];
    memcpy(m.gpr, t + T_GPR, sizeof m.gpr);
    for (u32 n = ES; n <= GS; n++)
        m.seg[n] = (u16)t[T_SEG + n];
    m.ldt = (u16)t[T_LDT];
    m.trap = t[T_TRAP] & 1;
    return m;
}

static struct image task_load(struct cpu *c, const struct seg *tss)
{
    const struct layout *l = layout_of(tss);
    bool wide = is_tss32(tss->attr);
    struct area a = area(c, tss, false);
    u32 size = wide ? 4 : 2;
    struct image m = { 0 };

    if (wide && likely(a.host))
        return load_simple(a.host);
    m.eip = task_get(c, &a, l->eip, wide);
    m.flags = task_get(c, &a, l->flags, wide);
    for (u32 i = 0; i < 8; i++)
        m.gpr[i] = task_get(c, &a, l->gpr + i * size, wide) |
                   (wide ? 0 : 0xffff0000);
    for (u32 i = 0; i < l->segs; i++)
        m.seg[i] = (u16)task_get(c, &a, l->seg + i * size, false);
    m.ldt = (u16)task_get(c, &a, l->ldt, false);
    if (wide) {
        m.cr3 = task_get(c, &a, l->cr3, true);
        m.trap = task_get(c, &a, 100, false) & 1;
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

/* A usual descriptor, marked as accessed, of the GDT. */
static bool task_usual(struct cpu *c, u16 sel, struct desc *d)
{
    d->at = c->s.gdt_base + (sel & ~7u);
    if ((sel & 4) || sel_null(sel) || (sel | 7u) > c->s.gdt_limit ||
        !lin_host(c, d->at, 8, false, false))
        return false;
    desc_fetch(c, d);
    return desc_segment(*d) && desc_present(*d) && (d->hi & SEG_A << 8);
}

/* Whether the register can be loaded with it without a fault. */
static bool task_fits(const struct cpu *c, int n, u16 sel, struct desc d)
{
    u32 dpl = desc_dpl(d), cpl = c->s.cpl;

    if (n == CS)
        return desc_code(d) && !desc_conforming(d) && dpl == sel_rpl(sel);
    if (n == SS)
        return desc_data_writable(d) && dpl == cpl && sel_rpl(sel) == cpl;
    return !desc_code(d) && dpl >= cpl && dpl >= sel_rpl(sel);
}

/* The first register that gets the same selector as register n: most tasks have
 * one for all their data. */
static inline int task_twin(const struct image *m, int n)
{
    int k = ES;

    while (m->seg[k] != m->seg[n])
        k++;
    return k;
}

/* All registers' twins and, of these, the descriptors; false: one is not
 * usual. */
static bool task_descs(struct cpu *c, const struct image *m, struct desc d[6],
                       int twin[6])
{
    for (int n = ES; n <= GS; n++) {
        int k = twin[n] = task_twin(m, n);

        if (sel_null(m->seg[n]) && n != CS && n != SS)
            continue;
        if (sel_null(m->seg[n]))
            return false;
        if ((k == n && !task_usual(c, m->seg[n], &d[n])) ||
            !task_fits(c, n, m->seg[n], d[k]))
            return false;
    }
    return true;
}

/* Loads all of them when nothing is unusual; false: none. */
static bool load_usual(struct cpu *c, const struct image *m)
{
    u32 widths = c->mode & (MODE_CS32 | MODE_SS32 | MODE_FLAT);
    struct desc d[6];
    struct seg s[6];
    int twin[6];
    bool same;

    if (v86(c) || !sel_null(m->ldt) || !task_descs(c, m, d, twin))
        return false;
    same = c->mode & MODE_PROT;
    cpu_mode_set(c);
    c->mode |= widths;                  /* of what does not change */
    seg_set(c, LDTR, (struct seg){ .sel = m->ldt });
    for (int n = ES; n <= GS; n++) {
        if (twin[n] < n)
            s[n] = s[twin[n]];
        else if (sel_null(m->seg[n]))
            s[n] = (struct seg){ .sel = m->seg[n] };
        else
            s[n] = desc_seg(c, d[n], m->seg[n]);
        if (same)
            seg_replace(c, n, s[n]);
        else
            seg_set(c, n, s[n]);
    }
    return true;
}

static void load_segments(struct cpu *c, const struct image *m)
{
    static const u8 data[] = { ES, DS, FS, GS };

    if (load_usual(c, m))
        return;
    for (u32 i = 0; i < 6; i++)
        c->s.seg[seg_order[i]] = (struct seg){ .sel = m->seg[i] };
    cpu_mode_changed(c);

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

/* Everything but the segments; those count as absent until they are loaded. */
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
    cpu_set_eflags(c, m->flags, ~0u);   /* a 16-bit TSS ends V86 mode, too */
    c->s.cpl = v86(c) ? 3 : (u8)sel_rpl(m->seg[CS]);
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
    u32 size = layout_of(tss)->size;

    if (unlikely(!lin_host(c, tss->base, size, write, false)))
        mmu_probe(c, tss->base, size, write, false);
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
    task_save(c, flags);
    m = task_load(c, &tss);
    if (nested) {
        sys_store(c, tss.base, 2, old.sel);
        m.flags |= NT;
    } else {
        desc_set_busy(c, old.sel, false);
    }
    if (cause != TASK_IRET)
        desc_set_busy(c, sel, true);
    tss.attr |= TSS_BUSY;
    c->s.seg[TR] = tss;
    fpu_settle(c);
    c->s.cr[0] |= CR0_TS;
    load_registers(c, &tss, &m);
    if (c->s.dr[7] & LOCAL_BREAKS) {    /* they end */
        c->s.dr[7] &= ~(u32)LOCAL_BREAKS;
        mmu_flush(c);
    }
    load_segments(c, &m);
    if (m.eip > c->s.seg[CS].limit)
        cpu_raise_code(c, EX_GP, c->ext);
    if (m.trap) {
        c->s.dr[6] |= DR6_BT;
        c->s.db_pending = true;
    }
    cpu_attend(c);
}

void task_gate(struct cpu *c, struct desc gate, enum task_cause cause)
{
    task_switch(c, (u16)(gate.lo >> 16), cause);
}
