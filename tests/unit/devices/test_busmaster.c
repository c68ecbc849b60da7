/* test_busmaster.c - the PIIX3's bus master with a channel of two drives, over
 * a megabyte of memory. Rows cite the data sheet (290550-002) by section. */
#include "tests/lib/chip.h"

#include <stdlib.h>

#include "devices/disk/ide.h"
#include "devices/pci/piix3_ide.h"
#include "machine/core/bytes.h"

enum { DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL };
enum { BMICOM = 0, BMISTA = 2, BMIDTP = 4 };
enum { RAM = 0x100000, ROM_AT = 0xf0000, ROM = 0x1000, REGISTERS = 0x200000,
       NOWHERE = 0x400000, SECTORS = 20160, TABLE = 0x1000, BUFFER = 0x20000 };
enum { TO_DISK = 1, TO_MEMORY = 9, STOP = 0, MULTIWORD_2_NS = 120 };
enum { READ_DMA = 0xc8, WRITE_DMA = 0xca, READ_DMA_EXT = 0x25 };
#define EOT 0x80000000u

static struct chip_test t;
static u8 ram[RAM], rom[ROM];
static int device_writes;
static struct block *disk, *second;

/* A channel with its adapter. */
struct bed {
    struct ide ide;
    struct piix3_ide bm;
    struct pci_func func;
    struct mem mem;
    struct region low, high, registers;
};
static struct bed one, two;

static void hear(void *ctx, int n, bool level)
{
    struct bed *b = ctx;

    piix3_ide_irq(&b->bm, n, level);
}

static void count_write(void *dev, u32 off, int size, u32 v)
{
    (void)dev, (void)off, (void)size, (void)v;
    device_writes++;
}

static const struct dev_ops register_ops = { .name = "registers",
                                             .mem_write = count_write };

static void make_memory(struct bed *b)
{
    b->mem = (struct mem){ .addr_mask = ~0u, .a20_mask = ~0u, .clk = &t.clk };
    b->low = (struct region){ .name = "ram", .host = ram };
    mem_attach(&b->mem, &b->low, 0, RAM);
    b->high = (struct region){ .name = "rom", .host = rom, .readonly = true };
    mem_attach(&b->mem, &b->high, ROM_AT, ROM);
    b->registers = (struct region){ .name = "registers", .ops = &register_ops };
    mem_attach(&b->mem, &b->registers, REGISTERS, PAGE_SIZE);
}

static void make_bed(struct bed *b)
{
    struct dev_env env = chip_env(&t), other = env;

    *b = (struct bed){ .ide.irq = { hear, b, 0, false } };
    make_memory(b);
    pci_func_init(&b->func, &piix3_ide_ids);
    piix3_ide_registers(&b->func);
    b->func.wrote = piix3_ide_wrote;
    b->func.wrote_ctx = &b->bm;
    b->bm.func = &b->func;
    b->bm.run[0] = (struct line){ ide_run, &b->ide, 0, false };
    b->ide.dma = piix3_ide_link(&b->bm, 0);
    piix3_ide_init(&b->bm, &env, &b->mem);
    other.timer_id = 64;
    ide_init(&b->ide, &other);
    ide_attach(&b->ide, 0, disk, NULL, NULL);
    ide_attach(&b->ide, 1, second, NULL, NULL);
    ide_ops.reset(&b->ide);
}

static u8 in(u16 port) { return (u8)ide_ops.port_in(&one.ide, port, 1); }
static void out(u16 port, u8 v) { ide_ops.port_out(&one.ide, port, 1, v); }
static u8 bm_in(u16 port)
{
    return (u8)piix3_ide_ops.port_in(&one.bm, port, 1);
}
static void bm_out(u16 port, u32 v)
{
    piix3_ide_ops.port_out(&one.bm, port, port == BMIDTP ? 4 : 1, v);
}

static u32 pci_reg(u8 reg, int size)
{
    struct pci_bus bus = { .func = { &one.func } };

    return pci_read(&bus, 0, reg, size);
}

static void pci_set(u8 reg, int size, u32 v)
{
    struct pci_bus bus = { .func = { &one.func } };

    pci_write(&bus, 0, reg, size, v);
}

