/* test_fdc_trouble.c - the 82077AA when the host fails to say what lies on a
 * track: the request is kept while the machine stops, and other errors are
 * told to the log before the guest hears of them. */
#include "tests/lib/fdc_rig.h"
#include "tests/lib/imd_image.h"

#include <stdlib.h>

#include "machine/block/format.h"

/* A disk whose nth read of a track's list, counted down, goes wrong. */
static struct block *below, *disk;
static const struct block_ops *inner;
static struct block_ops failing;
static int until;
static enum err error;

static const struct listed plain[] = {
    { 0, 0, 1, 2, SOUND }, { 0, 0, 2, 2, SOUND }, { 0, 0, 3, 2, SOUND },
    { 0, 0, 4, 2, SOUND }, { 0, 0, 5, 2, SOUND }, { 0, 0, 6, 2, SOUND },
};

static enum err fail_read(struct block *b, u64 sector, void *buf, u32 n)
{
    if (sector >= SURFACE_AT && until && --until == 0)
        return error;
    return inner->read(b, sector, buf, n);
}

static void setup(void)
{
    struct open_how how = { .readonly = true };
    struct file *f;
    struct why why;

    chip_test_init(&t);
    wire(&fdc);
    fdc.unit[0].type = DRIVE_360K;
    image_begin();
    TRACK(MFM250, 0, 0, plain);
    ck_assert_int_eq(file_memory(&f, image.p, image.len, "odd", &why), ERR_OK);
    ck_assert_int_eq(block_open_file(&below, f, &how, &why), ERR_OK);
    ck_assert_int_eq(block_open_overlay(&disk, below, &why), ERR_OK);
    until = 0;
    inner = disk->ops;
    failing = *inner;
    failing.read = fail_read;
    disk->ops = &failing;
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    dma_masked = false;
    start_up();
    out(CCR, RATE_250K);
    seek(0, 0);
}

static void teardown(void)
{
    block_close(disk);
    buf_free(&image);
}

/* Commands that look at a track: read, read a track, write, scan, read an ID,
 * format; with sectors 1 and 2. */
static const struct { u8 n, bytes[9]; } commands[] = {
    { 9, { 0x46, 0, 0, 0, 1, 2, 2, 0x1b, 0xff } },
    { 9, { 0x42, 0, 0, 0, 1, 2, 2, 0x1b, 0xff } },
    { 9, { 0x45, 0, 0, 0, 1, 2, 2, 0x1b, 0xff } },
    { 9, { 0x51, 0, 0, 0, 1, 2, 2, 0x1b, 1 } },
    { 2, { 0x4a, 0 } },
    { 6, { 0x4d, 0, 2, 2, 0x1b, 0xe5 } },
};

/* The command's result, and what it moved. */
static void do_command(int i, u8 result[7])
{
    static const u8 ids[] = { 0, 0, 1, 2, 0, 0, 2, 2 };

    memset(memory, 0xee, sizeof memory);
    if (commands[i].bytes[0] == 0x4d)
        memcpy(memory, ids, sizeof ids);
    dma(commands[i].bytes[0] == 0x4d ? sizeof ids : 1024);
    send(commands[i].n, commands[i].bytes);
    run(2000);
    for (int k = 0; k < 7; k++) {
        ck_assert_uint_eq(in(MSR) & 0xd0, 0xd0);
        result[k] = in(DATA);
    }
}

/* Whichever list it is, the guest never learns that the machine had stopped. */
START_TEST(kept_until_it_goes_on)
{
    static u8 moved[1024];
    u8 want[7], got[7];

    do_command(_i, want);
    ck_assert_uint_eq(want[0], 0);
    memcpy(moved, memory, sizeof moved);
    for (int n = 1; n < 8; n++) {
        teardown();
        setup();
        error = ERR_AGAIN;
        until = n;
        do_command(_i, got);
        ck_assert_mem_eq(got + 1, want + 1, 2);
        ck_assert_uint_eq(got[0], want[0]);
        ck_assert_mem_eq(memory, moved, sizeof moved);
        ck_assert_int_eq(t.errors, 0);
    }
}
END_TEST

START_TEST(told_to_the_log)
{
    u8 got[7];

    error = ERR_IO;
    until = 1;
    do_command(_i, got);
    ck_assert_int_eq(t.errors, 1);
    ck_assert_uint_eq(got[0] & 0xc0, _i == 5 ? 0 : 0x40);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("trouble");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, kept_until_it_goes_on, 0, COUNT_OF(commands));
    tcase_add_loop_test(c, told_to_the_log, 0, COUNT_OF(commands));
    return chip_run_case("fdc trouble", c);
}
