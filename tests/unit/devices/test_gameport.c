/* test_gameport.c - the game port alone. */
#include "devices/input/gameport.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct gameport port, other;

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    port = (struct gameport){ .sticks = 1 };
    other = port;
    gameport_init(&port, &env);
    gameport_init(&other, &env);
    clk_run(&t.clk, 5000000);
}

static u8 in(void) { return (u8)gameport_ops.port_in(&port, 1, 1); }

/* Resistance in ohms by position; 24.2 us and 11 ns for each. */
static const struct { int x; ns_t ns; } places[] = {
    { -32768, 24200 }, { 0, 24200 + 550008 }, { 32767, 24200 + 1100000 },
    { -16384, 24200 + 275004 },
};

START_TEST(one_shot)
{
    gameport_move(&port, 0, places[_i].x, -32768, 0);
    gameport_ops.port_out(&port, 1, 1, 0);
    ck_assert_uint_eq(in(), 0xff);
    clk_run(&t.clk, t.clk.now + places[_i].ns - 50);
    ck_assert_uint_eq(in() & 1, 1);
    clk_run(&t.clk, t.clk.now + 100);
    ck_assert_uint_eq(in() & 1, 0);
    ck_assert_uint_eq(in() & 2, 0);
    clk_run(&t.clk, t.clk.now + 1000000000);
    ck_assert_uint_eq(in() & 0x0c, 0x0c);   /* there is no second stick */
}
END_TEST

START_TEST(buttons)
{
    gameport_move(&port, 0, 0, 0, 2);
    gameport_move(&port, 1, 0, 0, 1);
    ck_assert_uint_eq(in() & 0xf0, 0x90);
    gameport_move(&port, 0, 0, 0, 1);
    ck_assert_uint_eq(in() & 0xf0, 0xa0);
}
END_TEST

START_TEST(states)
{
    u32 seed = 1;

    chip_fields_cover(&gameport_ops);
    chip_random_ports(&t, &gameport_ops, &port, 8, 1, 3);
    chip_round_trip(&t, &gameport_ops, &port, &other);
    for (int i = 0; i < 1000; i++) {
        chip_random_state(gameport_ops.state, &port.s, &seed);
        chip_loaded(&t, &gameport_ops, &port);
        in();
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("gameport");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, one_shot, 0, (int)COUNT_OF(places));
    tcase_add_test(tc, buttons);
    tcase_add_test(tc, states);
    return chip_run_case("gameport", tc);
}
