/* chunks.c - media whose file keeps chunks of them in any order. */
#include "machine/block/chunks.h"

#include <stdlib.h>
#include <string.h>

static enum err file_error(struct chunks *c, enum err e)
{
    return block_file_error(&c->b, c->b.file, e);
}

enum err chunks_clear(struct file *f, u64 at, u64 n)
{
    static const u8 zeros[4096];
    enum err e = ERR_OK;

    for (u64 end = at + n; at < end && at < f->size && !e;) {
        u64 k = f->size < end ? f->size - at : end - at;

        k = k < sizeof zeros ? k : sizeof zeros;
        e = file_write(f, at, zeros, k);
        at += k;
        n -= k;
    }
    return !e && at + n > f->size ? file_resize(f, at + n) : e;
}

static enum err read_unpacked(struct chunks *c, u64 place, u64 inside,
                              void *to, size_t n)
{
    enum err e = ERR_OK;

    if (!c->unpacked && !(c->unpacked = malloc(c->size)))
        return ERR_NOMEM;
    if (c->unpacked_at != place) {
        c->unpacked_at = 0;
        e = file_error(c, c->unpack(c, place, c->unpacked));
        c->unpacked_at = e ? 0 : place;
    }
    if (!e)
        memcpy(to, c->unpacked + inside, n);
    return e;
}

static enum err read_part(struct chunks *c, u64 at, void *to, size_t n)
{
    u64 place;
    enum err e = c->look_up(c, at / c->size, &place);

    if (!e && place && c->unpack)
        return read_unpacked(c, place, at % c->size, to, n);
    if (e || place)
        return e ? e : file_error(c, file_read(c->b.file, place + at % c->size,
                                               to, n));
    memset(to, 0, n);
    return ERR_OK;
}

static enum err chunks_write_part(struct chunks *c, u64 at, const void *from,
                                  size_t n)
{
    u64 place;
    enum err e = c->look_up(c, at / c->size, &place);

    if (!e && !place)
        e = c->add(c, at / c->size, &place);
    else if (!e && c->touch)
        e = c->touch(c, at / c->size, place);
    if (e)
        return file_error(c, e);
    return file_error(c, file_write(c->b.file, place + at % c->size,
                                            from, n));
}

/* The bytes from `at` on that lie in one chunk, at most `left`. */
static u64 part(const struct chunks *c, u64 at, u64 left)
{
    u64 n = c->size - at % c->size;

    return n < left ? n : left;
}

static enum err chunks_read(struct block *b, u64 sector, void *buf, u32 n)
{
    struct chunks *c = (struct chunks *)b;
    u64 at = sector * SECTOR, end = at + (u64)n * SECTOR, k;
    u8 *to = buf;
    enum err e = ERR_OK;

    for (; at < end && !e; at += k, to += k) {
        k = part(c, at, end - at);
        e = read_part(c, at, to, k);
    }
    return e;
}

static enum err chunks_write(struct block *b, u64 sector, const void *buf,
                             u32 n)
{
    struct chunks *c = (struct chunks *)b;
    u64 at = sector * SECTOR, end = at + (u64)n * SECTOR, k;
    const u8 *from = buf;
    enum err e = ERR_OK;

    for (; at < end && !e; at += k, from += k) {
        k = part(c, at, end - at);
        e = chunks_write_part(c, at, from, k);
    }
    return e;
}

static void chunks_close(struct block *b)
{
    struct chunks *c = (struct chunks *)b;

    file_close(b->file);
    free(c->unpacked);
    c->release(c);
}

static u64 chunks_zeros(struct block *b, u64 sector, u64 *data)
{
    struct chunks *c = (struct chunks *)b;
    u64 zeros = 0, per = c->size / SECTOR, place;

    *data = 0;
    for (u32 n = 0; n < BLOCK_WALK && sector + zeros + *data < b->sectors;
         n++) {
        u64 now = sector + zeros + *data, k = per - now % per;

        k = k < b->sectors - now ? k : b->sectors - now;
        if (c->look_up(c, now / per, &place))
            place = 1;
        if (place ? zeros != 0 : *data != 0)
            break;
        *(place ? data : &zeros) += k;
    }
    return zeros;
}

static void chunks_describe(struct block *b, struct block_details *d)
{
    struct chunks *c = (struct chunks *)b;
    u64 n = (b->sectors * SECTOR + c->size - 1) / c->size, place;

    d->cluster = c->size;
    d->subformat = c->subformat;
    for (u64 i = 0; i < n; i++)
        if (!c->look_up(c, i, &place) && place)
            d->allocated += c->size / SECTOR;
}

const struct block_ops chunks_ops = {
    .read = chunks_read, .write = chunks_write, .flush = block_file_flush,
    .close = chunks_close, .zeros = chunks_zeros, .describe = chunks_describe,
};
