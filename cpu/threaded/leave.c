/* leave.c - into the chain of fast handlers and out of it. */
#define FAST_HANDLERS
#include "cpu/threaded/handlers/ops_ctl.h"
#include "cpu/threaded/near.h"
#include "cpu/threaded/handlers/ops_fpu.h"
#include "cpu/tally.h"

/* The rest of a block by the plain handlers, one of which may have taken the
 * budget away. */
static void leave_finish(struct cpu *c, const struct fop *i)
{
    if (i->rest && c->left > 0)
        cpu_run_insns(c, i->insn + 1, i->insn + i->rest + 1);
}

static inline void run_plain(struct cpu *c, const struct fop *i)
{
    fast_begin(c, i);
    tally_slow(c, i->insn);
    i->insn->run(c, i->insn);
}

/* Behind a plain handler that may have taken the time, moved code or changed
 * the mode: goes on at fop `to`, or leaves. */
#define GO_ON(to)                                                           \
    do {                                                                    \
        if (unlikely(c->left <= i->insn->rest || c->moved ||                \
                     c->mode != c->chain_mode)) {                           \
            tally_left(c, LEFT_CHANGED);                                    \
            leave_finish(c, i);                                             \
            return;                                                         \
        }                                                                   \
        c->left -= i->insn->rest;                                           \
        c->s.eip = eip;                                                     \
        RELOAD;                                                             \
        i = (to);                                                           \
        t = 0;                                                              \
        TAIL(i->run, i);                                                    \
    } while (0)

/* The same behind one that was the last of its block. */
#define FIND_ANEW                                                           \
    do {                                                                    \
        if (unlikely(c->left <= 0 || c->moved ||                            \
                     c->s.eip >= c->fast_end)) {                            \
            tally_left(c, LEFT_CHANGED);                                    \
            return;                                                         \
        }                                                                   \
        fast_enter(c);                                                      \
        RELOAD;                                                             \
        FIND;                                                               \
    } while (0)

FASTX(fast_slow)
{
    u32 eip = c->s.eip;

    if (unlikely(i->insn->flags & I_END))
        TAIL(fast_slow_end, i);
    (void)t;
    SPILL;
    run_plain(c, i);
    GO_ON(i + i->skip);
}

FASTX(fast_quiet)
{
    u32 eip = c->s.eip;

    (void)t;
    SPILL;
    fast_begin(c, i);
    i->insn->run(c, i->insn);
    c->left -= i->insn->rest;
    c->s.eip = eip;
    RELOAD;
    i += i->skip;
    t = 0;
    TAIL(i->run, i);
}

FASTX(fast_port)
{
    u32 eip = c->s.eip;

    (void)t;
    SPILL;
    fast_begin(c, i);
    i->insn->run(c, i->insn);
    GO_ON(i + i->skip);
}

FASTX(fast_stored_code)
{
    const struct held_store *h = c->held_store;
    u32 eip = c->s.eip;

    (void)t;
    SPILL;
    fast_begin(c, i);
    block_wrote(c, h->phys, h->size);
    GO_ON(h->back);
}

/* Behind a store that changed more than memory. */
FASTX(fast_stored_out)
{
    u32 eip = c->s.eip;

    (void)t;
    SPILL;
    fast_begin(c, i);
    GO_ON(c->held_store->back);
}

FASTX(fast_jump_around)
{
    u32 to = (u16)(c->s.eip + i->imm);

    if (unlikely(to >= c->fast_end))
        TAIL(fast_slow_end, i);
    c->s.eip = to;
    FIND;
}

FASTX(fast_slow_end)
{
    (void)t;
    SPILL;
    run_plain(c, i);
    FIND_ANEW;
}

FASTX(fast_fpu_slow)
{
    if (x87_retry(c, i))
        TAIL(i->run, i);
    TAIL(fast_slow, i);
}

FASTX(fast_poor)
{
    (void)i;
    tally_left(c, LEFT_BUDGET);
    c->left += t;
    SPILL;
}

/* The jump there is paid for all the same. */
FASTX(fast_poor_link)
{
    tally_left(c, LEFT_BUDGET);
    c->left += t - fast_link_extra((const struct link *)(const void *)i);
    SPILL;
}

/* With registers spilled: an instruction over a page's end, which no block has,
 * is run here if it is known. */
#define CROSS                                                               \
    do {                                                                    \
        const struct block *b_ = c->left > 0 ? block_crossing(c) : NULL;    \
                                                                            \
        if (b_) {                                                           \
            cpu_run_insns(c, b_->insn, b_->insn + 1);                       \
            FIND_ANEW;                                                      \
        }                                                                   \
    } while (0)

/* The block at CS:EIP, which is not in its first place. */
ALWAYS const struct near_block *near_find_other(const struct cpu *c)
{
    u32 lin = near_lin(c, c->s.eip);
    const struct near_block *n = near_other(c, lin);

    return near_is(c, n, lin, c->s.eip) ? n : NULL;
}

FASTX(fast_unknown)
{
    const struct near_block *n = near_find_other(c);

    (void)i;
    if (n)
        ENTER(n);
    SPILL;
    CROSS;
    tally_left(c, LEFT_UNKNOWN);
}

FASTX(fast_unlinked)
{
    struct link *l = (struct link *)(uintptr_t)i;

    (void)t;
    SPILL;
    c->left -= fast_link_extra(l);
    CROSS;
    tally_left(c, LEFT_UNLINKED);
    c->link_from = l;
}

FASTX(fast_seek)
{
    const struct near_block *n = near_find(c, c->s.eip);

    if (unlikely(!n))
        n = near_find_other(c);
    if (likely(n))
        fast_link_page(c, i, n);
    TAIL(fast_far, i);
}

FASTX(fast_far)
{
    c->left -= fast_link_extra((const struct link *)(const void *)i);
    FIND;
}

#ifdef FAST_IN_GLOBALS
/* The compiler takes the variables' registers for nobody's, but our caller
 * wants them back. i->run and c->s.gpr are the first in their structs. */
__asm__(".text\n"
        ".globl fast_chain\n"
        ".type fast_chain, @function\n"
        "fast_chain:\n"
        "    push %rbx\n    push %rbp\n    push %r12\n"
        "    push %r13\n    push %r14\n    push %r15\n"
        "    sub $8, %rsp\n"
        "    mov (%rdi), %ebx\n       mov 4(%rdi), %ebp\n"
        "    mov 8(%rdi), %r12d\n     mov 12(%rdi), %r13d\n"
        "    mov 16(%rdi), %r14d\n    mov 20(%rdi), %r15d\n"
        "    xor %edx, %edx\n"
        "    call *(%rsi)\n"
        "    add $8, %rsp\n"
        "    pop %r15\n    pop %r14\n    pop %r13\n"
        "    pop %r12\n    pop %rbp\n    pop %rbx\n"
        "    ret\n"
        ".size fast_chain, . - fast_chain\n");
_Static_assert(offsetof(struct cpu, s.gpr) == 0, "fast_chain");
_Static_assert(offsetof(struct fop, run) == 0, "fast_chain");
#elif FAST_IN_REGS
void fast_chain(struct cpu *c, const struct fop *i)
{
    const u32 *g = c->s.gpr;

    i->run(c, i, g[EBX], g[ESP], g[EDI], g[ESI], g[EDX], g[ECX], g[EBP],
           g[EAX], 0);
}
#else
void fast_chain(struct cpu *c, const struct fop *i)
{
    i->run(c, i, 0);
}
#endif
