/* quick.c - see quick.h. */
#include "cpu/threaded/quick.h"

#include <stdlib.h>

#include "cpu/block.h"
#include "cpu/desc.h"
#include "cpu/paging/window.h"

/* Of a load of a data segment register. */
struct data_verdict {
    u64 desc;
    u32 sel, cpl;
    struct seg s;
};

/* Of an interrupt: from gate, code descriptor, and where the stack changes the
 * TSS's ESP and SS and that one's descriptor. */
struct int_given {
    u64 gate, code, top, stack;
    u32 how;                            /* CPL and HOW_ bits */
};
enum { HOW_V86 = 4, HOW_SOFT = 8, HOW_CODE = 16 };
struct int_verdict {
    struct int_given of;
    struct seg cs, ss;
    u32 eip, size, cleared;             /* of the frame; flags */
    u32 sp;                             /* behind the frame: an inner stack */
    u8 cpl;
};

/* Of an IRET within protected mode: from the descriptors, CS, SS in the upper
 * half where that changes, and the privilege. */
struct ret_given {
    u64 code, stack;
    u32 sels, cpl;
};
struct ret_verdict {
    struct ret_given of;
    struct seg cs, ss;
};

enum { DATA_VERDICTS = 32, INT_VERDICTS = 16, RET_VERDICTS = 16 };
struct quick {
    struct data_verdict data[DATA_VERDICTS];
    struct int_verdict ints[INT_VERDICTS];
    struct ret_verdict rets[RET_VERDICTS];
};

struct quick *quick_new(void) { return calloc(1, sizeof(struct quick)); }

/* ---- descriptors ---- */

/* Eight bytes of a table; false: the TLB has not got them. */
static inline bool quick_read(struct cpu *c, u32 lin, u64 *v)
{
    const u8 *p = lin_host(c, lin, sizeof *v, false, false);

    if (unlikely(!p))
        return false;
    memcpy(v, p, sizeof *v);
    return true;
}

static inline bool quick_find(struct cpu *c, u32 sel, u64 *v)
{
    const struct seg *ldt = &c->s.seg[LDTR];

    if (likely(!(sel & 4)))
        return (sel | 7) <= c->s.gdt_limit && !sel_null((u16)sel) &&
               quick_read(c, c->s.gdt_base + (sel & ~7u), v);
    return (sel | 7) <= ldt->limit && (ldt->attr & SEG_P) &&
           quick_read(c, ldt->base + (sel & ~7u), v);
}

static inline struct desc desc_of(u64 v)
{
    return (struct desc){ (u32)v, (u32)(v >> 32), 0 };
}

/* Present, of a segment, marked as accessed: loading it stores nothing. */
static inline bool is_loadable(struct desc d)
{
    return (d.hi & 0x9100) == 0x9100;
}

static bool plain_code(struct desc d, u32 dpl)
{
    return is_loadable(d) && desc_code(d) && !desc_conforming(d) &&
           desc_dpl(d) == dpl;
}

static bool plain_stack(struct desc d, u32 sel, u32 cpl)
{
    return is_loadable(d) && desc_data_writable(d) && desc_dpl(d) == cpl &&
           sel_rpl((u16)sel) == cpl;
}

/* ---- loads of segment registers ---- */

static bool data_judge(const struct cpu *c, u64 desc, u16 sel,
                       struct data_verdict *v)
{
    u32 least = sel_rpl(sel) > c->s.cpl ? sel_rpl(sel) : c->s.cpl;
    struct desc d = desc_of(desc);

    if (!is_loadable(d) || !desc_readable(d) ||
        (!desc_conforming(d) && least > desc_dpl(d)))
        return false;
    *v = (struct data_verdict){ desc, sel, c->s.cpl, desc_seg(c, d, sel) };
    return true;
}

/* Whether MODE_FLAT stays as it is when segment n gets s. What that lets
 * through is worked out only where it has a say. */
