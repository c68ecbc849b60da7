/* pair.c - which file of a disk is which one of the folder.
 *
 * What has the same clusters, and was not written to, is the same file, even
 * if it has another name now: its contents are on the host already, and must
 * not be written over by those of the file that has its name. What is left of
 * them then is paired by name. */
#include <string.h>

#include "machine/folder/sync.h"

static void pair_up(struct node *n, struct node *o)
{
    n->pair = o;
    o->pair = n;
}

static bool is_same(const struct node *n, const struct node *o)
{
    if (n->cluster != o->cluster || n->folder)
        return n->cluster == o->cluster;
    return !n->changed && !o->stale && n->size == o->size &&
           n->chain == o->chain;
}

/* A DOS program that replaces a file knows the short name alone. */
static struct node *pair_by_name(struct sync *s, const struct node *n,
                                 bool same)
{
    struct node *parent = n->parent->pair, *o;

    if (!parent)
        return NULL;
    o = node_named(s->base, parent, n->name, n->folder);
    if (!o && !n->is_long && strchr(n->alias, '~'))
        o = node_by_alias(parent, n->alias, n->folder);
    return o && same && !is_same(n, o) ? NULL : o;
}

/* Of a file that is not whole only that it is still there counts. */
static struct node *pair_by_cluster(struct sync *s, const struct node *n)
{
    struct node *o = node_at_cluster(s->base, n->cluster, n->folder);

    return o && !o->left && (n->bad || is_same(n, o)) ? o : NULL;
}

enum err sync_pair(struct sync *s)
{
    struct node *root = &s->now.t.root, *o;

    for (o = &s->base->root; o; o = node_next(&s->base->root, o))
        o->pair = NULL;
    if (!nodes_index(s->base))
        return ERR_NOMEM;
    pair_up(root, &s->base->root);
    for (int pass = 0; pass < 3; pass++)
        for (struct node *n = root->child; n; n = node_next(root, n)) {
            if (n->pair)
                continue;
            o = pass == 1 ? pair_by_cluster(s, n)
                          : pair_by_name(s, n, pass == 0);
            if (o)
                pair_up(n, o);
        }
    return ERR_OK;
}

/* ---- the disk was put to another state ---- */

/* What the guest never saw must not be written over by it. */
static void adopt_stamp(struct node *o, const struct node *n)
{
    struct dos_time t = host_dos_time(o->stamp.seconds);

    if (o->ours || o->folder || !o->stamp.seconds)
        return;
    if (!n || n->size != o->stamp.size || n->date != t.date ||
        n->time != t.time)
        o->stamp = (struct tree_info){ 0 };
}

void sync_adopt(struct sync *s, bool forgot)
{
    struct node *o = s->base->root.child;

    for (; o; o = node_next(&s->base->root, o)) {
        if (forgot)
            adopt_stamp(o, o->pair);
        if (o->pair)
            node_take(o, o->pair);
        else
            o->left = true;
    }
}
