/* test_gus.c - the GF1 alone, with its memory and a memory for DMA. */
#include <stdlib.h>

#include "devices/sound/gus.h"
#include "tests/lib/chip.h"

enum { STATUS = 6, ADLIB = 8, VOICE = 0x12, REGISTER, LOW, HIGH, MEMORY = 0x17,
       N = 20000 };

static struct chip_test t;
static struct gus gus, other;
static u8 memory[GUS_MEMORY], memory2[GUS_MEMORY];
static u32 given, left;
static int rises;
static ns_t rose;
static s16 out[2 * N];
static u32 heard;

static void pin(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    rises += level;
    if (level)
        rose = t.clk.now;
}

static u32 move(void *ctx, int channel, u8 *p, u32 n, bool to_memory, bool *tc)
{
    (void)ctx, (void)channel, (void)to_memory;
    n = n < left ? n : left;
    for (u32 i = 0; i < n; i++)
        p[i] = (u8)(given++ * 5);
    left -= n;
    *tc = n && !left;
    return n;
}

/* As the mixer does it. */
static struct { u32 den; ns_t since; u64 made; } mix;

static void settle(void *ctx, int n)
{
    struct gus *g = ctx;
    const struct voice *v = &g->voice;
    u64 total = voice_count(v, t.clk.now);

    (void)n;
    if (mix.den != v->den || mix.since != v->since) {
        mix.den = v->den;
        mix.since = v->since;
        mix.made = total;
    }
    for (; mix.made < total; mix.made++) {
        v->make(g, heard < N ? out + 2 * heard : NULL, 1);
        heard += heard < N;
    }
}

