/* headed.c - formats fdi, dim, dip, dc42, savedskf: floppy images that are a
 * header and behind it the sectors, one after the other.
 *
 * fdi       of Anex86, a PC-98 emulator. Dwords: where the data begins at 8,
 *           its bytes at 12, bytes a sector at 16, sectors a track at 20, heads
 *           at 24, cylinders at 28
 * dim       of X68000 systems and others. A byte that tells the format, a byte
 *           for each of 160 tracks whether it is in the file, "DIFC HEADER";
 *           the data begins at 256
 * dip       of a PC-98: a mark of eight bytes and a comment; the data of a 2HD
 *           disk begins at 256
 * dc42      of Apple's DiskCopy 4.2: a name; bytes of data at 64, of tags at 68,
 *           high byte first; encoding at 80 (2: 720 KB, 3: 1440 KB); the data
 *           begins at 84
 * savedskf  of IBM's SaveDskF, when it has not packed the data. Words: AAh and
 *           58h or 59h; bytes a sector at 4; cylinders at 24, heads at 26,
 *           sectors a track at 28, sectors in the file at 34, where they begin
 *           at 38 (0: at 512). The file ends behind the last sector in use
 *
 * Reference: pc98.org's notes on FDI, DIM and DIP; discferret.com, Apple
 * DiskCopy 4.2; fileformats.archiveteam.org, LoadDskF/SaveDskF. Not modelled:
 * DIM files that lack tracks, and their odd formats of nine sectors a track;
 * DiskCopy's sums, and its disks of 400 and 800 KB, which no drive of a PC
 * reads. */
#include "machine/block/floppy/listing.h"
#include "machine/block/format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

enum { LOOKED_AT = 512, DIM_DATA = 256, DIP_DATA = 256, SKF_DATA = 512, DC42_DATA = 84,
       DC42_720K = 2, DC42_1440K = 3 };

/* What a header says. `held`: bytes that are in the file; the rest is zeros. */
struct head {
    u64 at, held;
    u32 bytes, spt, heads, cylinders;
};

struct headed {
    struct block b;
    u64 at, held;
};

static enum err headed_read(struct block *b, u64 sector, void *buf, u32 n)
{
    struct headed *h = (struct headed *)b;
    u64 from = sector * SECTOR, bytes = (u64)n * SECTOR;
    u64 have = from >= h->held ? 0 : h->held - from;

    have = have < bytes ? have : bytes;
    memset((u8 *)buf + have, 0, (size_t)(bytes - have));
    return have ? block_file_read(b, h->at + from, buf, (size_t)have) : ERR_OK;
}

/* Only for images that hold all of their sectors. */
static enum err headed_write(struct block *b, u64 sector, const void *buf,
                             u32 n)
{
    struct headed *h = (struct headed *)b;

    if ((sector + n) * SECTOR > h->held)
        return ERR_RANGE;
    return block_file_write(b, h->at + sector * SECTOR, buf,
                            (size_t)n * SECTOR);
}

static const struct block_ops headed_ops = {
    .read = headed_read, .write = headed_write, .flush = block_file_flush,
    .close = block_file_close,
};

static bool headed_fits(const struct head *k)
{
    return listing_size_code(k->bytes) < SURFACE_SIZES && k->spt &&
           k->spt <= FLOPPY_SPT && k->heads && k->heads <= 2 && k->cylinders &&
           k->cylinders <= FLOPPY_CYLINDERS;
}

static enum err headed_refuse(struct file *f, const char *words,
                              struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: %s", f->name, words);
}

/* whole: all sectors have to be there, and then it can be written to. */
static enum err headed_make(struct block **out, struct file *f,
                            const struct head *k, bool whole, struct why *why)
{
    u64 all = (u64)k->cylinders * k->heads * k->spt * k->bytes;
    struct headed *h;

    if (!headed_fits(k))
        return headed_refuse(f, "the header has a geometry that no floppy disk "
                             "has", why);
    if (k->at > f->size || (whole ? all : k->held) > f->size - k->at)
        return err_say(why, ERR_FORMAT, "%.120s: the header promises %" PRIu64
                       " bytes of data, the file has %" PRIu64, f->name,
                       whole ? all : k->held, f->size < k->at
                                                  ? 0 : f->size - k->at);
    h = calloc(1, sizeof *h);
    if (!h)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    h->b.ops = &headed_ops;
    h->b.sectors = (all + SECTOR - 1) / SECTOR;
    h->b.cylinders = k->cylinders;
    h->b.heads = k->heads;
    h->b.spt = k->spt;
    h->b.odd_size = k->bytes == SECTOR ? 0 : listing_size_code(k->bytes) + 1;
    h->b.readonly = !whole || all % SECTOR;
    h->at = k->at;
    h->held = whole ? all : k->held;
    *out = &h->b;
    return ERR_OK;
}

