/* test_cirrus.c - the Cirrus alone: key, banks, hidden DAC, cursor, blits that
 * the CPU feeds, registers in memory, states. What each raster operation makes
 * of memory, tests/replay/blitter.sh compares with another emulator. */
#include <stdlib.h>

#include "tests/lib/chip.h"

#include "devices/video/cirrus.h"

struct card {
    struct cirrus k;
    int windows, frames;
};

static struct chip_test t;
static struct card *a, *b;
static u32 *pixels;

static void window_changed(void *ctx)
{
    ((struct card *)ctx)->windows++;
}

static void frame(void *ctx)
{
    ((struct card *)ctx)->frames++;
}

static struct card *make_card(void)
{
    struct dev_env env = chip_env(&t);
    struct card *c = calloc(1, sizeof *c);

    c->k.vga.vram = calloc(1, CIRRUS_VRAM);
    c->k.vga.vram_size = CIRRUS_VRAM;
    c->k.frame = frame;
    c->k.frame_ctx = c;
    cirrus_init(&c->k, &env);
    c->k.vga.window_changed = window_changed;
    c->k.vga.window_ctx = c;
    return c;
}

static void free_card(struct card *c)
{
    free(c->k.vga.vram);
    free(c);
}

static void out(u16 port, u8 v)
{
    cirrus_ops.port_out(&a->k, (u16)(port - 0x3b0), 1, v);
}

static u8 in(u16 port)
{
    return (u8)cirrus_ops.port_in(&a->k, (u16)(port - 0x3b0), 1);
}

static void put(u16 port, u8 i, u8 v)
{
    out(port, i);
    out((u16)(port + 1), v);
}

static u8 get(u16 port, u8 i)
{
    out(port, i);
    return in((u16)(port + 1));
}

static void sr(u8 i, u8 v) { put(0x3c4, i, v); }
static void gr(u8 i, u8 v) { put(0x3ce, i, v); }
static void cr(u8 i, u8 v) { put(0x3d4, i, v); }

static void gr16(u8 i, u32 v)
{
    gr(i, (u8)v);
    gr((u8)(i + 1), (u8)(v >> 8));
}

static void gr24(u8 i, u32 v)
{
    gr16(i, v);
    gr((u8)(i + 2), (u8)(v >> 16));
}

static void poke(u32 off, u8 v)
{
    cirrus_ops.mem_write(&a->k, off, 1, v);
}

static u8 peek(u32 off)
{
    return (u8)cirrus_ops.mem_read(&a->k, off, 1);
}

/* 640x400 in 8 bits a pixel, unlocked. */
static void setup(void)
{
    static const u8 crtc[25] = {
        0x5f, 0x4f, 0x50, 0x82, 0x54, 0x80, 0xbf, 0x1f, 0, 0x40, 0, 0, 0, 0,
        0, 0, 0x9c, 0x0e, 0x8f, 0x50, 0, 0x96, 0xb9, 0xe3, 0xff
    };

    chip_test_init(&t);
    a = make_card();
    b = make_card();
    pixels = calloc(2048 * 2048, sizeof *pixels);
    out(0x3c2, 0x63);
    sr(6, 0x12);
    sr(0, 3), sr(1, 1), sr(2, 15), sr(4, 0x0e), sr(7, 0x01);
    for (u8 i = 0; i < 25; i++)
        cr(i, crtc[i]);
    gr(5, 0x40), gr(6, 5), gr(0x0b, 0x20);
    in(0x3da), out(0x3c0, 0x20);
}

static void teardown(void)
{
    free_card(a);
    free_card(b);
    free(pixels);
}

START_TEST(key)
{
    ck_assert_uint_eq(get(0x3c4, 6), 0x12);
    ck_assert_uint_eq(get(0x3d4, 0x27), 0xb8);
    sr(6, 0);
    ck_assert_uint_eq(get(0x3c4, 6), 0x0f);
    sr(0x14, 0x5a);                     /* nothing is locked */
    gr(0x20, 0x77);
    ck_assert_uint_eq(get(0x3c4, 0x14), 0x5a);
    ck_assert_uint_eq(get(0x3ce, 0x20), 0x77);
    ck_assert_uint_eq(get(0x3d4, 0x27), 0xb8);
    sr(6, 0xb2);                        /* bits 3, 5, 6 and 7 do not matter */
    ck_assert_uint_eq(get(0x3c4, 6), 0x12);
}
END_TEST

