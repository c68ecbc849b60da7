/* node.c - a folder's files and folders as a tree. */
#include "machine/folder/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BY_NAME, BY_CLUSTER };

void nodes_init(struct nodes *t)
{
    *t = (struct nodes){ .root = { .folder = true } };
}

static void node_release(struct node *n)
{
    free(n->name);
    free(n->host);
    free(n);
}

void nodes_free(struct nodes *t)
{
    while (t->root.child) {
        struct node *n = t->root.child;

        node_cut(n);
        node_free(t, n);
    }
    free(t->by[BY_NAME]);
    free(t->by[BY_CLUSTER]);
    nodes_init(t);
}

/* ---- one node ---- */

void node_join(struct node *parent, struct node *n)
{
    n->parent = parent;
    n->next = NULL;
    if (parent->last)
        parent->last->next = n;
    else
        parent->child = n;
    parent->last = n;
}

struct node *node_new(struct nodes *t, struct node *parent, const char *name)
{
    struct node *n = t->n < NODES ? calloc(1, sizeof *n) : NULL;

    if (!n)
        return NULL;
    n->name = strdup(name);
    if (!n->name) {
        free(n);
        return NULL;
    }
    t->n++;
    node_join(parent, n);
    return n;
}

void node_cut(struct node *n)
{
    struct node **at = &n->parent->child, *before = NULL;

    while (*at != n) {
        before = *at;
        at = &(*at)->next;
    }
    *at = n->next;
    if (n->parent->last == n)
        n->parent->last = before;
    n->parent = n->next = NULL;
}

/* Without recursion, as a guest may have folders in folders. */
void node_free(struct nodes *t, struct node *n)
{
    while (n->child) {
        struct node *c = n->child;

        n->child = c->next;
        if (c->child) {                 /* its children become n's */
            c->last->next = n->child;
            n->child = c->child;
        }
        node_release(c);
        t->n--;
    }
    node_release(n);
    t->n--;
}

static void node_free_child(struct nodes *t, struct node *n)
{
    struct node *c = n->child;

    node_cut(c);
    node_free(t, c);
}

u32 node_depth(const struct node *n)
{
    u32 depth = 0;

    for (; n->parent; n = n->parent)
        depth++;
    return depth;
}

void node_take(struct node *o, const struct node *n)
{
    memcpy(o->alias, n->alias, sizeof o->alias);
    o->attr = n->attr;
    o->is_long = n->is_long;
    o->date = n->date;
    o->time = n->time;
    o->cluster = n->cluster;
    o->size = n->size;
    o->chain = n->chain;
    o->left = false;
}

/* ---- going through all ---- */

struct node *node_next(const struct node *root, const struct node *n)
{
    if (n->child)
        return n->child;
    while (n != root && !n->next)
        n = n->parent;
    return n == root ? NULL : n->next;
}

static struct node *node_deepest(struct node *n)
{
    while (n->child)
        n = n->child;
    return n;
}

struct node *node_first_up(struct node *root)
{
    struct node *n = node_deepest(root);

    return n == root ? NULL : n;
}

struct node *node_next_up(const struct node *root, const struct node *n)
{
    if (n->next)
        return node_deepest(n->next);
    return n->parent == root ? NULL : n->parent;
}

/* ---- hash tables ---- */

static bool nodes_make_table(struct nodes *t, int which)
{
    free(t->by[which]);
    t->slots[which] = 64;
    while (t->slots[which] < 2 * t->n)
        t->slots[which] *= 2;
    t->by[which] = calloc(t->slots[which], sizeof(struct node *));
    return t->by[which];
}

static struct node **name_slot(const struct nodes *t, const struct node *parent,
                               const char *name)
{
    u64 h = (u64)(uintptr_t)parent;
    char folded[FAT_NAME];

    return &t->by[BY_NAME][hash_bytes(h, folded, fat_name_fold(name, folded)) &
                           (t->slots[BY_NAME] - 1)];
}

static struct node **cluster_slot(const struct nodes *t, u32 cluster)
{
    return &t->by[BY_CLUSTER][hash_bytes(1, &cluster, sizeof cluster) &
                              (t->slots[BY_CLUSTER] - 1)];
}

static void node_into(struct node **slot, struct node *n, int which)
{
    n->same[which] = *slot;
    *slot = n;
}

