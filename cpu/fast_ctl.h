/* fast_ctl.h - between the two halves of the fast engine: fast.c makes and
 * links the second form of blocks, fast_ctl.c and fast_w.inc run it. */
#ifndef FAST_CTL_H
#define FAST_CTL_H

#include "cpu/fast_op.h"

struct fast_control {
    fast_fn *ea16[8], *ea_none, *ea32[8], *index[4][8];
    fast_fn *fall, *jcc[16], *set[16], *jmp, *jmp_t, *loop[4][2];
    fast_fn *nop, *flag[5], *cbw[2], *cwd[2], *xlat[2], *bswap;
};
extern const struct fast_control fast_control;

/* What a link runs that leads nowhere yet, or out of its page. */
FASTX(fast_unlinked);
FASTX(fast_far);

/* From struct cpu into a chain of blocks, until it ends. */
void fast_chain(struct cpu *c, const struct fop *i);

/* Works out what a chain takes for granted. */
static inline void fast_enter(struct cpu *c)
{
    c->chain_mode = c->mode;
    c->tlb_now = c->tlb[c->user][0];
    c->near_key = c->code_gen << 5 | (u32)c->user << 4 | c->mode;
}

#endif
