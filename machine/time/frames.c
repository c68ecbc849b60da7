/* frames.c - the frames of a migration's stream. */
#include "machine/time/migrate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/core/bytes.h"

enum { HEAD = 5, SUM = 4 };

static u32 frame_sum(u64 number, const u8 *frame, size_t n)
{
    u8 bytes[8];

    put_le64(bytes, number);
    return (u32)crc32_z(crc32_z(0, bytes, sizeof bytes), frame, n);
}

/* ---- writing ---- */

void frame_put(struct frames_out *o, enum frame_kind kind, const void *bytes,
               size_t n)
{
    size_t at = o->b.len;
    u32 sum;

    buf_put(&o->b, kind, 1);
    buf_put(&o->b, n, 4);
    buf_put_bytes(&o->b, bytes, n);
    if (o->b.failed)
        return;
    sum = frame_sum(o->frames++, o->b.p + at, HEAD + n);
    o->digest = hash_bytes(o->digest, &(u64){ sum }, sizeof(u64));
    buf_put(&o->b, sum, SUM);
}

size_t frames_take(struct frames_out *o, void *to, size_t room)
{
    size_t left = o->b.len - o->sent, n = left < room ? left : room;

    if (n)
        memcpy(to, o->b.p + o->sent, n);
    o->sent += n;
    o->bytes += n;
    if (o->sent == o->b.len)
        o->sent = o->b.len = 0;
    return n;
}

/* ---- reading ---- */

/* Moves bytes over until the frame has `want` of them. */
static bool frame_fill(struct frames_in *in, const u8 **p, size_t *n,
                       size_t want)
{
    size_t lack = want - in->b.len, k = lack < *n ? lack : *n;

    buf_put_bytes(&in->b, *p, k);
    *p += k;
    *n -= k;
    return in->b.len == want;
}

enum err frame_get(struct frames_in *in, const u8 **p, size_t *n,
                   struct frame *f, struct why *why)
{
    u32 size, sum;

    *f = (struct frame){ .kind = FRAME_NONE };
    if (in->b.len < HEAD && !frame_fill(in, p, n, HEAD))
        goto part;
    size = get_le32(in->b.p + 1);
    if (size > FRAME_MOST)
        return err_say(why, ERR_FORMAT, "the stream is damaged: a frame of %u "
                       "bytes", size);
    if (!frame_fill(in, p, n, HEAD + size + SUM))
        goto part;
    sum = frame_sum(in->frames++, in->b.p, HEAD + size);
    if (get_le32(in->b.p + HEAD + size) != sum)
        return err_say(why, ERR_FORMAT, "the stream is damaged: frame %llu has "
                       "another sum", (unsigned long long)in->frames - 1);
    *f = (struct frame){ (enum frame_kind)in->b.p[0], size, in->b.p + HEAD };
    if (f->kind != FRAME_END)           /* which tells the digest before it */
        in->digest = hash_bytes(in->digest, &(u64){ sum }, sizeof(u64));
    in->b.len = 0;
    return ERR_OK;
part:
    return in->b.failed ? err_say(why, ERR_NOMEM, "out of memory") : ERR_OK;
}
