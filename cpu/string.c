/* string.c - string instructions and their repetition.
 *
 * Each turn of a repeated one counts as an instruction. When the budget ends
 * before the count does, EIP goes back to the instruction, which so goes on
 * after whatever comes in between. Registers are exact after each turn.
 *
 * Reference: SDM volume 2, REP. */
#include "cpu/ops.h"

static inline u32 step(const struct cpu *c, u32 bytes)
{
    return c->s.eflags & DF ? -bytes : bytes;
}

static inline void advance(struct cpu *c, const struct insn *i, u32 reg, u32 d)
{
    u32 v = c->s.gpr[reg];

    c->s.gpr[reg] = (v & ~i->amask) | ((v + d) & i->amask);
}

static inline bool rep_none(const struct cpu *c, const struct insn *i)
{
    return (i->flags & (I_REP | I_REPNE)) && !(c->s.gpr[ECX] & i->amask);
}

/* After a turn: whether another one follows at once. */
static inline bool rep_again(struct cpu *c, const struct insn *i)
{
    if (!(i->flags & (I_REP | I_REPNE)))
        return false;
    advance(c, i, ECX, ~0u);
    if (!(c->s.gpr[ECX] & i->amask))
        return false;
    if (c->left <= 0) {
        c->s.eip = c->insn_eip;
        return false;
    }
    c->left--;
    return true;
}

/* The same for those that compare. */
static inline bool rep_again_if(struct cpu *c, const struct insn *i)
{
    u32 zf = flag_zf(c);

    if (((i->flags & I_REP) && !zf) || ((i->flags & I_REPNE) && zf)) {
        advance(c, i, ECX, ~0u);
        return false;
    }
    return rep_again(c, i);
}

/* How many turns may run at once before the one that decides how it goes on. */
static inline u32 run_length(const struct cpu *c, const struct insn *i)
{
    u32 n = (c->s.gpr[ECX] & i->amask) - 1;

    if (!(i->flags & (I_REP | I_REPNE)) || (c->s.eflags & DF) || c->left <= 0)
        return 0;
    return (s64)n < c->left ? n : (u32)c->left;
}

static inline void no_run(struct cpu *c, const struct insn *i)
{
    (void)c;
    (void)i;
}

static inline void target_probe(struct cpu *c, u32 at, u32 bytes)
{
    if (c->family >= I286)
        mmu_probe(c, seg_linear(c, ES, at, bytes, CAN_WRITE), bytes, true,
                  c->user);
}

/* In real mode the 80286 has moved its registers on when a word runs over the
 * end of the segment. */
static inline void overrun_286(struct cpu *c, const struct insn *i, int seg,
                               u32 reg, u32 other, u32 turns)
{
    u32 d = step(c, 2);

    if (likely(c->family != I286 || (c->s.cr[0] & CR0_PE) ||
               (c->s.gpr[reg] & 0xffff) != 0xffff))
        return;
    advance(c, i, reg, d);
    if (other != NOREG)
        advance(c, i, other, d);
    if (i->flags & (I_REP | I_REPNE))
        advance(c, i, ECX, -turns);
    seg_fault(c, seg);
}

#define W 8
#include "cpu/body_alu.inc"
#include "cpu/string.inc"
#define W 16
#include "cpu/body_alu.inc"
#include "cpu/string.inc"
#define W 32
#include "cpu/body_alu.inc"
#include "cpu/string.inc"
