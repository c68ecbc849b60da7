/* apridisk.c - format apridisk: floppy images of ApriDisk, for reading.
 *
 * A head of 128 bytes, "ACT Apricot disk image", 1Ah, 4, and zeros; then
 * records in any order: dword type (E31D0001h a sector; 0 in the last byte: it
 * was deleted, 2: a comment, 3: the maker), word 9E90h or, packed, 3E5Ah, word
 * bytes of this head, dword bytes of data, head, sector, word cylinder. Packed
 * data: a word and the byte that is there so many times.
 *
 * Reference: libdsk's documentation, ApriDisk file format (2005). Not modelled:
 * see tracks.h. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/floppy/listing.h"
#include "machine/core/bytes.h"

enum { FILE_HEAD = 128, HEAD = 16, PLAIN = 0x9e90, PACKED = 0x3e5a,
       BIGGEST = 8192, MOST = 8192 };

static const u32 item_sector = 0xe31d0001;

struct apri_sector {
    u16 cylinder;
    u8 head, id;
    bool packed;
    u32 bytes;
    const u8 *data;
};

struct apri {
    u32 n;
    struct apri_sector sector[MOST];
};

static enum err apri_refuse(struct file *f, const char *words,
                            struct why *why)
{
    return err_say(why, ERR_FORMAT, "%.120s: ApriDisk: %s", f->name, words);
}

static enum err apri_record(struct apri *a, struct buf *in, struct file *f,
                            struct why *why)
{
    const u8 *h = buf_get_bytes(in, HEAD), *data;
    u32 more = h ? get_le16(h + 6) : 0, bytes = h ? get_le32(h + 8) : 0;

    if (!h || more < HEAD || !buf_get_bytes(in, more - HEAD))
        return apri_refuse(f, "the file ends in a record's head", why);
    data = buf_get_bytes(in, bytes);
    if (!data)
        return apri_refuse(f, "the file ends in a record", why);
    if (get_le32(h) >> 4 != item_sector >> 4)
        return apri_refuse(f, "a record of a type that does not exist", why);
    if (get_le32(h) != item_sector)
        return ERR_OK;
    if (a->n == MOST || (get_le16(h + 4) != PLAIN &&
                         get_le16(h + 4) != PACKED))
        return apri_refuse(f, a->n == MOST ? "more sectors than a floppy has"
                                           : "an unknown packing", why);
    a->sector[a->n++] = (struct apri_sector){
        get_le16(h + 14), h[12], h[13], get_le16(h + 4) == PACKED, bytes, data
    };
    return ERR_OK;
}

/* Fills `to` with a sector. Its size; 0: more than a sector has. */
static u32 apri_unpack(const struct apri_sector *s, u8 *to)
{
    u32 n = 0;

    if (!s->packed && s->bytes <= BIGGEST)
        memcpy(to, s->data, n = s->bytes);
    for (u32 i = 0; s->packed && i + 3 <= s->bytes; i += 3) {
        u32 times = get_le16(s->data + i);

        if (times > BIGGEST - n)
            return 0;
        memset(to + n, s->data[i + 2], times);
        n += times;
    }
    return n;
}

static enum err apri_add(struct tracks *list, const struct apri_sector *s,
                         struct file *f, struct why *why)
{
    u8 bytes[BIGGEST] = { 0 };
    u8 code = listing_size_code(apri_unpack(s, bytes));

    if (code >= SURFACE_SIZES)
        return apri_refuse(f, "a sector size that does not exist", why);
    return tracks_add(list, &(struct track_sector){
        .cylinder = (u8)s->cylinder, .head = s->head,
        .id_cylinder = (u8)s->cylinder, .id_head = s->head, .id = s->id,
        .size = code, .rate = RATE_250K }, bytes, f, why);
}

/* Track by track, each by the numbers of its sectors; of those that are there
 * twice the first in the file. */
static int apri_order(const void *a, const void *b)
{
    const struct apri_sector *x = a, *y = b;
    int by_track = (x->cylinder * 2 + x->head) - (y->cylinder * 2 + y->head);

    if (by_track || x->id != y->id)
        return by_track ? by_track : x->id - y->id;
    return x->data < y->data ? -1 : x->data > y->data;
}

static enum err apri_sectors(struct tracks *list, struct apri *a,
                             struct file *f, struct why *why)
{
    enum err e = ERR_OK;

    qsort(a->sector, a->n, sizeof *a->sector, apri_order);
    for (u32 i = 0; i < a->n && !e; i++) {
        if (a->sector[i].cylinder >= FLOPPY_CYLINDERS || a->sector[i].head > 1)
            return apri_refuse(f, "a cylinder or head that no floppy drive "
                               "has", why);
        e = apri_add(list, &a->sector[i], f, why);
    }
    return e;
}

static enum err apri_list(struct tracks *list, const u8 *image,
                          struct file *f, struct why *why)
{
    struct buf in = { .p = (u8 *)image, .cap = (size_t)f->size,
                      .len = FILE_HEAD };
    struct apri *a = calloc(1, sizeof *a);
    enum err e = a ? ERR_OK : err_say(why, ERR_NOMEM, "%.120s: out of memory",
                                      f->name);

    while (!e && in.len < in.cap)
        e = apri_record(a, &in, f, why);
    e = e ? e : apri_sectors(list, a, f, why);
    free(a);
    return e;
}

const struct block_format format_apridisk = {
    .name = "apridisk", .words = "ApriDisk floppy image", .list = apri_list,
};
