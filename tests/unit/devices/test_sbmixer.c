/* test_sbmixer.c - the Sound Blaster's mixer and its MIDI interface alone. */
#include "devices/sound/mpu401.h"
#include "devices/sound/sb/sbmixer.h"
#include "tests/lib/chip.h"

enum { ADDRESS = 4, DATA = 5 };

static struct chip_test t;
static struct sbmixer mixer, other;
static struct mpu401 mpu, mpu2;
static u8 sent[256];
static int sent_n;

static void put(void *ctx, u8 byte)
{
    (void)ctx;
    sent[sent_n++ % 256] = byte;
}

static void make(struct sbmixer *m, enum sbmixer_kind kind)
{
    struct dev_env env = chip_env(&t);

    *m = (struct sbmixer){ .kind = kind, .irq_default = 2, .dma_default = 0x22 };
    sbmixer_init(m, &env);
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    make(&mixer, CT1745);
    make(&other, CT1745);
    mpu = (struct mpu401){ .midi = { put, NULL } };
    mpu2 = (struct mpu401){ .midi = { put, NULL } };
    mpu401_init(&mpu, &env);
    mpu401_init(&mpu2, &env);
    sent_n = 0;
}

static void out(u8 reg, u8 v)
{
    sbmixer_ops.port_out(&mixer, ADDRESS, 1, reg);
    sbmixer_ops.port_out(&mixer, DATA, 1, v);
}

static u8 in(u8 reg)
{
    sbmixer_ops.port_out(&mixer, ADDRESS, 1, reg);
    return (u8)sbmixer_ops.port_in(&mixer, DATA, 1);
}

/* Written registers, what they read, and what a related one reads then. */
static const struct { enum sbmixer_kind kind; u8 reg, v, reads, other, is; }
registers[] = {
    { CT1745, 0x30, 0xff, 0xf8, 0x22, 0xff },
    { CT1745, 0x32, 0x80, 0x80, 0x04, 0x8f },
    { CT1745, 0x22, 0x48, 0x48, 0x30, 0x40 },
    { CT1745, 0x26, 0x84, 0x84, 0x34, 0x88 },
    { CT1745, 0x80, 0x04, 0xf4, 0x81, 0x22 },
    { CT1745, 0x81, 0x48, 0x48, 0x80, 0xf2 },
    { CT1345, 0x22, 0x7c, 0x7d, 0x0e, 0x00 },
    { CT1345, 0x22, 0xf3, 0xf3, 0x26, 0xff },
    { CT1345, 0x04, 0x00, 0x11, 0x22, 0xff },
    { CT1345, 0x0e, 0x02, 0x02, 0x22, 0xff },
    { CT1345, 0x30, 0x80, 0xff, 0x80, 0xff },
    { CT1335, 0x02, 0x0e, 0x0e, 0x06, 0x0f },
};

START_TEST(registers_read_back)
{
    make(&mixer, registers[_i].kind);
    out(registers[_i].reg, registers[_i].v);
    ck_assert_uint_eq(in(registers[_i].reg), registers[_i].reads);
    ck_assert_uint_eq(in(registers[_i].other), registers[_i].is);
}
END_TEST

START_TEST(two_decibels_a_step)
{
    u32 v[2];

    sbmixer_voice(&mixer, v);
    ck_assert_uint_eq(v[0], 65536);
    out(0x30, 26 << 3);                 /* 10 dB less */
    out(0x33, 0);
    sbmixer_voice(&mixer, v);
    ck_assert_uint_eq(v[0], 20724);
    ck_assert_uint_eq(v[1], 0);
    out(0x41, 0x40);
    sbmixer_fm(&mixer, v);
    ck_assert_uint_eq(v[0], 2 * 20724);
}
END_TEST

START_TEST(requests_by_the_chosen_line)
{
    sbmixer_request(&mixer, SBMIXER_IRQ16, true);
    ck_assert(mixer.irq[1].level);      /* IRQ 5 */
    ck_assert_uint_eq(in(0x82) & 7, 2);
    out(0x80, 4);
    ck_assert(!mixer.irq[1].level);
    ck_assert(mixer.irq[2].level);      /* IRQ 7 */
    sbmixer_request(&mixer, SBMIXER_MPU, true);
    sbmixer_request(&mixer, SBMIXER_IRQ16, false);
    ck_assert(mixer.irq[2].level);
    sbmixer_request(&mixer, SBMIXER_MPU, false);
    ck_assert(!mixer.irq[2].level);
    out(0x00, 0);                       /* a reset leaves the choice */
    ck_assert_uint_eq(in(0x80), 0xf4);
    ck_assert_uint_eq(sbmixer_irq_bit(2), 1);
    ck_assert_uint_eq(sbmixer_irq_bit(3), 0);
}
END_TEST

