/* calls.c - calls with arguments on the stack, recursion, bytes put together
 * to dwords and taken apart; over 4 KB, or with WIDE all over 4 MB. */
#include "kernel.h"

#ifdef WIDE
enum { HALF = 0x200000, STEPS = 8000 };
#else
enum { HALF = 0x800, STEPS = 8000 };
#endif

FUNCTION u32 gather(const u8 *p)
{
    return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

FUNCTION void scatter(u8 *p, u32 word)
{
    p[0] = word >> 24;
    p[1] = word >> 16;
    p[2] = word >> 8;
    p[3] = word;
}

FUNCTION u32 mix(u32 h, u32 word, u32 step)
{
    h ^= word;
    h = h << 5 | h >> 27;
    return h + (step & h ? word & step : word | step);
}

FUNCTION u32 tree(u32 depth, u32 word)
{
    if (!depth)
        return word & 0xff;
    return tree(depth - 1, word >> 1) + tree(depth - 1, word >> 2);
}

/* The lower half is only read, the upper only read where it was written, so
 * every iteration meets the same bytes. */
void setup(void)
{
    u32 seed = 1;
    for (u32 i = 0; i < HALF; i++)
        MEMORY[i] = random_next(&seed);
}

u32 iter(void)
{
    u32 seed = 12345, h = 0, last = 0;
    scatter(MEMORY + HALF, 0);
    for (u32 i = 0; i < STEPS; i++) {
        u32 from = random_next(&seed) & (HALF - 4);
        u32 to = random_next(&seed) & (HALF - 4);
        h = mix(h, gather(MEMORY + from), i);
        h = mix(h, gather(MEMORY + HALF + last), i);
        scatter(MEMORY + HALF + to, h);
        last = to;
        if ((i & 7) == 0)
            h += tree(3, h);
    }
    return h;
}
