/* leave_sys.c - the larger handlers of system instructions, and what
 * smaller ones call. */
#define FAST_HANDLERS
#include "cpu/desc.h"
#include "cpu/stop.h"
#include "cpu/threaded/ops_ctl.h"

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
        return seg_load_quick(c, (int)n, (u16)sel);
    seg_set_real(c, (int)n, (u16)sel);
    return true;
}

void fast_load_code(struct cpu *c, u32 sel)
{
    seg_set_real(c, CS, (u16)sel);
}

/* ---- what leaves the mode ---- */

/* #GP without unwinding: the monitor's IRET takes longer. */
FASTX(fast_denied)
{
    if (!v86(c) || iopl(c) == 3 || (c->s.cr[4] & CR4_VME) ||
        (c->stop_kinds & STOPS_SLOW))
        TAIL(fast_slow, i);
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

/* RF that IRET has set ends when the next instruction begins. Where nothing
 * can come before that, the budget is given back. */
static void resume(struct cpu *c, s64 left, u64 end)
{
    const struct insn *next = block_first(c);

    if (left <= 0 || c->stop_kinds || !(c->s.eflags & RF) || !next ||
        !moves_on(c, next))
        return;
    c->s.eflags &= ~(u32)RF;
    cpu_attend(c);
    if (c->attention) {
        c->s.eflags |= RF;
        return;
    }
    c->left = left;
    c->end = end;
}

FASTX(fast_iret)
{
    s64 left;
    u64 end;

    (void)t;
    SPILL;
    fast_begin(c, i);
    left = c->left;
    end = c->end;
    interrupt_return(c, i->insn->flags & I_O32);
    fast_enter(c);
    if (c->attention && !c->moved)
        resume(c, left, end);
    if (unlikely(c->left <= 0 || c->moved || c->s.eip >= c->fast_end))
        return;
    RELOAD;
    FIND;
}
