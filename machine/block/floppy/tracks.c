/* tracks.c - floppy images of tracks as a row of sectors. */
#include "machine/block/floppy/trackrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"

enum { MOST_FILE = 16 << 20 };

/* Words for each enum track_note. */
static const struct { const char *name, *words; } notes[NOTES] = {
    [NOTE_MISSING] = { "missing", "not on the disk: zeros" },
    [NOTE_ABSENT] = { "absent", "without data in the image: zeros" },
    [NOTE_CRC] = { "crc-errors", "read with a wrong CRC" },
    [NOTE_DELETED] = { "deleted", "with a deleted mark" },
    [NOTE_SIZE] = { "odd-sizes", "of another size than most: not in a raw "
                                 "image" },
    [NOTE_NUMBER] = { "odd-numbers", "of a number that other tracks lack: "
                                     "not in a raw image" },
    [NOTE_TWICE] = { "repeated", "more than once on a track: the first "
                                 "sound one is in a raw image" },
    [NOTE_ID] = { "odd-ids", "of an ID with another cylinder or head than "
                             "the track's: by the track in a raw image" },
    [NOTE_ORDER] = { "reordered", "not in the order of their numbers on the "
                                  "track (interleave)" },
    [NOTE_NO_DATA] = { "no-data", "without a data field: an ID alone" },
    [NOTE_ID_CRC] = { "id-crc-errors", "with a wrong CRC of their ID" },
    [NOTE_SUM] = { "checksums", "not of the image's own checksum: maybe "
                                "damaged" },
};

/* ---- listing ---- */

static void tracks_free(struct tracks *t)
{
    if (t)
        buf_free(&t->data);
    free(t);
}

enum err tracks_add(struct tracks *t, const struct track_sector *s,
                    const u8 *bytes, struct file *f, struct why *why)
{
    if (s->cylinder >= FLOPPY_CYLINDERS || s->head >= TRACK_HEADS)
        return err_say(why, ERR_FORMAT, "%.120s: cylinder %u, head %u: no "
                       "floppy drive has them", f->name, s->cylinder, s->head);
    if (t->n == TRACKS_LISTED)
        return err_say(why, ERR_FORMAT, "%.120s: more than %d sectors: no "
                       "floppy disk has so many", f->name, TRACKS_LISTED);
    t->at[t->n] = t->data.len;
    if (bytes && !(s->flags & (TRACK_ABSENT | TRACK_NO_DATA)))
        buf_put_bytes(&t->data, bytes, surface_size(s->size));
    else
        t->at[t->n] = SIZE_MAX;
    t->sector[t->n++] = *s;
    return t->data.failed ? err_say(why, ERR_NOMEM, "%.120s: out of memory",
                                    f->name) : ERR_OK;
}

/* ---- the tracks ---- */

static u8 *track_area(struct track_block *t, u32 track)
{
    return t->surface + (size_t)track * SURFACE_TRACK * SECTOR;
}

/* Where the data of sector n of the list goes: into the row, or behind the
 * list of its track. NULL: there is no room. */
static u8 *data_place(struct track_block *t, const struct tracks *list, u32 n,
                      u32 *at)
{
    const struct track_sector *s = &list->sector[n];
    u32 track = s->cylinder * TRACK_HEADS + s->head, *used = &t->used[track];
    u64 row = trackrow_of(t, list, n);
    u32 begin = *used, size = surface_size(s->size);

    if (row < t->held) {
        *at = (u32)row << s->size;
        return t->bytes + row * size;
    }
    if (begin % SECTOR + size > SECTOR)
        begin = (begin + SECTOR - 1) / SECTOR * SECTOR;
    if (begin + size > SURFACE_ROOM)
        return NULL;
    *used = begin + size;
    *at = (u32)surface_track_at(s->cylinder, s->head) * (SECTOR /
                                                         SURFACE_PIECE) +
          (SURFACE_LIST + begin) / SURFACE_PIECE;
    return track_area(t, track) + SURFACE_LIST + begin;
}

static u8 surface_flags(u8 flags)
{
    static const struct { u8 from, to; } of[] = {
        { TRACK_CRC, SURFACE_CRC }, { TRACK_DELETED, SURFACE_DELETED },
        { TRACK_NO_DATA, SURFACE_NO_DATA }, { TRACK_ID_CRC, SURFACE_ID_CRC },
    };
    u8 to = 0;

    for (size_t i = 0; i < COUNT_OF(of); i++)
        to |= flags & of[i].from ? of[i].to : 0;
    return to;
}

