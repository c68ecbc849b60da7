/* seg.c - segment registers: descriptors, checks, what an access may touch.
 *
 * Reference: SDM volume 3, chapters 3 and 5; 80286 Programmer's Reference,
 * chapter 7. */
#include "cpu/block.h"
#include "cpu/desc.h"
#include "cpu/stop.h"
#include "cpu/paging/window.h"

_Noreturn void sel_fault(struct cpu *c, int vector, u16 sel)
{
    cpu_raise_code(c, vector, (sel & ~3u) | c->ext);
}

/* ---- what a segment lets through ---- */

static struct access data_access(const struct seg *s)
{
    struct access a = { s->base, 0, s->limit, CAN_READ };

    if (s->attr & SEG_RW)
        a.can |= CAN_WRITE;
    if (s->attr & SEG_DC) {             /* expand-down */
        a.lo = s->limit + 1;
        a.hi = s->attr & SEG_DB ? ~0u : 0xffff;
        if (a.lo == 0 || a.lo > a.hi)
            a.can = 0;
    }
    return a;
}

struct access seg_access(const struct cpu *c, int seg, const struct seg *s)
{
    struct access a = { s->base, 0, s->limit, CAN_READ | CAN_WRITE };

    (void)seg;
    if (!protected(c))
        return a;
    if (!(s->attr & SEG_P))
        return (struct access){ 0, 1, 0, 0 };
    if (!(s->attr & SEG_CODE))
        return data_access(s);
    a.can = s->attr & SEG_RW ? CAN_READ : 0;
    return a;
}

static inline void stack_mode(struct cpu *c, u32 attr)
{
    c->spmask = attr & SEG_DB ? ~0u : 0xffff;
    c->mode = (c->mode & ~(u32)MODE_SS32) | (attr & SEG_DB ? MODE_SS32 : 0);
}

static inline void code_mode(struct cpu *c, u32 attr)
{
    c->mode = (c->mode & ~(u32)MODE_CS32) | (attr & SEG_DB ? MODE_CS32 : 0);
}

static inline void update_segment(struct cpu *c, int n)
{
    const struct seg *s = &c->s.seg[n];

    c->access[n] = seg_access(c, n, s);
    if (n == SS)
        stack_mode(c, s->attr);
    if (n == CS)
        code_mode(c, s->attr);
    window_mode(c, n);
    window_update(c, n);
}

void seg_update(struct cpu *c, int n) { update_segment(c, n); }

void seg_set(struct cpu *c, int n, struct seg s)
{
    c->s.seg[n] = s;
    update_segment(c, n);
}

void seg_clear_data(struct cpu *c)
{
    static const u8 regs[] = { ES, DS, FS, GS };

    for (u32 i = 0; i < COUNT_OF(regs); i++) {
        c->s.seg[regs[i]] = (struct seg){ 0 };
        c->access[regs[i]] = (struct access){ 0, 1, 0, 0 };
        c->window[regs[i]] = (struct window){ 0 };
    }
    window_set_odd(c, c->odd_segments | 1u << ES | 1u << DS);
}

/* In real mode only the base follows the selector; limit and rights stay, so
 * "unreal" segments work. V86 mode sets all of it. */
void seg_set_real(struct cpu *c, int n, u16 sel)
{
    struct seg *s = &c->s.seg[n];

    s->sel = sel;
    s->base = (u32)sel << 4;
    if (v86(c)) {
        s->limit = 0xffff;
        s->attr = SEG_P | SEG_DPL | SEG_S | SEG_RW | SEG_A;
    }
    update_segment(c, n);
}

void seg_set_v86(struct cpu *c, const u16 sel[6])
{
    window_set_v86(c, sel);
}

/* The flags that exist in this model and mode. */
static u32 flags_legal(const struct cpu *c)
{
    u32 m = 0xfd5;

    if (c->family >= I386 || (c->s.cr[0] & CR0_PE))
        m |= c->family >= I286 ? IOPL | NT : 0;
    if (c->family >= I386)
        m |= RF | VM;
    if (c->family >= I486)
        m |= AC;
    if (c->model->cpuid)
        m |= ID;
    if (c->model->features & FEAT_VME)
        m |= VIF | VIP;
    return m;
}

/* The numbers of modes are those of MODE_PROT and MODE_PAGED. */
static void watch_mode(struct cpu *c)
{
    u32 now = (protected(c) ? MODE_PROT : 0) |
              (c->s.cr[0] & CR0_PG ? MODE_PAGED : 0);

    if (now != (c->mode & (MODE_PROT | MODE_PAGED)))
        stop_event(c, STOP_MODE, now, 1);
}

