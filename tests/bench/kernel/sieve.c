/* sieve.c - Eratosthenes over bytes. */
#include "kernel.h"

enum { SIZE = 65536 };

void setup(void) {}

u32 iter(void)
{
    u8 *composite = MEMORY;
    u32 sum = 0, count = 0;
    for (u32 i = 0; i < SIZE; i++)
        composite[i] = 0;
    for (u32 i = 2; i < SIZE; i++) {
        if (composite[i])
            continue;
        count++;
        sum += i;
        for (u32 k = 2 * i; k < SIZE; k += i)
            composite[k] = 1;
    }
    return sum ^ count << 16;
}
