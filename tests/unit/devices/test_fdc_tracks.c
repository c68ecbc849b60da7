/* test_fdc_tracks.c - the 82077AA over disks that list their tracks: IDs that
 * say anything, sectors of all sizes, damaged, deleted, missing, twice.
 *
 * The disk is an ImageDisk image made here, with an overlay above it. */
#include "tests/lib/fdc_rig.h"
#include "tests/lib/imd_image.h"

#include <stdlib.h>

#include "machine/block/format.h"

static struct block *below, *disk;
static struct why why;

static const struct listed plain[] = {
    { 0, 0, 1, 2, SOUND }, { 0, 0, 2, 2, SOUND }, { 0, 0, 3, 2, SOUND },
    { 0, 0, 4, 2, SOUND }, { 0, 0, 5, 2, SOUND }, { 0, 0, 6, 2, SOUND },
    { 0, 0, 7, 2, SOUND }, { 0, 0, 8, 2, SOUND }, { 0, 0, 9, 2, SOUND },
};

/* Every size, one after the other. */
static const struct listed sizes[] = {
    { 1, 0, 10, 0, SOUND }, { 1, 0, 11, 1, SOUND }, { 1, 0, 12, 2, SOUND },
    { 1, 0, 13, 3, SOUND }, { 1, 0, 14, 4, SOUND },
};
static const struct listed large[] = {
    { 2, 0, 15, 5, SOUND }, { 2, 0, 247, 6, BAD_CRC },
};
static const struct listed marks[] = {
    { 3, 0, 1, 2, SOUND }, { 3, 0, 2, 2, DELETED }, { 3, 0, 3, 2, SOUND },
    { 3, 0, 4, 2, BAD_CRC }, { 3, 0, 5, 2, NO_DATA },
    { 3, 0, 6, 2, DELETED_BAD }, { 3, 0, 7, 2, DELETED },
    { 3, 0, 8, 2, SOUND },
};
/* IDs of elsewhere; number 3 twice. */
static const struct listed strange[] = {
    { 40, 0, 1, 2, SOUND }, { 4, 1, 2, 2, SOUND }, { 4, 0, 3, 2, BAD_CRC },
    { 255, 255, 255, 2, SOUND }, { 4, 0, 3, 2, SOUND },
};
static const struct listed lonely[] = { { 5, 0, 0xf7, 2, SOUND } };
static const struct listed single[] = {
    { 6, 0, 1, 0, SOUND }, { 6, 0, 2, 0, SOUND },
};

static void make_image(void)
{
    image_begin();
    TRACK(MFM250, 0, 0, plain);
    TRACK(MFM250, 1, 0, sizes);
    TRACK(MFM250, 2, 0, large);
    TRACK(MFM250, 3, 0, marks);
    TRACK(MFM250, 4, 0, strange);
    TRACK(MFM250, 5, 0, lonely);
    TRACK(FM250, 6, 0, single);
}

static void insert_image(void)
{
    struct open_how how = { .readonly = true };
    struct file *f;

    ck_assert_int_eq(file_memory(&f, image.p, image.len, "odd", &why), ERR_OK);
    ck_assert_msg(block_open_file(&below, f, &how, &why) == ERR_OK, "%s",
                  why.text);
    ck_assert_int_eq(block_open_overlay(&disk, below, &why), ERR_OK);
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
}

static void setup(void)
{
    chip_test_init(&t);
    wire(&fdc);
    fdc.unit[0].type = DRIVE_360K;
    make_image();
    insert_image();
    dma_masked = false;
    start_up();
    out(CCR, RATE_250K);
    irqs = 0;
}

static void teardown(void)
{
    block_close(disk);
    buf_free(&image);
}

static void go(u8 cylinder)
{
    SEND(15, 0, cylinder);
    run(2000);
    SEND(8);
    EXPECT(0x20, cylinder);
}

static bool holds_sector(const u8 *p, u8 r, u32 n)
{
    for (u32 k = 0; k < n; k++)
        if (p[k] != byte_of(r, (int)k))
            return false;
    return true;
}

