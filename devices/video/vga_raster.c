/* vga_raster.c - a frame in whose middle registers changed, painted as the
 * beam went: line by line, and where a write fell into a line, in pieces.
 *
 *   line y   |----piece----|--piece--|------piece------|
 *                          ^ write   ^ two writes
 *
 * The rows of the picture are the tube's lines and its columns the dots of the
 * character clock, whatever the mode: a program may change that, too. */
#include "devices/video/vga_priv.h"

struct raster {
    struct vga_painter p;
    struct vga_state s;                 /* the registers at the beam's place */
    struct vga_scan scan;
    const struct vga_journal *j;
    const struct vga_rows *rows;
    u32 fetched[MAX_CHARS];             /* of this line, by them */
    u32 next;                           /* the first write not yet reached */
    u32 frame;
    u32 w;
    u32 dots, dots_w;                   /* dots of the beam that are the first
                                           dots_w columns */
    struct vga_border b;                /* 0 unless it is shown; the sides in
                                           columns */
    u32 end;                            /* columns of a line of the beam */
    bool new_regs, new_lut, new_dots;   /* to be worked out again */
};

/* What was written below all that is shown needs no looking at: the frame was
 * drawn by then. */
bool vga_journal_shows(const struct vga_journal *j, const struct vga_state *s,
                       bool border)
{
    u32 lines = vga_dispi_on(s) ? vga_dispi_height(s) : vga_scan_lines(s);
    struct vga_border b = { 0 };
    struct vga_timing t;

    if (!j->count)
        return false;
    if (border) {
        vga_timing_of(s, &t);
        vga_border_measure(s, &t, &b);
    }
    for (u32 n = 0; n < j->count; n++)
        if (j->write[n].above ? j->write[n].line <= b.top
                              : j->write[n].line < lines + b.bottom)
            return true;
    return false;
}

static u32 char_width(const struct vga_state *s)
{
    return s->seq[SR_CLOCKING] & 1 ? 8 : 9;
}

static void measure_border(const struct vga_state *s, struct raster *r,
                           struct vga_picture *out)
{
    struct vga_timing t;

    vga_timing_of(s, &t);
    vga_border_measure(s, &t, &r->b);
    r->b.left *= char_width(s);
    r->b.right *= char_width(s);
    r->end = (s->crtc[CR_HTOTAL] + 5u) * char_width(s);
    out->w += r->b.left + r->b.right;
    out->h += r->b.top + r->b.bottom;
}

static void measure_raster(const struct vga_state *s, struct raster *r,
                           struct vga_picture *out)
{
    bool dispi = vga_dispi_on(s), half = !dispi && (s->seq[SR_CLOCKING] & 8);

    out->w = dispi ? vga_dispi_width(s)
                   : (s->crtc[CR_HDISP] + 1u) * char_width(s);
    out->w = out->w < VGA_MAX_W ? out->w : VGA_MAX_W;
    out->h = dispi ? vga_dispi_height(s) : vga_scan_lines(s);
    out->xscale = half ? 2 : 1;
    out->yscale = 1;
    out->text = vga_is_text(s);
    out->blank = false;
    out->border = s->dac[s->attr[AR_OVERSCAN] & s->dac_mask];
    r->w = r->dots_w = out->w;
    r->dots = dispi ? DISPI_SHOWN_DOTS : out->w * out->xscale;
    if (out->framed)
        measure_border(s, r, out);
}

/* The column of a write. */
static u32 column(const struct raster *r, const struct vga_write *w)
{
    return (u32)((u64)w->dot * r->dots_w / r->dots);
}

/* Its line; those above the picture are below 0. */
static s32 line_of(const struct vga_write *w)
{
    return w->above ? -(s32)w->line : (s32)w->line;
}

static bool is_due(const struct raster *r, s32 line, u32 x)
{
    const struct vga_write *w = &r->j->write[r->next];

    return r->next < r->j->count &&
           (line_of(w) < line || (line_of(w) == line && column(r, w) <= x));
}

/* Applies what was written up to there. */
static void take_writes(struct raster *r, s32 line, u32 x)
{
    while (is_due(r, line, x)) {
        const struct vga_write *w = &r->j->write[r->next++];

        vga_journal_apply(w, &r->s);
        if (w->reg == REG_DAC || w->reg == REG_DAC_MASK || w->reg == REG_ATTR)
            r->new_lut = true;
        if (w->reg != REG_DAC && w->reg != REG_DAC_MASK)
            r->new_regs = true;
    }
}

