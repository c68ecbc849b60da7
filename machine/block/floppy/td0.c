/* td0.c - format td0: floppy images of Teledisk, for reading.
 *
 *     head 12 | comment 10 + n | track 4 | sector 6 | data 3 + n | sector ..
 *                              | track 4 | ..                    | FFh
 *
 * head      "TD", or "td" when all behind it is packed (lzhuf.h); volume, its
 *           mark, version (21: 2.1), data rate (0 to 2: 250, 300, 500 kbit/s;
 *           bit 7: FM), drive type, stepping (bit 7: there is a comment), read
 *           by DOS's allocation, sides, CRC word
 * comment   CRC word, length word, date and time; its text
 * track     sectors (FFh: the end), cylinder, head (bit 7: FM), CRC
 * sector    ID field: cylinder, head, number, size code; flags; CRC
 * data      length word of what follows it; method; the bytes: as they are
 *           (0), words of a count and a pair of bytes (1), or pieces: 0 and
 *           a length and so many bytes, or half a length and a count of
 *           repeats and the bytes to repeat (2)
 *
 * A CRC of one byte is the lower half. The notes say that a sector's is that
 * of its head and packed data; in images it is that of the unpacked data.
 *
 * Reference: Dave Dunfield, Teledisk Image File Format Notes (2008).
 * Not modelled: drive type; images of several volumes and ones that Teledisk 1
 * packed; see tracks.h for the rest. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/lzhuf.h"
#include "machine/block/floppy/tracks.h"
#include "machine/core/bytes.h"

enum {
    HEAD = 12, COMMENT = 10, TRACK = 4, SECTOR_HEAD = 6, DATA_HEAD = 3,
    PACKED_VERSION = 20, HAS_COMMENT = 0x80, FM = 0x80, END_MARK = 0xff,
    MOST_UNPACKED = 16 << 20, BIGGEST = 8192, POLYNOMIAL = 0xa097
};

/* Bits of a sector's flags. */
enum { TD0_CRC = 2, TD0_DELETED = 4, TD0_SKIPPED = 0x10, TD0_NO_DATA = 0x20,
       TD0_NO_ID = 0x40 };

struct td0 {
    struct file *f;
    struct buf in;                      /* what is behind the head, unpacked */
    struct tracks *list;
    u8 cylinder, head, rate;
    u8 rate_byte;                       /* as the head of the file has it */
    bool fm;
    u8 bytes[BIGGEST];                  /* of the sector at work */
};

static u16 td0_crc(u16 crc, const u8 *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crc ^= (u16)(p[i] << 8);
        for (int k = 0; k < 8; k++)
            crc = (u16)(crc << 1 ^ (crc & 0x8000 ? POLYNOMIAL : 0));
    }
    return crc;
}

static enum err td0_bad(const struct td0 *t, const char *words,
                        struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: Teledisk: cylinder %u, head %u: "
                   "%s", t->f->name, t->cylinder, t->head, words);
}

static enum err td0_refuse(struct file *f, const char *words, struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: Teledisk: %s", f->name, words);
}

/* ---- the data of a sector ---- */

/* Takes n bytes from `in` and puts them `times` times into the sector of `size`
 * bytes, from *at on. False: they don't fit, or `in` has no more. */
static bool td0_repeat(u8 *to, size_t *at, size_t size, struct buf *in,
                       size_t n, size_t times)
{
    const u8 *p = buf_get_bytes(in, n);

    if (!p || n * times > size - *at)
        return false;
    for (; times; times--, *at += n)
        memcpy(to + *at, p, n);
    return true;
}

/* Methods 2 and 1 of the data. False: the data is damaged. */
static bool td0_pieces(u8 *to, size_t size, struct buf *in)
{
    size_t at = 0;

    while (at < size) {
        size_t half = (size_t)buf_get(in, 1), n = (size_t)buf_get(in, 1);

        if (in->failed || !(half ? td0_repeat(to, &at, size, in, 2 * half, n)
                                 : td0_repeat(to, &at, size, in, n, 1)))
            return false;
    }
    return true;
}

static bool td0_pairs(u8 *to, size_t size, struct buf *in)
{
    size_t at = 0;

    while (at < size) {
        size_t times = (size_t)buf_get(in, 2);

        if (in->failed || !td0_repeat(to, &at, size, in, 2, times))
            return false;
    }
    return true;
}

static bool td0_decode(u8 *to, size_t size, u8 method, struct buf *in)
{
    size_t at = 0;

    switch (method) {
    case 0:  return td0_repeat(to, &at, size, in, size, 1);
    case 1:  return td0_pairs(to, size, in);
    case 2:  return td0_pieces(to, size, in);
    default: return false;
    }
}

/* ---- sectors and tracks ---- */

/* Whether the CRC in a sector's head is one of its n bytes of data: either by
 * the rule that images follow or by that of the notes. */
static bool td0_sum_fits(const struct td0 *t, const u8 *head, const u8 *data,
                         size_t n)
{
    size_t size = (size_t)128 << head[3];
    u16 crc = td0_crc(0, t->bytes, size);

    if ((crc & 0xff) == head[SECTOR_HEAD - 1])
        return true;
    crc = td0_crc(td0_crc(0, head, SECTOR_HEAD - 1), data, n);
    return (crc & 0xff) == head[SECTOR_HEAD - 1];
}

/* Fills t->bytes with a sector's data; *fits: its CRC is right. */
static enum err td0_data(struct td0 *t, const u8 *head, bool *fits,
                         struct why *why)
{
    const u8 *d = buf_get_bytes(&t->in, DATA_HEAD), *p;
    size_t n = d ? get_le16(d) : 0, size = (size_t)128 << head[3];
    struct buf part = { 0 };

