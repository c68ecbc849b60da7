/* test_fdc.c - the 82077AA and its drives, driven through the ports. */
#include "tests/lib/fdc_rig.h"

static struct block *disk;

/* Sector n holds its number in its first two bytes, then n * 3 everywhere. */
static struct block *make_disk(u32 sectors)
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

static bool is_sector(const u8 *p, u32 n)
{
    return p[0] == (u8)n && p[1] == (u8)(n >> 8) && p[2] == (u8)(n * 3) &&
           p[511] == (u8)(n * 3);
}

static void setup(void)
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

static void teardown(void)
{
    block_close(disk);
}

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
