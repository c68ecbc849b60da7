/* test_ui_ring.c - sound against a device whose clock differs, and beside a
 * host that comes late. */
#include <check.h>
#include <stdlib.h>

#include "ui/audio/ring.h"

enum { HZ = 48000, MS = HZ / 1000, SLICE = 5 * MS, PART = 256, WHOLE = 12000,
       LEAST_FADE = 200, TEN_MINUTES = 120000 };

static struct ring ring;
static int16_t taken[2 * 4096];

/* Slices, one in `often` of which comes up to `late` frames late, against a
 * device that takes PART frames at a time by a clock which is `ppm` millionths
 * wrong. */
struct clocks {
    double slice, device;
    unsigned random;
    uint32_t most;                      /* how many have waited */
};

static unsigned random_of(struct clocks *c, unsigned n)
{
    c->random = c->random * 1103515245u + 12345u;
    return (c->random >> 8) % n;
}

static void slice_passes(struct clocks *c, int ppm, unsigned often,
                         unsigned late)
{
    static int16_t out[2 * (SLICE + 1)];
    double now;

    for (int i = 0; i < 2 * SLICE; i++)
        out[i] = WHOLE;
    c->slice += SLICE;
    now = c->slice + (random_of(c, often) ? 0 : random_of(c, late + 1));
    for (; c->device + PART <= now * (1 + ppm / 1e6); c->device += PART)
        ring_take(&ring, taken, PART);
    ring_put(&ring, out, SLICE);
    c->most = ring_queued(&ring) > c->most ? ring_queued(&ring) : c->most;
}

static const int ppm[] = { 0, -500, 500, -1500, 1500 };

START_TEST(sound_follows_the_device)
{
    struct clocks c = { .random = 1 };

    ring_init(&ring, HZ);
    for (int i = 0; i < TEN_MINUTES; i++)
        slice_passes(&c, ppm[_i], 1, 6 * MS);
    ck_assert_uint_eq(ring.gaps + ring.cuts, 0);
    /* What waits, and what the device has taken. */
    ck_assert_msg(c.most + PART < 50 * MS, "too late: %u", c.most);
}
END_TEST

/* A host that is late more and more: a gap is foreseen. When it is quiet again,
 * the sound is soon as near as before. */
START_TEST(more_waits_where_the_host_is_late)
{
    struct clocks c = { .random = 1 };
    uint32_t fill;

    ring_init(&ring, HZ);
    fill = ring.fill;
    for (unsigned i = 0; i < TEN_MINUTES; i++)
        slice_passes(&c, 0, 50, i * 35 / TEN_MINUTES * MS);
    ck_assert_uint_eq(ring.gaps + ring.cuts, 0);
    ck_assert_uint_ge(ring.fill, fill + 10 * MS);
    for (int i = 0; i < TEN_MINUTES; i++)
        slice_passes(&c, 0, 1, 0);
    ck_assert_uint_eq(ring.fill, fill);
    ck_assert_uint_eq(ring.gaps + ring.cuts, 0);
    ck_assert_uint_lt(ring_queued(&ring), fill + 15 * MS);
}
END_TEST

/* A device that comes late and then takes all that it missed: no cut. */
START_TEST(a_device_may_be_late)
{
    struct clocks c = { .random = 1 };

    ring_init(&ring, HZ);
    for (int i = 0; i < 2000; i++) {
        double before = c.device;

        if (i % 200 == 199)
            c.device += 45 * MS;
        slice_passes(&c, 0, 1, 0);
        if (i % 200 == 199)
            c.device = before;
    }
    ck_assert_uint_eq(ring.gaps + ring.cuts, 0);
}
END_TEST

/* A little too much is worked off, frame by frame. */
START_TEST(what_is_a_little_late_is_not_cut)
{
    static int16_t out[2 * (20 * MS + 1)];
    struct clocks c = { .random = 1 };

    ring_init(&ring, HZ);
    for (int i = 0; i < 40 * MS; i++)
        out[i] = WHOLE;
    ring_put(&ring, out, 20 * MS);
    for (int i = 0; i < 4000; i++)
        slice_passes(&c, 0, 1, 0);
    ck_assert_uint_eq(ring.gaps + ring.cuts, 0);
    ck_assert_uint_lt(ring_queued(&ring), ring.fill + 15 * MS);
}
END_TEST

static void put_level(int level, int n)
{
    static int16_t frames[2 * 8192];

    for (int i = 0; i < n; i++)
        frames[2 * i] = (int16_t)level, frames[2 * i + 1] = (int16_t)-level;
    ring_put(&ring, frames, (uint32_t)n);
}

START_TEST(a_sample_more_or_less)
{
    int16_t few[8] = { 1, 2, 3, 4, 5, 6, 99, 99 };

    ring_init(&ring, HZ);
    put_level(0, 2);
    ring_put(&ring, few, 3);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill + 2 + 3);
    put_level(0, 15 * MS);
    ring_put(&ring, few, 3);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill + 15 * MS + 7);
    ring_take(&ring, taken, 25 * MS);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill - 10 * MS + 7);
    ring_put(&ring, few, 3);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill - 10 * MS + 11);
    ck_assert_int_eq(few[6], 5);
    ck_assert_int_eq(few[7], 6);
    ring_put(&ring, few, 0);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill - 10 * MS + 11);
}
END_TEST

