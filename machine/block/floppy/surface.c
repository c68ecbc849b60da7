/* surface.c - what the head of a floppy drive meets on a track. */
#include "machine/block/floppy/surface.h"

#include <string.h>

#include "machine/core/bytes.h"

enum {
    HEAD = 16, ROW = 12, PIECES = SECTOR / SURFACE_PIECE,
    NORMAL = 2,                         /* code of 512 bytes */
    XDF_SIDE = 23,                      /* 512-byte sectors of the image */
    NO_ROOM = SURFACE_END * PIECES      /* no piece of the medium */
};

u16 surface_bytes(u8 rate, bool fm)
{
    static const u16 bytes[] = { 12500, 6250, 6250, 25000 };

    return fm ? bytes[rate & 3] / 2 : bytes[rate & 3];
}

/* ---- the list of an image that has one ---- */

static void unpack_sector(const u8 *p, struct surface_sector *s)
{
    *s = (struct surface_sector){ p[0], p[1], p[2], p[3], p[4],
                                  get_le16(p + 6), get_le32(p + 8) };
}

static void surface_unpack(const u8 *p, struct surface *s)
{
    s->n = p[0] < SURFACE_MOST ? p[0] : SURFACE_MOST;
    s->rate = p[1] & 3;
    s->fm = p[2] & SURFACE_FM;
    s->exact = p[2] & SURFACE_EXACT;
    s->even = false;
    s->bytes = get_le16(p + 4);
    for (int i = 0; i < s->n; i++)
        unpack_sector(p + HEAD + i * ROW, &s->sector[i]);
}

void surface_pack(const struct surface *s, u8 *to)
{
    memset(to, 0, SURFACE_LIST);
    to[0] = s->n;
    to[1] = s->rate;
    to[2] = (u8)((s->fm ? SURFACE_FM : 0) | (s->exact ? SURFACE_EXACT : 0));
    put_le16(to + 4, s->bytes);
    for (int i = 0; i < s->n; i++) {
        const struct surface_sector *k = &s->sector[i];
        u8 *p = to + HEAD + i * ROW;

        memcpy(p, (u8[]){ k->c, k->h, k->r, k->n, k->flags }, 5);
        put_le16(p + 6, k->begin);
        put_le32(p + 8, k->at);
    }
}

enum err surface_write(struct block *b, u32 cylinder, u32 head,
                       const struct surface *s)
{
    u8 list[SURFACE_LIST];

    surface_pack(s, list);
    return block_write(b, surface_track_at(cylinder, head), list, 2);
}

static enum err surface_listed(struct block *b, u32 cylinder, u32 head,
                               struct surface *s)
{
    u8 list[SURFACE_LIST];
    enum err e = block_read(b, surface_track_at(cylinder, head), list, 2);

    if (!e)
        surface_unpack(list, s);
    return e;
}

/* Drives of 5.25" and 3.5" inches turn high density disks at different speeds;
 * the cylinders tell nothing, so what fits on the track has to. */
static u8 drive_of_density(u8 rate, u16 bytes)
{
    return rate == RATE_1M ? DRIVE_2880K
           : bytes && bytes < surface_bytes(RATE_500K, false) ? DRIVE_1200K
                                                              : DRIVE_1440K;
}

/* Disks of such sectors are what eight-inch drives wrote, and drives of a PC-98
 * like a 1.2M one, or a system with CP/M at 250 kbit/s. */
static void odd_density(struct floppy_format *f, const struct surface *s)
{
    f->name = "odd";
    f->rate = s->rate;
    f->drive = s->rate == RATE_1M ? DRIVE_2880K
               : s->rate != RATE_500K
                   ? (f->cylinders <= 43 ? DRIVE_360K : DRIVE_720K)
               : f->cylinders <= 77 ? DRIVE_1200K
                                    : drive_of_density(s->rate, s->bytes);
}

void surface_density(struct block *b, struct floppy_format *f)
{
    struct surface s = { 0 };
    enum err e = ERR_OK;

    for (u32 t = 0; t < 2 * FLOPPY_CYLINDERS && !s.n && !e; t++)
        e = surface_listed(b, t / 2, t % 2, &s);
    f->odd_size = b->odd_size;
    if (!e && s.n && f->odd_size)
        odd_density(f, &s);
    if (e || !s.n || f->odd_size || s.fm || s.rate == RATE_300K || s.rate == RATE_250K ||
        f->rate != RATE_250K)
        return;
    f->rate = s.rate;
    f->drive = drive_of_density(s.rate, s.bytes);
}

