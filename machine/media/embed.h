/* embed.h - what a medium holds, within a record.
 *
 * A record made with media=embed has, behind what it says of a medium, a copy
 * of its contents, so that a replay needs no other file:
 *
 *     u8 1          the form
 *     u32           CRC-32 of all that follows
 *     u64 sectors   of the medium
 *     u32 cylinders, heads, sectors of a track     the container's
 *     u8 tracks     it has a floppy's own tracks (surface.h)
 *     u8 odd size   of those
 *     u8 n, u32 frames       a compact disc of n tracks; 0: it is none
 *     n times u32 first, start, end  u8 mode, number
 *     pieces: u32 number, u32 size, that many bytes, packed by zlib
 *
 * Pieces are 64 KB of the row of sectors, or 32 raw frames of a disc. Those
 * that hold nothing but zeros are not there. */
#ifndef EMBED_H
#define EMBED_H

#include "machine/block/block.h"

/* More than that of a medium is not copied, nor believed. */
#define EMBED_MOST (UINT64_C(16) << 30)

/* Fails with words when the medium is too large or can't be read. */
enum err embed_put(struct buf *to, struct block *b, struct why *why);

/* A medium that holds what the copy holds, and can't be written to. The bytes,
 * which may be anything, are copied; `name` is for messages. */
enum err embed_open(struct block **out, const char *name, const void *bytes,
                    size_t n, struct why *why);

#endif
