/* test_lpt.c - the parallel port alone, with a printer that counts. */
#include "tests/lib/chip.h"

#include "devices/serial/lpt.h"

enum { DATA, STATUS, CONTROL };

static struct chip_test t;
static struct lpt lpt, other;
static int rises, count;
static u8 got[256];

static void pin(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    rises += level;
}

static void put(void *ctx, u8 byte)
{
    (void)ctx;
    got[count++ % 256] = byte;
}

static void make(struct lpt *p, bool printer)
{
    struct dev_env env = chip_env(&t);

    *p = (struct lpt){ .irq = { pin, NULL, 0, false } };
    if (printer)
        p->paper.put = put;
    lpt_init(p, &env);
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static u8 in(u16 port) { return (u8)lpt_ops.port_in(&lpt, port, 1); }
static void out(u16 port, u8 v) { lpt_ops.port_out(&lpt, port, 1, v); }

static void setup(void)
{
    chip_test_init(&t);
    make(&lpt, true);
    out(CONTROL, 0x0c);
    rises = count = 0;
}

START_TEST(latches_read_back)
{
    for (int v = 0; v < 256; v++) {
        out(DATA, (u8)v);
        ck_assert_uint_eq(in(DATA), v);
        out(CONTROL, (u8)(v & ~1));
        ck_assert_uint_eq(in(CONTROL), 0xe0 | (v & 0x1e));
    }
    ck_assert_int_eq(count, 0);
    out(STATUS, 0);
}
END_TEST

START_TEST(held_printer_stays_busy)
{
    lpt_hold(&lpt, true);
    out(DATA, 'a');
    out(CONTROL, 0x0d);
    out(CONTROL, 0x0c);
    ck_assert_int_eq(count, 1);
    pass(1000000);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0);
    lpt_hold(&lpt, false);
    pass(100000);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0x80);
    lpt_hold(&lpt, true);               /* ready until it prints */
    lpt_hold(&lpt, false);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0x80);
}
END_TEST

START_TEST(prints_on_strobe)
{
    ck_assert_uint_eq(in(STATUS), 0xdf);
    for (const char *s = "Hi"; *s; s++) {
        out(DATA, (u8)*s);
        out(CONTROL, 0x0d);
        ck_assert_uint_eq(in(STATUS), 0x5f);
        pass(21000);
        ck_assert_uint_eq(in(STATUS), 0x1f);    /* acknowledges */
        pass(10000);
        ck_assert_uint_eq(in(STATUS), 0xdf);
        out(CONTROL, 0x0d);                     /* no edge, no byte */
        out(CONTROL, 0x0c);
    }
    ck_assert_int_eq(count, 2);
    ck_assert_int_eq(memcmp(got, "Hi", 2), 0);
    ck_assert_int_eq(rises, 0);
}
END_TEST

START_TEST(strobe_while_busy)
{
    out(CONTROL, 0x0d);
    out(CONTROL, 0x0c);
    out(CONTROL, 0x0d);
    pass(100000);
    ck_assert_int_eq(count, 1);
}
END_TEST

START_TEST(interrupt_at_acknowledge)
{
    out(CONTROL, 0x1d);
    out(CONTROL, 0x1c);
    ck_assert(!lpt.irq.level);
    pass(21000);
    ck_assert(lpt.irq.level);
    pass(10000);
    ck_assert(!lpt.irq.level);
    ck_assert_int_eq(rises, 1);
}
END_TEST

START_TEST(printer_reset)
{
    out(CONTROL, 0x08);
    ck_assert_uint_eq(in(STATUS), 0x5f);
    out(CONTROL, 0x09);
    ck_assert_int_eq(count, 0);
    out(CONTROL, 0x0c);
    ck_assert_uint_eq(in(STATUS), 0xdf);
}
END_TEST

START_TEST(no_printer)
{
    make(&lpt, false);
    out(CONTROL, 0x0c);
    ck_assert_uint_eq(in(STATUS), 0x7f);
    out(CONTROL, 0x1d);
    pass(100000);
    ck_assert_uint_eq(in(STATUS), 0x7f);
    ck_assert_int_eq(rises, 0);
}
END_TEST

START_TEST(state)
{
    make(&other, true);
    chip_fields_cover(&lpt_ops);
    out(DATA, 0x42);
    out(CONTROL, 0x1d);
    pass(25000);
    chip_round_trip(&t, &lpt_ops, &lpt, &other);
    ck_assert(other.irq.level);
    pass(50000);
    ck_assert(!other.irq.level);
    ck_assert(!other.s.busy);
}
END_TEST

START_TEST(random_traffic)
{
    chip_random_ports(&t, &lpt_ops, &lpt, 4, 1, (u32)_i + 1);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i + 1;

    chip_random_state(lpt_ops.state, &lpt.s, &seed);
    chip_loaded(&t, &lpt_ops, &lpt);
    chip_random_ports(&t, &lpt_ops, &lpt, 3, 1, seed);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("parallel port");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, latches_read_back);
    tcase_add_test(tc, prints_on_strobe);
    tcase_add_test(tc, strobe_while_busy);
    tcase_add_test(tc, interrupt_at_acknowledge);
    tcase_add_test(tc, printer_reset);
    tcase_add_test(tc, no_printer);
    tcase_add_test(tc, held_printer_stays_busy);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 5);
    return chip_run_case("lpt", tc);
}
