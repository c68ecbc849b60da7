/* block.c - the bounds checks in front of every medium. */
#include "machine/core/block.h"

static bool inside(const struct block *b, u64 sector, u32 n)
{
    return sector <= b->sectors && n <= b->sectors - sector;
}

enum err block_read(struct block *b, u64 sector, void *buf, u32 n)
{
    if (!b)
        return ERR_MISSING;
    if (!inside(b, sector, n))
        return ERR_RANGE;
    return n ? b->ops->read(b, sector, buf, n) : ERR_OK;
}

enum err block_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    if (!b)
        return ERR_MISSING;
    if (!inside(b, sector, n))
        return ERR_RANGE;
    if (b->readonly || !b->ops->write)
        return ERR_RDONLY;
    b->written += n;
    return n ? b->ops->write(b, sector, buf, n) : ERR_OK;
}

enum err block_flush(struct block *b)
{
    return b && b->ops->flush ? b->ops->flush(b) : ERR_OK;
}

void block_lengthen(struct block *b, u64 sectors)
{
    if (b->sectors < sectors)
        b->sectors = sectors;
}

void block_close(struct block *b)
{
    if (b)
        b->ops->close(b);
}
