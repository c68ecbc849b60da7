/* test_vga_rows.c - memory that is written while the beam is on its way: what
 * is drawn behind it shows in the next frame. */
#include "tests/lib/beambed.h"

/* A frame of a program that asks where the beam is, up to line `line`. */
static void follow_beam(int mode, u32 line, bool asks)
{
    begin(mode);
    for (int i = 0; i < 2; i++) {
        if (asks)
            in(t, (u16)(crtc(t) + 6));
        clk_run(&t->t.clk, t->v.s.retrace);
    }
    beam_to(t->v.timing.lines + line, 0);
    if (asks)
        in(t, (u16)(crtc(t) + 6));
}

/* A dot of the memory: all planes, by the way that the mode has. */
static void put(u32 at, u8 value)
{
    u32 off = t->v.path.first + at;

    if (t->v.path.ram)
        t->vram[t->v.path.ram_at + at] = value;
    else
        vga_ops.mem_write(&t->v, off, 1, value);
}

static void see_frame(void)
{
    const struct vga_state *s;
    ns_t when;

    clk_run(&t->t.clk, t->v.s.retrace);
    s = vga_shown(&t->v, &when);
    t->pic.journal = t->v.journal_shown;
    t->pic.rows = t->v.rows_shown;
    ck_assert(vga_draw(s, t->vram, when, &t->pic));
    draw_plain(&new, new_pixel, s, when);
}

static const struct { int mode; u32 bytes, high; } screens[] = {
    { MODE_13, 320, 2 }, { MODE_12, 80, 1 }, { MODE_X, 80, 2 },
    { MODE_03, 160, 16 }, { MODE_04, 80, 4 }, { MODE_0E, 80, 2 },
};

/* Line 200: what is drawn above shows in the next frame, what is drawn below in
 * this one. */
START_TEST(memory_behind_and_ahead_of_the_beam)
{
    u32 high = screens[_i].high, rows = 304 / high;
    bool any = false;

    follow_beam(screens[_i].mode, 200, true);
    before = t->v.s;
    draw_plain(&old, old_pixel, &before, t->t.clk.now);
    for (u32 y = 96 / high; y < rows; y++)
        for (u32 x = 0; x < screens[_i].bytes; x++)
            put(screens[_i].mode == MODE_04
                    ? (y & 1) * 8192 + y / 2 * 80 + x
                    : y * screens[_i].bytes + x, (u8)(0x5a + x + y));
    see_frame();
    for (u32 y = 0; y < 400; y++) {
        expect_row(y, 0, t->pic.w, y < 200 ? &old : &new, y);
        any |= y > 96 && y < 200 && differ(y);
    }
    ck_assert(any);
    see_frame();
    ck_assert_uint_eq(t->pic.w, new.w);
    ck_assert_mem_eq(t->pic.pixel, new_pixel, new.w * new.h * 4);
}
END_TEST

/* Half of a line of text: its upper dots are the old letters'. */
START_TEST(letters_in_halves)
{
    follow_beam(MODE_03, 200, true);
    before = t->v.s;
    draw_plain(&old, old_pixel, &before, t->t.clk.now);
    for (u32 x = 0; x < 160; x++)
        put(12 * 160 + x, (u8)~x);      /* lines 192 to 207 */
    see_frame();
    for (u32 y = 0; y < 400; y++)
        expect_row(y, 0, 720, y < 200 ? &old : &new, y);
}
END_TEST

/* The lines of a font are those that it had when the beam was there, also in a
 * second font and when it is written in each frame. */
START_TEST(fonts_behind_and_ahead_of_the_beam)
{
    for (int n = 0; n < 3; n++) {
        if (n == 0)
            follow_beam(MODE_03, 100, true);
        else
            beam_to(t->v.timing.lines + 100, 0);
        put(3998, (u8)n);               /* so lines are kept before */
        beam_to(200, 0);
        in(t, 0x3da);
        before = t->v.s;
        draw_plain(&old, old_pixel, &before, t->t.clk.now);
        reg(t, 0x3c4, 2, 4), reg(t, 0x3c4, 4, 6);
        reg(t, 0x3ce, 5, 0), reg(t, 0x3ce, 6, 4);
        for (u32 x = 0; x < 8192; x++)
            vga_ops.mem_write(&t->v, x, 1, x * 7 + (u32)n + x / 32);
        reg(t, 0x3c4, 2, 3), reg(t, 0x3c4, 4, 2);
        reg(t, 0x3ce, 5, 0x10), reg(t, 0x3ce, 6, 0x0e);
        put(0, (u8)n);
        see_frame();
        for (u32 y = 0; y < 400; y++)
            expect_row(y, 0, 720, y < 200 ? &old : &new, y);
    }
}
END_TEST

static u32 asked;

static void count_ask(void *ctx)
{
    (void)ctx;
    asked++;
}

/* A window of plain memory whose writes are told: nothing is kept before. */
START_TEST(a_plain_window_tells_of_writes)
{
    t->v.ask = count_ask;
    follow_beam(MODE_13, 0, true);
    asked = 0;
    for (u32 y = 1; y < 200; y++) {
        beam_to(y, 0);
        in(t, 0x3da);
    }
    ck_assert_uint_eq(t->v.rows->lines, 0);
    before = t->v.s;
    draw_plain(&old, old_pixel, &before, t->t.clk.now);
    vga_ram_writing(&t->v);
    ck_assert_uint_eq(t->v.rows->lines, 199);
    memset(t->vram, 0x77, 64000);
    see_frame();
    for (u32 y = 0; y < 400; y++)
        expect_row(y, 0, 640, y < 199 ? &old : &new, y);
    ck_assert_uint_eq(asked, 2);        /* in that frame, and for the next */
}
END_TEST

