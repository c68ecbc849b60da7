/* test_ide.c - an ATA channel, driven through its ports. */
#include "tests/lib/chip.h"

#include "devices/disk/ide.h"

enum { DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL };
enum { SECTORS = 20160 };               /* 20 cylinders, 16 heads, 63 sectors */

static struct chip_test t;
static struct ide ide;
static struct block *disk, *second;
static int irqs;
static u8 buf[128 * SECTOR];

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    irqs += level;
}

static u8 in(u16 port) { return (u8)ide_ops.port_in(&ide, port, 1); }
static void out(u16 port, u8 v) { ide_ops.port_out(&ide, port, 1, v); }

static void wire(struct ide *d)
{
    struct dev_env env = chip_env(&t);

    *d = (struct ide){ .irq = { .set = probe } };
    ide_init(d, &env);
}

static struct block *make_disk(u64 sectors)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, "", 0, sectors, "disk", NULL),
                     ERR_OK);
    return b;
}

static void mark(struct block *b, u64 n)
{
    u8 s[SECTOR];

    memset(s, (int)(n * 5 + 1), SECTOR);
    s[0] = (u8)n;
    s[1] = (u8)(n >> 8);
    ck_assert_int_eq(block_write(b, n, s, 1), ERR_OK);
}

static bool marked(const u8 *p, u64 n)
{
    return p[0] == (u8)n && p[1] == (u8)(n >> 8) &&
           p[2] == (u8)(n * 5 + 1) && p[511] == (u8)(n * 5 + 1);
}

static void setup(void)
{
    chip_test_init(&t);
    wire(&ide);
    disk = make_disk(SECTORS);
    second = make_disk(5000);
    for (u64 i = 0; i < 300; i++)
        mark(disk, i);
    for (u64 i = SECTORS - 20; i < SECTORS; i++)
        mark(disk, i);
    ide_attach(&ide, 0, disk, NULL, NULL);
    ide_ops.reset(&ide);
    irqs = 0;
}

static void teardown(void)
{
    block_close(disk);
    block_close(second);
}

static void settle(void)
{
    for (int i = 0; (in(CONTROL) & 0x80) && i < 100000; i++)
        clk_run(&t.clk, t.clk.now + 10000);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0);
}

static void command(u8 c)
{
    out(STATUS, c);
    ck_assert_uint_eq(in(CONTROL), 0x80);
    settle();
}

static void lba28(u8 count, u32 lba)
{
    out(COUNT, count);
    out(LOW, (u8)lba);
    out(MID, (u8)(lba >> 8));
    out(HIGH, (u8)(lba >> 16));
    out(DEVICE, (u8)(0xe0 | (lba >> 24 & 15)));
}

static void chs(u8 count, u16 c, u8 h, u8 s)
{
    out(COUNT, count);
    out(LOW, s);
    out(MID, (u8)c);
    out(HIGH, (u8)(c >> 8));
    out(DEVICE, 0xa0 | h);
}

static void lba48(u16 count, u64 lba)
{
    out(COUNT, (u8)(count >> 8));
    out(LOW, (u8)(lba >> 24));
    out(MID, (u8)(lba >> 32));
    out(HIGH, (u8)(lba >> 40));
    out(COUNT, (u8)count);
    out(LOW, (u8)lba);
    out(MID, (u8)(lba >> 8));
    out(HIGH, (u8)(lba >> 16));
    out(DEVICE, 0xe0);
}

static u64 shown28(void)
{
    return in(LOW) | (u64)in(MID) << 8 | (u64)in(HIGH) << 16 |
           (u64)(in(DEVICE) & 15) << 24;
}

static void take(u8 *p, int bytes, int width)
{
    for (int i = 0; i < bytes; i += width) {
        u32 v = ide_ops.port_in(&ide, DATA, width);

        for (int k = 0; k < width; k++)
            p[i + k] = (u8)(v >> 8 * k);
    }
}