START_TEST(hidden_dac)
{
    out(0x3c6, 0xff);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(in(0x3c6), 0xff);
    out(0x3c6, 0xc1);
    ck_assert_uint_eq(in(0x3c6), 0xff);         /* the mask is as it was */
    in(0x3c8);
    for (int i = 0; i < 4; i++)
        in(0x3c6);
    ck_assert_uint_eq(in(0x3c6), 0xc1);
    in(0x3c6), in(0x3c6), in(0x3c6);
    in(0x3c8);                                  /* the count begins anew */
    ck_assert_uint_eq(in(0x3c6), 0xff);
}
END_TEST

START_TEST(banks)
{
    u8 *vram = a->k.vga.vram;
    u32 first, size, at;

    for (u32 i = 0; i < CIRRUS_VRAM; i += 4096)
        vram[i] = (u8)(i >> 12);
    gr(9, 3);                           /* steps of 16 KB */
    ck_assert_uint_eq(peek(0), 12);
    ck_assert(vga_window_is_ram(&a->k.vga, &first, &size, &at));
    ck_assert_uint_eq(at, 3 << 14);
    ck_assert_uint_eq(size, 0x10000);
    gr(0x0b, 0x00);                     /* of 4 KB */
    ck_assert_uint_eq(peek(0x1000), 4);
    gr(0x0b, 0x01);                     /* two windows */
    gr(0x0a, 0x40);
    ck_assert(!vga_window_is_ram(&a->k.vga, &first, &size, &at));
    ck_assert_uint_eq(peek(0), 3);
    ck_assert_uint_eq(peek(0x8000), 0x40);
    poke(0x9234, 0x99);
    ck_assert_uint_eq(vram[0x41234], 0x99);
    gr(9, 0xff);
    gr(0x0b, 0x20);
    ck_assert_uint_eq(peek(0x4000), 0);         /* around the end */
    ck_assert_uint_eq(peek(CIRRUS_LINEAR + 0x7000), 7);
    poke(CIRRUS_LINEAR + 0x7001, 0x42);
    ck_assert_uint_eq(vram[0x7001], 0x42);
}
END_TEST

START_TEST(write_modes)
{
    u8 *vram = a->k.vga.vram;

    gr(0, 0x11), gr(1, 0x22);
    gr(0x0b, 0x26);                     /* addresses by 8 */
    gr(5, 4);
    memset(vram, 0x55, 32);
    poke(1, 0xa1);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(vram[8 + i], 0xa1 >> (7 - i) & 1 ? 0x22 : 0x55);
    gr(5, 5);
    poke(2, 0x0f);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(vram[16 + i], i < 4 ? 0x11 : 0x22);
    gr(0x10, 0x33), gr(0x11, 0x44);
    gr(0x0b, 0x34);                     /* pixels of 16 bits */
    poke(0, 0x80);
    ck_assert_uint_eq(vram[0], 0x22);
    ck_assert_uint_eq(vram[1], 0x44);
    ck_assert_uint_eq(vram[2], 0x11);
    ck_assert_uint_eq(vram[15], 0x33);
}
END_TEST

static void blit(u32 w, u32 h, u32 dst, u32 src, u8 mode, u8 rop)
{
    gr16(0x20, w - 1);
    gr16(0x22, h - 1);
    gr16(0x24, 640);
    gr16(0x26, 640);
    gr24(0x28, dst);
    gr24(0x2c, src);
    gr(0x2f, 0);
    gr(0x30, mode);
    gr(0x32, rop);
    gr(0x33, 0);
    gr(0x31, 2);
}

START_TEST(busy_as_long_as_it_takes)
{
    blit(640, 100, 0, 640 * 200, 0, 0x0d);
    ck_assert_uint_eq(get(0x3ce, 0x31) & 1, 1);
    clk_run(&t.clk, t.clk.now + 640 * 100 * 5 + 1);
    ck_assert_uint_eq(get(0x3ce, 0x31) & 3, 0);
}
END_TEST

