/* test_fdc_layouts.c - raw images whose sectors don't lie on the tracks one
 * behind the other: DMF, XDF. */
#include "tests/lib/fdc_rig.h"

#include "machine/core/bytes.h"

static struct block *disk;
static struct why why;

/* A raw image whose sectors begin with their numbers. */
static struct block *big_disk(u32 sectors, u8 spt, u8 entries, u8 spf)
{
    static const u8 bad[] = { 0xf9, 0xff, 0xff, 0xf7, 0x7f, 0xff, 0xf7, 0x7f,
                              0xff, 0xf7, 0x0f };
    struct block *b;
    u8 s[SECTOR];

    ck_assert_int_eq(block_open_memory(&b, "", 0, sectors, "big", &why),
                     ERR_OK);
    for (u32 i = 0; i < sectors; i++) {
        memset(s, (int)i, sizeof s);
        put_le32(s, i);
        block_write(b, i, s, 1);
    }
    memset(s, 0, sizeof s);
    memcpy(s, (u8[]){ 0xeb, 0x3c, 0x90 }, 3);
    put_le16(s + 11, SECTOR);
    s[13] = s[14] = 1;
    s[16] = 2;
    s[17] = entries;
    put_le16(s + 19, sectors);
    s[21] = 0xf9;
    s[22] = spf;
    s[24] = spt;
    s[26] = 2;
    block_write(b, 0, s, 1);
    memcpy(s, bad, sizeof bad);
    block_write(b, 1, s, 1);
    return b;
}

static void insert_big(struct block *b)
{
    block_close(disk);
    disk = b;
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    out(CCR, RATE_500K);
}

static void setup(void)
{
    chip_test_init(&t);
    wire(&fdc);
    disk = NULL;
    dma_masked = false;
    start_up();
    irqs = 0;
}

static void teardown(void)
{
    block_close(disk);
}

static void go(u8 cylinder)
{
    SEND(15, 0, cylinder);
    run(2000);
    SEND(8);
    EXPECT(0x20, cylinder);
}

/* A command over one sector of side 0. */
static void access_disk(u8 command, u8 c, u8 r, u8 n, u8 eot, u32 bytes)
{
    dma(bytes);
    SEND(command, 0, c, 0, r, n, eot, 0x1b, 0xff);
    run(2000);
}

START_TEST(dmf)
{
    static const u8 order[] = { 12, 2, 13, 3, 14, 4, 15, 5, 16, 6, 17, 7, 18,
                                8, 19, 9, 20, 10, 21, 11, 1 };
    struct surface s;

    insert_big(big_disk(3360, 21, 16, 5));
    ck_assert_uint_eq(fdc.unit[0].format.layout, LAYOUT_DMF);
    surface_read(disk, &fdc.unit[0].format, 3, 1, &s);
    ck_assert_uint_eq(s.n, 21);
    for (int i = 0; i < s.n; i++)
        ck_assert_uint_eq(s.sector[i].r, order[i]);
    go(3);
    dma(512 * 3);
    SEND(0x46, 4, 3, 1, 10, 2, 21, 0x1b, 0xff);
    run(1000);
    EXPECT(4, 0, 0, 3, 1, 13, 2);
    for (u32 i = 0; i < 3; i++)
        ck_assert_uint_eq(get_le32(memory + 512 * i), (3 * 2 + 1) * 21 + 9 + i);
}
END_TEST

/* All of the image but the two holes of the first cylinder is on one track or
 * another, once. */
START_TEST(xdf_covers_the_image)
{
    static u8 seen[3680];
    struct surface s;

    insert_big(big_disk(3680, 23, 224, 11));
    ck_assert_uint_eq(fdc.unit[0].format.layout, LAYOUT_XDF);
    memset(seen, 0, sizeof seen);
    for (u32 side = 0; side < 160; side++) {
        surface_read(disk, &fdc.unit[0].format, side / 2, side % 2, &s);
        ck_assert_uint_eq(s.n, side < 2 ? 19 : 4);
        for (int i = 0; i < s.n; i++)
            for (u32 k = 0; k < surface_size(s.sector[i].n) / SECTOR; k++)
                seen[s.sector[i].at / 4 + k]++;
    }
    for (int i = 0; i < 3680; i++)
        ck_assert_msg(seen[i] == !((i >= 20 && i < 23) || (i >= 37 && i < 42)),
                      "sector %d: %d times", i, seen[i]);
}
END_TEST