/* One that asks and writes in turn is not told of each write for long. */
START_TEST(who_writes_all_the_time_is_not_asked)
{
    t->v.ask = count_ask;
    follow_beam(MODE_13, 0, true);
    asked = 0;
    for (u32 y = 1; y < 400; y++) {
        beam_to(y, 0);
        in(t, 0x3da);
        if (!t->v.unasked)
            vga_ram_writing(&t->v);
        memset(t->vram, (int)(y & 0xff), 64000);
    }
    ck_assert_uint_le(asked, 4);
    see_frame();
    for (u32 y = 1; y < 400; y++)
        expect_pixel(t, 17, y, test_color(y & 0xff));
}
END_TEST

/* Many lines at once lead where one by one leads, whatever the registers. */
START_TEST(lines_are_skipped)
{
    struct vga_scan one, many;
    struct vga_state s;
    u32 seed = 77;

    for (int i = 0; i < 20000; i++) {
        for (int n = 0; n < 25; n++)
            s.crtc[n] = (u8)chip_random(&seed);
        s.attr[0x10] = (u8)chip_random(&seed);
        s.start = (u16)chip_random(&seed);
        s.crtc[7] &= 0x1f, s.crtc[9] &= (u8)(i & 1 ? 0xbf : 0x83);
        vga_scan_start(&s, &one);
        for (u32 n = chip_random(&seed) % 300; n > 0; n--)
            vga_scan_next(&s, &one);
        many = one;
        for (u32 n = vga_scan_on(&s, &many, chip_random(&seed) % 200); n > 0;
             n--)
            vga_scan_next(&s, &one);
        ck_assert_uint_eq(one.line, many.line);
        ck_assert_uint_eq(one.addr, many.addr);
        ck_assert_uint_eq(one.row, many.row);
        ck_assert_int_eq(one.half, many.half);
        ck_assert_int_eq(one.split, many.split);
    }
}
END_TEST

/* A program that asks all the time, and one that asked just before. */
START_TEST(every_line_as_it_passes)
{
    follow_beam(MODE_13, 0, true);
    for (u32 y = 0; y < 400; y++) {
        beam_to(y, 0);
        in(t, 0x3da);
        memset(t->vram, (int)(y & 0xff), 64000);
    }
    see_frame();
    for (u32 y = 0; y < 400; y++)
        expect_pixel(t, 17, y, test_color(y & 0xff));
}
END_TEST

START_TEST(strips_without_asking)
{
    follow_beam(MODE_13, 0, true);
    for (u32 y = 0; y < 400; y++) {
        beam_to(y, 0);
        memset(t->vram, (int)(y & 0xff), 64000);
    }
    see_frame();
    for (u32 y = 1; y < 400; y++)
        expect_pixel(t, 17, y, test_color((y / 16 * 16 + 15) & 0xff));
}
END_TEST

START_TEST(who_never_asks_is_not_watched)
{
    follow_beam(MODE_12, 200, false);
    ck_assert(!t->v.s.strips && t->v.s.strip == NEVER);
    for (u32 x = 0; x < 8000; x++)
        put(x, 0xff);
    see_frame();
    ck_assert_uint_eq(t->v.rows_shown->lines, 0);
    ck_assert_mem_eq(t->pic.pixel, new_pixel, new.w * new.h * 4);
}
END_TEST

START_TEST(who_only_asks_keeps_nothing)
{
    follow_beam(MODE_12, 200, true);
    ck_assert(t->v.s.strips);
    see_frame();
    ck_assert_uint_eq(t->v.rows_shown->lines, 0);
    for (int i = 0; i < 4; i++)
        see_frame();
    ck_assert(!t->v.s.strips && t->v.s.strip == NEVER);
}
END_TEST

/* The first picture after a load is drawn from memory. */
START_TEST(a_load_in_mid_frame)
{
    follow_beam(MODE_12, 200, true);
    put(0, 0xff);
    vga_ops.loaded(&t->v);
    put(80 * 100, 0xff);
    see_frame();
    ck_assert_uint_eq(t->v.rows_shown->lines, 0);
    ck_assert_mem_eq(t->pic.pixel, new_pixel, new.w * new.h * 4);
    beam_to(t->v.timing.lines + 100, 0);
    put(0, 0x55);
    see_frame();
    ck_assert_uint_eq(t->v.rows_shown->lines, 480);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("rows");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, memory_behind_and_ahead_of_the_beam, 0,
                        COUNT_OF(screens));
    tcase_add_test(tc, letters_in_halves);
    tcase_add_test(tc, fonts_behind_and_ahead_of_the_beam);
    tcase_add_test(tc, a_plain_window_tells_of_writes);
    tcase_add_test(tc, who_writes_all_the_time_is_not_asked);
    tcase_add_test(tc, lines_are_skipped);
    tcase_add_test(tc, every_line_as_it_passes);
    tcase_add_test(tc, strips_without_asking);
    tcase_add_test(tc, who_never_asks_is_not_watched);
    tcase_add_test(tc, who_only_asks_keeps_nothing);
    tcase_add_test(tc, a_load_in_mid_frame);
    return chip_run_case("vga rows", tc);
}