static inline bool data_keeps_mode(const struct cpu *c, int n,
                                   const struct seg *s)
{
    struct access a;

    if (!(c->mode & MODE_PAGED) || n > DS)
        return true;
    a = seg_access(c, n, s);
    return window_keeps_mode(c, n, &a);
}

bool quick_data(struct cpu *c, int n, u16 sel)
{
    struct data_verdict *v = &c->quick->data[sel >> 3 & (DATA_VERDICTS - 1)];
    u64 desc;

    if (unlikely(sel_null(sel))) {
        if (!window_keeps_mode(c, n, &(struct access){ 0, 1, 0, 0 }))
            return false;
        seg_set(c, n, (struct seg){ .sel = sel });
        return true;
    }
    if (unlikely(!quick_find(c, sel, &desc)))
        return false;
    if (unlikely(v->desc != desc || v->sel != sel || v->cpl != c->s.cpl) &&
        !data_judge(c, desc, sel, v))
        return false;
    if (likely(seg_is_alike(c, n, &v->s))) {
        c->s.seg[n] = v->s;
        return true;
    }
    if (unlikely(!data_keeps_mode(c, n, &v->s)))
        return false;
    seg_set(c, n, v->s);
    return true;
}

bool quick_verify(struct cpu *c, u16 sel, bool write)
{
    u64 desc;

    if (unlikely(!quick_find(c, sel, &desc)))
        return false;
    flags_change(c, ZF, desc_verifies(c, desc_of(desc), sel, write) ? ZF : 0);
    return true;
}

bool quick_code(struct cpu *c, u16 sel, u32 eip)
{
    struct seg s;
    u64 desc;

    if (sel_rpl(sel) != c->s.cpl || !quick_find(c, sel, &desc) ||
        !plain_code(desc_of(desc), c->s.cpl))
        return false;
    s = desc_seg(c, desc_of(desc), sel);
    if (eip > s.limit)
        return false;
    seg_replace(c, CS, s);
    return true;
}

/* ---- interrupts ---- */

/* What an interrupt pushes and IRET pops, from its lowest address on, above an
 * error code if there is one: three dwords, ESP and SS where the stack changes,
 * the data segments for V86 mode. */
struct quick_frame { u32 eip, cs, flags, esp, ss, es, ds, fs, gs; };
enum { FRAME_SAME = 12, FRAME_INNER = 20, FRAME_V86 = 36 };

/* A 32-bit gate: present, no segment, and its type but for the lowest bit,
 * which tells a trap from an interrupt. */
enum { GATE_MASK = 0x9e00, GATE_32 = 0x8e00, GATE_TRAP = 0x100 };

/* What an interrupt depends on. False: not at once. */
static inline bool int_gather(struct cpu *c, u32 vector, u32 how,
                              struct int_given *g)
{
    const struct seg *tr = &c->s.seg[TR];
    u32 cpl, at;

    *g = (struct int_given){ .how = c->s.cpl | how | (v86(c) ? HOW_V86 : 0) };
    if (vector * 8 + 7 > c->s.idt_limit ||
        !quick_read(c, c->s.idt_base + vector * 8, &g->gate) ||
        !quick_find(c, (u32)g->gate >> 16, &g->code))
        return false;
    cpl = desc_dpl(desc_of(g->code));
    if (cpl >= c->s.cpl)
        return true;
    at = 4 + 8 * cpl;                   /* in a 32-bit TSS */
    return (tr->attr & 8) && at + 7 <= tr->limit &&
           quick_read(c, tr->base + at, &g->top) &&
           quick_find(c, (u16)(g->top >> 32), &g->stack);
}

/* The inner stack of 32 bits, with room for the frame. */
static bool int_judge_stack(const struct cpu *c, struct int_verdict *v)
{
    u32 top = (u32)v->of.top, sel = (u16)(v->of.top >> 32);
    struct desc d = desc_of(v->of.stack);

    if (!plain_stack(d, sel, v->cpl))
        return false;
    v->ss = desc_seg(c, d, (u16)sel);
    v->sp = top - v->size;
    return (v->ss.attr & (SEG_DC | SEG_DB)) == SEG_DB && top >= v->size &&
           top - 1 <= v->ss.limit;
}