static u8 pattern(u64 sector, u32 i)
{
    return (u8)(sector * 7 + i * 3 + (i >> 8) + 1);
}

static struct block *make_disk(u64 sectors, u64 marked)
{
    struct block *b;
    u8 s[SECTOR];

    ck_assert(!block_open_memory(&b, "", 0, sectors, "disk", NULL));
    for (u64 n = 0; n < marked; n++) {
        for (u32 i = 0; i < SECTOR; i++)
            s[i] = pattern(n, i);
        ck_assert(!block_write(b, n, s, 1));
    }
    return b;
}

static void setup(void)
{
    chip_test_init(&t);
    disk = make_disk(SECTORS, 400);
    second = make_disk(5000, 10);
    memset(ram, 0xee, sizeof ram);
    memset(rom, 0x55, sizeof rom);
    device_writes = 0;
    make_bed(&one);
    pci_set(PCI_COMMAND, 2, PCI_IO_ON | PCI_MASTER_ON);
}

static void teardown(void)
{
    block_close(disk);
    block_close(second);
}

/* ---- a transfer ---- */

static void prd(int n, u32 addr, u32 count_and_flags)
{
    put_le32(ram + TABLE + 8 * n, addr);
    put_le32(ram + TABLE + 8 * n + 4, count_and_flags);
}

static void issue(u8 code, u16 count, u32 lba)
{
    if (code == READ_DMA_EXT) {
        out(COUNT, (u8)(count >> 8));
        out(LOW, (u8)(lba >> 24));
        out(MID, 0);
        out(HIGH, 0);
    }
    out(COUNT, (u8)count);
    out(LOW, (u8)lba);
    out(MID, (u8)(lba >> 8));
    out(HIGH, (u8)(lba >> 16));
    out(DEVICE, 0xe0);
    out(STATUS, code);
}

/* 3.5: table, direction, status cleared; the command; start. */
static void prepare(void)
{
    bm_out(BMIDTP, TABLE);
    bm_out(BMISTA, 0x06);
}

static void pass(ns_t time) { clk_run(&t.clk, t.clk.now + time); }

static void start(u8 code, u16 count, u32 lba, u8 command)
{
    prepare();
    issue(code, count, lba);
    pass(50000);
    bm_out(BMICOM, command);
}

static void expect(const u8 *p, u64 sector, u32 from, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        u32 at = from + i;

        ck_assert_msg(p[i] == pattern(sector + at / SECTOR, at % SECTOR),
                      "byte %u of sector %llu is %02x", at,
                      (unsigned long long)sector, p[i]);
    }
}

/* ---- registers ---- */

START_TEST(configuration)
{
    ck_assert_uint_eq(pci_reg(0, 4), 0x70108086);
    ck_assert_uint_eq(pci_reg(8, 4), 0x01018000);
    ck_assert_uint_eq(pci_reg(0x3d, 1), 0);
    pci_set(PCI_COMMAND, 2, 0xffff);
    ck_assert_uint_eq(pci_reg(PCI_COMMAND, 2), 5);
    pci_set(0x20, 4, 0x0000c00f);
    ck_assert_uint_eq(pci_reg(0x20, 4), 0x0000c001);
    pci_set(0x20, 4, ~0u);
    ck_assert_uint_eq(-(pci_reg(0x20, 4) & ~3u), PIIX3_IDE_PORTS);
    pci_set(0x40, 4, ~0u);
    ck_assert_uint_eq(pci_reg(0x40, 4), 0xf3fff3ff);
    pci_set(0x44, 4, ~0u);
    ck_assert_uint_eq(pci_reg(0x44, 4), 0xff);
    pci_set(0x0c, 4, ~0u);
    ck_assert_uint_eq(pci_reg(0x0c, 4), 0x0000f000);
}
END_TEST

