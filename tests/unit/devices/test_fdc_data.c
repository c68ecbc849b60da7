/* test_fdc_data.c - the 82077AA: the commands that move data. */
#include "tests/lib/fdc_bed.h"

START_TEST(read_by_dma)
{
    dma(1024);
    SEND(0xe6, 0, 0, 0, 5, 2, 18, 0x1b, 0xff);
    ck_assert_uint_eq(in(MSR), 0x10);
    run(100);
    ck_assert_int_eq(irqs, 1);
    EXPECT(0, 0, 0, 0, 0, 7, 2);
    ck_assert(!fdc.irq.level);
    ck_assert(is_sector(memory, 4) && is_sector(memory + 512, 5));
}
END_TEST

/* Where C H R point after a transfer of so many sectors, and whether it was
 * too many (table 5-6). */
static const struct {
    u8 command, head, r, sectors; u8 st0, st1, c, h, next;
} ends[] = {
    { 0x46, 0, 5, 1,  0x00, 0x00, 2, 0, 6 },
    { 0x46, 0, 18, 1, 0x00, 0x00, 3, 0, 1 },
    { 0x46, 1, 17, 1, 0x04, 0x00, 2, 1, 18 },
    { 0x46, 1, 18, 1, 0x04, 0x00, 3, 1, 1 },
    { 0xc6, 0, 18, 1, 0x00, 0x00, 2, 1, 1 },
    { 0xc6, 0, 18, 2, 0x04, 0x00, 2, 1, 2 },
    { 0xc6, 1, 18, 1, 0x04, 0x00, 3, 0, 1 },
    { 0x46, 0, 18, 2, 0x40, 0x80, 3, 0, 1 },    /* no TC by EOT */
    { 0xc6, 1, 18, 2, 0x44, 0x80, 3, 0, 1 },
    { 0xc6, 0, 1, 36, 0x04, 0x00, 3, 0, 1 },
    { 0xc6, 0, 1, 37, 0x44, 0x80, 3, 0, 1 },
};

START_TEST(where_transfers_end)
{
    u8 r = ends[_i].r;
    u32 first = (2u * 2 + ends[_i].head) * 18 + r - 1;

    seek(0, 2);
    dma(ends[_i].sectors * 512u);
    SEND(ends[_i].command, (u8)(ends[_i].head << 2), 2, ends[_i].head, r, 2,
         18, 0x1b, 0xff);
    run(200);
    EXPECT(ends[_i].st0, ends[_i].st1, 0, ends[_i].c, ends[_i].h,
           ends[_i].next, 2);
    ck_assert(is_sector(memory, first));
}
END_TEST

START_TEST(partial_last_sector)
{
    memset(memory, 0, sizeof memory);
    dma(700);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0, 0, 0, 0, 0, 3, 2);
    ck_assert(is_sector(memory, 0));
    ck_assert_uint_eq(memory[699], 3);
    ck_assert_uint_eq(memory[700], 0);
}
END_TEST

START_TEST(masked_dma_overruns)
{
    dma_masked = true;
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 0x10, 0, 0, 0, 1, 2);
    SEND(0x45, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 0x10, 0, 0, 0, 1, 2);
    ck_assert_int_eq(block_read(disk, 0, memory, 1), ERR_OK);
    ck_assert(is_sector(memory, 0));
}
END_TEST

static const struct {
    u8 c, h, r, n, head, rate, mfm, st1, st2;
} missing[] = {
    { 1, 0, 1, 2, 0, RATE_500K, 0x40, 0x04, 0x10 },     /* other cylinder */
    { 0, 1, 1, 2, 0, RATE_500K, 0x40, 0x04, 0x00 },     /* other head in ID */
    { 0, 0, 19, 2, 0, RATE_500K, 0x40, 0x04, 0x00 },
    { 0, 0, 0, 2, 0, RATE_500K, 0x40, 0x04, 0x00 },
    { 0, 0, 1, 3, 0, RATE_500K, 0x40, 0x04, 0x00 },     /* 1024 bytes */
    { 0, 0, 1, 0, 0, RATE_500K, 0x40, 0x04, 0x00 },
    { 0, 0, 1, 2, 0, RATE_250K, 0x40, 0x01, 0x00 },     /* other rate */
    { 0, 0, 1, 2, 0, RATE_1M,   0x40, 0x01, 0x00 },
    { 0, 0, 1, 2, 0, RATE_500K, 0x00, 0x01, 0x00 },     /* FM */
};

START_TEST(what_is_not_there)
{
    out(CCR, missing[_i].rate);
    dma(512);
    SEND((u8)(6 | missing[_i].mfm), (u8)(missing[_i].head << 2),
         missing[_i].c, missing[_i].h, missing[_i].r, missing[_i].n, 18, 0x1b,
         0xff);
    run(500);
    EXPECT(0x40, missing[_i].st1, missing[_i].st2, missing[_i].c,
           missing[_i].h, missing[_i].r, missing[_i].n);
    ck_assert_uint_eq(dma_left, 512);
}
END_TEST

