/* unsigned.c - floppy images without a signature that are not read. */
#include "machine/block/floppy/unsigned.h"

#include <string.h>

#include "machine/core/bytes.h"

enum {
    DMK_HEAD = 16, DMK_MOST = 0x4000, DMK_ONE_SIDE = 0x10,
    OOB = 0x0d, OOB_TEXT = 4, LOOKED_AT = 512,
    DC42_HEAD = 84
};

/* Reference: D. Keil's notes on DMK: protected (FFh) or not, tracks, bytes a
 * track, options, and bytes that are zeros. */
bool is_dmk(const struct probe *p)
{
    const u8 *h = p->head;
    u32 bytes = get_le16(h + 2);
    u64 sides = h[4] & DMK_ONE_SIDE ? 1 : 2;

    if (p->head_size <= DMK_HEAD || (h[0] && h[0] != 0xff) || !h[1] ||
        h[1] > 96 || bytes <= 128 || bytes > DMK_MOST)
        return false;
    for (int i = 5; i < DMK_HEAD; i++)
        if (h[i])
            return false;
    return p->size == DMK_HEAD + h[1] * sides * bytes;
}

static bool holds_word(const u8 *p, size_t n, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= n; i++)
        if (!memcmp(p + i, word, strlen(word)))
            return true;
    return false;
}

/* A stream begins with a block of text that names the hardware. */
bool is_kryoflux(const struct probe *p)
{
    size_t n = p->head_size < LOOKED_AT ? p->head_size : LOOKED_AT;

    return n > 4 && p->head[0] == OOB && p->head[1] == OOB_TEXT &&
           (holds_word(p->head, n, "host_date") ||
            holds_word(p->head, n, "KryoFlux"));
}

/* Reference: NewRisingSun, The Transcopy v5 image format. */
bool is_transcopy(const struct probe *p)
{
    const u8 *h = p->head + 0x100;

    return p->head_size > 0x4000 && (h[0] == 0xff || (h[0] >= 2 &&
           h[0] <= 12)) && h[1] <= h[2] && h[2] < 90 && h[3] >= 1 &&
           h[3] <= 2 && h[4] >= 1 && h[4] <= 2;
}

/* A name behind its length; bytes of data and of tags, by high bytes first, add
 * up to the file; 1 at 82. */
bool is_dc42(const struct probe *p)
{
    const u8 *h = p->head;
    u64 data = get_be32(h + 64), tags = get_be32(h + 68);

    return p->head_size > DC42_HEAD && h[0] < 64 && data && h[82] == 1 &&
           h[83] == 0 && h[80] <= 3 && p->size == DC42_HEAD + data + tags;
}
