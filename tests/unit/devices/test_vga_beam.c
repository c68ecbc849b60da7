/* test_vga_beam.c - registers that change while the beam is on its way.
 *
 * For most of them the picture must be that of the old registers up to the
 * character clock of the write and that of the new ones from there on, each
 * drawn as if nobody had disturbed it. What the CRTC takes over at another
 * place - the start of a row or of a frame - has an expectation of its own. */
#include "tests/lib/beambed.h"

enum where { CRTC, SEQ, GC, ATTR, COLOR, MASK, MISC };

struct effect {
    const char *name;
    int mode;
    enum where where;
    u8 index, value;
    u16 line, chr;
};

static void write_reg(enum where where, u8 index, u8 value)
{
    switch (where) {
    case CRTC:  reg(t, crtc(t), index, value); break;
    case SEQ:   reg(t, 0x3c4, index, value); break;
    case GC:    reg(t, 0x3ce, index, value); break;
    case ATTR:  attr(t, index, value); break;
    case COLOR: color(t, index, 0x010101u * value); break;
    case MASK:  port(t, 0x3c6, value); break;
    case MISC:  port(t, 0x3c2, value); break;
    }
}

static void disturb(const struct effect *e)
{
    begin(e->mode);
    beam_to(e->line, e->chr);
    before = t->v.s;
    write_reg(e->where, e->index, e->value);
    after = t->v.s;
    end_frame();
}

static const struct effect split[] = {
    { "a colour in text", MODE_03, COLOR, 1, 0x55, 100, 0 },
    { "a colour in mid-line", MODE_03, COLOR, 0, 0xff, 101, 37 },
    { "a colour of 16", MODE_12, COLOR, 2, 0x80, 240, 79 },
    { "a colour of 256", MODE_13, COLOR, 77, 0x08, 77, 13 },
    { "a colour in mode X", MODE_X, COLOR, 3, 0xfc, 333, 1 },
    { "a colour of the CGA's", MODE_04, COLOR, 0x13, 0xfc, 199, 20 },
    { "a colour at the first dot", MODE_12, COLOR, 1, 0xfc, 0, 0 },
    { "a colour in the last line", MODE_12, COLOR, 1, 0xfc, 479, 40 },
    { "the mask", MODE_13, MASK, 0, 0x0f, 150, 33 },
    { "the mask in text", MODE_03, MASK, 0, 0x07, 160, 40 },
    { "the palette", MODE_0E, ATTR, 5, 0x10, 64, 64 },
    { "the palette in text", MODE_03, ATTR, 7, 0x01, 33, 3 },
    { "blinking to bright", MODE_03, ATTR, 0x10, 4, 120, 7 },
    { "line characters", MODE_03, ATTR, 0x10, 8, 128, 9 },
    { "planes", MODE_12, ATTR, 0x12, 5, 300, 50 },
    { "planes of 256 colours", MODE_13, ATTR, 0x12, 9, 301, 51 },
    { "colour select", MODE_12, ATTR, 0x14, 5, 200, 5 },
    { "pairs of bits", MODE_04, GC, 5, 0, 90, 30 },
    { "four bits in 16", MODE_12, GC, 5, 0x40, 91, 31 },
    { "panning", MODE_12, ATTR, 0x13, 5, 202, 0 },
    { "panning in text", MODE_03, ATTR, 0x13, 3, 203, 0 },
    { "panning in 256", MODE_13, ATTR, 0x13, 4, 204, 0 },
    { "the screen off", MODE_03, SEQ, 1, 0x20, 210, 44 },
    { "another font", MODE_03, SEQ, 3, 0x05, 213, 11 },
    { "the cursor", MODE_03, CRTC, 0x0f, 85, 5, 0 },
    { "the cursor's shape", MODE_03, CRTC, 0x0a, 2, 3, 0 },
    { "the underline", MODE_07, CRTC, 0x14, 0x03, 176, 0 },
    { "bytes for words", MODE_03, CRTC, 0x17, 0xe3, 177, 60 },
    { "banks by the row", MODE_12, CRTC, 0x17, 0xe2, 178, 12 },
    { "bytes for dwords", MODE_13, CRTC, 0x14, 0x00, 179, 13 },
    { "a split ahead", MODE_12, CRTC, 0x18, 0xc8, 100, 0 },
    { "a split ahead in 256", MODE_13, CRTC, 0x18, 0x96, 100, 70 },
};

