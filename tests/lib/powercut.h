/* powercut.h - a host's file that remembers each write, to be cut off at any.
 *
 * What was written since the last flush may have reached the disk or not, in
 * any order, and the write under way in part: file_after() makes the file that
 * would be found after the power came back. */
#ifndef POWERCUT_H
#define POWERCUT_H

#include <stdlib.h>
#include <string.h>

#include "machine/host/host.h"

enum cut_kind { CUT_WRITE, CUT_RESIZE, CUT_FLUSH };

struct cut_entry {
    enum cut_kind kind;
    u64 at, size;
    u8 *bytes;
};

struct cut_file {
    struct file f;
    struct file *now;                   /* what the program sees */
    struct cut_entry *entry;
    size_t n, room;
    u8 *first;                          /* contents at the beginning */
    u64 first_size;
    bool kept;                          /* close leaves it to the test */
};

static inline struct cut_entry *cut_add(struct cut_file *c, enum cut_kind kind)
{
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 64;
        c->entry = realloc(c->entry, c->room * sizeof *c->entry);
    }
    c->entry[c->n] = (struct cut_entry){ kind, 0, 0, NULL };
    return &c->entry[c->n++];
}

static inline enum err cut_read(struct file *f, u64 at, void *to, size_t n)
{
    return file_read(((struct cut_file *)f)->now, at, to, n);
}

/* Past the checks of file_write(), as the host takes all bytes. */
static inline enum err cut_put(struct file *f, u64 at, const void *from,
                               size_t n)
{
    enum err e = f->ops->write(f, at, from, n);

    if (!e && at + n > f->size)
        f->size = at + n;
    return e;
}

static inline enum err cut_write(struct file *f, u64 at, const void *from,
                                 size_t n)
{
    struct cut_file *c = (struct cut_file *)f;
    struct cut_entry *e = cut_add(c, CUT_WRITE);

    e->at = at;
    e->size = n;
    e->bytes = malloc(n);
    memcpy(e->bytes, from, n);
    return cut_put(c->now, at, from, n);
}

static inline enum err cut_flush(struct file *f)
{
    cut_add((struct cut_file *)f, CUT_FLUSH);
    return ERR_OK;
}

static inline enum err cut_resize(struct file *f, u64 size)
{
    struct cut_file *c = (struct cut_file *)f;

    cut_add(c, CUT_RESIZE)->size = size;
    return file_resize(c->now, size);
}

static inline void cut_free(struct cut_file *c)
{
    for (size_t i = 0; i < c->n; i++)
        free(c->entry[i].bytes);
    free(c->entry);
    free(c->first);
    file_close(c->now);
    free(c);
}

static inline void cut_close(struct file *f)
{
    if (!((struct cut_file *)f)->kept)
        cut_free((struct cut_file *)f);
}

static const struct file_ops cut_ops = {
    .read = cut_read, .write = cut_write, .flush = cut_flush,
    .resize = cut_resize, .close = cut_close,
};

/* A file that begins as n bytes. */
static inline struct cut_file *cut_new(const u8 *bytes, size_t n)
{
    struct cut_file *c = calloc(1, sizeof *c);

    file_memory(&c->now, bytes, n, "cut.img", NULL);
    c->f = (struct file){ .ops = &cut_ops, .size = n, .birth = 1 };
    strcpy(c->f.name, "cut.img");
    c->first = malloc(n + 1);
    memcpy(c->first, bytes, n);
    c->first_size = n;
    c->kept = true;
    return c;
}

/* Its contents now, to be freed. */
static inline u8 *cut_bytes(struct cut_file *c, size_t *n)
{
    u8 *p = malloc(c->now->size + 1);

    *n = c->now->size;
    file_read(c->now, 0, p, *n);
    return p;
}

static inline void cut_apply(struct file *f, const struct cut_entry *e, u64 n)
{
    if (e->kind == CUT_WRITE && n)
        cut_put(f, e->at, e->bytes, n);
    else if (e->kind == CUT_RESIZE)
        file_resize(f, e->size);
}

/* The file after the power failed with entries 0 to cut - 1 begun. dice NULL:
 * all of them arrived; else those since the last flush did by chance. */
static inline struct file *file_after(struct cut_file *c, size_t cut,
                                      u32 (*dice)(void))
{
    struct file *f;
    size_t sure = 0;

    file_memory(&f, c->first, c->first_size, "after.img", NULL);
    for (size_t i = 0; i < cut; i++)
        if (c->entry[i].kind == CUT_FLUSH)
            sure = i;
    for (size_t i = 0; i < cut; i++) {
        const struct cut_entry *e = &c->entry[i];
        u64 n = e->size;

        if (dice && i >= sure) {
            u32 chance = dice() % 4;

            if (chance == 0)
                continue;
            if (chance == 1)            /* torn, at a sector */
                n = n / 512 ? dice() % (n / 512) * 512 : n;
        }
        cut_apply(f, e, n);
    }
    return f;
}

#endif
