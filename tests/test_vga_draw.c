/* test_vga_draw.c - the VGA's pictures, mode by mode.
 *
 * Each test writes a random image the way a program would, through the CPU's
 * window, and says for each pixel what colour must come out. */
#include "tests/vga_modes.h"

static struct vga_test *t;
static u32 seed;
static u8 image[480][720];              /* dot values, by pixel */
static u8 font[2][256][32];

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

/* The colour of a 4-bit dot: palette, then DAC. */
static u32 dot_color(const struct vga_mode *m, u32 dot)
{
    return test_color(m->attr[dot & m->attr[0x12]]);
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

static void expect_pixel(u32 x, u32 y, u32 want)
{
    if (pixel(t, x, y) != want)
        ck_abort_msg("pixel %u,%u is %06x, not %06x", x, y, pixel(t, x, y),
                     want);
}

static void expect_image(const struct vga_mode *m, bool wide)
{
    to_blink_phase(t, 0);
    draw(t);
    ck_assert(!t->pic.blank);
    for (u32 y = 0; y < m->h; y++)
        for (u32 x = 0; x < m->w; x++)
            expect_pixel(x, y, wide ? test_color(image[y][x])
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
            expect_pixel(x, y, dot_color(&vga_modes[MODE_06], image[y][x]));
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
            expect_pixel(x, y, dot_color(m, image[y + 33][x + 77]));
}
END_TEST

START_TEST(panning_of_256_colors)
{
    set_mode(t, &vga_modes[MODE_X]);
    random_image(320, 240, 255);
    put_mode_x(320, 240);
    attr(t, 0x13, 6);
    draw(t);
    expect_pixel(0, 0, test_color(image[0][3]));
    expect_pixel(316, 5, test_color(image[5][319]));
    expect_pixel(317, 5, test_color(image[6][0]));
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
    attr(t, 0x10, _i ? 0x21 : 0x01);
    run_ns(t, 20000000);
    draw(t);
    for (u32 y = 0; y < 480; y++)
        for (u32 x = 0; x < 600; x++)
            expect_pixel(x, y, dot_color(m, y <= lc
                ? image[y + 100][x + 19]
                : image[y - lc - 1][x + (_i ? 0 : 3)]));
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
    expect_pixel(5, 100, test_color(image[50][5]));
    expect_pixel(5, 101, test_color(image[0][5]));
    expect_pixel(5, 102, test_color(image[0][5]));
    expect_pixel(5, 103, test_color(image[1][5]));
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
    expect_pixel(0, 0, test_color(8));
    expect_pixel(0, 1, test_color(0));
    to_blink_phase(t, 16);
    draw(t);
    expect_pixel(0, 0, test_color(8));
    expect_pixel(0, 1, test_color(0x18));
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
    expect_pixel(0, 0, test_color(0x3c));
    attr(t, 0x14, 0x0d);
    draw(t);
    expect_pixel(0, 0, test_color(0xfc));
    attr(t, 0x10, 0x81);
    draw(t);
    expect_pixel(0, 0, test_color(0xdc));
    attr(t, 0x12, 0x07);
    draw(t);
    expect_pixel(0, 0, test_color(0xd4));
}
END_TEST

START_TEST(blanked)
{
    set_mode(t, &vga_modes[MODE_13]);
    poke(t, 0xa0000, 7);
    attr(t, 0x11, 9);
    draw(t);
    expect_pixel(0, 0, test_color(7));
    ck_assert_uint_eq(t->pic.border, test_color(9));
    reg(t, 0x3c4, 1, 0x21);
    draw(t);
    ck_assert(t->pic.blank);
    expect_pixel(0, 0, 0);
    reg(t, 0x3c4, 1, 0x01);
    in(t, 0x3da);
    port(t, 0x3c0, 0);
    draw(t);
    ck_assert(t->pic.blank);
}
END_TEST

/* Text. */

static void load_fonts(const struct vga_mode *m)
{
    reg(t, 0x3c4, 2, 4);
    reg(t, 0x3c4, 4, 6);
    reg(t, 0x3ce, 5, 0);
    reg(t, 0x3ce, 6, 4);
    for (u32 f = 0; f < 2; f++)
        for (u32 c = 0; c < 256; c++)
            for (u32 r = 0; r < 32; r++) {
                font[f][c][r] = (u8)(chip_random(&seed) >> 9);
                poke(t, 0xa0000 + f * 0x4000 + c * 32 + r, font[f][c][r]);
            }
    reg(t, 0x3c4, 2, 3);
    reg(t, 0x3c4, 4, 2);
    reg(t, 0x3ce, 5, 0x10);
    reg(t, 0x3ce, 6, m->gc[6]);
    reg(t, crtc(t), 0x0a, 0x20);        /* no cursor */
}

static u32 text_base(const struct vga_mode *m)
{
    return m->gc[6] == 0x0a ? 0xb0000 : 0xb8000;
}

static void put_cell(const struct vga_mode *m, u32 i, u8 ch, u8 at)
{
    poke(t, text_base(m) + 2 * i, ch);
    poke(t, text_base(m) + 2 * i + 1, at);
}

/* The dot at x (0 to 8) in row r of a character, nothing blinking. */
static bool font_dot(int f, u8 ch, u32 x, u32 r, bool lines)
{
    if (x == 8)
        return lines && ch >= 0xc0 && ch <= 0xdf && (font[f][ch][r] & 1);
    return font[f][ch][r] >> (7 - x) & 1;
}

static const int texts[] = { MODE_00, MODE_03, MODE_80x50, MODE_80x25_8 };

START_TEST(text_modes)
{
    const struct vga_mode *m = &vga_modes[texts[_i]];
    u32 dots = m->seq[1] & 1 ? 8 : 9, high = (m->crtc[9] & 31) + 1u;
    u32 cols = m->w / dots, rows = m->h / high;
    bool blink = m->attr[0x10] & 8, lines = m->attr[0x10] & 4;
    static u8 cell[50][80][2];

    set_mode(t, m);
    load_fonts(m);
    for (u32 i = 0; i < rows * cols; i++) {
        u8 *c = cell[i / cols][i % cols];

        c[0] = (u8)(chip_random(&seed) >> 5);
        c[1] = (u8)(chip_random(&seed) >> 5);
        put_cell(m, i, c[0], c[1]);
    }
    to_blink_phase(t, 0);
    draw(t);
    for (u32 y = 0; y < m->h; y++)
        for (u32 x = 0; x < m->w; x++) {
            u8 *c = cell[y / high][x / dots];
            bool on = font_dot(0, c[0], x % dots, y % high, lines);
            u8 back = c[1] >> 4 & (blink ? 7 : 15);

            expect_pixel(x, y, dot_color(m, on ? c[1] & 15 : back));
        }
}
END_TEST

START_TEST(two_fonts)
{
    const struct vga_mode *m = &vga_modes[MODE_03];

    set_mode(t, m);
    load_fonts(m);
    reg(t, 0x3c4, 3, 0x04);             /* bright: map 1, at 16K */
    put_cell(m, 0, 'A', 0x07);
    put_cell(m, 1, 'A', 0x0f);
    to_blink_phase(t, 0);
    draw(t);
    for (u32 i = 0; i < 2 * 9; i++) {
        bool on = font_dot(i >= 9, 'A', i % 9, 3, false);

        expect_pixel(i, 3, dot_color(m, !on ? 0 : i < 9 ? 7 : 15));
    }
}
END_TEST

START_TEST(blinking_text)
{
    const struct vga_mode *m = &vga_modes[MODE_03];

    set_mode(t, m);
    load_fonts(m);
    put_cell(m, 0, 1, 0x97);            /* blinking, or bright background */
    to_blink_phase(t, 16);
    draw(t);
    for (u32 x = 0; x < 9; x++)
        expect_pixel(x, 0, dot_color(m, 1));
    attr(t, 0x10, 0x04);
    draw(t);
    for (u32 x = 0; x < 9; x++)
        expect_pixel(x, 0, dot_color(m, font_dot(0, 1, x, 0, true) ? 7 : 9));
}
END_TEST

START_TEST(underline_in_mono)
{
    const struct vga_mode *m = &vga_modes[MODE_07];

    set_mode(t, m);
    load_fonts(m);
    put_cell(m, 0, 1, 0x01);
    put_cell(m, 1, 1, 0x07);
    to_blink_phase(t, 0);
    draw(t);
    for (u32 x = 0; x < 9; x++)
        expect_pixel(x, 13, dot_color(m, 1));
    for (u32 x = 0; x < 9; x++)
        expect_pixel(x + 9, 13, dot_color(m, font_dot(0, 1, x, 13, true)
                                             ? 7 : 0));
}
END_TEST

/* Start, end, skew; which rows of the cell at column 3 + skew are solid. */
static const struct { u8 start, end; u32 first, last, skew; } cursors[] = {
    { 0x0d, 0x0e, 13, 14, 0 }, { 0x00, 0x0f, 0, 15, 0 },
    { 0x07, 0x07, 7, 7, 0 }, { 0x05, 0x5f, 5, 15, 2 },
    { 0x2d, 0x0e, 99, 0, 0 }, { 0x0e, 0x0d, 99, 0, 0 },
};

START_TEST(cursor)
{
    const struct vga_mode *m = &vga_modes[MODE_03];
    u32 at = 80 * 2 + 3, x = (3 + cursors[_i].skew) * 9;

    set_mode(t, m);
    load_fonts(m);
    for (u32 i = 0; i < 2000; i++)
        put_cell(m, i, ' ', 0x1e);
    reg(t, 0x3d4, 0x0a, cursors[_i].start);
    reg(t, 0x3d4, 0x0b, cursors[_i].end);
    reg(t, 0x3d4, 0x0e, (u8)(at >> 8));
    reg(t, 0x3d4, 0x0f, (u8)at);
    for (u32 phase = 0; phase <= 8; phase += 8) {
        to_blink_phase(t, phase);
        draw(t);
        for (u32 r = 0; r < 16; r++) {
            bool in_shape = r >= cursors[_i].first && r <= cursors[_i].last;
            bool solid = true;

            for (u32 i = 0; i < 9; i++)
                solid &= pixel(t, x + i, 32 + r) == dot_color(m, 14);
            ck_assert_int_eq(solid, in_shape && phase == 0);
        }
    }
}
END_TEST

START_TEST(smooth_scrolling_text)
{
    const struct vga_mode *m = &vga_modes[MODE_03];

    set_mode(t, m);
    load_fonts(m);
    for (u32 i = 0; i < 80 * 30; i++)
        put_cell(m, i, (u8)(i * 7), 0x07);
    reg(t, 0x3d4, 0x08, 5);             /* five lines up */
    attr(t, 0x13, 2);                   /* three dots to the left */
    to_blink_phase(t, 0);
    draw(t);
    for (u32 y = 0; y < 400; y++)
        for (u32 x = 0; x < 700; x++) {
            u32 row = (y + 5) / 16, col = (x + 3) / 9;
            bool on = font_dot(0, (u8)((row * 80 + col) * 7), (x + 3) % 9,
                               (y + 5) % 16, true);

            expect_pixel(x, y, dot_color(m, on ? 7 : 0));
        }
}
END_TEST

START_TEST(text_as_cells)
{
    static struct vga_cells cells;
    const struct vga_mode *m = &vga_modes[MODE_80x50];

    set_mode(t, m);
    for (u32 i = 0; i < 4000; i++)
        put_cell(m, i, (u8)i, (u8)(i >> 8));
    reg(t, 0x3d4, 0x0e, (81 * 9) >> 8);
    reg(t, 0x3d4, 0x0f, (81 * 9) & 255);
    ck_assert(vga_text(&t->v.s, t->vram, &cells));
    ck_assert_uint_eq(cells.cols, 80);
    ck_assert_uint_eq(cells.rows, 50);
    ck_assert_uint_eq(cells.cell_height, 8);
    for (u32 i = 0; i < 4000; i++)
        ck_assert_uint_eq(cells.cell[i], i);
    ck_assert_int_eq(cells.cursor_x, 9);
    ck_assert_int_eq(cells.cursor_y, 9);
    ck_assert_uint_eq(cells.cursor_first, 6);
    ck_assert_uint_eq(cells.cursor_last, 7);
    ck_assert(cells.blink && !cells.blank);
    ck_assert_uint_eq(cells.color[6], test_color(0x14));
    reg(t, 0x3d4, 0x0c, 1);             /* the next page, and a split */
    reg(t, 0x3d4, 0x18, (49 * 8 - 1) & 255);
    reg(t, 0x3d4, 0x07, 0x1f);
    reg(t, 0x3d4, 0x09, 0x07);
    run_ns(t, 20000000);
    ck_assert(vga_text(&t->v.s, t->vram, &cells));
    ck_assert_uint_eq(cells.rows, 50);
    ck_assert_uint_eq(cells.cell[0], 256);
    ck_assert_uint_eq(cells.cell[49 * 80], 0);
    set_mode(t, &vga_modes[MODE_12]);
    ck_assert(!vga_text(&t->v.s, t->vram, &cells));
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
    { 32, 1024, 768, 1024, 0, 700 },    /* runs over the end of memory */
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

            expect_pixel(x, y, dot_color(m, ((u8)(i * 5) >> bit & 1) |
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
    tcase_add_test(c, panning_of_256_colors);
    tcase_add_loop_test(c, split_screen, 0, 2);
    tcase_add_test(c, split_in_doubled_mode);
    tcase_add_test(c, blinking_graphics);
    tcase_add_test(c, color_select);
    tcase_add_test(c, blanked);
    tcase_add_loop_test(c, text_modes, 0, COUNT_OF(texts));
    tcase_add_test(c, two_fonts);
    tcase_add_test(c, blinking_text);
    tcase_add_test(c, underline_in_mono);
    tcase_add_loop_test(c, cursor, 0, COUNT_OF(cursors));
    tcase_add_test(c, smooth_scrolling_text);
    tcase_add_test(c, text_as_cells);
    tcase_add_loop_test(c, dispi_linear, 0, COUNT_OF(linears));
    tcase_add_test(c, dispi_planar);
    return chip_run_case("vga picture", c);
}
