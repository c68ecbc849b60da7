/* test_kbd.c - the PS/2 keyboard alone, with a probe as its controller. */
#include "tests/lib/chip.h"

#include "devices/input/kbd.h"

static struct chip_test t;
static struct kbd kbd, other;
static u8 got[4096];
static int count;

static void frame(void *ctx, int n, u8 byte)
{
    (void)n;
    if (ctx && count < (int)sizeof got)
        got[count++] = byte;
}

static void make(struct kbd *k, bool listen)
{
    struct dev_env env = chip_env(&t);

    *k = (struct kbd){ .host = { frame, NULL, listen ? got : NULL, 0 } };
    kbd_init(k, &env);
}

static void pass_ms(int ms) { clk_run(&t.clk, t.clk.now + ms * 1000000LL); }

static void setup(void)
{
    chip_test_init(&t);
    make(&kbd, true);
    pass_ms(20);
    count = 0;
}

/* The bytes sent since, as "e0 f0 75". */
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
    kbd_frame(&kbd, 0, byte);
    return bytes();
}

static void use_set(u8 set)
{
    send(0xf0);
    send(set);
    count = 0;
}

START_TEST(power_on)
{
    make(&kbd, true);
    pass_ms(4);
    ck_assert_int_eq(count, 0);
    ck_assert_str_eq(bytes(), "aa");
}
END_TEST

/* Commands from the state after power on; one row is one keyboard. */
static const struct { u8 sent[4]; int n; const char *answers; } commands[] = {
    { { 0xee }, 1, "ee" }, { { 0xf2 }, 1, "fa ab 83" },
    { { 0xed, 2 }, 2, "fa fa" }, { { 0xf3, 0 }, 2, "fa fa" },
    { { 0xf3, 0xff }, 2, "fa fa aa" },  /* no rate: a reset */
    { { 0xf3, 0x80 }, 2, "fa fe" }, { { 0xf0, 0 }, 2, "fa fa 02" },
    { { 0xf0, 4 }, 2, "fa fe" }, { { 0xf4 }, 1, "fa" },
    { { 0xf5 }, 1, "fa" }, { { 0xf6 }, 1, "fa" }, { { 0xf7 }, 1, "fa" },
    { { 0xfa }, 1, "fa" }, { { 0xff }, 1, "fa aa" },
    { { 0xef }, 1, "fe" }, { { 0xf1 }, 1, "fe" }, { { 0x00 }, 1, "fe" },
    { { 0xfc, 0x1c, 0x1b, 0xf4 }, 4, "fa fa fa fa" },
    { { 0xed, 0xf2 }, 2, "fa fa ab 83" },
    { { 0xf2, 0xfe }, 2, "fa ab 83 83" }, { { 0xee, 0xfe }, 2, "ee ee" },
};

START_TEST(command_answers)
{
    for (int i = 0; i < commands[_i].n; i++) {
        kbd_frame(&kbd, 0, commands[_i].sent[i]);
        pass_ms(5);
    }
    ck_assert_str_eq(bytes(), commands[_i].answers);
}
END_TEST

START_TEST(scan_set_query)
{
    for (u8 set = 1; set <= 3; set++) {
        use_set(set);
        send(0xf0);
        kbd_frame(&kbd, 0, 0);
        bytes();
        ck_assert_uint_eq(got[0], 0xfa);
        ck_assert_uint_eq(got[1], set);
    }
}
END_TEST

START_TEST(lights)
{
    ck_assert_uint_eq(kbd_leds(&kbd), 0);
    send(0xed);
    send(0x06);
    ck_assert_uint_eq(kbd_leds(&kbd), KBD_LED_CAPS | KBD_LED_NUM);
    send(0xf6);
    ck_assert_uint_eq(kbd_leds(&kbd), 6);
    send(0xff);
    ck_assert_uint_eq(kbd_leds(&kbd), 0);
}
END_TEST

