/* threaded.c - the fast engine: when blocks get their second form, how they are
 * linked, what a segment lets through. */
#include "cpu/threaded/handlers/ops_ctl.h"

#include <stdlib.h>

#include "config.h"
#include "cpu/threaded/stencil/compile.h"
#include "cpu/patch.h"
#include "cpu/threaded/make/make.h"
#include "cpu/threaded/near.h"
#include "cpu/threaded/quick.h"
#include "cpu/threaded/x87.h"
#include "cpu/tally.h"

/* ---- starting, stopping ---- */

#if !defined __OPTIMIZE__ && !defined __clang__
enum { BUILT = 0 };                     /* tail calls would fill the stack */
#else
enum { BUILT = 1 };
#endif

static void fast_stop(struct cpu *c)
{
    compiler_free(c->compiler);
    near_stop(c);
    free(c->fast_rows);
    free(c->held_store);
    free(c->quick);
    free(c->tally.rows);
    c->tally.rows = NULL;
    c->compiler = NULL;
    c->fast_rows = NULL;
    c->held_store = NULL;
    c->quick = NULL;
}

static bool fast_start(struct cpu *c)
{
    c->fast_rows = fast_rows_new();
    c->held_store = held_store_new();
    c->quick = quick_new();
    c->tally.rows = tally_rows_new();
    if (near_start(c) && c->fast_rows && c->held_store && c->quick &&
        c->tally.rows)
        return true;
    fast_stop(c);
    return false;
}

static bool compiled_start(struct cpu *c)
{
    if (!fast_start(c))
        return false;
    c->compiler = compiler_new();
    if (!c->compiler)
        fast_stop(c);
    return c->compiler;
}

/* ---- code that is elsewhere ---- */

static void fast_moved(struct cpu *c)
{
    bool near = c->low_end != 0, paged = c->s.cr[0] & CR0_PG;

    c->moved = true;
    near_forget(c);
    if (near == paged)
        window_map(c);
}

/* ---- links ---- */

static struct link *next_link(struct link *l)
{
    return l->next ? (struct link *)(void *)((u8 *)l + l->next) : NULL;
}

static void unlink_one(struct cpu *c, struct link *l)
{
    if (l->run != fast_far)
        l->run = fast_unlinked;
    l->ops = (const struct fop *)(const void *)l;
    l->charge = 0;
    l->next = 0;
    if (l->piece)
        compiler_unlink(c->compiler, l);
}

static void fast_drop(struct cpu *c, struct block *b)
{
    struct link *next;

    for (struct link *l = b->from; l; l = next) {
        next = next_link(l);
        unlink_one(c, l);
    }
    b->from = NULL;
    near_drop(b);
}

/* Has link l lead to block b. */
static void link_lead(struct cpu *c, struct link *l, struct block *b)
{
    l->ops = b->fast;
    l->charge = b->charge + (u32)fast_link_extra(l);
    l->next = b->from ? (s32)((u8 *)b->from - (u8 *)l) : 0;
    b->from = l;
    if (l->piece)
        compiler_link(c->compiler, l);
}

/* A link into another page holds as long as that page has its near entry for
 * the block: for then the TLB has the page. */
void fast_link_page(struct cpu *c, const struct fop *link,
                    const struct near_block *n)
{
    struct block *b = (struct block *)(uintptr_t)fast_block(n->ops);

    if (!b->compiled || b->near != n || b->mode != c->mode)
        return;
    link_lead(c, (struct link *)(uintptr_t)link, b);
    c->tally.page_links++;
    if (b->entered)
        return;
    b->entered = true;
    b->entered_next = c->entered;
    c->entered = b;
}

void fast_leave_pages(struct cpu *c, struct block *b)
{
    struct link *next, *kept = NULL;

    for (struct link *l = b->from; l; l = next) {
        next = next_link(l);
        if (l->run == fast_far) {
            unlink_one(c, l);
            c->tally.page_unlinks++;
        } else {
            l->next = kept ? (s32)((u8 *)kept - (u8 *)l) : 0;
            kept = l;
        }
    }
    b->from = kept;
}

/* A fop without `skip` stands behind the block. */
static bool is_of(const struct fop *f, const struct insn *i)
{
    return f->insn == i && f->skip;
}

static bool fast_micro_ops(const struct block *b, const struct insn *i,
                           struct micro_ops *ops)
{
    bool vector = patch_is_vector(i);   /* its micro-op has another disp */
    u32 n = b->fast ? b->fops : 0;

