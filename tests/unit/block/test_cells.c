/* test_cells.c - floppy images of bit cells (HFE, 86F): made here cell by cell,
 * read back as sectors and as tracks; damaged ones refused. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"
#include "machine/block/format.h"
#include "machine/block/floppy/surface.h"
#include "machine/core/bytes.h"
#include "tests/lib/mfm_track.h"

enum { C = 40, H = 2, S = 9, SECTORS = C * H * S, CELLS = 100000,
       BYTES = CELLS / 8, ODD = 7 };

static struct why why;
static u8 disk[SECTORS][SECTOR], got[SECTORS][SECTOR];
static struct mfm_track track;
static struct buf hfe, hfe3, f86, swapped, twice;
static u32 seed;

static u32 dice(u32 n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* What cylinder ODD has on side 0. */
static const struct mfm_sector odd[] = {
    { ODD, 0, 1, 2, 0xfb, false, false }, { ODD, 0, 2, 2, 0xf8, false, false },
    { ODD, 0, 3, 2, 0xfb, false, true }, { ODD, 0, 4, 2, 0xfb, true, false },
    { ODD, 0, 5, 2, 0, false, false }, { 99, 9, 6, 3, 0xfb, false, false },
    { ODD, 0, 7, 0, 0xfb, false, false },
};

static void write_track(int c, int h)
{
    mfm_begin(&track, CELLS);
    for (int s = 0; s < S && (c != ODD || h); s++) {
        struct mfm_sector k = { (u8)c, (u8)h, (u8)(s + 1), 2, 0xfb, false,
                                false };

        mfm_put(&track, &k, disk[(c * H + h) * S + s], 80);
    }
    for (size_t i = 0; i < COUNT_OF(odd) && c == ODD && !h; i++)
        mfm_put(&track, &odd[i], disk[(c * H + h) * S + odd[i].r - 1], 40);
    mfm_end(&track);
}

/* ---- HFE ---- */

static void put_side(u8 *to, int side)
{
    for (u32 i = 0; i < CELLS; i++)
        to[i / 8 / 256 * 512 + (u32)side * 256 + i / 8 % 256] |=
            (u8)(track.cell[i] << i % 8);
}

static struct buf make_hfe(void)
{
    enum { BLOCKS = (BYTES + 255) / 256 };
    static u8 head[1024], pair[BLOCKS * 512];
    struct buf o = { 0 };

    memcpy(head, "HXCPICFE\0", 9);
    head[9] = C;
    head[10] = H;
    put_le16(head + 12, 250);
    put_le16(head + 18, 1);
    for (int c = 0; c < C; c++) {
        put_le16(head + 512 + 4 * c, (u32)(2 + c * BLOCKS));
        put_le16(head + 514 + 4 * c, 2 * BYTES);
    }
    buf_put_bytes(&o, head, sizeof head);
    for (int c = 0; c < C; c++) {
        memset(pair, 0, sizeof pair);
        for (int h = 0; h < H; h++) {
            write_track(c, h);
            put_side(pair, h);
        }
        buf_put_bytes(&o, pair, sizeof pair);
    }
    return o;
}

/* The same in revision 3: commands between the cells, the first of a byte that
 * is cut, and an index hole that is where the cells begin. */
static u32 put_commands(u8 *to, const u8 *cells)
{
    static const u8 rate[] = { 0x4f, 0x12 }, nothing = 0x0f, index = 0x8f,
                    cut[] = { 0xcf, 0x20 };     /* leave out 4 */
    u32 n = 0, i;

    memcpy(to, rate, 2);
    to[2] = index;
    n = 3;
    for (i = 0; i < BYTES; i++) {
        if (i % 500 == 99)
            to[n++] = nothing;
        if (i % 700 == 300) {           /* four cells of one byte, then four */
            memcpy(to + n, cut, 2);
            to[n + 2] = (u8)(cells[i] << 4);
            memcpy(to + n + 3, cut, 2);
            to[n + 5] = (u8)(cells[i] & 0xf0);
            n += 6;
        } else {
            to[n++] = cells[i];
        }
    }
    return n;
}

static struct buf make_hfe3(void)
{
    enum { BLOCKS = (BYTES + 300 + 255) / 256, ROOM = BLOCKS * 256 };
    static u8 pair[BLOCKS * 512], side[BLOCKS * 512], to[ROOM], cells[BYTES];
    struct buf o = { 0 };
    u32 n = 0;