/* Takes n frames, and gives back the greatest step between two of them. */
static int take(uint32_t n)
{
    int before = ring.last[0], most = 0;

    ring_take(&ring, taken, n);
    for (uint32_t i = 0; i < n; i++) {
        int step = abs(taken[2 * i] - before);

        most = step > most ? step : most;
        before = taken[2 * i];
        ck_assert_int_le(abs(taken[2 * i] + taken[2 * i + 1]), 1);
    }
    return most;
}

/* A device that runs dry fades out, waits, and fades in: it is a gap, once. */
START_TEST(a_gap_makes_no_click)
{
    ring_init(&ring, HZ);
    put_level(WHOLE, 1000);
    ck_assert_uint_eq(ring_queued(&ring), 1000 + ring.fill);
    take(ring.fill + 900);
    ck_assert_int_eq(taken[2 * (ring.fill - 1)], 0);
    ck_assert_int_eq(taken[2 * (ring.fill + 899)], WHOLE);
    ck_assert_uint_eq(ring.gaps, 0);
    ck_assert_int_le(take(1100), WHOLE / LEAST_FADE);
    ck_assert_int_eq(taken[2 * 1099], 0);
    ck_assert_uint_eq(ring.gaps, 1);
    put_level(WHOLE, 600);
    ck_assert_int_le(take(ring.fill + 500), WHOLE / LEAST_FADE);
    ck_assert_int_eq(taken[2 * (ring.fill + 499)], WHOLE);
    ck_assert_uint_eq(ring.gaps, 1);
}
END_TEST

/* Nothing sounds, or the machine stands: that is no gap. */
START_TEST(a_rest_is_no_gap)
{
    ring_init(&ring, HZ);
    put_level(WHOLE, 200), put_level(0, 600);
    take(2000);
    ck_assert_uint_eq(ring.gaps, 0);
    put_level(WHOLE, 200);
    ring_rest(&ring);
    take(4000);
    ck_assert_uint_eq(ring.gaps, 0);
    put_level(WHOLE, 200);
    take(2000);
    ck_assert_uint_eq(ring.gaps, 1);
}
END_TEST

/* Silence that has piled up, or has run out, does not move what sounds next. */
static const int silent[] = { 100 * MS, 140 * MS };

START_TEST(silence_does_not_delay)
{
    ring_init(&ring, HZ);
    put_level(0, 110 * MS);
    take(80 * MS);
    put_level(0, silent[_i]);
    take(30 * MS);
    put_level(WHOLE, PART);
    ck_assert_uint_eq(ring_queued(&ring), ring.fill + PART);
    ck_assert_uint_eq(ring.cuts + ring.gaps, 0);
}
END_TEST

/* Too much waits, and the oldest frames are left out: at once where it is very
 * much, as in turbo, and in half a second otherwise. */
static const int too_many[] = { 170 * MS, 80 * MS };

/* A slow wave: a level that changes by 1 from frame to frame. */
static void put_wave(int *at, int n)
{
    static int16_t frames[2 * 8192 + 2];

    for (int i = 0; i < n; i++) {
        int v = abs(++*at % HZ - HZ / 2) - HZ / 4;

        frames[2 * i] = (int16_t)v, frames[2 * i + 1] = (int16_t)-v;
    }
    ring_put(&ring, frames, (uint32_t)n);
}

START_TEST(a_cut_makes_no_click)
{
    int passed = 0, at = 0;

    ring_init(&ring, HZ);
    put_wave(&at, too_many[_i]);
    while (passed += PART, !ring.cuts) {
        ck_assert_int_lt(passed, _i ? HZ : 2 * PART);
        ck_assert_int_le(take(PART), HZ / 4 / LEAST_FADE);
        put_wave(&at, PART);
    }
    ck_assert_uint_le(ring_queued(&ring), ring.fill + PART);
    ck_assert_int_le(take(ring_queued(&ring)), HZ / 4 / LEAST_FADE);
    ck_assert_int_eq(ring.last[0], abs(at % HZ - HZ / 2) - HZ / 4);
    ck_assert_uint_eq(ring.cuts, 1);
    ck_assert_uint_eq(ring.gaps, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ring");
    TCase *t = tcase_create("ring");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, sound_follows_the_device, 0,
                        sizeof ppm / sizeof ppm[0]);
    tcase_add_test(t, a_sample_more_or_less);
    tcase_add_test(t, a_gap_makes_no_click);
    tcase_add_test(t, a_rest_is_no_gap);
    tcase_add_loop_test(t, a_cut_makes_no_click, 0, 2);
    tcase_add_test(t, more_waits_where_the_host_is_late);
    tcase_add_test(t, a_device_may_be_late);
    tcase_add_test(t, what_is_a_little_late_is_not_cut);
    tcase_add_loop_test(t, silence_does_not_delay, 0, 2);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
