/* test_headed.c - floppy images of CopyQM, SaveDskF, Anex86 and DIM: made
 * here, read back byte by byte, written to where that can be; damaged ones are
 * refused. */
#include "tests/lib/imagebed.h"

/* ---- CopyQM ---- */

static void cqm_sum(void)
{
    u8 sum = 0;

    image.p[132] = 0;
    for (int i = 0; i < 133; i++)
        sum = (u8)(sum + image.p[i]);
    image.p[132] = (u8)-sum;
}

static void cqm_head(u32 bytes, u32 spt, u8 density, u8 used, u8 cylinders)
{
    buf_free(&image);
    put_zeros(133);
    memcpy(image.p, "CQ\x14", 3);
    put_le16(image.p + 3, (u16)bytes);
    put_le16(image.p + 0x10, (u16)spt);
    put_le16(image.p + 0x12, 2);
    image.p[0x59] = density;
    image.p[0x5a] = used;
    image.p[0x5b] = cylinders;
    put_le16(image.p + 0x6f, 5);
    cqm_sum();
    buf_put_bytes(&image, "notes", 5);
}

/* Runs end within sectors, as CopyQM's do. */
static void cqm_data(u32 bytes)
{
    for (u32 i = 0, n; i < bytes; i += n) {
        for (n = 1; i + n < bytes && byte_at(i + n) == byte_at(i); n++)
            ;
        if (n > 4) {
            buf_put(&image, (u16)-(int)n, 2);
            buf_put(&image, byte_at(i), 1);
            continue;
        }
        n = bytes - i < 700 ? bytes - i : 700;
        buf_put(&image, n, 2);
        for (u32 k = 0; k < n; k++)
            buf_put(&image, byte_at(i + k), 1);
    }
}

START_TEST(cqm)
{
    struct block *b;

    cqm_head(512, 9, 0, 40, 40);
    cqm_data(720 * 512);
    b = holds("cqm", 720, 720 * 512);
    is_floppy_of(b, 40, 9, RATE_250K, DRIVE_360K);
    done(b);
    cqm_head(512, 18, 1, 30, 80);       /* the rest was never used */
    cqm_data(30 * 36 * 512);
    b = holds("cqm", 2880, 30 * 36 * 512);
    is_floppy_of(b, 80, 18, RATE_500K, DRIVE_1440K);
    ck_assert_int_eq(block_write(b, 0, image.p, 1), ERR_RDONLY);
    done(b);
    cqm_head(1024, 8, 1, 77, 77);
    cqm_data(77 * 16 * 1024);
    b = holds("cqm", 77 * 32, 77 * 16 * 1024);
    is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
    done(b);
}
END_TEST

START_TEST(cqm_damaged)
{
    cqm_head(512, 9, 0, 40, 40);
    cqm_data(720 * 512);
    image.len--;
    refuses("CopyQM: the file ends too early");
    image.p[0x10]++;
    refuses("CopyQM: the sum of its head is wrong");
    cqm_head(513, 9, 0, 40, 40);
    refuses("CopyQM: a geometry");
    cqm_head(512, 9, 3, 40, 40);
    refuses("CopyQM: a geometry");
    cqm_head(512, 9, 0, 200, 40);
    refuses("CopyQM: a geometry");
    cqm_head(512, 9, 0, 40, 40);
    put_le16(image.p + 0x6f, 0xffff);
    cqm_sum();
    refuses("CopyQM: the file ends in its comment");
    image.len = 60;
    refuses("CopyQM: the file ends in its head");
    buf_free(&image);
}
END_TEST

/* ---- Anex86 ---- */

static void fdi_head(u32 bytes, u32 spt, u32 cylinders)
{
    const u32 words[] = { 0, 0x90, 4096, bytes * spt * 2 * cylinders, bytes,
                          spt, 2, cylinders };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        buf_put(&image, words[i], 4);
    put_zeros(4096 - 32);
}

