/* mapped.c - formats dcp, dcf: floppy images with a map of the tracks that they
 * hold, for reading.
 *
 *     +------+----------------------+------+-------------------------------+
 *     | type | a byte for each track| flag | the tracks that are there, as |
 *     |      |                      |      | they are                      |
 *     +------+----------------------+------+-------------------------------+
 *
 * dcp   of Disk Image Pro (PC-98); 160 or 161 tracks, as its descriptions
 *       differ; 1: the track is there. The flag says that all are, though not
 *       reliably. The file's size tells which of these holds
 * dcf   of CisCopy; 80 or 160 tracks, of which a one-sided disk has every
 *       second; 4Ch: the track is there. The flag: 1, 2: the data is packed
 *
 * Reference: pc98.org, DCU/DCP File Format; the notes on CisCopy by N.
 * Portillo. Not modelled: CisCopy's packing; see tracks.h. */
#include "machine/block/floppy/unsigned.h"

#include "machine/block/floppy/listing.h"

enum { DCP_MAP = 160, DCP_HEAD = 162, DCP_MIXED = 0x11, DCF_THERE = 0x4c,
       DCF_OMITTED = 0xfa, DCF_LEFT_OUT = 0xfe };

struct mapped_type { u8 type, cylinders, heads, spt, size, rate; };

static const struct mapped_type dcp_types[] = {
    { 0x01, 77, 2,  8, 3, RATE_500K }, { 0x02, 80, 2, 15, 2, RATE_500K },
    { 0x03, 80, 2, 18, 2, RATE_500K }, { 0x04, 80, 2,  8, 2, RATE_250K },
    { 0x05, 80, 2,  9, 2, RATE_250K }, { 0x08, 80, 2,  9, 3, RATE_500K },
    { 0x11, 77, 2, 26, 1, RATE_500K }, { 0x19, 80, 2, 16, 1, RATE_250K },
    { 0x21, 80, 2, 26, 1, RATE_500K }, { 0 }
};
static const struct mapped_type dcf_types[] = {
    { 1, 40, 1,  8, 2, RATE_250K }, { 2, 40, 1,  9, 2, RATE_250K },
    { 3, 40, 2,  8, 2, RATE_250K }, { 4, 40, 2,  9, 2, RATE_250K },
    { 5, 80, 2,  9, 2, RATE_250K }, { 6, 80, 2, 15, 2, RATE_500K },
    { 7, 80, 2, 18, 2, RATE_500K }, { 0 }
};

struct mapped {
    const struct mapped_type *type;
    u8 there;                           /* in the map */
    bool all;                           /* whatever the map says */
    int step;                           /* of the map, from track to track */
    u32 data;                           /* where it begins */
};

static const struct mapped_type *mapped_find(const struct mapped_type *t,
                                             u8 type)
{
    while (t->type && t->type != type)
        t++;
    return t->type ? t : NULL;
}

/* The first side of cylinder 0 of BASIC's disks is in single density. */
static struct plain_track mapped_track(const struct mapped *m, int n)
{
    const struct mapped_type *t = m->type;
    bool fm = t->type == DCP_MIXED && n == 0;

    return (struct plain_track){
        .cylinder = (u8)(n / t->heads), .head = (u8)(n % t->heads),
        .spt = t->spt, .size = fm ? 0 : t->size, .rate = t->rate, .fm = fm,
    };
}

static bool mapped_there(const struct mapped *m, const u8 *h, int n)
{
    return m->all || h[1 + n * m->step] == m->there;
}

static u32 mapped_bytes(const struct mapped *m, int n)
{
    struct plain_track t = mapped_track(m, n);

    return t.spt * surface_size(t.size);
}

static u64 mapped_total(const struct mapped *m, const u8 *h)
{
    u64 sum = 0;

    for (int n = 0; n < m->type->cylinders * m->type->heads; n++)
        sum += mapped_there(m, h, n) ? mapped_bytes(m, n) : 0;
    return sum;
}

static enum err mapped_list(struct tracks *list, const struct mapped *m,
                            const u8 *image, struct file *f, struct why *why)
{
    u64 at = m->data;
    enum err e = ERR_OK;

    for (int n = 0; n < m->type->cylinders * m->type->heads && !e; n++) {
        struct plain_track t = mapped_track(m, n);
        bool there = mapped_there(m, image, n);
        u32 bytes = mapped_bytes(m, n);

        if (there && bytes > f->size - at)
            return err_say(why, ERR_FORMAT, "%.120s: the file ends in cylinder "
                           "%u, head %u", f->name, t.cylinder, t.head);
        e = listing_plain(list, &t, there ? image + at : NULL, f, why);
        at += there ? bytes : 0;
    }
    return e;
}

/* ---- DCP ---- */

/* Finds the header and the tracks that add up to the file's size. */
static bool dcp_layout(const u8 *h, u64 size, struct mapped *m)
{
    *m = (struct mapped){ .type = mapped_find(dcp_types, h[0]), .there = 1,
                          .step = 1 };
    for (int i = 0; i < 4 && m->type; i++) {
        m->data = DCP_HEAD + (i & 1);
        m->all = i >= 2;
        if (m->data + mapped_total(m, h) == size)
            return size > m->data;
    }
    return false;
}

bool is_dcp(const struct probe *p)
{
    struct mapped m;

    if (p->head_size <= DCP_HEAD)
        return false;
    for (int i = 1; i < DCP_HEAD; i++)
        if (p->head[i] > 1)
            return false;
    return dcp_layout(p->head, p->size, &m);
}

static enum err dcp_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    struct mapped m;

    if (f->size <= DCP_HEAD || !dcp_layout(image, f->size, &m))
        return err_say(why, ERR_FORMAT, "%.120s: DCP: the file has not the "
                       "size that its map of tracks asks for", f->name);
    return mapped_list(list, &m, image, f, why);
}

/* ---- CisCopy ---- */

/* The place of the flag; 0: it is not such an image. */
static u32 dcf_flag(const u8 *h, size_t n)
{
    const struct mapped_type *t = n ? mapped_find(dcf_types, h[0]) : NULL;
    u32 tracks = t && t->cylinders == 40 ? 80 : DCP_MAP;

    if (!t || n < tracks + 2)
        return 0;
    for (u32 i = 1; i <= tracks; i++)
        if (h[i] != DCF_THERE && h[i] != DCF_OMITTED && h[i] != DCF_LEFT_OUT)
            return 0;
    return h[tracks + 1] <= 2 ? tracks + 1 : 0;
}

bool is_ciscopy(const struct probe *p)
{
    return dcf_flag(p->head, p->head_size) != 0;
}

static enum err dcf_list(struct tracks *list, const u8 *image,
                         struct file *f, struct why *why)
{
    u32 flag = dcf_flag(image, (size_t)f->size);
    struct mapped m = { .there = DCF_THERE, .data = flag + 1 };

    if (!flag)
        return err_say(why, ERR_FORMAT, "%.120s: CisCopy: a damaged map of "
                       "tracks", f->name);
    if (image[flag])
        return err_say(why, ERR_FORMAT, "%.120s: CisCopy: its data is packed "
                       "in a way that nobody has described; CisCopy unpacks "
                       "it", f->name);
    m.type = mapped_find(dcf_types, image[0]);
    m.step = m.type->heads == 1 ? 2 : 1;
    return mapped_list(list, &m, image, f, why);
}

const struct block_format format_dcp = {
    .name = "dcp", .words = "DCP floppy image", .list = dcp_list,
};
const struct block_format format_dcf = {
    .name = "dcf", .words = "CisCopy floppy image", .list = dcf_list,
};
