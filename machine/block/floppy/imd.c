/* imd.c - format imd: floppy images of ImageDisk, for reading.
 *
 *     "IMD 1.18: date time", a comment, 1Ah, and then for each track:
 *
 *     mode | cylinder | head | sectors | size | numbers | maps | records
 *
 * Each of the first five is a byte. Mode is 500, 300 or 250 kbit/s in FM (0 to
 * 2) or MFM (3 to 5). Size is a code (512 bytes: 2); FFh says
 * that a word for each sector follows the maps. `numbers` has a byte for each
 * sector, and so have the maps of their ID fields' cylinders and heads, which
 * are there when bits 7 and 6 of head say so. A record is a type and its
 * data: the odd types have a sector's bytes, the even ones a single byte that
 * fills it, 0 nothing: the drive found the ID alone.
 *
 * Reference: Dave Dunfield, ImageDisk 1.19 (IMD.TXT), chapter 6.
 * Not modelled: see tracks.h. */
#include <string.h>

#include "machine/block/floppy/listing.h"
#include "machine/core/bytes.h"

enum { COMMENT_END = 0x1a, MODES = 6, HAS_CYLINDERS = 0x80, HAS_HEADS = 0x40,
       SIZE_TABLE = 0xff, LAST_RECORD = 8, BIGGEST = 8192 };

struct imd_track {
    u8 mode, cylinder, head, sectors, size;
    const u8 *number, *cylinders, *heads, *sizes;   /* NULL: there is none */
};

static enum err imd_bad(struct file *f, const struct imd_track *t,
                        const char *words, struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: ImageDisk: cylinder %u, head %u: "
                   "%s", f->name, t->cylinder, t->head & 0x3f, words);
}

static bool imd_skip_comment(struct buf *in)
{
    const u8 *end = memchr(in->p, COMMENT_END, in->cap);

    in->len = end ? (size_t)(end - in->p) + 1 : in->cap;
    return end != NULL;
}

static enum err imd_track_head(struct imd_track *t, struct buf *in,
                               struct file *f, struct why *why)
{
    const u8 *h = buf_get_bytes(in, 5);

    memset(t, 0, sizeof *t);
    if (!h)
        return imd_bad(f, t, "the file ends in a track's head", why);
    t->mode = h[0];
    t->cylinder = h[1];
    t->head = h[2];
    t->sectors = h[3];
    t->size = h[4];
    if (t->mode >= MODES)
        return imd_bad(f, t, "a mode that does not exist", why);
    if (t->size >= SURFACE_SIZES && t->size != SIZE_TABLE)
        return imd_bad(f, t, "a sector size that does not exist", why);
    t->number = buf_get_bytes(in, t->sectors);
    if (t->head & HAS_CYLINDERS)
        t->cylinders = buf_get_bytes(in, t->sectors);
    if (t->head & HAS_HEADS)
        t->heads = buf_get_bytes(in, t->sectors);
    if (t->size == SIZE_TABLE)
        t->sizes = buf_get_bytes(in, 2 * (size_t)t->sectors);
    t->head &= (u8)~(HAS_CYLINDERS | HAS_HEADS);
    return in->failed ? imd_bad(f, t, "the file ends in a track's head", why)
                      : ERR_OK;
}

/* Types count two by two: sound, deleted, with an error, and both. */
static u8 imd_flags(u8 type)
{
    static const u8 of[] = { 0, TRACK_DELETED, TRACK_CRC,
                             TRACK_DELETED | TRACK_CRC };

    return type ? of[(type - 1) / 2] : TRACK_NO_DATA;
}

static enum err imd_sector(struct tracks *list, const struct imd_track *t,
                           int n, struct buf *in, struct file *f,
                           struct why *why)
{
    static const u8 rates[] = { RATE_500K, RATE_300K, RATE_250K };
    struct track_sector s = {
        .cylinder = t->cylinder, .head = t->head, .id = t->number[n],
        .id_cylinder = t->cylinders ? t->cylinders[n] : t->cylinder,
        .id_head = t->heads ? t->heads[n] : t->head,
        .size = t->sizes ? listing_size_code(get_le16(t->sizes + 2 * n))
                         : t->size,
        .rate = rates[t->mode % 3], .fm = t->mode < 3,
    };
    u8 type = (u8)buf_get(in, 1), fill[BIGGEST];
    const u8 *bytes = NULL;

    if (s.size >= SURFACE_SIZES)
        return imd_bad(f, t, "a sector size that does not exist", why);
    if (type > LAST_RECORD)
        return imd_bad(f, t, "a type of record that does not exist", why);
    s.flags = imd_flags(type);
    if (type)
        bytes = buf_get_bytes(in, type & 1 ? (size_t)128 << s.size : 1);
    if (in->failed)
        return imd_bad(f, t, "the file ends in a sector", why);
    if (type && !(type & 1)) {
        memset(fill, *bytes, sizeof fill);
        bytes = fill;
    }
    return tracks_add(list, &s, bytes, f, why);
}

static enum err imd_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct buf in = { .p = (u8 *)image, .cap = (size_t)f->size };
    struct imd_track t;
    enum err e = ERR_OK;

    if (!imd_skip_comment(&in))
        return err_say(why, ERR_FORMAT, "%.120s: ImageDisk: the comment has "
                       "no end", f->name);
    while (!e && in.len < in.cap) {
        e = imd_track_head(&t, &in, f, why);
        for (int n = 0; !e && n < t.sectors; n++)
            e = imd_sector(list, &t, n, &in, f, why);
    }
    return e;
}

const struct block_format format_imd = {
    .name = "imd", .words = "ImageDisk floppy image", .list = imd_list,
};
