/* test_badmaster.c - the PIIX3's bus master where something is wrong: tables
 * and regions, states, chance. */
#include "tests/lib/busmaster_bed.h"

static struct bed two;                  /* which takes over */
static int edges;

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

static void count_edges(void *ctx, int n, bool level)
{
    (void)ctx, (void)n, (void)level;
    edges++;
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

/* A load and RESET set the levels of the lines to the drives, and tell nobody:
 * those have timers, and a RESET, of their own. */
START_TEST(load_and_reset_tell_no_drive)
{
    struct piix3_ide_state stopped = one.bm.s, running;

    one.bm.run[0] = (struct line){ count_edges, NULL, 0, false };
    bm_out(BMICOM, TO_MEMORY);
    ck_assert_int_eq(edges, 1);
    running = one.bm.s;
    one.bm.s = stopped;
    piix3_ide_ops.loaded(&one.bm);
    ck_assert(!one.bm.run[0].level);
    one.bm.s = running;
    piix3_ide_ops.loaded(&one.bm);
    ck_assert(one.bm.run[0].level);
    piix3_ide_ops.reset(&one.bm);
    ck_assert(!one.bm.run[0].level);
    ck_assert_int_eq(edges, 1);
    bm_out(BMICOM, TO_MEMORY);
    ck_assert_int_eq(edges, 2);
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
    TCase *c = tcase_create("bad master");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, nobody_answers, 0, COUNT_OF(nowhere));
    tcase_add_test(c, rom_and_registers);
    tcase_add_test(c, table_that_is_overwritten);
    tcase_add_test(c, past_the_end_of_the_disk);
    tcase_add_loop_test(c, goes_on_from_a_state, 0, 30);
    tcase_add_test(c, load_and_reset_tell_no_drive);
    tcase_add_test(c, state_round_trip);
    tcase_add_loop_test(c, random_traffic, 0, 3);
    tcase_add_loop_test(c, hostile_states, 0, 3);
    return chip_run_case("badmaster", c);
}
