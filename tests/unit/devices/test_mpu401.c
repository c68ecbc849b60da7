/* test_mpu401.c - the MPU-401 alone: detection, UART mode, and what a driver
 * of the intelligent mode sees. The driver is here: it answers each request
 * with the next event of that track, and notes what leaves by MIDI, when. */
#include "devices/sound/mpu401.h"
#include "tests/lib/chip.h"

enum { DATA, CONTROL };
enum { TICK = 5000000 };        /* ns: 100 beats of 120 clocks a minute */

struct sent { ns_t at; u8 byte; };

static struct chip_test t;
static struct mpu401 mpu, other;
static struct mpu401 *card;     /* the one that is played */
static struct sent sent[4096];
static int sent_n, edges;

/* Events of a track: time, then one to three bytes, with their number. */
struct event { u8 n, byte[4]; };

static const struct event track0[] = {
    { 4, { 0, 0x90, 60, 100 } }, { 3, { 24, 60, 0 } },
    { 4, { 6, 0x90, 62, 90 } }, { 3, { 30, 62, 0 } }, { 2, { 60, 0xfc } },
};
static const struct event track3[] = {
    { 3, { 10, 0xc1, 5 } }, { 1, { 0xf8 } }, { 4, { 20, 0x91, 40, 64 } },
    { 2, { 5, 0xf8 } }, { 2, { 5, 0xf9 } }, { 4, { 10, 0x81, 40, 0 } },
    { 2, { 0, 0xfc } },
};
static const struct event conduct[] = {
    { 3, { 24, 0xe0, 200 } }, { 2, { 40, 0xc3 } }, { 2, { 0, 0xfc } },
};

static struct {
    const struct event *event[9];
    int at[9], clocks, ends, acks, requests;
    ns_t last_clock;
} driver;

static void put(void *ctx, u8 byte)
{
    (void)ctx;
    if (byte != 0xf8)
        sent[sent_n++ % (int)COUNT_OF(sent)] =
            (struct sent){ t.clk.now, byte };
}

static void request(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    edges += level;
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    mpu = (struct mpu401){ .midi = { put, NULL },
                           .irq = { request, NULL, 0, false } };
    other = mpu;
    mpu401_init(&mpu, &env);
    env.timer_id += 16;
    mpu401_init(&other, &env);
    card = &mpu;
    sent_n = edges = 0;
    memset(&driver, 0, sizeof driver);
}

static u8 in(u16 port) { return (u8)mpu401_ops.port_in(card, port, 1); }

static void out(u16 port, u8 v) { mpu401_ops.port_out(card, port, 1, v); }

static void command(u8 v)
{
    out(CONTROL, v);
    ck_assert_uint_eq(in(DATA), 0xfe);
}

static void command_with(u8 v, u8 data)
{
    command(v);
    out(DATA, data);
}

/* The driver's interrupt routine. */
static void serve(void)
{
    while (card->irq.level) {
        u8 v = in(DATA);
        int n = v == 0xf9 ? 8 : v - 0xf0;

        driver.clocks += v == 0xfd;
        driver.last_clock = v == 0xfd ? t.clk.now : driver.last_clock;
        driver.ends += v == 0xfc;
        driver.acks += v == 0xfe;
        if (n < 0 || n > 8 || !driver.event[n])
            continue;
        driver.requests++;
        for (int i = 0; i < driver.event[n][driver.at[n]].n; i++)
            out(DATA, driver.event[n][driver.at[n]].byte[i]);
        driver.at[n]++;
    }
}

static void run_until(ns_t end)
{
    while (clk_next(&t.clk) <= end) {
        clk_run(&t.clk, clk_next(&t.clk));
        serve();
    }
    clk_run(&t.clk, end);
}

static void start(u8 tracks)
{
    command_with(0xec, tracks);
    command(0xb8);
    out(CONTROL, 0x0a);
    serve();
    ck_assert_int_eq(driver.acks, 1);
}

START_TEST(is_detected)
{
    ck_assert_uint_eq(in(CONTROL) & 0xc0, 0x80);
    command(0xff);
    command(0xac);
    ck_assert_uint_eq(in(DATA), 0x15);
    command(0xad);
    ck_assert_uint_eq(in(DATA), 0x01);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0x80);
    ck_assert_int_eq(edges, 5);         /* one for each byte */
}
END_TEST

/* A reset in UART mode goes unanswered, the next one does not. */
START_TEST(reset_ends_uart_mode)
{
    command(0xff);
    command(0x3f);
    out(CONTROL, 0xac);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0x80);
    out(DATA, 0x90);
    ck_assert_int_eq(sent_n, 1);
    out(CONTROL, 0xff);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0x80);
    command(0xff);
}
END_TEST

