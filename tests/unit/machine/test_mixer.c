/* test_mixer.c - what a machine sounds like: by its state and time alone. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"

#define MS INT64_C(1000000)
enum { HZ = 48000, FRAMES = HZ / 2, LATE = 200, PAST = HZ * 3 / 10 };

static struct pc *make_with(const char *const *cards, int n)
{
    struct pc_config config;
    char why[PC_WHY];
    struct pc *pc;

    pc_config_init(&config);
    config.ram_kib = 1024;
    config.no_display = true;
    config.device = cards;
    config.devices = n;
    pc = pc_new(&config, why);
    ck_assert_msg(pc != NULL, "%s", why);
    pc_run(pc, 5 * MS, 0);
    return pc;
}

static struct pc *make(void)
{
    static const char *const cards[] = { "sb16", "gus", "tandy" };

    return make_with(cards, 3);
}

/* Disney's Sound Source: nothing sounds before its first byte, whose level
 * stays. */
static struct pc *make_silent(void)
{
    static const char *const cards[] = { "disney,iobase=0x278" };

    return make_with(cards, 1);
}

static void fm(struct pc *pc, uint8_t reg, uint8_t v)
{
    pc_port_out(pc, 0x388, 1, reg);
    pc_port_out(pc, 0x389, 1, v);
}

/* A note of a channel, with feedback. */
static void note(struct pc *pc, uint8_t channel, uint8_t pitch)
{
    uint8_t op = (uint8_t)(channel / 3 * 8 + channel % 3);

    fm(pc, 0x20 + op, 0x21), fm(pc, 0x23 + op, 0x21);
    fm(pc, 0x40 + op, 0x10), fm(pc, 0x43 + op, 0x00);
    fm(pc, 0x60 + op, 0xf0), fm(pc, 0x63 + op, 0xf0);
    fm(pc, 0x80 + op, 0x24), fm(pc, 0x83 + op, 0x24);
    fm(pc, 0xc0 + channel, 0x3e);
    fm(pc, 0xa0 + channel, pitch);
    fm(pc, 0xb0 + channel, 0x31);
}

static void beep(struct pc *pc)
{
    pc_port_out(pc, 0x43, 1, 0xb6);
    pc_port_out(pc, 0x42, 1, 0x50);
    pc_port_out(pc, 0x42, 1, 0x0a);
    pc_port_out(pc, 0x61, 1, 3);
}

/* Square waves of the Tandy's. */
static void chord(struct pc *pc)
{
    pc_port_out(pc, 0xc0, 1, 0x8f), pc_port_out(pc, 0xc0, 1, 0x0a);
    pc_port_out(pc, 0xc0, 1, 0x94);
}

/* Plays half a second in slices of so many us; fetches every n-th time. out
 * NULL: nobody listens. load: saves and loads in between. */
static size_t play(struct pc *pc, int16_t *out, int us, int nth, bool load)
{
    int64_t start = pc_now(pc), end = start + 500 * MS;
    size_t n = 0;

    for (int i = 1; pc_now(pc) < end; i++) {
        int64_t left = end - pc_now(pc);

        pc_run(pc, left < us * 1000 ? left : us * 1000, 0);
        if (out && (i % nth == 0 || pc_now(pc) >= end))
            n += pc_audio(pc, HZ, out + 2 * n, FRAMES - n);
        if (load && i % 7 == 0) {
            size_t size;
            void *bytes = pc_save_bytes(pc, &size);

            ck_assert(pc_load_bytes(pc, bytes, size, NULL));
            free(bytes);
        }
    }
    return n;
}

static struct pc *start(int16_t *out)
{
    struct pc *pc = make();

    if (out)
        pc_audio(pc, HZ, out, 0);
    note(pc, 0, 0x44);
    note(pc, 4, 0x81);
    beep(pc);
    chord(pc);
    return pc;
}

static int loudest(const int16_t *p, size_t n)
{
    int most = 0;

    for (size_t i = 0; i < 2 * n; i++)
        most = abs(p[i]) > most ? abs(p[i]) : most;
    return most;
}

static int16_t one[2 * FRAMES], two[2 * FRAMES];

/* Slices, portions, and a load now and then. */
static const struct { int us, nth; bool load; } ways[] = {
    { 500, 1, false }, { 7777, 3, false }, { 50000, 1, false },
    { 3000, 5, true }, { 10000, 1, true },
};

START_TEST(same_samples)
{
    struct pc *a = start(one), *b = start(two);
    size_t n = play(a, one, 10000, 1, false);
    size_t m = play(b, two, ways[_i].us, ways[_i].nth, ways[_i].load);

    ck_assert_uint_gt(n, FRAMES - LATE);
    ck_assert_uint_eq(n, m);
    ck_assert_int_gt(loudest(one, n), 3000);
    ck_assert_int_eq(memcmp(one, two, n * 4), 0);
    ck_assert(pc_hash(a) == pc_hash(b));
    pc_free(a);
    pc_free(b);
}
END_TEST

