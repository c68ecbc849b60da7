/* bitcells.c - finds the sectors in the bit cells of a track. */
#include "machine/block/floppy/bitcells.h"

enum {
    BYTE = 16,                          /* cells */
    SYNC = 48, ID = 0xfe, DATA_MARK = 0xfb, DELETED_MARK = 0xf8,
    MOST_GAP = 64 * BYTE,               /* between an ID and its data */
    BIGGEST = 8192, POLYNOMIAL = 0x1021, CRC_OF_SYNC = 0xcdb4,
};

#define A1_THRICE 0x448944894489u       /* cells of A1h that lack a clock */

bool bitcells_unpack(struct bitcells *b, const u8 *p, u32 cells,
                     enum bit_order order)
{
    if (cells == 0 || cells > BITCELLS_MOST)
        return false;
    b->n = cells;
    for (u32 i = 0; i < cells; i++) {
        u32 from = b->start + i < cells ? b->start + i : b->start + i - cells;
        u32 byte = order == BITS_SWAPPED_WORDS ? from / 8 ^ 1 : from / 8;
        u32 bit = order == BITS_LOW_FIRST ? from % 8 : 7 - from % 8;

        b->cell[i] = p[byte] >> bit & 1;
    }
    return true;
}

/* The byte whose cells begin at `at`: every second one is data. */
static u8 cell_byte(const struct bitcells *b, u32 at)
{
    u8 v = 0;

    for (u32 i = 1; i < BYTE; i += 2)
        v = (u8)(v << 1 | b->cell[(at + i) % b->n]);
    return v;
}

static u16 crc_byte(u16 crc, u8 v)
{
    crc ^= (u16)(v << 8);
    for (int k = 0; k < 8; k++)
        crc = (u16)(crc << 1 ^ (crc & 0x8000 ? POLYNOMIAL : 0));
    return crc;
}

/* Bytes from `at` on, up to n; true: the CRC behind them is theirs. */
static bool cell_bytes(const struct bitcells *b, u32 at, u8 mark, u8 *to,
                       u32 n)
{
    u16 crc = crc_byte(CRC_OF_SYNC, mark);

    for (u32 i = 0; i < n; i++, at += BYTE)
        crc = crc_byte(crc, to[i] = cell_byte(b, at));
    crc = crc_byte(crc, cell_byte(b, at));
    return crc_byte(crc, cell_byte(b, at + BYTE)) == 0;
}

/* The next mark whose A1s end before `to`: where the byte behind them begins,
 * which may be past the end of the track; `to` if there is none. */
static u32 next_mark(const struct bitcells *b, u32 from, u32 to)
{
    u32 at = from % b->n;
    u64 last = 0;

    for (u32 i = from; i < to; i++) {
        last = (last << 1 | b->cell[at]) & ((1ull << SYNC) - 1);
        at = at + 1 < b->n ? at + 1 : 0;
        if (last == A1_THRICE)
            return i + 1;
    }
    return to;
}

int bitcells_cylinder(const struct bitcells *b)
{
    u32 end = b->n + SYNC;

    for (u32 at = next_mark(b, 0, end); at < end; at = next_mark(b, at, end))
        if (cell_byte(b, at) == ID)
            return cell_byte(b, at + BYTE);
    return -1;
}

/* Reads what follows an ID whose mark begins at `at`. */
static void read_field(const struct bitcells *b, u32 at,
                       struct track_sector *s, u8 *data)
{
    u32 from = at + 7 * BYTE, end = from + MOST_GAP;
    u32 mark = next_mark(b, from, end);
    u8 kind = mark < end ? cell_byte(b, mark) : ID;

    if (kind < DELETED_MARK || kind > DATA_MARK) {
        s->flags |= TRACK_NO_DATA;
        return;
    }
    if (!cell_bytes(b, mark + BYTE, kind, data, surface_size(s->size)))
        s->flags |= TRACK_CRC;
    if (kind <= DELETED_MARK + 1)
        s->flags |= TRACK_DELETED;
}

static enum err list_sector(const struct bitcells *b, u32 at,
                            struct tracks *list,
                            const struct track_sector *where, struct file *f,
                            struct why *why)
{
    struct track_sector s = *where;
    u8 id[4], data[BIGGEST];
    bool sound = cell_bytes(b, at + BYTE, ID, id, sizeof id);

    s.id_cylinder = id[0];
    s.id_head = id[1];
    s.id = id[2];
    s.size = id[3];
    s.flags = sound ? 0 : TRACK_ID_CRC;
    if (s.size >= SURFACE_SIZES)        /* a controller can't read it, either */
        return ERR_OK;
    s.bytes = (u16)(b->n / BYTE);
    s.placed = true;
    s.begin = (u16)((u64)((at - SYNC) % b->n) * 65536 / b->n);
    read_field(b, at, &s, data);
    return tracks_add(list, &s, data, f, why);
}

enum err bitcells_list(const struct bitcells *b, struct tracks *list,
                       const struct track_sector *where, struct file *f,
                       struct why *why)
{
    u32 end = b->n + SYNC;
    enum err e = ERR_OK;

    for (u32 at = next_mark(b, 0, end); at < end && !e;
         at = next_mark(b, at, end))
        if (cell_byte(b, at) == ID)
            e = list_sector(b, at, list, where, f, why);
    return e;
}
