/* memory.c - a medium made of bytes in memory.
 *
 * The bytes themselves never change: an overlay above them takes the writes,
 * so a machine's state holds just what the guest wrote. */
#include "machine/block/block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct memory {
    struct block b;
    size_t n;
    u8 bytes[];
};

static enum err ram_block_read(struct block *b, u64 sector, void *buf, u32 n)
{
    const struct memory *m = (const struct memory *)b;
    u64 at = sector * SECTOR, want = (u64)n * SECTOR;
    u64 have = at >= m->n ? 0 : m->n - at;

    if (have > want)
        have = want;
    if (have)
        memcpy(buf, m->bytes + at, have);
    memset((u8 *)buf + have, 0, want - have);
    return ERR_OK;
}

static void memory_close(struct block *b)
{
    free(b);
}

static const struct block_ops memory_ops = {
    .read = ram_block_read, .close = memory_close,
};

enum err block_open_memory(struct block **out, const void *bytes, size_t n,
                           u64 sectors, const char *name, struct why *why)
{
    struct memory *m;
    enum err e;

    *out = NULL;
    if (n > SIZE_MAX - sizeof *m - SECTOR)
        return err_say(why, ERR_RANGE, "%s: too large", name);
    m = calloc(1, sizeof *m + n);
    if (!m)
        return err_say(why, ERR_NOMEM, "%s: out of memory", name);
    m->b.ops = &memory_ops;
    m->b.sectors = (n + SECTOR - 1) / SECTOR;
    if (m->b.sectors < sectors)
        m->b.sectors = sectors;
    m->b.readonly = true;
    snprintf(m->b.name, sizeof m->b.name, "%s", name);
    m->n = n;
    if (n)
        memcpy(m->bytes, bytes, n);
    e = block_open_overlay(out, &m->b, why);
    if (e)
        free(m);
    return e;
}