START_TEST(listening_changes_nothing)
{
    struct pc *a = start(one), *b = start(NULL);

    play(a, one, 10000, 1, false);
    play(b, NULL, 333, 1, false);
    ck_assert(pc_hash(a) == pc_hash(b));
    pc_free(a);
    pc_free(b);
}
END_TEST

static void one_level(struct pc *pc)
{
    pc_port_out(pc, 0x278, 1, 0xff);
    pc_port_out(pc, 0x27a, 1, 0x04), pc_port_out(pc, 0x27a, 1, 0x0c);
}

/* Who begins to listen late hears what he would have heard anyway, also when
 * he stopped in between, and when nothing sounded at first. */
START_TEST(late_listeners)
{
    static const int late[] = { 100, 1700, 45, 45 };
    static const int least[] = { 3000, 3000, 1500, 10 };
    struct pc *(*maker)(void) = _i < 3 ? make : make_silent;
    struct pc *a = maker(), *b = maker();
    size_t n, m;

    pc_audio(a, HZ, one, 0);
    for (struct pc *pc = a; pc; pc = pc == a ? b : NULL) {
        pc_run(pc, 1200 * MS, 0);       /* more than the mixer holds */
        if (_i < 2) {
            note(pc, 0, 0x44), note(pc, 4, 0x81);
            beep(pc);
        }
        if (_i < 3)
            chord(pc);
        else
            one_level(pc);
        pc_run(pc, late[_i] * MS, 0);   /* [2], [3]: the first sound of all */
        if (_i < 2)
            pc_port_out(pc, 0x61, 1, 0);
        pc_audio(pc, HZ, two, 0);
        pc_run(pc, 17 * MS, 0);
    }
    while (pc_audio(a, HZ, one, FRAMES))
        continue;
    pc_audio(b, HZ, two, FRAMES);
    pc_audio(b, 0, two, 0);
    pc_run(a, 83 * MS, 0), pc_run(b, 83 * MS, 0);
    while (pc_audio(a, HZ, one, FRAMES))
        continue;
    pc_audio(b, HZ, two, 0);
    n = play(a, one, 10000, 1, false);
    m = play(b, two, 7777, 1, false);
    ck_assert_uint_gt(n, m);
    ck_assert_int_gt(loudest(two, m), least[_i]);
    ck_assert_int_eq(memcmp(one + 2 * (n - m), two, m * 4), 0);
    pc_free(a);
    pc_free(b);
}
END_TEST

/* Another machine that a state is loaded into goes on with the very next
 * samples; the capacitor in its output has no past, which takes 0.3 s to
 * fade. */
START_TEST(goes_on_elsewhere)
{
    struct pc *a = start(one), *b = make();
    size_t size, n, m;
    int differ = 0;
    void *bytes;

    pc_port_out(a, 0x61, 1, 0);         /* a level has a past of its own */
    play(a, one, 10000, 1, false);
    bytes = pc_save_bytes(a, &size);
    ck_assert(pc_load_bytes(b, bytes, size, NULL));
    free(bytes);
    pc_audio(b, HZ, two, 0);
    n = play(a, one, 10000, 1, false);
    m = play(b, two, 10000, 1, false);
    ck_assert_uint_gt(n, m);
    for (size_t i = PAST; i < m; i++)
        differ += abs(one[2 * (i + n - m)] - two[2 * i]) > 1;
    ck_assert_int_eq(differ, 0);
    ck_assert(pc_hash(a) == pc_hash(b));
    pc_free(a);
    pc_free(b);
}
END_TEST

static void set(struct pc *pc, const char *name, unsigned volume, bool muted,
                bool solo)
{
    struct pc_voice v;

    for (int n = 0; pc_voice(pc, n, &v); n++)
        if (!strcmp(v.name, name)) {
            v.volume = volume;
            v.muted = muted;
            v.solo = solo;
            ck_assert(pc_set_voice(pc, n, &v));
            return;
        }
    ck_abort_msg("no voice %s", name);
}

/* A while after something has changed. */
static int loud_now(struct pc *pc)
{
    play(pc, one, 10000, 1, false);
    return loudest(one, play(pc, one, 10000, 1, false));
}

START_TEST(volumes)
{
    struct pc *pc = make();
    int full, half;

    pc_audio(pc, HZ, one, 0);
    note(pc, 0, 0x44);
    full = loud_now(pc);
    set(pc, "fm", 50, false, false);
    half = loud_now(pc);
    ck_assert_int_gt(full, 500);
    ck_assert_int_lt(abs(full - 2 * half), full / 20);
    set(pc, "fm", 100, true, false);
    ck_assert_int_lt(loud_now(pc), 3);
    set(pc, "fm", 100, false, false);
    beep(pc);
    ck_assert_int_gt(loud_now(pc), full + 3000);
    set(pc, "fm", 100, false, true);
    ck_assert_int_lt(abs(loud_now(pc) - full), full / 20);
    set(pc, "master", 0, false, false);
    ck_assert_int_eq(loud_now(pc), 0);
    pc_free(pc);
}
END_TEST

