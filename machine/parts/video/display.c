/* display.c - what parts that are displays over a VGA share. */
#include "machine/parts/video/display.h"

static void copy_row(struct pc_text *t, const struct vga_cells *c, int y)
{
    for (int x = 0; x < t->columns; x++) {
        u16 v = c->cell[(u32)y * c->cols + (u32)x];

        t->cell[y][x] = (struct pc_cell){ (u8)v, (u8)(v >> 8) };
    }
}

struct pc_frame display_frame(const struct vga_picture *p,
                              const struct vga_state *s, ns_t when)
{
    struct pc_frame f = { .pixels = p->pixel, .width = p->w, .height = p->h,
                          .stride = p->w, .aspect_w = 4, .aspect_h = 3,
                          .mode_width = p->mode_w, .mode_height = p->mode_h,
                          .end = when };

    vga_rate(s, &f.dots, &f.dot_hz);
    return f;
}

void display_text(struct pc_text *t, const struct vga_cells *c)
{
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

enum err display_ports(struct slot *s, struct range *low, struct range *high,
                       struct why *why)
{
    enum err e = slot_ports(s, low, 0x3b0, 12, 0, 1, why);

    return e ? e : slot_ports(s, high, 0x3c0, 32, 0x10, 1, why);
}

static struct vga_journal *keep_journal(struct slot *s, const char *name,
                                        struct why *why)
{
    return (struct vga_journal *)(void *)
           slot_memory(s, name, sizeof(struct vga_journal), why);
}

bool display_journal(struct slot *s, struct vga *v, struct why *why)
{
    v->journal = keep_journal(s, "beam", why);
    v->journal_shown = v->journal ? keep_journal(s, "beam shown", why) : NULL;
    slot_memory_says(s, v->journal, &v->journal_written);
    slot_memory_says(s, v->journal_shown, &v->journal_shown_written);
    return v->journal_shown;
}
