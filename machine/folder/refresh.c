/* refresh.c - what has changed on the host comes to the guest's disk.
 *
 * The guest's changes have gone out before. Then the folder is looked at anew
 * and compared with what was known of it (base), and the differences are made
 * on the disk as `isabox image` makes them: all else stays where it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/folder/medium.h"

/* A disk that is read as it is and written to by somebody else. */
struct edited {
    struct block b;
    struct block *mem;
    const struct block_put *put;
};

struct refresh {
    struct folder_medium *f;
    struct edited disk;
    struct fat fat;
    struct nodes host;
    struct why *why;
};

static enum err edited_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return block_read(((struct edited *)b)->mem, sector, buf, n);
}

static enum err edited_write(struct block *b, u64 sector, const void *buf,
                             u32 n)
{
    const struct block_put *put = ((struct edited *)b)->put;

    return put->write(put->ctx, sector, buf, n);
}

static const struct block_ops edited_ops = {
    .read = edited_read, .write = edited_write,
};

/* ---- which file on the host is which node of base ---- */

static enum err refresh_pair(struct refresh *r)
{
    struct node *root = &r->f->base.root, *h;

    if (!nodes_index(&r->host))
        return ERR_NOMEM;
    for (struct node *o = root; o; o = node_next(root, o))
        o->pair = NULL;
    root->pair = &r->host.root;
    r->host.root.pair = root;
    for (struct node *o = root->child; o; o = node_next(root, o)) {
        h = o->parent->pair ? node_named(&r->host, o->parent->pair, o->host,
                                         o->folder) : NULL;
        if (!h || strcmp(h->name, o->host))
            continue;
        o->pair = h;
        h->pair = o;
    }
    return ERR_OK;
}

/* Its entry on the disk. */
static enum err refresh_entry(struct refresh *r, const struct node *o,
                              struct fat_entry *e)
{
    return fat_dir_find(&r->fat, o->parent->cluster, o->name, e, NULL);
}

/* ---- what is gone on the host ---- */

static bool is_gone_there(struct refresh *r, const struct node *o)
{
    char *path = node_path(o, NULL);
    struct tree_info info;
    bool gone = path && !tree_look(r->f->host, path, &info);

    free(path);
    return gone;
}

static void refresh_gone(struct refresh *r)
{
    struct node *root = &r->f->base.root, *o = node_first_up(root), *next;
    struct fat_entry e;

    for (; o; o = next) {
        next = node_next_up(root, o);
        if (o->pair || o->child || o->stale || !is_gone_there(r, o))
            continue;
        if (!o->left && !refresh_entry(r, o, &e) &&
            fat_remove(&r->fat, &e, NULL))
            continue;
        node_cut(o);
        node_free(&r->f->base, o);
    }
}

/* ---- what is new there ---- */

struct refresh_from { struct tree *t; int fd; };

static enum err refresh_get(void *ctx, void *bytes, u32 n, struct why *why)
{
    struct refresh_from *from = ctx;

    (void)why;
    return tree_get(from->t, from->fd, bytes, n);
}

/* Has the file h under the name of o, whose fields it fills in. */
static enum err refresh_file(struct refresh *r, const struct node *h,
                             struct node *o)
{
    char *path = node_path(h, NULL);
    struct refresh_from from = { r->f->host, -1 };
    struct fat_stream stream = { refresh_get, &from };
    struct fat_entry e;
    enum err result = path ? tree_open_file(r->f->host, path, &from.fd)
                           : ERR_NOMEM;

    if (!result) {
        node_to_entry(h, &e);
        e.folder = o->parent->cluster;
        e.cluster = 0;
        snprintf(e.name, sizeof e.name, "%s", o->name);
        result = fat_write_file(&r->fat, &e, &stream, r->why);
    }
    if (!result) {
        o->stamp = h->stamp;
        o->cluster = e.cluster;
        o->ours = false;
    }
    tree_end_file(from.fd);
    free(path);
    return result;
}

/* An entry of the guest's that stands for another file of the host gives way
 * and gets that one's name. */
