/* test_ppi.c - the PC/XT's 8255 alone, with a probe on each wire. */
#include "devices/chipset/ppi.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct ppi dev;
static bool timer, clock_free;
static int clocks;

static bool timer_out2(void *ctx)
{
    (void)ctx;
    return timer;
}

static void clock_wire(void *ctx, int n, bool free)
{
    (void)ctx, (void)n;
    clock_free = free;
    clocks++;
}

static void out(u16 port, u8 v) { ppi_ops.port_out(&dev, port, 1, v); }
static u8 in(u16 port) { return (u8)ppi_ops.port_in(&dev, port, 1); }

/* As POST leaves it. */
static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    timer = clock_free = false;
    dev = (struct ppi){ .out2 = timer_out2,
                        .keyboard = { .clock = clock_wire } };
    ppi_init(&dev, &env);
    ppi_set_switches(&dev, 0xa5);
    out(PPI_CONTROL, 0x99);
    out(PPI_B, 0x48);
    clocks = 0;
}

START_TEST(port_b_reads_back)
{
    for (int v = 0; v < 256; v++) {
        out(PPI_B, (u8)v);
        ck_assert_uint_eq(in(PPI_B), v);
        ck_assert_int_eq(dev.gate2.level, v & 1);
    }
}
END_TEST

/* Port B, and what port C then shows of SW1. */
static const struct { u8 b, c; } halves[] = {
    { 0x48, 0x0a }, { 0x40, 0x05 }, { 0x08, 0x0a }, { 0x00, 0x05 },
};

START_TEST(switches_by_halves)
{
    out(PPI_B, halves[_i].b);
    ck_assert_uint_eq(in(PPI_C) & 0x1f, halves[_i].c);
}
END_TEST

START_TEST(speaker)
{
    for (int n = 0; n < 4; n++) {
        timer = n & 1;
        out(PPI_B, n & 2 ? 0x4a : 0x48);
        ck_assert_int_eq(ppi_speaker(&dev), n == 3);
        ck_assert_int_eq(dev.speaker.level, n == 3);
        ck_assert_int_eq(in(PPI_C) >> 5 & 1, timer);
    }
}
END_TEST

/* A byte stands in the shift register, and holds the keyboard's clock, until
 * bit 7 of port B has gone up; while that is up none can come. */
START_TEST(scan_code)
{
    ck_assert(clock_free);
    ppi_frame(&dev, 0, 0x1e);
    ck_assert(dev.irq1.level && !clock_free);
    ck_assert_uint_eq(in(PPI_A), 0x1e);
    ck_assert_uint_eq(in(PPI_A), 0x1e);
    ppi_frame(&dev, 0, 0x1f);           /* against the held clock */
    ck_assert_uint_eq(in(PPI_A), 0x1e);
    out(PPI_B, 0xc8);
    ck_assert(!dev.irq1.level && !clock_free);
    ck_assert_uint_eq(in(PPI_A), 0);
    out(PPI_B, 0x48);
    ck_assert(clock_free);
    ppi_frame(&dev, 0, 0x9e);
    ck_assert(dev.irq1.level);
    ck_assert_uint_eq(in(PPI_A), 0x9e);
    ck_assert_int_eq(clocks, 3);
}
END_TEST

START_TEST(clock_held_by_bit_6)
{
    out(PPI_B, 0x08);
    ck_assert(!clock_free);
    out(PPI_B, 0x48);
    ck_assert(clock_free);
}
END_TEST

/* It is latched while bit 5 is 0, and reaches the CPU by port A0 bit 7. */
START_TEST(channel_check)
{
    ppi_set_iochk(&dev, 0, true);
    ppi_set_iochk(&dev, 0, false);
    ck_assert(!dev.nmi.level);
    ck_assert_uint_eq(in(PPI_C) & 0xc0, 0x40);
    out(PPI_NMI_MASK, 0x80);
    ck_assert(dev.nmi.level);
    out(PPI_B, 0x68);
    ck_assert(!dev.nmi.level);
    ck_assert_uint_eq(in(PPI_C) & 0xc0, 0);
    ppi_set_iochk(&dev, 0, true);
    ck_assert(!dev.nmi.level);
    out(PPI_B, 0x48);
    ck_assert(dev.nmi.level);
    out(PPI_NMI_MASK, 0);
    ck_assert(!dev.nmi.level);
}
END_TEST

START_TEST(coprocessor)
{
    ppi_set_npx(&dev, 0, true);
    ck_assert(!dev.nmi.level);
    out(PPI_NMI_MASK, 0x80);
    ck_assert(dev.nmi.level);
    ppi_set_npx(&dev, 0, false);
    ck_assert(!dev.nmi.level);
}
END_TEST

/* A mode word clears the latches and turns ports round; ports that are outputs
 * read what was written. */
START_TEST(control_words)
{
    out(PPI_CONTROL, 0x80);
    ck_assert_uint_eq(in(PPI_B), 0);
    out(PPI_A, 0x12);
    out(PPI_B, 0x34);
    out(PPI_C, 0x56);
    ck_assert_uint_eq(in(PPI_A), 0x12);
    ck_assert_uint_eq(in(PPI_B), 0x34);
    ck_assert_uint_eq(in(PPI_C), 0x56);
    out(PPI_CONTROL, 0x07);             /* bit 3 of port C on */
    ck_assert_uint_eq(in(PPI_C), 0x5e);
    out(PPI_CONTROL, 0x0c);             /* bit 6 off */
    ck_assert_uint_eq(in(PPI_C), 0x1e);
    out(PPI_CONTROL, 0x88);             /* the upper half of C is input */
    out(PPI_C, 0xff);
    ck_assert_uint_eq(in(PPI_C), 0x0f);
    out(PPI_CONTROL, 0x9b);
    ck_assert_uint_eq(in(PPI_B), 0xff);
    ck_assert_uint_eq(in(PPI_CONTROL), 0xff);
}
END_TEST

START_TEST(reset_keeps_switches)
{
    ppi_frame(&dev, 0, 0x1e);
    ppi_ops.reset(&dev);
    ck_assert(!dev.irq1.level);
    out(PPI_CONTROL, 0x99);
    ck_assert_uint_eq(in(PPI_C) & 0x0f, 0x05);
}
END_TEST

START_TEST(state)
{
    struct ppi other = { 0 };
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&ppi_ops);
    ppi_frame(&dev, 0, 0x1e);
    ppi_set_iochk(&dev, 0, true);
    out(PPI_NMI_MASK, 0x80);
    ppi_init(&other, &env);
    chip_round_trip(&t, &ppi_ops, &dev, &other);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 31;

    for (int i = 0; i < 1000; i++) {
        chip_random_state(ppi_ops.state, &dev, &seed);
        chip_loaded(&t, &ppi_ops, &dev);
        for (u16 port = 0; port < 5; port++)
            in(port);
    }
    chip_random_ports(&t, &ppi_ops, &dev, 5, 1, 7);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("8255");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, port_b_reads_back);
    tcase_add_loop_test(c, switches_by_halves, 0, COUNT_OF(halves));
    tcase_add_test(c, speaker);
    tcase_add_test(c, scan_code);
    tcase_add_test(c, clock_held_by_bit_6);
    tcase_add_test(c, channel_check);
    tcase_add_test(c, coprocessor);
    tcase_add_test(c, control_words);
    tcase_add_test(c, reset_keeps_switches);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("ppi", c);
}
