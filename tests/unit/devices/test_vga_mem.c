/* test_vga_mem.c - CPU access to VGA memory, against a slow second model.
 *
 * The model keeps four separate planes and works bit by bit, as the IBM
 * manual describes each register. */
#include "tests/lib/vga_modes.h"

static struct vga_test *t;

static struct {
    u8 plane[4][65536], latch[4];
    u8 seq[5], gc[9], misc;
} m;

static void setup(void)
{
    memset(&m, 0, sizeof m);
    t = vga_test_new();
    m.misc = 0x63;
    port(t, 0x3c2, m.misc);
}

static void teardown(void) { vga_test_free(t); }

static void model_reg(u16 p, u8 i, u8 v)
{
    reg(t, p, i, v);
    if (p == 0x3c4)
        m.seq[i] = v;
    else
        m.gc[i] = v;
}

static bool model_window(u32 addr, u32 *off)
{
    static const u32 first[4] = { 0xa0000, 0xa0000, 0xb0000, 0xb8000 };
    static const u32 size[4] = { 0x20000, 0x10000, 0x8000, 0x8000 };
    int map = m.gc[6] >> 2 & 3;

    *off = addr - first[map];
    return addr >= first[map] && addr < first[map] + size[map];
}

static bool chain4(void) { return m.seq[4] & 8; }

static u32 model_address(u32 off)
{
    if (chain4())
        return (off & 0xfffc) | off >> 16;
    if (!(m.gc[6] & 2))
        return off & 0xffff;
    if ((m.gc[6] >> 2 & 3) == 0)
        return (off & 0xfffe) | off >> 16;
    return (off & 0xfffe) | (m.misc & 0x20 ? 0 : 1);
}

static u8 model_read(u32 addr)
{
    u32 off, a;
    int plane = m.gc[4] & 3;
    u8 v = 0;

    if (!model_window(addr, &off))
        return 0xff;
    a = model_address(off);
    for (int p = 0; p < 4; p++)
        m.latch[p] = m.plane[p][a];
    if (chain4())
        plane = off & 3;
    else if (m.gc[5] & 0x10)
        plane = (plane & 2) | (off & 1);
    if (!(m.gc[5] & 8))
        return m.latch[plane];
    for (int bit = 0; bit < 8; bit++) {
        bool same = true;

        for (int p = 0; p < 4; p++)
            if ((m.gc[7] >> p & 1) &&
                (m.latch[p] >> bit & 1) != (m.gc[2] >> p & 1))
                same = false;
        v |= (u8)(same << bit);
    }
    return v;
}

static int function(int f, int data, int latch)
{
    return f == 0 ? data : f == 1 ? data & latch : f == 2 ? data | latch
                                                 : data ^ latch;
}

/* What one bit of one plane becomes. */
static int model_bit(u8 v, int p, int bit)
{
    int rotate = m.gc[3] & 7, f = m.gc[3] >> 3 & 3;
    int turned = v >> ((bit + rotate) % 8) & 1;
    int latch = m.latch[p] >> bit & 1, sr = m.gc[0] >> p & 1;
    int mask = m.gc[8] >> bit & 1, data;

    switch (m.gc[5] & 3) {
    case 0:  data = m.gc[1] >> p & 1 ? sr : turned; break;
    case 1:  return latch;
    case 2:  data = v >> p & 1; break;
    default: data = sr; mask &= turned; break;
    }
    return mask ? function(f, data, latch) : latch;
}

static void model_write(u32 addr, u8 v)
{
    u32 off, a;

    if (!model_window(addr, &off))
        return;
    a = model_address(off);
    for (int p = 0; p < 4; p++) {
        u8 byte = 0;

        if (!(m.seq[2] >> p & 1))
            continue;
        if (chain4() ? p != (int)(off & 3)
                     : !(m.seq[4] & 4) && (p & 1) != (int)(off & 1))
            continue;
        for (int bit = 0; bit < 8; bit++)
            byte |= (u8)(model_bit(v, p, bit) << bit);
        m.plane[p][a] = byte;
    }
}

static void compare_all(void)
{
    for (u32 a = 0; a < 65536; a++)
        for (u32 p = 0; p < 4; p++)
            if (t->vram[vga_dword(a) * 4 + p] != m.plane[p][a])
                ck_abort_msg("plane %u, address %04x: %02x, model %02x", p, a,
                             t->vram[vga_dword(a) * 4 + p], m.plane[p][a]);
}

