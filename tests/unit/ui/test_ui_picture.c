/* test_ui_picture.c - what of the picture has changed, for several displays:
 * rows of text, lines of pixels, nothing while nothing moves. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/options.h"
#include "ui/display/page.h"
#include "ui/session/picture.h"
#include "ui/session/session.h"

static struct session s;
static struct options o;

static void setup(void)
{
    char *argv[] = { "isabox", "-m", "640K", "-speed", "max", NULL };
    char why[PC_WHY];

    ck_assert_int_eq(options_parse(&o, 5, argv, why), OPT_RUN);
    ck_assert_msg(session_open(&s, &o, why), "%s", why);
}

static void teardown(void)
{
    session_close(&s);
    options_free(&o);
}

/* A character of the monitor's page, as a later look finds it. */
static struct picture *type_at_page(int ch, int64_t now)
{
    panel_typed(&s, ch);
    s.slices++;
    return picture_frame(&s, now);
}

static struct picture *open_page(void)
{
    page_show(&s, true);
    s.slices++;
    return picture_frame(&s, 1);
}

START_TEST(rows_and_lines_that_change)
{
    struct picture *p = open_page();
    uint64_t before, later;
    uint32_t first, count;
    int row;

    ck_assert(p && p->is_text);
    before = p->number;
    row = p->text.cursor_y;
    ck_assert_uint_eq(picture_lines(p, before, &first), 0);
    p = type_at_page('X', 2);
    for (int y = 0; y < p->text.rows; y++)
        ck_assert_msg((p->row[y] > before) == (y == row), "row %d", y);
    count = picture_lines(p, before, &first);
    ck_assert(count > 0 && first >= p->height * (uint32_t)row / 25);
    ck_assert_uint_le(first + count, p->height * (uint32_t)(row + 1) / 25);

    /* A display that looked in between sees only what came later. */
    later = p->number;
    p = type_at_page('\r', 3);
    ck_assert_int_gt(p->text.cursor_y, row);
    p = type_at_page('Y', 4);
    picture_lines(p, p->number - 1, &first);
    ck_assert_uint_ge(first, p->height * (uint32_t)p->text.cursor_y / 25);
    picture_lines(p, later, &first);
    ck_assert_uint_lt(first, p->height * (uint32_t)(row + 2) / 25);
}
END_TEST

START_TEST(the_second_display_of_a_slice_costs_nothing)
{
    struct picture *p = open_page();
    uint64_t before = p->number;

    panel_typed(&s, 'Z');                 /* the same slice: not looked at */
    ck_assert(picture_frame(&s, 1000000000) == p);
    ck_assert_uint_eq(p->number, before);
    s.slices++;
    ck_assert_uint_gt(picture_text(&s)->number, before);
}
END_TEST

START_TEST(the_monitors_page_is_a_picture_too)
{
    struct picture *p = picture_frame(&s, 0);
    uint64_t before = p->number;

    page_show(&s, true);
    s.slices++;
    p = picture_frame(&s, 1);
    ck_assert_uint_gt(p->frame_number, before);
    before = p->number;
    page_show(&s, false);
    s.slices++;
    p = picture_frame(&s, 2);
    ck_assert_uint_gt(p->frame_number, before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("picture");
    TCase *tc = tcase_create("session");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, rows_and_lines_that_change);
    tcase_add_test(tc, the_second_display_of_a_slice_costs_nothing);
    tcase_add_test(tc, the_monitors_page_is_a_picture_too);
    suite_add_tcase(suite, tc);
    sr = srunner_create(suite);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
