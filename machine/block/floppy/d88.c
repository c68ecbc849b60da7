/* d88.c - format d88: floppy images of PC-88 and PC-98 emulators, for reading.
 *
 *     0                    672 or 688
 *     +------+-------------+----------------+----------------+----
 *     | head | table of    | track: sectors | track: sectors | ..
 *     |      | tracks, 32  |                |                |
 *     +------+-------------+----------------+----------------+----
 *
 * head    name, 17 bytes; 9 zeros; at 26 10h: protected; at 27 the medium (0:
 *         2D, 10h: 2DD, 20h: 2HD, 30h: 1D, 40h: 1DD); dword at 28: bytes
 * table   for each track a dword: where its first sector is, 0: none
 * sector  C, H, R, N; word: sectors of its track; density (40h: FM); 10h: a
 *         deleted mark; what the BIOS said when it read it; 5 bytes; word: bytes
 *         of data, which follow
 *
 * Reference: Tokugawa Corporate Forum, D88 (D68/D77/D98) File Structure.
 * Not modelled: files of several disks; see tracks.h. */
#include "machine/block/floppy/unsigned.h"

#include <string.h>

#include "machine/block/floppy/listing.h"
#include "machine/core/bytes.h"

enum {
    RESERVED = 0x11, PROTECTED = 0x1a, MEDIUM = 0x1b, BYTES = 0x1c,
    TABLE = 0x20, SHORT_HEAD = 0x2a0, LONG_HEAD = 0x2b0, SECTOR_HEAD = 16,
    MEDIUM_2HD = 0x20, MEDIUM_1D = 0x30, MEDIUM_1DD = 0x40, FM = 0x40,
    MOST_SECTORS = 64, BIGGEST = 8192
};

/* The tracks in the table, which ends where the first of them begins. */
static int d88_tracks(const u8 *h)
{
    int n = (SHORT_HEAD - TABLE) / 4;

    for (int i = 0; i < n; i++)
        if (get_le32(h + TABLE + 4 * i))
            return get_le32(h + TABLE + 4 * i) >= LONG_HEAD
                       ? (LONG_HEAD - TABLE) / 4 : n;
    return n;
}

/* The first place in the table; 0: some place can't be. */
static u32 d88_first(const u8 *h, u32 bytes)
{
    u32 first = 0;

    for (int i = 0; i < d88_tracks(h); i++) {
        u32 at = get_le32(h + TABLE + 4 * i);

        if (at && (at < SHORT_HEAD || at > bytes))
            return 0;
        first = first ? first : at;
    }
    return first;
}

bool is_d88(const struct probe *p)
{
    const u8 *h = p->head;
    u32 first, bytes = get_le32(h + BYTES);

    if (p->head_size < LONG_HEAD + SECTOR_HEAD || (h[PROTECTED] & ~0x10) ||
        (h[MEDIUM] & 0x0f) || h[MEDIUM] > MEDIUM_1DD || bytes < SHORT_HEAD ||
        bytes > p->size)
        return false;
    for (int i = RESERVED - 1; i < PROTECTED; i++)
        if (h[i])
            return false;
    first = d88_first(h, bytes);
    return (first == SHORT_HEAD || first == LONG_HEAD) &&
           h[first + 3] < SURFACE_SIZES && get_le16(h + first + 4) &&
           get_le16(h + first + 4) <= MOST_SECTORS;
}

static enum err d88_bad(struct file *f, int track, const char *words,
                        struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: D88: track %d: %s", f->name,
                   track, words);
}

/* By what the BIOS of a PC-98 said. */
static u8 d88_flags(const u8 *h, size_t bytes)
{
    u8 flags = h[7] & 0x10 ? TRACK_DELETED : 0;

    switch (h[8]) {
    case 0xa0: flags |= TRACK_ID_CRC; break;
    case 0xb0: flags |= TRACK_CRC; break;
    case 0xe0:
    case 0xf0: flags |= TRACK_NO_DATA; break;
    }
    return bytes ? flags : flags | TRACK_NO_DATA;
}

/* Data that is longer than its ID says goes on in the gap, which is not kept;
 * shorter data is filled up with zeros. */
static enum err d88_sector(struct tracks *list, struct buf *in,
                           struct track_sector s, int track, struct file *f,
                           struct why *why)
{
    const u8 *h = buf_get_bytes(in, SECTOR_HEAD), *p;
    size_t n = h ? get_le16(h + 14) : 0, size;
    u8 bytes[BIGGEST] = { 0 };

    p = buf_get_bytes(in, n);
    if (!h || !p)
        return d88_bad(f, track, "the file ends in a sector", why);
    if (h[3] >= SURFACE_SIZES)
        return d88_bad(f, track, "a sector size that does not exist", why);
    size = surface_size(h[3]);
    memcpy(bytes, p, n < size ? n : size);
    s.id_cylinder = h[0];
    s.id_head = h[1];
    s.id = h[2];
    s.size = h[3];
    s.fm = h[6] & FM;
    s.flags = d88_flags(h, n);
    return tracks_add(list, &s, bytes, f, why);
}

static enum err d88_track(struct tracks *list, const u8 *image, int track,
                          struct file *f, struct why *why)
{
    u32 at = get_le32(image + TABLE + 4 * track), n;
    struct buf in = { .p = (u8 *)image, .cap = get_le32(image + BYTES),
                      .len = at };
    bool one = image[MEDIUM] == MEDIUM_1D || image[MEDIUM] == MEDIUM_1DD;
    struct track_sector s = {
        .cylinder = (u8)(one ? track : track / 2),
        .head = one ? 0 : (u8)(track % 2),
        .rate = image[MEDIUM] == MEDIUM_2HD ? RATE_500K : RATE_250K,
    };
    enum err e = ERR_OK;

    if (at == 0 || at == in.cap)
        return ERR_OK;
    if (at > in.cap || in.cap - at < SECTOR_HEAD)
        return d88_bad(f, track, "it would be behind the file's end", why);
    n = get_le16(image + at + 4);
    if (n > MOST_SECTORS)
        return d88_bad(f, track, "more sectors than fit on a track", why);
    for (; n && !e; n--)
        e = d88_sector(list, &in, s, track, f, why);
    return e;
}

static enum err d88_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    enum err e = ERR_OK;

    if (f->size < LONG_HEAD || get_le32(image + BYTES) > f->size)
        return err_say(why, ERR_FORMAT, "%.120s: D88: the file ends too early",
                       f->name);
    if (f->size - get_le32(image + BYTES) > SHORT_HEAD)
        return err_say(why, ERR_FORMAT, "%.120s: D88: the file holds several "
                       "disks; cut it up, the first has %u bytes", f->name,
                       get_le32(image + BYTES));
    for (int i = 0; i < d88_tracks(image) && !e; i++)
        e = d88_track(list, image, i, f, why);
    return e;
}

const struct block_format format_d88 = {
    .name = "d88", .words = "D88 floppy image", .list = d88_list,
};
