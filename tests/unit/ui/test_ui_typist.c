/* test_ui_typist.c - typing, of any length, by the guest's own pace. */
#include <check.h>

#include "tests/lib/machine.h"
#include "ui/session/keys.h"
#include "ui/session/typist.h"

static char dir[PATH];
static struct heard heard;
static struct typist typist;
static struct pc *pc;

/* Reads keys by INT 16h and says them; after a '#' it is busy for 91 ticks. */
static const uint8_t reader[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0xb4, 0x00, 0xcd, 0x16, 0xe6, 0xe9, 0x3c, 0x23,
    0x75, 0xf6, 0x8b, 0x1e, 0x6c, 0x04, 0x83, 0xc3, 0x5b, 0xa1, 0x6c, 0x04,
    0x39, 0xd8, 0x78, 0xf9, 0xeb, 0xe6,
};

/* Has an INT 09h of its own, which says 'k' for each key that goes down, and
 * leaves twelve keys in the BIOS's buffer. */
static const uint8_t own_driver[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0xfa, 0xc7, 0x06, 0x1a, 0x04, 0x1e, 0x00, 0xc7,
    0x06, 0x1c, 0x04, 0x36, 0x00, 0xc7, 0x06, 0x24, 0x00, 0x1f, 0x7c, 0x8c,
    0x0e, 0x26, 0x00, 0xfb, 0xf4, 0xeb, 0xfd, 0x50, 0xe4, 0x60, 0x84, 0xc0,
    0x78, 0x04, 0xb0, 0x6b, 0xe6, 0xe9, 0xb0, 0x20, 0xe6, 0x20, 0x58, 0xcf,
};

static void let_go(void *ctx)
{
    (void)ctx;
    pc_release(pc);
}

static void boot(const uint8_t *code, size_t n)
{
    struct pc_config c = machine_config(&heard);
    char path[PATH + 10], why[PC_WHY];

    ck_assert(folder_make(dir));
    snprintf(path, sizeof path, "%s/a.img", dir);
    ck_assert(file_boot(path, code, n, 1474560));
    c.drive[PC_FDA] = (struct pc_medium){ .path = path, .snapshot = true };
    c.branch = let_go;
    memset(&heard, 0, sizeof heard);
    pc = pc_new(&c, why);
    ck_assert_msg(pc != NULL, "%s", why);
    pc_run(pc, 5000 * MS, 0);
}

static void boot_reader(void) { boot(reader, sizeof reader); }
static void boot_own_driver(void) { boot(own_driver, sizeof own_driver); }

static void teardown(void)
{
    typist_clear(&typist);
    pc_free(pc);
    folder_remove(dir);
}

/* Types what waits, and for some time more; the time it took. */
static int64_t finish(void)
{
    int64_t begun = pc_now(pc), due;

    while ((due = typist_run(&typist, pc)) != INT64_MAX)
        pc_run(pc, due > pc_now(pc) ? due - pc_now(pc) : 1, 0);
    begun = pc_now(pc) - begun;
    pc_run(pc, 6000 * MS, 0);
    return begun;
}

/* A line of text each 32 characters, HEARD in all. */
static char text_at(size_t i)
{
    static const char line[] = "dir a:\\x | MORE \"Some more text\"\r";

    return line[i % (sizeof line - 1)];
}

