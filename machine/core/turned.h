/* turned.h - device memory in four planes, whose bytes lie in another order on
 * the host, so that the CPU can reach them without a call of the device. */
#ifndef TURNED_H
#define TURNED_H

#include "machine/core/bytes.h"

/* The part of a device's memory that is four planes. For a below `size`, the
 * planes' bytes of offset first + a are the dword at
 *
 *     ((a & 3) << 16) + (a & ~3)
 *
 * from `read` or `write` on, plane 0 in the low byte, as those of a VGA lie
 * (vga_dword(), vga.h). A read puts that dword into the latch. Masks hold one
 * byte for each plane. The device owns this, and changes it as its registers
 * change. */
struct turned_bytes {
    u8 *read, *write;
    u32 *latch;
    u32 first, size;                    /* size 0: the device must be called */
    bool reads;                         /* a read gives the byte of a plane, */
    u8 shift;                           /* ..that is this far up the dword */
    bool blends;                        /* a write stores, of all planes, what
                                           they hold under `kept`, the latch
                                           under `latched`, the CPU's byte under
                                           `stored`, and `fixed` */
    u32 kept, latched, stored, fixed;
    u8 *lone;                           /* where just one plane is written, and
                                           that as bytes come: `write` for that
                                           plane; or NULL */
};

/* Whether n bytes from offset `off` of the device on are there. */
static inline bool turned_holds(const struct turned_bytes *t, u32 off, u32 n)
{
    u32 a = t ? off - t->first : 0;

    return t && a < t->size && n <= t->size - a;
}

static inline size_t turned_offset(u32 a)
{
    return (size_t)(a & 3) << 16 | (a & ~3u);
}

/* Where `reads`. */
static inline u8 turned_read(const struct turned_bytes *t, u32 a)
{
    u32 v = get_le32(t->read + turned_offset(a));

    *t->latch = v;
    return (u8)(v >> t->shift);
}

/* What a write makes of a dword, of the latch and of a byte. */
static inline u32 turned_blend(const struct turned_bytes *t, u32 old, u32 latch,
                               u8 value)
{
    return (old & t->kept) | (latch & t->latched) |
           (value * 0x01010101u & t->stored) | t->fixed;
}

/* Where `blends`. */
static inline void turned_write(const struct turned_bytes *t, u32 a, u8 value)
{
    u8 *p = t->write + turned_offset(a);

    put_le32(p, turned_blend(t, get_le32(p), *t->latch, value));
}

/* n bytes by turned_write(), upwards from a on: `value`, or those at `from`. */
static inline void turned_fill(const struct turned_bytes *t, u32 a, u32 n,
                               u8 value)
{
    u32 new = turned_blend(t, 0, *t->latch, value), kept = t->kept;

    for (u8 *p; n--; a++) {
        p = t->write + turned_offset(a);
        put_le32(p, (get_le32(p) & kept) | new);
    }
}

static inline void turned_store(const struct turned_bytes *t, u32 a,
                                const u8 *from, u32 n)
{
    struct turned_bytes k = *t;
    u32 latch = *t->latch;

    for (u8 *p; n--; a++) {
        p = k.write + turned_offset(a);
        put_le32(p, turned_blend(&k, get_le32(p), latch, *from++));
    }
}

/* n bytes by turned_read() and turned_write() in turn, from `from` and a on; d
 * is 1 or -1. */
static inline void turned_copy(const struct turned_bytes *t, u32 a, u32 from,
                               u32 n, u32 d)
{
    struct turned_bytes k = *t;
    u32 latch = *t->latch;

    for (u8 *p; n--; a += d, from += d) {
        latch = get_le32(k.read + turned_offset(from));
        p = k.write + turned_offset(a);
        put_le32(p, turned_blend(&k, get_le32(p), latch,
                                 (u8)(latch >> k.shift)));
    }
    *t->latch = latch;
}

#endif