static bool int_judge(const struct cpu *c, const struct int_given *g,
                      struct int_verdict *to)
{
    struct desc gate = desc_of(g->gate), d = desc_of(g->code);
    u32 sel = gate.lo >> 16, from = g->how & 3;
    struct int_verdict v = { .of = *g, .cpl = (u8)desc_dpl(d) };
    bool inner = v.cpl < from;

    if ((gate.hi & GATE_MASK) != GATE_32 ||
        ((g->how & HOW_SOFT) && desc_dpl(gate) < from) || v.cpl > from ||
        ((g->how & HOW_V86) && v.cpl) || !plain_code(d, v.cpl))
        return false;
    v.cs = desc_seg(c, d, (u16)((sel & ~3u) | v.cpl));
    v.eip = (gate.lo & 0xffff) | (gate.hi & 0xffff0000);
    v.cleared = TF | NT | RF | VM | (gate.hi & GATE_TRAP ? 0 : IF);
    v.size = (g->how & HOW_V86 ? FRAME_V86 : inner ? FRAME_INNER
                                                   : FRAME_SAME) +
             (g->how & HOW_CODE ? 4u : 0);
    if (v.eip > v.cs.limit || (inner && !int_judge_stack(c, &v)))
        return false;
    *to = v;
    return true;
}

static inline const struct int_verdict *int_verdict(struct cpu *c, u32 vector,
                                                    u32 how)
{
    struct int_verdict *v = &c->quick->ints[vector & (INT_VERDICTS - 1)];
    struct int_given g;

    if (unlikely(!int_gather(c, vector, how, &g)))
        return NULL;
    if (likely(v->of.gate == g.gate && v->of.code == g.code &&
               v->of.top == g.top && v->of.stack == g.stack &&
               v->of.how == g.how))
        return v;
    return int_judge(c, &g, v) ? v : NULL;
}

/* Where the frame of an interrupt that keeps the stack lies, the stack pointer
 * after it; NULL: not at once. */
static inline u8 *same_stack(struct cpu *c, u32 size, u32 *sp)
{
    const struct access *a = &c->access[SS];
    u32 top = c->s.gpr[ESP];

    *sp = top - size;
    if (c->spmask != ~0u || !(a->can & CAN_WRITE) || top < size ||
        *sp < a->lo || top - 1 > a->hi)
        return NULL;
    return lin_host(c, a->base + *sp, size, true, c->user);
}

/* Written in up to three pieces, each of a size that the compiler knows. */
static inline void int_push(const struct cpu *c, const struct int_verdict *v,
                            u8 *p)
{
    const struct seg *s = c->s.seg;
    bool code = v->of.how & HOW_CODE;
    const struct quick_frame f = {
        .eip = c->s.eip, .cs = s[CS].sel,
        .flags = flags_get(c) | 2 | (code ? RF : 0),
        .esp = c->s.gpr[ESP], .ss = s[SS].sel,
        .es = s[ES].sel, .ds = s[DS].sel, .fs = s[FS].sel, .gs = s[GS].sel,
    };

    if (code) {
        memset(p, 0, 4);
        p += 4;
    }
    memcpy(p, &f, FRAME_SAME);
    if (v->cpl < c->s.cpl)
        memcpy(p + FRAME_SAME, &f.esp, FRAME_INNER - FRAME_SAME);
    if (v->of.how & HOW_V86)
        memcpy(p + FRAME_INNER, &f.es, FRAME_V86 - FRAME_INNER);
}

/* V86 mode ends: all segment registers are other ones. */
static inline void leave_v86(struct cpu *c, const struct int_verdict *v)
{
    c->mode |= MODE_PROT;
    seg_set(c, CS, v->cs);
    seg_clear_data(c);
    seg_set(c, SS, v->ss);
}

