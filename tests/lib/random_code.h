/* random_code.h - random instructions, for tests of the disassembler. */
#ifndef RANDOM_CODE_H
#define RANDOM_CODE_H

#include <string.h>

#include "cpu/block.h"
#include "tests/lib/random.h"

/* An instruction's bytes, then NOPs in which ndisasm falls into step again. */
enum { SLOT = 32, RANDOM = 16 };

/* n slots. Half of them begin with a prefix, an eighth with two. */
static inline void random_code(u8 *to, int n, u64 *seed)
{
    static const u8 prefixes[] = { 0x66, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64,
                                   0x65, 0xf0, 0xf2, 0xf3, 0x0f };

    memset(to, 0x90, (size_t)n * SLOT);
    for (int k = 0; k < n; k++) {
        u8 *p = to + k * SLOT;
        u32 kind = random32(seed);

        for (int b = 0; b < RANDOM; b++)
            p[b] = (u8)random32(seed);
        if (kind & 1)
            p[0] = prefixes[kind / 8 % COUNT_OF(prefixes)];
        if ((kind & 7) == 7)
            p[1] = prefixes[kind / 128 % COUNT_OF(prefixes)];
    }
}

static inline bool is_prefix(u8 b)
{
    return b == 0x26 || b == 0x2e || b == 0x36 || b == 0x3e || b == 0xf0 ||
           (b >= 0x64 && b <= 0x67) || b == 0xf2 || b == 0xf3;
}

static inline int prefix_count(const u8 *p)
{
    int n = 0;

    while (n < RANDOM && is_prefix(p[n]))
        n++;
    return n;
}

static inline bool has_prefix(const u8 *p, u8 b)
{
    return memchr(p, b, (size_t)prefix_count(p)) != NULL;
}

/* The first one in the text, if any; there must be room. */
static inline void replace(char *text, const char *old, const char *by)
{
    char *p = strstr(text, old);

    if (!p)
        return;
    memmove(p + strlen(by), p + strlen(old), strlen(p + strlen(old)) + 1);
    memcpy(p, by, strlen(by));
}

#endif
