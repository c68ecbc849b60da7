/* test_sounders.c - small sound chips alone: SN76489, SAA1099, converters at
 * a printer port. Frequencies by the data sheets' formulas. */
#include <stdlib.h>

#include "devices/sound/lptdac.h"
#include "devices/sound/saa1099.h"
#include "devices/sound/sn76489.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct sn76489 psg, psg2;
static struct saa1099 saa, saa2;
static struct lptdac dac, dac2;
enum { N = 100000 };
static s16 out[2 * N];

static u64 made;

/* As the mixer does it. */
static void settle(void *ctx, int n)
{
    struct lptdac *d = ctx;
    u64 total = voice_count(&d->voice, t.clk.now);

    (void)n;
    if (d->voice.make)
        d->voice.make(d, NULL, (u32)(total - made));
    made = total;
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    made = 0;
    sn76489_init(&psg, &env);
    sn76489_init(&psg2, &env);
    saa1099_init(&saa, &env);
    saa1099_init(&saa2, &env);
    dac = (struct lptdac){ .disney = true };
    dac2 = (struct lptdac){ .disney = true };
    lptdac_init(&dac, &env);
    lptdac_init(&dac2, &env);
    dac.voice.settle = settle;
    dac.voice.ctx = &dac;
}

/* Frequency of the left side's rising edges through its mean. */
static double pitch(const struct voice *v)
{
    double first = -1, last = -1;
    s32 most = 0;
    int n = 0;

    v->make(v->dev, out, N);
    for (int i = 0; i < N; i++)
        most = out[2 * i] > most ? out[2 * i] : most;
    for (int i = 1; i < N; i++) {
        if (out[2 * i - 2] > most / 2 || out[2 * i] <= most / 2)
            continue;
        last = i;
        if (first < 0)
            first = i;
        else
            n++;
    }
    return n ? n / (last - first) * v->num / v->den : 0;
}

static void psg_out(u8 v) { sn76489_ops.port_out(&psg, 0, 1, v); }

static const u16 periods[] = { 1, 2, 100, 254, 1023, 0 };

START_TEST(psg_frequency)
{
    u16 n = periods[_i];
    double got, want = 3579545.0 / 32 / (n ? n : 1024);

    ck_assert(psg.voice.silent(&psg));
    psg_out(0xa0 | (n & 15));
    psg_out((u8)(n >> 4));
    psg_out(0xb0);
    ck_assert(!psg.voice.silent(&psg));
    got = pitch(&psg.voice);
    if (want < 20000)
        ck_assert_msg(abs((int)(10000 * (got / want - 1))) < 10,
                      "%.2f, not %.2f", got, want);
}
END_TEST

/* 2 dB each, the last one silent. */
START_TEST(psg_volume)
{
    s32 last = 0;

    psg_out(0x80 | 8);
    psg_out(0x10);
    for (u8 v = 0; v < 16; v++) {
        s32 most = 0;

        psg_out(0x90 | v);
        psg.voice.make(&psg, out, 2000);
        for (int i = 0; i < 2000; i++)
            most = out[2 * i] > most ? out[2 * i] : most;
        if (v && v < 15)
            ck_assert_int_lt(abs((int)(last * 794 / 1000 - most)), 6);
        last = most;
    }
    ck_assert_int_eq(last, 0);
}
END_TEST

/* Periodic noise has one pulse in 15 shifts, white noise about every other. */
START_TEST(psg_noise)
{
    int high = 0;

    psg_out(0xe0);
    psg_out(0xf0);
    psg.voice.make(&psg, out, N);
    for (int i = 0; i < N; i++)
        high += out[2 * i] > 4000;
    ck_assert_int_lt(abs(high - N / 15), N / 100);
    psg_out(0xe4);
    psg.voice.make(&psg, out, N);
    high = 0;
    for (int i = 0; i < N; i++)
        high += out[2 * i] > 4000;
    ck_assert_int_lt(abs(high - N / 2), N / 50);
}
END_TEST

static void saa_out(u8 reg, u8 v)
{
    saa1099_ops.port_out(&saa, 1, 1, reg);
    saa1099_ops.port_out(&saa, 0, 1, v);
}

static const struct { u8 f, octave; } notes[] = {
    { 0, 0 }, { 255, 3 }, { 100, 5 }, { 33, 4 }, { 5, 1 },
};