    buf_put_bytes(&o, hfe.p, 1024);
    memcpy(o.p, "HXCHFEV3", 8);
    for (int c = 0; c < C; c++) {
        memset(pair, 0, sizeof pair);
        for (int h = 0; h < H; h++) {
            memset(side, 0, sizeof side);
            write_track(c, h);
            put_side(side, 0);
            for (u32 i = 0; i < BYTES; i++)
                cells[i] = side[i / 256 * 512 + i % 256];
            n = put_commands(to, cells);
            for (u32 i = 0; i < n; i++)
                pair[i / 256 * 512 + (u32)h * 256 + i % 256] = to[i];
        }
        put_le16(o.p + 512 + 4 * c, (u16)(2 + c * BLOCKS));
        put_le16(o.p + 514 + 4 * c, (u16)(2 * n));
        buf_put_bytes(&o, pair, sizeof pair);
    }
    return o;
}

/* ---- 86F ---- */

/* From the cell `hole` on, which then is at the index hole. */
static void put_86f_track(struct buf *o, u32 hole, bool swap)
{
    static u8 cells[BYTES];

    memset(cells, 0, sizeof cells);
    for (u32 i = 0; i < CELLS; i++) {
        u32 at = (i + hole) % CELLS;

        u32 byte = swap ? at / 8 ^ 1 : at / 8;

        cells[byte] |= (u8)(track.cell[i] << (7 - at % 8));
    }
    buf_put(o, 2 | 1 << 3, 2);
    buf_put(o, CELLS, 4);
    buf_put(o, hole, 4);
    buf_put_bytes(o, cells, sizeof cells);
}

static struct buf make_86f(int times, bool swap)
{
    enum { TRACK = 10 + BYTES };
    struct buf o = { 0 };
    u32 tracks = (u32)(C * H * times), at = 8 + 4 * tracks;

    buf_put_bytes(&o, "86BF\x0c\x02", 6);
    buf_put(&o, 0x1088 | (swap ? 0x0800 : 0), 2);
    for (u32 i = 0; i < tracks; i++)
        buf_put(&o, at + i * TRACK, 4);
    for (int c = 0; c < C * times; c++)
        for (int h = 0; h < H; h++) {
            write_track(c / times, h);
            put_86f_track(&o, (u32)(c * 1234 + h), swap);
        }
    return o;
}

static struct buf *const images[] = { &hfe, &hfe3, &f86, &swapped, &twice };

static void make_images(void)
{
    seed = 5;
    for (int i = 0; i < SECTORS; i++)
        for (int k = 0; k < SECTOR; k++)
            disk[i][k] = (u8)dice(i % 3 ? 256 : 2);
    hfe = make_hfe();
    hfe3 = make_hfe3();
    f86 = make_86f(1, false);
    swapped = make_86f(1, true);
    twice = make_86f(2, false);
}

static void free_images(void)
{
    for (size_t i = 0; i < COUNT_OF(images); i++)
        buf_free(images[i]);
}

/* ---- reading ---- */

static enum err open_buf(struct block **b, const struct buf *o, size_t n)
{
    struct open_how how = { .readonly = false };
    struct file *f;

    ck_assert_int_eq(file_memory(&f, o->p, n, "floppy", &why), ERR_OK);
    why.text[0] = 0;
    return block_open_file(b, f, &how, &why);
}

START_TEST(sectors)
{
    struct floppy_format f;
    struct block *b;

    ck_assert_msg(open_buf(&b, images[_i], images[_i]->len) == ERR_OK, "%s",
                  why.text);
    ck_assert_uint_eq(b->sectors, SECTORS);
    ck_assert(b->readonly);
    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.drive, DRIVE_360K);
    ck_assert_int_eq(block_read(b, 0, got, SECTORS), ERR_OK);
    for (int i = 0; i < SECTORS; i++)
        if (i / (H * S) != ODD)
            ck_assert_msg(!memcmp(got[i], disk[i], SECTOR), "sector %d", i);
    block_close(b);
}
END_TEST

START_TEST(odd_track)
{
    static const u8 flags[] = { 0, SURFACE_DELETED, SURFACE_CRC,
                                SURFACE_ID_CRC, SURFACE_NO_DATA, 0, 0 };
    struct floppy_format f;
    struct surface s;
    struct block *b;
    u8 data[SECTOR];

    ck_assert_int_eq(open_buf(&b, images[_i], images[_i]->len), ERR_OK);
    floppy_format_of(b, &f);
    ck_assert_int_eq(surface_read(b, &f, ODD, 0, &s), ERR_OK);
    ck_assert_uint_eq(s.n, COUNT_OF(odd));
    ck_assert_uint_eq(s.rate, RATE_250K);
    ck_assert_uint_eq(s.bytes, 6250);
    ck_assert(s.exact && !s.fm && !s.even);
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        const struct surface_sector *k = &s.sector[i];

        ck_assert_uint_eq(k->c, odd[i].c);
        ck_assert_uint_eq(k->h, odd[i].h);
        ck_assert_uint_eq(k->r, odd[i].r);
        ck_assert_uint_eq(k->n, odd[i].n);
        ck_assert_uint_eq(k->flags, flags[i]);
        ck_assert(!i || k->begin > s.sector[i - 1].begin);
        if (!odd[i].mark)
            continue;
        ck_assert_int_eq(surface_load(b, k->at, data, odd[i].n ? SECTOR : 128),
                         ERR_OK);
        ck_assert_int_eq(memcmp(data, disk[ODD * H * S + odd[i].r - 1],
                                odd[i].n ? SECTOR : 128), 0);
    }
    surface_read(b, &f, ODD, 1, &s);
    ck_assert_uint_eq(s.n, S);
    ck_assert(!s.exact);
    block_close(b);
}
END_TEST

