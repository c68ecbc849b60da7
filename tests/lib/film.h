/* film.h - reads AVI files with ZMBV and PCM, written from the format's
 * description: what ui/capture makes is judged by it. */
#ifndef FILM_H
#define FILM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct film {
    uint8_t *p;                         /* the file */
    size_t n, at, movi, movi_end;
    uint32_t width, height, scale, rate, hz;
    uint32_t frames, samples;           /* as the headers tell */
    uint32_t aspect_w, aspect_h;
    uint32_t index_rows, bad_rows;      /* bad: they don't point at a chunk */
    int indexed, keyed;                 /* keyed: the last frame was a key */
    uint8_t *picture, *older, *plain;   /* blue, green, red, 0 */
    size_t plain_room;
    z_stream z;
};

static inline uint32_t film_le(const uint8_t *p, int bytes)
{
    return bytes ? *p | film_le(p + 1, bytes - 1) << 8 : 0;
}

static inline int film_is(const uint8_t *p, const char *name)
{
    return !memcmp(p, name, 4);
}

static inline void film_stream_header(struct film *f, const uint8_t *p)
{
    if (film_is(p, "vids")) {
        f->scale = film_le(p + 20, 4);
        f->rate = film_le(p + 24, 4);
        f->frames = film_le(p + 32, 4);
    } else {
        f->hz = film_le(p + 24, 4) / film_le(p + 20, 4);
        f->samples = film_le(p + 32, 4);
    }
}

static inline void film_index(struct film *f, const uint8_t *p, uint32_t size)
{
    f->indexed = 1;
    for (f->index_rows = 0; f->index_rows < size / 16; f->index_rows++) {
        const uint8_t *row = p + 16 * f->index_rows;
        size_t at = f->movi - 4 + film_le(row + 8, 4);

        if (at + 8 > f->n || memcmp(f->p + at, row, 4) ||
            film_le(f->p + at + 4, 4) != film_le(row + 12, 4))
            f->bad_rows++;
    }
}

/* The chunks between two places, lists among them. */
static inline void film_walk(struct film *f, size_t at, size_t end)
{
    while (at + 12 <= end) {
        const uint8_t *p = f->p + at;
        uint32_t size = film_le(p + 4, 4);

        if (film_is(p, "LIST") && film_is(p + 8, "movi")) {
            f->movi = at + 12;
            f->movi_end = at + 8 + size < f->n ? at + 8 + size : f->n;
        } else if (film_is(p, "LIST"))
            film_walk(f, at + 12, at + 8 + size < end ? at + 8 + size : end);
        else if (film_is(p, "avih"))
            f->width = film_le(p + 40, 4), f->height = film_le(p + 44, 4);
        else if (film_is(p, "strh"))
            film_stream_header(f, p + 8);
        else if (film_is(p, "vprp"))
            f->aspect_h = film_le(p + 28, 2), f->aspect_w = film_le(p + 30, 2);
        else if (film_is(p, "idx1"))
            film_index(f, p + 8, size);
        at += 8 + (size_t)size + (size & 1);
    }
}

static inline int film_open(struct film *f, const char *path)
{
    FILE *file = fopen(path, "rb");

    *f = (struct film){ 0 };
    if (!file)
        return 0;
    fseek(file, 0, SEEK_END);
    f->n = (size_t)ftell(file);
    rewind(file);
    f->p = malloc(f->n + 64);
    f->n = f->p ? fread(f->p, 1, f->n, file) : 0;
    fclose(file);
    if (f->n < 12 || !film_is(f->p, "RIFF") || !film_is(f->p + 8, "AVI "))
        return 0;
    film_walk(f, 12, f->n);
    f->at = f->movi;
    f->picture = calloc(f->width * f->height + 1, 4);
    f->older = calloc(f->width * f->height + 1, 4);
    f->plain_room = (size_t)f->width * f->height * 5 + 4096;
    f->plain = malloc(f->plain_room);
    return f->movi && inflateInit(&f->z) == Z_OK;
}

static inline void film_close(struct film *f)
{
    if (f->z.state)
        inflateEnd(&f->z);
    free(f->p);
    free(f->picture);
    free(f->older);
    free(f->plain);
}

/* ---- pictures ---- */

static inline const uint8_t *film_older(const struct film *f, int x, int y)
{
    static const uint8_t black[4];

    if (x < 0 || y < 0 || x >= (int)f->width || y >= (int)f->height)
        return black;
    return f->older + 4 * ((size_t)y * f->width + (size_t)x);
}

/* Block n; returns where the pixels of the next one begin. */
static inline const uint8_t *film_block(struct film *f, int bx, int by,
                                        const uint8_t *vector,
                                        const uint8_t *from)
{
    int dx = (int8_t)vector[0] >> 1, dy = (int8_t)vector[1] >> 1;

    for (int y = by; y < by + 16 && y < (int)f->height; y++)
        for (int x = bx; x < bx + 16 && x < (int)f->width; x++) {
            uint8_t *to = f->picture + 4 * ((size_t)y * f->width + (size_t)x);

            memcpy(to, film_older(f, x + dx, y + dy), 4);
            for (int i = 0; vector[0] & 1 && i < 4; i++)
                to[i] ^= *from++;
        }
    return from;
}

static inline int film_blocks(struct film *f, size_t n)
{
    size_t across = (f->width + 15) / 16, down = (f->height + 15) / 16;
    const uint8_t *vector = f->plain;
    const uint8_t *from = f->plain + ((across * down * 2 + 3) & ~(size_t)3);

    memcpy(f->older, f->picture, (size_t)f->width * f->height * 4);
    for (size_t i = 0; i < across * down; i++, vector += 2)
        from = film_block(f, (int)(i % across) * 16, (int)(i / across) * 16,
                          vector, from);
    return from == f->plain + n;
}

static inline int film_frame(struct film *f, const uint8_t *p, size_t n)
{
    static const uint8_t head[7] = { 1, 0, 1, 1, 8, 16, 16 };
    size_t skip = n && *p & 1 ? 7 : 1, size;

    f->keyed = skip == 7;
    if (n < skip || (f->keyed && memcmp(p, head, 7)) || (!f->keyed && *p))
        return 0;
    if (f->keyed)
        inflateReset(&f->z);
    f->z.next_in = (uint8_t *)p + skip;
    f->z.avail_in = (uInt)(n - skip);
    f->z.next_out = f->plain;
    f->z.avail_out = (uInt)f->plain_room;
    if (inflate(&f->z, Z_SYNC_FLUSH) != Z_OK || f->z.avail_in)
        return 0;
    size = f->plain_room - f->z.avail_out;
    if (!f->keyed)
        return film_blocks(f, size);
    memcpy(f->picture, f->plain, (size_t)f->width * f->height * 4);
    return size == (size_t)f->width * f->height * 4;
}

/* The next chunk: 'v' a frame, which is in f->picture then, 's' sound, whose
 * bytes are *sound, 0 the end, -1 a chunk that no such film has. */
static inline int film_next(struct film *f, const uint8_t **sound, size_t *n)
{
    const uint8_t *p = f->p + f->at;
    size_t size;

    if (f->at + 8 > f->movi_end)
        return 0;
    size = film_le(p + 4, 4);
    if (f->at + 8 + size > f->movi_end)
        return 0;
    f->at += 8 + size + (size & 1);
    *sound = p + 8;
    *n = size;
    if (film_is(p, "01wb"))
        return 's';
    return film_is(p, "00dc") && film_frame(f, p + 8, size) ? 'v' : -1;
}

#endif
