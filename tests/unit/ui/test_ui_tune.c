/* test_ui_tune.c - the tour's tune as a window would play it: right pitches,
 * no gaps. With an argument it also leaves the sound as a WAV file. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"

#define MS INT64_C(1000000)
enum { HZ = 48000, SECONDS = 12, SAMPLES = SECONDS * HZ, SLICE_MS = 10,
       KEY_RET = 0x1c, KEY_I = 0x17 };

/* The score in roms/tour/tune.asm: tenths of Hz and units of three ticks. */
static const struct { int decihertz, units; } score[] = {
    { 6593, 1 }, { 6223, 1 }, { 6593, 1 }, { 6223, 1 }, { 6593, 1 },
    { 4939, 1 }, { 5873, 1 }, { 5233, 1 }, { 4400, 3 }, { 2616, 1 },
    { 3296, 1 }, { 4400, 1 }, { 4939, 3 }, { 3296, 1 }, { 4153, 1 },
    { 4939, 1 }, { 5233, 3 }, { 3296, 1 }, { 6593, 1 }, { 6223, 1 },
    { 6593, 1 }, { 6223, 1 }, { 6593, 1 }, { 4939, 1 }, { 5873, 1 },
    { 5233, 1 }, { 4400, 3 }, { 2616, 1 }, { 3296, 1 }, { 4400, 1 },
    { 4939, 3 }, { 3296, 1 }, { 5233, 1 }, { 4939, 1 }, { 4400, 6 },
};
#define UNIT_S (3 * 65536 / 1193182.0)

static void press(struct pc *pc, uint16_t code)
{
    pc_key(pc, code, true);
    pc_run(pc, 50 * MS, 0);
    pc_key(pc, code, false);
    pc_run(pc, 450 * MS, 0);
}

/* Plays the page's tune from its beginning into `to`. */
static bool record(int16_t *to)
{
    struct pc_config config;
    static int16_t part[2 * HZ];
    char why[PC_WHY];
    struct pc *pc;
    int n = 0;

    pc_config_init(&config);
    config.builtin_disk = true;
    pc = pc_new(&config, why);
    if (!to || !pc)
        return false;
    pc_run(pc, 1000 * MS, 0);
    press(pc, KEY_RET);
    pc_audio(pc, HZ, part, 0);
    pc_key(pc, KEY_I, true);
    pc_key(pc, KEY_I, false);
    while (n < SAMPLES) {
        size_t got;

        pc_run(pc, SLICE_MS * MS, 0);
        got = pc_audio(pc, HZ, part, (size_t)(SAMPLES - n));
        for (size_t i = 0; i < got; i++)
            to[n++] = part[2 * i];
    }
    pc_free(pc);
    return true;
}

static int first_sound(const int16_t *p)
{
    int i = 0;

    while (i < SAMPLES - 1 && abs(p[i]) < 1000)
        i++;
    return i;
}

/* Behind the last swing the level only dies away. */
static int last_sound(const int16_t *p)
{
    int i = SAMPLES - 1;

    while (i > 1 && !(p[i - 1] < -1000 && p[i] > -1000))
        i--;
    return i;
}

/* How long the score takes, in samples. */
static double whole(void)
{
    int units = 0;

    for (size_t i = 0; i < sizeof score / sizeof score[0]; i++)
        units += score[i].units;
    return units * UNIT_S * HZ;
}

/* Frequency between two samples, by rising zero crossings. */
static double pitch(const int16_t *p, int from, int to)
{
    int first = -1, last = -1, n = 0;

    for (int i = from + 1; i < to; i++) {
        if (p[i - 1] >= 0 || p[i] < 0)
            continue;
        if (first < 0)
            first = i;
        else
            n++;
        last = i;
    }
    return n ? (double)n * HZ / (last - first) : 0;
}

static int loudest(const int16_t *p, int n)
{
    int most = 0;

    for (int i = 0; i < n; i++)
        most = abs(p[i]) > most ? abs(p[i]) : most;
    return most;
}

START_TEST(pitches_are_right)
{
    int16_t *p = calloc(SAMPLES, sizeof *p);
    double at;

    ck_assert(record(p));
    at = last_sound(p) - whole();       /* it begins within a tick */
    for (size_t i = 0; i < sizeof score / sizeof score[0]; i++) {
        double length = score[i].units * UNIT_S * HZ;
        double want = score[i].decihertz / 10.0;
        double got = pitch(p, (int)(at + length * 0.6),
                           (int)(at + length * 0.95));

        ck_assert_msg(fabs(got - want) < want * 0.015,
                      "note %zu: %.1f Hz, not %.1f", i, got, want);
        at += length;
    }
    free(p);
}
END_TEST

START_TEST(no_gaps)
{
    enum { WINDOW = HZ / 100 };
    int16_t *p = calloc(SAMPLES, sizeof *p);
    int start, end;

    ck_assert(record(p));
    start = first_sound(p);
    end = last_sound(p);
    ck_assert(end - start > whole() * 0.97);
    for (int i = start; i + WINDOW < end; i += WINDOW)
        ck_assert_msg(loudest(p + i, WINDOW) > 2000, "silence at %d ms",
                      (i - start) * 1000 / HZ);
    free(p);
}
END_TEST

static void put(FILE *f, uint32_t v, int bytes)
{
    for (; bytes--; v >>= 8)
        putc((int)(v & 0xff), f);
}

static int write_wav(const char *path)
{
    int16_t *p = calloc(SAMPLES, sizeof *p);
    FILE *f = fopen(path, "wb");

    if (!f || !record(p))
        return 1;
    fputs("RIFF", f), put(f, 36 + SAMPLES * 2, 4), fputs("WAVEfmt ", f);
    put(f, 16, 4), put(f, 1, 2), put(f, 1, 2), put(f, HZ, 4);
    put(f, HZ * 2, 4), put(f, 2, 2), put(f, 16, 2);
    fputs("data", f), put(f, SAMPLES * 2, 4);
    for (int i = 0; i < SAMPLES; i++)
        put(f, (uint16_t)p[i], 2);
    free(p);
    return fclose(f) != 0;
}

int main(int argc, char **argv)
{
    Suite *s = suite_create("tune");
    TCase *t = tcase_create("tune");
    SRunner *r = srunner_create(s);
    int failed;

    if (argc > 1)
        return write_wav(argv[1]);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, pitches_are_right);
    tcase_add_test(t, no_gaps);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