void cpu_mode_set(struct cpu *c)
{
    LOG(c->log, TRACE, "mode", "%s, cpl %d, paging %s at %04x:%08x",
        protected(c) ? "protected" : v86(c) ? "virtual 8086" : "real",
        c->s.cpl, c->s.cr[0] & CR0_PG ? "on" : "off", c->s.seg[CS].sel,
        c->s.eip);
    if (stops_at(c, STOP_MODE))
        watch_mode(c);
    c->mode = (protected(c) ? MODE_PROT : 0) |
              (c->s.cr[0] & CR0_PG ? MODE_PAGED : 0);
    c->user = c->s.cpl == 3;
}

void cpu_mode_changed(struct cpu *c)
{
    c->flags_legal = flags_legal(c);
    cpu_mode_set(c);
    for (int n = 0; n < SEGS; n++)
        update_segment(c, n);
}

/* ---- descriptors ---- */

bool desc_read(struct cpu *c, u16 sel, struct desc *d)
{
    u32 base = c->s.gdt_base, limit = c->s.gdt_limit;

    if (sel & 4) {
        base = c->s.seg[LDTR].base;
        limit = c->s.seg[LDTR].attr & SEG_P ? c->s.seg[LDTR].limit : 0;
    }
    if (sel_null(sel) || (sel | 7u) > limit)
        return false;
    d->at = base + (sel & ~7u);
    desc_fetch(c, d);
    return true;
}

struct desc desc_get(struct cpu *c, u16 sel, int vector)
{
    struct desc d;

    if (!desc_read(c, sel, &d))
        sel_fault(c, vector, sel);
    return d;
}

/* The 286 knows neither the high base byte nor the limit's granularity. */
struct seg desc_seg(const struct cpu *c, struct desc d, u16 sel)
{
    u32 hi = c->family == I286 ? d.hi & 0xffff : d.hi;
    u32 limit = (d.lo & 0xffff) | (hi & 0xf0000);

    if (hi & SEG_G << 8)
        limit = limit << 12 | 0xfff;
    return (struct seg){ d.lo >> 16 | (hi & 0xff) << 16 | (hi & 0xff000000),
                         limit, sel, (u16)(hi >> 8 & 0xf0ff) };
}

void desc_mark_accessed(struct cpu *c, struct desc d)
{
    if (!(d.hi & 0x100))
        mmu_store(c, d.at + 5, 1, (d.hi >> 8 & 0xff) | SEG_A, false);
}

void desc_set_busy(struct cpu *c, u16 sel, bool busy)
{
    u32 at = c->s.gdt_base + (sel & ~7u) + 5;
    u32 v = sys_load(c, at, 1);

    sys_store(c, at, 1, busy ? v | TSS_BUSY : v & ~(u32)TSS_BUSY);
}

/* ---- loading a data or stack segment ---- */

struct desc stack_desc(struct cpu *c, u16 sel, u32 cpl, int vector)
{
    struct desc d;

    if (sel_null(sel))
        cpu_raise_code(c, vector, c->ext);
    d = desc_get(c, sel, vector);
    if (sel_rpl(sel) != cpl || desc_dpl(d) != cpl || !desc_data_writable(d))
        sel_fault(c, vector, sel);
    if (!desc_present(d))
        sel_fault(c, EX_SS, sel);
    return d;
}

static struct desc data_desc(struct cpu *c, u16 sel)
{
    struct desc d = desc_get(c, sel, EX_GP);
    u32 least = sel_rpl(sel) > c->s.cpl ? sel_rpl(sel) : c->s.cpl;

    if (!desc_readable(d) || (!desc_conforming(d) && least > desc_dpl(d)))
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    return d;
}

void seg_load(struct cpu *c, int n, u16 sel)
{
    struct desc d;
    struct seg s;

    if (!protected(c)) {
        seg_set_real(c, n, sel);
        return;
    }
    if (n != SS && sel_null(sel)) {
        seg_set(c, n, (struct seg){ .sel = sel });
        return;
    }
    d = n == SS ? stack_desc(c, sel, c->s.cpl, EX_GP) : data_desc(c, sel);
    desc_mark_accessed(c, d);
    s = desc_seg(c, d, sel);
    s.attr |= SEG_A;
    seg_replace(c, n, s);
}

static inline bool hidden_from(const struct cpu *c, const struct seg *s)
{
    return (s->attr & SEG_P) && (s->attr & SEG_DPL) >> 5 < c->s.cpl &&
           (s->attr & (SEG_CODE | SEG_DC)) != (SEG_CODE | SEG_DC);
}

