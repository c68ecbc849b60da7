/* apply.c - the folder is brought up to what the guest's disk says.
 *
 * First come folders, names and contents, then what is gone: a file that the
 * guest has moved is at its new place before the old one goes. A name that is
 * taken by what is still to go waits for the next round. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/folder/sync.h"

enum { ROUNDS = 3, COPIES = 1000 };

/* ---- what can go wrong ---- */

/* Words for what the host refused; a full disk stops the rest. */
static void apply_failed(struct sync *s, enum err e, const char *path)
{
    s->skipped = true;
    if (e == ERR_FULL || e == ERR_NOMEM || e == ERR_IO) {
        s->e = s->e ? s->e : e;
        return;
    }
    tell(s->told, "%.80s: %.100s: %s; it is on the guest's disk alone",
         s->host->name, path, s->host->error ? host_words(s->host->error)
                                             : err_text(e));
}

/* ---- a name on the host ---- */

static struct node *child_on_host(const struct node *folder, const char *name)
{
    struct node *n = folder->child;

    while (n && (!n->host || strcmp(n->host, name)))
        n = n->next;
    return n;
}

static void take_host_name(struct node *o, const char *name)
{
    char *copy = strdup(name);

    if (copy) {
        free(o->host);
        o->host = copy;
    }
}

static void take_guest_name(struct node *o, const char *name)
{
    char *copy = strdup(name);

    if (copy) {
        free(o->name);
        o->name = copy;
    }
}

/* DOS writes all names in capitals: that alone changes nothing. */
static bool is_renamed(const struct node *n, const struct node *o)
{
    if (n->parent->pair != o->parent)
        return true;
    if (n->is_long)
        return strcmp(n->name, o->name) != 0;
    return !fat_name_matches(n->name, o->name, false) &&
           strcmp(n->alias, o->alias) != 0;
}

/* Whether the host's file is still the one that was last seen here. */
static bool is_ours_still(struct sync *s, const struct node *o,
                          const char *path)
{
    struct tree_info info;

    if (!tree_look(s->host, path, &info))
        return true;                    /* somebody deleted it */
    return o->stamp.seconds && stamp_equal(&info, &o->stamp);
}

static void swap_text(char **a, char **b)
{
    char *t = *a;

    *a = *b;
    *b = t;
}

/* The two have each other's name at once, so that both have one all the
 * while; the other one goes on from there. */
static enum err apply_swap(struct sync *s, struct node *o,
                           struct node *there, const char *from,
                           const char *to)
{
    struct node *a = o->parent, *b = there->parent;
    enum err e = tree_swap(s->host, from, to);

    if (e)
        return e;
    swap_text(&o->host, &there->host);
    swap_text(&o->name, &there->name);
    node_cut(o);
    node_cut(there);
    node_join(b, o);
    node_join(a, there);
    return ERR_OK;
}

/* What is to be done about a name that is taken by a node of base; ERR_BUSY:
 * it keeps it. o NULL: what takes the name has none yet. */
static enum err apply_over(struct sync *s, const char *from, struct node *o,
                           struct node *there, const char *to)
{
    bool files = !there->folder && !(o && o->folder);
    enum err e;

    if (there->pair && is_renamed(there->pair, there)) {
        e = o ? apply_swap(s, o, there, from, to) : ERR_AGAIN;
        return e == ERR_FORMAT ? ERR_BUSY : e;
    }
    if (there->pair || there->left || (files && !is_ours_still(s, there, to)))
        return ERR_BUSY;
    if (!files)
        return ERR_AGAIN;
    e = tree_rename(s->host, from, to, true);
    if (!e) {
        node_cut(there);
        node_free(s->base, there);
    }
    return e;
}

/* Gives what lies at `from` the name in the folder, or one beside it when
 * somebody else has that. ERR_AGAIN: it will be free later. `got` becomes the
 * name. */
static enum err apply_place(struct sync *s, const char *from, struct node *o,
                            const struct node *folder, const char *name,
                            char got[256])
{
    enum err e = ERR_BUSY;

    snprintf(got, 256, "%s", name);
    for (u32 copy = 1; copy < COPIES && e == ERR_BUSY; copy++) {
        struct node *there = child_on_host(folder, got);
        char *to = node_path_in(folder, got);

        e = !to ? ERR_NOMEM
            : there ? apply_over(s, from, o, there, to)
                    : tree_rename(s->host, from, to, false);
        free(to);
        if (e == ERR_BUSY && copy == 1)
            tell(s->told, "%.80s: %.80s is there, and the guest has not seen "
                 "it; the guest's goes beside it", s->host->name, name);
        if (e == ERR_BUSY)
            node_copy_name(name, copy, got);
    }
    return e;
}

