/* test_opl3.c - the YMF262 alone: timers, status, silence, blocks of samples.
 * tests/tools/opl3.sh compares its samples with recorded ones. */
#include <stdlib.h>

#include "devices/sound/opl3.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct opl3 opl, other;

/* Samples are made up to the present before a register changes. */
static u64 made;

static void settle(void *ctx, int n)
{
    struct opl3 *o = ctx;
    u64 now = voice_count(&o->voice, t.clk.now);

    (void)n;
    opl3_make(o, NULL, (u32)(now - made));
    made = now;
}

static void make(struct opl3 *o)
{
    struct dev_env env = chip_env(&t);

    *o = (struct opl3){ .opl2 = false };
    opl3_init(o, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    make(&opl);
    make(&other);
    made = 0;
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static u8 status(void) { return (u8)opl3_ops.port_in(&opl, 0, 1); }

static void put(u16 reg, u8 v)
{
    opl3_ops.port_out(&opl, reg >> 8 ? 2 : 0, 1, reg & 0xff);
    opl3_ops.port_out(&opl, 1, 1, v);
}

/* How drivers look for a card: timer 1, 80 us, and its two status bits. */
START_TEST(detection)
{
    opl.opl2 = _i;
    put(4, 0x60);
    put(4, 0x80);
    ck_assert_uint_eq(status(), _i ? 0x06 : 0);
    put(2, 0xff);
    put(4, 0x21);
    pass(100 * 1000);
    ck_assert_uint_eq(status(), _i ? 0xc6 : 0xc0);
    put(4, 0x60);
    put(4, 0x80);
    ck_assert_uint_eq(status() & 0xe0, 0);
    ck_assert_uint_eq(opl3_ops.port_in(&opl, 1, 1), 0xff);
}
END_TEST

/* Data sheet: (256 - N1) * 80 us and (256 - N2) * 320 us at 3.6 MHz; here
 * the sample's four and sixteen 288ths of the crystal. */
static const struct { int timer; u8 preset; } presets[] = {
    { 0, 0 }, { 0, 1 }, { 0, 200 }, { 0, 255 }, { 1, 0 }, { 1, 255 },
    { 1, 77 },
};

START_TEST(timer_period)
{
    int n = presets[_i].timer;
    ns_t step = (ns_t)((n ? 16 : 4) * 288 * 1000000000ll / 14318180);
    ns_t start, first, due = (256 - presets[_i].preset) * step;

    put((u16)(2 + n), presets[_i].preset);
    start = t.clk.now;
    put(4, (u8)(n ? 0x42 : 0x21));
    while (!(status() & 0x80))
        pass(500);
    first = t.clk.now - start;
    ck_assert_msg(first > due - step - 500 && first <= due + 1500,
                  "%lld, not %lld", (long long)first, (long long)due);
    ck_assert_uint_eq(status(), n ? 0xa0 : 0xc0);
    put(4, 0x80);
    start += first;
    while (!(status() & 0x80))
        pass(500);
    ck_assert_msg(llabs(t.clk.now - start - due) <= 1500, "%lld",
                  (long long)(t.clk.now - start));
}
END_TEST

START_TEST(masked_timer_says_nothing)
{
    put(2, 0xfe);
    put(3, 0xfe);
    put(4, 0x63);
    pass(2000000);
    ck_assert_uint_eq(status(), 0);
    put(4, 0x03);                       /* what was masked is not caught up */
    ck_assert_uint_eq(status(), 0);
    pass(2000000);
    ck_assert_uint_eq(status(), 0xe0);
    put(4, 0x00);                       /* stopped: the flags stay */
    ck_assert_uint_eq(status(), 0xe0);
    put(4, 0x60);                       /* masked: they do not */
    ck_assert_uint_eq(status(), 0);
    put(4, 0x80);
    pass(2000000);
    ck_assert_uint_eq(status(), 0);
}
END_TEST

/* A note on channel c that lasts. */
static void note(int c, u8 feedback)
{
    u16 op = (u16)(c / 3 * 8 + c % 3);

    for (u16 n = 0; n < 4; n += 3) {
        put((u16)(0x20 + op + n), 0xe1);
        put((u16)(0x40 + op + n), n ? 0 : 20);
        put((u16)(0x60 + op + n), 0xc4);
        put((u16)(0x80 + op + n), 0x24);
    }
    put((u16)(0xc0 + c), (u8)(0x30 | feedback << 1));
    put((u16)(0xa0 + c), (u8)(0x44 + 9 * c));
    put((u16)(0xb0 + c), 0x2d);
}

/* It makes no difference in which portions samples are made, nor whether
 * anybody takes them. */
START_TEST(portions)
{
    enum { N = 20000 };
    static s16 whole[2 * N], parts[2 * N];
    u32 seed = 5, at = 0;

    for (int c = 0; c < 9; c++)
        note(c, (u8)(c % 8));
    put(0xbd, (u8)(_i ? 0xff : 0xc0));
    memcpy(&other.s, &opl.s, sizeof opl.s);
    chip_loaded(&t, &opl3_ops, &other);
    opl3_make(&opl, whole, N);
    while (at < N) {
        u32 n = chip_random(&seed) % 200;

        n = n > N - at ? N - at : n;
        if (n % 7)
            opl3_make(&other, parts + 2 * at, n);
        else {
            opl3_make(&other, NULL, n);
            memcpy(parts + 2 * at, whole + 2 * at, 4 * n);
        }
        at += n;
    }
    ck_assert_int_eq(memcmp(whole, parts, sizeof whole), 0);
    ck_assert_int_eq(memcmp(&opl.s, &other.s, sizeof opl.s), 0);
}
END_TEST

START_TEST(goes_on_after_a_load)
{
    static s16 one[2000], two[2000];

    opl.voice.settle = settle;
    opl.voice.ctx = &opl;
    for (int c = 0; c < 9; c++)
        note(c, 7);
    pass(5000000);
    settle(&opl, 0);
    chip_round_trip(&t, &opl3_ops, &opl, &other);
    opl3_make(&opl, one, 1000);
    opl3_make(&other, two, 1000);
    ck_assert_int_eq(memcmp(one, two, sizeof one), 0);
}
END_TEST

START_TEST(silence)
{
    static s16 out[2 * 128];

    opl3_make(&opl, NULL, 64);
    ck_assert(opl.voice.silent(&opl));
    note(0, 0);
    ck_assert(!opl.voice.silent(&opl));
    opl3_make(&opl, NULL, 1000);
    ck_assert(!opl.voice.silent(&opl));
    put(0xb0, 0x0d);
    opl3_make(&opl, NULL, 400000);
    ck_assert(opl.voice.silent(&opl));
    opl.voice.make(&opl, out, 128);
    for (int i = 0; i < 256; i++)
        ck_assert_int_eq(out[i], 0);
}
END_TEST

/* Quiet time that is skipped ends as if each sample had been made. */
START_TEST(silence_is_exact)
{
    static s16 out[2 * 3000];
    u32 seed = (u32)_i + 1;

    put(0x105, 1);
    put(0x104, (u8)chip_random(&seed));
    for (int i = 0; i < 300; i++) {
        u16 reg = (u16)(0x20 + chip_random(&seed) % 0xe0);

        if ((reg & 0xf0) != 0xb0)
            put((u16)(reg | (i & 1) << 8), (u8)chip_random(&seed));
    }
    for (u16 c = 0; c < 9; c++) {       /* some pitches are next to none */
        put((u16)(0xa0 + c), c % 3 ? (u8)chip_random(&seed) : c / 3);
        put((u16)(0xb0 + c), c % 3 ? (u8)chip_random(&seed) & 0x1f : 0);
    }
    opl3_make(&opl, NULL, 64);
    memcpy(&other.s, &opl.s, sizeof opl.s);
    chip_loaded(&t, &opl3_ops, &other);
    ck_assert(opl.s.quiet);
    for (int i = 0; i < 20; i++) {
        u32 n = chip_random(&seed) % 3000;

        opl3_make(&opl, out, n);
        opl3_make(&other, NULL, n);
        ck_assert_int_eq(memcmp(&opl.s, &other.s, sizeof opl.s), 0);
    }
}
END_TEST

/* Where a chip falls silent does not depend on portions either. */
START_TEST(fades_alike)
{
    enum { N = 60000 };
    static s16 whole[2 * N], parts[2 * N];
    u32 seed = 9, at = 0;

    for (int c = 0; c < 9; c++) {
        note(c, (u8)c);
        put((u16)(0x80 + c / 3 * 8 + c % 3), 0x29);
        put((u16)(0x83 + c / 3 * 8 + c % 3), 0x29);
    }
    opl3_make(&opl, NULL, 500);
    for (u16 c = 0; c < 9; c++)
        put((u16)(0xb0 + c), 0x0d);
    memcpy(&other.s, &opl.s, sizeof opl.s);
    opl3_ops.loaded(&other);
    opl.voice.make(&opl, whole, N);
    for (u32 n; at < N; at += n) {
        n = chip_random(&seed) % 20;
        n = n > N - at ? N - at : n;
        other.voice.make(&other, parts + 2 * at, n);
    }
    ck_assert(opl.s.quiet);
    ck_assert_int_eq(memcmp(whole, parts, sizeof whole), 0);
}
END_TEST

/* Only register 105 is there in the second bank until its bit 0 is set. */
START_TEST(new_opens_second_bank)
{
    opl3_ops.port_out(&opl, 2, 1, 0x20);
    ck_assert_uint_eq(opl.s.selected, 0x20);
    put(0x105, 1);
    opl3_ops.port_out(&opl, 2, 1, 0x20);
    ck_assert_uint_eq(opl.s.selected, 0x120);
}
END_TEST

START_TEST(waves_of_opl2)
{
    opl.opl2 = true;
    put(0xe0, 2);
    ck_assert_uint_eq(opl.s.op[0].wave, 0);
    put(0x01, 0x20);
    put(0xe0, 2);
    ck_assert_uint_eq(opl.s.op[0].wave, 2);
    put(0x105, 1);
    ck_assert(!opl.s.extended);
}
END_TEST

START_TEST(random_traffic)
{
    static s16 out[2 * 500];
    u32 seed = 99;

    opl.voice.settle = settle;
    opl.voice.ctx = &opl;
    chip_random_ports(&t, &opl3_ops, &opl, 4, 1, 7);
    for (int i = 0; i < 200; i++) {
        chip_random_state(opl3_ops.state, &opl.s, &seed);
        chip_loaded(&t, &opl3_ops, &opl);
        made = voice_count(&opl.voice, t.clk.now);
        opl3_make(&opl, out, 500);
        status();
    }
}
END_TEST

START_TEST(fields)
{
    chip_fields_cover(&opl3_ops);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("opl3");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, detection, 0, 2);
    tcase_add_loop_test(tc, timer_period, 0, (int)COUNT_OF(presets));
    tcase_add_test(tc, masked_timer_says_nothing);
    tcase_add_loop_test(tc, portions, 0, 2);
    tcase_add_test(tc, goes_on_after_a_load);
    tcase_add_test(tc, silence);
    tcase_add_loop_test(tc, silence_is_exact, 0, 30);
    tcase_add_test(tc, fades_alike);
    tcase_add_test(tc, new_opens_second_bank);
    tcase_add_test(tc, waves_of_opl2);
    tcase_add_test(tc, random_traffic);
    tcase_add_test(tc, fields);
    return chip_run_case("opl3", tc);
}
