/* test_listed.c - floppy images of D88, DCP, CisCopy, AnaDisk, ApriDisk, QRST,
 * DIP and DiskCopy, and hard disks of NHD: made here, told by the probe, read
 * back byte by byte; damaged ones are refused or read, whatever they say. */
#include "tests/lib/imagebed.h"

static void put_range(u32 from, u32 n)
{
    for (u32 i = 0; i < n; i++)
        buf_put(&image, byte_at(from + i), 1);
}

/* ---- D88 ---- */

static bool flawed;

/* Sectors in the order 1, 3, 5, ..; of track 5 of a flawed disk one has a deleted mark, one a
 * wrong CRC and one no data. */
static void d88_sector(u32 track, u32 spt, u32 i, u8 size, u32 bytes)
{
    u32 id = i * 2 < spt ? i * 2 : i * 2 - ((spt - 1) | 1);
    bool odd = flawed && track == 5;

    buf_put(&image, track / 2, 1);
    buf_put(&image, track % 2, 1);
    buf_put(&image, id + 1, 1);
    buf_put(&image, size, 1);
    buf_put(&image, spt, 2);
    buf_put(&image, 0, 1);
    buf_put(&image, odd && id == 1 ? 0x10 : 0, 1);
    buf_put(&image, odd && id == 2 ? 0xb0 : odd && id == 3 ? 0xf0 : 0, 1);
    put_zeros(5);
    buf_put(&image, bytes, 2);
    put_range((track * spt + id) * bytes, bytes);
}

static void d88_disk(u8 medium, u32 tracks, u32 spt, u8 size)
{
    u32 bytes = 128u << size;

    buf_free(&image);
    put_zeros(688);
    memcpy(image.p, "A disk", 6);
    image.p[0x1b] = medium;
    for (u32 t = 0; t < tracks; t++) {
        put_le32(image.p + 32 + 4 * t, (u32)image.len);
        for (u32 i = 0; i < spt; i++)
            d88_sector(t, spt, i, size, bytes);
    }
    put_le32(image.p + 0x1c, (u32)image.len);
}

static void made_d88(void) { d88_disk(0x20, 154, 8, 3); }

START_TEST(d88)
{
    struct floppy_format f;
    struct surface s;
    struct block *b;

    d88_disk(0x20, 154, 8, 3);
    b = holds("d88", 77 * 32, 77 * 16 * 1024);
    is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
    done(b);
    flawed = true;
    d88_disk(0x20, 154, 8, 3);
    flawed = false;
    ck_assert_msg(!image_open(&b), "%s", why.text);
    ck_assert(floppy_format_of(b, &f));
    ck_assert_int_eq(surface_read(b, &f, 2, 1, &s), ERR_OK);
    ck_assert_uint_eq(s.n, 8);
    ck_assert_uint_eq(s.sector[1].r, 3);
    ck_assert_uint_eq(s.sector[1].flags, SURFACE_CRC);
    ck_assert_uint_eq(s.sector[4].flags, SURFACE_DELETED);
    ck_assert_uint_eq(s.sector[5].flags, SURFACE_NO_DATA);
    ck_assert_int_eq(block_write(b, 0, image.p, 1), ERR_RDONLY);
    done(b);
    d88_disk(0x10, 160, 9, 2);
    b = holds("d88", 1440, 1440 * 512);
    is_floppy_of(b, 80, 9, RATE_250K, DRIVE_720K);
    done(b);
}
END_TEST

START_TEST(d88_refusals)
{
    struct block *b;

    d88_disk(0x10, 160, 9, 2);
    put_le16(image.p + 0x2b0 + 16 + 512 + 14, 0xffff);
    ck_assert_int_eq(image_open(&b), ERR_FORMAT);
    d88_disk(0x10, 160, 9, 2);
    put_range(0, 2000);
    refuses("several disks");
    d88_disk(0x10, 160, 9, 2);
    image.p[0x2b0 + 528 + 3] = 9;
    refuses("track 0: a sector size");
    buf_free(&image);
}
END_TEST

/* ---- DCP, CisCopy ---- */

static void dcp_disk(u8 type, u32 tracks, u32 bytes, u32 head, bool hole)
{
    buf_free(&image);
    put_zeros(head);
    image.p[0] = type;
    for (u32 t = 0; t < tracks; t++) {
        image.p[1 + t] = !(hole && t == 7);
        if (image.p[1 + t])
            put_range(t * bytes, bytes);
    }
}

static void made_dcp(void) { dcp_disk(5, 160, 4608, 162, true); }

START_TEST(dcp)
{
    struct block *b;
    u8 s[512];

    for (u32 head = 162; head <= 163; head++) {
        dcp_disk(1, 154, 8192, head, false);
        b = holds("dcp", 77 * 32, 77 * 16 * 1024);
        is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
        done(b);
        dcp_disk(3, 160, 9216, head, false);
        image.p[1 + 9] = 0;             /* all are there all the same */
        b = holds("dcp", 2880, 2880 * 512);
        done(b);
    }
    dcp_disk(5, 160, 4608, 162, true);
    ck_assert_msg(!image_open(&b), "%s", why.text);
    ck_assert_str_eq(b->format->name, "dcp");
    ck_assert_int_eq(block_read(b, 8 * 9, s, 1), ERR_OK);
    ck_assert_uint_eq(s[5], byte_at(8 * 9 * 512 + 5));
    ck_assert_int_eq(block_read(b, 7 * 9, s, 1), ERR_OK);
    ck_assert_uint_eq(s[5], 0);
    done(b);
}
END_TEST

