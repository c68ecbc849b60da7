/* test_rtc.c - the MC146818 alone: a clock, a probe on its interrupt wire. */
#include "devices/chipset/rtc.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct rtc rtc;
static int rises;

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    rises += level;
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    rtc = (struct rtc){ .irq = { .set = probe } };
    rtc_init(&rtc, &env);
    rises = 0;
}

static u8 rd(u8 i)
{
    rtc_ops.port_out(&rtc, 0, 1, i);
    return (u8)rtc_ops.port_in(&rtc, 1, 1);
}

static void wr(u8 i, u8 v)
{
    rtc_ops.port_out(&rtc, 0, 1, i);
    rtc_ops.port_out(&rtc, 1, 1, v);
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static void seconds(int n) { pass((ns_t)n * NS_PER_S); }

/* Second, minute, hour, weekday, day, month, year, century. */
static const u8 regs[8] = { 0, 2, 4, 6, 7, 8, 9, 0x32 };

static void ck_time(const u8 want[8], int row)
{
    for (int i = 0; i < 8; i++)
        ck_assert_msg(rd(regs[i]) == want[i], "row %d: register %02x is %02x",
                      row, regs[i], rd(regs[i]));
}

/* Register B, seconds since 1970, the time, and the time a second later. */
static const struct { u8 b; s64 t; u8 now[8], next[8]; } times[] = {
    { 0x02, 0, { 0, 0, 0, 5, 1, 1, 0x70, 0x19 },
               { 1, 0, 0, 5, 1, 1, 0x70, 0x19 } },
    { 0x02, 946684799, { 0x59, 0x59, 0x23, 6, 0x31, 0x12, 0x99, 0x19 },
                       { 0, 0, 0, 7, 1, 1, 0, 0x20 } },
    { 0x06, 946684799, { 59, 59, 23, 6, 31, 12, 99, 19 },
                       { 0, 0, 0, 7, 1, 1, 0, 20 } },
    { 0x00, 946684799, { 0x59, 0x59, 0x91, 6, 0x31, 0x12, 0x99, 0x19 },
                       { 0, 0, 0x12, 7, 1, 1, 0, 0x20 } },
    { 0x04, 43199, { 59, 59, 11, 5, 1, 1, 70, 19 },
                   { 0, 0, 0x8c, 5, 1, 1, 70, 19 } },
    { 0x04, 46799, { 59, 59, 0x8c, 5, 1, 1, 70, 19 },
                   { 0, 0, 0x81, 5, 1, 1, 70, 19 } },
    { 0x02, 951782399, { 0x59, 0x59, 0x23, 2, 0x28, 2, 0, 0x20 },
                       { 0, 0, 0, 3, 0x29, 2, 0, 0x20 } },
    { 0x02, 1046476799, { 0x59, 0x59, 0x23, 6, 0x28, 2, 3, 0x20 },
                        { 0, 0, 0, 7, 1, 3, 3, 0x20 } },
    { 0x02, 1083369599, { 0x59, 0x59, 0x23, 6, 0x30, 4, 4, 0x20 },
                        { 0, 0, 0, 7, 1, 5, 4, 0x20 } },
    { 0x02, -5, { 0, 0, 0, 5, 1, 1, 0x70, 0x19 },
                { 1, 0, 0, 5, 1, 1, 0x70, 0x19 } },
    { 0x02, INT64_MAX, { 0x59, 0x59, 0x23, 6, 0x31, 0x12, 0x99, 0x99 },
                       { 0, 0, 0, 7, 1, 1, 0, 0 } },
};

START_TEST(date_and_time)
{
    wr(0x0b, times[_i].b);
    rtc_set_time(&rtc, times[_i].t);
    ck_time(times[_i].now, _i);
    seconds(1);
    ck_time(times[_i].next, _i);
}
END_TEST

/* From the last second of one day of 2000 to the first of the next. */
START_TEST(days_of_a_year)
{
    rtc_set_time(&rtc, 946684800);
    for (int day = 0; day < 366; day++) {
        wr(4, 0x23), wr(2, 0x59), wr(0, 0x59);
        seconds(1);
    }
    ck_assert_uint_eq(rd(7), 1);
    ck_assert_uint_eq(rd(8), 1);
    ck_assert_uint_eq(rd(9), 1);
    ck_assert_uint_eq(rd(6), 2);        /* a Monday */
}
END_TEST

START_TEST(registers)
{
    ck_assert_uint_eq(rd(0x0a), 0x26);
    ck_assert_uint_eq(rd(0x0b), 0x02);
    ck_assert_uint_eq(rd(0x0d), 0x80);
    wr(0x0d, 0), wr(0x0c, 0xff), wr(0x0a, 0xa6), wr(0, 0xff);
    ck_assert_uint_eq(rd(0x0d), 0x80);
    ck_assert_uint_eq(rd(0x0c), 0);
    ck_assert_uint_eq(rd(0x0a), 0x26);
    ck_assert_uint_eq(rd(0), 0x7f);
    for (int i = 0x0e; i < 128; i++)
        wr((u8)i, (u8)(i * 5));
    for (int i = 0x0e; i < 128; i++)
        ck_assert_uint_eq(rd((u8)(i | 0x80)), (u8)(i * 5));
    ck_assert_uint_eq(rtc_ops.port_in(&rtc, 0, 1), 0xff);
}
END_TEST

START_TEST(update_in_progress)
{
    pass(NS_PER_S - 2229000);
    ck_assert_uint_eq(rd(0x0a) & 0x80, 0);
    pass(2000);
    ck_assert_uint_eq(rd(0x0a) & 0x80, 0x80);
    ck_assert_uint_eq(rd(0), 0);
    pass(2226999);
    ck_assert_uint_eq(rd(0x0a) & 0x80, 0x80);
    pass(1);
    ck_assert_uint_eq(rd(0x0a) & 0x80, 0);
    ck_assert_uint_eq(rd(0), 1);
    ck_assert_uint_eq(rd(0x0c), 0x50);  /* UF and PF, though not enabled */
}
END_TEST

START_TEST(set_holds_updates)
{
    wr(0x0b, 0x92);
    ck_assert_uint_eq(rd(0x0b), 0x82);  /* and clears UIE */
    pass(NS_PER_S - 1000);
    ck_assert_uint_eq(rd(0x0a) & 0x80, 0);
    seconds(5);
    ck_assert_uint_eq(rd(0), 0);
    ck_assert_uint_eq(rd(0x0c) & 0x10, 0);
    pass(500000);
    wr(0x0b, 0x12);                     /* must not restart the tick */
    seconds(1);
    ck_assert_uint_eq(rd(0), 1);
    ck_assert_int_eq(rises, 1);
    pass(NS_PER_S - 499001);
    ck_assert_uint_eq(rd(0), 1);
    pass(1);
    ck_assert_uint_eq(rd(0), 2);
}
END_TEST

START_TEST(divider_reset)
{
    pass(300000000);
    wr(0x0a, 0x76);
    seconds(10);
    ck_assert_uint_eq(rd(0), 0);
    ck_assert_uint_eq(rd(0x0c), 0x40);  /* from before */
    ck_assert_uint_eq(rd(0x0c), 0);
    wr(0x0a, 0x26);
    pass(NS_PER_S / 2 - 1);
    ck_assert_uint_eq(rd(0), 0);
    pass(1);
    ck_assert_uint_eq(rd(0), 1);
    seconds(1);
    ck_assert_uint_eq(rd(0), 2);
    pass(123456789);
    wr(0x0a, 0x7f), wr(0x0a, 0x2f);     /* periods begin anew, too */
    rd(0x0c);
    pass(499000000);
    ck_assert_uint_eq(rd(0x0c) & 0x40, 0);
    pass(2000000);
    ck_assert_uint_eq(rd(0x0c) & 0x40, 0x40);
}
END_TEST

static const int hz[16] = { 0, 256, 128, 8192, 4096, 2048, 1024, 512, 256,
                            128, 64, 32, 16, 8, 4, 2 };

START_TEST(periodic)
{
    wr(0x0a, (u8)(0x20 | _i));
    wr(0x0b, 0x42);
    rd(0x0c);
    rises = 0;
    for (ns_t end = t.clk.now + NS_PER_S; t.clk.now < end;) {
        clk_run(&t.clk, t.clk.now + 10000);
        if (rtc.irq.level)
            ck_assert_uint_eq(rd(0x0c) & 0xc0, 0xc0);
    }
    ck_assert_int_ge(rises, hz[_i] - 1);
    ck_assert_int_le(rises, hz[_i] + 1);
}
END_TEST

START_TEST(unread_flag_stops_interrupts)
{
    wr(0x0b, 0x42);
    seconds(3);
    ck_assert_int_eq(rises, 1);
    ck_assert(rtc.irq.level);
    ck_assert_uint_eq(rd(0x0c), 0xd0);
    ck_assert(!rtc.irq.level);
    pass(1000000);
    ck_assert_int_eq(rises, 2);
}
END_TEST

START_TEST(flag_set_before_enable)
{
    pass(10000000);
    wr(0x0b, 0x42);
    ck_assert(rtc.irq.level);
    wr(0x0b, 0x02);
    ck_assert(!rtc.irq.level);
    ck_assert_uint_eq(rd(0x0c), 0x40);
}
END_TEST

START_TEST(update_ended)
{
    wr(0x0b, 0x12);
    for (int i = 1; i <= 5; i++) {
        seconds(1);
        ck_assert_int_eq(rises, i);
        ck_assert_uint_eq(rd(0x0c) & 0xb0, 0x90);
    }
}
END_TEST

/* Alarm second, minute, hour, and how often it goes off in two hours. */
static const struct { u8 s, m, h; int rises; } alarms[] = {
    { 0x10, 0x00, 0x01, 1 }, { 0x10, 0x30, 0xff, 2 }, { 0x10, 0xc0, 0x01, 60 },
    { 0xc0, 0x00, 0x00, 59 }, { 0x61, 0xff, 0xff, 0 },
    { 0xff, 0xff, 0xc5, 7200 },
    { 0x10, 0x00, 0x05, 0 },
};

START_TEST(alarm_interrupt)
{
    wr(1, alarms[_i].s), wr(3, alarms[_i].m), wr(5, alarms[_i].h);
    wr(0x0b, 0x22);
    for (int i = 0; i < 7200; i++) {
        seconds(1);
        if (rtc.irq.level)
            ck_assert_uint_eq(rd(0x0c) & 0xa0, 0xa0);
    }
    ck_assert_int_eq(rises, alarms[_i].rises);
}
END_TEST

START_TEST(nmi_mask)
{
    ck_assert(rtc.nmi_mask.level);
    rd(0x0d);
    ck_assert(!rtc.nmi_mask.level);
    rd(0x8d);
    ck_assert(rtc.nmi_mask.level);
}
END_TEST

START_TEST(reset_keeps_time_and_ram)
{
    rtc_set_cmos(&rtc, 0x40, 0x77);
    seconds(7);
    wr(0x0b, 0x76);
    pass(10000000);
    ck_assert(rtc.irq.level);
    rtc_ops.reset(&rtc);
    ck_assert(!rtc.irq.level);
    ck_assert_uint_eq(rd(0x0b), 0x06);
    ck_assert_uint_eq(rd(0), 7);
    ck_assert_uint_eq(rd(0x40), 0x77);
    seconds(1);
    ck_assert_uint_eq(rd(0), 8);
}
END_TEST

START_TEST(board_interface)
{
    u8 file[RTC_BYTES], back[RTC_BYTES];

    for (int i = 0; i < RTC_BYTES; i++) {
        rtc_set_cmos(&rtc, i, 0x11);
        file[i] = 0x99;
    }
    rtc_set_cmos(&rtc, 128, 1);
    rtc_set_cmos(&rtc, -1, 1);
    ck_assert_uint_eq(rtc_cmos(&rtc, 0x0a), 0x26);
    ck_assert_uint_eq(rtc_cmos(&rtc, 0x0e), 0x11);
    rtc_checksum(&rtc);
    ck_assert_uint_eq(rd(0x2e), 0x01);
    ck_assert_uint_eq(rd(0x2f), 0xfe);
    rtc_load_nvram(&rtc, file);
    rtc_save_nvram(&rtc, back);
    ck_assert_uint_eq(back[0], 0);
    ck_assert_uint_eq(back[1], 0x99);
    ck_assert_uint_eq(back[0x0b], 0x02);
    ck_assert_uint_eq(back[0x32], 0x11);
    ck_assert_uint_eq(back[0x7f], 0x99);
}
END_TEST

START_TEST(state)
{
    struct rtc other = { 0 };
    struct dev_env env = chip_env(&t);
    ns_t due;

    chip_fields_cover(&rtc_ops);
    wr(0x0a, 0x2f), wr(0x0b, 0x72);
    pass(2345678901);
    rd(0x0c);
    pass(100000);
    due = *rtc.period.due;
    rtc_init(&other, &env);
    chip_round_trip(&t, &rtc_ops, &rtc, &other);
    ck_assert(*other.period.due == due);
    ck_assert(*other.second.due == *rtc.second.due);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 21;

    for (int i = 0; i < 3000; i++) {
        chip_random_state(rtc_ops.state, &rtc, &seed);
        chip_loaded(&t, &rtc_ops, &rtc);
        for (int k = 0; k < 8; k++)
            chip_random_port(&rtc_ops, &rtc, 2, 1, &seed);
        clk_run(&t.clk, t.clk.now + 3000000000);
    }
    chip_random_ports(&t, &rtc_ops, &rtc, 2, 1, 6);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("MC146818");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_loop_test(c, date_and_time, 0, COUNT_OF(times));
    tcase_add_test(c, days_of_a_year);
    tcase_add_test(c, registers);
    tcase_add_test(c, update_in_progress);
    tcase_add_test(c, set_holds_updates);
    tcase_add_test(c, divider_reset);
    tcase_add_loop_test(c, periodic, 1, 16);
    tcase_add_test(c, unread_flag_stops_interrupts);
    tcase_add_test(c, flag_set_before_enable);
    tcase_add_test(c, update_ended);
    tcase_add_loop_test(c, alarm_interrupt, 0, COUNT_OF(alarms));
    tcase_add_test(c, nmi_mask);
    tcase_add_test(c, reset_keeps_time_and_ram);
    tcase_add_test(c, board_interface);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("rtc", c);
}
