/* f86.c - format 86f: floppy images of 86Box, for reading.
 *
 *     "86BF", version, flags word | table of tracks | tracks
 *
 * flags   bit 0: each track's cells are followed by as many bits that say which
 *         of them are weak; bits 1-2: the hole of the density (0 none, 1 HD, 2
 *         ED); bit 3: two sides; bits 5-6: percent that the drive is slow (1,
 *         1.5, 2); bit 7: each track has a count of cells; bit 11: words have
 *         their bytes the other way round; bit 12: slow means fast, or without
 *         percents the count is of all cells, not of those too many
 * table   dwords: where side 0 of track 0 is, side 1, and so on; 0: nowhere
 * track   flags word (bits 0-2 data rate as the controller's, 3-4 encoding: 1
 *         MFM, bits 5-7 speed: 1 for 360 a minute), count dword, dword which
 *         cell is at the index hole, cells (bitcells.h)
 *
 * Disks of 40 tracks have each track twice.
 *
 * Reference: 86Box, dev/formats/86f, version 2.12. Not modelled: weak bits,
 * zones, FM. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/bitcells.h"
#include "machine/core/bytes.h"

enum {
    TABLE = 8, MOST_TRACKS = 512,
    WEAK_BITS = 0x0001, TWO_SIDES = 0x0008, COUNTED = 0x0080,
    SWAPPED = 0x0800, WHOLE_COUNT = 0x1000, MFM = 1,
};

struct f86 {
    struct file *f;
    const u8 *image;
    u16 flags;
    u32 tracks;                         /* sides of tracks, in the table */
    bool twice;                         /* each track is there twice */
    struct tracks *list;
    struct bitcells cells;
};

static enum err f86_bad(const struct f86 *d, u32 track, const char *words,
                        struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: 86F: track %u of its table: %s",
                   d->f->name, track, words);
}

static u32 f86_at(const struct f86 *d, u32 track)
{
    return get_le32(d->image + TABLE + 4 * track);
}

/* The table ends where the first track begins. */
static u32 f86_table(const struct f86 *d)
{
    u64 end = d->f->size;
    u32 n = 0;

    for (; n < MOST_TRACKS && TABLE + 4 * (n + 1) <= end; n++)
        if (f86_at(d, n) && f86_at(d, n) < end)
            end = f86_at(d, n);
    return n;
}

/* Cells of a turn by data rate and speed. */
static u32 f86_usual_cells(const struct f86 *d, u16 track)
{
    static const u32 by_rate[8] = { 200000, 120000, 100000, 400000,
                                    0, 800000, 0, 0 };
    static const u32 per_mille[] = { 0, 10, 15, 20 };
    u32 n = by_rate[track & 7], slow = per_mille[d->flags >> 5 & 3];

    if ((track >> 5 & 7) == 1)
        n = n / 6 * 5;
    return d->flags & WHOLE_COUNT ? n - n / 1000 * slow : n + n / 1000 * slow;
}

static u32 f86_count(const struct f86 *d, const u8 *track)
{
    u32 usual = f86_usual_cells(d, get_le16(track));

    if (!(d->flags & COUNTED))
        return usual;
    if ((d->flags & WHOLE_COUNT) && !(d->flags >> 5 & 3))
        return get_le32(track + 2);
    return usual + get_le32(track + 2);
}

/* Unpacks a track; no cells: it is of another encoding. */
static enum err f86_unpack(struct f86 *d, u32 track, struct why *why)
{
    u32 at = f86_at(d, track), head = d->flags & COUNTED ? 10 : 6, n;
    bool swapped = d->flags & SWAPPED;

    d->cells.n = 0;
    if (!at)
        return ERR_OK;
    if ((u64)at + head > d->f->size)
        return f86_bad(d, track, "the file ends before it", why);
    if ((get_le16(d->image + at) >> 3 & 3) != MFM)
        return ERR_OK;
    n = f86_count(d, d->image + at);
    if (n == 0 || n > BITCELLS_MOST)
        return f86_bad(d, track, "a count of cells that no disk has", why);
    if ((u64)at + head + (n + 15) / 16 * 2 > d->f->size)
        return f86_bad(d, track, "the file ends in it", why);
    d->cells.start = get_le32(d->image + at + head - 4) % n;
    bitcells_unpack(&d->cells, d->image + at + head, n,
                    swapped ? BITS_SWAPPED_WORDS : BITS_HIGH_FIRST);
    return ERR_OK;
}

static enum err f86_track(struct f86 *d, u32 track, struct why *why)
{
    static const u8 rates[8] = { RATE_500K, RATE_300K, RATE_250K, RATE_1M };
    u32 sides = d->flags & TWO_SIDES ? 2 : 1, cylinder = track / sides;
    struct track_sector where = { .head = (u8)(track % sides) };
    enum err e = f86_unpack(d, track, why);

    if (e || !d->cells.n || (d->twice && cylinder % 2))
        return e;
    where.cylinder = (u8)(d->twice ? cylinder / 2 : cylinder);
    where.rate = rates[get_le16(d->image + f86_at(d, track)) & 7];
    if (cylinder / (d->twice ? 2 : 1) >= FLOPPY_CYLINDERS)
        return bitcells_cylinder(&d->cells) < 0
                   ? ERR_OK : f86_bad(d, track, "no floppy drive has it", why);
    return bitcells_list(&d->cells, d->list, &where, d->f, why);
}

static enum err f86_all(struct f86 *d, struct why *why)
{
    enum err e = ERR_OK;

    for (u32 i = 0; i < d->tracks && !e; i++)
        e = f86_track(d, i, why);
    return e;
}

static int f86_cylinder(struct f86 *d, u32 track)
{
    struct why why;

    return track < d->tracks && !f86_unpack(d, track, &why) && d->cells.n
               ? bitcells_cylinder(&d->cells) : -1;
}

/* Programs don't agree on what bit 11 says; the marks on the disk tell. */
static void f86_try_order(struct f86 *d)
{
    u32 track = 0;

    while (track < d->tracks && !f86_at(d, track))
        track++;
    if (f86_cylinder(d, track) >= 0)
        return;
    d->flags ^= SWAPPED;
    if (f86_cylinder(d, track) < 0)
        d->flags ^= SWAPPED;
}

/* The IDs of the second to fifth cylinder say whether each is there twice. */
static bool f86_is_twice(struct f86 *d)
{
    u32 sides = d->flags & TWO_SIDES ? 2 : 1;
    int votes = 0;

    for (u32 c = 2; c < 10; c++) {
        int says = f86_cylinder(d, c * sides);

        votes += says == (int)c / 2 ? 1 : says == (int)c ? -1 : 0;
    }
    return votes > 0;
}

static enum err f86_read(struct f86 *d, struct why *why)
{
    if (d->f->size < TABLE + 4)
        return err_say(why, ERR_FORMAT, "%.120s: 86F: the file ends in its "
                       "head", d->f->name);
    if (d->image[5] != 2)
        return err_say(why, ERR_FORMAT, "%.120s: 86F: version %u.%u: only 2 is "
                       "known here", d->f->name, d->image[5], d->image[4]);
    d->flags = get_le16(d->image + 6);
    d->tracks = f86_table(d);
    f86_try_order(d);
    d->twice = f86_is_twice(d);
    return f86_all(d, why);
}

static enum err f86_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct f86 *d = calloc(1, sizeof *d);
    enum err e;

    if (!d)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    d->f = f;
    d->list = list;
    d->image = image;
    e = f86_read(d, why);
    free(d);
    return e;
}

const struct block_format format_86f = {
    .name = "86f", .words = "86Box floppy image", .list = f86_list,
};
