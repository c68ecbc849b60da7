/* test_fdc.c - the 82077AA and its drives, driven through the ports. */
#include "tests/lib/fdc_bed.h"

START_TEST(reset_and_sense)
{
    out(DOR, 0x08);
    ck_assert_uint_eq(in(MSR), 0);
    out(DATA, 3);                       /* ignored while in reset */
    run(10);
    ck_assert_int_eq(irqs, 0);
    out(DOR, 0x0c);
    ck_assert_uint_eq(in(MSR), 0x80);
    run(1);
    ck_assert_int_eq(irqs, 1);
    ck_assert(fdc.irq.level);
    for (u8 i = 0; i < 4; i++) {
        SEND(8);
        ck_assert(!fdc.irq.level);
        EXPECT(0xc0 | i, 0);
    }
    SEND(8);
    EXPECT(0x80);
    ck_assert_int_eq(irqs, 1);
}
END_TEST

START_TEST(dsr_reset_clears_itself)
{
    out(DSR, 0x82);
    ck_assert_uint_eq(in(MSR), 0x80);
    run(1);
    ck_assert_int_eq(irqs, 1);
    SEND(8);
    EXPECT(0xc0, 0);
}
END_TEST

START_TEST(no_poll_no_reset_interrupt)
{
    SEND(0x13, 0, 0x70, 0);
    SEND(0x94);
    EXPECT(0x10);                       /* LOCK keeps it over the reset */
    out(DOR, 0x18);
    out(DOR, 0x1c);
    run(10);
    ck_assert_int_eq(irqs, 0);
}
END_TEST

START_TEST(gate_masks_interrupt)
{
    out(DOR, 0x10);
    out(DOR, 0x14);
    run(1);
    ck_assert_int_eq(irqs, 0);
    out(DOR, 0x1c);
    ck_assert_int_eq(irqs, 1);
}
END_TEST

START_TEST(control_commands)
{
    SEND(0x10);
    EXPECT(0x90);
    SEND(0x18);                         /* PART ID: 82078 only */
    EXPECT(0x80);
    SEND(0x1f);
    EXPECT(0x80);
    SEND(0x13, 0, 0x47, 0x20);
    SEND(0x94);
    EXPECT(0x10);
    SEND(0x12, 0x80 | 0x04 | 0x03);
    SEND(0x0e);
    EXPECT(0, 0, 0, 0, 0xdf, 0x02, 0, 0x87, 0x47, 0x20);
    SEND(0x12, 0x3a);                   /* without OW: GAP, WGATE only */
    SEND(0x0e);
    EXPECT(0, 0, 0, 0, 0xdf, 0x02, 0, 0x86, 0x47, 0x20);
    out(DSR, 0x80);                     /* clears those, not the drives */
    run(1);
    for (u8 i = 0; i < 4; i++) {
        SEND(8);
        EXPECT(0xc0 | i, 0);
    }
    SEND(0x0e);                         /* locked: CONFIGURE's values stay */
    EXPECT(0, 0, 0, 0, 0xdf, 0x02, 0, 0x84, 0x47, 0x20);
    SEND(0x14);
    EXPECT(0);
    out(DSR, 0x80);
    run(1);
    SEND(8);
    EXPECT(0xc0, 0);
    SEND(0x0e);
    EXPECT(0, 0, 0, 0, 0xdf, 0x02, 0, 0x04, 0x20, 0);
}
END_TEST

START_TEST(seek_recalibrate_and_change_line)
{
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);
    SEND(7, 0);                         /* already at track 0: no step */
    run(100);
    SEND(8);
    EXPECT(0x20, 0);
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);
    SEND(15, 0, 40);
    ck_assert_uint_eq(in(MSR), 0x81);   /* drive 0 seeks, chip is free */
    run(100);
    ck_assert_uint_eq(in(MSR), 0x80);
    SEND(8);
    EXPECT(0x20, 40);
    ck_assert_uint_eq(in(DIR) & 0x80, 0);
    SEND(4, 4);
    EXPECT(0x2c);
    SEND(7, 0);
    run(100);
    SEND(8);
    EXPECT(0x20, 0);
    SEND(4, 0);
    EXPECT(0x38);
    fdc_eject(&fdc, 0);
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);
    seek(0, 3);
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);    /* steps without a medium */
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);
    seek(0, 2);
    ck_assert_uint_eq(in(DIR) & 0x80, 0);
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    ck_assert_uint_eq(in(DIR) & 0x80, 0x80);    /* one for another */
}
END_TEST

