/* test_midiport.c - what the instrument on a MIDI port is told, and again. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/board.h"

enum { SAID = 8192 };

static char said[SAID];                 /* messages in hexadecimal, "90 3c 64," */

static void hear(void *ctx, int n, const uint8_t *message, size_t size)
{
    size_t at = strlen(said);

    (void)ctx;
    ck_assert_int_eq(n, 0);
    for (size_t i = 0; i < size; i++)
        at += (size_t)snprintf(said + at, SAID - at, i ? " %02x" : "%02x",
                               message[i]);
    snprintf(said + at, SAID - at, ",");
}

static struct pc *pc;
static struct midi_port *port;

static void begin(void)
{
    pc = calloc(1, sizeof *pc);
    pc->config.midi = hear;
    port = midi_port_new(pc, "auto", (struct sink){ NULL, NULL });
    *said = 0;
}

static void end(void)
{
    midi_ports_free(pc);
    free(pc);
}

static void send(const char *bytes)
{
    struct sink sink = midi_port_sink(port);

    for (char *next; *bytes; bytes = next) {
        unsigned long v = strtoul(bytes, &next, 16);

        if (next == bytes)
            break;
        sink_put(&sink, (u8)v);
    }
}

static const struct { const char *bytes, *messages; } runs[] = {
    { "90 3c 64 3c 0", "90 3c 64,90 3c 00," },
    { "c1 5 6 b0 7 f8 40", "c1 05,c1 06,b0 07 40," },
    { "f0 7e 7f 9 1 f7 90 1 2", "f0 7e 7f 09 01 f7,90 01 02," },
    { "90 1 f2 1 2 3", "" },            /* a system message ends the status */
    { "3c 64", "" },
    { "e0 0 40", "e0 00 40," },
};

START_TEST(bytes_become_messages)
{
    send(runs[_i].bytes);
    ck_assert_str_eq(said, runs[_i].messages);
}
END_TEST

/* What is told again about channel 0, behind all sound off and the reset. */
static const struct { const char *bytes, *again; } tellings[] = {
    { "90 3c 64", "" },
    { "b0 7 32 c0 13 b0 0 8", "b0 00 08,c0 13,b0 07 32," },
    { "e0 1 60 d0 9", "e0 01 60,d0 09," },
    { "b0 65 0 64 0 6 c 65 7f 64 7f",
      "b0 65 00,b0 64 00,b0 06 0c,b0 65 7f,b0 64 7f," },
    { "b0 65 0 64 0 6 c 63 1 62 8 6 40",        /* 40 is of another one */
      "b0 65 00,b0 64 00,b0 06 0c,b0 65 7f,b0 64 7f," },
    { "b0 65 0 64 0 6 c 79 0",
      "b0 65 00,b0 64 00,b0 06 0c,b0 65 7f,b0 64 7f," },
    { "b0 65 0 64 1", "b0 65 00,b0 64 01," },
    { "b0 1 40 7 50 e0 0 0 b0 79 0", "b0 07 50," },
};

START_TEST(a_load_tells_it_again)
{
    char want[200];

    send(tellings[_i].bytes);
    *said = 0;
    midi_ports_loaded(pc);
    snprintf(want, sizeof want, "b0 78 00,b0 79 00,%sb1 78 00,",
             tellings[_i].again);
    ck_assert_msg(!strncmp(said, want, strlen(want)), "%s", said);
    *said = 0;
    midi_ports_ran(pc);                 /* once is enough */
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(what_was_told_is_state)
{
    ck_assert_uint_eq(state_bytes(&midi_told_table), sizeof(struct midi_told));
    send("c3 7 b3 7 10");
    *said = 0;
    midi_ports_hold(pc);
    midi_ports_loaded(pc);
    ck_assert_ptr_null(strstr(said, "c3"));
    ck_assert_str_eq(pc_midi_font(pc, 0), "auto");
    ck_assert_ptr_null(pc_midi_font(pc, 1));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("midiport");
    TCase *t = tcase_create("midiport");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, bytes_become_messages, 0,
                        sizeof runs / sizeof runs[0]);
    tcase_add_loop_test(t, a_load_tells_it_again, 0,
                        sizeof tellings / sizeof tellings[0]);
    tcase_add_test(t, what_was_told_is_state);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