static void give(const u8 *p, int bytes, int width)
{
    for (int i = 0; i < bytes; i += width) {
        u32 v = 0;

        for (int k = 0; k < width; k++)
            v |= (u32)p[i + k] << 8 * k;
        ide_ops.port_out(&ide, DATA, width, v);
    }
}

static void fails(u8 c, u8 error)
{
    command(c);
    ck_assert_uint_eq(in(CONTROL), 0x51);
    ck_assert_uint_eq(in(ERROR), error);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert(!ide.irq.level);
}

static void works(u8 c)
{
    command(c);
    ck_assert_uint_eq(in(CONTROL), 0x50);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert(!ide.irq.level);
}

static u32 word(int n) { return buf[2 * n] | (u32)buf[2 * n + 1] << 8; }

START_TEST(signature_and_reset)
{
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(ERROR), 1);
    chs(9, 0x1234, 5, 6);
    out(CONTROL, 4);
    ck_assert_uint_eq(in(STATUS), 0x80);
    clk_run(&t.clk, t.clk.now + NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0x80);        /* as long as it is held */
    out(CONTROL, 0);
    ck_assert_uint_eq(in(STATUS), 0x80);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(ERROR), 1);
    ck_assert_uint_eq(in(COUNT), 1);
    ck_assert_uint_eq(in(LOW), 1);
    ck_assert_uint_eq(in(MID), 0);
    ck_assert_uint_eq(in(HIGH), 0);
    ck_assert_uint_eq(in(DEVICE), 0xa0);
    ck_assert_int_eq(irqs, 0);
}
END_TEST

START_TEST(identify)
{
    command(0xec);
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(word(0), 0x40);
    ck_assert_uint_eq(word(1), 20);
    ck_assert_uint_eq(word(3), 16);
    ck_assert_uint_eq(word(6), 63);
    ck_assert_int_eq(memcmp(buf + 54, "sibaxoh ra didks", 16), 0);
    ck_assert_uint_eq(word(47), 0x8010);
    ck_assert_uint_eq(word(54), 20);
    ck_assert_uint_eq(word(57) | word(58) << 16, SECTORS);
    ck_assert_uint_eq(word(60) | word(61) << 16, SECTORS);
    ck_assert_uint_eq(word(100) | word(101) << 16, SECTORS);
    ck_assert_int_eq(irqs, 1);
}
END_TEST

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

START_TEST(parameters_set_the_translation)
{
    chs(17, 0, 3, 1);                   /* 4 heads, 17 sectors */
    works(0x91);
    chs(1, 2, 1, 5);
    command(0x20);
    in(STATUS);
    take(buf, 512, 2);
    ck_assert(marked(buf, (2 * 4 + 1) * 17 + 4));
    chs(1, 0, 4, 1);
    fails(0x20, 0x10);
    command(0xec);
    in(STATUS);
    take(buf, 512, 2);
    ck_assert_uint_eq(word(3), 16);
    ck_assert_uint_eq(word(55), 4);
    ck_assert_uint_eq(word(56), 17);
    ck_assert_uint_eq(word(54), SECTORS / 68);
    chs(0, 0, 3, 1);
    fails(0x91, 0x04);
}
END_TEST

