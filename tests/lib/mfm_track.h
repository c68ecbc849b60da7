/* mfm_track.h - writes tracks as a floppy drive does: into bit cells. */
#ifndef MFM_TRACK_H
#define MFM_TRACK_H

#include <string.h>

#include "machine/core/core.h"

enum { MFM_CELLS = 200000 };

struct mfm_track {
    u32 n, cells;                       /* written so far, of so many */
    u8 last;                            /* the last bit of data */
    u16 crc;
    u8 cell[MFM_CELLS];
};

struct mfm_sector { u8 c, h, r, n, mark; bool bad_id, bad_data; };

static inline void mfm_cells(struct mfm_track *t, u32 v, int n)
{
    while (n--) {
        t->cell[t->n % t->cells] = v >> n & 1;
        t->n++;
    }
}

static inline void mfm_byte(struct mfm_track *t, u8 v)
{
    for (int i = 7; i >= 0; i--) {
        u8 bit = v >> i & 1;

        mfm_cells(t, !bit && !t->last, 1);
        mfm_cells(t, bit, 1);
        t->last = bit;
    }
    t->crc ^= (u16)(v << 8);
    for (int k = 0; k < 8; k++)
        t->crc = (u16)(t->crc & 0x8000 ? t->crc << 1 ^ 0x1021 : t->crc << 1);
}

static inline void mfm_run(struct mfm_track *t, u8 v, int n)
{
    while (n--)
        mfm_byte(t, v);
}

static inline void mfm_mark(struct mfm_track *t, u8 mark)
{
    mfm_run(t, 0, 12);
    for (int i = 0; i < 3; i++)
        mfm_cells(t, 0x4489, 16);
    t->last = 1;
    t->crc = 0xcdb4;
    mfm_byte(t, mark);
}

static inline void mfm_crc(struct mfm_track *t, bool bad)
{
    u16 crc = t->crc;

    mfm_byte(t, (u8)((crc >> 8) ^ bad));
    mfm_byte(t, (u8)crc);
}

static inline void mfm_begin(struct mfm_track *t, u32 cells)
{
    memset(t, 0, sizeof *t);
    t->cells = cells;
    mfm_run(t, 0x4e, 32);
}

/* mark 0: the ID alone. */
static inline void mfm_put(struct mfm_track *t, const struct mfm_sector *s,
                           const u8 *data, int gap)
{
    mfm_mark(t, 0xfe);
    mfm_byte(t, s->c);
    mfm_byte(t, s->h);
    mfm_byte(t, s->r);
    mfm_byte(t, s->n);
    mfm_crc(t, s->bad_id);
    mfm_run(t, 0x4e, 22);
    if (s->mark) {
        mfm_mark(t, s->mark);
        for (u32 i = 0; i < 128u << s->n; i++)
            mfm_byte(t, data[i]);
        mfm_crc(t, s->bad_data);
    }
    mfm_run(t, 0x4e, gap);
}

static inline void mfm_end(struct mfm_track *t)
{
    while (t->n + 16 <= t->cells)
        mfm_byte(t, 0x4e);
}

#endif
