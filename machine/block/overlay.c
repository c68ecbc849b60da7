/* overlay.c - keeps all writes to a medium in memory, or past a limit in a file
 * that nobody else sees.
 *
 * Written sectors live in clusters of eight, found by open addressing; a bit
 * per sector says which of a cluster's sectors have been written. The rest
 * comes from the medium below, which is never written to.
 *
 * Saved form: u64 sectors of the medium, u64 number of clusters, and for each
 * cluster in ascending order u64 index, u8 mask, the masked sectors. */
#include "machine/block/block.h"
#include "machine/host/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PER = 8, FIRST_SLOTS = 64 };

struct cluster {
    u64 index;                          /* sector / PER */
    u8 mask;
    u8 data[PER][SECTOR];
};

struct map {
    struct cluster **slot;
    size_t slots, used;                 /* slots is 0 or a power of two */
    struct store store;                 /* where the clusters lie */
};

struct overlay {
    struct block b;
    struct block *below;
    struct map map;
};

static size_t overlay_home(const struct map *m, u64 index)
{
    return (size_t)(index * 0x9e3779b97f4a7c15u >> 32) & (m->slots - 1);
}

/* Where the cluster is or would go; m has at least one free slot. */
static struct cluster **overlay_place(const struct map *m, u64 index)
{
    size_t i = overlay_home(m, index);

    while (m->slot[i] && m->slot[i]->index != index)
        i = (i + 1) & (m->slots - 1);
    return &m->slot[i];
}

static const struct cluster *overlay_find(const struct map *m, u64 index)
{
    return m->slots ? *overlay_place(m, index) : NULL;
}

static bool overlay_grow(struct map *m)
{
    struct map bigger = { .slots = m->slots ? m->slots * 2 : FIRST_SLOTS,
                          .used = m->used, .store = m->store };

    bigger.slot = calloc(bigger.slots, sizeof *bigger.slot);
    if (!bigger.slot)
        return false;
    for (size_t i = 0; i < m->slots; i++)
        if (m->slot[i])
            *overlay_place(&bigger, m->slot[i]->index) = m->slot[i];
    free(m->slot);
    *m = bigger;
    return true;
}

/* The cluster to write to, made when it is new; NULL: out of memory, and of
 * room on the disk. */
static struct cluster *obtain(struct map *m, u64 index)
{
    struct cluster **p;

    if (m->used * 2 >= m->slots && !overlay_grow(m))
        return NULL;
    p = overlay_place(m, index);
    if (!*p && (*p = store_new(&m->store, sizeof **p)) != NULL) {
        (*p)->index = index;
        m->used++;
    }
    return *p;
}

/* An empty map that moves its clusters to a file past the same limit. */
static struct map empty_like(const struct map *m)
{
    return (struct map){ .store = { .most = m->store.most,
                                    .folder = m->store.folder } };
}

static void overlay_drop(struct map *m)
{
    store_free(&m->store);
    free(m->slot);
    *m = empty_like(m);
}

static bool holds(const struct cluster *c, u64 sector)
{
    return c && (c->mask >> sector % PER & 1);
}

static enum err overlay_read(struct block *b, u64 sector, void *buf, u32 n)
{
    struct overlay *o = (struct overlay *)b;
    enum err e;
    u8 *p = buf;

    while (n > 0) {
        const struct cluster *c = overlay_find(&o->map, sector / PER);
        u32 run = 0;

        if (holds(c, sector)) {
            memcpy(p, c->data[sector % PER], SECTOR);
            run = 1;
        } else {
            do
                run++;
            while (run < n &&
                   !holds(overlay_find(&o->map, (sector + run) / PER),
                          sector + run));
            e = block_read(o->below, sector, p, run);
            if (e)
                return block_below_error(b, o->below, e);
        }
        sector += run;
        p += (size_t)run * SECTOR;
        n -= run;
    }
    return ERR_OK;
}

static enum err overlay_write(struct block *b, u64 sector, const void *buf,
                              u32 n)
{
    struct overlay *o = (struct overlay *)b;
    const u8 *p = buf;

    for (; n > 0; n--, sector++, p += SECTOR) {
        struct cluster *c = obtain(&o->map, sector / PER);

        if (!c)
            return ERR_NOMEM;
        memcpy(c->data[sector % PER], p, SECTOR);
        c->mask |= (u8)(1u << sector % PER);
    }
    return ERR_OK;
}

static void overlay_close(struct block *b)
{
    struct overlay *o = (struct overlay *)b;

    overlay_drop(&o->map);
    block_close(o->below);
    free(o);
}

static int by_index(const void *a, const void *b)
{
    u64 x = (*(struct cluster *const *)a)->index;
    u64 y = (*(struct cluster *const *)b)->index;

    return x < y ? -1 : x > y;
}

static void save_cluster(const struct cluster *c, struct buf *out)
{
    buf_put(out, c->index, 8);
    buf_put(out, c->mask, 1);
    for (int i = 0; i < PER; i++)
        if (c->mask >> i & 1)
            buf_put_bytes(out, c->data[i], SECTOR);
}

