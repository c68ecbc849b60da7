/* gzip.c - format gzip: any image, packed by gzip, for reading.
 *
 * The stream is unpacked once when it is opened. Every megabyte of its output
 * a point is kept: where it is in both files, and the 32 KB before it that
 * later bytes may refer to. A read goes on from the point before it.
 *
 * Reference: RFC 1952, RFC 1951; the method is that of zlib's zran example. */
#include "machine/block/packed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WINDOW = 32768, SPAN = 1 << 20, INPUT = 65536, MOST_POINTS = 1 << 15 };

struct point {
    u64 in, out;
    int bits;                           /* of the byte before `in` */
    u8 window[WINDOW];
};

struct packed {
    struct file f;
    struct file *below;
    u64 start, end;                     /* of the stream in it */
    bool bare;                          /* deflate without gzip's header */
    struct point **point;
    size_t points;
    z_stream z;                         /* between two reads */
    bool going, raw;                    /* raw: begun at a point */
    u64 in, out;                        /* where it is */
    u8 *chunk;                          /* of INPUT bytes: what was read last */
    u64 chunk_number;                   /* plus 1; 0: nothing */
    u8 *input, *window;                 /* INPUT; a ring of WINDOW */
};

/* ---- the stream ---- */

static enum err refill(struct packed *p)
{
    u64 left = p->end - p->in;
    size_t n = left < INPUT ? (size_t)left : INPUT;
    enum err e = file_read(p->below, p->in, p->input, n);

    p->z.next_in = p->input;
    p->z.avail_in = (uInt)n;
    p->in += n;
    if (e)
        p->f.error = p->below->error;
    return e;
}

/* inflate() asks for bytes behind the end. That all bytes are in it is no
 * reason: output may wait there yet. */
static bool ends_early(const struct packed *p, int result)
{
    return result == Z_BUF_ERROR && p->z.avail_in == 0 && p->in >= p->end;
}

static u64 in_place(const struct packed *p)
{
    return p->in - p->z.avail_in;
}

/* Gzip files may be members one behind the other. */
static bool next_member(struct packed *p)
{
    u8 head[2];
    u64 at = in_place(p);

    return !p->bare && at + 18 <= p->end &&
           !file_read(p->below, at, head, 2) && head[0] == 0x1f &&
           head[1] == 0x8b && inflateReset2(&p->z, 31) == Z_OK;
}

static bool start_at(struct packed *p, const struct point *from)
{
    u8 before;

    if (p->going)
        inflateEnd(&p->z);
    memset(&p->z, 0, sizeof p->z);
    p->in = from ? from->in : p->start;
    p->out = from ? from->out : 0;
    p->going = inflateInit2(&p->z, from || p->bare ? -15 : 31) == Z_OK;
    if (!p->going || !from)
        return p->going;
    if (from->bits) {
        if (file_read(p->below, from->in - 1, &before, 1))
            return false;
        inflatePrime(&p->z, from->bits, before >> (8 - from->bits));
    }
    return inflateSetDictionary(&p->z, from->window, WINDOW) == Z_OK;
}

/* ---- the index ---- */

static enum err add_point(struct packed *p, u64 out, const u8 *ring,
                          size_t head)
{
    struct point *t = malloc(sizeof *t), **more;

    more = t ? realloc(p->point, (p->points + 1) * sizeof *more) : NULL;
    if (!more || p->points >= MOST_POINTS) {
        free(t);
        if (more)
            p->point = more;
        return ERR_NOMEM;
    }
    p->point = more;
    t->in = in_place(p);
    t->out = out;
    t->bits = p->z.data_type & 7;
    memcpy(t->window, ring + head, WINDOW - head);
    memcpy(t->window + WINDOW - head, ring, head);
    p->point[p->points++] = t;
    return ERR_OK;
}

/* At the end of a block, not the last one, is a place to go on from. */
static bool is_place(const struct packed *p)
{
    return (p->z.data_type & 128) && !(p->z.data_type & 64);
}

static enum err index_stream(struct packed *p)
{
    u64 last = 0;
    size_t head = 0;
    enum err e = ERR_OK;
    int result = Z_OK;

    while (!e) {
        size_t room = WINDOW - head;

        if (p->z.avail_in == 0 && (e = refill(p)) != ERR_OK)
            break;
        p->z.next_out = p->window + head;
        p->z.avail_out = (uInt)room;
        result = inflate(&p->z, Z_BLOCK);
        if ((result != Z_OK && result != Z_STREAM_END &&
             result != Z_BUF_ERROR) || ends_early(p, result))
            return ERR_FORMAT;
        p->out += room - p->z.avail_out;
        head = (head + room - p->z.avail_out) % WINDOW;
        if (result == Z_STREAM_END && !next_member(p))
            break;
        if (is_place(p) && p->out >= last + SPAN) {
            e = add_point(p, p->out, p->window, head);
            last = p->out;
        }
    }
    p->f.size = p->out;
    return e;
}

/* ---- reading ---- */

