/* test_ui.c - front-end pieces without a machine: names, keys, characters,
 * scripts, commands. */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "ui/display/charset.h"
#include "ui/session/keys.h"
#include "machine/words/near.h"
#include "ui/control/commands.h"
#include "ui/control/hotkeys.h"
#include "ui/control/script.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

/* ---- names ---- */

START_TEST(near_counts_steps)
{
    ck_assert_int_eq(near_distance("abc", "abc"), 0);
    ck_assert_int_eq(near_distance("abc", "abd"), 1);
    ck_assert_int_eq(near_distance("abc", "acb"), 1);
    ck_assert_int_eq(near_distance("", "abc"), 3);
    ck_assert_int_eq(near_distance("display", "dsplay"), 1);
}
END_TEST

START_TEST(near_keeps_only_what_could_be_meant)
{
    struct near n = { "xyzzy", NULL, 0 };

    near_try(&n, "fda");
    ck_assert_ptr_null(n.best);
    n = (struct near){ "snapshit", NULL, 0 };
    near_try(&n, "script");
    near_try(&n, "snapshot");
    ck_assert_str_eq(n.best, "snapshot");
}
END_TEST

/* ---- keys ---- */

static const struct { const char *text; int n; uint16_t code[4]; } chords[] = {
    { "a", 1, { 0x1e } },
    { "ctrl-alt-delete", 3, { 0x1d, 0x38, 0xe053 } },
    { "shift-f10", 2, { 0x2a, 0x44 } },
    { "ret", 1, { 0x1c } }, { "kp_enter", 1, { 0xe01c } },
    { "pause", 1, { 0xe11d } }, { "print", 1, { 0xe037 } },
    { "ctrl-nosuch", 0, { 0 } }, { "", 0, { 0 } }, { "a-", 0, { 0 } },
};

START_TEST(chords_are_keys_in_order)
{
    uint16_t code[CHORD_KEYS];
    char bad[32];

    ck_assert_int_eq(key_chord(chords[_i].text, code, bad), chords[_i].n);
    for (int k = 0; k < chords[_i].n; k++)
        ck_assert_uint_eq(code[k], chords[_i].code[k]);
}
END_TEST

START_TEST(every_ascii_character_has_its_key)
{
    bool shift;
    uint16_t seen[2][128] = { { 0 } };

    for (int c = ' '; c < 127; c++) {
        uint16_t code = key_of_char(c, &shift);

        ck_assert_uint_ne(code, 0);
        ck_assert_uint_lt(code, 128);
        ck_assert_msg(!seen[shift][code], "'%c' is typed as '%c' is", c,
                      seen[shift][code]);
        seen[shift][code] = (uint16_t)c;
    }
    ck_assert_uint_eq(key_of_char('\n', &shift), 0x1c);
    ck_assert_uint_eq(key_of_char(0xe9, &shift), 0);
    ck_assert_uint_eq(key_of_char('A', &shift), 0x1e);
    ck_assert(shift);
}
END_TEST

/* ---- characters ---- */

START_TEST(code_page_goes_there_and_back)
{
    for (int c = 1; c < 255; c++) {
        char text[5] = { 0 };
        const char *p = text;

        if (cp437_unicode[c] == ' ' && c != ' ')
            continue;
        utf8_put(text, cp437_unicode[c]);
        ck_assert_int_eq(charset_from_unicode(utf8_get(&p)), c);
        ck_assert_int_ge(charset_ascii((uint8_t)c), ' ');
        ck_assert_int_lt(charset_ascii((uint8_t)c), 127);
    }
    ck_assert_uint_eq(cp437_unicode[0xda], 0x250c);
    ck_assert_uint_eq(cp437_unicode[0xb3], 0x2502);
    ck_assert_int_eq(charset_ascii(0xba), '|');
    ck_assert_int_eq(charset_ascii(0xcd), '=');
    ck_assert_int_eq(charset_ascii(0x8e), 'A');
}
END_TEST

START_TEST(damaged_utf8_does_not_run_away)
{
    const char *text = "\xe2\x82", *p = text;

    ck_assert_uint_eq(utf8_get(&p), 0xfffd);
    ck_assert(p > text && p <= text + 2);
    p = "\x80z";
    ck_assert_uint_eq(utf8_get(&p), 0xfffd);
    ck_assert_int_eq(*p, 'z');
}
END_TEST

/* ---- scripts ---- */

static struct script *script(const char *text, char *why)
{
    char path[] = "/tmp/isabox-test-XXXXXX";
    int fd = mkstemp(path);
    struct script *sc;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
    close(fd);
    sc = script_read(path, why);
    unlink(path);
    return sc;
}

START_TEST(scripts_are_read)
{
    char why[PC_WHY] = "";
    struct script *sc = script("# a comment\n\n"
                               "expect 2s \"A:\\\\>\" # and one here\n"
                               "type \"a\\tb\\n\\e\\\"\"\n"
                               "key ctrl-alt-delete ret f1\n"
                               "assert-mem 40:17 00ff\n"
                               "print $cs.base / $eip\n"
                               "expect \"5s\"\nquit 3", why);

    ck_assert_msg(sc != NULL, "%s", why);
    script_free(sc);
}
END_TEST

