/* test_ide.c - an ATA channel, driven through its ports. */
#include "tests/lib/ide_bed.h"

START_TEST(signature_and_reset)
{
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(ERROR), 1);
    chs(9, 0x1234, 5, 6);
    out(CONTROL, 4);
    ck_assert_uint_eq(in(STATUS), 0x80);
    clk_run(&t.clk, t.clk.now + NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0x80);        /* as long as it is held */
    out(CONTROL, 0);
    ck_assert_uint_eq(in(STATUS), 0x80);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(in(ERROR), 1);
    ck_assert_uint_eq(in(COUNT), 1);
    ck_assert_uint_eq(in(LOW), 1);
    ck_assert_uint_eq(in(MID), 0);
    ck_assert_uint_eq(in(HIGH), 0);
    ck_assert_uint_eq(in(DEVICE), 0xa0);
    ck_assert_int_eq(irqs, 0);
}
END_TEST

START_TEST(identify)
{
    command(0xec);
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(word(0), 0x40);
    ck_assert_uint_eq(word(1), 20);
    ck_assert_uint_eq(word(3), 16);
    ck_assert_uint_eq(word(6), 63);
    ck_assert_int_eq(memcmp(buf + 54, "sibaxoh ra didks", 16), 0);
    ck_assert_uint_eq(word(47), 0x8010);
    ck_assert_uint_eq(word(54), 20);
    ck_assert_uint_eq(word(57) | word(58) << 16, SECTORS);
    ck_assert_uint_eq(word(60) | word(61) << 16, SECTORS);
    ck_assert_uint_eq(word(100) | word(101) << 16, SECTORS);
    ck_assert_int_eq(irqs, 1);
}
END_TEST

START_TEST(parameters_set_the_translation)
{
    chs(17, 0, 3, 1);                   /* 4 heads, 17 sectors */
    works(0x91);
    chs(1, 2, 1, 5);
    command(0x20);
    in(STATUS);
    take(buf, 512, 2);
    ck_assert(marked(buf, (2 * 4 + 1) * 17 + 4));
    chs(1, 0, 4, 1);
    fails(0x20, 0x10);
    command(0xec);
    in(STATUS);
    take(buf, 512, 2);
    ck_assert_uint_eq(word(3), 16);
    ck_assert_uint_eq(word(55), 4);
    ck_assert_uint_eq(word(56), 17);
    ck_assert_uint_eq(word(54), SECTORS / 68);
    chs(0, 0, 3, 1);
    fails(0x91, 0x04);
}
END_TEST

/* Commands without data, and what they answer. */
static const struct { u8 code, count, feature, error, shows; } plain[] = {
    { 0x10, 0, 0, 0, 0 },       { 0x1f, 0, 0, 0, 0 },
    { 0x00, 0, 0, 4, 0 },       { 0x08, 0, 0, 4, 0 },
    { 0xa0, 0, 0, 4, 0 },       { 0xa1, 0, 0, 4, 0 },
    { 0xc8, 1, 0, 4, 1 },       { 0xca, 1, 0, 4, 1 },
    { 0xb0, 0, 0xd0, 4, 0 },    { 0xf9, 0, 0, 4, 0 },
    { 0xff, 0, 0, 4, 0 },       { 0x22, 1, 0, 4, 1 },
    { 0xe7, 0, 0, 0, 0 },       { 0xea, 0, 0, 0, 0 },
    { 0xe0, 0, 0, 0, 0 },       { 0xe5, 9, 0, 0, 0xff },
    { 0x98, 9, 0, 0, 0xff },    { 0x94, 0, 0, 0, 0 },
    { 0xe6, 0, 0, 0, 0 },       { 0xe1, 0, 0, 0, 0 },
    { 0xef, 8, 0x03, 0, 8 },    { 0xef, 12, 0x03, 0, 12 },
    { 0xef, 0x22, 0x03, 4, 0x22 }, { 0xef, 0x45, 0x03, 4, 0x45 },
    { 0xef, 0, 0x02, 0, 0 },    { 0xef, 0, 0xaa, 0, 0 },
    { 0xef, 0, 0x99, 4, 0 },
};

START_TEST(plain_commands)
{
    out(COUNT, plain[_i].count);
    out(ERROR, plain[_i].feature);
    if (plain[_i].error)
        fails(plain[_i].code, plain[_i].error);
    else
        works(plain[_i].code);
    ck_assert_uint_eq(in(COUNT), plain[_i].shows);
}
END_TEST

START_TEST(power_modes)
{
    works(0xe0);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0x00);
    works(0xe1);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0x80);
    lba28(1, 0);
    works(0x40);
    works(0xe5);
    ck_assert_uint_eq(in(COUNT), 0xff);
}
END_TEST

