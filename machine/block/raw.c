/* raw.c - format raw: the sectors of the medium, one behind the other. */
#include "machine/block/format.h"

#include <stdlib.h>
#include <string.h>

#include "machine/block/probe.h"

struct raw {
    struct block b;
    bool probed;
};

static enum err raw_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return block_file_read(b, sector * SECTOR, buf, (size_t)n * SECTOR);
}

/* A guest that makes its first sector the head of a format which names other
 * files would be given those files when the image is probed the next time. */
static bool is_trap(const struct raw *r, u64 sector, const void *buf)
{
    return r->probed && sector == 0 && probe_head_follows(buf, SECTOR);
}

static enum err raw_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    if (is_trap((struct raw *)b, sector, buf))
        return ERR_RDONLY;
    return block_file_write(b, sector * SECTOR, buf,
                            (size_t)n * SECTOR);
}

static u64 raw_zeros(struct block *b, u64 sector, u64 *data)
{
    u64 bytes, hole;

    if (sector * SECTOR >= b->file->size)
        return b->sectors - sector;
    hole = file_hole(b->file, sector * SECTOR, &bytes) / SECTOR;
    *data = (bytes + SECTOR - 1) / SECTOR;
    return hole;
}

static enum err raw_resize(struct block *b, u64 sectors, struct why *why)
{
    enum err e = file_resize(b->file, sectors * SECTOR);

    if (e)
        return file_say(b->file, e, why);
    b->sectors = sectors;
    return ERR_OK;
}

static const struct block_ops raw_ops = {
    .read = raw_read, .write = raw_write, .flush = block_file_flush,
    .close = block_file_close, .zeros = raw_zeros, .resize = raw_resize,
};

static enum err raw_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct raw *r;

    if (f->size < SECTOR)
        return err_say(why, ERR_FORMAT, "%s: file is too short: %d bytes",
                       f->name, (int)f->size);
    r = calloc(1, sizeof *r);
    if (!r)
        return err_say(why, ERR_NOMEM, "%s: out of memory", f->name);
    r->b.ops = &raw_ops;
    r->b.sectors = (f->size + SECTOR - 1) / SECTOR;
    r->probed = how->probed && !how->readonly;
    *out = &r->b;
    return ERR_OK;
}

static enum err raw_create(struct file *f, const struct create_how *how,
                           struct why *why)
{
    enum err e;

    if (how->backing)
        return err_say(why, ERR_FORMAT, "%s: a raw image can't be backed by "
                       "another one; qcow2 can", f->name);
    e = file_resize(f, how->bytes);
    return e ? file_say(f, e, why) : ERR_OK;
}

const struct block_format format_raw = {
    .name = "raw", .words = "raw image", .open = raw_open,
    .create = raw_create,
};
