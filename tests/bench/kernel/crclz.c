/* crclz.c - makes text, packs it (LZ77, hashed), unpacks it, CRC-32 of all. */
#include "kernel.h"

enum { SIZE = 16384, HASH = 4096, NONE = 0xffffffff };

struct area {
    u32 table[256];
    u32 head[HASH];
    u8 text[SIZE + 16], packed[2 * SIZE], back[SIZE + 300];
};
#define A ((struct area *)MEMORY)

FUNCTION void make_table(void)
{
    for (u32 i = 0; i < 256; i++) {
        u32 c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
        A->table[i] = c;
    }
}

FUNCTION u32 crc(const u8 *p, u32 n)
{
    u32 c = ~0u;
    while (n--)
        c = c >> 8 ^ A->table[(c ^ *p++) & 0xff];
    return ~c;
}

FUNCTION void make_text(void)
{
    static const char words[16][8] = {
        "the ", "of ", "and ", "disk ", "file ", "sector ", "DOS ", "memory ",
        "a ", "driver ", "is ", "to ", "in ", "port ", "int ", "stack " };
    u32 seed = 7, n = 0;
    while (n < SIZE) {
        const char *w = words[random_next(&seed) >> 4 & 15];
        while (*w && n < SIZE)
            A->text[n++] = *w++;
    }
}

FUNCTION u32 match(u32 at, u32 from)
{
    u32 n = 0;
    while (n < 255 && at + n < SIZE && A->text[at + n] == A->text[from + n])
        n++;
    return n;
}

/* Literal: 0, byte. Match: length, distance low, distance high. */
FUNCTION u32 pack(void)
{
    u32 out = 0, at = 0;
    for (u32 i = 0; i < HASH; i++)
        A->head[i] = NONE;
    while (at < SIZE) {
        const u8 *p = A->text + at;
        u32 key = p[0] | p[1] << 8 | p[2] << 16;
        u32 *head = &A->head[key * 2654435761u >> 20];
        u32 from = *head, n = from == NONE ? 0 : match(at, from);
        *head = at;
        if (n < 4) {
            A->packed[out++] = 0;
            A->packed[out++] = A->text[at++];
            continue;
        }
        A->packed[out++] = n;
        A->packed[out++] = at - from;
        A->packed[out++] = (at - from) >> 8;
        at += n;
    }
    return out;
}

FUNCTION u32 unpack(u32 size)
{
    u32 out = 0;
    for (u32 in = 0; in < size;) {
        u32 n = A->packed[in++];
        if (!n) {
            A->back[out++] = A->packed[in++];
            continue;
        }
        u32 back = A->packed[in] | A->packed[in + 1] << 8;
        in += 2;
        for (; n; n--, out++)
            A->back[out] = A->back[out - back];
    }
    return out;
}

void setup(void) {}

u32 iter(void)
{
    make_table();
    make_text();
    u32 size = pack(), n = unpack(size);
    return crc(A->text, SIZE) ^ crc(A->packed, size) * 3 ^ crc(A->back, n) * 5;
}