START_TEST(verify_and_seek)
{
    lba28(200, 0);
    works(0x40);
    ck_assert_uint_eq(shown28(), 199);
    lba28(4, SECTORS - 3);
    fails(0x41, 0x10);
    ck_assert_uint_eq(in(COUNT), 1);
    lba48(0, 0);                        /* 65536: runs off the end */
    fails(0x42, 0x10);
    chs(1, 19, 0, 1);
    works(0x70);
    chs(1, 20, 0, 1);
    fails(0x70, 0x10);
}
END_TEST

START_TEST(native_max)
{
    out(DEVICE, 0xe0);
    works(0xf8);
    ck_assert_uint_eq(shown28(), SECTORS - 1);
    works(0x27);
    ck_assert_uint_eq(in(LOW) | in(MID) << 8 | in(HIGH) << 16, SECTORS - 1);
    out(CONTROL, 0x80);
    ck_assert_uint_eq(in(LOW) | in(MID) | in(HIGH), 0);
}
END_TEST

START_TEST(high_order_bytes)
{
    out(LOW, 0x12);
    out(LOW, 0x34);
    out(CONTROL, 0x80);
    ck_assert_uint_eq(in(LOW), 0x12);
    out(COUNT, 0);                      /* any write turns HOB off */
    ck_assert_uint_eq(in(LOW), 0x34);
}
END_TEST

START_TEST(buffer_commands)
{
    for (int i = 0; i < 512; i++)
        buf[i] = (u8)(i * 3);
    command(0xe8);
    ck_assert_uint_eq(in(STATUS), 0x58);
    give(buf, 512, 2);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    memset(buf, 0, 512);
    command(0xe4);
    take(buf, 512, 2);
    ck_assert_uint_eq(buf[500], (u8)1500);
    command(0x50);
    give(buf, 512, 2);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

START_TEST(narrow_and_wide_data)
{
    lba28(1, 3);
    command(0x20);
    for (int i = 0; i < 256; i++)       /* a byte read takes a whole word */
        buf[i] = in(DATA);
    ck_assert_uint_eq(buf[0], 3);
    ck_assert_uint_eq(in(CONTROL), 0x50);
    out(ERROR, 1);
    works(0xef);                        /* 8-bit transfers */
    lba28(1, 3);
    command(0x20);
    for (int i = 0; i < 512; i++)
        buf[i] = in(DATA);
    ck_assert(marked(buf, 3));
    ck_assert_uint_eq(in(CONTROL), 0x50);
    out(ERROR, 0x81);
    works(0xef);
    lba28(1, 3);
    command(0x20);
    take(buf, 510, 2);                  /* the last dword is half there */
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 4) >> 16, 0xffff);
    ck_assert_uint_eq(in(CONTROL), 0x50);
}
END_TEST

START_TEST(no_drive_floats)
{
    ide_attach(&ide, 0, NULL, NULL, NULL);
    for (u16 p = 1; p < 9; p++)
        ck_assert_uint_eq(in(p), 0x7f);
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 2), 0xff7f);
    out(STATUS, 0xec);
    out(CONTROL, 4);
    out(CONTROL, 0);
    clk_run(&t.clk, NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0x7f);
    ck_assert_int_eq(irqs, 0);
}
END_TEST

START_TEST(master_alone)
{
    out(DEVICE, 0xb0);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_uint_eq(in(CONTROL), 0);
    out(COUNT, 0x55);
    ck_assert_uint_eq(in(COUNT), 0x55);
    out(STATUS, 0xec);
    clk_run(&t.clk, NS_PER_S);
    ck_assert_uint_eq(in(STATUS), 0);
    ck_assert_int_eq(irqs, 0);
    out(DEVICE, 0xa0);
    ck_assert_uint_eq(in(STATUS), 0x50);
}
END_TEST

START_TEST(two_drives)
{
    ide_attach(&ide, 1, second, NULL, "S2");
    ide_ops.reset(&ide);
    mark(second, 77);
    lba28(1, 77);
    out(DEVICE, 0xf0);
    command(0x20);
    ck_assert(ide.irq.level);
    out(DEVICE, 0xe0);                  /* the master has no interrupt */
    ck_assert(!ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x50);
    out(DEVICE, 0xf0);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(STATUS), 0x58);
    take(buf, 512, 2);
    ck_assert(marked(buf, 77));
    command(0xec);
    take(buf, 512, 2);
    ck_assert_uint_eq(word(60), 5000);
    ck_assert_int_eq(memcmp(buf + 20, "2S  ", 4), 0);
    in(STATUS);
    out(STATUS, 0x90);
    settle();
    ck_assert_uint_eq(in(DEVICE), 0xa0);
    ck_assert(ide.irq.level);
    ck_assert_uint_eq(in(ERROR), 1);
    out(DEVICE, 0xb0);
    ck_assert_uint_eq(in(ERROR), 1);
}
END_TEST

START_TEST(interrupt_enable)
{
    out(CONTROL, 2);
    lba28(1, 0);
    command(0x20);
    ck_assert(!ide.irq.level);
    out(CONTROL, 0);
    ck_assert(ide.irq.level);
    out(CONTROL, 2);
    ck_assert(!ide.irq.level);
    in(STATUS);
    out(CONTROL, 0);
    ck_assert(!ide.irq.level);
}
END_TEST