START_TEST(acts_from_the_character_on)
{
    const struct effect *e = &split[_i];
    u32 col;
    bool any = false;

    if (e->where == CRTC && e->index == 0x18) {
        begin(e->mode);                 /* compare within the byte */
        reg(t, crtc(t), 7, vga_modes[e->mode].crtc[7] & ~0x10);
        reg(t, crtc(t), 9, vga_modes[e->mode].crtc[9] & ~0x40);
        reg(t, crtc(t), 0x18, 0xff);
        run_ns(t, 20000000);
        to_blink_phase(t, 0);
        beam_to(e->line, e->chr);
        before = t->v.s;
        write_reg(e->where, e->index, e->value);
        after = t->v.s;
        end_frame();
    } else {
        disturb(e);
    }
    col = e->chr * char_dots() / (t->v.s.seq[1] & 8 ? 2 : 1);
    ck_assert_uint_eq(t->pic.yscale, 1);
    for (u32 y = 0; y < t->pic.h; y++) {
        u32 to = y < e->line ? t->pic.w : y > e->line ? 0 : col;

        expect_row(y, 0, to, &old, y);
        expect_row(y, to, t->pic.w, &new, y);
        any |= y > e->line && differ(y);
    }
    ck_assert(any || e->line > 470);
    end_frame();                        /* and it is over */
    ck_assert_uint_eq(t->v.journal_shown->count, 0);
    if (strcmp(e->name, "the cursor's shape") && strcmp(e->name, "the cursor"))
        ck_assert_uint_eq(t->pic.w, new.w);
}
END_TEST

/* What the CRTC looks at only when a frame begins, or has passed. */
static const struct effect late[] = {
    { "the start", MODE_12, CRTC, 0x0c, 0x20, 100, 0 },
    { "the start in text", MODE_03, CRTC, 0x0d, 80, 0, 4 },
    { "the first row scan", MODE_03, CRTC, 0x08, 5, 9, 0 },
    { "a split behind", MODE_12, CRTC, 0x07, 0x2e, 400, 0 },
};

START_TEST(acts_in_the_next_frame)
{
    const struct effect *e = &late[_i];

    if (e->index == 0x07) {             /* from 306 to 50 */
        begin(e->mode);
        reg(t, crtc(t), 9, vga_modes[e->mode].crtc[9] & ~0x40);
        reg(t, crtc(t), 0x18, 50);
        run_ns(t, 20000000);
        to_blink_phase(t, 0);
        beam_to(e->line, e->chr);
        before = t->v.s;
        write_reg(e->where, e->index, e->value);
        end_frame();
    } else {
        disturb(e);
    }
    for (u32 y = 0; y < t->pic.h; y++)
        expect_row(y, 0, t->pic.w, &old, y);
}
END_TEST

/* Mode 13h: a row is two lines; from line 100 on it is four, or the next row
 * lies twice as far. */
START_TEST(rows_get_taller)
{
    static const struct effect e =
        { "the height", MODE_13, CRTC, 9, 0x43, 100, 0 };

    disturb(&e);
    for (u32 y = 0; y < 400; y++)
        expect_row(y, 0, 640, &old, y < 100 ? y : 100 + (y - 100) / 4 * 2);
}
END_TEST

START_TEST(rows_lie_further)
{
    static const struct effect e =
        { "the offset", MODE_13, CRTC, 0x13, 0x50, 100, 0 };

    disturb(&e);
    for (u32 y = 0; y < 250; y++)
        expect_row(y, 0, 640, &old, y < 100 ? y : 100 + (y - 100) / 2 * 4);
}
END_TEST

