/* threaded.h - the fast engine: blocks in a second form, chained by tail calls.
 *
 * The plain handlers are the semantics. A block that ran a few times gets an
 * array of struct fop: one or more for each instruction, each with a handler
 * that ends in a jump to the next one's. Handlers carry the guest's registers
 * and lazy flags in their arguments, so with a compiler that passes twelve of
 * them in host registers that is where they live.
 *
 * A block takes its instruction count from the budget when it is entered, and
 * is entered only when the budget has it. EIP is the block's start while it
 * runs. Whatever is rare (a fault, a device, a row without a fast form) runs
 * the plain handler of the instruction with all of that put right, so it sees
 * no difference. Fast handlers change nothing before they know that they will
 * not need it. */
#ifndef THREADED_H
#define THREADED_H

#include "cpu/cpu.h"

struct insn;
struct block;

#if !defined __OPTIMIZE__ && !defined __clang__
enum { FAST_BUILT = 0 };                /* tail calls would fill the stack */
#else
enum { FAST_BUILT = 1 };
#endif

/* Where compiled blocks look for memory first: below the hole between 640 KB
 * and 1 MB, through the TLB, or on both sides of the hole. */
enum reach { IN_LOW, IN_PAGES, IN_HIGH, REACHES };

/* ---- hooks for the rest of cpu/ ---- */

bool fast_init(struct cpu *c);          /* false: out of memory */
void fast_free(struct cpu *c);

/* Runs a block, or a chain of them, at CS:EIP. */
void fast_run(struct cpu *c);

/* The memory map changed; pages may be elsewhere. */
void fast_map(struct cpu *c);
void fast_moved(struct cpu *c);

/* Gives instruction i of a block the constants of `now`; false: can't. */
bool fast_patch(struct block *b, const struct insn *i, const struct insn *now);

/* A block is dropped; all blocks are. */
void fast_drop(struct cpu *c, struct block *b);
void fast_forget(struct cpu *c);

/* ---- segments ---- */

enum { MARGIN = 512 };                  /* no block is as long */

static inline void fast_code_limit(struct cpu *c)
{
    const struct seg *s = &c->s.seg[CS];
    u32 last = s->attr & SEG_DB || s->limit < 0xffff ? s->limit : 0xffff;

    c->fast_end = last >= MARGIN ? last - MARGIN + 1 : 0;
}

struct window fast_odd_window(const struct cpu *c, const struct access *a);

/* Segment n changed. Nearly all are absent, have 64 KB or all memory. */
static inline void fast_segment(struct cpu *c, int n)
{
    const struct access *a = &c->access[n];
    struct window *w = &c->window[n];

    if (!c->fast || n > GS)
        return;
    if (n == CS)
        fast_code_limit(c);
    if (a->hi == 0xffff && !a->lo && a->base < c->small_end)
        *w = c->small[a->can];
    else if (!a->can || (a->hi == ~0u && !a->lo && !a->base))
        *w = c->flat[a->can];
    else
        *w = fast_odd_window(c, a);
    w->base = a->base;
    w->host = a->base < c->low_end || a->base < c->high_end
                  ? c->low_host + a->base : NULL;
    w->hole = c->low_end - 3 - a->base;
}

#endif
