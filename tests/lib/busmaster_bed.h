/* busmaster_bed.h - what the tests of the PIIX3's bus master share: it, a channel
 * of two drives, and a megabyte of memory with a ROM, registers behind it and
 * nothing beyond. Rows cite the data sheet (290550-002) by section. */
#ifndef BUSMASTER_BED_H
#define BUSMASTER_BED_H

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
static struct bed one;

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

#endif
