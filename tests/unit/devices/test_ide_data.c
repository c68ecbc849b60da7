/* test_ide_data.c - an ATA channel: sectors read and written. */
#include "tests/lib/ide_bed.h"

/* Every way to name a sector, the edges, and what lies beyond. */
static const struct {
    u8 mode; u64 lba; u16 c; u8 h, s; u8 error;
} places[] = {
    { 0, 0, 0, 0, 1, 0 },       { 0, 62, 0, 0, 63, 0 },
    { 0, 63, 0, 1, 1, 0 },      { 0, SECTORS - 1, 19, 15, 63, 0 },
    { 0, 0, 0, 0, 0, 0x10 },    { 0, 0, 0, 0, 64, 0x10 },
    { 0, 0, 20, 0, 1, 0x10 },   { 0, 0, 65535, 15, 63, 0x10 },
    { 1, 0, 0, 0, 0, 0 },       { 1, 299, 0, 0, 0, 0 },
    { 1, SECTORS - 1, 0, 0, 0, 0 },
    { 1, SECTORS, 0, 0, 0, 0x10 }, { 1, 0x0fffffff, 0, 0, 0, 0x10 },
    { 2, 0, 0, 0, 0, 0 },       { 2, SECTORS - 1, 0, 0, 0, 0 },
    { 2, SECTORS, 0, 0, 0, 0x10 }, { 2, 0xffffffffffff, 0, 0, 0, 0x10 },
    { 2, 0x800000000000, 0, 0, 0, 0x10 }, { 2, 0x100000000, 0, 0, 0, 0x10 },
};

START_TEST(read_one_sector)
{
    u8 c = places[_i].mode == 2 ? 0x24 : 0x20;

    if (places[_i].mode == 0)
        chs(1, places[_i].c, places[_i].h, places[_i].s);
    else if (places[_i].mode == 1)
        lba28(1, (u32)places[_i].lba);
    else
        lba48(1, places[_i].lba);
    if (places[_i].error) {
        fails(c, places[_i].error);
        ck_assert_uint_eq(in(COUNT), 1);
        return;
    }
    command(c);
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert(marked(buf, places[_i].lba));
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(COUNT), 0);
    if (places[_i].mode == 0) {
        ck_assert_uint_eq(in(LOW), places[_i].s);
        ck_assert_uint_eq(in(MID), places[_i].c);
        ck_assert_uint_eq(in(DEVICE), 0xa0 | places[_i].h);
    }
    ck_assert_int_eq(irqs, 1);
}
END_TEST

/* Each sector has its interrupt; the registers follow. */
START_TEST(read_many)
{
    static const int widths[] = { 2, 4 };
    int w = widths[_i];

    lba28(0, 10);                       /* 256 sectors */
    command(0x20);
    for (u32 i = 0; i < 256; i++) {
        settle();
        ck_assert(ide.irq.level);
        ck_assert_uint_eq(in(CONTROL), 0x58);
        ck_assert(ide.irq.level);       /* alternate status keeps it */
        ck_assert_uint_eq(in(STATUS), 0x58);
        ck_assert(!ide.irq.level);
        ck_assert_uint_eq(shown28(), 10 + i);
        take(buf, 512, w);
        ck_assert(marked(buf, 10 + i));
        ck_assert_uint_eq(in(CONTROL), i == 255 ? 0x50 : 0x80);
    }
    ck_assert_int_eq(irqs, 256);
    ck_assert_uint_eq(in(COUNT), 0);
}
END_TEST

/* A run hands out all of a block but its last access, at the right place, and
 * only where plain accesses would move data. */
START_TEST(run_of_a_block)
{
    static const int widths[] = { 2, 4 };
    int w = widths[_i];
    u32 n = 1000;
    u8 *p;

    ck_assert_ptr_null(ide_ops.port_run(&ide, 0, w, false, &n));
    lba28(1, 7);
    command(0x20);
    ck_assert_ptr_null(ide_ops.port_run(&ide, 0, w, true, &n));
    ck_assert_ptr_null(ide_ops.port_run(&ide, 0, 1, false, &n));
    ck_assert_ptr_null(ide_ops.port_run(&ide, 1, w, false, &n));
    take(buf, w, w);
    n = 3;
    p = ide_ops.port_run(&ide, 0, w, false, &n);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(n, 3);
    memcpy(buf + w, p, 3 * (size_t)w);
    n = 1000;
    p = ide_ops.port_run(&ide, 0, w, false, &n);
    ck_assert_uint_eq(n, 512 / (u32)w - 5);
    memcpy(buf + 4 * w, p, n * (size_t)w);
    ck_assert_ptr_null(ide_ops.port_run(&ide, 0, w, false, &n));
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf + 512 - w, w, w);
    ck_assert(marked(buf, 7));
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

START_TEST(read_multiple)
{
    lba28(10, 0);
    fails(0xc4, 0x04);                  /* not before SET MULTIPLE */
    out(COUNT, 4);
    works(0xc6);
    irqs = 0;
    lba28(10, 0);
    command(0xc4);
    for (int k = 0; k < 3; k++) {
        int n = k == 2 ? 2 : 4;

        settle();
        ck_assert_uint_eq(in(STATUS), 0x58);
        take(buf, n * 512, 2);
        ck_assert(marked(buf, (u64)k * 4));
        ck_assert(marked(buf + (n - 1) * 512, (u64)(k * 4 + n - 1)));
    }
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_int_eq(irqs, 3);
    out(COUNT, 0);
    works(0xc6);
    fails(0xc4, 0x04);
}
END_TEST

