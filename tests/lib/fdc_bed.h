/* fdc_bed.h - what the tests of the 82077AA with a plain disk share: the disk,
 * whose sectors show their numbers, in drive 0. */
#ifndef FDC_BED_H
#define FDC_BED_H

#include "tests/lib/fdc_rig.h"

static struct block *disk;

/* Sector n holds its number in its first two bytes, then n * 3 everywhere. */
static inline struct block *make_disk(u32 sectors)
{
    struct block *b;
    u8 s[SECTOR];

    ck_assert_int_eq(block_open_memory(&b, "", 0, sectors, "disk", NULL),
                     ERR_OK);
    for (u32 i = 0; i < sectors; i++) {
        memset(s, (int)(i * 3), SECTOR);
        s[0] = (u8)i;
        s[1] = (u8)(i >> 8);
        block_write(b, i, s, 1);
    }
    return b;
}

static inline bool is_sector(const u8 *p, u32 n)
{
    return p[0] == (u8)n && p[1] == (u8)(n >> 8) && p[2] == (u8)(n * 3) &&
           p[511] == (u8)(n * 3);
}

static inline void setup(void)
{
    chip_test_init(&t);
    wire(&fdc);
    disk = make_disk(2880);
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    irqs = 0;
    dma_masked = false;
    start_up();
    irqs = 0;
}

static inline void teardown(void)
{
    block_close(disk);
}

#endif