/* One key pressed and released, in sets 1, 2 and 3 (defaults). */
static const struct { u16 key; const char *codes[3]; } keys[] = {
    { 0x1e, { "1e 9e", "1c f0 1c", "1c" } },
    { 0x01, { "01 81", "76 f0 76", "08" } },
    { 0x2a, { "2a aa", "12 f0 12", "12 f0 12" } },
    { 0x36, { "36 b6", "59 f0 59", "59 f0 59" } },
    { 0x3a, { "3a ba", "58 f0 58", "14 f0 14" } },
    { 0x41, { "41 c1", "83 f0 83", "37" } },
    { 0x57, { "57 d7", "78 f0 78", "56" } },
    { 0x58, { "58 d8", "07 f0 07", "5e" } },
    { 0x56, { "56 d6", "61 f0 61", "13" } },
    { 0x37, { "37 b7", "7c f0 7c", "7e" } },
    { 0x45, { "45 c5", "77 f0 77", "76" } },
    { 0xe01d, { "e0 1d e0 9d", "e0 14 e0 f0 14", "58" } },
    { 0xe038, { "e0 38 e0 b8", "e0 11 e0 f0 11", "39" } },
    { 0xe01c, { "e0 1c e0 9c", "e0 5a e0 f0 5a", "79" } },
    { 0xe035, { "e0 35 e0 b5", "e0 4a e0 f0 4a", "77" } },
    { 0xe048, { "e0 48 e0 c8", "e0 75 e0 f0 75", "63" } },
    { 0xe053, { "e0 53 e0 d3", "e0 71 e0 f0 71", "64" } },
    { 0xe05b, { "e0 5b e0 db", "e0 1f e0 f0 1f", "8b" } },
    { 0xe05d, { "e0 5d e0 dd", "e0 2f e0 f0 2f", "8d" } },
    { KBD_PRINT, { "e0 2a e0 37 e0 b7 e0 aa",
                   "e0 12 e0 7c e0 f0 7c e0 f0 12", "57" } },
    { KBD_PAUSE, { "e1 1d 45 e1 9d c5", "e1 14 77 e1 f0 14 f0 77", "62" } },
};

START_TEST(key_codes)
{
    u8 set = (u8)(_i % 3 + 1);
    u16 key = keys[_i / 3].key;

    use_set(set);
    ck_assert(kbd_key(&kbd, key, true));
    pass_ms(20);
    ck_assert(kbd_key(&kbd, key, false));
    ck_assert_str_eq(bytes(), keys[_i / 3].codes[set - 1]);
}
END_TEST

/* Set 2 of a key under another that is held, and NumLock. */
static const struct { u8 leds; u16 with, key; const char *codes; } fakes[] = {
    { 0, 0x2a, 0xe04b, "e0 f0 12 e0 6b e0 f0 6b e0 12" },
    { 0, 0x36, 0xe04b, "e0 f0 59 e0 6b e0 f0 6b e0 59" },
    { 2, 0x01, 0xe04b, "e0 12 e0 6b e0 f0 6b e0 f0 12" },
    { 2, 0x2a, 0xe04b, "e0 6b e0 f0 6b" },
    { 0, 0x2a, 0xe035, "e0 f0 12 e0 4a e0 f0 4a e0 12" },
    { 2, 0x2a, 0xe035, "e0 f0 12 e0 4a e0 f0 4a e0 12" },
    { 2, 0x01, 0xe035, "e0 4a e0 f0 4a" },
    { 2, 0x01, 0xe01c, "e0 5a e0 f0 5a" },
    { 0, 0x2a, KBD_PRINT, "e0 7c e0 f0 7c" },
    { 0, 0x1d, KBD_PRINT, "e0 7c e0 f0 7c" },
    { 0, 0x38, KBD_PRINT, "84 f0 84" },
    { 0, 0xe038, KBD_PRINT, "84 f0 84" },
    { 0, 0x1d, KBD_PAUSE, "e0 7e e0 f0 7e" },
    { 0, 0xe01d, KBD_PAUSE, "e0 7e e0 f0 7e" },
};

START_TEST(fake_shifts)
{
    send(0xed);
    send(fakes[_i].leds);
    kbd_key(&kbd, fakes[_i].with, true);
    bytes();
    kbd_key(&kbd, fakes[_i].key, true);
    pass_ms(20);
    kbd_key(&kbd, fakes[_i].key, false);
    ck_assert_str_eq(bytes(), fakes[_i].codes);
}
END_TEST

