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
    u32 next;                           /* the first write not yet reached */
    u32 frame;
    u32 w;
    u32 dots, dots_w;                   /* dots of the beam that are the first
                                           dots_w columns */
    bool new_regs, new_lut, new_dots;   /* to be worked out again */
};

/* What was written below the picture needs no looking at: the frame was drawn
 * by then. */
bool vga_journal_shows(const struct vga_journal *j, const struct vga_state *s)
{
    u32 lines = vga_dispi_on(s) ? vga_dispi_height(s) : vga_scan_lines(s);

    for (u32 n = 0; n < j->count; n++)
        if (j->write[n].line < lines)
            return true;
    return false;
}

static u32 char_width(const struct vga_state *s)
{
    return s->seq[SR_CLOCKING] & 1 ? 8 : 9;
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
}

/* The column of a write. */
static u32 column(const struct raster *r, const struct vga_write *w)
{
    return (u32)((u64)w->dot * r->dots_w / r->dots);
}

static bool is_due(const struct raster *r, u32 line, u32 x)
{
    const struct vga_write *w = &r->j->write[r->next];

    return r->next < r->j->count &&
           (w->line < line || (w->line == line && column(r, w) <= x));
}

/* Applies what was written up to there. */
static void take_writes(struct raster *r, u32 line, u32 x)
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

/* What is shown where the picture is switched off: nothing, or when only the
 * palette is taken from the screen, the overscan colour. */
static u32 off_colour(const struct vga_state *s)
{
    struct vga_state on = *s;

    on.attr_index |= AR_VIDEO_ON;
    return vga_is_blank(&on) ? 0 : s->dac[s->attr[AR_OVERSCAN] & s->dac_mask];
}

static void vga_raster_fill(u32 *to, u32 n, u32 colour)
{
    for (u32 i = 0; i < n; i++)
        to[i] = colour;
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
        vga_paint_dots(&r->p, &r->scan);
    r->new_regs = r->new_dots = r->new_lut = false;
}

static void crtc_piece(struct raster *r, u32 *row, u32 x, u32 end)
{
    const u8 *from = r->p.dots + vga_paint_pan(&r->p, r->scan.split);
    u32 twice = r->p.char_dots == 4;    /* a pixel of two dots */
    u32 shown = (r->s.crtc[CR_HDISP] + 1u) * char_width(&r->s);
    u32 stop = end < shown ? end : shown;

    for (u32 i = x; i < stop; i++)
        row[i] = r->p.lut[from[i >> twice]];
    if (stop < end)
        vga_raster_fill(row + (x > stop ? x : stop),
                        end - (x > stop ? x : stop), off_colour(&r->s));
}

static void dispi_piece(struct raster *r, u32 y, u32 *row, u32 x, u32 end)
{
    u32 line[VGA_MAX_W];

    vga_paint_dispi(&r->p, y, r->w, line);
    for (u32 i = x; i < end; i++)
        row[i] = line[i];
}

static void paint_piece(struct raster *r, u32 y, u32 *row, u32 x, u32 end)
{
    if (x >= end)
        return;
    vga_raster_refresh(r);
    if (vga_is_blank(&r->s))
        vga_raster_fill(row + x, end - x, off_colour(&r->s));
    else if (vga_dispi_on(&r->s))
        dispi_piece(r, y, row, x, end);
    else
        crtc_piece(r, row, x, end);
}

static void paint_line(struct raster *r, u32 y, u32 *row)
{
    u32 x = 0, end;

    take_writes(r, y, 0);
    for (; is_due(r, y, r->w - 1); x = end) {
        end = column(r, &r->j->write[r->next]);
        paint_piece(r, y, row, x, end);
        take_writes(r, y, end);
    }
    paint_piece(r, y, row, x, r->w);
}

bool vga_raster(const struct vga_state *s, const u8 *vram, u32 frame,
                struct vga_picture *out)
{
    struct raster r = { .j = out->journal, .frame = frame, .s = *s,
                        .p.vram = vram };

    measure_raster(s, &r, out);
    if ((u64)out->w * out->h > out->room)
        return false;
    vga_journal_undo(r.j, &r.s);
    r.new_regs = true;
    vga_scan_start(&r.s, &r.scan);
    for (u32 y = 0; y < out->h; y++) {
        r.new_dots = true;
        paint_line(&r, y, out->pixel + y * out->w);
        vga_scan_next(&r.s, &r.scan);
    }
    return true;
}