/* The turn begins elsewhere: at each cell of the mark of the first ID. */
START_TEST(over_the_index_hole)
{
    struct buf o = make_86f(1, false);
    struct block *b;

    for (int i = 0; i < C * H; i++)
        put_le32(o.p + 8 + 4 * C * H + (u32)i * (10 + BYTES) + 6,
                 (u32)(i / H * 1234 + i % H + 43 * 16 + i));
    ck_assert_int_eq(open_buf(&b, &o, o.len), ERR_OK);
    ck_assert_int_eq(block_read(b, 0, got, SECTORS), ERR_OK);
    for (int i = 0; i < SECTORS; i++)
        if (i / (H * S) != ODD)
            ck_assert_msg(!memcmp(got[i], disk[i], SECTOR), "sector %d", i);
    buf_free(&o);
    block_close(b);
}
END_TEST

START_TEST(refusals)
{
    struct buf o = { 0 };
    struct block *b;

    buf_put_bytes(&o, hfe.p, hfe.len);
    o.p[8] = 3;
    ck_assert_int_eq(open_buf(&b, &o, o.len), ERR_FORMAT);
    ck_assert(strstr(why.text, "a revision") != NULL);
    o.p[8] = 0;
    o.p[9] = 85;
    ck_assert_int_eq(open_buf(&b, &o, o.len), ERR_FORMAT);
    ck_assert(strstr(why.text, "85 tracks") != NULL);
    o.p[9] = C;
    ck_assert_int_eq(open_buf(&b, &o, o.len - 600), ERR_FORMAT);
    ck_assert(strstr(why.text, "ends in track 39") != NULL);
    buf_free(&o);
    buf_put_bytes(&o, f86.p, f86.len);
    o.p[5] = 3;
    ck_assert_int_eq(open_buf(&b, &o, o.len), ERR_FORMAT);
    ck_assert(strstr(why.text, "version 3.12") != NULL);
    o.p[5] = 2;
    ck_assert_int_eq(open_buf(&b, &o, o.len - 1), ERR_FORMAT);
    ck_assert_msg(strstr(why.text, "the file ends in it") != NULL, "%s",
                  why.text);
    buf_free(&o);
}
END_TEST

static int many(int n)
{
    const char *more = getenv("FLOPPY_DAMAGES");

    return more ? atoi(more) : n;
}

/* Open or refused with words; what is open can be read, track by track. */
static void try_it(const struct buf *o, size_t n)
{
    struct block_details d = { 0 };
    struct floppy_format f;
    struct surface s;
    struct block *b;

    if (open_buf(&b, o, n)) {
        ck_assert_uint_gt(strlen(why.text), 0);
        return;
    }
    if (b->ops->describe)
        b->ops->describe(b, &d);
    block_details_free(&d);
    if (floppy_format_of(b, &f))
        for (u32 c = 0; c < FLOPPY_CYLINDERS; c++) {
            ck_assert_int_eq(surface_read(b, &f, c, c % 2, &s), ERR_OK);
            for (int i = 0; i < s.n; i++)
                ck_assert_int_eq(surface_load(b, s.sector[i].at, got[0], 128),
                                 ERR_OK);
        }
    block_close(b);
}

/* In the heads, in the tables, in the cells: bits and bytes. */
START_TEST(damaged)
{
    const struct buf *from = images[_i];
    struct buf d = { 0 };

    seed = 31;
    buf_put_bytes(&d, from->p, from->len);
    for (int i = many(3); i > 0; i--) {
        memcpy(d.p, from->p, from->len);
        for (u32 k = dice(40) + 1; k; k--)
            d.p[dice(k % 4 ? (u32)d.len : 600)] ^= (u8)dice(256);
        for (u32 k = dice(3); k; k--)
            d.p[dice(24)] = (u8)dice(256);
        try_it(&d, d.len - (dice(3) ? 0 : dice((u32)d.len - 20)));
    }
    buf_free(&d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cells");
    TCase *t = tcase_create("cells");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 0);
    tcase_add_unchecked_fixture(t, make_images, free_images);
    tcase_add_loop_test(t, sectors, 0, COUNT_OF(images));
    tcase_add_loop_test(t, odd_track, 0, COUNT_OF(images));
    tcase_add_test(t, over_the_index_hole);
    tcase_add_test(t, refusals);
    tcase_add_loop_test(t, damaged, 0, COUNT_OF(images));
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
