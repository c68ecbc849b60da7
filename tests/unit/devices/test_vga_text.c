/* test_vga_text.c - the VGA's text modes: fonts, attributes, cursor, cells. */
#include "tests/lib/vga_modes.h"

static struct vga_test *t;
static u32 seed;
static u8 font[2][256][32];

static void setup(void)
{
    t = vga_test_new();
    seed = 1;
}

static void teardown(void) { vga_test_free(t); }

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

            expect_pixel(t, x, y, dot_color(m, on ? c[1] & 15 : back));
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

        expect_pixel(t, i, 3, dot_color(m, !on ? 0 : i < 9 ? 7 : 15));
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
        expect_pixel(t, x, 0, dot_color(m, 1));
    attr(t, 0x10, 0x04);
    draw(t);
    for (u32 x = 0; x < 9; x++)
        expect_pixel(t, x, 0, dot_color(m, font_dot(0, 1, x, 0, true) ? 7 : 9));
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
        expect_pixel(t, x, 13, dot_color(m, 1));
    for (u32 x = 0; x < 9; x++)
        expect_pixel(t, x + 9, 13, dot_color(m, font_dot(0, 1, x, 13, true)
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

            expect_pixel(t, x, y, dot_color(m, on ? 7 : 0));
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

int main(void)
{
    TCase *c = tcase_create("vga text");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, text_modes, 0, COUNT_OF(texts));
    tcase_add_test(c, two_fonts);
    tcase_add_test(c, blinking_text);
    tcase_add_test(c, underline_in_mono);
    tcase_add_loop_test(c, cursor, 0, COUNT_OF(cursors));
    tcase_add_test(c, smooth_scrolling_text);
    tcase_add_test(c, text_as_cells);
    return chip_run_case("vga text", c);
}
