/* test_timeline.c - the timeline: what is shown, and that the machine is the
 * same before and after. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/random.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"
#include "ui/display/fit.h"
#include "ui/display/page.h"
#include "ui/display/timeline/timeline_priv.h"
#include "ui/session/session.h"

#define MS INT64_C(1000000)
enum { LEFT = 0xe04b, RIGHT = 0xe04d, HOME = 0xe047, END = 0xe04f,
       PAGE_UP = 0xe049, PAGE_DOWN = 0xe051, UP = 0xe048, DOWN = 0xe050,
       ENTER = 0x1c, ESCAPE = 0x01 };

/* ---- a session with a display that says what it is told ---- */

struct bed {
    struct options o;
    struct session s;
};

static char said[PC_WHY];

static void hear(struct display *d, const char *text)
{
    (void)d;
    snprintf(said, sizeof said, "%s", text);
}

static const struct front window = {
    .name = "window", .say = hear, .draws = true,
};

static struct bed *bed_open(const char *history)
{
    const char *argv[] = { "isabox", "-display", "none", "-speed", "5",
                           "-m", "4", "-history", history, "-device",
                           "vga,vgamem_mb=1", NULL };
    struct bed *b = calloc(1, sizeof *b);
    char why[PC_WHY];

    ck_assert_int_eq(options_parse(&b->o, 11, (char **)argv, why), OPT_RUN);
    b->o.config.builtin_disk = true;
    b->o.config.builtin_start = PC_TOUR_MENU;
    ck_assert_msg(session_open(&b->s, &b->o, why), "%s", why);
    b->s.display[0] = (struct display){ .front = &window, .s = &b->s,
                                        .unwatched = true, .props = "" };
    b->s.displays = 1;
    b->s.turbo = true;
    said[0] = 0;
    return b;
}

static void bed_close(struct bed *b)
{
    session_close(&b->s);
    options_free(&b->o);
    free(b);
}

static void run_on(struct bed *b, int64_t ns)
{
    int64_t end = pc_now(b->s.pc) + ns;

    while (pc_now(b->s.pc) < end)
        pc_run(b->s.pc, end - pc_now(b->s.pc), 0);
}

/* Two seconds and a bit, with keys that lead through the tour. */
static struct bed *bed_that_ran(const char *history)
{
    static const uint16_t keys[] = { 0x22, 0x39, 0x01, 0x23, 0x39 };
    struct bed *b = bed_open(history);

    run_on(b, 1500 * MS);
    for (size_t n = 0; n < sizeof keys / sizeof keys[0]; n++) {
        pc_key(b->s.pc, keys[n], true);
        run_on(b, 90 * MS + 12345);
        pc_key(b->s.pc, keys[n], false);
        run_on(b, 60 * MS);
    }
    return b;
}

static void draw_all(struct bed *b)
{
    for (int n = 0; panel_work(&b->s); n++)
        ck_assert_int_lt(n, 1000);
}

static void timeline_open(struct bed *b)
{
    char why[PC_WHY];

    ck_assert_msg(timeline_show(&b->s, true, why), "%s", why);
    ck_assert(timeline_shown(&b->s));
    ck_assert(b->s.paused);
}

/* ---- there and back ---- */

START_TEST(escape_leaves_all_as_it_was)
{
    static const uint16_t moves[] = { LEFT, LEFT, HOME, UP, UP, RIGHT, END,
                                      PAGE_UP, DOWN, PAGE_DOWN, UP, UP, UP };
    struct bed *a = bed_that_ran("64M"), *b = bed_that_ran("64M");
    struct pc_moment was = pc_moment(b->s.pc), here;
    uint64_t hash = pc_hash(b->s.pc);

    ck_assert_uint_eq(pc_hash(a->s.pc), hash);
    timeline_open(b);
    for (size_t n = 0; n < sizeof moves / sizeof moves[0]; n++) {
        panel_key(&b->s, moves[n]);
        draw_all(b);
        ck_assert_uint_eq(pc_hash(b->s.pc), hash);
        ck_assert_uint_eq(b->s.panel->frame(&b->s).width, 960);
    }
    panel_key(&b->s, ESCAPE);
    ck_assert_ptr_null(b->s.panel);
    ck_assert(!b->s.paused && !pc_in_past(b->s.pc));
    here = pc_moment(b->s.pc);
    ck_assert_mem_eq(&was, &here, sizeof was);
    ck_assert_uint_eq(pc_history_info(a->s.pc).snapshots,
                      pc_history_info(b->s.pc).snapshots);
    run_on(a, 700 * MS);
    run_on(b, 700 * MS);
    ck_assert_uint_eq(pc_hash(a->s.pc), pc_hash(b->s.pc));
    ck_assert_str_eq(said, "");
    bed_close(a);
    bed_close(b);
}
END_TEST