bool nodes_index(struct nodes *t)
{
    if (!nodes_make_table(t, BY_NAME) || !nodes_make_table(t, BY_CLUSTER))
        return false;
    for (struct node *n = t->root.child; n; n = node_next(&t->root, n)) {
        node_into(name_slot(t, n->parent, n->name), n, BY_NAME);
        node_into(cluster_slot(t, n->cluster), n, BY_CLUSTER);
    }
    return true;
}

struct node *node_named(const struct nodes *t, const struct node *parent,
                        const char *name, bool folder)
{
    struct node *n = *name_slot(t, parent, name);

    while (n && (n->pair || n->folder != folder || n->parent != parent ||
                 !fat_name_matches(name, n->name, false)))
        n = n->same[BY_NAME];
    return n;
}

struct node *node_by_alias(const struct node *parent, const char *alias,
                           bool folder)
{
    struct node *n = parent->child;

    while (n && (n->pair || n->folder != folder || strcmp(n->alias, alias)))
        n = n->next;
    return n;
}

static bool node_has_twin(const struct nodes *t, const struct node *n)
{
    const struct node *o = *name_slot(t, n->parent, n->name);

    while (o && (o->parent != n->parent ||
                 !fat_name_matches(n->name, o->name, false)))
        o = o->same[BY_NAME];
    return o;
}

u32 nodes_drop_twins(struct nodes *t, char one[256])
{
    struct node *n = t->root.child, *next;
    u32 twins = 0;

    if (!nodes_make_table(t, BY_NAME))
        return 0;
    for (; n; n = next) {
        if (node_has_twin(t, n)) {
            while (n->child)            /* nothing in it is looked at */
                node_free_child(t, n);
            next = node_next(&t->root, n);
            snprintf(one, 256, "%s", n->name);
            node_cut(n);
            node_free(t, n);
            twins++;
            continue;
        }
        node_into(name_slot(t, n->parent, n->name), n, BY_NAME);
        next = node_next(&t->root, n);
    }
    return twins;
}

struct node *node_at_cluster(const struct nodes *t, u32 cluster, bool folder)
{
    struct node *n = cluster ? *cluster_slot(t, cluster) : NULL;

    while (n && (n->pair || n->folder != folder || n->cluster != cluster))
        n = n->same[BY_CLUSTER];
    return n;
}

/* ---- names on the host ---- */

char *node_path(const struct node *n, const char *name)
{
    size_t len = 0, at;
    char *path;

    for (const struct node *p = n; p->parent; p = p->parent)
        len += strlen(p == n && name ? name : p->host) + 1;
    path = malloc(len + 1);
    if (!path)
        return NULL;
    path[len ? len - 1 : 0] = 0;
    at = len;
    for (const struct node *p = n; p->parent; p = p->parent) {
        const char *part = p == n && name ? name : p->host;
        size_t k = strlen(part);

        at -= k + 1;
        memcpy(path + at, part, k);
        if (at)
            path[at - 1] = '/';
    }
    return path;
}

char *node_path_in(const struct node *folder, const char *name)
{
    char *dir = node_path(folder, NULL), *path = NULL;
    size_t n;

    if (dir) {
        n = strlen(dir) + strlen(name) + 2;
        path = malloc(n);
        if (path)
            snprintf(path, n, "%s%s%s", dir, *dir ? "/" : "", name);
    }
    free(dir);
    return path;
}

void node_host_name(const struct node *n, char to[256])
{
    const char *from = strlen(n->name) > 240 ? n->alias : n->name;
    const char *mark = !*from || fat_is_dots(from) || tree_is_new(from) ||
                       fat_is_device(from) ? "_" : "";

    snprintf(to, 256, "%s%.250s", mark, from);
    for (char *p = to; *p; p++)
        if (*p == '/' || *p == '\\' || (u8)*p < 0x20 || *p == 0x7f)
            *p = '_';
}

void node_copy_name(const char *name, u32 number, char to[256])
{
    const char *dot = strrchr(name, '.');
    size_t n = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    char mark[24] = ".guest";

    if (number > 1)
        snprintf(mark, sizeof mark, ".guest%u", number);
    if (strlen(name) > 230)
        snprintf(to, 256, "%.200s%s", name, mark);
    else
        snprintf(to, 256, "%.*s%s%s", (int)n, name, mark, name + n);
}