START_TEST(bus_master_registers)
{
    const struct dev_ops *o = &piix3_ide_ops;

    for (u16 base = 0; base < 16; base += 8) {
        o->port_out(&one.bm, base + BMIDTP, 4, 0x12345677);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMIDTP, 4), 0x12345674);
        o->port_out(&one.bm, base + BMIDTP + 2, 2, 0xabcd);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMIDTP, 4), 0xabcd5674);
        o->port_out(&one.bm, base + BMISTA, 1, 0xff);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMISTA, 1), 0x60);
        o->port_out(&one.bm, base + BMISTA, 1, 0x20);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMISTA, 1), 0x20);
        o->port_out(&one.bm, base + BMICOM, 1, 0xff);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMICOM, 1), 0x09);
        ck_assert_uint_eq(o->port_in(&one.bm, base + BMISTA, 1), 0x21);
        o->port_out(&one.bm, base + BMICOM, 1, 0);
        ck_assert_uint_eq(o->port_in(&one.bm, base, 4), 0x200000);
    }
}
END_TEST

/* The interrupt bit follows the pin's rising edge alone. */
START_TEST(interrupt_bit)
{
    piix3_ide_irq(&one.bm, 1, true);
    ck_assert_uint_eq(piix3_ide_ops.port_in(&one.bm, 10, 1), 4);
    ck_assert_uint_eq(bm_in(BMISTA), 0);
    piix3_ide_ops.port_out(&one.bm, 10, 1, 4);
    ck_assert_uint_eq(piix3_ide_ops.port_in(&one.bm, 10, 1), 0);
    piix3_ide_irq(&one.bm, 1, false);
    ck_assert_uint_eq(piix3_ide_ops.port_in(&one.bm, 10, 1), 0);
    out(DEVICE, 0xe0);
    out(STATUS, 0x10);
    pass(100000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
}
END_TEST

/* ---- what the drive says of itself ---- */

static u32 identify_word(int n)
{
    u32 v = 0;

    out(DEVICE, 0xe0);
    out(STATUS, 0xec);
    pass(100000);
    for (int i = 0; i < 256; i++) {
        u32 w = ide_ops.port_in(&one.ide, DATA, 2);

        v = i == n ? w : v;
    }
    return v;
}

static const struct { u8 mode; bool works; u16 w62, w63, w88; } modes[] = {
    { 0x22, true, 7, 0x407, 7 },   { 0x21, true, 7, 0x207, 7 },
    { 0x20, true, 7, 0x107, 7 },   { 0x23, false, 7, 0x407, 7 },
    { 0x42, true, 7, 7, 0x407 },   { 0x40, true, 7, 7, 0x107 },
    { 0x43, false, 7, 0x407, 7 },  { 0x12, true, 0x407, 7, 7 },
    { 0x0c, true, 7, 0x407, 7 },   { 0x00, true, 7, 0x407, 7 },
    { 0x0d, false, 7, 0x407, 7 },  { 0x80, false, 7, 0x407, 7 },
};

START_TEST(modes_are_told_and_set)
{
    out(ERROR, 3);
    out(COUNT, modes[_i].mode);
    out(DEVICE, 0xe0);
    out(STATUS, 0xef);
    pass(100000);
    ck_assert_uint_eq(in(STATUS), modes[_i].works ? 0x50 : 0x51);
    ck_assert_uint_eq(identify_word(49), 0x0b00);
    ck_assert_uint_eq(identify_word(53), 7);
    ck_assert_uint_eq(identify_word(62), modes[_i].w62);
    ck_assert_uint_eq(identify_word(63), modes[_i].w63);
    ck_assert_uint_eq(identify_word(88), modes[_i].w88);
}
END_TEST

START_TEST(without_an_adapter)
{
    one.ide.dma = (struct ata_dma){ 0 };
    ck_assert_uint_eq(identify_word(49), 0x0a00);
    ck_assert_uint_eq(identify_word(62) | identify_word(63) |
                      identify_word(88), 0);
    issue(READ_DMA, 1, 0);
    pass(100000);
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert_uint_eq(in(ERROR), 4);
    out(ERROR, 3);
    out(COUNT, 0x22);
    out(STATUS, 0xef);
    pass(100000);
    ck_assert_uint_eq(in(STATUS), 0x51);
}
END_TEST

/* ---- regions ---- */

enum { REGIONS = 5 };
static const struct {
    u8 code;
    u16 count;
    struct { u32 addr, count; } region[REGIONS];
} shapes[] = {
    { READ_DMA, 1, { { BUFFER, 512 } } },
    { READ_DMA, 3, { { BUFFER, 2 }, { 0x30002, 1000 }, { 0x40006, 534 } } },
    { READ_DMA, 128, { { BUFFER, 0 } } },               /* 64 KB */
    { READ_DMA, 0, { { BUFFER, 0 }, { BUFFER + 0x10000, 0 } } },
    { READ_DMA, 40, { { 0x30ffe, 0x1002 }, { BUFFER, 0x3ffe } } },
    { READ_DMA_EXT, 300, { { BUFFER, 0 }, { 0x30000, 0 }, { 0x40000, 22528 } } },
    { READ_DMA, 1, { { BUFFER | 1, 513 } } },   /* bits 0 are not there */
};

START_TEST(reads_into_regions)
{
    u32 from = 0, n;

    for (int i = 0; i < REGIONS && shapes[_i].region[i].addr; i++)
        prd(i, shapes[_i].region[i].addr, shapes[_i].region[i].count |
            (i == REGIONS - 1 || !shapes[_i].region[i + 1].addr ? EOT : 0));
    start(shapes[_i].code, shapes[_i].count, 5, TO_MEMORY);
    ck_assert_uint_eq(bm_in(BMISTA), 1);
    pass(NS_PER_S / 4);
    ck_assert_uint_eq(bm_in(BMISTA), 4);        /* 2.3.2: all was moved */
    ck_assert_uint_eq(in(STATUS), 0x50);
    for (int i = 0; i < REGIONS && shapes[_i].region[i].addr; i++) {
        n = shapes[_i].region[i].count & ~1u;
        n = n ? n : 0x10000;
        expect(ram + (shapes[_i].region[i].addr & ~1u), 5, from, n);
        from += n;
    }
    ck_assert_uint_eq(from, (shapes[_i].count ? shapes[_i].count : 256u) *
                      SECTOR);
    bm_out(BMICOM, STOP);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
}
END_TEST

/* 3.5: "the incrementer need only extend from bit 1 to bit 15". */
START_TEST(regions_and_tables_wrap)
{
    u8 *last = ram + 0x5fff8;

    put_le32(last, 0x2ff00);
    put_le32(last + 4, 0x200);          /* crosses 30000h */
    put_le32(ram + 0x50000, 0x40000);
    put_le32(ram + 0x50004, 0x200 | EOT);
    bm_out(BMIDTP, 0x5fff8);
    issue(READ_DMA, 2, 9);
    pass(50000);
    bm_out(BMICOM, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    expect(ram + 0x2ff00, 9, 0, 0x100);
    expect(ram + 0x20000, 9, 0x100, 0x100);
    expect(ram + 0x40000, 9, 0x200, 0x200);
    ck_assert_uint_eq(ram[0x30000], 0xee);
}
END_TEST

START_TEST(table_with_more_than_the_drive_has)
{
    prd(0, BUFFER, 4096 | EOT);
    start(READ_DMA, 2, 3, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 5);
    expect(ram + BUFFER, 3, 0, 1024);
    ck_assert_uint_eq(ram[BUFFER + 1024], 0xee);
    bm_out(BMICOM, TO_MEMORY & ~1);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
}
END_TEST

/* Neither interrupt nor active: the drive still asks, and gets the rest from
 * the next table. */
START_TEST(table_with_less_than_the_drive_has)
{
    prd(0, BUFFER, 700 | EOT);
    start(READ_DMA, 2, 3, TO_MEMORY);
    pass(NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA), 0);
    ck_assert_uint_eq(in(CONTROL), 0x58);
    expect(ram + BUFFER, 3, 0, 700);
    bm_out(BMICOM, STOP);
    prd(0, BUFFER + 700, 324 | EOT);
    bm_out(BMICOM, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    expect(ram + BUFFER, 3, 0, 1024);
}
END_TEST

START_TEST(writes)
{
    u8 s[3 * SECTOR];

    for (u32 i = 0; i < 9 * SECTOR; i++)
        ram[BUFFER + i] = pattern(100, i);
    prd(0, BUFFER, 100);
    prd(1, BUFFER + 100, (9 * SECTOR - 100) | EOT);
    start(WRITE_DMA, 9, 50, TO_DISK);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(COUNT), 0);
    ck_assert(!block_read(disk, 56, s, 3));
    ck_assert_mem_eq(s, ram + BUFFER + 6 * SECTOR, 3 * SECTOR);
    ck_assert(!block_read(disk, 59, s, 1));
    expect(s, 59, 0, SECTOR);
}
END_TEST

START_TEST(wrong_direction_moves_nothing)
{
    prd(0, BUFFER, 512 | EOT);
    start(READ_DMA, 1, 3, TO_DISK);
    pass(NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA), 1);
    ck_assert_uint_eq(in(CONTROL), 0x58);
    ck_assert_uint_eq(ram[BUFFER], 0xee);
}
END_TEST