START_TEST(a_paused_machine_stays_paused)
{
    struct bed *b = bed_that_ran("64M");

    session_pause(&b->s, true);
    timeline_open(b);
    panel_key(&b->s, ESCAPE);
    ck_assert(b->s.paused);
    bed_close(b);
}
END_TEST

/* ---- going on from a moment ---- */

static const struct { uint16_t key[6]; } walks[] = {
    { { LEFT } }, { { LEFT, LEFT, LEFT } }, { { HOME } }, { { HOME, RIGHT } },
    { { LEFT, UP, UP, UP, RIGHT } }, { { HOME, UP, RIGHT, UP, UP, RIGHT } },
    { { LEFT, UP, UP, UP, UP, LEFT } }, { { PAGE_UP, RIGHT } }, { { END } },
    { { DOWN, DOWN, LEFT } },
};

static void walk(struct bed *a, struct bed *b, const uint16_t *key, bool drawn)
{
    struct pc_moment here;
    char why[PC_WHY];

    timeline_open(b);
    for (int n = 0; n < 6 && key[n]; n++)
        panel_key(&b->s, key[n]);
    if (drawn)                          /* Enter may come before the picture */
        draw_all(b);
    b->s.panel->key(&b->s, ENTER);
    ck_assert(!timeline_shown(&b->s) && !b->s.paused);
    here = pc_moment(b->s.pc);
    ck_assert_msg(pc_seek(a->s.pc, here.ns, why), "%s", why);
    ck_assert_int_eq(pc_now(a->s.pc), here.ns);
    ck_assert_uint_eq(pc_hash(a->s.pc), pc_hash(b->s.pc));
    pc_run(a->s.pc, 50 * MS, 0);
    pc_run(b->s.pc, 50 * MS, 0);
    ck_assert_uint_eq(pc_hash(a->s.pc), pc_hash(b->s.pc));
}

START_TEST(enter_is_a_seek)
{
    struct bed *a = bed_that_ran("64M"), *b = bed_that_ran("64M");
    struct pc_moment first, last, chosen, was;
    char why[PC_WHY];

    for (size_t n = 0; n < sizeof walks / sizeof walks[0]; n++) {
        walk(a, b, walks[n].key, n & 1);
        ck_assert(pc_history_range(b->s.pc, &first, &last));
        ck_assert(pc_seek_moment(a->s.pc, &last, why));
        ck_assert(pc_seek_moment(b->s.pc, &last, why));
    }
    timeline_open(b);
    panel_key(&b->s, LEFT);
    draw_all(b);
    was = pc_moment(b->s.pc);
    ck_assert(timeline_chosen(&b->s, &chosen));
    ck_assert_int_lt(chosen.ns, was.ns);
    panel_key(&b->s, ENTER);
    was = pc_moment(b->s.pc);
    ck_assert_mem_eq(&chosen, &was, sizeof was);
    bed_close(a);
    bed_close(b);
}
END_TEST

/* Finer and coarser steps lie about the very moment that was shown. */
START_TEST(steps_change_about_what_is_shown)
{
    static const uint16_t keys[] = {    /* to 0.1 s behind a snapshot */
        LEFT, LEFT, UP, UP, UP, LEFT, LEFT, LEFT, DOWN, DOWN
    };
    struct bed *b = bed_that_ran("64M");
    struct pc_moment was, is;

    timeline_open(b);
    for (size_t n = 0; n < sizeof keys / sizeof keys[0]; n++)
        panel_key(&b->s, keys[n]);
    draw_all(b);
    ck_assert(timeline_chosen(&b->s, &was));
    for (int n = 0; n < 8; n++) {
        panel_key(&b->s, UP);
        draw_all(b);
        ck_assert(timeline_chosen(&b->s, &is));
        ck_assert_int_eq(is.ns, was.ns);
    }
    bed_close(b);
}
END_TEST

