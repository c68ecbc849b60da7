/* isotree.c - what is in a folder that becomes a CD. */
#include "machine/iso/isotree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scanning {
    struct iso_tree *t;
    u32 in, depth;
};

static struct iso_entry *isotree_add(struct iso_tree *t, const char *name)
{
    struct iso_entry *e;

    if (t->n == t->room) {
        u32 room = t->room ? 2 * t->room : 256;

        e = realloc(t->e, room * sizeof *e);
        if (!e)
            return NULL;
        t->e = e;
        t->room = room;
    }
    e = &t->e[t->n];
    *e = (struct iso_entry){ .name = strdup(name) };
    t->n += e->name != NULL;
    return e->name ? e : NULL;
}

static enum err isotree_leave_out(struct iso_tree *t, const char *name)
{
    t->left_out++;
    snprintf(t->one, sizeof t->one, "%.199s", name);
    return ERR_OK;
}

static enum err isotree_take(void *ctx, const char *name,
                             const struct tree_info *info)
{
    struct scanning *s = ctx;
    struct iso_entry *e;

    if (tree_is_new(name))
        return ERR_OK;
    if ((!info->folder && !info->plain) || info->size > UINT32_MAX ||
        (info->folder && s->depth >= ISO_DEPTH))
        return isotree_leave_out(s->t, name);
    if (s->t->n > ISO_ENTRIES)
        return ERR_RANGE;
    e = isotree_add(s->t, name);
    if (!e)
        return ERR_NOMEM;
    e->parent = s->in;
    e->info = *info;
    s->t->e[s->in].count++;
    return ERR_OK;
}

static u32 isotree_depth(const struct iso_tree *t, u32 number)
{
    u32 depth = 0;

    for (; number; number = t->e[number].parent)
        depth++;
    return depth;
}

/* Whether a file may be read is found out now: on the disc it would only be an
 * error. ERR_MISSING: it gets no place. */
static enum err isotree_try(struct iso_tree *t, u32 number)
{
    char *path = isotree_path(t, number);
    int fd = -1;
    enum err e = path ? tree_open_file(t->from, path, &fd) : ERR_NOMEM;

    tree_end_file(fd);
    if (e == ERR_RDONLY || e == ERR_MISSING) {
        isotree_leave_out(t, path);
        e = ERR_MISSING;
    }
    free(path);
    return e;
}

/* Takes those out that can't be read. Nothing stands behind them yet. */
static enum err isotree_keep(struct iso_tree *t, u32 in)
{
    u32 first = t->e[in].first, to = first;
    enum err e = ERR_OK;

    for (u32 i = first; i < t->n; i++) {
        struct iso_entry *from = &t->e[i];

        e = e || from->info.folder ? e : isotree_try(t, i);
        if (e == ERR_MISSING) {
            free(from->name);
            e = ERR_OK;
        } else {
            t->e[to++] = *from;
        }
    }
    t->n = to;
    t->e[in].count = to - first;
    return e;
}

static enum err isotree_list(struct iso_tree *t, u32 in)
{
    struct scanning s = { t, in, isotree_depth(t, in) };
    char *path = isotree_path(t, in);
    enum err e = path ? ERR_OK : ERR_NOMEM;

    t->e[in].first = t->n;
    if (!e)
        e = tree_list(t->from, path, isotree_take, &s);
    if (in && (e == ERR_RDONLY || e == ERR_MISSING))
        e = isotree_leave_out(t, path);
    free(path);
    return e ? e : isotree_keep(t, in);
}

enum err isotree_scan(struct iso_tree *t, struct why *why)
{
    struct iso_entry *root = isotree_add(t, "");
    enum err e = root ? ERR_OK : ERR_NOMEM;

    if (!e && !tree_look(t->from, "", &root->info))
        e = ERR_IO;
    for (u32 i = 0; i < t->n && !e; i++)
        if (t->e[i].info.folder)
            e = isotree_list(t, i);
    if (e == ERR_RANGE)
        return err_say(why, e, "%.150s: more than %d files and folders",
                       t->from->name, ISO_ENTRIES);
    return e ? err_say(why, e, "%.150s: %s", t->from->name,
                       e == ERR_NOMEM ? err_text(e)
                                      : host_words(t->from->error)) : ERR_OK;
}

char *isotree_path(const struct iso_tree *t, u32 number)
{
    size_t len = 0, at;
    char *path;

    for (u32 i = number; i; i = t->e[i].parent)
        len += strlen(t->e[i].name) + 1;
    path = malloc(len + 1);
    if (!path)
        return NULL;
    path[len ? len - 1 : 0] = 0;
    at = len;
    for (u32 i = number; i; i = t->e[i].parent) {
        size_t k = strlen(t->e[i].name);

        at -= k + 1;
        memcpy(path + at, t->e[i].name, k);
        if (at)
            path[at - 1] = '/';
    }
    return path;
}

void isotree_free(struct iso_tree *t)
{
    for (u32 i = 0; i < t->n; i++) {
        free(t->e[i].name);
        for (int v = 0; v < ISO_VIEWS; v++)
            free(t->e[i].label[v]);
    }
    for (int v = 0; v < ISO_VIEWS; v++) {
        free(t->view[v].order);
        free(t->view[v].dir);
    }
    free(t->e);
    tree_close(t->from);
    *t = (struct iso_tree){ 0 };
}