static void make(struct gus *g, u8 *bytes)
{
    struct dev_env env = chip_env(&t);

    *g = (struct gus){ .memory = bytes, .irq = { pin, NULL, 0, false },
                       .dma = { move, NULL, 3 } };
    gus_init(g, &env);
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static void port(u16 n, u32 v) { gus_ops.port_out(&gus, n, 1, v); }
static u8 in(u16 n) { return (u8)gus_ops.port_in(&gus, n, 1); }

static void reg8(u8 n, u8 v)
{
    port(REGISTER, n);
    port(HIGH, v);
}

static void reg16(u8 n, u16 v)
{
    port(REGISTER, n);
    gus_ops.port_out(&gus, LOW, 2, v);
}

static u8 get8(u8 n)
{
    port(REGISTER, n);
    return in(HIGH);
}

static u16 get16(u8 n)
{
    port(REGISTER, n);
    return (u16)gus_ops.port_in(&gus, LOW, 2);
}

static void address(u32 at)
{
    reg16(0x43, (u16)at);
    reg8(0x44, (u8)(at >> 16));
}

static void poke(u32 at, u8 v)
{
    address(at);
    port(MEMORY, v);
}

static u8 peek(u32 at)
{
    address(at);
    return in(MEMORY);
}

static void place(u8 reg, u32 at)
{
    reg16(reg, (u16)(at >> 7));
    reg16((u8)(reg + 1), (u16)(at << 9));
}

static void setup(void)
{
    chip_test_init(&t);
    pass(1000000);
    make(&gus, memory);
    make(&other, memory2);
    gus.voice.settle = settle;
    gus.voice.ctx = &gus;
    mix.den = 0;
    memset(memory, 0, sizeof memory);
    rises = 0;
    given = left = heard = 0;
    reg8(0x4c, 0);
    pass(10000);
    reg8(0x4c, 7);
    port(0, 0x09);
    reg8(0x0e, 0xc0 | 13);
}

/* As drivers look for the card: does its memory keep what is put there? */
START_TEST(detection)
{
    reg8(0x4c, 0);
    reg8(0x4c, 1);
    poke(0, 0xaa);
    poke(0x100, 0x55);
    poke(GUS_MEMORY - 1, 0x77);
    ck_assert_uint_eq(peek(0), 0xaa);
    ck_assert_uint_eq(peek(0x100), 0x55);
    ck_assert_uint_eq(peek(GUS_MEMORY - 1), 0x77);
    ck_assert_uint_eq(get8(0x8e), 0xcd);
    ck_assert_uint_eq(get8(0x8f), 0xe0);
}
END_TEST

/* 100 samples once: the interrupt after 100 frames, to the frame. */
static const struct { u8 voices; u16 pitch; u32 frames; } shots[] = {
    { 14, 1 << 10, 100 }, { 32, 1 << 10, 100 }, { 20, 3 << 9, 67 },
    { 14, 1 << 9, 200 },
};

START_TEST(one_shot)
{
    ns_t start;

    reg8(0x0e, (u8)(0xc0 | (shots[_i].voices - 1)));
    port(VOICE, 5);
    reg16(0x01, shots[_i].pitch);
    place(0x02, 1000);
    place(0x04, 1100);
    place(0x0a, 1000);
    start = t.clk.now;
    reg8(0x00, 0x20);
    pass(20000000);
    ck_assert_int_eq(rises, 1);
    ck_assert_msg(llabs(rose - start - (ns_t)shots[_i].frames *
                        shots[_i].voices * 1000000000 / 617400) <
                  shots[_i].voices * 1700, "%lld", (long long)(rose - start));
    ck_assert_uint_eq(in(STATUS), 0x20);
    ck_assert_uint_eq(get8(0x8f), 0x65);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert(!gus.irq.level);
    ck_assert_uint_eq(get8(0x80) & 1, 1);
    ck_assert_uint_eq(get16(0x8a) << 7 | get16(0x8b) >> 9, 1100);
}
END_TEST

/* A loop of 50 frames sounds at 44100 / 50 Hz; to and fro takes twice as
 * long. */
START_TEST(loop)
{
    int n = 0;

    for (u32 i = 0; i < 64; i++)
        memory[i] = (u8)(i < 25 ? 100 : 156);
    reg16(0x01, 1 << 10);
    reg16(0x09, 0xfff0);
    reg8(0x0c, 7);
    place(0x02, 0);
    place(0x04, 50);
    place(0x0a, 0);
    reg8(0x00, _i ? 0x18 : 0x08);
    pass(400000000);
    settle(&gus, 0);
    for (u32 i = 2; i < 10000; i++)
        n += out[2 * i - 2] < 0 && out[2 * i] >= 0;
    ck_assert_int_lt(abs(n - (_i ? 100 : 200)), 2);
    ck_assert_int_eq(out[0], out[1]);
    ck_assert_int_gt(out[20], 15000);
}
END_TEST

/* Port 2X0 takes the card's output off the line; the voice plays on. */
START_TEST(line_out)
{
    u32 at;

    memset(memory, 100, 64);
    reg16(0x01, 1 << 10);
    reg16(0x09, 0xfff0);
    place(0x02, 0);
    place(0x04, 50);
    place(0x0a, 0);
    reg8(0x00, 0x08);
    port(0x00, 0x0b);
    at = get16(0x8b);
    pass(1100000);
    settle(&gus, 0);
    ck_assert_uint_ne(get16(0x8b), at);
    ck_assert(gus.voice.silent(&gus));
    for (u32 i = 0; i < 40; i++)
        ck_assert_int_eq(out[2 * i], 0);
    pass(1000000);
    port(0x00, 0x09);                   /* until then it was silent */
    pass(1000000);
    settle(&gus, 0);
    ck_assert(!gus.voice.silent(&gus));
    ck_assert_int_eq(out[2 * 60], 0);
    ck_assert_int_gt(out[2 * 100], 15000);
}
END_TEST

/* 64 units a frame, from volume 0 to the loudest: 64 frames. */
START_TEST(ramp)
{
    ns_t start = t.clk.now;

    reg8(0x06, 63);
    reg8(0x07, 0);
    reg8(0x08, 0xfc);
    reg16(0x09, 0);
    reg8(0x0d, 0x20);
    pass(10000000);
    ck_assert_int_eq(rises, 1);
    ck_assert_int_eq((rose - start) * 44100 / 1000000000, 4032 / 63);
    ck_assert_uint_eq(get16(0x89), 0xfc00);
    ck_assert_uint_eq(get8(0x8f), 0xa0);
    ck_assert_uint_eq(get8(0x8d) & 0x81, 1);
}
END_TEST

START_TEST(dma_upload)
{
    left = 3000;
    reg16(0x42, 0x2000 >> 4);
    reg8(0x41, 0xa1);
    pass(20000000);
    ck_assert_int_eq(rises, 1);
    ck_assert_uint_eq(in(STATUS), 0x80);
    ck_assert_uint_eq(get8(0x41) & 0x41, 0x40);
    ck_assert_uint_eq(in(STATUS), 0);
    for (u32 i = 0; i < 3000; i++)
        ck_assert_uint_eq(memory[0x2000 + i], (u8)(i * 5) ^ 0x80);
}
END_TEST

START_TEST(timers)
{
    reg8(0x46, 256 - 10);               /* 800 us */
    reg8(0x45, 0x04);
    port(ADLIB, 4);
    port(ADLIB + 1, 1);
    pass(810000);
    ck_assert_int_eq(rises, 1);
    ck_assert_uint_eq(in(STATUS), 4);
    ck_assert_uint_eq(in(ADLIB), 0xc0);
    port(ADLIB + 1, 0x80);
    ck_assert_uint_eq(in(STATUS), 0);
    pass(800000);
    ck_assert_int_eq(rises, 2);
    port(ADLIB + 1, 0);
    reg8(0x45, 0);
    pass(10000000);
    ck_assert_int_eq(rises, 2);
}
END_TEST

/* Programs without interrupts watch the timers at port 2X8, where one that is
 * masked does not show. */
START_TEST(timers_without_interrupts)
{
    reg8(0x46, 256 - 10);
    reg8(0x47, 256 - 10);               /* 3200 us */
    port(ADLIB, 4);
    port(ADLIB + 1, 0x80);
    port(ADLIB + 1, 0x03);
    ck_assert_uint_eq(in(ADLIB), 0);
    pass(810000);
    ck_assert_uint_eq(in(ADLIB), 0xc0);
    pass(3000000);
    ck_assert_uint_eq(in(ADLIB), 0xe0);
    ck_assert_uint_eq(in(STATUS), 0);
    port(ADLIB + 1, 0x80);
    ck_assert_uint_eq(in(ADLIB), 0);
    port(ADLIB + 1, 0x43);
    pass(10000000);
    ck_assert_uint_eq(in(ADLIB), 0xa0);
    ck_assert_int_eq(rises, 0);
}
END_TEST

/* Handlers that answer one thing and leave: what comes while the line is high,
 * and what is left, interrupts again. */
START_TEST(each_event_interrupts)
{
    reg8(0x46, 256 - 10);
    reg8(0x45, 0x04);
    port(ADLIB, 4);
    port(ADLIB + 1, 1);
    pass(810000);
    pass(800000);
    ck_assert_int_eq(rises, 2);
    port(ADLIB + 1, 0);
    reg8(0x45, 0);
    for (u8 v = 3; v < 5; v++) {
        port(VOICE, v);
        reg16(0x01, 1 << 10);
        place(0x02, 1000), place(0x04, 1100), place(0x0a, 1000);
        reg8(0x00, 0x20);
    }
    pass(20000000);
    rises = 0;
    ck_assert_uint_eq(get8(0x8f), 0x63);
    ck_assert_int_eq(rises, 1);
    ck_assert_uint_eq(get8(0x8f), 0x64);
    ck_assert_int_eq(rises, 1);
}
END_TEST

/* What programs count on that Gravis's ULTRINIT has set, and where they read
 * what: registers of 8 bits at both ports, the reset register at CCh, too. */
START_TEST(as_programs_find_it)
{
    gus_ops.reset(&gus);
    ck_assert_uint_eq(get8(0x4c), 7);
    left = 100;
    reg8(0x41, 0x21);
    pass(5000000);
    ck_assert_int_eq(rises, 1);
    port(REGISTER, 0x41);
    ck_assert_uint_eq(in(LOW) & 0x40, 0x40);
    port(REGISTER, 0xcc);
    ck_assert_uint_eq(in(LOW), 7);
    ck_assert_uint_eq(in(0x10), 2);     /* MIDI: may send, nothing came */
    left = 100;
    reg8(0x41, 0x01);                   /* without its interrupt */
    pass(5000000);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_uint_eq(get8(0x41) & 0x40, 0x40);
}
END_TEST

/* A byte that was read from the voice control, whose highest bit is set, and
 * is written back without the wish to interrupt, does not interrupt. */
START_TEST(pending_needs_the_wish)
{
    port(VOICE, 2);
    reg8(0x00, 0x81);
    reg8(0x0d, 0x81);
    ck_assert_uint_eq(in(STATUS), 0);
    reg8(0x00, 0xa1);
    ck_assert_uint_eq(in(STATUS), 0x20);
}
END_TEST

/* In which portions samples are made makes no difference. */
START_TEST(portions)
{
    static s16 one[2 * 2000], two[2 * 2000];
    u32 seed = 3, at = 0;

    for (u32 i = 0; i < 3000; i++)
        memory[i] = memory2[i] = (u8)chip_random(&seed);
    for (u8 v = 0; v < 14; v++) {
        port(VOICE, v);
        reg16(0x01, (u16)(chip_random(&seed) % 3000));
        reg16(0x09, 0xe000);
        reg8(0x06, (u8)chip_random(&seed));
        reg8(0x07, 0x80), reg8(0x08, 0xf0);
        place(0x02, 10), place(0x04, 500 + chip_random(&seed) % 1000);
        place(0x0a, 20);
        reg8(0x0c, v);
        reg8(0x0d, (u8)(v % 3 * 8));
        reg8(0x00, (u8)(v % 4 * 8));
    }
    settle(&gus, 0);
    memcpy(&other.s, &gus.s, sizeof gus.s);
    gus.voice.make(&gus, one, 2000);
    while (at < 2000) {
        u32 n = 1 + chip_random(&seed) % 150;

        n = n > 2000 - at ? 2000 - at : n;
        other.voice.make(&other, n % 5 ? two + 2 * at : NULL, n);
        if (n % 5 == 0)
            memcpy(two + 2 * at, one + 2 * at, 4 * n);
        at += n;
    }
    ck_assert_int_eq(memcmp(one, two, sizeof one), 0);
    ck_assert_int_eq(memcmp(gus.s.voice, other.s.voice, sizeof gus.s.voice),
                     0);
}
END_TEST

START_TEST(states)
{
    u32 seed = 4;

    chip_fields_cover(&gus_ops);
    left = 1u << 30;
    chip_random_ports(&t, &gus_ops, &gus, 24, 2, 3);
    settle(&gus, 0);
    chip_round_trip(&t, &gus_ops, &gus, &other);
    for (int i = 0; i < 100; i++) {
        chip_random_state(gus_ops.state, &gus.s, &seed);
        chip_loaded(&t, &gus_ops, &gus);
        gus.voice.make(&gus, out, 500);
        pass(1000000);
        in(STATUS), get8(0x8f);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("gus");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, detection);
    tcase_add_loop_test(tc, one_shot, 0, (int)COUNT_OF(shots));
    tcase_add_loop_test(tc, loop, 0, 2);
    tcase_add_test(tc, line_out);
    tcase_add_test(tc, ramp);
    tcase_add_test(tc, dma_upload);
    tcase_add_test(tc, timers);
    tcase_add_test(tc, timers_without_interrupts);
    tcase_add_test(tc, each_event_interrupts);
    tcase_add_test(tc, as_programs_find_it);
    tcase_add_test(tc, pending_needs_the_wish);
    tcase_add_test(tc, portions);
    tcase_add_test(tc, states);
    return chip_run_case("gus", tc);
}
