/* test_vga_draw.c - the VGA's pictures, mode by mode.
 *
 * Each test writes a random image the way a program would, through the CPU's
 * window, and says for each pixel what colour must come out. */
#include "tests/lib/vga_modes.h"

static struct vga_test *t;
static u32 seed;
static u8 image[480][720];              /* dot values, by pixel */

static void setup(void)
{
    t = vga_test_new();
    seed = 1;
}

static void teardown(void) { vga_test_free(t); }

static void random_image(u32 w, u32 h, u8 mask)
{
    for (u32 y = 0; y < h; y++)
        for (u32 x = 0; x < w; x++)
            image[y][x] = (u8)(chip_random(&seed) >> 7) & mask;
}

static void map_mask(u8 mask) { reg(t, 0x3c4, 2, mask); }

/* How a program writes each kind of mode. */
static void put_planar(u32 w, u32 h)
{
    for (u8 p = 0; p < 4; p++) {
        map_mask((u8)(1 << p));
        for (u32 y = 0; y < h; y++)
            for (u32 x = 0; x < w; x += 8) {
                u8 b = 0;

                for (u32 i = 0; i < 8; i++)
                    b = (u8)(b << 1 | (image[y][x + i] >> p & 1));
                poke(t, 0xa0000 + y * w / 8 + x / 8, b);
            }
    }
}

static void put_linear(u32 w, u32 h)
{
    for (u32 y = 0; y < h; y++)
        for (u32 x = 0; x < w; x++)
            poke(t, 0xa0000 + y * w + x, image[y][x]);
}

static void put_mode_x(u32 w, u32 h)
{
    for (u8 p = 0; p < 4; p++) {
        map_mask((u8)(1 << p));
        for (u32 y = 0; y < h; y++)
            for (u32 x = p; x < w; x += 4)
                poke(t, 0xa0000 + y * w / 4 + x / 4, image[y][x]);
    }
}

static void put_cga(u32 w, u32 h, u32 bits)
{
    u32 per_byte = 8 / bits;

    for (u32 y = 0; y < h; y++)
        for (u32 x = 0; x < w; x += per_byte) {
            u8 b = 0;

            for (u32 i = 0; i < per_byte; i++)
                b = (u8)(b << bits | (image[y][x + i] & ((1 << bits) - 1)));
            poke(t, 0xb8000 + (y & 1) * 0x2000 + y / 2 * 80 + x / per_byte,
                 b);
        }
}

static void expect_image(const struct vga_mode *m, bool wide)
{
    to_blink_phase(t, 0);
    draw(t);
    ck_assert(!t->pic.blank);
    for (u32 y = 0; y < m->h; y++)
        for (u32 x = 0; x < m->w; x++)
            expect_pixel(t, x, y, wide ? test_color(image[y][x])
                                    : dot_color(m, image[y][x]));
}

START_TEST(sizes)
{
    const struct vga_mode *m = &vga_modes[_i];

    set_mode(t, m);
    draw(t);
    ck_assert_uint_eq(t->pic.w, m->w);
    ck_assert_uint_eq(t->pic.h, m->h);
    ck_assert_uint_eq(t->pic.xscale, m->xscale);
    ck_assert_uint_eq(t->pic.yscale, m->yscale);
    ck_assert_int_eq(t->pic.text, m->text);
    t->pic.room = m->w * m->h - 1;
    ck_assert(!vga_draw(&t->v.s, t->vram, 0, &t->pic));
    t->pic.room++;
    ck_assert(vga_draw(&t->v.s, t->vram, 0, &t->pic));
}
END_TEST

static const int planar[] = { MODE_0D, MODE_0E, MODE_10, MODE_11, MODE_12 };

START_TEST(planar_modes)
{
    const struct vga_mode *m = &vga_modes[planar[_i]];

    set_mode(t, m);
    random_image(m->w, m->h, 15);
    put_planar(m->w, m->h);
    expect_image(m, false);
}
END_TEST