START_TEST(bus_master_off)
{
    prd(0, BUFFER, 512 | EOT);
    pci_set(PCI_COMMAND, 2, PCI_IO_ON);
    start(READ_DMA, 1, 3, TO_MEMORY);
    pass(NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA), 1);
    ck_assert_uint_eq(ram[BUFFER], 0xee);
    pci_set(PCI_COMMAND, 2, PCI_IO_ON | PCI_MASTER_ON);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    expect(ram + BUFFER, 3, 0, 512);
}
END_TEST

/* ---- time ---- */

static const struct { u8 mode; u32 ns; } paces[] = {
    { 0x10, 960 }, { 0x12, 240 }, { 0x20, 480 }, { 0x21, 150 }, { 0x22, 120 },
    { 0x40, 120 }, { 0x42, 60 },
};

/* Before the start nothing moves; then a block takes what the mode says. */
START_TEST(takes_the_modes_time)
{
    ns_t time = (ns_t)(4 * SECTOR / 2) * paces[_i].ns;

    out(ERROR, 3);
    out(COUNT, paces[_i].mode);
    out(DEVICE, 0xe0);
    out(STATUS, 0xef);
    pass(100000);
    in(STATUS);
    prepare();
    prd(0, BUFFER, (4 * SECTOR) | EOT);
    issue(READ_DMA, 4, 3);
    pass(NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA), 0);
    bm_out(BMICOM, TO_MEMORY);
    pass(time - 1);
    ck_assert_uint_eq(bm_in(BMISTA), 1);
    pass(1);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
}
END_TEST

