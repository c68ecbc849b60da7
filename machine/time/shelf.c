/* shelf.c - memory for what versions hold.
 *
 *    shelf 0 [block][ dead ][block]     shelf 1 [block][block][ ...
 *               ^                                 ^
 *               version.data                      version.data
 *
 * Blocks come and go by the thousands, in sizes from some bytes to a page, and
 * the past has a limit in bytes of the host's memory: what malloc() can't use
 * again between them would come on top. So blocks lie one behind the other on
 * shelves, whole pages on some and what is packed on others, for those live
 * longer; a shelf without blocks is given back. What still is in use of nearly
 * empty ones is moved when memory is short: a block has one owner. */
#include "machine/time/history.h"

#include <stdlib.h>
#include <string.h>

enum { SHELF = 128 << 10, ALIGN = 8 };

struct block_head {
    struct version *owner;              /* NULL: it is dead */
    u32 shelf, size;                    /* size: with this head */
};

struct shelf {
    u32 used, live;                     /* bytes */
    u8 bytes[SHELF];
};

static struct block_head *shelf_head(u8 *data)
{
    return (struct block_head *)(void *)data - 1;
}

static u32 shelf_block_size(size_t n)
{
    return (u32)(sizeof(struct block_head) + (n + ALIGN - 1) / ALIGN * ALIGN);
}

/* The place of a new shelf; ~0: out of memory. */
static u32 shelf_new(struct pc *pc)
{
    struct history *h = pc->history;
    u32 n = 0;

    while (n < h->shelves && h->shelf[n])
        n++;
    if (n == h->shelves &&
        !history_grow(pc, (void **)&h->shelf, &h->shelf_room, n,
                      sizeof *h->shelf))
        return ~0u;
    h->shelf[n] = history_take(pc, sizeof *h->shelf[n]);
    h->shelves += n == h->shelves;
    if (!h->shelf[n])
        return ~0u;
    h->shelf[n]->used = h->shelf[n]->live = 0;
    return n;
}

static void shelf_free(struct pc *pc, u32 n)
{
    struct history *h = pc->history;

    history_give(pc, h->shelf[n], sizeof *h->shelf[n]);
    h->shelf[n] = NULL;
}

static bool shelf_is_filled(const struct history *h, u32 n)
{
    return n != h->filling[0] && n != h->filling[1];
}

/* The shelf that such a block goes to, with room for it; ~0: out of memory. */
static u32 shelf_for(struct pc *pc, u32 size)
{
    struct history *h = pc->history;
    u32 *n = &h->filling[size > PAGE_SIZE];

    if (*n == ~0u || h->shelf[*n]->used + size > SHELF) {
        u32 full = *n;

        *n = shelf_new(pc);
        if (full != ~0u && !h->shelf[full]->live)
            shelf_free(pc, full);
    }
    return *n;
}

u8 *shelf_put(struct pc *pc, struct version *owner, const u8 *bytes, size_t n)
{
    u32 size = shelf_block_size(n), k = shelf_for(pc, size);
    struct block_head *b;
    struct shelf *s;

    if (k == ~0u)
        return NULL;
    s = pc->history->shelf[k];
    b = (struct block_head *)(void *)(s->bytes + s->used);
    *b = (struct block_head){ owner, k, size };
    memcpy(b + 1, bytes, n);
    s->used += size;
    s->live += size;
    pc->history->live += size;
    return (u8 *)(b + 1);
}

void shelf_drop(struct pc *pc, u8 *data)
{
    struct history *h = pc->history;
    struct block_head *b = data ? shelf_head(data) : NULL;
    struct shelf *s;

    if (!b)
        return;
    s = h->shelf[b->shelf];
    b->owner = NULL;
    s->live -= b->size;
    h->live -= b->size;
    if (!s->live && shelf_is_filled(h, b->shelf))
        shelf_free(pc, b->shelf);
}

/* Moves what is left on a shelf, which is given back with its last block. */
static void shelf_clear(struct pc *pc, u32 n)
{
    struct shelf *s = pc->history->shelf[n];

    for (u32 at = 0, size; at < s->used; at += size) {
        struct block_head *b = (struct block_head *)(void *)(s->bytes + at);
        struct version *v = b->owner;
        u8 *data;
        bool last;

        size = b->size;
        if (!v)
            continue;
        data = shelf_put(pc, v, v->data, v->size);
        if (!data)
            return;
        last = s->live == size;
        shelf_drop(pc, v->data);
        v->data = data;
        if (last)
            return;
    }
}

bool shelf_tidy(struct pc *pc)
{
    struct history *h = pc->history;
    u32 least = ~0u, all = 0;

    for (u32 n = 0; n < h->shelves; n++) {
        if (!h->shelf[n])
            continue;
        all++;
        if (shelf_is_filled(h, n) &&
            (least == ~0u || h->shelf[n]->live < h->shelf[least]->live))
            least = n;
    }
    if (least == ~0u || (u64)all * SHELF - h->live <= (u64)all * SHELF / 16 ||
        h->shelf[least]->live > SHELF / 8 * 7)
        return false;
    shelf_clear(pc, least);
    return true;
}

void shelves_end(struct pc *pc)
{
    struct history *h = pc->history;

    for (u32 n = 0; n < h->shelves; n++)
        free(h->shelf[n]);
    free(h->shelf);
}