/* In the past, End is where the input ended. */
START_TEST(the_end_lies_ahead_of_the_past)
{
    struct bed *b = bed_that_ran("64M");
    uint64_t hash = pc_hash(b->s.pc), then;
    char why[PC_WHY];

    ck_assert(pc_seek(b->s.pc, 1700 * MS, why));
    then = pc_hash(b->s.pc);
    timeline_open(b);
    draw_all(b);
    panel_key(&b->s, RIGHT);
    draw_all(b);
    ck_assert_uint_eq(pc_hash(b->s.pc), then);
    panel_key(&b->s, END);
    panel_key(&b->s, ENTER);
    ck_assert_uint_eq(pc_hash(b->s.pc), hash);
    ck_assert(!pc_in_past(b->s.pc));
    bed_close(b);
}
END_TEST

START_TEST(any_keys_leave_the_machine)
{
    static const uint16_t keys[] = { LEFT, RIGHT, HOME, END, PAGE_UP,
                                     PAGE_DOWN, UP, DOWN, LEFT, 0x39, 0 };
    struct bed *b = bed_that_ran("64M");
    uint64_t hash = pc_hash(b->s.pc);
    u64 seed = 7;

    timeline_open(b);
    for (int n = 0; n < 200; n++) {
        panel_key(&b->s, keys[random_below(&seed, 11)]);
        panel_click(&b->s, (int)random_below(&seed, 1000) - 20,
                    (int)random_below(&seed, 180) + 560);
        panel_wheel(&b->s, (int)random_below(&seed, 7) - 3);
        ck_assert(timeline_shown(&b->s));
        if (n % 8 == 0) {
            panel_work(&b->s);
            b->s.panel->frame(&b->s);
        }
    }
    ck_assert_uint_eq(pc_hash(b->s.pc), hash);
    bed_close(b);
}
END_TEST

/* ---- the pictures ---- */

/* The small picture of a moment is the machine's own screen there. */
START_TEST(pictures_are_of_their_moments)
{
    struct bed *a = bed_that_ran("64M"), *b = bed_that_ran("64M");
    static uint32_t want[SMALL_W * SMALL_H];
    char why[PC_WHY];
    int64_t ns;
    int seen = 0;

    timeline_open(b);
    panel_wheel(&b->s, 1);
    draw_all(b);
    for (int n = 0; n < SLOTS; n++) {
        struct pc_frame f;
        struct shot *shot;

        if (!slot_time(b->s.timeline, n, &ns))
            continue;
        shot = shot_find(b->s.timeline, time_shown(&b->s, ns));
        ck_assert_ptr_nonnull(shot);
        ck_assert(pc_seek_moment(a->s.pc, &shot->at, why));
        f = pc_screen(a->s.pc);
        fit_picture(&f, want, SMALL_W, SMALL_H, SMALL_W);
        ck_assert_mem_eq(want, shot->pixels, sizeof want);
        seen++;
    }
    ck_assert_int_ge(seen, 4);
    bed_close(a);
    bed_close(b);
}
END_TEST

START_TEST(the_mouse_chooses)
{
    struct bed *b = bed_that_ran("64M");
    struct pc_moment m, first, last;
    int64_t ns;

    timeline_open(b);
    draw_all(b);
    for (int y = 0; y < ALL_H; y++)
        for (int x = 0; x < ALL_W; x += 7)
            if (timeline_time_at(&b->s, x, y, &ns))
                ck_assert(ns >= b->s.timeline->first.ns &&
                          ns <= b->s.timeline->last.ns);
    panel_click(&b->s, 20, 620);        /* the first slot */
    draw_all(b);
    ck_assert(timeline_chosen(&b->s, &m));
    ck_assert(pc_history_range(b->s.pc, &first, &last));
    ck_assert_int_lt(m.ns, last.ns - 1000 * MS);
    bed_close(b);
}
END_TEST

START_TEST(a_picture_is_the_mean_of_what_lies_under_it)
{
    static const uint32_t from[] = { 0xff0000, 0x00ff00, 0x0000ff, 0x000000 };
    struct pc_frame f = { .pixels = from, .width = 2, .height = 2,
                          .stride = 2, .aspect_w = 4, .aspect_h = 3 };
    uint32_t one, nine[9];

    fit_picture(&f, &one, 1, 1, 1);
    ck_assert_uint_eq(one, 0x3f3f3f);
    fit_picture(&f, nine, 3, 3, 3);
    ck_assert_uint_eq(nine[0], 0xff0000);
    ck_assert_uint_eq(nine[1], 0x827c00);     /* 22 and 21 of 43 parts */
    ck_assert_uint_eq(nine[8], 0x000000);
}
END_TEST

/* ---- where it can't be shown ---- */

