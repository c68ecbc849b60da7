/* zmbv.c - pictures as frames of ZMBV.
 *
 * Both pictures lie in memory with a margin of black around them as wide as
 * the longest vector, so that a vector never leads out of it:
 *
 *     +-----------------+
 *     | margin          |
 *     |   +---------+   |    pitch = width + 2 * MARGIN
 *     |   | picture |   |
 *     |   +---------+   |
 *     |                 |
 *     +-----------------+
 */
#include "ui/capture/zmbv.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MARGIN = 16, LEVEL = 4, PIXEL = 4, BLOCK = ZMBV_BLOCK };

struct vector { int8_t x, y; };

struct zmbv {
    uint32_t width, height, pitch;
    uint32_t *now, *before;             /* the whole, with its margins */
    uint8_t *plain, *packed;            /* of a frame */
    size_t packed_room;
    struct vector last;                 /* of the last block that moved */
    uint32_t since_key;                 /* frames since the last key frame */
    z_stream stream;
};

/* How programs scroll: by a row of text, or by some pixels. */
static const struct vector ways[] = {
    { 0, 16 }, { 0, 8 }, { 0, 14 }, { 0, 1 }, { 0, 2 }, { 0, 4 },
    { 1, 0 }, { 2, 0 }, { 4, 0 }, { 8, 0 }, { 3, 0 }, { 0, 3 },
    { -1, 0 }, { -2, 0 }, { -4, 0 }, { -8, 0 }, { -3, 0 }, { 0, -3 },
    { 0, -1 }, { 0, -2 }, { 0, -4 }, { 0, -8 }, { 0, -14 }, { 0, -16 },
};

struct area { uint32_t x, y, w, h; };

/* ---- making ---- */

static size_t zmbv_blocks(const struct zmbv *z)
{
    return (size_t)((z->width + BLOCK - 1) / BLOCK) *
           ((z->height + BLOCK - 1) / BLOCK);
}

static size_t vectors_size(const struct zmbv *z)
{
    return (zmbv_blocks(z) * 2 + 3) & ~(size_t)3;
}

struct zmbv *zmbv_new(uint32_t width, uint32_t height)
{
    struct zmbv *z = calloc(1, sizeof *z);
    size_t whole = (size_t)(width + 2 * MARGIN) * (height + 2 * MARGIN);
    size_t most;

    if (!z)
        return NULL;
    z->width = width;
    z->height = height;
    z->pitch = width + 2 * MARGIN;
    most = vectors_size(z) + (size_t)width * height * PIXEL;
    z->now = calloc(whole, PIXEL);
    z->before = calloc(whole, PIXEL);
    z->plain = malloc(most);
    if (!z->now || !z->before || !z->plain ||
        deflateInit(&z->stream, LEVEL) != Z_OK) {
        z->stream.state = NULL;
        zmbv_free(z);
        return NULL;
    }
    z->packed_room = deflateBound(&z->stream, (uLong)most) + 64;
    z->packed = malloc(z->packed_room);
    if (z->packed)
        return z;
    zmbv_free(z);
    return NULL;
}

void zmbv_free(struct zmbv *z)
{
    if (!z)
        return;
    if (z->stream.state)
        deflateEnd(&z->stream);
    free(z->now);
    free(z->before);
    free(z->plain);
    free(z->packed);
    free(z);
}

static uint32_t *zmbv_pixel(const struct zmbv *z, uint32_t *of, uint32_t x,
                            uint32_t y)
{
    return of + (size_t)(y + MARGIN) * z->pitch + x + MARGIN;
}

void zmbv_show(struct zmbv *z, const uint32_t *pixels, uint32_t stride)
{
    for (uint32_t y = 0; y < z->height; y++)
        memcpy(zmbv_pixel(z, z->now, 0, y), pixels + (size_t)y * stride,
               z->width * sizeof *pixels);
}

/* ---- blocks ---- */

/* How many rows of a block look other than the older picture at a distance;
 * it gives up at `most`. */
static uint32_t rows_apart(const struct zmbv *z, const struct area *a,
                           struct vector v, uint32_t most)
{
    const uint32_t *now = zmbv_pixel(z, z->now, a->x, a->y);
    const uint32_t *was = zmbv_pixel(z, z->before, a->x, a->y) +
                          v.y * (ptrdiff_t)z->pitch + v.x;
    uint32_t apart = 0;

