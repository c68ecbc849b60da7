/* test_fdc_hostile.c - random commands over a disk of odd tracks, and over one
 * whose lists of tracks are damaged, as a state file could bring them. */
#include "tests/lib/fdc_rig.h"
#include "tests/lib/imd_image.h"

#include "machine/block/format.h"
#include "machine/core/bytes.h"

static struct block *disk;
static struct why why;

/* Eight tracks, with sectors of all sizes and types. */
static void make_image(void)
{
    static const u8 types[] = { SOUND, DELETED, BAD_CRC, NO_DATA, DELETED_BAD };
    struct listed list[9];

    image_begin();
    for (u8 c = 0; c < 8; c++) {
        for (u8 i = 0; i < 9; i++)
            list[i] = (struct listed){ c, 0, (u8)(i + 1),
                                       c ? (u8)((c + i) % 4) : 2,
                                       types[c ? (c * i) % 5 : 0] };
        TRACK(MFM250, c, 0, list);
    }
}

static void setup(void)
{
    struct open_how how = { .readonly = true };
    struct block *below;
    struct file *f;

    chip_test_init(&t);
    wire(&fdc);
    fdc.unit[0].type = DRIVE_360K;
    make_image();
    ck_assert_int_eq(file_memory(&f, image.p, image.len, "odd", &why), ERR_OK);
    ck_assert_msg(block_open_file(&below, f, &how, &why) == ERR_OK, "%s",
                  why.text);
    ck_assert_int_eq(block_open_overlay(&disk, below, &why), ERR_OK);
    ck_assert_int_eq(fdc_insert(&fdc, 0, disk, NULL), ERR_OK);
    start_up();
}

static void teardown(void)
{
    block_close(disk);
    buf_free(&image);
}

/* What only a damaged state could have in the list of a track. */
static void damage_lists(u32 *seed)
{
    u8 list[SURFACE_LIST];

    for (u32 c = 0; c < 8; c++) {
        for (u32 i = 0; i < sizeof list; i++)
            list[i] = (u8)(chip_random(seed) >> 8 & 0x83);
        for (u32 i = 16; i < sizeof list && chip_random(seed) & 1; i += 12)
            put_le32(list + i + 8, (u32)surface_track_at(c, 0) * 4 +
                                       chip_random(seed) % 300);
        block_write(disk, surface_track_at(c, 0), list, 2);
    }
}

START_TEST(random_commands)
{
    static const u8 codes[] = { 2, 5, 6, 9, 10, 12, 13, 17, 22, 25, 29 };
    u32 seed = (u32)(_i + 1);

    for (int i = 0; i < 3000; i++) {
        u32 x = chip_random(&seed);
        u8 c = (u8)(x >> 4 & 7);
        u8 words[] = { 0, c, 0, (u8)(x >> 8 & 15), (u8)(x >> 12 & 7), 9, 27,
                       0xff };

        if (_i && i % 100 == 0)
            damage_lists(&seed);
        if (x >> 28 == 0)
            words[x % 8] = (u8)(x >> 20);
        dma(x >> 8 & 0x3fff);
        fdc.s.drive[0].track = c;
        out(CCR, x >> 26 ? RATE_250K : RATE_500K);
        out(DATA, (u8)(codes[x % COUNT_OF(codes)] | (x >> 16 & 0xe0)));
        for (size_t k = 0; k < sizeof words; k++)
            out(DATA, words[k]);
        for (int k = 0; k < 12; k++) {
            in(DATA);
            clk_run(&t.clk, t.clk.now + (ns_t)(x % 40000000));
        }
        if (x % 64 == 0) {
            out(DOR, 0x18);
            out(DOR, 0x1c);
        }
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)(77 + _i);

    for (int i = 0; i < 300; i++) {
        chip_random_state(fdc_ops.state, &fdc, &seed);
        fdc.s.op_at = t.clk.now + 100;
        fdc.s.drive[0].track = (u8)(i % 8);
        fdc.s.dor = 0x1c;
        chip_loaded(&t, &fdc_ops, &fdc);
        if (_i)
            damage_lists(&seed);
        for (int k = 0; k < 60; k++) {
            dma(600);
            chip_random_port(&fdc_ops, &fdc, 8, 1, &seed);
            clk_run(&t.clk, t.clk.now + 2000000);
        }
        fdc_ops.reset(&fdc);
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("hostile");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, random_commands, 0, 2);
    tcase_add_loop_test(c, hostile_state, 0, 2);
    return chip_run_case("fdc hostile", c);
}
