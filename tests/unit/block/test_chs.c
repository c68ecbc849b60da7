/* test_chs.c - geometry of floppies and hard disks; image files. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/block/format.h"
#include "machine/media/image.h"

static struct why why;
static u8 first[SECTOR];

static void clear(void)
{
    memset(first, 0, sizeof first);
}

static struct block *medium(u64 sectors)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, first, SECTOR, sectors, "m", &why),
                     ERR_OK);
    return b;
}

static void put16(u8 *p, u32 v)
{
    p[0] = (u8)v;
    p[1] = (u8)(v >> 8);
}

static void put32(u8 *p, u32 v)
{
    put16(p, v);
    put16(p + 2, v >> 16);
}

static void bpb(u32 total, u32 heads, u32 spt, u8 media)
{
    memset(first, 0, sizeof first);
    first[0] = 0xeb;
    first[2] = 0x90;
    put16(first + 11, 512);
    first[13] = 1;
    put16(first + 14, 1);
    first[16] = 2;
    if (total < 65536)
        put16(first + 19, total);
    else
        put32(first + 32, total);
    first[21] = media;
    put16(first + 24, spt);
    put16(first + 26, heads);
    put16(first + 510, 0xaa55);
}

static void row(int n, u8 type, u32 at, u32 size, u32 c, u32 h, u32 s)
{
    u8 *r = first + 446 + n * 16;

    r[0] = n == 0 ? 0x80 : 0;
    r[4] = type;
    r[5] = (u8)h;
    r[6] = (u8)(s | (c >> 2 & 0xc0));
    r[7] = (u8)c;
    put32(r + 8, at);
    put32(r + 12, size);
    put16(first + 510, 0xaa55);
}

static const struct {
    u32 sectors; u8 c, h, s, rate, drive;
} sizes[] = {
    { 320, 40, 1, 8, RATE_250K, DRIVE_360K },
    { 360, 40, 1, 9, RATE_250K, DRIVE_360K },
    { 640, 40, 2, 8, RATE_250K, DRIVE_360K },
    { 720, 40, 2, 9, RATE_250K, DRIVE_360K },
    { 1280, 80, 2, 8, RATE_250K, DRIVE_720K },
    { 1440, 80, 2, 9, RATE_250K, DRIVE_720K },
    { 2400, 80, 2, 15, RATE_500K, DRIVE_1200K },
    { 2880, 80, 2, 18, RATE_500K, DRIVE_1440K },
    { 3360, 80, 2, 21, RATE_500K, DRIVE_1440K },
    { 3444, 82, 2, 21, RATE_500K, DRIVE_1440K },
    { 5760, 80, 2, 36, RATE_1M, DRIVE_2880K },
    { 1, 80, 2, 18, RATE_500K, DRIVE_1440K },           /* a boot sector */
    { 300, 80, 2, 18, RATE_500K, DRIVE_1440K },         /* hobby systems */
    { 321, 80, 2, 18, RATE_500K, DRIVE_1440K },
    { 1700, 80, 2, 18, RATE_500K, DRIVE_1440K },
    { 2000, 80, 2, 18, RATE_500K, DRIVE_1440K },
    { 2881, 80, 2, 21, RATE_500K, DRIVE_1440K },
    { 5000, 80, 2, 36, RATE_1M, DRIVE_2880K },
};

START_TEST(floppy_by_size)
{
    struct block *b = medium(sizes[_i].sectors);
    struct floppy_format f;

    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.cylinders, sizes[_i].c);
    ck_assert_uint_eq(f.heads, sizes[_i].h);
    ck_assert_uint_eq(f.sectors, sizes[_i].s);
    ck_assert_uint_eq(f.rate, sizes[_i].rate);
    ck_assert_uint_eq(f.drive, sizes[_i].drive);
    ck_assert(image_is_floppy(b));
    block_close(b);
}
END_TEST