/* The lowest bits of a pattern's address are the row it begins with. */
START_TEST(pattern_row)
{
    u8 *vram = a->k.vga.vram;

    for (int i = 0; i < 64; i++)
        vram[0x10000 + i] = (u8)i;
    blit(16, 4, 0, 0x10005, 0x40, 0x0d);
    ck_assert_uint_eq(vram[0], 40);
    ck_assert_uint_eq(vram[15], 47);
    ck_assert_uint_eq(vram[640 * 3], 0);
}
END_TEST

/* The CPU's data go to the window or to the linear buffer; in the middle of a
 * line the state is saved, and another card goes on. */
START_TEST(fed_by_the_cpu)
{
    struct card *c;
    u32 first, size, at;

    blit(10, 3, 1000, 0, 4, 0x0d);
    ck_assert(!cirrus_linear_is_ram(&a->k));
    ck_assert(!vga_window_is_ram(&a->k.vga, &first, &size, &at));
    for (u8 i = 0; i < 17; i++)         /* lines of 12 with the filling */
        poke(i & 1 ? 0 : CIRRUS_LINEAR, (u8)(i + 1));
    b->k.vga.s = a->k.vga.s;
    memcpy(b->k.vga.vram, a->k.vga.vram, CIRRUS_VRAM);
    chip_round_trip(&t, &(struct dev_ops){ .state = &cirrus_table }, &a->k.c,
                    &b->k.c);
    cirrus_ops.loaded(&b->k);
    c = a, a = b, b = c;
    for (u8 i = 17; i < 36; i++)
        poke(5, (u8)(i + 1));
    ck_assert(cirrus_linear_is_ram(&a->k));
    ck_assert_uint_eq(get(0x3ce, 0x31) & 2, 0);
    for (u32 i = 0; i < 10; i++) {
        ck_assert_uint_eq(a->k.vga.vram[1000 + i], i + 1);
        ck_assert_uint_eq(a->k.vga.vram[1640 + i], i + 13);
        ck_assert_uint_eq(a->k.vga.vram[2280 + i], i + 25);
    }
    ck_assert_uint_eq(a->k.vga.vram[1010], 0);
}
END_TEST

START_TEST(read_by_the_cpu)
{
    for (u32 i = 0; i < 2000; i++)
        a->k.vga.vram[i] = (u8)i;
    blit(6, 2, 0, 3, 2, 0x0d);
    for (u32 i = 0; i < 8; i++)
        ck_assert_uint_eq(peek(0), 3 + i);
    for (u32 i = 0; i < 8; i++)
        ck_assert_uint_eq(peek(CIRRUS_LINEAR), (u8)(643 + i));
    ck_assert(cirrus_linear_is_ram(&a->k));
}
END_TEST

START_TEST(reset_and_autostart)
{
    blit(10, 3, 1000, 0, 4, 0x0d);
    gr(0x31, 4);
    ck_assert(cirrus_linear_is_ram(&a->k));
    a->k.vga.vram[0] = 0x77;
    gr(0x31, 0x80);
    gr(0x30, 0);
    gr24(0x28, 5000);                   /* the last byte starts it */
    ck_assert_uint_eq(a->k.vga.vram[5000], 0x77);
}
END_TEST

START_TEST(registers_in_memory)
{
    u32 base = CIRRUS_MMIO + 0x100;

    poke(base + 0x08, 0x34);
    poke(base + 0x18, 0x40);
    poke(base + 0x1a, 0x59);
    poke(base + 0x04, 0x66);
    ck_assert_uint_eq(get(0x3ce, 0x20), 0x34);
    ck_assert_uint_eq(get(0x3ce, 0x30), 0x40);
    ck_assert_uint_eq(get(0x3ce, 0x32), 0x59);
    ck_assert_uint_eq(peek(base + 0x04), 0x66);
    ck_assert_uint_eq(peek(base + 0x7f), 0xff);
    sr(0x17, 0x24);                     /* at B8000h as well */
    poke(0x18009, 0x01);
    ck_assert_uint_eq(get(0x3ce, 0x21), 0x01);
}
END_TEST