void drop_inner_segments(struct cpu *c)
{
    static const u8 regs[] = { ES, DS, FS, GS };

    for (u32 i = 0; i < COUNT_OF(regs); i++)
        if (hidden_from(c, &c->s.seg[regs[i]]))
            seg_set(c, regs[i], (struct seg){ 0 });
}

void code_load(struct cpu *c, u16 sel, struct desc d, u32 cpl, u32 eip)
{
    struct seg s = desc_seg(c, d, (u16)((sel & ~3u) | cpl));

    if (eip > s.limit)
        cpu_raise_code(c, EX_GP, c->ext);
    desc_mark_accessed(c, d);
    s.attr |= SEG_A;
    c->s.eip = eip;
    c->s.cpl = (u8)cpl;
    c->user = cpl == 3;
    if (v86(c)) {                       /* it ends with this jump */
        c->s.eflags &= ~(u32)VM;
        cpu_mode_set(c);
        seg_set(c, CS, s);
    } else {
        seg_replace(c, CS, s);
    }
}

/* ---- stacks being filled ---- */

struct stack stack_now(const struct cpu *c)
{
    return (struct stack){ .ss = c->s.seg[SS], .a = c->access[SS],
                           .sp = c->s.gpr[ESP], .mask = c->spmask,
                           .user = c->user };
}

/* Whether n bytes go over the start of a stack of 64K with no push itself
 * over its end. Real mode's INT shuts down at SP 1, 3 or 5 only (80386
 * Programmer's Reference, INT). */
static bool room_around(struct cpu *c, const struct stack *st, u32 n, u32 size)
{
    u32 below = st->sp & st->mask;

    if (st->mask != 0xffff || below >= n || below % size ||
        !(st->a.can & CAN_WRITE) || st->a.lo || st->a.hi < 0xffff)
        return false;
    if (below)
        mmu_probe(c, st->a.base, below, true, st->user);
    mmu_probe(c, st->a.base + 0x10000 - (n - below), n - below, true,
              st->user);
    return true;
}

void stack_room(struct cpu *c, struct stack *st, u32 n, bool wide, u32 code)
{
    u32 size = wide ? 4 : 2, sp;

    n *= size;
    sp = (st->sp - n) & st->mask;
    if (!(st->a.can & CAN_WRITE) || sp < st->a.lo ||
        (u64)sp + n - 1 > st->a.hi) {
        if (c->family < I286 || room_around(c, st, n, size))
            return;                     /* wraps */
        cpu_raise_code(c, EX_SS, code);
    }
    mmu_probe(c, st->a.base + sp, n, true, st->user);
    st->low = sp;
    if ((u64)sp + n - 1 <= st->mask)
        st->host = lin_host(c, st->a.base + sp, n, true, st->user);
}

void stack_push_odd(struct cpu *c, struct stack *st, bool wide, u32 v)
{
    int size = wide ? 4 : 2;
    u32 sp = (st->sp - (u32)size) & st->mask;

    if (sp == 0xffff && st->mask == 0xffff) {   /* 8086: a word wraps */
        mmu_store(c, st->a.base + sp, 1, v & 0xff, st->user);
        mmu_store(c, st->a.base, 1, v >> 8 & 0xff, st->user);
    } else {
        mmu_store(c, st->a.base + sp, size, v, st->user);
    }
    st->sp = (st->sp & ~st->mask) | sp;
}

struct tss_stack { u16 ss; u32 esp; };

static struct tss_stack tss_stack(struct cpu *c, u32 cpl)
{
    const struct seg *tr = &c->s.seg[TR];
    bool wide = tr->attr & 8;
    u32 at = wide ? 4 + 8 * cpl : 2 + 4 * cpl;

    if (at + (wide ? 5 : 3) > tr->limit)
        sel_fault(c, EX_TS, tr->sel);
    at += tr->base;
    if (wide)
        return (struct tss_stack){ (u16)sys_load(c, at + 4, 2),
                                   sys_load(c, at, 4) };
    return (struct tss_stack){ (u16)sys_load(c, at + 2, 2),
                               sys_load(c, at, 2) };
}

struct stack stack_inner(struct cpu *c, u32 cpl)
{
    struct tss_stack t = tss_stack(c, cpl);
    struct desc d = stack_desc(c, t.ss, cpl, EX_TS);
    struct stack st = { .ss = desc_seg(c, d, t.ss), .sp = t.esp,
                        .user = cpl == 3 };

    desc_mark_accessed(c, d);
    st.ss.attr |= SEG_A;
    st.a = data_access(&st.ss);
    st.mask = st.ss.attr & SEG_DB ? ~0u : 0xffff;
    return st;
}
