/* test_pic.c - a pair of 8259As alone: wires in, a probe on INT. */
#include "devices/chipset/pic.h"
#include "tests/lib/chip.h"

static struct chip_test t;
static struct pic master, slave;
static int rises;

static void probe(void *ctx, int n, bool level)
{
    (void)ctx, (void)n;
    rises += level;
}

static void out(struct pic *p, u16 port, u8 v)
{
    pic_ops.port_out(p, port, 1, v);
}

static u8 in(struct pic *p, u16 port)
{
    return (u8)pic_ops.port_in(p, port, 1);
}

static u8 irr(struct pic *p)
{
    out(p, 0, 0x0a);
    return in(p, 0);
}

static u8 isr(struct pic *p)
{
    out(p, 0, 0x0b);
    return in(p, 0);
}

static void program(u8 icw4)
{
    out(&master, 0, 0x11), out(&master, 1, 0x08);
    out(&master, 1, 0x04), out(&master, 1, icw4);
    out(&slave, 0, 0x11), out(&slave, 1, 0x70);
    out(&slave, 1, 0x02), out(&slave, 1, icw4 & 0x0f);
}

/* Wire n of the pair, 0 to 15. */
static void irq(int n, bool level)
{
    pic_set_irq(n < 8 ? &master : &slave, n & 7, level);
}

static void pulse(int n)
{
    irq(n, false);
    irq(n, true);
}

static void setup(void)
{
    struct dev_env env;

    chip_test_init(&t);
    env = chip_env(&t);
    master = (struct pic){ .intr = { .set = probe },
                           .slave_inta = pic_slave_inta, .slave_ctx = &slave };
    slave = (struct pic){ .slave = true,
                          .intr = { .set = pic_set_irq, .ctx = &master,
                                    .n = 2 } };
    pic_init(&master, &env);
    pic_init(&slave, &env);
    rises = 0;
}

static void setup_ready(void)
{
    setup();
    program(1);
}

START_TEST(silent_until_programmed)
{
    pulse(0);
    ck_assert(!master.intr.level);
    ck_assert_int_eq(rises, 0);
    out(&master, 0, 0x11);
    pulse(1);
    out(&master, 1, 0x08);
    out(&master, 1, 0x04);
    ck_assert(!master.intr.level);
    out(&master, 1, 0x01);
    ck_assert(master.intr.level);       /* edge came after ICW1 */
    ck_assert_uint_eq(pic_inta(&master), 0x09);
    ck_assert(!master.intr.level);      /* wire 0's was forgotten by ICW1 */
}
END_TEST

static const u8 vectors[16] = {
    0x08, 0x09, 0, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
    0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77,
};

START_TEST(each_input)
{
    if (_i == 2)
        return;
    pulse(_i);
    ck_assert(master.intr.level);
    ck_assert_uint_eq(pic_inta(&master), vectors[_i]);
    ck_assert(!master.intr.level);
    ck_assert_uint_eq(isr(&master), _i < 8 ? 1 << _i : 4);
    ck_assert_uint_eq(isr(&slave), _i < 8 ? 0 : 1 << (_i - 8));
    out(&slave, 0, 0x20);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(isr(&master) | isr(&slave), 0);
    ck_assert(!master.intr.level);      /* still high is no new edge */
    pulse(_i);
    ck_assert(master.intr.level);
}
END_TEST

START_TEST(priorities_nest)
{
    pulse(4), pulse(6), pulse(3);
    ck_assert_uint_eq(pic_inta(&master), 0x0b);
    ck_assert(!master.intr.level);
    pulse(1);
    ck_assert_uint_eq(pic_inta(&master), 0x09);
    ck_assert_uint_eq(isr(&master), 0x0a);
    out(&master, 0, 0x20);
    ck_assert(!master.intr.level);      /* 3 still holds up 4 and 6 */
    out(&master, 0, 0x20);
    ck_assert_uint_eq(pic_inta(&master), 0x0c);
    out(&master, 0, 0x64);              /* specific EOI */
    ck_assert_uint_eq(pic_inta(&master), 0x0e);
}
END_TEST

START_TEST(mask_hides_but_keeps_edges)
{
    out(&master, 1, 0xff);
    pulse(5);
    ck_assert(!master.intr.level);
    ck_assert_uint_eq(irr(&master), 0x20);
    ck_assert_uint_eq(in(&master, 1), 0xff);
    out(&master, 1, 0xdf);
    ck_assert_uint_eq(pic_inta(&master), 0x0d);
}
END_TEST

START_TEST(request_withdrawn_is_spurious)
{
    pulse(3);
    irq(3, false);
    ck_assert(!master.intr.level);
    ck_assert_uint_eq(irr(&master), 0);
    ck_assert_uint_eq(pic_inta(&master), 0x0f);
    ck_assert_uint_eq(isr(&master), 0);
}
END_TEST

