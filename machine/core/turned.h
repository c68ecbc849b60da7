/* turned.h - device memory whose bytes lie in another order on the host, so
 * that the CPU can store them without a call of the device. */
#ifndef TURNED_H
#define TURNED_H

#include "machine/core/core.h"

/* The part of a device's memory where a byte written does nothing else than
 * replace one on the host. For a below `size`, offset first + a is
 *
 *     host + ((a & 3) << 16) + (a & ~3)
 *
 * as the bytes of one plane of a VGA lie (vga_dword(), vga.h). The device owns
 * this, and changes it as its registers change. */
struct turned_bytes {
    u8 *host;
    u32 first, size;                    /* size 0: there are none now */
};

/* The host's byte for an offset in the device's memory; NULL: the device must
 * be called. */
static inline u8 *turned_byte(const struct turned_bytes *t, u32 off)
{
    u32 a = off - t->first;

    return a < t->size ? t->host + ((a & 3) << 16) + (a & ~3u) : NULL;
}

#endif