START_TEST(reset_ends_a_transfer)
{
    lba28(4, 0);
    command(0x20);
    take(buf, 100, 2);
    out(CONTROL, 4);
    out(CONTROL, 0);
    settle();
    ck_assert_uint_eq(in(STATUS), 0x50);
    ck_assert_uint_eq(ide_ops.port_in(&ide, DATA, 2), 0xffff);
    ck_assert(!ide.irq.level);
}
END_TEST

START_TEST(state_round_trip)
{
    static struct ide other;

    chip_fields_cover(&ide_ops);
    wire(&other);
    ide_attach(&other, 0, disk, NULL, NULL);
    chip_round_trip(&t, &ide_ops, &ide, &other);
    lba28(2, 40);
    command(0x20);
    take(buf, 512, 2);                  /* busy with the second sector */
    chip_round_trip(&t, &ide_ops, &ide, &other);
    ide_ops.reset(&ide);
    clk_run(&t.clk, t.clk.now + NS_PER_S);
    ck_assert_uint_eq(other.s.drive[0].status, 0x58);
    ck_assert(other.irq.level);
    ck_assert(marked(other.s.drive[0].data, 41));
}
END_TEST

START_TEST(random_traffic)
{
    if (_i & 1)
        ide_attach(&ide, 1, second, NULL, NULL);
    ide_ops.reset(&ide);
    chip_random_ports(&t, &ide_ops, &ide, 10, 4, (u32)(5 + _i));
}
END_TEST

/* Real commands with the parameters left to chance. */
START_TEST(random_commands)
{
    static const u8 codes[] = {
        0x20, 0x24, 0x29, 0x30, 0x34, 0x39, 0xc4, 0xc5, 0xc6, 0x40, 0x42,
        0x91, 0x90, 0xef, 0xec, 0xe8, 0xe4, 0x50, 0x70, 0xe7,
    };
    u32 seed = (u32)(_i + 9);

    ide_attach(&ide, 1, second, NULL, NULL);
    ide_ops.reset(&ide);
    for (int i = 0; i < 4000; i++) {
        u32 x = chip_random(&seed);

        for (u16 p = 1; p < 6; p++)
            out(p, (u8)(chip_random(&seed) % 20));
        out(DEVICE, (u8)(0xa0 | (x >> 20 & 0x52)));
        out(STATUS, codes[x % COUNT_OF(codes)]);
        for (int k = 0; k < 20; k++) {
            clk_run(&t.clk, t.clk.now + (ns_t)(x % 30000));
            for (int m = 0; m < (int)(x >> 26); m++) {
                if (x & 4)
                    ide_ops.port_in(&ide, DATA, x & 1 ? 4 : 2);
                else
                    ide_ops.port_out(&ide, DATA, x & 1 ? 4 : 2, x);
            }
        }
        if (x % 64 == 0) {
            out(CONTROL, 4);
            out(CONTROL, 0);
        }
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

START_TEST(hostile_state)
{
    static struct ide other;
    u32 seed = (u32)(50 + _i);

    wire(&other);
    ide_attach(&other, 0, disk, NULL, NULL);
    for (int i = 0; i < 60; i++) {
        chip_random_state(ide_ops.state, &ide, &seed);
        if (i % 2)
            ide.s.drive[0].due = t.clk.now + 100;
        chip_loaded(&t, &ide_ops, &ide);
        for (int k = 0; k < 60; k++) {
            if (k % 4)
                chip_random_port(&ide_ops, &ide, 10, 4, &seed);
            else
                ide_ops.port_in(&ide, DATA, 4);
            clk_run(&t.clk, t.clk.now + 20000);
        }
        chip_round_trip(&t, &ide_ops, &ide, &other);
        ide_ops.reset(&ide);
        ide_ops.reset(&other);
    }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("ata");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, signature_and_reset);
    tcase_add_test(c, identify);
    tcase_add_test(c, parameters_set_the_translation);
    tcase_add_loop_test(c, plain_commands, 0, COUNT_OF(plain));
    tcase_add_test(c, power_modes);
    tcase_add_test(c, verify_and_seek);
    tcase_add_test(c, native_max);
    tcase_add_test(c, high_order_bytes);
    tcase_add_test(c, buffer_commands);
    tcase_add_test(c, narrow_and_wide_data);
    tcase_add_test(c, no_drive_floats);
    tcase_add_test(c, master_alone);
    tcase_add_test(c, two_drives);
    tcase_add_test(c, interrupt_enable);
    tcase_add_test(c, reset_ends_a_transfer);
    tcase_add_test(c, state_round_trip);
    tcase_add_loop_test(c, random_traffic, 0, 2);
    tcase_add_loop_test(c, random_commands, 0, 2);
    tcase_add_loop_test(c, hostile_state, 0, 2);
    return chip_run_case("ide", c);
}