/* The slave's INT has been latched by the master when its request goes. */
START_TEST(slave_spurious_serves_master)
{
    slave.intr.set = NULL;
    pulse(12);
    pic_set_irq(&master, 2, true);
    irq(12, false);
    ck_assert_uint_eq(pic_inta(&master), 0x77);
    ck_assert_uint_eq(isr(&slave), 0);
    ck_assert_uint_eq(isr(&master), 4);
}
END_TEST

START_TEST(level_inputs)
{
    out(&slave, 2, 0xff);
    ck_assert_uint_eq(in(&slave, 2), 0xde);
    out(&master, 2, 0xff);
    ck_assert_uint_eq(in(&master, 2), 0xf8);
    irq(5, true);
    ck_assert_uint_eq(pic_inta(&master), 0x0d);
    ck_assert_uint_eq(irr(&master), 0x20);
    out(&master, 0, 0x20);
    ck_assert(master.intr.level);       /* asks on until it is lowered */
    irq(5, false);
    ck_assert(!master.intr.level);
    irq(10, true);
    ck_assert_uint_eq(pic_inta(&master), 0x72);
    out(&slave, 0, 0x20);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(pic_inta(&master), 0x72);
}
END_TEST

START_TEST(ltim_makes_all_level)
{
    out(&master, 0, 0x19), out(&master, 1, 8);
    out(&master, 1, 4), out(&master, 1, 1);
    irq(0, true);
    ck_assert_uint_eq(pic_inta(&master), 8);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(pic_inta(&master), 8);
}
END_TEST

/* What a second request finds after each form of OCW2, given that 2 and 4
 * were being served when 0 and 1 stay masked. */
static const struct { u8 ocw2, isr, lowest; } ocw2[] = {
    { 0x20, 0x10, 7 }, { 0x40, 0x18, 7 }, { 0x60 | 4, 0x08, 7 },
    { 0xa0, 0x10, 3 }, { 0xc0 | 5, 0x18, 5 }, { 0xe0 | 4, 0x08, 4 },
    { 0x60 | 7, 0x18, 7 },
};

START_TEST(ends_and_rotations)
{
    pulse(4);
    pic_inta(&master);
    pulse(3);
    pic_inta(&master);
    ck_assert_uint_eq(isr(&master), 0x18);
    out(&master, 0, ocw2[_i].ocw2);
    ck_assert_uint_eq(isr(&master), ocw2[_i].isr);
    ck_assert_uint_eq(master.s.lowest, ocw2[_i].lowest);
    out(&master, 0, 0x64), out(&master, 0, 0x63);
    for (int n = 0; n < 8; n++)
        if (n != 2)
            pulse(n);
    for (int n = 1; n <= 8; n++) {
        int want = (ocw2[_i].lowest + n) & 7;

        if (want == 2)
            continue;
        ck_assert_uint_eq(pic_inta(&master), 8 + want);
        out(&master, 0, (u8)(0x60 | want));
    }
}
END_TEST

START_TEST(automatic_eoi)
{
    program(3);
    pulse(6);
    ck_assert_uint_eq(pic_inta(&master), 0x0e);
    ck_assert_uint_eq(isr(&master), 0);
    ck_assert_uint_eq(master.s.lowest, 7);
    out(&master, 0, 0x80);              /* rotate from now on */
    pulse(6);
    pic_inta(&master);
    ck_assert_uint_eq(master.s.lowest, 6);
    out(&master, 0, 0x00);
    pulse(3);
    pic_inta(&master);
    ck_assert_uint_eq(master.s.lowest, 6);
}
END_TEST

START_TEST(automatic_eoi_on_the_slave_makes_edges)
{
    program(3);
    pulse(9), pulse(10);
    ck_assert_uint_eq(pic_inta(&master), 0x71);
    ck_assert(master.intr.level);
    ck_assert_uint_eq(pic_inta(&master), 0x72);
    ck_assert(!master.intr.level);
}
END_TEST

START_TEST(special_mask_mode)
{
    pulse(1);
    pic_inta(&master);
    pulse(5);
    ck_assert(!master.intr.level);
    out(&master, 1, 0x02);
    out(&master, 0, 0x68);
    ck_assert(master.intr.level);
    ck_assert_uint_eq(pic_inta(&master), 0x0d);
    out(&master, 0, 0x20);              /* ends 5: 1 is masked */
    ck_assert_uint_eq(isr(&master), 0x02);
    out(&master, 0, 0x61);
    ck_assert_uint_eq(isr(&master), 0);
    out(&master, 0, 0x48);
    ck_assert(!master.s.special_mask);
}
END_TEST

