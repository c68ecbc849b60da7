/* zmbv.h - pictures as frames of ZMBV, DOSBox's capture codec.
 *
 * A frame tells what differs from the one before it, a key frame all:
 *
 *   key frame    01 | 00 01 | 01 | 08 | 10 10 | zlib: the pixels
 *                flags | version 0.1 | zlib | 32 bits a pixel | blocks of 16
 *                by 16
 *   others       00 | zlib: a vector for each block, pixels
 *
 * Blocks stand in rows from the top left; those at the right and the lower edge
 * may be smaller. A vector is two signed bytes, x * 2 + changed and y * 2: the
 * block looks as the older picture did at that distance, but for those pixels
 * that, when it has changed, follow behind all vectors as an exclusive or. The
 * vectors are filled up to a multiple of four bytes. zlib's stream begins anew
 * with a key frame and is flushed with each other one.
 *
 * Pixels are blue, green, red and 0, so that all colours are exact.
 *
 * Reference: what the decoder in FFmpeg (libavcodec/zmbv.c) and the
 * MultimediaWiki's page "DosBox Capture Codec" say of the format. */
#ifndef ZMBV_H
#define ZMBV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZMBV_BLOCK = 16, ZMBV_KEY_EVERY = 300, ZMBV_HEAD = 7 };

struct zmbv;

/* NULL: no memory. */
struct zmbv *zmbv_new(uint32_t width, uint32_t height);
void zmbv_free(struct zmbv *z);

/* The next picture, rows of 0x00RRGGBB `stride` pixels apart. */
void zmbv_show(struct zmbv *z, const uint32_t *pixels, uint32_t stride);

/* The picture as a frame, which lasts until the next call; *size is its length.
 * Shown once, it may be asked for several times: it stands still. */
const uint8_t *zmbv_frame(struct zmbv *z, size_t *size, bool *key);

#endif
