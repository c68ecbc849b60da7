/* embed.c - what a medium holds, within a record. */
#include "machine/media/embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/block/cd/disc.h"
#include "machine/block/floppy/surface.h"
#include "machine/core/bytes.h"

enum { FORM = 1, PIECE = 128 * SECTOR, PIECE_FRAMES = 32,
       PIECE_OF_DISC = PIECE_FRAMES * FRAME, PIECE_MOST = PIECE_OF_DISC,
       PACKED_MOST = PIECE_MOST + 1024 };

/* ---- writing ---- */

static u64 end_of_sectors(const struct block *b)
{
    return b->tracks ? SURFACE_END : b->sectors;
}

/* A piece of the row of sectors, with zeros where the medium has none. */
static enum err read_sectors(struct block *b, u64 number, u8 *to)
{
    u64 at = number * (PIECE / SECTOR);
    bool surface = b->tracks && at >= SURFACE_AT;
    u64 end = surface ? SURFACE_END : b->sectors;
    u64 n = at < end ? end - at : 0;

    n = n < PIECE / SECTOR ? n : PIECE / SECTOR;
    memset(to + n * SECTOR, 0, PIECE - n * SECTOR);
    return n ? b->ops->read(b, at, to, (u32)n) : ERR_OK;
}

static enum err read_frames(struct block *b, u64 number, u8 *to)
{
    u32 first = (u32)number * PIECE_FRAMES;
    enum err e = ERR_OK;

    memset(to, 0, PIECE_OF_DISC);
    for (u32 n = 0; n < PIECE_FRAMES && first + n < b->disc->frames && !e; n++)
        e = disc_read_raw(b, first + n, to + n * FRAME);
    return e;
}

static bool put_piece(struct buf *to, u32 number, const u8 *p, u32 n)
{
    u8 packed[PACKED_MOST];
    uLongf size = sizeof packed;

    if (has_only_zeros(p, n))
        return true;
    if (compress(packed, &size, p, n) != Z_OK)
        return false;
    buf_put(to, number, 4);
    buf_put(to, size, 4);
    buf_put_bytes(to, packed, size);
    return true;
}

static enum err put_pieces(struct buf *to, struct block *b, struct why *why)
{
    u32 size = b->disc ? PIECE_OF_DISC : PIECE;
    u64 bytes = b->disc ? (u64)b->disc->frames * FRAME
                        : end_of_sectors(b) * SECTOR;
    u8 piece[PIECE_MOST];

    for (u64 n = 0; n * size < bytes; n++) {
        enum err e = (b->disc ? read_frames : read_sectors)(b, n, piece);

        if (e)
            return err_say(why, e, "%.150s: %s", b->name, block_error(b, e));
        if (!put_piece(to, (u32)n, piece, size))
            return err_say(why, ERR_NOMEM, "out of memory");
    }
    return ERR_OK;
}

static void put_disc(struct buf *to, const struct disc *d)
{
    buf_put(to, d ? (u64)d->tracks : 0, 1);
    buf_put(to, d ? d->frames : 0, 4);
    for (int n = 0; d && n < d->tracks; n++) {
        const struct disc_track *t = &d->track[n];

        buf_put(to, t->first, 4);
        buf_put(to, t->start, 4);
        buf_put(to, t->end, 4);
        buf_put(to, t->mode, 1);
        buf_put(to, t->number, 1);
    }
}

enum err embed_put(struct buf *to, struct block *b, struct why *why)
{
    struct buf c = { 0 };
    enum err e;

    if (b->sectors > EMBED_MOST / SECTOR)
        return err_say(why, ERR_RANGE, "%.150s: more than %d GB are not "
                       "copied into a record", b->name,
                       (int)(EMBED_MOST >> 30));
    buf_put(&c, b->sectors, 8);
    buf_put(&c, b->cylinders, 4);
    buf_put(&c, b->heads, 4);
    buf_put(&c, b->spt, 4);
    buf_put(&c, b->tracks, 1);
    buf_put(&c, b->odd_size, 1);
    put_disc(&c, b->disc);
    e = put_pieces(&c, b, why);
    buf_put(to, FORM, 1);
    buf_put(to, c.failed ? 0 : crc32_z(0, c.p, c.len), 4);
    buf_put_bytes(to, c.p, c.len);
    if (!e && (c.failed || to->failed))
        e = err_say(why, ERR_NOMEM, "out of memory");
    buf_free(&c);
    return e;
}