START_TEST(absent_drive)
{
    out(DOR, 0x4e);
    SEND(7, 2);
    run(1000);
    SEND(8);
    EXPECT(0x72, 0);                    /* 79 steps and no track 0 */
    SEND(4, 2);
    EXPECT(0x2a);
    ck_assert_uint_eq(in(DIR) & 0x80, 0);
}
END_TEST

START_TEST(relative_seek)
{
    SEND(0xcf, 0, 30);
    run(100);
    SEND(8);
    EXPECT(0x20, 30);
    SEND(0x8f, 0, 10);
    run(100);
    SEND(8);
    EXPECT(0x20, 20);
    ck_assert_uint_eq(fdc.s.drive[0].track, 20);
}
END_TEST

START_TEST(implied_seek)
{
    SEND(0x13, 0, 0x60, 0);
    dma(512);
    SEND(0x46, 0, 33, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0, 0, 0, 33, 0, 2, 2);
    ck_assert(is_sector(memory, 33 * 36));
    ck_assert_uint_eq(fdc.s.drive[0].track, 33);
}
END_TEST

/* What a reset has left: no data rate set, no seek done. */
static void read_far_sector(u8 st0, u8 st1, u8 st2, u8 next)
{
    dma(512);
    SEND(0x46, 0, 33, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(st0, st1, st2, 33, 0, next, 2);
}

START_TEST(lenient_with_the_ignorant)
{
    fdc.lenient = true;
    fdc_ops.reset(&fdc);
    start_up();
    read_far_sector(0, 0, 0, 2);        /* no seek is known yet */
    seek(0, 3);
    read_far_sector(0x40, 0x04, 0x10, 1);       /* wrong cylinder */
    seek(0, 33);
    read_far_sector(0, 0, 0, 2);
    out(CCR, RATE_250K);
    read_far_sector(0x40, 0x01, 0x00, 1);

    fdc_ops.reset(&fdc);
    out(DOR, 0x1c);
    run(1);
    for (u8 i = 0; i < 4; i++) {
        SEND(8);
        EXPECT(0xc0 | i, 0);
    }
    read_far_sector(0, 0, 0, 2);        /* no rate either */
}
END_TEST

START_TEST(nothing_turns)
{
    fdc_eject(&fdc, 0);
    dma(512);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(10000);
    ck_assert_uint_eq(in(MSR), 0x10);   /* waits for an index pulse */
    fdc_insert(&fdc, 0, disk, NULL);
    run(100);
    EXPECT(0, 0, 0, 0, 0, 2, 2);
    out(DOR, 0x0c);                     /* motor off */
    dma(512);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(10000);
    ck_assert_uint_eq(in(MSR), 0x10);
    out(DOR, 0x08);
    out(DOR, 0x1c);
    run(1);
    SEND(8);
    EXPECT(0xc0, 0);
}
END_TEST

START_TEST(eject_mid_transfer)
{
    dma(18 * 512);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    clk_run(&t.clk, t.clk.now + 200000);
    fdc_eject(&fdc, 0);
    run(1000);
    ck_assert_uint_eq(in(MSR), 0x10);
    ck_assert(dma_left > 0 && dma_left < 18 * 512);
}
END_TEST

/* Each real format in its drive, and a 360K disk in a 1.2M drive. */
static const struct {
    u32 kb; u8 type, rate, c, h, r, track;
} media[] = {
    { 160, DRIVE_360K, RATE_250K, 39, 0, 8, 39 },
    { 180, DRIVE_360K, RATE_250K, 39, 0, 9, 39 },
    { 320, DRIVE_360K, RATE_250K, 39, 1, 8, 39 },
    { 360, DRIVE_360K, RATE_250K, 39, 1, 9, 39 },
    { 360, DRIVE_1200K, RATE_300K, 39, 1, 9, 78 },
    { 640, DRIVE_720K, RATE_250K, 79, 1, 8, 79 },
    { 720, DRIVE_720K, RATE_250K, 79, 1, 9, 79 },
    { 720, DRIVE_1440K, RATE_250K, 79, 1, 9, 79 },
    { 1200, DRIVE_1200K, RATE_500K, 79, 1, 15, 79 },
    { 1440, DRIVE_1440K, RATE_500K, 79, 1, 18, 79 },
    { 1680, DRIVE_1440K, RATE_500K, 79, 1, 21, 79 },
    { 1722, DRIVE_1440K, RATE_500K, 81, 1, 21, 81 },
    { 2880, DRIVE_2880K, RATE_1M, 79, 1, 36, 79 },
    { 1440, DRIVE_2880K, RATE_500K, 79, 1, 18, 79 },
};

START_TEST(formats_in_drives)
{
    u8 c = media[_i].c, h = media[_i].h, r = media[_i].r;
    struct block *b = make_disk(media[_i].kb * 2);

    fdc.unit[0].type = media[_i].type;
    fdc.fast = false;
    ck_assert_int_eq(fdc_insert(&fdc, 0, b, NULL), ERR_OK);
    out(CCR, media[_i].rate);
    seek(0, media[_i].track);
    dma(512);
    SEND(0x46, (u8)(h << 2), c, h, r, 2, r, 0x1b, 0xff);
    run(500);
    EXPECT((u8)(h << 2), 0, 0, (u8)(c + 1), h, 1, 2);
    ck_assert(is_sector(memory, media[_i].kb * 2 - 1));
    SEND(0x46, (u8)(h << 2), c, h, (u8)(r + 1), 2, 0xff, 0x1b, 0xff);
    run(1000);
    EXPECT(0x40 | h << 2, 4, 0, c, h, (u8)(r + 1), 2);
    block_close(b);
}
END_TEST

START_TEST(odd_steps_in_a_1200k_drive)
{
    struct block *b = make_disk(720);

    fdc_insert(&fdc, 1, b, NULL);
    out(DOR, 0x2d);
    out(CCR, RATE_300K);
    seek(1, 1);                         /* between two tracks */
    SEND(0x4a, 1);
    run(1000);
    ck_assert_uint_eq(fdc.s.result[1], 1);
    for (int i = 0; i < 7; i++)
        in(DATA);
    seek(1, 2);
    SEND(0x4a, 1);
    run(1000);
    ck_assert_uint_eq(fdc.s.result[0], 1);
    ck_assert_uint_eq(fdc.s.result[3], 1);
    block_close(b);
}
END_TEST

START_TEST(true_timing)
{
    ns_t from;

    fdc.fast = false;
    SEND(15, 0, 10);
    clk_run(&t.clk, t.clk.now + 29000000);      /* 3 ms a step */
    ck_assert_uint_eq(fdc.s.drive[0].pcn, 9);
    run(5);
    SEND(8);
    EXPECT(0x20, 10);
    from = t.clk.now;
    dma(18 * 512);
    SEND(0x46, 0, 10, 0, 1, 2, 18, 0x1b, 0xff);
    while (!fdc.irq.level && t.clk.now < from + NS_PER_S)
        run(1);
    ck_assert_int_ge(t.clk.now - from, 180000000);      /* one turn, plus */
    ck_assert_int_le(t.clk.now - from, 410000000);      /* up to one more */
}
END_TEST

START_TEST(short_image_reads_zeros)
{
    struct block *b = make_disk(1);

    ck_assert_int_eq(fdc_insert(&fdc, 0, b, NULL), ERR_OK);
    memset(memory, 0xcc, 1024);
    dma(1024);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0, 0, 0, 0, 0, 3, 2);
    ck_assert(is_sector(memory, 0));
    ck_assert_uint_eq(memory[512], 0);
    dma(512);
    SEND(0x45, 0, 0, 0, 2, 2, 18, 0x1b, 0xff);
    run(100);
    EXPECT(0x40, 0x20, 0, 0, 0, 2, 2);
    block_close(b);
}
END_TEST

