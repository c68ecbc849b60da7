/* test_sysctl.c - ports 61h and 92h alone, with a probe on each wire. */
#include "devices/chipset/sysctl.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct sysctl dev;
static int resets;
static bool timer;

static bool timer_out2(void *ctx)
{
    (void)ctx;
    return timer;
}

static void on_reset(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    resets += level;
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    dev = (struct sysctl){ .reset = { .set = on_reset } };
    sysctl_init(&dev, &env);
    resets = 0;
    timer = false;
}

static void out61(u8 v) { sysctl_ops.port_out(&dev, 0, 1, v); }
static u8 in61(void) { return (u8)sysctl_ops.port_in(&dev, 0, 1); }
static void out92(u8 v) { sysctl_ops.port_out(&dev, 1, 1, v); }
static u8 in92(void) { return (u8)sysctl_ops.port_in(&dev, 1, 1); }

START_TEST(low_bits_read_back)
{
    for (int v = 0; v < 256; v++) {
        out61((u8)v);
        ck_assert_uint_eq(in61() & 0xef, v & 15);
        ck_assert_int_eq(dev.gate2.level, v & 1);
    }
}
END_TEST

/* Written bits, timer output: speaker and bit 5. */
static const struct { u8 v; bool out2, speaker; } speakers[] = {
    { 0, false, false }, { 0, true, false }, { 2, false, false },
    { 2, true, true }, { 3, true, true }, { 1, true, false },
};

START_TEST(speaker_by_wire)
{
    out61(speakers[_i].v);
    sysctl_set_out2(&dev, 0, speakers[_i].out2);
    ck_assert_int_eq(dev.speaker.level, speakers[_i].speaker);
    ck_assert_int_eq(sysctl_speaker(&dev), speakers[_i].speaker);
    ck_assert_int_eq(in61() >> 5 & 1, speakers[_i].out2);
    out61(0);
    ck_assert(!dev.speaker.level);
}
END_TEST

START_TEST(speaker_by_function)
{
    dev.out2 = timer_out2;
    timer = speakers[_i].out2;
    out61(speakers[_i].v);
    ck_assert_int_eq(dev.speaker.level, speakers[_i].speaker);
    ck_assert_int_eq(sysctl_speaker(&dev), speakers[_i].speaker);
    ck_assert_int_eq(in61() >> 5 & 1, speakers[_i].out2);
}
END_TEST

START_TEST(refresh_toggles)
{
    u8 last = in61() & 16;
    int turns = 0;

    for (int us = 0; us < 1000000; us++, t.clk.now += 1000) {
        u8 v = in61() & 16;

        turns += v != last;
        last = v;
    }
    ck_assert_int_ge(turns, 66286);
    ck_assert_int_le(turns, 66288);
}
END_TEST

START_TEST(a20_is_either)
{
    ck_assert(!dev.a20.level);
    out92(2);
    ck_assert(dev.a20.level);
    ck_assert_uint_eq(in92(), 2);
    sysctl_set_kbc_a20(&dev, 0, true);
    out92(0);
    ck_assert(dev.a20.level);
    sysctl_set_kbc_a20(&dev, 0, false);
    ck_assert(!dev.a20.level);
    out92(0xff & ~1);
    ck_assert_uint_eq(in92(), 0xca);
    ck_assert_int_eq(resets, 0);
}
END_TEST

START_TEST(fast_reset_pulses)
{
    out92(3);
    ck_assert_int_eq(resets, 1);
    ck_assert(!dev.reset.level);
    ck_assert_uint_eq(in92(), 2);
    out92(in92() | 1);
    ck_assert_int_eq(resets, 2);
    out92(in92());
    ck_assert_int_eq(resets, 2);
}
END_TEST

START_TEST(checks_raise_nmi)
{
    void (*set)(void *, int, bool) = _i ? sysctl_set_parity
                                        : sysctl_set_iochk;
    u8 off = _i ? 4 : 8, bit = _i ? 0x80 : 0x40;

    out61(off);
    set(&dev, 0, true);
    ck_assert(!dev.nmi.level);
    ck_assert_uint_eq(in61() & bit, 0);
    out61(0);
    ck_assert(dev.nmi.level);
    set(&dev, 0, false);
    ck_assert(dev.nmi.level);           /* it is latched */
    ck_assert_uint_eq(in61() & 0xc0, bit);
    sysctl_set_nmi_mask(&dev, 0, true);
    ck_assert(!dev.nmi.level);
    sysctl_set_nmi_mask(&dev, 0, false);
    ck_assert(dev.nmi.level);
    out61(off);
    ck_assert(!dev.nmi.level);
    out61(0);
    ck_assert(!dev.nmi.level);
}
END_TEST

START_TEST(reset_keeps_inputs)
{
    sysctl_set_kbc_a20(&dev, 0, true);
    out61(3);
    out92(0x42);
    sysctl_ops.reset(&dev);
    ck_assert_uint_eq(in61() & 15, 0);
    ck_assert_uint_eq(in92(), 0);
    ck_assert(dev.a20.level);
    ck_assert(!dev.gate2.level);
}
END_TEST

START_TEST(state)
{
    struct sysctl other = { 0 };
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&sysctl_ops);
    out61(7);
    out92(0x82);
    sysctl_set_iochk(&dev, 0, true);
    sysctl_init(&other, &env);
    chip_round_trip(&t, &sysctl_ops, &dev, &other);
    ck_assert(other.gate2.level && other.a20.level && other.nmi.level);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 31;

    for (int i = 0; i < 1000; i++) {
        chip_random_state(sysctl_ops.state, &dev, &seed);
        chip_loaded(&t, &sysctl_ops, &dev);
        in61();
        in92();
    }
    chip_random_ports(&t, &sysctl_ops, &dev, 2, 1, 7);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("ports 61 and 92");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, low_bits_read_back);
    tcase_add_loop_test(c, speaker_by_wire, 0, COUNT_OF(speakers));
    tcase_add_loop_test(c, speaker_by_function, 0, COUNT_OF(speakers));
    tcase_add_test(c, refresh_toggles);
    tcase_add_test(c, a20_is_either);
    tcase_add_test(c, fast_reset_pulses);
    tcase_add_loop_test(c, checks_raise_nmi, 0, 2);
    tcase_add_test(c, reset_keeps_inputs);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    return chip_run_case("sysctl", c);
}