static struct node *apply_new(struct sync *s, struct node *n,
                              const char *host)
{
    struct node *o = node_new(s->base, n->parent->pair, n->name);

    if (!o)
        return NULL;
    o->folder = n->folder;
    take_host_name(o, host);
    if (!o->host) {
        node_cut(o);
        node_free(s->base, o);
        return NULL;
    }
    node_take(o, n);
    o->ours = true;
    o->pair = n;
    n->pair = o;
    return o;
}

/* ---- folders, and what was moved ---- */

/* A short name keeps the host's spelling, its own or that of the file whose
 * place it takes. */
static void move_name(const struct node *n, const struct node *o,
                      char name[256])
{
    const struct node *old = n->is_long ? NULL
        : node_by_alias(n->parent->pair, n->alias, n->folder);

    node_host_name(n, name);
    if (!n->is_long && fat_name_matches(n->name, o->name, false))
        snprintf(name, 256, "%s", o->host);
    else if (old && !old->left)
        snprintf(name, 256, "%s", old->host);
}

static enum err apply_move(struct sync *s, struct node *n, struct node *o)
{
    char name[256], got[256], *from = node_path(o, NULL);
    enum err e = from ? ERR_OK : ERR_NOMEM;

    move_name(n, o, name);
    if (!e && (n->parent->pair != o->parent || strcmp(name, o->host))) {
        e = apply_place(s, from, o, n->parent->pair, name, got);
        if (!e)
            take_host_name(o, got);
    }
    if (!e) {
        take_guest_name(o, n->name);
        node_cut(o);
        node_join(n->parent->pair, o);
    } else if (e == ERR_AGAIN) {
        s->later = true;
    } else {
        apply_failed(s, e, from ? from : n->name);
    }
    free(from);
    return e;
}

/* o: what the host has of it. Its attributes are all that a folder has. */
static void apply_take_folder(struct sync *s, struct node *n, struct node *o)
{
    char *path = n->attr == o->attr ? NULL : node_path(o, NULL);

    if (path)
        tree_set_folder(s->host, path, n->attr);
    free(path);
    node_take(o, n);
}

static void apply_folder(struct sync *s, struct node *n)
{
    char name[256], *path;
    struct tree_info info;
    enum err e;

    if (n->pair) {
        if (!is_renamed(n, n->pair) || !apply_move(s, n, n->pair))
            apply_take_folder(s, n, n->pair);
        return;
    }
    node_host_name(n, name);
    path = node_path_in(n->parent->pair, name);
    e = path ? tree_make_folder(s->host, path) : ERR_NOMEM;
    if (e && path && child_on_host(n->parent->pair, name)) {
        s->later = true;                /* a file that is to go */
        free(path);
        return;
    }
    /* One that is there is as good as a new one. */
    if (e && path && tree_look(s->host, path, &info) && info.folder)
        e = ERR_OK;
    if (!e && !apply_new(s, n, name))
        e = ERR_NOMEM;
    if (e)
        apply_failed(s, e, path ? path : n->name);
    else if (n->attr)
        tree_set_folder(s->host, path, n->attr);
    free(path);
}

/* ---- contents ---- */

struct apply_to { struct sync *s; struct tree_new to; };

static enum err apply_put(void *ctx, void *bytes, u32 n, struct why *why)
{
    struct apply_to *a = ctx;

    (void)why;
    return tree_put(a->s->host, &a->to, bytes, n);
}

/* All of it under a name of its own, on the disk. */
static enum err apply_write(struct apply_to *a, const struct node *n,
                            const char *folder, struct tree_info *info)
{
    struct fat_stream out = { apply_put, a };
    struct fat_entry e;
    enum err result = tree_new(a->s->host, folder, &a->to);

    if (result)
        return result;
    node_to_entry(n, &e);
    result = fat_read_file(&a->s->now.f, &e, &out, NULL);
    return result ? result
                  : tree_settle(a->s->host, &a->to, n->attr,
                                (struct dos_time){ n->date, n->time }, info);
}

/* Puts the new file where the old one is, or beside it if that was changed by
 * somebody else. */
static enum err apply_replace(struct sync *s, struct node *o, const char *from)
{
    char *path = node_path(o, NULL), got[256], name[256];
    enum err e = path ? ERR_OK : ERR_NOMEM;

    if (!e && is_ours_still(s, o, path)) {
        e = tree_rename(s->host, from, path, true);
    } else if (!e) {
        tell(s->told, "%.80s: %.80s was changed by the guest and on the host; "
             "the guest's goes beside it", s->host->name, path);
        node_copy_name(o->host, 1, name);
        e = apply_place(s, from, NULL, o->parent, name, got);
        if (!e)
            take_host_name(o, got);
    }
    free(path);
    return e;
}

static enum err apply_put_in(struct sync *s, struct node *n, const char *from)
{
    char name[256], got[256];
    enum err e;

