/* int.c - interrupts and exceptions: the IVT, the IDT and its gates.
 *
 * Reference: SDM volume 3, chapter 6. */
#include "cpu/desc.h"
#include "cpu/stop.h"

/* ---- raising ---- */

static bool contributory(int v)
{
    return v == EX_DE || (v >= EX_TS && v <= EX_GP);
}

/* The processor runs nothing more until RESET. cycle: it tells the board by a
 * shutdown cycle, and that answers with RESET. */
static _Noreturn void stop_for_good(struct cpu *c, const char *why, bool cycle)
{
    LOG(c->log, GUEST, "cpu", "%s at %04x:%08x", why, c->s.seg[CS].sel,
        c->insn_eip);
    c->delivering = c->fault = -1;
    c->nested = c->ext = 0;
    c->s.shutdown = true;
    cpu_attend(c);
    line_set(&c->pin.shutdown, cycle);
    line_set(&c->pin.shutdown, false);
    longjmp(c->unwind, 1);
}

enum { NESTED = 8 };

/* A fault while another is being delivered: SDM table 6-5. #AC is one that
 * the table lets follow itself: a handler at ring 3 with an odd stack keeps
 * processors in microcode, deaf to all but RESET, and so ours. */
static int int_combine(struct cpu *c, int vector)
{
    int first = c->delivering;

    if (first == EX_DF)
        stop_for_good(c, "triple fault", true);
    if (first >= 0 && ++c->nested > NESTED)
        stop_for_good(c, "faults without an end", false);
    if (first >= 0 && ((contributory(first) && contributory(vector)) ||
                       (first == EX_PF && (contributory(vector) ||
                                           vector == EX_PF))))
        return EX_DF;
    return vector;
}

static _Noreturn void raise(struct cpu *c, int vector, bool has_code, u32 code)
{
    int v = int_combine(c, vector);

    c->s.db_pending = false;            /* the access that met a breakpoint
                                           is undone */
    if (v != vector) {
        has_code = true;
        code = 0;
    }
    c->fault = v;
    c->fault_has_code = has_code;
    c->fault_code = code;
    longjmp(c->unwind, 1);
}

_Noreturn void cpu_raise(struct cpu *c, int vector)
{
    raise(c, vector, false, 0);
}

_Noreturn void cpu_raise_code(struct cpu *c, int vector, u32 code)
{
    raise(c, vector, true, code);
}

/* ---- real mode ---- */

u32 flags_image(const struct cpu *c)
{
    return flags_get(c) | 2 | (c->family < I286 ? 0xf000 : 0);
}

static void real_interrupt(struct cpu *c, int vector)
{
    u32 at = (u32)vector * 4, entry;
    struct stack st = stack_now(c);

    if (c->family >= I286 && at + 3 > c->s.idt_limit)
        cpu_raise_code(c, EX_GP, at * 2 + 2);
    entry = sys_load(c, c->s.idt_base + at, 4);
    stack_room(c, &st, 3, false, 0);
    stack_push(c, &st, false, flags_image(c));
    stack_push(c, &st, false, c->s.seg[CS].sel);
    stack_push(c, &st, false, c->s.eip);
    c->s.gpr[ESP] = st.sp;
    seg_set_real(c, CS, (u16)(entry >> 16));
    c->s.eip = entry & 0xffff;
    cpu_set_eflags(c, 0, IF | TF | AC);
}

/* ---- virtual-8086 mode extensions (SDM volume 3, 20.3) ---- */

bool vme(const struct cpu *c)
{
    return v86(c) && (c->s.cr[4] & CR4_VME);
}

/* The TSS's bitmap before the I/O bitmap: a clear bit keeps the interrupt
 * in V86 mode. */
static bool stays(struct cpu *c, int vector)
{
    const struct seg *tr = &c->s.seg[TR];
    u32 at;

    if (!(tr->attr & 8) || tr->limit < 103)
        cpu_raise_code(c, EX_GP, 0);
    at = mmu_load(c, tr->base + 102, 2, false) - 32 + (u32)vector / 8;
    if (at > tr->limit)
        cpu_raise_code(c, EX_GP, 0);
    return !(mmu_load(c, tr->base + at, 1, false) >> vector % 8 & 1);
}