/* Commands without data, and what they answer. */
static const struct { u8 code, count, feature, error, shows; } plain[] = {
    { 0x10, 0, 0, 0, 0 },       { 0x1f, 0, 0, 0, 0 },
    { 0x00, 0, 0, 4, 0 },       { 0x08, 0, 0, 4, 0 },
    { 0xa0, 0, 0, 4, 0 },       { 0xa1, 0, 0, 4, 0 },
    { 0xc8, 1, 0, 4, 1 },       { 0xca, 1, 0, 4, 1 },
    { 0xb0, 0, 0xd0, 4, 0 },    { 0xf9, 0, 0, 4, 0 },
    { 0xff, 0, 0, 4, 0 },       { 0x22, 1, 0, 4, 1 },
    { 0xe7, 0, 0, 0, 0 },       { 0xea, 0, 0, 0, 0 },
    { 0xe0, 0, 0, 0, 0 },       { 0xe5, 9, 0, 0, 0xff },
    { 0x98, 9, 0, 0, 0xff },    { 0x94, 0, 0, 0, 0 },
    { 0xe6, 0, 0, 0, 0 },       { 0xe1, 0, 0, 0, 0 },
    { 0xef, 8, 0x03, 0, 8 },    { 0xef, 12, 0x03, 0, 12 },
    { 0xef, 0x22, 0x03, 4, 0x22 }, { 0xef, 0x45, 0x03, 4, 0x45 },
    { 0xef, 0, 0x02, 0, 0 },    { 0xef, 0, 0xaa, 0, 0 },
    { 0xef, 0, 0x99, 4, 0 },
};

START_TEST(plain_commands)
{
    out(COUNT, plain[_i].count);
    out(ERROR, plain[_i].feature);
    if (plain[_i].error)
        fails(plain[_i].code, plain[_i].error);
    else
        works(plain[_i].code);
    ck_assert_uint_eq(in(COUNT), plain[_i].shows);
}
END_TEST

START_TEST(power_modes)
{
    works(0xe0);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0x00);
    works(0xe1);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0x80);
    lba28(1, 0);
    works(0x40);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0xff);
}
END_TEST

START_TEST(verify_and_seek)
{
    lba28(200, 0);
    works(0x40);
    ck_assert_uint_eq(shown28(), 199);
    lba28(4, SECTORS - 3);
    fails(0x41, 0x10);
    ck_assert_uint_eq(in(COUNT), 1);
    lba48(0, 0);                        /* 65536: runs off the end */
    fails(0x42, 0x10);
    chs(1, 19, 0, 1);
    works(0x70);
    chs(1, 20, 0, 1);
    fails(0x70, 0x10);
}
END_TEST

START_TEST(native_max)
{
    out(DEVICE, 0xe0);
    works(0xf8);
    ck_assert_uint_eq(shown28(), SECTORS - 1);
    works(0x27);
    ck_assert_uint_eq(in(LOW) | in(MID) << 8 | in(HIGH) << 16, SECTORS - 1);
    out(CONTROL, 0x80);
    ck_assert_uint_eq(in(LOW) | in(MID) | in(HIGH), 0);
}
END_TEST

START_TEST(high_order_bytes)
{
    out(LOW, 0x12);
    out(LOW, 0x34);
    out(CONTROL, 0x80);
    ck_assert_uint_eq(in(LOW), 0x12);
    out(COUNT, 0);                      /* any write turns HOB off */
    ck_assert_uint_eq(in(LOW), 0x34);
}
END_TEST

START_TEST(buffer_commands)
{
    for (int i = 0; i < 512; i++)
        buf[i] = (u8)(i * 3);
    command(0xe8);
    ck_assert_uint_eq(in(STATUS), 0x58);
    give(buf, 512, 2);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    memset(buf, 0, 512);
    command(0xe4);
    take(buf, 512, 2);
    ck_assert_uint_eq(buf[500], (u8)1500);
    command(0x50);
    give(buf, 512, 2);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

START_TEST(narrow_and_wide_data)
{
    lba28(1, 3);
    command(0x20);
    for (int i = 0; i < 256; i++)       /* a byte read takes a whole word */
        buf[i] = in(DATA);
    ck_assert_uint_eq(buf[0], 3);
    ck_assert_uint_eq(in(CONTROL), 0x50);
    out(ERROR, 1);
    works(0xef);                        /* 8-bit transfers */
    lba28(1, 3);
    command(0x20);
    for (int i = 0; i < 512; i++)
        buf[i] = in(DATA);
    ck_assert(marked(buf, 3));
    ck_assert_uint_eq(in(CONTROL), 0x50);
    out(ERROR, 0x81);
    works(0xef);
    lba28(1, 3);
    command(0x20);
    take(buf, 510, 2);                  /* the last dword is half there */
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 4) >> 16, 0xffff);
    ck_assert_uint_eq(in(CONTROL), 0x50);
}
END_TEST