    if (n->pair)
        return apply_replace(s, n->pair, from);
    node_host_name(n, name);
    e = apply_place(s, from, NULL, n->parent->pair, name, got);
    if (!e && !apply_new(s, n, got))
        e = ERR_NOMEM;
    return e;
}

static void apply_contents(struct sync *s, struct node *n)
{
    struct apply_to a = { s, { NULL, -1 } };
    const struct node *in = n->pair ? n->pair->parent : n->parent->pair;
    char *folder = node_path(in, NULL);
    struct tree_info info = { 0 };
    enum err e = folder ? apply_write(&a, n, folder, &info) : ERR_NOMEM;

    e = e ? e : apply_put_in(s, n, a.to.path);
    if (e) {
        tree_drop(s->host, &a.to);
        if (n->pair)
            n->pair->stale = true;
        if (e == ERR_AGAIN)
            s->later = true;
        else
            apply_failed(s, e, n->name);
    } else {
        node_take(n->pair, n);
        n->pair->stamp = info;
        n->pair->stale = false;
        n->pair->ours = true;
        free(a.to.path);
        tree_sync_folder(s->host, folder);
    }
    free(folder);
}

/* Date and attributes alone. */
static void apply_set(struct sync *s, struct node *n, struct node *o)
{
    char *path = node_path(o, NULL);
    struct tree_info info = { 0 };

    if (path && o->stamp.seconds && is_ours_still(s, o, path) &&
        !tree_set(s->host, path, n->attr,
                  (struct dos_time){ n->date, n->time }, &info))
        o->stamp = info;
    node_take(o, n);
    free(path);
}

static bool has_other_contents(const struct node *n, const struct node *o)
{
    return n->changed || o->stale || n->size != o->size ||
           n->chain != o->chain;
}

/* An entry without clusters may be a file that is being written; so may one
 * that was longer before. */
static bool may_be_begun(const struct sync *s, const struct node *n)
{
    return !s->quiet && !n->size && !(n->pair && !n->pair->size);
}

static void apply_file(struct sync *s, struct node *n)
{
    struct node *o = n->pair;

    if (may_be_begun(s, n)) {
        s->skipped = true;
        return;
    }
    if (o && is_renamed(n, o) && apply_move(s, n, o)) {
        o->stale |= n->changed;
        return;
    }
    if (!o || has_other_contents(n, o))
        apply_contents(s, n);
    else if (n->date != o->date || n->time != o->time ||
             n->attr != o->attr)
        apply_set(s, n, o);
    else
        node_take(o, n);
    n->changed &= !n->pair || n->pair->stale;
}

static void apply_all(struct sync *s)
{
    struct node *root = &s->now.t.root;

    for (struct node *n = root->child; n && !s->e; n = node_next(root, n)) {
        if (n->bad) {
            s->skipped = true;
            if (n->pair)
                n->pair->stale |= n->changed || !n->folder;
        } else if (!n->parent->pair) {
            s->later = true;
        } else if (n->folder) {
            apply_folder(s, n);
        } else {
            apply_file(s, n);
        }
    }
}

/* ---- what is gone ---- */

/* It must be gone for sure: the folder that it was in can be read, and its
 * clusters are free, or somebody else's. */
static bool is_deleted(const struct sync *s, const struct node *o)
{
    const struct node *p = o->parent;

    if (o->pair || o->left || scan_is_lost(&s->now, o->cluster))
        return false;
    while (!p->pair) {
        if (p->left)
            return false;
        p = p->parent;
    }
    return !p->pair->bad;
}

static void apply_delete(struct sync *s, struct node *o)
{
    char *path = node_path(o, NULL);
    enum err e = ERR_OK;

    if (!path || (o->folder && o->child)) {
        s->later |= !path;
        free(path);
        return;
    }
    if (o->folder)
        e = tree_remove_folder(s->host, path);
    else if (is_ours_still(s, o, path))
        e = tree_remove(s->host, path);
    else
        tell(s->told, "%.80s: %.80s was deleted by the guest and changed on "
             "the host: it stays", s->host->name, path);
    if (e && e != ERR_MISSING && o->folder)
        tell(s->told, "%.80s: %.80s was deleted by the guest, but on the host "
             "there is more in it: it stays", s->host->name, path);
    else if (e && e != ERR_MISSING)
        apply_failed(s, e, path);
    free(path);
    node_cut(o);
    node_free(s->base, o);
}

static void apply_deletes(struct sync *s)
{
    struct node *root = &s->base->root, *o = node_first_up(root), *next;

    for (; o && !s->e; o = next) {
        next = node_next_up(root, o);
        if (is_deleted(s, o))
            apply_delete(s, o);
    }
}

void sync_apply(struct sync *s)
{
    for (int i = 0; i < ROUNDS; i++) {
        s->later = false;
        apply_all(s);
        if (!s->e)
            apply_deletes(s);
        if (s->e || !s->later)
            break;
    }
}