START_TEST(line_gets_shorter)
{
    static const struct effect e =
        { "the width", MODE_12, CRTC, 1, 59, 100, 0 };

    begin(MODE_12);
    reg(t, 0x3d4, 0x11, 0x0c);
    to_blink_phase(t, 0);
    beam_to(e.line, e.chr);
    before = t->v.s;
    write_reg(e.where, e.index, e.value);
    after = t->v.s;
    end_frame();
    ck_assert_uint_eq(t->pic.w, 480);   /* what the frame ended with */
    for (u32 y = 0; y < 480; y++)
        for (u32 x = 0; x < 480; x++)
            expect_pixel(t, x, y, new_pixel[y * 480 + x]);
}
END_TEST

/* With the palette open to the program the overscan colour shows. */
START_TEST(palette_is_taken_from_the_screen)
{
    begin(MODE_12);
    attr(t, 0x11, 9);
    to_blink_phase(t, 0);
    beam_to(50, 8);
    before = t->v.s;
    in(t, 0x3da);
    port(t, 0x3c0, 0);
    beam_to(50, 12);
    port(t, 0x3c0, 0);
    port(t, 0x3c0, 0x20);
    after = t->v.s;
    end_frame();
    expect_row(50, 0, 64, &old, 50);
    for (u32 x = 64; x < 96; x++)
        expect_pixel(t, x, 50, test_color(9));
    expect_row(50, 96, 640, &new, 50);
}
END_TEST

/* Sixteen bars by hand: each line has the colour of its writing. */
START_TEST(copper_bars)
{
    begin(MODE_12);
    memset(t->vram, 0, 0x40000);
    for (u32 y = 0; y < 480; y++) {
        beam_to(y, 85);                 /* behind the line before */
        color(t, 0, 0x010101 * (y & 0x3f) << 2);
    }
    clk_run(&t->t.clk, t->v.s.retrace);
    before = after = t->v.shown;
    end_frame();
    to_blink_phase(t, 0);
    for (u32 y = 0; y < 480; y++) {
        beam_to(y, 85);
        color(t, 0, 0x040404u * (y & 0x3f));
    }
    before = after = t->v.s;
    end_frame();
    for (u32 y = 1; y < 480; y++) {
        u32 level = (y - 1) & 0x3f;

        expect_pixel(t, 0, y, 0x010101 * (level << 2 | level >> 4));
        expect_pixel(t, 639, y, 0x010101 * (level << 2 | level >> 4));
    }
}
END_TEST

/* ---- the border ---- */

static const struct border {
    int mode;
    u32 columns;                        /* characters of the picture */
    u32 left, right, top, bottom;       /* by IBM's manual: a character on
                                           either side, 6 to 8 lines */
} borders[] = {
    { MODE_03, 80, 1, 1, 7, 7 }, { MODE_00, 40, 1, 1, 7, 7 },
    { MODE_13, 80, 1, 1, 7, 7 }, { MODE_0D, 40, 1, 1, 7, 7 },
    { MODE_10, 80, 1, 1, 6, 6 }, { MODE_12, 80, 1, 1, 8, 8 },
    { MODE_X, 80, 1, 1, 8, 8 }, { MODE_06, 80, 1, 1, 7, 7 },
};

static void frame_begin(int mode)
{
    t->v.border = true;
    begin(mode);
    attr(t, 0x11, 2);
    run_ns(t, 40000000);
    clk_run(&t->t.clk, t->v.s.retrace);
    beam_to(t->v.timing.lines, 0);      /* the first line of a frame */
    t->pic.framed = true;
}

static void frame_end(void)
{
    const struct vga_state *s;
    ns_t when;

    clk_run(&t->t.clk, t->v.s.retrace);
    s = vga_shown(&t->v, &when);
    t->pic.journal = t->v.journal_shown;
    ck_assert(vga_draw(s, t->vram, when, &t->pic));
    draw_plain(&old, old_pixel, s, when);
}

/* The picture lies in the middle, and around it is one colour; drawn as a whole
 * or, when something was written, line by line. */
