/* vga_border.c - the border: what the tube shows between the picture and the
 * blanking, in the overscan colour.
 *
 *      left   picture      right   blanking
 *     |----|-------------|------|...........|      characters of a line
 *     ^    0             ^      ^           ^
 *     end of blanking    HDISP  start of    end, of the next line
 *                        + 1    blanking
 *                               + 1
 *
 * Blanking goes from behind the character (line) that its start names to the one
 * whose lowest bits its end names. So IBM's modes have a character on either
 * side, and 6 to 8 lines above and below, as their manual says. Where the
 * numbers leave no blanking, or too little of it, the border ends where the
 * beam begins to fly back. Reference: IBM's manual; FreeVGA, "VGA Timings". */
#include "devices/video/vga_priv.h"

#include <string.h>

enum { CR_HBLANK_START = 0x02, CR_HBLANK_END = 0x03, CR_HSYNC_START = 0x04,
       CR_HSYNC_END = 0x05 };

static u32 vga_border_within(s32 v, u32 most)
{
    return v < 0 ? 0 : (u32)v < most ? (u32)v : most;
}

/* The first count behind `start` whose lowest bits are those of `end`. */
static u32 blanking_end(u32 start, u32 end, u32 mask)
{
    return start + ((end - start - 1) & mask) + 1;
}

/* In characters. */
static void measure_sides(const u8 *c, struct vga_border *b)
{
    u32 total = c[CR_HTOTAL] + 5u, shown = c[CR_HDISP] + 1u;
    u32 start = c[CR_HBLANK_START], sync = c[CR_HSYNC_START];
    u32 end = blanking_end(start, (c[CR_HBLANK_END] & 31) |
                                      (c[CR_HSYNC_END] & 0x80) >> 2, 63);
    b->right = vga_border_within((s32)(start + 1 - shown),
                                 sync > shown ? sync - shown : 0);
    b->left = vga_border_within((s32)(total - 1 - end),
                                total > sync ? total - sync : 0);
}

/* In lines of the tube. */
static void measure_ends(const u8 *c, const struct vga_timing *t,
                         struct vga_border *b)
{
    u32 twice = c[CR_MODE] & 4 ? 2 : 1;
    u32 start = c[CR_VBLANK_START] | (c[CR_OVERFLOW] & 8u) << 5 |
                (c[CR_MAX_SCAN] & 0x20u) << 4;
    u32 end = blanking_end(start, c[CR_VBLANK_END], 255);
    b->bottom = vga_border_within((s32)((start + 1) * twice - t->shown_lines),
                                  t->sync_first > t->shown_lines
                                      ? t->sync_first - t->shown_lines : 0);
    b->top = vga_border_within((s32)(t->lines - (end + 1) * twice),
                               t->lines - t->sync_first);
}

void vga_border_measure(const struct vga_state *s, const struct vga_timing *t,
                        struct vga_border *b)
{
    *b = (struct vga_border){ 0 };
    if (vga_dispi_on(s))
        return;
    measure_sides(s->crtc, b);
    measure_ends(s->crtc, t, b);
}

u32 vga_border_colour(const struct vga_state *s)
{
    struct vga_state on = *s;

    on.attr_index |= AR_VIDEO_ON;
    return vga_is_blank(&on) ? 0 : s->dac[s->attr[AR_OVERSCAN] & s->dac_mask];
}

void vga_border_fill(u32 *to, u32 n, u32 colour)
{
    for (u32 i = 0; i < n; i++)
        to[i] = colour;
}

/* The rows move apart from the last to the first, each to where nothing is
 * any more that must be kept. */
static void spread_rows(const struct vga_picture *in, struct vga_picture *out,
                        u32 left, u32 top, u32 colour)
{
    for (u32 y = in->h * in->yscale; y-- > 0;) {
        u32 *row = out->pixel + (size_t)(top + y) * out->w;

        memmove(row + left, in->pixel + (size_t)(y / in->yscale) * in->w,
                in->w * sizeof *row);
        vga_border_fill(row, left, colour);
        vga_border_fill(row + left + in->w, out->w - left - in->w, colour);
    }
}

static u32 border_dots(const struct vga_state *s, const struct vga_picture *in)
{
    return in->w / (s->crtc[CR_HDISP] + 1u);
}

/* A border has lines of the tube, so the picture gets them, too. */
static void border_enlarge(const struct vga_state *s, struct vga_border *b,
                           const struct vga_picture *in, u32 *w, u32 *h)
{
    struct vga_timing t;

    vga_timing_of(s, &t);
    vga_border_measure(s, &t, b);
    *w = in->w + (b->left + b->right) * border_dots(s, in);
    *h = b->top + in->h * in->yscale + b->bottom;
}

void vga_border_size(const struct vga_state *s, const struct vga_picture *in,
                     u32 *w, u32 *h)
{
    struct vga_border b;

    border_enlarge(s, &b, in, w, h);
}

bool vga_border_add(const struct vga_state *s, struct vga_picture *out)
{
    struct vga_picture in = *out;
    struct vga_border b;
    u32 dots = border_dots(s, &in), colour = vga_border_colour(s);

    border_enlarge(s, &b, &in, &out->w, &out->h);
    out->yscale = 1;
    if ((u64)out->w * out->h > out->room)
        return false;
    spread_rows(&in, out, b.left * dots, b.top, colour);
    vga_border_fill(out->pixel, b.top * out->w, colour);
    vga_border_fill(out->pixel + (size_t)(out->h - b.bottom) * out->w,
                    b.bottom * out->w, colour);
    if (in.blank)
        vga_border_fill(out->pixel, out->w * out->h, colour);
    return true;
}