/* A command over sectors C, 0, R, N to `eot` of cylinder c, with SK, MT. */
static void access_disk(u8 command, u8 c, u8 r, u8 n, u8 eot, u32 bytes)
{
    memset(memory, 0xee, sizeof memory);
    dma(bytes);
    SEND(command, 0, c, 0, r, n, eot, 0x1b, 0xff);
    run(2000);
}

/* ---- reading IDs ---- */

START_TEST(ids_come_in_order)
{
    go(4);
    for (size_t i = 0; i < 2 * COUNT_OF(strange); i++) {
        static size_t at;
        const struct listed *s;

        SEND(0x4a, 0);
        for (int k = 0; k < 400 && irqs < 2 + (int)i; k++)
            clk_run(&t.clk, t.clk.now + 1000000);
        if (i == 0)
            for (at = 0; strange[at].c != fdc.s.result[3] ||
                         strange[at].r != fdc.s.result[5]; at++)
                ck_assert_uint_lt(at, COUNT_OF(strange));
        s = &strange[(at + i) % COUNT_OF(strange)];
        EXPECT(0, 0, 0, s->c, s->h, s->r, s->n);
    }
}
END_TEST

/* Twice round the track takes two turns. */
START_TEST(a_turn_takes_its_time)
{
    ns_t from, took;

    go(2);
    for (int i = 0; i < 2; i++) {
        SEND(0x4a, 0);
        run(400);
        EXPECT(0, 0, 0, 2, 0, fdc.s.result[5], fdc.s.result[6]);
    }
    SEND(0x4a, 0);
    from = t.clk.now;
    while (irqs < 4)
        clk_run(&t.clk, t.clk.now + 10000);
    took = t.clk.now - from;
    ck_assert_uint_gt(took, 1000000);
    ck_assert_uint_lt(took, 200000000);
}
END_TEST

/* On a track with no room between its sectors they are still read one behind
 * the other, within two turns. */
START_TEST(no_gap_no_loss)
{
    static struct listed full[11];
    ns_t from;

    for (u8 i = 0; i < 11; i++)
        full[i] = (struct listed){ 7, 0, (u8)(i + 1), 2,
                                   i == 10 ? DELETED : SOUND };
    block_close(disk);
    make_image();
    TRACK(MFM250, 7, 0, full);
    insert_image();
    go(7);
    from = t.clk.now;
    dma(512 * 11);
    SEND(0x46, 0, 7, 0, 1, 2, 11, 0x1b, 0xff);
    for (int was = irqs; irqs == was;)
        clk_run(&t.clk, t.clk.now + 1000000);
    ck_assert_uint_eq(dma_left, 0);
    ck_assert_uint_lt(t.clk.now - from, 420000000);
    for (int i = 0; i < 7; i++)
        in(DATA);
}
END_TEST

START_TEST(density_and_rate)
{
    static const u8 wrong[] = { RATE_500K, RATE_300K, RATE_1M };

    go(4);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        out(CCR, wrong[i]);
        SEND(0x4a, 0);
        run(1000);
        EXPECT(0x40, 1, 0, 0, 0, 0, 0);
    }
    out(CCR, RATE_250K);
    SEND(0x0a, 0);                      /* FM on an MFM track */
    run(1000);
    EXPECT(0x40, 1, 0, 0, 0, 0, 0);
    go(6);
    SEND(0x4a, 0);
    run(1000);
    EXPECT(0x40, 1, 0, 0, 0, 0, 0);
    access_disk(0x06, 6, 2, 0, 2, 128);
    EXPECT(0, 0, 0, 7, 0, 1, 0);
    ck_assert(holds_sector(memory, 2, 128));
}
END_TEST

/* ---- sizes ---- */

