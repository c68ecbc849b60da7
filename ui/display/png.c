/* png.c - writes 24-bit PNG pictures. Reference: PNG specification 1.2. */
#include "ui/display/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void png_put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static void png_put_chunk(struct pc_file *f, const char *type, const uint8_t *p,
                          uint32_t n)
{
    uint8_t head[8], tail[4];
    uLong crc;

    png_put32(head, n);
    memcpy(head + 4, type, 4);
    crc = crc32(0, head + 4, 4);
    if (n)
        crc = crc32(crc, p, n);
    png_put32(tail, (uint32_t)crc);
    pc_file_put(f, head, 8);
    pc_file_put(f, p, n);
    pc_file_put(f, tail, 4);
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

static void png_put_all(struct pc_file *f, uint32_t w, uint32_t h,
                        const uint8_t *data, uint32_t n)
{
    static const char maker[] = "Software\0isabox";
    uint8_t head[13] = { 0 };

    png_put32(head, w);
    png_put32(head + 4, h);
    head[8] = 8;                        /* bits a sample */
    head[9] = 2;                        /* RGB */
    pc_file_put(f, "\x89PNG\r\n\x1a\n", 8);
    png_put_chunk(f, "IHDR", head, 13);
    png_put_chunk(f, "tEXt", (const uint8_t *)maker, sizeof maker - 1);
    png_put_chunk(f, "IDAT", data, n);
    png_put_chunk(f, "IEND", data, 0);
}

bool png_write(const char *path, const struct pc_frame *frame, char *why)
{
    uint32_t w = frame->width, h = frame->height;
    size_t size = 0;
    uint8_t *raw = lines(frame->pixels, w, h, frame->stride, &size);
    uLongf n = compressBound((uLong)size);
    uint8_t *packed = malloc(n);
    struct pc_file *f = NULL;

    if (!raw || !packed ||
        compress2(packed, &n, raw, (uLong)size, 6) != Z_OK)
        snprintf(why, PC_WHY, "%.150s: out of memory", path);
    else
        f = pc_file_open(path, why);
    if (f)
        png_put_all(f, w, h, packed, (uint32_t)n);
    free(raw);
    free(packed);
    return f && pc_file_close(f, true, why);
}