START_TEST(write_by_dma)
{
    memset(memory, 0x5a, 512);
    memset(memory + 512, 0xa5, 100);
    dma(612);
    SEND(0x45, 4, 0, 1, 3, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x04, 0, 0, 0, 1, 5, 2);
    ck_assert_int_eq(block_read(disk, 20, memory, 3), ERR_OK);
    ck_assert_uint_eq(memory[511], 0x5a);
    ck_assert_uint_eq(memory[512 + 99], 0xa5);
    ck_assert_uint_eq(memory[512 + 100], 0);    /* filled up with zeros */
    ck_assert(is_sector(memory + 1024, 22));
}
END_TEST

START_TEST(write_protected)
{
    disk->readonly = true;
    dma(512);
    SEND(0x45, 0, 0, 0, 3, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 2, 0, 0, 0, 3, 2);
    SEND(0x4d, 0, 2, 18, 0x54, 0xf6);
    run(100);
    ck_assert_uint_eq(fdc.s.result[1], 2);
    for (int i = 0; i < 7; i++)
        in(DATA);
    SEND(4, 0);
    EXPECT(0x78);
}
END_TEST

static void pio_in(u8 *p, int n)
{
    for (int i = 0; i < n; i++) {
        for (int ms = 0; !(in(MSR) & 0x80) && ms < 1000; ms++)
            run(1);
        ck_assert_uint_eq(in(MSR) & 0xf0, 0xf0);
        ck_assert(fdc.irq.level);
        p[i] = in(DATA);
        ck_assert(i == n - 1 || !fdc.irq.level);
    }
}

START_TEST(read_by_cpu)
{
    SEND(3, 0xdf, 0x03);
    SEND(0x46, 0, 0, 0, 17, 2, 18, 0x1b, 0xff);
    pio_in(memory, 1024);
    ck_assert(is_sector(memory, 16) && is_sector(memory + 512, 17));
    run(1);
    EXPECT(0x40, 0x80, 0, 1, 0, 1, 2);
    ck_assert_int_eq(irqs, 1025);
}
END_TEST

START_TEST(write_by_cpu)
{
    SEND(3, 0xdf, 0x03);
    SEND(0x45, 0, 0, 0, 18, 2, 18, 0x1b, 0xff);
    for (int i = 0; i < 512; i++) {
        for (int ms = 0; !(in(MSR) & 0x80) && ms < 1000; ms++)
            run(1);
        ck_assert_uint_eq(in(MSR) & 0xf0, 0xb0);
        out(DATA, (u8)(i ^ 0x77));
    }
    run(1);
    EXPECT(0x40, 0x80, 0, 1, 0, 1, 2);
    ck_assert_int_eq(block_read(disk, 17, memory, 1), ERR_OK);
    for (int i = 0; i < 512; i++)
        ck_assert_uint_eq(memory[i], (u8)(i ^ 0x77));
}
END_TEST

static void format_ids(u8 c, u8 h, u8 n, u8 count)
{
    for (u8 i = 0; i < count; i++)
        memcpy(memory + 4 * i, (u8[]){ c, h, (u8)(i + 1), n }, 4);
    dma(4u * count);
}

START_TEST(format_track)
{
    seek(0, 1);
    format_ids(1, 1, 2, 18);
    SEND(0x4d, 4, 2, 18, 0x54, 0xf6);
    run(100);
    EXPECT(0x04, 0, 0, 1, 1, 18, 2);
    for (u32 i = 0; i < 80; i++) {
        ck_assert_int_eq(block_read(disk, i, memory, 1), ERR_OK);
        if (i >= 54 && i < 72)
            ck_assert(memory[0] == 0xf6 && memory[511] == 0xf6);
        else
            ck_assert(is_sector(memory, i));
    }
}
END_TEST

static const struct { u8 c, h, n, count, rate; } odd_formats[] = {
    { 0, 0, 2, 9, RATE_500K }, { 0, 0, 3, 18, RATE_500K },
    { 9, 0, 2, 18, RATE_500K }, { 0, 1, 2, 18, RATE_500K },
    { 0, 0, 2, 18, RATE_250K }, { 0, 0, 2, 0, RATE_500K },
    { 0, 0, 2, 19, RATE_500K }, { 0, 0, 2, 255, RATE_500K },
};

