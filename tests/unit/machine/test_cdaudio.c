/* test_cdaudio.c - a machine plays an audio track: it sounds as the track does,
 * also with a Sound Blaster's volume, and whoever listens, saves or decodes
 * otherwise changes nothing. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* mkdtemp() */
#endif
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"

#define MS INT64_C(1000000)
#define PI 3.14159265358979323846
enum { HZ = 44100, FRAME = 2352, FRAME_SAMPLES = 588, SECONDS = 6,
       LEFT_HZ = 1000, RIGHT_HZ = 1500, LOUD = 12000, DATA_FRAMES = 200,
       SONG = DATA_FRAMES + 150 };
enum { PLAY = 0x45, PAUSE = 0x4b, SUBCHANNEL = 0x42 };

static char dir[40], sheet[60];
static int16_t heard[2 * HZ * SECONDS];

static void put_sample(FILE *f, double v)
{
    int s = (int)lrint(v * LOUD);

    fputc(s & 0xff, f);
    fputc(s >> 8 & 0xff, f);
}

/* A track of data, a gap that is in no file, a track of two sines. */
static void setup(void)
{
    static const char zeros[FRAME];
    char path[60];
    FILE *f;

    strcpy(dir, "/tmp/isabox-cd-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.bin", dir);
    f = fopen(path, "wb");
    for (int n = 0; n < DATA_FRAMES; n++)
        fwrite(zeros, 1, FRAME, f);
    for (int k = 0; k < SECONDS * HZ; k++) {
        put_sample(f, sin(2 * PI * LEFT_HZ * k / HZ));
        put_sample(f, sin(2 * PI * RIGHT_HZ * k / HZ));
    }
    fclose(f);
    snprintf(sheet, sizeof sheet, "%s/a.cue", dir);
    f = fopen(sheet, "wb");
    fprintf(f, "FILE \"a.bin\" BINARY\n  TRACK 01 MODE1/2352\n"
            "    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n"
            "    PREGAP 00:02:00\n    INDEX 01 00:02:50\n");
    fclose(f);
}

static void teardown(void)
{
    char line[80];

    snprintf(line, sizeof line, "rm -rf %s", dir);
    ck_assert_int_eq(system(line), 0);
}

static struct pc *make(const char *card, const char *machine, bool cache_off)
{
    struct pc_config config;
    char why[PC_WHY];
    struct pc *pc;

    pc_config_init(&config);
    config.ram_kib = 1024;
    config.no_display = true;
    config.cpu = "486";
    config.machine = machine;
    config.cache_off = cache_off;
    config.device = &card;
    config.devices = card != NULL;
    config.drive[PC_HDC] = (struct pc_medium){ .path = sheet, .cdrom = true,
                                               .readonly = true };
    pc = pc_new(&config, why);
    ck_assert_msg(pc != NULL, "%s", why);
    pc_run(pc, 20 * MS, 0);
    return pc;
}

static void out(struct pc *pc, uint16_t port, unsigned v)
{
    pc_port_out(pc, port, 1, v);
}

static void settle(struct pc *pc)
{
    while (pc_port_in(pc, 0x376, 1) & 0x80)
        pc_run(pc, MS / 100, 0);
}

/* Sends a packet; what comes back goes to `to`. */
static void send(struct pc *pc, const uint8_t packet[12], uint8_t *to)
{
    out(pc, 0x376, 2);                  /* the BIOS hears no interrupt */
    settle(pc);
    out(pc, 0x176, 0xa0);
    out(pc, 0x171, 0);
    out(pc, 0x174, 0xfe);
    out(pc, 0x175, 0xff);
    out(pc, 0x177, 0xa0);
    settle(pc);
    for (int i = 0; i < 12; i += 2)
        pc_port_out(pc, 0x170, 2, packet[i] | packet[i + 1] << 8);
    settle(pc);
    while (pc_port_in(pc, 0x177, 1) & 0x08) {
        uint32_t v = pc_port_in(pc, 0x170, 2);

        *to++ = (uint8_t)v;
        *to++ = (uint8_t)(v >> 8);
        settle(pc);
    }
    ck_assert_uint_eq(pc_port_in(pc, 0x177, 1) & 1, 0);
}