START_TEST(all_sizes)
{
    go(1);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        const struct listed *s = &sizes[i];

        access_disk(0x46, 1, s->r, s->n, s->r, 128u << s->n);
        EXPECT(0, 0, 0, 2, 0, 1, s->n);
        ck_assert_uint_eq(dma_left, 0);
        ck_assert(holds_sector(memory, s->r, 128u << s->n));
        ck_assert_uint_eq(memory[128u << s->n], 0xee);
    }
    go(2);
    access_disk(0x46, 2, 15, 5, 15, 4096);
    EXPECT(0, 0, 0, 3, 0, 1, 5);
    ck_assert(holds_sector(memory, 15, 4096));
}
END_TEST

/* DTL counts only where N is 0. */
START_TEST(data_length)
{
    go(1);
    memset(memory, 0xee, sizeof memory);
    dma(40);
    SEND(0x46, 0, 1, 0, 10, 0, 10, 0x1b, 40);
    run(1000);
    EXPECT(0, 0, 0, 2, 0, 1, 0);
    ck_assert(holds_sector(memory, 10, 40));
    ck_assert_uint_eq(memory[40], 0xee);
    dma(256);
    SEND(0x46, 0, 1, 0, 11, 1, 11, 0x1b, 40);
    run(1000);
    EXPECT(0, 0, 0, 2, 0, 1, 1);
    ck_assert(holds_sector(memory, 11, 256));
}
END_TEST

START_TEST(wrong_size_is_no_match)
{
    go(1);
    access_disk(0x46, 1, 12, 3, 12, 1024);
    EXPECT(0x40, 4, 0, 1, 0, 12, 3);
}
END_TEST

/* The sector of 8 KB that no track of this density has room for. */
START_TEST(famous_f7)
{
    go(2);
    access_disk(0x46, 2, 0xf7, 6, 0xf7, 8192);
    EXPECT(0x40, 0x20, 0x20, 2, 0, 0xf7, 6);
    ck_assert(holds_sector(memory, 0xf7, 8192));
    go(5);
    access_disk(0x46, 5, 0xf7, 2, 0xf7, 512);
    EXPECT(0, 0, 0, 6, 0, 1, 2);
    access_disk(0x46, 5, 1, 2, 9, 512);
    EXPECT(0x40, 4, 0, 5, 0, 1, 2);
}
END_TEST

START_TEST(by_cpu_in_large_sectors)
{
    int n = 0;

    SEND(3, 0xdf, 0x03);
    go(1);
    SEND(0x46, 0, 1, 0, 14, 4, 14, 0x1b, 0xff);
    for (int i = 0; i < 400000 && in(MSR) != 0xd0; i++) {
        clk_run(&t.clk, t.clk.now + 1000);
        if ((in(MSR) & 0xf0) == 0xf0)
            memory[n++] = in(DATA);
    }
    ck_assert_int_eq(n, 2048);
    ck_assert(holds_sector(memory, 14, 2048));
    EXPECT(0x40, 0x80, 0, 2, 0, 1, 4);
}
END_TEST

/* ---- marks and errors ---- */

static const struct {
    u8 command, r, eot;
    int sectors;                        /* that memory gets */
    u8 result[7];
    u8 first;                           /* of them */
} reads[] = {
    /* READ DATA ends behind a deleted one, or goes over it with SK. */
    { 0x46, 1, 8, 2, { 0, 0, 0x40, 3, 0, 2, 2 }, 1 },
    { 0x66, 2, 3, 1, { 0, 0, 0x40, 4, 0, 1, 2 }, 3 },
    { 0x46, 3, 8, 2, { 0x40, 0x20, 0x20, 3, 0, 4, 2 }, 3 },
    { 0x46, 4, 4, 1, { 0x40, 0x20, 0x20, 3, 0, 4, 2 }, 4 },
    { 0x46, 5, 5, 0, { 0x40, 1, 1, 3, 0, 5, 2 }, 0 },
    { 0x46, 6, 6, 1, { 0x40, 0x20, 0x60, 3, 0, 6, 2 }, 6 },
    /* READ DELETED DATA, the other way round. */
    { 0x4c, 2, 8, 2, { 0, 0, 0x40, 3, 0, 3, 2 }, 2 },
    { 0x6c, 7, 8, 1, { 0x40, 0x80, 0x40, 4, 0, 1, 2 }, 7 },
    { 0x4c, 1, 1, 1, { 0, 0, 0x40, 3, 0, 1, 2 }, 1 },
    /* VERIFY goes as READ DATA, without memory. */
    { 0x56, 1, 8, 0, { 0, 0, 0x40, 3, 0, 2, 2 }, 0 },
    { 0x76, 1, 3, 0, { 0, 0, 0x40, 4, 0, 1, 2 }, 0 },
    { 0x56, 3, 8, 0, { 0x40, 0x20, 0x20, 3, 0, 4, 2 }, 0 },
};

