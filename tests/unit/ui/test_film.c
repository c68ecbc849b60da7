/* test_film.c - films: frames of ZMBV, AVI files, names, sizes that fit. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "machine/pc.h"
#include "tests/lib/film.h"
#include "tests/lib/random.h"
#include "ui/capture/avi.h"
#include "ui/capture/filmfit.h"
#include "ui/capture/movie.h"
#include "ui/capture/zmbv.h"

enum { SOUND = 686 };                   /* samples of a frame */

/* ---- what is filmed: noise, a scroll, a dot, the same again ---- */

static void noise(u64 *r, uint32_t *p, uint32_t n)
{
    while (n--)
        *p++ = random32(r) & 0xffffff;
}

static void scroll(uint32_t *p, int w, int h, int dx, int dy)
{
    uint32_t *old = malloc(sizeof *p * (size_t)w * (size_t)h);

    memcpy(old, p, sizeof *p * (size_t)w * (size_t)h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int sx = x + dx, sy = y + dy;

            if (sx >= 0 && sx < w && sy >= 0 && sy < h)
                p[y * w + x] = old[sy * w + sx];
        }
    free(old);
}

static void next_picture(u64 *r, uint32_t *p, int w, int h)
{
    static const struct { int x, y; } way[] = {
        { 0, 16 }, { 0, 8 }, { 1, 0 }, { -8, 0 }, { 0, -1 }, { 5, 7 },
    };
    unsigned n = random32(r) % 16;

    if (n < 6)
        scroll(p, w, h, way[n].x, way[n].y);
    else if (n < 8)
        noise(r, p, (uint32_t)(w * h));
    else if (n < 14)
        p[random32(r) % (unsigned)(w * h)] ^= 0x123456;
}

static int shows(const struct film *f, const uint32_t *p)
{
    for (size_t i = 0; i < (size_t)f->width * f->height; i++)
        if (film_le(f->picture + 4 * i, 4) != p[i])
            return 0;
    return 1;
}

/* ---- ZMBV ---- */

static const struct { uint32_t w, h; } sizes[] = {
    { 64, 48 }, { 16, 16 }, { 1, 1 }, { 33, 17 }, { 15, 100 }, { 720, 20 },
};

START_TEST(each_pixel_comes_back)
{
    uint32_t w = sizes[_i].w, h = sizes[_i].h, *p = calloc(w * h, 4);
    struct film f = { .width = w, .height = h };
    u64 r = 5 + (u64)_i;
    struct zmbv *z = zmbv_new(w, h);

    f.picture = calloc(w * h, 4);
    f.older = calloc(w * h, 4);
    f.plain = malloc(f.plain_room = w * h * 5 + 4096);
    inflateInit(&f.z);
    for (int n = 0; n < ZMBV_KEY_EVERY + 20; n++) {
        size_t size;
        bool key;
        const uint8_t *frame;

        next_picture(&r, p, (int)w, (int)h);
        zmbv_show(z, p, w);
        frame = zmbv_frame(z, &size, &key);
        ck_assert_int_eq(key, n % ZMBV_KEY_EVERY == 0);
        ck_assert_msg(film_frame(&f, frame, size), "frame %d", n);
        ck_assert_msg(shows(&f, p), "frame %d", n);
    }
    zmbv_free(z);
    film_close(&f);
    free(p);
}
END_TEST

/* What stands still or scrolls costs next to nothing. */
START_TEST(scrolling_is_cheap)
{
    static uint32_t p[320 * 200];
    u64 r = 1;
    struct zmbv *z = zmbv_new(320, 200);
    size_t size;
    bool key;

    noise(&r, p, 320 * 200);
    zmbv_show(z, p, 320);
    zmbv_frame(z, &size, &key);
    ck_assert_uint_gt(size, 150000);
    zmbv_frame(z, &size, &key);
    ck_assert_uint_lt(size, 60);
    scroll(p, 320, 200, 0, 8);
    zmbv_show(z, p, 320);
    zmbv_frame(z, &size, &key);
    ck_assert_uint_lt(size, 16000);     /* a row of blocks that is part new */
    zmbv_free(z);
}
END_TEST

