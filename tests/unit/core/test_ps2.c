/* test_ps2.c - controller, keyboard and mouse joined as on the board. */
#include "tests/lib/chip.h"

#include "devices/input/kbc.h"
#include "devices/input/kbd.h"
#include "devices/input/mouse.h"

enum { DATA = KBC_DATA, STATUS = KBC_STATUS };

struct set {
    struct kbc kbc;
    struct kbd kbd;
    struct mouse mouse;
};

static struct chip_test t;
static struct set a, b;
static int irqs[2];

static void pin(void *ctx, int n, bool level)
{
    if (ctx)
        irqs[n] += level;
}

static void make(struct set *s)
{
    struct dev_env env = chip_env(&t);

    *s = (struct set){ .kbc = {
        .irq1 = { pin, irqs, 0, false }, .irq12 = { pin, irqs, 1, false },
        .port = { { kbd_frame, kbd_clock, &s->kbd, 0 },
                  { mouse_frame, mouse_clock, &s->mouse, 1 } } } };
    s->kbd.host = (struct ps2_link){ kbc_frame, NULL, &s->kbc, 0 };
    s->mouse.host = (struct ps2_link){ kbc_frame, NULL, &s->kbc, 1 };
    kbd_init(&s->kbd, &env);
    env.timer_id += 16;
    mouse_init(&s->mouse, &env);
    env.timer_id += 16;
    kbc_init(&s->kbc, &env);
}

static void setup(void)
{
    chip_test_init(&t);
    make(&a);
    irqs[0] = irqs[1] = 0;
}

static void pass_us(int us) { clk_run(&t.clk, t.clk.now + us * 1000LL); }

static u8 in(u16 port)
{
    pass_us(1);
    return (u8)kbc_ops.port_in(&a.kbc, port, 1);
}

static void out(u16 port, u8 v)
{
    while (in(STATUS) & 2)
        ;
    kbc_ops.port_out(&a.kbc, port, 1, v);
    while (in(STATUS) & 2)
        ;
}

static void out2(u8 c, u8 v)
{
    out(STATUS, c);
    out(DATA, v);
}

/* The next byte, -1 if none comes in a while; bytes of the mouse + 100h. */
static int next(void)
{
    for (int i = 0; i < 30000; i++) {
        u8 st = in(STATUS);

        if (st & 1)
            return in(DATA) | (st & 0x20) << 3;
    }
    return -1;
}

/* What a BIOS does: test, configure, reset the keyboard. */
static void post(void)
{
    while (next() >= 0)
        ;
    out(STATUS, 0xaa);
    ck_assert_int_eq(next(), 0x55);
    out(STATUS, 0xab);
    ck_assert_int_eq(next(), 0x00);
    out2(0x60, 0x60);
    out(DATA, 0xff);
    ck_assert_int_eq(next(), 0xfa);
    ck_assert_int_eq(next(), 0xaa);
    out2(0x60, 0x47);
    irqs[0] = irqs[1] = 0;
}

START_TEST(power_on)
{
    post();
    ck_assert_int_eq(next(), -1);
}
END_TEST

/* The Bochs BIOS enables first, and takes the first byte for the ACK. */
static const int waits[] = { 0, 100, 1000, 6000, 50000 };

START_TEST(reset_without_flush)
{
    pass_us(waits[_i]);
    out(STATUS, 0xaa);
    ck_assert_int_eq(next(), 0x55);
    out(STATUS, 0xae);
    out(STATUS, 0xa8);
    out(DATA, 0xff);
    ck_assert_int_eq(next(), 0xfa);
    ck_assert_int_eq(next(), 0xaa);
    out(DATA, 0xf5);
    ck_assert_int_eq(next(), 0xfa);
}
END_TEST

START_TEST(typed_key_is_translated)
{
    post();
    kbd_key(&a.kbd, 0x1e, true);
    kbd_key(&a.kbd, 0xe04b, true);
    kbd_key(&a.kbd, 0xe04b, false);
    kbd_key(&a.kbd, 0x1e, false);
    ck_assert_int_eq(next(), 0x1e);
    ck_assert_int_eq(next(), 0xe0);
    ck_assert_int_eq(next(), 0x4b);
    ck_assert_int_eq(next(), 0xe0);
    ck_assert_int_eq(next(), 0xcb);
    ck_assert_int_eq(next(), 0x9e);
    ck_assert_int_eq(next(), -1);
    ck_assert_int_eq(irqs[0], 6);
}
END_TEST

/* Translated, each key gives the code it was named by. */
START_TEST(all_keys_translate_back)
{
    post();
    for (int i = 1; i < 0x80; i++) {
        if (i == 0x54)
            continue;
        kbd_key(&a.kbd, (u16)i, true);
        ck_assert_int_eq(next(), i);
        kbd_key(&a.kbd, (u16)i, false);
        ck_assert_int_eq(next(), i | 0x80);
    }
    kbd_key(&a.kbd, KBD_PAUSE, true);
    for (const char *p = "\xe1\x1d\x45\xe1\x9d\xc5"; *p; p++)
        ck_assert_int_eq(next(), (u8)*p);
    ck_assert_int_eq(next(), -1);
}
END_TEST

