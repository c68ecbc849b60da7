/* leave_sys.c - the larger handlers of system instructions, and what
 * smaller ones call. */
#define FAST_HANDLERS
#include "cpu/desc.h"
#include "cpu/threaded/quick.h"
#include "cpu/stop.h"
#include "cpu/threaded/handlers/ops_ctl.h"

/* ---- memory ---- */

u8 *fast_span(struct cpu *c, const struct window *w, u32 off, u32 n, bool write)
{
    u32 last = off + n - 1, lin = w->base + off;
    const struct tlb *t = c->tlb_now + (write ? TLB_SIZE : 0) +
                          (lin >> 12 & (TLB_SIZE - 1));

    if (last < off || last >= (write ? w->w[0] : w->r[0]))
        return NULL;
    if (t->tag == ((lin + n - 1) & ~0xfffu))
        return t->host + (lin & 0xfff);
    if (last >= (write ? w->wd[0] : w->rd[0]))
        return NULL;
    for (u32 at = lin; write && at - lin < n; at++)
        if (c->lines[at / CODE_LINE] && !fast_no_code(c, at, 0))
            return NULL;
    return w->host + off;
}

/* ---- segments ---- */

bool fast_load_segment(struct cpu *c, u32 n, u32 sel)
{
    if (c->mode & MODE_PROT)
        return quick_data(c, (int)n, (u16)sel);
    seg_set_real(c, (int)n, (u16)sel);
    return true;
}

bool fast_verify(struct cpu *c, u32 sel, bool write)
{
    return quick_verify(c, (u16)sel, write);
}

void fast_load_code(struct cpu *c, u32 sel)
{
    seg_set_real(c, CS, (u16)sel);
}

/* ---- far transfers in protected mode, to the same privilege ---- */

static inline u32 sized_at(const u8 *p, u32 size)
{
    u32 v = 0;

    memcpy(&v, p, size);
    return v;
}

/* Where n bytes from offset `off` of the stack on lie; NULL: not at once. */
static inline u8 *stack_span(struct cpu *c, u32 off, u32 n, bool write)
{
    return off > c->spmask - (n - 1) ? NULL
                                     : fast_span(c, c->window + SS, off, n,
                                                 write);
}

/* Bytes of an offset and of a selector on the stack. */
static inline u32 far_size(const struct fop *i)
{
    return i->insn->flags & I_O32 ? 4 : 2;
}

static KEEPS_REGS bool far_call_quick(struct cpu *c, const struct fop *i,
                                      u32 sel, u32 off, u32 sp)
{
    u32 size = far_size(i), back = c->s.eip + i->disp, cs = c->s.seg[CS].sel;
    u8 *p = stack_span(c, sp, 2 * size, true);

    if (!p || !quick_code(c, (u16)sel, off))
        return false;
    memcpy(p, &back, size);
    memcpy(p + size, &cs, size);
    c->s.eip = off;
    fast_enter(c);
    return true;
}

static KEEPS_REGS bool far_jump_quick(struct cpu *c, u32 sel, u32 off)
{
    if (!quick_code(c, (u16)sel, off))
        return false;
    c->s.eip = off;
    fast_enter(c);
    return true;
}

static KEEPS_REGS bool far_return_quick(struct cpu *c, const struct fop *i,
                                        u32 sp)
{
    u32 size = far_size(i);
    const u8 *p = stack_span(c, sp, 2 * size, false);

    return p && far_jump_quick(c, sized_at(p + size, 2), sized_at(p, size));
}

/* The stack pointer moved by n. */
#define MOVED_SP(n) ((esp & ~c->spmask) | ((esp + (n)) & c->spmask))

/* imm2, the selector, is in t. */
FASTX(fast_call_prot)
{
    u32 sp = MOVED_SP(-2 * far_size(i));

    if (!far_call_quick(c, i, t, i->imm, sp & c->spmask))
        TAIL(fast_slow_end, i);
    esp = sp;
    FIND;
}

FASTX(fast_jump_prot)
{
    if (!far_jump_quick(c, t, i->imm))
        TAIL(fast_slow_end, i);
    FIND;
}

