/* test_sbdsp.c - the DSP alone, with a memory that DMA reads and an ear. */
#include "devices/sound/sb/sbdsp.h"
#include "tests/lib/chip.h"

enum { RESET = 6, READ = 10, WRITE = 12, STATUS = 14, ACK16 = 15,
       MEMORY = 4096, HEARD = 1 << 16 };

static struct chip_test t;
static struct sbdsp dsp, other;
static u8 memory[MEMORY];
static u32 at, most;                    /* DMA: place, bytes that are left */
static bool again;                      /* DMA: auto-init */
static u32 piece;                       /* of so many bytes; 0: endless */
static u8 wrote;
static int rises[2];
static ns_t rose[2];
static s16 heard[2 * HEARD];
static u32 heard_n;

static void pin(void *ctx, int n, bool level)
{
    (void)ctx;
    rises[n] += level;
    if (level)
        rose[n] = t.clk.now;
}

static u32 move(void *ctx, int channel, u8 *p, u32 n, bool to_memory, bool *tc)
{
    (void)ctx, (void)channel;
    *tc = false;
    for (u32 i = 0; i < n; i++) {
        if (!most)
            return i;
        if (to_memory)
            wrote = p[i];
        else
            p[i] = memory[(piece ? at % piece : at) % MEMORY];
        at++;
        if (!again)
            most--;
        *tc = piece && at % piece == 0;
        if (*tc)
            return i + 1;
    }
    return n;
}

/* As the mixer does it. */
static struct { u32 num, den; ns_t since; u64 made; } mix;

static void settle(void *ctx, int n)
{
    struct sbdsp *d = ctx;
    const struct voice *v = &d->pcm;
    u64 total = v->num ? voice_count(v, t.clk.now) : 0;
    static s16 part[2 * 512];

    (void)n;
    if (mix.num != v->num || mix.den != v->den || mix.since != v->since) {
        mix.num = v->num;
        mix.den = v->den;
        mix.since = v->since;
        mix.made = total;
    }
    while (mix.made < total) {
        u32 some = total - mix.made < 512 ? (u32)(total - mix.made) : 512;
        bool silent = v->silent(d);

        v->make(d, silent ? NULL : part, some);
        for (u32 i = 0; !silent && i < some && heard_n < HEARD; i++) {
            heard[2 * heard_n] = part[2 * i];
            heard[2 * heard_n++ + 1] = part[2 * i + 1];
        }
        mix.made += some;
    }
}

static void make(struct sbdsp *d, u16 version)
{
    struct dev_env env = chip_env(&t);

    *d = (struct sbdsp){ .version = version,
                         .irq8 = { pin, NULL, 0, false },
                         .irq16 = { pin, NULL, 1, false },
                         .dma8 = { move, NULL, 1 }, .dma16 = { move, NULL, 5 } };
    sbdsp_init(d, &env);
    d->pcm.settle = settle;
    d->pcm.ctx = d;
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static u8 in(u16 port) { return (u8)sbdsp_ops.port_in(&dsp, port, 1); }
static void out(u16 port, u8 v) { sbdsp_ops.port_out(&dsp, port, 1, v); }

/* As drivers do: waits until the DSP is not busy. */
static void cmd(u8 v)
{
    for (int n = 0; in(WRITE) & 0x80; n++) {
        ck_assert_int_lt(n, 100);
        pass(1000);
    }
    out(WRITE, v);
}
static void cmd1(u8 v, u8 a) { cmd(v), cmd(a); }
static void cmd2(u8 v, u16 a) { cmd(v), cmd((u8)a), cmd((u8)(a >> 8)); }

static void reset(void)
{
    out(RESET, 1);
    pass(5000);
    out(RESET, 0);
    pass(150000);
}

static void use(u16 version)
{
    make(&dsp, version);
    reset();
    in(READ);
    rises[0] = rises[1] = 0;
}

static void setup(void)
{
    chip_test_init(&t);
    for (int n = 0; n < MEMORY; n++)
        memory[n] = (u8)(n * 7 + 3);
    heard_n = at = 0;
    most = MEMORY;
    again = true;
    piece = 0;
    mix.num = 0;
    pass(1000000);
    make(&other, 0x405);
    use(0x405);
}

static const u16 versions[] = { 0x105, 0x200, 0x201, 0x302, 0x405 };

/* How drivers look for the card and its DSP. */
START_TEST(detection)
{
    make(&dsp, versions[_i]);
    out(RESET, 1);
    pass(5000);
    out(RESET, 0);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0);
    pass(150000);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0x80);
    ck_assert_uint_eq(in(READ), 0xaa);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0);
    cmd1(0xe0, 0xc6);
    ck_assert_uint_eq(in(READ), 0x39);
    cmd(0xe1);
    ck_assert_uint_eq(in(READ), versions[_i] >> 8);
    ck_assert_uint_eq(in(READ), versions[_i] & 0xff);
    cmd1(0xe4, 0x5a);
    cmd(0xe8);
    ck_assert_uint_eq(in(READ), 0x5a);
    cmd(0xf2);
    ck_assert_int_eq(rises[0], 1);
    ck_assert(dsp.irq8.level);
    in(STATUS);
    ck_assert(!dsp.irq8.level);
    cmd1(0xe2, 0x01);
    ck_assert_uint_eq(wrote, (u8)(0xaa + 1 - 106));
}
END_TEST