START_TEST(every_key_has_a_code_of_its_own)
{
    bool seen[512] = { false };

    for (int i = 1; i < 0x80; i++) {
        u8 code;

        if (i == 0x54)
            continue;
        kbd_key(&kbd, (u16)i, true);
        bytes();
        kbd_key(&kbd, (u16)i, false);
        code = got[0];
        bytes();
        ck_assert_msg(code && !seen[code], "key %02x sends %02x", i, code);
        seen[code] = true;
    }
}
END_TEST

/* Make codes in the first second of a held key. */
static const struct { u8 rate; int makes; } rates[] = {
    { 0x2b, 7 }, { 0x00, 24 }, { 0x7f, 1 }, { 0x20, 16 }, { 0x14, 5 },
};

START_TEST(typematic)
{
    send(0xf3);
    send(rates[_i].rate);
    kbd_key(&kbd, 0x1e, true);
    pass_ms(985);
    ck_assert_int_eq(count, rates[_i].makes);
    kbd_key(&kbd, 0x1e, true);          /* the host's own repeat */
    kbd_key(&kbd, 0x1e, false);
    count = 0;
    pass_ms(2000);
    ck_assert_str_eq(bytes(), "f0 1c");
}
END_TEST

START_TEST(last_key_repeats)
{
    kbd_key(&kbd, 0x1e, true);
    kbd_key(&kbd, 0xe04b, true);
    kbd_key(&kbd, 0x1e, false);
    bytes();
    pass_ms(500);
    ck_assert_str_eq(bytes(), "e0 6b");
    kbd_key(&kbd, KBD_PAUSE, true);
    bytes();
    pass_ms(2000);
    ck_assert_str_eq(bytes(), "");
}
END_TEST

START_TEST(set3_types)
{
    use_set(3);
    send(0xfa);                         /* all repeat and break */
    kbd_key(&kbd, 0x01, true);
    pass_ms(550);
    kbd_key(&kbd, 0x01, false);
    ck_assert_str_eq(bytes(), "08 08 f0 08");
    send(0xfd);                         /* Esc makes only */
    send(0x08);
    send(0xf4);
    kbd_key(&kbd, 0x01, true);
    pass_ms(2000);
    kbd_key(&kbd, 0x01, false);
    ck_assert_str_eq(bytes(), "08");
    send(0xf8);                         /* all break */
    kbd_key(&kbd, 0x01, true);
    kbd_key(&kbd, 0x01, false);
    ck_assert_str_eq(bytes(), "08 f0 08");
    send(0xf6);
    kbd_key(&kbd, 0x01, true);
    kbd_key(&kbd, 0x01, false);
    ck_assert_str_eq(bytes(), "76 f0 76");
}
END_TEST

START_TEST(disabled)
{
    send(0xf5);
    kbd_key(&kbd, 0x1e, true);
    pass_ms(2000);
    ck_assert_str_eq(bytes(), "");
    kbd_key(&kbd, 0x1e, false);
    send(0xf4);
    kbd_key(&kbd, 0x1e, true);
    ck_assert_str_eq(bytes(), "1c");
}
END_TEST

START_TEST(key_between_command_and_byte)
{
    kbd_key(&kbd, 0x3a, true);
    ck_assert_str_eq(bytes(), "58");
    send(0xed);
    kbd_key(&kbd, 0x3a, false);
    kbd_frame(&kbd, 0, 4);
    ck_assert_str_eq(bytes(), "fa f0 58");
}
END_TEST

START_TEST(overrun)
{
    kbd_clock(&kbd, 0, false);
    ck_assert_int_eq(kbd_room(&kbd), 16);
    for (u16 i = 0; i < 10; i++) {      /* 9 keys hold 27 bytes */
        kbd_key(&kbd, (u16)(0x10 + i), true);
        kbd_key(&kbd, (u16)(0x10 + i), false);
    }
    ck_assert_int_eq(kbd_room(&kbd), 0);
    pass_ms(300);
    ck_assert_int_eq(count, 0);
    kbd_clock(&kbd, 0, true);
    pass_ms(100);
    ck_assert_int_eq(count, 17);
    ck_assert_uint_eq(got[0], 0x15);
    ck_assert_uint_eq(got[15], 0x35);
    ck_assert_uint_eq(got[16], 0x00);
    ck_assert_int_eq(kbd_room(&kbd), 16);
}
END_TEST

