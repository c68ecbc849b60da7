/* near.c - see near.h. */
#include "cpu/threaded/near.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/block.h"
#include "cpu/threaded/handlers/ops_ctl.h"

enum { NEAR_NOTED = 60, NEAR_GENS = 1 << (31 - MODE_BITS) };

/* Numbers of entries, some of which may be other pages' by now; one more than
 * there is room for: not all are noted. Of generation `gen` of translations. */
struct near_page {
    u32 gen, n;
    u16 entry[NEAR_NOTED];
};

static struct near_page *near_page(struct cpu *c, bool user, u32 lin)
{
    return &c->near_pages[user * TLB_SIZE + (lin >> 12 & (TLB_SIZE - 1))];
}

bool near_start(struct cpu *c)
{
    c->near = calloc(NEAR_BLOCKS, sizeof *c->near);
    c->near_pages = calloc(2 * TLB_SIZE, sizeof *c->near_pages);
    return c->near && c->near_pages;
}

void near_stop(struct cpu *c)
{
    free(c->near);
    free(c->near_pages);
    c->near = NULL;
    c->near_pages = NULL;
}

/* The block of an entry, if it is still one: of earlier generations no block
 * need be left. */
static struct block *near_owner(const struct cpu *c, const struct near_block *n)
{
    struct block *b;

    if (!n->ops || n->key >> (MODE_BITS + 1) != (c->code_gen & (NEAR_GENS - 1)))
        return NULL;
    b = (struct block *)(uintptr_t)fast_block(n->ops);
    return b->near == n ? b : NULL;
}

/* Links that need the entry lead to its block no more. */
static void near_alone(struct cpu *c, const struct near_block *n)
{
    struct block *b = near_owner(c, n);

    if (b)
        fast_leave_pages(c, b);
}

void near_drop(struct block *b)
{
    if (b->near && b->near->ops == b->fast)
        *b->near = (struct near_block){ 0 };
    b->near = NULL;
}

/* Entries of earlier generations can't be met before their number comes again;
 * so there need be no walk through memory that was perhaps never touched. */
void near_forget(struct cpu *c)
{
    for (struct block *b = c->entered; b; b = b->entered_next) {
        fast_leave_pages(c, b);
        b->entered = false;
    }
    c->entered = NULL;
    if (++c->code_gen % NEAR_GENS)
        return;
    memset(c->near, 0, NEAR_BLOCKS * sizeof *c->near);
    memset(c->near_pages, 0, 2 * TLB_SIZE * sizeof *c->near_pages);
}

static void near_note(struct near_page *p, u32 gen, u32 entry)
{
    if (p->gen != gen)
        p->n = 0;
    p->gen = gen;
    for (u32 k = 0; k < p->n && k < NEAR_NOTED; k++)
        if (p->entry[k] == entry)
            return;
    if (p->n < NEAR_NOTED)
        p->entry[p->n++] = (u16)entry;
    else
        p->n = NEAR_NOTED + 1;
}

static void near_note_at(struct cpu *c, bool user, const struct near_block *n)
{
    near_note(near_page(c, user, n->lin), c->code_gen, (u32)(n - c->near));
}

static bool near_has_user(const struct near_block *n)
{
    return n->key >> MODE_BITS & 1;
}

/* What is at n makes room for another address's: its other place is as good. */
static void near_move(struct cpu *c, struct near_block *n)
{
    struct near_block *to = near_other(c, n->lin);
    struct block *b = near_owner(c, n);

    if (!b || to == n)
        return;
    near_alone(c, to);
    *to = *n;
    b->near = to;
    *n = (struct near_block){ 0 };
    if (c->mode & MODE_PAGED)
        near_note_at(c, near_has_user(to), to);
}

void near_remember(struct cpu *c, struct block *b)
{
    u32 lin = c->s.seg[CS].base + c->s.eip;
    struct near_block *n = &c->near[lin & (NEAR_BLOCKS - 1)];

    if (n->lin == lin && n->key == c->near_key && n->ops == b->fast &&
        n->eip == c->s.eip && n->end == c->fast_end)
        return;
    if (c->s.eip >= c->fast_end)
        return;
    if (n->lin != lin)
        near_move(c, n);
    near_alone(c, n);
    near_drop(b);
    *n = (struct near_block){ lin, c->s.eip, c->fast_end, c->near_key, b->fast,
                              b->charge };
    b->near = n;
    if (c->mode & MODE_PAGED)
        near_note_at(c, c->user, n);
}

void near_left(struct cpu *c, bool user, u32 lin)
{
    struct near_page *p = near_page(c, user, lin);

    if (p->gen != c->code_gen)
        return;
    if (p->n > NEAR_NOTED) {
        near_forget(c);
        return;
    }
    for (u32 k = 0; k < p->n; k++) {
        struct near_block *n = &c->near[p->entry[k]];

        if (!((n->lin ^ lin) >> 12 & (TLB_SIZE - 1)) &&
            near_has_user(n) == user) {
            near_alone(c, n);
            *n = (struct near_block){ 0 };
        }
    }
    p->n = 0;
}