START_TEST(a_border_of_one_colour)
{
    const struct border *b = &borders[_i / 2];
    u32 w, h, left, right;

    frame_begin(b->mode);
    if (_i & 1) {
        beam_to(3, 3);
        color(t, 200, 0xfcfcfc);        /* a colour that nobody shows */
        color(t, 200, test_color(200));
    }
    frame_end();
    w = old.w * old.xscale / t->pic.xscale;
    h = old.h * old.yscale;
    left = b->left * w / b->columns;
    right = b->right * w / b->columns;
    ck_assert_uint_eq(t->pic.yscale, 1);
    ck_assert_uint_eq(t->pic.w, w + left + right);
    ck_assert_uint_eq(t->pic.h, h + b->top + b->bottom);
    for (u32 y = 0; y < t->pic.h; y++)
        for (u32 x = 0; x < t->pic.w; x++) {
            u32 u = x - left, v = y - b->top;
            u32 want = u < w && v < h
                ? old.pixel[v / old.yscale * old.w + u * old.w / w]
                : test_color(2);

            expect_pixel(t, x, y, want);
        }
}
END_TEST

/* The overscan colour changes in every part of the border. */
START_TEST(bars_in_the_border)
{
    u32 lines;

    frame_begin(MODE_12);
    lines = t->v.timing.lines;
    clk_run(&t->t.clk, t->v.s.retrace);
    beam_to(lines - 6, 40);             /* above: the third line of eight */
    attr(t, 0x11, 3);
    beam_to(lines - 1, 99);             /* left of line 0 */
    attr(t, 0x11, 4);
    beam_to(lines, 0);
    beam_to(100, 80);                   /* right of line 100 */
    attr(t, 0x11, 5);
    beam_to(482, 20);                   /* below */
    attr(t, 0x11, 6);
    frame_end();
    ck_assert_uint_eq(t->pic.w, 656);
    ck_assert_uint_eq(t->pic.h, 496);
    expect_pixel(t, 655, 1, test_color(2));
    expect_pixel(t, 8 + 319, 2, test_color(2));
    expect_pixel(t, 8 + 320, 2, test_color(3));
    expect_pixel(t, 655, 7, test_color(3));
    expect_pixel(t, 0, 8, test_color(4));
    expect_pixel(t, 655, 8 + 99, test_color(4));
    expect_pixel(t, 7, 8 + 100, test_color(4));
    expect_pixel(t, 648, 8 + 100, test_color(5));
    expect_pixel(t, 0, 8 + 101, test_color(5));
    expect_pixel(t, 8 + 159, 8 + 482, test_color(5));
    expect_pixel(t, 8 + 160, 8 + 482, test_color(6));
    expect_pixel(t, 0, 495, test_color(6));
    for (u32 y = 0; y < 480; y++)
        for (u32 x = 0; x < 640; x++)
            expect_pixel(t, 8 + x, 8 + y, old.pixel[y * 640 + x]);
}
END_TEST

/* Without a border nothing of it is noted, and nothing is drawn anew. */
START_TEST(no_border_no_journal)
{
    begin(MODE_12);
    clk_run(&t->t.clk, t->v.s.retrace);
    beam_to(t->v.timing.lines - 6, 40);
    attr(t, 0x11, 3);
    ck_assert_uint_eq(t->v.journal->count, 0);
    frame_end();
    ck_assert_uint_eq(t->pic.w, 640);
}
END_TEST

/* Colours in retrace are the whole frame's, as ever. */
START_TEST(colours_in_the_retrace)
{
    frame_begin(MODE_12);
    clk_run(&t->t.clk, t->v.s.retrace);
    beam_to(t->v.timing.sync_first + 3, 0);
    attr(t, 0x11, 9);
    ck_assert_uint_eq(t->v.journal->count, 0);
    frame_end();
    for (u32 x = 0; x < 656; x++)
        expect_pixel(t, x, 0, test_color(9));
}
END_TEST

/* Registers that leave no blanking, or nothing but blanking. */
START_TEST(any_border_has_room)
{
    u32 seed = 23;

    frame_begin(MODE_12);
    reg(t, 0x3d4, 0x11, 0x0c);
    for (int i = 0; i < 300; i++) {
        static const u8 which[] = { 0, 2, 3, 4, 5, 6, 7, 9, 0x10, 0x15, 0x16 };

        reg(t, 0x3d4, which[chip_random(&seed) % sizeof which],
            (u8)chip_random(&seed));
        clk_run(&t->t.clk, t->v.s.retrace);
        beam_to(2, 2);
        attr(t, 0x11, (u8)i);
        clk_run(&t->t.clk, t->v.s.retrace);
        t->pic.journal = i & 1 ? t->v.journal_shown : NULL;
        if (vga_draw(&t->v.shown, t->vram, t->t.clk.now, &t->pic))
            ck_assert_uint_le(t->pic.w, VGA_MAX_W + 600);
    }
}
END_TEST