/* ---- AVI ---- */

static const struct avi_shape shape = {
    33, 17, 4, 3, 28322000, 900 * 449, 48000
};

static char name[64];

static void write_film(struct avi *a, int frames)
{
    static uint32_t p[33 * 17];
    int16_t sound[2 * SOUND];
    struct zmbv *z = zmbv_new(33, 17);
    u64 r = 9;

    ck_assert(avi_begin(a, &shape));
    for (int n = 0; n < frames; n++) {
        size_t size;
        bool key;
        const uint8_t *frame;

        noise(&r, p, 33 * 17);
        zmbv_show(z, p, 33);
        frame = zmbv_frame(z, &size, &key);
        for (int i = 0; i < 2 * SOUND; i++)
            sound[i] = (int16_t)(n * i);
        if (!avi_frame(a, frame, size, key) || !avi_sound(a, sound, SOUND))
            break;
    }
    zmbv_free(z);
}

/* Reads it; returns the frames that are there. */
static uint32_t read_film(struct film *f)
{
    const uint8_t *p;
    uint32_t frames = 0;
    size_t n;
    int kind;

    ck_assert(film_open(f, name));
    while ((kind = film_next(f, &p, &n)) > 0) {
        frames += kind == 'v';
        if (kind == 's') {
            ck_assert_uint_eq(n, SOUND * 4);
            ck_assert_uint_eq(film_le(p + 4, 2), (frames - 1) * 2 & 0xffff);
        }
    }
    ck_assert_int_eq(kind, 0);
    return frames;
}

START_TEST(a_file_has_what_was_put)
{
    char why[PC_WHY];
    struct avi *a = avi_open(name, why);
    struct film f;
    uint64_t size;

    write_film(a, 100);
    size = avi_size(a);
    ck_assert(avi_close(a, why));
    ck_assert_uint_eq(read_film(&f), 100);
    ck_assert_uint_eq(f.n, size);
    ck_assert_uint_eq(film_le(f.p + 4, 4), size - 8);
    ck_assert_uint_eq(f.frames, 100);
    ck_assert_uint_eq(f.samples, 100 * SOUND);
    ck_assert_uint_eq(f.hz, 48000);
    ck_assert_uint_eq((uint64_t)f.rate * shape.dots,
                      (uint64_t)f.scale * shape.dot_hz);
    ck_assert_uint_eq(f.aspect_w * 3, f.aspect_h * 4);
    ck_assert_uint_eq(f.index_rows, 200);
    ck_assert_uint_eq(f.bad_rows, 0);
    film_close(&f);
}
END_TEST

/* The process dies: what the headers told last is there, but for the index. */
START_TEST(a_file_that_was_not_closed_can_be_read)
{
    char why[PC_WHY];
    struct avi *a = avi_open(name, why);
    struct film f;
    uint32_t frames;

    write_film(a, 400);
    frames = read_film(&f);
    ck_assert_uint_gt(frames, 400 - 72);
    ck_assert_uint_eq(f.frames, frames);
    ck_assert_uint_eq(f.samples, frames * SOUND);
    ck_assert(!f.indexed);
    film_close(&f);
    ck_assert(avi_close(a, why));
}
END_TEST

/* No room: it ends with a whole second, and says so. */
START_TEST(a_full_disk_ends_the_film)
{
    struct rlimit was, limit;
    char why[PC_WHY];
    struct avi *a = avi_open(name, why);
    struct film f;
    uint32_t frames;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    limit = was;
    limit.rlim_cur = 1000000;
    setrlimit(RLIMIT_FSIZE, &limit);
    write_film(a, 400);
    ck_assert(!avi_close(a, why));
    setrlimit(RLIMIT_FSIZE, &was);
    ck_assert_ptr_nonnull(strstr(why, name));
    frames = read_film(&f);
    ck_assert_uint_gt(frames, 140);
    ck_assert_uint_lt(frames, 300);
    ck_assert_uint_eq(f.frames, frames);
    ck_assert_uint_eq(f.at, f.n);
    film_close(&f);
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
    char why[PC_WHY];

    ck_assert_ptr_null(avi_open("/no/such/folder/a.avi", why));
    ck_assert_ptr_nonnull(strstr(why, "/no/such/folder/a.avi"));
}
END_TEST

