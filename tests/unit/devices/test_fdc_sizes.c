/* test_fdc_sizes.c - whole disks of sectors that are not 512 bytes: of CP/M, of
 * the PC-98, as ImageDisk copies and as raw images. */
#include "tests/lib/fdc_rig.h"
#include "tests/lib/imd_image.h"

#include <stdlib.h>

#include "machine/block/format.h"

static struct block *below, *disk;
static struct why why;

static const struct kind {
    u8 mode, cylinders, heads, from, spt, n;
    enum floppy_drive drive;
    u8 rate;
} kinds[] = {
    { FM500, 77, 1, 1, 26, 0, DRIVE_1200K, RATE_500K },     /* IBM 3740 */
    { MFM500, 77, 2, 1, 26, 1, DRIVE_1200K, RATE_500K },
    { MFM500, 77, 2, 1, 8, 3, DRIVE_1200K, RATE_500K },     /* PC-98 */
    { MFM250, 40, 1, 1, 16, 1, DRIVE_360K, RATE_250K },     /* CP/M */
    { MFM250, 80, 2, 1, 5, 3, DRIVE_720K, RATE_250K },
    { FM250, 40, 2, 0, 10, 1, DRIVE_360K, RATE_250K },      /* Acorn's DFS */
    { MFM250, 40, 1, 0xc1, 9, 2, DRIVE_360K, RATE_250K },   /* CPC */
};

static struct listed listed[2][26];

static void insert(enum floppy_drive drive)
{
    struct open_how how = { .readonly = true };
    struct file *f;

    chip_test_init(&t);
    wire(&fdc);
    fdc.unit[0].type = drive;
    ck_assert_int_eq(file_memory(&f, image.p, image.len, "odd", &why),
                     ERR_OK);
    ck_assert_msg(block_open_file(&below, f, &how, &why) == ERR_OK, "%s",
                  why.text);
    ck_assert_int_eq(block_open_overlay(&disk, below, &why), ERR_OK);
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    dma_masked = false;
    start_up();
    out(CCR, fdc.unit[0].format.rate);
}

static void remove_disk(void)
{
    block_close(disk);
    buf_free(&image);
}

static void make_disk(const struct kind *k)
{
    image_begin();
    for (u8 c = 0; c < k->cylinders; c++)
        for (u8 h = 0; h < k->heads; h++) {
            for (u8 i = 0; i < k->spt; i++)
                listed[h][i] = (struct listed){ c, h, k->from + i, k->n,
                                                SOUND };
            image_track(k->mode, c, h, listed[h], k->spt);
        }
}

/* READ or WRITE of the track's sectors in one go. */
static void transfer(const struct kind *k, u8 command, u8 c, u8 h)
{
    u8 last = (u8)(k->from + k->spt - 1);

    seek(0, c);
    dma((u32)k->spt << (7 + k->n));
    SEND(command | (k->mode < MFM500 ? 0 : 0x40), (u8)(h << 2), c, h, k->from,
         k->n, last, 0x1b, k->n ? 0xff : 0x80);
    run(3000);
    ck_assert_uint_eq(fdc.s.result[0] & 0xc0, 0);
    for (int i = 0; i < 7; i++)
        in(DATA);
}

static void holds_track(const struct kind *k)
{
    u32 bytes = 128u << k->n, wrong = 0;

    for (u32 i = 0; i < k->spt * bytes; i++)
        wrong += memory[i] != byte_of((u8)(k->from + i / bytes),
                                      (int)(i % bytes));
    ck_assert_uint_eq(wrong, 0);
}