static void expect(int n, double clocks, int bytes, u8 a, u8 b, u8 c)
{
    const u8 want[] = { a, b, c };

    for (int i = 0; i < bytes; i++) {
        ck_assert_msg(sent[n + i].byte == want[i] &&
                      sent[n + i].at == (ns_t)(clocks * TICK),
                      "byte %d: %02x at %lld, not %02x at %.0f", n + i,
                      sent[n + i].byte, (long long)sent[n + i].at, want[i],
                      clocks * TICK);
    }
}

START_TEST(two_tracks)
{
    driver.event[0] = track0;
    driver.event[3] = track3;
    start(0x09);
    run_until(INT64_C(2000000000));
    expect(0, 0, 1, 0xfa, 0, 0);
    expect(1, 0, 3, 0x90, 60, 100);
    expect(4, 10, 2, 0xc1, 5, 0);
    expect(6, 24, 3, 0x90, 60, 0);
    expect(9, 30, 3, 0x90, 62, 90);
    expect(12, 60, 3, 0x90, 62, 0);
    expect(15, 270, 3, 0x91, 40, 64);
    expect(18, 290, 3, 0x81, 40, 0);
    expect(21, 290, 3, 0xb0, 0x7b, 0);
    expect(24, 290, 3, 0xb1, 0x7b, 0);
    ck_assert_int_eq(sent_n, 27);
    ck_assert_int_eq(driver.ends, 1);
    ck_assert_int_eq(driver.requests, 12);
    ck_assert(clk_next(&t.clk) == NEVER);
}
END_TEST

/* 24 clocks of 120 * 100 a minute, then of 120 * 200. */
START_TEST(conductor_sets_the_tempo)
{
    driver.event[0] = track0;
    driver.event[8] = conduct;
    command(0x8f);
    start(0x01);
    run_until(INT64_C(1000000000));
    expect(4, 24, 3, 0x90, 60, 0);
    expect(7, 24 + 1 + 5 / 2., 3, 0x90, 62, 90);
    expect(10, 24 + 1 + 35 / 2., 3, 0x90, 62, 0);
    ck_assert_int_eq(driver.ends, 1);
    command(0xaf);
    ck_assert_uint_eq(in(DATA), 200);
}
END_TEST

/* Clocks in a beat, tempo, relative tempo, 4 * clocks to the host; how many
 * come to the host in a minute. */
static const struct { u8 base, tempo, relative, rate; int clocks; } rates[] = {
    { 0xc5, 100, 0x40, 240, 200 }, { 0xc2, 100, 0x40, 4, 4800 },
    { 0xc8, 250, 0x40, 4, 48000 }, { 0xc5, 100, 0x80, 40, 2400 },
    { 0xc5, 101, 0x40, 10, 4848 }, { 0xc6, 77, 0x3b, 0x12, 2271 },
    { 0xc5, 1, 0x40, 4, 960 },
};

/* When the n-th of them is due: no fraction of a ns is lost on the way. */
static ns_t clock_due(int row, int n)
{
    u64 tick = ((u64)n * rates[row].rate + 3) / 4;
    u64 tempo = rates[row].tempo < 8 ? 8 : rates[row].tempo;
    u64 rate = tempo * (rates[row].base - 0xc0u) * 24 * rates[row].relative;

    return (ns_t)(tick * 3840 * NS_PER_S / rate);
}

START_TEST(clocks_to_host)
{
    command(rates[_i].base);
    command_with(0xe0, rates[_i].tempo);
    command_with(0xe1, rates[_i].relative);
    command_with(0xe7, rates[_i].rate);
    command(0x95);
    run_until(INT64_C(60) * NS_PER_S);
    ck_assert_int_eq(driver.clocks, rates[_i].clocks);
    ck_assert(driver.last_clock == clock_due(_i, rates[_i].clocks));
    command(0x94);
    ck_assert(clk_next(&t.clk) == NEVER);
}
END_TEST

START_TEST(no_clock_piles_up)
{
    command(0x95);
    clk_run(&t.clk, INT64_C(60) * NS_PER_S);
    ck_assert_uint_eq(in(DATA), 0xfd);
    ck_assert_uint_eq(in(CONTROL) & 0x80, 0x80);
}
END_TEST

