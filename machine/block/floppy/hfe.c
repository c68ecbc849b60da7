/* hfe.c - format hfe: floppy images of the HxC emulator, for reading.
 *
 *     head 512 | table of tracks 512 .. | tracks
 *
 * head    "HXCPICFE", revision 0, tracks, sides, encoding, word kbit/s, word
 *         turns a minute, mode of the interface, 1, word where the table is
 * table   for each cylinder: word where it is, word bytes of both sides
 * track   256 bytes of side 0, 256 of side 1, and so on; the bits are cells of
 *         the disk (bitcells.h), bit 0 first
 *
 * Places are counted in blocks of 512 bytes.
 *
 * Revision 3 begins with "HXCHFEV3", and among its bytes of cells are commands,
 * which no cells of a disk look like. Read with bit 0 as the highest: F0h does
 * nothing; F1h: here is the index hole; F2h and a byte: another bit rate; F3h
 * and a number: so many of the next byte's cells are left out; F4h: eight cells
 * that read differently each time.
 *
 * Reference: HxC Floppy Emulator, HFE File format, revision 1.1 (2012), and the
 * notes on revision 3. Not modelled: FM; cells that read differently are without
 * a change of flux, so what lies on them has a wrong CRC, always the same; bit
 * rates that change within a track. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/bitcells.h"
#include "machine/core/bytes.h"

enum { BLOCK = 512, HALF = 256, MOST_TRACK = 65536,
       COMMAND = 0xf0, HERE_IS_INDEX = 0xf1, BIT_RATE = 0xf2, LEAVE_OUT = 0xf3,
       ANY_CELLS = 0xf4 };

struct hfe {
    struct file *f;
    const u8 *image;
    struct tracks *list;
    u8 rate;
    struct bitcells cells;
    bool commands;                      /* revision 3 */
    u8 side[MOST_TRACK], plain[MOST_TRACK];
};

static enum err hfe_refuse(struct file *f, const char *words, struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: HFE: %s", f->name, words);
}

static u8 rate_of(u32 kbits)
{
    return kbits > 750 ? RATE_1M : kbits > 400 ? RATE_500K
           : kbits > 275 ? RATE_300K : RATE_250K;
}

/* One side's bytes, one behind the other. */
static void hfe_take_side(struct hfe *h, size_t at, size_t bytes, int side)
{
    for (size_t i = 0; i < bytes; i += HALF)
        memcpy(h->side + i, h->image + at + 2 * i + (size_t)side * HALF,
               bytes - i < HALF ? bytes - i : HALF);
}

static u8 hfe_turned(u8 v)
{
    u8 to = 0;

    for (int i = 0; i < 8; i++)
        to |= (u8)((v >> i & 1) << (7 - i));
    return to;
}

/* Cells of a byte, but for the first `skip`, behind those of h->plain. */
static u32 hfe_put_cells(struct hfe *h, u32 cells, u8 byte, u32 skip)
{
    for (; skip < 8; skip++, cells++)
        h->plain[cells / 8] |= (u8)((byte >> (7 - skip) & 1)
                                    << (7 - cells % 8));
    return cells;
}

/* Takes the commands out of a side's n bytes. How many cells are left. */
static u32 hfe_obey(struct hfe *h, size_t n)
{
    u32 cells = 0, skip = 0, index = 0;

    memset(h->plain, 0, sizeof h->plain);
    for (size_t i = 0; i < n; i++) {
        u8 byte = hfe_turned(h->side[i]);

        if ((byte & COMMAND) != COMMAND || skip) {
            cells = hfe_put_cells(h, cells, byte, skip);
            skip = 0;
            continue;
        }
        if (byte == HERE_IS_INDEX)
            index = cells;
        else if (byte == ANY_CELLS)
            cells += 8;
        else if (byte == LEAVE_OUT && i + 1 < n)
            skip = hfe_turned(h->side[++i]) & 7;
        else if (byte == BIT_RATE)
            i++;
    }
    h->cells.start = index < cells ? index : 0;
    return cells;
}

static bool hfe_unpack(struct hfe *h, size_t n)
{
    return h->commands
               ? bitcells_unpack(&h->cells, h->plain, hfe_obey(h, n),
                                 BITS_HIGH_FIRST)
               : bitcells_unpack(&h->cells, h->side, (u32)n * 8,
                                 BITS_LOW_FIRST);
}

static enum err hfe_side(struct hfe *h, const u8 *row, int cylinder, int side,
                         struct why *why)
{
    size_t at = (size_t)get_le16(row) * BLOCK, n = get_le16(row + 2) / 2u;
    size_t whole = (n + HALF - 1) / HALF * BLOCK;
    struct track_sector where = { .cylinder = (u8)cylinder,
                                  .head = (u8)side, .rate = h->rate };

    if (n == 0)
        return ERR_OK;
    if (at + whole > h->f->size)        /* the last block may be cut short */
        whole = n % HALF ? whole - HALF + n % HALF : whole;
    if (at + whole > h->f->size)
        return err_say(why, ERR_FORMAT, "%.120s: HFE: the file ends in track "
                       "%d", h->f->name, cylinder);
    hfe_take_side(h, at, n, side);
    if (!hfe_unpack(h, n))
        return ERR_OK;                  /* more or no cells: no sectors */
    return bitcells_list(&h->cells, h->list, &where, h->f, why);
}

static enum err hfe_check(const struct hfe *h, struct why *why)
{
    const u8 *p = h->image;

    if (h->f->size < BLOCK)
        return hfe_refuse(h->f, "the file ends in its head", why);
    if ((!h->commands && memcmp(p, "HXCPICFE", 8)) || p[8] != 0)
        return hfe_refuse(h->f, "a revision that is not known here (HXCPICFE "
                          "and HXCHFEV3, 0, are)", why);
    if (p[9] == 0 || p[9] > FLOPPY_CYLINDERS || p[10] < 1 || p[10] > 2)
        return err_say(why, ERR_FORMAT, "%.120s: HFE: %u tracks of %u sides: "
                       "no floppy drive has them", h->f->name, p[9], p[10]);
    if ((u64)get_le16(p + 18) * BLOCK + 4u * p[9] > h->f->size)
        return hfe_refuse(h->f, "the file ends in its table of tracks", why);
    return ERR_OK;
}

static enum err hfe_read(struct hfe *h, struct why *why)
{
    const u8 *table;
    enum err e;

    h->commands = h->f->size >= BLOCK && !memcmp(h->image, "HXCHFEV3", 8);
    e = hfe_check(h, why);
    if (e)
        return e;
    h->rate = rate_of(get_le16(h->image + 12));
    table = h->image + (size_t)get_le16(h->image + 18) * BLOCK;
    for (int i = 0; i < h->image[9] * h->image[10] && !e; i++)
        e = hfe_side(h, table + 4 * (i / h->image[10]), i / h->image[10],
                     i % h->image[10], why);
    return e;
}

static enum err hfe_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct hfe *h = calloc(1, sizeof *h);
    enum err e;

    if (!h)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    h->f = f;
    h->list = list;
    h->image = image;
    e = hfe_read(h, why);
    free(h);
    return e;
}

const struct block_format format_hfe = {
    .name = "hfe", .words = "HxC floppy image", .list = hfe_list,
};
