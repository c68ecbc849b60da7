/* mode13.c - frames in mode 13h: a plasma pixel by pixel, a sprite with holes,
 * a scroll by dwords, and a look back at some pixels. */
#include "kernel.h"

enum { W = 320, H = 200, FRAMES = 4 };

FUNCTION void plasma(const u8 *wave, u32 t)
{
    u8 *p = VIDEO;
    for (u32 y = 0; y < H; y++) {
        u8 row = wave[(y * 2 + t) & 255] + t;
        for (u32 x = 0; x < W; x++)
            *p++ = wave[(x + t * 3) & 255] + row;
    }
}

FUNCTION void sprite(u32 left, u32 top)
{
    for (u32 y = 0; y < 64; y++) {
        u8 *p = VIDEO + (top + y) * W + left;
        for (u32 x = 0; x < 64; x++, p++)
            if ((x ^ y) & 4)
                *p = x + y;
    }
}

FUNCTION void scroll(void)
{
    volatile u32 *p = (volatile u32 *)VIDEO;
    for (u32 n = 0; n < W * 100 / 4; n++)
        p[n] = p[n + W / 4];
}

void setup(void)
{
    for (int i = 0; i < 256; i++)
        MEMORY[i] = (i & 128 ? 255 - i : i) * (i & 63) >> 5;
}

u32 iter(void)
{
    u32 sum = 0;
    for (u32 t = 0; t < FRAMES; t++) {
        plasma(MEMORY, t);
        sprite(10 + t * 50, 20 + t * 30);
        scroll();
        for (u32 i = 0; i < W * H; i += 37)
            sum = (sum << 3 | sum >> 29) + VIDEO[i];
    }
    return sum;
}