START_TEST(a_byte_takes_a_millisecond)
{
    kbd_key(&kbd, 0x1e, true);
    clk_run(&t.clk, t.clk.now + 600000);
    ck_assert_int_eq(count, 0);
    kbd_clock(&kbd, 0, false);          /* cut off: again from its start */
    clk_run(&t.clk, t.clk.now + 600000);
    kbd_clock(&kbd, 0, true);
    clk_run(&t.clk, t.clk.now + 600000);
    ck_assert_int_eq(count, 0);
    clk_run(&t.clk, t.clk.now + 600000);
    ck_assert_int_eq(count, 1);
}
END_TEST

START_TEST(unknown_keys)
{
    ck_assert(!kbd_key(&kbd, 0, true));
    ck_assert(!kbd_key(&kbd, 0x80, true));
    ck_assert(!kbd_key(&kbd, 0xe000, true));
    ck_assert(!kbd_key(&kbd, 0xe1, true));
    ck_assert(!kbd_key(&kbd, 0xffff, true));
    ck_assert(!kbd_key(&kbd, 0x1234, true));
    ck_assert_str_eq(bytes(), "");
}
END_TEST

START_TEST(state)
{
    make(&other, false);
    chip_fields_cover(&kbd_ops);
    chip_round_trip(&t, &kbd_ops, &kbd, &other);
    send(0xed);
    send(0x02);
    kbd_key(&kbd, 0xe04b, true);
    pass_ms(2);
    chip_round_trip(&t, &kbd_ops, &kbd, &other);
    ck_assert_int_eq(kbd_room(&other), kbd_room(&kbd));
    pass_ms(3000);
    ck_assert_uint_eq(state_hash(1, kbd_ops.state, &kbd.s),
                      state_hash(1, kbd_ops.state, &other.s));
    ck_assert_int_gt(count, 20);
}
END_TEST

static void random_life(u32 seed)
{
    for (int i = 0; i < 100000; i++) {
        u32 r = chip_random(&seed);

        switch (r % 4) {
        case 0: kbd_frame(&kbd, 0, (u8)(r >> 8)); break;
        case 1: kbd_clock(&kbd, 0, r >> 8 & 1); break;
        default: kbd_key(&kbd, (u16)(r >> 8 & 0xe0ff), r >> 30 & 1); break;
        }
        clk_run(&t.clk, t.clk.now + (ns_t)(r >> 12 & 0xfffff));
    }
    ck_assert_int_eq(t.errors, 0);
}

START_TEST(random_traffic)
{
    random_life((u32)_i + 1);
}
END_TEST

START_TEST(hostile_state)
{
    u32 seed = (u32)_i * 31 + 5;

    chip_random_state(kbd_ops.state, &kbd.s, &seed);
    chip_loaded(&t, &kbd_ops, &kbd);
    for (int i = 0; i < 2000; i++) {
        u32 r = chip_random(&seed);

        if (r & 1)
            kbd_frame(&kbd, 0, (u8)(r >> 8));
        else
            kbd_key(&kbd, (u16)(r >> 8), r >> 7 & 1);
        pass_ms(1);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("keyboard");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, power_on);
    tcase_add_loop_test(tc, command_answers, 0, COUNT_OF(commands));
    tcase_add_test(tc, scan_set_query);
    tcase_add_test(tc, lights);
    tcase_add_loop_test(tc, key_codes, 0, 3 * COUNT_OF(keys));
    tcase_add_loop_test(tc, fake_shifts, 0, COUNT_OF(fakes));
    tcase_add_test(tc, every_key_has_a_code_of_its_own);
    tcase_add_loop_test(tc, typematic, 0, COUNT_OF(rates));
    tcase_add_test(tc, last_key_repeats);
    tcase_add_test(tc, set3_types);
    tcase_add_test(tc, disabled);
    tcase_add_test(tc, key_between_command_and_byte);
    tcase_add_test(tc, overrun);
    tcase_add_test(tc, a_byte_takes_a_millisecond);
    tcase_add_test(tc, unknown_keys);
    tcase_add_test(tc, state);
    tcase_add_loop_test(tc, random_traffic, 0, 2);
    tcase_add_loop_test(tc, hostile_state, 0, 20);
    return chip_run_case("kbd", tc);
}