START_TEST(no_history_is_said)
{
    struct bed *b = bed_open("off");
    char why[PC_WHY] = "";

    ck_assert(!timeline_show(&b->s, true, why));
    ck_assert_ptr_nonnull(strstr(why, "no history"));
    ck_assert_ptr_null(b->s.panel);
    ck_assert(!b->s.paused);
    bed_close(b);
}
END_TEST

START_TEST(without_a_picture_it_is_not_shown)
{
    struct bed *b = bed_open("64M");
    char why[PC_WHY] = "";

    b->s.displays = 0;
    ck_assert(!timeline_show(&b->s, true, why));
    ck_assert_ptr_nonnull(strstr(why, "display"));
    bed_close(b);
}
END_TEST

START_TEST(a_history_of_one_moment)
{
    struct bed *b = bed_open("64M");
    uint64_t hash = pc_hash(b->s.pc);

    timeline_open(b);
    panel_key(&b->s, LEFT);
    panel_key(&b->s, HOME);
    panel_key(&b->s, DOWN);
    draw_all(b);
    b->s.panel->frame(&b->s);
    panel_key(&b->s, ENTER);
    ck_assert_uint_eq(pc_hash(b->s.pc), hash);
    bed_close(b);
}
END_TEST

/* Before the floppy was taken out the machine can't be. */
START_TEST(a_moment_out_of_reach_says_why)
{
    struct bed *b = bed_that_ran("64M");
    uint64_t hash;

    pc_eject(b->s.pc, PC_FDA);
    run_on(b, 600 * MS);
    hash = pc_hash(b->s.pc);
    timeline_open(b);
    panel_key(&b->s, HOME);
    draw_all(b);
    b->s.panel->frame(&b->s);
    panel_key(&b->s, ENTER);
    ck_assert(timeline_shown(&b->s));
    ck_assert_ptr_nonnull(strstr(said, "another floppy"));
    ck_assert_uint_eq(pc_hash(b->s.pc), hash);
    panel_key(&b->s, ESCAPE);
    ck_assert(!pc_in_past(b->s.pc));
    bed_close(b);
}
END_TEST

/* ---- others that act meanwhile ---- */

/* A key waits for a machine that runs. */
static const char *const others[] = {
    "rewind 300ms", "sendkey a", "cont", "system_reset", "step",
};

static const bool stays[] = { false, true, false, false, false };

START_TEST(it_goes_when_the_machine_moves)
{
    struct bed *b = bed_that_ran("64M");

    timeline_open(b);
    free(monitor_command(&b->s, others[_i], false));
    panel_work(&b->s);
    ck_assert(timeline_shown(&b->s) == stays[_i]);
    bed_close(b);
}
END_TEST

START_TEST(the_monitor_takes_its_place)
{
    struct bed *b = bed_that_ran("64M");

    timeline_open(b);
    page_show(&b->s, true);
    ck_assert(page_shown(&b->s));
    ck_assert(!b->s.paused);
    ck_assert_ptr_null(b->s.timeline);
    free(monitor_command(&b->s, "timeline", false));
    ck_assert(timeline_shown(&b->s));
    bed_close(b);                       /* and it may be there at the end */
}
END_TEST

#define LOOP(tc, test, table)                                              \
    tcase_add_loop_test(tc, test, 0, sizeof table / sizeof table[0])

int main(void)
{
    Suite *suite = suite_create("timeline");
    TCase *tc = tcase_create("timeline");
    SRunner *r = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, escape_leaves_all_as_it_was);
    tcase_add_test(tc, a_paused_machine_stays_paused);
    tcase_add_test(tc, enter_is_a_seek);
    tcase_add_test(tc, steps_change_about_what_is_shown);
    tcase_add_test(tc, the_end_lies_ahead_of_the_past);
    tcase_add_test(tc, any_keys_leave_the_machine);
    tcase_add_test(tc, pictures_are_of_their_moments);
    tcase_add_test(tc, the_mouse_chooses);
    tcase_add_test(tc, a_picture_is_the_mean_of_what_lies_under_it);
    tcase_add_test(tc, no_history_is_said);
    tcase_add_test(tc, without_a_picture_it_is_not_shown);
    tcase_add_test(tc, a_history_of_one_moment);
    tcase_add_test(tc, a_moment_out_of_reach_says_why);
    LOOP(tc, it_goes_when_the_machine_moves, others);
    tcase_add_test(tc, the_monitor_takes_its_place);
    suite_add_tcase(suite, tc);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
