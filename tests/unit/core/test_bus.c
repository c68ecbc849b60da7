/* test_bus.c - the port space alone: who is asked, in which parts, and what
 * each access costs. */
#include <stdio.h>

#include "machine/core/bus.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct bus bus;
static struct range bytes, words, dwords;
static char asked[200];

static u32 told_in(void *dev, u16 port, int size)
{
    size_t n = strlen(asked);

    snprintf(asked + n, sizeof asked - n, "%si%x/%d", n ? " " : "", port,
             size);
    return *(u32 *)dev;
}

static void told_out(void *dev, u16 port, int size, u32 v)
{
    size_t n = strlen(asked);

    (void)dev;
    snprintf(asked + n, sizeof asked - n, "%so%x/%d=%x", n ? " " : "", port,
             size, v);
}

static const struct dev_ops ops = {
    .name = "probe", .port_in = told_in, .port_out = told_out,
};

/* Bytes at 20h and 21h, words at 1F0h, dwords at CF8h. */
static void setup(void)
{
    static u32 value = 0x44332211;

    chip_test_init(&t);
    bus_init(&bus, &t.clk, &t.log);
    bytes = (struct range){ .ops = &ops, .dev = &value, .width = 1 };
    words = (struct range){ .ops = &ops, .dev = &value, .width = 2,
                            .base = 0x10 };
    dwords = (struct range){ .ops = &ops, .dev = &value, .width = 4 };
    ck_assert_int_eq(bus_attach(&bus, &bytes, 0x20, 2), ERR_OK);
    ck_assert_int_eq(bus_attach(&bus, &words, 0x1f0, 8), ERR_OK);
    ck_assert_int_eq(bus_attach(&bus, &dwords, 0xcf8, 4), ERR_OK);
    asked[0] = 0;
}

static const struct {
    u16 port; int size; u32 value; const char *in, *out; int parts;
} rows[] = {
    { 0x20, 1, 0x11, "i0/1", "o0/1=11", 1 },
    { 0x21, 1, 0x11, "i1/1", "o1/1=11", 1 },
    { 0x20, 2, 0x1111, "i0/1 i1/1", "o0/1=11 o1/1=11", 2 },
    { 0x20, 4, 0xffff1111, "i0/1 i1/1", "o0/1=11 o1/1=11", 4 },
    { 0x1f0, 2, 0x2211, "i10/2", "o10/2=2211", 1 },
    { 0x1f0, 4, 0x22112211, "i10/2 i12/2", "o10/2=2211 o12/2=2211", 2 },
    { 0x1f7, 2, 0xff11, "i17/1", "o17/1=11", 2 },
    { 0xcf8, 4, 0x44332211, "i0/4", "o0/4=44332211", 1 },
    { 0xcfa, 4, 0xffff2211, "i2/2", "o2/2=2211", 2 },
    { 0x300, 1, 0xff, "", "", 1 },
    { 0x300, 2, 0xffff, "", "", 1 },
    { 0x300, 4, 0xffffffff, "", "", 1 },
    { 0xffff, 2, 0xffff, "", "", 1 },
};

/* About a microsecond an access on the ISA bus, whatever the processor: delay
 * loops made of port reads depend on it. A wide access to a narrow chip is as
 * many. */
START_TEST(access)
{
    ns_t before = t.clk.now;

    ck_assert_uint_eq(bus_in(&bus, rows[_i].port, rows[_i].size),
                      rows[_i].value);
    ck_assert_str_eq(asked, rows[_i].in);
    ck_assert_int_eq(t.clk.now - before, rows[_i].parts * 1000);
    asked[0] = 0;
    before = t.clk.now;
    bus_out(&bus, rows[_i].port, rows[_i].size, rows[_i].value);
    ck_assert_str_eq(asked, rows[_i].out);
    ck_assert_int_eq(t.clk.now - before, rows[_i].parts * 1000);
}
END_TEST

/* The bits that say so stand for a range's first ports, not again for those
 * far behind. */
START_TEST(only_the_ports_that_are_said_to_be_are_steady)
{
    static struct range wide;
    static u32 value;
    ns_t was = t.clk.steady;

    wide = (struct range){ .ops = &ops, .dev = &value, .width = 1,
                           .steady = 1 };
    ck_assert_int_eq(bus_attach(&bus, &wide, 0x400, 0x100), ERR_OK);
    for (u16 port = 0x401; port < 0x500; port++) {
        asked[0] = 0;
        bus_in(&bus, port, 1);
    }
    ck_assert_int_eq(t.clk.steady, was);
    bus_in(&bus, 0x400, 1);
    ck_assert_int_ne(t.clk.steady, was);
}
END_TEST

START_TEST(no_more_ranges_than_there_is_room)
{
    static struct range more[BUS_RANGES];
    int n = 0;

    memset(more, 0, sizeof more);
    while (bus_attach(&bus, &more[n], 0x400, 1) == ERR_OK)
        n++;
    ck_assert_int_eq(n, BUS_RANGES - 4);
    bus_detach(&bus, &words);
    ck_assert_int_eq(bus_attach(&bus, &more[n], 0x400, 1), ERR_OK);
}
END_TEST

static u32 at(u16 port)
{
    asked[0] = 0;
    return bus_in(&bus, port, 1);
}

/* A range that goes away uncovers what lies below it, one that moves is at
 * its new place alone. */
START_TEST(ranges_lie_on_each_other)
{
    struct range upper = { .ops = &ops, .dev = (u32[]){ 0x99 }, .width = 1 };

    ck_assert_int_eq(bus_attach(&bus, &upper, 0x1f4, 8), ERR_OK);
    ck_assert_uint_eq(at(0x1f3), 0x11);
    ck_assert_uint_eq(at(0x1f4), 0x99);
    ck_assert_uint_eq(at(0x1fb), 0x99);
    ck_assert_int_eq(bus_attach(&bus, &upper, 0x20, 1), ERR_OK);
    ck_assert_uint_eq(at(0x1f4), 0x11);
    ck_assert_uint_eq(at(0x1fb), 0xff);
    ck_assert_uint_eq(at(0x20), 0x99);
    bus_detach(&bus, &upper);
    bus_detach(&bus, &upper);
    ck_assert_uint_eq(at(0x20), 0x11);
    ck_assert_str_eq(asked, "i0/1");
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("bus");

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_loop_test(c, access, 0, COUNT_OF(rows));
    tcase_add_test(c, only_the_ports_that_are_said_to_be_are_steady);
    tcase_add_test(c, no_more_ranges_than_there_is_room);
    tcase_add_test(c, ranges_lie_on_each_other);
    return chip_run_case("bus", c);
}