START_TEST(floppy_by_bpb)
{
    struct floppy_format f;
    struct block *b;

    bpb(80 * 2 * 10, 2, 10, 0xf9);      /* 800K */
    b = medium(1600);
    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.sectors, 10);
    ck_assert_uint_eq(f.cylinders, 80);
    ck_assert_uint_eq(f.rate, RATE_250K);
    ck_assert_uint_eq(f.drive, DRIVE_720K);
    block_close(b);
    bpb(2880, 2, 9, 0xf0);              /* 160 cylinders: not believed */
    b = medium(2880);
    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.sectors, 18);
    block_close(b);
    bpb(720, 1, 9, 0xf8);               /* 80 tracks on one side */
    b = medium(720);
    ck_assert(floppy_format_of(b, &f));
    ck_assert_uint_eq(f.heads, 1);
    ck_assert_uint_eq(f.cylinders, 80);
    ck_assert(image_is_floppy(b));
    block_close(b);
}
END_TEST

/* A file longer or shorter than its BPB says: the BPB decides. */
static const struct { u32 total, heads, spt, file; u8 c, h, s, drive; } odd[] = {
    { 2880, 2, 18, 2881, 80, 2, 18, DRIVE_1440K },
    { 2880, 2, 18, 782, 80, 2, 18, DRIVE_1440K },
    { 2880, 2, 18, 1, 80, 2, 18, DRIVE_1440K },
    { 2880, 2, 18, 82 * 36, 82, 2, 18, DRIVE_1440K },   /* more tracks */
    { 2880, 2, 18, 5760, 80, 2, 18, DRIVE_1440K },      /* padded */
    { 1440, 2, 9, 1441, 80, 2, 9, DRIVE_720K },
    { 1440, 2, 9, 2880, 80, 2, 9, DRIVE_720K },
    { 720, 2, 9, 722, 40, 2, 9, DRIVE_360K },
    { 720, 2, 9, 100, 40, 2, 9, DRIVE_360K },
    { 720, 2, 9, 42 * 18, 42, 2, 9, DRIVE_360K },
    { 360, 1, 9, 361, 40, 1, 9, DRIVE_360K },
    { 640, 2, 8, 639, 40, 2, 8, DRIVE_360K },
    { 2400, 2, 15, 2880, 80, 2, 15, DRIVE_1200K },
    { 3360, 2, 21, 3000, 80, 2, 21, DRIVE_1440K },
    { 5760, 2, 36, 2880, 80, 2, 36, DRIVE_2880K },
    { 2847, 2, 18, 2847, 80, 2, 18, DRIVE_1440K },      /* no whole track */
    { 77 * 16, 2, 8, 77 * 16, 77, 2, 8, DRIVE_720K },
    { 100, 2, 18, 2880, 80, 2, 18, DRIVE_1440K },
};

START_TEST(floppy_unlike_its_bpb)
{
    struct floppy_format f;
    enum chs_source why_so;
    struct block *b;

    bpb(odd[_i].total, odd[_i].heads, odd[_i].spt, 0xf9);
    b = medium(odd[_i].file);
    ck_assert(floppy_guess(b, &f, &why_so));
    ck_assert_uint_eq(f.cylinders, odd[_i].c);
    ck_assert_uint_eq(f.heads, odd[_i].h);
    ck_assert_uint_eq(f.sectors, odd[_i].s);
    ck_assert_uint_eq(f.drive, odd[_i].drive);
    ck_assert_int_eq(why_so, CHS_BPB);
    ck_assert(image_is_floppy(b));
    block_close(b);
}
END_TEST

/* DOS 1 has no BPB: its FAT tells, where the size does not. */
START_TEST(floppy_by_fat)
{
    static const struct { u8 id, h, s; u32 sectors; enum chs_source why; } t[] =
        { { 0xfe, 1, 8, 321, CHS_FAT_ID }, { 0xff, 2, 8, 641, CHS_FAT_ID },
          { 0xfc, 1, 9, 300, CHS_FAT_ID }, { 0xfd, 2, 9, 721, CHS_FAT_ID },
          { 0xff, 1, 8, 320, CHS_SIZE }, { 0xf0, 2, 18, 321, CHS_ASSUMED } };
    u8 two[2 * SECTOR] = { 0xeb, 0x2f };

    for (size_t i = 0; i < COUNT_OF(t); i++) {
        struct floppy_format f;
        enum chs_source why_so;
        struct block *b;

        memcpy(two + SECTOR, (u8[]){ t[i].id, 0xff, 0xff, 3 }, 4);
        ck_assert_int_eq(block_open_memory(&b, two, sizeof two, t[i].sectors,
                                           "m", &why), ERR_OK);
        ck_assert(floppy_guess(b, &f, &why_so));
        ck_assert_int_eq(why_so, t[i].why);
        ck_assert_uint_eq(f.heads, t[i].h);
        ck_assert_uint_eq(f.sectors, t[i].s);
        block_close(b);
    }
}
END_TEST