static void dcf_disk(u8 type, u32 map, u32 step, u32 bytes)
{
    buf_free(&image);
    buf_put(&image, type, 1);
    for (u32 t = 0; t < map; t++)
        buf_put(&image, t % step ? 0xfa : 0x4c, 1);
    buf_put(&image, 0, 1);
    put_range(0, map / step * bytes);
}

static void made_dcf(void) { dcf_disk(4, 80, 1, 4608); }

START_TEST(ciscopy)
{
    struct block *b;

    dcf_disk(7, 160, 1, 9216);
    b = holds("dcf", 2880, 2880 * 512);
    done(b);
    dcf_disk(1, 80, 2, 4096);
    b = holds("dcf", 320, 320 * 512);
    done(b);
    dcf_disk(4, 80, 1, 4608);
    image.p[81] = 1;
    refuses("packed in a way");
    image.p[81] = 0;
    image.len -= 100;
    refuses("the file ends in cylinder 39, head 1");
    buf_free(&image);
}
END_TEST

/* ---- AnaDisk ---- */

static void ana_disk(u32 cylinders, u32 spt, u8 size)
{
    u32 bytes = 128u << size;

    buf_free(&image);
    for (u32 n = 0; n < cylinders * 2 * spt; n++) {
        u8 c = (u8)(n / spt / 2), h = (u8)(n / spt % 2);

        buf_put_bytes(&image, (u8[]){ c, h, c, h, (u8)(n % spt + 1), size }, 6);
        buf_put(&image, bytes, 2);
        put_range(n * bytes, bytes);
    }
}

static void made_ana(void) { ana_disk(40, 9, 2); }

START_TEST(anadisk)
{
    struct block *b;

    ana_disk(40, 9, 2);
    b = holds("ana", 720, 720 * 512);
    is_floppy_of(b, 40, 9, RATE_250K, DRIVE_360K);
    done(b);
    ana_disk(77, 8, 3);
    b = holds("ana", 77 * 32, 77 * 16 * 1024);
    is_floppy_of(b, 77, 8, RATE_500K, DRIVE_1200K);
    done(b);
    ana_disk(40, 9, 2);
    image.len -= 7;
    refuses("ends in a sector of cylinder 39, head 1");
    image.p[300 * 520 + 6] = 7;
    refuses("no sector's head at byte 156000");
    buf_free(&image);
}
END_TEST

/* ---- ApriDisk ---- */

static void apri_item(u32 type, u32 n, u32 bytes, bool packed)
{
    buf_put(&image, 0xe31d0000 + type, 4);
    buf_put(&image, packed ? 0x3e5a : 0x9e90, 2);
    buf_put(&image, 16, 2);
    buf_put(&image, packed ? 3 : bytes, 4);
    buf_put(&image, n / 9 % 2, 1);
    buf_put(&image, n % 9 + 1, 1);
    buf_put(&image, n / 18, 2);
    if (packed) {
        buf_put(&image, 512, 2);
        buf_put(&image, byte_at(n * 512), 1);
    } else
        put_range(n * 512, bytes);
}

/* From the last sector to the first; those of one byte throughout packed. */
static void made_apri(void)
{
    buf_free(&image);
    put_zeros(128);
    memcpy(image.p, "ACT Apricot disk image\x1a\4", 24);
    apri_item(3, 0, 20, false);
    for (u32 n = 1440; n-- > 0;) {
        apri_item(0, n, 512, false);
        apri_item(1, n, 512, n % 3 == 0);
    }
    apri_item(2, 0, 33, false);
}

START_TEST(apridisk)
{
    struct block *b;

    made_apri();
    b = holds("apridisk", 1440, 1440 * 512);
    is_floppy_of(b, 80, 9, RATE_250K, DRIVE_720K);
    done(b);
    made_apri();
    image.len--;
    refuses("the file ends in a record");
    made_apri();
    image.p[131] = 9;
    refuses("a record of a type");
    made_apri();
    image.p[128 + 16 + 20 + 528 + 14] = 99;
    refuses("a cylinder or head");
    buf_free(&image);
}
END_TEST

/* ---- QRST ---- */

static void qrst_packed(u32 from, u32 n)
{
    size_t at = image.len;

    buf_put(&image, 0, 2);
    for (u32 i = 0; i < n;) {
        u32 k = n - i < 200 ? n - i : 200, same = 0;

        buf_put(&image, k, 1);
        put_range(from + i, k);
        i += k;
        while (i + same < n && same < 255 &&
               byte_at(from + i + same) == byte_at(from + i))
            same++;
        buf_put(&image, same, 1);
        buf_put(&image, byte_at(from + i), 1);
        i += same;
    }
    put_le16(image.p + at, (u16)(image.len - at - 2));
}

