/* anadisk.c - format ana: dumps of floppies by AnaDisk, for reading.
 *
 * The file is a row of sectors in the order in which the drive met them. Before
 * the data of each stand eight bytes: cylinder and head of the drive; C, H, R
 * and N of the ID field; word: bytes of data, 0 when it could not be read.
 *
 * Nothing says how fast the disk was recorded; what its tracks hold has to.
 *
 * Reference: Sydex, AnaDisk 2.0 manual (1989), Dump. Not modelled: dumps without
 * these headers; see tracks.h. */
#include "machine/block/floppy/unsigned.h"

#include "machine/block/floppy/listing.h"
#include "machine/core/bytes.h"

enum { HEAD = 8, LEAST = 4 };

/* Whether a sector's head may stand there; *bytes: of its data. */
static bool ana_head(const u8 *h, u32 *bytes)
{
    *bytes = get_le16(h + 6);
    return h[0] < FLOPPY_CYLINDERS && h[1] < 2 && h[5] < SURFACE_SIZES &&
           (*bytes == 0 || *bytes == surface_size(h[5]));
}

/* A few sectors in a row, most with data, each with a number of its own. */
bool is_anadisk(const struct probe *p)
{
    size_t at = 0;
    u32 bytes, whole = 0, n = 0, last = 256;

    for (; at + HEAD <= p->head_size; at += HEAD + bytes, n++) {
        if (!ana_head(p->head + at, &bytes) || p->head[at + 4] == last ||
            at + HEAD + bytes > p->size)
            return false;
        last = p->head[at + 4];
        whole += bytes != 0;
    }
    return whole >= LEAST && 2 * whole > n;
}

/* The rate that the fullest track needs. */
static u8 ana_rate(const u8 *image, u64 size)
{
    u32 most = 0, track = 0, here = 0, bytes;

    for (u64 at = 0; at + HEAD <= size && ana_head(image + at, &bytes);
         at += HEAD + bytes) {
        u32 now = image[at] * 2u + image[at + 1];

        here = now == track ? here : 0;
        track = now;
        here += surface_size(image[at + 5]) + SURFACE_FRAME;
        most = here > most ? here : most;
    }
    return most > 13000 ? RATE_1M : most > 6500 ? RATE_500K : RATE_250K;
}

static enum err ana_sector(struct tracks *list, struct buf *in, u8 rate,
                           struct file *f, struct why *why)
{
    const u8 *h = buf_get_bytes(in, HEAD), *data;
    u32 bytes = 0;

    if (!h || !ana_head(h, &bytes))
        return err_say(why, ERR_FORMAT, "%.120s: AnaDisk: no sector's head at "
                       "byte %zu, as there has to be", f->name,
                       h ? in->len - HEAD : in->len);
    data = buf_get_bytes(in, bytes);
    if (!data)
        return err_say(why, ERR_FORMAT, "%.120s: AnaDisk: the file ends in a "
                       "sector of cylinder %u, head %u", f->name, h[0], h[1]);
    return tracks_add(list, &(struct track_sector){
        .cylinder = h[0], .head = h[1], .id_cylinder = h[2], .id_head = h[3],
        .id = h[4], .size = h[5], .rate = rate,
        .flags = bytes ? 0 : TRACK_NO_DATA }, data, f, why);
}

static enum err ana_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct buf in = { .p = (u8 *)image, .cap = (size_t)f->size };
    u8 rate = ana_rate(image, f->size);
    enum err e = ERR_OK;

    while (!e && in.len < in.cap)
        e = ana_sector(list, &in, rate, f, why);
    return e;
}

const struct block_format format_ana = {
    .name = "ana", .words = "AnaDisk floppy image", .list = ana_list,
};
