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

/* ---- what clusters hold before they are written ---- */

static bool old_has(const struct old_clusters *o, const struct block *b,
                    u64 cluster)
{
    return o->of == b && cluster >= o->first && cluster - o->first < o->n;
}

/* Valid up to the end of the sector's cluster. */
static const u8 *old_bytes(const struct old_clusters *o, u64 sector)
{
    static const u8 zeros[CHUNK];

    return o->zeros ? zeros : o->bytes + (size_t)(sector - o->first *
                                                  BLOCK_CLUSTER) * SECTOR;
}

/* To read a hole costs the host memory that it fills with zeros. */
static bool old_is_hole(struct old_clusters *o, struct block *b, u64 cluster)
{
    u64 at = cluster * BLOCK_CLUSTER, zeros, data;

    if (o->of == b && at >= o->data && at < o->data_end)
        return false;
    zeros = block_zeros(b, at, &data);
    o->n = zeros / BLOCK_CLUSTER;
    o->data = at;
    o->data_end = at + (zeros ? BLOCK_CLUSTER : data);
    return o->n;
}

/* How many clusters to read for a request that ends with the sector `last`. */
static u64 old_wanted(const struct old_clusters *o, const struct block *b,
                      u64 cluster, u64 last)
{
    u64 most = b->sectors / BLOCK_CLUSTER;
    u64 need = last / BLOCK_CLUSTER - cluster + 1, n = o->run / BLOCK_CLUSTER;

    most = cluster < most ? most - cluster : 0;
    most = most < OLD_CLUSTERS ? most : OLD_CLUSTERS;
    n = n < need ? need : n;
    return n < most ? n : most;
}

static void old_read(struct old_clusters *o, struct block *b, u64 cluster,
                     u64 last)
{
    u64 n = old_wanted(o, b, cluster, last);

    o->zeros = n && old_is_hole(o, b, cluster);
    o->of = b;
    o->first = cluster;
    if (!o->zeros)
        o->n = n && !b->ops->read(b, cluster * BLOCK_CLUSTER, o->bytes,
                                  (u32)n * BLOCK_CLUSTER) ? n : 0;
}

/* Where one write begins where the last one ended, the next one will. */
static void old_follow(struct old_clusters *o, const struct block *b,
                       u64 sector, u32 n)
{
    bool on = o->of == b && o->next == sector;

    o->run = on && o->run < OLD_CLUSTERS * BLOCK_CLUSTER ? o->run + n : n;
    o->next = sector + n;
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
    if (!h->page[n].dirty && old_has(&h->old, b, c->cluster))
        return old_bytes(&h->old, c->cluster * BLOCK_CLUSTER);
    if (!b->ops->peek)
        return cluster_read(b, c->cluster, copy) ? NULL : copy;
    memset(copy, 0, CHUNK);
    *mask = b->ops->peek(b, c->cluster, copy);
    return copy;
}

bool page_is_read(const struct pc *pc, u32 n)
{
    const struct history *h = pc->history;
    const struct block *b = n < h->fixed
                                ? NULL
                                : pc->disk[h->cluster[n - h->fixed].drive];

    return b && !b->ops->peek;
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

/* A request: sectors of a drive become what `bytes` hold. */
struct writing {
    struct block *b;
    u8 drive;
    u64 sector, end;
    const u8 *bytes;
};

/* Whether the cluster stays what it is. Its old contents are kept for it, where
 * there is no more to a write than what sectors hold. */
static bool cluster_stays(struct history *h, const struct writing *w, u64 c)
{
    u64 from = c * BLOCK_CLUSTER, to = from + BLOCK_CLUSTER;

    if (w->b->ops->peek || w->b->view)
        return false;
    if (!old_has(&h->old, w->b, c))
        old_read(&h->old, w->b, c, w->end - 1);
    from = from < w->sector ? w->sector : from;
    to = to < w->end ? to : w->end;
    return old_has(&h->old, w->b, c) &&
           !memcmp(old_bytes(&h->old, from),
                   w->bytes + (size_t)(from - w->sector) * SECTOR,
                   (size_t)(to - from) * SECTOR);
}

static void cluster_writing(struct pc *pc, const struct writing *w, u64 c)
{
    struct history *h = pc->history;
    u32 page = h->slots ? *slot_of(h, w->drive, c) : 0;

    if ((page && h->page[h->fixed + page - 1].dirty) ||
        cluster_stays(h, w, c))
        return;
    page = page_of_cluster(pc, w->drive, c);
    if (page == ~0u)
        h->broken = true;
    else
        page_touch(pc, page);
}

static void disk_writing(void *ctx, struct block *b, u64 sector,
                         const void *buf, u32 n)
{
    struct pc *pc = ctx;
    struct writing w = { b, 0, sector, sector + n, buf };

    while (w.drive < PC_DRIVES && pc->disk[w.drive] != b)
        w.drive++;
    if (!pc->history || w.drive == PC_DRIVES)
        return;
    old_follow(&pc->history->old, b, sector, n);
    for (u64 c = sector / BLOCK_CLUSTER; c * BLOCK_CLUSTER < w.end; c++)
        cluster_writing(pc, &w, c);
}

void history_media(struct pc *pc)
{
    if (!pc->history)
        return;
    pc->history->old.of = NULL;
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
