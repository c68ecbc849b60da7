/* tracks.c - floppy images of tracks as a row of sectors. */
#include "machine/block/tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"

enum { HEADS = 2, MOST_LISTED = 8192, MOST_FILE = 16 << 20, IDS = 64 };

/* What a row of sectors doesn't show. */
enum note {
    NOTE_MISSING, NOTE_ABSENT, NOTE_CRC, NOTE_DELETED, NOTE_SIZE, NOTE_NUMBER,
    NOTE_TWICE, NOTE_ID, NOTE_ORDER, NOTE_SUM, NOTES
};

static const struct { const char *name, *words; } notes[NOTES] = {
    [NOTE_MISSING] = { "missing", "not on the disk: zeros" },
    [NOTE_ABSENT] = { "absent", "without data in the image: zeros" },
    [NOTE_CRC] = { "crc-errors", "read with a wrong CRC: a guest gets what "
                                 "was read, without an error" },
    [NOTE_DELETED] = { "deleted", "with a deleted mark: a guest gets plain "
                                  "ones" },
    [NOTE_SIZE] = { "odd-sizes", "of another size than 512 bytes: left out" },
    [NOTE_NUMBER] = { "odd-numbers", "of a number that other tracks lack: "
                                     "left out" },
    [NOTE_TWICE] = { "repeated", "more than once on a track: the first "
                                 "sound one counts" },
    [NOTE_ID] = { "odd-ids", "of an ID with another cylinder or head than "
                             "the track's: taken by the track" },
    [NOTE_ORDER] = { "reordered", "not in the order of their numbers on the "
                                  "track (interleave): the order is not kept" },
    [NOTE_SUM] = { "checksums", "not of the image's own checksum: maybe "
                                "damaged" },
};

struct place { u8 cylinder, head, id; };

struct noted {
    u32 n;
    struct place first;
};

struct tracks {
    u32 n;
    struct track_sector sector[MOST_LISTED];
    u8 bytes[MOST_LISTED][SECTOR];
};

/* Which of the numbers from 1 on are on a track, in 512 bytes. */
struct track_map { u64 there[FLOPPY_CYLINDERS][HEADS]; };

struct track_block {
    struct block b;
    struct noted note[NOTES];
    u32 placed;
    u8 *rank;                           /* of each sector: 0 missing, 1 not
                                         * sound, 2 sound */
    u8 *bytes;
    u64 held;                           /* sectors in bytes */
};

/* ---- listing ---- */

struct tracks *tracks_new(void)
{
    return calloc(1, sizeof(struct tracks));
}

void tracks_free(struct tracks *t)
{
    free(t);
}

enum err tracks_add(struct tracks *t, const struct track_sector *s,
                    const u8 *bytes, struct file *f, struct why *why)
{
    if (s->cylinder >= FLOPPY_CYLINDERS || s->head >= HEADS)
        return err_say(why, ERR_FORMAT, "%.120s: cylinder %u, head %u: no "
                       "floppy drive has them", f->name, s->cylinder, s->head);
    if (t->n == MOST_LISTED)
        return err_say(why, ERR_FORMAT, "%.120s: more than %d sectors: no "
                       "floppy disk has so many", f->name, MOST_LISTED);
    if (bytes && s->size == TRACK_BYTES && !(s->flags & TRACK_ABSENT))
        memcpy(t->bytes[t->n], bytes, SECTOR);
    t->sector[t->n++] = *s;
    return ERR_OK;
}

enum err tracks_load(u8 **bytes, struct file *f, struct why *why)
{
    enum err e;

    *bytes = NULL;
    if (f->size > MOST_FILE)
        return err_say(why, ERR_FORMAT, "%.120s: %llu bytes: too large for an "
                       "image of a floppy disk", f->name,
                       (unsigned long long)f->size);
    *bytes = malloc((size_t)f->size + 1);
    if (!*bytes)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    e = file_read(f, 0, *bytes, (size_t)f->size);
    if (e) {
        free(*bytes);
        *bytes = NULL;
        return file_say(f, e, why);
    }
    return ERR_OK;
}

/* ---- the geometry ---- */

static bool is_usual(const struct track_sector *s)
{
    return s->size == TRACK_BYTES && s->id >= 1 && s->id < IDS &&
           !(s->flags & TRACK_BARE);
}

static void map_tracks(const struct tracks *t, struct track_map *m)
{
    memset(m, 0, sizeof *m);
    for (u32 i = 0; i < t->n; i++) {
        const struct track_sector *s = &t->sector[i];

        if (is_usual(s))
            m->there[s->cylinder][s->head] |= 1ull << s->id;
    }
}

/* How many numbers from 1 on follow each other without a gap. */
static u32 run_of(u64 there)
{
    u32 n = 0;

    while (n < FLOPPY_SPT && (there >> (n + 1) & 1))
        n++;
    return n;
}

/* What most tracks have; of two the larger, lest something is left out. */
static u32 usual_spt(const struct track_map *m)
{
    u32 votes[FLOPPY_SPT + 1] = { 0 }, best = 0;

    for (int c = 0; c < FLOPPY_CYLINDERS; c++)
        for (int h = 0; h < HEADS; h++)
            votes[run_of(m->there[c][h])]++;
    for (u32 n = 1; n <= FLOPPY_SPT; n++)
        if (votes[n] && (!best || votes[n] >= votes[best]))
            best = n;
    return best;
}

static void measure_disk(struct block *b, const struct track_map *m)
{
    b->spt = usual_spt(m);
    for (u32 c = 0; c < FLOPPY_CYLINDERS; c++)
        for (u32 h = 0; h < HEADS; h++)
            if (m->there[c][h] & ((2ull << b->spt) - 2)) {
                b->cylinders = c + 1;
                b->heads = h + 1 > b->heads ? h + 1 : b->heads;
            }
    b->sectors = (u64)b->cylinders * b->heads * b->spt;
    b->tracks = true;
}

