/* ide_bed.h - what the tests of an ATA channel share: two disks, whose marked
 * sectors show their numbers, and commands through the ports. */
#ifndef IDE_BED_H
#define IDE_BED_H

#include "tests/lib/chip.h"

#include "devices/disk/ide.h"

enum { DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL };
enum { SECTORS = 20160 };               /* 20 cylinders, 16 heads, 63 sectors */

static struct chip_test t;
static struct ide ide;
static struct block *disk, *second;
static int irqs;
static u8 buf[128 * SECTOR];

static inline void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    irqs += level;
}

static inline u8 in(u16 port) { return (u8)ide_ops.port_in(&ide, port, 1); }
static inline void out(u16 port, u8 v) { ide_ops.port_out(&ide, port, 1, v); }

static inline void wire(struct ide *d)
{
    struct dev_env env = chip_env(&t);

    *d = (struct ide){ .irq = { .set = probe } };
    ide_init(d, &env);
}

static inline struct block *make_disk(u64 sectors)
{
    struct block *b;

    ck_assert_int_eq(block_open_memory(&b, "", 0, sectors, "disk", NULL),
                     ERR_OK);
    return b;
}

static inline void mark(struct block *b, u64 n)
{
    u8 s[SECTOR];

    memset(s, (int)(n * 5 + 1), SECTOR);
    s[0] = (u8)n;
    s[1] = (u8)(n >> 8);
    ck_assert_int_eq(block_write(b, n, s, 1), ERR_OK);
}

static inline bool marked(const u8 *p, u64 n)
{
    return p[0] == (u8)n && p[1] == (u8)(n >> 8) &&
           p[2] == (u8)(n * 5 + 1) && p[511] == (u8)(n * 5 + 1);
}

static inline void setup(void)
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

static inline void teardown(void)
{
    block_close(disk);
    block_close(second);
}

static inline void settle(void)
{
    for (int i = 0; (in(CONTROL) & 0x80) && i < 100000; i++)
        clk_run(&t.clk, t.clk.now + 10000);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0);
}

static inline void command(u8 c)
{
    out(STATUS, c);
    ck_assert_uint_eq(in(CONTROL), 0x80);
    settle();
}

static inline void lba28(u8 count, u32 lba)
{
    out(COUNT, count);
    out(LOW, (u8)lba);
    out(MID, (u8)(lba >> 8));
    out(HIGH, (u8)(lba >> 16));
    out(DEVICE, (u8)(0xe0 | (lba >> 24 & 15)));
}

static inline void chs(u8 count, u16 c, u8 h, u8 s)
{
    out(COUNT, count);
    out(LOW, s);
    out(MID, (u8)c);
    out(HIGH, (u8)(c >> 8));
    out(DEVICE, 0xa0 | h);
}

static inline void lba48(u16 count, u64 lba)
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

static inline u64 shown28(void)
{
    return in(LOW) | (u64)in(MID) << 8 | (u64)in(HIGH) << 16 |
           (u64)(in(DEVICE) & 15) << 24;
}

static inline void take(u8 *p, int bytes, int width)
{
    for (int i = 0; i < bytes; i += width) {
        u32 v = ide_ops.port_in(&ide, DATA, width);

        for (int k = 0; k < width; k++)
            p[i + k] = (u8)(v >> 8 * k);
    }
}

static inline void give(const u8 *p, int bytes, int width)
{
    for (int i = 0; i < bytes; i += width) {
        u32 v = 0;

        for (int k = 0; k < width; k++)
            v |= (u32)p[i + k] << 8 * k;
        ide_ops.port_out(&ide, DATA, width, v);
    }
}

static inline void fails(u8 c, u8 error)
{
    command(c);
    ck_assert_uint_eq(in(CONTROL), 0x51);
    ck_assert_uint_eq(in(ERROR), error);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert(!ide.irq.level);
}

static inline void works(u8 c)
{
    command(c);
    ck_assert_uint_eq(in(CONTROL), 0x50);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert(!ide.irq.level);
}

static inline u32 word(int n) { return buf[2 * n] | (u32)buf[2 * n + 1] << 8; }

#endif
