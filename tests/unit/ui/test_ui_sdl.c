/* test_ui_sdl.c - of the window: its keys, where the picture goes; libraries
 * that are loaded. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "machine/pc.h"
#include "ui/host/library.h"

#if HAVE_SDL
#include "ui/display/sdl.h"
#include "ui/display/sdlkeys.h"
#include "ui/display/sdlstick.h"

/* The 104 keys of a US keyboard by their set-1 codes: 01 to 53, 57, 58 and
 * those behind E0. */
static const uint16_t extended[] = {
    0xe01c, 0xe01d, 0xe035, 0xe037, 0xe038, 0xe047, 0xe048, 0xe049, 0xe04b,
    0xe04d, 0xe04f, 0xe050, 0xe051, 0xe052, 0xe053, 0xe05b, 0xe05c, 0xe05d,
    0xe11d,
};

static int keys_for(uint16_t code)
{
    int n = 0;

    for (int sc = 0; sc < SDL_NUM_SCANCODES; sc++)
        n += sdl_key((SDL_Scancode)sc) == code;
    return n;
}

START_TEST(all_104_keys)
{
    int n = 0;

    for (uint16_t code = 1; code <= 0x58; code++) {
        if (code >= 0x54 && code <= 0x56)
            continue;                   /* no keys of a US keyboard */
        /* 2B lies in two places, beside Enter and above it. */
        ck_assert_msg(keys_for(code) == 1 + (code == 0x2b), "%02x", code);
        n++;
    }
    for (size_t i = 0; i < sizeof extended / sizeof extended[0]; i++, n++)
        ck_assert_msg(keys_for(extended[i]) == 1, "%04x", extended[i]);
    ck_assert_int_eq(n, 104);
    ck_assert_int_eq(keys_for(0x56), 1);        /* the 105th, beside Shift */
    ck_assert_int_eq(sdl_key(SDL_SCANCODE_UNKNOWN), 0);
}
END_TEST

static const struct {
    enum scale scale;
    uint32_t width, height;             /* of the picture */
    int area_w, area_h;
    SDL_Rect at;
} places[] = {
    { SCALE_ASPECT, 720, 400, 960, 720, { 0, 0, 960, 720 } },
    { SCALE_ASPECT, 320, 200, 1920, 1080, { 240, 0, 1440, 1080 } },
    { SCALE_ASPECT, 640, 480, 1000, 1000, { 0, 125, 1000, 750 } },
    { SCALE_INTEGER, 640, 480, 1920, 1080, { 320, 60, 1280, 960 } },
    { SCALE_INTEGER, 320, 200, 960, 720, { 0, 60, 960, 600 } },
    { SCALE_INTEGER, 720, 400, 640, 480, { -40, 40, 720, 400 } },
    { SCALE_FREE, 720, 400, 1000, 300, { 0, 0, 1000, 300 } },
};

START_TEST(picture_lies_in_its_place)
{
    struct window *w = calloc(1, sizeof *w);
    SDL_Rect r;

    w->scale = places[_i].scale;
    w->width = places[_i].width;
    w->height = places[_i].height;
    r = sdl_place(w, places[_i].area_w, places[_i].area_h);
    ck_assert(memcmp(&r, &places[_i].at, sizeof r) == 0);
    free(w);
}
END_TEST

/* Gaps lie within their lines, from the middle to the next line's top. */
START_TEST(gaps_lie_between_lines)
{
    const SDL_Rect area = { 10, 20, 300, 707 };

    for (int n = 0; n < 200; n++) {
        SDL_Rect r = sdl_gap(&area, n, 200);

        ck_assert_int_eq(r.x, 10);
        ck_assert_int_eq(r.w, 300);
        ck_assert_int_ge(r.h, 1);
        ck_assert_int_gt(r.y, 20 + n * 707 / 200);
        ck_assert_int_eq(r.y + r.h, 20 + (n + 1) * 707 / 200);
    }
    ck_assert_int_eq(sdl_gap(&area, 7, 400).h, 0);
}
END_TEST

/* ---- the keypad as a joystick ---- */