static void made_qrst(void)
{
    u32 sum = 0;

    buf_free(&image);
    put_zeros(796);
    memcpy(image.p, "QRST\0\0\x80\x3f", 8);
    image.p[12] = 1;
    for (u32 t = 0; t < 80; t++) {
        buf_put_bytes(&image, (u8[]){ (u8)(t / 2), (u8)(t % 2),
                                      t % 3 ? 2 : 0 }, 3);
        if (t % 3)
            qrst_packed(t * 4608, 4608);
        else
            put_range(t * 4608, 4608);
    }
    for (u32 i = 0; i < 720 * 512; i++)
        sum += byte_at(i) * (i + 1);
    put_le32(image.p + 8, sum);
}

static bool sums_fit(struct block *b)
{
    struct block_details d = { 0 };
    bool fit;

    b->ops->describe(b, &d);
    buf_put(&d.text, 0, 1);
    fit = !strstr((char *)d.text.p, "checksum");
    block_details_free(&d);
    return fit;
}

START_TEST(qrst)
{
    struct block *b;

    made_qrst();
    b = holds("qrst", 720, 720 * 512);
    is_floppy_of(b, 40, 9, RATE_250K, DRIVE_360K);
    ck_assert(sums_fit(b));
    block_close(b);
    image.p[8] ^= 1;
    b = holds("qrst", 720, 720 * 512);
    ck_assert(!sums_fit(b));
    block_close(b);
    image.p[796 + 2] = 7;
    refuses("a track's data is damaged");
    image.p[796] = 40;
    refuses("a track that the disk does not have");
    image.p[12] = 8;
    refuses("a size of disk");
    memcpy(image.p + 4, "\0\0\xa0\x40", 4);
    refuses("version 5");
    buf_free(&image);
}
END_TEST

/* ---- behind a header ---- */

static void made_dip(void)
{
    buf_free(&image);
    put_zeros(256);
    memcpy(image.p, "\1\x08\0\x13\x41\0\1", 7);
    put_range(0, 77 * 16 * 1024);
}

static void made_dc42(void)
{
    buf_free(&image);
    put_zeros(84);
    memcpy(image.p, "\4Disk", 5);
    put_be32(image.p + 64, 1440 * 512);
    image.p[80] = 2;
    image.p[82] = 1;
    put_range(0, 1440 * 512);
}

START_TEST(headed)
{
    struct block *b;

    made_dip();
    b = holds("dip", 77 * 32, 77 * 16 * 1024);
    takes_writes(b);
    done(b);
    made_dc42();
    b = holds("dc42", 1440, 1440 * 512);
    ck_assert_int_eq(block_write(b, 0, image.p, 1), ERR_RDONLY);
    block_close(b);
    image.p[80] = 1;
    refuses("only disks of 720 and 1440 KB");
    buf_free(&image);
}
END_TEST

static void made_nhd(void)
{
    buf_free(&image);
    put_zeros(512);
    memcpy(image.p, "T98HDDIMAGE.R0", 14);
    put_le32(image.p + 0x110, 512);
    put_le32(image.p + 0x114, 20);
    put_le16(image.p + 0x118, 8);
    put_le16(image.p + 0x11a, 17);
    put_le16(image.p + 0x11c, 512);
    put_range(0, 20 * 8 * 17 * 512);
}

START_TEST(nhd)
{
    struct block *b;
    u8 s[512];

    made_nhd();
    ck_assert_msg(!image_open(&b), "%s", why.text);
    ck_assert_str_eq(b->format->name, "nhd");
    ck_assert_uint_eq(b->sectors, 2720);
    ck_assert_uint_eq(b->heads, 8);
    ck_assert_int_eq(block_read(b, 2719, s, 1), ERR_OK);
    ck_assert_uint_eq(s[3], byte_at(2719 * 512 + 3));
    takes_writes(b);
    block_close(b);
    put_le32(image.p + 0x114, 21);
    refuses("promises");
    put_le16(image.p + 0x118, 0);
    refuses("a geometry");
    put_le16(image.p + 0x11c, 256);
    refuses("sectors of 256 bytes");
    buf_free(&image);
}
END_TEST

/* ---- damage ---- */

static void (*const makers[])(void) = {
    made_d88, made_dcp, made_dcf, made_ana, made_apri, made_qrst, made_dip,
    made_dc42, made_nhd,
};

START_TEST(damaged)
{
    damage_often(makers[_i], 11 + (u32)_i);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("listed");
    TCase *t = tcase_create("listed");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, d88);
    tcase_add_test(t, d88_refusals);
    tcase_add_test(t, dcp);
    tcase_add_test(t, ciscopy);
    tcase_add_test(t, anadisk);
    tcase_add_test(t, apridisk);
    tcase_add_test(t, qrst);
    tcase_add_test(t, headed);
    tcase_add_test(t, nhd);
    tcase_add_loop_test(t, damaged, 0, COUNT_OF(makers));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