START_TEST(set_multiple_limits)
{
    static const struct { u8 k, ok; } row[] = {
        { 1, 1 }, { 2, 1 }, { 8, 1 }, { 16, 1 }, { 3, 0 }, { 32, 0 },
        { 128, 0 }, { 255, 0 },
    };

    for (size_t i = 0; i < COUNT_OF(row); i++) {
        out(COUNT, row[i].k);
        if (row[i].ok)
            works(0xc6);
        else
            fails(0xc6, 0x04);
    }
    ck_assert_uint_eq(ide.s.drive[0].multiple, 16);
    out(CONTROL, 4);
    out(CONTROL, 0);
    settle();
    ck_assert_uint_eq(ide.s.drive[0].multiple, 0);
}
END_TEST

static void check_written(u64 first, int n)
{
    u8 s[SECTOR];

    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(block_read(disk, first + (u64)i, s, 1), ERR_OK);
        for (int k = 0; k < SECTOR; k++)
            if (s[k] != (u8)(i * 7 + k))
                ck_abort_msg("sector %d, byte %d: %02x", i, k, s[k]);
    }
    ck_assert_int_eq(block_read(disk, first - 1, s, 1), ERR_OK);
    ck_assert_uint_eq(s[2], 0);
    ck_assert_int_eq(block_read(disk, first + (u64)n, s, 1), ERR_OK);
    ck_assert_uint_eq(s[2], 0);
}

static const struct {
    u8 code; int count, block; int width;
} writes[] = {
    { 0x30, 1, 1, 2 }, { 0x31, 3, 1, 2 }, { 0x30, 5, 1, 4 },
    { 0x34, 4, 1, 2 }, { 0xc5, 10, 4, 2 }, { 0x39, 17, 16, 4 },
};

START_TEST(write_sectors)
{
    bool ext = writes[_i].code == 0x34 || writes[_i].code == 0x39;
    int count = writes[_i].count, at = 0;

    for (int i = 0; i < count * SECTOR; i++)
        buf[i] = (u8)(i / SECTOR * 7 + i % SECTOR);
    out(COUNT, 16);
    if (writes[_i].block > 1) {
        out(COUNT, (u8)writes[_i].block);
        works(0xc6);
    }
    irqs = 0;
    if (ext)
        lba48((u16)count, 1000);
    else
        lba28((u8)count, 1000);
    command(writes[_i].code);
    ck_assert_int_eq(irqs, 0);          /* none before the first block */
    while (at < count) {
        int n = count - at < writes[_i].block ? count - at : writes[_i].block;

        ck_assert_uint_eq(in(STATUS), 0x58);
        give(buf + at * SECTOR, n * SECTOR, writes[_i].width);
        ck_assert_uint_eq(in(CONTROL), 0x80);
        settle();
        ck_assert(ide.irq.level);
        at += n;
    }
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_int_eq(irqs, (count + writes[_i].block - 1) / writes[_i].block);
    check_written(1000, count);
}
END_TEST

START_TEST(write_runs_off_the_end)
{
    memset(buf, 0xab, sizeof buf);
    lba28(4, SECTORS - 2);
    command(0x30);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(in(STATUS), 0x58);
        give(buf, 512, 2);
        settle();
    }
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert_uint_eq(in(ERROR), 0x10);
    ck_assert_uint_eq(in(COUNT), 2);
    ck_assert_int_eq(block_read(disk, SECTORS - 1, buf, 1), ERR_OK);
    ck_assert_uint_eq(buf[0], 0xab);
}
END_TEST

START_TEST(half_a_sector_is_not_written)
{
    memset(buf, 0xab, sizeof buf);
    lba28(1, 5);
    command(0x30);
    give(buf, 510, 2);
    lba28(1, 6);
    command(0x20);                      /* cuts the write short */
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert(marked(buf, 6));
    block_read(disk, 5, buf, 1);
    ck_assert(marked(buf, 5));
}
END_TEST

START_TEST(read_only_disk)
{
    disk->readonly = true;
    lba28(1, 5);
    command(0x30);
    give(buf, 512, 2);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert_uint_eq(in(ERROR), 0x04);
    ck_assert_int_eq(t.errors, 1);
    disk->readonly = false;
}
END_TEST

static enum err broken(struct block *b, u64 sector, void *p, u32 n)
{
    (void)b, (void)sector, (void)p, (void)n;
    return ERR_IO;
}

START_TEST(host_errors_are_the_guests)
{
    static const struct block_ops ops = { .read = broken };
    struct block bad = { .ops = &ops, .sectors = 1000, .name = "bad" };

    ide.unit[0].media = &bad;
    lba28(3, 7);
    fails(0x20, 0x40);
    ck_assert_uint_eq(shown28(), 7);
    ck_assert_uint_eq(in(COUNT), 3);
    fails(0x40, 0x40);
    ck_assert_int_eq(t.errors, 2);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("ata data");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, read_one_sector, 0, COUNT_OF(places));
    tcase_add_loop_test(c, read_many, 0, 2);
    tcase_add_loop_test(c, run_of_a_block, 0, 2);
    tcase_add_test(c, read_multiple);
    tcase_add_test(c, set_multiple_limits);
    tcase_add_loop_test(c, write_sectors, 0, COUNT_OF(writes));
    tcase_add_test(c, write_runs_off_the_end);
    tcase_add_test(c, half_a_sector_is_not_written);
    tcase_add_test(c, read_only_disk);
    tcase_add_test(c, host_errors_are_the_guests);
    return chip_run_case("ide data", c);
}
