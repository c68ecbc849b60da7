/* cqm.c - format cqm: floppy images of CopyQM, for reading.
 *
 *     0      133       133 + comment
 *     +------+---------+------------------------------------------+
 *     | head | comment | runs: word n > 0, n bytes as they are;   |
 *     |      |         |       word -n, a byte that is there n    |
 *     |      |         |       times                              |
 *     +------+---------+------------------------------------------+
 *
 * head: "CQ", 14h; words of bytes a sector at 3, sectors a track at 10h, heads
 * at 12h; bytes of density (0 to 2: 250, 500, 1000 kbit/s) at 59h, cylinders
 * that are in the file at 5Ah and of the disk at 5Bh; the comment's length,
 * a word, at 6Fh; what to add to 1 for the number of a track's first sector at
 * 71h; all 133 bytes add up to 0. Unpacked, the sectors lie one behind the
 * other, side by side.
 *
 * Reference: CopyQM Image Layout (rio.early8bitz.de, 2011).
 * Not modelled: interleave and skew, the sum of the data; see tracks.h. */
#include "machine/block/floppy/listing.h"

#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

enum {
    HEAD = 133, BYTES = 3, SPT = 0x10, HEADS_AT = 0x12, DENSITY = 0x59,
    USED = 0x5a, CYLINDERS = 0x5b, COMMENT = 0x6f, BASE = 0x71
};

struct cqm {
    u8 size, rate, used, cylinders, heads, spt, first;
};

static enum err cqm_refuse(struct file *f, const char *words, struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: CopyQM: %s", f->name, words);
}

static enum err cqm_head(struct cqm *q, const u8 *h, struct file *f,
                         struct why *why)
{
    static const u8 rates[] = { RATE_250K, RATE_500K, RATE_1M };
    u32 heads = get_le16(h + HEADS_AT), spt = get_le16(h + SPT);
    u8 sum = 0;

    for (int i = 0; i < HEAD; i++)
        sum = (u8)(sum + h[i]);
    if (sum)
        return cqm_refuse(f, "the sum of its head is wrong", why);
    *q = (struct cqm){ .used = h[USED], .cylinders = h[CYLINDERS],
                       .heads = (u8)heads, .spt = (u8)spt,
                       .first = (u8)(h[BASE] + 1) };
    q->size = listing_size_code(get_le16(h + BYTES));
    if (q->size == SURFACE_SIZES || h[DENSITY] >= sizeof rates || !heads ||
        heads > 2 || !spt || spt > SURFACE_MOST ||
        q->cylinders > FLOPPY_CYLINDERS || q->used > FLOPPY_CYLINDERS)
        return cqm_refuse(f, "a geometry that no floppy disk has", why);
    q->rate = rates[h[DENSITY]];
    if (q->cylinders < q->used)
        q->cylinders = q->used;
    return ERR_OK;
}

/* Puts a run behind what is unpacked. False: the file ends in it. */
static bool cqm_run(struct buf *out, struct buf *in)
{
    int n = (s16)buf_get(in, 2);
    const u8 *p = buf_get_bytes(in, n < 0 ? 1 : (size_t)n);

    if (in->failed)
        return false;
    if (n >= 0)
        buf_put_bytes(out, p, (size_t)n);
    for (; n < 0; n++)
        buf_put(out, *p, 1);
    return true;
}

/* Until all is there: what follows the last sector is not looked at. */
static enum err cqm_unpack(struct buf *out, struct buf *in, size_t wanted,
                           struct file *f, struct why *why)
{
    while (out->len < wanted && !out->failed)
        if (!cqm_run(out, in))
            return cqm_refuse(f, "the file ends too early", why);
    return out->failed ? err_say(why, ERR_NOMEM, "%.120s: out of memory",
                                 f->name) : ERR_OK;
}

static enum err cqm_tracks(struct tracks *list, const struct cqm *q,
                           const struct buf *data, struct file *f,
                           struct why *why)
{
    u32 n = (u32)q->cylinders * q->heads * q->spt;
    u32 bytes = surface_size(q->size);
    enum err e = ERR_OK;

    for (u32 i = 0; i < n && !e; i++) {
        u8 c = (u8)(i / q->spt / q->heads), h = (u8)(i / q->spt % q->heads);
        struct track_sector s = {
            .cylinder = c, .head = h, .id_cylinder = c, .id_head = h,
            .id = (u8)(q->first + i % q->spt), .size = q->size,
            .rate = q->rate, .flags = c < q->used ? 0 : TRACK_ABSENT,
        };

        e = tracks_add(list, &s, c < q->used ? data->p + i * bytes : NULL, f,
                       why);
    }
    return e;
}

static enum err cqm_list(struct tracks *list, const u8 *image, struct file *f,
                         struct why *why)
{
    struct buf in = { .p = (u8 *)image, .cap = (size_t)f->size }, data = { 0 };
    struct cqm q = { 0 };
    enum err e;

    if (f->size < HEAD)
        return cqm_refuse(f, "the file ends in its head", why);
    e = cqm_head(&q, image, f, why);
    in.len = HEAD + get_le16(image + COMMENT);
    if (!e && in.len > in.cap)
        e = cqm_refuse(f, "the file ends in its comment", why);
    if (!e)
        e = cqm_unpack(&data, &in, (size_t)q.used * q.heads * q.spt *
                                       surface_size(q.size), f, why);
    e = e ? e : cqm_tracks(list, &q, &data, f, why);
    buf_free(&data);
    return e;
}

const struct block_format format_cqm = {
    .name = "cqm", .words = "CopyQM floppy image", .list = cqm_list,
};