START_TEST(marks_and_errors)
{
    u32 bytes = reads[_i].sectors * 512u;
    bool tc = _i == 1 || _i == 8;       /* the rest ends by itself */

    go(3);
    access_disk(reads[_i].command, 3, reads[_i].r, 2, reads[_i].eot,
                tc ? bytes : 8192);
    expect(7, reads[_i].result);
    ck_assert_uint_eq(dma_at, bytes);
    for (int i = 0; i < reads[_i].sectors; i++)
        ck_assert(holds_sector(memory + 512 * i, (u8)(reads[_i].first + i),
                               512));
}
END_TEST

/* A disk that is changed under SCAN may have a smaller sector at the place: what
 * lies behind that counts as zeros. */
START_TEST(scan_of_what_has_shrunk)
{
    go(1);
    memset(memory, 0, 512);
    for (int k = 0; k < 128; k++)
        memory[k] = byte_of(10, k);
    dma(512);
    SEND(0x51, 0, 1, 0, 12, 2, 12, 0x1b, 1);
    while (fdc.s.op != FDC_OP_SECTOR)
        clk_run(&t.clk, t.clk.now + 10000);
    fdc.s.index = 1;
    run(2000);
    EXPECT(0, 0, 8, 1, 0, 12, 2);
}
END_TEST

START_TEST(wrong_and_bad_cylinder)
{
    go(4);
    access_disk(0x46, 4, 9, 2, 9, 512);
    EXPECT(0x40, 4, 0x12, 4, 0, 9, 2);
    access_disk(0x46, 40, 1, 2, 1, 512);
    EXPECT(0, 0, 0, 41, 0, 1, 2);       /* the ID is what counts */
    go(3);
    access_disk(0x46, 7, 1, 2, 1, 512);
    EXPECT(0x40, 4, 0x10, 7, 0, 1, 2);
}
END_TEST

/* Of two sectors with one number the next to pass is read. */
START_TEST(twins_take_turns)
{
    int bad = 0, sound = 0;

    go(4);
    for (int i = 0; i < 6; i++) {
        dma(512);
        SEND(0x46, 0, 4, 0, 3, 2, 3, 0x1b, 0xff);
        for (int was = irqs; irqs == was;)
            clk_run(&t.clk, t.clk.now + 1000000);
        bad += fdc.s.result[1] == 0x20;
        sound += fdc.s.result[1] == 0;
        for (int k = 0; k < 7; k++)
            in(DATA);
    }
    ck_assert_int_eq(bad, 3);
    ck_assert_int_eq(sound, 3);
}
END_TEST

/* From the index hole on, whatever the IDs say. */
START_TEST(whole_track)
{
    go(3);
    access_disk(0x42, 3, 1, 2, 4, 2048);
    EXPECT(0, 0x20, 0x20, 3, 0, 5, 2);
    for (u8 i = 0; i < 4; i++)
        ck_assert(holds_sector(memory + 512 * i, (u8)(i + 1), 512));
    go(4);
    access_disk(0x42, 4, 1, 2, 2, 1024);
    EXPECT(0, 4, 0, 4, 0, 3, 2);
    ck_assert(holds_sector(memory, 1, 512));
    ck_assert(holds_sector(memory + 512, 2, 512));
}
END_TEST

START_TEST(nothing_on_the_track)
{
    go(20);
    access_disk(0x46, 20, 1, 2, 1, 512);
    EXPECT(0x40, 1, 0, 20, 0, 1, 2);
    SEND(0x4a, 4);
    run(1000);
    EXPECT(0x44, 1, 0, 20, 0, 1, 2);
}
END_TEST

