/* stream.h - a migration's stream taken apart, to be put together otherwise. */
#ifndef STREAM_H
#define STREAM_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/core/bytes.h"
#include "machine/time/migrate.h"

enum { STREAM_FRAMES = 64, STATE_SUM = 4 };

struct stream_frame { u8 kind; u8 *p; size_t n; };

struct stream {
    u8 head[STREAM_HEAD];
    struct stream_frame frame[STREAM_FRAMES];
    int frames;
};

static inline void stream_free(struct stream *s)
{
    while (s->frames)
        free(s->frame[--s->frames].p);
}

/* Frames of the state become one. */
static inline void stream_add(struct stream *s, u8 kind, const u8 *p, size_t n)
{
    struct stream_frame *f = s->frames ? &s->frame[s->frames - 1] : NULL;

    if (!f || kind != FRAME_STATE || f->kind != kind) {
        if (s->frames == STREAM_FRAMES)
            return;
        f = &s->frame[s->frames++];
        *f = (struct stream_frame){ kind, NULL, 0 };
    }
    f->p = realloc(f->p, f->n + n + 1);
    if (n)
        memcpy(f->p + f->n, p, n);
    f->n += n;
}

static inline void stream_split(struct stream *s, const u8 *p, size_t n)
{
    size_t at = STREAM_HEAD;

    s->frames = 0;
    memcpy(s->head, p, STREAM_HEAD);
    while (n - at >= 9) {
        u32 size = get_le32(p + at + 1);

        stream_add(s, p[at], p + at + 5, size);
        at += size + 9;
    }
}

static inline void stream_copy(struct stream *to, const struct stream *from)
{
    to->frames = 0;
    memcpy(to->head, from->head, STREAM_HEAD);
    for (int n = 0; n < from->frames; n++)
        stream_add(to, from->frame[n].kind, from->frame[n].p,
                   from->frame[n].n);
}

/* The state's own sum, of all before its last chunk of 25 bytes. */
static inline void stream_mend_state(struct stream_frame *f)
{
    enum { END = 25 };

    if (f->n >= END)
        put_le32(f->p + f->n - STATE_SUM, (u32)crc32_z(0, f->p, f->n - END));
}

/* Sums of frames are made right; with mend the state's, and the digest, too. */
static inline void stream_join(struct buf *to, struct stream *s, bool mend)
{
    struct frames_out o = { .frames = 0 };

    buf_put_bytes(&o.b, s->head, STREAM_HEAD);
    for (int n = 0; n < s->frames; n++) {
        struct stream_frame *f = &s->frame[n];

        if (mend && f->kind == FRAME_STATE)
            stream_mend_state(f);
        if (mend && f->kind == FRAME_END && f->n == 8)
            put_le64(f->p, o.digest);
        frame_put(&o, (enum frame_kind)f->kind, f->p, f->n);
    }
    *to = o.b;
}

/* The stream of a machine that stands still, up to its end; to be freed. */
static inline u8 *stream_of(struct pc *pc, size_t *n)
{
    struct buf b = { 0 };
    u8 part[4096];
    char why[PC_WHY];
    size_t k;

    if (!pc_migrate_begin(pc, why))
        return NULL;
    while ((k = pc_migrate_bytes(pc, part, sizeof part)))
        buf_put_bytes(&b, part, k);
    if (!pc_migrate_finish(pc, why))
        return NULL;
    while ((k = pc_migrate_bytes(pc, part, sizeof part)))
        buf_put_bytes(&b, part, k);
    if (!pc_migrate_cancel(pc, why))
        return NULL;
    *n = b.len;
    return b.p;
}

#endif
