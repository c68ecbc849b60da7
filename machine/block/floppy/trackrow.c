/* trackrow.c - which sectors of a floppy's tracks make the row of a plain
 * disk. */
#include "machine/block/floppy/trackrow.h"

#include <string.h>

#include "machine/block/chs.h"

enum { IDS = 64 };

/* Which of the numbers from there on are on a track, in that size. */
struct track_map { u64 there[FLOPPY_CYLINDERS][TRACK_HEADS]; };

/* ---- the geometry ---- */

static bool is_usual(const struct track_usual *u, const struct track_sector *s)
{
    return s->size == u->size && s->id > u->before &&
           s->id - u->before < IDS && !(s->flags & TRACK_BARE);
}

static bool any_usual(const struct tracks *t, const struct track_usual *u)
{
    for (u32 i = 0; i < t->n; i++)
        if (is_usual(u, &t->sector[i]))
            return true;
    return false;
}

static u8 commonest_size(const struct tracks *t)
{
    u32 votes[SURFACE_SIZES] = { 0 };
    u8 best = 0;

    for (u32 i = 0; i < t->n; i++)
        votes[t->sector[i].size]++;
    for (u8 n = 1; n < SURFACE_SIZES; n++)
        best = votes[n] > votes[best] ? n : best;
    return best;
}

/* From 0 when most tracks have that, from 1 when any has, else from the lowest
 * number there is. */
static int first_number(const struct tracks *t, u8 size)
{
    u32 count[256] = { 0 };
    int n = 1;

    for (u32 i = 0; i < t->n; i++)
        count[t->sector[i].id] += t->sector[i].size == size;
    if (2 * count[0] > count[1])
        return 0;
    while (n < 255 && !count[n])
        n++;
    return n;
}

/* 512 bytes and numbers from 1 on, if the disk has any such. */
static struct track_usual choose_usual(const struct tracks *t)
{
    struct track_usual u = { TRACK_BYTES, 0 };

    if (!any_usual(t, &u)) {
        u.size = commonest_size(t);
        u.before = first_number(t, u.size) - 1;
    }
    return u;
}

static void map_tracks(const struct tracks *t, const struct track_usual *u,
                       struct track_map *m)
{
    memset(m, 0, sizeof *m);
    for (u32 i = 0; i < t->n; i++) {
        const struct track_sector *s = &t->sector[i];

        if (is_usual(u, s))
            m->there[s->cylinder][s->head] |= 1ull << (s->id - u->before);
    }
}

/* How many numbers from the first on follow each other without a gap. */
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
        for (int h = 0; h < TRACK_HEADS; h++)
            votes[run_of(m->there[c][h])]++;
    for (u32 n = 1; n <= FLOPPY_SPT; n++)
        if (votes[n] && (!best || votes[n] >= votes[best]))
            best = n;
    return best;
}

/* The row ends with a sector of its own, be it half full. */
static void measure_disk(struct block *b, const struct track_map *m,
                         const struct track_usual *u)
{
    b->spt = usual_spt(m);
    for (u32 c = 0; c < FLOPPY_CYLINDERS; c++)
        for (u32 h = 0; h < TRACK_HEADS; h++)
            if (m->there[c][h] & ((2ull << b->spt) - 2)) {
                b->cylinders = c + 1;
                b->heads = h + 1 > b->heads ? h + 1 : b->heads;
            }
    b->sectors = (((u64)b->cylinders * b->heads * b->spt << u->size) + 3) / 4;
    b->tracks = true;
    b->odd_size = u->size == TRACK_BYTES ? 0 : u->size + 1;
}

void trackrow_measure(struct track_block *t, const struct tracks *list)
{
    struct track_map m;

    t->usual = choose_usual(list);
    map_tracks(list, &t->usual, &m);
    measure_disk(&t->b, &m, &t->usual);
    t->held = (u64)t->b.cylinders * t->b.heads * t->b.spt;
}

