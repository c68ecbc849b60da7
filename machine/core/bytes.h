/* bytes.h - integers in the byte order of a file or a disk. */
#ifndef BYTES_H
#define BYTES_H

#include <string.h>

#include "machine/core/core.h"

/* n bytes, 1 to 8, the lowest first (le) or the highest first (be). */
static inline u64 get_le(const u8 *p, int n)
{
    u64 v = 0;

    while (n-- > 0)
        v = v << 8 | p[n];
    return v;
}

static inline u64 get_be(const u8 *p, int n)
{
    u64 v = 0;

    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static inline void put_le(u8 *p, int n, u64 v)
{
    for (int i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * i);
}

static inline void put_be(u8 *p, int n, u64 v)
{
    for (int i = 0; i < n; i++)
        p[n - 1 - i] = (u8)(v >> 8 * i);
}

static inline bool has_only_zeros(const void *bytes, size_t n)
{
    const u8 *p = bytes;

    return !n || (!*p && !memcmp(p, p + 1, n - 1));
}

/* Written out, as compilers make one load or store of them then. */
static inline u16 get_le16(const u8 *p)
{
    return (u16)(p[0] | p[1] << 8);
}

static inline u32 get_le32(const u8 *p)
{
    return get_le16(p) | (u32)get_le16(p + 2) << 16;
}

static inline u64 get_le64(const u8 *p)
{
    return get_le32(p) | (u64)get_le32(p + 4) << 32;
}

static inline void put_le16(u8 *p, u32 v)
{
    p[0] = (u8)v;
    p[1] = (u8)(v >> 8);
}

static inline void put_le32(u8 *p, u32 v)
{
    put_le16(p, v);
    put_le16(p + 2, v >> 16);
}

static inline void put_le64(u8 *p, u64 v)
{
    put_le32(p, (u32)v);
    put_le32(p + 4, (u32)(v >> 32));
}

static inline u16 get_be16(const u8 *p) { return (u16)get_be(p, 2); }
static inline u32 get_be32(const u8 *p) { return (u32)get_be(p, 4); }
static inline u64 get_be64(const u8 *p) { return get_be(p, 8); }
static inline void put_be16(u8 *p, u32 v) { put_be(p, 2, v); }
static inline void put_be32(u8 *p, u32 v) { put_be(p, 4, v); }
static inline void put_be64(u8 *p, u64 v) { put_be(p, 8, v); }

#endif
