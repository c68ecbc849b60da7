/* test_midifile.c - what a MIDI port sends, as the bytes of a file. */
#include <check.h>

#include "machine/board.h"
#include "machine/midifile.h"
#include "tests/lib/machine_dir.h"

enum { HEAD = 29, READ = 4096 };

static struct heard heard;
static char midi_path[PATH + 16];
static u8 file[READ];
static size_t file_n;

static void begin(void)
{
    setup();
    snprintf(midi_path, sizeof midi_path, "%s/out.mid", dir);
}

static void read_file(void)
{
    FILE *f = fopen(midi_path, "rb");

    ck_assert_ptr_nonnull(f);
    file_n = fread(file, 1, sizeof file, f);
    fclose(f);
}

/* Bytes sent and the times of them in ms, and the events that come of them. */
#define EVENTS(...) { __VA_ARGS__ }, sizeof (u8[]){ __VA_ARGS__ }
static const struct {
    struct { u16 ms; u8 n, byte[8]; } sent[4];
    u8 events[40];
    size_t n;
} runs[] = {
    /* running status is written out */
    { { { 5, 3, { 0x90, 60, 100 } }, { 205, 2, { 60, 0 } } },
      EVENTS(5, 0x90, 60, 100, 0x81, 0x48, 0x90, 60, 0, 0) },
    /* real time bytes within a message */
    { { { 1, 2, { 0xf8, 0xc3 } }, { 2, 3, { 0xfe, 7, 0xfa } } },
      EVENTS(2, 0xc3, 7, 0) },
    /* system exclusive ends running status */
    { { { 1, 3, { 0xb0, 7, 90 } }, { 3, 6, { 0xf0, 0x41, 0xf8, 1, 0xf7, 7 } },
        { 4, 3, { 0xb0, 7, 1 } } },
      EVENTS(1, 0xb0, 7, 90, 2, 0xf0, 3, 0x41, 1, 0xf7, 1, 0xb0, 7, 1, 0) },
    /* one that a status breaks off */
    { { { 9, 6, { 0xf0, 1, 2, 0x80, 3, 4 } } },
      EVENTS(9, 0xf0, 3, 1, 2, 0xf7, 0, 0x80, 3, 4, 0) },
    /* system common messages, a status that there is not */
    { { { 0, 3, { 0xf2, 1, 2 } }, { 0, 3, { 0x90, 0xf6, 5 } },
        { 0, 2, { 0xf4, 5 } } },
      EVENTS(0, 0xf7, 3, 0xf2, 1, 2, 0, 0xf7, 1, 0xf6, 0) },
    /* times go on, never back */
    { { { 20000, 2, { 0xd0, 1 } }, { 500, 2, { 0xd0, 2 } },
        { 20001, 2, { 0xd0, 3 } } },
      EVENTS(0x81, 0x9c, 0x20, 0xd0, 1, 0, 0xd0, 2, 1, 0xd0, 3, 0) },
};

START_TEST(bytes_become_events)
{
    static const char head[] = "MThd\0\0\0\6\0\0\0\1\3\xe8MTrk\0\0";
    static const u8 end[] = { 0xff, 0x2f, 0 };
    struct pc *pc = calloc(1, sizeof *pc);
    struct why why = { "" };
    struct sink sink;

    ck_assert_ptr_nonnull(pc);
    ck_assert_int_eq(midi_file_new(pc, midi_path, &sink, &why), ERR_OK);
    ck_assert_int_eq(folder_count(dir), 0);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < runs[_i].sent[i].n; k++) {
            pc->clk.now = runs[_i].sent[i].ms * MS + 999999;
            sink_put(&sink, runs[_i].sent[i].byte[k]);
        }
    ck_assert_int_eq(midi_files_close(pc, true, &why), ERR_OK);
    free(pc);
    read_file();
    ck_assert_uint_eq(file_n, HEAD + runs[_i].n + sizeof end);
    ck_assert_int_eq(memcmp(file, head, sizeof head - 1), 0);
    ck_assert_uint_eq(file[21], file_n - 22);
    ck_assert_int_eq(memcmp(file + 22, "\0\xff\x51\3\x0f\x42\x40", 7), 0);
    ck_assert_int_eq(memcmp(file + HEAD, runs[_i].events, runs[_i].n), 0);
    ck_assert_int_eq(memcmp(file + file_n - 3, end, 3), 0);
}
END_TEST

/* A guest in UART mode: 90 3C 64 leaves; the state is that of a machine
 * without a file. */
static uint64_t run_guest(const char *line)
{
    static const uint8_t code[] = {
        0xba, 0x31, 0x03, 0xb0, 0x3f, 0xee, 0x4a,   /* 331h: UART mode */
        0xb0, 0x90, 0xee, 0xb0, 0x3c, 0xee,
        0xb9, 0x00, 0x40, 0xe2, 0xfe,   /* until the line is free */
        0xb0, 0x64, 0xee, 0xf4,
    };
    struct pc_config c = machine_config(&heard);
    char path[PATH + 16], why[PC_WHY] = "";
    uint64_t hash;
    struct pc *pc;

    snprintf(path, sizeof path, "%s/boot.img", dir);
    ck_assert(file_boot(path, code, sizeof code, 1474560));
    c.drive[PC_FDA].path = path;
    c.device = &line;
    c.devices = 1;
    pc = pc_new(&c, why);
    ck_assert_msg(pc != NULL, "%s", why);
    pc_run(pc, 5000 * MS, 0);
    hash = pc_hash(pc);
    ck_assert_msg(pc_close(pc, why), "%s", why);
    return hash;
}

static bool note_in_file(void)
{
    read_file();
    for (size_t n = 0; n + 3 <= file_n; n++)
        if (!memcmp(file + n, "\x90\x3c\x64", 3))
            return true;
    return false;
}

START_TEST(a_guest_plays)
{
    char line[PATH + 64];
    uint64_t hash = run_guest("mpu401");

    snprintf(line, sizeof line, "mpu401,midi=%s", midi_path);
    ck_assert(run_guest(line) == hash);
    ck_assert(note_in_file());
    unlink(midi_path);
    snprintf(line, sizeof line, "sb16,midi=%s", midi_path);
    run_guest(line);
    ck_assert(note_in_file());
}
END_TEST

START_TEST(a_file_that_cannot_be)
{
    const char *line = "mpu401,midi=/there/is/none.mid";
    struct pc_config c = machine_config(&heard);
    char why[PC_WHY] = "";

    c.device = &line;
    c.devices = 1;
    ck_assert_ptr_null(pc_new(&c, why));
    ck_assert_msg(strstr(why, "midi=/there/is/none.mid: No such file"), "%s",
                  why);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("midifile");
    Suite *s = suite_create("midifile");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(tc, begin, teardown);
    tcase_add_loop_test(tc, bytes_become_events, 0,
                        (int)(sizeof runs / sizeof runs[0]));
    tcase_add_test(tc, a_guest_plays);
    tcase_add_test(tc, a_file_that_cannot_be);
    suite_add_tcase(s, tc);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