/* ---- writing, into the overlay ---- */

static void write_data(u8 command, u8 c, u8 r, u8 n, u8 v)
{
    memset(memory, v, 128u << n);
    dma(128u << n);
    SEND(command, 0, c, 0, r, n, r, 0x1b, 0xff);
    run(2000);
    EXPECT(0, 0, 0, c + 1, 0, 1, n);
}

static void reads_back(u8 c, u8 r, u8 n, u8 v, u8 mark)
{
    u32 bytes = 128u << n;

    access_disk(0x46, c, r, n, r, bytes);
    EXPECT(0, 0, mark, mark ? c : c + 1, 0, mark ? r : 1, n);
    for (u32 k = 0; k < bytes; k++)
        ck_assert_uint_eq(memory[k], v);
}

START_TEST(writes_mend_and_mark)
{
    go(3);
    write_data(0x45, 3, 4, 2, 0x77);
    reads_back(3, 4, 2, 0x77, 0);
    write_data(0x49, 3, 4, 2, 0x78);
    reads_back(3, 4, 2, 0x78, 0x40);
    write_data(0x45, 3, 5, 2, 0x79);
    reads_back(3, 5, 2, 0x79, 0);
    go(1);
    write_data(0x45, 1, 10, 0, 0x55);
    write_data(0x45, 1, 14, 4, 0x66);
    reads_back(1, 10, 0, 0x55, 0);
    reads_back(1, 14, 4, 0x66, 0);
    access_disk(0x46, 1, 11, 1, 11, 256);
    EXPECT(0, 0, 0, 2, 0, 1, 1);
    ck_assert(holds_sector(memory, 11, 256));
}
END_TEST

START_TEST(protected_without_overlay)
{
    ck_assert_int_eq(fdc_insert(&fdc, 0, below, NULL), ERR_OK);
    go(3);
    dma(512);
    SEND(0x45, 0, 3, 0, 4, 2, 4, 0x1b, 0xff);
    run(1000);
    EXPECT(0x40, 2, 0, 3, 0, 4, 2);
}
END_TEST

static void format_track(u8 c, const u8 (*ids)[4], u8 n, u8 size)
{
    memcpy(memory, ids, 4u * n);
    dma(4u * n);
    SEND(0x4d, 0, size, n, 0x50, 0xe5);
    run(3000);
    EXPECT(0, 0, 0, c, ids[n - 1][1], ids[n - 1][2], ids[n - 1][3]);
}

START_TEST(formats_what_it_is_told)
{
    static const u8 odd[][4] = { { 8, 0, 9, 3 }, { 8, 0, 200, 3 },
                                 { 8, 7, 1, 3 } };
    static const u8 usual[][4] = { { 8, 0, 3, 2 }, { 8, 0, 1, 2 },
                                   { 8, 0, 2, 2 } };

    go(8);
    format_track(8, odd, 3, 3);
    reads_back(8, 200, 3, 0xe5, 0);
    write_data(0x45, 8, 200, 3, 0x12);
    reads_back(8, 200, 3, 0x12, 0);
    reads_back(8, 9, 3, 0xe5, 0);
    format_track(8, usual, 3, 2);
    access_disk(0x46, 8, 200, 3, 200, 1024);
    EXPECT(0x40, 4, 0, 8, 0, 200, 3);
    reads_back(8, 2, 2, 0xe5, 0);
}
END_TEST

/* ---- states ---- */

/* The chip forgets all, and gets it back. */
static void save_and_load(void)
{
    struct buf b = { 0 };

    state_save(fdc_ops.state, &fdc, &b);
    ck_assert(!b.failed);
    fdc_ops.reset(&fdc);
    b = (struct buf){ b.p, 0, b.len, false };
    ck_assert_int_eq(state_load(fdc_ops.state, &fdc, &b, &why), ERR_OK);
    chip_loaded(&t, &fdc_ops, &fdc);
    b.cap = 0;
    free(b.p);
}