static void random_register(u32 *seed)
{
    static const u8 mask[9] = { 15, 15, 15, 31, 3, 0x7b, 15, 15, 255 };
    u32 r = chip_random(seed) % 14;
    u8 v = (u8)(chip_random(seed) >> 8);

    if (r < 9)
        model_reg(0x3ce, (u8)r, v & mask[r]);
    else if (r < 11)
        model_reg(0x3c4, 2, v & 15);
    else if (r < 13)
        model_reg(0x3c4, 4, v & 0x0e);
    else
        port(t, 0x3c2, m.misc = (u8)(0x43 | (v & 0x20)));
}

/* Addresses meet often enough for latches and masks to matter. */
static u32 random_address(u32 *seed)
{
    u32 r = chip_random(seed);

    return 0xa0000 + (r & 0x1803f) + (r >> 20 & 1) * 0x4000;
}

START_TEST(random_accesses)
{
    u32 seed = 4711 + (u32)_i;

    for (int i = 0; i < 25000; i++) {
        u32 r = chip_random(&seed), addr = random_address(&seed);

        if (r % 8 == 0)
            random_register(&seed);
        if (r & 0x100) {
            u8 got = peek(t, addr), want = model_read(addr);

            if (got != want)
                ck_abort_msg("%05x: %02x, model %02x", addr, got, want);
        } else {
            poke(t, addr, (u8)(r >> 16));
            model_write(addr, (u8)(r >> 16));
        }
        if (i % 5000 == 0)
            compare_all();
    }
    compare_all();
}
END_TEST

START_TEST(wide_accesses_are_bytes)
{
    u32 seed = 5;

    for (int i = 0; i < 20000; i++) {
        u32 addr = random_address(&seed), v = chip_random(&seed), want = 0;
        int size = 1 << chip_random(&seed) % 3;

        if (i % 10 == 0)
            random_register(&seed);
        for (u32 k = 0; k < (u32)size && (v & 1); k++)
            want |= (u32)model_read(addr + k) << 8 * k;
        for (u32 k = 0; k < (u32)size && !(v & 1); k++)
            model_write(addr + k, (u8)(v >> 8 * k));
        if (!(v & 1))
            vga_ops.mem_write(&t->v, addr - 0xa0000, size, v);
        else if (vga_ops.mem_read(&t->v, addr - 0xa0000, size) != want)
            ck_abort_msg("%05x, %d bytes: not %x", addr, size, want);
    }
    compare_all();
}
END_TEST

/* By hand: the write modes' textbook cases. Latch F0 0F FF 00 of planes 0 to
 * 3, all planes written. */
static const struct {
    const char *what;
    u8 set_reset, enable, rotate, mode, mask, value, want[4];
} cases[] = {
    { "mode 0, plain", 0, 0, 0, 0, 0xff, 0xa5, { 0xa5, 0xa5, 0xa5, 0xa5 } },
    { "mode 0, rotated", 0, 0, 3, 0, 0xff, 0x81, { 0x30, 0x30, 0x30, 0x30 } },
    { "mode 0, set/reset", 5, 15, 0, 0, 0xff, 0x12, { 255, 0, 255, 0 } },
    { "mode 0, set/reset of plane 1", 2, 2, 0, 0, 0xff, 0x12,
      { 0x12, 0xff, 0x12, 0x12 } },
    { "mode 0, AND", 0, 0, 0x08, 0, 0xff, 0x3c, { 0x30, 0x0c, 0x3c, 0 } },
    { "mode 0, OR", 0, 0, 0x10, 0, 0xff, 0x3c, { 0xfc, 0x3f, 0xff, 0x3c } },
    { "mode 0, XOR", 0, 0, 0x18, 0, 0xff, 0x3c, { 0xcc, 0x33, 0xc3, 0x3c } },
    { "mode 0, bit mask", 0, 0, 0, 0, 0x81, 0xff,
      { 0xf1, 0x8f, 0xff, 0x81 } },
    { "mode 1", 0, 15, 0x1b, 1, 0, 0x55, { 0xf0, 0x0f, 0xff, 0 } },
    { "mode 2", 0, 15, 0, 2, 0xff, 0x06, { 0, 0xff, 0xff, 0 } },
    { "mode 2, masked", 0, 0, 0, 2, 0x18, 0x09, { 0xf8, 0x07, 0xe7, 0x18 } },
    { "mode 3", 9, 0, 0, 3, 0xff, 0x3c, { 0xfc, 0x03, 0xc3, 0x3c } },
    { "mode 3, rotated and masked", 15, 0, 4, 3, 0x0f, 0x3c,
      { 0xf3, 0x0f, 0xff, 0x03 } },
};