static void play_song(struct pc *pc)
{
    const uint8_t p[12] = { PLAY, 0, 0, 0, SONG >> 8, SONG & 0xff, 0,
                            SECONDS * 75 >> 8, SECONDS * 75 & 0xff };

    send(pc, p, NULL);
}

static void pause_song(struct pc *pc, bool on)
{
    const uint8_t p[12] = { PAUSE, 0, 0, 0, 0, 0, 0, 0, !on };

    send(pc, p, NULL);
}

static uint32_t song_frame(struct pc *pc)
{
    const uint8_t p[12] = { SUBCHANNEL, 0, 0x40, 1, 0, 0, 0, 0, 16 };
    uint8_t r[16];

    send(pc, p, r);
    return ((uint32_t)r[8] << 24 | r[9] << 16 | r[10] << 8 | r[11]) - SONG;
}

static size_t listen_for(struct pc *pc, int ms, size_t n)
{
    for (int64_t end = pc_now(pc) + ms * MS; pc_now(pc) < end;) {
        pc_run(pc, 10 * MS, 0);
        n += pc_audio(pc, HZ, heard + 2 * n, HZ * SECONDS - n);
    }
    return n;
}

/* The sine of that frequency that fits n samples best: how loud it is; *rest:
 * what is left, mean square; *when: where it passes 0, in samples. */
static double fit(const int16_t *p, size_t n, double hz, double *rest,
                  double *when)
{
    double s = 0, c = 0, all = 0, w = 2 * PI * hz / HZ;

    for (size_t i = 0; i < n; i++) {
        s += p[2 * i] * sin(w * (double)i);
        c += p[2 * i] * cos(w * (double)i);
        all += (double)p[2 * i] * p[2 * i];
    }
    s *= 2.0 / (double)n;
    c *= 2.0 / (double)n;
    *rest = sqrt(fabs(all / (double)n - (s * s + c * c) / 2));
    *when = -atan2(c, s) / w;
    return sqrt(s * s + c * c);
}

/* n samples from p on are the track's, that loud; 0.1 dB is what the mixer
 * grants. */
static void expect_song(const int16_t *p, size_t n, double loud)
{
    static const int hz[] = { LEFT_HZ, RIGHT_HZ };
    double rest, when;

    for (int side = 0; side < 2; side++) {
        double v = fit(p + side, n, hz[side], &rest, &when);

        ck_assert_msg(fabs(v - loud * LOUD) < loud * LOUD / 80, "%g, not %g",
                      v, loud * LOUD);
        ck_assert_msg(rest < loud * LOUD / 500 + 2, "rest %g", rest);
    }
}

START_TEST(sounds_like_the_track)
{
    struct pc *pc = make(NULL, _i ? "pc" : NULL, false);
    size_t n;

    pc_audio(pc, HZ, heard, 0);
    play_song(pc);
    n = listen_for(pc, 2500, 0);
    ck_assert_uint_gt(n, 2 * HZ);
    expect_song(heard + 2 * (HZ / 2), HZ, 1.0);
    expect_song(heard + 2 * HZ, HZ, 1.0);
    pc_free(pc);
}
END_TEST

/* The first sample from i on that is loud. */
static size_t begins_at(size_t i)
{
    while (i < HZ * SECONDS && abs(heard[2 * i]) < LOUD / 20)
        i++;
    return i;
}

/* A frame is 13 1/3 waves long; so where the sine passes 0 tells with which
 * frame, of those about it, the music goes on, and that with its begin. */
