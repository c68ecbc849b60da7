/* test_ui_page.c - the line editor, the monitor's page, and log topics. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ui/host/edit.h"
#include "ui/files/logfile.h"
#include "ui/control/commands.h"
#include "ui/control/monitor.h"
#include "ui/display/page.h"

/* ---- the line editor ---- */

static void offer(void *ctx, const char *line, struct strbuf *names)
{
    (void)ctx;
    if (!strcmp(line, "sen"))
        strbuf_add(names, "sendkey\n");
    if (!strcmp(line, "m"))
        strbuf_add(names, "mouse_move\nmouse_button\n");
}

#define CTRL(c) ((c) & 0x1f)
static const struct { const char *typed, *line; } lines[] = {
    { "stop\r", "stop" },
    { "stpo\b\bop\r", "stop" },
    { "top\001s\r", "stop" },                   /* Ctrl-A */
    { "op\033[D\033[Dst\033[F!\r", "stop!" },
    { "xstop\001\004\r", "stop" },              /* Ctrl-D */
    { "xstop\033[H\033[3~\r", "stop" },
    { "info pic\027cpu\r", "info cpu" },        /* Ctrl-W */
    { "info pic\025cont\r", "cont" },           /* Ctrl-U */
    { "stopping\002\002\002\002\013\r", "stop" },
    { "sen\tret\r", "sendkey ret" },
    { "m\t\r", "mouse_" },
    { "\033[A\033[Ax\033[Bok\r", "xok" },        /* nothing to go back to */
    { "\033[99~\033Ox\001\002\020\016\177\004\r", "" },
};

START_TEST(keys_edit_the_line)
{
    struct edit *e = edit_new("> ", offer, NULL);
    struct strbuf out = { 0 };
    const char *line = NULL;

    for (const char *p = lines[_i].typed; *p; p++)
        line = edit_byte(e, (unsigned char)*p, &out);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line, lines[_i].line);
    edit_free(e);
    strbuf_free(&out);
}
END_TEST

static const char *type(struct edit *e, const char *typed)
{
    struct strbuf out = { 0 };
    const char *line = NULL;

    for (const char *p = typed; *p; p++)
        line = edit_byte(e, (unsigned char)*p, &out);
    strbuf_free(&out);
    return line;
}

START_TEST(history_goes_back)
{
    struct edit *e = edit_new("> ", offer, NULL);
    char text[20];

    for (int n = 0; n < 3 * EDIT_HISTORY; n++) {
        snprintf(text, sizeof text, "line %d\r", n);
        type(e, text);
    }
    snprintf(text, sizeof text, "line %d", 3 * EDIT_HISTORY - 2);
    ck_assert_str_eq(type(e, "\033[A\033[A\r"), text);
    ck_assert_str_eq(type(e, "\033[A\r"), text);
    ck_assert_str_eq(type(e, "\033[A\033[A\033[Bx\r"), "line 148x");
    edit_free(e);
}
END_TEST

START_TEST(long_lines_and_noise_are_survived)
{
    struct edit *e = edit_new("> ", offer, NULL);
    struct strbuf out = { 0 };
    unsigned x = 1;

    for (int n = 0; n < 100000; n++)
        edit_byte(e, (x = x * 1103515245 + 12345) >> 16 & 0xff, &out);
    for (int n = 0; n < 2000; n++)
        edit_byte(e, 'x', &out);
    ck_assert_uint_lt(strlen(edit_byte(e, '\r', &out)), EDIT_LINE);
    edit_free(e);
    strbuf_free(&out);
}
END_TEST

/* ---- the page ---- */

static struct options o;
static struct session s;

static void open_session(void)
{
    char *argv[] = { "isabox", "-display", "none", NULL };
    char why[PC_WHY];

    ck_assert_int_eq(options_parse(&o, 3, argv, why), OPT_RUN);
    ck_assert_msg(session_open(&s, &o, why), "%s", why);
}

static void close_session(void)
{
    session_close(&s);
    options_free(&o);
}

static bool shows(const char *text)
{
    struct pc_text *t = malloc(sizeof *t);
    bool found = false;

    s.panel->text(&s, t);
    for (int y = 0; y < t->rows; y++) {
        char row[PC_TEXT_COLUMNS + 1];

        for (int x = 0; x < t->columns; x++)
            row[x] = (char)t->cell[y][x].ch;
        row[t->columns] = 0;
        found |= strstr(row, text) != NULL;
    }
    free(t);
    return found;
}

static void enter(const char *text)
{
    while (*text)
        panel_typed(&s, *text++);
}

START_TEST(the_page_takes_commands)
{
    page_show(&s, true);
    ck_assert(shows("(isabox)"));
    enter("print 2*21\r");
    ck_assert(shows("0x2a"));
    enter("info st\t\r");
    ck_assert(shows("VM status: running"));
    panel_key(&s, 0xe048);
    panel_key(&s, 0x1c);
    enter("help\r");
    ck_assert(!shows("0x2a"));
    for (int i = 0; i < 5 && !shows("0x2a"); i++)
        panel_key(&s, 0xe049);
    ck_assert(shows("0x2a"));
    enter("x\b");
    ck_assert(!shows("0x2a"));
    page_show(&s, false);
    ck_assert(!page_shown(&s));
    page_show(&s, true);
    ck_assert(shows("quit"));
}
END_TEST

