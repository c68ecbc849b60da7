/* chunks.h - media whose file keeps chunks of them in any order.
 *
 * VHD, VDI and VMDK have a table with the place of each chunk; a chunk that
 * has none is zeros. A format says how to look a chunk up and how to get a new
 * one; the rest is the same for all. */
#ifndef CHUNKS_H
#define CHUNKS_H

#include "machine/block/format.h"

struct chunks {
    struct block b;
    u64 size;                           /* bytes in a chunk */
    /* The chunk's place in the file; 0: it has none. */
    enum err (*look_up)(struct chunks *c, u64 chunk, u64 *at);
    /* Gives a chunk room for zeros, and only then a place in the table. */
    enum err (*add)(struct chunks *c, u64 chunk, u64 *at);
    /* Called before a chunk that has a place is written to. May be NULL. */
    enum err (*touch)(struct chunks *c, u64 chunk, u64 at);
    /* Reads a chunk that is packed in the file. NULL: none is. */
    enum err (*unpack)(struct chunks *c, u64 at, u8 *to);
    u64 unpacked_at;                    /* whose bytes are in `unpacked` */
    u8 *unpacked;
    void (*release)(struct chunks *c);  /* frees all but the file; frees c */
    const char *subformat;
};

extern const struct block_ops chunks_ops;

/* Makes n bytes of the file zeros, of which those behind its end are zeros
 * already, and the file as long as that. */
enum err chunks_clear(struct file *f, u64 at, u64 n);

#endif