START_TEST(ports_in_memory)
{
    u32 base = CIRRUS_MMIO;

    poke(base + 0x0e, 0x20);            /* as 3CEh and 3CFh */
    poke(base + 0x0f, 0x5a);
    ck_assert_uint_eq(get(0x3ce, 0x20), 0x5a);
    ck_assert_uint_eq(peek(base + 0x0f), 0x5a);
    poke(base + 0x14, 0x13);
    poke(base + 0x15, 0x77);
    ck_assert_uint_eq(get(0x3d4, 0x13), 0x77);
    ck_assert_uint_eq(peek(base + 0x20), 0xff);
    ck_assert_uint_eq(peek(base + 0x200), 0xff);
}
END_TEST

static u32 pixel_of(u32 x, u32 y)
{
    struct vga_picture p = { .pixel = pixels, .room = 2048 * 2048 };

    clk_run(&t.clk, t.clk.now + 40000000);
    ck_assert(cirrus_draw(&a->k, &p));
    ck_assert_uint_eq(p.w, 640);
    ck_assert_uint_eq(p.h, 400);
    return pixels[y * 640 + x];
}

static void hidden(u8 v)
{
    in(0x3c8);
    for (int i = 0; i < 4; i++)
        in(0x3c6);
    out(0x3c6, v);
}

START_TEST(depths)
{
    u8 *vram = a->k.vga.vram;

    out(0x3c8, 9), out(0x3c9, 63), out(0x3c9, 0), out(0x3c9, 32);
    vram[640 * 10 + 7] = 9;
    ck_assert_uint_eq(pixel_of(7, 10), 0xff0082);
    sr(7, 7), hidden(0xc1), cr(0x13, 160);
    vram[1280 * 3 + 8] = 0x1f, vram[1280 * 3 + 9] = 0xf8;
    ck_assert_uint_eq(pixel_of(4, 3), 0xff00ff);
    hidden(0xf0);
    vram[1280 * 3 + 9] = 0x7c;
    ck_assert_uint_eq(pixel_of(4, 3), 0xff00ff);
    sr(7, 5), hidden(0xc5), cr(0x13, 240);
    vram[1920 * 5 + 6] = 1, vram[1920 * 5 + 7] = 2, vram[1920 * 5 + 8] = 3;
    ck_assert_uint_eq(pixel_of(2, 5), 0x030201);
    sr(7, 9), cr(0x13, 64), cr(0x1b, 0x12);     /* a pitch of 2560 */
    vram[2560 * 5 + 8] = 4, vram[2560 * 5 + 10] = 6;
    ck_assert_uint_eq(pixel_of(2, 5) & 0xff00ff, 0x060004);
    cr(0x0c, 0x00), cr(0x0d, 0x00), cr(0x1b, 0x13);     /* start + 256 KB */
    vram[0x40000] = 0xaa, vram[0x40001] = 0xbb, vram[0x40002] = 0xcc;
    clk_run(&t.clk, t.clk.now + 20000000);
    ck_assert_uint_eq(pixel_of(0, 0), 0xccbbaa);
}
END_TEST

START_TEST(cursor)
{
    u8 *shape = a->k.vga.vram + CIRRUS_VRAM - 0x4000 + 2 * 256;

    sr(0x12, 3);                        /* on, and its colours in the DAC */
    out(0x3c8, 0), out(0x3c9, 63), out(0x3c9, 0), out(0x3c9, 0);
    out(0x3c8, 15), out(0x3c9, 0), out(0x3c9, 63), out(0x3c9, 0);
    sr(0x12, 1);
    sr(0x13, 2);
    sr(0x10 | 5 << 5, 12);              /* x = 101, y = 50 */
    sr(0x11 | 2 << 5, 6);
    shape[0] = 0x50, shape[128] = 0x30; /* nothing, inverse, both colours */
    ck_assert_uint_eq(pixel_of(101, 50), 0x000000);
    ck_assert_uint_eq(pixel_of(102, 50), 0xffffff);
    ck_assert_uint_eq(pixel_of(103, 50), 0xff0000);
    ck_assert_uint_eq(pixel_of(104, 50), 0x00ff00);
    sr(0x12, 5);                        /* 64x64: a line is 16 bytes */
    sr(0x13, 0);
    shape = a->k.vga.vram + CIRRUS_VRAM - 0x4000;
    shape[16 * 63 + 7] = 1, shape[16 * 63 + 15] = 1;
    ck_assert_uint_eq(pixel_of(101 + 63, 50 + 63), 0x00ff00);
    sr(0x12, 0);
    ck_assert_uint_eq(pixel_of(101 + 63, 50 + 63), 0x000000);
}
END_TEST