START_TEST(the_page_keeps_within_its_lines)
{
    page_show(&s, true);
    for (int n = 0; n < 60; n++)
        enter("help\r");
    for (int n = 0; n < 100; n++)
        panel_key(&s, 0xe049);
    ck_assert(shows(" -- "));           /* some of a help, wherever it begins */
    for (int n = 0; n < 1000; n++)
        enter("y");
    for (int n = 0; n < 256; n++) {
        panel_typed(&s, n);
        panel_key(&s, (uint16_t)(0xe000 + n));
    }
}
END_TEST

START_TEST(the_page_can_be_drawn)
{
    struct pc_frame f;
    size_t ink = 0;

    page_show(&s, true);
    f = s.panel->frame(&s);
    ck_assert_uint_eq(f.width, 640);
    ck_assert_uint_eq(f.height, 400);
    for (uint32_t n = 0; n < f.width * f.height; n++)
        ink += f.pixels[n] == 0xaaaaaa;
    ck_assert_uint_gt(ink, 500);
    ck_assert_uint_lt(ink, 5000);
}
END_TEST

/* ---- expressions ---- */

static const struct { const char *text; int64_t value; } sums[] = {
    { "1+2*3", 7 }, { "(1+2)*3", 9 }, { "0x10 - 1", 15 }, { "-5+~0", -6 },
    { "7/2", 3 }, { "7%4", 3 }, { "1|6&4", 4 }, { "6^3", 5 }, { "'A'", 65 },
    { "$eip - $eip", 0 }, { "010", 8 }, { "$cr0 & 0", 0 },
};

START_TEST(expressions_have_values)
{
    const char *p = sums[_i].text;
    char why[PC_WHY];
    int64_t v;

    ck_assert_msg(value_expression(s.pc, &p, &v, why), "%s", why);
    ck_assert_int_eq(v, sums[_i].value);
    ck_assert_str_eq(p, "");
}
END_TEST

static const char *const no_sums[] = {
    "", "(", "1+", "$", "$foo", "1/0", "1%0", "''", "'ab'", "0x", "12z", ")",
    "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1",
    "------------------------------------------------------------1",
};

START_TEST(mistakes_are_found)
{
    const char *p = no_sums[_i];
    char why[PC_WHY] = "";
    int64_t v;

    ck_assert(!value_expression(s.pc, &p, &v, why));
    ck_assert_str_ne(why, "");
}
END_TEST

/* ---- log topics ---- */

static const struct { const char *topics, *who, *text; bool shown; } logs[] = {
    { "io", "io", "in  0060 1c kbc", true },
    { "io", "int", "08 hard", false },
    { "io:kbc", "io", "in  0060 1c kbc", true },
    { "io:kbc", "io", "in  0040 1c pit", false },
    { "disk:fdc", "fdc", "command e6", true },
    { "disk:fdc", "ide", "command 20", false },
    { "io:60-64", "io", "in  0060 1c kbc", true },
    { "io:60-64", "io", "out 0065 60 none", false },
    { "io:60", "io", "out 0060 60 kbc", true },
    { "io:pit,io:kbc", "io", "out 0060 60 kbc", true },
    { "int:21", "int", "21 soft code 0", true },
    { "int:21", "int", "10 soft code 21", false },
    { "exec:7c00-7dff", "exec", "00007c00 0000:7c00 fa cli", true },
    { "exec:7c00-7dff", "exec", "00007e00 0000:7e00 fa cli", false },
    { "all", "vga", "picture", true },
    { "none", "io", "in  0060 1c kbc", false },
};

START_TEST(topics_choose_lines)
{
    struct logfile l = { .file = NULL };
    char why[PC_WHY], line[200] = "";

    l.file = tmpfile();
    ck_assert_msg(logfile_set(&l, logs[_i].topics, why), "%s", why);
    logfile_line(&l, 1, PC_LOG_TRACE, logs[_i].who, logs[_i].text);
    rewind(l.file);
    ck_assert(!!fgets(line, sizeof line, l.file) == logs[_i].shown);
    if (logs[_i].shown)
        ck_assert_ptr_nonnull(strstr(line, logs[_i].text));
    fclose(l.file);
}
END_TEST

static const char *const no_topics[] = { "foo", "io:", "io:5-2", "io,bar" };

START_TEST(bad_topics_change_nothing)
{
    struct logfile l = { .file = NULL };
    char why[PC_WHY];

    ck_assert(logfile_set(&l, "int", why));
    ck_assert(!logfile_set(&l, no_topics[_i], why));
    ck_assert(logfile_wants(&l, PC_LOG_TRACE, "int"));
    ck_assert(!logfile_wants(&l, PC_LOG_TRACE, "io"));
}
END_TEST

#define LOOP(tc, test, table)                                              \
    tcase_add_loop_test(tc, test, 0, sizeof table / sizeof table[0])

int main(void)
{
    Suite *suite = suite_create("page");
    TCase *plain = tcase_create("plain"), *tc = tcase_create("session");
    SRunner *r = srunner_create(suite);
    int failed;

    LOOP(plain, keys_edit_the_line, lines);
    tcase_add_test(plain, history_goes_back);
    tcase_add_test(plain, long_lines_and_noise_are_survived);
    LOOP(plain, topics_choose_lines, logs);
    LOOP(plain, bad_topics_change_nothing, no_topics);
    tcase_add_checked_fixture(tc, open_session, close_session);
    tcase_add_test(tc, the_page_takes_commands);
    tcase_add_test(tc, the_page_keeps_within_its_lines);
    tcase_add_test(tc, the_page_can_be_drawn);
    LOOP(tc, expressions_have_values, sums);
    LOOP(tc, mistakes_are_found, no_sums);
    suite_add_tcase(suite, plain);
    suite_add_tcase(suite, tc);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
