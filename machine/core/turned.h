/* turned.h - device memory whose bytes lie apart on the host. */
#ifndef TURNED_H
#define TURNED_H

#include "machine/core/core.h"

/* Where a byte that is written to a device's memory does nothing else than
 * replace one on the host: that of offset `first` + a, for a below `size`, at
 * host + ((a & 3) << 16) + (a & ~3). So the planes of a VGA lie. */
struct turned_bytes {
    u8 *host;
    u32 first, size;                    /* size 0: there are none now */
};

static inline u8 *turned_byte(const struct turned_bytes *t, u32 off)
{
    u32 a = off - t->first;

    return a < t->size ? t->host + ((a & 3) << 16) + (a & ~3u) : NULL;
}

#endif