/* ---- the copy as a file ---- */

struct piece { u32 number, size; const u8 *p; };

struct embedded {
    struct file f;
    u8 *own;                            /* the copy, packed */
    u32 size;                           /* bytes of a piece */
    struct piece *piece;                /* by number, ascending */
    u32 pieces;
    u32 held;                           /* the piece in `bytes`, plus 1 */
    u8 bytes[PIECE_MOST];
};

static const struct piece *find_piece(const struct embedded *e, u64 number)
{
    u32 low = 0, high = e->pieces;

    while (low < high) {
        u32 mid = low + (high - low) / 2;

        if (e->piece[mid].number < number)
            low = mid + 1;
        else
            high = mid;
    }
    return low < e->pieces && e->piece[low].number == number ? &e->piece[low]
                                                             : NULL;
}

/* Has the bytes of a piece in e->bytes. */
static bool hold_piece(struct embedded *e, u64 number)
{
    const struct piece *p = find_piece(e, number);
    uLongf size = e->size;

    if (e->held == number + 1)
        return true;
    e->held = 0;
    if (!p)
        memset(e->bytes, 0, e->size);
    else if (uncompress(e->bytes, &size, p->p, p->size) != Z_OK ||
             size != e->size)
        return false;
    e->held = (u32)number + 1;
    return true;
}

static enum err embedded_read(struct file *f, u64 at, void *to, size_t n)
{
    struct embedded *e = (struct embedded *)f;
    u8 *p = to;

    while (n) {
        u32 inside = (u32)(at % e->size);
        size_t k = n < e->size - inside ? n : e->size - inside;

        if (!hold_piece(e, at / e->size))
            return file_failed(f, 0);
        memcpy(p, e->bytes + inside, k);
        p += k;
        at += k;
        n -= k;
    }
    return ERR_OK;
}

static void embedded_close(struct file *f)
{
    free(((struct embedded *)f)->piece);
    free(((struct embedded *)f)->own);
    free(f);
}

static const struct file_ops embedded_ops = {
    .read = embedded_read, .close = embedded_close,
};

/* ---- reading ---- */

struct shape {                          /* what stands before the pieces */
    u64 sectors;
    u32 cylinders, heads, spt;
    u8 tracks, odd_size;
    struct disc *disc;                  /* NULL: it is none */
};

static bool get_track(struct buf *b, struct disc *d, int n)
{
    struct disc_track *t = &d->track[n];
    u32 last = n ? d->track[n - 1].end : 0;

    t->first = (u32)buf_get(b, 4);
    t->start = (u32)buf_get(b, 4);
    t->end = (u32)buf_get(b, 4);
    t->mode = (u8)buf_get(b, 1);
    t->number = (u8)buf_get(b, 1);
    t->at = (u64)t->first * FRAME;
    t->size = FRAME;
    return !b->failed && t->first >= last && t->start >= t->first &&
           t->end > t->start && t->end <= d->frames &&
           t->mode <= TRACK_MODE2 && t->number >= 1 && t->number <= DISC_TRACKS;
}

static bool get_disc(struct buf *b, struct shape *s)
{
    int tracks = (int)buf_get(b, 1);
    u32 frames = (u32)buf_get(b, 4);
    bool ok = tracks <= DISC_TRACKS;

    if (!tracks || !ok)
        return ok;
    s->disc = calloc(1, sizeof *s->disc);
    if (!s->disc)
        return false;
    s->disc->tracks = tracks;
    s->disc->frames = frames;
    for (int n = 0; n < tracks && ok; n++)
        ok = get_track(b, s->disc, n);
    return ok;
}

static bool get_shape(struct buf *b, struct shape *s)
{
    s->sectors = buf_get(b, 8);
    s->cylinders = (u32)buf_get(b, 4);
    s->heads = (u32)buf_get(b, 4);
    s->spt = (u32)buf_get(b, 4);
    s->tracks = (u8)buf_get(b, 1);
    s->odd_size = (u8)buf_get(b, 1);
    return get_disc(b, s) && !b->failed && s->sectors &&
           s->sectors <= EMBED_MOST / SECTOR && s->tracks <= 1 &&
           s->odd_size <= SURFACE_SIZES;
}