START_TEST(keyboard_id)
{
    post();
    out(STATUS, 0xad);
    out(DATA, 0xf2);
    ck_assert_int_eq(next(), 0xfa);
    ck_assert_int_eq(next(), 0xab);
    ck_assert_int_eq(next(), 0x41);
    out(STATUS, 0x20);
    ck_assert_int_eq(next(), 0x47);     /* enabled by the write */
}
END_TEST

/* Commands between the bytes of an answer take none of them away. */
START_TEST(keyb_com)
{
    post();
    out(DATA, 0xf2);
    pass_us(3000);                      /* the ACK lies in the buffer */
    out(STATUS, 0xad);
    out(STATUS, 0xae);
    ck_assert_int_eq(next(), 0xfa);
    pass_us(500);                       /* in the middle of a frame */
    out(STATUS, 0xad);
    pass_us(5000);
    ck_assert(!(in(STATUS) & 1));
    out(STATUS, 0xae);
    ck_assert_int_eq(next(), 0xab);
    ck_assert_int_eq(next(), 0x41);
}
END_TEST

START_TEST(keys_wait_while_disabled)
{
    post();
    out(STATUS, 0xad);
    kbd_key(&a.kbd, 0x10, true);
    ck_assert_int_eq(next(), -1);
    out(STATUS, 0xae);
    ck_assert_int_eq(next(), 0x10);
}
END_TEST

START_TEST(mouse_and_keyboard_together)
{
    int keys = 0, bytes = 0, c;

    post();
    out2(0xd4, 0xf4);
    ck_assert_int_eq(next(), 0x1fa);
    for (int i = 0; i < 8; i++) {
        mouse_move(&a.mouse, 3, 3, 0, (unsigned)i & 1);
        kbd_key(&a.kbd, (u16)(0x10 + i), true);
        kbd_key(&a.kbd, (u16)(0x10 + i), false);
        while ((c = next()) >= 0)
            *(c & 0x100 ? &bytes : &keys) += 1;
    }
    ck_assert_int_eq(keys, 16);
    ck_assert_int_eq(bytes, 24);
    ck_assert_int_eq(irqs[0], 16);
    ck_assert_int_eq(irqs[1], 25);
}
END_TEST

START_TEST(state)
{
    post();
    make(&b);
    out2(0xd4, 0xf4);
    mouse_move(&a.mouse, 30, 3, 0, 1);
    kbd_key(&a.kbd, 0x1e, true);
    pass_us(1400);
    chip_round_trip(&t, &kbd_ops, &a.kbd, &b.kbd);
    chip_round_trip(&t, &mouse_ops, &a.mouse, &b.mouse);
    chip_round_trip(&t, &kbc_ops, &a.kbc, &b.kbc);
    for (int i = 0; i < 300; i++) {
        pass_us(3000);
        ck_assert_uint_eq(kbc_ops.port_in(&a.kbc, DATA, 1),
                          kbc_ops.port_in(&b.kbc, DATA, 1));
    }
    ck_assert_uint_eq(state_hash(1, kbd_ops.state, &a.kbd),
                      state_hash(1, kbd_ops.state, &b.kbd));
    ck_assert_uint_eq(state_hash(1, mouse_ops.state, &a.mouse),
                      state_hash(1, mouse_ops.state, &b.mouse));
    ck_assert_int_gt(irqs[0], 10);
}
END_TEST

/* The machine's RESET at any moment, in any order of the chips. */
START_TEST(machine_reset)
{
    post();
    kbd_key(&a.kbd, 0x1e, true);
    out(DATA, 0xf2);
    pass_us(_i * 300);
    if (_i & 1)
        kbc_ops.reset(&a.kbc);
    kbd_ops.reset(&a.kbd);
    mouse_ops.reset(&a.mouse);
    if (!(_i & 1))
        kbc_ops.reset(&a.kbc);
    kbd_key(&a.kbd, 0x1e, false);
    post();
    kbd_key(&a.kbd, 0x1f, true);
    ck_assert_int_eq(next(), 0x1f);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = (u32)_i + 99;

    for (int i = 0; i < 100000; i++) {
        u32 r = chip_random(&seed);

        if (r % 64 == 0)
            kbd_key(&a.kbd, (u16)(r >> 8 & 0xe07f), r >> 30 & 1);
        else if (r % 64 == 1)
            mouse_move(&a.mouse, (s8)(r >> 8), (s8)(r >> 16), 0, r >> 24);
        else
            chip_random_port(&kbc_ops, &a.kbc, 8, 1, &seed);
        pass_us((int)(r >> 24));
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("joined");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, power_on);
    tcase_add_loop_test(tc, reset_without_flush, 0, COUNT_OF(waits));
    tcase_add_test(tc, typed_key_is_translated);
    tcase_add_test(tc, all_keys_translate_back);
    tcase_add_test(tc, keyboard_id);
    tcase_add_test(tc, keyb_com);
    tcase_add_test(tc, keys_wait_while_disabled);
    tcase_add_test(tc, mouse_and_keyboard_together);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, machine_reset, 0, 12);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    return chip_run_case("ps2", tc);
}