START_TEST(floppy_by_hand)
{
    struct floppy_format f;

    ck_assert(floppy_format_from(&(struct chs){ 80, 2, 18 }, &f));
    ck_assert_str_eq(f.name, "1440K");
    ck_assert(floppy_format_from(&(struct chs){ 83, 2, 10 }, &f));
    ck_assert_uint_eq(f.drive, DRIVE_720K);
    ck_assert(!floppy_format_from(&(struct chs){ 85, 2, 18 }, &f));
    ck_assert(!floppy_format_from(&(struct chs){ 80, 3, 18 }, &f));
    ck_assert(!floppy_format_from(&(struct chs){ 80, 2, 37 }, &f));
    ck_assert(!floppy_format_from(&(struct chs){ 80, 2, 0 }, &f));
}
END_TEST

static u64 claimed(u64 sectors)
{
    struct block *b = medium(sectors);
    u64 n = chs_claimed(b);

    block_close(b);
    return n;
}

START_TEST(what_the_first_sector_claims)
{
    memset(first, 0, sizeof first);
    ck_assert_uint_eq(claimed(100), 0);
    bpb(2880, 2, 18, 0xf0);
    ck_assert_uint_eq(claimed(100), 2880);
    bpb(100000, 16, 63, 0xf8);
    ck_assert_uint_eq(claimed(100), 100000);
    memset(first, 0, sizeof first);
    row(0, 6, 63, 16 * 63 * 10 - 63, 9, 15, 63);
    row(1, 6, 16 * 63 * 10, 16 * 63, 10, 15, 63);
    ck_assert_uint_eq(claimed(20000), 16 * 63 * 11);
    row(1, 6, 16 * 63 * 10, 77777, 10, 15, 63);     /* at odds with itself */
    ck_assert_uint_eq(claimed(20000), 16 * 63 * 10);
    row(0, 0xee, 1, 0xffffffff, 1023, 254, 63);     /* the whole of any disk */
    memset(first + 462, 0, 16);
    ck_assert_uint_eq(claimed(20000), 0);
}
END_TEST

START_TEST(names)
{
    ck_assert_uint_eq(floppy_by_name("1440K")->sectors, 18);
    ck_assert_uint_eq(floppy_by_name("1440")->sectors, 18);
    ck_assert_uint_eq(floppy_by_name("360k")->cylinders, 40);
    ck_assert_ptr_null(floppy_by_name("144"));
    ck_assert_ptr_null(floppy_by_name(""));
    ck_assert_ptr_null(floppy_by_name("K"));
    ck_assert_ptr_null(floppy_by_name("14400K"));
}
END_TEST

START_TEST(disk_by_default)
{
    static const struct { u64 sectors; u32 c; } t[] = {
        { 20160, 20 }, { 10, 1 }, { 1008, 1 }, { 16383 * 1008, 16383 },
        { 100000000, 16383 },
    };

    for (size_t i = 0; i < COUNT_OF(t); i++) {
        struct block *b = medium(t[i].sectors);
        struct chs g = chs_of_disk(b);

        ck_assert_uint_eq(g.cylinders, t[i].c);
        ck_assert_uint_eq(g.heads, 16);
        ck_assert_uint_eq(g.sectors, 63);
        block_close(b);
    }
}
END_TEST

