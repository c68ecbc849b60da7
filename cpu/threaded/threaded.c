/* threaded.c - the fast engine: when blocks get their second form, how they are
 * linked, what a segment lets through. */
#include "cpu/threaded/ops_ctl.h"

#include <stdlib.h>

#include "cpu/threaded/stencil/compile.h"
#include "cpu/exec.h"
#include "cpu/threaded/make.h"

enum { RUNS = 2 };

bool fast_init(struct cpu *c)
{
    c->lines = calloc(LINES_TOP / CODE_LINE + 1, 1);
    c->near = calloc(NEAR_BLOCKS, sizeof *c->near);
    c->fast_rows = fast_rows_new();
    c->fast_after = RUNS;
    c->tlb_now = c->tlb[0][0];
    if (!c->lines || !c->near || !c->fast_rows)
        return false;
    fast_map(c);
    return true;
}

void fast_free(struct cpu *c)
{
    free(c->lines);
    free(c->near);
    free(c->fast_rows);
    compiler_free(c->compiler);
    c->compiler = NULL;
    c->lines = NULL;
    c->near = NULL;
    c->fast_rows = NULL;
}

bool cpu_set_engine(struct cpu *c, enum cpu_engine e)
{
    block_cache_clear(c);
    c->fast = e != ENGINE_PLAIN && FAST_BUILT;
    fast_map(c);
    if (e == ENGINE_COMPILED && !c->compiler)
        c->compiler = compiler_new();
    if (e != ENGINE_COMPILED) {
        compiler_free(c->compiler);
        c->compiler = NULL;
    }
    return (c->fast || e == ENGINE_PLAIN) &&
           (c->compiler || e != ENGINE_COMPILED);
}

/* ---- segments ---- */

/* How many offsets an access of 1, 2, 4 bytes can have below n; of the very
 * last ones of 4 GB some are left to the slow path. */
static void limits(u32 to[3], u32 n)
{
    to[0] = n;
    to[1] = n >= 2 ? n - 1 : 0;
    to[2] = n >= 4 ? n - 3 : 0;
}

/* The window of a segment with `r` bytes to read and `wr` to write, of which
 * `near` are in host memory below the hole, and `high` with those above. */
static struct window window_of(u32 r, u32 wr, u32 near, u32 high)
{
    struct window w = { 0 };

    limits(w.r, r);
    limits(w.w, wr);
    limits(w.rd, near < r ? near : r);
    limits(w.wd, near < wr ? near : wr);
    limits(w.rh, high < r ? high : r);
    limits(w.wh, high < wr ? high : wr);
    return w;
}

struct window fast_odd_window(const struct cpu *c, const struct access *a)
{
    u32 whole = a->lo ? 0 : a->hi == ~0u ? ~0u : a->hi + 1;
    u32 near = a->base < c->low_end ? c->low_end - a->base : 0;
    u32 high = a->base < c->high_end ? c->high_end - a->base : 0;

    return window_of(a->can & CAN_READ ? whole : 0,
                     a->can & CAN_WRITE ? whole : 0, near, high);
}

/* Works out the usual windows. */
static void usual(struct cpu *c)
{
    u32 whole = 0x10000, near = c->low_end < whole ? 0 : whole;

    c->small_end = !c->low_end ? ~0u : near ? c->low_end - near + 1 : 0;
    for (u32 can = 0; can < COUNT_OF(c->flat); can++) {
        u32 r = can & CAN_READ ? ~0u : 0, w = can & CAN_WRITE ? ~0u : 0;

        c->small[can] = window_of(r & whole, w & whole, near,
                                  c->high_end ? near : 0);
        c->flat[can] = window_of(r, w, c->low_end, c->high_end);
    }
}

/* The same from 1 MB on, where that follows in the host's memory too. */
static void find_high(struct cpu *c)
{
    const struct mem *m = c->mem;
    const struct region *r = mem_find(m, 0x100000);
    u32 end;

    if (!r || r->readonly || !r->host || m->a20_mask != m->addr_mask ||
        r->host - r->first != c->low_host || c->low_end < 0xa0000)
        return;
    end = r->last < LINES_TOP ? r->last + 1 : LINES_TOP;
    for (const struct region *o = m->top; o != r; o = o->below)
        if (o->last >= 0x100000 && o->first < end)
            return;
    c->high_end = end;
}

/* Plain memory from address 0 on, as far as nothing lies on top of it. */
static void find_low(struct cpu *c)
{
    const struct region *r = mem_find(c->mem, 0);

    c->low_end = c->high_end = 0;
    if (c->windows_off || (c->s.cr[0] & CR0_PG) || !r || !r->host ||
        r->readonly || r->first)
        return;
    c->low_end = r->last < 0xfffff ? r->last + 1 : 0x100000;
    for (const struct region *o = c->mem->top; o != r; o = o->below)
        if (o->first < c->low_end)
            c->low_end = o->first;
    c->low_host = r->host;
    find_high(c);
}