    p = n ? buf_get_bytes(&t->in, n - 1) : NULL;
    if (!p)
        return td0_bad(t, "the file ends in a sector's data", why);
    part.p = (u8 *)p;
    part.cap = n - 1;
    if (!td0_decode(t->bytes, size, d[2], &part))
        return td0_bad(t, "a sector's data is damaged", why);
    *fits = td0_sum_fits(t, head, d, DATA_HEAD + n - 1);
    return ERR_OK;
}

static u8 td0_flags(u8 flags)
{
    static const struct { u8 from, to; } of[] = {
        { TD0_CRC, TRACK_CRC }, { TD0_DELETED, TRACK_DELETED },
        { TD0_SKIPPED, TRACK_ABSENT }, { TD0_NO_DATA, TRACK_NO_DATA },
        { TD0_NO_ID, TRACK_BARE },
    };
    u8 to = 0;

    for (size_t i = 0; i < COUNT_OF(of); i++)
        to |= flags & of[i].from ? of[i].to : 0;
    return to;
}

static enum err td0_sector(struct td0 *t, struct why *why)
{
    const u8 *h = buf_get_bytes(&t->in, SECTOR_HEAD);
    struct track_sector s = { .cylinder = t->cylinder, .head = t->head,
                              .rate = t->rate, .fm = t->fm };
    bool fits = true;
    enum err e = ERR_OK;

    if (!h)
        return td0_bad(t, "the file ends in a sector's head", why);
    if (h[3] >= SURFACE_SIZES)
        return td0_bad(t, "a sector size that does not exist", why);
    s.id_cylinder = h[0];
    s.id_head = h[1];
    s.id = h[2];
    s.size = h[3];
    s.flags = td0_flags(h[4]);
    if (!(s.flags & (TRACK_ABSENT | TRACK_NO_DATA)))
        e = td0_data(t, h, &fits, why);
    s.flags |= fits ? 0 : TRACK_SUM;
    return e ? e : tracks_add(t->list, &s, t->bytes, t->f, why);
}

static enum err td0_tracks(struct td0 *t, struct why *why)
{
    enum err e = ERR_OK;

    while (!e) {
        const u8 *h = buf_get_bytes(&t->in, 1);

        if (h && *h == END_MARK)
            return ERR_OK;
        if (!h || !buf_get_bytes(&t->in, TRACK - 1))
            return td0_bad(t, "the file ends behind this track, without the "
                           "mark of its end", why);
        if ((td0_crc(0, h, TRACK - 1) & 0xff) != h[3])
            return td0_bad(t, "the next track's head is damaged (wrong CRC)",
                           why);
        t->cylinder = h[1];
        t->head = h[2] & (u8)~FM;
        t->fm = (h[2] | t->rate_byte) & FM;
        for (int n = 0; !e && n < h[0]; n++)
            e = td0_sector(t, why);
    }
    return e;
}

/* ---- the file ---- */

static enum err td0_check_head(const u8 *h, struct file *f, struct why *why)
{
    if (td0_crc(0, h, HEAD - 2) != get_le16(h + HEAD - 2))
        return td0_refuse(f, "the head is damaged (wrong CRC)", why);
    if (h[0] == 't' && h[4] < PACKED_VERSION)
        return td0_refuse(f, "packed by the method of version 1, which is not "
                          "known here", why);
    return ERR_OK;
}

static enum err td0_skip_comment(struct td0 *t, struct why *why)
{
    const u8 *h = buf_get_bytes(&t->in, COMMENT);
    size_t n = h ? get_le16(h + 2) : 0;
    const u8 *text = buf_get_bytes(&t->in, n);

    if (!text)
        return td0_refuse(t->f, "the file ends in its comment", why);
    if (td0_crc(0, h + 2, COMMENT - 2 + n) != get_le16(h))
        return td0_refuse(t->f, "the comment is damaged (wrong CRC)", why);
    return ERR_OK;
}

/* Reads the image at `file`, from its head on. In a packed one, what is behind
 * the head is unpacked first. */
static enum err td0_read(struct td0 *t, const u8 *file, struct why *why)
{
    static const u8 rates[] = { RATE_250K, RATE_300K, RATE_500K, RATE_1M };
    size_t n = (size_t)t->f->size - HEAD;
    struct buf plain = { 0 };
    enum err e = td0_check_head(file, t->f, why);

    if (e)
        return e;
    t->in = (struct buf){ .p = (u8 *)file + HEAD, .cap = n };
    t->rate_byte = file[5];
    t->rate = rates[file[5] & 3];
    if (file[0] == 't') {
        lzhuf_unpack(&plain, file + HEAD, n, MOST_UNPACKED);
        t->in = (struct buf){ .p = plain.p, .cap = plain.len };
    }
    if (plain.failed)
        e = err_say(why, ERR_NOMEM, "%.120s: out of memory", t->f->name);
    if (!e && (file[7] & HAS_COMMENT))
        e = td0_skip_comment(t, why);
    e = e ? e : td0_tracks(t, why);
    buf_free(&plain);
    return e;
}

static enum err td0_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct td0 *t = calloc(1, sizeof *t);
    enum err e;

    if (!t)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    t->f = f;
    t->list = list;
    e = f->size <= HEAD ? td0_refuse(f, "the file ends in its head", why)
                        : td0_read(t, image, why);
    free(t);
    return e;
}

const struct block_format format_td0 = {
    .name = "td0", .words = "Teledisk floppy image", .list = td0_list,
};
