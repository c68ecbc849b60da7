/* test_kbc.c - the 8042 alone, with probes for its pins and devices. */
#include "tests/lib/chip.h"

#include "devices/input/kbc.h"

static struct chip_test t;
static struct kbc kbc, other;
static int rises[4];                    /* irq1 irq12 a20 reset */
static u8 got[2][16];                   /* what each device received */
static int count[2];
static bool clock_free[2];

static void pin(void *ctx, int n, bool level)
{
    (void)ctx;
    rises[n] += level;
}

static void frame(void *ctx, int n, u8 byte)
{
    (void)ctx;
    got[n][count[n]++ % 16] = byte;
}

static void clock_line(void *ctx, int n, bool free)
{
    (void)ctx;
    clock_free[n] = free;
}

static void make(struct kbc *k, bool devices)
{
    struct dev_env env = chip_env(&t);

    *k = (struct kbc){
        .irq1 = { pin, NULL, 0, false }, .irq12 = { pin, NULL, 1, false },
        .a20 = { pin, NULL, 2, false }, .reset = { pin, NULL, 3, false },
    };
    for (int n = 0; devices && n < 2; n++)
        k->port[n] = (struct ps2_link){ frame, clock_line, NULL, n };
    kbc_init(k, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    make(&kbc, true);
    memset(rises, 0, sizeof rises);
    memset(count, 0, sizeof count);
}

static void pass(ns_t ns) { clk_run(&t.clk, t.clk.now + ns); }
static u8 in(u16 port) { return (u8)kbc_ops.port_in(&kbc, port, 1); }
static u8 status(void) { return in(KBC_STATUS); }

static void out(u16 port, u8 v)
{
    kbc_ops.port_out(&kbc, port, 1, v);
}

/* As careful software does it: wait until the input buffer is empty. */
static void wait_ibf(void)
{
    for (int i = 0; i < 100000 && (status() & 2); i++)
        pass(1000);
    ck_assert(!(status() & 2));
}

static void cmd(u8 c) { wait_ibf(); out(KBC_STATUS, c); wait_ibf(); }
static void arg(u8 v) { wait_ibf(); out(KBC_DATA, v); wait_ibf(); }
static void cmd2(u8 c, u8 v) { cmd(c); arg(v); }

static u8 reply(void)
{
    for (int i = 0; i < 100 && !(status() & 1); i++)
        pass(1000);
    ck_assert(status() & 1);
    return in(KBC_DATA);
}

/* Commands that answer, right after a reset. */
static const struct { u8 cmd, answer; } answers[] = {
    { 0x20, 0x30 }, { 0x25, 0x00 }, { 0xa4, 0xf1 }, { 0xa9, 0x00 },
    { 0xaa, 0x55 }, { 0xab, 0x00 }, { 0xc0, 0xb3 }, { 0xd0, 0xcf },
    { 0xe0, 0x00 },
};

START_TEST(command_answers)
{
    cmd(answers[_i].cmd);
    ck_assert_uint_eq(reply(), answers[_i].answer);
    ck_assert(!(status() & 1));
}
END_TEST

/* And those that don't: neither the buffer nor the line moves. */
static const struct { u8 cmd; int arg; } silent[] = {
    { 0xa6, -1 }, { 0xa7, -1 }, { 0xa8, -1 }, { 0xad, -1 }, { 0xae, -1 },
    { 0x60, 0x01 }, { 0x65, 0x99 }, { 0xd1, 0xdf }, { 0xdd, -1 },
    { 0xdf, -1 }, { 0xff, -1 }, { 0xc1, -1 }, { 0x00, -1 }, { 0xb5, -1 },
    { 0xcf, -1 }, { 0xa5, 0x00 }, { 0xd4, 0xf4 }, { 0xfe, -1 }, { 0xac, -1 },
};

START_TEST(command_is_silent)
{
    cmd2(0x60, 0x03);
    cmd(silent[_i].cmd);
    if (silent[_i].arg >= 0)
        arg((u8)silent[_i].arg);
    pass(50 * 1000 * 1000);
    ck_assert(!(status() & 3));
    ck_assert_int_eq(rises[0] + rises[1], 0);
}
END_TEST

START_TEST(input_buffer_shows_full_for_a_while)
{
    out(KBC_STATUS, 0xaa);
    ck_assert_uint_eq(status() & 0x0b, 0x0a);
    pass(5000);
    ck_assert(status() & 2);
    pass(45000);
    ck_assert_uint_eq(status() & 3, 1);
    out(KBC_DATA, 0xf4);
    ck_assert_uint_eq(status() & 0x0a, 0x02);
}
END_TEST

START_TEST(hasty_writes_are_not_lost)
{
    out(KBC_STATUS, 0xd1);
    out(KBC_DATA, 0xdd);
    out(KBC_STATUS, 0xaa);
    ck_assert(!kbc.a20.level);
    ck_assert_uint_eq(reply(), 0x55);
}
END_TEST

START_TEST(ram_reads_back)
{
    for (u8 n = 1; n < 32; n++)
        cmd2((u8)(0x60 + n), (u8)(n * 7));
    for (u8 n = 1; n < 32; n++) {
        cmd((u8)(0x20 + n));
        ck_assert_uint_eq(reply(), (u8)(n * 7));
    }
}
END_TEST

START_TEST(a20_by_every_way)
{
    ck_assert(kbc.a20.level);
    cmd2(0xd1, 0xdd);
    ck_assert(!kbc.a20.level);
    cmd2(0xd1, 0xdf);
    ck_assert(kbc.a20.level);
    cmd(0xdd);
    ck_assert(!kbc.a20.level);
    cmd(0xd0);
    ck_assert_uint_eq(reply() & 3, 1);
    cmd(0xdf);
    ck_assert(kbc.a20.level);
    ck_assert_int_eq(rises[3], 0);
}
END_TEST

static const struct { u8 cmd; int arg; int resets; } resets[] = {
    { 0xfe, -1, 1 }, { 0xf0, -1, 1 }, { 0xff, -1, 0 }, { 0xfd, -1, 0 },
    { 0xd1, 0xde, 1 }, { 0xd1, 0xdf, 0 },
};

START_TEST(reset_pulse)
{
    cmd(resets[_i].cmd);
    if (resets[_i].arg >= 0)
        arg((u8)resets[_i].arg);
    ck_assert_int_eq(rises[3], resets[_i].resets);
    ck_assert(!kbc.reset.level);
    cmd(0xd0);
    ck_assert_uint_eq(reply() & 1, 1);
}
END_TEST

START_TEST(irq1_is_the_output_buffer)
{
    cmd2(0x60, 0x01);
    kbc_frame(&kbc, 0, 0x1c);
    ck_assert(kbc.irq1.level && !kbc.irq12.level);
    ck_assert_uint_eq(status() & 0x21, 0x01);
    ck_assert_uint_eq(in(KBC_DATA), 0x1c);
    ck_assert(!kbc.irq1.level);
    ck_assert_uint_eq(in(KBC_DATA), 0x1c);
    cmd(0xaa);                          /* asks for no more interrupts */
    ck_assert(!kbc.irq1.level);
    reply();
    cmd2(0x60, 0x01);
    cmd(0x20);                          /* an answer is an interrupt too */
    ck_assert_int_eq(rises[0], 2);
    reply();
    cmd2(0x60, 0x00);
    kbc_frame(&kbc, 0, 0x1c);
    ck_assert_int_eq(rises[0], 2);
}
END_TEST

START_TEST(irq12_is_the_mouse)
{
    cmd2(0x60, 0x03);
    kbc_frame(&kbc, 1, 0xfa);
    ck_assert(kbc.irq12.level && !kbc.irq1.level);
    ck_assert_uint_eq(status() & 0x21, 0x21);
    ck_assert_uint_eq(in(KBC_DATA), 0xfa);
    ck_assert_uint_eq(status() & 0x21, 0);
    ck_assert_int_eq(rises[1], 1);
    cmd2(0xd3, 0x42);
    ck_assert_uint_eq(status() & 0x21, 0x21);
    ck_assert_int_eq(rises[1], 2);
    ck_assert_uint_eq(reply(), 0x42);
    cmd2(0xd2, 0x43);
    ck_assert_uint_eq(status() & 0x21, 0x01);
    ck_assert_uint_eq(reply(), 0x43);
}
END_TEST

/* Each line has its own enable bit. */
static const struct { u8 mode; int port; bool irq1, irq12; } enables[] = {
    { 0, 0, false, false }, { 0, 1, false, false },
    { 1, 0, true, false },  { 1, 1, false, false },
    { 2, 0, false, false }, { 2, 1, false, true },
};

START_TEST(interrupt_enables)
{
    cmd2(0x60, enables[_i].mode);
    kbc_frame(&kbc, enables[_i].port, 0x1c);
    ck_assert_int_eq(kbc.irq1.level, enables[_i].irq1);
    ck_assert_int_eq(kbc.irq12.level, enables[_i].irq12);
}
END_TEST

/* A command while a byte is unread: those without an answer leave it. */
START_TEST(commands_with_an_unread_byte)
{
    cmd2(0x60, 0x41);
    kbc_frame(&kbc, 0, 0x1c);
    cmd(0xad);
    cmd2(0xd1, 0xdd);
    cmd(0xae);
    ck_assert(!kbc.a20.level);
    ck_assert(status() & 1);
    ck_assert_uint_eq(in(KBC_DATA), 0x1e);
    kbc_frame(&kbc, 0, 0x1c);
    cmd(0x20);                          /* this one takes its place */
    ck_assert_uint_eq(reply(), 0x41);
}
END_TEST

static const struct { u8 set2, set1; } codes[] = {
    { 0x1c, 0x1e }, { 0x76, 0x01 }, { 0x83, 0x41 }, { 0x84, 0x54 },
    { 0x00, 0xff }, { 0xe0, 0xe0 }, { 0xfa, 0xfa }, { 0xaa, 0xaa },
    { 0x78, 0x57 }, { 0x07, 0x58 }, { 0x01, 0x43 }, { 0x7f, 0x54 },
    { 0xab, 0xab }, { 0xff, 0xff }, { 0x5a, 0x1c }, { 0x59, 0x36 },
};

START_TEST(translation)
{
    cmd2(0x60, 0x40);
    kbc_frame(&kbc, 0, codes[_i].set2);
    ck_assert_uint_eq(reply(), codes[_i].set1);
    kbc_frame(&kbc, 0, 0xf0);
    ck_assert(!(status() & 1));
    kbc_frame(&kbc, 0, codes[_i].set2);
    ck_assert_uint_eq(reply(), codes[_i].set1 | 0x80);
    cmd2(0x60, 0x00);
    kbc_frame(&kbc, 0, 0xf0);
    ck_assert_uint_eq(reply(), 0xf0);
    cmd2(0x60, 0x40);                   /* the mouse is never translated */
    kbc_frame(&kbc, 1, codes[_i].set2);
    ck_assert_uint_eq(reply(), codes[_i].set2);
}
END_TEST

START_TEST(clocks_are_held)
{
    ck_assert(!clock_free[0] && !clock_free[1]);
    cmd(0xae);
    ck_assert(clock_free[0] && !clock_free[1]);
    cmd(0xa8);
    ck_assert(clock_free[1]);
    kbc_frame(&kbc, 0, 0x1c);           /* an unread byte holds both */
    ck_assert(!clock_free[0] && !clock_free[1]);
    kbc_frame(&kbc, 0, 0x1d);           /* and this one can't be */
    ck_assert_uint_eq(reply(), 0x1c);
    ck_assert(clock_free[0] && clock_free[1]);
    ck_assert(!(status() & 1));
    cmd(0xad);
    cmd(0xa7);
    ck_assert(!clock_free[0] && !clock_free[1]);
    cmd(0x20);
    ck_assert_uint_eq(reply(), 0x30);
}
END_TEST

START_TEST(bytes_to_the_devices)
{
    cmd(0xad);
    arg(0xed);                          /* switches the keyboard on */
    ck_assert_int_eq(count[0], 0);
    out(KBC_DATA, 0x02);
    pass(500 * 1000);
    ck_assert(status() & 2);            /* still sending the first */
    pass(2000 * 1000);
    ck_assert_int_eq(count[0], 2);
    ck_assert_uint_eq(got[0][0], 0xed);
    ck_assert_uint_eq(got[0][1], 0x02);
    ck_assert(clock_free[0]);
    cmd2(0xd4, 0xf4);
    pass(2000 * 1000);
    ck_assert_int_eq(count[1], 1);
    ck_assert_uint_eq(got[1][0], 0xf4);
    cmd(0x20);
    ck_assert_uint_eq(reply(), 0x00);
}
END_TEST

START_TEST(nobody_there)
{
    make(&kbc, false);
    cmd2(0xd4, 0xf4);
    pass(20 * 1000 * 1000);
    ck_assert_uint_eq(status() & 0x61, 0x61);
    ck_assert_uint_eq(in(KBC_DATA), 0xfe);
    out(KBC_DATA, 0xff);
    pass(20 * 1000 * 1000);
    ck_assert_uint_eq(status() & 0x61, 0x41);
    ck_assert_uint_eq(in(KBC_DATA), 0xfe);
}
END_TEST

START_TEST(password_is_swallowed)
{
    cmd(0xa5);
    for (int i = 0; i < 8; i++)
        arg((u8)(0x10 + i));
    arg(0);
    pass(5000 * 1000);
    ck_assert_int_eq(count[0], 0);
    arg(0xf4);
    pass(5000 * 1000);
    ck_assert_int_eq(count[0], 1);
}
END_TEST

START_TEST(input_port_in_the_status)
{
    cmd(0xc1);
    ck_assert_uint_eq(status() & 0xf0, 0x30);
    cmd(0xc2);
    ck_assert_uint_eq(status() & 0xf0, 0xb0);
    cmd(0xae);
    ck_assert_uint_eq(status() & 0xf0, 0x10);
}
END_TEST

START_TEST(system_flag)
{
    ck_assert(!(status() & 4));
    cmd2(0x60, 0x04);
    ck_assert(status() & 4);
    cmd2(0x60, 0x00);
    ck_assert(!(status() & 4));
}
END_TEST

START_TEST(state)
{
    make(&other, true);
    chip_fields_cover(&kbc_ops);
    cmd2(0x60, 0x43);
    cmd2(0xd1, 0xdd);
    kbc_frame(&kbc, 0, 0x1c);
    out(KBC_DATA, 0xed);
    chip_round_trip(&t, &kbc_ops, &kbc, &other);
    ck_assert(other.irq1.level && !other.a20.level);
    in(KBC_DATA);
    arg(0xed);                          /* in the middle of a frame */
    chip_round_trip(&t, &kbc_ops, &kbc, &other);
    count[0] = 0;
    pass(5000 * 1000);
    ck_assert_int_eq(count[0], 2);      /* one byte from each */
}
END_TEST

START_TEST(random_traffic)
{
    chip_random_ports(&t, &kbc_ops, &kbc, 8, 1, (u32)_i + 1);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i * 77 + 1;

    chip_random_state(kbc_ops.state, &kbc.s, &seed);
    chip_loaded(&t, &kbc_ops, &kbc);
    for (int i = 0; i < 1000; i++) {
        chip_random_port(&kbc_ops, &kbc, 8, 1, &seed);
        kbc_frame(&kbc, (int)(chip_random(&seed) & 1),
                  (u8)chip_random(&seed));
        pass(10000);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("8042");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, command_answers, 0, COUNT_OF(answers));
    tcase_add_loop_test(tc, command_is_silent, 0, COUNT_OF(silent));
    tcase_add_test(tc, input_buffer_shows_full_for_a_while);
    tcase_add_test(tc, hasty_writes_are_not_lost);
    tcase_add_test(tc, ram_reads_back);
    tcase_add_test(tc, a20_by_every_way);
    tcase_add_loop_test(tc, reset_pulse, 0, COUNT_OF(resets));
    tcase_add_test(tc, irq1_is_the_output_buffer);
    tcase_add_test(tc, irq12_is_the_mouse);
    tcase_add_loop_test(tc, interrupt_enables, 0, COUNT_OF(enables));
    tcase_add_test(tc, commands_with_an_unread_byte);
    tcase_add_loop_test(tc, translation, 0, COUNT_OF(codes));
    tcase_add_test(tc, clocks_are_held);
    tcase_add_test(tc, bytes_to_the_devices);
    tcase_add_test(tc, nobody_there);
    tcase_add_test(tc, password_is_swallowed);
    tcase_add_test(tc, input_port_in_the_status);
    tcase_add_test(tc, system_flag);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 20);
    return chip_run_case("kbc", tc);
}