START_TEST(overlapped_seeks)
{
    out(DOR, 0x3c);
    SEND(15, 0, 20);
    out(DOR, 0x3d);
    SEND(15, 1, 10);
    ck_assert_uint_eq(in(MSR), 0x83);
    run(100);
    SEND(8);
    EXPECT(0x20, 20);
    ck_assert(fdc.irq.level);           /* the other one's */
    SEND(8);
    EXPECT(0x21, 10);
    ck_assert(!fdc.irq.level);
}
END_TEST

START_TEST(too_large_for_a_floppy)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, "", 0, 20000, "hd", NULL), ERR_OK);
    ck_assert_int_eq(fdc_insert(&fdc, 0, b, NULL), ERR_RANGE);
    ck_assert_int_eq(fdc_insert(&fdc, 4, disk, NULL), ERR_RANGE);
    ck_assert_int_eq(fdc_insert(&fdc, -1, disk, NULL), ERR_RANGE);
    fdc_eject(&fdc, 4);
    block_close(b);
}
END_TEST

START_TEST(state_round_trip)
{
    static struct fdc other;

    chip_fields_cover(&fdc_ops);
    wire(&other);
    fdc_insert(&other, 0, disk, NULL);
    chip_round_trip(&t, &fdc_ops, &fdc, &other);
    dma(18 * 512);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    clk_run(&t.clk, t.clk.now + 200000);
    chip_round_trip(&t, &fdc_ops, &fdc, &other);
    out(DOR, 0x18);
    out(DOR, 0x1c);
    run(1);
    ck_assert(fdc.irq.level);
    irqs = 0;
    chip_round_trip(&t, &fdc_ops, &fdc, &other);
    ck_assert_int_eq(irqs, 1);          /* the wire is driven anew */
    fdc_ops.reset(&other);
    wire(&fdc);
    fdc_insert(&fdc, 0, disk, NULL);
    start_up();
    dma(18 * 512);
    SEND(0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    clk_run(&t.clk, t.clk.now + 200000);
    chip_round_trip(&t, &fdc_ops, &fdc, &other);
    fdc_ops.reset(&fdc);                /* the original stops here */
    run(100);
    ck_assert_uint_eq(other.s.phase, FDC_RESULT);
    ck_assert(other.irq.level);
    ck_assert(is_sector(memory + 17 * 512, 17));
}
END_TEST

START_TEST(random_traffic)
{
    struct block *b = make_disk(2400);

    fdc_insert(&fdc, 1, b, NULL);
    dma_left = 1u << 15;
    dma_at = 0;
    fdc.fast = _i & 1;
    chip_random_ports(&t, &fdc_ops, &fdc, 8, 1, (u32)(77 + _i));
    block_close(b);
}
END_TEST

/* Commands that make sense more often than chance, the rest random. */
START_TEST(random_commands)
{
    static const u8 codes[] = { 2, 5, 6, 9, 10, 12, 13, 15, 17, 22, 25, 29,
                                7, 8, 4, 0xcf, 0x8f, 3, 0x13, 0x14 };
    struct block *b = make_disk(2400);
    u32 seed = (u32)(_i + 1);

    fdc_insert(&fdc, 1, b, NULL);
    for (int i = 0; i < 10000; i++) {
        u32 x = chip_random(&seed);
        u8 code = codes[x % COUNT_OF(codes)];

        dma_at = 0;
        dma_left = x >> 8 & 0x3fff;
        dma_masked = x >> 28 == 0;
        if (x >> 24 % 16 == 3)
            out(DOR, (u8)(0x3c | (x >> 20 & 1)));
        out(CCR, (u8)(x >> 22 & 1));
        out(DATA, code < 32 ? (u8)(code | (x >> 16 & 0xe0)) : code);
        for (int k = 0; k < 8; k++)
            out(DATA, (u8)(chip_random(&seed) % (k == 4 ? 4 : 40)));
        for (int k = 0; k < 20; k++) {
            in(DATA);
            clk_run(&t.clk, t.clk.now + (ns_t)(x % 40000));
        }
        if (x % 512 == 0) {
            out(DOR, 0x18);
            out(DOR, 0x3c);
        }
    }
    ck_assert_int_eq(t.errors, 0);
    block_close(b);
}
END_TEST

START_TEST(hostile_state)
{
    static struct fdc other;
    u32 seed = (u32)(1000 + _i);

    wire(&other);
    for (int i = 0; i < 300; i++) {
        chip_random_state(fdc_ops.state, &fdc, &seed);
        if (i % 2)
            fdc.s.op_at = t.clk.now + 100;
        chip_loaded(&t, &fdc_ops, &fdc);
        for (int k = 0; k < 60; k++) {
            dma_at = 0;
            dma_left = 600;
            chip_random_port(&fdc_ops, &fdc, 8, 1, &seed);
            clk_run(&t.clk, t.clk.now + 20000);
        }
        chip_round_trip(&t, &fdc_ops, &fdc, &other);
        fdc_ops.reset(&other);
        fdc_ops.reset(&fdc);
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("82077AA");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, reset_and_sense);
    tcase_add_test(c, dsr_reset_clears_itself);
    tcase_add_test(c, no_poll_no_reset_interrupt);
    tcase_add_test(c, gate_masks_interrupt);
    tcase_add_test(c, control_commands);
    tcase_add_test(c, seek_recalibrate_and_change_line);
    tcase_add_test(c, absent_drive);
    tcase_add_test(c, relative_seek);
    tcase_add_test(c, implied_seek);
    tcase_add_test(c, lenient_with_the_ignorant);
    tcase_add_test(c, nothing_turns);
    tcase_add_test(c, eject_mid_transfer);
    tcase_add_loop_test(c, formats_in_drives, 0, COUNT_OF(media));
    tcase_add_test(c, odd_steps_in_a_1200k_drive);
    tcase_add_test(c, true_timing);
    tcase_add_test(c, short_image_reads_zeros);
    tcase_add_test(c, overlapped_seeks);
    tcase_add_test(c, too_large_for_a_floppy);
    tcase_add_test(c, state_round_trip);
    tcase_add_loop_test(c, random_traffic, 0, 2);
    tcase_add_loop_test(c, random_commands, 0, 2);
    tcase_add_loop_test(c, hostile_state, 0, 2);
    return chip_run_case("fdc", c);
}