/* The end of a partition: cylinder, head, sector and the geometry found. */
static const struct {
    u32 start, size, c, h, s; u32 heads, sectors;
} tables[] = {
    { 17, 41616 - 17, 611, 3, 17, 4, 17 },      /* an ST-225 */
    { 63, 60 * 1008 - 63, 59, 15, 63, 16, 63 },
    { 63, 243 * 1008 - 63, 242, 15, 63, 16, 63 },
    { 63, 10 * 16065 - 63, 9, 254, 63, 16, 63 },        /* BIOS mapping */
    { 32, 100 * 2048 - 32, 99, 63, 32, 16, 32 },        /* SCSI's 64 x 32 */
    { 63, 2000000, 1023, 254, 63, 16, 63 },
    { 63, 1000, 5, 5, 0, 16, 63 },                      /* nonsense */
    { 63, 1000, 5, 5, 7, 16, 63 },                      /* disagrees */
    { 26, 26 * 5 * 100 - 26, 99, 4, 26, 5, 26 },        /* RLL */
};

START_TEST(disk_by_partition)
{
    struct block *b;
    struct chs g;

    row(0, 6, tables[_i].start, tables[_i].size, tables[_i].c, tables[_i].h,
        tables[_i].s);
    b = medium(3000000);
    g = chs_of_disk(b);
    ck_assert_uint_eq(g.heads, tables[_i].heads);
    ck_assert_uint_eq(g.sectors, tables[_i].sectors);
    ck_assert(!image_is_floppy(b));
    block_close(b);
}
END_TEST

static void start(int n, u32 c, u32 h, u32 s)
{
    u8 *r = first + 446 + n * 16;

    r[1] = (u8)h;
    r[2] = (u8)(s | (c >> 2 & 0xc0));
    r[3] = (u8)c;
}

/* One partition from cylinder c to the disk's end, as a BIOS with these heads
 * and sectors has it made; past cylinder 1023 addresses stay there. */
static u32 partitioned(u32 c, u32 cylinders, u32 heads, u32 spt)
{
    u32 at = c ? c * heads * spt : spt, end = cylinders * heads * spt;
    u32 last = cylinders > 1024 ? 1023 : cylinders - 1;

    row(0, 6, at, end - at, last, heads - 1, spt);
    start(0, c, c ? 0 : 1, 1);
    return end;
}

/* Heads that some BIOS has shown, and the translation that other BIOSes would
 * need to be told; ours is told the heads. */
static const struct { u32 c, cylinders, heads, spt; u8 drive, code; } bios[] = {
    { 300, 620, 240, 63, 16, TRANS_RECHS },
    { 0, 620, 240, 63, 16, TRANS_RECHS },
    { 0, 100, 240, 63, 16, TRANS_LBA },         /* none comes to 240 */
    { 10, 500, 128, 63, 16, TRANS_LBA },
    { 10, 600, 255, 63, 16, TRANS_LBA },
    { 0, 1023, 64, 32, 16, TRANS_LARGE },
    { 5, 500, 64, 32, 16, TRANS_LBA },
    { 0, 1000, 32, 63, 16, TRANS_LBA },
    { 0, 1000, 15, 63, 15, TRANS_NONE },
    { 7, 615, 4, 17, 4, TRANS_NONE },
    { 0, 2000, 16, 63, 16, TRANS_NONE },        /* 504 MB of it are seen */
    { 0, 1000, 30, 63, 16, TRANS_RECHS },
    { 3, 200, 100, 57, 16, TRANS_LBA },
};

START_TEST(disk_as_its_bios_had_it)
{
    u32 sectors = partitioned(bios[_i].c, bios[_i].cylinders, bios[_i].heads,
                              bios[_i].spt);
    struct block *b = medium(sectors);
    struct disk_geometry d = disk_guess(b, NULL, TRANS_AUTO);

    ck_assert_int_eq(d.source, CHS_TABLE);
    ck_assert_uint_eq(d.heads, bios[_i].heads);
    ck_assert_uint_eq(d.drive.heads, bios[_i].drive);
    ck_assert_uint_eq(d.drive.sectors, bios[_i].spt);
    ck_assert_uint_eq(d.drive.cylinders,
                      sectors / (bios[_i].drive * bios[_i].spt));
    if (d.translation != bios[_i].code)
        ck_assert_uint_eq(bios[_i].code, d.translation);
    block_close(b);
}
END_TEST