void fast_map(struct cpu *c)
{
    find_low(c);
    usual(c);
    for (int n = ES; n <= GS; n++)
        fast_segment(c, n);
}

void fast_moved(struct cpu *c)
{
    bool near = c->low_end != 0, paged = c->s.cr[0] & CR0_PG;

    c->moved = true;
    c->code_gen++;
    if (near == paged)
        fast_map(c);
}

/* ---- links ---- */

static struct link *next_link(struct link *l)
{
    return l->next ? (struct link *)(void *)((u8 *)l + l->next) : NULL;
}

static void unlink_one(struct cpu *c, struct link *l)
{
    l->run = fast_unlinked;
    l->ops = (const struct fop *)(const void *)l;
    l->charge = 0;
    l->next = 0;
    if (l->piece)
        compiler_unlink(c->compiler, l);
}

void fast_drop(struct cpu *c, struct block *b)
{
    struct link *next;

    for (struct link *l = b->from; l; l = next) {
        next = next_link(l);
        unlink_one(c, l);
    }
    b->from = NULL;
    if (b->near && b->near->ops == b->fast)
        *b->near = (struct near_block){ 0 };
    b->near = NULL;
}

/* A fop without `skip` stands behind the block. */
static bool is_of(const struct fop *f, const struct insn *i)
{
    return f->insn == i && f->skip;
}

bool fast_patch(struct block *b, const struct insn *i, const struct insn *now)
{
    u32 n = b->fast ? b->fops : 0;

    for (u32 k = 0; k < n; k++)
        if (is_of(&b->fast[k], i) &&
            (b->fast[k].imm != i->imm || b->fast[k].disp != i->disp))
            return false;
    for (u32 k = 0; k < n; k++)
        if (is_of(&b->fast[k], i)) {
            b->fast[k].imm = now->imm;
            b->fast[k].disp = now->disp;
        }
    return true;
}

void fast_forget(struct cpu *c)
{
    if (c->near)
        memset(c->near, 0, NEAR_BLOCKS * sizeof *c->near);
    c->link_from = NULL;
    if (c->compiler)
        compiler_clear(c->compiler);
}

static void remember(struct cpu *c, struct block *b)
{
    u32 lin = c->s.seg[CS].base + c->s.eip;
    struct near_block *n = &c->near[lin & (NEAR_BLOCKS - 1)];

    if (n->lin == lin && n->key == c->near_key && n->ops == b->fast &&
        n->eip == c->s.eip && n->end == c->fast_end)
        return;
    if (c->s.eip >= c->fast_end)
        return;
    if (b->near && b->near->ops == b->fast)
        *b->near = (struct near_block){ 0 };
    *n = (struct near_block){ lin, c->near_key, c->s.eip, c->fast_end, b->fast,
                              b->charge };
    b->near = n;
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
    l->ops = b->fast;
    l->charge = b->charge + (u32)fast_link_extra(l);
    l->next = b->from ? (s32)((u8 *)b->from - (u8 *)l) : 0;
    b->from = l;
    if (l->piece)
        compiler_link(c->compiler, l);
}

/* ---- running ---- */

/* Whether it was compiled for another EIP or limit than now. */
static bool misplaced(const struct cpu *c, const struct block *b)
{
    return b->compiled && (b->eip != c->s.eip || b->end != c->fast_end);
}

static bool ready(struct cpu *c, struct block *b)
{
    if (b->fast && !misplaced(c, b))
        return true;
    if (b->fast) {
        fast_drop(c, b);
        b->moves++;
    } else if (b->dead || b->runs++ < c->fast_after) {
        return false;
    }
    b->runs = 0;
    b->fast = fast_make(c, b);
    c->no_room = !b->fast;
    return b->fast;
}

void fast_run(struct cpu *c)
{
    struct link *l = NULL;
    u32 epoch;

    if (unlikely(c->no_room)) {         /* for the second form: start anew */
        c->no_room = false;
        block_cache_clear(c);
    }
    epoch = block_epoch(c);
    do {
        struct block *b = block_at(c);

        if (!ready(c, b) || c->left < b->charge) {
            cpu_run_insns(c, b->insn, b->insn + b->count);
            return;
        }
        c->moved = false;
        fast_enter(c);
        if (l && epoch == block_epoch(c))
            link_to(c, l, b);
        epoch = block_epoch(c);
        remember(c, b);
        c->link_from = NULL;
        c->left -= b->charge;
        fast_chain(c, b->fast);
        l = c->link_from;
    } while (l && c->left > 0);
}