static inline void int_go(struct cpu *c, const struct int_verdict *v)
{
    bool from_v86 = v86(c);

    c->s.eip = v->eip;
    c->s.eflags &= ~v->cleared;
    if (from_v86) {
        leave_v86(c, v);
    } else {
        seg_replace(c, CS, v->cs);
        if (v->cpl < c->s.cpl)
            seg_replace(c, SS, v->ss);
    }
    c->s.cpl = v->cpl;
    c->user = v->cpl == 3;
}

/* Somebody looks on. */
static inline bool is_traced(const struct cpu *c)
{
    return c->stop_kinds || (c->log && c->log->max >= LOG_TRACE);
}

bool quick_interrupt(struct cpu *c, u32 vector, enum int_kind kind)
{
    const struct int_verdict *v =
        int_verdict(c, vector, kind == INT_SOFT ? HOW_SOFT : HOW_CODE);
    u32 sp;
    u8 *p;

    if (unlikely(!v || is_traced(c)))
        return false;
    if (v->cpl < c->s.cpl) {
        sp = v->sp;
        p = lin_host(c, v->ss.base + sp, v->size, true, false);
    } else {
        p = same_stack(c, v->size, &sp);
    }
    if (unlikely(!p))
        return false;
    int_push(c, v, p);
    int_go(c, v);
    c->s.gpr[ESP] = sp;
    return true;
}

/* ---- returns ---- */

enum { FSW_ES = 0x80 };

/* Whether EIP is another one after the instruction for sure: repeated strings,
 * jumps and x87 instructions that wait for IRQ 13 may stay. */
static bool moves_on(const struct cpu *c, const struct insn *i)
{
    u32 kind = i->row < op_count ? op_table[i->row].op[0] : 0;

    if ((i->flags & (I_REP | I_REPNE)) || (c->s.fsw & FSW_ES))
        return false;
    return !(i->flags & I_END) ||
           ((kind == Jb || kind == Jv) && (u16)(i->imm + i->len));
}

/* RF that IRET sets ends when the next instruction begins. Where that comes
 * within the budget, and nothing before it, RF need not be set at all. */
static void ret_resume(struct cpu *c)
{
    const struct insn *next = block_first(c);

    if (c->left > 0 && next && moves_on(c, next))
        return;
    c->s.eflags |= RF;
    cpu_attend(c);
}

/* Whether nothing comes of the new flags but that they are others. */
static inline bool ret_quiet(const struct cpu *c, u32 f)
{
    return !(f & TF) && (!(f & IF) || !c->s.intr) &&
           (!((f ^ c->s.eflags) & AC) || !(c->s.cr[0] & CR0_AM));
}

static inline void ret_flags(struct cpu *c, u32 f, u32 mask)
{
    mask &= c->flags_legal & ~(u32)(ARITH | RF);
    flags_set_arith(c, f);
    c->s.eflags = (c->s.eflags & ~mask) | (f & mask);
}

static inline const u8 *ret_popped(struct cpu *c, u32 n)
{
    const struct access *a = &c->access[SS];
    u32 sp = c->s.gpr[ESP];

    if (c->spmask != ~0u || !(a->can & CAN_READ) || sp < a->lo ||
        (u64)sp + n - 1 > a->hi)
        return NULL;
    return lin_host(c, a->base + sp, n, false, c->user);
}

static bool ret_to_v86(struct cpu *c, u32 flags)
{
    const u8 *p = ret_popped(c, FRAME_V86);
    struct quick_frame f;

    if (!p || (c->s.cr[4] & CR4_VME))
        return false;
    memcpy(&f, p, sizeof f);
    ret_flags(c, flags, ~0u);
    c->s.cpl = 3;
    c->user = true;
    c->mode &= ~(u32)MODE_PROT;
    window_set_v86(c, (u16[]){ (u16)f.es, (u16)f.cs, (u16)f.ss, (u16)f.ds,
                               (u16)f.fs, (u16)f.gs });
    c->s.gpr[ESP] = f.esp;
    c->s.eip = f.eip & 0xffff;
    return true;
}