START_TEST(write_modes)
{
    static const u8 latch[4] = { 0xf0, 0x0f, 0xff, 0x00 };

    model_reg(0x3ce, 6, 5);
    model_reg(0x3c4, 4, 6);
    model_reg(0x3ce, 8, 0xff);
    for (u8 p = 0; p < 4; p++) {
        model_reg(0x3c4, 2, (u8)(1 << p));
        poke(t, 0xa0000, latch[p]);
    }
    model_reg(0x3c4, 2, 15);
    peek(t, 0xa0000);
    model_reg(0x3ce, 0, cases[_i].set_reset);
    model_reg(0x3ce, 1, cases[_i].enable);
    model_reg(0x3ce, 3, cases[_i].rotate);
    model_reg(0x3ce, 5, cases[_i].mode);
    model_reg(0x3ce, 8, cases[_i].mask);
    poke(t, 0xa0100, cases[_i].value);
    model_reg(0x3ce, 5, 0);
    for (u8 p = 0; p < 4; p++) {
        model_reg(0x3ce, 4, p);
        ck_assert_msg(peek(t, 0xa0100) == cases[_i].want[p],
                      "%s: plane %d is %02x", cases[_i].what, p,
                      peek(t, 0xa0100));
    }
}
END_TEST

/* What chain-4 wrote at A is at A & ~3 for a program that then unchains. */
START_TEST(chain_4_seen_from_mode_x)
{
    set_mode(t, &vga_modes[MODE_13]);
    poke(t, 0xa0000 + 4 * 1000 + 2, 0x5a);
    ck_assert_uint_eq(t->vram[4 * 1000 + 2], 0x5a);
    reg(t, 0x3c4, 4, 6);
    reg(t, 0x3ce, 4, 2);
    ck_assert_uint_eq(peek(t, 0xa0000 + 4 * 1000), 0x5a);
    ck_assert_uint_eq(peek(t, 0xa0000 + 4 * 1000 + 2), 0);
    ck_assert_uint_eq(peek(t, 0xa0000 + 1000), 0);
}
END_TEST

START_TEST(ram_disabled_floats)
{
    set_mode(t, &vga_modes[MODE_13]);
    poke(t, 0xa0000, 1);
    port(t, 0x3c2, 0x61);
    ck_assert_uint_eq(peek(t, 0xa0000), 0xff);
    poke(t, 0xa0000, 2);
    port(t, 0x3c2, 0x63);
    ck_assert_uint_eq(peek(t, 0xa0000), 1);
}
END_TEST

/* 1024x768x16: each plane is longer than the window, so it has two banks. */
START_TEST(planar_banks)
{
    set_mode(t, &vga_modes[MODE_12]);
    dispi(t, 1, 1024);
    dispi(t, 2, 768);
    dispi(t, 3, 4);
    dispi(t, 4, 1);
    dispi(t, 5, 1);
    reg(t, 0x3c4, 2, 4);
    poke(t, 0xa0010, 0x42);
    ck_assert_uint_eq(t->vram[vga_dword(0x10010) * 4 + 2], 0x42);
    dispi(t, 5, 0);
    reg(t, 0x3ce, 4, 2);
    ck_assert_uint_eq(peek(t, 0xa0010), 0);
    dispi(t, 5, 1);
    ck_assert_uint_eq(peek(t, 0xa0010), 0x42);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("vga memory");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, random_accesses, 0, 6);
    tcase_add_test(c, wide_accesses_are_bytes);
    tcase_add_loop_test(c, write_modes, 0, COUNT_OF(cases));
    tcase_add_test(c, chain_4_seen_from_mode_x);
    tcase_add_test(c, ram_disabled_floats);
    tcase_add_test(c, planar_banks);
    return chip_run_case("vga memory", c);
}