/* Rates that cannot be, and nobody who fetches for long. */
START_TEST(odd_listeners)
{
    struct pc *pc = start(NULL);

    ck_assert_uint_eq(pc_audio(pc, 1, one, 10), 0);
    ck_assert_uint_eq(pc_audio(pc, 10000000, one, 10), 0);
    pc_audio(pc, 192000, one, 0);
    pc_run(pc, 3000 * MS, 0);
    ck_assert_uint_gt(pc_audio(pc, 192000, one, FRAMES), 1000);
    pc_audio(pc, 8000, one, 0);
    pc_run(pc, 100 * MS, 0);
    ck_assert_uint_gt(pc_audio(pc, 8000, one, FRAMES), 700);
    ck_assert_uint_eq(pc_audio(pc, 0, one, FRAMES), 0);
    pc_free(pc);
}
END_TEST

/* ---- samples by the speaker ---- */

enum { PERIOD = 70, TURN = 16, SWING = 12, PULSES = 8000, HARMONICS = 24,
       TERMS = 2 * HARMONICS + 1, PIECE = 8192 };
#define TICK (1e9 / 1193182)            /* ns of the timer's clock */
#define PI 3.14159265358979323846

/* Each 70 ticks counter 2 gets the width of a pulse, as programs do that play
 * samples by it; sixteen of them are a turn of a sine. */
static size_t play_by_width(struct pc *pc, int pulses)
{
    int64_t start = pc_now(pc) + MS;
    size_t n = 0;

    pc_port_out(pc, 0x21, 1, 0xff);     /* nothing wakes the CPU */
    pc_port_out(pc, 0x43, 1, 0x90);     /* mode 0, the low byte */
    pc_port_out(pc, 0x61, 1, 3);
    for (int i = 0; i < pulses; i++) {
        double width = PERIOD / 2 + SWING * sin(2 * PI * i / TURN);
        int64_t at = start + (int64_t)((i * PERIOD + 0.5) * TICK);

        pc_run(pc, at - pc_now(pc), 0);
        pc_port_out(pc, 0x42, 1, (uint32_t)lround(width));
        n += pc_audio(pc, HZ, one + 2 * n, FRAMES - n);
    }
    return n;
}

static void harmonics(double t[TERMS], int n)
{
    double turn = 2 * PI * 1e9 / (TICK * PERIOD * TURN) / HZ * n;

    t[0] = 1;
    for (int h = 1; h <= HARMONICS; h++)
        t[2 * h - 1] = sin(h * turn), t[2 * h] = cos(h * turn);
}

/* By least squares; the answer is in column TERMS. */
static void fit_harmonics(double m[TERMS][TERMS + 1], const int16_t *p)
{
    double t[TERMS];

    memset(m, 0, sizeof(double[TERMS][TERMS + 1]));
    for (int n = 0; n < PIECE; n++) {
        harmonics(t, n);
        for (int i = 0; i < TERMS; i++) {
            for (int j = 0; j < TERMS; j++)
                m[i][j] += t[i] * t[j];
            m[i][TERMS] += t[i] * p[2 * n];
        }
    }
    for (int i = 0; i < TERMS; i++)
        for (int k = 0; k < TERMS; k++)
            for (int j = TERMS; j >= i && k != i; j--)
                m[k][j] -= m[k][i] / m[i][i] * m[i][j];
}

/* The tone is there, as loud as its pulses are wide, and all else is its own
 * harmonics, of which two lie where the resampler ends: what folds back from
 * above that would lie elsewhere. */
START_TEST(samples_by_the_speaker)
{
    static double m[TERMS][TERMS + 1];
    struct pc *pc = make_silent();
    double t[TERMS], rest = 0, level;
    const int16_t *p;
    size_t got;

    pc_run(pc, 3000 * MS, 0);           /* it waits for a disk */
    pc_audio(pc, HZ, one, 0);
    got = play_by_width(pc, PULSES);
    ck_assert_uint_gt(got, 2 * PIECE);
    p = one + 2 * (got - PIECE);          /* the capacitor has charged */
    fit_harmonics(m, p);
    for (int n = 0; n < PIECE; n++) {
        double e = p[2 * n];

        harmonics(t, n);
        for (int i = 0; i < TERMS; i++)
            e -= t[i] * m[i][TERMS] / m[i][i];
        rest += e * e / PIECE;
    }
    level = hypot(m[1][TERMS] / m[1][1], m[2][TERMS] / m[2][2]);
    ck_assert_double_eq_tol(level, 9000.0 * SWING / PERIOD, 30);
    ck_assert_double_lt(10 * log10(2 * rest / level / level), -60);
    pc_free(pc);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mixer");
    TCase *t = tcase_create("mixer");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, same_samples, 0,
                        (int)(sizeof ways / sizeof ways[0]));
    tcase_add_test(t, listening_changes_nothing);
    tcase_add_loop_test(t, late_listeners, 0, 4);
    tcase_add_test(t, goes_on_elsewhere);
    tcase_add_test(t, volumes);
    tcase_add_test(t, odd_listeners);
    tcase_add_test(t, samples_by_the_speaker);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
