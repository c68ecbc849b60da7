/* scan.c - a tree of what a guest's disk says now. */
#include "machine/folder/scan.h"

#include <stdlib.h>
#include <string.h>

#include "machine/folder/build.h"

struct scanning {
    struct scan *s;
    const struct marks *written;
    struct node **met;                  /* by number: who has which clusters */
    u32 mets, room;
};

/* ---- chains ---- */

static bool scan_is_written(const struct scanning *w, u32 cluster)
{
    u64 at = fat_sector(&w->s->f, cluster);
    bool any = false;

    for (u32 i = 0; i < w->s->f.spc && w->written->any; i++)
        if (at + i < w->written->sectors)
            any |= w->written->bit[(at + i) / 8] >> (at + i) % 8 & 1;
    return any;
}

/* Takes the clusters of a chain for number `who`; what two want is neither's.
 * Returns how many; 0: it does not end as it should. */
static u32 scan_claim(struct scanning *w, struct node *n, u32 who)
{
    const struct fat *f = &w->s->f;
    u32 c = n->cluster, count = 0;

    while (fat_valid(f, c)) {
        u32 *owner = &w->s->owner[c];

        if (*owner) {
            w->met[*owner - 1]->bad = true;
            return 0;
        }
        *owner = who + 1;
        n->chain = (n->chain ^ c) * 0x9e3779b97f4a7c15u;
        n->changed |= scan_is_written(w, c);
        count++;
        c = fat_get(f, c);
    }
    return fat_is_end(c) ? count : 0;
}

static bool scan_meet(struct scanning *w, struct node *n)
{
    if (w->mets == w->room) {
        u32 room = w->room ? 2 * w->room : 256;
        struct node **more = realloc(w->met, room * sizeof(struct node *));

        if (!more)
            return false;
        w->met = more;
        w->room = room;
    }
    w->met[w->mets++] = n;
    return true;
}

static bool scan_chain(struct scanning *w, struct node *n)
{
    u32 bytes = fat_bytes(&w->s->f);
    u32 need = (u32)(((u64)n->size + bytes - 1) / bytes), has;

    if (!scan_meet(w, n))
        return false;
    if (!n->folder && !n->cluster) {
        n->bad = n->size != 0;
        return true;
    }
    has = scan_claim(w, n, w->mets - 1);
    if (!has || has < need || (!n->folder && !n->size))
        n->bad = true;
    return true;
}

/* ---- directories ---- */

static enum err scan_entry(struct scanning *w, struct node *in,
                           const struct fat_entry *e)
{
    struct node *n;

    if ((e->attr & FAT_LABEL) || fat_is_dots(e->name))
        return ERR_OK;
    n = node_new(&w->s->t, in, e->name);
    if (!n)
        return w->s->t.n < NODES ? ERR_NOMEM : ERR_RANGE;
    memcpy(n->alias, e->alias, sizeof n->alias);
    n->folder = e->attr & FAT_FOLDER;
    n->attr = e->attr & (n->folder ? FAT_HIDDEN | FAT_SYSTEM
                                   : DOSATTR_KEPT);
    n->is_long = e->first != e->at;
    n->date = e->date;
    n->time = e->time;
    n->cluster = e->cluster;
    n->size = n->folder ? 0 : e->size;
    return scan_chain(w, n) ? ERR_OK : ERR_NOMEM;
}

/* Behind `..` of a folder that is whole stands who it is in. */
static enum err scan_folder(struct scanning *w, struct node *n, u32 depth)
{
    struct fat_dir d;
    struct fat_entry e;
    u32 at = 0;
    enum err result = n->bad || depth > NODE_DEPTH
                          ? ERR_FORMAT
                          : fat_dir_read(&w->s->f, n->cluster, &d, NULL);

    if (result) {
        n->bad = true;
        return result == ERR_NOMEM ? result : ERR_OK;
    }
    while (!result && fat_dir_next(&w->s->f, &d, &at, &e))
        result = scan_entry(w, n, &e);
    fat_dir_free(&d);
    return result;
}

static enum err scan_all(struct scanning *w)
{
    struct nodes *t = &w->s->t;
    enum err e = ERR_OK;
    u32 root = w->s->f.root_cluster;

    if (!scan_meet(w, &t->root))
        return ERR_NOMEM;
    t->root.cluster = root;
    if (w->s->f.bits == 32)
        t->root.bad = scan_claim(w, &t->root, 0) == 0;
    t->root.cluster = 0;
    for (struct node *n = &t->root; n && !e; n = node_next(&t->root, n))
        if (n->folder)
            e = scan_folder(w, n, node_depth(n));
    return e;
}

/* ---- */

enum err scan_disk(struct scan *s, struct block *b, u32 partition,
                   const struct marks *written, struct why *why)
{
    struct scanning w = { .s = s, .written = written };
    enum err e;

    memset(s, 0, sizeof *s);
    nodes_init(&s->t);
    e = fat_open_partition(&s->f, b, partition, why);
    if (e)
        return e;
    s->owner = calloc(s->f.clusters + 2ull, sizeof *s->owner);
    e = s->owner ? scan_all(&w) : ERR_NOMEM;
    free(w.met);
    if (!e)
        return ERR_OK;
    scan_free(s);
    return err_say(why, e, "%.100s: %s", b->name, e == ERR_RANGE
                   ? "more files than any folder has" : err_text(e));
}

void scan_free(struct scan *s)
{
    fat_close(&s->f);
    nodes_free(&s->t);
    free(s->owner);
    s->owner = NULL;
}

bool scan_is_lost(const struct scan *s, u32 cluster)
{
    return fat_valid(&s->f, cluster) && !s->owner[cluster] &&
           fat_get(&s->f, cluster) != 0;
}
