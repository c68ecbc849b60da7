/* vga_text.c - the VGA's text screen as characters, for terminals and
 * scripts. */
#include "devices/video/vga_priv.h"

static void vga_text_describe(const struct vga_state *s, struct vga_cells *out)
{
    out->cell_height = (s->crtc[CR_MAX_SCAN] & 31) + 1u;
    out->cols = s->crtc[CR_HDISP] + 1u;
    out->rows = 0;
    out->cursor_x = out->cursor_y = -1;
    out->blink = s->attr[AR_MODE] & 8;
    out->blank = vga_is_blank(s);
    for (u32 i = 0; i < 16; i++)
        out->color[i] = vga_rgb(s, i);
}

static void take_row(const struct vga_state *s, const u8 *vram,
                     const struct vga_scan *n, struct vga_cells *out)
{
    u32 cursor = vga_cursor_at(s) + (s->crtc[CR_CURSOR_END] >> 5 & 3);
    u16 *cell = out->cell + out->rows * out->cols;
    bool shown = vga_cursor_shape(s, &out->cursor_first, &out->cursor_last);

    for (u32 x = 0; x < out->cols; x++) {
        cell[x] = (u16)vga_scan_fetch(s, vram, n->addr + x, n->row);
        if (shown && ((n->addr + x - cursor) & 0xffff) == 0) {
            out->cursor_x = (int)x;
            out->cursor_y = (int)out->rows;
        }
    }
    out->rows++;
}

bool vga_text(const struct vga_state *s, const u8 *vram,
              struct vga_cells *out)
{
    u32 lines = vga_scan_lines(s), address = ~0u;
    struct vga_scan n;

    if (!vga_is_text(s) || !s->vram_size)
        return false;
    vga_text_describe(s, out);
    vga_scan_start(s, &n);
    for (bool split = false; n.line < lines; vga_scan_next(s, &n)) {
        if (n.addr == address && n.split == split)
            continue;
        if ((out->rows + 1) * out->cols > VGA_CELLS)
            break;
        address = n.addr;
        split = n.split;
        take_row(s, vram, &n, out);
    }
    return true;
}