START_TEST(mode_13h)
{
    set_mode(t, &vga_modes[MODE_13]);
    random_image(320, 200, 255);
    put_linear(320, 200);
    expect_image(&vga_modes[MODE_13], true);
    port(t, 0x3c6, 0x0f);               /* the mask applies to the index */
    draw(t);
    ck_assert_uint_eq(pixel(t, 9, 9), test_color(image[9][9] & 0x0f));
}
END_TEST

static const int unchained[] = { MODE_X, MODE_X400, MODE_360x480 };

START_TEST(unchained_modes)
{
    const struct vga_mode *m = &vga_modes[unchained[_i]];

    set_mode(t, m);
    random_image(m->w, m->h, 255);
    put_mode_x(m->w, m->h);
    expect_image(m, true);
}
END_TEST

START_TEST(cga_four_colors)
{
    set_mode(t, &vga_modes[MODE_04]);
    random_image(320, 200, 3);
    put_cga(320, 200, 2);
    expect_image(&vga_modes[MODE_04], false);
}
END_TEST

START_TEST(cga_two_colors)
{
    set_mode(t, &vga_modes[MODE_06]);
    random_image(640, 200, 1);
    put_cga(640, 200, 1);
    expect_image(&vga_modes[MODE_06], false);
}
END_TEST

/* Four banks of 8K, as on the Hercules card: MAP13 and MAP14. */
START_TEST(four_banks)
{
    set_mode(t, &vga_modes[MODE_06]);
    reg(t, 0x3d4, 0x17, 0xc0);
    reg(t, 0x3d4, 0x09, 0x03);
    reg(t, 0x3ce, 6, 0x05);
    random_image(640, 400, 1);
    for (u32 y = 0; y < 400; y++)
        for (u32 x = 0; x < 640; x += 8) {
            u8 b = 0;

            for (u32 i = 0; i < 8; i++)
                b = (u8)(b << 1 | image[y][x + i]);
            poke(t, 0xa0000 + y % 4 * 0x2000 + y / 4 * 80 + x / 8, b);
        }
    draw(t);
    ck_assert_uint_eq(t->pic.h, 400);
    for (u32 y = 0; y < 400; y++)
        for (u32 x = 0; x < 640; x++)
            expect_pixel(t, x, y, dot_color(&vga_modes[MODE_06], image[y][x]));
}
END_TEST

START_TEST(start_offset_and_panning)
{
    const struct vga_mode *m = &vga_modes[MODE_0D];

    set_mode(t, m);
    reg(t, 0x3d4, 0x13, 40);            /* 640 pixels wide, 400 high */
    random_image(640, 400, 15);
    put_planar(640, 400);
    reg(t, 0x3d4, 0x0c, (33 * 80 + 7) >> 8);
    reg(t, 0x3d4, 0x0d, (33 * 80 + 7) & 255);
    attr(t, 0x13, 5);
    reg(t, 0x3d4, 0x08, 0x40);          /* two bytes more */
    run_ns(t, 20000000);
    draw(t);
    for (u32 y = 0; y < 200; y++)
        for (u32 x = 0; x < 320; x++)
            expect_pixel(t, x, y, dot_color(m, image[y + 33][x + 77]));
}
END_TEST

/* In mode 13h the counter runs in doublewords: a unit of the start address is
 * four pixels there, as in mode X. */
START_TEST(start_address_in_mode_13h)
{
    set_mode(t, &vga_modes[MODE_13]);
    random_image(320, 200, 255);
    put_linear(320, 200);
    reg(t, 0x3d4, 0x0d, 3 * 80 + 2);
    run_ns(t, 20000000);
    draw(t);
    for (u32 y = 0; y < 196; y++)
        for (u32 x = 0; x < 320; x++) {
            u32 at = (y + 3) * 320 + x + 8;

            expect_pixel(t, x, y, test_color(image[at / 320][at % 320]));
        }
}
END_TEST

