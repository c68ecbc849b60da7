/* test_resample.c - samples of many rates come out clean, and steps in time.
 *
 * A sine goes in; of what comes out the sine that fits best is taken away, and
 * what is left must be 80 dB below it. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core/resample.h"
#include "tests/lib/chip.h"

#define PI 3.14159265358979323846
enum { N = 24000, AMPLITUDE = 20000 };

static struct resample *r;
static struct feed *f;
static s16 out[2 * N];

static void setup(void)
{
    r = NULL;
    f = calloc(1, sizeof *f);
    ck_assert(f != NULL);
}

static void teardown(void) { resample_free(r), feed_free(f); }

static void begin(u32 rate)
{
    resample_free(r);
    r = resample_new(rate, 0, RESAMPLE_ROOM);
    ck_assert(r != NULL);
    feed_forget(f);
}

/* A sample on the left, half as much on the right. */
static void put(u32 num, u32 den, u64 k, double v)
{
    struct feed_of of = { .num = num, .den = den, .gain = { 1 << 24, 1 << 24 } };
    s16 s[2] = { (s16)lrint(v), (s16)(lrint(v) / 2) };

    feed_samples(r, f, of, k, s, 1);
}

/* Makes N outputs, from 0.1 s on, of a source that sends value(k). */
static void feed(u32 rate, u32 num, u32 den, double hz)
{
    struct place zero = { 0, 0 };
    u32 n = 0;

    begin(rate);
    for (u64 k = 0; n < N; k++) {
        struct place p = resample_nth(rate, zero, k, num, den);
        double t = (double)k * den / num;

        put(num, den, k, AMPLITUDE * sin(2 * PI * hz * t));
        while (n < N && r->next + resample_reach(rate) < p.at)
            if (r->next < rate / 10)
                resample_take(r, NULL, 1, 256);
            else
                resample_take(r, out + 2 * n++, 1, 256);
    }
}

/* The best a * sin + b * cos, its amplitude; *rest is what is left, RMS. */
static double fit(u32 rate, double hz, int side, double *rest)
{
    double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0, sum = 0, a, b, det;

    for (int i = 0; i < N; i++) {
        double s = sin(2 * PI * hz * i / rate), c = cos(2 * PI * hz * i / rate);

        ss += s * s, cc += c * c, sc += s * c;
        ys += out[2 * i + side] * s, yc += out[2 * i + side] * c;
    }
    det = ss * cc - sc * sc;
    a = (ys * cc - yc * sc) / det;
    b = (yc * ss - ys * sc) / det;
    for (int i = 0; i < N; i++) {
        double e = out[2 * i + side] - a * sin(2 * PI * hz * i / rate) -
                   b * cos(2 * PI * hz * i / rate);

        sum += e * e;
    }
    *rest = sqrt(sum / N);
    return hypot(a, b);
}

static const struct { u32 rate, num, den; double hz; } sines[] = {
    { 48000, 44100, 1, 1000 }, { 48000, 44100, 1, 17000 },
    { 48000, 44100, 1, 20000 }, { 48000, 22050, 1, 1000 },
    { 48000, 22050, 1, 10000 }, { 48000, 1000000, 45, 440 },
    { 48000, 1000000, 160, 2100 }, { 48000, 8000, 1, 3200 }, { 48000, 11025, 1, 4400 },
    { 48000, 14318180, 288, 1000 }, { 48000, 14318180, 288, 20000 },
    { 44100, 44100, 1, 15000 }, { 44100, 14318180, 288, 5000 },
    { 96000, 22050, 1, 5000 }, { 48000, 48000, 1, 19000 },
};

START_TEST(sine_is_clean)
{
    double rest, level, want = AMPLITUDE;
    u32 rate = sines[_i].rate;

    feed(rate, sines[_i].num, sines[_i].den, sines[_i].hz);
    for (int side = 0; side < 2; side++, want /= 2) {
        level = 20 * log10(fit(rate, sines[_i].hz, side, &rest) / want);
        ck_assert_msg(fabs(level) < 0.1, "level %.3f dB", level);
        ck_assert_msg(20 * log10(rest * sqrt(2) / AMPLITUDE) < -80,
                      "%.1f dB left", 20 * log10(rest * sqrt(2) / AMPLITUDE));
    }
}
END_TEST

/* A square wave of steps at any time has its odd harmonics below half the
 * rate, and next to nothing else. */