/* 2.3.1: bit 0 cleared halts it at once; what was moved by then was. */
START_TEST(stop_cuts_short)
{
    prd(0, BUFFER, 4096 | EOT);
    start(READ_DMA, 8, 3, TO_MEMORY);
    pass(100 * MULTIWORD_2_NS + 7);
    bm_out(BMICOM, STOP);
    ck_assert_uint_eq(bm_in(BMISTA), 0);
    expect(ram + BUFFER, 3, 0, 200);
    ck_assert_uint_eq(ram[BUFFER + 200], 0xee);
    pass(NS_PER_S);
    ck_assert_uint_eq(ram[BUFFER + 200], 0xee);
    ck_assert_uint_eq(in(CONTROL), 0x58);
    out(CONTROL, 4);                    /* how drivers get out of it */
    out(CONTROL, 0);
    pass(1000000);
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

/* The drive that is not selected does not move. */
START_TEST(selected_drive_moves)
{
    prd(0, BUFFER, 512 | EOT);
    prepare();
    issue(READ_DMA, 1, 3);
    pass(50000);
    out(DEVICE, 0xf0);
    bm_out(BMICOM, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(ram[BUFFER], 0xee);
    out(DEVICE, 0xe0);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    expect(ram + BUFFER, 3, 0, 512);
}
END_TEST

/* ---- what is wrong ---- */

static const struct { u32 table, addr; } nowhere[] = {
    { NOWHERE, BUFFER }, { TABLE, NOWHERE }, { TABLE, REGISTERS + PAGE_SIZE - 512 },
    { 0xfffffffc, BUFFER }, { TABLE, 0xfffffe00 },
};

START_TEST(nobody_answers)
{
    prd(0, nowhere[_i].addr, 1024 | EOT);
    bm_out(BMIDTP, nowhere[_i].table);
    issue(READ_DMA, 2, 3);
    pass(50000);
    bm_out(BMICOM, TO_MEMORY);
    pass(NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA), 2);
    ck_assert_uint_eq(pci_reg(PCI_STATUS, 2) & 0x2000, 0x2000);
    ck_assert_uint_eq(in(CONTROL), 0x58);
    pci_set(PCI_STATUS, 2, 0x2000);
    ck_assert_uint_eq(pci_reg(PCI_STATUS, 2) & 0x2000, 0);
    bm_out(BMISTA, 2);
    ck_assert_uint_eq(bm_in(BMISTA), 0);
}
END_TEST

START_TEST(rom_and_registers)
{
    prd(0, ROM_AT, 512);
    prd(1, REGISTERS, 512 | EOT);
    start(READ_DMA, 2, 3, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    ck_assert_uint_eq(rom[0], 0x55);
    ck_assert_int_eq(device_writes, 512);
}
END_TEST

/* A region on the table: descriptors are read when their turn comes. */
START_TEST(table_that_is_overwritten)
{
    prd(0, TABLE + 8, 512);
    start(READ_DMA, 0, 0, TO_MEMORY);
    pass(10 * (ns_t)NS_PER_S);
    ck_assert_uint_eq(bm_in(BMISTA) & 4, 0);
    ck_assert_uint_eq(get_le32(ram + TABLE + 8),
                      (u32)(pattern(0, 0) | pattern(0, 1) << 8 |
                            pattern(0, 2) << 16) | (u32)pattern(0, 3) << 24);
}
END_TEST

START_TEST(past_the_end_of_the_disk)
{
    prd(0, BUFFER, 4096 | EOT);
    start(READ_DMA, 8, SECTORS - 3, TO_MEMORY);
    pass(1000000);
    ck_assert_uint_eq(bm_in(BMISTA), 5);
    ck_assert_uint_eq(in(STATUS), 0x51);
    ck_assert_uint_eq(in(ERROR), 0x10);
    ck_assert_uint_eq(ram[BUFFER + 3 * SECTOR - 1], 0);
    ck_assert_uint_eq(ram[BUFFER + 3 * SECTOR], 0xee);
}
END_TEST

/* ---- state ---- */

static void load_into(struct bed *to, const struct bed *from)
{
    to->ide.s = from->ide.s;
    to->bm.s = from->bm.s;
    to->func.s = from->func.s;
    clk_reload(&t.clk);
    piix3_ide_ops.loaded(&to->bm);
    ide_ops.loaded(&to->ide);
}

/* At each moment of a transfer a second channel takes over the first one's
 * state, and ends as that would have. */
START_TEST(goes_on_from_a_state)
{
    static u8 want[20 * SECTOR];
    struct buf b = { 0 }, c = { 0 };
    u8 write = _i & 1;

    prd(0, BUFFER, 3000);
    prd(1, BUFFER + 3000, (20 * SECTOR - 3000) | EOT);
    start(write ? WRITE_DMA : READ_DMA, 20, 7, write ? TO_DISK : TO_MEMORY);
    pass(_i * 50000);
    make_bed(&two);
    load_into(&two, &one);
    pass(0);
    pass(NS_PER_S);
    state_save(ide_ops.state, &one.ide, &b);
    state_save(ide_ops.state, &two.ide, &c);
    ck_assert_uint_eq(b.len, c.len);
    ck_assert_mem_eq(b.p, c.p, b.len);
    ck_assert_mem_eq(&one.bm.s, &two.bm.s, sizeof one.bm.s);
    ck_assert_uint_eq(bm_in(BMISTA), 4);
    ck_assert(!block_read(disk, 7, want, 20));
    ck_assert_mem_eq(ram + BUFFER, want, sizeof want);
    buf_free(&b);
    buf_free(&c);
}
END_TEST

START_TEST(state_round_trip)
{
    chip_fields_cover(&piix3_ide_ops);
    make_bed(&two);
    prd(0, BUFFER, 512);
    start(READ_DMA, 4, 7, TO_MEMORY);
    pass(100000);
    chip_round_trip(&t, &piix3_ide_ops, &one.bm, &two.bm);
}
END_TEST

/* ---- chance ---- */

static void random_table(u32 *seed)
{
    static const u32 places[] = { BUFFER, TABLE, ROM_AT - 256, REGISTERS,
                                  NOWHERE, RAM - 100, 0xffffff00, 0x2fff0 };

    for (int n = 0; n < 8; n++) {
        u32 x = chip_random(seed);

        prd(n, places[x % COUNT_OF(places)] + (x >> 8) % 64,
            chip_random(seed) >> (x >> 20) % 32);
    }
}

static void random_step(u32 *seed)
{
    static const u8 codes[] = { READ_DMA, WRITE_DMA, READ_DMA_EXT, 0x35, 0x20,
                                0xc9, 0xcb, 0xef, 0xec };
    u32 x = chip_random(seed);

    switch (x % 8) {
    case 0: random_table(seed); break;
    case 1: issue(codes[x >> 8 & 7], (u16)(x >> 12 & 0xff), x >> 20); break;
    case 2: bm_out(BMIDTP, x & 0x800 ? TABLE : chip_random(seed)); break;
    case 3: bm_out(BMICOM, x >> 8); break;
    case 4: pci_set((u8)(x >> 8), 1 << (x >> 16) % 2,  chip_random(seed)); break;
    case 5: pci_set(PCI_COMMAND, 1, 7); break;
    case 6: chip_random_port(&ide_ops, &one.ide, 10, 4, seed); break;
    default: chip_random_port(&piix3_ide_ops, &one.bm, 16, 4, seed); break;
    }
}

START_TEST(random_traffic)
{
    u32 seed = (u32)(11 + _i);

    for (int i = 0; i < 100000; i++) {
        u32 x = chip_random(&seed);

        random_step(&seed);
        if (x % 4 == 0)
            pass((ns_t)(x >> 8) % 300000);
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

START_TEST(hostile_states)
{
    u32 seed = (u32)(77 + _i);

    for (int i = 0; i < 300; i++) {
        chip_random_state(piix3_ide_ops.state, &one.bm, &seed);
        chip_random_state(ide_ops.state, &one.ide, &seed);
        one.ide.s.drive[i & 1].phase = (u8)(IDE_DMA_IN + (i >> 1 & 1));
        one.ide.s.drive[i & 1].due = t.clk.now + 100;
        clk_reload(&t.clk);
        piix3_ide_ops.loaded(&one.bm);
        ide_ops.loaded(&one.ide);
        for (int k = 0; k < 50; k++) {
            random_step(&seed);
            pass(20000);
        }
    }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("bus master");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_test(c, configuration);
    tcase_add_test(c, bus_master_registers);
    tcase_add_test(c, interrupt_bit);
    tcase_add_loop_test(c, modes_are_told_and_set, 0, COUNT_OF(modes));
    tcase_add_test(c, without_an_adapter);
    tcase_add_loop_test(c, reads_into_regions, 0, COUNT_OF(shapes));
    tcase_add_test(c, regions_and_tables_wrap);
    tcase_add_test(c, table_with_more_than_the_drive_has);
    tcase_add_test(c, table_with_less_than_the_drive_has);
    tcase_add_test(c, writes);
    tcase_add_test(c, wrong_direction_moves_nothing);
    tcase_add_test(c, bus_master_off);
    tcase_add_loop_test(c, takes_the_modes_time, 0, COUNT_OF(paces));
    tcase_add_test(c, stop_cuts_short);
    tcase_add_test(c, selected_drive_moves);
    tcase_add_loop_test(c, nobody_answers, 0, COUNT_OF(nowhere));
    tcase_add_test(c, rom_and_registers);
    tcase_add_test(c, table_that_is_overwritten);
    tcase_add_test(c, past_the_end_of_the_disk);
    tcase_add_loop_test(c, goes_on_from_a_state, 0, 30);
    tcase_add_test(c, state_round_trip);
    tcase_add_loop_test(c, random_traffic, 0, 3);
    tcase_add_loop_test(c, hostile_states, 0, 3);
    return chip_run_case("busmaster", c);
}
