/* imd_image.h - makes ImageDisk images of tracks as odd as one likes. Byte k of
 * a sector's data is its number, plus k / 128. */
#ifndef IMD_IMAGE_H
#define IMD_IMAGE_H

#include "machine/core/state.h"

/* Modes of tracks; the largest sector. */
enum { FM500 = 0, FM250 = 2, MFM500 = 3, MFM250 = 5, BIGGEST = 8192 };

/* Types of records. */
enum { NO_DATA = 0, SOUND = 1, DELETED = 3, BAD_CRC = 5, DELETED_BAD = 7 };

struct listed { u8 c, h, r, n, type; };

static struct buf image;

static inline u8 byte_of(u8 r, int k)
{
    return (u8)(r + k / 128);
}

static inline void image_begin(void)
{
    static const char text[] = "IMD 1.18: 01/02/2026 12:00:00\r\nodd\x1a";

    buf_free(&image);
    buf_put_bytes(&image, text, sizeof text - 1);
}

static inline void image_sector(const struct listed *s)
{
    u8 data[BIGGEST];

    for (int k = 0; k < BIGGEST; k++)
        data[k] = byte_of(s->r, k);
    buf_put(&image, s->type, 1);
    if (s->type)
        buf_put_bytes(&image, data, 128u << s->n);
}

static inline void image_track(u8 mode, u8 c, u8 h, const struct listed *s,
                               u8 n)
{
    const u8 head[] = { mode, c, h | 0xc0, n, 0xff };

    buf_put_bytes(&image, head, sizeof head);
    for (int i = 0; i < n; i++)
        buf_put(&image, s[i].r, 1);
    for (int i = 0; i < n; i++)
        buf_put(&image, s[i].c, 1);
    for (int i = 0; i < n; i++)
        buf_put(&image, s[i].h, 1);
    for (int i = 0; i < n; i++)
        buf_put(&image, 128u << s[i].n, 2);
    for (int i = 0; i < n; i++)
        image_sector(&s[i]);
}

#define TRACK(mode, c, h, list) image_track(mode, c, h, list, COUNT_OF(list))

#endif