/* A partition that ends amid a cylinder: the addresses decide all the same. */
START_TEST(disk_by_addresses)
{
    static const u32 heads[] = { 16, 32, 64, 128, 240, 255 };
    u32 h = heads[_i], at = 2048, size = 700000 + 1000 * h, end = at + size - 1;
    struct disk_geometry d;
    struct block *b;

    row(0, 0x83, at, size, end / (h * 63), end / 63 % h, end % 63 + 1);
    start(0, at / (h * 63), at / 63 % h, at % 63 + 1);
    b = medium(2000000);
    d = disk_guess(b, NULL, TRANS_AUTO);
    ck_assert_uint_eq(d.heads, h);
    ck_assert_uint_eq(d.drive.sectors, 63);
    block_close(b);
}
END_TEST

static struct block *with_boot_sector(u32 at, u32 heads, u32 spt, u32 sectors)
{
    u8 *p = calloc(at + 1, SECTOR);
    struct block *b;

    memcpy(p, first, SECTOR);
    bpb(100000, heads, spt, 0xf8);
    memcpy(p + (size_t)at * SECTOR, first, SECTOR);
    ck_assert_int_eq(block_open_memory(&b, p, (size_t)(at + 1) * SECTOR,
                                       sectors, "m", &why), ERR_OK);
    free(p);
    return b;
}

/* An address that was cut off at cylinder 1023 says less than a BPB; one that
 * is whole says more. */
START_TEST(disk_by_both)
{
    u32 sectors = partitioned(0, 1300, 255, 63);
    struct block *b = with_boot_sector(63, 240, 63, sectors);
    struct disk_geometry d = disk_guess(b, NULL, TRANS_AUTO);

    ck_assert_int_eq(d.source, CHS_BPB);
    ck_assert_uint_eq(d.heads, 240);
    block_close(b);
    clear();
    sectors = partitioned(0, 900, 255, 63);
    b = with_boot_sector(63, 240, 63, sectors);
    d = disk_guess(b, NULL, TRANS_AUTO);
    ck_assert_int_eq(d.source, CHS_TABLE);
    ck_assert_uint_eq(d.heads, 255);
    block_close(b);
}
END_TEST

START_TEST(disk_by_hand)
{
    struct block *b = medium(2000000);
    struct chs heads = { 0, 240, 0 }, all = { 615, 4, 17 };
    struct disk_geometry d = disk_guess(b, &heads, TRANS_AUTO);

    ck_assert_int_eq(d.source, CHS_GIVEN);
    ck_assert_uint_eq(d.heads, 240);
    ck_assert_uint_eq(d.drive.heads, 16);
    d = disk_guess(b, &all, TRANS_AUTO);
    ck_assert_uint_eq(d.heads, 4);
    ck_assert_uint_eq(d.drive.cylinders, 615);
    ck_assert_uint_eq(d.drive.sectors, 17);
    d = disk_guess(b, &heads, TRANS_LARGE);
    ck_assert_uint_eq(d.heads, 240);
    d = disk_guess(b, NULL, TRANS_LARGE);
    ck_assert_uint_eq(d.heads, 0);
    ck_assert_uint_eq(d.translation, TRANS_LARGE);
    d = disk_guess(b, NULL, TRANS_AUTO);
    ck_assert_int_eq(d.source, CHS_ASSUMED);
    ck_assert_uint_eq(d.heads, 0);
    ck_assert_uint_eq(d.translation, TRANS_LBA);
    block_close(b);
}
END_TEST

START_TEST(disk_by_bpb)
{
    struct block *b;
    struct chs g;

    bpb(41820, 4, 17, 0xf8);
    b = medium(41820);
    g = chs_of_disk(b);
    ck_assert_uint_eq(g.cylinders, 615);
    ck_assert_uint_eq(g.heads, 4);
    ck_assert_uint_eq(g.sectors, 17);
    block_close(b);
}
END_TEST