static void typed_all(size_t n)
{
    ck_assert_uint_eq(heard.n, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(heard.text[i] == text_at(i), "%zu: %c", i,
                      heard.text[i]);
}

START_TEST(long_text_arrives)
{
    for (size_t i = 0; i < HEARD - 2; i++)
        ck_assert(typist_char(&typist, text_at(i)));
    finish();
    typed_all(HEARD - 2);
}
END_TEST

START_TEST(a_paste_is_quick)
{
    for (size_t i = 0; i < 1000; i++)
        ck_assert(typist_paste(&typist, text_at(i)));
    ck_assert_int_lt(finish(), 10000 * MS);
    typed_all(1000);
}
END_TEST

START_TEST(ends_of_lines_are_enter)
{
    for (const char *p = "a\r\nb\nc\rd\n\ne\033\x80"; *p; p++)
        ck_assert(typist_paste(&typist, (unsigned char)*p));
    finish();
    ck_assert_str_eq(heard.text, "a\rb\rc\rd\r\re");
}
END_TEST

/* Commands that take a while: what is typed meanwhile is not lost. */
START_TEST(busy_programs_get_their_keys)
{
    char text[301];

    for (int i = 0; i < 300; i++)
        text[i] = i % 100 == 20 ? '#' : (char)('a' + i % 26);
    text[300] = 0;
    for (const char *p = text; *p; p++)
        ck_assert(typist_paste(&typist, *p));
    finish();
    ck_assert_str_eq(heard.text, text);
}
END_TEST

/* Presses and releases that come in one burst. */
START_TEST(events_wait_for_the_guest)
{
    for (int i = 0; i < 500; i++) {
        bool shift;
        uint16_t code = key_of_char('a' + i % 26, &shift);

        ck_assert(typist_event(&typist, pc, code, true));
        ck_assert(typist_event(&typist, pc, code, false));
    }
    finish();
    ck_assert_uint_eq(heard.n, 500);
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(heard.text[i], 'a' + i % 26);
}
END_TEST

START_TEST(one_event_is_immediate)
{
    ck_assert(typist_event(&typist, pc, 0x1e, true));
    ck_assert_uint_eq(typist.count, 0);
    pc_run(pc, 10 * MS, 0);
    ck_assert_str_eq(heard.text, "a");
}
END_TEST

START_TEST(there_is_an_end)
{
    unsigned n = 0;

    while (typist_char(&typist, 'x'))
        n++;
    ck_assert_uint_eq(n, TYPIST_STEPS / 2);
    ck_assert_uint_eq(typist_room(&typist, 1), 0);
    ck_assert(!typist_event(&typist, pc, 0x1e, true));
}
END_TEST

START_TEST(own_drivers_are_found_out)
{
    typist.patience = pc_now(pc) + 20000 * MS;  /* it has just typed */
    for (int i = 0; i < 5; i++)
        ck_assert(typist_char(&typist, 'x'));
    ck_assert_int_lt(finish(), 21000 * MS);
    ck_assert_str_eq(heard.text, "kkkkk");
    for (int i = 0; i < 5; i++)
        ck_assert(typist_char(&typist, 'x'));
    ck_assert_int_lt(finish(), 500 * MS);
    ck_assert_str_eq(heard.text, "kkkkkkkkkk");
}
END_TEST

/* Ctrl-Alt-Delete does not wait for who does not read. */
START_TEST(hurried_keys)
{
    static const uint16_t chord[] = { KEY_CTRL, KEY_ALT, KEY_DELETE };

    ck_assert(typist_chord(&typist, chord, 3, 100));
    ck_assert_int_lt(finish(), 5000 * MS);
}
END_TEST

static bool no_bytes(void *ctx, const void *bytes, size_t n)
{
    (void)ctx, (void)bytes, (void)n;
    return true;
}

/* All that leads a machine another way. */
static void by_key(void) { pc_key(pc, 0x1f, false); }
static void by_mouse(void) { pc_mouse(pc, 1, 0, 0, 0); }
static void by_serial(void) { pc_receive(pc, PC_COM1, 'x'); }
static void by_stick(void) { pc_joystick(pc, 0, 1, 1, 0); }
static void by_poke(void) { pc_poke(pc, 0x500, "", 1); }
static void by_port_in(void) { pc_port_in(pc, 0x80, 1); }
static void by_port_out(void) { pc_port_out(pc, 0x80, 1, 0); }
static void by_nmi(void) { pc_nmi(pc); }

static void by_register(void)
{
    uint32_t eax = 0;

    ck_assert(pc_register_write(pc, "eax", &eax, sizeof eax));
}

static void by_record(void)
{
    char why[PC_WHY];

    ck_assert(pc_record(pc, false, no_bytes, NULL, why));
}

static void (*const other_ways[])(void) = {
    by_key, by_mouse, by_serial, by_stick, by_poke, by_port_in, by_port_out,
    by_nmi, by_register, by_record,
};
enum { OTHER_WAYS = sizeof other_ways / sizeof other_ways[0] };

static bool ctrl_is_down(void)
{
    uint8_t flags;

    pc_memory(pc, 0x417, &flags, 1);
    return flags & 4;
}

/* Ctrl is down at the place in the past, and up later. */
START_TEST(keys_of_the_past_are_let_go)
{
    char why[PC_WHY] = "";
    int64_t at;

    ck_assert(pc_history(pc, 16 << 20));
    ck_assert(typist_event(&typist, pc, 0x1d, true));
    pc_run(pc, 400 * MS, 0);
    at = pc_now(pc);
    pc_run(pc, 100 * MS, 0);
    ck_assert(typist_event(&typist, pc, 0x1d, false));
    pc_run(pc, 600 * MS, 0);
    ck_assert_msg(pc_seek(pc, at, why), "%s", why);
    ck_assert(ctrl_is_down());
    other_ways[_i]();
    ck_assert(!pc_in_past(pc));
    pc_run(pc, 100 * MS, 0);
    ck_assert(!ctrl_is_down());
}
END_TEST

int main(void)
{
    Suite *s = suite_create("typist");
    TCase *c = tcase_create("reader"), *own = tcase_create("own driver");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(c, boot_reader, teardown);
    tcase_add_test(c, long_text_arrives);
    tcase_add_test(c, a_paste_is_quick);
    tcase_add_test(c, ends_of_lines_are_enter);
    tcase_add_test(c, busy_programs_get_their_keys);
    tcase_add_test(c, events_wait_for_the_guest);
    tcase_add_test(c, one_event_is_immediate);
    tcase_add_test(c, there_is_an_end);
    tcase_add_loop_test(c, keys_of_the_past_are_let_go, 0, OTHER_WAYS);
    suite_add_tcase(s, c);
    tcase_add_checked_fixture(own, boot_own_driver, teardown);
    tcase_add_test(own, own_drivers_are_found_out);
    tcase_add_test(own, hurried_keys);
    suite_add_tcase(s, own);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
