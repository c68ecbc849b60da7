/* vga_scan.c - the VGA's CRT controller as an address generator: which bytes
 * a line of the picture shows. */
#include "devices/video/vga_priv.h"

enum { DOUBLE_SCAN = 0x80, PAN_COMPATIBLE = 0x20 };

static u32 twice(const struct vga_state *s)
{
    return s->crtc[CR_MODE] & 4 ? 2 : 1;
}

static u32 byte_pan(const struct vga_state *s)
{
    return s->crtc[CR_PRESET_ROW] >> 5 & 3;
}

u32 vga_scan_lines(const struct vga_state *s)
{
    u32 o = s->crtc[CR_OVERFLOW];
    u32 n = s->crtc[CR_VDISP] | (o & 2) << 7 | (o & 0x40) << 3;

    n = (n + 1) * twice(s);
    return n < VGA_MAX_H ? n : VGA_MAX_H;
}

u32 vga_scan_split(const struct vga_state *s)
{
    u32 n = s->crtc[CR_LINE_COMPARE] | (s->crtc[CR_OVERFLOW] & 0x10) << 4 |
            (s->crtc[CR_MAX_SCAN] & 0x40) << 3;

    return (n + 1) * twice(s);
}

void vga_scan_start(const struct vga_state *s, struct vga_scan *n)
{
    *n = (struct vga_scan){ .addr = s->start + byte_pan(s),
                            .row = s->crtc[CR_PRESET_ROW] & 31 };
}

static void vga_split(const struct vga_state *s, struct vga_scan *n)
{
    n->addr = s->attr[AR_MODE] & PAN_COMPATIBLE ? 0 : byte_pan(s);
    n->row = 0;
    n->half = false;
    n->split = true;
}

void vga_scan_next(const struct vga_state *s, struct vga_scan *n)
{
    u8 max = s->crtc[CR_MAX_SCAN];

    if (++n->line == vga_scan_split(s)) {
        vga_split(s, n);
        return;
    }
    if (max & DOUBLE_SCAN) {
        n->half = !n->half;
        if (n->half)
            return;
    }
    if (n->row == (max & 31)) {
        n->row = 0;
        n->addr += s->crtc[CR_OFFSET] * 2u;
    } else {
        n->row = (n->row + 1) & 31;
    }
}

/* As many lines on, of which none is the first after a split. */
static void scan_skip(const struct vga_state *s, struct vga_scan *n, u32 lines)
{
    u32 max = s->crtc[CR_MAX_SCAN] & 31;
    u32 twice = s->crtc[CR_MAX_SCAN] & DOUBLE_SCAN ? 2 : 1;
    u32 at = n->row * twice + (twice == 2 && n->half) + lines;
    u32 rows = at / ((max + 1) * twice);

    at -= rows * (max + 1) * twice;
    n->line += lines;
    n->addr += rows * s->crtc[CR_OFFSET] * 2;
    n->row = at / twice;
    if (twice == 2)
        n->half = at & 1;
}

u32 vga_scan_on(const struct vga_state *s, struct vga_scan *n, u32 lines)
{
    u32 split = vga_scan_split(s);

    if (n->line < split && lines > split - 1 - n->line)
        lines = split - 1 - n->line;
    if (n->row > (s->crtc[CR_MAX_SCAN] & 31u))
        lines = 0;
    if (lines)
        scan_skip(s, n, lines);
    return lines;
}

/* The output multiplexer: counter bits to memory address bits. */
u32 vga_scan_address(const struct vga_state *s, u32 c, u32 row)
{
    u8 mode = s->crtc[CR_MODE];
    u32 a = c & 0xffff;

    if (s->crtc[CR_UNDERLINE] & 0x40)
        a = (a << 2 & 0xfffc) | a >> 14;
    else if (!(mode & 0x40))
        a = (a << 1 & 0xfffe) | (mode & 0x20 ? a >> 15 : a >> 13 & 1);
    if (!(mode & 1))
        a = (a & ~0x2000u) | (row & 1) << 13;
    if (!(mode & 2))
        a = (a & ~0x4000u) | (row & 2) << 13;
    return a;
}

u32 vga_fetch(const struct vga_state *s, const u8 *vram, u32 plane_addr)
{
    return vga_load(vram + (vga_dword(plane_addr) * 4 & (s->vram_size - 1)));
}

u32 vga_scan_fetch(const struct vga_state *s, const u8 *vram, u32 counter,
                   u32 row)
{
    return vga_fetch(s, vram, vga_scan_address(s, counter, row));
}

bool vga_is_text(const struct vga_state *s)
{
    return !vga_dispi_on(s) && !(s->gc[GR_MISC] & 1);
}

bool vga_is_blank(const struct vga_state *s)
{
    return !s->vram_size || (s->seq[SR_RESET] & 3) != 3 ||
           (s->seq[SR_CLOCKING] & 0x20) || !(s->attr_index & AR_VIDEO_ON) ||
           !(s->enable & 1) ||
           (!vga_dispi_on(s) && !(s->crtc[CR_MODE] & 0x80));
}

u32 vga_rgb(const struct vga_state *s, u32 dot)
{
    u8 mode = s->attr[AR_MODE], select = s->attr[AR_COLOR_SELECT];
    u32 c = s->attr[dot & s->attr[AR_PLANES] & 15];

    if (mode & 0x80)
        c = (c & 15) | (select & 3u) << 4;
    c |= (select & 12u) << 4;
    return s->dac[c & s->dac_mask];
}

bool vga_cursor_shape(const struct vga_state *s, u8 *first, u8 *last)
{
    *first = s->crtc[CR_CURSOR_START] & 31;
    *last = s->crtc[CR_CURSOR_END] & 31;
    return !(s->crtc[CR_CURSOR_START] & 0x20) && *first <= *last;
}

u32 vga_cursor_at(const struct vga_state *s)
{
    return s->crtc[CR_CURSOR_HIGH] << 8 | s->crtc[CR_CURSOR_LOW];
}