/* A BPB without heads or sectors is none: the default holds. */
START_TEST(disk_by_bad_bpb)
{
    static const struct { u16 heads, sectors; } t[] =
        { { 0, 17 }, { 4, 0 }, { 0, 0 }, { 256, 17 }, { 4, 64 } };
    struct block *b;
    struct chs g;

    bpb(41821, t[_i].heads, t[_i].sectors, 0xf8);
    b = medium(41821);
    g = chs_of_disk(b);
    ck_assert_uint_eq(g.heads, 16);
    ck_assert_uint_eq(g.sectors, 63);
    block_close(b);
}
END_TEST

/* An empty image of just the size of an old drive is that drive; one sector
 * more is a disk of no known kind, and a table outvotes the size. */
START_TEST(disk_by_size)
{
    static const struct { u32 sectors; u16 cylinders, heads; } t[] = {
        { 20808, 306, 4 }, { 41820, 615, 4 }, { 124848, 918, 8 },
        { 229500, 900, 15 }, { 10404, 306, 2 },
    };
    struct block *b = medium(t[_i].sectors);
    struct disk_geometry d = disk_guess(b, NULL, TRANS_AUTO);
    bool known = t[_i].cylinders != 918;

    ck_assert_int_eq(d.source, known ? CHS_SIZE : CHS_ASSUMED);
    ck_assert_uint_eq(d.drive.heads, known ? t[_i].heads : 16);
    ck_assert_uint_eq(d.drive.sectors, known ? 17 : 63);
    if (known)
        ck_assert_uint_eq(d.drive.cylinders, t[_i].cylinders);
    block_close(b);
    b = medium(t[_i].sectors + 1);
    ck_assert_int_eq(disk_guess(b, NULL, TRANS_AUTO).source, CHS_ASSUMED);
    block_close(b);
}
END_TEST

START_TEST(small_disk_with_a_table)
{
    struct block *b;

    row(0, 1, 17, 2863, 79, 1, 18);
    b = medium(2880);
    ck_assert(!image_is_floppy(b));
    block_close(b);
    first[446] = 0x31;                  /* code, not a table */
    b = medium(2880);
    ck_assert(image_is_floppy(b));
    block_close(b);
}
END_TEST

/* Any first sector and size: no crash, no zero to divide by. */
START_TEST(hostile_first_sector)
{
    u32 x = 99;

    for (int i = 0; i < 3000; i++) {
        struct floppy_format f;
        struct block *b;
        struct chs g;

        bpb(2880, 2, 18, 0xf0);
        row(0, 6, 17, 5000, 3, 3, 17);
        for (int k = 0; k < 20; k++) {
            x = x * 1664525 + 1013904223;
            first[x >> 8 & 0x1ff] = (u8)(x >> 20);
            first[11 + (x >> 28)] = (u8)(x >> 18);
        }
        b = medium((x >> 4) % (i % 2 ? 7000 : 3000000) + 1);
        g = chs_of_disk(b);
        ck_assert(g.cylinders >= 1 && g.cylinders <= 16383);
        ck_assert(g.heads >= 1 && g.heads <= 16);
        ck_assert(g.sectors >= 1 && g.sectors <= 63);
        if (floppy_format_of(b, &f)) {
            ck_assert(f.heads && f.cylinders && f.sectors);
            ck_assert_uint_le(f.cylinders, 84);
        }
        image_is_floppy(b);
        block_close(b);
    }
}
END_TEST

static const struct { const char *text; u64 bytes; } texts[] = {
    { "1440K", 1474560 }, { "1440", 1474560 }, { "1.44M", 1474560 },
    { "360K", 368640 }, { "1722K", 1763328 }, { "2.88M", 2949120 },
    { "20M", 20971520 }, { "20m", 20971520 }, { "1G", 1073741824 },
    { "1K", 1024 }, { "512", 512 }, { "2048G", 2199023255552 },
    { "", 0 }, { "0", 0 }, { "M", 0 }, { "20X", 0 }, { "20MB", 0 },
    { "-1", 0 }, { "513", 0 }, { "2049G", 0 }, { "1.5M", 0 },
    { "99999999999999999999", 0 }, { "9999999999999G", 0 },
};