START_TEST(saved_within_a_sector)
{
    int n = 0;

    SEND(3, 0xdf, 0x03);
    go(1);
    SEND(0x46, 0, 1, 0, 14, 4, 14, 0x1b, 0xff);
    for (int i = 0; i < 400000 && in(MSR) != 0xd0; i++) {
        clk_run(&t.clk, t.clk.now + 1000);
        if ((in(MSR) & 0xf0) == 0xf0)
            memory[n++] = in(DATA);
        if (n % 50 == 0 || n == 512)
            save_and_load();
    }
    ck_assert_int_eq(n, 2048);
    ck_assert(holds_sector(memory, 14, 2048));
}
END_TEST

/* What -snapshot keeps of a track goes with the machine's state. */
START_TEST(written_tracks_are_saved)
{
    struct buf kept = { 0 }, in;

    go(3);
    write_data(0x49, 3, 4, 2, 0x78);
    go(1);
    write_data(0x45, 1, 14, 4, 0x66);
    disk->ops->save(disk, &kept);
    ck_assert(!kept.failed);
    block_close(disk);
    insert_image();
    in = (struct buf){ kept.p, 0, kept.len, false };
    ck_assert_msg(disk->ops->load(disk, &in, &why) == ERR_OK, "%s", why.text);
    buf_free(&kept);
    reads_back(1, 14, 4, 0x66, 0);
    go(3);
    reads_back(3, 4, 2, 0x78, 0x40);
}
END_TEST

/* An ID may say any size; its sector has that of the command. */
START_TEST(ids_of_impossible_sizes)
{
    static const u8 ids[][4] = { { 8, 0, 1, 0xff }, { 8, 0, 2, 7 } };

    go(8);
    format_track(8, ids, 2, 2);
    for (int i = 0; i < 2; i++) {
        SEND(0x4a, 0);
        run(300);
        EXPECT(0, 0, 0, 8, 0, fdc.s.result[5],
               fdc.s.result[5] == 1 ? 0xff : 7);
    }
    access_disk(0x46, 8, 1, 0xff, 1, 512);
    for (int i = 0; i < 7; i++)
        in(DATA);
    access_disk(0x46, 8, 1, 2, 1, 512);
    EXPECT(0x40, 4, 0, 8, 0, 1, 2);
}
END_TEST

/* The data rate tells the drive where the numbers of sectors don't. */
START_TEST(density_chooses_the_drive)
{
    block_close(disk);
    image_begin();
    TRACK(MFM500, 0, 0, plain);
    insert_image();
    ck_assert_uint_eq(fdc.unit[0].format.drive, DRIVE_1440K);
    ck_assert_uint_eq(fdc.unit[0].format.rate, RATE_500K);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("tracks");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, ids_come_in_order);
    tcase_add_test(c, a_turn_takes_its_time);
    tcase_add_test(c, no_gap_no_loss);
    tcase_add_test(c, density_and_rate);
    tcase_add_test(c, all_sizes);
    tcase_add_test(c, data_length);
    tcase_add_test(c, wrong_size_is_no_match);
    tcase_add_test(c, famous_f7);
    tcase_add_test(c, by_cpu_in_large_sectors);
    tcase_add_loop_test(c, marks_and_errors, 0, COUNT_OF(reads));
    tcase_add_test(c, scan_of_what_has_shrunk);
    tcase_add_test(c, wrong_and_bad_cylinder);
    tcase_add_test(c, twins_take_turns);
    tcase_add_test(c, whole_track);
    tcase_add_test(c, nothing_on_the_track);
    tcase_add_test(c, writes_mend_and_mark);
    tcase_add_test(c, protected_without_overlay);
    tcase_add_test(c, formats_what_it_is_told);
    tcase_add_test(c, saved_within_a_sector);
    tcase_add_test(c, written_tracks_are_saved);
    tcase_add_test(c, density_chooses_the_drive);
    tcase_add_test(c, ids_of_impossible_sizes);
    return chip_run_case("fdc tracks", c);
}