/* Lines that do not lie in memory as they are shown. The counter has 16 bits,
 * so the first line runs over the end; where it counts each fourth character,
 * four of them show the same; the row may choose the half of the memory; and a
 * pixel may be two dots of four planes. */
static const struct { u8 underline, mode, shift; } odd_13h[] = {
    { 0x40, 0xa3, 0x40 }, { 0x60, 0xa3, 0x40 }, { 0x40, 0xa2, 0x40 },
    { 0x40, 0xa3, 0x00 },
};

static u8 planar_pixel(const u8 *planes, u32 x)
{
    u8 v = 0;

    for (u32 bit = 0; bit < 8; bit++)
        v |= (u8)((planes[bit & 3] >> (6 - 2 * x + (bit < 4 ? 0 : 1)) & 1)
                  << bit);
    return v;
}

START_TEST(odd_addresses_in_mode_13h)
{
    u32 start = 0x10000 - 40, step = odd_13h[_i].underline & 0x20 ? 2 : 0;

    set_mode(t, &vga_modes[MODE_13]);
    for (u32 i = 0; i < VGA_MIN_VRAM; i++)
        t->vram[i] = (u8)(chip_random(&seed) >> 7);
    reg(t, 0x3d4, 0x14, odd_13h[_i].underline);
    reg(t, 0x3d4, 0x17, odd_13h[_i].mode);
    reg(t, 0x3ce, 5, odd_13h[_i].shift);
    reg(t, 0x3d4, 0x0c, start >> 8);
    reg(t, 0x3d4, 0x0d, start & 255);
    run_ns(t, 20000000);
    draw(t);
    for (u32 y = 0; y < t->pic.h; y++)
        for (u32 x = 0; x < 320; x++) {
            u32 line = y * 200 / t->pic.h;
            u32 at = (start + line * 80 + (x / 4 >> step)) & 0xffff;
            const u8 *planes;

            if (!(odd_13h[_i].mode & 1))        /* bit 13 of the address */
                at = (at & ~0x800u) | (y & 1) << 11;
            planes = t->vram + 4 * at;
            expect_pixel(t, x, y, test_color(odd_13h[_i].shift
                ? planes[x % 4] : planar_pixel(planes, x % 4)));
        }
}
END_TEST

START_TEST(panning_of_256_colors)
{
    set_mode(t, &vga_modes[MODE_X]);
    random_image(320, 240, 255);
    put_mode_x(320, 240);
    attr(t, 0x13, 6);
    draw(t);
    expect_pixel(t, 0, 0, test_color(image[0][3]));
    expect_pixel(t, 316, 5, test_color(image[5][319]));
    expect_pixel(t, 317, 5, test_color(image[6][0]));
}
END_TEST

/* The split: below the line compare the picture starts again at address 0,
 * with panning or without. */
START_TEST(split_screen)
{
    const struct vga_mode *m = &vga_modes[MODE_12];
    u32 lc = 299, start = 80 * 100 + 2;

    set_mode(t, m);
    random_image(640, 480, 15);
    put_planar(640, 480);
    reg(t, 0x3d4, 0x18, lc & 255);
    reg(t, 0x3d4, 0x07, 0x3e | (lc >> 4 & 0x10));
    reg(t, 0x3d4, 0x09, 0x00);
    reg(t, 0x3d4, 0x0c, (u8)(start >> 8));
    reg(t, 0x3d4, 0x0d, (u8)start);
    attr(t, 0x13, 3);
    reg(t, 0x3d4, 0x08, 0x20);          /* and a byte more */
    attr(t, 0x10, _i ? 0x21 : 0x01);
    run_ns(t, 20000000);
    draw(t);
    for (u32 y = 0; y < 480; y++)
        for (u32 x = 0; x < 600; x++)
            expect_pixel(t, x, y, dot_color(m, y <= lc
                ? image[y + 100][x + 27]
                : image[y - lc - 1][x + (_i ? 0 : 11)]));
}
END_TEST

