/* isodisc.c - a folder of the host as a CD: the file that the disc is read
 * from. */
#include "machine/iso/isodisc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/format.h"
#include "machine/iso/isotree.h"

struct isodisc {
    struct file f;
    struct iso_tree t;
    struct buf head;                    /* the frames before the files */
    u32 *file;                          /* those with bytes, by their place */
    u32 files;
    u32 open;                           /* the number of the one that fd reads,
                                         * plus 1 */
    int fd;
    char *path;                         /* "iso:DIR" */
    char line[400];
    bool has_line;
};

static struct isodisc *isodisc_of(const struct file *f)
{
    return (struct isodisc *)(uintptr_t)f;
}

const char *isodisc_parse(const char *path)
{
    return path && !strncmp(path, "iso:", 4) && path[4] ? path + 4 : NULL;
}

/* ---- reading ---- */

/* The last file that begins at a frame or before it; NULL: there is none. */
static struct iso_entry *file_before(const struct isodisc *d, u32 frame)
{
    u32 low = 0, high = d->files;

    while (low < high) {
        u32 mid = low + (high - low) / 2;

        if (d->t.e[d->file[mid]].at[ISO_DOS] <= frame)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? &d->t.e[d->file[low - 1]] : NULL;
}

/* Once for each file. */
static void isodisc_tell(struct isodisc *d, struct iso_entry *e,
                         const char *words)
{
    char *path;

    if (e->told || d->has_line)
        return;
    path = isotree_path(&d->t, (u32)(e - d->t.e));
    snprintf(d->line, sizeof d->line, "%.100s: %.120s: %s; 'drive refresh' "
             "makes a new disc", d->f.name, path ? path : "", words);
    d->has_line = e->told = true;
    free(path);
}

static bool isodisc_reach(struct isodisc *d, struct iso_entry *e)
{
    u32 number = (u32)(e - d->t.e);
    char *path;
    enum err err;

    if (d->open == number + 1)
        return true;
    if (d->open)
        tree_end_file(d->fd);
    d->open = 0;
    path = isotree_path(&d->t, number);
    err = path ? tree_open_file(d->t.from, path, &d->fd) : ERR_NOMEM;
    d->open = err ? 0 : number + 1;
    free(path);
    return !err;
}

static bool is_the_same(const struct isodisc *d, const struct iso_entry *e)
{
    struct tree_info now;

    return tree_look_open(d->fd, &now) && now.size == e->info.size &&
           now.seconds == e->info.seconds && now.ns == e->info.ns;
}

/* Words for what is wrong; NULL: it has been read. That counts if the file is
 * the one that it was, after that. */
static const char *isodisc_try(struct isodisc *d, struct iso_entry *e, u64 at,
                               u8 *to, u32 n)
{
    enum err err;

    if (!isodisc_reach(d, e))
        return host_words(d->t.from->error);
    err = tree_get_at(d->t.from, d->fd, at, to, n);
    if (!is_the_same(d, e))
        return "has changed since the disc was made";
    return err ? host_words(d->t.from->error) : NULL;
}

/* Up to n bytes at a place behind the head; *k is how many were read. */
static enum err isodisc_file(struct isodisc *d, u64 at, u8 *to, size_t n,
                             size_t *k)
{
    u32 frame = (u32)(at / ISO_FRAME);
    u64 inside, left = ISO_FRAME - at % ISO_FRAME;
    struct iso_entry *e = file_before(d, frame);
    const char *words;

    inside = e ? at - (u64)e->at[ISO_DOS] * ISO_FRAME : 0;
    if (!e || inside >= e->info.size) {
        *k = n < left ? n : (size_t)left;
        memset(to, 0, *k);
        return ERR_OK;
    }
    left = e->info.size - inside;
    *k = n < left ? n : (size_t)left;
    words = isodisc_try(d, e, inside, to, (u32)*k);
    if (!words)
        return ERR_OK;
    isodisc_tell(d, e, words);
    return file_failed(&d->f, 0);
}

static enum err isodisc_read(struct file *f, u64 at, void *buf, size_t n)
{
    struct isodisc *d = isodisc_of(f);
    u8 *to = buf;
    enum err e = ERR_OK;

