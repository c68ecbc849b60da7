/* qrst.c - format qrst: floppy images of Compaq's QRST, for reading.
 *
 * A head of 796 bytes: "QRST", version as a float, sum, size of the disk (1 to
 * 7: 360K, 1200K, 720K, 1440K, 160K, 180K, 320K), and texts. Then the tracks:
 *
 *     cylinder | head | 0 | the track's bytes
 *     cylinder | head | 1 | a byte, which is there throughout
 *     cylinder | head | 2 | word: how many follow | pieces: n, n bytes; then n,
 *                           a byte that is there n times; and so on in turn
 *
 * The sum is that of each byte of the disk times its place, counted from 1.
 *
 * Reference: libdsk's documentation, QRST file format; fileformats.archiveteam
 * .org, Quick Release Sector Transfer. Not modelled: version 5, whose packing is
 * not described; see tracks.h. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/listing.h"
#include "machine/core/bytes.h"

enum { HEAD = 796, SUM = 8, SIZE = 12, VERSION_HIGH = 6, TRACK_HEAD = 3,
       VERSION_5 = 0x40a0, PLAIN = 0, FILLED = 1, PACKED = 2, TRACKS = 160 };

struct qrst {
    const struct floppy_format *type;
    u32 bytes;                          /* of a track */
    bool there[TRACKS];
    u8 *disk;
};

static enum err qrst_refuse(struct file *f, const char *words,
                            struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: QRST: %s", f->name, words);
}

/* Runs of bytes as they are, and of one byte, in turn. */
static bool qrst_unpack(u8 *to, u32 size, struct buf *in)
{
    bool run = false;
    u32 at = 0;

    for (; at < size && in->len < in->cap; run = !run) {
        u32 n = (u32)buf_get(in, 1);
        const u8 *p = n || run ? buf_get_bytes(in, run ? 1 : n) : in->p;

        if (!p || n > size - at)
            return false;
        if (run)
            memset(to + at, *p, n);
        else
            memcpy(to + at, p, n);
        at += n;
    }
    return at == size;
}

static bool qrst_data(u8 *to, u32 size, u8 kind, struct buf *in)
{
    size_t n = kind == PLAIN ? size : kind == FILLED ? 1
               : (size_t)buf_get(in, 2);
    const u8 *p = kind > PACKED ? NULL : buf_get_bytes(in, n);
    struct buf part = { .p = (u8 *)p, .cap = n };

    if (!p)
        return false;
    if (kind == PACKED)
        return qrst_unpack(to, size, &part);
    if (kind == FILLED)
        memset(to, *p, size);
    else
        memcpy(to, p, size);
    return true;
}

static enum err qrst_track(struct qrst *q, struct buf *in, struct file *f,
                           struct why *why)
{
    const u8 *h = buf_get_bytes(in, TRACK_HEAD);
    u32 n;

    if (!h)
        return qrst_refuse(f, "the file ends in a track's head", why);
    if (h[0] >= q->type->cylinders || h[1] >= q->type->heads)
        return qrst_refuse(f, "a track that the disk does not have", why);
    n = (u32)h[0] * q->type->heads + h[1];
    q->there[n] = true;
    return qrst_data(q->disk + n * q->bytes, q->bytes, h[2], in)
               ? ERR_OK : qrst_refuse(f, "a track's data is damaged", why);
}

static u32 qrst_sum(const u8 *p, u32 n)
{
    u32 sum = 0;

    for (u32 i = 0; i < n; i++)
        sum += p[i] * (i + 1);
    return sum;
}

static enum err qrst_give(struct tracks *list, const struct qrst *q, u32 sum,
                          struct file *f, struct why *why)
{
    const struct floppy_format *t = q->type;
    u32 n = (u32)t->cylinders * t->heads;
    bool sound = sum == qrst_sum(q->disk, n * q->bytes);
    enum err e = ERR_OK;

    for (u32 i = 0; i < n && !e; i++) {
        struct plain_track k = {
            .cylinder = (u8)(i / t->heads), .head = (u8)(i % t->heads),
            .spt = t->sectors, .size = TRACK_BYTES, .rate = t->rate,
            .flags = sound ? 0 : TRACK_SUM,
        };

        e = listing_plain(list, &k, q->there[i] ? q->disk + i * q->bytes : NULL,
                          f, why);
    }
    return e;
}

static enum err qrst_head(struct qrst *q, const u8 *h, struct file *f,
                          struct why *why)
{
    static const char *const sizes[] = { "360", "1200", "720", "1440", "160",
                                         "180", "320" };

    if (f->size < HEAD)
        return qrst_refuse(f, "the file ends in its head", why);
    if (get_le16(h + VERSION_HIGH) >= VERSION_5)
        return qrst_refuse(f, "version 5, whose packing is not known here; "
                           "QRST5 writes it to a disk", why);
    if (!h[SIZE] || h[SIZE] > COUNT_OF(sizes))
        return qrst_refuse(f, "a size of disk that does not exist", why);
    q->type = floppy_by_name(sizes[h[SIZE] - 1]);
    q->bytes = (u32)q->type->sectors * SECTOR;
    q->disk = calloc((size_t)q->type->cylinders * q->type->heads, q->bytes);
    return q->disk ? ERR_OK : err_say(why, ERR_NOMEM, "%.120s: out of memory",
                                      f->name);
}

static enum err qrst_list(struct tracks *list, const u8 *image,
                          struct file *f, struct why *why)
{
    struct buf in = { .p = (u8 *)image, .cap = (size_t)f->size, .len = HEAD };
    struct qrst q = { 0 };
    enum err e = qrst_head(&q, image, f, why);

    while (!e && in.len < in.cap)
        e = qrst_track(&q, &in, f, why);
    e = e ? e : qrst_give(list, &q, get_le32(image + SUM), f, why);
    free(q.disk);
    return e;
}

const struct block_format format_qrst = {
    .name = "qrst", .words = "QRST floppy image", .list = qrst_list,
};
