/* test_busmaster.c - the PIIX3's bus master with a channel of two drives. */
#include "tests/lib/busmaster_bed.h"

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
    return chip_run_case("busmaster", c);
}
