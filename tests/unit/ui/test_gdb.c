/* test_gdb.c - gdb's protocol without gdb: frames, damaged and hostile ones,
 * Ctrl-C, what is told of stops. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/random.h"
#include "ui/control/gdb.h"
#include "ui/session/session.h"

#define MS INT64_C(1000000)

/* ---- a client without a connection ---- */

static struct session s;
static struct options o;
static struct peer *p;

static void open_all(void)
{
    char *argv[] = { "isabox", "-m", "640K", "-speed", "max", NULL };
    struct control *c = &s.controls.list[0];
    char why[PC_WHY];

    signal(SIGALRM, SIG_IGN);           /* the session's timer */
    ck_assert_int_eq(options_parse(&o, 5, argv, why), OPT_RUN);
    ck_assert_msg(session_open(&s, &o, why), "%s", why);
    s.controls.n = 1;
    *c = (struct control){ .s = &s, .protocol = &gdb_protocol,
                           .spec = "unix:", .listener = -1 };
    for (int i = 0; i < PEERS; i++)
        c->peer[i] = (struct peer){ .control = c, .in = -1, .out = -1 };
    p = &c->peer[0];
    gdb_protocol.opened(p);
    ck_assert(s.paused);
}

static void close_all(void)
{
    gdb_protocol.closed(p);
    s.controls.n = 0;
    strbuf_free(&p->to);
    session_close(&s);
    options_free(&o);
}

static void send_raw(const char *bytes, size_t n)
{
    strbuf_drop(&p->to, p->to.n);
    gdb_protocol.input(p, bytes, n);
}

/* A packet with its sum; the answer without its frame. */
static const char *ask(const char *body)
{
    static char answer[2 * GDB_PACKET + 10];
    char frame[GDB_PACKET + 5];
    unsigned sum = 0;
    int n;

    for (const char *q = body; *q; q++)
        sum += (unsigned char)*q;
    n = snprintf(frame, sizeof frame, "$%s#%02x", body, sum & 0xff);
    send_raw(frame, (size_t)n);
    n = (int)p->to.n;
    ck_assert_int_lt(n, (int)sizeof answer);
    memcpy(answer, p->to.n ? p->to.p : "", p->to.n);
    answer[n] = 0;
    if (n < 5 || answer[0] != '+')
        return answer;
    answer[n - 3] = 0;
    return answer + 2;
}

static void says(const char *body, const char *want)
{
    const char *have = ask(body);

    ck_assert_msg(!strncmp(have, want, strlen(want)) &&
                  (*want || !*have), "%s: %s", body, have);
}

/* ---- tests ---- */

START_TEST(frames_are_checked)
{
    static const char bad[] = "$g#00", late[] = "+++$?#3f";

    open_all();
    send_raw(bad, strlen(bad));
    ck_assert(p->to.n == 1 && *p->to.p == '-');
    send_raw(late, strlen(late));
    ck_assert(p->to.n > 8 && !strncmp(p->to.p, "+$T05", 5));
    send_raw("-", 1);                   /* again */
    ck_assert(p->to.n > 7 && !strncmp(p->to.p, "$T05", 4));
    says("QStartNoAckMode", "OK");
    send_raw(late, strlen(late));
    ck_assert(!strncmp(p->to.p, "$T05", 4));
    close_all();
}
END_TEST

START_TEST(requests_are_answered)
{
    open_all();
    says("qSupported:swbreak+;hwbreak+", "PacketSize=");
    says("qXfer:features:read:target.xml:0,20", "m<?xml");
    says("qXfer:features:read:target.xml:99999,fff", "E01");
    says("qXfer:features:read:other.xml:0,fff", "");
    says("vCont?", "vCont;c;C;s;S");
    says("Hg0", "OK");
    says("qC", "QC1");
    says("nonsense", "");
    says("p8", "f0ffffff");
    says("p999", "E01");
    says("P0=78563412", "OK");
    says("p0", "78563412");
    says("P0=7856", "E01");
    says("P21=00000000", "E01");        /* CR0 */
    says("M500,4:01020304", "OK");
    says("m500,4", "01020304");
    says("X500,2:}\x03}\x04", "OK");    /* escaped # and $ */
    says("m500,4", "23240304");
    says("m500", "E14");
    says("mffffffffff,4", "E14");
    says("M500,4:0102", "E14");
    says("M500,ffffffff:01", "E14");
    says("qRcmd,696e666f20737461747573", "O564d20");
    says("qRcmd,6", "E01");
    says("s", "T05thread:1;");
    says("bc", "T05thread:1;replaylog:begin;");
    close_all();
}
END_TEST

START_TEST(stops_are_told)
{
    open_all();
    says("qSupported:swbreak+;hwbreak+", "PacketSize=");
    says("Z0,fe05b,1", "OK");
    says("Z0,fe05b,1", "OK");           /* the same once more */
    ck_assert_int_eq(s.stops.n, 1);
    ck_assert_str_eq(ask("vCont;c"), "+");
    session_run(&s, MS);
    ck_assert_msg(strstr(p->to.p, "$T05thread:1;swbreak:;#"), "%s", p->to.p);
    ck_assert(s.paused);
    says("z0,fe05b,1", "OK");
    says("Z2,472,2", "OK");
    says("Z2,fffffff0,20", "E01");
    says("Z3,0,0", "E01");
    says("Z9,0,1", "");
    ck_assert_str_eq(ask("c"), "+");
    send_raw("\x03", 1);
    ck_assert_msg(strstr(p->to.p, "$T02"), "%s", p->to.p);
    says("D", "OK");
    ck_assert_int_eq(s.stops.n, 0);
    ck_assert(!s.paused);
    close_all();
}
END_TEST

/* Bytes of a client that means no good: the machine is not hurt, and an honest
 * packet is answered behind them. */
START_TEST(hostile_streams_do_nothing)
{
    static const char alphabet[] = "$#+-}*0123456789abcdefgGpPmMXzZvqQ,:;=ks";
    char *bytes = malloc(3 * GDB_PACKET);
    u64 seed = 77 + (u64)_i;

    open_all();
    for (int round = 0; round < 200; round++) {
        size_t n = random_below(&seed, round % 20 ? 60 : 3 * GDB_PACKET);

        for (size_t i = 0; i < n; i++)
            bytes[i] = random_below(&seed, 8)
                ? alphabet[random_below(&seed, sizeof alphabet - 1)]
                : (char)random_below(&seed, 256);
        send_raw(bytes, n);
        ck_assert(!p->gone);
        session_pause(&s, true);
        s.quit = false;
    }
    send_raw("#00", 3);
    says("Hg0", "OK");
    close_all();
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gdb");
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    tcase_add_test(t, frames_are_checked);
    tcase_add_test(t, requests_are_answered);
    tcase_add_test(t, stops_are_told);
    tcase_add_loop_test(t, hostile_streams_do_nothing, 0, 3);
    suite_add_tcase(suite, t);
    r = srunner_create(suite);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