START_TEST(steps_are_clean)
{
    enum { RATE = 48000, HZ = 1002 };   /* whole periods in N outputs */
    double rest, a, want = 4 / PI * 8000;
    u32 n = 0;
    bool high = false;

    begin(RATE);
    for (u64 k = 0; n < N; k++, high = !high) {
        struct place p = resample_place(RATE, (ns_t)(k * 500000000 / HZ));

        resample_step(r, p, high ? -16000 * 256 : 16000 * 256, 0);
        while (n < N && r->next + resample_reach(RATE) < p.at)
            if (r->next < RATE / 2)
                resample_take(r, NULL, 1, 256);
            else
                resample_take(r, out + 2 * n++, 1, 256);
    }
    for (int h = 1; h * HZ < 20000; h += 2) {
        a = fit(RATE, h * HZ, 0, &rest);
        ck_assert_msg(fabs(a - want / h) < want / h * 0.002,
                      "harmonic %d: %.1f, not %.1f", h, a, want / h);
    }
    ck_assert(fit(RATE, 2 * HZ, 0, &rest) < want / 10000);
    for (int h = 29; h < 48; h += 2)    /* what folds back below 20 kHz */
        ck_assert(fit(RATE, RATE - h * HZ, 0, &rest) < want / 10000);
}
END_TEST

/* In which portions outputs are taken makes no difference. */
START_TEST(portions)
{
    static s16 parts[2 * 2000];
    struct place zero = { 0, 0 };
    u32 seed = 7, n = 0;

    feed(48000, 22050, 1, 700);
    begin(48000);
    for (u64 k = 0; n < 6800; k++) {
        struct place p = resample_nth(48000, zero, k, 22050, 1);
        double t = (double)k / 22050;
        u64 done = p.at > resample_reach(48000)
                       ? p.at - resample_reach(48000) : 0;

        put(22050, 1, k, AMPLITUDE * sin(2 * PI * 700 * t));
        if (chip_random(&seed) % 100 || done <= r->next)
            continue;
        if (r->next < 4800) {
            u32 some = (u32)(done - r->next);

            some = some > 4800 - r->next ? (u32)(4800 - r->next) : some;
            resample_take(r, NULL, some, 256);
        } else {
            u32 some = (u32)(done - r->next);

            some = some > 2000 ? 2000 : some;
            resample_take(r, parts, some, 256);
            if (n + some < N)
                ck_assert_int_eq(memcmp(parts, out + 2 * n, 4 * some), 0);
            n += some;
        }
    }
}
END_TEST

/* As soon as an output is final all samples that reach it have come, however
 * slow the source is, or how near to the output's rate. */
static const struct { u32 rate, num; } late[] = {
    { 48000, 6001 }, { 48000, 6173 }, { 48000, 12001 }, { 48000, 12250 },
    { 44100, 6001 }, { 192000, 6100 }, { 12000, 12500 }, { 8000, 8100 },
    { 8000, 49716 }, { 48000, 49716 },
};

START_TEST(final_is_final)
{
    const u32 rate = late[_i].rate, num = late[_i].num;
    u64 made = 0, final;

    begin(rate);
    for (ns_t now = 0; now < NS_PER_S / 4; now += 104729) {
        u64 total = (u64)now * num / NS_PER_S;

        for (; made < total; made++)
            put(num, 1, made, AMPLITUDE);
        final = resample_place(rate, now).at;
        final = final > resample_reach(rate) ? final - resample_reach(rate) : 0;
        if (f->on && final > r->next)
            ck_assert_msg(f->out >= final, "%u to %u: output %llu of %llu",
                          num, rate, (unsigned long long)f->out,
                          (unsigned long long)final);
        if (final > r->next)
            resample_take(r, NULL, (u32)(final - r->next), 256);
    }
}
END_TEST

/* What waits when the room grows, waits there, too. */
START_TEST(room_grows)
{
    static s16 grown[2 * 900];
    u32 seed = 9;

    begin(48000);
    for (int pass = 0; pass < 2; pass++) {
        resample_free(r);
        r = resample_new(48000, 12345678, pass ? 1024 : RESAMPLE_ROOM);
        feed_forget(f);
        for (u64 k = 0; k < 300; k++) {
            put(22050, 1, 400 + k, chip_random(&seed) % 20000);
            if (k % 40 == 0)
                resample_step(r, resample_place(48000, (ns_t)(13000000 + k *
                                                45000)), 250000, -9000);
            if (k == 100)
                resample_take(r, pass ? grown : out, 300, 256);
            if (k == 200)
                ck_assert(resample_widen(r, 4096));
        }
        resample_take(r, (pass ? grown : out) + 2 * 300, 600, 256);
        seed = 9;
    }
    ck_assert_int_eq(memcmp(grown, out, sizeof grown), 0);
    ck_assert_int_ne(out[2 * 400], 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("resample");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, sine_is_clean, 0, (int)COUNT_OF(sines));
    tcase_add_test(tc, steps_are_clean);
    tcase_add_test(tc, portions);
    tcase_add_test(tc, room_grows);
    tcase_add_loop_test(tc, final_is_final, 0, (int)COUNT_OF(late));
    return chip_run_case("resample", tc);
}
