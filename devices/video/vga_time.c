/* vga_time.c - where the VGA's beam is, by virtual time.
 *
 * Nothing ticks: a position is the count of dots since `origin`, the start of
 * some frame. One event is armed, for the next start of vertical retrace. */
#include "devices/video/vga_priv.h"

/* IBM's two crystals; the third is what SVGA cards offer for 132 columns. */
enum { DOT_HZ_25 = 25175000, DOT_HZ_28 = 28322000, DOT_HZ_40 = 40000000 };

/* No monitor follows more frames a second than this; a guest that asks for
 * more must not flood the event queue. */
enum { MAX_FRAME_HZ = 500 };

enum { DISPI_HZ = 60, DISPI_LINE_DOTS = 1000 };

static u32 overflow_bits(const struct vga_state *s, int bit8, int bit9)
{
    u32 o = s->crtc[CR_OVERFLOW];

    return (o >> bit8 & 1) << 8 | (o >> bit9 & 1) << 9;
}

static u32 at_most(u32 v, u32 max)
{
    return v < max ? v : max;
}

/* The dispi interface says nothing of timing; 60 Hz is what it looks like. */
static void dispi_timing(const struct vga_state *s, struct vga_timing *t)
{
    u32 h = vga_dispi_height(s);

    t->line_dots = DISPI_LINE_DOTS;
    t->shown_dots = DISPI_SHOWN_DOTS;
    t->shown_lines = h;
    t->lines = h + h / 20 + 8;
    t->sync_first = h + 3;
    t->sync_lines = 4;
    t->hz = t->lines * DISPI_LINE_DOTS * DISPI_HZ;
}

static u32 dot_clock(u32 select)
{
    return select == 1 ? DOT_HZ_28 : select == 2 ? DOT_HZ_40 : DOT_HZ_25;
}

static void crtc_timing(const struct vga_state *s, struct vga_timing *t)
{
    const u8 *c = s->crtc;
    u32 dots = s->seq[SR_CLOCKING] & 1 ? 8 : 9;
    u32 twice = c[CR_MODE] & 4 ? 2 : 1;
    u32 sync = c[CR_VSYNC_START] | overflow_bits(s, 2, 7);
    u32 length = (c[CR_VSYNC_END] - sync) & 15;

    if (s->seq[SR_CLOCKING] & 8)
        dots *= 2;
    t->hz = s->clock ? s->clock : dot_clock(s->misc >> 2 & 3);
    t->line_dots = (c[CR_HTOTAL] + 5u) * dots;
    t->shown_dots = at_most((c[CR_HDISP] + 1u) * dots, t->line_dots);
    t->lines = ((c[CR_VTOTAL] | overflow_bits(s, 0, 5)) + 2) * twice;
    if (t->lines < t->hz / MAX_FRAME_HZ / t->line_dots)
        t->lines = t->hz / MAX_FRAME_HZ / t->line_dots;
    t->shown_lines = at_most(((c[CR_VDISP] | overflow_bits(s, 1, 6)) + 1) *
                             twice, t->lines);
    t->sync_first = at_most(sync * twice, t->lines - 1);
    t->sync_lines = (length ? length : 16) * twice;
}

void vga_timing_of(const struct vga_state *s, struct vga_timing *t)
{
    *t = (struct vga_timing){ .top = ~0u };
    if (vga_dispi_on(s))
        dispi_timing(s, t);
    else
        crtc_timing(s, t);
}

/* The same of a card that may show its border. */
static void timing_with_border(const struct vga *v, struct vga_timing *t)
{
    struct vga_border b;

    vga_timing_of(&v->s, t);
    if (!v->border)
        return;
    vga_border_measure(&v->s, t, &b);
    if (b.top)
        t->top = t->lines - b.top;
}

static u64 frame_dots(const struct vga_timing *t)
{
    return (u64)t->line_dots * t->lines;
}

void vga_rate(const struct vga_state *s, u32 *dots, u32 *hz)
{
    struct vga_timing t;

    vga_timing_of(s, &t);
    *dots = (u32)frame_dots(&t);
    *hz = t.hz;
}

static u64 dots_since(const struct vga_state *s, const struct vga_timing *t,
                      ns_t now)
{
    return now > s->origin ? ticks_at(now - s->origin, t->hz) : 0;
}

u32 vga_frame_number(const struct vga_state *s, ns_t now)
{
    struct vga_timing t;

    vga_timing_of(s, &t);
    return s->frames + (u32)(dots_since(s, &t, now) / frame_dots(&t));
}

/* Where the beam is: dot 0 of line 0 is the first that is shown. */
void vga_beam(const struct vga *v, u32 *line, u32 *dot)
{
    const struct vga_timing *t = &v->timing;
    u64 at = dots_since(&v->s, t, v->clk->now) % frame_dots(t);

    *line = (u32)(at / t->line_dots);
    *dot = (u32)(at % t->line_dots);
}

/* When the beam begins that line of the frame that it is in, or behind the start
 * of retrace, of the next one. */
ns_t vga_line_time(const struct vga *v, u32 line)
{
    const struct vga_timing *t = &v->timing;
    u64 whole = frame_dots(t), at = dots_since(&v->s, t, v->clk->now);

    if (at % whole >= (u64)t->sync_first * t->line_dots)
        at += whole;
    at = at / whole * whole + (u64)line * t->line_dots;
    return v->s.origin + first_ns(at, t->hz);
}