/* ---- tracks of a geometry ---- */

static void put_normal(struct surface *s, u32 cylinder, u32 head, u8 r,
                       u64 sector)
{
    s->sector[s->n++] = (struct surface_sector){
        .c = (u8)cylinder, .h = (u8)head, .r = r, .n = NORMAL,
        .at = (u32)sector * PIECES,
    };
}

static void surface_regular(const struct floppy_format *f, u32 cylinder,
                            u32 head, struct surface *s)
{
    u64 first = ((u64)cylinder * f->heads + head) * f->sectors;

    u8 n = floppy_size_code(f);

    for (u8 r = 1; r <= f->sectors; r++)
        s->sector[s->n++] = (struct surface_sector){
            .c = (u8)cylinder, .h = (u8)head, .r = r, .n = n,
            .at = (u32)(first + r - 1) << n,
        };
}

/* Every second place, so that DOS has time between two sectors: 12, 2, 13,
 * 3, .. 11, 1 on a track of 21. */
static void surface_dmf(const struct floppy_format *f, u32 cylinder, u32 head,
                        struct surface *s)
{
    u64 first = ((u64)cylinder * f->heads + head) * f->sectors;
    u8 half = (u8)(f->sectors / 2);

    for (u8 i = 0; i < f->sectors; i++) {
        u8 r = (u8)(i % 2 ? i / 2 + 2 : half + 2 + i / 2);

        if (i == f->sectors - 1)
            r = 1;
        put_normal(s, cylinder, head, r, first + r - 1);
    }
}

/* The first cylinder of XDF: 19 sectors of 512 bytes a side. Numbers from 81h
 * are those of the format, 1 to 8 on side 0 are a FAT disk of their own, by
 * which a system that doesn't know XDF sees a file that says so. The image has
 * them at `from`; what lies between them is on no disk. */
static void xdf_first(u32 head, struct surface *s)
{
    static const struct { u8 head, r, n, from; } runs[] = {
        { 0, 0x81, 11, 0 }, { 0, 1, 8, 12 },
        { 1, 0x81, 1, 11 }, { 1, 0x82, 14, 23 }, { 1, 0x90, 4, 42 },
    };

    for (size_t i = 0; i < COUNT_OF(runs); i++)
        for (u8 k = 0; k < runs[i].n && runs[i].head == head; k++)
            put_normal(s, 0, head, (u8)(runs[i].r + k), runs[i].from + k);
}

/* The others have one sector each of 512 bytes to 8 KB a side, numbered 80h
 * plus their size code. Sides are read in turn, and the image has the data in
 * the order of that. */
static void xdf_other(u32 cylinder, u32 head, struct surface *s)
{
    static const struct { u8 n, from; } side[2][4] = {
        { { 3, 0 }, { 2, 22 }, { 4, 2 }, { 6, 24 } },
        { { 4, 40 }, { 2, 23 }, { 3, 44 }, { 6, 6 } },
    };
    u32 first = cylinder * 2 * XDF_SIDE, bytes = 0;

    for (int i = 0; i < 4; i++) {
        u8 n = side[head][i].n;

        s->sector[s->n++] = (struct surface_sector){
            .c = (u8)cylinder, .h = (u8)head, .r = (u8)(0x80 + n), .n = n,
            .begin = (u16)(bytes * 65536 / s->bytes),
            .at = (first + side[head][i].from) * PIECES,
        };
        bytes += surface_size(n) + 2 * SURFACE_FRAME;
    }
    s->even = false;
}

enum err surface_read(struct block *b, const struct floppy_format *f,
                      u32 cylinder, u32 head, struct surface *s)
{
    if (b->tracks)
        return surface_listed(b, cylinder, head, s);
    s->n = 0;
    s->rate = f->rate;
    s->fm = s->exact = false;
    s->even = true;
    s->bytes = surface_bytes(f->rate, false);
    if (cylinder >= f->cylinders || head >= f->heads)
        return ERR_OK;
    if (f->layout == LAYOUT_DMF)
        surface_dmf(f, cylinder, head, s);
    else if (f->layout != LAYOUT_XDF)
        surface_regular(f, cylinder, head, s);
    else if (cylinder == 0)
        xdf_first(head, s);
    else
        xdf_other(cylinder, head, s);
    return ERR_OK;
}