static enum err headed_look(struct file *f, u8 *h, struct why *why)
{
    enum err e = f->size < LOOKED_AT ? ERR_FORMAT
                                     : file_read(f, 0, h, LOOKED_AT);

    return e == ERR_FORMAT ? headed_refuse(f, "the file ends in its header",
                                           why)
           : e ? file_say(f, e, why) : ERR_OK;
}

static enum err fdi_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 h[LOOKED_AT];
    struct head k;
    enum err e = headed_look(f, h, why);

    (void)how;
    if (e)
        return e;
    k = (struct head){ get_le32(h + 8), get_le32(h + 12), get_le32(h + 16),
                       get_le32(h + 20), get_le32(h + 24), get_le32(h + 28) };
    return headed_make(out, f, &k, true, why);
}

static enum err dim_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    static const struct { u8 type; u32 bytes, spt, cylinders; } types[] = {
        { 0, 1024, 8, 77 }, { 2, 512, 15, 80 }, { 9, 512, 18, 80 },
    };
    u8 h[LOOKED_AT];
    enum err e = headed_look(f, h, why);

    (void)how;
    for (size_t i = 0; i < COUNT_OF(types) && !e; i++)
        if (h[0] == types[i].type) {
            struct head k = { DIM_DATA, 0, types[i].bytes, types[i].spt, 2,
                              types[i].cylinders };

            return headed_make(out, f, &k, true, why);
        }
    return e ? e : headed_refuse(f, "DIM: of its formats only 2HD, 2HC and 2HQ "
                                 "are read", why);
}

static enum err dip_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    (void)how;
    return headed_make(out, f, &(struct head){ DIP_DATA, 0, 1024, 8, 2, 77 },
                       true, why);
}

/* What is written makes the sums in the header wrong, so nothing is. */
static enum err dc42_open(struct block **out, struct file *f,
                          const struct open_how *how, struct why *why)
{
    u8 h[LOOKED_AT];
    enum err e = headed_look(f, h, why);
    struct head k = { DC42_DATA, 0, SECTOR, 9, 2, 80 };

    (void)how;
    if (e)
        return e;
    k.spt = h[80] == DC42_1440K ? 18 : 9;
    k.held = (u64)k.spt * 160 * SECTOR;
    if ((h[80] != DC42_720K && h[80] != DC42_1440K) ||
        get_be32(h + 64) != k.held)
        return headed_refuse(f, "DiskCopy: only disks of 720 and 1440 KB are "
                             "read: a PC's drive can't read others", why);
    return headed_make(out, f, &k, false, why);
}

static enum err skf_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 h[LOOKED_AT];
    struct head k;
    enum err e = headed_look(f, h, why);

    (void)how;
    if (e)
        return e;
    k = (struct head){ get_le16(h + 38), 0, get_le16(h + 4), get_le16(h + 28),
                       get_le16(h + 26), get_le16(h + 24) };
    if (h[1] == 0x58 || !k.at)
        k.at = SKF_DATA;
    k.held = (u64)get_le16(h + 34) * k.bytes;
    return headed_make(out, f, &k, false, why);
}

const struct block_format format_fdi = {
    .name = "fdi", .words = "Anex86 floppy image", .open = fdi_open,
};
const struct block_format format_dim = {
    .name = "dim", .words = "DIM floppy image", .open = dim_open,
};
const struct block_format format_dip = {
    .name = "dip", .words = "DIP floppy image", .open = dip_open,
};
const struct block_format format_dc42 = {
    .name = "dc42", .words = "DiskCopy floppy image", .open = dc42_open,
};
const struct block_format format_savedskf = {
    .name = "savedskf", .words = "SaveDskF floppy image", .open = skf_open,
};