/* A card is looked for with a hundred reads, a microsecond each. */
START_TEST(ready_soon)
{
    int n = 0;

    make(&dsp, versions[_i]);
    out(RESET, 1);
    pass(3000);
    out(RESET, 0);
    for (; n < 100 && in(READ) != 0xaa; n++)
        pass(1000);
    ck_assert_int_lt(n, 50);
    ck_assert_int_gt(n, 0);
}
END_TEST

/* How often port C shows a DSP that is busy, of 1000 times. */
static int busy_times(void)
{
    int n = 0;

    for (int i = 0; i < 1000; i++, pass(700))
        n += in(WRITE) >> 7;
    return n;
}

/* Demos wait until the DSP is busy, and then until it no longer is: it takes
 * a while over each byte and each sample. The SB16's looks busy every other
 * 2 us even when nothing is to be done. */
START_TEST(busy_now_and_then)
{
    use(versions[_i]);
    pass(1000000);
    ck_assert_int_eq(busy_times() > 300, versions[_i] >= 0x400);
    cmd(0xd1);
    ck_assert_uint_eq(in(WRITE), 0xff);
    cmd1(0x40, 256 - 90);
    cmd2(0x14, 4000);
    pass(1000000);
    ck_assert_int_gt(busy_times(), 100);
    ck_assert_int_lt(busy_times(), 700);
}
END_TEST

/* An answer that nobody has read is not taken for the next one's. */
START_TEST(answers_do_not_pile_up)
{
    cmd(0xe1);
    ck_assert_uint_eq(in(READ), 4);
    cmd1(0xe0, 0x0f);
    ck_assert_uint_eq(in(READ), 0xf0);
    ck_assert_uint_eq(in(STATUS), 0x7f);
}
END_TEST

/* Commands that are in no guide: a block as by 14h, and what Creative's own
 * programs ask an SB16. */
START_TEST(unwritten_commands)
{
    cmd2(0x15, 99);
    pass(30000000);
    ck_assert_int_eq(rises[0], 1);
    cmd1(0xf9, 0x0e);
    ck_assert_uint_eq(in(READ), 0xff);
    cmd1(0xf9, 0x37);
    ck_assert_uint_eq(in(READ), 0x38);
    cmd1(0x08, 0x03);
    cmd2(0xfa, 0x1234);
    cmd1(0xe0, 1);
    ck_assert_uint_eq(in(READ), 0xfe);
}
END_TEST

/* A DMA buffer of a byte or a frame, which the CPU keeps changing: each
 * sample is the one that stands there when its turn comes. */
START_TEST(one_sample_buffer)
{
    use(0x302);
    cmd(0xd1);
    if (_i)
        sbdsp_set_stereo(&dsp, 0, true);
    cmd1(0x40, 256 - (_i ? 22 : 44));
    piece = _i == 2 ? 2 : 1;
    memory[0] = memory[1] = 0;
    cmd2(0x48, 0xfff0);
    cmd(_i ? 0x90 : 0x1c);
    for (u32 i = 0; i < 200; i++) {
        pass(44000);
        memory[0] = memory[1] = (u8)i;
    }
    settle(&dsp, 0);
    ck_assert_uint_ge(heard_n, 198);
    for (u32 i = 2; i < 198; i++) {
        ck_assert_int_eq(heard[2 * i], (s16)((i - 2) * 256 - 32768));
        ck_assert_int_eq(heard[2 * i + 1], heard[2 * i]);
    }
}
END_TEST

