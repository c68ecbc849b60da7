/* fatfill.c - FAT file systems: directories that are written at once.
 *
 * Short names are kept in a hash table. For each one that had to be numbered
 * it also says which number comes next, so that ten thousand long names that
 * begin alike do not try all the numbers before theirs. */
#include <stdlib.h>
#include <string.h>

#include "machine/core/state.h"
#include "machine/fat/fat.h"

enum { ALIASES = 99999 };

struct fat_fill_slot {
    u8 raw[11];
    bool used, taken;                   /* taken: an entry has it */
    u32 next;                           /* number to try */
};

enum err fat_fill_begin(struct fat_filler *w, const struct fat *f, u32 names,
                        u32 entries)
{
    *w = (struct fat_filler){ .f = f, .room = entries, .slots = 64 };
    while (w->slots < 4 * names)
        w->slots *= 2;
    w->p = calloc(entries + 1u, FAT_ENTRY);
    w->slot = calloc(w->slots, sizeof *w->slot);
    return w->p && w->slot ? ERR_OK : ERR_NOMEM;
}

/* That of the name, or a free one; at least half of them are free. */
static struct fat_fill_slot *fill_slot(struct fat_filler *w, const u8 *raw)
{
    u32 i = (u32)hash_bytes(0, raw, 11) & (w->slots - 1);

    while (w->slot[i].used && memcmp(w->slot[i].raw, raw, 11))
        i = (i + 1) & (w->slots - 1);
    if (!w->slot[i].used) {
        memcpy(w->slot[i].raw, raw, 11);
        w->slot[i].next = 1;
    }
    return &w->slot[i];
}

static bool fill_number(struct fat_filler *w, u8 *raw)
{
    struct fat_fill_slot *base = fill_slot(w, raw), *s;
    u8 try[11];

    base->used = true;
    for (; base->next <= ALIASES; base->next++) {
        fat_short_number(raw, base->next, try);
        s = fill_slot(w, try);
        if (s->taken)
            continue;
        s->used = s->taken = true;
        memcpy(raw, try, 11);
        return true;
    }
    return false;
}

enum err fat_fill_add(struct fat_filler *w, struct fat_entry *e)
{
    struct fat_fill_slot *s;
    u8 raw[11], cases;
    bool exact;
    u32 parts;

    fat_short_make(e->name, raw, &cases, &exact);
    s = fill_slot(w, raw);
    if (exact && !s->taken)
        s->used = s->taken = true;
    else if (!fill_number(w, raw))
        return ERR_FULL;
    else
        exact = false;
    parts = fat_name_parts(e->name, exact);
    if (w->used + parts + 1 > w->room)
        return ERR_FULL;
    e->first = w->used;
    e->at = w->used + parts;
    fat_short_text(raw, e->alias);
    fat_entry_put(w->f, w->p + (size_t)w->used * FAT_ENTRY, e, raw, cases,
                  parts);
    w->used += parts + 1;
    return ERR_OK;
}

enum err fat_fill_raw(struct fat_filler *w, const u8 *p)
{
    if (w->used == w->room)
        return ERR_FULL;
    memcpy(w->p + (size_t)w->used++ * FAT_ENTRY, p, FAT_ENTRY);
    return ERR_OK;
}

/* One sector after the other; those behind the last entry are zeros. */
static enum err fill_write(struct fat_filler *w, struct block *b, u32 cluster)
{
    u32 per = SECTOR / FAT_ENTRY, n = (w->used + per - 1) / per;
    u8 s[SECTOR];
    enum err e = ERR_OK;

    for (u32 i = 0; !e && (i < n || (cluster && i % w->f->spc)); i++) {
        u32 left = w->used > i * per ? w->used - i * per : 0;

        if (cluster && i && i % w->f->spc == 0)
            cluster = fat_get(w->f, cluster);
        if (cluster && !fat_valid(w->f, cluster))
            return ERR_FULL;
        memset(s, 0, sizeof s);
        memcpy(s, w->p + (size_t)i * SECTOR,
               (left < per ? left : per) * FAT_ENTRY);
        e = block_write(b, cluster ? fat_sector(w->f, cluster) + i % w->f->spc
                                   : w->f->first + w->f->root_at + i, s, 1);
    }
    return e;
}

enum err fat_fill_end(struct fat_filler *w, struct block *b, u32 cluster)
{
    enum err e = b ? fill_write(w, b, cluster) : ERR_OK;

    free(w->p);
    free(w->slot);
    w->p = NULL;
    w->slot = NULL;
    return e;
}