    while (n && !e) {
        size_t k = at < d->head.len ? (size_t)(d->head.len - at) : 0;

        k = k < n ? k : n;
        if (k)
            memcpy(to, d->head.p + at, k);
        else
            e = isodisc_file(d, at, to, n, &k);
        to += k;
        at += k;
        n -= k;
    }
    return e;
}

static void isodisc_close(struct file *f)
{
    struct isodisc *d = isodisc_of(f);

    if (d->open)
        tree_end_file(d->fd);
    isotree_free(&d->t);
    buf_free(&d->head);
    free(d->file);
    free(d->path);
    free(d);
}

static const char *isodisc_line(struct file *f)
{
    struct isodisc *d = isodisc_of(f);
    bool has = d->has_line;

    d->has_line = false;
    return has ? d->line : NULL;
}

static const struct file_ops isodisc_ops = {
    .read = isodisc_read, .close = isodisc_close, .line = isodisc_line,
};

const char *isodisc_path(const struct block *b)
{
    return b && b->file && b->file->ops == &isodisc_ops
               ? isodisc_of(b->file)->path : NULL;
}

/* ---- opening ---- */

/* The name of the folder, as long as that says something. */
static void isodisc_volume(const char *dir, char to[33])
{
    const char *end = dir + strlen(dir), *p;

    while (end > dir && end[-1] == '/')
        end--;
    for (p = end; p > dir && p[-1] != '/'; p--) {}
    snprintf(to, 33, "%.*s", (int)(end - p), p);
    if (!*to || !strcmp(to, ".") || !strcmp(to, ".."))
        strcpy(to, "CDROM");
}

static enum err isodisc_index(struct isodisc *d)
{
    const struct iso_view *v = &d->t.view[ISO_DOS];

    d->file = calloc(d->t.n, sizeof *d->file);
    for (u32 i = 0; d->file && i < v->dirs; i++) {
        const struct iso_entry *dir = &d->t.e[v->dir[i]];

        for (u32 k = dir->first; k < dir->first + dir->count; k++)
            if (!d->t.e[v->order[k]].info.folder &&
                d->t.e[v->order[k]].info.size)
                d->file[d->files++] = v->order[k];
    }
    return d->file ? ERR_OK : ERR_NOMEM;
}

static enum err isodisc_make(struct isodisc *d, const char *dir,
                             struct why *why)
{
    char volume[33];
    u32 frames = 0;
    enum err e = tree_open(&d->t.from, dir, false, why);

    e = e ? e : isotree_scan(&d->t, why);
    if (e)
        return e;
    isodisc_volume(dir, volume);
    e = isoname_all(&d->t);
    e = e ? e : isomake_all(&d->t, volume, &d->head, &frames);
    e = e ? e : isodisc_index(d);
    d->f.size = (u64)frames * ISO_FRAME;
    d->f.birth = e ? 0 : hash_bytes(2, d->head.p, d->head.len) | 1;
    if (d->t.left_out)
        snprintf(d->line, sizeof d->line, "%.100s: %u left out: links, "
                 "devices, what may not be read or has 4 GB or more: %.100s",
                 d->f.name, d->t.left_out, d->t.one);
    d->has_line = d->t.left_out;
    return e ? err_say(why, e, "%.150s: %s", dir,
                       e == ERR_RANGE ? "there is more in it than a disc holds "
                                        "(4.7 GB)" : err_text(e)) : ERR_OK;
}

enum err isodisc_open(struct block **out, const char *dir, const char *format,
                      struct why *why)
{
    const struct open_how how = { .format = format, .readonly = true,
                                  .shared = true };
    struct isodisc *d = calloc(1, sizeof *d);
    size_t n = strlen(dir) + 5;
    enum err e = d && (d->path = malloc(n)) ? ERR_OK : ERR_NOMEM;

    *out = NULL;
    if (e) {
        free(d);
        return err_say(why, e, "%.150s: out of memory", dir);
    }
    snprintf(d->path, n, "iso:%s", dir);
    snprintf(d->f.name, sizeof d->f.name, "%s", d->path);
    d->f.ops = &isodisc_ops;
    d->f.readonly = d->f.grows_only = true;
    e = isodisc_make(d, dir, why);
    if (!e)
        return block_open_file(out, &d->f, &how, why);
    isodisc_close(&d->f);
    return e;
}
