/* test_mouse.c - the PS/2 mouse alone, with a probe as its controller. */
#include "tests/lib/chip.h"

#include "devices/input/mouse.h"

static struct chip_test t;
static struct mouse mouse, other;
static u8 got[4096];
static int count;

static void frame(void *ctx, int n, u8 byte)
{
    (void)n;
    if (ctx && count < (int)sizeof got)
        got[count++] = byte;
}

static void make(struct mouse *m, bool listen)
{
    struct dev_env env = chip_env(&t);

    *m = (struct mouse){ .host = { frame, NULL, listen ? got : NULL, 1 } };
    mouse_init(m, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    make(&mouse, true);
    count = 0;
}

static void pass_ms(int ms) { clk_run(&t.clk, t.clk.now + ms * 1000000LL); }

static const char *bytes(void)
{
    static const char hex[] = "0123456789abcdef";
    static char text[3 * sizeof got + 1];
    char *p = text;

    pass_ms(30);
    for (int i = 0; i < count; i++) {
        *p++ = hex[got[i] >> 4];
        *p++ = hex[got[i] & 15];
        *p++ = ' ';
    }
    if (p > text)
        p--;
    *p = 0;
    count = 0;
    return text;
}

static const char *send(u8 byte)
{
    mouse_frame(&mouse, 1, byte);
    return bytes();
}

static void send_rates(u8 a, u8 b, u8 c)
{
    u8 rates[] = { a, b, c };

    for (int i = 0; i < 3; i++) {
        send(0xf3);
        send(rates[i]);
    }
}

START_TEST(silent_at_power_on)
{
    mouse_move(&mouse, 5, 5, 0, 1);
    ck_assert_str_eq(bytes(), "");
    ck_assert(mouse_idle(&mouse));
}
END_TEST

static const struct { u8 sent[5]; int n; const char *answers; } commands[] = {
    { { 0xff }, 1, "fa aa 00" }, { { 0xf2 }, 1, "fa 00" },
    { { 0xe9 }, 1, "fa 00 02 64" }, { { 0xeb }, 1, "fa 08 00 00" },
    { { 0xe8, 3, 0xe9 }, 3, "fa fa fa 00 03 64" },
    { { 0xf3, 40, 0xe9 }, 3, "fa fa fa 00 02 28" },
    { { 0xe7, 0xf4, 0xe9 }, 3, "fa fa fa 30 02 64" },
    { { 0xf0, 0xe9 }, 2, "fa fa 40 02 64" },
    { { 0xf0, 0xea, 0xe9 }, 3, "fa fa fa 00 02 64" },
    { { 0xe7, 0xe6, 0xe9 }, 3, "fa fa fa 00 02 64" },
    { { 0xe7, 0xf6, 0xe9 }, 3, "fa fa fa 00 02 64" },
    { { 0xf4, 0xf5, 0xe9 }, 3, "fa fa fa 00 02 64" },
    { { 0xee, 0xf2, 0x55, 0xec, 0xf2 }, 5, "fa f2 55 fa fa 00" },
    { { 0xee, 0xff }, 2, "fa fa aa 00" },
    { { 0xe1 }, 1, "fe" }, { { 0x00, 0x00 }, 2, "fe fc" },
    { { 0x00, 0xf2, 0x00 }, 3, "fe fa 00 fe" },
    { { 0xf3, 99, 100 }, 3, "fa fe fa" }, { { 0xf3, 99, 99 }, 3, "fa fe fc" },
    { { 0xe8, 4, 1, 0xe9 }, 4, "fa fe fa fa 00 01 64" },
    { { 0xf2, 0xfe }, 2, "fa 00 00" },
    { { 0xf3, 0xf2 }, 2, "fa fa 00" },
};

START_TEST(command_answers)
{
    for (int i = 0; i < commands[_i].n; i++) {
        mouse_frame(&mouse, 1, commands[_i].sent[i]);
        pass_ms(10);
    }
    ck_assert_str_eq(bytes(), commands[_i].answers);
}
END_TEST

/* One movement in stream mode. */
static const struct {
    int dx, dy, dz; unsigned buttons; const char *plain, *wheel, *five;
} moves[] = {
    { 5, 3, 0, 0, "28 05 fd", "28 05 fd 00", "28 05 fd 00" },
    { -5, -3, 0, 0, "18 fb 03", "18 fb 03 00", "18 fb 03 00" },
    { 0, 0, 0, MOUSE_LEFT, "09 00 00", "09 00 00 00", "09 00 00 00" },
    { 0, 0, 0, MOUSE_RIGHT, "0a 00 00", "0a 00 00 00", "0a 00 00 00" },
    { 0, 0, 0, MOUSE_MIDDLE, "0c 00 00", "0c 00 00 00", "0c 00 00 00" },
    { 0, 0, 0, MOUSE_BACK, "", "", "08 00 00 10" },
    { 0, 0, 0, MOUSE_FORWARD, "", "", "08 00 00 20" },
    { 0, 0, 1, 0, "", "08 00 00 01", "08 00 00 01" },
    { 0, 0, -1, 0, "", "08 00 00 ff", "08 00 00 0f" },
    { 300, 0, 0, 0, "08 ff 00 08 2d 00", "08 ff 00 00 08 2d 00 00",
      "08 ff 00 00 08 2d 00 00" },
    { 0, 300, 0, 0, "28 00 01 28 00 d3", "28 00 01 00 28 00 d3 00",
      "28 00 01 00 28 00 d3 00" },
};

START_TEST(packets)
{
    static const u8 second[] = { 0, 100, 200 };
    int mode = _i % 3;
    const char *want = mode == 0 ? moves[_i / 3].plain
                     : mode == 1 ? moves[_i / 3].wheel : moves[_i / 3].five;

    if (mode)
        send_rates(200, second[mode], 80);
    ck_assert_str_eq(send(0xf2), mode == 0 ? "fa 00" : mode == 1 ? "fa 03"
                                                                 : "fa 04");
    send(0xf4);
    mouse_move(&mouse, moves[_i / 3].dx, moves[_i / 3].dy, moves[_i / 3].dz,
               moves[_i / 3].buttons);
    ck_assert_str_eq(bytes(), want);
}
END_TEST

START_TEST(wrong_knocks)
{
    send_rates(200, 100, 60);
    ck_assert_str_eq(send(0xf2), "fa 00");
    send_rates(100, 100, 80);
    send_rates(100, 200, 80);
    ck_assert_str_eq(send(0xf2), "fa 00");
    send_rates(200, 100, 80);
    send(0xf6);
    ck_assert_str_eq(send(0xf2), "fa 03");
    send(0xff);
    ck_assert_str_eq(send(0xf2), "fa 00");
}
END_TEST

START_TEST(overflow)
{
    send(0xf4);
    mouse_move(&mouse, 3000, 0, 0, 0);
    pass_ms(200);
    ck_assert_int_eq(count, 9 * 3);     /* 2047 counts are left */
    ck_assert_uint_eq(got[0], 0xc8);
    ck_assert_uint_eq(got[1], 0xff);
    ck_assert_uint_eq(got[24], 0x08);
    ck_assert_uint_eq(got[25], 2047 - 8 * 255);
    ck_assert(mouse_idle(&mouse));
}
END_TEST

/* Packets in one second of steady motion. */
static const u8 sample_rates[] = { 10, 20, 40, 60, 80, 100, 200 };

START_TEST(sample_rate)
{
    send(0xf3);
    send(sample_rates[_i]);
    send(0xf4);
    for (int i = 0; i < 1000; i++) {
        mouse_move(&mouse, 1, 0, 0, 0);
        pass_ms(1);
    }
    ck_assert_int_le(count / 3, sample_rates[_i] + 1);
    ck_assert_int_ge(count / 3, sample_rates[_i] - 2);
}
END_TEST

static const struct { int in; u8 out; } scaling[] = {
    { 1, 1 }, { 2, 1 }, { 3, 3 }, { 4, 6 }, { 5, 9 }, { 6, 12 }, { 100, 200 },
    { 200, 255 },
};

START_TEST(scaling_two)
{
    send(0xe7);
    send(0xf4);
    mouse_move(&mouse, scaling[_i].in, scaling[_i].in, 0, 0);
    pass_ms(10);
    ck_assert_uint_eq(got[1], scaling[_i].out);
    ck_assert_uint_eq(got[2], (u8)-scaling[_i].out);
    count = 0;
    send(0xf0);                         /* not when asked */
    mouse_move(&mouse, scaling[_i].in, 0, 0, 0);
    mouse_frame(&mouse, 1, 0xeb);
    pass_ms(10);
    ck_assert_uint_eq(got[2], scaling[_i].in);
}
END_TEST

START_TEST(remote_mode)
{
    send(0xf0);
    send(0xf4);
    mouse_move(&mouse, 7, 0, 0, MOUSE_LEFT);
    ck_assert_str_eq(bytes(), "");
    ck_assert_str_eq(send(0xeb), "fa 09 07 00");
    ck_assert_str_eq(send(0xeb), "fa 09 00 00");
    ck_assert_str_eq(send(0xe9), "fa 64 02 64");
}
END_TEST

START_TEST(command_stops_a_packet)
{
    send(0xf4);
    mouse_move(&mouse, 7, 0, 0, 0);
    pass_ms(2);
    ck_assert_int_lt(count, 3);
    count = 0;
    ck_assert_str_eq(send(0xf5), "fa");
}
END_TEST

START_TEST(held_clock_gathers_motion)
{
    send(0xf4);
    mouse_clock(&mouse, 1, false);
    for (int i = 0; i < 10; i++) {
        mouse_move(&mouse, 2, 0, 0, 0);
        pass_ms(20);
    }
    ck_assert(!mouse_idle(&mouse));
    ck_assert_int_eq(count, 0);
    mouse_clock(&mouse, 1, true);
    ck_assert_str_eq(bytes(), "08 02 00 08 12 00");
    ck_assert(mouse_idle(&mouse));
}
END_TEST

/* Whoever waits for the mouse doesn't wait for a guest that never asks. */
START_TEST(idle_in_the_end)
{
    send(0xf4);
    mouse_clock(&mouse, 1, false);
    mouse_move(&mouse, 2, 0, 0, 0);
    pass_ms(50);
    ck_assert(!mouse_idle(&mouse));
    pass_ms(60);
    ck_assert(mouse_idle(&mouse));
}
END_TEST

START_TEST(state)
{
    make(&other, false);
    chip_fields_cover(&mouse_ops);
    chip_round_trip(&t, &mouse_ops, &mouse, &other);
    send(0xf4);
    mouse_move(&mouse, 700, -700, 0, 3);
    pass_ms(13);
    chip_round_trip(&t, &mouse_ops, &mouse, &other);
    pass_ms(500);
    ck_assert_uint_eq(state_hash(1, mouse_ops.state, &mouse.s),
                      state_hash(1, mouse_ops.state, &other.s));
    ck_assert_int_eq(count, 9);
}
END_TEST

static void random_life(u32 seed, int n)
{
    for (int i = 0; i < n; i++) {
        u32 r = chip_random(&seed);

        switch (r % 4) {
        case 0: mouse_frame(&mouse, 1, (u8)(r >> 8)); break;
        case 1: mouse_clock(&mouse, 1, r >> 8 & 1); break;
        case 2: mouse_frame(&mouse, 1, (u8)(0xe6 + (r >> 8) % 26)); break;
        default:
            mouse_move(&mouse, (s32)r, (s32)chip_random(&seed), (s8)r, r);
        }
        clk_run(&t.clk, t.clk.now + (ns_t)(r >> 12 & 0xfffff));
    }
    ck_assert_int_eq(t.errors, 0);
}

START_TEST(random_traffic)
{
    random_life((u32)_i + 1, 100000);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i * 31 + 5;

    chip_random_state(mouse_ops.state, &mouse.s, &seed);
    chip_loaded(&t, &mouse_ops, &mouse);
    random_life(seed, 2000);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("mouse");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, silent_at_power_on);
    tcase_add_loop_test(tc, command_answers, 0, COUNT_OF(commands));
    tcase_add_loop_test(tc, packets, 0, 3 * COUNT_OF(moves));
    tcase_add_test(tc, wrong_knocks);
    tcase_add_test(tc, overflow);
    tcase_add_loop_test(tc, sample_rate, 0, COUNT_OF(sample_rates));
    tcase_add_loop_test(tc, scaling_two, 0, COUNT_OF(scaling));
    tcase_add_test(tc, remote_mode);
    tcase_add_test(tc, command_stops_a_packet);
    tcase_add_test(tc, held_clock_gathers_motion);
    tcase_add_test(tc, idle_in_the_end);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 20);
    return chip_run_case("mouse", tc);
}