START_TEST(fdi)
{
    struct block *b;

    fdi_head(1024, 8, 77);
    put_data(77 * 16 * 1024);
    b = holds("fdi", 77 * 32, 77 * 16 * 1024);
    is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
    takes_writes(b);
    done(b);
    fdi_head(512, 15, 80);
    put_data(2400 * 512);
    b = holds("fdi", 2400, 2400 * 512);
    is_floppy_of(b, 80, 15, RATE_500K, DRIVE_1200K);
    takes_writes(b);
    done(b);
    fdi_head(256, 26, 77);
    put_data(77 * 52 * 256);
    b = holds("fdi", 77 * 26, 77 * 52 * 256);
    is_floppy_of(b, 77, 26, RATE_500K, DRIVE_1200K);
    block_close(b);
    image.len--;
    refuses("promises");
    buf_free(&image);
}
END_TEST

/* ---- DIM ---- */

START_TEST(dim)
{
    struct block *b;

    put_zeros(256);
    memcpy(image.p + 0xab, "DIFC HEADER", 11);
    put_data(77 * 16 * 1024);
    b = holds("dim", 77 * 32, 77 * 16 * 1024);
    is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
    takes_writes(b);
    block_close(b);
    image.len -= 512;
    refuses("promises");
    image.p[0] = 1;
    refuses("only 2HD, 2HC and 2HQ");
    image.p[0] = 9;
    refuses("promises");
    buf_free(&image);
}
END_TEST

/* ---- SaveDskF ---- */

static void skf_head(u8 kind, u32 at, u32 held)
{
    put_zeros(at ? at : 512);
    image.p[0] = 0xaa;
    image.p[1] = kind;
    image.p[2] = 0xf0;
    put_le16(image.p + 4, 512);
    put_le16(image.p + 24, 80);
    put_le16(image.p + 26, 2);
    put_le16(image.p + 28, 18);
    put_le16(image.p + 34, (u16)held);
    put_le16(image.p + 38, (u16)at);
    put_data(held * 512);
}

START_TEST(savedskf)
{
    static const struct { u8 kind; u32 at; } kinds[] = {
        { 0x59, 93 }, { 0x58, 0 }, { 0x59, 0 }
    };
    struct block *b;

    skf_head(kinds[_i].kind, kinds[_i].at, 1000);
    b = holds("savedskf", 2880, 1000 * 512);
    is_floppy_of(b, 80, 18, RATE_500K, DRIVE_1440K);
    ck_assert_int_eq(block_write(b, 0, image.p, 1), ERR_RDONLY);
    block_close(b);
    image.len--;
    refuses("promises 512000 bytes");
    image.p[24] = 85;
    refuses("a geometry");
    image.p[1] = 0x5a;
    refuses("LoadDskF");
    buf_free(&image);
}
END_TEST

/* ---- damage ---- */

static void made_cqm(void)
{
    cqm_head(512, 9, 0, 40, 40);
    cqm_data(720 * 512);
}

static void made_fdi(void)
{
    fdi_head(512, 15, 80);
    put_data(2400 * 512);
}

static void made_dim(void)
{
    put_zeros(256);
    memcpy(image.p + 0xab, "DIFC HEADER", 11);
    put_data(77 * 16 * 1024);
}

static void made_skf(void)
{
    skf_head(0x59, 93, 1000);
}

static void (*const makers[])(void) = { made_cqm, made_fdi, made_dim,
                                        made_skf };

START_TEST(damaged)
{
    damage_often(makers[_i], 91 + (u32)_i);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("headed");
    TCase *c = tcase_create("headed");
    SRunner *r;
    int failed;

    tcase_add_test(c, cqm);
    tcase_add_test(c, cqm_damaged);
    tcase_add_test(c, fdi);
    tcase_add_test(c, dim);
    tcase_add_loop_test(c, savedskf, 0, 3);
    tcase_add_loop_test(c, damaged, 0, COUNT_OF(makers));
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