START_TEST(saa_frequency)
{
    double want = 7159090.0 / 512 * (1 << notes[_i].octave) /
                  (511 - notes[_i].f), got;

    saa_out(0x00, 0xff);
    saa_out(0x08, notes[_i].f);
    saa_out(0x10, notes[_i].octave);
    saa_out(0x14, 1);
    ck_assert(saa.voice.silent(&saa));
    saa_out(0x1c, 1);
    ck_assert(!saa.voice.silent(&saa));
    got = pitch(&saa.voice);
    ck_assert_msg(abs((int)(10000 * (got / want - 1))) < 10, "%.2f, not %.2f",
                  got, want);
}
END_TEST

/* Left and right by the nibbles of the amplitude. */
START_TEST(saa_sides)
{
    s32 most[2] = { 0, 0 };

    saa_out(0x01, 0x3c);
    saa_out(0x10, 0x40);
    saa_out(0x14, 2);
    saa_out(0x1c, 1);
    saa.voice.make(&saa, out, 2000);
    for (int i = 0; i < 4000; i++)
        most[i & 1] = out[i] > most[i & 1] ? out[i] : most[i & 1];
    ck_assert_int_eq(most[0], 4 * most[1]);
}
END_TEST

static u8 disney_status(void) { return (u8)lptdac_ops.port_in(&dac, 1, 1); }

static void disney_put(u8 v)
{
    lptdac_ops.port_out(&dac, 0, 1, v);
    lptdac_ops.port_out(&dac, 2, 1, 0x0c);
    lptdac_ops.port_out(&dac, 2, 1, 0x04);
}

/* 16 bytes fill it; each 1/7000 s there is room for another. */
START_TEST(disney_takes_its_time)
{
    ck_assert_uint_eq(disney_status() & 0x40, 0);
    for (int n = 0; n < 16; n++)
        disney_put((u8)n);
    ck_assert_uint_eq(disney_status() & 0x40, 0x40);
    clk_run(&t.clk, t.clk.now + 150000);
    ck_assert_uint_eq(disney_status() & 0x40, 0);
    disney_put(99);
    ck_assert_uint_eq(disney_status() & 0x40, 0x40);
    clk_run(&t.clk, t.clk.now + 3000000);
    disney_status();
    ck_assert_uint_eq(dac.s.level, 99);
    ck_assert_uint_eq(dac.s.waiting, 0);
}
END_TEST

/* In its plug data bit 7 goes to the pin for a busy printer, which the port
 * shows upside down: by that programs know it. */
START_TEST(disney_is_known_by_its_plug)
{
    lptdac_ops.port_out(&dac, 0, 1, 0x80);
    ck_assert_uint_eq(disney_status() & 0x80, 0);
    lptdac_ops.port_out(&dac, 0, 1, 0x7f);
    ck_assert_uint_eq(disney_status() & 0x80, 0x80);
}
END_TEST

START_TEST(covox_follows)
{
    struct dev_env env = chip_env(&t);
    s32 level[2];

    dac = (struct lptdac){ .disney = false };
    lptdac_init(&dac, &env);
    lptdac_ops.port_out(&dac, 0, 1, 0xc0);
    dac.voice.level(&dac, level);
    ck_assert_int_eq(level[0], 64 * 256);
    ck_assert_int_eq(level[1], 64 * 256);
}
END_TEST

static const struct { const struct dev_ops *ops; void *a, *b; u16 ports;
                      struct voice *voice; } chips[] = {
    { &sn76489_ops, &psg, &psg2, 1, &psg.voice },
    { &saa1099_ops, &saa, &saa2, 2, &saa.voice },
    { &lptdac_ops, &dac, &dac2, 3, &dac.voice },
};

START_TEST(states)
{
    u32 seed = 5;

    chip_fields_cover(chips[_i].ops);
    chip_random_ports(&t, chips[_i].ops, chips[_i].a, chips[_i].ports, 1, 3);
    chips[_i].voice->make(chips[_i].a, out, 777);
    chip_round_trip(&t, chips[_i].ops, chips[_i].a, chips[_i].b);
    for (int i = 0; i < 300; i++) {
        chip_random_state(chips[_i].ops->state, chips[_i].a, &seed);
        chip_loaded(&t, chips[_i].ops, chips[_i].a);
        chips[_i].voice->make(chips[_i].a, out, 500);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("sounders");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, psg_frequency, 0, (int)COUNT_OF(periods));
    tcase_add_test(tc, psg_volume);
    tcase_add_test(tc, psg_noise);
    tcase_add_loop_test(tc, saa_frequency, 0, (int)COUNT_OF(notes));
    tcase_add_test(tc, saa_sides);
    tcase_add_test(tc, disney_takes_its_time);
    tcase_add_test(tc, disney_is_known_by_its_plug);
    tcase_add_test(tc, covox_follows);
    tcase_add_loop_test(tc, states, 0, (int)COUNT_OF(chips));
    return chip_run_case("sounders", tc);
}