/* A split on an odd line of a doubled mode takes single lines. */
START_TEST(split_in_doubled_mode)
{
    set_mode(t, &vga_modes[MODE_13]);
    random_image(320, 200, 255);
    put_linear(320, 200);
    reg(t, 0x3d4, 0x18, 100);           /* line 101 is the first below */
    reg(t, 0x3d4, 0x07, 0x0f);
    reg(t, 0x3d4, 0x09, 0x01);
    run_ns(t, 20000000);
    draw(t);
    ck_assert_uint_eq(t->pic.h, 400);
    ck_assert_uint_eq(t->pic.yscale, 1);
    expect_pixel(t, 5, 100, test_color(image[50][5]));
    expect_pixel(t, 5, 101, test_color(image[0][5]));
    expect_pixel(t, 5, 102, test_color(image[0][5]));
    expect_pixel(t, 5, 103, test_color(image[1][5]));
}
END_TEST

START_TEST(blinking_graphics)
{
    set_mode(t, &vga_modes[MODE_0F]);
    memset(image, 4, sizeof image);     /* plane 2 alone blinks */
    memset(image, 1, sizeof image[0]);
    put_planar(640, 350);
    to_blink_phase(t, 0);
    draw(t);
    expect_pixel(t, 0, 0, test_color(8));
    expect_pixel(t, 0, 1, test_color(0));
    to_blink_phase(t, 16);
    draw(t);
    expect_pixel(t, 0, 0, test_color(8));
    expect_pixel(t, 0, 1, test_color(0x18));
}
END_TEST

START_TEST(color_select)
{
    set_mode(t, &vga_modes[MODE_12]);
    map_mask(15);
    reg(t, 0x3ce, 0, 0x0c);
    reg(t, 0x3ce, 1, 0x0f);
    poke(t, 0xa0000, 0);                /* eight dots of 12: palette 3Ch */
    draw(t);
    expect_pixel(t, 0, 0, test_color(0x3c));
    attr(t, 0x14, 0x0d);
    draw(t);
    expect_pixel(t, 0, 0, test_color(0xfc));
    attr(t, 0x10, 0x81);
    draw(t);
    expect_pixel(t, 0, 0, test_color(0xdc));
    attr(t, 0x12, 0x07);
    draw(t);
    expect_pixel(t, 0, 0, test_color(0xd4));
}
END_TEST

START_TEST(blanked)
{
    set_mode(t, &vga_modes[MODE_13]);
    poke(t, 0xa0000, 7);
    attr(t, 0x11, 9);
    draw(t);
    expect_pixel(t, 0, 0, test_color(7));
    ck_assert_uint_eq(t->pic.border, test_color(9));
    reg(t, 0x3c4, 1, 0x21);
    draw(t);
    ck_assert(t->pic.blank);
    expect_pixel(t, 0, 0, 0);
    reg(t, 0x3c4, 1, 0x01);
    in(t, 0x3da);
    port(t, 0x3c0, 0);
    draw(t);
    ck_assert(t->pic.blank);
}
END_TEST

/* Dispi modes. */

static u32 linear_color(const u8 *p, u32 bpp)
{
    u32 v = p[0] | p[1] << 8, r, g, b;

    if (bpp == 8)
        return test_color(p[0]);
    if (bpp >= 24)
        return p[2] << 16 | p[1] << 8 | p[0];
    r = bpp == 15 ? v >> 10 & 31 : v >> 11;
    g = bpp == 15 ? (v >> 5 & 31) * 255 / 31 : (v >> 5 & 63) * 255 / 63;
    b = v & 31;
    r = r * 255 / 31;
    b = b * 255 / 31;
    return r << 16 | g << 8 | b;
}

static bool close_to(u32 a, u32 b)
{
    for (int i = 0; i < 24; i += 8)
        if (abs((int)(a >> i & 255) - (int)(b >> i & 255)) > 4)
            return false;
    return true;
}