/* ---- the row ---- */

static void take_note(struct track_block *t, enum note n, struct place at)
{
    if (t->note[n].n++ == 0)
        t->note[n].first = at;
}

static u64 row_place(const struct block *b, struct place p)
{
    return ((u64)p.cylinder * b->heads + p.head) * b->spt + p.id - 1;
}

static void note_flags(struct track_block *t, const struct track_sector *s,
                       struct place at)
{
    static const struct { u8 flag; enum note note; } of[] = {
        { TRACK_ABSENT, NOTE_ABSENT }, { TRACK_CRC, NOTE_CRC },
        { TRACK_DELETED, NOTE_DELETED }, { TRACK_SUM, NOTE_SUM },
    };

    for (size_t i = 0; i < COUNT_OF(of); i++)
        if (s->flags & of[i].flag)
            take_note(t, of[i].note, at);
    if (s->id_cylinder != s->cylinder || s->id_head != s->head)
        take_note(t, NOTE_ID, at);
}

static void place_sector(struct track_block *t, const struct track_sector *s,
                         const u8 *bytes)
{
    struct place at = { s->cylinder, s->head, s->id };
    u8 rank = s->flags & (TRACK_CRC | TRACK_ABSENT | TRACK_SUM) ? 1 : 2;
    u64 to;

    if (s->size != TRACK_BYTES) {
        take_note(t, NOTE_SIZE, at);
        return;
    }
    if (!is_usual(s) || s->id > t->b.spt) {
        take_note(t, NOTE_NUMBER, at);
        return;
    }
    note_flags(t, s, at);
    to = row_place(&t->b, at);
    if (t->rank[to])
        take_note(t, NOTE_TWICE, at);
    else
        t->placed++;
    if (rank <= t->rank[to])
        return;
    memcpy(t->bytes + to * SECTOR, bytes, SECTOR);
    t->rank[to] = rank;
}

static void note_missing(struct track_block *t)
{
    for (u64 i = 0; i < t->held; i++) {
        u64 track = i / t->b.spt;
        struct place at = { (u8)(track / t->b.heads), (u8)(track % t->b.heads),
                            (u8)(i % t->b.spt + 1) };

        if (!t->rank[i])
            take_note(t, NOTE_MISSING, at);
    }
}

static void place_all(struct track_block *t, const struct tracks *list)
{
    for (u32 i = 0; i < list->n; i++) {
        const struct track_sector *s = &list->sector[i], *last = s - 1;

        place_sector(t, s, list->bytes[i]);
        if (i && last->cylinder == s->cylinder && last->head == s->head &&
            is_usual(s) && is_usual(last) && s->id < last->id)
            take_note(t, NOTE_ORDER,
                      (struct place){ s->cylinder, s->head, s->id });
    }
    note_missing(t);
}

/* ---- the medium ---- */

/* Past the bytes there are the tracks by which a drive lengthens it. */
static enum err tracks_read(struct block *b, u64 sector, void *buf, u32 n)
{
    const struct track_block *t = (const struct track_block *)b;
    u64 have = sector >= t->held ? 0 : t->held - sector;

    have = have < n ? have : n;
    if (have)
        memcpy(buf, t->bytes + sector * SECTOR, (size_t)have * SECTOR);
    memset((u8 *)buf + have * SECTOR, 0, (size_t)(n - have) * SECTOR);
    return ERR_OK;
}

static void tracks_drop(struct track_block *t)
{
    free(t->rank);
    free(t->bytes);
    free(t);
}

static void tracks_close(struct block *b)
{
    file_close(b->file);
    tracks_drop((struct track_block *)b);
}

static void describe_note(const struct track_block *t, enum note n,
                          struct block_details *d)
{
    const struct noted *k = &t->note[n];
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
            describe_note(t, (enum note)i, d);
}

static const struct block_ops tracks_ops = {
    .read = tracks_read, .close = tracks_close, .describe = tracks_describe,
};

/* A disk of another machine would be mostly holes. */
static enum err tracks_judge(const struct track_block *t, u32 listed,
                             struct file *f, struct why *why)
{
    if (t->placed >= listed - t->placed)
        return ERR_OK;
    return err_say(why, ERR_FORMAT, "%.120s: only %u of its %u sectors have "
                   "512 bytes and are numbered from 1 to %u: not a disk of a "
                   "PC", f->name, t->placed, listed, t->b.spt);
}

static struct track_block *tracks_make(const struct tracks *list)
{
    struct track_block *t = calloc(1, sizeof *t);
    struct track_map *m = malloc(sizeof *m);

    if (t && m) {
        map_tracks(list, m);
        measure_disk(&t->b, m);
        t->held = t->b.sectors;
        t->rank = calloc((size_t)t->held + 1, 1);
        t->bytes = calloc((size_t)t->held + 1, SECTOR);
    }
    free(m);
    if (t && t->rank && t->bytes)
        return t;
    if (t)
        tracks_drop(t);
    return NULL;
}

enum err tracks_open(struct block **out, const struct tracks *list,
                     struct file *f, struct why *why)
{
    struct track_block *t = tracks_make(list);
    enum err e;

    if (!t)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    t->b.ops = &tracks_ops;
    t->b.readonly = true;
    if (!t->held)
        e = err_say(why, ERR_FORMAT, "%.120s: no track has a sector of 512 "
                    "bytes with number 1: not a disk of a PC", f->name);
    else {
        place_all(t, list);
        e = tracks_judge(t, list->n, f, why);
    }
    if (e)
        tracks_drop(t);
    else
        *out = &t->b;
    return e;
}