static void paint_dots(struct raster *r)
{
    r->p.fetched = vga_rows_at(r->rows, &r->s, r->p.vram, &r->scan, r->fetched)
                       ? r->fetched : NULL;
    vga_paint_dots(&r->p, &r->scan);
}

/* Works out again what writes have spoilt, for the line that begins at the
 * scan position. */
static void vga_raster_refresh(struct raster *r)
{
    if (r->new_regs)
        vga_paint_begin(&r->p, &r->s, r->p.vram, r->frame);
    else if (r->new_lut)
        vga_paint_lut(&r->p);
    if ((r->new_regs || r->new_dots) && !vga_dispi_on(&r->s))
        paint_dots(r);
    r->new_regs = r->new_dots = r->new_lut = false;
}

static void crtc_piece(struct raster *r, u32 *to, u32 x, u32 end)
{
    const u8 *from = r->p.dots + vga_paint_pan(&r->p, r->scan.split);
    u32 twice = r->p.char_dots == 4;    /* a pixel of two dots */
    u32 shown = (r->s.crtc[CR_HDISP] + 1u) * char_width(&r->s);
    u32 stop = end < shown ? end : shown;

    for (u32 i = x; i < stop; i++)
        to[i - x] = r->p.lut[from[i >> twice]];
    stop = stop > x ? stop : x;
    if (stop < end)
        vga_border_fill(to + (stop - x), end - stop, vga_border_colour(&r->s));
}

static void dispi_piece(struct raster *r, u32 y, u32 *to, u32 x, u32 end)
{
    u32 line[VGA_MAX_W];

    vga_paint_dispi(&r->p, y, r->w, line);
    for (u32 i = x; i < end; i++)
        to[i - x] = line[i];
}

/* Where the picture is switched off nothing shows, or when only the palette is
 * taken from the screen, what the border does. */
static void paint_piece(struct raster *r, u32 y, u32 *to, u32 x, u32 end)
{
    vga_raster_refresh(r);
    if (vga_is_blank(&r->s))
        vga_border_fill(to, end - x, vga_border_colour(&r->s));
    else if (vga_dispi_on(&r->s))
        dispi_piece(r, y, to, x, end);
    else
        crtc_piece(r, to, x, end);
}

static void border_piece(struct raster *r, u32 y, u32 *to, u32 x, u32 end)
{
    (void)y;
    vga_border_fill(to, end - x, vga_border_colour(&r->s));
}

typedef void paint_function(struct raster *r, u32 y, u32 *to, u32 x, u32 end);

/* Columns x to end of a line of the beam, in pieces. `to` is column x. */
static void paint_run(struct raster *r, s32 line, u32 *to, u32 x, u32 end,
                      paint_function *paint)
{
    u32 stop;

    if (x >= end)
        return;
    take_writes(r, line, x);
    for (; is_due(r, line, end - 1); x = stop) {
        stop = column(r, &r->j->write[r->next]);
        paint(r, (u32)line, to, x, stop);
        take_writes(r, line, stop);
        to += stop - x;
    }
    paint(r, (u32)line, to, x, end);
}

/* What is left of the picture comes at the end of the beam's line before. */
static void paint_line(struct raster *r, s32 y, u32 *row, bool inside)
{
    r->new_dots = true;
    paint_run(r, y - 1, row, r->end - r->b.left, r->end, border_piece);
    row += r->b.left;
    paint_run(r, y, row, 0, r->w, inside ? paint_piece : border_piece);
    paint_run(r, y, row + r->w, r->w, r->w + r->b.right, border_piece);
}

bool vga_raster(const struct vga_state *s, const u8 *vram, u32 frame,
                struct vga_picture *out)
{
    struct raster r = { .j = out->journal, .rows = out->rows, .frame = frame,
                        .s = *s, .p.vram = vram };
    s32 top, lines;

    measure_raster(s, &r, out);
    if ((u64)out->w * out->h > out->room)
        return false;
    top = (s32)r.b.top;
    lines = (s32)(out->h - r.b.top - r.b.bottom);
    vga_journal_undo(r.j, &r.s);
    r.new_regs = true;
    for (s32 y = -top; y < lines + (s32)r.b.bottom; y++) {
        if (y == 0) {
            take_writes(&r, -1, ~0u);
            vga_scan_start(&r.s, &r.scan);
        }
        paint_line(&r, y, out->pixel + (size_t)(y + top) * out->w,
                   y >= 0 && y < lines);
        vga_scan_next(&r.s, &r.scan);
    }
    return true;
}