START_TEST(xdf_reads_and_writes)
{
    insert_big(big_disk(3680, 23, 224, 11));
    access_disk(0x46, 0, 0x82, 2, 0x83, 1024);
    EXPECT(0, 0, 0, 1, 0, 1, 2);
    ck_assert_uint_eq(get_le32(memory + 512), 2);
    go(5);
    access_disk(0x46, 5, 0x86, 6, 0x86, 8192);
    EXPECT(0, 0, 0, 6, 0, 1, 6);
    for (u32 i = 0; i < 16; i++)
        ck_assert_uint_eq(get_le32(memory + 512 * i), 5 * 46 + 24 + i);
    memset(memory, 0x3c, 2048);
    dma(2048);
    SEND(0x45, 4, 5, 1, 0x84, 4, 0x84, 0x1b, 0xff);
    run(1000);
    EXPECT(4, 0, 0, 6, 1, 1, 4);
    for (u32 i = 0; i < 5; i++) {
        ck_assert_int_eq(block_read(disk, 5 * 46 + 40 + i, memory, 1), ERR_OK);
        ck_assert(i < 4 ? memory[511] == 0x3c
                        : get_le32(memory) == 5 * 46 + 44);
    }
    SEND(0x4a, 0);
    run(1000);
    ck_assert_uint_ge(fdc.s.result[5], 0x82);
    for (int i = 0; i < 7; i++)
        in(DATA);
    access_disk(0x46, 5, 1, 2, 1, 512);
    EXPECT(0x40, 4, 0, 5, 0, 1, 2);
}
END_TEST

/* SCAN compares a large sector to its end. */
START_TEST(scans_large_sectors)
{
    static const struct { u8 command; int change; u8 st2; } rows[] = {
        { 0x51, 0, 8 }, { 0x51, 1, 4 }, { 0x51, -1, 4 },
        { 0x59, 1, 0 }, { 0x59, -1, 4 }, { 0x5d, -1, 0 }, { 0x5d, 1, 4 },
    };

    insert_big(big_disk(3680, 23, 224, 11));
    go(5);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (u32 k = 0; k < 4; k++)
            block_read(disk, 5 * 46 + 2 + k, memory + 512 * k, 1);
        memory[1600] = (u8)(memory[1600] + rows[i].change);
        dma(2048);
        SEND(rows[i].command, 0, 5, 0, 0x84, 4, 0x84, 0x1b, 1);
        run(1000);
        EXPECT(0, 0, rows[i].st2, rows[i].st2 == 4 ? 6 : 5, 0,
               rows[i].st2 == 4 ? 1 : 0x84, 4);
    }
}
END_TEST

/* A plain disk of XDF's size is none. */
START_TEST(plain_disk_of_that_size)
{
    struct block *b = big_disk(3680, 23, 224, 11);
    u8 fat[SECTOR] = { 0xf9, 0xff, 0xff };

    block_write(b, 1, fat, 1);
    insert_big(b);
    ck_assert_uint_eq(fdc.unit[0].format.layout, LAYOUT_PLAIN);
    go(5);
    access_disk(0x46, 5, 23, 2, 23, 512);
    EXPECT(0, 0, 0, 6, 0, 1, 2);
    ck_assert_uint_eq(get_le32(memory), 5 * 46 + 22);
}
END_TEST

/* IDs go round the track in its order even where nothing takes time. */
START_TEST(ids_go_round)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, "", 0, 2880, "plain", &why),
                     ERR_OK);
    insert_big(b);
    for (int i = 0; i < 40; i++) {
        static u8 first;

        SEND(0x4a, 0);
        run(1);
        if (i == 0)
            first = fdc.s.result[5];
        EXPECT(0, 0, 0, 0, 0, (u8)((first - 1 + i) % 18 + 1), 2);
    }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("layouts");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, dmf);
    tcase_add_test(c, xdf_covers_the_image);
    tcase_add_test(c, xdf_reads_and_writes);
    tcase_add_test(c, scans_large_sectors);
    tcase_add_test(c, plain_disk_of_that_size);
    tcase_add_test(c, ids_go_round);
    return chip_run_case("fdc layouts", c);
}
