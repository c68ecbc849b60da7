/* random.h - random numbers that are the same on every host. */
#ifndef RANDOM_H
#define RANDOM_H

#include "machine/core/core.h"

/* xorshift64*, by Vigna; the seed is not 0. */
static inline u64 random64(u64 *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s * 0x2545f4914f6cdd1du;
}

static inline u32 random32(u64 *s)
{
    return (u32)(random64(s) >> 32);
}

/* From 0 to n - 1. */
static inline u32 random_below(u64 *s, u32 n)
{
    return (u32)(random64(s) >> 33) % n;
}

#endif