START_TEST(clocks)
{
    ck_assert_uint_eq(a->k.vga.s.clock / 1000, 25180);
    out(0x3c2, 0x67);
    ck_assert_uint_eq(a->k.vga.s.clock / 1000, 28325);
    sr(0x0e, 0x51), sr(0x1e, 0x3a);
    out(0x3c2, 0x6f);
    ck_assert_uint_eq(a->k.vga.s.clock / 1000, 39992);
    sr(0x1e, 0);                        /* by nothing */
    ck_assert_uint_eq(a->k.vga.s.clock, 0);
    ck_assert_int_gt(a->frames + 1, 0);
}
END_TEST

static void use_memory(u32 *seed)
{
    static const u32 base[4] = { 0, 0x18000, CIRRUS_LINEAR, CIRRUS_MMIO };
    struct vga_picture p = { .pixel = pixels, .room = 2048 * 2048 };

    for (int i = 0; i < 40; i++) {
        u32 off = base[chip_random(seed) % 4];

        off += chip_random(seed) % (off == CIRRUS_MMIO ? 0x400
                                    : off == CIRRUS_LINEAR ? CIRRUS_VRAM
                                                           : 0x8000);
        cirrus_ops.mem_write(&a->k, off, 1, chip_random(seed));
        cirrus_ops.mem_read(&a->k, off, 1);
        cirrus_ops.mem_peek(&a->k, off);
    }
    if (chip_random(seed) % 16 == 0)
        cirrus_draw(&a->k, &p);
}

START_TEST(random_traffic)
{
    u32 seed = 4;

    chip_random_ports(&t, &cirrus_ops, &a->k, 0x30, 1, 3);
    for (int i = 0; i < 2000; i++) {
        sr(6, 0x12);
        sr(7, (u8)chip_random(&seed));
        gr((u8)(chip_random(&seed) % 64), (u8)chip_random(&seed));
        use_memory(&seed);
    }
    ck_assert_int_eq(t.errors, 0);
}
END_TEST

START_TEST(hostile_states)
{
    u32 seed = 9;

    for (int i = 0; i < 200; i++) {
        chip_random_state(&cirrus_table, &a->k.c, &seed);
        chip_random_state(&cirrus_table, &a->k.shown, &seed);
        chip_random_state(vga_ops.state, &a->k.vga.s, &seed);
        chip_loaded(&t, &cirrus_ops, &a->k);
        use_memory(&seed);
        clk_run(&t.clk, t.clk.now + 1000000);
    }
}
END_TEST

START_TEST(fields_cover)
{
    chip_table_cover(&cirrus_table);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("cirrus");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, key);
    tcase_add_test(tc, hidden_dac);
    tcase_add_test(tc, banks);
    tcase_add_test(tc, write_modes);
    tcase_add_test(tc, busy_as_long_as_it_takes);
    tcase_add_test(tc, pattern_row);
    tcase_add_test(tc, fed_by_the_cpu);
    tcase_add_test(tc, read_by_the_cpu);
    tcase_add_test(tc, reset_and_autostart);
    tcase_add_test(tc, registers_in_memory);
    tcase_add_test(tc, ports_in_memory);
    tcase_add_test(tc, depths);
    tcase_add_test(tc, cursor);
    tcase_add_test(tc, clocks);
    tcase_add_test(tc, random_traffic);
    tcase_add_test(tc, hostile_states);
    tcase_add_test(tc, fields_cover);
    return chip_run_case("cirrus", tc);
}
