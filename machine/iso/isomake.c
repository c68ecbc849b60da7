/* isomake.c - the descriptors, path tables and directories of a CD that is made
 * from a folder (ECMA-119: 6 to 9).
 *
 *     frame 0   system area, zeros
 *          16   primary volume descriptor, that of Joliet, the end of them
 *          19   path tables: for DOS with the low byte first, then the high
 *               byte first; the same for Joliet
 *               directories for DOS, by level; those of Joliet
 *               files, in the order of the directories for DOS
 *               one frame of zeros */
#include "machine/iso/isotree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/bytes.h"

enum { DESCRIPTORS = 16, TABLES = 19, RECORD = 33, DOTS = 2 * (RECORD + 1),
       HIDDEN = 1, FOLDER = 2, DIGEST_AT = 883 };

struct making {
    struct iso_tree *t;
    u8 *p;                              /* all frames of the head */
    u32 table[ISO_VIEWS];               /* bytes of a path table */
    u32 table_at[ISO_VIEWS];            /* frame of the first of two */
    u32 frames;                         /* placed so far */
};

static u32 frames_for(u64 bytes)
{
    return (u32)((bytes + ISO_FRAME - 1) / ISO_FRAME);
}

/* ---- who lies where ---- */

/* Level by level, so that each folder stands behind its parent. */
static void make_order(struct iso_tree *t, int view)
{
    struct iso_view *v = &t->view[view];

    v->dir[v->dirs++] = 0;
    for (u32 i = 0; i < v->dirs; i++) {
        const struct iso_entry *e = &t->e[v->dir[i]];

        t->e[v->dir[i]].number[view] = i + 1;
        for (u32 k = e->first; k < e->first + e->count; k++)
            if (t->e[v->order[k]].info.folder)
                v->dir[v->dirs++] = v->order[k];
    }
}

static u32 record_bytes(const struct iso_entry *e, int view)
{
    u8 id[ISO_ID];

    return (RECORD + isoname_put(e, view, id) + 1) & ~1u;
}

/* A record does not go across the end of a frame. */
static u32 record_place(u32 at, u32 bytes)
{
    u32 left = ISO_FRAME - at % ISO_FRAME;

    return bytes > left ? at + left : at;
}

static u32 directory_bytes(const struct iso_tree *t, u32 dir, int view)
{
    const struct iso_entry *d = &t->e[dir];
    u32 at = DOTS;

    for (u32 i = d->first; i < d->first + d->count; i++) {
        u32 n = record_bytes(&t->e[t->view[view].order[i]], view);

        at = record_place(at, n) + n;
    }
    return frames_for(at) * ISO_FRAME;
}

static u32 path_bytes(const struct iso_entry *e, int view)
{
    u8 id[ISO_ID];

    return (8 + isoname_put(e, view, id) + 1) & ~1u;
}

static void place_directories(struct making *m, int view)
{
    const struct iso_view *v = &m->t->view[view];

    for (u32 i = 0; i < v->dirs; i++) {
        struct iso_entry *e = &m->t->e[v->dir[i]];

        e->bytes[view] = directory_bytes(m->t, v->dir[i], view);
        e->at[view] = m->frames;
        m->frames += e->bytes[view] / ISO_FRAME;
    }
}

static void place_tables(struct making *m, int view)
{
    const struct iso_view *v = &m->t->view[view];

    for (u32 i = 0; i < v->dirs; i++)
        m->table[view] += path_bytes(&m->t->e[v->dir[i]], view);
    m->table_at[view] = m->frames;
    m->frames += 2 * frames_for(m->table[view]);
}

/* An empty file has a place, too, though nobody goes there. */
static bool place_files(struct making *m)
{
    const struct iso_view *v = &m->t->view[ISO_DOS];
    u64 at = m->frames;

    for (u32 i = 0; i < v->dirs; i++) {
        const struct iso_entry *d = &m->t->e[v->dir[i]];

        for (u32 k = d->first; k < d->first + d->count; k++) {
            struct iso_entry *e = &m->t->e[v->order[k]];

            if (e->info.folder)
                continue;
            e->at[ISO_DOS] = e->at[ISO_JOLIET] = (u32)at;
            at += frames_for(e->info.size);
            if (at >= ISO_MOST)
                return false;
        }
    }
    m->frames = (u32)at + 1;
    return true;
}

/* ---- bytes in both orders ---- */

static void put_both16(u8 *p, u32 v)
{
    put_le(p, 2, v);
    put_be(p + 2, 2, v);
}

static void put_both32(u8 *p, u32 v)
{
    put_le(p, 4, v);
    put_be(p + 4, 4, v);
}

/* ---- directories ---- */

static void put_date(u8 *p, s64 seconds)
{
    struct host_time h = host_local_time(seconds);

    p[0] = (u8)(h.year < 1900 ? 0 : h.year > 2155 ? 255 : h.year - 1900);
    p[1] = h.month;
    p[2] = h.day;
    p[3] = h.hour;
    p[4] = h.minute;
    p[5] = h.second;
    p[6] = (u8)(h.offset / 15);
}

/* The record of an entry with another identifier than its own if that is not
 * NULL: 0 for a folder itself, 1 for its parent. Returns how long it is. */