/* 80h, a count: one interrupt that many samples later. */
START_TEST(silence_takes_its_time)
{
    ns_t start;

    cmd1(0x40, 256 - 100);              /* 10 kHz */
    cmd2(0x80, 4999);
    start = t.clk.now;
    pass(600000000);
    ck_assert_int_eq(rises[0], 1);
    ck_assert_int_eq(rose[0] - start, 500000000);
}
END_TEST

/* One block of each length: its samples once each, then the interrupt. */
static const u32 lengths[] = { 1, 2, 31, 32, 33, 64, 100, 1000 };

START_TEST(single_block)
{
    u32 n = lengths[_i];
    ns_t start;

    use(0x201);
    cmd(0xd1);
    cmd1(0x40, 256 - 50);               /* 20 kHz */
    cmd2(0x14, (u16)(n - 1));
    start = t.clk.now;
    pass((ns_t)n * 50000 - 1);
    ck_assert_int_eq(rises[0], 0);
    pass(1);
    ck_assert_int_eq(rises[0], 1);
    ck_assert_int_eq(rose[0] - start, (ns_t)n * 50000);
    pass(10000000);
    settle(&dsp, 0);
    ck_assert_int_eq(rises[0], 1);
    ck_assert_uint_eq(at, n);
    ck_assert_uint_eq(heard_n, n);
    for (u32 i = 0; i < n; i++)
        ck_assert_int_eq(heard[2 * i], (s16)((memory[i] - 128) * 256));
}
END_TEST

/* Samples in stereo and of 16 bits, block after block; pauses and new rates
 * in between lose none and repeat none. */
START_TEST(auto_init)
{
    u32 seed = 3;
    int frames = _i ? 1 : 4;            /* in a memory's word */

    cmd(0x41), cmd(0x56), cmd(0x22);    /* 22050 */
    cmd(_i ? 0xb6 : 0xc6), cmd(_i ? 0x30 : 0x00), cmd(99), cmd(0);
    for (int i = 0; i < 400; i++) {
        pass((ns_t)(chip_random(&seed) % 3000000));
        if (i % 7 == 0)
            cmd(_i ? 0xd5 : 0xd0);
        if (i % 7 == 1)
            cmd(_i ? 0xd6 : 0xd4);
        if (i % 11 == 0)
            cmd(0x41), cmd((u8)(20 + i / 4)), cmd(0);
        if (i % 5 == 0)
            in(_i ? ACK16 : STATUS);
    }
    settle(&dsp, 0);
    ck_assert_uint_gt(heard_n, 5000);
    for (u32 i = 0; i < heard_n; i++) {
        u32 m = i * 4 / (u32)frames % MEMORY;
        s16 left = (s16)(memory[m] | memory[(m + 1) % MEMORY] << 8);

        if (!_i)
            left = (s16)((memory[i % MEMORY] - 128) * 256);
        ck_assert_msg(heard[2 * i] == left, "frame %u: %04x, not %04x", i,
                      (u16)heard[2 * i], (u16)left);
    }
    cmd(_i ? 0xd6 : 0xd4);
    cmd(_i ? 0xd9 : 0xda);
    pass(100000000);
    ck_assert_uint_eq(dsp.s.kind, 0);
}
END_TEST

/* Twice 100 frames of 10 kHz: an interrupt each 10 ms, no drift. */
START_TEST(auto_init_interrupts)
{
    ns_t start;

    cmd1(0x40, 256 - 100);
    cmd2(0x48, 99);
    cmd(0x1c);
    start = t.clk.now;
    for (int n = 1; n <= 50; n++) {
        pass(10000000);
        ck_assert_int_eq(rises[0], n);
        ck_assert_int_eq(rose[0] - start, n * 10000000ll);
        in(STATUS);
    }
    cmd(0xda);
    pass(50000000);
    ck_assert_int_eq(rises[0], 51);
}
END_TEST

