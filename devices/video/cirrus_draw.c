/* cirrus_draw.c - the picture of packed modes, and the hardware cursor. */
#include "devices/video/cirrus_priv.h"

#include <string.h>

/* The formats of 16 bits are told apart by the hidden DAC register. */
u32 cirrus_bpp(const struct cirrus_state *c)
{
    switch (c->sr[SX_MODE] & 0x0e) {
    case 0x02:
    case 0x06: return (c->hidden_dac & 15) == 1 ? 16 : 15;
    case 0x04: return 24;
    case 0x08: return 32;
    default:   return 8;
    }
}

static u32 pitch(const struct vga_state *s, const struct cirrus_state *c)
{
    return (s->crtc[CR_OFFSET] | (c->cr[0x1b] & 0x10u) << 4) * 8;
}

static u32 cirrus_start(const struct vga_state *s, const struct cirrus_state *c)
{
    return (s->start | (c->cr[0x1b] & 1u) << 16 | (c->cr[0x1b] & 0x0cu) << 15 |
            (c->cr[0x1d] & 0x80u) << 12) * 4;
}

/* How many of the tube's lines a row has. */
static u32 row_lines(const struct vga_state *s)
{
    u8 max = s->crtc[CR_MAX_SCAN];

    return ((max & 31) + 1u) * (max & 0x80 ? 2 : 1);
}

static void measure_packed(const struct vga_state *s, struct vga_picture *out)
{
    out->w = (s->crtc[CR_HDISP] + 1u) * 8;
    out->yscale = row_lines(s);
    out->h = vga_scan_lines(s) / out->yscale;
    out->h = out->h ? out->h : 1;
    out->xscale = 1;
    out->text = false;
    out->blank = vga_is_blank(s);
    out->border = s->dac[s->attr[AR_OVERSCAN] & s->dac_mask];
}

static void draw_rows(const struct vga_state *s, const struct cirrus_state *c,
                      const u8 *vram, struct vga_picture *out)
{
    u32 bpp = cirrus_bpp(c), bytes = out->w * ((bpp + 7) / 8), lut[256];
    u32 split = vga_scan_split(s) / out->yscale, at = cirrus_start(s, c);
    u8 room[VGA_MAX_W * 4];

    for (u32 i = 0; i < 256; i++)
        lut[i] = s->dac[i & s->dac_mask];
    for (u32 y = 0; y < out->h; y++, at += pitch(s, c)) {
        if (y == split)
            at = 0;
        vga_row_of(bpp)(lut, vga_row_at(s, vram, at, bytes, room),
                        out->pixel + y * out->w, out->w);
    }
}

/* ---- the cursor ---- */

/* Two planes of bits for each line: colour 0 or 1 of the cursor, or what is
 * there, inverted or not. */
struct shape {
    u32 size;                           /* 32 or 64 */
    u32 base, line, plane;              /* where, and how far apart */
};

static struct shape shape_of(const struct vga_state *s,
                             const struct cirrus_state *c)
{
    u32 end = s->vram_size - 0x4000;

    if (c->sr[SX_CURSOR] & 4)
        return (struct shape){ 64, end + (c->sr[SX_PATTERN] & 0x3cu) * 256,
                               16, 8 };
    return (struct shape){ 32, end + (c->sr[SX_PATTERN] & 0x3fu) * 256, 4,
                           128 };
}

static void cursor_dot(const struct cirrus_state *c, u32 bits, u32 *to)
{
    switch (bits) {
    case 1:  *to ^= 0xffffff; break;
    case 2:  *to = c->cursor[0]; break;
    case 3:  *to = c->cursor[1]; break;
    default: break;
    }
}

static void cursor_line(const struct cirrus_state *c, const struct shape *f,
                        const u8 *bits, u32 *row, u32 w)
{
    for (u32 x = 0; x < f->size && c->cursor_x + x < w; x++) {
        u32 low = bits[x / 8] >> (7 - x % 8) & 1;
        u32 high = bits[f->plane + x / 8] >> (7 - x % 8) & 1;

        cursor_dot(c, low | high << 1, row + c->cursor_x + x);
    }
}

static void draw_cursor(const struct vga_state *s,
                        const struct cirrus_state *c, const u8 *vram,
                        struct vga_picture *out)
{
    struct shape f = shape_of(s, c);

    for (u32 y = 0; y < f.size && c->cursor_y + y < out->h; y++)
        cursor_line(c, &f, vram + f.base + y * f.line,
                    out->pixel + (c->cursor_y + y) * out->w, out->w);
}

/* While the cursor's colours stand in the DAC's place (SR12 bit 1), those of
 * the picture are in theirs. */
static void unswap(struct vga_state *s, struct cirrus_state *c)
{
    u32 a = s->dac[0], b = s->dac[15];

    if (!(c->sr[SX_CURSOR] & 2))
        return;
    s->dac[0] = c->cursor[0], s->dac[15] = c->cursor[1];
    c->cursor[0] = a, c->cursor[1] = b;
}

bool cirrus_draw(const struct cirrus *k, struct vga_picture *out)
{
    ns_t when;
    struct vga_state s = *vga_shown(&k->vga, &when);
    struct cirrus_state c = k->vga.shown.vram_size ? k->shown : k->c;

    unswap(&s, &c);
    if (!(c.sr[SX_MODE] & 1))
        return vga_draw(&s, k->vga.vram, when, out);
    measure_packed(&s, out);
    out->mode_w = out->w;
    out->mode_h = out->h;
    if ((u64)out->w * out->h > out->room)
        return false;
    if (out->blank) {
        memset(out->pixel, 0, (size_t)out->w * out->h * sizeof *out->pixel);
        return true;
    }
    draw_rows(&s, &c, k->vga.vram, out);
    if (c.sr[SX_CURSOR] & 1)
        draw_cursor(&s, &c, k->vga.vram, out);
    return true;
}

bool cirrus_text(const struct cirrus *k, struct vga_cells *out)
{
    ns_t when;
    struct vga_state s = *vga_shown(&k->vga, &when);
    struct cirrus_state c = k->vga.shown.vram_size ? k->shown : k->c;

    unswap(&s, &c);
    return !(c.sr[SX_MODE] & 1) && vga_text(&s, k->vga.vram, out);
}