    for (u32 k = 0; k < n; k++) {
        struct fop *f = &b->fast[k];

        if (!is_of(f, i))
            continue;
        if (f->baked || f->imm != i->imm || (f->disp != i->disp && !vector))
            return false;
        if (!ops->n++) {
            ops->imm = &f->imm;
            ops->disp = vector ? NULL : &f->disp;
            ops->step = sizeof *f / sizeof f->imm;
        }
    }
    return true;
}

static void fast_forget(struct cpu *c)
{
    c->link_from = NULL;
    c->entered = NULL;
    if (c->compiler)
        compiler_clear(c->compiler);
}

/* A link within a page holds as long as both blocks do. Out of a compiled
 * block it leads to another only, for EIP is not stored; into one out of a
 * compiled block only, for the EIP that it is good for may be another one the
 * next time. */
static void link_to(struct cpu *c, struct link *l, struct block *b)
{
    if (b->phys != l->phys || (l->piece && !b->compiled))
        return;
    if (b->compiled && !l->piece) {
        l->run = fast_far;
        return;
    }
    link_lead(c, l, b);
}

/* ---- running ---- */

/* Whether it was compiled for another EIP, limit or privilege than now. */
static bool misplaced(const struct cpu *c, const struct block *b)
{
    return b->compiled &&
           (b->eip != c->s.eip || b->end != c->fast_end ||
            ((b->mode & MODE_FLAT) && b->user != c->user));
}

/* The same code at several addresses, as a library is in several processes, has
 * a block for each, up to so many. */
enum { TWINS = 8 };

/* Of blocks of the same code, of which `b` is the first, the one that was
 * compiled for the present EIP and limit, or one that shall be. */
static struct block *threaded_twin(struct cpu *c, struct block *b)
{
    struct block *t;
    u32 n = 0;

    for (t = b; t; t = t->hash_next) {
        if (t->phys != b->phys || t->mode != b->mode)
            continue;
        if (t->fast && !misplaced(c, t))
            return t;
        n++;
    }
    t = n < TWINS ? block_twin(c, b) : NULL;
    if (t)
        return t;
    fast_drop(c, b);
    b->moves++;
    b->fast = NULL;
    return b;
}

/* The block that can run in its second form in place of b, or NULL. */
static struct block *threaded_ready(struct cpu *c, struct block *b)
{
    if (b->fast && !misplaced(c, b))
        return b;
    if (b->fast)
        b = threaded_twin(c, b);
    else if (b->dead || b->stops || b->runs++ < c->fast_after)
        return NULL;
    if (!b->fast) {
        b->runs = 0;
        b->fast = fast_make(c, b);
        block_form_changed(c, b);
        c->no_room = !b->fast;
    }
    if (!b->fast)
        return NULL;
    c->running = b;
    return b;
}

/* Units decide: of a budget that is used up to its end the instructions so far
 * have taken a little more. */
static bool block_fits(const struct cpu *c, const struct block *b)
{
    return cpu_units_left(c) >= b->charge >> COUNT_BITS;
}

static void fast_run(struct cpu *c)
{
    struct link *l = NULL;
    u32 epoch;

    if (unlikely(c->no_room)) {         /* for the second form: start anew */
        c->no_room = false;
        block_cache_clear(c);
        if (c->compiler)
            compiler_grow(c->compiler);
    }
    epoch = block_epoch(c);
    do {
        struct block *b = block_at(c), *ready = threaded_ready(c, b);

        if (ready)
            b = ready;
        if (!ready || !block_fits(c, b)) {
            c->tally.left[ready ? LEFT_SHORT : LEFT_COLD] += b->count;
            cpu_run_insns(c, b->insn, b->insn + b->count);
            return;
        }
        c->moved = false;
        fast_enter(c);
        if (l && epoch == block_epoch(c))
            link_to(c, l, b);
        epoch = block_epoch(c);
        near_remember(c, b);
        c->link_from = NULL;
        c->left -= b->charge;
        fast_chain(c, b->fast);
        l = c->link_from;
    } while (l && c->left > 0);
}

#define HOOKS                                                               \
    .stop = fast_stop, .run = fast_run, .windows = true,                    \
    .code_moved = fast_moved, .code_left = near_left,                       \
    .settle_fpu = x87_unload,                                               \
    .block_dropped = fast_drop, .all_dropped = fast_forget,                 \
    .micro_ops = fast_micro_ops

const struct engine engine_fast = { .start = BUILT ? fast_start : NULL, HOOKS };
const struct engine engine_compiled = {
    .start = BUILT && HAVE_STENCILS ? compiled_start : NULL, HOOKS
};