START_TEST(read_by_the_controller)
{
    const struct kind *k = &kinds[_i];
    u8 c = k->cylinders - 1, h = k->heads - 1;
    u32 wrong = 0;

    make_disk(k);
    insert(k->drive);
    ck_assert_uint_eq(fdc.unit[0].format.drive, k->drive);
    ck_assert_uint_eq(fdc.unit[0].format.rate, k->rate);
    ck_assert_uint_eq(fdc.unit[0].format.cylinders, k->cylinders);
    transfer(k, 6, 0, 0);
    holds_track(k);
    transfer(k, 6, c, h);
    holds_track(k);
    for (u32 i = 0; i < 16384; i++)
        memory[i] = (u8)(i * 7);
    transfer(k, 5, c, h);
    memset(memory, 0, sizeof memory);
    transfer(k, 6, c, h);
    for (u32 i = 0; i < (u32)k->spt << (7 + k->n); i++)
        wrong += memory[i] != (u8)(i * 7);
    ck_assert_uint_eq(wrong, 0);
    transfer(k, 6, 0, 0);
    holds_track(k);
    remove_disk();
}
END_TEST

/* Other programs' raw images have the sectors one behind the other. */
START_TEST(row_of_its_bytes)
{
    const struct kind *k = &kinds[_i];
    u32 size = 128u << k->n, all = k->cylinders * k->heads * k->spt * size;
    u32 wrong = 0;
    static u8 got[84 * 2 * 16384];

    make_disk(k);
    insert(k->drive);
    ck_assert_uint_eq(below->sectors, (all + 511) / 512);
    ck_assert_int_eq(block_read(below, 0, got, (u32)below->sectors), ERR_OK);
    for (u32 i = 0; i < all; i++)
        wrong += got[i] != byte_of((u8)(k->from + i / size % k->spt),
                                   (int)(i % size));
    ck_assert_uint_eq(wrong, 0);
    remove_disk();
}
END_TEST

/* A format of 512-byte sectors has its data elsewhere than in that row. */
START_TEST(formatted_anew)
{
    static const u8 ids[] = { 9, 0, 1, 2, 9, 0, 2, 2 };
    const struct kind *k = &kinds[2];

    make_disk(k);
    insert(k->drive);
    seek(0, 9);
    memcpy(memory, ids, sizeof ids);
    dma(sizeof ids);
    SEND(0x4d, 0, 2, 2, 0x50, 0xe5);
    run(3000);
    EXPECT(0, 0, 0, 9, 0, 2, 2);
    for (u8 c = 0; c < k->cylinders; c++)
        if (c != 9) {
            transfer(k, 6, c, 0);
            holds_track(k);
        }
    remove_disk();
}
END_TEST

/* A raw image of a PC-98 disk, with a BPB or just by its size. */
START_TEST(raw_of_a_pc98)
{
    const struct kind *k = &kinds[2];

    for (u32 i = 0; i < 77 * 2 * 8 * 1024; i++)
        buf_put(&image, byte_of((u8)(1 + i / 1024 % 8), (int)(i % 1024)), 1);
    if (_i) {
        static const u8 bpb[] = { 0xeb, 0x3c, 0x90, 'N', 'E', 'C', ' ', ' ',
                                  ' ', ' ', ' ', 0, 4, 1, 1, 0, 2, 192, 0,
                                  0xd0, 4, 0xfe, 2, 0, 8, 0, 2, 0 };

        memcpy(image.p, bpb, sizeof bpb);
        image.len -= 1024 * 16;         /* a track is not in the file */
    }
    insert(k->drive);
    ck_assert_uint_eq(fdc.unit[0].format.odd_size, 1 + 3);
    ck_assert_uint_eq(fdc.unit[0].format.cylinders, 77);
    transfer(k, 6, 5, 1);
    holds_track(k);
    remove_disk();
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("sizes");

    tcase_add_loop_test(c, read_by_the_controller, 0, COUNT_OF(kinds));
    tcase_add_loop_test(c, row_of_its_bytes, 0, COUNT_OF(kinds));
    tcase_add_test(c, formatted_anew);
    tcase_add_loop_test(c, raw_of_a_pc98, 0, 2);
    return chip_run_case("fdc sizes", c);
}
