/* ide_identify.c - the 256 words by which an ATA disk describes itself. */
#include "devices/disk/ide.h"

#include <string.h>

enum {
    LBA28_MAX = 0x0fffffff, CHS_MAX_CYLINDERS = 16383,
    FIXED = 0x0040, DUAL_PORTED_CACHED = 3, ECC_BYTES = 4,
};

static void identify_put(u8 *p, int word, u32 v)
{
    p[2 * word] = (u8)v;
    p[2 * word + 1] = (u8)(v >> 8);
}

static void identify_put32(u8 *p, int word, u32 v)
{
    identify_put(p, word, v);
    identify_put(p, word + 1, v >> 16);
}

/* Text fills words from their high byte on, and is padded with spaces. */
static void identify_put_text(u8 *p, int word, int words, const char *s)
{
    for (int i = 0; i < 2 * words; i++)
        p[2 * word + (i ^ 1)] = (u8)(*s ? *s++ : ' ');
}

/* Words 0-53: what ATA-1 has, and 1990's drivers compare with the BIOS. */
static void identify_describe(u8 *p, const struct ide_unit *u)
{
    identify_put(p, 0, FIXED);
    identify_put(p, 1, u->chs.cylinders);
    identify_put(p, 3, u->chs.heads);
    identify_put(p, 4, u->chs.sectors * SECTOR);
    identify_put(p, 5, SECTOR);
    identify_put(p, 6, u->chs.sectors);
    identify_put_text(p, 10, 10, u->serial);
    identify_put(p, 20, DUAL_PORTED_CACHED);
    identify_put(p, 21, IDE_BLOCK);
    identify_put(p, 22, ECC_BYTES);
    identify_put_text(p, 23, 4, "1.0");
    identify_put_text(p, 27, 20, u->model);
    identify_put(p, 47, 0x8000 | IDE_BLOCK);
    identify_put(p, 48, 1);                      /* 32-bit data port */
    identify_put(p, 49, 0x0a00);                 /* LBA, IORDY */
    identify_put(p, 50, 0x4000);
    identify_put(p, 51, 0x0200); /* PIO 2 */
    identify_put(p, 53, 0x0003); /* words 54-58 and 64-70 are valid */
}

/* What an adapter for DMA adds; cycle times are those of multiword mode 2. */
static void identify_dma(u8 *p, const struct ide *d, int n)
{
    if (!ide_has_dma(d))
        return;
    p[2 * 49 + 1] |= 0x01;
    p[2 * 53] |= 0x04;                  /* word 88 is valid */
    identify_put(p, 62, ide_mode_word(d, n, SINGLE_WORD_DMA));
    identify_put(p, 63, ide_mode_word(d, n, MULTIWORD_DMA));
    identify_put(p, 65, 120);
    identify_put(p, 66, 120);
    identify_put(p, 88, ide_mode_word(d, n, ULTRA_DMA));
}

static void current(u8 *p, const struct ide *d, int n)
{
    struct chs g = ide_translation(d, n);
    u64 total = d->unit[n].media->sectors, cylinders;

    cylinders = total / (g.heads * g.sectors);
    if (cylinders > CHS_MAX_CYLINDERS)
        cylinders = CHS_MAX_CYLINDERS;
    identify_put(p, 54, (u32)cylinders);
    identify_put(p, 55, g.heads);
    identify_put(p, 56, g.sectors);
    identify_put32(p, 57, (u32)cylinders * g.heads * g.sectors);
    if (d->s.drive[n].multiple)
        identify_put(p, 59, 0x0100u | d->s.drive[n].multiple);
    identify_put32(p, 60, total > LBA28_MAX ? LBA28_MAX : (u32)total);
}

static void modern(u8 *p, u64 total)
{
    identify_put(p, 64, 0x0003);                 /* PIO 3 and 4 */
    identify_put(p, 67, 120);
    identify_put(p, 68, 120);
    identify_put(p, 80, 0x007e); /* ATA-1 to ATA-6 */
    identify_put(p, 82, 0x7068); /* NOP, buffers, caches, power */
    identify_put(p, 83, 0x7400); /* FLUSH CACHE (EXT), 48 bits */
    identify_put(p, 84, 0x4000);
    identify_put(p, 85, 0x7068);
    identify_put(p, 86, 0x3400);
    identify_put(p, 87, 0x4000);
    identify_put32(p, 100, (u32)total);
    identify_put32(p, 102, (u32)(total >> 32));
}

void ide_identify(const struct ide *d, int n, u8 *p)
{
    memset(p, 0, SECTOR);
    identify_describe(p, &d->unit[n]);
    current(p, d, n);
    modern(p, d->unit[n].media->sectors);
    identify_dma(p, d, n);
}

/* A CD-ROM drive that can be taken a disc out of, with packets of 12 bytes,
 * for which it asks within 3 ms. */
void ide_identify_packet(const struct ide *d, int n, u8 *p)
{
    memset(p, 0, SECTOR);
    identify_put(p, 0, 0x8580);
    identify_put_text(p, 10, 10, d->unit[n].serial);
    identify_put_text(p, 23, 4, "1.0");
    identify_put_text(p, 27, 20, d->unit[n].model);
    identify_put(p, 49, 0x0a00);                 /* LBA, IORDY */
    identify_put(p, 51, 0x0200);
    identify_put(p, 53, 0x0002);
    identify_put(p, 64, 0x0003);
    identify_put(p, 67, 120);
    identify_put(p, 68, 120);
    identify_put(p, 80, 0x001e); /* ATA-1 to ATA-4 */
    identify_put(p, 82, 0x0210); /* packet commands, DEVICE RESET */
    identify_put(p, 83, 0x4000);
    identify_put(p, 84, 0x4000);
    identify_put(p, 85, 0x0210);
    identify_dma(p, d, n);
}