static enum err refresh_make_way(struct refresh *r, const struct node *h,
                                 const struct node *folder)
{
    struct fat_entry e;
    struct node *o = folder->child;
    char *copy;

    if (fat_dir_find(&r->fat, folder->cluster, h->name, &e, NULL))
        return ERR_OK;
    while (o && (o->left || !fat_name_matches(o->name, e.name, false)))
        o = o->next;
    if (!o || !strcmp(o->host, h->name) || !(copy = strdup(o->host)))
        return ERR_BUSY;
    if (fat_move(&r->fat, &e, folder->cluster, copy, NULL)) {
        free(copy);
        return ERR_BUSY;
    }
    free(o->name);
    o->name = copy;
    return ERR_OK;
}

/* Of base, with the guest's name that the host's is. */
static struct node *refresh_node(struct refresh *r, struct node *h)
{
    struct node *o = node_new(&r->f->base, h->parent->pair, h->name);

    if (!o)
        return NULL;
    o->host = strdup(h->name);
    o->folder = h->folder;
    o->stamp = h->stamp;
    if (o->host)
        return o;
    node_cut(o);
    node_free(&r->f->base, o);
    return NULL;
}

static enum err refresh_folder(struct refresh *r, const struct node *h,
                               struct node *o)
{
    struct fat_entry e;
    enum err result;

    node_to_entry(h, &e);
    e.folder = o->parent->cluster;
    result = fat_make_folder(&r->fat, &e, r->why);
    o->cluster = e.cluster;
    return result;
}

static enum err refresh_new(struct refresh *r, struct node *h)
{
    struct node *o;
    enum err e = refresh_make_way(r, h, h->parent->pair);

    if (e) {
        tell(&r->f->told, "%.80s: %.100s is on the host, and the guest has "
             "another one of that name: left out", r->f->dir, h->name);
        return ERR_OK;
    }
    o = refresh_node(r, h);
    if (!o)
        return ERR_NOMEM;
    e = h->folder ? refresh_folder(r, h, o) : refresh_file(r, h, o);
    if (e) {
        node_cut(o);
        node_free(&r->f->base, o);
        return e;
    }
    h->pair = o;
    return ERR_OK;
}

static enum err refresh_changed(struct refresh *r, struct node *h)
{
    struct node *o = h->pair;

    if (h->folder || (stamp_equal(&h->stamp, &o->stamp) && !o->left))
        return ERR_OK;
    if (!o->stale)
        return refresh_file(r, h, o);
    tell(&r->f->told, "%.80s: %.100s was changed on the host, and the guest's "
         "is not on the host yet: left as it is", r->f->dir, h->name);
    return ERR_OK;
}

static enum err refresh_all(struct refresh *r)
{
    struct node *root = &r->host.root;
    enum err e = refresh_pair(r);

    if (e)
        return e;
    refresh_gone(r);
    for (struct node *h = root->child; h && !e; h = node_next(root, h)) {
        if (!h->parent->pair)
            continue;
        if (h->pair && h->pair->left && h->folder) {
            h->pair->left = false;
            e = refresh_folder(r, h, h->pair);
        } else {
            e = h->pair ? refresh_changed(r, h) : refresh_new(r, h);
        }
    }
    return e;
}

enum err folder_refresh(struct block *b, const struct block_put *put,
                        struct why *why)
{
    struct folder_medium *f = (struct folder_medium *)b;
    struct refresh r = { .f = f, .why = why,
                         .disk = { { .ops = &edited_ops }, f->mem, put } };
    enum err e;

    if (!f->host)
        return err_say(why, ERR_RDONLY, "%.150s: only a folder that is "
                       "written to (fat:rw:DIR) is looked at again", b->name);
    e = folder_sync(f, true);
    if (e || f->foreign)
        return err_say(why, e ? e : ERR_FORMAT, "%.100s: what the guest has "
                       "written is not in the folder", f->dir);
    r.disk.b.sectors = b->sectors;
    memcpy(r.disk.b.name, b->name, sizeof b->name);
    nodes_init(&r.host);
    e = scan_host(&r.host, f->host, &f->told, why);
    e = e ? e : fat_open_partition(&r.fat, &r.disk.b, f->partition, why);
    if (!e) {
        err_say(why, ERR_OK, "%.100s: out of memory", f->dir);
        e = refresh_all(&r);
        fat_close(&r.fat);
        folder_adopt(f, false);
    }
    nodes_free(&r.host);
    folder_tell(f);
    return e;
}