static int edges;

static void count_edge(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    edges += level;
}

/* A byte that nobody takes from the MPU-401 holds the line: what the DSP asks
 * for is an edge all the same. */
START_TEST(each_request_is_an_edge)
{
    mixer.irq[1].set = count_edge;
    edges = 0;
    sbmixer_request(&mixer, SBMIXER_MPU, true);
    sbmixer_request(&mixer, SBMIXER_IRQ8, true);
    ck_assert_int_eq(edges, 2);
    sbmixer_request(&mixer, SBMIXER_IRQ8, true);
    sbmixer_request(&mixer, SBMIXER_IRQ8, false);
    ck_assert_int_eq(edges, 2);
    ck_assert(mixer.irq[1].level);
    sbmixer_request(&mixer, SBMIXER_IRQ8, true);
    ck_assert_int_eq(edges, 3);
}
END_TEST

static u8 status(void) { return (u8)mpu401_ops.port_in(&mpu, 1, 1); }
static u8 data(void) { return (u8)mpu401_ops.port_in(&mpu, 0, 1); }

START_TEST(uart_mode)
{
    ck_assert_uint_eq(status() & 0xc0, 0x80);
    mpu401_ops.port_out(&mpu, 1, 1, 0xff);
    ck_assert(mpu.irq.level);
    ck_assert_uint_eq(status() & 0xc0, 0);
    ck_assert_uint_eq(data(), 0xfe);
    ck_assert(!mpu.irq.level);
    mpu401_ops.port_out(&mpu, 1, 1, 0x3f);
    ck_assert_uint_eq(data(), 0xfe);
    mpu401_ops.port_out(&mpu, 0, 1, 0x90);
    ck_assert_uint_eq(status() & 0x40, 0);
    mpu401_ops.port_out(&mpu, 0, 1, 0x3c);
    ck_assert_uint_eq(status() & 0x40, 0x40);   /* two wait */
    clk_run(&t.clk, 320000);
    ck_assert_uint_eq(status() & 0x40, 0);
    mpu401_ops.port_out(&mpu, 0, 1, 0x7f);
    ck_assert_int_eq(sent_n, 3);
    ck_assert_int_eq(memcmp(sent, "\x90\x3c\x7f", 3), 0);
    mpu401_ops.port_out(&mpu, 1, 1, 0xff);
    ck_assert_uint_eq(status() & 0x80, 0x80);   /* goes unanswered */
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 7;

    make(&mixer, (enum sbmixer_kind)_i);
    for (int i = 0; i < 100000; i++)
        if (chip_random(&seed) & 1)
            out((u8)chip_random(&seed), (u8)chip_random(&seed));
        else
            in((u8)chip_random(&seed));
    chip_random_ports(&t, &mpu401_ops, &mpu, 2, 1, 8);
    for (int i = 0; i < 1000; i++) {
        u32 v[2];

        chip_random_state(sbmixer_ops.state, &mixer.s, &seed);
        chip_random_state(mpu401_ops.state, &mpu.s, &seed);
        chip_loaded(&t, &sbmixer_ops, &mixer);
        chip_loaded(&t, &mpu401_ops, &mpu);
        sbmixer_voice(&mixer, v);
        status(), data();
        mpu401_ops.port_out(&mpu, i & 1, 1, (u8)i);
    }
}
END_TEST

START_TEST(states)
{
    chip_fields_cover(&sbmixer_ops);
    chip_fields_cover(&mpu401_ops);
    out(0x34, 0x40);
    mpu401_ops.port_out(&mpu, 1, 1, 0xac);
    chip_round_trip(&t, &sbmixer_ops, &mixer, &other);
    chip_round_trip(&t, &mpu401_ops, &mpu, &mpu2);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("sbmixer");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, registers_read_back, 0,
                        (int)COUNT_OF(registers));
    tcase_add_test(tc, two_decibels_a_step);
    tcase_add_test(tc, requests_by_the_chosen_line);
    tcase_add_test(tc, each_request_is_an_edge);
    tcase_add_test(tc, uart_mode);
    tcase_add_loop_test(tc, random_traffic, NO_MIXER, CT1745 + 1);
    tcase_add_test(tc, states);
    return chip_run_case("sbmixer", tc);
}