/* ---- the row ---- */

static void take_note(struct track_block *t, enum track_note n,
                      struct track_place at)
{
    if (t->note[n].n++ == 0)
        t->note[n].first = at;
}

/* p.id counts from 1 here. */
static u64 row_place(const struct block *b, struct track_place p)
{
    return ((u64)p.cylinder * b->heads + p.head) * b->spt + p.id - 1;
}

static void note_flags(struct track_block *t, const struct track_sector *s,
                       struct track_place at)
{
    static const struct { u8 flag; enum track_note note; } of[] = {
        { TRACK_ABSENT, NOTE_ABSENT }, { TRACK_CRC, NOTE_CRC },
        { TRACK_DELETED, NOTE_DELETED }, { TRACK_SUM, NOTE_SUM },
        { TRACK_NO_DATA, NOTE_NO_DATA }, { TRACK_ID_CRC, NOTE_ID_CRC },
    };

    for (size_t i = 0; i < COUNT_OF(of); i++)
        if (s->flags & of[i].flag)
            take_note(t, of[i].note, at);
    if (s->id_cylinder != s->cylinder || s->id_head != s->head)
        take_note(t, NOTE_ID, at);
}

static int track_rank(const struct track_sector *s)
{
    if (s->flags & TRACK_NO_DATA)
        return 0;
    return s->flags & (TRACK_CRC | TRACK_ABSENT | TRACK_SUM | TRACK_ID_CRC)
               ? 1 : 2;
}

/* Gives a sector its place in the row, if it is the soundest of its number. */
static void choose_sector(struct track_block *t, const struct tracks *list,
                          u32 n)
{
    const struct track_sector *s = &list->sector[n];
    struct track_place at = { s->cylinder, s->head, s->id };
    u32 *taken;

    note_flags(t, s, at);
    if (s->size != t->usual.size) {
        take_note(t, NOTE_SIZE, at);
        return;
    }
    if (!is_usual(&t->usual, s) || s->id - t->usual.before > (int)t->b.spt) {
        take_note(t, NOTE_NUMBER, at);
        return;
    }
    at.id = (u8)(s->id - t->usual.before);
    taken = &t->taken[row_place(&t->b, at)];
    if (*taken)
        take_note(t, NOTE_TWICE,
                  (struct track_place){ s->cylinder, s->head, s->id });
    else
        t->placed++;
    if (!*taken || track_rank(s) > track_rank(&list->sector[*taken - 1]))
        *taken = n + 1;
}

static void note_missing(struct track_block *t)
{
    for (u64 i = 0; i < t->held; i++) {
        u64 track = i / t->b.spt;
        struct track_place at = { (u8)(track / t->b.heads),
                                  (u8)(track % t->b.heads),
                                  (u8)(i % t->b.spt + 1 + t->usual.before) };

        if (t->taken[i] == 0)
            take_note(t, NOTE_MISSING, at);
    }
}

void trackrow_choose(struct track_block *t, const struct tracks *list)
{
    for (u32 i = 0; i < list->n; i++) {
        const struct track_sector *s = &list->sector[i], *last = s - 1;

        choose_sector(t, list, i);
        if (i && last->cylinder == s->cylinder && last->head == s->head &&
            is_usual(&t->usual, s) && is_usual(&t->usual, last) &&
            s->id < last->id)
            take_note(t, NOTE_ORDER,
                      (struct track_place){ s->cylinder, s->head, s->id });
    }
    note_missing(t);
}

u64 trackrow_of(const struct track_block *t, const struct tracks *list, u32 n)
{
    const struct track_sector *s = &list->sector[n];
    struct track_place at = { s->cylinder, s->head,
                              (u8)(s->id - t->usual.before) };
    u64 row = is_usual(&t->usual, s) && at.id <= t->b.spt
                  ? row_place(&t->b, at) : t->held;

    return row < t->held && t->taken[row] == n + 1 ? row : t->held;
}