/* High speed: no commands, until a reset that clears nothing else. */
START_TEST(high_speed)
{
    use(0x201);
    cmd(0xd1);
    cmd1(0x40, 256 - 23);
    cmd2(0x48, 999);
    cmd(0x90);
    ck_assert_uint_eq(in(WRITE) & 0x80, 0x80);
    out(WRITE, 0xd0);
    pass(40000000);
    ck_assert_int_ge(rises[0], 1);
    out(RESET, 1);
    out(RESET, 0);
    pass(10000);
    ck_assert_uint_eq(in(WRITE) & 0x80, 0);
    ck_assert_uint_eq(in(STATUS) & 0x80, 0);
    ck_assert(dsp.s.speaker);
}
END_TEST

/* The reference byte is the level; then steps up and down. */
START_TEST(adpcm)
{
    static const s16 want[] = { 128 + 3, 128 + 1, 128 + 8, 128 + 17 };

    use(0x201);
    cmd(0xd1);
    cmd1(0x40, 256 - 100);
    memory[0] = 128;
    memory[1] = 0x3a;                   /* +3, -2 */
    memory[2] = 0x74;                   /* +7: larger steps; 2 * 4 + 1 */
    cmd2(0x75, 2);
    pass(10000000);
    settle(&dsp, 0);
    ck_assert_uint_eq(heard_n, 4);
    for (u32 n = 0; n < heard_n; n++)
        ck_assert_int_eq(heard[2 * n] / 256 + 128, want[n]);
    ck_assert_int_eq(rises[0], 1);
}
END_TEST

/* DMA that is masked holds the transfer; nothing is lost when it goes on. */
START_TEST(waits_for_dma)
{
    cmd(0x41), cmd(0x27), cmd(0x10);    /* 10 kHz */
    most = 50;
    again = false;
    cmd(0xc0), cmd(0x00), cmd(99), cmd(0);
    pass(100000000);
    ck_assert_int_eq(rises[0], 0);
    ck_assert_uint_eq(at, 50);
    most = 500;
    pass(100000000);
    settle(&dsp, 0);
    ck_assert_int_eq(rises[0], 1);
    ck_assert_uint_eq(at, 100);
    ck_assert_uint_eq(heard_n, 100);
}
END_TEST

/* A save in mid-note goes on with the very next sample. */
START_TEST(round_trip)
{
    static s16 first[2 * 400];

    cmd(0x41), cmd(0x56), cmd(0x22);
    cmd(0xb6), cmd(0x10), cmd(99), cmd(0);
    pass(12345678);
    settle(&dsp, 0);
    chip_round_trip(&t, &sbdsp_ops, &dsp, &other);
    heard_n = 0;
    dsp.pcm.make(&dsp, first, dsp.s.fifo_n);
    other.pcm.make(&other, heard, other.s.fifo_n);
    ck_assert_int_eq(memcmp(first, heard, 64), 0);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 17;

    make(&dsp, versions[_i]);
    chip_random_ports(&t, &sbdsp_ops, &dsp, 16, 1, 11);
    for (int i = 0; i < 300; i++) {
        chip_random_state(sbdsp_ops.state, &dsp.s, &seed);
        chip_loaded(&t, &sbdsp_ops, &dsp);
        pass(1000000);
        reset();
    }
}
END_TEST

START_TEST(fields)
{
    chip_fields_cover(&sbdsp_ops);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("sbdsp");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, detection, 0, (int)COUNT_OF(versions));
    tcase_add_loop_test(tc, ready_soon, 0, (int)COUNT_OF(versions));
    tcase_add_loop_test(tc, busy_now_and_then, 0, (int)COUNT_OF(versions));
    tcase_add_test(tc, answers_do_not_pile_up);
    tcase_add_test(tc, unwritten_commands);
    tcase_add_loop_test(tc, one_sample_buffer, 0, 3);
    tcase_add_test(tc, silence_takes_its_time);
    tcase_add_loop_test(tc, single_block, 0, (int)COUNT_OF(lengths));
    tcase_add_loop_test(tc, auto_init, 0, 2);
    tcase_add_test(tc, auto_init_interrupts);
    tcase_add_test(tc, high_speed);
    tcase_add_test(tc, adpcm);
    tcase_add_test(tc, waits_for_dma);
    tcase_add_test(tc, round_trip);
    tcase_add_loop_test(tc, random_traffic, 0, (int)COUNT_OF(versions));
    tcase_add_test(tc, fields);
    return chip_run_case("sbdsp", tc);
}
