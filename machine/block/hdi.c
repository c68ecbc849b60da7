/* hdi.c - format hdi: hard disks of the PC-98 emulators Anex86 and T98-Next.
 *
 *     0          4096
 *     +----------+----------------------------------------+
 *     | header   | the sectors, one behind the other      |
 *     +----------+----------------------------------------+
 *
 * The header's numbers are little-endian dwords: where the data begin at 8,
 * bytes of data at 12, bytes a sector at 16, sectors a track at 20, heads at
 * 24, cylinders at 28. The probe takes no other sizes of header and sector, and
 * only numbers that agree. */
#include "machine/block/format.h"

#include <inttypes.h>
#include <stdlib.h>

#include "machine/core/bytes.h"

enum { HEADER = 4096, DATA_BYTES = 12, SPT = 20, HEADS = 24, CYLINDERS = 28 };

static enum err hdi_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return block_file_read(b, HEADER + sector * SECTOR, buf,
                           (size_t)n * SECTOR);
}

static enum err hdi_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    return block_file_write(b, HEADER + sector * SECTOR, buf,
                            (size_t)n * SECTOR);
}

static const struct block_ops hdi_ops = {
    .read = hdi_read, .write = hdi_write, .flush = block_file_flush,
    .close = block_file_close,
};

static enum err hdi_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 h[512];
    struct block *b;
    enum err e = file_read(f, 0, h, sizeof h);

    (void)how;
    if (e)
        return file_say(f, e, why);
    if (get_le32(h + DATA_BYTES) > f->size - HEADER)
        return err_say(why, ERR_FORMAT, "%s: the header promises %u bytes of "
                       "data, the file has %" PRIu64, f->name,
                       get_le32(h + DATA_BYTES), f->size - HEADER);
    b = calloc(1, sizeof *b);
    if (!b)
        return err_say(why, ERR_NOMEM, "%s: out of memory", f->name);
    b->ops = &hdi_ops;
    b->sectors = get_le32(h + DATA_BYTES) / SECTOR;
    b->spt = get_le32(h + SPT);
    b->heads = get_le32(h + HEADS);
    b->cylinders = get_le32(h + CYLINDERS);
    *out = b;
    return ERR_OK;
}

const struct block_format format_hdi = {
    .name = "hdi", .words = "Anex86 disk image", .open = hdi_open,
};