static const struct point *point_before(const struct packed *p, u64 at)
{
    size_t low = 0, high = p->points;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (p->point[middle]->out <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? p->point[low - 1] : NULL;
}

/* The trailer of a member that was begun in the middle is left to be skipped:
 * a raw stream does not know it. */
static bool gzip_go_on(struct packed *p)
{
    u64 at = in_place(p) + (p->raw ? 8 : 0);

    if (p->bare || at >= p->end)
        return false;
    p->in = at;
    p->z.avail_in = 0;
    p->raw = false;
    return inflateReset2(&p->z, 31) == Z_OK;
}

/* Unpacks n bytes to `to`, or over them when it is NULL. */
static enum err unpack_bytes(struct packed *p, u8 *to, u64 n)
{
    enum err e = ERR_OK;

    while (n && !e) {
        size_t most = to ? INPUT : WINDOW, k = n < most ? (size_t)n : most;
        int result;

        if (p->z.avail_in == 0 && (e = refill(p)) != ERR_OK)
            break;
        p->z.next_out = to ? to : p->window;
        p->z.avail_out = (uInt)k;
        result = inflate(&p->z, Z_NO_FLUSH);
        k -= p->z.avail_out;
        to = to ? to + k : NULL;
        n -= k;
        p->out += k;
        if (result == Z_STREAM_END && n)
            e = gzip_go_on(p) ? ERR_OK : ERR_FORMAT;
        else if ((result != Z_OK && result != Z_STREAM_END &&
                  result != Z_BUF_ERROR) || ends_early(p, result))
            e = ERR_FORMAT;
    }
    return e;
}

/* On from where it is when that is on the way, else from a point. */
static enum err move_to(struct packed *p, u64 at)
{
    const struct point *from = point_before(p, at);

    if (p->going && p->out <= at && (!from || from->out <= p->out))
        return unpack_bytes(p, NULL, at - p->out);
    p->raw = from != NULL;
    return start_at(p, from) ? unpack_bytes(p, NULL, at - p->out) : ERR_NOMEM;
}

static enum err read_chunk(struct packed *p, u64 number)
{
    u64 at = number * INPUT, left = p->f.size - at;
    enum err e;

    if (p->chunk_number == number + 1)
        return ERR_OK;
    p->chunk_number = 0;
    e = move_to(p, at);
    e = e ? e : unpack_bytes(p, p->chunk, left < INPUT ? left : INPUT);
    if (e && p->going) {                /* it is nowhere now */
        inflateEnd(&p->z);
        p->going = false;
    }
    p->chunk_number = e ? 0 : number + 1;
    return e;
}

static enum err packed_read(struct file *f, u64 at, void *to, size_t n)
{
    struct packed *p = (struct packed *)f;

    while (n) {
        size_t k = INPUT - at % INPUT;
        enum err e = read_chunk(p, at / INPUT);

        if (e)
            return e;
        k = k < n ? k : n;
        memcpy(to, p->chunk + at % INPUT, k);
        to = (u8 *)to + k;
        at += k;
        n -= k;
    }
    return ERR_OK;
}

static void packed_free(struct packed *p)
{
    if (p->going)
        inflateEnd(&p->z);
    for (size_t i = 0; i < p->points; i++)
        free(p->point[i]);
    free(p->point);
    free(p->input);
    free(p->chunk);
    free(p->window);
    free(p);
}

static void packed_close(struct file *f)
{
    file_close(((struct packed *)f)->below);
    packed_free((struct packed *)f);
}

static bool packed_lock(struct file *f, bool on)
{
    return file_lock(((struct packed *)f)->below, on);
}

static const struct file_ops packed_ops = {
    .read = packed_read, .close = packed_close, .lock = packed_lock,
};

enum err packed_open(struct file **out, struct file *below, u64 start,
                     u64 size, bool bare, struct why *why)
{
    struct packed *p = calloc(1, sizeof *p);
    enum err e = ERR_NOMEM;

    if (p && (p->input = malloc(INPUT)) && (p->chunk = malloc(INPUT)) &&
        (p->window = malloc(WINDOW))) {
        memset(p->window, 0, WINDOW);
        p->f = (struct file){ .ops = &packed_ops, .readonly = true,
                              .birth = below->birth };
        memcpy(p->f.name, below->name, sizeof p->f.name);
        p->below = below;
        p->start = start;
        p->end = start + size;
        p->bare = bare;
        e = start_at(p, NULL) ? index_stream(p) : ERR_NOMEM;
    }
    if (!e) {
        *out = &p->f;
        return ERR_OK;
    }
    if (p)
        packed_free(p);
    return e == ERR_FORMAT
               ? err_say(why, e, "%.120s: the packed data is damaged or ends "
                         "too early", below->name) : file_say(below, e, why);
}

static enum err gzip_unpack(struct file **out, struct file *f,
                            struct why *why)
{
    return packed_open(out, f, 0, f->size, false, why);
}

const struct block_format format_gzip = {
    .name = "gzip", .words = "gzip file", .unpack = gzip_unpack,
    .readonly = true,
};