static bool get_pieces(struct buf *b, struct embedded *e)
{
    u64 most = (b->cap - b->len) / 8, all = e->f.size / e->size + 1, next = 0;

    e->piece = calloc((most < all ? most : all) + 1, sizeof *e->piece);
    while (e->piece && b->len < b->cap) {
        struct piece p = { 0 };

        p.number = (u32)buf_get(b, 4);
        p.size = (u32)buf_get(b, 4);
        p.p = buf_get_bytes(b, p.size);
        if (!p.p || p.number < next || p.number * (u64)e->size >= e->f.size)
            return false;
        next = (u64)p.number + 1;
        e->piece[e->pieces++] = p;
    }
    return e->piece;
}

/* A file of what b reads, which it owns. NULL: the pieces make no sense, or
 * memory is short. */
static struct embedded *embed_file(struct buf *b, const struct shape *s,
                                   const char *name)
{
    struct embedded *e = calloc(1, sizeof *e);

    if (!e) {
        free(b->p);
        return NULL;
    }
    e->own = b->p;
    e->f.ops = &embedded_ops;
    e->f.readonly = e->f.grows_only = true;
    e->f.birth = 1;
    e->size = s->disc ? PIECE_OF_DISC : PIECE;
    e->f.size = s->disc ? (u64)s->disc->frames * FRAME
                : s->tracks ? (u64)SURFACE_END * SECTOR
                            : s->sectors * SECTOR;
    snprintf(e->f.name, sizeof e->f.name, "%s", name);
    if (get_pieces(b, e))
        return e;
    embedded_close(&e->f);
    return NULL;
}

/* The disc is taken over, the file is not where it fails. */
static enum err open_disc_of(struct block **out, struct disc *d,
                             struct file *f, struct why *why)
{
    enum err e;

    for (int n = 0; n < d->tracks; n++)
        d->track[n].f = f;
    e = disc_medium(out, d, f->name, why);
    if (e)
        return e;
    (*out)->file = f;
    (*out)->birth = f->birth;
    (*out)->format = &format_bin;
    snprintf((*out)->name, sizeof (*out)->name, "%s", f->name);
    return ERR_OK;
}

static enum err open_row(struct block **out, const struct shape *s,
                         struct file *f, struct why *why)
{
    const struct open_how how = { .format = "raw", .readonly = true,
                                  .shared = true };
    enum err e = block_open_file(out, f, &how, why);

    if (e)
        return e;
    (*out)->sectors = s->sectors;
    (*out)->cylinders = s->cylinders;
    (*out)->heads = s->heads;
    (*out)->spt = s->spt;
    (*out)->tracks = s->tracks;
    (*out)->odd_size = s->odd_size;
    return ERR_OK;
}

/* Whether the copy is of a form that this program knows, and whole. */
static bool embed_is_whole(struct buf *b)
{
    u64 form = buf_get(b, 1), sum = buf_get(b, 4);

    return !b->failed && form == FORM &&
           sum == crc32_z(0, b->p + b->len, b->cap - b->len);
}

static enum err open_copy(struct block **out, struct buf *b, const char *name,
                          struct why *why)
{
    struct shape s = { 0 };
    bool ok = embed_is_whole(b) && get_shape(b, &s);
    struct embedded *file = ok ? embed_file(b, &s, name) : NULL;
    enum err e;

    if (!file) {
        if (!ok)
            free(b->p);
        free(s.disc);
        return err_say(why, ERR_FORMAT, "%.150s: its copy in the record is "
                       "damaged", name);
    }
    if (!s.disc)
        return open_row(out, &s, &file->f, why);
    e = open_disc_of(out, s.disc, &file->f, why);
    if (e)
        embedded_close(&file->f);
    return e;
}

enum err embed_open(struct block **out, const char *name, const void *bytes,
                    size_t n, struct why *why)
{
    struct buf b = { malloc(n), 0, n, false };

    *out = NULL;
    if (!b.p)
        return err_say(why, ERR_NOMEM, "out of memory");
    memcpy(b.p, bytes, n);
    return open_copy(out, &b, name, why);
}
