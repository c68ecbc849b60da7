/* screen.c - what the machine shows, as pixels and as text. */
#include <stdlib.h>

#include "machine/board.h"
#include "roms/roms.h"

enum { ROOM = VGA_MAX_W * VGA_MAX_H };

struct pc_frame pc_screen(struct pc *pc)
{
    struct vga_picture p = { .room = ROOM };
    ns_t when;
    const struct vga_state *s = vga_shown(&pc->vga, &when);

    if (!pc->pixels)
        pc->pixels = malloc((size_t)ROOM * sizeof *pc->pixels);
    p.pixel = pc->pixels;
    if (!p.pixel || !vga_draw(s, pc->vram, when, &p))
        return (struct pc_frame){ .number = pc->frames };
    return (struct pc_frame){ p.pixel, p.w, p.h, p.w, 4, 3, pc->frames };
}

static void copy_row(struct pc_text *t, const struct vga_cells *c, int y)
{
    for (int x = 0; x < t->columns; x++) {
        u16 v = c->cell[(u32)y * c->cols + (u32)x];

        t->cell[y][x] = (struct pc_cell){ (u8)v, (u8)(v >> 8) };
    }
}

bool pc_text(struct pc *pc, struct pc_text *t)
{
    struct vga_cells *c = malloc(sizeof *c);
    ns_t when;
    bool ok = c && vga_text(vga_shown(&pc->vga, &when), pc->vram, c);

    if (ok) {
        t->columns = c->cols < PC_TEXT_COLUMNS ? (int)c->cols : PC_TEXT_COLUMNS;
        t->rows = c->rows < PC_TEXT_ROWS ? (int)c->rows : PC_TEXT_ROWS;
        t->cursor_x = c->cursor_x < t->columns ? c->cursor_x : -1;
        t->cursor_y = c->cursor_y < t->rows ? c->cursor_y : -1;
        t->blink = c->blink;
        for (int n = 0; n < 16; n++)
            t->palette[n] = c->color[n];
        for (int y = 0; y < t->rows; y++)
            copy_row(t, c, y);
    }
    free(c);
    return ok;
}

const uint8_t *pc_font(void)
{
    return rom_f16;
}