static const struct { u16 bpp, w, h, virt, x, y; } linears[] = {
    { 8, 640, 480, 640, 0, 0 }, { 8, 800, 600, 1024, 100, 37 },
    { 15, 640, 480, 700, 3, 5 }, { 16, 1024, 768, 1024, 0, 0 },
    { 24, 800, 600, 801, 1, 1 }, { 32, 640, 480, 1000, 200, 100 },
    { 32, 1024, 768, 1030, 0, 700 },    /* runs over the end of memory */
};

START_TEST(dispi_linear)
{
    u32 bpp = linears[_i].bpp, bytes = (bpp + 7) / 8;

    set_mode(t, &vga_modes[MODE_13]);
    dispi(t, 1, linears[_i].w);
    dispi(t, 2, linears[_i].h);
    dispi(t, 3, linears[_i].bpp);
    dispi(t, 4, 0x41);
    dispi(t, 6, linears[_i].virt);
    dispi(t, 8, linears[_i].x);
    dispi(t, 9, linears[_i].y);
    for (u32 i = 0; i < TEST_VRAM; i++)
        t->vram[i] = (u8)(chip_random(&seed) >> 6);
    draw(t);
    ck_assert_uint_eq(t->pic.w, linears[_i].w);
    ck_assert_uint_eq(t->pic.h, linears[_i].h);
    for (u32 y = 0; y < t->pic.h; y++)
        for (u32 x = 0; x < t->pic.w; x++) {
            u32 at = ((y + linears[_i].y) * linears[_i].virt + x +
                      linears[_i].x) * bytes;
            u8 p[4];

            for (u32 i = 0; i < 4; i++)
                p[i] = t->vram[(at + i) & (TEST_VRAM - 1)];
            if (!close_to(pixel(t, x, y), linear_color(p, bpp)))
                ck_abort_msg("%u,%u: %06x, not %06x", x, y, pixel(t, x, y),
                             linear_color(p, bpp));
        }
}
END_TEST

START_TEST(dispi_planar)
{
    const struct vga_mode *m = &vga_modes[MODE_12];

    set_mode(t, m);
    dispi(t, 1, 800);
    dispi(t, 2, 600);
    dispi(t, 3, 4);
    dispi(t, 4, 1);
    for (u32 i = 0; i < 100 * 600; i++) {
        map_mask(1);
        poke(t, 0xa0000 + i, (u8)(i * 5));
        map_mask(8);
        poke(t, 0xa0000 + i, (u8)(i * 3));
    }
    dispi(t, 8, 3);
    draw(t);
    ck_assert_uint_eq(t->pic.w, 800);
    for (u32 y = 0; y < 600; y++)
        for (u32 x = 0; x < 700; x++) {
            u32 i = y * 100 + (x + 3) / 8, bit = 7 - (x + 3) % 8;

            expect_pixel(t, x, y, dot_color(m, ((u8)(i * 5) >> bit & 1) |
                                         ((u8)(i * 3) >> bit & 1) << 3));
        }
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("vga picture");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, sizes, 0, MODE_COUNT);
    tcase_add_loop_test(c, planar_modes, 0, COUNT_OF(planar));
    tcase_add_test(c, mode_13h);
    tcase_add_loop_test(c, unchained_modes, 0, COUNT_OF(unchained));
    tcase_add_test(c, cga_four_colors);
    tcase_add_test(c, cga_two_colors);
    tcase_add_test(c, four_banks);
    tcase_add_test(c, start_offset_and_panning);
    tcase_add_test(c, start_address_in_mode_13h);
    tcase_add_loop_test(c, odd_addresses_in_mode_13h, 0, COUNT_OF(odd_13h));
    tcase_add_test(c, panning_of_256_colors);
    tcase_add_loop_test(c, split_screen, 0, 2);
    tcase_add_test(c, split_in_doubled_mode);
    tcase_add_test(c, blinking_graphics);
    tcase_add_test(c, color_select);
    tcase_add_test(c, blanked);
    tcase_add_loop_test(c, dispi_linear, 0, COUNT_OF(linears));
    tcase_add_test(c, dispi_planar);
    return chip_run_case("vga picture", c);
}