FASTX(fast_return_prot)
{
    if (!far_return_quick(c, i, esp & c->spmask))
        TAIL(fast_slow_end, i);
    esp = MOVED_SP(2 * far_size(i) + i->imm);
    FIND;
}

/* The pointer is at t. */
static KEEPS_REGS const u8 *far_pointer(struct cpu *c, const struct fop *i,
                                        u32 at)
{
    const struct window *w = win(c, i->seg);

    return (u16)at > 0xfff8 ? NULL : fast_span(c, w, at, far_size(i) + 2,
                                               false);
}

FASTX(fast_call_m_prot)
{
    u32 sp = MOVED_SP(-2 * far_size(i));
    const u8 *p = far_pointer(c, i, t);

    if (!p || !far_call_quick(c, i, sized_at(p + far_size(i), 2),
                              sized_at(p, far_size(i)), sp & c->spmask))
        TAIL(fast_slow_end, i);
    esp = sp;
    FIND;
}

FASTX(fast_jump_m_prot)
{
    const u8 *p = far_pointer(c, i, t);

    if (!p || !far_jump_quick(c, sized_at(p + far_size(i), 2),
                              sized_at(p, far_size(i))))
        TAIL(fast_slow_end, i);
    FIND;
}

/* ---- interrupts and returns in protected mode ---- */

/* Goes on where CS:EIP leads; the budget may be used up. */
#define ENTER_CHAIN                                                         \
    do {                                                                    \
        fast_enter(c);                                                      \
        esp = c->s.gpr[ESP];                                                \
        FIND;                                                               \
    } while (0)

/* #GP without unwinding: the monitor's IRET takes longer. */
FASTX(fast_denied)
{
    u32 eip = c->s.eip;

    if (!v86(c) || iopl(c) == 3 || (c->s.cr[4] & CR4_VME) ||
        (c->stop_kinds & STOPS_SLOW))
        TAIL(fast_slow, i);
    c->s.gpr[ESP] = esp;
    c->s.eip = eip + i->at;
    if (likely(quick_interrupt(c, EX_GP, INT_EXCEPTION))) {
        c->left += i->insn->rest;
        cpu_charge_fault(c);
        ENTER_CHAIN;
    }
    c->s.eip = eip;
    SPILL;
    fast_begin(c, i);
    cpu_charge_fault(c);
    cpu_deliver(c, EX_GP, true, 0);
    if (unlikely(c->left <= 0 || c->moved || c->s.eip >= c->fast_end))
        return;
    fast_enter(c);
    RELOAD;
    FIND;
}

/* Out of V86 mode, too. */
FASTX(fast_int_prot)
{
    u32 eip = c->s.eip;

    if (v86(c) && iopl(c) < 3)
        TAIL(fast_denied, i);
    if (may_yield(i->imm, (u16)eax) || (c->s.cr[4] & CR4_VME))
        TAIL(fast_slow_end, i);
    c->s.gpr[ESP] = esp;
    c->s.eip = eip + i->disp;
    if (likely(quick_interrupt(c, i->imm, INT_SOFT)))
        ENTER_CHAIN;
    c->s.eip = eip;
    TAIL(fast_slow_end, i);
}

FASTX(fast_iret)
{
    c->s.gpr[ESP] = esp;
    if (likely((i->insn->flags & I_O32) && quick_iret(c)))
        ENTER_CHAIN;
    TAIL(fast_slow_end, i);
}

/* ---- fast system calls ---- */

static bool may_switch(const struct cpu *c)
{
    return (c->mode & MODE_PROT) && !sel_null((u16)c->s.sysenter[0]);
}

FASTX(fast_sysenter)
{
    if (unlikely(!may_switch(c)))
        TAIL(fast_slow_end, i);
    op_sysenter(c, i->insn);
    ENTER_CHAIN;
}

FASTX(fast_sysexit)
{
    if (unlikely(!may_switch(c) || c->s.cpl))
        TAIL(fast_slow_end, i);
    c->s.gpr[ECX] = ecx;
    c->s.gpr[EDX] = edx;
    op_sysexit(c, i->insn);
    ENTER_CHAIN;
}