/* ---- names, sizes ---- */

static const struct { const char *path; int n; const char *is; } names[] = {
    { "a.avi", 1, "a.avi" }, { "a.avi", 2, "a-2.avi" },
    { "x.y/b.AVI", 12, "x.y/b-12.AVI" }, { "x.y/b", 3, "x.y/b-3" },
};

START_TEST(files_are_numbered)
{
    char to[64];

    movie_name(to, sizeof to, names[_i].path, names[_i].n);
    ck_assert_str_eq(to, names[_i].is);
}
END_TEST

/* What does not fit with its number is refused, not cut. */
START_TEST(long_names_are_refused)
{
    char path[1100], why[PC_WHY];

    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = 0;
    ck_assert_ptr_null(movie_open(NULL, path, 48000, false, why));
    ck_assert_ptr_nonnull(strstr(why, "too long"));
}
END_TEST

/* Rows of a 4 by 2 frame as letters, the film's size, what it shows. */
static const struct { const char *frame; uint32_t w, h; const char *film; }
fitting[] = {
    { "abcdefgh", 4, 2, "abcdefgh" },
    { "abcdefgh", 8, 2, "aabbccddeeffgghh" },
    { "abcdefgh", 4, 4, "abcdabcdefghefgh" },
    { "abcdabcd", 4, 1, "abcd" },
    { "abcdabce", 4, 1, NULL },
    { "aabbccdd", 2, 2, "abcd" },
    { "aabbccde", 2, 2, NULL },
    { "aabbaabb", 2, 1, "ab" },
    { "aabbaabb", 2, 4, "abababab" },
    { "aaaaaaaa", 1, 1, "a" },
    { "abcdefgh", 3, 2, NULL },
    { "abcdefgh", 6, 2, NULL },
};

START_TEST(frames_fit_without_loss)
{
    uint32_t p[8], to[32] = { 0 };
    struct pc_frame f = { .pixels = p, .width = 4, .height = 2, .stride = 4 };
    const char *film = fitting[_i].film;

    for (int n = 0; n < 8; n++)
        p[n] = (uint32_t)fitting[_i].frame[n];
    ck_assert_int_eq(film_fit(&f, fitting[_i].w, fitting[_i].h, to),
                     film != NULL);
    for (uint32_t n = 0; film && n < fitting[_i].w * fitting[_i].h; n++)
        ck_assert_uint_eq(to[n], (uint32_t)film[n]);
}
END_TEST

static Suite *film_suite(void)
{
    Suite *s = suite_create("film");
    TCase *t = tcase_create("film");

    tcase_add_loop_test(t, each_pixel_comes_back, 0,
                        sizeof sizes / sizeof sizes[0]);
    tcase_add_test(t, scrolling_is_cheap);
    tcase_add_test(t, a_file_has_what_was_put);
    tcase_add_test(t, a_file_that_was_not_closed_can_be_read);
    tcase_add_test(t, a_full_disk_ends_the_film);
    tcase_add_test(t, what_cannot_be_written_is_refused);
    tcase_add_loop_test(t, files_are_numbered, 0,
                        sizeof names / sizeof names[0]);
    tcase_add_test(t, long_names_are_refused);
    tcase_add_loop_test(t, frames_fit_without_loss, 0,
                        sizeof fitting / sizeof fitting[0]);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(film_suite());
    int failed;

    snprintf(name, sizeof name, "/tmp/isabox-film.%ld.avi", (long)getpid());
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    remove(name);
    return failed != 0;
}