static void overlay_save(const struct block *b, struct buf *out)
{
    const struct overlay *o = (const struct overlay *)b;
    const struct cluster **list = calloc(o->map.used + 1, sizeof *list);
    size_t n = 0;

    if (!list) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < o->map.slots; i++)
        if (o->map.slot[i] && o->map.slot[i]->mask)
            list[n++] = o->map.slot[i];
    qsort(list, n, sizeof *list, by_index);
    buf_put(out, b->sectors, 8);
    buf_put(out, n, 8);
    for (size_t i = 0; i < n; i++)
        save_cluster(list[i], out);
    free(list);
}

/* How large a medium is: its sectors, and whether it has a floppy's tracks
 * behind them. */
struct extent {
    u64 sectors;
    bool tracks;
};

/* True when the masked sectors of cluster `index` are on the medium. */
static bool overlay_fits(u64 index, u8 mask, const struct extent *x)
{
    u64 left;

    if (x->tracks && index >= SURFACE_AT / PER && index < SURFACE_END / PER)
        return mask != 0;
    if (mask == 0 || index >= (x->sectors + PER - 1) / PER)
        return false;
    left = x->sectors - index * PER;
    return left >= PER || mask >> left == 0;
}

/* Reads one cluster into m, or only over it when m is NULL. */
static enum err load_cluster(struct map *m, const struct extent *x, u64 *least,
                             struct buf *in)
{
    u64 index = buf_get(in, 8);
    u8 mask = (u8)buf_get(in, 1);
    struct cluster *c = NULL;

    if (in->failed || index < *least || !overlay_fits(index, mask, x))
        return ERR_FORMAT;
    *least = index + 1;
    if (m && !(c = obtain(m, index)))
        return ERR_NOMEM;
    for (int i = 0; i < PER; i++) {
        const u8 *p = mask >> i & 1 ? buf_get_bytes(in, SECTOR) : NULL;

        if (in->failed)
            return ERR_FORMAT;
        if (c && p)
            memcpy(c->data[i], p, SECTOR);
    }
    if (c)
        c->mask = mask;
    return ERR_OK;
}

static enum err load_map(struct map *m, const struct extent *x,
                         struct buf *in)
{
    u64 n = buf_get(in, 8), least = 0;

    for (u64 i = 0; i < n; i++) {       /* ends with the bytes, at the latest */
        enum err e = load_cluster(m, x, &least, in);

        if (e)
            return e;
    }
    return in->failed ? ERR_FORMAT : ERR_OK;
}

static enum err overlay_load(struct block *b, struct buf *in, struct why *why)
{
    struct overlay *o = (struct overlay *)b;
    const char *name = b ? b->name : "medium";
    struct map none = { 0 }, fresh = empty_like(o ? &o->map : &none);
    struct extent x = { buf_get(in, 8), !o || b->tracks };
    enum err e;

    if (o && !in->failed && x.sectors > b->sectors)
        return err_say(why, ERR_FORMAT, "%s: has %llu sectors, its saved "
                       "writes are for %llu", name,
                       (unsigned long long)b->sectors,
                       (unsigned long long)x.sectors);
    e = load_map(o ? &fresh : NULL, &x, in);
    if (e) {
        overlay_drop(&fresh);
        return err_say(why, e, "%s: saved writes: %s", name,
                       e == ERR_NOMEM ? "out of memory" : "damaged");
    }
    if (o) {
        overlay_drop(&o->map);
        o->map = fresh;
    }
    return ERR_OK;
}

static u8 overlay_peek(const struct block *b, u64 index, u8 *data)
{
    const struct cluster *c =
        overlay_find(&((const struct overlay *)b)->map, index);

    if (c)
        memcpy(data, c->data, sizeof c->data);
    return c ? c->mask : 0;
}

/* Puts a cluster's sectors that are in mask. With a mask of 0 the cluster is
 * read from the medium below again, but its memory is kept. */
static enum err overlay_poke(struct block *b, u64 index, u8 mask,
                             const u8 *data)
{
    struct cluster *c = obtain(&((struct overlay *)b)->map, index);

    if (!c)
        return ERR_NOMEM;
    memcpy(c->data, data, sizeof c->data);
    c->mask = mask;
    return ERR_OK;
}

static struct block *overlay_below(struct block *b)
{
    return ((struct overlay *)b)->below;
}

static const struct block_ops overlay_ops = {
    .read = overlay_read, .write = overlay_write, .close = overlay_close,
    .save = overlay_save, .load = overlay_load, .below = overlay_below,
    .peek = overlay_peek, .poke = overlay_poke,
};

void block_limit_overlay(struct block *b, u64 most, const char *folder)
{
    struct overlay *o = (struct overlay *)b;

    o->map.store.most = most;
    o->map.store.folder = folder;
}

enum err block_open_overlay(struct block **out, struct block *below,
                            struct why *why)
{
    struct overlay *o = calloc(1, sizeof *o);

    *out = NULL;
    if (!o)
        return err_say(why, ERR_NOMEM, "%s: out of memory", below->name);
    o->b.ops = &overlay_ops;
    o->map.store = (struct store){ .most = UINT64_MAX, .folder = "." };
    o->b.sectors = below->sectors;
    o->b.format = below->format;
    o->b.cylinders = below->cylinders;
    o->b.heads = below->heads;
    o->b.spt = below->spt;
    o->b.tracks = below->tracks;
    o->b.odd_size = below->odd_size;
    snprintf(o->b.name, sizeof o->b.name, "%s", below->name);
    o->below = below;
    *out = &o->b;
    return ERR_OK;
}