/* Lines as a script has them, and one argument's word and number. */
static const struct {
    const char *line, *arg, *text;
    int64_t n;
} good_lines[] = {
    { "expect 2s \"A:\\\\>\" # a comment", "text", "A:\\>", 0 },
    { "expect 2s \"x\"", "time", "2s", 2000000000 },
    { "expect \"5s\"", "text", "5s", 0 },
    { "type \"a\\tb\\n\\e\\\"\"", "text", "a\tb\n\033\"", 0 },
    { "key ctrl-alt-delete ret f1", "chord", "ctrl-alt-delete ret f1", 0 },
    { "assert-mem 40:17 00ff", "addr", "40:17", 0x417 },
    { "eject -f fdb", "device", "fdb", PC_FDB },
    { "eject b -f", "device", "b", PC_FDB },
    { "mouse 3 -4", "dy", NULL, -4 },
    { "mouse 3 -4 -5", "dz", NULL, -5 },
    { "memsave 0x10 64K \"a b\"", "size", NULL, 65536 },
    { "memsave 0x10 64K \"a b\"", "filename", "a b", 0 },
    { "log  io:70", "topics", "io:70", 0 },
    { "change fda x.img read-only", "format", "read-only", 0 },
    { "info\tstatus", NULL, NULL, 0 },
};

START_TEST(lines_become_calls)
{
    struct call c = { .way = BY_SCRIPT };
    const struct call_arg *a;

    ck_assert_msg(call_read(&c, good_lines[_i].line), "%s", c.why);
    if (good_lines[_i].arg) {
        a = call_arg(&c, good_lines[_i].arg);
        ck_assert(a->given);
        ck_assert_pstr_eq(a->text, good_lines[_i].text);
        if (good_lines[_i].n)
            ck_assert_int_eq(a->n, good_lines[_i].n);
    }
    call_end(&c);
}
END_TEST

/* Each row: types that exist, names that are found, no name twice. */
START_TEST(the_table_of_commands_is_sound)
{
    size_t n;

    for (const struct command *r = NULL; (r = command_next(r));) {
        const char *args = r->args;
        char buf[COMMAND_NAME];
        struct param p;
        int count = 0;

        ck_assert_msg(r->run && r->help, "%s", r->name);
        for (; param_next(&args, &p); count += p.type != P_FORMAT)
            ck_assert_msg(p.type < P_LIST || strstr(r->args, ":list"), "%s",
                          r->name);
        ck_assert_int_le(count, CALL_ARGS);
        if (!strchr(r->name, '|'))
            ck_assert_msg(command_find(r->name, &n) == r, "%s", r->name);
        if (command_qmp_name(r, buf))
            ck_assert(command_of_qmp(command_qmp_name(r, buf)) == r);
    }
    for (const struct hotkey *k = hotkeys; k->line; k++)
        ck_assert_msg(command_find(k->line, &n) != NULL, "%s", k->line);
}
END_TEST

static const struct { const char *text, *words; } bad_scripts[] = {
    { "expct \"x\"", ":1: unknown command: 'expct'; did you mean 'expect'" },
    { "wait 1s\nkey ctlr-a", ":2: chord: there is no 'ctlr'; did you mean "
      "'ctrl'" },
    { "expect \"x", "no closing quotation" },
    { "expect \"\\q\"", "unknown escape" },
    { "expect", "text is missing" },
    { "hash now", "'now' is too much" },
    { "wait long", "is no time" },
    { "mouse 1 x", "invalid number" },
    { "click top", "none of left" },
    { "insert hdz x", "no such drive" },
    { "print $eex", "did you mean '$eax'" },
    { "assert-mem 0x400 0", "hex digits" },
    { "assert-mem zz 00", "no address" },
    { "type \"\xc3\xa4\"", "no key types" },
    { "expect \"a\"\"b\"", "a blank is missing" },
    { "key", "chord is missing" },
    { "type", "text is missing" },
};

START_TEST(bad_scripts_name_file_and_line)
{
    char why[PC_WHY] = "";

    ck_assert_ptr_null(script(bad_scripts[_i].text, why));
    ck_assert_msg(strstr(why, bad_scripts[_i].words), "%s", why);
    ck_assert_msg(strstr(why, "/tmp/isabox-test-"), "%s", why);
}
END_TEST

START_TEST(addresses_and_bytes)
{
    uint32_t a;
    uint8_t b[4];

    ck_assert(value_address("0x7c00", &a) && a == 0x7c00);
    ck_assert(value_address("40:17", &a) && a == 0x417);
    ck_assert(value_address("ffff:ffff", &a) && a == 0x10ffef);
    ck_assert(!value_address("10000:0", &a) && !value_address("40:", &a));
    ck_assert_int_eq(value_bytes("55aa", b, 4), 2);
    ck_assert_uint_eq(b[1], 0xaa);
    ck_assert_int_eq(value_bytes("55a", b, 4), -1);
    ck_assert_int_eq(value_bytes("0011223344", b, 4), -1);
    ck_assert_int_eq(value_bytes("", b, 4), -1);
}
END_TEST

#define LOOP(tc, name, table) \
    tcase_add_loop_test(tc, name, 0, COUNT(table))

int main(void)
{
    Suite *s = suite_create("ui");
    TCase *tc = tcase_create("ui");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_add_test(tc, near_counts_steps);
    tcase_add_test(tc, near_keeps_only_what_could_be_meant);
    LOOP(tc, chords_are_keys_in_order, chords);
    tcase_add_test(tc, every_ascii_character_has_its_key);
    tcase_add_test(tc, code_page_goes_there_and_back);
    tcase_add_test(tc, damaged_utf8_does_not_run_away);
    tcase_add_test(tc, scripts_are_read);
    tcase_add_loop_test(tc, lines_become_calls, 0,
                        sizeof good_lines / sizeof good_lines[0]);
    tcase_add_test(tc, the_table_of_commands_is_sound);
    LOOP(tc, bad_scripts_name_file_and_line, bad_scripts);
    tcase_add_test(tc, addresses_and_bytes);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