/* The display start of an SVGA mode, from the next line's piece on. */
START_TEST(start_of_a_linear_mode)
{
    u32 seed = 3;

    dispi(t, 1, 320), dispi(t, 2, 200), dispi(t, 3, 8), dispi(t, 4, 1);
    port(t, 0x3c0, 0x20);
    run_ns(t, 40000000);
    for (u32 i = 0; i < 0x40000; i++)
        t->vram[i] = (u8)chip_random(&seed);
    to_blink_phase(t, 0);
    clk_run(&t->t.clk, t->v.s.origin +
            first_ns((ticks_at(t->t.clk.now - t->v.s.origin, t->v.timing.hz) /
                      ((u64)t->v.timing.line_dots * t->v.timing.lines) *
                      t->v.timing.lines + 60) * t->v.timing.line_dots,
                     t->v.timing.hz));
    before = t->v.s;
    dispi(t, 9, 100);
    after = t->v.s;
    end_frame();
    for (u32 y = 0; y < 200; y++)
        expect_row(y, 0, 320, y < 60 ? &old : &new, y);
}
END_TEST

START_TEST(new_timing_is_a_new_frame)
{
    begin(MODE_12);
    beam_to(10, 0);
    color(t, 0, 0xffffff);
    ck_assert_uint_eq(t->v.journal->count, 1);
    reg(t, 0x3d4, 0x11, 0x0c);
    reg(t, 0x3d4, 6, 0x20);
    ck_assert_uint_eq(t->v.journal->count, 0);
}
END_TEST

/* More writes than there is room for: the rest acts at the frame's end. */
START_TEST(a_full_journal)
{
    begin(MODE_12);
    beam_to(1, 0);
    for (u32 i = 0; i < VGA_WRITES + 100; i++)
        port(t, 0x3c6, (u8)i);
    ck_assert_uint_eq(t->v.journal->count, VGA_WRITES);
    before = after = t->v.s;
    end_frame();
}
END_TEST

START_TEST(hostile_journals)
{
    u32 seed = 17;

    begin(MODE_03);
    for (int i = 0; i < 30; i++) {
        u8 *p = (u8 *)t->v.journal_shown;

        for (size_t n = 0; n < sizeof *t->v.journal_shown; n++)
            p[n] = (u8)chip_random(&seed);
        t->v.journal_shown->count = i & 1 ? 200 : chip_random(&seed);
        vga_ops.loaded(&t->v);
        t->pic.journal = t->v.journal_shown;
        vga_draw(&t->v.s, t->vram, t->t.clk.now, &t->pic);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("beam");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, acts_from_the_character_on, 0, COUNT_OF(split));
    tcase_add_loop_test(tc, acts_in_the_next_frame, 0, COUNT_OF(late));
    tcase_add_test(tc, rows_get_taller);
    tcase_add_test(tc, rows_lie_further);
    tcase_add_test(tc, line_gets_shorter);
    tcase_add_test(tc, palette_is_taken_from_the_screen);
    tcase_add_test(tc, copper_bars);
    tcase_add_loop_test(tc, a_border_of_one_colour, 0, 2 * COUNT_OF(borders));
    tcase_add_test(tc, bars_in_the_border);
    tcase_add_test(tc, no_border_no_journal);
    tcase_add_test(tc, colours_in_the_retrace);
    tcase_add_test(tc, any_border_has_room);
    tcase_add_test(tc, start_of_a_linear_mode);
    tcase_add_test(tc, new_timing_is_a_new_frame);
    tcase_add_test(tc, a_full_journal);
    tcase_add_test(tc, hostile_journals);
    return chip_run_case("vga beam", tc);
}
