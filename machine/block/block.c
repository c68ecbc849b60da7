/* block.c - the bounds checks in front of every medium. */
#include "machine/block/block.h"

#include "machine/block/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool block_inside(const struct block *b, u64 sector, u32 n)
{
    if (b->tracks && sector >= SURFACE_AT && sector <= SURFACE_END)
        return n <= SURFACE_END - sector;
    return sector <= b->sectors && n <= b->sectors - sector;
}

static void block_touch(struct block *b, u64 sector, u32 n)
{
    for (u64 c = sector / BLOCK_CLUSTER; n && c <= (sector + n - 1) /
                                                       BLOCK_CLUSTER; c++)
        b->touched[c * 0x9e3779b97f4a7c15u >> 56] = c + 1;
}

static enum err block_outcome(struct block *b, enum err e, bool write)
{
    if (e == ERR_NOMEM || (e && b->error))
        b->lacked = e;
    return e && b->failed ? b->failed(b->ctx, b, e, write) : e;
}

enum err block_read(struct block *b, u64 sector, void *buf, u32 n)
{
    if (!b)
        return ERR_MISSING;
    if (!block_inside(b, sector, n))
        return ERR_RANGE;
    block_touch(b, sector, n);
    if (!n)
        return ERR_OK;
    return block_outcome(
        b, (b->view ? view_read : b->ops->read)(b, sector, buf, n), false);
}

static enum err write_through(struct block *b, u64 sector, const void *buf,
                              u32 n)
{
    enum err e = b->ops->write(b, sector, buf, n);

    return !e && b->through && b->ops->flush ? b->ops->flush(b) : e;
}

enum err block_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    if (!b)
        return ERR_MISSING;
    if (!block_inside(b, sector, n))
        return ERR_RANGE;
    if (b->readonly || !b->ops->write)
        return ERR_RDONLY;
    b->written += n;
    b->generation++;
    block_touch(b, sector, n);
    if (!n)
        return ERR_OK;
    if (b->writing)
        b->writing(b->ctx, b, sector, buf, n);
    return block_outcome(
        b, (b->view ? view_write : write_through)(b, sector, buf, n), true);
}

enum err block_flush(struct block *b)
{
    return b && b->ops->flush && !b->unsafe
               ? block_outcome(b, b->ops->flush(b), true) : ERR_OK;
}

void block_details_free(struct block_details *d)
{
    free(d->snapshot);
    buf_free(&d->text);
    buf_free(&d->json);
}

void block_lengthen(struct block *b, u64 sectors)
{
    if (b->sectors < sectors)
        b->sectors = sectors;
}

void block_lock(struct block *b, bool on)
{
    while (b && b->ops->below)
        b = b->ops->below(b);
    if (b && b->file)
        file_lock(b->file, on);
}

static enum err yield_file(struct block *b, struct why *why)
{
    enum err e = b->file ? file_yield(b->file) : ERR_OK;

    for (u32 n = 0; !e && b->ops->piece && b->ops->piece(b, n); n++)
        e = block_yield(b->ops->piece(b, n), why);
    return e && b->file ? file_say(b->file, e, why) : e;
}

/* Not through block_flush(), which may put it off. */
enum err block_yield(struct block *b, struct why *why)
{
    enum err e;

    b = block_bottom(b);
    if (!b || b->readonly)
        return ERR_OK;
    e = b->ops->flush ? b->ops->flush(b) : ERR_OK;
    return e ? err_say(why, e, "%.150s: %s", b->name, block_error(b, e))
             : yield_file(b, why);
}

enum err block_take_back(struct block *b, struct why *why)
{
    enum err e;

    b = block_bottom(b);
    if (!b || b->readonly)
        return ERR_OK;
    e = b->file ? file_take_back(b->file, why) : ERR_OK;
    for (u32 n = 0; !e && b->ops->piece && b->ops->piece(b, n); n++)
        e = block_take_back(b->ops->piece(b, n), why);
    return e;
}

u64 block_zeros(struct block *b, u64 sector, u64 *data)
{
    *data = sector < b->sectors ? b->sectors - sector : 0;
    return b->ops->zeros && *data ? b->ops->zeros(b, sector, data) : 0;
}

const char *block_error(const struct block *b, enum err e)
{
    if (e == ERR_FORMAT && *b->damage)
        return b->damage;
    return (e == ERR_IO || e == ERR_FULL) && b->error ? host_words(b->error)
                                                      : err_text(e);
}

const char *block_line(struct block *b)
{
    return b->file && b->file->ops->line ? b->file->ops->line(b->file) : NULL;
}

enum err block_file_error(struct block *b, struct file *f, enum err e)
{
    if (e)
        b->error = f->error;
    return e;
}

enum err block_file_read(struct block *b, u64 at, void *buf, size_t n)
{
    return block_file_error(b, b->file, file_read(b->file, at, buf, n));
}

enum err block_file_write(struct block *b, u64 at, const void *buf, size_t n)
{
    return block_file_error(b, b->file, file_write(b->file, at, buf, n));
}

enum err block_file_flush(struct block *b)
{
    return block_file_error(b, b->file, file_flush(b->file));
}

void block_file_close(struct block *b)
{
    file_close(b->file);
    free(b);
}

enum err block_below_error(struct block *b, struct block *below, enum err e)
{
    if (e) {
        b->error = below->error;
        memcpy(b->damage, below->damage, sizeof b->damage);
    }
    return e;
}

enum err block_damaged(struct block *b, const char *what, u64 where)
{
    b->error = 0;
    snprintf(b->damage, sizeof b->damage, "the image is damaged: %.25s %llu",
             what, (unsigned long long)where);
    return ERR_FORMAT;
}

void block_close(struct block *b)
{
    if (!b)
        return;
    view_close(b);
    b->ops->close(b);
}
