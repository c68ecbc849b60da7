/* beambed.h - for tests of a picture that changes while the beam is on its
 * way: a VGA that keeps a frame's journal and lines, the beam's place, and the
 * pictures before and after. */
#ifndef BEAMBED_H
#define BEAMBED_H

#include "devices/video/vga_priv.h"
#include "tests/lib/vga_modes.h"

static struct vga_test *t;
static struct vga_picture old, new;
static struct vga_state before, after;
static u32 old_pixel[720 * 480], new_pixel[720 * 480];

static inline void nobody_asks(void *ctx, u32 n)
{
    (void)ctx, (void)n;
}

static inline void setup(void)
{
    t = vga_test_new();
    t->v.journal = calloc(1, sizeof *t->v.journal);
    t->v.journal_shown = calloc(1, sizeof *t->v.journal);
    t->v.rows = calloc(1, sizeof *t->v.rows);
    t->v.rows_shown = calloc(1, sizeof *t->v.rows);
    t->v.writing = nobody_asks;
}

static inline void teardown(void)
{
    free(t->v.journal);
    free(t->v.journal_shown);
    free(t->v.rows);
    free(t->v.rows_shown);
    vga_test_free(t);
}

static inline void begin(int mode)
{
    u32 seed = 5;

    set_mode(t, &vga_modes[mode]);
    for (u32 i = 0; i < 0x40000; i++)
        t->vram[i] = (u8)chip_random(&seed);
    to_blink_phase(t, 0);
}

static inline u32 char_dots(void)
{
    u32 n = t->v.s.seq[1] & 1 ? 8 : 9;

    return t->v.s.seq[1] & 8 ? 2 * n : n;
}

/* Lets the beam go on to a character of a line of this frame. */
static inline void beam_to(u32 line, u32 chr)
{
    const struct vga_timing *m = &t->v.timing;
    u64 frame = (u64)m->line_dots * m->lines;
    u64 n = ticks_at(t->t.clk.now - t->v.s.origin, m->hz) / frame;

    clk_run(&t->t.clk, t->v.s.origin +
            first_ns(n * frame + line * m->line_dots + chr * char_dots(),
                     m->hz));
}

static inline void draw_plain(struct vga_picture *p, u32 *pixel,
                       const struct vga_state *s, ns_t when)
{
    *p = (struct vga_picture){ .pixel = pixel, .room = 720 * 480 };
    ck_assert(vga_draw(s, t->vram, when, p));
}

/* To the retrace; then the picture, and those of the two states alone. */
static inline void end_frame(void)
{
    const struct vga_state *s;
    ns_t when;

    clk_run(&t->t.clk, t->v.s.retrace);
    s = vga_shown(&t->v, &when);
    t->pic.journal = t->v.journal_shown;
    ck_assert(vga_draw(s, t->vram, when, &t->pic));
    after.retrace = before.retrace = when;
    draw_plain(&old, old_pixel, &before, when);
    draw_plain(&new, new_pixel, &after, when);
}

/* A pixel of an undisturbed picture where the tube shows it. */
static inline u32 there(const struct vga_picture *p, u32 x, u32 y)
{
    return p->pixel[y / p->yscale * p->w + x * p->w / t->pic.w];
}

static inline void expect_row(u32 y, u32 from, u32 to, const struct vga_picture *p,
                       u32 line)
{
    for (u32 x = from; x < to; x++)
        if (pixel(t, x, y) != there(p, x, line))
            ck_abort_msg("pixel %u,%u is %06x, not %06x", x, y,
                         pixel(t, x, y), there(p, x, line));
}

static inline bool differ(u32 y)
{
    for (u32 x = 0; x < t->pic.w; x++)
        if (there(&old, x, y) != there(&new, x, y))
            return true;
    return false;
}

#endif