static struct window *window_with_stick(void)
{
    static const char *const card[] = { "gameport" };
    struct window *w = calloc(1, sizeof *w);
    struct pc_config config;
    char why[PC_WHY];

    pc_config_init(&config);
    config.ram_kib = 1024;
    config.device = card;
    config.devices = 1;
    w->s = calloc(1, sizeof *w->s);
    w->s->pc = pc_new(&config, why);
    ck_assert_msg(w->s->pc != NULL, "%s", why);
    return w;
}

/* Port 201h half a millisecond after its one-shots began, in the middle between
 * the ends of an axis. */
static unsigned stick_port(struct pc *pc)
{
    pc_port_out(pc, 0x201, 1, 0);
    pc_run(pc, MS / 2, 0);
    return pc_port_in(pc, 0x201, 1);
}

static const struct { SDL_Scancode key; unsigned port; } pad[] = {
    { SDL_SCANCODE_KP_9, 0xf1 }, { SDL_SCANCODE_KP_3, 0xf3 },
    { SDL_SCANCODE_KP_1, 0xf2 }, { SDL_SCANCODE_KP_7, 0xf0 },
    { SDL_SCANCODE_KP_0, 0xe3 }, { SDL_SCANCODE_KP_PERIOD, 0xd3 },
};

START_TEST(the_keypad_moves_a_stick)
{
    struct window *w = window_with_stick();

    ck_assert(!sdl_stick_key(w, pad[_i].key, true));
    sdl_stick_switch(w);
    ck_assert(!sdl_stick_key(w, pad[_i].key, false));
    ck_assert(!sdl_stick_key(w, SDL_SCANCODE_Q, true));
    ck_assert(sdl_stick_key(w, pad[_i].key, true));
    ck_assert_uint_eq(stick_port(w->s->pc) & 0xf3, pad[_i].port);
    sdl_stick_let_go(w);
    ck_assert_uint_eq(stick_port(w->s->pc) & 0xf3, 0xf3);
    pc_free(w->s->pc);
    free(w->s);
    free(w);
}
END_TEST
#endif

/* ---- libraries ---- */

static struct { int before; const char *(*version)(void); int behind; } zlib;

static bool load_zlib(const char *first, const char *function, char *why)
{
    const char *const names[] = { first, "libz.so.1", "libz.dylib", NULL };
    const struct library_row row = {
        function, (size_t)((char *)&zlib.version - (char *)&zlib)
    };

    return library_load(names, &row, 1, &zlib, why);
}

START_TEST(a_library_goes_by_several_names)
{
    char why[PC_WHY];

    ck_assert_msg(load_zlib("libz-of-another-host.so", "zlibVersion", why),
                  "%s", why);
    ck_assert_int_eq(*zlib.version(), '1');
    ck_assert_int_eq(zlib.before | zlib.behind, 0);
}
END_TEST

START_TEST(what_a_library_lacks_is_told)
{
    char why[PC_WHY];
    const char *const names[] = { "libno-such.so.1", "libnor-that.so", NULL };

    ck_assert(!load_zlib("libz.so.1", "zlib_is_not_that", why));
    ck_assert_ptr_nonnull(strstr(why, "libz.so.1 has no zlib_is_not_that()"));
    ck_assert(!library_load(names, NULL, 0, NULL, why));
    ck_assert_ptr_nonnull(strstr(why, "libno-such.so.1"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("window");
    TCase *t = tcase_create("window");
    SRunner *r = srunner_create(s);
    int failed;

#if HAVE_SDL
    tcase_add_test(t, all_104_keys);
    tcase_add_loop_test(t, picture_lies_in_its_place, 0,
                        sizeof places / sizeof places[0]);
    tcase_add_loop_test(t, the_keypad_moves_a_stick, 0,
                        (int)(sizeof pad / sizeof pad[0]));
    tcase_add_test(t, gaps_lie_between_lines);
#endif
    tcase_add_test(t, a_library_goes_by_several_names);
    tcase_add_test(t, what_a_library_lacks_is_told);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
