/* view.c - a medium as it was at another time. */
#include "machine/block/view.h"

#include <stdlib.h>
#include <string.h>

#include "machine/host/redo.h"

enum { BYTES = BLOCK_CLUSTER * SECTOR, FIRST_SLOTS = 64 };

struct seen {
    u64 cluster;
    u8 data[BYTES];
};

struct view {
    struct seen **slot;                 /* open addressing, half empty */
    size_t slots, used;
};

static struct seen **view_place(const struct view *v, u64 cluster)
{
    size_t i = (size_t)(cluster * 0x9e3779b97f4a7c15u >> 32) & (v->slots - 1);

    while (v->slot[i] && v->slot[i]->cluster != cluster)
        i = (i + 1) & (v->slots - 1);
    return &v->slot[i];
}

static struct seen *view_find(const struct view *v, u64 cluster)
{
    return v->slots ? *view_place(v, cluster) : NULL;
}

static bool view_grow(struct view *v)
{
    struct view w = { .slots = v->slots ? v->slots * 2 : FIRST_SLOTS,
                      .used = v->used };

    w.slot = calloc(w.slots, sizeof *w.slot);
    if (!w.slot)
        return false;
    for (size_t i = 0; i < v->slots; i++)
        if (v->slot[i])
            *view_place(&w, v->slot[i]->cluster) = v->slot[i];
    free(v->slot);
    *v = w;
    return true;
}

bool view_open(struct block *b)
{
    if (!b->view)
        b->view = calloc(1, sizeof *b->view);
    return b->view;
}

void view_close(struct block *b)
{
    struct view *v = b->view;

    b->view = NULL;
    for (size_t i = 0; v && i < v->slots; i++)
        free(v->slot[i]);
    if (v)
        free(v->slot);
    free(v);
}

/* How many sectors of a cluster the medium has. A floppy's tracks, which stand
 * behind its sectors, fill theirs. */
static u32 cluster_sectors(const struct block *b, u64 cluster)
{
    u64 at = cluster * BLOCK_CLUSTER;
    u64 left = at < b->sectors ? b->sectors - at : BLOCK_CLUSTER;

    return left < BLOCK_CLUSTER ? (u32)left : BLOCK_CLUSTER;
}

static enum err base_read(struct block *b, u64 cluster, u8 *to)
{
    u32 n = cluster_sectors(b, cluster);

    memset(to + n * SECTOR, 0, BYTES - n * SECTOR);
    return b->ops->read(b, cluster * BLOCK_CLUSTER, to, n);
}

/* The cluster in the view, taken over from the medium when it is new. */
static enum err view_obtain(struct block *b, u64 cluster, struct seen **out)
{
    struct view *v = b->view;
    struct seen *s = view_find(v, cluster);
    enum err e;

    *out = s;
    if (s)
        return ERR_OK;
    if (v->used * 2 >= v->slots && !view_grow(v))
        return ERR_NOMEM;
    s = malloc(sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->cluster = cluster;
    e = base_read(b, cluster, s->data);
    if (e) {
        free(s);
        return e;
    }
    *view_place(v, cluster) = *out = s;
    v->used++;
    return ERR_OK;
}

enum err view_read(struct block *b, u64 sector, void *buf, u32 n)
{
    u8 *to = buf;
    enum err e = ERR_OK;

    for (; n > 0 && !e; n--, sector++, to += SECTOR) {
        const struct seen *s = view_find(b->view, sector / BLOCK_CLUSTER);

        if (s)
            memcpy(to, s->data + sector % BLOCK_CLUSTER * SECTOR, SECTOR);
        else
            e = b->ops->read(b, sector, to, 1);
    }
    return e;
}

enum err view_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    const u8 *from = buf;
    struct seen *s;
    enum err e;

    for (; n > 0; n--, sector++, from += SECTOR) {
        e = view_obtain(b, sector / BLOCK_CLUSTER, &s);
        if (e)
            return e;
        memcpy(s->data + sector % BLOCK_CLUSTER * SECTOR, from, SECTOR);
    }
    return ERR_OK;
}

enum err cluster_read(struct block *b, u64 cluster, u8 *to)
{
    const struct seen *s = b->view ? view_find(b->view, cluster) : NULL;

    if (!s)
        return base_read(b, cluster, to);
    memcpy(to, s->data, BYTES);
    return ERR_OK;
}

enum err cluster_write(struct block *b, u64 cluster, const u8 *from)
{
    return view_write(b, cluster * BLOCK_CLUSTER, from,
                      cluster_sectors(b, cluster));
}

/* ---- from the view into the medium ---- */

static int by_cluster(const void *a, const void *b)
{
    u64 x = (*(struct seen *const *)a)->cluster;
    u64 y = (*(struct seen *const *)b)->cluster;

    return x < y ? -1 : x > y;
}

static struct seen **in_order(const struct view *v)
{
    struct seen **list = calloc(v->used + 1, sizeof *list);
    size_t n = 0;

    for (size_t i = 0; list && i < v->slots; i++)
        if (v->slot[i])
            list[n++] = v->slot[i];
    if (list)
        qsort(list, n, sizeof *list, by_cluster);
    return list;
}

/* What the medium holds already need not be written. */
static bool is_held(struct block *b, const struct seen *s)
{
    u8 old[BYTES];

    return !base_read(b, s->cluster, old) && !memcmp(old, s->data, BYTES);
}

static enum err write_each(struct block *b, struct seen *const *list)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < b->view->used && !e; i++)
        if (!is_held(b, list[i]))
            e = b->ops->write(b, list[i]->cluster * BLOCK_CLUSTER,
                              list[i]->data,
                              cluster_sectors(b, list[i]->cluster));
    return e;
}

/* From here on the files below have writes wait; false: memory is short. */
static bool begin_below(struct block *b)
{
    bool ok = !b->file || file_begin(b->file);

    for (u32 n = 0; ok && b->ops->piece && b->ops->piece(b, n); n++)
        ok = begin_below(b->ops->piece(b, n));
    return ok;
}

/* Each file gets all that waits, or nothing of it. */
static enum err commit_below(struct block *b)
{
    enum err e = b->file ? block_file_error(b, b->file, file_commit(b->file))
                         : ERR_OK;

    for (u32 n = 0; !e && b->ops->piece && b->ops->piece(b, n); n++)
        e = commit_below(b->ops->piece(b, n));
    return e;
}

enum err view_commit(struct block *b)
{
    struct seen **list;
    enum err e;

    if (!b->view)
        return ERR_OK;
    list = in_order(b->view);
    e = list && begin_below(b) ? write_each(b, list) : ERR_NOMEM;
    free(list);
    e = e ? e : commit_below(b);
    if (!e)
        view_close(b);
    return e;
}