/* ---- data ---- */

static bool reaches_over(u32 at, u32 n)
{
    return n < SECTOR && at % PIECES * SURFACE_PIECE + n > SECTOR;
}

enum err surface_load(struct block *b, u32 at, u8 *p, u32 n)
{
    u64 sector = at / PIECES;
    u8 whole[SECTOR];
    enum err e = ERR_OK;

    if (reaches_over(at, n))
        return ERR_RANGE;
    if (sector < SURFACE_AT && sector >= b->sectors)
        memset(p, 0, n);
    else if (n == SECTOR)
        e = block_read(b, sector, p, 1);
    else if ((e = block_read(b, sector, whole, 1)) == ERR_OK)
        memcpy(p, whole + at % PIECES * SURFACE_PIECE, n);
    return e;
}

enum err surface_store(struct block *b, u32 at, const u8 *p, u32 n)
{
    u64 sector = at / PIECES;
    u8 whole[SECTOR];
    enum err e;

    if (reaches_over(at, n))
        return ERR_RANGE;
    if (n == SECTOR)
        return block_write(b, sector, p, 1);
    e = block_read(b, sector, whole, 1);
    memcpy(whole + at % PIECES * SURFACE_PIECE, p, n);
    return e ? e : block_write(b, sector, whole, 1);
}

/* ---- a new format ---- */

static bool is_taken(const struct surface *s, u32 at)
{
    for (int i = 0; i < s->n; i++)
        if (s->sector[i].at == at)
            return true;
    return false;
}

/* Where the data of a new sector goes: a plain one into its place in the row,
 * others one behind the other behind the list. NO_ROOM: there is none. */
static u32 lay_place(const struct floppy_format *f, u32 cylinder, u32 head,
                     const struct surface *s, const struct surface_lay *how)
{
    u64 row = ((u64)cylinder * f->heads + head) * f->sectors + how->r - 1;
    u32 list = (u32)surface_track_at(cylinder, head) * PIECES;
    u32 pieces = surface_size(how->size) / SURFACE_PIECE;
    u32 at = list + SURFACE_LIST / SURFACE_PIECE;

    if (!f->odd_size && how->size == NORMAL && how->n == NORMAL && how->c == cylinder &&
        how->h == head && head < f->heads && cylinder < f->cylinders &&
        how->r >= 1 && how->r <= f->sectors &&
        !is_taken(s, (u32)row * PIECES))
        return (u32)row * PIECES;
    for (int i = 0; i < s->n; i++)
        if (s->sector[i].at >= at)
            at = s->sector[i].at + pieces;
    if (at % PIECES && pieces > 1)
        at += PIECES - at % PIECES;
    return at + pieces <= list + SURFACE_TRACK * PIECES ? at : NO_ROOM;
}

static enum err lay_fill(struct block *b, u32 at, u8 fill, u32 bytes)
{
    u32 part = bytes < SECTOR ? bytes : SECTOR;
    u8 data[SECTOR];
    enum err e = ERR_OK;

    memset(data, fill, sizeof data);
    for (; bytes && !e; bytes -= part, at += part / SURFACE_PIECE)
        e = surface_store(b, at, data, part);
    return e;
}

enum err surface_lay(struct block *b, const struct floppy_format *f,
                     u32 cylinder, u32 head, const struct surface_lay *how)
{
    struct surface s;
    enum err e = surface_listed(b, cylinder, head, &s);
    u32 at;

    if (e)
        return e;
    if (how->place == 0)
        s = (struct surface){ .rate = how->rate, .fm = how->fm,
                              .bytes = surface_bytes(how->rate, how->fm) };
    s.n = s.n > how->place ? how->place : s.n;
    at = lay_place(f, cylinder, head, &s, how);
    if (s.n == SURFACE_MOST || at == NO_ROOM)
        return ERR_RANGE;
    s.sector[s.n++] = (struct surface_sector){
        how->c, how->h, how->r, how->n, 0,
        (u16)(how->place * 65536u / (how->of ? how->of : 1)), at,
    };
    s.exact |= at >= SURFACE_AT * PIECES;
    e = lay_fill(b, at, how->fill, surface_size(how->size));
    return e ? e : surface_write(b, cylinder, head, &s);
}