START_TEST(goes_on_with_the_frame_of_the_pause)
{
    struct pc *pc = make(NULL, NULL, false);
    double rest, when, wave = (double)HZ / LEFT_HZ, off;
    size_t n, first;
    uint32_t at;

    pc_audio(pc, HZ, heard, 0);
    play_song(pc);
    n = listen_for(pc, 900 + 7 * _i, 0);
    pause_song(pc, true);
    at = song_frame(pc);
    n = listen_for(pc, 300, n);
    ck_assert_uint_eq(song_frame(pc), at);
    ck_assert_int_lt(abs(heard[2 * n - 2]), LOUD / 50);
    pause_song(pc, false);
    ck_assert_uint_eq(song_frame(pc), at);
    first = n;
    listen_for(pc, 1000, n);
    first = begins_at(first);
    expect_song(heard + 2 * (first + 2000), HZ / 2, 1.0);
    fit(heard + 2 * (first + 2000), HZ / 2, LEFT_HZ, &rest, &when);
    off = fmod(when + 2000 + (double)at * FRAME_SAMPLES + 10 * wave, wave);
    ck_assert_msg(off < 4 || off > wave - 4, "%g samples of %g", off, wave);
    pc_free(pc);
}
END_TEST

/* 4 dB less, by the CT1745's registers; then the switch. */
START_TEST(sound_blasters_volume)
{
    struct pc *pc = make("sb16", NULL, false);
    size_t n;

    out(pc, 0x224, 0x36), out(pc, 0x225, 0xe8);
    out(pc, 0x224, 0x37), out(pc, 0x225, 0xe8);
    pc_audio(pc, HZ, heard, 0);
    play_song(pc);
    n = listen_for(pc, 1500, 0);
    expect_song(heard + 2 * (n - HZ / 2), HZ / 2, pow(10, -4.0 / 20));
    out(pc, 0x224, 0x3c), out(pc, 0x225, 0x1f & ~6);
    n = listen_for(pc, 1500, 0);
    for (size_t i = n - 1000; i < n; i++)
        ck_assert_int_lt(abs(heard[2 * i]), 3);
    pc_free(pc);
}
END_TEST

/* Two machines, one of them as `ways` says. */
static const struct { bool listens, loads, cache_off; } ways[] = {
    { false, false, false }, { true, true, false }, { true, false, true },
    { false, true, true },
};

static size_t run_song(struct pc *pc, bool listens, bool loads, int16_t *to)
{
    size_t n = 0, size;

    if (listens)
        pc_audio(pc, HZ, to, 0);
    play_song(pc);
    for (int i = 0; i < 140; i++) {
        pc_run(pc, 5 * MS, 0);
        if (listens)
            n += pc_audio(pc, HZ, to + 2 * n, HZ - n);
        if (loads && i % 11 == 3) {
            void *bytes = pc_save_bytes(pc, &size);

            ck_assert(pc_load_bytes(pc, bytes, size, NULL));
            free(bytes);
        }
    }
    return n;
}

START_TEST(nobody_changes_it)
{
    static int16_t one[2 * HZ], two[2 * HZ];
    struct pc *a = make(NULL, NULL, false);
    struct pc *b = make(NULL, NULL, ways[_i].cache_off);
    size_t n = run_song(a, true, false, one);
    size_t m = run_song(b, ways[_i].listens, ways[_i].loads, two);

    ck_assert(pc_hash(a) == pc_hash(b));
    ck_assert_uint_gt(n, HZ / 2);
    if (ways[_i].listens) {
        ck_assert_uint_eq(n, m);
        ck_assert_mem_eq(one, two, 4 * n);
    }
    pc_free(a);
    pc_free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cdaudio");
    TCase *t = tcase_create("cdaudio");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, sounds_like_the_track, 0, 2);
    tcase_add_loop_test(t, goes_on_with_the_frame_of_the_pause, 0, 3);
    tcase_add_test(t, sound_blasters_volume);
    tcase_add_loop_test(t, nobody_changes_it, 0,
                        (int)(sizeof ways / sizeof ways[0]));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