START_TEST(no_drive_floats)
{
    ide_attach(&ide, 0, NULL, NULL, NULL);
    for (u16 p = 1; p < 9; p++)
        ck_assert_uint_eq(in(p), 0x7f);
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 2), 0xff7f);
    out(STATUS, 0xec);
    out(CONTROL, 4);
    out(CONTROL, 0);
    clk_run(&t.clk, NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0x7f);
    ck_assert_int_eq(irqs, 0);
}
END_TEST

START_TEST(master_alone)
{
    out(DEVICE, 0xb0);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_uint_eq(in(CONTROL), 0);
    out(COUNT, 0x55);
    ck_assert_uint_eq(in(COUNT), 0x55);
    out(STATUS, 0xec);
    clk_run(&t.clk, NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_int_eq(irqs, 0);
    out(DEVICE, 0xa0);
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

START_TEST(two_drives)
{
    ide_attach(&ide, 1, second, NULL, "S2");
    ide_ops.reset(&ide);
    mark(second, 77);
    lba28(1, 77);
    out(DEVICE, 0xf0);
    command(0x20);
    ck_assert(ide.irq.level);
    out(DEVICE, 0xe0);                  /* the master has no interrupt */
    ck_assert(!ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x50);
    out(DEVICE, 0xf0);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert(marked(buf, 77));
    command(0xec);
    take(buf, 512, 2);
    ck_assert_uint_eq(word(60), 5000);
    ck_assert_int_eq(memcmp(buf + 20, "2S  ", 4), 0);
    in(STATUS);
    out(STATUS, 0x90);
    settle();
    ck_assert_uint_eq(in(DEVICE), 0xa0);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(ERROR), 1);
    out(DEVICE, 0xb0);
    ck_assert_uint_eq(in(ERROR), 1);
}
END_TEST

START_TEST(interrupt_enable)
{
    out(CONTROL, 2);
    lba28(1, 0);
    command(0x20);
    ck_assert(!ide.irq.level);
    out(CONTROL, 0);
    ck_assert(ide.irq.level);
    out(CONTROL, 2);
    ck_assert(!ide.irq.level);
    in(STATUS);
    out(CONTROL, 0);
    ck_assert(!ide.irq.level);
}
END_TEST

START_TEST(reset_ends_a_transfer)
{
    lba28(4, 0);
    command(0x20);
    take(buf, 100, 2);
    out(CONTROL, 4);
    out(CONTROL, 0);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 2), 0xffff);
    ck_assert(!ide.irq.level);
}
END_TEST

START_TEST(state_round_trip)
{
    static struct ide other;

    chip_fields_cover(&ide_ops);
    wire(&other);
    ide_attach(&other, 0, disk, NULL, NULL);
    chip_round_trip(&t, &ide_ops, &ide, &other);
    lba28(2, 40);
    command(0x20);
    take(buf, 512, 2);                  /* busy with the second sector */
    chip_round_trip(&t, &ide_ops, &ide, &other);
    ide_ops.reset(&ide);
    clk_run(&t.clk, t.clk.now + NS_PER_S);
    ck_assert_uint_eq(other.s.drive[0].status, 0x58);
    ck_assert(other.irq.level);
    ck_assert(marked(other.s.drive[0].data, 41));
}
END_TEST

START_TEST(random_traffic)
{
    if (_i & 1)
        ide_attach(&ide, 1, second, NULL, NULL);
    ide_ops.reset(&ide);
    chip_random_ports(&t, &ide_ops, &ide, 10, 4, (u32)(5 + _i));
}
END_TEST