static enum err lay_sector(struct track_block *t, const struct tracks *list,
                           u32 n, struct surface *to)
{
    const struct track_sector *s = &list->sector[n];
    struct surface_sector k = {
        s->id_cylinder, s->id_head, s->id, s->size, surface_flags(s->flags),
        s->begin, 0
    };
    u8 *p = to->n < SURFACE_MOST ? data_place(t, list, n, &k.at) : NULL;

    if (!p)
        return ERR_FORMAT;
    if (list->at[n] != SIZE_MAX)
        memcpy(p, list->data.p + list->at[n], surface_size(s->size));
    to->sector[to->n++] = k;
    return ERR_OK;
}

/* What a plain disk has none of: then the time that things take may be what
 * somebody looks at. */
static bool is_exact(const struct surface *s, const struct track_sector *first,
                     const struct track_usual *u)
{
    u64 seen[4] = { 0 };

    for (int i = 0; i < s->n; i++) {
        const struct surface_sector *k = &s->sector[i];

        if (k->flags || k->n != u->size || k->c != first->cylinder ||
            k->h != first->head || k->r > u->before + FLOPPY_SPT ||
            k->r <= u->before ||
            (seen[k->r / 64] >> k->r % 64 & 1))
            return true;
        seen[k->r / 64] |= 1ull << k->r % 64;
    }
    return false;
}

/* Without better knowledge the sectors lie one behind the other, and what is
 * left of the turn is shared out between them. */
static void spread_sectors(struct surface *s)
{
    u32 total = 0, begin = 0, gap = 0;

    for (int i = 0; i < s->n; i++)
        total += surface_size(s->sector[i].n) + SURFACE_FRAME;
    if (s->n && total < s->bytes)
        gap = (s->bytes - total) / s->n;
    total += gap * s->n;
    for (int i = 0; i < s->n; i++) {
        s->sector[i].begin = (u16)((u64)begin * 65536 / total);
        begin += surface_size(s->sector[i].n) + SURFACE_FRAME + gap;
    }
}

/* Some programs write any data rate into their images; one that the plain
 * sectors of a track don't fit in is not believed. */
static u8 believable_rate(const struct surface *s)
{
    int plain = 0;

    for (int i = 0; i < s->n; i++)
        plain += s->sector[i].n == TRACK_BYTES;
    if (plain > 24)
        return RATE_1M;
    return plain > 11 && s->rate != RATE_1M ? RATE_500K : s->rate;
}

static enum err lay_track(struct track_block *t, const struct tracks *list,
                          u32 *n)
{
    const struct track_sector *first = &list->sector[*n];
    struct surface s = { .rate = first->rate, .fm = first->fm,
                         .bytes = first->bytes };
    enum err e = ERR_OK;

    for (; *n < list->n && !e; ++*n) {
        const struct track_sector *k = &list->sector[*n];

        if (k->cylinder != first->cylinder || k->head != first->head)
            break;
        if (!(k->flags & TRACK_BARE))
            e = lay_sector(t, list, *n, &s);
    }
    s.rate = believable_rate(&s);
    if (!s.bytes)
        s.bytes = surface_bytes(s.rate, s.fm);
    s.exact = is_exact(&s, first, &t->usual);
    if (!first->placed)
        spread_sectors(&s);
    surface_pack(&s, track_area(t, first->cylinder * TRACK_HEADS +
                                       first->head));
    return e;
}

static enum err lay_tracks(struct track_block *t, const struct tracks *list,
                           struct file *f, struct why *why)
{
    enum err e = ERR_OK;

    for (u32 n = 0; n < list->n && !e;) {
        const struct track_sector *k = &list->sector[n];

        e = lay_track(t, list, &n);
        if (e)
            err_say(why, e, "%.120s: cylinder %u, head %u: more sectors than "
                    "fit on a track", f->name, k->cylinder, k->head);
    }
    return e;
}

/* ---- the medium ---- */

/* Past the bytes there are the tracks by which a drive lengthens it, then the
 * lists. */
static enum err tracks_read(struct block *b, u64 sector, void *buf, u32 n)
{
    const struct track_block *t = (const struct track_block *)b;
    u64 row = (((u64)t->held << t->usual.size) + 3) / 4;
    u64 have = sector >= row ? 0 : row - sector;