/* FLAGS as a V86 task below IOPL 3 sees them: VIF in IF's place. */
u32 vme_flags(const struct cpu *c)
{
    u32 f = flags_image(c);

    if (iopl(c) < 3)
        f = (f & ~(u32)IF) | IOPL | (f & VIF ? IF : 0);
    return f;
}

bool vme_interrupt(struct cpu *c, int vector)
{
    struct stack st = stack_now(c);
    u32 entry, flags = vme_flags(c);

    if (!stays(c, vector))
        return false;
    entry = mmu_load(c, (u32)vector * 4, 4, c->user);
    stack_room(c, &st, 3, false, 0);
    stack_push(c, &st, false, flags);
    stack_push(c, &st, false, c->s.seg[CS].sel);
    stack_push(c, &st, false, c->s.eip);
    c->s.gpr[ESP] = st.sp;
    seg_set_real(c, CS, (u16)(entry >> 16));
    c->s.eip = entry & 0xffff;
    cpu_set_eflags(c, 0, TF | (iopl(c) < 3 ? (u32)VIF : IF));
    c->no_step = true;
    return true;
}

/* FLAGS popped there; #GP when the monitor must see it. */
void vme_set_flags(struct cpu *c, u32 flags)
{
    vme_check_flags(c, flags);
    cpu_set_eflags(c, flags, 0x4cd5);
    cpu_set_eflags(c, flags & IF ? VIF : 0, VIF);
}

void vme_check_flags(struct cpu *c, u32 flags)
{
    if ((flags & TF) || ((flags & IF) && (c->s.eflags & VIP)))
        cpu_raise_code(c, EX_GP, 0);
}

/* ---- protected mode ---- */

struct gate {
    struct desc d;
    u32 code;                           /* error code that names it */
    bool wide;
    bool is_int;                        /* clears IF */
};

static struct gate gate_get(struct cpu *c, int vector, enum int_kind kind)
{
    u32 at = (u32)vector * 8;
    struct gate g = { .code = at + 2 + c->ext };
    u32 type;

    if (at + 7 > c->s.idt_limit)
        cpu_raise_code(c, EX_GP, g.code);
    g.d.at = c->s.idt_base + at;
    desc_fetch(c, &g.d);
    type = g.d.hi >> 8 & 0x1f;
    if (type != SYS_TASK && type != SYS_INT16 && type != SYS_TRAP16 &&
        (c->family < I386 || (type != SYS_INT32 && type != SYS_TRAP32)))
        cpu_raise_code(c, EX_GP, g.code);
    if (kind == INT_SOFT && desc_dpl(g.d) < c->s.cpl)
        cpu_raise_code(c, EX_GP, g.code);
    if (!desc_present(g.d))
        cpu_raise_code(c, EX_NP, g.code);
    g.wide = type >= SYS_INT32;
    g.is_int = type == SYS_INT16 || type == SYS_INT32;
    return g;
}

static struct desc gate_target(struct cpu *c, u16 sel)
{
    struct desc d;

    if (sel_null(sel))
        cpu_raise_code(c, EX_GP, c->ext);
    d = desc_get(c, sel, EX_GP);
    if (!desc_code(d) || desc_dpl(d) > c->s.cpl)
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    return d;
}

static void push_v86_segments(struct cpu *c, struct stack *st, bool wide)
{
    static const u8 regs[] = { GS, FS, DS, ES };

    for (u32 i = 0; i < COUNT_OF(regs); i++)
        stack_push(c, st, wide, c->s.seg[regs[i]].sel);
}

static void push_frame(struct cpu *c, struct stack *st, const struct gate *g,
                       u32 flags, bool has_code, u32 code)
{
    stack_push(c, st, g->wide, flags);
    stack_push(c, st, g->wide, c->s.seg[CS].sel);
    stack_push(c, st, g->wide, c->s.eip);
    if (has_code)
        stack_push(c, st, g->wide, code);
}

/* Into the handler: CS, then SS, then the flags, none of which can fail but
 * the first. */