static u32 isomake_record(u8 *p, const struct iso_entry *e, int view,
                          const u8 *dots)
{
    u32 n = 1, bytes;

    if (dots)
        p[RECORD] = *dots;
    else
        n = isoname_put(e, view, p + RECORD);
    bytes = (RECORD + n + 1) & ~1u;
    p[0] = (u8)bytes;
    put_both32(p + 2, e->at[view]);
    put_both32(p + 10, e->info.folder ? e->bytes[view] : (u32)e->info.size);
    put_date(p + 18, e->info.seconds);
    p[25] = (u8)((e->info.folder ? FOLDER : 0) |
                 (e->info.attr & DOSATTR_HIDDEN ? HIDDEN : 0));
    put_both16(p + 28, 1);
    p[32] = (u8)n;
    return bytes;
}

static void put_directory(struct making *m, u32 dir, int view)
{
    static const u8 self = 0, parent = 1;
    const struct iso_entry *d = &m->t->e[dir];
    u8 *p = m->p + (size_t)d->at[view] * ISO_FRAME;
    u32 at = isomake_record(p, d, view, &self);

    at += isomake_record(p + at, &m->t->e[d->parent], view, &parent);
    for (u32 i = d->first; i < d->first + d->count; i++) {
        const struct iso_entry *e = &m->t->e[m->t->view[view].order[i]];

        at = record_place(at, record_bytes(e, view));
        at += isomake_record(p + at, e, view, NULL);
    }
}

/* ---- path tables ---- */

static void put_table(struct making *m, int view, bool high)
{
    const struct iso_view *v = &m->t->view[view];
    u32 after = high ? frames_for(m->table[view]) : 0;
    u8 *p = m->p + (size_t)(m->table_at[view] + after) * ISO_FRAME;

    for (u32 i = 0; i < v->dirs; i++) {
        const struct iso_entry *e = &m->t->e[v->dir[i]];

        p[0] = (u8)isoname_put(e, view, p + 8);
        (high ? put_be : put_le)(p + 2, 4, e->at[view]);
        (high ? put_be : put_le)(p + 6, 2, m->t->e[e->parent].number[view]);
        p += path_bytes(e, view);
    }
}

/* ---- descriptors ---- */

static void put_long_date(u8 *p, s64 seconds)
{
    struct host_time h = host_local_time(seconds);
    char text[40];

    snprintf(text, sizeof text, "%04d%02u%02u%02u%02u%02u00", h.year, h.month,
             h.day, h.hour, h.minute, h.second);
    memcpy(p, text, 16);
    p[16] = (u8)(h.offset / 15);
}

static void put_descriptor(struct making *m, int view, const char *volume)
{
    static const struct { u32 at, n; const char *text; } texts[] = {
        { 8, 32, "" }, { 190, 128, "" }, { 318, 128, "" }, { 446, 128, "" },
        { 574, 128, "ISABOX" }, { 702, 37, "" }, { 739, 37, "" },
        { 776, 37, "" },
    };
    const struct iso_entry *root = m->t->e;
    u8 *p = m->p + (size_t)(DESCRIPTORS + view) * ISO_FRAME;
    static const u8 self = 0;

    p[0] = view == ISO_DOS ? 1 : 2;
    memcpy(p + 1, "CD001\1", 6);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        isoname_text(p + texts[i].at, texts[i].n, texts[i].text, view);
    isoname_text(p + 40, 32, volume, view);
    put_both32(p + 80, m->frames);
    memcpy(p + 88, view == ISO_DOS ? "\0\0\0" : "%/E", 3);
    put_both16(p + 120, 1);
    put_both16(p + 124, 1);
    put_both16(p + 128, ISO_FRAME);
    put_both32(p + 132, m->table[view]);
    put_le(p + 140, 4, m->table_at[view]);
    put_be(p + 148, 4, m->table_at[view] + frames_for(m->table[view]));
    isomake_record(p + 156, root, view, &self);
    put_long_date(p + 813, root->info.seconds);
    put_long_date(p + 830, root->info.seconds);
    memset(p + 847, '0', 16);           /* it does not expire */
    put_long_date(p + 864, root->info.seconds);
    p[881] = 1;
}

/* ---- all ---- */

static void isomake_head(struct making *m, const char *volume, u32 bytes)
{
    u8 *end = m->p + (size_t)(DESCRIPTORS + ISO_VIEWS) * ISO_FRAME;

    for (int v = 0; v < ISO_VIEWS; v++) {
        put_descriptor(m, v, volume);
        put_table(m, v, false);
        put_table(m, v, true);
        for (u32 i = 0; i < m->t->view[v].dirs; i++)
            put_directory(m, m->t->view[v].dir[i], v);
    }
    memcpy(end, "\377CD001\1", 7);
    /* What is looked at to know a disc again are its first frames: they tell
     * when anything further on is not the same. */
    put_le(m->p + (size_t)DESCRIPTORS * ISO_FRAME + DIGEST_AT, 8,
           hash_bytes(1, m->p, bytes));
}

enum err isomake_all(struct iso_tree *t, const char *volume, struct buf *head,
                     u32 *frames)
{
    struct making m = { .t = t, .frames = TABLES };
    u32 bytes;

    for (int v = 0; v < ISO_VIEWS; v++)
        make_order(t, v);
    for (int v = 0; v < ISO_VIEWS; v++)
        place_tables(&m, v);
    for (int v = 0; v < ISO_VIEWS; v++)
        place_directories(&m, v);
    bytes = m.frames * ISO_FRAME;
    if (!place_files(&m))
        return ERR_RANGE;
    m.p = calloc(bytes, 1);
    if (!m.p)
        return ERR_NOMEM;
    isomake_head(&m, volume, bytes);
    *head = (struct buf){ .p = m.p, .len = bytes, .cap = bytes };
    *frames = m.frames;
    return ERR_OK;
}