START_TEST(size_texts)
{
    u64 v = 0;
    enum err e = image_parse_size(texts[_i].text, &v, &why);

    ck_assert_int_eq(e == ERR_OK, texts[_i].bytes != 0);
    if (!e)
        ck_assert_uint_eq(v, texts[_i].bytes);
    else
        ck_assert(strstr(why.text, texts[_i].text));
}
END_TEST

static enum err create(const char *path, const char *format, u64 bytes)
{
    struct create_how how = { .bytes = bytes };

    return block_create(path, format, &how, &why);
}

START_TEST(create_and_info)
{
    char path[] = "/tmp/isabox-image-XXXXXX";
    struct image_info i;
    FILE *f;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(create(path, "raw", 1474560), ERR_IO);
    ck_assert(strstr(why.text, path) && strstr(why.text, "exists"));
    unlink(path);
    ck_assert_int_eq(create(path, "qcow9", 1474560), ERR_FORMAT);
    ck_assert_int_eq(image_info(path, &i, &why), ERR_MISSING);
    ck_assert_int_eq(create(path, "raw", 1474560), ERR_OK);
    ck_assert_int_eq(image_info(path, &i, &why), ERR_OK);
    ck_assert_uint_eq(i.bytes, 1474560);
    ck_assert(i.floppy && !i.bootable);
    ck_assert_str_eq(i.format.name, "1440K");
    unlink(path);
    ck_assert_int_eq(create(path, "raw", 60 * 1008 * 512), ERR_OK);
    row(0, 6, 63, 60 * 1008 - 63, 59, 15, 63);
    f = fopen(path, "r+b");
    fwrite(first, 1, SECTOR, f);
    fclose(f);
    ck_assert_int_eq(image_info(path, &i, &why), ERR_OK);
    ck_assert(!i.floppy && i.bootable);
    ck_assert_int_eq(i.partitions, 1);
    ck_assert(i.partition[0].active);
    ck_assert_str_eq(image_partition_name(i.partition[0].type), "FAT16");
    ck_assert_uint_eq(i.chs.cylinders, 60);
    unlink(path);
}
END_TEST

/* The real media, where they are: TEST_IMAGES names their folder. */
START_TEST(real_images)
{
    const char *dir = getenv("TEST_IMAGES");
    char path[300];

    for (const struct floppy_format *f = floppy_formats; dir && f->name; f++) {
        struct image_info i;

        snprintf(path, sizeof path, "%s/freedos-%s.img", dir, f->name);
        if (access(path, R_OK) != 0)
            continue;
        ck_assert_int_eq(image_info(path, &i, &why), ERR_OK);
        ck_assert(i.floppy && i.bootable);
        ck_assert_str_eq(i.format.name, f->name);
        ck_assert_str_eq(i.filesystem, "FAT12");
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chs");
    TCase *t = tcase_create("chs");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, clear, NULL);
    tcase_add_loop_test(t, floppy_by_size, 0, COUNT_OF(sizes));
    tcase_add_test(t, floppy_by_bpb);
    tcase_add_loop_test(t, floppy_unlike_its_bpb, 0, COUNT_OF(odd));
    tcase_add_test(t, floppy_by_fat);
    tcase_add_test(t, floppy_by_hand);
    tcase_add_loop_test(t, disk_as_its_bios_had_it, 0, COUNT_OF(bios));
    tcase_add_loop_test(t, disk_by_addresses, 0, 6);
    tcase_add_test(t, disk_by_both);
    tcase_add_test(t, disk_by_hand);
    tcase_add_test(t, names);
    tcase_add_test(t, what_the_first_sector_claims);
    tcase_add_test(t, disk_by_default);
    tcase_add_loop_test(t, disk_by_partition, 0, COUNT_OF(tables));
    tcase_add_test(t, disk_by_bpb);
    tcase_add_loop_test(t, disk_by_bad_bpb, 0, 5);
    tcase_add_loop_test(t, disk_by_size, 0, 5);
    tcase_add_test(t, small_disk_with_a_table);
    tcase_add_test(t, hostile_first_sector);
    tcase_add_loop_test(t, size_texts, 0, COUNT_OF(texts));
    tcase_add_test(t, create_and_info);
    tcase_add_test(t, real_images);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