static void int_enter(struct cpu *c, const struct gate *g, struct desc d,
                      u32 cpl, const struct stack *st)
{
    u32 off = g->wide ? (g->d.lo & 0xffff) | (g->d.hi & 0xffff0000)
                      : g->d.lo & 0xffff;
    bool from_v86 = v86(c);

    code_load(c, (u16)(g->d.lo >> 16), d, cpl, off);
    cpu_set_eflags(c, 0, TF | NT | RF | VM | (g->is_int ? (u32)IF : 0));
    if (from_v86) {
        seg_clear_data(c);
        seg_set(c, SS, st->ss);
    } else {
        seg_replace(c, SS, st->ss);
    }
    c->s.gpr[ESP] = st->sp;
}

static void to_inner(struct cpu *c, const struct gate *g, struct desc d,
                     u32 flags, bool has_code, u32 code)
{
    u32 cpl = desc_dpl(d);
    struct stack st;

    if (v86(c) && cpl != 0)
        sel_fault(c, EX_GP, (u16)(g->d.lo >> 16));
    st = stack_inner(c, cpl);
    stack_room(c, &st, 5 + has_code + (v86(c) ? 4 : 0), g->wide,
               (st.ss.sel & ~3u) | c->ext);
    if (v86(c))
        push_v86_segments(c, &st, g->wide);
    stack_push(c, &st, g->wide, c->s.seg[SS].sel);
    stack_push(c, &st, g->wide, c->s.gpr[ESP]);
    push_frame(c, &st, g, flags, has_code, code);
    int_enter(c, g, d, cpl, &st);
}

static void to_same(struct cpu *c, const struct gate *g, struct desc d,
                    u32 flags, bool has_code, u32 code)
{
    struct stack st = stack_now(c);

    if (v86(c))
        sel_fault(c, EX_GP, (u16)(g->d.lo >> 16));
    stack_room(c, &st, 3 + has_code, g->wide, c->ext);
    push_frame(c, &st, g, flags, has_code, code);
    int_enter(c, g, d, c->s.cpl, &st);
}

static void push_task_code(struct cpu *c, u32 code)
{
    struct stack st = stack_now(c);
    bool wide = c->s.seg[TR].attr & 8;

    stack_room(c, &st, 1, wide, c->ext);
    stack_push(c, &st, wide, code);
    c->s.gpr[ESP] = st.sp;
}

static void protected_interrupt(struct cpu *c, int vector, enum int_kind kind,
                                bool has_code, u32 code)
{
    struct gate g = gate_get(c, vector, kind);
    u32 flags = flags_image(c);
    struct desc d;

    if (kind == INT_EXCEPTION && c->family >= I386 && vector != EX_DF)
        flags |= RF;
    if (desc_type(g.d) == SYS_TASK) {
        c->s.eflags |= flags & RF;
        task_gate(c, g.d, TASK_INT);
        if (has_code)
            push_task_code(c, code);
        return;
    }
    d = gate_target(c, (u16)(g.d.lo >> 16));
    if (!desc_conforming(d) && desc_dpl(d) < c->s.cpl)
        to_inner(c, &g, d, flags, has_code, code);
    else
        to_same(c, &g, d, flags, has_code, code);
}

static const char *kind_name(enum int_kind kind)
{
    static const char *const names[] = { "hard", "soft", "exception", "trap" };

    return names[kind];
}

void cpu_interrupt(struct cpu *c, int vector, enum int_kind kind, bool has_code,
                   u32 code)
{
    LOG(c->log, TRACE, "int", "%02x %s code %x eax %08x at %04x:%08x", vector,
        kind_name(kind), code, c->s.gpr[EAX], c->s.seg[CS].sel, c->s.eip);
    if (unlikely(c->stop_kinds) && kind != INT_SOFT)
        stop_event(c, kind == INT_HARD ? STOP_IRQ : STOP_FAULT, (u32)vector,
                   1);
    c->no_step = true;
    c->ext = kind != INT_SOFT;
    if (c->s.cr[0] & CR0_PE)
        protected_interrupt(c, vector, kind, has_code, code);
    else
        real_interrupt(c, vector);
    c->ext = 0;
    cpu_attend(c);
}
