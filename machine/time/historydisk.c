/* historydisk.c - pages of the history: memory, tables, clusters of disks. */
#include "machine/time/history.h"

#include <stdlib.h>
#include <string.h>

#include "machine/block/view.h"

enum { CHUNK = PAGE_SIZE, FIRST_SLOTS = 1024 };

/* ---- clusters get pages as they are written ---- */

static u64 cluster_key(u8 drive, u64 cluster)
{
    return (cluster * 8 + drive + 1) * 0x9e3779b97f4a7c15u >> 20;
}

static u32 *slot_of(struct history *h, u8 drive, u64 cluster)
{
    u32 i = (u32)cluster_key(drive, cluster) & (h->slots - 1);

    while (h->slot[i] && (h->cluster[h->slot[i] - 1].cluster != cluster ||
                          h->cluster[h->slot[i] - 1].drive != drive))
        i = (i + 1) & (h->slots - 1);
    return &h->slot[i];
}

static bool more_slots(struct history *h)
{
    u32 n = h->slots ? h->slots * 2 : FIRST_SLOTS, used = h->pages - h->fixed;
    u32 *slot = calloc(n, sizeof *slot);

    if (!slot)
        return false;
    free(h->slot);
    h->slot = slot;
    h->slots = n;
    for (u32 k = 0; k < used; k++)
        *slot_of(h, h->cluster[k].drive, h->cluster[k].cluster) = k + 1;
    return true;
}

static bool more_pages(struct history *h)
{
    u32 room = h->room * 2;
    struct page *p;
    struct cluster_page *c;

    if (h->pages < h->room && h->cluster)
        return true;
    p = realloc(h->page, room * sizeof *p);
    if (p)
        h->page = p;
    c = realloc(h->cluster, (room - h->fixed) * sizeof *c);
    if (c)
        h->cluster = c;
    if (!p || !c)
        return false;
    memset(p + h->room, 0, (room - h->room) * sizeof *p);
    h->room = room;
    return true;
}

u32 page_of_cluster(struct pc *pc, u8 drive, u64 cluster)
{
    struct history *h = pc->history;
    u32 used = h->pages - h->fixed, *s;

    if ((used + 1) * 2 > h->slots && !more_slots(h))
        return ~0u;
    s = slot_of(h, drive, cluster);
    if (*s)
        return h->fixed + *s - 1;
    if (!more_pages(h))
        return ~0u;
    h->cluster[used] = (struct cluster_page){ cluster, drive };
    h->page[h->pages] = (struct page){ 0 };
    *slot_of(h, drive, cluster) = used + 1;
    return h->pages++;
}

/* ---- what a page holds ---- */

/* The memory of a page that is no cluster, and how much of it. */
static u8 *page_memory(struct pc *pc, u32 n, size_t *size)
{
    struct history *h = pc->history;
    size_t at;

    if (n >= h->blob_first) {
        *size = CHUNK;
        return h->blob + (size_t)(n - h->blob_first) * CHUNK;
    }
    for (int s = pc->spans - 1; s >= 0; s--)
        if (n >= h->span_first[s]) {
            at = (size_t)(n - h->span_first[s]) * CHUNK;
            *size = pc->span[s].size - at < CHUNK ? pc->span[s].size - at
                                                  : CHUNK;
            return pc->span[s].p + at;
        }
    return NULL;
}

const u8 *page_look(struct pc *pc, u32 n, u8 *copy, u8 *mask)
{
    struct history *h = pc->history;
    const struct cluster_page *c;
    struct block *b;
    size_t size;
    u8 *p;

    *mask = 0;
    if (n < h->fixed) {
        p = page_memory(pc, n, &size);
        if (size == CHUNK)
            return p;
        memset(copy + size, 0, CHUNK - size);
        return memcpy(copy, p, size);
    }
    c = &h->cluster[n - h->fixed];
    b = pc->disk[c->drive];
    if (!b)
        return NULL;
    if (!b->ops->peek)
        return cluster_read(b, c->cluster, copy) ? NULL : copy;
    memset(copy, 0, CHUNK);
    *mask = b->ops->peek(b, c->cluster, copy);
    return copy;
}

enum err page_put(struct pc *pc, u32 n, const u8 *from, u8 mask)
{
    struct history *h = pc->history;
    const struct cluster_page *c;
    struct block *b;
    size_t size;
    u8 *p;

    if (n < h->fixed) {
        p = page_memory(pc, n, &size);
        memcpy(p, from, size);
        return ERR_OK;
    }
    c = &h->cluster[n - h->fixed];
    b = pc->disk[c->drive];
    if (!b)
        return ERR_MISSING;
    if (b->ops->poke)
        return b->ops->poke(b, c->cluster, mask, from);
    return view_open(b) ? cluster_write(b, c->cluster, from) : ERR_NOMEM;
}

/* ---- the media of the drives ---- */

static void disk_writing(void *ctx, struct block *b, u64 sector, u32 n)
{
    struct pc *pc = ctx;
    u8 drive = 0;

    while (drive < PC_DRIVES && pc->disk[drive] != b)
        drive++;
    if (!pc->history || drive == PC_DRIVES)
        return;
    for (u64 c = sector / BLOCK_CLUSTER;
         c <= (sector + n - 1) / BLOCK_CLUSTER; c++) {
        u32 page = page_of_cluster(pc, drive, c);

        if (page == ~0u)
            pc->history->broken = true;
        else
            page_touch(pc, page);
    }
}

void history_media(struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->disk[n]) {
            pc->disk[n]->writing = disk_writing;
            pc->disk[n]->ctx = pc;
        }
}

void history_views_off(struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->disk[n] && pc->disk[n]->view)
            view_close(pc->disk[n]);
}

void history_media_off(struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++)
        if (pc->disk[n])
            pc->disk[n]->writing = NULL;
}