/* Real commands with the parameters left to chance. */
START_TEST(random_commands)
{
    static const u8 codes[] = {
        0x20, 0x24, 0x29, 0x30, 0x34, 0x39, 0xc4, 0xc5, 0xc6, 0x40, 0x42,
        0x91, 0x90, 0xef, 0xec, 0xe8, 0xe4, 0x50, 0x70, 0xe7,
    };
    u32 seed = (u32)(_i + 9);

    ide_attach(&ide, 1, second, NULL, NULL);
    ide_ops.reset(&ide);
    for (int i = 0; i < 4000; i++) {
        u32 x = chip_random(&seed);

        for (u16 p = 1; p < 6; p++)
            out(p, (u8)(chip_random(&seed) % 20));
        out(DEVICE, (u8)(0xa0 | (x >> 20 & 0x52)));
        out(STATUS, codes[x % COUNT_OF(codes)]);
        for (int k = 0; k < 20; k++) {
            clk_run(&t.clk, t.clk.now + (ns_t)(x % 30000));
            for (int m = 0; m < (int)(x >> 26); m++) {
                if (x & 4)
                    ide_ops.port_in(&ide, DATA, x & 1 ? 4 : 2);
                else
                    ide_ops.port_out(&ide, DATA, x & 1 ? 4 : 2, x);
            }
        }
        if (x % 64 == 0) {
            out(CONTROL, 4);
            out(CONTROL, 0);
        }
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

START_TEST(hostile_state)
{
    static struct ide other;
    u32 seed = (u32)(50 + _i);

    wire(&other);
    ide_attach(&other, 0, disk, NULL, NULL);
    for (int i = 0; i < 60; i++) {
        chip_random_state(ide_ops.state, &ide, &seed);
        if (i % 2)
            ide.s.drive[0].due = t.clk.now + 100;
        chip_loaded(&t, &ide_ops, &ide);
        for (int k = 0; k < 60; k++) {
            if (k % 4)
                chip_random_port(&ide_ops, &ide, 10, 4, &seed);
            else
                ide_ops.port_in(&ide, DATA, 4);
            clk_run(&t.clk, t.clk.now + 20000);
        }
        chip_round_trip(&t, &ide_ops, &ide, &other);
        ide_ops.reset(&ide);
        ide_ops.reset(&other);
    }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("ata");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, signature_and_reset);
    tcase_add_test(c, identify);
    tcase_add_loop_test(c, read_one_sector, 0, COUNT_OF(places));
    tcase_add_loop_test(c, read_many, 0, 2);
    tcase_add_test(c, read_multiple);
    tcase_add_test(c, set_multiple_limits);
    tcase_add_loop_test(c, write_sectors, 0, COUNT_OF(writes));
    tcase_add_test(c, write_runs_off_the_end);
    tcase_add_test(c, half_a_sector_is_not_written);
    tcase_add_test(c, read_only_disk);
    tcase_add_test(c, host_errors_are_the_guests);
    tcase_add_test(c, parameters_set_the_translation);
    tcase_add_loop_test(c, plain_commands, 0, COUNT_OF(plain));
    tcase_add_test(c, power_modes);
    tcase_add_test(c, verify_and_seek);
    tcase_add_test(c, native_max);
    tcase_add_test(c, high_order_bytes);
    tcase_add_test(c, buffer_commands);
    tcase_add_test(c, narrow_and_wide_data);
    tcase_add_test(c, no_drive_floats);
    tcase_add_test(c, master_alone);
    tcase_add_test(c, two_drives);
    tcase_add_test(c, interrupt_enable);
    tcase_add_test(c, reset_ends_a_transfer);
    tcase_add_test(c, state_round_trip);
    tcase_add_loop_test(c, random_traffic, 0, 2);
    tcase_add_loop_test(c, random_commands, 0, 2);
    tcase_add_loop_test(c, hostile_state, 0, 2);
    return chip_run_case("ide", c);
}