    if (sector >= SURFACE_AT) {
        memcpy(buf, t->surface + (sector - SURFACE_AT) * SECTOR,
               (size_t)n * SECTOR);
        return ERR_OK;
    }
    have = have < n ? have : n;
    if (have)
        memcpy(buf, t->bytes + sector * SECTOR, (size_t)have * SECTOR);
    memset((u8 *)buf + have * SECTOR, 0, (size_t)(n - have) * SECTOR);
    return ERR_OK;
}

static void tracks_drop(struct track_block *t)
{
    free(t->taken);
    free(t->surface);
    free(t->bytes);
    free(t);
}

static void tracks_close(struct block *b)
{
    file_close(b->file);
    tracks_drop((struct track_block *)b);
}

static void describe_note(const struct track_block *t, enum track_note n,
                          struct block_details *d)
{
    const struct track_noted *k = &t->note[n];
    char line[200];
    int len = snprintf(line, sizeof line, "%u sector%s %s (the first: "
                       "cylinder %u, head %u, sector %u)\n", k->n,
                       k->n == 1 ? "" : "s", notes[n].words,
                       k->first.cylinder, k->first.head, k->first.id);

    buf_put_bytes(&d->text, line, (size_t)len);
    len = snprintf(line, sizeof line, ", \"%s\": %u", notes[n].name, k->n);
    buf_put_bytes(&d->json, line, (size_t)len);
}

static void tracks_describe(struct block *b, struct block_details *d)
{
    const struct track_block *t = (const struct track_block *)b;
    char line[120];
    int n = snprintf(line, sizeof line, "%u of %llu sectors are in the image; "
                     "it can't be written to\n", t->placed,
                     (unsigned long long)t->held);

    buf_put_bytes(&d->text, line, (size_t)n);
    n = snprintf(line, sizeof line, "\"sectors\": %u", t->placed);
    buf_put_bytes(&d->json, line, (size_t)n);
    for (int i = 0; i < NOTES; i++)
        if (t->note[i].n)
            describe_note(t, (enum track_note)i, d);
}

static const struct block_ops tracks_ops = {
    .read = tracks_read, .close = tracks_close, .describe = tracks_describe,
};

static struct track_block *tracks_make(const struct tracks *list)
{
    struct track_block *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    trackrow_measure(t, list);
    t->taken = calloc((size_t)t->held + 1, sizeof *t->taken);
    t->bytes = calloc((size_t)t->b.sectors + 1, SECTOR);
    t->surface = calloc(SURFACE_END - SURFACE_AT, SECTOR);
    if (t->taken && t->bytes && t->surface)
        return t;
    tracks_drop(t);
    return NULL;
}

static enum err make_medium(struct block **out, const struct tracks *list,
                            struct file *f, struct why *why)
{
    struct track_block *t = tracks_make(list);
    enum err e;

    if (!t)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    t->b.ops = &tracks_ops;
    t->b.readonly = true;
    if (!t->held)
        e = err_say(why, ERR_FORMAT, "%.120s: no track has a sector: an image "
                    "of an empty disk", f->name);
    else {
        trackrow_choose(t, list);
        e = lay_tracks(t, list, f, why);
    }
    if (e)
        tracks_drop(t);
    else
        *out = &t->b;
    return e;
}

/* The whole image in memory, to be freed. */
static enum err load_image(u8 **bytes, struct file *f, struct why *why)
{
    enum err e;

    if (f->size > MOST_FILE)
        return err_say(why, ERR_FORMAT, "%.120s: %llu bytes: too large for an "
                       "image of a floppy disk", f->name,
                       (unsigned long long)f->size);
    *bytes = malloc((size_t)f->size + 1);
    if (!*bytes)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    e = file_read(f, 0, *bytes, (size_t)f->size);
    return e ? file_say(f, e, why) : ERR_OK;
}

enum err tracks_open(struct block **out, struct file *f, tracks_lister *lister,
                     struct why *why)
{
    struct tracks *list = calloc(1, sizeof *list);
    u8 *image = NULL;
    enum err e = list ? load_image(&image, f, why)
                      : err_say(why, ERR_NOMEM, "%.120s: out of memory",
                                f->name);

    e = e ? e : lister(list, image, f, why);
    e = e ? e : make_medium(out, list, f, why);
    free(image);
    tracks_free(list);
    return e;
}