static bool ret_judge(const struct cpu *c, const struct ret_given *g,
                      struct ret_verdict *v)
{
    u32 sel = (u16)g->sels, ss = g->sels >> 16, cpl = sel & 3;
    struct desc d = desc_of(g->code), sd = desc_of(g->stack);

    if (cpl < g->cpl || !plain_code(d, cpl) ||
        (cpl > g->cpl && !plain_stack(sd, ss, cpl)))
        return false;
    *v = (struct ret_verdict){ *g, desc_seg(c, d, (u16)sel),
                               desc_seg(c, sd, (u16)ss) };
    return true;
}

static inline const struct ret_verdict *ret_verdict(struct cpu *c,
                                                    const struct ret_given *g)
{
    struct ret_verdict *v =
        &c->quick->rets[g->sels >> 3 & (RET_VERDICTS - 1)];

    if (likely(v->of.code == g->code && v->of.stack == g->stack &&
               v->of.sels == g->sels && v->of.cpl == g->cpl))
        return v;
    return ret_judge(c, g, v) ? v : NULL;
}

/* To the same privilege. */
static bool ret_same(struct cpu *c, const struct quick_frame *f)
{
    struct ret_given g = { .sels = (u16)f->cs, .cpl = c->s.cpl };
    const struct ret_verdict *v;

    if (!quick_find(c, g.sels, &g.code) || !(v = ret_verdict(c, &g)) ||
        f->eip > v->cs.limit)
        return false;
    c->s.eip = f->eip;
    seg_replace(c, CS, v->cs);
    c->s.gpr[ESP] += FRAME_SAME;
    return true;
}

static bool ret_outer(struct cpu *c, const struct quick_frame *f)
{
    struct ret_given g = { .sels = (u16)f->cs | f->ss << 16, .cpl = c->s.cpl };
    const struct ret_verdict *v;

    if (!quick_find(c, (u16)f->cs, &g.code) ||
        !quick_find(c, (u16)f->ss, &g.stack) || !(v = ret_verdict(c, &g)) ||
        f->eip > v->cs.limit)
        return false;
    c->s.eip = f->eip;
    c->s.cpl = (u8)(g.sels & 3);
    c->user = c->s.cpl == 3;
    seg_replace(c, CS, v->cs);
    seg_replace(c, SS, v->ss);
    sp_set(c, f->esp);
    drop_inner_segments(c);
    return true;
}

static bool ret_within(struct cpu *c, u32 flags)
{
    u32 cpl = c->s.cpl, mask = 0x4dd5 | AC | ID;
    const u8 *p = ret_popped(c, FRAME_SAME);
    struct quick_frame f = { 0 };

    memcpy(&f, p, FRAME_SAME);
    if (cpl <= iopl(c))
        mask |= IF;
    if (cpl == 0)
        mask |= IOPL | VIF | VIP;
    if ((f.cs & 3) == cpl) {
        if (!ret_same(c, &f))
            return false;
    } else {
        p = ret_popped(c, FRAME_INNER);
        if (!p)
            return false;
        memcpy(&f, p, FRAME_INNER);
        if (!ret_outer(c, &f))
            return false;
    }
    ret_flags(c, flags, mask);
    return true;
}

bool quick_iret(struct cpu *c)
{
    const u8 *p = ret_popped(c, FRAME_SAME);
    u32 flags;

    if (unlikely(!p || c->s.nmi_blocked || (c->s.eflags & NT) ||
                 is_traced(c)))
        return false;
    memcpy(&flags, p + offsetof(struct quick_frame, flags), sizeof flags);
    if (unlikely(!ret_quiet(c, flags)))
        return false;
    if (!(flags & VM) || c->s.cpl ? !ret_within(c, flags)
                                  : !ret_to_v86(c, flags))
        return false;
    if (flags & RF)
        ret_resume(c);
    return true;
}
