/* hdi.c - formats hdi, nhd: hard disks of the PC-98 emulators Anex86 and
 * T98-Next.
 *
 *     0          4096, or as the header says
 *     +----------+----------------------------------------+
 *     | header   | the sectors, one behind the other      |
 *     +----------+----------------------------------------+
 *
 * hdi   little-endian dwords: where the data begin at 8, bytes of data at 12,
 *       bytes a sector at 16, sectors a track at 20, heads at 24, cylinders at
 *       28. The probe takes no other sizes of header and sector, and only
 *       numbers that agree
 * nhd   "T98HDDIMAGE.R0"; dwords: where the data begin at 110h, cylinders at
 *       114h; words: heads at 118h, sectors a track at 11Ah, bytes a sector at
 *       11Ch
 *
 * Reference: pc98.org's notes on HDI and NHD. Not modelled: sectors of other
 * than 512 bytes. */
#include "machine/block/format.h"

#include <inttypes.h>
#include <stdlib.h>

#include "machine/core/bytes.h"

struct hdi {
    struct block b;
    u64 at;                             /* where the data begin */
};

/* What a header says. */
struct hdi_head { u32 at, bytes, spt, heads, cylinders; };

static enum err hdi_read(struct block *b, u64 sector, void *buf, u32 n)
{
    const struct hdi *h = (const struct hdi *)b;

    return block_file_read(b, h->at + sector * SECTOR, buf,
                           (size_t)n * SECTOR);
}

static enum err hdi_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    const struct hdi *h = (const struct hdi *)b;

    return block_file_write(b, h->at + sector * SECTOR, buf,
                            (size_t)n * SECTOR);
}

static const struct block_ops hdi_ops = {
    .read = hdi_read, .write = hdi_write, .flush = block_file_flush,
    .close = block_file_close,
};

static enum err hdi_make(struct block **out, struct file *f,
                         const struct hdi_head *k, struct why *why)
{
    u64 all = (u64)k->spt * k->heads * k->cylinders;
    struct hdi *h;

    if (k->bytes != SECTOR)
        return err_say(why, ERR_FORMAT, "%.120s: sectors of %u bytes: only "
                       "hard disks of 512 are read", f->name, k->bytes);
    if (!all || k->spt > 255 || k->heads > 255)
        return err_say(why, ERR_FORMAT, "%.120s: the header has a geometry "
                       "that no hard disk has", f->name);
    if (k->at > f->size || all > (f->size - k->at) / SECTOR)
        return err_say(why, ERR_FORMAT, "%.120s: the header promises %" PRIu64
                       " bytes of data, the file has %" PRIu64, f->name,
                       all * SECTOR, f->size - (k->at < f->size ? k->at
                                                                : f->size));
    h = calloc(1, sizeof *h);
    if (!h)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    h->b.ops = &hdi_ops;
    h->b.sectors = all;
    h->b.spt = k->spt;
    h->b.heads = k->heads;
    h->b.cylinders = k->cylinders;
    h->at = k->at;
    *out = &h->b;
    return ERR_OK;
}

static enum err hdi_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 h[32];
    enum err e = file_read(f, 0, h, sizeof h);

    (void)how;
    return e ? file_say(f, e, why)
             : hdi_make(out, f, &(struct hdi_head){
        get_le32(h + 8), get_le32(h + 16), get_le32(h + 20), get_le32(h + 24),
        get_le32(h + 28) }, why);
}

static enum err nhd_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 h[512];
    enum err e;

    (void)how;
    if (f->size < sizeof h)
        return err_say(why, ERR_FORMAT, "%.120s: the file ends in its header",
                       f->name);
    e = file_read(f, 0, h, sizeof h);
    return e ? file_say(f, e, why)
             : hdi_make(out, f, &(struct hdi_head){
        get_le32(h + 0x110), get_le16(h + 0x11c), get_le16(h + 0x11a),
        get_le16(h + 0x118), get_le32(h + 0x114) }, why);
}

const struct block_format format_hdi = {
    .name = "hdi", .words = "Anex86 disk image", .open = hdi_open,
};
const struct block_format format_nhd = {
    .name = "nhd", .words = "T98-Next disk image", .open = nhd_open,
};
