/* png.c - writes 24-bit PNG pictures. Reference: PNG specification 1.2. */
#include "ui/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static bool put_chunk(FILE *f, const char *type, const uint8_t *p, uint32_t n)
{
    uint8_t head[8], tail[4];
    uLong crc;

    put32(head, n);
    memcpy(head + 4, type, 4);
    crc = crc32(0, head + 4, 4);
    if (n)
        crc = crc32(crc, p, n);
    put32(tail, (uint32_t)crc);
    return fwrite(head, 1, 8, f) == 8 && fwrite(p, 1, n, f) == n &&
           fwrite(tail, 1, 4, f) == 4;
}

/* Each line starts with its filter type: 0, none. */
static uint8_t *lines(const uint32_t *px, uint32_t w, uint32_t h,
                      uint32_t stride, size_t *size)
{
    uint8_t *all = malloc(*size = (size_t)h * (1 + 3 * (size_t)w)), *p = all;

    for (uint32_t y = 0; all && y < h; y++) {
        *p++ = 0;
        for (uint32_t x = 0; x < w; x++) {
            uint32_t v = px[(size_t)y * stride + x];

            *p++ = (uint8_t)(v >> 16);
            *p++ = (uint8_t)(v >> 8);
            *p++ = (uint8_t)v;
        }
    }
    return all;
}

static bool put_all(FILE *f, uint32_t w, uint32_t h, const uint8_t *data,
                    uint32_t n)
{
    uint8_t head[13] = { 0 };

    put32(head, w);
    put32(head + 4, h);
    head[8] = 8;                        /* bits a sample */
    head[9] = 2;                        /* RGB */
    return fwrite("\x89PNG\r\n\x1a\n", 1, 8, f) == 8 &&
           put_chunk(f, "IHDR", head, 13) &&
           put_chunk(f, "IDAT", data, n) && put_chunk(f, "IEND", data, 0);
}

bool png_write(const char *path, const uint32_t *pixels, uint32_t width,
               uint32_t height, uint32_t stride)
{
    size_t size = 0;
    uint8_t *raw = lines(pixels, width, height, stride, &size);
    uLongf n = compressBound((uLong)size);
    uint8_t *packed = malloc(n);
    FILE *f = NULL;
    bool ok = false;

    if (raw && packed && compress2(packed, &n, raw, (uLong)size, 6) == Z_OK)
        f = fopen(path, "wb");
    if (f) {
        ok = put_all(f, width, height, packed, (uint32_t)n);
        ok &= fclose(f) == 0;
    }
    free(raw);
    free(packed);
    return ok;
}