START_TEST(polling)
{
    out(&master, 0, 0x0c);
    ck_assert_uint_eq(in(&master, 0) & 0x80, 0);
    pulse(6), pulse(3);
    out(&master, 0, 0x0c);
    ck_assert_uint_eq(in(&master, 0), 0x83);
    ck_assert_uint_eq(isr(&master), 0x08);
    ck_assert(!master.intr.level);
    out(&master, 0, 0x20);
    out(&master, 0, 0x0c);
    ck_assert_uint_eq(in(&master, 1), 0x86);
    ck_assert_uint_eq(in(&master, 1), 0);       /* the mask again */
}
END_TEST

/* With SFNM a request of higher priority from the slave in service passes. */
START_TEST(special_fully_nested)
{
    program((u8)(_i ? 0x11 : 0x01));
    pulse(12);
    ck_assert_uint_eq(pic_inta(&master), 0x74);
    pulse(9);
    ck_assert_int_eq(master.intr.level, _i);
    pulse(3);
    ck_assert_int_eq(master.intr.level, _i);
    if (_i)
        ck_assert_uint_eq(pic_inta(&master), 0x71);
}
END_TEST

START_TEST(icw1_starts_over)
{
    out(&master, 1, 0x55);
    pulse(0);
    pic_inta(&master);
    out(&master, 0, 0xc3);
    pulse(1);
    program(1);
    ck_assert_uint_eq(in(&master, 1), 0);
    ck_assert_uint_eq(irr(&master) | isr(&master), 0);
    ck_assert_uint_eq(master.s.lowest, 7);
    ck_assert(!master.intr.level);
}
END_TEST

START_TEST(single_and_8085)
{
    out(&master, 0, 0x12), out(&master, 1, 0x40);
    pulse(3);                           /* SNGL, no ICW4, interval 8 */
    ck_assert_uint_eq(pic_inta(&master), 0x18);
    out(&master, 0, 0xb6), out(&master, 1, 0x40);
    pulse(3);
    ck_assert_uint_eq(pic_inta(&master), 0xac);
}
END_TEST

START_TEST(buffered_mode_names_the_slave)
{
    program(0x0d);
    pulse(8);
    ck_assert_uint_eq(pic_inta(&master), 0x70);
    out(&master, 0, 0x11), out(&master, 1, 8);
    out(&master, 1, 4), out(&master, 1, 0x09);
    pic_set_irq(&master, 2, false);
    pic_set_irq(&master, 2, true);
    ck_assert_uint_eq(pic_inta(&master), 0x0a);
}
END_TEST

START_TEST(state)
{
    struct pic other = { 0 };
    struct dev_env env = chip_env(&t);

    chip_fields_cover(&pic_ops);
    pulse(3), pulse(4);
    pic_inta(&master);
    out(&master, 1, 0x80);
    pic_init(&other, &env);
    chip_round_trip(&t, &pic_ops, &master, &other);
    out(&other, 0, 0x20);
    ck_assert(other.intr.level);
    ck_assert_uint_eq(pic_inta(&other), 0x0c);
}
END_TEST

START_TEST(random_traffic)
{
    u32 seed = 5;

    for (int i = 0; i < 2000; i++) {
        chip_random_state(pic_ops.state, &master, &seed);
        chip_random_state(pic_ops.state, &slave, &seed);
        chip_loaded(&t, &pic_ops, &master);
        chip_loaded(&t, &pic_ops, &slave);
        pulse((int)(chip_random(&seed) % 16));
        pic_inta(&master);
        in(&master, 0);
    }
    chip_random_ports(&t, &pic_ops, &master, 3, 1, 1);
    chip_random_ports(&t, &pic_ops, &slave, 3, 1, 2);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("8259A");
    TCase *cold = tcase_create("cold");
    int failed;

    tcase_add_checked_fixture(cold, setup, NULL);
    tcase_add_test(cold, silent_until_programmed);
    tcase_add_checked_fixture(c, setup_ready, NULL);
    tcase_add_loop_test(c, each_input, 0, 16);
    tcase_add_test(c, priorities_nest);
    tcase_add_test(c, mask_hides_but_keeps_edges);
    tcase_add_test(c, request_withdrawn_is_spurious);
    tcase_add_test(c, slave_spurious_serves_master);
    tcase_add_test(c, level_inputs);
    tcase_add_test(c, ltim_makes_all_level);
    tcase_add_loop_test(c, ends_and_rotations, 0, COUNT_OF(ocw2));
    tcase_add_test(c, automatic_eoi);
    tcase_add_test(c, automatic_eoi_on_the_slave_makes_edges);
    tcase_add_test(c, special_mask_mode);
    tcase_add_test(c, polling);
    tcase_add_loop_test(c, special_fully_nested, 0, 2);
    tcase_add_test(c, icw1_starts_over);
    tcase_add_test(c, single_and_8085);
    tcase_add_test(c, buffered_mode_names_the_slave);
    tcase_add_test(c, state);
    tcase_add_test(c, random_traffic);
    failed = chip_run_case("pic, cold", cold);
    return chip_run_case("pic", c) | failed;
}
