/* fast_leave.c - into the chain of fast handlers and out of it. */
#include "cpu/fast_ctl.h"

/* The rest of a block by the plain handlers, one of which may have taken the
 * budget away. */
static void finish(struct cpu *c, const struct fop *i)
{
    const struct insn *n = i->insn, *end = n + i->rest + 1;

    while (++n != end && c->left > 0) {
        c->insn_eip = c->s.eip;
        c->s.eip += n->len;
        c->left--;
        n->run(c, n);
    }
}

static inline void run_plain(struct cpu *c, const struct fop *i)
{
    fast_begin(c, i);
    i->insn->run(c, i->insn);
}

FASTX(fast_slow)
{
    u32 eip = c->s.eip;

    if (unlikely(i->insn->flags & I_END))
        TAIL(fast_slow_end, i);
    SPILL;
    run_plain(c, i);
    if (unlikely(c->left <= i->rest || c->moved || c->mode != c->chain_mode)) {
        finish(c, i);
        return;
    }
    c->left -= i->rest;
    c->s.eip = eip;
    RELOAD;
    i += i->skip;
    t = 0;
    TAIL(i->run, i);
}

FASTX(fast_slow_end)
{
    (void)t;
    SPILL;
    run_plain(c, i);
    if (unlikely(c->left <= 0 || c->moved || c->s.eip >= c->fast_end))
        return;
    fast_enter(c);
    RELOAD;
    FIND;
}

FASTX(fast_poor)
{
    (void)i;
    c->left += t;
    SPILL;
}

FASTX(fast_unknown)
{
    (void)c;
    (void)i;
    (void)t;
    SPILL;
}

FASTX(fast_unlinked)
{
    (void)t;
    SPILL;
    c->link_from = (struct link *)(uintptr_t)i;
}

FASTX(fast_far) { FIND; }

void fast_chain(struct cpu *c, const struct fop *i)
{
    ENTER(i->run, i);
}