/* Input status register 1. */
u8 vga_status1(struct vga *v)
{
    static const u8 mux[4][2] = { { 2, 0 }, { 5, 4 }, { 3, 1 }, { 7, 6 } };
    const struct vga_timing *t = &v->timing;
    const u8 *pair = mux[v->s.attr[AR_PLANES] >> 4 & 3];
    u8 color = v->s.attr[AR_OVERSCAN];
    bool shown, sync;
    u32 line, dot;

    vga_beam(v, &line, &dot);
    if (line >= v->ask_line)
        vga_rows_asked(v, line);
    shown = line < t->shown_lines && dot < t->shown_dots;
    line += line < t->sync_first ? t->lines : 0;
    sync = line - t->sync_first < t->sync_lines;
    return (u8)((color >> pair[0] & 1) << 5 | (color >> pair[1] & 1) << 4 |
                sync << 3 | !shown);
}

static void vga_arm(struct vga *v)
{
    const struct vga_timing *t = &v->timing;
    u64 whole = frame_dots(t), dots = dots_since(&v->s, t, v->clk->now);
    u64 at = dots - dots % whole + (u64)t->sync_first * t->line_dots;

    if (at <= dots)
        at += whole;
    timer_set(&v->retrace, v->s.origin + first_ns(at, t->hz));
}

void vga_irq_update(struct vga *v)
{
    u8 end = v->s.crtc[CR_VSYNC_END];

    if (!(end & 0x10))
        v->s.irq = false;
    line_set(&v->irq, v->s.irq && !(end & 0x20));
}

const struct vga_state *vga_shown(const struct vga *v, ns_t *when)
{
    bool any = v->shown.vram_size != 0;

    *when = any ? v->shown.retrace : v->clk->now;
    return any ? &v->shown : &v->s;
}

/* The frame that ends was drawn from the old start address, as from the old
 * panning, which programs change when they see the retrace; the CRTC takes
 * the new address here. */
static void retrace(void *dev, int n, ns_t when)
{
    struct vga *v = dev;

    (void)n;
    v->shown = v->s;
    v->shown.retrace = when;
    vga_journal_frame(v);
    vga_rows_frame(v);
    if (v->frame)
        v->frame(v->frame_ctx);
    v->s.start = (u16)(v->s.crtc[CR_START_HIGH] << 8 |
                       v->s.crtc[CR_START_LOW]);
    v->s.irq = true;
    vga_irq_update(v);
    vga_arm(v);
}

/* After any write to a register that has a say in timing. A new pace begins
 * with a new frame; a moved edge alone does not disturb it. */
void vga_time_update(struct vga *v)
{
    struct vga_timing t;

    timing_with_border(v, &t);
    if (t.hz != v->timing.hz || t.line_dots != v->timing.line_dots ||
        t.lines != v->timing.lines) {
        v->s.frames += (u32)(dots_since(&v->s, &v->timing, v->clk->now) /
                             frame_dots(&v->timing));
        v->s.origin = v->clk->now;
        vga_rows_restart(v);
        if (v->journal) {
            v->journal_written = true;
            v->journal->count = 0;
        }
        LOG(v->log, TRACE, "vga", "picture %u dots by %u lines, %u.%u Hz",
            t.shown_dots, t.shown_lines, (u32)(t.hz / frame_dots(&t)),
            (u32)((u64)t.hz * 10 / frame_dots(&t) % 10));
    } else if (t.sync_first == v->timing.sync_first) {
        v->timing = t;
        return;
    }
    v->timing = t;
    vga_arm(v);
}

void vga_time_restart(struct vga *v)
{
    timing_with_border(v, &v->timing);
    v->s.origin = v->clk->now;
    vga_rows_restart(v);
    if (v->journal) {
        v->journal_written = v->journal_shown_written = true;
        v->journal->count = v->journal_shown->count = 0;
    }
    vga_arm(v);
}

/* A state of an older version has no picture. */
static void shown_loaded(struct vga *v)
{
    struct vga_state *s = &v->shown;

    if (s->origin < 0 || s->retrace < s->origin || s->retrace > v->clk->now)
        s->vram_size = 0;
    if (!s->vram_size)
        *s = (struct vga_state){ 0 };
    else
        s->vram_size = v->vram_size;
    if (v->journal) {
        vga_journal_loaded(v->journal);
        vga_journal_loaded(v->journal_shown);
    }
}

void vga_time_loaded(struct vga *v)
{
    struct vga_state *s = &v->s;

    timing_with_border(v, &v->timing);
    if (s->origin < 0 || s->origin > v->clk->now)
        s->origin = v->clk->now;
    if (s->retrace < 0 || s->retrace > v->clk->now + NS_PER_S)
        vga_arm(v);
    vga_rows_loaded(v);
    shown_loaded(v);
    vga_irq_update(v);
}

void vga_time_init(struct vga *v, const struct dev_env *env)
{
    v->clk = env->clk;
    v->log = env->log;
    timer_init(&v->retrace, env, 0, "vga retrace", &v->s.retrace, retrace, v);
    vga_rows_init(v, env);
}