START_TEST(format_that_does_not_fit)
{
    out(CCR, odd_formats[_i].rate);
    format_ids(odd_formats[_i].c, odd_formats[_i].h, odd_formats[_i].n,
               odd_formats[_i].count);
    SEND(0x4d, 0, odd_formats[_i].n, odd_formats[_i].count, 0x54, 0xf6);
    run(5000);
    if (odd_formats[_i].count != 0) {
        ck_assert_uint_eq(fdc.s.result[0], 0x40);
        ck_assert_uint_eq(fdc.s.result[1], 0x01);
    }
    ck_assert_uint_eq(in(MSR), 0xd0);
    for (u32 i = 0; i < 40; i++) {
        ck_assert_int_eq(block_read(disk, i, memory, 1), ERR_OK);
        ck_assert(is_sector(memory, i));
    }
}
END_TEST

START_TEST(read_id_goes_round)
{
    u32 seen = 0;

    for (int i = 0; i < 400; i++) {
        SEND(0x4a, 4);
        run(7);
        ck_assert_uint_eq(fdc.s.nresult, 7);
        seen |= 1u << fdc.s.result[5];
        ck_assert_uint_eq(in(DATA), 4);
        for (int k = 0; k < 6; k++)
            in(DATA);
    }
    ck_assert_uint_eq(seen, 0x7fffe);   /* sectors 1 to 18 */
}
END_TEST

START_TEST(read_track_takes_any_id)
{
    dma(18 * 512);
    SEND(0x42, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0, 0, 0, 0, 0, 19, 2);
    ck_assert(is_sector(memory + 17 * 512, 17));
    dma(2 * 512);
    SEND(0x42, 0, 0, 0, 9, 2, 2, 0x1b, 0xff);
    run(100);
    EXPECT(0, 4, 0, 0, 0, 11, 2);
    ck_assert(is_sector(memory, 0));    /* from the index hole on */
}
END_TEST

START_TEST(verify_command)
{
    SEND(0xd6, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x04, 0, 0, 1, 0, 1, 2);     /* both sides, no TC needed */
    SEND(0x56, 0x80, 0, 0, 1, 2, 18, 0x1b, 4);
    run(100);
    EXPECT(0, 0, 0, 0, 0, 5, 2);
    SEND(0x56, 0x80, 0, 0, 16, 2, 18, 0x1b, 4);
    run(100);
    EXPECT(0x40, 0x80, 0, 1, 0, 1, 2);
    SEND(0x56, 0, 0, 0, 16, 2, 19, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 0x04, 0, 0, 0, 19, 2);
}
END_TEST

START_TEST(scan_commands)
{
    for (int i = 0; i < 3; i++)
        block_read(disk, 6, memory + i * 512, 1);
    dma(3 * 512);
    SEND(0x51, 0, 0, 0, 6, 2, 18, 0x1b, 1);
    run(100);
    EXPECT(0, 0, 0x08, 0, 0, 7, 2);     /* equal at sector 7 */
    dma(512);
    memset(memory, 0x10, 512);
    SEND(0x59, 0, 0, 0, 2, 2, 18, 0x1b, 1);
    run(100);
    EXPECT(0, 0, 0x00, 0, 0, 2, 2);     /* lower */
    memset(memory, 0x01, 1024);
    dma(1024);
    SEND(0x59, 0, 0, 0, 17, 2, 18, 0x1b, 1);
    run(100);
    EXPECT(0, 0, 0x04, 1, 0, 1, 2);     /* never met */
    memset(memory, 0xff, 512);          /* matches anything */
    dma(512);
    SEND(0x51, 0, 0, 0, 1, 2, 18, 0x1b, 1);
    run(100);
    EXPECT(0, 0, 0x08, 0, 0, 1, 2);
}
END_TEST

START_TEST(deleted_data)
{
    dma(1024);
    SEND(0x4c, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0, 0, 0x40, 0, 0, 1, 2);     /* one plain sector, then ends */
    ck_assert_uint_eq(dma_left, 512);
    SEND(0x6c, 0, 0, 0, 17, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 0x80, 0x40, 1, 0, 1, 2);       /* skips them all */
    ck_assert_uint_eq(dma_left, 512);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("82077AA data");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, read_by_dma);
    tcase_add_loop_test(c, where_transfers_end, 0, COUNT_OF(ends));
    tcase_add_test(c, partial_last_sector);
    tcase_add_test(c, masked_dma_overruns);
    tcase_add_loop_test(c, what_is_not_there, 0, COUNT_OF(missing));
    tcase_add_test(c, write_by_dma);
    tcase_add_test(c, write_protected);
    tcase_add_test(c, read_by_cpu);
    tcase_add_test(c, write_by_cpu);
    tcase_add_test(c, format_track);
    tcase_add_loop_test(c, format_that_does_not_fit, 0, COUNT_OF(odd_formats));
    tcase_add_test(c, read_id_goes_round);
    tcase_add_test(c, read_track_takes_any_id);
    tcase_add_test(c, verify_command);
    tcase_add_test(c, scan_commands);
    tcase_add_test(c, deleted_data);
    return chip_run_case("fdc data", c);
}