START_TEST(messages_beside_the_tracks)
{
    static const u8 all[] = { 0xf0, 0x41, 0x10, 0xf7, 0x92, 60, 64, 0x92, 60,
                              0, 0xf2, 1, 2 };

    command(0xdf);
    for (int i = 0; i < 4; i++)
        clk_run(&t.clk, t.clk.now + MPU_BYTE_NS), out(DATA, all[i]);
    command(0xd2);
    for (int i = 4; i < 7; i++)
        clk_run(&t.clk, t.clk.now + MPU_BYTE_NS), out(DATA, all[i]);
    command(0xd2);
    for (int i = 8; i < 10; i++)
        clk_run(&t.clk, t.clk.now + MPU_BYTE_NS), out(DATA, all[i]);
    command(0xdf);
    for (int i = 10; i < 13; i++)
        clk_run(&t.clk, t.clk.now + MPU_BYTE_NS), out(DATA, all[i]);
    out(DATA, 0x55);                    /* nobody wants it */
    ck_assert_int_eq(sent_n, (int)sizeof all);
    for (int i = 0; i < sent_n; i++)
        ck_assert_uint_eq(sent[i].byte, all[i]);
}
END_TEST

/* A quick host finds the interface busy, and loses nothing if it doesn't
 * look. */
START_TEST(quick_messages_are_kept)
{
    for (int i = 0; i < 2; i++) {
        command(0xd0);
        out(DATA, 0x90), out(DATA, 60), out(DATA, (u8)i);
    }
    ck_assert_int_eq(sent_n, 6);
    command(0xdf);
    ck_assert_uint_eq(in(CONTROL) & 0x40, 0x40);
    clk_run(&t.clk, t.clk.now + MPU_BYTE_NS);
    ck_assert_uint_eq(in(CONTROL) & 0x40, 0);
}
END_TEST

START_TEST(stop_silences)
{
    driver.event[0] = track0;
    start(1);
    run_until(TICK * 3 / 2);
    command(0xa0);
    ck_assert_uint_eq(in(DATA), 23);
    command(0x05);
    expect(4, 1.5, 1, 0xfc, 0, 0);
    expect(5, 1.5, 3, 0xb0, 0x7b, 0);
    ck_assert(clk_next(&t.clk) == NEVER);
    ck_assert_int_eq(sent_n, 8);
}
END_TEST

/* Saved in the middle of play and loaded into another one. */
START_TEST(goes_on_after_a_load)
{
    struct sent once[64];
    int n;

    driver.event[0] = track0;
    driver.event[3] = track3;
    driver.event[8] = conduct;
    command(0x8f);
    start(0x09);
    run_until(INT64_C(2000000000));
    n = sent_n;
    ck_assert_int_eq(n, 27);
    memcpy(once, sent, sizeof once);
    setup();
    driver.event[0] = track0;
    driver.event[3] = track3;
    driver.event[8] = conduct;
    command(0x8f);
    start(0x09);
    run_until((_i + 1) * INT64_C(37000001));
    chip_round_trip(&t, &mpu401_ops, &mpu, &other);
    timer_stop(&mpu.timer);
    card = &other;
    run_until(INT64_C(2000000000));
    ck_assert_int_eq(sent_n, n);
    for (int i = 0; i < n; i++) {
        ck_assert_uint_eq(sent[i].byte, once[i].byte);
        ck_assert(sent[i].at == once[i].at);
    }
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 11;

    chip_fields_cover(&mpu401_ops);
    chip_random_ports(&t, &mpu401_ops, &mpu, 2, 1, 5);
    for (int i = 0; i < 2000; i++) {
        chip_random_state(mpu401_ops.state, &mpu.s, &seed);
        chip_loaded(&t, &mpu401_ops, &mpu);
        for (int k = 0; k < 8; k++)
            out(k & 1, (u8)chip_random(&seed)), in(k & 1);
        clk_run(&t.clk, t.clk.now + 20000000);
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("mpu401");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, is_detected);
    tcase_add_test(tc, reset_ends_uart_mode);
    tcase_add_test(tc, two_tracks);
    tcase_add_test(tc, conductor_sets_the_tempo);
    tcase_add_loop_test(tc, clocks_to_host, 0, (int)COUNT_OF(rates));
    tcase_add_test(tc, no_clock_piles_up);
    tcase_add_test(tc, messages_beside_the_tracks);
    tcase_add_test(tc, quick_messages_are_kept);
    tcase_add_test(tc, stop_silences);
    tcase_add_loop_test(tc, goes_on_after_a_load, 0, 16);
    tcase_add_test(tc, random_traffic);
    return chip_run_case("mpu401", tc);
}