    for (uint32_t y = 0; y < a->h && apart < most; y++) {
        apart += memcmp(now, was, a->w * sizeof *now) != 0;
        now += z->pitch;
        was += z->pitch;
    }
    return apart;
}

/* The distance at which the fewest rows differ: none of them, mostly. */
static struct vector find_vector(struct zmbv *z, const struct area *a,
                                 bool *changed)
{
    struct vector best = { 0, 0 };
    uint32_t least = rows_apart(z, a, best, a->h + 1), n;

    if (least && (n = rows_apart(z, a, z->last, least)) < least)
        best = z->last, least = n;
    for (size_t i = 0; least && i < sizeof ways / sizeof ways[0]; i++)
        if ((n = rows_apart(z, a, ways[i], least)) < least)
            best = ways[i], least = n;
    if (best.x || best.y)
        z->last = best;
    *changed = least != 0;
    return best;
}

static uint8_t *zmbv_put(uint8_t *to, uint32_t p)
{
    to[0] = (uint8_t)p;
    to[1] = (uint8_t)(p >> 8);
    to[2] = (uint8_t)(p >> 16);
    to[3] = 0;
    return to + PIXEL;
}

/* The pixels' difference, at `to`; returns where it ends. */
static uint8_t *put_xor(const struct zmbv *z, const struct area *a,
                        struct vector v, uint8_t *to)
{
    const uint32_t *now = zmbv_pixel(z, z->now, a->x, a->y);
    const uint32_t *was = zmbv_pixel(z, z->before, a->x, a->y) +
                          v.y * (ptrdiff_t)z->pitch + v.x;

    for (uint32_t y = 0; y < a->h; y++) {
        for (uint32_t x = 0; x < a->w; x++)
            to = zmbv_put(to, now[x] ^ was[x]);
        now += z->pitch;
        was += z->pitch;
    }
    return to;
}

static uint32_t zmbv_least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static size_t put_blocks(struct zmbv *z)
{
    uint8_t *vector = z->plain, *to = z->plain + vectors_size(z);

    memset(z->plain, 0, vectors_size(z));
    z->last = ways[0];
    for (uint32_t y = 0; y < z->height; y += BLOCK)
        for (uint32_t x = 0; x < z->width; x += BLOCK) {
            struct area a = { x, y, zmbv_least(BLOCK, z->width - x),
                              zmbv_least(BLOCK, z->height - y) };
            bool changed;
            struct vector v = find_vector(z, &a, &changed);

            *vector++ = (uint8_t)(v.x * 2 + changed);
            *vector++ = (uint8_t)(v.y * 2);
            if (changed)
                to = put_xor(z, &a, v, to);
        }
    return (size_t)(to - z->plain);
}

static size_t put_pixels(struct zmbv *z)
{
    uint8_t *to = z->plain;

    for (uint32_t y = 0; y < z->height; y++) {
        const uint32_t *from = zmbv_pixel(z, z->now, 0, y);

        for (uint32_t x = 0; x < z->width; x++)
            to = zmbv_put(to, from[x]);
    }
    return (size_t)(to - z->plain);
}

/* ---- frames ---- */

/* Packs n plain bytes behind the head; returns the frame's length. */
static size_t pack_frame(struct zmbv *z, size_t head, size_t n)
{
    z->stream.next_in = z->plain;
    z->stream.avail_in = (uInt)n;
    z->stream.next_out = z->packed + head;
    z->stream.avail_out = (uInt)(z->packed_room - head);
    deflate(&z->stream, Z_SYNC_FLUSH);
    return z->packed_room - z->stream.avail_out;
}

const uint8_t *zmbv_frame(struct zmbv *z, size_t *size, bool *key)
{
    static const uint8_t head[ZMBV_HEAD] = { 1, 0, 1, 1, 8, BLOCK, BLOCK };
    size_t whole = (size_t)z->pitch * (z->height + 2 * MARGIN) * PIXEL;

    *key = z->since_key % ZMBV_KEY_EVERY == 0;
    z->since_key++;
    if (*key) {
        deflateReset(&z->stream);
        memcpy(z->packed, head, sizeof head);
        *size = pack_frame(z, sizeof head, put_pixels(z));
    } else {
        z->packed[0] = 0;
        *size = pack_frame(z, 1, put_blocks(z));
    }
    memcpy(z->before, z->now, whole);
    return z->packed;
}
